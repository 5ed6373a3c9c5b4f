"""The notebooks are ordinary Markdown: numbers, names and addresses stand in it, and are right."""

import re
from functools import cache
from pathlib import PurePosixPath
from posixpath import join, normpath

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.support.notebooks import NOTEBOOKS, name_of, raw_markup
from tools.run_notebooks import normal_text
from website import plain_markdown
from website.cross_references import Source, fill, names_in, read_sources
from website.find_pages import ROOT, read_notebooks

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)


@cache
def committed() -> dict:
    return read_notebooks(ROOT)


@cache
def filled() -> dict:
    pages = read_notebooks(ROOT)
    fill(pages, read_sources(ROOT))
    return pages


def page_of(path) -> PurePosixPath:
    return PurePosixPath(path.relative_to(ROOT).as_posix())


def text_of(notebook) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def broken_links(page, pages) -> list[str]:
    """The links of a notebook that lead to no file, or to no name in it."""
    broken = []
    for link in re.findall(r"\]\(([^()\s]+)\)", text_of(pages[page])):
        file, _, name = link.partition("#")
        target = PurePosixPath(normpath(join(page.parent, file))) if file else page
        if "://" in link:
            continue
        if target in pages:
            cells = pages[target].cells
            cell_ids = {f"cell-id={cell.id}" for cell in cells}
            places = {name for cell in cells[1:] for name in names_in(cell)}
            if name and name not in cell_ids | places:
                broken.append(link)
        elif not (ROOT / target).is_file():
            broken.append(link)
    return broken


# The notebooks


@every_notebook
def test_text_is_up_to_date(path):
    """If not: ``python -m tools.run_notebooks --text``."""
    right = normal_text(filled()[page_of(path)])
    assert path.read_text(encoding="utf-8").splitlines(True) == right.splitlines(True)


@every_notebook
def test_nothing_is_left_that_only_the_site_understands(path):
    assert raw_markup(text_of(committed()[page_of(path)])) == []


@every_notebook
def test_links_lead_somewhere(path):
    assert broken_links(page_of(path), committed()) == []


def test_every_name_is_defined_once():
    names = [
        name
        for notebook in committed().values()
        for cell in notebook.cells
        for name in names_in(cell)
    ]
    assert [name for name in set(names) if names.count(name) > 1] == []


# And the checks find what they look for.


@pytest.mark.parametrize(
    "text",
    [
        "{cite:t}`huber1964robust` did",
        "by {eq}`eq-mse`",
        ":::{admonition} Solution",
        "```{list-table}\n```",
        "(mse-place)=\n## A heading",
        "$$\nx\n$$ (eq-mse)",
        "Read it\n: as a website",
    ],
)
def test_raw_markup_is_found(text):
    assert raw_markup(f"Words.\n\n{text}\n")


def test_code_and_sets_are_no_raw_markup():
    assert raw_markup("```python\nx = {1: 2}\n```\n\n`{1: 2}` and $y \\in \\{0, 1\\}$: sets") == []


def small_book(text: str, other: str = "# 1.2 Other") -> dict:
    """Two pages: the first has this text, a figure called fig-line, and a cell called proof."""
    cells = [
        new_markdown_cell("# 1.1 Lines"),
        new_code_cell("draw()"),
        new_markdown_cell('<a id="fig-line"></a>\n**Fig.** The line.'),
        new_code_cell("assert True", metadata={"book": {"name": "proof"}}),
        new_markdown_cell('<a id="place"></a>\n## A place\n\n<a id="second"></a>\nAnother'),
        new_markdown_cell(text),
    ]
    for cell in cells:
        cell.id = next(iter(names_in(cell)), cell.id)
    return {
        PurePosixPath("chapters/1/1-1.ipynb"): new_notebook(cells=cells),
        PurePosixPath("chapters/2/1-2.ipynb"): new_notebook(cells=[new_markdown_cell(other)]),
    }


SOURCES = {
    "https://doi.org/1": Source("huber", "Huber", "1964", "https://doi.org/1"),
    "https://doi.org/2": Source("cover", "Cover and Hart", "1967", "https://doi.org/2"),
}
FILLED = [  # text, on the page itself, on the other one
    ("[](#fig-line)", "[Fig. 1.1.1](#fig-line)", "[Fig. 1.1.1](../1/1-1.ipynb#cell-id=fig-line)"),
    (
        "[Fig. 7.7](x.ipynb#fig-line)",
        "[Fig. 1.1.1](#fig-line)",
        "[Fig. 1.1.1](../1/1-1.ipynb#cell-id=fig-line)",
    ),
    ("[a](#proof)", "[a](#cell-id=proof)", "[a](../1/1-1.ipynb#cell-id=proof)"),
    ("[a](#place)", "[a](#place)", "[a](../1/1-1.ipynb#cell-id=place)"),
    ("[a](#cell-id=second)", "[a](#second)", "[a](../1/1-1.ipynb#second)"),
    ("[`f(x)[0]`](#place)", "[`f(x)[0]`](#place)", "[`f(x)[0]`](../1/1-1.ipynb#cell-id=place)"),
    ("[a](#unknown)", "[a](#unknown)", "[a](#unknown)"),
    *(
        (text, said, said)
        for text, said in [
            ("[](https://doi.org/1)", "[Huber (1964)](https://doi.org/1)"),
            (
                "([](https://doi.org/1), [Huber](https://doi.org/2))",
                "([Cover and Hart, 1967](https://doi.org/2), [Huber, 1964](https://doi.org/1))",
            ),
            ("(see [](https://doi.org/1))", "(see [Huber (1964)](https://doi.org/1))"),
            ("[words](https://example.org)", "[words](https://example.org)"),
            ("([words](https://example.org))", "([words](https://example.org))"),
        ]
    ),
]


