"""A picture or a heat map is told apart from a drawing of lines, from the cell to the page."""

import ast
from html.parser import HTMLParser

import nbformat
import pytest
from test_figures import pictures
from test_notebooks import NOTEBOOKS, ROOT, code_cells, images, name_of
from test_site import SITE, built

# Calls that fill an area with shades that stand for numbers.
FILLS = {"contourf", "hexbin", "hist2d", "imshow", "matshow", "pcolor", "pcolormesh", "draw_digits"}


def fills(source: str) -> bool:
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return any(getattr(call, "attr", None) in FILLS for call in calls)


def figure_cells(path) -> list:
    return [cell for cell in code_cells(nbformat.read(path, as_version=4)) if images(cell)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_text_of_a_figure_says_whether_it_has_shades(path):
    for cell in figure_cells(path):
        [output] = images(cell)
        assert bool(pictures.SHADES.search(output.data["text/plain"])) == fills(cell.source)


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


@built
@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_page_marks_figures_with_shades_and_no_others(path):
    page = SITE / path.relative_to(ROOT).with_suffix(".html")
    classes = Images(page.read_text(encoding="utf-8")).classes
    for cell in figure_cells(path):
        alt = cell.metadata.mystnb.image.alt
        assert ("picture" in classes[alt]) == fills(cell.source)
