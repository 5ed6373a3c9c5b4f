"""Losses for a distribution: a count and its rate, a number and how sure the model is of it."""

from math import inf

from ..domains import MEAN_AND_LOG_SCALE, NOT_NEGATIVE, ONE_A_ROW
from ..loss import Properties, elementwise, rowwise
from .softmax import xmul

__all__ = ["poisson_with_log_rate", "gaussian_with_log_scale"]


@elementwise(
    Properties(
        title="Poisson loss, of the logarithm of the rate",
        minimiser="the logarithm of the mean",
        convex=True,
        bounded_slope=False,
        proper=None,
        floor="y − y·log y",
        unit="nats",
    ),
    y_true=NOT_NEGATIVE,
)
def poisson_with_log_rate(xp, y_true, y_pred):
    r"""Surprise at a count, from the logarithm of the count that the model expects.

    .. math:: \ell = e^z - y z, \qquad \ell' = e^z - y

    The negative log-likelihood of a Poisson count with the rate e^z, without log y!, on which no
    model has a say.  So it may be below 0, and only differences between models count.

    Parameters
    ----------
    y_true : counts y ≥ 0; other numbers from 0 on, such as means of counts, will do
    y_pred : z, the logarithm of the expected count, same shape

    Returns
    -------
    value in nats; the slope, the expected count minus y, has no kink

    Curve
    -----
    **Too many costs far more than too few**: the slope is the expected count minus the true one,
    and the expected count grows exponentially.

    Pitfalls
    --------
    The prediction is a logarithm, not a count.  Values of different data cannot be compared,
    for what was left out depends on the counts.

    Raises
    ------
    ValueError
        for counts below 0

    Source: Nelder and Wedderburn (1972), Generalized linear models, J. R. Stat. Soc. A 135(3).

    Examples
    --------
    >>> print(poisson_with_log_rate([0, 3], [0.0, 0.0], reduction="none"))
    [1. 1.]
    >>> print(poisson_with_log_rate.gradient([0, 3], [0.0, 0.0], reduction="sum"))
    [ 1. -2.]
    """
    rate = xp.exp(y_pred)
    yield rate - xmul(xp, y_true, xp.where(rate == inf, 0.0, y_pred))  # not ∞ − ∞
    yield rate - y_true


@rowwise(
    Properties(
        title="Gaussian loss, of mean and logarithm of the scale",
        minimiser="the mean, and the logarithm of the standard deviation",
        convex=False,
        bounded_slope=False,
        proper=None,
        floor="none: a sure and right answer costs less and less",
        unit="none",
    ),
    y_true=ONE_A_ROW,
    y_pred=MEAN_AND_LOG_SCALE,
)
def gaussian_with_log_scale(xp, y_true, y_pred):
    r"""Surprise at a number, from the mean and the spread that the model expects.

    .. math:: \ell = \log\sigma + \frac{e^2}{2}, \qquad e = \frac{y - \mu}{\sigma}

    .. math:: \frac{\partial\ell}{\partial\mu} = -\frac{e}{\sigma}, \qquad
              \frac{\partial\ell}{\partial\log\sigma} = 1 - e^2

    The negative log-likelihood of a normal distribution, without ½ log 2π.  A second output of the
    model, the logarithm of σ, says how far off it expects to be: the larger, the less an error
    costs, and the more a right answer.

    Parameters
    ----------
    y_true : (n,) numbers y
    y_pred : (n, 2) rows of μ, in the unit of y, and log σ

    Returns
    -------
    value, which changes by the logarithm of the factor where the unit of y does; no kink.  It is
    finite for |log σ| up to 700, in float32 up to 88, unless beyond the largest float itself;
    NaN where y or μ is infinite and the other one or σ too, or σ beyond the largest float

    Curve
    -----
    **Squared error, in units of σ**: with σ fixed, here at 1, it is half the squared error, and so
    the slope is the error.

    Pitfalls
    --------
    There is no lowest value: where the model can fit an example exactly, σ shrinks without end.  An
    error that the model calls unlikely pulls μ with 1/σ², so a small σ makes long steps.

    Source: Nix and Weigend (1994), Estimating the mean and variance of the target probability
    distribution, ICNN 1.

    Examples
    --------
    >>> print(gaussian_with_log_scale([1.0, 3.0], [[0.0, 0.0], [3.0, 0.0]], reduction="none"))
    [0.5 0. ]
    >>> print(gaussian_with_log_scale.gradient([2.0], [[0.0, 0.0]]))
    [[-2. -3.]]
    """
    mean, log_scale = y_pred[0, ...], y_pred[1, ...]
    per_scale = xp.exp(-log_scale)
    error = xmul(xp, y_true - mean, per_scale)
    square = error**2
    yield xp.where(square == inf, inf, log_scale + square / 2)  # not −∞ + ∞
    yield xp.stack([0 - xmul(xp, error, per_scale), 1 - square])
