"""Losses for many yes/no questions about one example: each label is a binary problem."""

from dataclasses import replace

from ..domains import POSITIVE, UNIT
from ..loss import Loss, Properties, multilabel
from .classification import binary_cross_entropy, binary_cross_entropy_with_logits

__all__ = [
    "multilabel_cross_entropy",
    "multilabel_cross_entropy_with_logits",
]


def _titled(title: str, loss: Loss) -> Properties:
    """The properties of a loss of one label, which are those of many, under another title."""
    assert loss.properties
    return replace(loss.properties, title=title)


@multilabel(
    _titled("Multi-label cross-entropy, of probabilities", binary_cross_entropy),
    y_true=UNIT,
    y_pred=UNIT,
)
def multilabel_cross_entropy(xp, y_true, y_pred):
    r"""Surprise at m yes/no answers per example, from the probability given to each "yes".

    .. math:: \ell_{ij} = -y_{ij} \log p_{ij} - (1-y_{ij}) \log(1-p_{ij})

    The mean divides by n·m, so it does not grow with the number of labels.

    Parameters
    ----------
    y_true : (n, m) of 0, 1 or probabilities in between; rows may hold any number of ones
    y_pred : (n, m) probabilities in [0, 1]; rows need not sum to 1

    Returns
    -------
    value in nats per label: infinite where the model called the truth impossible, and so is the
    slope there

    Raises
    ------
    ValueError
        for arrays that are not (n, m) or targets or predictions outside [0, 1]

    Curve
    -----
    **One label is one yes/no question**: the curve is that of binary cross-entropy, with a slope
    that has no bound.

    Pitfalls
    --------
    Its mean divides by the labels, too; a sum does not always sum elsewhere.  Of rare labels
    "always no" has a splendid accuracy.

    Source: Nam et al. (2014), Large-scale multi-label text classification, ECML PKDD, LNCS 8725.

    Examples
    --------
    >>> print(f"{multilabel_cross_entropy([[1, 0, 1]], [[0.9, 0.2, 0.5]]):.4f}")
    0.3406
    """
    yield from binary_cross_entropy.formula(xp, y_true, y_pred)


@multilabel(
    _titled("Multi-label cross-entropy, of scores", binary_cross_entropy_with_logits),
    y_true=UNIT,
    pos_weight=POSITIVE,
)
def multilabel_cross_entropy_with_logits(xp, y_true, y_pred, *, pos_weight=1.0):
    r"""Surprise at m yes/no answers per example, from the raw score (the logit) of each "yes".

    .. math:: \ell_{ij} = w_j\,y_{ij} \log(1 + e^{-z_{ij}}) + (1-y_{ij}) \log(1 + e^{z_{ij}})

    The mean divides by n·m, so it does not grow with the number of labels.

    Parameters
    ----------
    y_true : (n, m) of 0, 1 or probabilities in between; rows may hold any number of ones
    y_pred : (n, m) scores; the probability of each "yes" is its sigmoid
    pos_weight : number > 0, or (m,) of them: w_j multiplies the loss of "yes" for label j

    Returns
    -------
    value in nats per label, finite for every score up to the largest float, unless beyond it
    itself; no kink

    Raises
    ------
    ValueError
        for arrays that are not (n, m), targets outside [0, 1] or a pos_weight that is not
        above 0 or of another shape

    Curve
    -----
    **One label is one yes/no question**: the curve is that of binary cross-entropy, with a slope
    that stays within 1.

    Pitfalls
    --------
    The threshold ½ is not the best one for every measure.  ``pos_weight`` can act like a moved
    threshold.

    Source: Nam et al. (2014), Large-scale multi-label text classification, ECML PKDD, LNCS 8725.

    Examples
    --------
    >>> print(f"{multilabel_cross_entropy_with_logits([[1, 0]], [[0.0, 0.0]]):.4f}")
    0.6931
    >>> print(multilabel_cross_entropy_with_logits.gradient([[1, 0]], [[0.0, 0.0]], pos_weight=3))
    [[-0.75  0.25]]
    """
    yield from binary_cross_entropy_with_logits.formula(xp, y_true, y_pred, pos_weight=pos_weight)
