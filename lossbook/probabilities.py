"""From scores to probabilities, to read a model: what a loss ``_with_logits`` does inside."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import float_array


def sigmoid(scores: ArrayLike) -> NDArray[np.float64]:
    r"""The probability of "yes" that belongs to each score (logit).

    .. math:: \sigma(z) = \frac{1}{1 + e^{-z}}

    Parameters
    ----------
    scores : numbers of any shape

    Returns
    -------
    probabilities in [0, 1], float64, same shape: of −∞ and ∞ the limits, 0 and 1; NaN where a
    score is NaN.  Nothing overflows, and tiny probabilities keep their digits

    Raises
    ------
    ValueError
        for anything that is not an array of real numbers

    Source: Cox (1958), The regression analysis of binary sequences, J. R. Stat. Soc. B 20(2).

    Examples
    --------
    >>> print(sigmoid([-1000.0, 0.0, 1000.0]))
    [0.  0.5 1. ]
    """
    z = float_array("sigmoid: scores", scores)
    with np.errstate(under="ignore"):
        small = np.exp(-np.abs(z))  # e^−|z| cannot overflow
    probabilities: NDArray[np.float64] = np.maximum(small, z >= 0) / (1 + small)
    return probabilities


def softmax(scores: ArrayLike) -> NDArray[np.float64]:
    r"""The probabilities of k classes that belong to each row of scores (logits).

    .. math:: p_j = \frac{e^{z_j}}{\sum_l e^{z_l}}

    Parameters
    ----------
    scores : (n, k), or (k,) for one example

    Returns
    -------
    probabilities, float64, same shape; each row sums to 1.  Infinite scores count by their limit:
    a class with −∞ is *masked*, its probability is 0, and a single ∞ is certain, 1.  Where there
    is no limit, the row is NaN: all classes masked, two or more with ∞, or a NaN

    Raises
    ------
    ValueError
        for anything that is not an array of real numbers with one or two axes and k ≥ 1

    Source: Bridle (1990), Probabilistic interpretation of feedforward classification network
    outputs.

    Examples
    --------
    >>> print(softmax([[0.0, 0.0], [1000.0, 0.0]]))
    [[0.5 0.5]
     [1.  0. ]]
    >>> print(softmax([-np.inf, 0.0, 0.0]))  # the first is masked
    [0.  0.5 0.5]
    """
    z = float_array("softmax: scores", scores)
    if z.ndim not in (1, 2) or z.shape[-1] == 0:
        raise ValueError(f"softmax: scores has shape {z.shape}; needed is (n, k) or (k,)")
    with np.errstate(under="ignore", over="ignore", invalid="ignore"):
        shifted = z - z.max(axis=-1, keepdims=True)  # the largest becomes 0: no overflow
        endless = np.isposinf(z)
        certain = endless & (endless.sum(axis=-1, keepdims=True) == 1)
        exps = np.exp(np.where(certain, 0, shifted))  # for ∞ − ∞ would be NaN
        probabilities: NDArray[np.float64] = exps / exps.sum(axis=-1, keepdims=True)
    return probabilities
