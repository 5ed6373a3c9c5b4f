"""A Sphinx extension: the lists of the first page as buttons and tiles, and its repository's link.

In the notebook they are plain lists of links, which read well wherever it is opened: a list whose
items begin in bold becomes tiles, one for each part of the book, another one a row of buttons.
"""

from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.transforms import SphinxTransform

from website.find_pages import find_files
from website.reading_time import minutes

CLONE = "clone the repository"


class Landing(SphinxTransform):
    default_priority = 500

    def apply(self, **kwargs):
        if self.env.docname != self.config.root_doc:
            return
        for items in self.document.findall(nodes.bullet_list):
            if next(items.findall(nodes.strong), None):
                items["classes"].append("tiles")
                for tile in items:
                    tile += self.time(tile.astext()[0])
            else:
                items["classes"].append("buttons")
        if self.config.repository:
            self.link_repository()

    def time(self, part: str) -> nodes.Node:
        """How long a part takes to read."""
        pages = find_files(Path(self.env.srcdir, "chapters"), f"{part}-*/*.ipynb")
        for page in pages:
            self.env.note_dependency(str(page))
        total = sum(minutes(nbformat.read(page, as_version=4)) for page in pages)
        text = f"{len(pages)} chapters, about {total} minutes"
        return nodes.raw("", f'<p class="reading-time">{text}</p>', format="html")

    def link_repository(self):
        for text in list(self.document.findall(nodes.Text)):
            before, found, after = text.partition(CLONE)
            if found:
                link = nodes.reference("", CLONE, refuri=self.config.repository)
                text.parent.replace(text, [nodes.Text(before), link, nodes.Text(after)])


def setup(app):
    app.add_transform(Landing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
