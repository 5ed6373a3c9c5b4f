"""What the cells' metadata say about claims, classic mistakes and index terms is true to the cells.

That the cells print what they claim is checked by ``pytest --nbval``.
"""

import ast
import re
from collections import Counter

import nbformat
import pytest

from tests.support.notebooks import (
    CHAPTERS,
    NOTEBOOKS,
    NUMBERED,
    booked,
    code_cells,
    every_booked_cell,
    images,
    name_of,
)
from website.chapters import ROOT, find_files
from website.cross_references import CITATION, read_sources
from website.explorables import SCRIPTS

KEYS = {"name", "claim", "oracle", "mistake", "index", "explorable"}
ORACLES = {
    "closed form",
    "finite difference",
    "brute force",
    "stored reference",
    "counterexample",
    "real data",
}
MISTAKES = [
    "cross-entropy saturates",
    "softmax twice",
    "log of a clipped probability",
    "np.max for np.maximum",
    "binary loss on one of k classes",
    "sum, mean and weighted mean mixed",
    "lower loss, better model",
    "accuracy as a loss",
    "squared error is convex in the weights",
    "squared error is wrong for classes",
    "quantile loss at one half is the absolute error",
    "Smooth L1 for Huber",
    "hinge fed with probabilities",
    "focal loss miswritten",
    "Kullback-Leibler the wrong way round",
    "bits for nats",
    "class weights repair imbalance",
    "slope by the wrong variable or sign",
    "careless gradient check",
    "triplet loss stuck at the margin",
    "random slices of the landscape",
    "maximum likelihood calibrates",
]


SOURCES = read_sources(ROOT)


def problems(book, cell):
    """What is wrong with the metadata of a cell."""
    if cell.cell_type != "code":
        yield "only a cell that runs can prove or show something"
    elif not (cell.outputs or asserts(cell.source)):
        yield "the cell prints nothing and asserts nothing"
    if set(book) - KEYS:
        yield f"unknown keys {sorted(set(book) - KEYS)}"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", book.get("name", "")):
        yield "a name of lower-case words with hyphens is needed"
    if ("claim" in book) != ("oracle" in book):
        yield "a claim needs an oracle, an oracle a claim"
    if "claim" in book and not re.fullmatch(r"[A-Z0-9$`].{15,}[.]", book["claim"]):
        yield "a claim is a sentence"
    if book.get("oracle", "real data") not in ORACLES:
        yield f"no oracle: {book['oracle']}"
    if book.get("mistake", MISTAKES[0]) not in MISTAKES:
        yield f"no classic mistake: {book['mistake']}"
    if "explorable" in book and (book["explorable"] not in SCRIPTS or not images(cell)):
        yield f"no figure that moves: {book['explorable']}, or no picture to stand above it"
    if not all(isinstance(term, str) and term.strip() for term in book.get("index", [])):
        yield "the index takes a list of terms"


def asserts(source: str) -> bool:
    return any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(source)))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_metadata(path):
    found = [f"{book}: {fault}" for book, cell in booked(path) for fault in problems(book, cell)]
    assert not found, "\n".join(["", *found])


def test_names_are_unique():
    counts = Counter(book["name"] for _, book, _ in every_booked_cell())
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_classic_mistake_is_made_somewhere(mistake):
    assert any(book.get("mistake") == mistake for _, book, _ in every_booked_cell())


@pytest.mark.parametrize("path", NUMBERED, ids=name_of)
def test_chapter_proves_what_its_summary_says(path):
    """Each line of a summary links to a cell of its page whose claim is proven there."""
    summary = section(path, "## Summary")
    bullets = re.findall(r"^[*-] (.*(?:\n(?![*-] |\n).*)*)", summary, re.MULTILINE)
    named = {book["name"] for book, _ in booked(path)}
    claims = {book["name"] for book, _ in booked(path) if "claim" in book}
    assert len(claims) >= 6
    assert 2 <= len(bullets) <= 5
    for bullet in bullets:
        links = named & set(re.findall(r"\]\(#cell-id=([\w-]+)\)", bullet))
        assert links and links <= claims, bullet


@pytest.mark.parametrize("path", NUMBERED, ids=name_of)
def test_chapter_leads_to_the_index_and_cites(path):
    assert sum(len(book.get("index", [])) for book, _ in booked(path)) >= 5
    assert SOURCES.keys() & set(CITATION.findall(section(path, "## Sources")))


