"""What the website makes of the cells: anchors, index, reading times, tables of claims."""

import posixpath

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.support.notebooks import NUMBERED, every_booked_cell, name_of
from tests.support.site import SITE, read
from website import claims, reading_time
from website.find_pages import ROOT


@pytest.mark.parametrize(
    "parts, minutes",
    [
        ([new_markdown_cell("word " * 400)], 2),
        ([new_markdown_cell("word " * 401)], 3),
        ([new_code_cell("a = 1\n\n" * 5) for _ in range(3)], 1),
        ([new_code_cell("a = 1\n" * 16)], 2),
        ([new_code_cell("a = 1\n" * 90, metadata={"tags": ["hide-input"]})], 0),
        ([new_markdown_cell("word " * 200), new_code_cell("a = 1")], 2),
        ([new_markdown_cell("word " * 200), new_markdown_cell("**Fig. 1.** A line.")], 1),
        ([new_markdown_cell('<a id="name"></a>\n' + "| word | " * 200)], 1),
        ([new_markdown_cell("word " * 198 + "\n## Exercises\n" + "word " * 900)], 1),
        ([new_markdown_cell("one\n\n## Exercises"), new_markdown_cell("word " * 900)], 1),
    ],
)
def test_minutes(parts, minutes):
    assert reading_time.minutes(nbformat.v4.new_notebook(cells=parts)) == minutes


@pytest.mark.parametrize("path", NUMBERED, ids=name_of)
def test_page_says_its_reading_time(path):
    page = (SITE / path.relative_to(ROOT)).with_suffix(".html").read_text(encoding="utf-8")
    minutes = reading_time.minutes(nbformat.read(path, as_version=4))
    assert f'<p class="reading-time">About {minutes} minutes' in page


def page_of(path) -> str:
    return path.relative_to(ROOT).with_suffix(".html").as_posix()


def test_every_claim_is_listed_with_a_link_to_its_cell():
    links = set(read(SITE / "chapters/appendix/what-is-proven.html").links)
    for path, book, _ in every_booked_cell():
        if {"claim", "mistake"} & set(book):
            page = posixpath.relpath(page_of(path), "chapters/appendix")
            assert f"{page}#{book['name']}" in links


def test_claims_on_real_data_say_how_they_were_tried():
    page = (SITE / "chapters/appendix/what-is-proven.html").read_text(encoding="utf-8")
    tried = [claims.judge(book) for _, book, _ in every_booked_cell() if "trials" in book]
    assert tried
    for words in set(tried):
        assert page.count(f"<td><p>{words}</p></td>") == tried.count(words)


@pytest.mark.parametrize(
    "book, words",
    [
        ({"oracle": "closed form"}, "closed form"),
        ({"oracle": "real data"}, "real data"),
        (
            {"oracle": "real data", "trials": 10, "trained": "to the end", "model": "both"},
            "real data: 10 trials, models that can fit and that cannot, trained to the end",
        ),
        (
            {"oracle": "real data", "trials": 1, "trained": "a curve", "model": "fits"},
            "real data: 1 trial, a model that can fit, a curve over its steps",
        ),
        ({"oracle": "real data", "trials": 1, "model": "none"}, "real data: 1 trial, no model"),
    ],
)
def test_judge(book, words):
    assert claims.judge(book) == words


def test_index_leads_to_cells():
    links = set(read(SITE / "genindex.html").links)
    for path, book, _ in every_booked_cell():
        if {"index", "mistake"} & set(book):
            assert f"{page_of(path)}#{book['name']}" in links
