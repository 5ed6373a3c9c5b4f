"""The loss cards are what their generator writes today, one for each loss, and lead somewhere."""

import re
from pathlib import PurePosixPath

import nbformat
import numpy as np
import pytest

import lossbook as lb
from tests.support.loss_specs import SPECS
from tests.support.notebooks import NOTEBOOKS
from tools import loss_cards
from website.cross_references import ANCHOR, fill, read_sources
from website.find_pages import ROOT, read_notebooks
from website.loss_gallery import PAGE, curves


def written():
    """What the generator writes, with the numbers and addresses that it leaves out."""
    notebooks = read_notebooks(ROOT)
    page = PurePosixPath(f"{PAGE}.ipynb")
    notebooks[page] = loss_cards.notebook()
    fill(notebooks, read_sources(ROOT))
    return notebooks[page].cells


COMMITTED = nbformat.read(ROOT / f"{PAGE}.ipynb", as_version=4).cells
WRITTEN = written()
AGAIN = f"python -m tools.loss_cards && python -m tools.run_notebooks {PAGE}.ipynb"
TEXT = "\n\n".join(cell.source for cell in COMMITTED if cell.cell_type == "markdown")


def test_committed_page_is_what_the_generator_writes():
    assert [cell.source for cell in COMMITTED] == [cell.source for cell in WRITTEN], AGAIN
    for committed, written in zip(COMMITTED, WRITTEN, strict=True):
        assert committed.cell_type == written.cell_type
        for key in "book", "mystnb", "tags":
            assert committed.metadata.get(key) == written.metadata.get(key)


@pytest.mark.parametrize("loss", lb.losses)
def test_every_loss_has_a_card(loss):
    slug = loss.replace("_", "-")
    anchor = f'<a id="card-{slug}"></a>\n'
    assert TEXT.count(f"{anchor}### ") == 1, AGAIN
    gallery, card = TEXT.split(anchor)
    card = card.split('\n<a id="card-')[0]
    properties = lb.losses[loss].properties
    assert f"](#card-{slug}) asks for {properties.minimiser}\n" in gallery
    assert f"* **Asks for**: {properties.minimiser}\n" in card
    assert f"* **Lowest value**: {properties.floor}\n" in card
    for name, default in lb.losses[loss].parameters.items():
        assert f"`{name}` = {default}" in card
    for part in (
        "**Pitfalls.** ",
        "**Elsewhere.** " if not SPECS[loss].calls else "| library | call | equals |\n",
        f"(api.md#lossbook.{loss})",
        "$$\n\\ell",
    ):
        assert part in card
    drawn = [cell for cell in COMMITTED if f"lb.{loss}," in cell.source]
    computed = [cell for cell in COMMITTED if f"value = lb.{loss}(" in cell.source]
    assert len(drawn) == len(computed) == 1 and computed[0].outputs


def test_no_code_is_seen():
    for cell in COMMITTED:
        if cell.cell_type == "code":
            assert "hide-input" in cell.metadata.tags
            assert cell.metadata.jupyter.source_hidden


def test_there_is_a_card_for_no_other_loss():
    assert TEXT.count('<a id="card-') == len(lb.losses), AGAIN


@pytest.mark.parametrize("section", ["Curve", "Pitfalls"])
def test_a_loss_that_does_not_say_it_is_an_error(monkeypatch, section):
    title = f"{section}\n{'-' * len(section)}\n"
    monkeypatch.setattr(lb.huber, "__doc__", lb.huber.__doc__.replace(title, ""))
    with pytest.raises(ValueError, match=f"huber: the docstring has no section {section}"):
        loss_cards.notebook()


def test_a_loss_that_no_library_has(monkeypatch):
    """The example of its family is there, and so is a sentence in place of the table."""
    monkeypatch.setattr(loss_cards, "ELSEWHERE", loss_cards.ELSEWHERE._replace(families={}))
    card = loss_cards.Card("huber")
    assert "lb.huber(y, y_pred)" in card.example()
    assert "None of the libraries" in card.foot() and "|" not in card.foot()


def test_a_changed_property_changes_the_page(monkeypatch):
    others = lb.mean_absolute_error.properties
    monkeypatch.setattr(lb.huber, "properties", others)
    assert [cell.source for cell in written()] != [cell.source for cell in COMMITTED]


def test_pitfalls_lead_to_a_cell_or_a_heading():
    notebooks = [nbformat.read(path, as_version=4) for path in NOTEBOOKS]
    cells = [cell for notebook in notebooks for cell in notebook.cells]
    targets = {cell.metadata.book.name for cell in cells if "book" in cell.metadata}
    for cell in cells:
        targets |= set(ANCHOR.findall(cell.source))
    links = re.findall(r"\]\(#([\w-]+)\)", "".join(map(pitfalls, lb.losses)))
    assert set(links) == set(loss_cards.LINKS.values()) <= targets, set(links) - targets


def pitfalls(loss):
    return loss_cards.Card(loss).pitfalls()


def test_the_words_of_a_link_are_those_of_a_pitfall():
    """Once at most in a card, so that no link stands in another."""
    said = [loss_cards.Card(loss).section("Pitfalls") for loss in lb.losses]
    for words in loss_cards.LINKS:
        assert {text.count(words) for text in said} == {0, 1}, words


@pytest.mark.parametrize("loss", [loss for loss, spec in SPECS.items() if spec.curve])
def test_the_curve_says_what_its_caption_says(loss):
    card = loss_cards.Card(loss)
    assert SPECS[loss].curve(*curves(card.figure()))
    assert card.described()[1].startswith("**")


X = np.linspace(-2, 2, 81)
COURSES = [
    (X, "rises from −2 to 2"),
    (0 * X - 0.8, "stays at −0.8"),
    (X**2, "falls from 4 to 0 at 0, then rises to 4"),
    (np.sign(X), "stays at −1, then jumps to 1 at 0, then stays"),
    (np.sign(X + 0.3) + 1, "stays at 0, then jumps to 2 at −0.3, then stays"),
    (np.clip(X, -1, 1), "stays at −1, then rises to 1 at 1, then stays"),
    (np.maximum(0, 1 - X), "falls from 3 to 0 at 1, then stays"),
    (1e-6 * X**2 + 1e-6, "falls from nearly 0 to nearly 0 at 0, then rises to nearly 0"),
]


@pytest.mark.parametrize("y, said", COURSES)
def test_the_course_of_a_curve_in_words(y, said):
    assert loss_cards.course(X, y) == said
