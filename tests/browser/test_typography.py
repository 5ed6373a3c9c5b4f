"""What pages look like: glyphs of the book's own typeface, roots with their sign, short lines."""

import os
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from tests.support.browser import OPEN_ALL, lay_out
from tests.support.site import PAGES

CHAPTER = "chapters/3-losses/3-1-mean-squared-error"
PHONE = 390

NO_MATH_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <selectfont><rejectfont><glob>*Math*</glob><glob>*math*</glob></rejectfont></selectfont>
</fontconfig>
"""
BARE = "<math><mi>x</mi><mo>=</mo><msqrt><mi>κ</mi></msqrt></math>"


def shown(page):
    lay_out(page)
    page.evaluate(OPEN_ALL)
    page.evaluate("document.fonts.ready")
    return page


def fonts_of(page, selector: str) -> dict[str, int]:
    """The fonts that Chromium draws these elements with, and the glyphs of each.

    A font that the page brings has a name of the form "own: STIX Two Math".
    """
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    found = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})
    fonts = {}
    for node in found["nodeIds"]:
        for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]:
            name = "own: " * font["isCustomFont"] + font["familyName"]
            fonts[name] = fonts.get(name, 0) + int(font["glyphCount"])
    session.detach()
    return fonts


@pytest.fixture(scope="module")
def without_math_fonts(tmp_path_factory, launch):
    """A browser on a system that has no font for mathematics."""
    file = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    file.write_text(NO_MATH_FONTS, encoding="utf-8")
    running = launch(env={**os.environ, "FONTCONFIG_FILE": str(file)})
    yield running
    running.close()


def test_the_system_without_math_fonts_has_none(without_math_fonts):
    page = without_math_fonts.new_page()
    page.set_content(BARE)
    assert [name for name in fonts_of(page, "mi") if "Math" in name] == []
    page.close()


# Marks elements that together show every character of formulas ("math") and of words ("words"), in
# every weight and slope; the rest of the page would be the same again.  Code, Chinese names, and
# figures that draw themselves are not words of the book.
MARK = """() => {
  const others = "code, pre, .sig, svg, button, summary, .explorable";
  for (const it of document.querySelectorAll(`article :is(${others})`)) it.remove();
  const seen = new Set();
  const texts = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const place = texts.currentNode.parentElement;
    texts.currentNode.data = texts.currentNode.data.replace(/\\p{Script=Han}/gu, "");
    const kind = place.closest("math") ? "math" : "words";
    const { fontWeight, fontStyle } = getComputedStyle(place);
    const looks = [...texts.currentNode.data].map((it) => [it, kind, fontWeight, fontStyle].join());
    if (place.checkVisibility() && looks.some((it) => !seen.has(it))) place.dataset.shows = kind;
    looks.forEach((it) => seen.add(it));
  }
}"""


@pytest.mark.parametrize("path", PAGES)
def test_page_is_drawn_with_the_typeface_of_the_book(turn_to, path):
    page = shown(turn_to(f"{path}.html"))
    page.evaluate(MARK)
    fonts = fonts_of(page, "[data-shows=math]")
    assert set(fonts) <= {"own: STIX Two Math"}, fonts
    assert bool(fonts) == bool(page.locator("math").count())
    fonts = fonts_of(page, "[data-shows=words]")
    assert "own: STIX Two Text" in fonts
    assert [name for name in fonts if not name.startswith("own: ")] == []


# Roots

# Where a root is on the screen, and what it is drawn over: sign and bar surround its content.
ROOT = """(root) => {
  const [whole, ...parts] = [root, ...root.children].map((it) => it.getBoundingClientRect());
  const edges = [Math.min(...parts.map((it) => it.left)), Math.max(...parts.map((it) => it.right))];
  return {
    start: (edges[0] - whole.left) / whole.width,
    end: (edges[1] - whole.left) / whole.width,
    top: (Math.min(...parts.map((it) => it.top)) - whole.top) / whole.height,
  };
}"""


def ink(locator) -> np.ndarray:
    """Where an element's picture is dark."""
    return np.asarray(Image.open(BytesIO(locator.screenshot())).convert("L")) < 128


def faults_of_root(root) -> list[str]:
    place, dark = root.evaluate(ROOT), ink(root)
    height, width = dark.shape
    start, end = round(place["start"] * width), round(place["end"] * width)
    sign = dark[:, :start].any(axis=1).mean() if start else 0
    bar = dark[: max(1, round(place["top"] * height)), start:end].mean(axis=1).max()
    faults = []
    if sign < 0.8:
        faults.append(f"the sign covers {sign:.0%} of the height")
    if bar < 0.8:  # the box of an accent is wider than its ink
        faults.append(f"the bar covers {bar:.0%} of the content")
    return faults


