"""axe finds no fault on any page, in either theme, on a desktop and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.browser import EVERY, come_near, lay_out

# axe leaves this rule off; WCAG 2.5.3 asks for it: by voice a button is called by what it shows.
WORDS = {"label-content-name-mismatch": {"enabled": True}}
COLOURS = ["color-contrast", "link-in-text-block"]  # all that a theme changes

# Colours take axe a minute on a page of 8000 elements, nearly all of which look like another one.
# One of each look is enough: colour, size, weight, every background behind, and for a link the
# words around it. This marks one element of each look that is not known yet, for the rules of
# colours to check, and returns the new looks.
MARK_NEW_LOOKS = """known => {
  const behind = new Map([[null, ""]]);
  const backgrounds = (node) => {
    if (!behind.has(node)) {
      const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(node);
      const own = [backgroundColor, backgroundImage, opacity, filter].join();
      const clear = own === "rgba(0, 0, 0, 0),none,1,none" ? "" : own;
      behind.set(node, `${backgrounds(node.parentElement)} ${clear}`.trim());
    }
    return behind.get(node);
  };
  const hasText = (node) => [...node.childNodes].some((it) => it.nodeType === 3 && it.data.trim());
  const around = (link) => {
    if (!link) return "";
    const { color, textDecorationLine, fontWeight } = getComputedStyle(link);
    return [getComputedStyle(link.parentElement).color, color, textDecorationLine, fontWeight];
  };
  const seen = new Set(known);
  for (const node of document.body.querySelectorAll("*")) {
    node.removeAttribute("data-look");
    if (!(hasText(node) || node.matches("input, textarea")) || !node.checkVisibility()) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(node);
    const link = node.closest("a");
    const look = [color, fontSize, fontWeight, textShadow, backgrounds(node), around(link)].join();
    if (!seen.has(look)) {
      node.setAttribute("data-look", "");
      link?.setAttribute("data-look", "");
    }
    seen.add(look);
  }
  return [...seen].slice(known.length);
}"""


AXE_RULES = """axe.configure({ rules: [
    { id: "color-contrast", selector: "[data-look]" },
    { id: "link-in-text-block", selector: "a[href][data-look]" },
] })"""


@pytest.fixture(scope="module")
def axe():
    return Axe()


@pytest.fixture(scope="module")
def looks():
    """The looks that were met so far: the same ones come back on every page."""
    return set()


def mark_new_looks(page, looks: set[str]) -> bool:
    new = page.evaluate(MARK_NEW_LOOKS, list(looks))
    looks.update(new)
    return bool(new)


def faults(page, axe, **options) -> list[str]:
    """What axe has to say about the page, a line for each element."""
    lay_out(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe.axe_script)
        page.evaluate(AXE_RULES)
    options = {"resultTypes": ["violations"], **options}
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


def change_theme(page, theme: str):
    page.add_style_tag(content="* { transition: none !important; }")
    page.emulate_media(color_scheme=theme)
    page.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")


@pytest.mark.parametrize("path", EVERY)
def test_page(turn_to, axe, looks, path):
    page = turn_to(f"{path}.html")
    if page.locator(".explorable").count():
        come_near(page)
    for width in [1280, 390]:
        page.set_viewport_size({"width": width, "height": 800})
        change_theme(page, "light")
        mark_new_looks(page, looks)
        assert faults(page, axe, rules=WORDS) == []
        change_theme(page, "dark")
        if mark_new_looks(page, looks):
            assert faults(page, axe, runOnly=COLOURS) == []


def test_results_and_causes(open_page, axe, looks):
    page = open_page("search.html?q=0.693")
    page.locator("ol.found li").first.wait_for()
    for theme in ["light", "dark"]:
        change_theme(page, theme)
        mark_new_looks(page, looks)
        assert faults(page, axe, rules=WORDS) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_tabs(open_page, axe, looks, width):
    """Each of them, and the one that has the focus."""
    page = open_page("chapters/4-code/4-1-mean-squared-error-in-code.html", width=width)
    for theme in ["light", "dark"]:
        change_theme(page, theme)
        page.locator(".sd-tab-set > input").first.focus()
        for _ in range(page.locator(".sd-tab-set > input").count()):
            page.keyboard.press("ArrowRight")
            mark_new_looks(page, looks)
            assert faults(page, axe, rules=WORDS) == []


@pytest.mark.parametrize(
    "html, rule",
    [
        ("<img src='../_static/logo.svg'>", "image-alt"),
        ("<button aria-label='Find'>Search</button>", "label-content-name-mismatch"),
        ("<a href='#main-content'></a>", "link-name"),
        ("<h5>Too deep</h5>", "heading-order"),
        (
            "<p>Some <a href='.' style='text-decoration: none; color: #223'>a link</a> in it</p>",
            "link-in-text-block",
        ),
        ("<p style='color: #999; background: #fff'>pale on white</p>", "color-contrast"),
    ],
)
def test_faults_are_found(open_page, axe, html, rule):
    page = open_page(f"{EVERY[0]}.html")
    page.locator("article").evaluate("(it, html) => it.insertAdjacentHTML('beforeend', html)", html)
    mark_new_looks(page, set())
    assert [fault.split(":")[0] for fault in faults(page, axe, rules=WORDS)] == [rule]


def test_pale_words_are_found_in_the_dark(open_page, axe):
    looks = set()
    page = open_page(f"{EVERY[0]}.html")
    page.add_style_tag(content="[data-theme=dark] article p { color: #333; }")
    assert mark_new_looks(page, looks)
    assert faults(page, axe, runOnly=COLOURS) == []
    change_theme(page, "dark")
    assert mark_new_looks(page, looks)
    assert {fault[:17] for fault in faults(page, axe, runOnly=COLOURS)} == {"color-contrast: <"}
    assert not mark_new_looks(page, looks)
