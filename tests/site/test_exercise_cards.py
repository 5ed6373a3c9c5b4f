"""On the site each exercise is a card: its question, its cells and its solution, and no more."""

from functools import cache

import nbformat
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document

from tests.support.notebooks import EXERCISE, NUMBERED, name_of, tags
from tests.support.site import SITE
from website import exercise_cards
from website.find_pages import ROOT


@cache
def cards_of(path) -> list:
    page = SITE / path.relative_to(ROOT).with_suffix(".html")
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select("div.exercise")


def exercises_of(path) -> tuple[list[str], list[list[str]]]:
    """The kinds of a chapter's exercises, and the code of each."""
    kinds, code = [], []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            found = [kind for _, kind in EXERCISE.findall(cell.source)]
            kinds += found
            code += [[] for _ in found]
        elif kinds:
            code[-1].append(cell.source)
    return kinds, code


@pytest.mark.parametrize("path", NUMBERED, ids=name_of)
def test_each_exercise_has_a_card_with_its_kind_and_its_cells(path):
    kinds, code = exercises_of(path)
    cards = cards_of(path)
    assert [card.select_one(".exercise-kind").text for card in cards] == kinds
    for number, (card, sources) in enumerate(zip(cards, code, strict=True), start=1):
        assert card.select_one(".exercise-title strong").text == f"Exercise {number}"
        assert [pre.text.strip() for pre in card.select(".cell_input pre")] == sources


@pytest.mark.parametrize("path", NUMBERED, ids=name_of)
def test_card_prints_solutions_and_not_that_nobody_has_answered(path):
    cells = nbformat.read(path, as_version=4).cells
    solutions = [cell for cell in cells if "hide-cell" in tags(cell) and cell.outputs]
    printed = [pre.text for card in cards_of(path) for pre in card.select(".cell_output pre")]
    assert not any("not yet" in text for text in printed)
    assert len(printed) == len(solutions)


def paragraph(bold: str, text: str) -> nodes.paragraph:
    # MyST leaves an empty text before words that are bold.
    return nodes.paragraph("", "", nodes.Text(""), nodes.strong("", bold), nodes.Text(text))


def raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def test_card_ends_where_the_next_exercise_or_section_begins():
    document = new_document("page")
    section = nodes.section("", nodes.title("", "Exercises"), paragraph("Note", " this."))
    section += [paragraph("Exercise 1 (on paper).", " One?"), raw("<details>"), raw("</details>")]
    section += [paragraph("Exercise 2 (your data).", " Two?"), nodes.section("", ids=["more"])]
    document += section
    exercise_cards.Exercises(document).apply()
    assert [node.tagname for node in section] == [
        "title",
        "paragraph",
        *["container"] * 2,
        "section",
    ]
    _, _, one, two, _ = section.children
    assert one.astext() == "Exercise 1 on paper\n\n One?\n\n<details>\n\n</details>"
    assert two.astext() == "Exercise 2 your data\n\n Two?"
