"""Losses for a choice: how surprised is the model by what happened?"""

from ..loss import (
    FRACTION,
    POSITIVE,
    UNIT,
    behind,
    elementwise,
    expected,
    minus_labels,
    one_hot,
    rowwise,
)


@elementwise(y_true=UNIT, y_pred=UNIT)
def binary_cross_entropy(xp, y_true, y_pred):
    r"""Surprise at a yes/no answer, from the probability that the model gave to "yes".

    .. math:: \ell = -y \log p - (1-y) \log(1-p), \qquad
              \ell' = \frac{1-y}{1-p} - \frac{y}{p}

    Natural logarithms; 0·log 0 is 0; nothing is clipped.

    Parameters
    ----------
    y_true : 0, 1 or a probability in between
    y_pred : probabilities in [0, 1], same shape

    Returns
    -------
    value in nats: infinite where the model called the truth impossible, and so is the slope there

    Raises
    ------
    ValueError
        for targets or predictions outside [0, 1], unequal shapes, empty or non-numeric input, bad
        weights or an unknown reduction

    Source: Good (1952), Rational decisions, J. R. Stat. Soc. B 14(1).

    Examples
    --------
    >>> print(f"{binary_cross_entropy([0, 1], [0.1, 0.9]):.4f}")
    0.1054
    >>> print(binary_cross_entropy.gradient([0, 1], [0.5, 0.0], reduction="sum"))
    [  2. -inf]
    """
    sure_yes, sure_no = y_true == 1, y_true == 0  # their other term is 0·log 0 = 0
    log_yes, log_no = xp.log(y_pred + sure_no), xp.log1p(-y_pred * ~sure_yes)
    yield -y_true * log_yes - (1 - y_true) * log_no
    yield (1 - y_true) / (1 - y_pred + sure_yes) - y_true / (y_pred + sure_no)


@elementwise(y_true=UNIT, pos_weight=POSITIVE)
def binary_cross_entropy_with_logits(xp, y_true, y_pred, *, pos_weight=1.0):
    r"""Surprise at a yes/no answer, from the raw score (the logit) of "yes".

    .. math:: \ell = w\,y \log(1 + e^{-z}) + (1-y) \log(1 + e^{z}), \qquad
              \ell' = (1-y)\,\sigma(z) - w\,y\,\sigma(-z)

    For w = 1 the slope is σ(z) − y: never more than 1 in size, and close to 1 exactly where the
    model is confidently wrong.

    Parameters
    ----------
    y_true : 0, 1 or a probability in between
    y_pred : scores z, same shape; the probability of "yes" is σ(z) = 1 / (1 + exp(−z))
    pos_weight : number w > 0 that multiplies the loss of "yes"

    Returns
    -------
    value in nats, finite for every score up to the largest float; the slope has no kink

    Raises
    ------
    ValueError
        for targets outside [0, 1], a pos_weight that is not above 0, unequal shapes, empty or
        non-numeric input, bad weights or an unknown reduction

    Source: Cox (1958), The regression analysis of binary sequences, J. R. Stat. Soc. B 20(2).

    Examples
    --------
    >>> print(f"{binary_cross_entropy_with_logits([0, 1, 1], [-1.0, 0.0, 1.0]):.4f}")
    0.4399
    >>> print(binary_cross_entropy_with_logits([0, 1], [1e4, 1e4], reduction="none"))
    [10000.     0.]
    """
    no, yes = 1 - y_true, pos_weight * y_true
    small = xp.exp(-xp.abs(y_pred))  # e^−|z| cannot overflow
    tail = xp.log1p(small)
    # log(1 + e^z) is max(z, 0) + log(1 + e^−|z|): no term is negative, so nothing cancels
    yield no * (xp.maximum(y_pred, 0) + tail) + yes * (tail - xp.minimum(y_pred, 0))
    # σ(z) and σ(−z) are 1 and e^−|z|, or the other way round, over 1 + e^−|z|
    up, down = xp.maximum(small, y_pred >= 0), xp.maximum(small, y_pred <= 0)
    yield (no * up - yes * down) / (1 + small)


