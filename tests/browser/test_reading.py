"""Each page as a reader meets it: on a desktop, a phone, from a folder, in the dark, on paper."""

import gzip
import re
from collections import Counter, defaultdict
from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from tests.support.browser import MOUNT, NOTEBOOKS, OPEN_ALL, lay_out, settle
from tests.support.site import PAGES, SITE, read
from website.find_pages import ROOT

CHAPTER = "chapters/3-losses/3-1-mean-squared-error"  # formulas, figures, folded code, exercises

# What a script in the page says about it. Each page is loaded once; the tests look at the answers.
FACTS = {
    "lang": "document.documentElement.lang",
    "title": "document.title",
    "names": """Object.fromEntries([...document.querySelectorAll("meta[name], meta[property]")].map(
        (meta) => [meta.getAttribute("name") ?? meta.getAttribute("property"), meta.content]))""",
    "links": """Object.fromEntries([...document.querySelectorAll("link[rel]")].map(
        (link) => [link.rel, link.href]))""",
    "previous": """document.querySelector("a.left-prev")?.href""",
    "next": """document.querySelector("a.right-next")?.href""",
    "download": """document.querySelector("a.btn-download-source-button")?.href""",
    "loaded": "[location.href, ...performance.getEntriesByType('resource').map((it) => it.name)]",
    "without size": """[...document.querySelectorAll("article img")]
        .filter((img) => !(img.getAttribute("width") && img.getAttribute("height")))
        .map((img) => img.outerHTML)""",
    # A picture that is seen at once must not wait for the layout; the others wait for the reader.
    "not lazy": """[...document.querySelectorAll("article img")].slice(1)
        .filter((img) => img.loading !== "lazy").map((img) => img.outerHTML)""",
    "lazy at the top": """[...document.querySelectorAll("article img")]
        .filter((img) => img.getBoundingClientRect().top < innerHeight)
        .filter((img) => img.loading === "lazy")
        .map((img) => img.outerHTML)""",
    "without anchor": """[...document.querySelectorAll("article figcaption, article .eqno")]
        .filter((it) => !it.querySelector(`a[href^="#"]`)).map((it) => it.innerText)""",
}
facts_of = {}


@pytest.fixture
def facts(turn_to, path):
    if path not in facts_of:
        page = turn_to(f"{path}.html")
        found = {name: page.evaluate(script) for name, script in FACTS.items()}
        if path in NOTEBOOKS:
            found["faults on paper"] = faults_on_paper(page)
        if path in PAGES:
            found["targets that stay hidden"] = targets_that_stay_hidden(page, path)
        found["widths when narrow"] = widths_when_narrow(page)
        facts_of[path] = found | {"foreign": page.foreign, "errors": page.errors}
    return facts_of[path]


def pages(*more):
    return pytest.mark.parametrize("path", [*PAGES, *more])


# Every page, as it comes


@pages("search")
def test_nothing_is_asked_of_others_and_nothing_fails(facts):
    assert facts["foreign"] == []
    assert facts["errors"] == []


@pytest.mark.parametrize("path", [PAGES[0], CHAPTER, "chapters/appendix/loss-cards"])
def test_from_a_folder(open_page, path):
    page = open_page((SITE / f"{path}.html").as_uri())
    assert page.foreign == []
    assert page.errors == []


def test_first_page_leads_to_the_book(open_page, site_url):
    page = open_page("")
    page.wait_for_url(f"{site_url}{PAGES[0]}.html")


@pages()
def test_pictures(facts):
    assert facts["without size"] == []
    assert facts["not lazy"] == []
    assert facts["lazy at the top"] == []


@pytest.mark.parametrize("path", PAGES[:-1])  # Sphinx gives the index no neighbours
def test_figures_and_equations_have_a_link_to_copy(facts):
    assert facts["without anchor"] == []


@pytest.mark.parametrize("place", ["figcaption", ".eqno"])
def test_link_to_copy_is_seen_when_needed(open_page, place):
    page = open_page(f"{CHAPTER}.html")
    link = page.locator(f"article {place} a.headerlink").first
    seen = """link => {
      const { visibility, opacity } = getComputedStyle(link);
      return visibility === "visible" && opacity > 0;
    }"""
    assert not link.evaluate(seen)
    link.locator("xpath=..").hover()
    assert link.evaluate(seen)
    page.mouse.move(0, 0)
    link.focus()
    assert link.evaluate(seen)


@pages("search")
def test_head(facts, path, site_url):
    assert facts["lang"] == "en"
    assert urlsplit(facts["links"]["icon"]).path.startswith(MOUNT)
    if path in PAGES[:-1]:  # the index has no words of its own
        description = facts["names"]["description"]
        assert 50 <= len(description) <= 300
        assert not re.search(r"[$\\]", description)
        assert facts["names"]["og:description"] == description
        assert facts["names"]["og:title"] in facts["title"]
        assert facts["names"]["og:url"].endswith(f"/{path}.html")
        assert facts["links"]["canonical"] == facts["names"]["og:url"]
        picture = facts["names"]["og:image"]
        assert (SITE / "_static" / picture.partition("/_static/")[2]).is_file()
        assert " " in facts["names"]["og:image:alt"]


