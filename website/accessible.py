"""A Sphinx extension: names and roles that a screen reader announces rightly."""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput, visit_HideCellInput
from sphinx_design import extension as sphinx_design
from sphinx_design.shared import is_component


def visit_hidden_cell(translator, node):
    """The switch of a folded cell is called by what it shows: "Show the solution in code"."""
    visit_HideCellInput(translator, node)
    replace_last(translator, ' aria-label="Toggle hidden content"', "")


def visit_citation(translator, node):
    """An entry of the references: its own role has gone from the standard (DPUB-ARIA 1.1)."""
    type(translator).visit_citation(translator, node)
    replace_last(translator, ' role="doc-biblioentry"', ' role="listitem"')


def depart_citation(translator, node):
    type(translator).depart_citation(translator, node)


def visit_container(translator, node):
    """A set of tabs is a group of radio buttons, which has a name."""
    sphinx_design.visit_container(translator, node)
    if is_component(node, "tab-set"):
        replace_last(translator, "<div", '<div role="group" aria-label="Library"')


def replace_last(translator, old: str, new: str):
    """Change words in what was written last."""
    for i in reversed(range(len(translator.body))):
        if old in translator.body[i]:
            translator.body[i] = translator.body[i].replace(old, new)
            return


def setup(app):
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden_cell, depart_HideCellInput))
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    container = visit_container, sphinx_design.depart_container
    app.add_node(nodes.container, override=True, html=container)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
