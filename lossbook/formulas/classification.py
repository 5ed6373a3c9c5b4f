"""Losses for a choice: how surprised is the model by what happened?"""

from ..domains import FRACTION, LABELS, NOT_NEGATIVE, POSITIVE, SIGNS, SIMPLEX, UNIT
from ..loss import Properties, elementwise, rowwise
from .softmax import (
    decay,
    half_gap,
    labels,
    log_likelihood,
    one_hot,
    power,
    ratio,
    rel_entr,
    sigmoid_pair,
    softmax_parts,
    softplus_pair,
    sum_over_classes,
    surprise_at_classes,
    weighed,
    xlog1py,
    xlogy,
)

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "cross_entropy_with_logits",
    "kl_divergence",
    "hinge",
    "squared_hinge",
    "focal_with_logits",
]


@elementwise(
    Properties(
        title="Binary cross-entropy, of probabilities",
        minimiser="the share of yes",
        convex=True,
        bounded_slope=False,
        proper=True,
        floor="the entropy of the target",
        unit="nats",
    ),
    y_true=UNIT,
    y_pred=UNIT,
)
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
        for targets or predictions outside [0, 1]

    Curve
    -----
    **The surer of the wrong answer, the harder the pull**, without bound; and even certainty that
    is right still pulls.

    Pitfalls
    --------
    Infinite where the model called the truth impossible; other libraries clip, each at another
    place, and so their slopes part, too.  To train, take the one of scores.

    Source: Good (1952), Rational decisions, J. R. Stat. Soc. B 14(1).

    Examples
    --------
    >>> print(f"{binary_cross_entropy([0, 1], [0.1, 0.9]):.4f}")
    0.1054
    >>> print(binary_cross_entropy.gradient([0, 1], [0.5, 0.0], reduction="sum"))
    [  2. -inf]
    """
    no = 1 - y_true
    # from 0, so that certainty costs 0, not −0
    yield 0 - (xlogy(xp, y_true, y_pred) + xlog1py(xp, no, -y_pred))
    yield ratio(xp, no, 1 - y_pred) - ratio(xp, y_true, y_pred)


@elementwise(
    Properties(
        title="Binary cross-entropy, of scores",
        minimiser="the log-odds of the share of yes",
        convex=True,
        bounded_slope=True,
        proper=True,
        floor="the entropy of the target",
        unit="nats",
    ),
    y_true=UNIT,
    pos_weight=POSITIVE,
)
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
    value in nats, finite for every score up to the largest float, unless beyond it itself; the
    slope has no kink

    Raises
    ------
    ValueError
        for targets outside [0, 1] or a pos_weight that is not above 0

    Curve
    -----
    **Wrong and sure pulls with almost 1, never more; right and sure hardly pulls**: the slope is
    the probability minus the truth.

    Pitfalls
    --------
    A sigmoid in front is one too many.  Keras expects probabilities unless told otherwise.
    ``pos_weight`` shifts the probabilities.

    Source: Cox (1958), The regression analysis of binary sequences, J. R. Stat. Soc. B 20(2).

    Examples
    --------
    >>> print(f"{binary_cross_entropy_with_logits([0, 1, 1], [-1.0, 0.0, 1.0]):.4f}")
    0.4399
    >>> print(binary_cross_entropy_with_logits([0, 1], [1e4, 1e4], reduction="none"))
    [10000.     0.]
    """
    no, yes = 1 - y_true, pos_weight * y_true
    small = decay(xp, y_pred)
    no_cost, yes_cost = softplus_pair(xp, y_pred, small)
    yield weighed(xp, no, no_cost, yes, yes_cost)
    up, down = sigmoid_pair(xp, y_pred, small)
    yield (no * up - yes * down) / (1 + small)


