"""A Sphinx extension: names and roles that a screen reader announces rightly."""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput, visit_HideCellInput


def visit_hidden_cell(translator, node):
    """The switch of a folded cell is called by what it shows: "Show the solution in code"."""
    visit_HideCellInput(translator, node)
    leave_out(translator, ' aria-label="Toggle hidden content"')


def visit_citation(translator, node):
    """An entry of the references without a role that has gone from the standard (DPUB-ARIA 1.1)."""
    type(translator).visit_citation(translator, node)
    leave_out(translator, ' role="doc-biblioentry"')


def depart_citation(translator, node):
    type(translator).depart_citation(translator, node)


def leave_out(translator, words: str):
    """Take words from what was written last."""
    for i in reversed(range(len(translator.body))):
        if words in translator.body[i]:
            translator.body[i] = translator.body[i].replace(words, "")
            return


def setup(app):
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden_cell, depart_HideCellInput))
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
