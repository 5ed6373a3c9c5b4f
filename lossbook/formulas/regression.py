"""Losses for a number: how far is the prediction from the measured value?"""

from ..domains import OPEN_UNIT, POSITIVE
from ..loss import Properties, elementwise

__all__ = [
    "mean_squared_error",
    "mean_absolute_error",
    "huber",
    "log_cosh",
    "quantile",
]


@elementwise(
    Properties(
        title="Mean squared error",
        minimiser="the mean",
        convex=True,
        bounded_slope=False,
        proper=None,
        floor="0",
        unit="squared unit of y",
    )
)
def mean_squared_error(xp, y_true, y_pred):
    r"""Squared distance: the loss whose best constant prediction is the mean.

    .. math:: \ell = (\hat y - y)^2, \qquad \ell' = 2(\hat y - y)

    There is no factor ½.  Doubling an error doubles its slope, so one far-off value can outweigh
    all others.

    Parameters
    ----------
    y_true, y_pred : numbers of one shape, in the unit of the measured quantity

    Returns
    -------
    value in that unit squared; the slope, in that unit, has no kink

    Curve
    -----
    **Twice the error, twice the pull**, without end: the far-off values decide.

    Pitfalls
    --------
    A few wrong values can hold nearly all of the pull.  After a sigmoid it is not convex in the
    score.

    Source: Legendre (1805), *Nouvelles méthodes pour la détermination des orbites des comètes*.

    Examples
    --------
    >>> print(mean_squared_error([1, 2, 3], [1.5, 2.5, 3.5]))
    0.25
    >>> print(mean_squared_error.gradient([1, 2], [1.5, 4], reduction="sum"))
    [1. 4.]
    """
    error = y_pred - y_true
    yield error**2
    yield 2 * error


@elementwise(
    Properties(
        title="Mean absolute error",
        minimiser="the median",
        convex=True,
        bounded_slope=True,
        proper=None,
        floor="0",
        unit="unit of y",
    )
)
def mean_absolute_error(xp, y_true, y_pred):
    r"""Plain distance: the loss whose best constant prediction is the median.

    .. math:: \ell = |\hat y - y|, \qquad \ell' = \operatorname{sign}(\hat y - y)

    Every error pulls with the same force, however large it is.

    Parameters
    ----------
    y_true, y_pred : numbers of one shape, in the unit of the measured quantity

    Returns
    -------
    value in that unit; the slope has no unit and is 0 at the kink, where the error is 0

    Curve
    -----
    **Every error pulls alike**, the small ones as hard as the huge ones.

    Pitfalls
    --------
    The slope does not fade near the target, so descent at a constant rate hops over it.  The best
    constant need not be unique.

    Source: Laplace (1774), *Mémoire sur la probabilité des causes par les événements*.

    Examples
    --------
    >>> print(mean_absolute_error([1, 2, 3], [1.5, 2.0, 5.5]))
    1.0
    >>> print(mean_absolute_error.gradient([1, 2, 3], [1.5, 2.0, 2.5], reduction="sum"))
    [ 1.  0. -1.]
    """
    error = y_pred - y_true
    yield xp.abs(error)
    yield xp.sign(error)


@elementwise(
    Properties(
        title="Huber loss",
        minimiser="the mean, with values farther from it than delta drawn in to delta",
        convex=True,
        bounded_slope=True,
        proper=None,
        floor="0",
        unit="squared unit of y",
    ),
    delta=POSITIVE,
)
def huber(xp, y_true, y_pred, *, delta=1.0):
    r"""Squared near the target, straight further out: a mean that outliers cannot drag far.

    .. math:: \ell = \begin{cases} e^2/2 & |e| \le \delta \\
              \delta\,(|e| - \delta/2) & |e| > \delta \end{cases}, \qquad
              \ell' = \min(\max(e, -\delta), \delta), \qquad e = \hat y - y

    This is Huber's own scale.  The "Smooth L1" loss is this one divided by delta.

    Parameters
    ----------
    y_true, y_pred : numbers of one shape, in the unit of the measured quantity
    delta : number > 0 in the same unit; where the parabola turns into a line

    Returns
    -------
    value in that unit squared; the slope, in that unit, is bounded by delta and has no jump

    Raises
    ------
    ValueError
        for a delta that is not above 0

    Curve
    -----
    **Up to an error of δ the pull grows with it, then no more**: far-off values count, but do not
    decide.

    Pitfalls
    --------
    Not Smooth L1, which is this divided by δ.  δ has the unit of y and decides whether you get the
    median or the mean.

    Source: Huber (1964), Robust estimation of a location parameter, Ann. Math. Statist. 35(1).

    Examples
    --------
    >>> print(huber([0, 0], [0.5, 3.0], reduction="none"))
    [0.125 2.5  ]
    >>> print(huber.gradient([0, 0], [0.5, 3.0], reduction="sum"))
    [0.5 1. ]
    """
    error = y_pred - y_true
    bounded = xp.clip(error, -delta, delta)
    yield bounded * (error - bounded / 2)  # ½e² inside, δ(|e| − ½δ) outside
    yield bounded


