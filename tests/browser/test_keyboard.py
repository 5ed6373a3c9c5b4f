"""The site by keyboard: everything is reached, and the focus is seen."""

import pytest

from tests.support.browser import OPEN_ALL, lay_out, settle

CHAPTER = "chapters/3-losses/3-1-mean-squared-error"  # formulas, figures, folded code, exercises

# Computed style of the element with the focus, and of the same element without it.
FOCUS_RING = """() => {
  const it = document.activeElement;
  const look = () => {
    const style = getComputedStyle(it);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join();
  };
  const focused = look();
  it.blur();
  const plain = look();
  it.focus({ focusVisible: true });
  return focused !== plain;
}"""
NAME = """() => {
  const it = document.activeElement;
  return (it.getAttribute("aria-label") ?? it.title) || it.innerText.trim();
}"""


def tab_through(page, stops: int) -> dict[str, bool]:
    """The next elements that Tab reaches: name, and whether the focus is seen."""
    page.add_style_tag(content="* { transition: none !important; }")
    seen = {}
    for _ in range(stops):
        page.keyboard.press("Tab")
        seen[page.evaluate(NAME)] = page.evaluate(FOCUS_RING)
    return seen


def test_keyboard_reaches_everything_and_the_focus_is_seen(open_page):
    page = open_page(f"{CHAPTER}.html")
    stops = tab_through(page, 60)
    assert next(iter(stops)) == "Skip to main content"
    for name in ["Search", "Color mode", "Download this page"]:
        assert any(name in stop for stop in stops), name
    assert any(stop.startswith("3.2 ") for stop in stops)  # the menu
    assert [name for name, ring in stops.items() if not ring] == []


def test_skip_link(open_page):
    page = open_page(f"{CHAPTER}.html")
    page.keyboard.press("Tab")
    # The theme slides it in.
    page.wait_for_function("document.activeElement.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_search_dialog_opens_and_closes_by_keyboard(open_page):
    page = open_page(f"{CHAPTER}.html")
    field = page.locator("dialog[open] input[type=search]")
    page.locator("button.search-button-field").focus()
    page.keyboard.press("Enter")
    assert field.evaluate("field => field === document.activeElement")
    page.keyboard.press("Escape")
    assert field.count() == 0
    page.keyboard.press("Control+k")
    assert field.count() == 1


@pytest.mark.parametrize("side", ["primary", "secondary"])
def test_side_bars_open_and_close_by_keyboard_on_a_phone(open_page, side):
    page = open_page(f"{CHAPTER}.html", width=390)
    links = page.locator("dialog[open] nav a:visible")
    button = page.locator(f"button.{side}-toggle:visible")
    assert links.count() == 0
    button.focus()
    page.keyboard.press("Enter")
    links.first.wait_for()
    page.keyboard.press("Escape")
    links.first.wait_for(state="hidden")
    assert button.evaluate("button => button === document.activeElement")


@pytest.mark.parametrize("before, width", [(390, 1280), (1280, 620)])
def test_keyboard_reaches_what_scrolls(open_page, before, width):
    """Also in what is unfolded, and after the window changes its width."""
    page = open_page("chapters/5-outlook/5-1-trends.html", width=before)
    lay_out(page)
    page.evaluate(OPEN_ALL)
    page.set_viewport_size({"width": width, "height": 800})
    settle(page)
    boxes = page.locator("main pre").evaluate_all(
        "boxes => boxes.map((it) => [it.scrollWidth > it.clientWidth, it.tabIndex])"
    )
    wrong = [(scrolls, stop) for scrolls, stop in boxes if stop != (0 if scrolls else -1)]
    assert wrong == []
    assert {scrolls for scrolls, _ in boxes} == {True, False}
