"""What every loss declares in its `properties`, proved by numbers, from its values alone.

What no spec proves fails: what a loss says about itself is either proved or not said.
"""

import re
from functools import cache
from itertools import product
from math import factorial, inf

import numpy as np
import pytest
from hypothesis import given

import lossbook as lb
from lossbook.domains import NOT_NEGATIVE, REAL, Ends, Interval, Simplex
from lossbook.loss import Loss, RowwiseLoss
from tests.support import best_answers
from tests.support.best_answers import scores_of
from tests.support.loss_cases import (
    CASES,
    KINDS,
    LOSSES,
    Case,
    columns_of,
    every_kind,
    every_loss,
    is_bounded,
    of_classes,
    of_scores,
    reach,
    spec_of,
    takes_one_a_row,
)
from tests.support.loss_strategies import predictions, repeatable, targets

K = 3  # classes, or pixels of a mask

# -- targets and predictions on a grid: a row each, (·, 1) for an element-wise loss ----------------
# (of a loss that takes a number for each row, the targets are (·,))


@cache
def simplex(parts: int) -> np.ndarray:
    """Every row of K multiples of 1/parts that sums to 1."""
    counts = [c for c in product(range(parts + 1), repeat=K) if sum(c) == parts]
    return np.array(counts) / parts


def box(ticks: np.ndarray, columns: int = K) -> np.ndarray:
    return best_answers.box(ticks, columns)


def width(loss: Loss) -> int:
    """How many columns its predictions have here."""
    return columns_of(loss, K) if isinstance(loss, RowwiseLoss) else 1


def probabilities(domain: Interval, loss: Loss) -> np.ndarray:
    if isinstance(domain, Simplex):
        return simplex(20)
    if isinstance(loss, RowwiseLoss):
        return box(np.linspace(0, 1, 11))
    return np.linspace(0, 1, 201)[:, None]


def every_target(case: Case) -> np.ndarray:
    domain = case.loss.domains["y_true"]
    if not is_bounded(domain):
        numbers = np.linspace(*reach(domain), 61)
        return numbers if takes_one_a_row(case.loss) else numbers[:, None]
    if case.targets == "classes":
        return np.arange(K)
    if isinstance(domain, Simplex) and case.targets == "hard":
        return np.eye(K)
    if case.targets == "hard":
        return box(np.array([domain.low, domain.high], float), width(case.loss))
    return probabilities(domain, case.loss)


def every_prediction(loss: Loss) -> np.ndarray:
    if takes_one_a_row(loss):
        return box(np.linspace(-5, 5, 101), width(loss))
    if not is_bounded(loss.domains["y_true"]):
        grid = np.linspace(*reach(loss.domains["y_pred"], far=5), 1001)
        return grid[[loss.domains["y_pred"].holds(x) for x in grid], None]
    if of_scores(loss):
        return scores_of(probabilities(loss.domains["y_true"], loss))
    return probabilities(loss.domains["y_pred"], loss)


def table(loss: Loss, y_true: np.ndarray, y_pred: np.ndarray, **parameters: float) -> np.ndarray:
    """The loss of each prediction (down) for each target (across)."""
    rows = np.repeat(y_pred, len(y_true), axis=0)
    truths = np.tile(y_true, (len(y_pred), 1)) if y_true.ndim == 2 else np.tile(y_true, len(y_pred))
    return loss(truths, rows, reduction="none", **parameters).reshape(len(y_pred), len(y_true))


def test_table_by_hand():
    got = table(lb.mean_absolute_error, np.array([[0.0], [1.0]]), np.array([[0.0], [3.0], [5.0]]))
    assert got.tolist() == [[0, 1], [3, 2], [5, 4]]


@every_loss
def test_every_loss_declares_properties(loss):
    declared = loss.properties
    assert type(declared.convex) is bool and type(declared.bounded_slope) is bool
    assert declared.proper is None or type(declared.proper) is bool


# -- minimiser: no other constant prediction has so small a mean loss ------------------------------


def distance(a: np.ndarray, b: np.ndarray, loss: Loss) -> np.ndarray:
    """How far predictions are apart; scores of classes, a shift of all of them aside."""
    difference = a - b
    if of_classes(loss) and of_scores(loss):
        difference = difference - difference.mean(axis=1, keepdims=True)
    return np.abs(difference).max(axis=1)


def has_best(case: Case) -> bool:
    """Whether the spec knows the best prediction with the parameters that the case sets."""
    best = spec_of(case.loss).minimiser
    return best is not None and case.parameters.keys() <= best.parameters


@every_loss
def test_minimiser_and_floor_are_said_in_the_words_that_are_proved(loss):
    spec, said = spec_of(loss), loss.properties
    assert spec.minimiser is None or re.search(spec.minimiser.word, said.minimiser)
    assert re.search(spec.floor.word, said.floor)
    assert all(name in said.minimiser for name in getattr(spec.minimiser, "parameters", ()))


