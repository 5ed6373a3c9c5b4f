"""The first page: what it leads to, and its lists as buttons and tiles."""

import re
from types import SimpleNamespace

import nbformat
import pytest
from docutils import nodes
from docutils.core import publish_doctree

from tests.support.site import SITE, TOC
from website import site_address
from website.find_pages import ROOT
from website.landing_page import CLONE, Landing
from website.reading_time import minutes

PARTS = TOC["parts"][:6]  # the seventh is the appendix


def items(kind: str) -> list[str]:
    """The items of the list of this kind."""
    html = (SITE / f"{TOC['root']}.html").read_text(encoding="utf-8")
    [found] = re.findall(rf'<ul class="[^"]*{kind}[^"]*">(.*?)</ul>', html, re.S)
    return re.findall("<li>(.*?)</li>", found, re.S)


def links(html: str) -> list[str]:
    return re.findall(r'href="([^"]*)\.html', html)


def test_three_buttons():
    assert len(items("buttons")) == 3
    assert all(len(links(item)) == 1 for item in items("buttons"))


def test_a_tile_for_each_part_of_the_book():
    for tile, part in zip(items("tiles"), PARTS, strict=True):
        files = [chapter["file"] for chapter in part["chapters"]]
        notebooks = [nbformat.read(ROOT / f"{file}.ipynb", as_version=4) for file in files]
        text = re.sub("<[^>]*>", "", tile)
        assert text.startswith(part["caption"])
        assert links(tile) == [files[0].removeprefix("chapters/")]
        time = f"{len(files)} chapters, about {sum(map(minutes, notebooks))} minutes"
        assert time in text


def settings():
    return SimpleNamespace(html_theme_options={"extra_footer": "Licence."})


def test_repository_is_linked_only_where_it_is_known(monkeypatch):
    monkeypatch.delenv("REPOSITORY_URL", raising=False)
    site_address.set_address(None, config := settings())
    assert config.repository == "" and config.html_theme_options == {"extra_footer": "Licence."}
    monkeypatch.setenv("REPOSITORY_URL", "https://forge.example/book")
    site_address.set_address(None, config := settings())
    assert config.repository == "https://forge.example/book"
    footer = config.html_theme_options["extra_footer"]
    assert footer.startswith("Licence. ") and 'href="https://forge.example/book"' in footer


@pytest.mark.parametrize("address, times", [("https://forge.example/book", 1), ("", 0)])
def test_words_lead_to_the_repository(address, times):
    document = publish_doctree(f"First {CLONE}, then read.\n")
    config = SimpleNamespace(root_doc="index", repository=address)
    document.settings.env = SimpleNamespace(docname="index", config=config)
    document.settings.env.app = SimpleNamespace(config=config)
    Landing(document).apply()
    found = list(document.findall(nodes.reference))
    assert [link["refuri"] for link in found] == [address] * times
    assert all(link.astext() == CLONE for link in found)
    assert document.astext() == f"First {CLONE}, then read."


def test_page_says_how_to_clone():
    html = (SITE / f"{TOC['root']}.html").read_text(encoding="utf-8")
    assert CLONE in re.sub("<[^>]*>", "", html)
