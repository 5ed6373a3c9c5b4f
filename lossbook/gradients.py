"""Functions that return their value and their gradient: how to call one, and how to check one."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite

import numpy as np
from numpy.typing import ArrayLike

from .checks import Vector, float_array, number
from .domains import POSITIVE

Objective = Callable[[Vector], tuple[ArrayLike, ArrayLike]]  # point -> (value, gradient)


def check_gradient(function: Objective, point: ArrayLike, step: float = 1e-5) -> float:
    r"""How far the gradient of ``function`` is from central differences of its value.

    .. math:: \frac{\max_i |g_i - d_i|}{\max(\max_i |g_i|,\ \max_i |d_i|)}, \qquad
              d_i = \frac{f(x + h e_i) - f(x - h e_i)}{2h}

    Each difference costs two calls of ``function``, so a point of d numbers costs 2d + 1.
    Central differences are wrong by about h² f'''/6 and, through rounding, by about 1e-16·|f|/h;
    around h = 1e-5 both are small.  Keep kinks out of reach of the step: across a kink the
    difference is the mean of the two slopes.

    Parameters
    ----------
    function : point -> (value, gradient), the gradient shaped like the point
    point : numbers of any shape, a vector or a matrix; not changed
    step : h > 0, in the unit of the point

    Returns
    -------
    the relative error, without unit: about 1e-9 for a right gradient of a smooth function whose
    values and slopes are near 1; 0 where gradient and differences are all 0; ``inf`` where NaN
    or an infinity came up, so that a comparison with a tolerance never lets them pass

    Raises
    ------
    ValueError
        for an empty point, a step that is not positive or too small to change a coordinate, a
        function that does not return one number and a gradient shaped like the point

    Examples
    --------
    >>> check_gradient(lambda x: (x @ x, 2 * x), [1.0, -3.0]) < 1e-9
    True
    >>> print(f"{check_gradient(lambda x: (x @ x, x), [1.0, -3.0]):.4f}")  # a factor 2 is missing
    0.5000
    """
    point = float_array("check_gradient: point", point)
    if point.size == 0:
        raise ValueError(f"check_gradient: point has shape {point.shape}; needed is a number")
    step = number("check_gradient: step", step, POSITIVE)
    with np.errstate(all="ignore"):  # what overflows or is undefined comes out as inf
        _, gradient = evaluate(function, point)
        difference = central_differences(function, point, step)
        error = np.abs(gradient - difference).max()
        scale = np.maximum(np.abs(gradient), np.abs(difference)).max()
        relative = float(error if scale == 0 else error / scale)
    return relative if isfinite(relative) else inf


def central_differences(function: Objective, point: Vector, step: float) -> Vector:
    """The slope of the value along each coordinate; NaN along one that is not finite."""
    slopes = np.empty_like(point)
    for i in np.ndindex(point.shape):
        above, below = point.copy(), point.copy()
        above[i] += step
        below[i] -= step
        width = above[i] - below[i]  # 2h, as far as the coordinate can hold it
        if width == 0:
            raise ValueError(
                f"check_gradient: step is {step}; needed is one that changes {point[i]}"
            )
        slopes[i] = (evaluate(function, above)[0] - evaluate(function, below)[0]) / width
    return slopes


def evaluate(objective: Objective, point: Vector) -> tuple[float, Vector]:
    """Value and gradient at the point: a float, and float64 shaped like the point.

    The objective gets a copy, so whatever it does to it stays without effect.
    """
    if not callable(objective):
        raise ValueError(f"objective is {objective!r}; needed is a function of the point")
    answer = objective(point.copy())
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        raise ValueError(f"objective returned {answer!r}; needed is a pair (value, gradient)")
    value, gradient = answer
    if not isinstance(value, float):
        value = float_array("objective: value", value)
        if value.ndim != 0:
            raise ValueError(f"objective: value has shape {value.shape}; needed is one number")
    gradient = float_array("objective: gradient", gradient)
    if gradient.shape != point.shape:
        raise ValueError(
            f"objective: gradient has shape {gradient.shape}; needed is {point.shape}, as the point"
        )
    return float(value), gradient.copy()  # some objectives write the next one to the same place
