"""The notebooks of the book, and what tests ask of their cells."""

import re
from functools import cache
from pathlib import Path

import nbformat

from website.find_pages import ROOT, find_notebooks

CHAPTERS = ROOT / "chapters"
NOTEBOOKS = find_notebooks(CHAPTERS)
# Pages with a number: they have exercises, claims and a summary.
NUMBERED = [path for path in NOTEBOOKS if re.match(r"\d-\d-", path.name)]
RAW = re.compile(r"\{[\w:-]+\}`|^ *:::|^ *```\{|^\([\w-]+\)=|\$\$ \([\w-]+\)|^: ", re.M)
EXERCISE = re.compile(r"^\*\*Exercise (\d) \(([a-z ]+)\)\.\*\*", re.MULTILINE)


def name_of(path: Path) -> str:
    return path.relative_to(CHAPTERS).as_posix()


def markdown_of(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def code_cells(notebook) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def images(cell) -> list:
    return [o for o in cell.outputs if any(kind.startswith("image/") for kind in o.get("data", {}))]


def tags(cell) -> set:
    return set(cell.metadata.get("tags", []))


def text_of(output) -> str:
    """What a reader sees of an output, save pictures."""
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return "\n".join([output.ename, output.evalue, *output.traceback])
    return "\n".join(str(v) for k, v in output.data.items() if not k.startswith("image/"))


def booked(path) -> list:
    """The cells of a notebook that say something, with it: (what, cell)."""
    cells = nbformat.read(path, as_version=4).cells
    return [(cell.metadata.book, cell) for cell in cells if "book" in cell.metadata]


@cache
def every_booked_cell() -> list:
    """(notebook, what its cell says, the cell), of the whole book."""
    return [(path, book, cell) for path in NOTEBOOKS for book, cell in booked(path)]


def raw_markup(text: str) -> list[str]:
    """What a reader sees raw, because only the site understands it; code blocks aside."""
    return RAW.findall(re.sub(r"^```\w*\n.*?^```$", "", text, flags=re.M | re.S))
