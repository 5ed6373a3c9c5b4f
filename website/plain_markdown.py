"""A Sphinx extension: the site reads notebooks of ordinary Markdown.

What stands in their text (`cross_references.py` says what) becomes what Sphinx counts, links and
folds by itself. The copies that readers download begin with a cell that says how to get lossbook.
"""

import os
import re
from functools import cache
from pathlib import Path

import nbformat

from website.cross_references import ANCHOR, CAPTION, CITATION, CITATIONS, EQUATION, read_sources
from website.library_tabs import tabs

NUMBER = re.compile(r"\[(?:(Fig\.)[ \d.]+|\([\d.]+\))\]\([^()\s]*#(?:cell-id=)?([\w-]+)\)")
NAME = re.compile(r"\]\((?:[^()\s:#]+\.ipynb)?#(?:cell-id=)?([\w-]+)\)")
API = re.compile(r"\[`([^`]+)`\]\([^()\s#]*api\.md#([\w.]+)\)")
BOX = re.compile(r"^> \*\*(.+)\*\*\n((?:>.*(?:\n|$))+)", re.M)

INSTALL = """\
# Where lossbook is missing, this installs it, with NumPy and Matplotlib.
try:
    import lossbook
except ModuleNotFoundError:
    %pip install --quiet "lossbook[figures] @ {wheel}"
"""
HOW_TO_INSTALL = (
    "*A page of The Book of Losses. It runs where `lossbook` is installed: "
    'in the folder of the book, `pip install ".[figures]"` does it.*'
)


def myst(text: str, keys: dict[str, str]) -> str:
    """A text of a notebook as MyST; `keys` are those of the bibliography, by address."""

    def role(form: str, addresses: list[str]):
        return f"{{cite:{form}}}`{','.join(keys[address] for address in addresses)}`"

    def cite(found):
        return role("t", [found[1]]) if found[1] in keys else found[0]

    def cite_in_brackets(found):
        addresses = CITATION.findall(found[1])
        return role("p", addresses) if all(one in keys for one in addresses) else found[0]

    text = EQUATION.sub(r"$$\n\2\n$$ (\1)", text)
    text = ANCHOR.sub(r"(\1)=\n", text)
    text = BOX.sub(box, text)
    text = tabs(text)
    text = text.replace("<details>", '<details class="admonition">')  # looks as folded code does
    text = NUMBER.sub(lambda it: f"{{{'numref' if it[1] else 'eq'}}}`{it[2]}`", text)
    text = NAME.sub(r"](#\1)", text)
    text = API.sub(r"{py:obj}`\1 <\2>`", text)
    text = CITATIONS.sub(cite_in_brackets, text)
    return CITATION.sub(cite, text)


def box(found: re.Match) -> str:
    title, body = found.groups()
    kind = "warning" if title.startswith("Correction") else "note"
    body = re.sub("^> ?", "", body, flags=re.M)
    return f":::{{admonition}} {title}\n:class: {kind}\n{body}\n:::\n"


def for_sphinx(notebook, keys: dict[str, str]):
    """A notebook whose captions belong to their figures, and whose text is MyST."""
    cells = []
    for cell in notebook.cells:
        caption = CAPTION.match(cell.source) if cell.cell_type == "markdown" else None
        if caption:
            figure = {"caption": myst(cell.source[caption.end() :], keys)}
            if caption[2]:
                figure["name"] = caption[2]
            cells[-1].metadata.setdefault("mystnb", {})["figure"] = figure
            continue
        if cell.cell_type == "markdown":
            cell.source = myst(cell.source, keys)
        else:  # an output without content is for JupyterLab: tools/run_notebooks.py
            cell.outputs = [output for output in cell.outputs if output.get("data") != {}]
        cells.append(cell)
    notebook.cells = cells
    return notebook


@cache
def keys_of(root: Path) -> dict[str, str]:
    """The keys of the bibliography, by the addresses of the sources."""
    return {source.address: source.key for source in read_sources(root).values()}


def read_notebook(app, page, content):
    if app.env.doc2path(page).endswith(".ipynb"):
        notebook = nbformat.reads(content[0], as_version=4)
        content[0] = nbformat.writes(for_sphinx(notebook, keys_of(Path(app.srcdir))))


def write_downloads(app, error):
    """The copies that the button of a page hands out, with a cell that says what they need."""
    if error or app.builder.format != "html":
        return
    first = first_cell(os.environ.get("SITE_URL"), Path(app.outdir))
    for page in app.env.found_docs:
        copy = Path(app.outdir, "_sources", f"{page}.ipynb")
        if copy.is_file():
            notebook = nbformat.read(app.env.doc2path(page), as_version=4)
            notebook.cells.insert(0, first)
            nbformat.write(notebook, copy)


def first_cell(address: str | None, site: Path):
    """How to get lossbook: from the site, where its address is known and lite/build.py has run."""
    wheels = [path.relative_to(site).as_posix() for path in site.glob("lite/static/lossbook-*.whl")]
    if address and wheels:
        wheel = f"{address.rstrip('/')}/{wheels[0]}"
        return nbformat.v4.new_code_cell(INSTALL.format(wheel=wheel), id="get-lossbook")
    return nbformat.v4.new_markdown_cell(HOW_TO_INSTALL, id="get-lossbook")


def setup(app):
    app.connect("source-read", read_notebook)
    app.connect("build-finished", write_downloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