@elementwise(
    Properties(
        title="Log-cosh loss",
        minimiser="where the hyperbolic tangents of the errors cancel",
        convex=True,
        bounded_slope=True,
        proper=None,
        floor="0",
        unit="none",
    )
)
def log_cosh(xp, y_true, y_pred):
    r"""Squared near the target, straight further out, and smooth throughout.

    .. math:: \ell = \log \cosh(e), \qquad \ell' = \tanh(e), \qquad e = \hat y - y

    Near e = 0 the value is e²/2, far out |e| − log 2.  Where it bends is fixed, so bring the
    errors to a scale on which 1 is neither small nor large.

    Parameters
    ----------
    y_true, y_pred : numbers of one shape, without unit

    Returns
    -------
    value without unit; the slope is bounded by 1 and has no kink

    Curve
    -----
    **The pull levels off, and nowhere has a kink**: a Huber loss with round corners.

    Pitfalls
    --------
    Where it bends is fixed, so the unit of the target matters.

    Source: Green (1990), Bayesian reconstructions from emission tomography data, IEEE Trans. Med.
    Imaging 9(1).

    Examples
    --------
    >>> print(log_cosh([0, 0], [0.01, 100.0], reduction="none").round(6))
    [5.0000000e-05 9.9306853e+01]
    >>> print(log_cosh.gradient([0, 0], [0.0, -100.0], reduction="sum"))
    [ 0. -1.]
    """
    error = y_pred - y_true
    size = xp.abs(error)
    near = xp.clip(size, 0, 20)  # beyond 20 the curve is straight, to the last digit
    growth = xp.expm1(near)  # of small errors it keeps the digits
    # cosh x = 1 + (e^x − 1)² / (2e^x)
    yield xp.log1p(growth**2 / (2 * (1 + growth))) + (size - near)
    yield xp.tanh(error)


@elementwise(
    Properties(
        title="Quantile (pinball) loss",
        minimiser="the quantile of that level",
        convex=True,
        bounded_slope=True,
        proper=None,
        floor="0",
        unit="unit of y",
    ),
    level=OPEN_UNIT,
)
def quantile(xp, y_true, y_pred, *, level=0.5):
    r"""The pinball loss: the loss whose best constant prediction is a quantile.

    .. math:: \ell = \begin{cases} \tau\,(y - \hat y) & \hat y < y \\
              (1 - \tau)\,(\hat y - y) & \hat y \ge y \end{cases}, \qquad
              \ell' = \begin{cases} -\tau & \hat y < y \\ 1 - \tau & \hat y > y \end{cases}

    With τ = 0.9, to predict too little costs nine times as much as to predict too much, so the best
    prediction lies above 90 % of the values.  At τ = ½ the loss is half the absolute error.

    Parameters
    ----------
    y_true, y_pred : numbers of one shape, in the unit of the measured quantity
    level : 0 < τ < 1, the share of values that should lie below the prediction

    Returns
    -------
    value in that unit; the slope has no unit and is 0 at the kink, where the error is 0

    Raises
    ------
    ValueError
        for a level that is not between 0 and 1

    Curve
    -----
    **Too low pulls harder than too high**, so the answer is driven up until few values lie above
    it.

    Pitfalls
    --------
    At level ½ it is half the absolute error.  The range between two fitted quantiles can hold less
    of new data than of old.

    Source: Koenker and Bassett (1978), Regression quantiles, Econometrica 46(1).

    Examples
    --------
    >>> print(quantile([0, 0], [2.0, -2.0], level=0.75, reduction="none"))
    [0.5 1.5]
    >>> print(quantile.gradient([0, 0, 0], [2, -2, 0], level=0.75, reduction="sum"))
    [ 0.25 -0.75  0.  ]
    """
    error = y_pred - y_true
    yield xp.maximum((1 - level) * error, 0 - level * error)
    side = xp.sign(error)
    yield (1 - level) * xp.maximum(side, 0) + level * xp.minimum(side, 0)  # 0 at the kink
