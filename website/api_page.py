"""A Sphinx extension: the page that documents lossbook, written from its docstrings."""

import inspect
import re
from importlib import import_module
from textwrap import indent

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

import lossbook

TITLE = re.compile(r"(\w+)\n-+\n")  # of a section
SOURCE = re.compile(r"(Sources?): ")
TERM = re.compile(r"^(\S.*?) : ", re.MULTILINE)  # "delta : number > 0", at the start of a line


def documented(module: str, also: str = "") -> list[str]:
    """Full names of what a module defines for the public, in its order, and of what it adds."""
    public, added = set(lossbook.__all__), set(also.split())
    return [
        f"lossbook.{name}" if name in public else f"{module}.{name}"
        for name, thing in vars(import_module(module)).items()
        if name in public | added and getattr(thing, "__module__", "") == module
    ]


class Api(SphinxDirective):
    """The entries of a module, after the first paragraph of its docstring.

    A loss is an object that is called like a function, and autodoc alone would overlook it.  Here
    everything that is not a class is documented as a function, under its public name.
    """

    required_arguments = 1
    option_spec = {"also": directives.unchanged}  # classes that are not public but returned

    def run(self) -> list[nodes.Node]:
        module = import_module(self.arguments[0])
        lines = [".. py:currentmodule:: lossbook", "", *format_docstring(first_paragraph(module))]
        for name in documented(module.__name__, self.options.get("also", "")):
            is_class = inspect.isclass(getattr(module, name.rpartition(".")[2]))
            entry = [f".. autoclass:: {name}", "   :members:"]
            lines += ["", *(entry if is_class else [f".. autofunction:: {name}"])]
        container = nodes.Element()
        self.state.nested_parse(StringList(lines, module.__name__), 0, container)
        return container.children


def first_paragraph(module) -> list[str]:
    return inspect.getdoc(module).split("\n\n")[0].splitlines()


def format_docstring(lines: list[str]) -> list[str]:
    """A docstring of lossbook as reStructuredText: sections and the source become fields.

    Napoleon would read the words after "delta :" as a type, and the source as an exception.
    """
    formatted, margin = [], ""
    for block in re.split(r"\n{2,}", "\n".join(lines).strip()):
        if title := TITLE.match(block) or SOURCE.match(block):
            block, margin = block[title.end() :], "   "
            if title[1] != "Examples":
                formatted.append(f":{title[1]}:")
            if title[1] == "Raises":
                block = re.sub(r"^(\w+)\n +", r"\1 : ", block, flags=re.MULTILINE)
        if block.startswith(">>>"):
            margin = ""
        elif block.startswith(".. math::"):  # on a narrow screen, below each other
            block = re.sub(r",?\s*\\qquad\s*", "\n\n.. math:: ", block)
        elif not block.startswith(("..", " ")):
            block = block.replace("|", r"\|")  # |e| is a size, not a substitution
            if TERM.match(block):
                block = TERM.sub(r"* **\1**: ", block).replace("\n    ", "\n  ")
        formatted.append(indent(block, margin))
    return "\n\n".join(formatted).splitlines() + [""]


def process_docstring(app, what, name, thing, options, lines):
    lines[:] = format_docstring(lines)


def process_signature(app, what, name, thing, options, signature, returns):
    """No signature for a class that only lossbook itself calls, such as the record of a descent."""
    if what == "class" and name.rpartition(".")[2] not in lossbook.__all__:
        return "", None


def keep_quotes(app, domain, kind, content):
    """In "mean" the quotation marks are code: they stay straight."""
    content["support_smartquotes"] = False


class overview(nodes.Element):
    """The place for links to all entries of the page."""


class Overview(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        return [overview()]


def fill_overview(app, doctree):
    """A line of links for each section of the page: to the section, and to its entries."""
    for place in list(doctree.findall(overview)):
        lines = nodes.bullet_list()
        for section in place.parent.children:
            if not isinstance(section, nodes.section):
                continue
            line = nodes.paragraph("", "", link(section, nodes.Text(section[0].astext())))
            entries = [entry[0] for entry in section if isinstance(entry, addnodes.desc)]
            for i, entry in enumerate(entries):
                line += nodes.Text(", " if i else ": ")
                line += link(entry, nodes.literal(text=entry["fullname"]))
            lines += nodes.list_item("", line)
        place.replace_self(lines)


def link(target: nodes.Element, content: nodes.Node) -> nodes.reference:
    return nodes.reference("", "", content, refid=target["ids"][0], internal=True)


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    app.add_directive("api", Api)
    app.add_directive("api-overview", Overview)
    app.connect("autodoc-process-docstring", process_docstring)
    app.connect("autodoc-process-signature", process_signature)
    app.connect("object-description-transform", keep_quotes)
    app.connect("doctree-read", fill_overview)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
