"""Losses for masks: how much of two regions lies on top of each other?"""

from ..domains import POSITIVE, UNIT
from ..loss import Properties, rowwise
from .softmax import sum_over_classes

__all__ = ["dice"]


@rowwise(
    Properties(
        title="Dice loss",
        minimiser="a mask of zeros and ones, if all masks have one size",
        convex=False,
        bounded_slope=True,
        proper=False,
        floor="0 for targets 0 and 1, above 0 in between",
        unit="none",
    ),
    y_true=UNIT,
    y_pred=UNIT,
    smooth=POSITIVE,
)
def dice(xp, y_true, y_pred, *, smooth=1.0):
    r"""The share of two masks that is not common to both: 1 minus the soft Dice coefficient.

    .. math:: \ell = 1 - \frac{2\sum_j p_j y_j + s}{\sum_j p_j + \sum_j y_j + s}

    .. math:: \frac{\partial\ell}{\partial p_j} =
              \frac{1 - \ell - 2 y_j}{\sum_l p_l + \sum_l y_l + s}

    A row is a mask, such as the pixels of one image.  What is background in both masks does not
    count, so a small object in a large image is not drowned out.

    Parameters
    ----------
    y_true : (n, m) masks of 0, 1 or shares in between; rows need not sum to 1
    y_pred : (n, m) probabilities in [0, 1]; rows need not sum to 1
    smooth : s > 0, as if s/2 pixels were common to both; it makes two empty masks cost 0

    Returns
    -------
    value per row in [0, 1], without unit; the slope has no kink

    Raises
    ------
    ValueError
        for arrays that are not (n, m), masks or predictions outside [0, 1] or a smooth that
        is not above 0

    Curve
    -----
    **Where all pixels gain at once, the pull never fades**: the loss falls along a straight line,
    down to 0.

    Pitfalls
    --------
    Its best answer is a hard mask where all masks have one size, not the probability of each
    pixel.  Every library smooths in its own way.

    Source: Milletari, Navab and Ahmadi (2016), V-Net, 3DV; there with squares in the denominator.

    Examples
    --------
    >>> print(dice([[1, 1, 0, 0]], [[1, 0, 1, 0]], smooth=1))  # 1 − (2·1 + 1)/(2 + 2 + 1)
    0.4
    >>> print(dice([[0, 0, 0, 0]], [[0, 0, 0, 0]]))
    0.0
    """
    sizes = sum_over_classes(xp, y_pred + y_true) + smooth
    # not 1 − kept, which loses the digits of a small loss
    yield sum_over_classes(xp, y_pred * (1 - y_true) + y_true * (1 - y_pred)) / sizes
    kept = (2 * sum_over_classes(xp, y_pred * y_true) + smooth) / sizes
    yield (kept - 2 * y_true) / sizes
