"""A Sphinx extension: the anchors and the entries of the index that the cells ask for.

The metadata of a code cell may have a key "book": the name of the cell, which becomes its anchor,
a claim that it proves with an oracle, a classic mistake that it shows, terms for the index.
"""

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform


class BookCells(SphinxTransform):
    """A named cell gets its anchor, and entries in the index that lead to it."""

    default_priority = 500

    def apply(self, **kwargs):
        for cell in list(self.document.findall(nodes.container)):
            if book := cell.get("cell_metadata", {}).get("book"):
                self.name(cell, book["name"])
                self.add_to_index(cell, book)

    def name(self, cell: nodes.container, name: str):
        anchor = nodes.make_id(name)
        cell["ids"].append(anchor)
        standard = self.env.get_domain("std")
        standard.anonlabels[name] = self.env.docname, anchor
        standard.labels[name] = self.env.docname, anchor, name

    def add_to_index(self, cell: nodes.container, book: dict):
        terms = [*book.get("index", [])]
        if "mistake" in book:
            terms.append(f"classic mistakes; {book['mistake']}")
        entries = [("single", term, cell["ids"][-1], "", None) for term in terms]
        if entries:
            # Before the cell: inside, it would hide the code from the one that folds it.
            cell.parent.insert(cell.parent.index(cell), addnodes.index(entries=entries))


def setup(app):
    app.add_transform(BookCells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