@rowwise(y_true=UNIT, y_pred=UNIT)
def cross_entropy(xp, y_true, y_pred):
    r"""Surprise at one of k classes, from the probabilities that the model gave to all of them.

    .. math:: \ell = -\sum_j y_j \log p_j, \qquad
              \frac{\partial\ell}{\partial p_j} = -\frac{y_j}{p_j}

    Natural logarithms; 0·log 0 is 0; nothing is clipped.

    Parameters
    ----------
    y_true : (n,) integer classes, or (n, k) one-hot or soft labels whose rows sum to 1
    y_pred : (n, k) probabilities whose rows sum to 1 within 1e-3

    Returns
    -------
    value in nats: infinite where the model called the truth impossible, and so is the slope there

    Raises
    ------
    ValueError
        for rows that are no probabilities, classes that do not exist, unequal shapes, empty or
        non-numeric input, bad weights or an unknown reduction

    Source: Good (1952), Rational decisions, J. R. Stat. Soc. B 14(1).

    Examples
    --------
    >>> print(f"{cross_entropy([2], [[0.25, 0.25, 0.5]]):.4f}")
    0.6931
    >>> print(cross_entropy.gradient([2], [[0.25, 0.25, 0.5]]))
    [[ 0.  0. -2.]]
    """
    if y_true.ndim == 1:  # of the true class alone: a logarithm per example, not per class
        log_likelihood = xp.log(expected(xp, y_true, y_pred))
    else:
        present = xp.maximum(y_pred, y_true == 0)  # 1 where the label is 0: 0·log 0 = 0·log 1
        log_likelihood = expected(xp, y_true, xp.log(present))
    yield 0 - log_likelihood  # from 0, so that certainty costs 0, not −0
    labels = one_hot(xp, y_true, y_pred.shape[0])
    yield 0 - labels / xp.maximum(y_pred, labels == 0)  # a class with label 0 has slope 0


@rowwise(y_true=UNIT, label_smoothing=FRACTION)
def cross_entropy_with_logits(xp, y_true, y_pred, *, label_smoothing=0.0):
    r"""Surprise at one of k classes, from the raw scores (the logits) of all of them.

    .. math:: \ell = \log \sum_j e^{z_j} - \sum_j y_j z_j, \qquad
              \frac{\partial\ell}{\partial z_j} = p_j - y_j, \qquad
              p_j = \frac{e^{z_j}}{\sum_l e^{z_l}}

    Parameters
    ----------
    y_true : (n,) integer classes, or (n, k) one-hot or soft labels whose rows sum to 1
    y_pred : (n, k) scores z; the probabilities p are their softmax
    label_smoothing : ε in [0, 1); labels become (1 − ε)·y + ε/k

    Returns
    -------
    value in nats, finite for every score up to the largest float; the slope has no kink.
    With smoothing the value has a floor above 0: the entropy of the smoothed labels

    Raises
    ------
    ValueError
        for classes that do not exist, labels that are no probabilities, a label_smoothing outside
        [0, 1), unequal shapes, empty or non-numeric input, bad weights or an unknown reduction

    Source: Bridle (1990), Probabilistic interpretation of feedforward classification network
    outputs; label smoothing: Szegedy et al. (2016), Rethinking the Inception architecture.

    Examples
    --------
    >>> print(f"{cross_entropy_with_logits([0], [[0.0, 0.0]]):.4f}")
    0.6931
    >>> print(cross_entropy_with_logits.gradient([0], [[0.0, 0.0]]))
    [[-0.5  0.5]]
    """
    if label_smoothing:
        k = y_pred.shape[0]
        y_true = (1 - label_smoothing) * one_hot(xp, y_true, k) + label_smoothing / k
    total_label = 1 if y_true.ndim == 1 else xp.sum(y_true, axis=0)  # 1, but for rounding
    top = xp.max(y_pred, axis=0)
    exps = xp.exp(y_pred - top)  # 1 for the largest score, less for the others: no overflow
    total = xp.sum(exps, axis=0)
    yield total_label * xp.log(total) + behind(xp, y_true, y_pred, top)
    yield minus_labels(xp, exps * (total_label / total), y_true)