@pytest.mark.parametrize("case", [c for c in CASES if has_best(c)], ids=str)
@pytest.mark.parametrize("seed", range(6))
def test_minimiser(case, seed):
    loss, oracle = case.loss, spec_of(case.loss).minimiser
    y_true, _ = case.draw(seed, n=9, m=width(loss))
    if oracle.one_size:
        y_true = np.random.default_rng(seed).permuted(np.tile(y_true[0], (9, 1)), axis=1)

    def cost(y_pred):
        return table(loss, y_true, y_pred, **case.parameters).mean(axis=1)

    rows = np.eye(K)[y_true] if case.targets == "classes" else y_true
    best = oracle.find(rows, cost, **case.parameters)[None]
    grid = every_prediction(loss)
    others = grid[distance(grid, best, loss) > 0.01]
    assert len(others) >= len(grid) - 5  # nearly nothing is set aside
    assert cost(best)[0] < cost(others).min()


def test_best_mask_for_masks_of_several_sizes_may_be_in_between():
    """Why dice's minimiser has a condition."""
    y_true = np.repeat([[1.0, 0, 0, 0], [0, 1, 1, 1]], [3, 7], axis=0)
    masks = table(lb.dice, y_true, box(np.array([0.0, 1.0]), columns=4)).mean(axis=1)
    between = table(lb.dice, y_true, np.array([[0.8, 1, 1, 1]])).mean()
    assert between < masks.min() - 1e-4


# -- convex ----------------------------------------------------------------------------------------


def middle_and_chord(loss, y_true, a, b):
    """The value in the middle of a segment, and the mean of the values at its ends."""
    ends = loss(y_true, a, reduction="none") / 2 + loss(y_true, b, reduction="none") / 2
    return loss(y_true, (a + b) / 2, reduction="none"), ends


@pytest.mark.parametrize("case", [c for c in KINDS if c.loss.properties.convex], ids=str)
def test_convex(case):
    @repeatable
    @given(targets(case), predictions(case.loss), predictions(case.loss))
    def no_value_lies_above_its_chord(y_true, a, b):
        middle, chord = middle_and_chord(case.loss, y_true, a, b)
        assert np.all(middle <= chord + 1e-13 * (1 + np.abs(chord)))

    no_value_lies_above_its_chord()


@pytest.mark.parametrize("case", [c for c in KINDS if not c.loss.properties.convex], ids=str)
def test_not_convex(case):
    rng = np.random.default_rng(0)
    a, b = rng.choice(every_prediction(case.loss), (2, 1000))
    y_true = rng.choice(every_target(case), 1000)
    middle, chord = middle_and_chord(case.loss, y_true, a, b)
    assert (middle > chord + 1e-3).any()


# -- bounded_slope ---------------------------------------------------------------------------------


def at_distance(loss: Loss, r: float) -> np.ndarray:
    """Predictions at ±r, or within 1/r of the ends of what probabilities can be."""
    columns = width(loss)
    if of_scores(loss):
        return box(np.array([-r, 0, r]), columns)
    low, high = loss.domains["y_pred"].low, loss.domains["y_pred"].high
    if not isinstance(loss.domains["y_pred"], Simplex):
        far = high - 1 / r if high < np.inf else low + r
        return box(np.array([low + 1 / r if low > -np.inf else high - r, far]), columns)
    rows = box(np.array([1 / r, 1.0]))
    return rows / rows.sum(axis=1, keepdims=True)


def largest_slope(case: Case, y_pred: np.ndarray) -> float:
    y_true = every_target(case)
    rows = np.repeat(y_pred, len(y_true), axis=0)
    truths = np.concatenate([y_true] * len(y_pred))
    return np.abs(case.loss.gradient(truths, rows, reduction="sum")).max()


@every_kind
def test_bounded_slope(case):
    end = 8 if of_scores(case.loss) else 12  # scores to 1e8, probabilities to 1e-12
    slopes = [largest_slope(case, at_distance(case.loss, 10.0**e)) for e in range(1, end + 1)]
    near = slopes[:1] if slopes[2] == inf else slopes[:3]  # e^1000 is beyond the largest float
    if case.loss.properties.bounded_slope:
        assert max(slopes[3:]) <= 1.01 * max(near)
    else:
        assert slopes[-1] > 1000 * max(near)


# -- proper ----------------------------------------------------------------------------------------


