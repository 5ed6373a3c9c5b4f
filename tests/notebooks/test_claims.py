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
from website.claims import MODELS, TRAINED
from website.cross_references import CITATION, read_sources
from website.explorables import SCRIPTS
from website.find_pages import ROOT, find_files

EVIDENCE = {"trials", "trained", "model"}
ENOUGH = 10  # trials, in which division and start vary
HERE = re.compile(r"\bhere\b")

KEYS = {"name", "claim", "oracle", "mistake", "index", "explorable", *EVIDENCE}
ORACLES = {
    "closed form",
    "finite difference",
    "brute force",
    "stored reference",
    "counterexample",
    "real data",
}
# Pages whose claims on real data do not all say yet how they were tried, and how many do not. The
# list may only shrink.
WITHOUT_EVIDENCE = {
    "4-2-cross-entropy-in-code.ipynb": 3,
    "4-3-multi-label-in-code.ipynb": 1,
    "4-4-one-network-four-losses.ipynb": 8,
    "4-5-losses-elsewhere.ipynb": 2,
    "5-1-trends.ipynb": 7,
    "5-2-challenges.ipynb": 10,
    "5-3-beyond-plain-descent.ipynb": 3,
    "6-1-loss-and-performance.ipynb": 8,
    "6-2-descent-and-loss.ipynb": 6,
    "6-3-choosing-a-loss.ipynb": 4,
    "broken-losses.ipynb": 8,
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
    if EVIDENCE & set(book):
        yield from bad_evidence(book)
    if book.get("mistake", MISTAKES[0]) not in MISTAKES:
        yield f"no classic mistake: {book['mistake']}"
    if "explorable" in book and (book["explorable"] not in SCRIPTS or not images(cell)):
        yield f"no figure that moves: {book['explorable']}, or no picture to stand above it"
    if not all(isinstance(term, str) and term.strip() for term in book.get("index", [])):
        yield "the index takes a list of terms"


def bad_evidence(book):
    """What is wrong with the words that say how a claim was tried."""
    if book.get("oracle") != "real data":
        yield "evidence is for claims on real data"
    says_here = book.get("model") == "none" or HERE.search(book.get("claim", ""))
    if not (isinstance(book.get("trials"), int) and book["trials"] >= 1):
        yield f"trials is a count, not {book.get('trials')!r}"
    elif book["trials"] < ENOUGH and not says_here:
        yield f"of fewer than {ENOUGH} trials a claim says `here`"
    if book.get("model") not in MODELS:
        yield f"model is one of {sorted(MODELS)}, not {book.get('model')!r}"
    elif (book["model"] == "none") == ("trained" in book):
        yield "trained is said of a model, and of each"
    if book.get("trained", "to the end") not in TRAINED:
        yield f"trained is one of {sorted(TRAINED)}, not {book['trained']!r}"


def asserts(source: str) -> bool:
    return any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(source)))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_metadata(path):
    found = [f"{book}: {fault}" for book, cell in booked(path) for fault in problems(book, cell)]
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_claims_on_real_data_say_how_they_were_tried(path):
    on_data = [book for book, _ in booked(path) if book.get("oracle") == "real data"]
    silent = [book["name"] for book in on_data if not EVIDENCE & set(book)]
    assert len(silent) == WITHOUT_EVIDENCE.get(path.name, 0), silent


def test_pages_that_are_excused_exist():
    assert set(WITHOUT_EVIDENCE) <= {path.name for path in NOTEBOOKS}


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
TRIED = {**CLAIM, "oracle": "real data", "trials": 10, "trained": "to the end", "model": "both"}
PRINTED = [nbformat.v4.new_output("stream", text="2\n")]
CELL = nbformat.v4.new_code_cell("print(2)", outputs=PRINTED)


def test_a_good_claim_passes():
    assert list(problems(TRIED, CELL)) == []
    few = {**TRIED, "trials": 1, "claim": "The mean of 1 and 3 is here 2."}
    assert list(problems(few, CELL)) == []
    alone = {**CLAIM, "oracle": "real data", "trials": 1, "model": "none"}
    assert list(problems(alone, CELL)) == []
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
        ({**CLAIM, "trials": 10}, CELL, "evidence is for claims on real data"),
        ({**TRIED, "trials": "ten"}, CELL, "trials is a count"),
        ({**TRIED, "trials": 0}, CELL, "trials is a count"),
        ({**TRIED, "trials": 9}, CELL, "of fewer than 10 trials"),
        ({**TRIED, "trained": "long"}, CELL, "trained is one of"),
        ({**TRIED, "model": "large"}, CELL, "model is one of"),
        ({**TRIED, "model": "none"}, CELL, "trained is said of a model"),
        ({**CLAIM, "oracle": "real data", "trials": 10, "model": "both"}, CELL, "trained is said"),
        ({**CLAIM, "mistake": "typo"}, CELL, "no classic mistake"),
        ({**CLAIM, "index": [""]}, CELL, "the index takes"),
        ({**CLAIM, "explorable": "game"}, CELL, "no figure that moves"),
        ({**CLAIM, "explorable": "loss-explorer"}, CELL, "no figure that moves"),
    ],
)
def test_faults_are_found(book, cell, said):
    assert [fault for fault in problems(book, cell) if fault.startswith(said)]
