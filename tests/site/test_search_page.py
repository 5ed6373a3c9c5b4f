"""What the search knows: the sections of each page, as the page shows them."""

import json

import pytest

from tests.support.site import PAGES, SITE, read
from website.search_page import Sections


def sections(html: str) -> list[list[str]]:
    return Sections(f"<article>{html}</article>", {"cell": "pinball loss"}).found


@pytest.mark.parametrize(
    "html, found",
    [
        (
            '<section id="a"><h1>One<a class="headerlink">#</a></h1><p>first</p>'
            '<section id="b"><h2>Two</h2><p>second\nline</p><p>third</p></section>'
            "<p>last</p></section>",
            [["a", "One", "first\nlast", ""], ["b", "Two", "second line\nthird", ""]],
        ),
        (
            '<section id="a"><h1>T</h1><dl><dt id="x">bias</dt><dd><p>偏置. A constant</p></dd>'
            '<dt id="y">bit</dt><dd>of two</dd></dl></section>',
            [["a", "T", "", ""], ["x", "bias", "偏置. A constant", ""], ["y", "bit", "of two", ""]],
        ),
        (
            '<section id="a"><h1>T</h1><p>see lb.huber</p><div class="cell_input">'
            "<pre>lb.huber(z, 1)</pre></div><pre>1.461</pre></section>",
            [["a", "T", "see lb.huber\n1.461", "z"]],
        ),
        (
            '<section id="a"><h1>T</h1><div class="sd-tab-set"><input type="radio">'
            '<label class="sd-tab-label">PyTorch</label>\n<div class="sd-tab-content">'
            "<pre><span>import</span> <span>torch</span>\ntorch.mean(z)</pre></div>"
            '<input><label class="sd-tab-label">Keras</label><div class="sd-tab-content">'
            "<pre>import keras</pre></div></div><p>more</p></section>",
            [["a", "T", "PyTorch Keras\nmore", "import keras mean torch z"]],
        ),
        (
            '<section id="a"><h1>T</h1><p>a <math><mfrac><mn>1</mn><msup><mi>λ</mi>'
            "<mn>2</mn></msup></mfrac></math></p>"
            '<div class="math"><math><mi>θ</mi></math></div></section>',
            [["a", "T", "a 1/λ^2", "θ"]],
        ),
        (
            '<section id="a"><h1>T</h1><div id="cell"><p>a loss</p></div></section>',
            [["a", "T", "a loss", "pinball"]],
        ),
        (
            '<div class="citation" id="huber1964"><span class="label">[1]</span>'
            "<p>Huber. 1964.</p></div>",
            [["huber1964", "Huber. 1964.", "Huber. 1964.", ""]],
        ),
    ],
)
def test_sections(html, found):
    assert sections(html) == found


@pytest.fixture(scope="module")
def data():
    text = (SITE / "_static" / "search-data.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("const SEARCH_DATA = ").rstrip().removesuffix(";"))


def test_every_page_is_searched(data):
    assert {address for address, *_ in data} == {
        f"{page}.html" for page in PAGES if page != "genindex"
    }


def test_every_section_has_a_title_and_is_on_its_page(data):
    for address, _, found in data:
        for anchor, title, *_ in found:
            assert title, anchor
            assert anchor in read(SITE / address).ids


def test_lines_in_tabs_are_found_once(data):
    [page] = [it for it in data if "4-1-mean-squared-error-in-code" in it[0]]
    [[_, _, text, code]] = [it for it in page[2] if it[0] == "in-other-libraries"]
    assert "\nPyTorch Keras JAX scikit-learn\n" in text
    assert code.split().count("mse_loss") == 1 and "mse_loss" not in text


def test_nothing_is_left_of_the_index_of_sphinx():
    assert not (SITE / "searchindex.js").exists()
    assert "searchtools.js" not in (SITE / "search.html").read_text(encoding="utf-8")


def test_texts_are_what_the_page_says_and_no_more(data):
    whole = json.dumps(data, ensure_ascii=False)
    for word in ["Link to this", "Show the code", "Hide the code", "\\u2061"]:
        assert word not in whole