def test_titles_and_descriptions_differ():
    for pattern in [r"<title>(.*?)</title>", r'<meta name="description" content="(.*?)"']:
        texts = [
            match
            for page in PAGES
            for match in re.findall(pattern, (SITE / f"{page}.html").read_text("utf-8"), re.S)
        ]
        assert [text for text, times in Counter(texts).items() if times > 1] == []


def test_sitemap_lists_every_page():
    sitemap = (SITE / "sitemap.xml").read_text(encoding="utf-8")
    listed = re.findall(r"<loc>(.*?)</loc>", sitemap)
    assert [
        page for page in PAGES[:-1] if not any(it.endswith(f"/{page}.html") for it in listed)
    ] == []
    assert len(set(listed)) == len(listed)


def test_dead_link_leads_to_a_page_that_helps(open_page, site_url):
    page = open_page("no/such/page.html")
    assert "not found" in page.title().lower()
    assert [error for error in page.errors if "/no/such/page.html" not in error] == []
    page.locator("nav.bd-links a", has_text="3.1").click()
    assert page.url == f"{site_url}{CHAPTER}.html"


def test_dead_link_leads_back_from_where_the_site_is_published():
    sitemap = (SITE / "sitemap.xml").read_text(encoding="utf-8")
    home = urlsplit(re.search(rf"<loc>([^<]*){PAGES[0]}.html</loc>", sitemap)[1]).path
    for link in read(SITE / "404.html").links:
        if link.startswith("#") or urlsplit(link).scheme:
            continue
        assert link.startswith(home), link
        assert (SITE / unquote(urlsplit(link).path).removeprefix(home)).exists(), link


@pytest.mark.parametrize("path", [CHAPTER])
def test_page_says_how_to_cite_it(open_page, path, facts):
    page = open_page(f"{path}.html")
    page.get_by_text("Cite this page").click()
    citation = page.locator("details.cite pre")
    assert citation.is_visible()
    assert facts["names"]["og:title"] in citation.inner_text()


# The way through the book


@pytest.mark.parametrize("path", PAGES[:-1])  # Sphinx writes the index, without these links
def test_previous_and_next(facts, path, site_url):
    index = PAGES.index(path)
    before = f"{site_url}{PAGES[index - 1]}.html" if index else None
    after = f"{site_url}{PAGES[index + 1]}.html" if index + 1 < len(PAGES) else None
    assert (facts["previous"], facts["next"]) == (before, after)


@cache
def links_into() -> dict[Path, set[str]]:
    """For each file, the ids to which any page of the book leads."""
    targets = defaultdict(set)
    for page in PAGES:
        here = SITE / f"{page}.html"
        for link in map(urlsplit, set(read(here).links)):
            if link.fragment and not link.netloc:
                file = here.parent / unquote(link.path) if link.path else here
                targets[file.resolve()].add(unquote(link.fragment))
    return targets


def targets_that_stay_hidden(page, path: str) -> list[str]:
    hidden = "ids => ids.filter((id) => !document.getElementById(id).checkVisibility())"
    folded = page.evaluate(hidden, sorted(links_into()[(SITE / f"{path}.html").resolve()]))
    for target in folded:
        page.evaluate("id => { location.hash = id; }", target)
    settle(page)
    return page.evaluate(hidden, folded)


@pages()
def test_links_lead_to_something_visible(facts):
    """Also into what is folded, which opens then."""
    assert facts["targets that stay hidden"] == []


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_downloaded_notebook_is_the_source_and_says_what_it_needs(facts, path, site_url):
    copy = SITE / facts["download"].removeprefix(site_url)
    cells, source = (nbformat.read(it, as_version=4).cells for it in (copy, ROOT / f"{path}.ipynb"))
    assert copy.suffix == ".ipynb"
    assert "lossbook" in cells[0].source and "pip install" in cells[0].source
    assert [cell.source for cell in cells[1:]] == [cell.source for cell in source]


def test_download_by_keyboard(open_page):
    page = open_page(f"{CHAPTER}.html")
    page.get_by_role("button", name="Download this page").focus()
    page.keyboard.press("Enter")
    page.locator("a.btn-download-source-button").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == f"{Path(CHAPTER).name}.ipynb"


# Narrow windows

# A phone, and a desktop's 1280 pixels enlarged to 400 %: WCAG 1.4.10.
NARROW = [390, 320]


def widths_when_narrow(page) -> list[int]:
    """How wide a page is, all unfolded, in windows that are so narrow."""
    lay_out(page)
    page.evaluate(OPEN_ALL)
    widths = []
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 640})
        widths.append(page.evaluate("document.documentElement.scrollWidth"))
    return widths


