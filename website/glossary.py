"""A Sphinx extension: Chinese says that it is Chinese, and the glossary has a line from A to Z.

Without the language a screen reader spells the characters, and a browser takes a Japanese font.
"""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

CHINESE = re.compile("([\u3400-\u9fff]+)")


class MarkChinese(SphinxTransform):
    default_priority = 500

    def apply(self, **kwargs):
        for text in list(self.document.findall(nodes.Text)):
            if CHINESE.search(text) and isinstance(text.parent, nodes.TextElement):
                parts = [part for part in CHINESE.split(text) if part]
                text.parent.replace(text, [marked(part) for part in parts])


def marked(part: str) -> nodes.Node:
    """A part of a text; docutils writes the class as an attribute, lang."""
    if not CHINESE.match(part):
        return nodes.Text(part)
    return nodes.inline("", part, classes=["language-zh"])


class JumpBar(SphinxTransform):
    """Above a glossary a link for each letter, to its first term."""

    default_priority = 500

    def apply(self, **kwargs):
        for glossary in list(self.document.findall(addnodes.glossary)):
            first = {}
            for term in glossary.findall(nodes.term):
                first.setdefault(term.astext()[0].upper(), term["ids"][0])
            bar = nodes.paragraph(classes=["jump-bar"])
            for letter, term in sorted(first.items()):
                bar += [nodes.reference("", letter, refid=term, internal=True), nodes.Text(" ")]
            glossary.parent.insert(glossary.parent.index(glossary), bar)


def setup(app):
    app.add_transform(MarkChinese)
    app.add_transform(JumpBar)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
