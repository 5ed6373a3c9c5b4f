"""A chapter as a notebook that any Jupyter shows well, without what only the site understands.

The site numbers formulas and figures, looks up citations, and folds solutions. JupyterLite does
none of that, so its copies of the notebooks carry the same numbers and names in their text.
"""

import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import relpath
from urllib.parse import quote

from pybtex.database import parse_file

INTRODUCTION = (
    "*This copy of the page runs in your browser: change a cell, then press Shift+Enter. The first"
    " run loads Python and takes a while; **Run › Run All Cells** runs everything. Your changes"
    " stay in this browser.*"
)
# What can carry a name that a link, an {eq} or a {numref} uses.
EQUATION = re.compile(r"\$\$ \(([\w-]+)\)$", re.M)
PLACE = re.compile(r"^\(([\w-]+)\)=\n", re.M)
ADMONITION = re.compile(r"^:::\{admonition\} (.+)\n((?::.+\n)*)\n?((?:.*\n)*?):::$", re.M)
LIST_TABLE = re.compile(r"^```\{list-table\}\n:header-rows: 1\n\n((?:.*\n)*?)```$", re.M)


@dataclass(frozen=True)
class Target:
    page: PurePosixPath
    cell: str
    number: str = ""  # "(3.1.2)" or "Fig. 3.1.2"

    def link(self, page):
        """JupyterLab's address of the cell, as seen from a page."""
        file = "" if page == self.page else relpath(self.page, page.parent)
        return f"{file}#cell-id={self.cell}"


def figure_of(cell):
    return cell["metadata"].get("mystnb", {}).get("figure", {})


def page_number(notebook):
    """The first words of the title: "3.1." for page 3.1, nothing for a page without a number."""
    number = re.match(r"# (\d+\.\d+) ", "".join(notebook["cells"][0]["source"]))
    return f"{number[1]}." if number else ""


def targets_of(page, notebook):
    """Every name that the page defines, with its cell and the number that the site gives it."""
    prefix = page_number(notebook)
    equations = figures = 0
    targets = {}
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            if figure := figure_of(cell):
                figures += 1
                targets[figure.get("name", cell["id"])] = Target(
                    page, cell["id"], f"Fig. {prefix}{figures}"
                )
            targets[cell["metadata"].get("book", {}).get("name")] = Target(page, cell["id"])
            continue
        for name in EQUATION.findall(source):
            equations += 1
            targets[name] = Target(page, cell["id"], f"({prefix}{equations})")
        for name in PLACE.findall(source) + re.findall(r"^:name: (\S+)$", source, re.M):
            targets[name] = Target(page, cell["id"])
    targets.pop(None, None)
    return targets


@dataclass(frozen=True)
class Source:
    names: str
    year: str
    address: str

    @classmethod
    def of(cls, entry):
        people = entry.persons.get("author") or entry.persons["editor"]
        names = [" ".join(person.prelast_names + person.last_names) for person in people]
        shown = f"{names[0]} *et al.*" if len(names) > 2 else " and ".join(names)
        address = entry.fields.get("url", "")
        for field, site in [("eprint", "https://arxiv.org/abs/"), ("doi", "https://doi.org/")]:
            if field in entry.fields:
                address = site + quote(entry.fields[field])  # a DOI may hold ( and <
        return cls(re.sub(r"[{}]", "", shown), entry.fields["year"], address)

    def linked(self, text):
        return f"[{text}]({self.address})" if self.address else text


def sources_of(bibliography):
    return {key: Source.of(entry) for key, entry in parse_file(bibliography).entries.items()}


def plain_citations(text, sources):
    """{cite:t} and {cite:p} as "Huber (1964)" and "(Huber, 1964)", linked to the source itself."""

    def cited(match, form):
        found = sorted((sources[key] for key in match[1].split(",")), key=lambda one: one.names)
        return ", ".join(one.linked(form.format(one.names, one.year)) for one in found)

    text = re.sub(r"\{cite:t\}`([^`]+)`", lambda m: cited(m, "{} ({})"), text)
    return re.sub(r"\{cite:p\}`([^`]+)`", lambda m: f"({cited(m, '{}, {}')})", text)


