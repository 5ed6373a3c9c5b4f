"""Each rule of the book's own style sheet changes something that a reader sees.

A rule that an upgrade of the theme has made needless fails, and so does one that meets nothing.
"""

import re

import pytest

from website.find_pages import ROOT

PAGES = [
    "chapters/index.html",
    "chapters/3-losses/3-1-mean-squared-error.html",
    "chapters/1-background/1-1-deep-learning.html",
    "chapters/3-losses/3-2-cross-entropy.html",
    "chapters/appendix/loss-cards.html",
    "chapters/appendix/how-fast.html",
    "chapters/4-code/4-1-mean-squared-error-in-code.html",
    "chapters/4-code/4-3-multi-label-in-code.html",
    "chapters/appendix/references.html",
    "chapters/appendix/api.html",
    "genindex.html",
    "search.html?q=0.693",
    "chapters/appendix/broken-losses.html",
    "chapters/appendix/glossary.html",
    "chapters/appendix/what-is-proven.html",
]
WAYS = [("light", 1280, "screen"), ("dark", 1280, "screen"), ("light", 390, "screen")]
WAYS += [("light", 1280, "print"), ("light", 1280, "hidden code")]

# For each rule that holds now: does anything change when its declarations are taken away? One that
# is known to change something is not tried again.
FELT = r"""known => {
  const felt = [];
  const look = (rules) => {
    for (const rule of rules) {
      const holds = rule.media ? matchMedia(rule.media.mediaText).matches
        : rule.conditionText && CSS.supports(rule.conditionText);
      if (holds) look(rule.cssRules);
      if (!rule.selectorText || known.includes(rule.selectorText)) continue;
      const [, selector, pseudo] = rule.selectorText.match(/^([^]*?)(::[\w-]+)?$/);
      const found = [...document.querySelectorAll(selector)].slice(0, 300);
      const names = [...rule.style];
      const values = () =>
        found.map((e) => names.map((n) => getComputedStyle(e, pseudo).getPropertyValue(n)).join());
      const [text, before] = [rule.style.cssText, values()];
      rule.style.cssText = "";
      const after = values();
      rule.style.cssText = text;
      if (before.some((value, i) => value !== after[i])) felt.push(rule.selectorText);
    }
  };
  look([...document.styleSheets].find((s) => s.href?.includes("/book.css")).cssRules);
  return felt;
}"""


def selectors() -> set[str]:
    css = (ROOT / "website" / "static" / "book.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    heads = re.findall(r"(?:^|[{};])\s*([^{}@;]+)\{", css)
    # What the pointer or the focus changes is tried in test_keyboard.py and test_reading.py.
    return {" ".join(head.split()) for head in heads if ":hover" not in head}


@pytest.fixture(scope="module")
def felt(browser, site_url):
    found = []  # as the browser writes them
    for theme, width, medium in WAYS:
        page = browser.new_page(color_scheme=theme, viewport={"width": width, "height": 800})
        if medium == "hidden code":
            page.add_init_script("localStorage.setItem('code', 'hidden')")
        else:
            page.emulate_media(media=medium)
        for path in PAGES:
            page.goto(site_url + path)
            page.add_style_tag(content="* { transition: none !important; }")
            found += page.evaluate(FELT, found)
        page.close()
    return {" ".join(selector.split()) for selector in found}


@pytest.mark.parametrize("selector", sorted(selectors()))
def test_rule_changes_something(felt, selector):
    assert selector in felt
