"""Losses for a number: how far is the prediction from the measured value?"""

from ..loss import POSITIVE, elementwise


@elementwise()
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

    Raises
    ------
    ValueError
        for unequal shapes, empty or non-numeric input, bad weights or an unknown reduction

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


@elementwise()
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

    Raises
    ------
    ValueError
        for unequal shapes, empty or non-numeric input, bad weights or an unknown reduction

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


@elementwise(delta=POSITIVE)
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
        for unequal shapes, empty or non-numeric input, a delta that is not above 0, bad weights
        or an unknown reduction

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
