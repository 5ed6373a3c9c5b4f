"""A Sphinx extension: the tables of "What is proven where", made of what the cells claim.

`{claims}` lists the claims, by page and oracle; `{classic-mistakes}` the mistakes that are shown.
"""

from collections.abc import Iterator
from pathlib import Path

import nbformat
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from website.find_pages import find_notebooks

SCRIPT = Path(__file__).with_suffix("") / "claim-filter.js"
# The theme hides .pst-js-only where scripts do not run.
CLAIM_FILTER = """
<form class="claim-filter pst-js-only d-print-none">
  <label>Page <select name="page"><option value="">all pages</option></select></label>
  <label>Oracle <select name="oracle"><option value="">all oracles</option></select></label>
  <output></output>
</form>
"""


def book_cells(path: Path) -> Iterator[dict]:
    """What the cells of a notebook say under the key "book", in their order."""
    for cell in nbformat.read(path, as_version=4).cells:
        if "book" in cell.metadata:
            yield cell.metadata.book


TRAINED = {  # in the metadata → on the page
    "to the end": "trained to the end",
    "a curve": "a curve over its steps",
    "as stated": "trained as far as it says",
}
MODELS = {
    "fits": "a model that can fit",
    "cannot fit": "a model that cannot fit",
    "both": "models that can fit and that cannot",
    "none": "no model",
}


def judge(book: dict) -> str:
    """Who says that a claim holds; of real data, how it was tried: "real data: 10 trials, …"."""
    if "trials" not in book:
        return book["oracle"]
    tried = [f"{book['trials']} trial{'s' * (book['trials'] > 1)}", MODELS[book["model"]]]
    if "trained" in book:
        tried.append(TRAINED[book["trained"]])
    return f"{book['oracle']}: {', '.join(tried)}"


class CellTable(SphinxDirective):
    """A section for each page, with a line for each cell that says something."""

    def run(self) -> list[nodes.Node]:
        pages = find_notebooks(Path(self.env.srcdir, "chapters"))
        lines = [line for page in pages for line in self.lines_of(page)]
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
            return f"| {in_table(book['claim'])} | {judge(book)} | [proof](#{book['name']}) |"


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
    app.add_directive("claims", Claims)
    app.add_directive("classic-mistakes", Mistakes)
    app.connect("config-inited", append_static)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
