"""The loss cards are what their generator writes today, one for each loss, and lead somewhere."""

import re
from pathlib import PurePosixPath

import nbformat
import numpy as np
import pytest

import lossbook as lb
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
TEXT = "\n\n".join(cell.source for cell in COMMITTED if cell.cell_type == "markdown")


def test_committed_page_is_what_the_generator_writes():
    """If not: ``python -m tools.loss_cards``, then ``tools.run_notebooks`` on its page."""
    assert [cell.source for cell in COMMITTED] == [cell.source for cell in WRITTEN]
    for committed, written in zip(COMMITTED, WRITTEN, strict=True):
        assert committed.cell_type == written.cell_type
        for key in "book", "mystnb", "tags":
            assert committed.metadata.get(key) == written.metadata.get(key)


@pytest.mark.parametrize("loss", lb.losses)
def test_every_loss_has_a_card(loss):
    slug = loss.replace("_", "-")
    anchor = f'<a id="card-{slug}"></a>\n'
    assert TEXT.count(f"{anchor}### ") == 1
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
        "| library | call | equals |\n",
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
    assert set(loss_cards.WRITTEN) == set(lb.losses)


def test_a_loss_without_a_written_entry_is_an_error(monkeypatch):
    monkeypatch.setitem(lb.losses, "novel", lb.huber)
    with pytest.raises(KeyError, match="novel"):
        loss_cards.notebook()


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
    for written in loss_cards.WRITTEN.values():
        links = re.findall(r"\]\(#([\w-]+)\)", written.pitfalls)
        assert links and set(links) <= targets, set(links) - targets


# What the caption of each curve says, put to the curve: x, value and slope.
WRONG, RIGHT = 0, -1  # the ends of the axis of scores and of probabilities of the truth
FINDINGS = {
    "mean_squared_error": lambda x, v, s: np.allclose(s[::2], 2 * s[60:181]),  # at x and x/2
    "mean_absolute_error": lambda x, v, s: set(np.abs(s[x != 0])) == {1},
    "huber": lambda x, v, s: np.allclose(s, np.clip(x, -2, 2)),
    "log_cosh": lambda x, v, s: 0.99 < s.max() < 1 and np.abs(np.diff(s)).max() < 0.03,
    "quantile": lambda x, v, s: -s[WRONG] > s[RIGHT] > 0,
    "binary_cross_entropy": lambda x, v, s: np.allclose(s, -1 / x),
    "binary_cross_entropy_with_logits": lambda x, v, s: np.allclose(s, lb.sigmoid(x) - 1),
    "cross_entropy": lambda x, v, s: np.allclose(v, -np.log(x)) and np.allclose(s, -1 / x),
    "cross_entropy_with_logits": lambda x, v, s: np.allclose(
        s, lb.softmax(np.stack([x, 0 * x, 0 * x], axis=1))[:, 0] - 1
    ),
    "kl_divergence": lambda x, v, s: np.isclose(x[v < 1e-12], 1 / 2).tolist() == [True],
    "hinge": lambda x, v, s: not v[x >= 1].any() and set(s) == {-1, 0} == set(s[x >= 1]) | {-1},
    "squared_hinge": lambda x, v, s: (
        not v[x >= 1].any() and np.allclose(s, 2 * np.minimum(x - 1, 0))
    ),
    "focal_with_logits": lambda x, v, s: (
        s[RIGHT] / s.min() < (lb.sigmoid(x) - 1)[RIGHT] / (lb.sigmoid(x) - 1).min()
        and WRONG < np.argmin(s) < len(x) // 2
    ),
    "multilabel_cross_entropy": lambda x, v, s: same_as("binary_cross_entropy", v, s),
    "multilabel_cross_entropy_with_logits": lambda x, v, s: (
        same_as("binary_cross_entropy_with_logits", v, s) and np.abs(s).max() < 1
    ),
    "dice": lambda x, v, s: np.allclose(s, s[0]) and v[RIGHT] == 0 < v[WRONG],
}


def same_as(loss, value, slope):
    _, *drawn = curves(loss_cards.Card(loss).figure())
    return np.allclose(drawn, [value, slope])


@pytest.mark.parametrize("loss", lb.losses)
def test_the_curve_says_what_its_caption_says(loss):
    card = loss_cards.Card(loss)
    assert FINDINGS[loss](*curves(card.figure()))
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
