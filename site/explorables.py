"""A Sphinx extension: below a cell whose metadata asks for one, a figure that the reader can move.

    book: {name: loss-four, explorable: loss-explorer}

The figures are drawn by site/explorables/*.js, which only the pages that have one load. Without
JavaScript, and in print, the page shows the figure of the cell alone.
"""

from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

FOLDER = Path(__file__).with_suffix("")
STYLE = "explorables.css"
BASE = ["plot.js"]
SCRIPTS = {  # what each figure needs, in the order of loading, after the base
    "loss-explorer": ["losses.js", "loss-explorer.js"],
    "descent-player": ["descent.js", "descent-player.js"],
    "outlier-line": ["outlier-line-data.js", "losses.js", "outlier-line.js"],
    "threshold": ["threshold-data.js", "threshold.js"],
}
# The theme hides .pst-js-only where scripts do not run.
ELEMENT = '<div class="explorable pst-js-only" data-explorable="{name}"></div>'


class Explorables(SphinxTransform):
    """The element that a script fills, after the cell: never inside, where it could be folded."""

    default_priority = 500

    def apply(self, **kwargs):
        for cell in list(self.document.findall(nodes.container)):
            if name := cell.get("cell_metadata", {}).get("book", {}).get("explorable"):
                element = nodes.raw("", ELEMENT.format(name=name), format="html")
                cell.parent.insert(cell.parent.index(cell) + 1, element)
                self.env.metadata[self.env.docname].setdefault("explorables", []).append(name)


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
    app.connect("config-inited", append_static)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