@pages("search")
def test_nothing_scrolls_sideways_on_a_phone(facts):
    assert facts["widths when narrow"] == NARROW


@pytest.mark.parametrize("width", [1440, 768, 390])
def test_a_printed_error_is_read_to_its_end(open_page, width):
    page = open_page("chapters/4-code/4-3-multi-label-in-code.html", width=width)
    boxes = page.locator(".traceback pre")
    assert boxes.count()
    for box in boxes.all():
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth")


# Light and dark


def theme(page) -> str:
    return page.evaluate("document.documentElement.dataset.theme")


@pytest.mark.parametrize("system", ["light", "dark"])
def test_theme_follows_the_system_until_the_reader_chooses(open_page, system):
    page = open_page(f"{CHAPTER}.html", theme=system)
    assert theme(page) == system
    button = page.get_by_role("button", name="Color mode")
    seen = []
    for _ in range(3):
        button.click()
        seen.append(theme(page))
        page.reload()
        assert theme(page) == seen[-1]
    assert {"light", "dark"} == set(seen)
    assert seen[-1] == system  # back to the system's


def ground(page, figure: str) -> float:
    """How light most of a figure is, from 0 to 255."""
    shot = page.locator(f"#{figure} img").screenshot()
    return np.median(Image.open(BytesIO(shot)).convert("L"))


@pytest.mark.parametrize("theme, drawing_is_light", [("light", True), ("dark", False)])
def test_pictures_are_on_light_paper_and_drawings_on_the_page(open_page, theme, drawing_is_light):
    page = open_page("chapters/1-background/1-1-deep-learning.html", theme=theme)
    assert ground(page, "fig-learning-digits") > 200
    for drawing in "fig-learning-surprise", "fig-learning-drawn":
        assert (ground(page, drawing) > 200) == drawing_is_light


# Weight

TEXTS = {".css", ".html", ".js", ".json", ".svg", ".txt", ".xml"}  # what a host compresses
FIRST_LOAD = 300_000  # bytes, without the figures


@cache
def weight(file: Path) -> int:
    data = file.read_bytes()
    return len(gzip.compress(data, 9)) if file.suffix in TEXTS else len(data)


@pages()
def test_page_is_light(facts, path, site_url):
    files = {
        SITE / unquote(urlsplit(address).path).removeprefix(MOUNT)
        for address in facts["loaded"]
        if address.startswith(site_url) and "/_images/" not in address
    }
    weights = {file.name: weight(file) for file in files}
    print(f"{path}: {sum(weights.values()) / 1000:.0f} kB, {len(weights)} files")
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:5]
    assert sum(weights.values()) < FIRST_LOAD, heaviest


# Paper

PAPER = {"width": 718, "height": 1047}  # A4 without its margins, in CSS pixels
PRINTED = """([width, height]) => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (it) => it.checkVisibility({ visibilityProperty: true });
  const style = (it) => getComputedStyle(it);
  const start = (it) => it.outerHTML.slice(0, 300);
  const within = "article details :is(p, pre, img, math)"; // and no code of a card
  const screenOnly = ".bd-sidebar, .bd-header-article, .prev-next-footer, button, form";
  return {
    folded: all(within).filter((it) => !it.closest("summary, .tag_card") && !shown(it)).map(start),
    "for the screen": all(screenOnly).filter(shown).map(start),
    cut: all("article *")
      .filter((it) => shown(it) && style(it).overflowX !== "visible")
      .filter((it) => style(it).display !== "inline" && it.scrollWidth > it.clientWidth + 1)
      .map(start),
    "too wide": all("article *")
      .filter((it) => it.getBoundingClientRect().right > width + 1)
      .map(start),
    "broken figures": all("article figure")
      .filter((it) => it.offsetHeight > height || !style(it).breakInside.startsWith("avoid"))
      .map(start),
  };
}"""


def faults_on_paper(page) -> list[str]:
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    found = page.evaluate(PRINTED, list(PAPER.values()))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    return [f"{name}: {it}" for name, elements in found.items() for it in elements]


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_on_paper_all_is_open_and_nothing_is_cut(facts):
    assert facts["faults on paper"] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_printed_pages(open_page, theme):
    """No sheet is empty, and the solutions, which are folded on the screen, are there."""
    page = open_page(f"{CHAPTER}.html", theme=theme)
    solution = page.locator("article details.admonition:not(.hide)").last
    words = re.findall(r"\w{5,}", solution.text_content())
    sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    texts = [sheet.extract_text() for sheet in sheets]
    assert set(words) <= set(re.findall(r"\w{5,}", "\n".join(texts)))
    for text, sheet in zip(texts[:-1], sheets[:-1], strict=True):
        assert len(text) > 300 or sheet.images