def worlds(loss: Loss):
    """True probabilities, and targets that occur as often as these say."""
    if of_classes(loss):
        for q in simplex(10):
            if q.min() > 0:
                yield q, np.repeat(np.eye(K), np.rint(10 * q).astype(int), axis=0)
    else:
        domain = loss.domains["y_true"]
        for yes in range(1, 20):
            often = np.repeat([domain.high, domain.low], [yes, 20 - yes])
            yield np.array([yes / 20]), often[:, None].astype(float)


@every_loss
def test_proper(loss):
    measured = not is_bounded(loss.domains["y_true"])  # a quantity, not whether something happened
    assert (loss.properties.proper is None) == measured
    if measured:
        return
    grid = every_prediction(loss)
    if not of_classes(loss):
        grid = np.unique(grid[:, :1], axis=0)  # one yes/no question: for dice, one pixel
    link = lb.softmax if of_classes(loss) else lb.sigmoid
    right = []
    for q, y_true in worlds(loss):
        best = grid[np.argmin(table(loss, y_true, grid).mean(axis=1))]
        believed = link(best) if of_scores(loss) else best
        right.append(np.allclose(believed, q, rtol=0, atol=1e-9))
    assert len(right) >= 19
    assert all(right) if loss.properties.proper else not all(right)


# -- floor -----------------------------------------------------------------------------------------


@every_kind
def test_floor(case):
    y_true = every_target(case)
    best = table(case.loss, y_true, every_prediction(case.loss)).min(axis=0)
    floor = spec_of(case.loss).floor
    floor.check(case, y_true, best)
    if floor is best_answers.ZERO_FOR_SURE_TARGETS:
        assert Case(case.loss, "soft") in KINDS


# -- unit ------------------------------------------------------------------------------------------


def of_degree(degree: int):
    """Whether metres instead of kilometres multiply the value by 1000 to that power."""

    def holds(loss: Loss) -> bool:
        if loss.domains["y_true"] is not REAL:
            return False  # targets that are no measured quantity have no unit
        y_true, y_pred = Case(loss, "soft").draw(n=50)
        for factor in 0.01, 3, 1000:
            scaled = {k: factor * loss.parameters[k] for k in spec_of(loss).in_unit_of_y}
            value = loss(factor * y_true, factor * y_pred, reduction="none", **scaled)
            expected = factor**degree * loss(y_true, y_pred, reduction="none")
            if not np.allclose(value, expected, rtol=1e-9, atol=0):
                return False
        return True

    return holds


def in_nats(loss: Loss) -> bool:
    """Whether the value is −ln p, p the probability given to what happened.

    Times a weight that is a pure number, if the loss has one: that of focal is α(1 − p)^γ.
    """
    if loss.domains["y_true"] == NOT_NEGATIVE and loss.domains["y_pred"] is REAL:
        return is_surprise_at_a_count(loss)
    if not is_bounded(loss.domains["y_true"]):
        return False
    p = np.array([[1e-9], [0.1], [0.25], [0.5], [0.9]])
    rest = np.tile((1 - p) / (K - 1), K - 1)
    if isinstance(loss, RowwiseLoss):
        happened, y_pred = np.tile([1, 0, 0], (len(p), 1)), np.hstack([p, rest])
    else:
        happened, y_pred = np.full(p.shape, loss.domains["y_true"].high), p
    if of_scores(loss):
        y_pred = scores_of(y_pred)
    weight = loss.parameters.get("alpha", 1) * (1 - p) ** loss.parameters.get("gamma", 0)
    value = loss(happened, y_pred, reduction="none").reshape(p.shape)
    return np.allclose(value, weight * -np.log(p), rtol=1e-9, atol=0)


def is_surprise_at_a_count(loss: Loss) -> bool:
    """Whether it is −ln p, p by Poisson's formula, up to what the count alone decides."""
    counts, log_rates = np.arange(6), np.array([[-2.0], [-0.5], [0], [1], [2.5]])
    rates = np.exp(log_rates)
    p = np.exp(-rates) * rates**counts / [factorial(count) for count in counts]
    value = table(loss, counts[:, None].astype(float), log_rates)
    return np.allclose(value - value[0], np.log(p[0]) - np.log(p), rtol=1e-9, atol=1e-12)


UNITS = {"unit of y": of_degree(1), "squared unit of y": of_degree(2), "nats": in_nats}


@every_loss
def test_unit(loss):
    """The declared unit and no other; "none" is what has none of them."""
    found = [unit for unit, holds in UNITS.items() if holds(loss)] or ["none"]
    assert found == [loss.properties.unit]


def test_these_tests_meet_every_loss():
    assert {case.loss for case in KINDS} == set(LOSSES)
    with_best = {case.loss for case in CASES if has_best(case)}
    assert with_best == {loss for loss in LOSSES if spec_of(loss).minimiser}
    assert not any(isinstance(c.loss.domains["y_true"], Ends) for c in KINDS if c.targets == "soft")
