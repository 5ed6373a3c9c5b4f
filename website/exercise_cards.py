"""A Sphinx extension: each exercise of a chapter is a card, with its kind as a badge.

In a notebook an exercise begins with "**Exercise 1 (on paper).**" and goes on, over its cells and
its solution, to the next one or to the end of the section.
"""

import re

from docutils import nodes
from sphinx.transforms import SphinxTransform

HEADING = re.compile(r"(Exercise \d+) \(([a-z ]+)\)\.$")
UNTOUCHED = "not yet"  # what a check says of a cell that the reader has still to fill in


class Exercises(SphinxTransform):
    """Gather each exercise into a container."""

    default_priority = 510  # after the anchors of the cells

    def apply(self, **kwargs):
        for section in list(self.document.findall(nodes.section)):
            card = None
            for node in list(section.children):
                if isinstance(node, nodes.section):
                    break
                start = bold_start(node)
                if start and (heading := HEADING.match(start.astext())):
                    card = nodes.container(classes=["exercise"])
                    card += title(*heading.groups())
                    node.remove(start)
                    section.insert(section.index(node), card)
                if card is not None:
                    section.remove(node)
                    card += without_untouched(node)


def bold_start(node: nodes.Node) -> nodes.strong | None:
    """The bold words with which a paragraph begins."""
    if isinstance(node, nodes.paragraph):
        first = next((child for child in node.children if child.astext()), None)
        return first if isinstance(first, nodes.strong) else None


def title(name: str, kind: str) -> nodes.paragraph:
    badge = nodes.inline("", kind, classes=["exercise-kind"])
    return nodes.paragraph(
        "", "", nodes.strong("", name), nodes.Text(" "), badge, classes=["exercise-title"]
    )


def without_untouched(cell: nodes.Node) -> nodes.Node:
    """A cell without the words that nobody has filled it in: on a page that goes without saying."""
    for output in list(cell.findall(nodes.container)):
        if output.get("nb_element") == "cell_code_output" and output.astext().strip() == UNTOUCHED:
            output.parent.remove(output)
    return cell


def setup(app):
    app.add_transform(Exercises)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