@pytest.mark.parametrize("system", ["browser", "without_math_fonts"])
def test_every_root_has_its_sign_and_its_bar(request, site_url, system):
    page = request.getfixturevalue(system).new_page(device_scale_factor=2)
    count, faults = 0, []
    for path in PAGES:
        page.goto(f"{site_url}{path}.html")
        shown(page)
        for root in page.locator("msqrt:visible, mroot:visible").all():
            count += 1
            faults += [f"{path}: {root.inner_html()}: {it}" for it in faults_of_root(root)]
    page.close()
    assert faults == []
    assert count > 20


def test_a_root_without_its_sign_is_found(browser):
    page = browser.new_page(device_scale_factor=2)
    page.set_content(f"<p style='font-size: 20px'>{BARE}")
    root = page.locator("msqrt")
    assert faults_of_root(root) == []
    page.add_style_tag(content="msqrt { color: transparent } msqrt > * { color: black }")
    assert len(faults_of_root(root)) == 2
    page.close()


# Lines

LONGEST_LINES = """() => {
  const range = document.createRange();
  const longest = (paragraph) => {
    const words = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    const lines = new Map();
    while (words.nextNode()) {
      const { data } = words.currentNode;
      if (words.currentNode.parentElement.closest("math")) continue;
      for (let i = 0; i < data.length; i++) {
        range.setStart(words.currentNode, i);
        range.setEnd(words.currentNode, i + 1);
        const { bottom, width } = range.getBoundingClientRect();
        const line = [...lines.keys()].find((y) => Math.abs(y - bottom) < 12) ?? bottom;
        if (width) lines.set(line, (lines.get(line) ?? "") + data[i]);
      }
    }
    return [...lines.values()].reduce((a, b) => (a.length > b.length ? a : b), "");
  };
  const prose = "article section > p, article section > :is(ul, ol) > li";
  return [...document.querySelectorAll(prose)].map(longest);
}"""


@pytest.mark.parametrize("width", [1280, 1920])
def test_lines_of_prose_are_short(open_page, width):
    page = shown(open_page(f"{CHAPTER}.html", width=width))
    lengths = [len(line.strip()) for line in page.evaluate(LONGEST_LINES)]
    assert max(lengths) <= 75
    assert sorted(lengths)[len(lengths) // 2] >= 55  # nor are they columns of a newspaper


def test_headings_have_an_order(open_page):
    page = open_page("chapters/appendix/broken-losses.html")  # it has headings of all three levels

    def style(name: str, property: str) -> str:
        look = "(it, property) => getComputedStyle(it).getPropertyValue(property)"
        return page.locator(f"article {name}").first.evaluate(look, property)

    sizes = [float(style(name, "font-size")[:-2]) for name in ["h1", "h2", "h3", "p"]]
    assert all(larger >= 1.1 * smaller for larger, smaller in pairwise(sizes))
    assert len({style(name, "font-weight") for name in ["h1", "h2", "h3"]}) == 1


GAPS = """() => [...document.querySelectorAll("article section > div.math")]
    .filter((it) => it.nextElementSibling && it.checkVisibility())
    .map((it) => it.nextElementSibling.getBoundingClientRect().top
        - it.getBoundingClientRect().bottom)"""
SCROLLS = """() => [...document.querySelectorAll("article *")]
    .filter((it) => it.checkVisibility() && getComputedStyle(it).display !== "inline")
    .filter((it) => !it.closest("svg, math") && !it.matches(".visually-hidden, .sr-only"))
    .filter((it) => it.scrollWidth > it.clientWidth + 1
        && getComputedStyle(it).overflowX !== "visible")
    .map((it) => it.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("path", PAGES)
def test_formulas_have_air_and_nothing_scrolls_sideways_on_a_phone(turn_to, path):
    page = shown(turn_to(f"{path}.html", width=PHONE))
    assert all(gap >= 12 for gap in page.evaluate(GAPS))
    assert page.evaluate(SCROLLS) == []


# Arrival

SHIFTS = """() => new Promise((done) => {
  const sum = (list) => list.getEntries().reduce((all, { value }) => all + value, 0);
  const observer = new PerformanceObserver((list) => done(sum(list)));
  observer.observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(0), 1000);
})"""


def test_words_do_not_move_when_their_typeface_comes(browser, site_url):
    """On a phone, which is slower than the machine of a test."""
    page = browser.new_page(viewport={"width": 412, "height": 823})
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(f"{site_url}chapters/5-outlook/5-1-trends.html")
    page.wait_for_timeout(2000)
    assert page.evaluate(SHIFTS) < 0.1
    page.close()
