"""What losses of probabilities and scores share: 0·log 0, sigmoid and softmax, to the last digit.

A formula must not overflow, must not lose the digits of a tiny loss, and must give the limits at
scores of ±∞.  How that is done is explained here, once, so that the formulas can read like the
page.  Arrays of rows have the classes along axis 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isnan
from typing import Any

import numpy as np

from ..array_api import first_numbers
from ..blocks import column_max, column_sums
from ..domains import extremes

# -- 0·log 0 = 0, and 0·∞ = 0 ---------------------------------------------------------------------

# NumPy tries the plain product first: a 0·∞ that made a NaN of it is rare.


def xmul(xp: Any, y: Any, x: Any) -> Any:
    """y·x; 0 where y is 0, even if x is infinite."""
    if xp is np and has_no_nan(found := y * x):
        return found
    return y * xp.where(y == 0, 0.0, x)


def weighed(xp: Any, a: Any, x: Any, b: Any, y: Any) -> Any:
    """a·x + b·y; a product is 0 where its weight a or b is 0, even if x or y is infinite."""
    if xp is np and has_no_nan(found := a * x + b * y):
        return found
    return a * xp.where(a == 0, 0.0, x) + b * xp.where(b == 0, 0.0, y)


def ratio(xp: Any, y: Any, p: Any) -> Any:
    """y/p; 0 where y is 0, even if p is 0: the slope of `xlogy` with respect to p.

    A probability of −0 is one of 0, so that the quotient is +∞.
    """
    p = xp.abs(p)
    if xp is np and has_no_nan(found := y / p):
        return found
    return y / xp.where((y == 0) & (p == 0), 1.0, p)


def xlogy(xp: Any, y: Any, p: Any) -> Any:
    """y·log p; 0 where y is 0, even if p is 0."""
    if xp is np and has_no_nan(found := y * np.log(p)):
        return found
    return y * xp.log(xp.where(y == 0, 1.0, p))


def xlog1py(xp: Any, y: Any, x: Any) -> Any:
    """y·log(1 + x), also of tiny x; 0 where y is 0, even if x is −1."""
    if xp is np and has_no_nan(found := y * np.log1p(x)):
        return found
    return y * xp.log1p(xp.where(y == 0, 0.0, x))


def has_no_nan(array: Any) -> bool:
    return not isnan(np.add.reduce(array, None))


def rel_entr(xp: Any, y: Any, p: Any) -> Any:
    """y·log(y/p), the relative entropy; 0 where y is 0.

    Near y = p a difference of logarithms has few digits left.  In NumPy log1p of the relative
    difference keeps them; other libraries are as exact as their own.
    """
    if xp is not np:
        one = xp.where(y == 0, 1.0, y)
        return y * (xp.log(one) - xp.log(xp.where(y == 0, 1.0, p)))
    above_zero = np.maximum(y, np.finfo(y.dtype).smallest_normal)
    change, quotient = (p - y) / above_zero, p / above_zero
    log_quotient = np.where(np.abs(change) < 0.5, np.log1p(change), np.log(quotient))
    rounded = quotient < np.finfo(y.dtype).smallest_normal  # with few digits, or to 0
    if rounded.any():
        log_quotient = np.where(rounded, np.log(p) - np.log(above_zero), log_quotient)
    return 0 - xmul(np, y, log_quotient)


# -- two classes: e^−|z| cannot overflow ----------------------------------------------------------


def decay(xp: Any, z: Any) -> Any:
    """e^−|z|.

    Other libraries may have to differentiate it once more, and |z| has no slope at 0.  So they,
    and only they, take the side of z ≥ 0 there, here and in the two functions below.
    """
    return xp.exp(-xp.abs(z)) if xp is np else xp.exp(xp.where(z >= 0, -z, z))


def softplus_pair(xp: Any, z: Any, small: Any) -> tuple[Any, Any]:
    """log(1 + e^z) and log(1 + e^−z), the surprises of "no" and "yes"; small is e^−|z|.

    log(1 + e^z) is max(z, 0) + log(1 + e^−|z|): no term is negative, so nothing cancels.
    """
    tail = xp.log1p(small)
    if xp is np:
        return np.maximum(z, 0) + tail, tail - np.minimum(z, 0)
    return xp.where(z >= 0, z, 0.0) + tail, tail - xp.where(z >= 0, 0.0, z)


def sigmoid_pair(xp: Any, z: Any, small: Any) -> tuple[Any, Any]:
    """σ(z) and σ(−z), each times 1 + e^−|z|: 1 and e^−|z|, or the other way round.

    Neither is 1 minus the other, which would have no digits where it is tiny.
    """
    if xp is np:
        side = np.sign(z)
        return np.maximum(small, side), np.maximum(small, -side)
    return xp.where(z >= 0, 1.0, small), xp.where(z >= 0, small, 1.0)


def power(xp: Any, p: Any, gamma: float) -> Any:
    """p^γ; elsewhere than in NumPy with the slope 0 at p = 0, where it may be infinite or 0·∞."""
    if xp is np:
        return p**gamma
    return xp.where(p == 0, 0.0**gamma, xp.where(p == 0, 1.0, p) ** gamma)


# -- k classes ------------------------------------------------------------------------------------


def sum_over_classes(xp: Any, array: Any) -> Any:
    """The sum along axis 0, sooner in NumPy."""
    return column_sums(array) if xp is np else xp.sum(array, axis=0)


def softmax_parts(xp: Any, z: Any) -> tuple[Any, Any, Any]:
    """The largest score; e^(z − largest), which cannot overflow; and the sum of these, minus 1.

    So p is e^(z − largest) / (1 + rest), and −log p, its surprise, is log(1 + rest) + largest − z.
    A score of +∞ has all of the probability, as if it were the only one.  If every score is −∞,
    all is NaN.

    Other libraries are as exact as their own log_softmax.  In NumPy `exact_parts` is so to the last
    digits.
    """
    if xp is np:
        return exact_parts(z)
    top = xp.max(z, axis=0)
    exps = xp.exp(z - top)
    rest = xp.where(top == inf, 0.0, xp.sum(exps, axis=0) - 1)
    return top, xp.where(z == inf, 1.0, exps), rest


def exact_parts(z: Any) -> tuple[Any, Any, Any]:
    """`softmax_parts`, to the last digits.

    The difference of two scores is rounded, by up to half a unit in its last place, and exp makes
    that a relative error |z − largest| times as large.  The quotient of two exps has no such error.
    Where exp could overflow, Knuth's two-sum finds what the difference lost.

    The rest is summed without the largest, not as Σ − 1: beside a 1 it would lose its digits.
    """
    top = column_max(z)
    moderate = are_moderate(z)
    if moderate:
        exps = np.exp(z) / np.exp(top)
    else:
        largest = np.finfo(z.dtype).max
        z, shift = np.minimum(z, largest), np.minimum(top, largest)
        difference = z - shift
        kept = difference + shift
        lost = (z - kept) - (shift + (difference - kept))
        exps = np.exp(difference) * (1 + np.where(difference > -inf, lost, 0))
    ones = np.floor(exps)  # exp is 1 for the largest score, less for the others
    rest = column_sums(exps - ones) + (column_sums(ones) - 1)
    return top, exps, rest if moderate else np.where(top == inf, 0, rest)


def are_moderate(scores: Any) -> bool:
    """Whether exp of the scores, and its quotients, are far from the ends of the floats."""
    limit = 300 if scores.dtype == np.float64 else 30
    low, high = extremes(scores)
    return bool(-limit < low and high < limit)


def half_gap(xp: Any, y: Any, z: Any, top: Any) -> Any:
    """½ Σ y·(top − z), or that of the score of each class.

    The difference of two scores may be beyond the largest float, that of their halves is not.
    """
    if y.ndim < z.ndim:
        z = of_class(xp, y, z)
        return xp.where(z == top, 0.0, top / 2 - z / 2)
    if xp is np:  # fmax makes ∞ − ∞ a 0, as `where` does, but sooner
        return column_sums(xmul(np, y, np.fmax(top / 2 - z / 2, 0)))
    nothing = (y == 0) | (z == top)
    return xp.sum(xp.where(nothing, 0.0, y * (top / 2 - z / 2)), axis=0)


# -- labels: classes, or a row for each example ---------------------------------------------------


def labels(xp: Any, y_true: Any, like: Any, smoothing: float, weight: Any) -> tuple[Any, Any]:
    """Labels, smoothed and weighed by class, and the sum of those of each example.

    Classes stay classes if there is nothing to do: an entry of a row is quicker than its sum.
    """
    if y_true.ndim < like.ndim and not smoothing and weight is None:
        return y_true, 1.0
    y, k = one_hot(xp, y_true, like), like.shape[0]
    if smoothing:
        y = (1 - smoothing) * y + smoothing / k
    if weight is not None:
        y = xp.reshape(weight, (k,) + (1,) * (y.ndim - 1)) * y
    return y, sum_over_classes(xp, y)


def one_hot(xp: Any, y_true: Any, like: Any) -> Any:
    """Classes as columns of zeros and a one; labels as they are."""
    if y_true.ndim == like.ndim:
        return y_true
    if xp is np:
        return (y_true[:, None] == np.arange(len(like))).astype(like.dtype).T
    hot = y_true[..., None] == first_numbers(xp, like.shape[0], like)
    return xp.moveaxis(xp.astype(hot, like.dtype), -1, 0)


def log_likelihood(xp: Any, y_true: Any, p: Any) -> Any:
    """Σ y·log p of each example: for a class, the logarithm of its probability."""
    if y_true.ndim < p.ndim:
        return xp.log(of_class(xp, y_true, p))
    return sum_over_classes(xp, xlogy(xp, y_true, p))


def of_class(xp: Any, y_true: Any, rows: Any) -> Any:
    """From each example the entry of its class."""
    if xp is np:
        flat, index = entries_of_class(rows, y_true)
        return flat[index]
    if hasattr(xp, "take_along_axis"):
        return xp.take_along_axis(rows, y_true[None, ...], axis=0)[0, ...]
    return xp.sum(xp.where(one_hot(xp, y_true, rows) == 1, rows, 0.0), axis=0)  # Dask has none


def entries_of_class(rows: Any, y_true: Any) -> tuple[Any, Any]:
    """A flat view of the rows, and where in it each example has the entry of its class."""
    k, n = rows.shape
    if rows.flags.c_contiguous:
        return rows.reshape(-1), y_true * n + np.arange(n)
    return rows.T.reshape(-1), np.arange(0, n * k, k) + y_true


def surprise_at_classes(
    y_true: Any, scores: Any, *, label_smoothing: float = 0.0, class_weight: Any = None
) -> Iterator[Any] | None:
    """Value and slope of softmax cross-entropy for classes and moderate scores, sooner, or None."""
    if y_true.ndim == 2 or label_smoothing or class_weight is not None or not are_moderate(scores):
        return None
    return _surprise_at_classes(y_true, scores)


def _surprise_at_classes(y_true: Any, scores: Any) -> Iterator[Any]:
    """The value is log(1 + Σ_j exp z_j / exp z_t), j ≠ t.

    No shift by the largest score is needed, and nothing is lost of a loss that is tiny because
    exp z_t is far larger than the others.
    """
    exps = np.exp(scores)
    flat, index = entries_of_class(exps, y_true)
    true = flat[index]
    flat[index] = 0
    others = column_sums(exps)
    yield np.log1p(others / true)
    flat[index] = -others
    yield exps / (true + others)
