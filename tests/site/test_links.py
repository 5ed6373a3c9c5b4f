"""The built site holds every page, and every link, picture and anchor in it leads somewhere."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.support.site import CONFIG, PAGES, SITE, TOC, read


def broken_links(path: Path) -> list[str]:
    """The links of a page that lead to no file, or to no anchor, of the site itself."""
    broken = []
    for link in read(path).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not target.is_file():
            broken.append(link)
        elif parts.fragment and unquote(parts.fragment) not in read(target).ids:
            broken.append(link)
    return broken


def bad_descriptions(path: Path) -> list[str]:
    """The alternative texts of a page that are missing, or a file's name in place of words."""
    return [alt for alt in read(path).alts if " " not in alt or "_images/" in alt]


def tables_without_headers(path: Path) -> list[str]:
    """The tables that do not say what is in them; that of the index holds links alone."""
    tables = re.findall("<table.*?</table>", path.read_text(encoding="utf-8"), re.S)
    return [it for it in tables if not re.search("<th[ >]", it) and "indextable" not in it]


@pytest.mark.parametrize("page", PAGES)
def test_page(page):
    path = SITE / f"{page}.html"
    assert path.is_file()
    assert CONFIG["title"] in read(path).title
    assert read(path).icons
    assert broken_links(path) == []
    assert bad_descriptions(path) == []
    assert tables_without_headers(path) == []


def test_first_page_leads_to_the_book():
    assert TOC["root"] in (SITE / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "html, links, alts",
    [
        ('<a href="a.html#here">', [], []),
        ('<a href="https://example.org/none.html#none">', [], []),
        ('<p id="own"><a href="#own">', [], []),
        ('<a href="none.html">', ["none.html"], []),
        ('<a href="a.html#none">', ["a.html#none"], []),
        ('<a href="#none">', ["#none"], []),
        ('<img src="none.png" alt="A parabola">', ["none.png"], []),
        ('<img src="a.html" alt="../_images/f00.png">', [], ["../_images/f00.png"]),
        ('<img src="a.html">', [], [""]),
    ],
)
def test_faults_are_found(tmp_path, html, links, alts):
    (tmp_path / "a.html").write_text('<p id="here">', encoding="utf-8")
    (tmp_path / "b.html").write_text(html, encoding="utf-8")
    assert broken_links(tmp_path / "b.html") == links
    assert bad_descriptions(tmp_path / "b.html") == alts


def test_tables_without_headers_are_found(tmp_path):
    row = "<tr><td>1</td></tr></table>"
    (tmp_path / "a.html").write_text(f"<table>{row}<table><thead><th>n</th></thead>{row}")
    assert tables_without_headers(tmp_path / "a.html") == [f"<table>{row}"]
