"""The search of the website finds symbols, also those that formulas write as TeX."""

import json

import pytest
import symbols
from sphinx.search.en import SearchEnglish
from test_site import SITE, built


@pytest.mark.parametrize(
    "text, words",
    [
        (r"2/\lambda_{\max}", ["λ", "max"]),
        (r"\varepsilon and \Delta", ["ε", "Δ"]),
        (r"\frac{\theta}{2}", ["frac", "θ"]),
        ("the lambda of Python", ["lambda"]),
    ],
)
def test_words_of_a_formula(text, words):
    assert set(words) <= set(symbols.WithSymbols({}).split(text))


def test_sphinx_would_not_find_them():
    assert "λ" not in SearchEnglish({}).split(r"\lambda")


@built
@pytest.mark.parametrize(
    "symbol, page",
    [
        ("λ", "chapters/2-concepts/2-2-gradient-descent"),
        ("δ", "chapters/3-losses/3-1-mean-squared-error"),
        ("θ", "chapters/appendix/notation"),
        ("nan", "chapters/appendix/broken-losses"),
        ("pinball", "chapters/appendix/loss-cards"),
    ],
)
def test_search_finds(symbol, page):
    text = (SITE / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").rstrip().removesuffix(")"))
    word, found = symbols.WithSymbols({}).stem(symbol), set()
    for terms in index["terms"], index["titleterms"]:
        pages = terms.get(word, [])
        found |= {pages} if isinstance(pages, int) else set(pages)
    assert page in {index["docnames"][number] for number in found}
