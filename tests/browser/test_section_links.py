"""Links into long pages, whose far sections wait: they arrive, and a reload keeps the place."""

import re
from functools import cache

import pytest

from tests.support.browser import settle
from tests.support.site import PAGES, SITE

CHAPTER = "chapters/3-losses/3-1-mean-squared-error"  # a long page

LAST = "sources"  # the last section of a chapter
OPEN = "article p:not(details p)"
WAITS = "it => !it.checkVisibility({ contentVisibilityAuto: true })"
# How far from the top of the window a place is; 0 at the end of a page, which cannot go further.
DISTANCE = """async (id) => {
  await document.fonts.ready;
  const { top } = document.getElementById(id).getBoundingClientRect();
  const end = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  return end && top > 0 && top < innerHeight ? 0 : Math.abs(top);
}"""


@cache
def sections(path: str) -> list[str]:
    return re.findall('<section id="([^"]+)"', (SITE / f"{path}.html").read_text("utf-8"))


WIDTHS = [1440, 390]
WAYS = ["in a fresh tab", "from another page", "after a reload"]


def arrive(turn_to, link: str, way: str, width: int):
    """Come to a section by a link in a fresh tab or on another page; stay there over a reload."""
    if way == "in a fresh tab":
        page = turn_to("about:blank", width=width)
        page.goto(link)
    elif way == "from another page":
        page = turn_to("genindex.html", width=width)
        page.evaluate("link => { location.href = link }", link)
        page.wait_for_url(link)
    else:
        page = turn_to(link, width=width)  # from another section: the tab has the page already
        settle(page)
        page.reload()
    page.wait_for_function("document.documentElement.classList.contains('laid-out')")
    settle(page)
    return page


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PAGES)
def test_links_to_sections_arrive_and_the_place_is_kept(turn_to, site_url, path, width):
    """Each section in one of the ways, at one of the widths."""
    missed = []
    for number, section in enumerate(sections(path)):
        if width != WIDTHS[number % 2]:
            continue
        way = WAYS[number % 3]
        page = arrive(turn_to, f"{site_url}{path}.html#{section}", way, width)
        if (distance := page.evaluate(DISTANCE, section)) > 100:
            missed.append(f"{section} {way}: {distance:.0f} pixels")
    assert missed == []


@pytest.mark.parametrize("width", [1440, 390])
def test_links_within_a_page_arrive_though_far_sections_wait(open_page, width):
    page = open_page(f"{CHAPTER}.html", width=width)
    page.evaluate(
        """id => {
        document.documentElement.classList.remove("laid-out");
        const sections = "html:not(.laid-out) .bd-article > section section";
        const style = `<style>${sections} { content-visibility: auto !important; }</style>`;
        document.head.insertAdjacentHTML("beforeend", style);
        document.querySelector(`a[href$="#${id}"]`).click();
    }""",
        LAST,
    )
    assert page.evaluate(DISTANCE, LAST) <= 100


def test_a_reload_keeps_the_place_of_a_reader_who_scrolled(open_page):
    page = open_page(f"{CHAPTER}.html")
    page.wait_for_function("document.documentElement.classList.contains('laid-out')")
    words = page.evaluate("""() => {
        const far = [...document.querySelectorAll("article p")].at(-30);
        far.scrollIntoView();
        return far.innerText;
    }""")
    place = """words => [...document.querySelectorAll("article p")]
        .find((it) => it.innerText === words).getBoundingClientRect().top"""
    before = page.evaluate(place, words)
    page.wait_for_timeout(300)
    page.reload()
    page.wait_for_timeout(300)
    assert abs(page.evaluate(place, words) - before) <= 100


def test_far_sections_wait_only_while_the_page_loads(open_page, browser, site_url):
    page = open_page(f"{CHAPTER}.html")
    page.wait_for_function("document.documentElement.classList.contains('laid-out')")
    assert not any(page.locator(OPEN).evaluate_all(f"all => all.map({WAITS})"))
    early = browser.new_page()
    early.route("**/far-sections.js*", lambda route: route.abort())
    early.goto(f"{site_url}{CHAPTER}.html")
    waiting = early.locator(OPEN).evaluate_all(f"all => all.map({WAITS})")
    early.close()
    assert not waiting[0]
    assert waiting.count(True) > len(waiting) / 2


def test_without_scripts_nothing_waits(open_page):
    page = open_page(f"{CHAPTER}.html", javascript=False)
    assert not any(page.locator(OPEN).evaluate_all(f"all => all.map({WAITS})"))


def test_far_words_are_found(open_page):
    """As by Ctrl+F."""
    page = open_page(f"{CHAPTER}.html")
    words = page.locator(f"#{LAST} p").last.text_content()[:30]
    assert page.evaluate("words => find(words)", words)
    assert page.evaluate("scrollY") > 0