@pytest.mark.parametrize("text, here, there", FILLED)
def test_numbers_names_and_addresses_are_filled_in(text, here, there):
    pages = small_book(text, other=f"# 1.2 Other\n\n{text}")
    for _ in range(2):  # the second time changes nothing
        fill(pages, SOURCES)
        first, second = pages.values()
        assert first.cells[2].source == '<a id="fig-line"></a>\n**Fig. 1.1.1.** The line.'
        assert first.cells[-1].source == here
        assert second.cells[0].source == f"# 1.2 Other\n\n{there}"


def test_formulas_are_counted_through_a_page():
    formula = '<a id="{}"></a>\n$$\nx \\\\\ny\n\\tag{{{}}}\n$$'
    text = formula.format("eq-a", "") + "\n\n$$\nz\n$$\n\n" + formula.format("eq-b", "9.9.1")
    pages = small_book(text + "\n\n[](#eq-b) [(1)](#eq-a)")
    fill(pages, SOURCES)
    filled = next(iter(pages.values())).cells[-1].source
    assert re.findall(r"\\tag\{([\d.]+)\}", filled) == ["1.1.1", "1.1.2"]
    assert filled.endswith("[(1.1.2)](#eq-b) [(1.1.1)](#eq-a)")


@pytest.mark.parametrize(
    "link, broken",
    [
        ("#place", False),
        ("#second", False),
        ("#cell-id=proof", False),
        ("1-1.ipynb#cell-id=fig-line", False),
        ("https://example.org/#none", False),
        ("../2/1-2.ipynb", False),
        ("#none", True),
        ("#cell-id=second", True),
        ("../2/1-2.ipynb#place", True),
        ("../2/1-3.ipynb", True),
        ("none.md", True),
    ],
)
def test_broken_links_are_found(link, broken):
    pages = small_book(f"[words]({link})")
    assert broken_links(next(iter(pages)), pages) == [link] * broken


# What the site reads

KEYS = {source.address: source.key for source in SOURCES.values()}


@pytest.mark.parametrize(
    "plain, myst",
    [
        ('<a id="place"></a>\n## A place', "(place)=\n## A place"),
        ('<a id="eq-a"></a>\n$$\nx\n\\tag{1.1.1}\n$$', "$$\nx\n$$ (eq-a)"),
        ("by [(1.1.1)](#eq-a)", "by {eq}`eq-a`"),
        ("in [Fig. 1](../a.ipynb#cell-id=fig-a)", "in {numref}`fig-a`"),
        ("[words](#cell-id=proof)", "[words](#proof)"),
        ("[words](../a.ipynb#cell-id=proof)", "[words](#proof)"),
        ("[words](../a.ipynb)", "[words](../a.ipynb)"),
        ("[words](https://a.org/b.ipynb#c)", "[words](https://a.org/b.ipynb#c)"),
        ("[`lb.huber`](api.md#lossbook.huber)", "{py:obj}`lb.huber <lossbook.huber>`"),
        ("[Huber (1964)](https://doi.org/1)", "{cite:t}`huber`"),
        (
            "([Cover *et al.*, 1967](https://doi.org/2), [Huber, 1964](https://doi.org/1))",
            "{cite:p}`cover,huber`",
        ),
        ("([words](https://example.org))", "([words](https://example.org))"),
        (
            "> **Correction C1: it**\n>\n> Two\n> lines.\n\nMore",
            ":::{admonition} Correction C1: it\n:class: warning\n\nTwo\nlines.\n\n:::\n\nMore",
        ),
        ("> **Note**\n>\n> One.", ":::{admonition} Note\n:class: note\n\nOne.\n:::\n"),
        ("> A quotation", "> A quotation"),
    ],
)
def test_what_the_site_reads(plain, myst):
    assert plain_markdown.myst(plain, KEYS) == myst


def test_a_caption_belongs_to_the_figure_above_it():
    [book, _] = small_book("[Huber (1964)](https://doi.org/1)").values()
    cells = plain_markdown.for_sphinx(book, KEYS).cells
    assert cells[1].metadata.mystnb["figure"] == {"caption": "The line.", "name": "fig-line"}
    assert [cell.cell_type for cell in cells] == [
        "markdown",
        "code",
        "code",
        "markdown",
        "markdown",
    ]
    assert cells[-1].source == "{cite:t}`huber`"


# What a reader downloads


def test_a_download_says_how_to_get_lossbook(tmp_path):
    words = plain_markdown.first_cell("https://example.org/book/", tmp_path)
    wheel = tmp_path / "lite" / "static" / "lossbook-1.0-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    wheel.touch()
    assert words.cell_type == "markdown" and "pip install" in words.source
    assert plain_markdown.first_cell(None, tmp_path) == words
    code = plain_markdown.first_cell("https://example.org/book/", tmp_path)
    address = "https://example.org/book/lite/static/lossbook-1.0-py3-none-any.whl"
    assert code.cell_type == "code" and address in code.source
