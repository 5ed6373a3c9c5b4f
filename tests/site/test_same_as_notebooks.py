"""The site counts, cites and folds as the notebooks say, and hands out the same notebooks."""

import json
import re
from html import unescape

import nbformat
import pytest
from bs4 import BeautifulSoup

from tests.support.notebooks import NOTEBOOKS, code_cells, markdown_of, name_of, tags, text_of
from tests.support.site import SITE
from website.find_pages import ROOT

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)


def shown_on_the_site(path) -> str:
    return (SITE / path.relative_to(ROOT)).with_suffix(".html").read_text("utf-8")


@every_notebook
def test_formulas_and_figures_have_the_numbers_of_the_site(path):
    html, text = shown_on_the_site(path), markdown_of(path)
    formulas = re.findall(r'class="eqno">\(([\d.]+)\)', html)
    assert re.findall(r"\\tag\{([\d.]+)\}", text) == formulas
    figures = re.findall(r'class="caption-number">(Fig\. [\d.]+?) ?</span>', html)
    assert re.findall(r"^\*\*(Fig\. [\d.]+)\.\*\*", text, re.M) == figures


@every_notebook
def test_citations_read_as_on_the_site(path):
    cited = r'<span class="bibtex-citation"[^>]*>(.*?\))</span>'
    html = re.sub(r'title="[^"]*"', "", shown_on_the_site(path))
    shown = [unescape(re.sub("<[^>]+>", "", text)) for text in re.findall(cited, html, re.S)]
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown_of(path))
    assert [it for it in shown if it.replace("\xa0", " ") not in text.replace("*", "")] == []


@every_notebook
def test_the_site_folds_what_the_notebook_folds(path):
    folded = markdown_of(path).count("<details>")
    assert shown_on_the_site(path).count('<details class="admonition">') == folded


def tagged(path, tag: str) -> list:
    return [cell for cell in code_cells(nbformat.read(path, as_version=4)) if tag in tags(cell)]


@every_notebook
def test_set_ups_and_guesses_are_folded(path):
    page = BeautifulSoup(shown_on_the_site(path), "html.parser")
    set_ups = [fold.pre.text.strip() for fold in page.select(".tag_setup > details.above-input")]
    assert set_ups == [cell.source for cell in tagged(path, "setup")]
    folds = page.select(".tag_guess > details.below-input")
    assert len(folds) == len(tagged(path, "guess")) == len(page.select(".tag_guess"))
    assert [fold for fold in folds if not fold.select_one(".cell_output")] == []
    assert page.select(".tag_guess > .cell_output, .tag_setup > .cell_input") == []


@every_notebook
def test_the_search_finds_what_is_folded(path):
    known = (SITE / "_static" / "search-data.js").read_text("utf-8")
    for cell in tagged(path, "guess"):
        for line in "\n".join(map(text_of, cell.outputs)).splitlines():
            words = json.dumps(" ".join(line.split()), ensure_ascii=False)[1:-1]
            assert line.startswith(("axes", "  ")) or words in known, line


@every_notebook
def test_switch_of_code_where_there_is_code(path):
    page = BeautifulSoup(shown_on_the_site(path), "html.parser")
    has_code = bool(page.select("article .cell_input"))
    assert len(page.select("button.btn-hide-code.pst-js-only")) == has_code
    assert len(page.select("script[src*=hide-code]:not([defer])")) == has_code


@every_notebook
def test_the_rest_of_a_download_is_the_notebook(path):
    copy = nbformat.read(SITE / "_sources" / path.relative_to(ROOT), as_version=4)
    nbformat.validate(copy)
    assert copy.cells[0].id == "get-lossbook"
    assert copy.cells[1:] == nbformat.read(path, as_version=4).cells
