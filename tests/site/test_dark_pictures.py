"""Figures on the page: their letters, and which of them keep their shades in the dark theme."""

import ast
from base64 import b64decode
from html.parser import HTMLParser
from io import BytesIO

import nbformat
import pytest
from PIL import Image

from lossbook.pages import figures
from tests.support.notebooks import NOTEBOOKS, code_cells, images, name_of
from tests.support.site import SITE
from website import dark_pictures
from website.find_pages import ROOT

# Calls that fill an area with shades that stand for numbers.
FILLS = {"contourf", "hexbin", "hist2d", "imshow", "matshow", "pcolor", "pcolormesh", "draw_digits"}


def fills(source: str) -> bool:
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return any(getattr(call, "attr", None) in FILLS for call in calls)


# How wide the page shows a figure, in pixels, and the smallest letters that are read there: on a
# desktop as large as those of the text, on a phone as large as those of a footnote.
WIDTHS = {592: 15, 358: 9}


def letters(cell, shown: int) -> float:
    """The height of the smallest letters of a figure, in pixels of the page."""
    set_here = [
        keyword.value.value
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in {"fontsize", "labelsize"} and isinstance(keyword.value, ast.Constant)
    ]
    points = min([figures.STYLE["font.size"], *(n for n in set_here if not isinstance(n, str))])
    [output] = images(cell)
    width, _ = Image.open(BytesIO(b64decode(output.data["image/png"]))).size
    return points * figures.STYLE["figure.dpi"] / 72 * min(1, shown / width)


@pytest.mark.parametrize("shown", WIDTHS)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_letters_of_figures_are_read(path, shown):
    for cell in figure_cells(path):
        assert letters(cell, shown) >= WIDTHS[shown], cell.source


def figure_cells(path) -> list:
    return [cell for cell in code_cells(nbformat.read(path, as_version=4)) if images(cell)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_text_of_a_figure_says_whether_it_has_shades(path):
    for cell in figure_cells(path):
        [output] = images(cell)
        assert bool(dark_pictures.SHADES.search(output.data["text/plain"])) == fills(cell.source)


class Images(HTMLParser):
    """The classes of each image of a page, by its alternative text."""

    def __init__(self, text: str):
        super().__init__()
        self.classes = {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            attributes = dict(attributes)
            self.classes[attributes.get("alt")] = (attributes.get("class") or "").split()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_page_marks_figures_with_shades_and_no_others(path):
    page = SITE / path.relative_to(ROOT).with_suffix(".html")
    classes = Images(page.read_text(encoding="utf-8")).classes
    for cell in figure_cells(path):
        alt = cell.metadata.mystnb.image.alt
        assert ("picture" in classes[alt]) == fills(cell.source)
