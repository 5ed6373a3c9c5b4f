"""The best constant prediction of a loss, and its lowest value, found in other ways.

`Best` and `Floor` hold a word that the loss's own sentence about them has to hold: it may be
reworded, but it may not say something else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from math import ceil
from typing import Any

import numpy as np

FAR = 1000  # a score whose sigmoid is 1, to the last digit


@dataclass(frozen=True)
class Best:
    """The constant prediction with the smallest mean loss.

    word : what the property `minimiser` has to say, a regular expression
    find : finds it, from the targets (a row each) and the mean loss of each of several predictions
    parameters : those of the loss that it depends on, and takes
    one_size : whether it is the best one only if the targets are one mask in several orders
    """

    word: str
    find: Callable[..., Any]
    parameters: frozenset[str] = frozenset()
    one_size: bool = False


@dataclass(frozen=True)
class Floor:
    """The value of the best prediction possible.

    word : what the property `floor` has to say, a regular expression
    check : asserts it, from the case, the targets and the lowest value found for each of them
    """

    word: str
    check: Callable[[Any, Any, Any], None]


def box(ticks: np.ndarray, columns: int) -> np.ndarray:
    """All rows with entries from the ticks."""
    return np.array(list(product(ticks, repeat=columns)))


def scores_of(p: np.ndarray) -> np.ndarray:
    """The scores whose sigmoid (one column) or softmax (more) is p."""
    with np.errstate(divide="ignore"):
        scores = np.log(p) - np.log1p(-p) if p.shape[1] == 1 else np.log(p)
    return scores.clip(-FAR, FAR)


# -- minimisers ------------------------------------------------------------------------------------


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


def between_0_and_log_odds(y, cost):
    share = shares(y, cost)
    inside = np.linspace(0, scores_of(share[None])[0], 5001)[1:-1]
    best = np.argmin(cost(inside))
    assert 0 < best < len(inside) - 1  # in between, and not at an end
    return inside[best]


def best_mask(y, cost):
    masks = box(np.array([0.0, 1.0]), y.shape[1])
    return masks[np.argmin(cost(masks))]


MEAN = Best("mean", mean)
MEDIAN = Best("median", lambda y, cost: np.median(y, axis=0))
SHARES = Best("share", shares)
LOG_ODDS = Best("log-odds of the share", lambda y, cost: scores_of(shares(y, cost)[None])[0])
SIDE = Best("more frequent", lambda y, cost: np.sign(y.sum(axis=0)))
DIFFERENCE_OF_SHARES = Best("minus", lambda y, cost: (y == 1).mean(axis=0) - (y == -1).mean(axis=0))

# -- floors ----------------------------------------------------------------------------------------


def zero(case, y_true, floor):
    np.testing.assert_allclose(floor, np.zeros(len(y_true)), atol=1e-12)


def zero_for_sure_targets(case, y_true, floor):
    """0 where the target is sure, above 0 where it is in between."""
    assert y_true.min() == 0 and y_true.max() == 1
    sure = np.isin(y_true, [0, 1]).all(axis=1)
    zero(case, y_true[sure], floor[sure])
    assert (floor[~sure] > 1e-4).all()
    assert sure.all() == (case.targets == "hard")


def entropy(case, y_true):
    if case.targets == "classes":
        return np.zeros(len(y_true))
    p = y_true if y_true.shape[1] > 1 else np.c_[y_true, 1 - y_true]
    assert p.min() >= 0 and p.max() <= 1
    return -(p * np.log(np.maximum(p, 1e-300))).sum(axis=1)


def the_entropy(case, y_true, floor):
    np.testing.assert_allclose(floor, entropy(case, y_true), atol=1e-12)
    if case.targets != "soft":
        zero(case, y_true, floor)


ZERO = Floor("^0$", zero)
ZERO_FOR_SURE_TARGETS = Floor("0 for targets 0 and 1, above", zero_for_sure_targets)
ENTROPY = Floor("entropy", the_entropy)


def no_floor(case, y_true, floor):
    """It goes on falling: at the end of what was tried it is far below 0."""
    assert (floor < -2).all()


NO_FLOOR = Floor("^none", no_floor)