@rowwise(
    Properties(
        title="Cross-entropy, of probabilities",
        minimiser="the shares of the classes",
        convex=True,
        bounded_slope=False,
        proper=True,
        floor="the entropy of the target",
        unit="nats",
    ),
    y_true=LABELS,
    y_pred=SIMPLEX,
)
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
        for rows that are no probabilities or classes that do not exist

    Curve
    -----
    **Only the probability of the true class counts**: the value is its surprise, and the slope has
    no bound as it goes to 0.

    Pitfalls
    --------
    Infinite where the model called the truth impossible; other libraries clip, each at another
    place, and so their slopes part, too.  To train, take the one of scores.

    Source: Good (1952), Rational decisions, J. R. Stat. Soc. B 14(1).

    Examples
    --------
    >>> print(f"{cross_entropy([2], [[0.25, 0.25, 0.5]]):.4f}")
    0.6931
    >>> print(cross_entropy.gradient([2], [[0.25, 0.25, 0.5]]))
    [[ 0.  0. -2.]]
    """
    yield 0 - log_likelihood(xp, y_true, y_pred)  # from 0, so that certainty costs 0, not −0
    yield 0 - ratio(xp, one_hot(xp, y_true, y_pred), y_pred)


@rowwise(
    Properties(
        title="Cross-entropy, of scores",
        minimiser="the logarithms of the shares of the classes, up to a constant",
        convex=True,
        bounded_slope=True,
        proper=True,
        floor="the entropy of the target",
        unit="nats",
    ),
    in_numpy=surprise_at_classes,
    y_true=LABELS,
    label_smoothing=FRACTION,
    class_weight=NOT_NEGATIVE,
)
def cross_entropy_with_logits(xp, y_true, y_pred, *, label_smoothing=0.0, class_weight=None):
    r"""Surprise at one of k classes, from the raw scores (the logits) of all of them.

    .. math:: \ell = \log \sum_j e^{z_j} - \sum_j y_j z_j, \qquad
              \frac{\partial\ell}{\partial z_j} = p_j - y_j, \qquad
              p_j = \frac{e^{z_j}}{\sum_l e^{z_l}}

    Parameters
    ----------
    y_true : (n,) integer classes, or (n, k) one-hot or soft labels whose rows sum to 1
    y_pred : (n, k) scores z; the probabilities p are their softmax
    label_smoothing : ε in [0, 1); labels become (1 − ε)·y + ε/k
    class_weight : (k,) numbers ≥ 0 that multiply the labels, smoothed or not.  The mean of classes
        then divides by the sum of the weights of the true ones, that of rows by n, as in PyTorch

    Returns
    -------
    value in nats, finite for every score up to the largest float, unless beyond it itself; the
    slope has no kink.
    With smoothing the value has a floor above 0: the entropy of the smoothed labels

    Raises
    ------
    ValueError
        for classes that do not exist, labels that are no probabilities or a label_smoothing outside
        [0, 1)

    Curve
    -----
    **Wrong and sure pulls with almost 1, never more; right and sure hardly pulls**: the slope is
    the probability minus the truth.

    Pitfalls
    --------
    A softmax in front is one too many.  With label smoothing the value cannot reach 0.

    Source: Bridle (1990), Probabilistic interpretation of feedforward classification network
    outputs; label smoothing: Szegedy et al. (2016), Rethinking the Inception architecture.

    Examples
    --------
    >>> print(f"{cross_entropy_with_logits([0], [[0.0, 0.0]]):.4f}")
    0.6931
    >>> print(cross_entropy_with_logits.gradient([0], [[0.0, 0.0]]))
    [[-0.5  0.5]]
    """
    top, exps, rest = softmax_parts(xp, y_pred)  # p = exps / (1 + rest)
    y, total = labels(xp, y_true, y_pred, label_smoothing, class_weight)
    yield total * xp.log1p(rest) + 2 * half_gap(xp, y, y_pred, top)
    y = one_hot(xp, y, y_pred)
    yield ((total * exps - y) - y * rest) / (1 + rest)  # Σy·p − y


@rowwise(
    Properties(
        title="Kullback–Leibler divergence",
        minimiser="the mean of the rows y_true",
        convex=True,
        bounded_slope=False,
        proper=True,
        floor="0",
        unit="nats",
    ),
    y_true=SIMPLEX,
    y_pred=SIMPLEX,
)
def kl_divergence(xp, y_true, y_pred):
    r"""How much more surprised you are than you need be, if you expect p and y is the truth.

    .. math:: \ell = \sum_j y_j \log \frac{y_j}{p_j}, \qquad
              \frac{\partial\ell}{\partial p_j} = -\frac{y_j}{p_j}

    The Kullback-Leibler divergence D(y‖p): cross-entropy minus the entropy of y.  So its slope is
    that of `cross_entropy`, and its floor is 0, but for rounding.  Exchange y and p, and the value
    changes.

    Natural logarithms; 0·log 0 is 0; nothing is clipped.

    Parameters
    ----------
    y_true, y_pred : (n, k) probabilities whose rows sum to 1 within 1e-3

    Returns
    -------
    value in nats: infinite where the model called impossible what is possible, and so is the slope
    there

    Raises
    ------
    ValueError
        for rows that are no probabilities or classes instead of rows

    Curve
    -----
    **Zero where the answer is the true share, and nowhere else**: not at certainty, unless that is
    the truth.

    Pitfalls
    --------
    Its two directions are two losses.  ``kl_div`` of PyTorch wants logarithms and ``"batchmean"``.

    Source: Kullback and Leibler (1951), On information and sufficiency, Ann. Math. Statist. 22(1).

    Examples
    --------
    >>> print(f"{kl_divergence([[0.5, 0.5]], [[0.25, 0.75]]):.4f}")
    0.1438
    >>> print(f"{kl_divergence([[0.25, 0.75]], [[0.5, 0.5]]):.4f}")
    0.1308
    """
    yield sum_over_classes(xp, rel_entr(xp, y_true, y_pred))
    yield 0 - ratio(xp, y_true, y_pred)


@elementwise(
    Properties(
        title="Hinge loss",
        minimiser="+1 or −1, whichever is more frequent",
        convex=True,
        bounded_slope=True,
        proper=False,
        floor="0",
        unit="none",
    ),
    y_true=SIGNS,
)
def hinge(xp, y_true, y_pred):
    r"""How far a score is from the right side of the margin: the loss of support vector machines.

    .. math:: \ell = \max(0,\ 1 - y z), \qquad
              \ell' = \begin{cases} -y & y z < 1 \\ 0 & y z \ge 1 \end{cases}

    An example beyond the margin costs nothing and pulls no more.  The score has no reading as a
    probability.

    Parameters
    ----------
    y_true : −1 or +1
    y_pred : scores z, same shape; the sign is the decision

    Returns
    -------
    value without unit; the slope is 0 at the kink, where y·z = 1

    Raises
    ------
    ValueError
        for targets other than −1 and +1 (such as 0)

    Curve
    -----
    **Right by the margin costs nothing and pulls no more**; all else pulls alike.

    Pitfalls
    --------
    The y of the formula is −1 or +1.  It asks for a side, not for a probability.  Labels 0 and 1
    can go wrong unseen elsewhere; so can probabilities.

    Source: Cortes and Vapnik (1995), Support-vector networks, Mach. Learn. 20(3).

    Examples
    --------
    >>> print(hinge([1, 1, -1], [0.25, 2.0, 0.5], reduction="none"))
    [0.75 0.   1.5 ]
    >>> print(hinge.gradient([1, 1, -1], [0.25, 2.0, 0.5], reduction="sum"))
    [-1.  0.  1.]
    """
    shortfall = xp.maximum(1 - y_true * y_pred, 0)
    yield shortfall
    yield 0 - y_true * xp.sign(shortfall)


@elementwise(
    Properties(
        title="Squared hinge loss",
        minimiser="the share of +1 minus the share of −1",
        convex=True,
        bounded_slope=False,
        proper=False,
        floor="0",
        unit="none",
    ),
    y_true=SIGNS,
)
def squared_hinge(xp, y_true, y_pred):
    r"""The hinge loss squared: no kink, and a pull that grows with the distance.

    .. math:: \ell = \max(0,\ 1 - y z)^2, \qquad \ell' = -2y \max(0,\ 1 - y z)

    Parameters
    ----------
    y_true : −1 or +1
    y_pred : scores z, same shape; the sign is the decision

    Returns
    -------
    value without unit; the slope has no jump

    Raises
    ------
    ValueError
        for targets other than −1 and +1 (such as 0)

    Curve
    -----
    **Right by the margin costs nothing; the farther from there, the harder the pull**, without
    bound.

    Pitfalls
    --------
    Its best score says how frequent a yes is, but through no sigmoid.  Its pull has no bound, so a
    mislabelled example pulls hard.

    Source: Chapelle (2007), Training a support vector machine in the primal, Neural Comput. 19(5).

    Examples
    --------
    >>> print(squared_hinge([1, 1, -1], [0.5, 2.0, 0.5], reduction="none"))
    [0.25 0.   2.25]
    >>> print(squared_hinge.gradient([1, 1, -1], [0.5, 2.0, 0.5], reduction="sum"))
    [-1.  0.  3.]
    """
    shortfall = xp.maximum(1 - y_true * y_pred, 0)
    yield shortfall**2
    yield 0 - 2 * y_true * shortfall


@elementwise(
    Properties(
        title="Focal loss, of scores",
        minimiser="a score between 0 and the log-odds of the share of yes",
        convex=False,
        bounded_slope=True,
        proper=False,
        floor="0 for targets 0 and 1, above 0 in between",
        unit="nats",
    ),
    in_double=True,  # a power multiplies rounding errors, and float32 has no digits to spare
    y_true=UNIT,
    gamma=NOT_NEGATIVE,
    alpha=UNIT,
)
def focal_with_logits(xp, y_true, y_pred, *, gamma=2.0, alpha=0.5):
    r"""Cross-entropy that turns away from what is already right, to find the rare and the hard.

    .. math:: \ell = \alpha\, y\, (1-p)^\gamma \log \frac1p
              + (1-\alpha)(1-y)\, p^\gamma \log \frac1{1-p}, \qquad p = \sigma(z)

    With γ = 0 and α = ½ it is half the binary cross-entropy.  The larger γ, the less an answer
    counts that is nearly right; the best score is then nearer to 0 than the log-odds, so σ(z) is no
    longer the probability.

    Parameters
    ----------
    y_true : 0, 1 or a probability in between
    y_pred : scores z, same shape
    gamma : γ ≥ 0, how strongly to turn away from easy examples
    alpha : 0 ≤ α ≤ 1, the weight of "yes"; that of "no" is 1 − α

    Returns
    -------
    value in nats, finite for every score up to the largest float, unless beyond it itself; the
    slope has no kink

    Raises
    ------
    ValueError
        for targets outside [0, 1], a gamma below 0 or an alpha outside [0, 1]

    Curve
    -----
    **The right answers let go sooner than under cross-entropy, and the most wrong one does not pull
    hardest**: the slope turns back.

    Pitfalls
    --------
    The sigmoid of its best score is not the probability.  α weighs the yes, and γ is a power.

    Source: Lin, Goyal, Girshick, He and Dollár (2017), Focal loss for dense object detection, ICCV.

    Examples
    --------
    >>> print(f"{focal_with_logits([1], [0.0]):.4f}")  # ½·(½)²·log 2
    0.0866
    >>> print(focal_with_logits([1, 0], [1e4, 1e4], alpha=0.25, reduction="none"))
    [   0. 7500.]
    """
    small = decay(xp, y_pred)
    no_cost, yes_cost = softplus_pair(xp, y_pred, small)  # log 1/(1 − p) and log 1/p
    up, down = sigmoid_pair(xp, y_pred, small)
    p, q = up / (1 + small), down / (1 + small)
    no = (1 - alpha) * (1 - y_true) * power(xp, p, gamma)
    yes = alpha * y_true * power(xp, q, gamma)
    yield weighed(xp, no, no_cost, yes, yes_cost)
    # where a cost is above 1e4, the probability beside it is 0
    no_slope = p + gamma * q * xp.minimum(no_cost, 1e4)
    yes_slope = q + gamma * p * xp.minimum(yes_cost, 1e4)
    yield no * no_slope - yes * yes_slope