def plain_links(text, page, targets):
    """Links to names, numbers of formulas and figures, and links to pages that are no notebooks."""

    def numbered(match):
        target = targets[match[1]]
        return f"[{target.number}]({target.link(page)})"

    text = re.sub(r"\{(?:eq|numref)\}`([^`]+)`", numbered, text)
    text = re.sub(r"\]\(#([\w-]+)\)", lambda m: f"]({targets[m[1]].link(page)})", text)
    text = re.sub(r"\{py:obj\}`([^<`]+) <[^`]+>`", r"`\1`", text)  # Shift+Tab shows its help
    text = re.sub(r"(\]\([^)#]+\.ipynb)#[^)]+\)", r"\1)", text)  # the site's names of headings
    return re.sub(r"\[([^\]]+)\]\([^)]+\.md\)", r"\1 (on the site)", text)


def plain_admonition(match):
    title, options, body = match.groups()
    if "dropdown" in options:
        return f"<details>\n<summary>{title}</summary>\n\n{body}\n</details>"
    return f"<blockquote>\n\n**{title}**\n\n{body}\n</blockquote>"


def plain_table(match):
    rows = [
        [" ".join(cell.split()) for cell in re.split(r"^  - ", row, flags=re.M)]
        for row in re.split(r"^\* - ", match[1], flags=re.M)[1:]
    ]
    rows.insert(1, ["---"] * len(rows[0]))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def plain_markdown(text, page, targets, sources):
    text = PLACE.sub("", text)
    text = EQUATION.sub(lambda m: rf"\tag{{{targets[m[1]].number.strip('()')}}} $$", text)
    text = LIST_TABLE.sub(plain_table, text)
    text = ADMONITION.sub(plain_admonition, text)
    return plain_citations(plain_links(text, page, targets), sources)


def plain_output(output):
    """JupyterLite puts a comma between the lines of a text that is stored as a list of lines."""
    if "text" in output:
        output["text"] = "".join(output["text"])
    for kind, data in output.get("data", {}).items():
        output["data"][kind] = "".join(data)


def markdown_cell(name, text):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}


def plain_notebook(page, notebook, targets, sources):
    """A copy of the notebook whose Markdown any Jupyter shows as the site does."""
    notebook = json.loads(json.dumps(notebook))
    cells = []
    for cell in notebook["cells"]:
        cells.append(cell)
        if cell["cell_type"] == "markdown":
            cell["source"] = plain_markdown("".join(cell["source"]), page, targets, sources)
            continue
        cell["metadata"]["trusted"] = True  # the outputs are the book's own
        for output in cell["outputs"]:
            plain_output(output)
        if figure := figure_of(cell):
            number = targets[figure.get("name", cell["id"])].number
            caption = plain_markdown(figure["caption"], page, targets, sources)
            cells.append(markdown_cell(f"{cell['id']}-caption", f"**{number}.** {caption}"))
    cells.insert(1, markdown_cell("introduction", INTRODUCTION))
    notebook["cells"] = cells
    return notebook


def plain_notebooks(root):
    """Each notebook of the book, by its path from the root."""
    pages = {
        PurePosixPath(path.relative_to(root).as_posix()): json.loads(path.read_text("utf-8"))
        for path in sorted(root.glob("chapters/**/*.ipynb"))
        if ".ipynb_checkpoints" not in path.parts
    }
    targets = {}
    for page, notebook in pages.items():
        targets |= targets_of(page, notebook)
    sources = sources_of(root / "references.bib")
    return {
        page: plain_notebook(page, notebook, targets, sources) for page, notebook in pages.items()
    }
