"""Functions that return their value and their gradient: how to call one, and how to check one."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike

from .checks import Vector, float_array, number
from .domains import POSITIVE

Objective = Callable[[Vector], tuple[ArrayLike, ArrayLike]]  # point -> (value, gradient)

EPSILON = float(np.finfo(float).eps)


def check_gradient(function: Objective, point: ArrayLike, step: float = 1e-5) -> float:
    r"""How far the gradient of ``function`` is from central differences of its value.

    The larger of two errors.  One is the largest difference, on the scale of the steepest
    coordinate:

    .. math:: \frac{\max_i |g_i - d_i|}{\max(\max_i |g_i|,\ \max_i |d_i|)}, \qquad
              d_i = \frac{f(x + h e_i) - f(x - h e_i)}{2h}

    The other looks at each coordinate on its own scale, so that a steep one cannot hide what is
    wrong with a gentle one:

    .. math:: \max_i \frac{\max(|\bar g_i - d_i| - r,\ 0)}{\max(|\bar g_i|,\ |d_i|)}, \qquad
              \bar g_i = \frac{g_i(x - h e_i) + 4 g_i(x) + g_i(x + h e_i)}{6}

    There a fault of the measurement itself must not count.  The mean slope along the step (by
    Simpson's rule) takes the curvature out, and r is what rounding does to a difference: it is
    measured from how far nine values on a short straight line are from smooth.

    Each difference costs two calls of ``function``, so a point of d numbers costs 2d + 9.
    Central differences are wrong by about h² f'''/6 and, through rounding, by about 1e-16·|f|/h;
    around h = 1e-5 both are small.  Keep kinks out of reach of the step: across a kink the
    difference is the mean of the two slopes.

    What it cannot see: a wrong slope that is no larger than r, about 1e-10·|f| with the usual step
    (a longer step sees smaller ones); an error anywhere but at this point; an error that value
    and gradient share.  And where all slopes vanish, as at a minimum, there is nothing to compare
    but rounding: check elsewhere.

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

    Source: Moré and Wild (2011), Estimating computational noise, SIAM J. Sci. Comput. 33(3), for r.

    Examples
    --------
    >>> check_gradient(lambda x: (x @ x, 2 * x), [1.0, -3.0]) < 1e-9
    True
    >>> print(f"{check_gradient(lambda x: (x @ x, x), [1.0, -3.0]):.4f}")  # a factor 2 is missing
    0.5000
    >>> steep = np.array([1e8, 1.0])
    >>> print(f"{check_gradient(lambda x: (steep @ x, steep * [1, 2]), [1.0, 1.0]):.1f}")
    0.5
    """
    point = float_array("check_gradient: point", point)
    if point.size == 0:
        raise ValueError(f"check_gradient: point has shape {point.shape}; needed is a number")
    step = number("check_gradient: step", step, POSITIVE)
    with np.errstate(all="ignore"):  # what overflows or is undefined comes out as inf
        value, gradient = evaluate(function, point)
        difference, average = along_each_coordinate(function, point, gradient, step)
        noise = rounding_noise(function, point, value, step)
        steepest = larger(gradient, difference).max(keepdims=True)
        overall = quotients(np.abs(gradient - difference), steepest)
        excess = np.maximum(np.abs(average - difference) - noise, 0)
        error = float(np.maximum(overall, quotients(excess, larger(average, difference))).max())
    return error if isfinite(error) else inf


def larger(a: Vector, b: Vector) -> Vector:
    """Of each pair of numbers, the larger size."""
    sizes: Vector = np.maximum(np.abs(a), np.abs(b))
    return sizes


def quotients(errors: Vector, scale: Vector) -> Vector:
    """Errors beside their scale; 0/0 is 0."""
    return np.where(scale == 0, 0.0, errors / scale)


def along_each_coordinate(
    function: Objective, point: Vector, gradient: Vector, step: float
) -> tuple[Vector, Vector]:
    """The slope of the value, by central differences, and the mean of the gradient over the step.

    NaN along a coordinate that is not finite.
    """
    differences, averages = np.empty_like(point), np.empty_like(point)
    for i in np.ndindex(point.shape):
        above, below = point.copy(), point.copy()
        above[i] += step
        below[i] -= step
        width = above[i] - below[i]  # 2h, as far as the coordinate can hold it
        if width == 0:
            raise ValueError(
                f"check_gradient: step is {step}; needed is one that changes {point[i]}"
            )
        (value_above, slope_above), (value_below, slope_below) = (
            evaluate(function, end) for end in (above, below)
        )
        differences[i] = (value_above - value_below) / width
        averages[i] = (slope_below[i] + 4 * gradient[i] + slope_above[i]) / 6
    return differences, averages


def rounding_noise(function: Objective, point: Vector, value: float, step: float) -> float:
    """How wrong rounding may make a central difference.

    Fourth differences of values on a straight line vanish where they are smooth: what is left is
    √70 times the standard deviation of their rounding errors.  The line stays between the ends of
    the steps, so it meets no kink and leaves no domain that they do not.
    """
    signs = np.random.default_rng(0).choice([-1.0, 1.0], point.shape)
    stride = signs * step / (4 * point.size)
    line = [evaluate(function, point + k * stride)[0] if k else value for k in range(-4, 5)]
    deviation = np.abs(np.diff(line, n=4)).max() / sqrt(70)
    return float(4 * (deviation + EPSILON * abs(value)) / step)


def evaluate(objective: Objective, point: Vector) -> tuple[float, Vector]:
    """Value and gradient at the point: a float, and float64 shaped like the point.

    The objective gets a copy, so whatever it does to it stays without effect.
    """
    if not callable(objective) or hasattr(objective, "value_and_gradient"):  # nor a bare loss
        raise ValueError(
            f"objective is {objective!r}; needed is a function of the point, such as "
            "lambda y_pred: huber.value_and_gradient(y_true, y_pred)"
        )
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
