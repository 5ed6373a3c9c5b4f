"""Formulas are there without scripts, all of them, and in their own typeface."""

import re

import nbformat
import pytest
from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from tests.support.browser import NOTEBOOKS, OPEN_ALL
from tests.support.site import PAGES
from website.find_pages import ROOT

FORMULA = "math, mjx-container, .katex"
MATH_FONT = f"""[...document.fonts].some((font) => font.status === "loaded"
    && getComputedStyle(document.querySelector("article :is({FORMULA})")).fontFamily
        .includes(font.family))"""
# The words on the page, outside of code and of the TeX that a formula may carry along.
WORDS = """() => {
  const words = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const texts = [];
  while (words.nextNode()) {
    const place = words.currentNode.parentElement;
    if (!place.closest("pre, code, script, style, annotation")) texts.push(words.currentNode.data);
  }
  return texts;
}"""
TEX = re.compile(r"\\[a-zA-Z]+|\\[()\[\]]|\$\S[^$]*\$")
markdown = MarkdownIt().enable("table")
markdown.use(dollarmath_plugin).use(amsmath_plugin).use(colon_fence_plugin)


def formulas(text: str) -> int:
    """How many formulas a text in MyST Markdown has."""
    count = 0
    for token in markdown.parse(text):
        if token.type in ("math_block", "math_block_label", "amsmath") or "{math}" in token.info:
            count += 1
        elif token.info.startswith("{"):  # another directive: its content is Markdown
            count += formulas(token.content)
        count += sum(child.type.startswith("math_inline") for child in token.children or [])
    return count


def text_of(path: str) -> str:
    """The Markdown of a page."""
    if path not in NOTEBOOKS:
        return (ROOT / f"{path}.md").read_text(encoding="utf-8")
    cells = nbformat.read(ROOT / f"{path}.ipynb", as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@pytest.mark.parametrize("path", PAGES)
def test_formulas_need_no_script(turn_to, path):
    page = turn_to(f"{path}.html", javascript=False)
    assert [text for text in page.evaluate(WORDS) if TEX.search(text)] == []
    page.evaluate(OPEN_ALL)
    sizes = page.evaluate(
        """kinds => [...document.querySelectorAll(`article :is(${kinds})`)]
            .filter((it) => !it.parentElement.closest(kinds))
            .map((it) => it.getBoundingClientRect()).map(({ width, height }) => width * height)""",
        FORMULA,
    )
    written = formulas(text_of(path))
    if path.endswith(("/what-is-proven", "/api")):  # formulas from cells and docstrings
        assert len(sizes) > written
    else:
        assert len(sizes) == written
    assert all(sizes)
    assert not sizes or page.evaluate(f"document.fonts.ready.then(() => {MATH_FONT})")
