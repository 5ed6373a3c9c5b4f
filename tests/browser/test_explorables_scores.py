"""The figure of 3.2 with three scores: its numbers are lossbook's, and those of NumPy's float16."""

import itertools

import numpy as np
import pytest

import lossbook as lb
from tests.support.notebooks import every_booked_cell
from website.find_pages import ROOT

NAME = "three-scores"
[PAGE] = [
    path.relative_to(ROOT).with_suffix(".html").as_posix()
    for path, book, _ in every_booked_cell()
    if book.get("explorable") == NAME
]
SCORES = np.array(list(itertools.product([-24, -17.5, -16.5, -8, 0, 0.5, 11, 11.5, 24], repeat=3)))


@pytest.fixture(scope="module")
def evaluate(browser):
    """What JavaScript says on an empty page with the scripts of the figure."""
    page = browser.new_page()
    for name in ("plot.js", "losses.js", "three-scores.js"):
        page.add_script_tag(path=ROOT / "website" / "explorables" / name)
    yield lambda script, *given: page.evaluate(f"given => ({script})(...given)", list(given))
    page.close()


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5])
def test_loss_slope_and_probabilities_are_those_of_lossbook(evaluate, smoothing):
    found = evaluate(
        "(all, s) => all.map((z) => LossBook.threeScores.exact(z, 1, s))",
        SCORES.tolist(),
        smoothing,
    )
    truth, settings = np.ones(len(SCORES), int), {"label_smoothing": smoothing}
    loss = lb.cross_entropy_with_logits
    expected = {
        "loss": loss(truth, SCORES, reduction="none", **settings),
        "slopes": loss.gradient(truth, SCORES, reduction="sum", **settings),
        "probabilities": lb.softmax(SCORES),
    }
    for name, numbers in expected.items():
        ours = [each[name] for each in found]
        np.testing.assert_allclose(ours, numbers, rtol=1e-9, atol=1e-12)


def test_float16_is_that_of_numpy(evaluate):
    sizes = np.random.default_rng(0).uniform(-30, 18, size=2000)
    edges = [0.0, 2.0**-24, 2.0**-25, 3 * 2.0**-25, 65504, 65519.9, 65520, 2049, 2051, np.inf]
    numbers = np.concatenate([2.0**sizes, -(2.0**sizes), edges])
    found = evaluate("(all) => all.map(LossBook.threeScores.half)", numbers.tolist())
    with np.errstate(over="ignore"):
        assert np.array_equal(np.array(found, float), numbers.astype(np.float16).astype(float))


def test_formula_as_written_is_that_of_numpy_in_float16(evaluate):
    found = evaluate(
        "(all) => all.map((z) => LossBook.threeScores.written(z, 0).loss)", SCORES.tolist()
    )
    with np.errstate(all="ignore"):
        powers = np.exp(SCORES.astype(np.float16))
        total = powers[:, 0] + powers[:, 1] + powers[:, 2]
        loss = -np.log(powers[:, 0] / total)
    ours = np.array(found, float)
    assert loss.dtype == np.float16 and np.isnan(loss).any() and np.isinf(loss).any()
    # the libraries' e^z may round the last digit of a float16 the other way
    np.testing.assert_allclose(ours, loss.astype(float), rtol=3e-3, atol=2e-3)


# -- what a reader does ---------------------------------------------------------------------------


class Figure:
    def __init__(self, page):
        self.page, self.root = page, page.locator(f'[data-explorable="{NAME}"]')

    def pull(self, label, value):
        slider = self.root.get_by_label(label, exact=True)
        slider.evaluate(
            "(it, v) => { it.value = v; it.dispatchEvent(new Event('input', {bubbles: true})) }",
            str(value),
        )

    def press(self, name):
        self.root.get_by_role("button", name=name).click()

    def columns(self):
        """Scores, probabilities and slopes, as the table prints them."""
        rows = self.root.locator(".explorable-bars tbody tr")
        texts = rows.evaluate_all("all => all.map((r) => [...r.cells].map((c) => c.textContent))")
        return np.array(
            [[float(text.replace("\N{MINUS SIGN}", "-")) for text in row[1:]] for row in texts]
        ).T

    def losses(self):
        rows = self.root.locator(".explorable-numbers tbody tr td")
        return rows.all_inner_texts()

    def words(self):
        return self.root.locator(".explorable-words").inner_text()


@pytest.fixture
def scores(open_figure):
    return Figure(open_figure(PAGE))


def test_table_and_readout_follow_the_sliders(scores):
    for cat, dog, bird, smoothing in [(2, 1, -1, 0), (-3, 5, 0.5, 0.1)]:
        for name, value in [("cat", cat), ("dog", dog), ("bird", bird)]:
            scores.pull(f"Score of the {name}", value)
        scores.pull("Label smoothing \N{GREEK SMALL LETTER EPSILON}", smoothing)
        z, p, slope = scores.columns()
        assert z.tolist() == [cat, dog, bird]
        loss = lb.cross_entropy_with_logits
        given = [0], [[cat, dog, bird]]
        assert p == pytest.approx(lb.softmax(given[1])[0], abs=6e-4)
        expected = loss.gradient(*given, label_smoothing=smoothing)[0]
        assert slope == pytest.approx(expected, abs=6e-4)
        exact, _ = scores.losses()
        assert float(exact) == pytest.approx(loss(*given, label_smoothing=smoothing), rel=6e-3)
    assert scores.page.errors == []


def test_a_common_shift_changes_nothing_but_what_overflows(scores):
    z, p, slope = scores.columns()
    assert "works" in scores.words()
    for _ in range(3):
        scores.press("All three + 4")
    shifted = scores.columns()
    assert (shifted[0] == z + 12).all()
    assert (shifted[1] == p).all() and (shifted[2] == slope).all()
    exact, written = scores.losses()
    assert exact == "0.349" and written == "undefined"
    assert "infinite over infinite" in scores.words()
    for _ in range(9):
        scores.press("All three \N{MINUS SIGN} 4")
    assert scores.columns()[0].min() == -24  # as far as all three can go together
    assert (scores.columns()[1] == p).all()
    scores.press("Reset")
    assert (scores.columns()[0] == z).all()


@pytest.mark.parametrize(
    ("z", "words"),
    [
        ((0, 12, 0), "share becomes 0"),
        ((-24, -24, -24), "0 over 0"),
        ((-20, 3, 3), "share is 0"),
        ((12, 0, 0), "infinite over infinite"),
    ],
)
def test_words_say_what_goes_wrong_in_float16(scores, z, words):
    for name, value in zip(("cat", "dog", "bird"), z, strict=True):
        scores.pull(f"Score of the {name}", value)
    assert words in scores.words()
    assert scores.losses()[1] in {"undefined", "infinite"}


def test_smoothing_pulls_a_high_score_down_again(scores):
    scores.pull("Score of the cat", 20)
    assert "hardly moves" in scores.words()
    scores.pull("Label smoothing \N{GREEK SMALL LETTER EPSILON}", 0.1)
    assert "lowers the cat" in scores.words()
