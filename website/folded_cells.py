"""A Sphinx extension: what a set-up and a guess fold, with the switch of all folded code.

The tag "setup" folds code that is only plumbing. The tag "guess" folds an output until the reader
has made a guess; with a figure goes its caption, which says the finding.
"""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform

SETUP = {"prompt_show": "Show the set-up", "prompt_hide": "Hide the set-up"}
GUESS = {"prompt_show": "My guess is ready", "prompt_hide": "Hide the answer"}


class FoldedCells(SphinxPostTransform):
    formats = ("html",)
    default_priority = 198  # before MyST-NB folds what has a mode for it

    def run(self, **kwargs):
        for cell in list(self.document.findall(nodes.container)):
            tags = cell.get("cell_metadata", {}).get("tags", [])
            if "setup" in tags:
                cell.attributes.update(SETUP, hide_mode="input")
            if "guess" in tags:
                fold_output(cell)


def fold_output(cell: nodes.container):
    """Not by MyST-NB, which has one switch for code and output: the code may have its own."""
    output = cell[-1]
    cell.remove(output)
    cell += HideCodeCellNode("", output, classes=["below-input"], **GUESS)


def setup(app):
    app.add_post_transform(FoldedCells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
