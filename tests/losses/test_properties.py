"""What every loss declares in its `properties`, proved by numbers, from its values alone.

A text that has no test here fails: what a loss says about itself is either proved or not said.
"""

from functools import cache
from itertools import product
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from numpy.testing import assert_allclose

import lossbook as lb
from lossbook.domains import REAL, Ends, Interval, Simplex
from lossbook.loss import Loss, RowwiseLoss
from tests.support.loss_cases import (
    CASES,
    KINDS,
    LOSSES,
    Case,
    every_kind,
    every_loss,
    is_bounded,
    of_classes,
    reach,
)
from tests.support.loss_strategies import predictions, repeatable, targets

K = 3  # classes, or pixels of a mask
FAR = 1000  # a score whose sigmoid is 1, to the last digit

# -- targets and predictions on a grid: a row each, (·, 1) for an element-wise loss ----------------


@cache
def simplex(parts: int) -> np.ndarray:
    """Every row of K multiples of 1/parts that sums to 1."""
    counts = [c for c in product(range(parts + 1), repeat=K) if sum(c) == parts]
    return np.array(counts) / parts


def box(ticks: np.ndarray, columns: int = K) -> np.ndarray:
    return np.array(list(product(ticks, repeat=columns)))


def probabilities(domain: Interval, loss: Loss) -> np.ndarray:
    if isinstance(domain, Simplex):
        return simplex(20)
    if isinstance(loss, RowwiseLoss):
        return box(np.linspace(0, 1, 11))
    return np.linspace(0, 1, 201)[:, None]


def scores_of(p: np.ndarray) -> np.ndarray:
    """The scores whose sigmoid (one column) or softmax (more) is p."""
    with np.errstate(divide="ignore"):
        scores = np.log(p) - np.log1p(-p) if p.shape[1] == 1 else np.log(p)
    return scores.clip(-FAR, FAR)


def every_target(case: Case) -> np.ndarray:
    domain = case.loss.domains["y_true"]
    if not is_bounded(domain):
        return np.linspace(*reach(domain), 61)[:, None]
    if case.targets == "classes":
        return np.arange(K)
    if isinstance(domain, Simplex) and case.targets == "hard":
        return np.eye(K)
    if case.targets == "hard":
        columns = K if isinstance(case.loss, RowwiseLoss) else 1
        return box(np.array([domain.low, domain.high], float), columns)
    return probabilities(domain, case.loss)


def every_prediction(loss: Loss) -> np.ndarray:
    if not is_bounded(loss.domains["y_true"]):
        grid = np.linspace(*reach(loss.domains["y_pred"], far=5), 1001)
        return grid[[loss.domains["y_pred"].holds(x) for x in grid], None]
    if loss.domains["y_pred"] is REAL:
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


def mean(y, cost):
    return y.mean(axis=0)


def shares(y, cost):
    assert y.min() >= 0 and y.max() <= 1
    return y.mean(axis=0)


def quantile(y, cost, level=0.5):
    """The smallest of the values that a share `level` of them does not exceed."""
    return np.sort(y, axis=0)[ceil(level * len(y)) - 1]


def balance(pull):
    """Where the pulls of all values on the prediction cancel, by bisection."""

    def oracle(y, cost, **parameters):
        low, high = y.min(axis=0), y.max(axis=0)
        for _ in range(60):
            middle = (low + high) / 2
            if pull(y - middle, **parameters).sum() > 0:
                low = middle
            else:
                high = middle
        return middle

    return oracle


def share_of_signs(y, cost):
    return (y == 1).mean(axis=0) - (y == -1).mean(axis=0)


def between_0_and_log_odds(y, cost):
    share = shares(y, cost)
    inside = np.linspace(0, scores_of(share[None])[0], 5001)[1:-1]
    best = np.argmin(cost(inside))
    assert 0 < best < len(inside) - 1  # in between, and not at an end
    return inside[best]


def best_mask(y, cost):
    masks = box(np.array([0.0, 1.0]))
    return masks[np.argmin(cost(masks))]


ONE_SIZE = "a mask of zeros and ones, if all masks have one size"

MINIMISERS = {
    "the mean": mean,
    "the median": lambda y, cost: np.median(y, axis=0),
    "the quantile of that level": quantile,
    "the mean, with values farther from it than delta drawn in to delta": balance(
        lambda e, delta=1.0: np.clip(e, -delta, delta)
    ),
    "where the hyperbolic tangents of the errors cancel": balance(np.tanh),
    "the share of yes": shares,
    "the log-odds of the share of yes": lambda y, cost: scores_of(shares(y, cost)[None])[0],
    "the shares of the classes": shares,
    "the logarithms of the shares of the classes, up to a constant": lambda y, cost: np.log(
        shares(y, cost)
    ),
    "the mean of the rows y_true": mean,
    "+1 or −1, whichever is more frequent": lambda y, cost: np.sign(y.sum(axis=0)),
    "the share of +1 minus the share of −1": share_of_signs,
    "a score between 0 and the log-odds of the share of yes": between_0_and_log_odds,
    ONE_SIZE: best_mask,
}


def named(case: Case) -> bool:
    """Whether the text names the parameters that the case sets: "the quantile of that level"."""
    return all(name in case.loss.properties.minimiser for name in case.parameters)


def distance(a: np.ndarray, b: np.ndarray, loss: Loss) -> np.ndarray:
    """How far predictions are apart; scores of classes, a shift of all of them aside."""
    difference = a - b
    if of_classes(loss) and loss.domains["y_pred"] is REAL:
        difference = difference - difference.mean(axis=1, keepdims=True)
    return np.abs(difference).max(axis=1)