@pytest.mark.parametrize("path", NUMBERED, ids=name_of)
def test_chapter_has_a_figure(path):
    assert any(images(cell) for cell in code_cells(nbformat.read(path, as_version=4)))


def section(path, heading: str) -> str:
    """The text of a chapter below a heading, up to the next one."""
    cells = nbformat.read(path, as_version=4).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return text.partition(f"{heading}\n")[2].partition("\n## ")[0]


def test_bibliography_holds_what_is_cited_and_nothing_else():
    notebooks = "".join(path.read_text(encoding="utf-8") for path in NOTEBOOKS)
    cited = {SOURCES[it].key for it in CITATION.findall(notebooks) if it in SOURCES}
    pages = "".join(path.read_text(encoding="utf-8") for path in find_files(CHAPTERS, "*.md"))
    for keys in re.findall(r"\{cite:[tp]\}`([^`]+)`", pages):
        cited |= {key.strip() for key in keys.split(",")}
    stored = (ROOT / "references.bib").read_text(encoding="utf-8")
    entries = dict(re.findall(r"^@\w+\{(\w+),\n(.*?)^\}", stored, re.MULTILINE | re.DOTALL))
    assert set(entries) == cited == {source.key for source in SOURCES.values()}
    assert len(entries) >= 40
    for key, entry in entries.items():
        fields = set(re.findall(r"^ +(\w+) *=", entry, re.MULTILINE))
        assert {"author", "title", "year"} <= fields, key
        assert {"doi", "eprint", "isbn", "url"} & fields, key


GLOSSARY = re.findall(
    r"^(\S.*)\n((?:  .*\n)+)",
    (CHAPTERS / "appendix" / "glossary.md").read_text(encoding="utf-8").split(":::{glossary}")[1],
    re.MULTILINE,
)


def test_glossary_is_whole():
    assert len(GLOSSARY) > 90
    assert [term.lower() for term, _ in GLOSSARY] == sorted(term.lower() for term, _ in GLOSSARY)


@pytest.mark.parametrize("term, definition", GLOSSARY, ids=[term for term, _ in GLOSSARY])
def test_glossary_gives_the_chinese_term_and_a_page_that_has_it(term, definition):
    assert re.match(r"[^.]*[\u4e00-\u9fff]", definition)
    pages = re.findall(r"\]\(\.\./(\S+\.ipynb)\)", definition)
    assert pages
    for page in pages:
        cells = nbformat.read(CHAPTERS / page, as_version=4).cells
        text = " ".join(c.source for c in cells if c.cell_type == "markdown").lower()
        names = [name.lower().split()[0] for name in term.split(", ")]
        assert any(name in text for name in names), page


# And the checks find what they look for.

CLAIM = {"name": "a-b", "claim": "The mean of 1 and 3 is 2.", "oracle": "closed form"}
PRINTED = [nbformat.v4.new_output("stream", text="2\n")]
CELL = nbformat.v4.new_code_cell("print(2)", outputs=PRINTED)


def test_a_good_claim_passes():
    assert list(problems(CLAIM, CELL)) == []
    assert list(problems(CLAIM, nbformat.v4.new_code_cell("assert 1 + 1 == 2"))) == []


@pytest.mark.parametrize(
    "book, cell, said",
    [
        (CLAIM, nbformat.v4.new_markdown_cell("words"), "only a cell that runs"),
        (CLAIM, nbformat.v4.new_code_cell("mean = 2"), "the cell prints nothing"),
        ({**CLAIM, "note": 1}, CELL, "unknown keys"),
        ({**CLAIM, "name": "A b"}, CELL, "a name of lower-case words"),
        ({"claim": CLAIM["claim"], "oracle": "closed form"}, CELL, "a name of lower-case words"),
        ({"name": "a", "claim": CLAIM["claim"]}, CELL, "a claim needs an oracle"),
        ({"name": "a", "oracle": "closed form"}, CELL, "a claim needs an oracle"),
        ({**CLAIM, "claim": "mean"}, CELL, "a claim is a sentence"),
        ({**CLAIM, "oracle": "faith"}, CELL, "no oracle"),
        ({**CLAIM, "mistake": "typo"}, CELL, "no classic mistake"),
        ({**CLAIM, "index": [""]}, CELL, "the index takes"),
        ({**CLAIM, "explorable": "game"}, CELL, "no figure that moves"),
        ({**CLAIM, "explorable": "loss-explorer"}, CELL, "no figure that moves"),
    ],
)
def test_faults_are_found(book, cell, said):
    assert [fault for fault in problems(book, cell) if fault.startswith(said)]
