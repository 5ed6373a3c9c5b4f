"""A Sphinx extension: a search that finds numbers, symbols and Chinese, and works from a folder.

Sphinx's own index drops digits and signs, knows pages and no sections, and has the browser fetch
whole pages for their excerpts. Here one file holds the text of each section, as the page shows it;
MiniSearch makes an index of it in the browser (search_page/search.js).
"""

import json
import re
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from textwrap import shorten

FILES = Path(__file__).with_suffix("")
SCRIPTS = "minisearch.js", "search.js"
DATA = "search-data.js"
TITLE, TEXT, CODE = 1, 2, 3  # the parts of a section, after its anchor
VOID = {"br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
BLOCKS = {"blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "li", "ol", "p", "pre"}
BLOCKS |= {"table", "td", "th", "tr", "ul"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
SKIPPED = {"headerlink", "label", "eqno", "collapsed", "expanded", "reading-time"}
SKIPPED |= {"claims"}  # lines from all over the book
TO_BE_FOUND = {"cell_input", "sd-tab-content"}  # code: not to be read in a list of results
JOINED = {"mfrac": "/", "msup": "^"}  # what stands between the two parts of a formula in plain text
APPLIED = "\u2061"  # invisible, between a function and what it is applied to
BREAK = "\f"  # between two blocks, where a line of the source is none
WORD = re.compile(r"[^\W\d]\w*")


class Sections(HTMLParser):
    """The sections of a built page, and each entry of a list of terms or of sources.

    Each is a list: anchor, title, text, and words that the text lacks: those of its code, and those
    that the index of the book has for a place in it. A text has a line for each block of the page.
    """

    def __init__(self, html: str, index: dict[str, str]):
        super().__init__()
        self.index = index
        self.found = []
        # Of each open element: its tag, the section and the part of its text, what joins its parts.
        self.open = [["", None, None, ""]]
        self.terms = []  # for each open list: the entry of its last term
        article = re.search(r"<article\b.*</article>", html, re.S)
        self.feed(article[0] if article else "")
        self.found = list(map(tidy, self.found))

    def handle_starttag(self, tag, attributes):
        if tag in VOID:
            return
        attributes = dict(attributes)
        classes = set((attributes.get("class") or "").split())
        _, section, part, _ = self.open[-1]
        if "id" in attributes and (tag in {"section", "dt"} or "citation" in classes):
            section, part = [attributes["id"], "", "", ""], TITLE if tag == "dt" else TEXT
            self.found.append(section)
        if tag == "dl":
            self.terms.append(None)
        elif tag == "dt":
            self.terms[-1] = section
        elif tag == "dd":  # what a term means belongs to the term
            section, part = self.terms[-1], TEXT
        elif tag in HEADINGS:
            part = TITLE
        elif classes & TO_BE_FOUND or (tag == "div" and "math" in classes):
            part = CODE
        elif tag in {"button", "script", "style"} or classes & SKIPPED:
            section = None
        if section and attributes.get("id") in self.index:
            section[CODE] += f" {self.index[attributes['id']]} "
        self.open.append([tag, section, part, JOINED.get(tag, "")])
        self.handle_data(BREAK if tag in BLOCKS else " " if part == CODE else "")

    def handle_startendtag(self, tag, attributes):
        """Nothing: an element without content, such as the space of a formula."""

    def handle_endtag(self, tag):
        if tag in BLOCKS:
            self.handle_data(BREAK)
        if tag == "dl":
            self.terms.pop()
        while self.open.pop()[0] != tag:
            pass
        self.handle_data(self.open[-1][3])
        self.open[-1][3] = ""  # once, after the first part

    def handle_data(self, data):
        _, section, part, _ = self.open[-1]
        if section:
            section[part] += data.replace(APPLIED, " ")


def tidy(section: list[str]) -> list[str]:
    anchor, title, text, code = section
    text = "\n".join(filter(None, (" ".join(line.split()) for line in text.split(BREAK))))
    title = " ".join(title.split()) or shorten(text, 80, placeholder="…")
    words = sorted(set(WORD.findall(code)) - set(WORD.findall(text)))
    return [anchor, title, text, " ".join(words)]


def index_of(env, page: str) -> dict[str, str]:
    """The terms of the book's index, by the anchor to which they lead."""
    terms = defaultdict(str)
    for _, term, anchor, *_ in env.get_domain("index").entries.get(page, ()):
        terms[anchor] += f" {term}"
    return terms


def write_data(app, error):
    """For each page: its address, its title, its sections."""
    if error or app.builder.format != "html":
        return
    pages = []
    for page in sorted(app.env.found_docs):
        address = app.builder.get_target_uri(page)
        html = Path(app.outdir, address).read_text(encoding="utf-8")
        if sections := Sections(html, index_of(app.env, page)).found:
            pages.append([address, sections[0][TITLE], sections])
    text = json.dumps(pages, ensure_ascii=False, separators=(",", ":"))
    Path(app.outdir, "_static", DATA).write_text(f"const SEARCH_DATA = {text};\n", "utf-8")


def leave_out_the_index_of_sphinx(app):
    app.builder.search = False


def add_files(app, config):
    # Not in html_static_path of _config.yml: Jupyter Book would load every script below it.
    config.html_static_path += [str(FILES / name) for name in SCRIPTS]


def add_page(app):
    yield "search", {}, "search.html"


def setup(app):
    app.connect("builder-inited", leave_out_the_index_of_sphinx)
    app.connect("config-inited", add_files)
    app.connect("html-collect-pages", add_page)
    app.connect("build-finished", write_data)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
