"""A Sphinx extension: at a cell whose metadata asks for one, a figure that the reader can move.

    book: {name: loss-four, explorable: loss-explorer}

It stands below the cell's own figure, or in place of its picture if it answers the same question.
The figures are drawn by website/explorables/*.js, which only the pages that have one load. Without
JavaScript, and in print, the page shows the figure of the cell alone.
"""

from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

FOLDER = Path(__file__).with_suffix("")
STYLE = "explorables.css"
BASE = ["plot.js"]
SCRIPTS = {  # what each figure needs, in the order of loading, after the base
    "loss-explorer": ["losses.js", "loss-explorer-data.js", "loss-explorer.js"],
    "descent-player": ["descent.js", "descent-player.js"],
    "digit-drawer": ["digit-drawer-data.js", "losses.js", "digit-drawer.js"],
    "three-scores": ["losses.js", "three-scores.js"],
    "outlier-line": (OUTLIER := ["outlier-line-data.js", "losses.js", "outlier-line.js"]),
    "outlier-first": OUTLIER,
    "threshold": ["threshold-data.js", "threshold.js"],
}
IN_PLACE = (  # of the picture
    "outlier-line",
    "outlier-first",
    "descent-player",
    "digit-drawer",
    "three-scores",
)
# The theme hides .pst-js-only where scripts do not run.
ELEMENT = '<div class="explorable pst-js-only" data-explorable="{name}"></div>'


class Explorables(SphinxTransform):
    """The element that a script fills: in the figure of the cell, or after the cell.

    Never inside the cell alone, where it could be folded.
    """

    default_priority = 500

    def apply(self, **kwargs):
        for cell in list(self.document.findall(nodes.container)):
            if name := cell.get("cell_metadata", {}).get("book", {}).get("explorable"):
                element = nodes.raw("", ELEMENT.format(name=name), format="html")
                if name in IN_PLACE:
                    next(cell.findall(nodes.figure)).insert(0, element)
                else:
                    cell.parent.insert(cell.parent.index(cell) + 1, element)
                self.env.metadata[self.env.docname].setdefault("explorables", []).append(name)


class FoldedCodeBelow(SphinxPostTransform):
    """Below a figure to move stands the folded code of its cell, and of the cell before it."""

    formats = ("html",)
    default_priority = 210  # after MyST-NB has folded the code

    def run(self, **kwargs):
        for figure in list(self.document.findall(nodes.figure)):
            if "data-explorable" in figure[0].astext():
                cell = figure.parent.parent
                before = cell.parent[cell.parent.index(cell) - 1]
                for code in [before, cell[0]]:
                    if isinstance(code, HideCodeCellNode) or is_folded(code):
                        code.parent.remove(code)
                        cell.append(code)


def is_folded(cell) -> bool:
    """Nothing is seen of a cell but that it can be unfolded."""
    return len(cell) == 1 and isinstance(cell[0], HideCodeCellNode)


def append_static(app, config):
    # Not in _config.yml: Jupyter Book loads all scripts of the folders named there on every page.
    config.html_static_path += [str(file) for file in sorted(FOLDER.glob("*.[cj]s*"))]


def add_scripts(app, page, template, context, doctree):
    names = app.env.metadata.get(page, {}).get("explorables", [])
    if not names:
        return
    app.add_css_file(STYLE)
    for script in dict.fromkeys(BASE + [s for name in names for s in SCRIPTS[name]]):
        app.add_js_file(script, loading_method="defer", priority=900)


def setup(app):
    app.add_transform(Explorables)
    app.add_post_transform(FoldedCodeBelow)
    app.connect("config-inited", append_static)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
