"""The numbers, names and addresses that stand in the text of the notebooks.

Nobody writes them by hand: `run_notebooks.py` fills them in, where they are missing or stale.

    <a id="fig-line"></a>              names what follows: a place, a formula, a figure's caption
    **Fig. 3.1.1.** The line misses.   a caption: the cell below that of the figure
    $$ … \\tag{3.1.2} $$                a formula with a number, on lines of their own
    [Fig. 3.1.1](#fig-line)            a link to the figure; [(3.1.2)](#eq-mse) to the formula
    [the proof](#cell-id=mse-mean)     a link to the code cell whose metadata say `book.name`
    [Huber (1964)](https://doi.org/…)  a source, by the address of its entry in references.bib;
                                       ([Huber, 1964](https://doi.org/…)) in brackets
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from posixpath import relpath
from urllib.parse import quote

import nbformat
from pybtex.database import parse_file

ANCHOR = re.compile(r'<a id="([\w-]+)"></a>\n')
CAPTION = re.compile(rf"\A((?:{ANCHOR.pattern})?)\*\*(Fig\.[ \d.]*?)\.?\*\* ")
EQUATION = re.compile(
    ANCHOR.pattern + r"\$\$\n((?:(?!\$\$).)*)\n\\tag\{([\d.]*)\}\n\$\$", re.DOTALL
)
# Of a link to a name: the words, if they are a number or missing; the file; the name.
LINK = re.compile(r"(\[(?:Fig\.[ \d.]*|\([\d.]*\)|)\]|\])\(([^()\s]*)#(?:cell-id=)?([\w-]+)\)")
CITATION = re.compile(r"\[[^\[\]]*\]\((https?://[^()\s]+)\)")
CITATIONS = re.compile(rf"\(({CITATION.pattern}(?:, {CITATION.pattern})*)\)")


@dataclass(frozen=True)
class Target:
    """Where a name leads to."""

    page: PurePosixPath
    name: str
    number: str = ""  # "(3.1.2)" or "Fig. 3.1.2"
    in_text: bool = True  # or it is the name of a code cell
    of_cell: bool = True  # its cell is called so

    def address(self, page: PurePosixPath) -> str:
        """As seen from a page. JupyterLab finds a place on the open page, a cell on any."""
        if page == self.page and self.in_text:
            return f"#{self.name}"
        file = "" if page == self.page else relpath(self.page, page.parent)
        return f"{file}#{'cell-id=' if self.of_cell else ''}{self.name}"


@dataclass(frozen=True)
class Source:
    """An entry of the bibliography, as the text cites it."""

    key: str
    names: str
    year: str
    address: str

    @classmethod
    def of(cls, key: str, entry) -> "Source":
        people = entry.persons.get("author") or entry.persons["editor"]
        names = [" ".join(person.prelast_names + person.last_names) for person in people]
        shown = f"{names[0]} *et al.*" if len(names) > 2 else " and ".join(names)
        return cls(key, re.sub("[{}]", "", shown), entry.fields["year"], address_of(entry.fields))

    def cited(self, form: str) -> str:
        return f"[{form.format(self.names, self.year)}]({self.address})"


def address_of(fields) -> str:
    sites = {
        "doi": "https://doi.org/",
        "eprint": "https://arxiv.org/abs/",
        "isbn": "https://openlibrary.org/isbn/",
    }
    for field, site in sites.items():
        if field in fields:
            return site + quote(fields[field])  # a DOI may hold ( and <
    return fields["url"]


def read_sources(root: Path) -> dict[str, Source]:
    """The entries of the bibliography, by their addresses."""
    entries = parse_file(root / "references.bib").entries
    return {one.address: one for one in (Source.of(*each) for each in entries.items())}


def count_through(notebook):
    """Number the captions and the formulas of a page as the site does: 3.1.1, 3.1.2, …"""
    section = re.match(r"# (\d+\.\d+) ", notebook.cells[0].source)
    prefix = f"{section[1]}." if section else ""
    figures, equations = count(1), count(1)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = CAPTION.sub(
                lambda it: f"{it[1]}**Fig. {prefix}{next(figures)}.** ", cell.source, count=1
            )
            cell.source = EQUATION.sub(
                lambda it: it[0].replace(
                    f"\\tag{{{it[3]}}}", f"\\tag{{{prefix}{next(equations)}}}"
                ),
                cell.source,
            )


def names_in(cell) -> list[str]:
    """The names that a cell defines. The first one is its id, too."""
    if cell.cell_type == "markdown":
        return ANCHOR.findall(cell.source)
    name = cell.metadata.get("book", {}).get("name")
    return [name] if name else []


def targets_of(page: PurePosixPath, notebook) -> Iterator[Target]:
    """Every name that a page defines."""
    for cell in notebook.cells:
        numbers = {name: f"({number})" for name, _, number in EQUATION.findall(cell.source)}
        if caption := CAPTION.match(cell.source):
            numbers[caption[2]] = caption[3]
        for i, name in enumerate(names_in(cell)):
            is_text = cell.cell_type == "markdown"
            yield Target(page, name, numbers.get(name, ""), in_text=is_text, of_cell=i == 0)


def filled(text: str, page: PurePosixPath, targets, sources) -> str:
    """A text of a page, where the words of citations and numbers and all addresses are right."""

    def link(found):
        words, _, name = found.groups()
        if name not in targets:
            return found[0]
        if words != "]" and targets[name].number:
            words = f"[{targets[name].number}]"
        return f"{words}({targets[name].address(page)})"

    def cite(found):
        source = sources.get(found[1])
        return source.cited("{} ({})") if source else found[0]

    def cite_in_brackets(found):
        cited = [sources.get(address) for address in CITATION.findall(found[1])]
        if None in cited:
            return found[0]
        cited.sort(key=lambda source: source.names)
        return f"({', '.join(source.cited('{}, {}') for source in cited)})"

    text = LINK.sub(link, text)
    text = CITATION.sub(cite, text)
    return CITATIONS.sub(cite_in_brackets, text)


def fill(notebooks: dict[PurePosixPath, nbformat.NotebookNode], sources: dict[str, Source]):
    """Write all numbers, names and addresses into the text of the chapters."""
    targets = {}
    for page, notebook in notebooks.items():
        count_through(notebook)
        targets |= {target.name: target for target in targets_of(page, notebook)}
    for page, notebook in notebooks.items():
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = filled(cell.source, page, targets, sources)