@pytest.mark.parametrize("case", [c for c in CASES if named(c)], ids=str)
@pytest.mark.parametrize("seed", range(6))
def test_minimiser(case, seed):
    loss, text = case.loss, case.loss.properties.minimiser
    y_true, _ = case.draw(seed, n=9, m=K if isinstance(loss, RowwiseLoss) else 1)
    if text == ONE_SIZE:
        y_true = np.random.default_rng(seed).permuted(np.tile(y_true[0], (9, 1)), axis=1)

    def cost(y_pred):
        return table(loss, y_true, y_pred, **case.parameters).mean(axis=1)

    rows = np.eye(K)[y_true] if case.targets == "classes" else y_true
    best = MINIMISERS[text](rows, cost, **case.parameters)[None]
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
        assert np.all(middle <= chord + 1e-13 * (1 + chord))

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
    columns = K if isinstance(loss, RowwiseLoss) else 1
    if loss.domains["y_pred"] is REAL:
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
    end = 8 if case.loss.domains["y_pred"] is REAL else 12  # scores to 1e8, probabilities to 1e-12
    slopes = [largest_slope(case, at_distance(case.loss, 10.0**e)) for e in range(1, end + 1)]
    if case.loss.properties.bounded_slope:
        assert max(slopes[3:]) <= 1.01 * max(slopes[:3])
    else:
        assert slopes[-1] > 1000 * max(slopes[:3])


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
        believed = link(best) if loss.domains["y_pred"] is REAL else best
        right.append(np.allclose(believed, q, rtol=0, atol=1e-9))
    assert len(right) >= 19
    assert all(right) if loss.properties.proper else not all(right)


# -- floor -----------------------------------------------------------------------------------------


def entropy(case: Case, y_true: np.ndarray) -> np.ndarray:
    if case.targets == "classes":
        return np.zeros(len(y_true))
    p = y_true if isinstance(case.loss.domains["y_true"], Simplex) else np.c_[y_true, 1 - y_true]
    assert p.min() >= 0 and p.max() <= 1
    return -(p * np.log(np.maximum(p, 1e-300))).sum(axis=1)


def zero(case, y_true, floor):
    assert_allclose(floor, np.zeros(len(y_true)), atol=1e-12)


def the_entropy(case, y_true, floor):
    assert_allclose(floor, entropy(case, y_true), atol=1e-12)
    if case.targets != "soft":
        zero(case, y_true, floor)


def zero_for_0_and_1(case, y_true, floor):
    assert Case(case.loss, "soft") in KINDS and y_true.min() == 0 and y_true.max() == 1
    sure = np.isin(y_true, [0, 1]).all(axis=1)
    zero(case, y_true[sure], floor[sure])
    assert (floor[~sure] > 1e-4).all()
    assert sure.all() == (case.targets == "hard")


FLOORS = {
    "0": zero,
    "the entropy of the target": the_entropy,
    "0 for targets 0 and 1, above 0 in between": zero_for_0_and_1,
}


@every_kind
def test_floor(case):
    y_true = every_target(case)
    best = table(case.loss, y_true, every_prediction(case.loss)).min(axis=0)
    FLOORS[case.loss.properties.floor](case, y_true, best)


# -- unit ------------------------------------------------------------------------------------------

IN_UNIT_OF_Y = {"delta"}  # parameters that change with the unit of y


def of_degree(degree: int):
    """Whether metres instead of kilometres multiply the value by 1000 to that power."""

    def holds(loss: Loss) -> bool:
        if loss.domains["y_true"] is not REAL:
            return False  # targets that are no measured quantity have no unit
        y_true, y_pred = Case(loss, "soft").draw(n=50)
        for factor in 0.01, 3, 1000:
            scaled = {k: v * factor for k, v in loss.parameters.items() if k in IN_UNIT_OF_Y}
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
    if not is_bounded(loss.domains["y_true"]):
        return False
    p = np.array([[1e-9], [0.1], [0.25], [0.5], [0.9]])
    rest = np.tile((1 - p) / (K - 1), K - 1)
    if isinstance(loss, RowwiseLoss):
        happened, y_pred = np.tile([1, 0, 0], (len(p), 1)), np.hstack([p, rest])
    else:
        happened, y_pred = np.full(p.shape, loss.domains["y_true"].high), p
    if loss.domains["y_pred"] is REAL:
        y_pred = scores_of(y_pred)
    weight = loss.parameters.get("alpha", 1) * (1 - p) ** loss.parameters.get("gamma", 0)
    value = loss(happened, y_pred, reduction="none").reshape(p.shape)
    return np.allclose(value, weight * -np.log(p), rtol=1e-9, atol=0)


UNITS = {"unit of y": of_degree(1), "squared unit of y": of_degree(2), "nats": in_nats}


@every_loss
def test_unit(loss):
    """The declared unit and no other; "none" is what has none of them."""
    found = [unit for unit, holds in UNITS.items() if holds(loss)] or ["none"]
    assert found == [loss.properties.unit]


def test_these_tests_meet_every_loss():
    assert {case.loss for case in KINDS} == {case.loss for case in CASES if named(case)}
    assert {case.loss for case in KINDS} == set(LOSSES)
    assert not any(isinstance(c.loss.domains["y_true"], Ends) for c in KINDS if c.targets == "soft")
