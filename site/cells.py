"""A Sphinx extension: what the metadata of a notebook's cells say, as links, index and tables.

The metadata of a code cell may have a key "book": the name of the cell, which becomes its anchor,
a claim that it proves with an oracle, a classic mistake that it shows, terms for the index.
"""

import re
from collections.abc import Iterator
from math import ceil
from pathlib import Path

import nbformat
from docutils import nodes
from docutils.statemachine import StringList
from names import ANCHOR, CAPTION
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

SCRIPT = Path(__file__).with_suffix("") / "claim-filter.js"
# The theme hides .pst-js-only where scripts do not run.
CLAIM_FILTER = """
<form class="claim-filter pst-js-only d-print-none">
  <label>Page <select name="page"><option value="">all pages</option></select></label>
  <label>Oracle <select name="oracle"><option value="">all oracles</option></select></label>
  <output></output>
</form>
"""
WORD = re.compile(r"\S*\w\S*")  # bars of tables and marks of lists are none
WORDS_A_MINUTE = 200
SECONDS_A_CELL = 10


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


class ReadingTime(SphinxTransform):
    """Below the title of a chapter: how long it takes to read."""

    default_priority = 500

    def apply(self, **kwargs):
        path = Path(self.env.doc2path(self.env.docname))
        if re.match(r"\d-\d-", path.name):
            title = next(self.document.findall(nodes.title))
            text = f"About {minutes(nbformat.read(path, as_version=4))} minutes, without exercises"
            # As HTML: the card of a shared page quotes the first paragraph, and means the next.
            line = nodes.raw("", f'<p class="reading-time">{text}</p>', format="html")
            title.parent.insert(title.parent.index(title) + 1, line)


def minutes(notebook) -> int:
    """The minutes that a chapter takes: its words, and a look at each of its code cells."""
    words = code = 0
    for cell in notebook.cells:
        if CAPTION.match(cell.source):
            continue  # it is looked at with its figure
        text, exercises, _ = ANCHOR.sub("", cell.source).partition("## Exercises")
        code += cell.cell_type == "code"
        words += len(WORD.findall(text)) if cell.cell_type == "markdown" else 0
        if exercises:
            break
    return ceil(words / WORDS_A_MINUTE + code * SECONDS_A_CELL / 60)


def book_cells(path: Path) -> Iterator[dict]:
    """What the cells of a notebook say under the key "book", in their order."""
    for cell in nbformat.read(path, as_version=4).cells:
        if "book" in cell.metadata:
            yield cell.metadata.book


class CellTable(SphinxDirective):
    """A section for each page, with a line for each cell that says something."""

    def run(self) -> list[nodes.Node]:
        pages = Path(self.env.srcdir, "chapters").rglob("*.ipynb")
        lines = [line for page in sorted(pages) for line in self.lines_of(page)]
        tables = nodes.container(classes=["claims"])
        self.state.nested_parse(StringList(lines, self.name), 0, tables)
        return [tables]

    def lines_of(self, page: Path) -> list[str]:
        self.env.note_dependency(str(page))
        found = [line for book in book_cells(page) if (line := self.line(book))]
        if not found:
            return []
        name = page.relative_to(self.env.srcdir).with_suffix("").as_posix()
        return ["", f"**[](/{name})**", "", *self.head, *found, ""]


class Claims(CellTable):
    """The claims, below two lists from which the reader picks a page and an oracle."""

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname]["claims"] = True
        return [nodes.raw("", CLAIM_FILTER, format="html"), *super().run()]

    head = ("| what is claimed | oracle | cell |", "|---|---|---|")

    def line(self, book: dict) -> str | None:
        if "claim" in book:
            return f"| {in_table(book['claim'])} | {book['oracle']} | [proof](#{book['name']}) |"


class Mistakes(CellTable):
    head = ("| mistake | cell |", "|---|---|")

    def line(self, book: dict) -> str | None:
        if "mistake" in book:
            return f"| {book['mistake']} | [shown](#{book['name']}) |"


def in_table(text: str) -> str:
    return text.replace("|", r"\|")


def append_static(app, config):
    # Not in _config.yml: Jupyter Book loads all scripts of the folders named there on every page.
    config.html_static_path.append(str(SCRIPT))


def add_script(app, page, template, context, doctree):
    if "claims" in app.env.metadata.get(page, {}):
        app.add_js_file(SCRIPT.name, loading_method="defer", priority=900)


def setup(app):
    app.add_transform(BookCells)
    app.add_transform(ReadingTime)
    app.add_directive("claims", Claims)
    app.add_directive("classic-mistakes", Mistakes)
    app.connect("config-inited", append_static)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
