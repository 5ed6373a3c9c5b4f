"""A Sphinx extension: below the title of a chapter stands how long it takes to read."""

import re
from math import ceil
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.transforms import SphinxTransform

from website.cross_references import ANCHOR, CAPTION

WORD = re.compile(r"\S*\w\S*")  # bars of tables and marks of lists are none
WORDS_A_MINUTE = 200
LINES_A_MINUTE = 15  # of code that is not folded
FOLDED = {"setup", "hide-input", "hide-cell"}


class ReadingTime(SphinxTransform):
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
    """The minutes that a chapter takes: its words and its code, exercises aside."""
    words = lines = 0
    for cell in notebook.cells:
        if CAPTION.match(cell.source):
            continue  # it is looked at with its figure
        text, exercises, _ = ANCHOR.sub("", cell.source).partition("## Exercises")
        if cell.cell_type == "markdown":
            words += len(WORD.findall(text))
        elif not FOLDED & set(cell.metadata.get("tags", [])):
            lines += sum(bool(line.strip()) for line in cell.source.splitlines())
        if exercises:
            break
    return ceil(words / WORDS_A_MINUTE + lines / LINES_A_MINUTE)


def setup(app):
    app.add_transform(ReadingTime)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
