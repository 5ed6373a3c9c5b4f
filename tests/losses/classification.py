"""Losses for a choice, by hand, by definition, and in other libraries."""

from math import inf, log

import numpy as np

from tests.support.best_answers import (
    DIFFERENCE_OF_SHARES,
    ENTROPY,
    LOG_ODDS,
    MEAN,
    SHARES,
    SIDE,
    ZERO_FOR_SURE_TARGETS,
    Best,
    between_0_and_log_odds,
    shares,
)
from tests.support.exact_inputs import (
    a_third_of_answers_to_scores,
    answers_to_scores,
    answers_to_shares,
    classes_to_probabilities,
    classes_to_scores,
    fewer_answers_to_scores,
    fewer_classes_to_scores,
    margins,
    three_classes_to_scores,
    two_distributions,
)
from tests.support.loss_spec import (
    CLASSES_TO_ROWS,
    CLASSES_TO_SCORES,
    HARD_TO_SCORES,
    HARD_TO_SHARES,
    LABELS_TO_ROWS,
    LABELS_TO_SCORES,
    ONE_HOT_TO_ROWS,
    ONE_HOT_TO_SCORES,
    SIGNS,
    SOFT_TO_SCORES,
    SOFT_TO_SHARES,
    WEIGHTED,
    Exact,
    Mirror,
    PerType,
    Spec,
    peers,
)

TORCH_BINARY = "F.binary_cross_entropy(p, y, weight=w, reduction=reduction)"
# their "none" keeps each class, their "mean" divides by the classes too
KL_DIV = (
    "F.kl_div(p.log(), y, reduction={'mean': 'batchmean', 'sum': 'sum'}[reduction]) "
    "if reduction != 'none' else F.kl_div(p.log(), y, reduction='none').sum(dim=1)"
)
# two classes with the scores −z/2 and z/2: half the hinge of their difference z
MULTI_MARGIN = (
    "F.multi_margin_loss(torch.stack([-p.ravel() / 2, p.ravel() / 2], dim=1), "
    "(y.ravel().long() + 1) // 2, p={power}, reduction=reduction)"
)

OF_POS_WEIGHT = Mirror({"pos_weight": lambda w: 1 / np.array(w)}, lambda pos_weight=1: pos_weight)


def logits_of_torch(pos_weight):
    call = "F.binary_cross_entropy_with_logits(p, y, weight=w, {}reduction=reduction)"
    inputs = HARD_TO_SCORES, SOFT_TO_SCORES
    for how in ({}, WEIGHTED):
        yield from peers(call.format(""), *inputs, **how)
        weighted = call.format("pos_weight=torch.tensor(pos_weight, dtype=p.dtype), ")
        yield from peers(weighted, *inputs, parameters=[{"pos_weight": pos_weight}], **how)


def sigmoid(m, z):
    return 1 / (1 + m.exp(-z))


def minus_log(m, p):
    return -m.log(p) if p > 0 else m.inf


def over(m, y, p):
    """y/p, where p = 0 is called impossible."""
    return y / p if p > 0 else m.inf


def binary(m, y, p):
    yes, no = y * minus_log(m, p) if y > 0 else 0, (1 - y) * minus_log(m, 1 - p) if y < 1 else 0
    return yes + no, (over(m, 1 - y, 1 - p) if y < 1 else 0, over(m, y, p) if y > 0 else 0)


BINARY_CROSS_ENTROPY = Spec(
    loss="binary_cross_entropy",
    by_hand=[
        # −ln ¼, −ln ¾, −½ ln ½ − ½ ln ½; −1/¼, 1/¾, 1 − 1
        ([1, 0, 0.5], [0.25, 0.25, 0.5], {}, [log(4), log(4 / 3), log(2)], [-4, 4 / 3, 0]),
        # certain and right: −ln 1 = 0, slopes −1/1 and 1/(1 − 0); certain and wrong: −ln 0
        ([1, 0, 0, 1], [1, 0, 1, 0], {}, [0, 0, inf, inf], [-1, 1, inf, -inf]),
        # ½ of "yes" was possible, and p = 0 or 1 called it or its opposite impossible
        ([0.5, 0.5], [0, 1], {}, [inf, inf], [-inf, inf]),
    ],
    definition=binary,
    cancels=True,
    exact=[Exact("hard soft", answers_to_shares)],
    minimiser=SHARES,
    floor=ENTROPY,
    mirror=Mirror(),
    mixture=True,
    curve=lambda x, v, s: np.allclose(s, -1 / x),
    peers=[
        *peers(TORCH_BINARY, HARD_TO_SHARES, SOFT_TO_SHARES),
        *peers(TORCH_BINARY, HARD_TO_SHARES, SOFT_TO_SHARES, **WEIGHTED),
        *peers(
            "metrics.log_loss(y, p, sample_weight=w)", HARD_TO_SHARES, weights=[None, "weights"]
        ),
        *peers(
            "-special.xlogy(y, p) - special.xlog1py(1 - y, -p)",
            SOFT_TO_SHARES,
            library="scipy.special.xlogy, xlog1py",
        ),
    ],
    calls={
        "two classes": [
            ("PyTorch", "F.binary_cross_entropy(p, y)", "lb.binary_cross_entropy(y, p)"),
            ("Keras", "keras.losses.BinaryCrossentropy()(y, p)", "lb.binary_cross_entropy(y, p)"),
            ("scikit-learn", "metrics.log_loss(y, p)", "lb.binary_cross_entropy(y, p)"),
            (
                "scikit-learn",
                "metrics.log_loss(y, p, sample_weight=w)",
                "lb.binary_cross_entropy(y, p, sample_weight=w)",
            ),
            ("PyTorch", "F.binary_cross_entropy(z, y)", None),
            ("scikit-learn", "metrics.log_loss(y, z)", None),
            (
                "Keras",
                "keras.losses.BinaryCrossentropy()(y, z)",
                "lb.binary_cross_entropy(y, np.clip(z, 1e-7, 1 - 1e-7))",
                "scores read as probabilities, and clipped to [1e-7, 1 − 1e-7]",
            ),
            (
                "Keras",
                "torch.func.grad(lambda z: keras.losses.BinaryCrossentropy()(y, z))"
                "(torch.tensor(z))",
                "0 * z",
                "scores read as probabilities: a clipped one has no slope",
            ),
        ],
        "called impossible": [
            (
                "PyTorch",
                "F.binary_cross_entropy(p, y)",
                "lb.binary_cross_entropy(y, np.maximum(p, np.exp(-100)))",
                "holds the logarithm at −100",
            ),
            (
                "scikit-learn",
                "metrics.log_loss(y, p, labels=[0, 1])",
                "lb.binary_cross_entropy(y, np.maximum(p, np.finfo(float).eps))",
                "clips to [ε, 1 − ε], with the ε of the type",
            ),
            (
                "Keras",
                "keras.losses.BinaryCrossentropy()(y, p)",
                "lb.binary_cross_entropy(y, np.clip(p, 1e-7, 1 - 1e-7))",
                "clips to [1e-7, 1 − 1e-7]",
            ),
            (
                "PyTorch",
                "torch.func.grad(F.binary_cross_entropy)(p, y)",
                "(p - y) / np.maximum(p * (1 - p), float(np.float32(1e-12)))",
                "the slope of another loss: its value is flat here",
            ),
        ],
    },
)


def binary_with_logits(m, y, z, pos_weight=1.0):
    p, q = sigmoid(m, z), sigmoid(m, -z)
    value = -pos_weight * y * m.log(p) - (1 - y) * m.log(q)
    return value, ((1 - y) * p, pos_weight * y * q)


BINARY_CROSS_ENTROPY_WITH_LOGITS = Spec(
    loss="binary_cross_entropy_with_logits",
    by_hand=[
        # σ(ln 3) = 3/(3 + 1) = ¾: −ln ¾, −ln ¼, ½ ln 4/3 + ½ ln 4 = ½ ln 16/3; ¾ − 1, ¾ − 0, ¾ − ½
        (
            [1, 0, 0.5],
            [log(3)] * 3,
            {},
            [log(4 / 3), log(4), log(16 / 3) / 2],
            [-1 / 4, 3 / 4, 1 / 4],
        ),
        # "yes" counts 3 times: 3 ln 4/3; ln 4; ½·3 ln 4/3 + ½ ln 4; slopes −3/4, ¾, ½(−¾ + ¾)
        (
            [1, 0, 0.5],
            [log(3)] * 3,
            {"pos_weight": 3},
            [3 * log(4 / 3), log(4), 1.5 * log(4 / 3) + log(4) / 2],
            [-3 / 4, 3 / 4, 0],
        ),
    ],
    definition=binary_with_logits,
    scores=True,
    cancels=True,
    exact=[
        Exact("hard soft", answers_to_scores),
        Exact(
            "hard soft",
            fewer_answers_to_scores,
            [{"pos_weight": 3.0}, {"pos_weight": PerType(0.3, 0.375)}],
        ),
    ],
    minimiser=LOG_ODDS,
    floor=ENTROPY,
    mirror=OF_POS_WEIGHT,
    mixture=True,
    ranges={"pos_weight": "(0, inf)"},
    curve=lambda x, v, s: np.allclose(s, sigmoid(np, x) - 1),
    peers=[
        *logits_of_torch(2.5),
        *peers("sk.HalfBinomialLoss()", HARD_TO_SCORES, SOFT_TO_SCORES),
        *peers(
            "-np.where(y, special.log_expit(p), special.log_expit(-p))",
            HARD_TO_SCORES,
            gradient="special.expit(p) - y.astype(p.dtype)",
            library="scipy.special.log_expit, expit",
        ),
    ],
    refused=[
        ({"pos_weight": 0}, "pos_weight is 0", "in (0, inf)"),
        ({"pos_weight": [2.0, 1.0]}, "pos_weight is [2.0, 1.0]", "a number"),
    ],
    calls={
        "two classes": [
            (
                "PyTorch",
                "F.binary_cross_entropy_with_logits(z, y)",
                "lb.binary_cross_entropy_with_logits(y, z)",
            ),
            (
                "Keras",
                "keras.losses.BinaryCrossentropy(from_logits=True)(y, z)",
                "lb.binary_cross_entropy_with_logits(y, z)",
            ),
            (
                "Optax",
                "optax.losses.sigmoid_binary_cross_entropy(z, y)",
                "lb.binary_cross_entropy_with_logits(y, z, reduction='none')",
            ),
            (
                "PyTorch",
                "F.binary_cross_entropy_with_logits(z, y, reduction='sum')",
                "lb.binary_cross_entropy_with_logits(y, z, reduction='sum')",
            ),
            (
                "PyTorch",
                "F.binary_cross_entropy_with_logits(z, y, pos_weight=torch.tensor(2.0))",
                "lb.binary_cross_entropy_with_logits(y, z, pos_weight=2.0)",
            ),
            (
                "Keras",
                "keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)(y, z)",
                "lb.binary_cross_entropy_with_logits(0.9 * y + 0.1 / 2, z)",
            ),
            (
                "PyTorch",
                "F.binary_cross_entropy_with_logits(z, y, weight=w)",
                "lb.binary_cross_entropy_with_logits(y, z, sample_weight=w) * w.mean()",
                "divides by the number of examples, not by the sum of the weights",
            ),
            (
                "PyTorch",
                "F.binary_cross_entropy_with_logits(p, y)",
                "lb.binary_cross_entropy_with_logits(y, lb.sigmoid(z))",
                "probabilities read as scores: sigmoid twice",
            ),
            (
                "PyTorch",
                "F.binary_cross_entropy_with_logits(y, z)",
                "np.mean(np.log1p(np.exp(y)) - z * y)",
                "the arguments exchanged",
            ),
            (
                "Keras",
                "keras.losses.BinaryCrossentropy(from_logits=True)(z, y)",
                "np.mean(np.log1p(np.exp(y)) - z * y)",
                "the arguments exchanged",
            ),
            (
                "Optax",
                "optax.losses.sigmoid_binary_cross_entropy(y, z)",
                "np.log1p(np.exp(y)) - z * y",
                "the arguments exchanged",
            ),
        ],
        "two signs": [
            (
                "PyTorch",
                "F.soft_margin_loss(z, s)",
                "lb.binary_cross_entropy_with_logits((s + 1) / 2, z)",
            ),
        ],
    },
)


def cross_entropy(m, y, p):
    pairs = list(zip(y, p, strict=True))
    value = sum(label * minus_log(m, share) for label, share in pairs if label > 0)
    return value, [(0, over(m, label, share) if label > 0 else 0) for label, share in pairs]


CROSS_ENTROPY = Spec(
    loss="cross_entropy",
    by_hand=[
        # −ln ½, −ln ¼; −1/½ and −1/¼ at the true class
        (
            [0, 2],
            [[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]],
            {},
            [log(2), log(4)],
            [[-2, 0, 0], [0, 0, -4]],
        ),
        # ½ ln 2 + ½ ln 4 = 3/2 ln 2; −½/½, −½/¼
        ([[0.5, 0.5, 0]], [[0.5, 0.25, 0.25]], {}, [1.5 * log(2)], [[-1, -2, 0]]),
        # 0·log 0 = 0: what is impossible and did not happen costs nothing; what happened costs all
        (
            [[0.5, 0.5, 0], [0, 0, 1]],
            [[0.5, 0.5, 0], [0.5, 0.5, 0]],
            {},
            [log(2), inf],
            [[-1, -1, 0], [0, 0, -inf]],
        ),
        ([0, 2], [[1, 0, 0], [1, 0, 0]], {}, [0, inf], [[-1, 0, 0], [0, 0, -inf]]),
    ],
    definition=cross_entropy,
    of_rows=True,
    exact=[Exact("classes hard soft", classes_to_probabilities)],
    minimiser=SHARES,
    floor=ENTROPY,
    mixture=True,
    curve=lambda x, v, s: np.allclose(v, -np.log(x)) and np.allclose(s, -1 / x),
    peers=[
        *peers("F.nll_loss(p.log(), y, reduction=reduction)", CLASSES_TO_ROWS),
        *peers(
            "F.nll_loss(p.log(), y, weight=c, reduction=reduction)",
            CLASSES_TO_ROWS,
            weights=["weights by class"],
        ),
        *peers(
            "metrics.log_loss(y, p, sample_weight=w, labels=[0, 1, 2])",
            CLASSES_TO_ROWS,
            weights=[None, "weights of examples"],
        ),
    ],
    calls={
        "one of k": [
            ("PyTorch", "F.nll_loss(torch.log(p), y)", "lb.cross_entropy(y, p)"),
            (
                "Keras",
                "keras.losses.SparseCategoricalCrossentropy()(y, p)",
                "lb.cross_entropy(y, p)",
            ),
            ("Keras", "keras.losses.CategoricalCrossentropy()(Y, p)", "lb.cross_entropy(Y, p)"),
            (
                "scikit-learn",
                "metrics.log_loss(y, p, labels=[0, 1, 2])",
                "lb.cross_entropy(y, p)",
            ),
            ("scikit-learn", "metrics.log_loss(y, p)", None),
            (
                "PyTorch",
                "F.nll_loss(p, y)",
                "-np.mean(p[np.arange(2), y])",
                "probabilities for their logarithms: below zero",
            ),
        ],
    },
)


def softmax_cross_entropy(m, y, z, label_smoothing=0.0, class_weight=None):
    y = [(1 - label_smoothing) * label + label_smoothing / len(y) for label in y]
    y = [w * label for w, label in zip(class_weight or [1] * len(y), y, strict=True)]
    total = sum(m.exp(score) for score in z)
    p = [m.exp(score) / total for score in z]
    value = -sum(label * m.log(share) for label, share in zip(y, p, strict=True))
    return value, [(share * sum(y), label) for label, share in zip(y, p, strict=True)]


CROSS_ENTROPY_WITH_LOGITS = Spec(
    loss="cross_entropy_with_logits",
    by_hand=[
        # softmax of ln 1, ln 2, ln 5 is ⅛, 2/8, ⅝: −ln ⅝; minus 1 at the true class
        ([2], [[0, log(2), log(5)]], {}, [log(8 / 5)], [[1 / 8, 1 / 4, -3 / 8]]),
        # ½ ln 8 + ½ ln 4; ⅛ − ½, ¼ − ½, ⅝
        (
            [[0.5, 0.5, 0]],
            [[0, log(2), log(5)]],
            {},
            [log(8) / 2 + log(4) / 2],
            [[-3 / 8, -1 / 4, 5 / 8]],
        ),
        # ε = 0.3, k = 3: labels 0.1, 0.1, 0.7 + 0.1: 0.1 ln 8 + 0.1 ln 4 + 0.8 ln 8/5
        (
            [2],
            [[0, log(2), log(5)]],
            {"label_smoothing": 0.3},
            [0.1 * log(8) + 0.1 * log(4) + 0.8 * log(8 / 5)],
            [[0.025, 0.15, -0.175]],
        ),
        # soft labels are smoothed too: 0.7·(½, ½, 0) + 0.1 = 0.45, 0.45, 0.1
        (
            [[0.5, 0.5, 0]],
            [[0, log(2), log(5)]],
            {"label_smoothing": 0.3},
            [0.45 * log(8) + 0.45 * log(4) + 0.1 * log(8 / 5)],
            [[-0.325, -0.2, 0.525]],
        ),
        # class 2 counts 3 times, class 1 not at all: 3 ln 8/5; 3·⅛, 3·¼, 3·(⅝ − 1)
        (
            [2, 1],
            [[0, log(2), log(5)]] * 2,
            {"class_weight": [2, 0, 3]},
            [3 * log(8 / 5), 0],
            [[3 / 8, 3 / 4, -9 / 8], [0, 0, 0]],
            3,
        ),
        # labels 0.1, 0.1, 0.8 as above, times 2, 0, 3: 0.2, 0, 2.4; slopes 2.6·p − those
        (
            [2],
            [[0, log(2), log(5)]],
            {"label_smoothing": 0.3, "class_weight": [2, 0, 3]},
            [0.2 * log(8) + 2.4 * log(8 / 5)],
            [[2.6 / 8 - 0.2, 2.6 / 4, 2.6 * 5 / 8 - 2.4]],
            3,
        ),
        # rows, ½·2 and ½·0, divide by their number
        (
            [[0.5, 0.5, 0]],
            [[0, log(2), log(5)]],
            {"class_weight": [2, 0, 3]},
            [log(8)],
            [[1 / 8 - 1, 1 / 4, 5 / 8]],
        ),
    ],
    definition=softmax_cross_entropy,
    of_rows=True,
    scores=True,
    cancels=True,
    exact=[
        Exact("classes hard soft", classes_to_scores),
        Exact(
            "classes hard soft",
            fewer_classes_to_scores,
            [{"label_smoothing": 0.1}, {"label_smoothing": 0.5}],
        ),
        Exact(
            "classes hard soft",
            three_classes_to_scores,
            [
                {"class_weight": [0.5, 2.0, 1.25]},
                {"class_weight": [1.0, 0.0, 3.0], "label_smoothing": 0.25},
            ],
        ),
    ],
    minimiser=Best("logarithms of the shares", lambda y, cost: np.log(shares(y, cost))),
    floor=ENTROPY,
    mixture=True,
    ranges={"label_smoothing": "[0, 1)", "class_weight": "[0, inf)"},
    curve=lambda x, v, s: np.allclose(s, np.exp(x) / (np.exp(x) + 2) - 1),
    peers=[
        *peers(
            "F.cross_entropy(p, y, label_smoothing=label_smoothing, reduction=reduction)",
            CLASSES_TO_SCORES,
            ONE_HOT_TO_SCORES,
            LABELS_TO_SCORES,
            parameters=[{}, {"label_smoothing": 0.1}],
        ),
        *peers(
            "F.cross_entropy(p, y, weight=c, reduction=reduction)",
            CLASSES_TO_SCORES,
            weights=["weights by class"],
        ),
        *peers(
            "F.cross_entropy(p, y, weight=torch.tensor(class_weight, dtype=p.dtype), "
            "label_smoothing=label_smoothing, reduction=reduction)",
            CLASSES_TO_SCORES,
            ONE_HOT_TO_SCORES,
            LABELS_TO_SCORES,
            parameters=[
                {"class_weight": [0.5, 2.0, 1.25]},
                {"class_weight": [3.0, 0.0, 1.0], "label_smoothing": 0.1},
            ],
        ),
        *peers("sk.HalfMultinomialLoss(n_classes=3)", CLASSES_TO_SCORES),
        *peers(
            "special.logsumexp(p, axis=1) - p[np.arange(len(y)), y]",
            CLASSES_TO_SCORES,
            gradient="special.softmax(p, axis=1) - np.eye(3, dtype=p.dtype)[y]",
            library="scipy.special.logsumexp, softmax",
        ),
    ],
    refused=[
        ({"label_smoothing": 1}, "label_smoothing is 1", "in [0, 1)"),
        ({"label_smoothing": -0.1}, "label_smoothing is -0.1", "in [0, 1)"),
        ({"class_weight": [1, -2]}, "class_weight is -2", "in [0, inf)"),
        ({"class_weight": [1, 2, 3]}, "class_weight has shape (3,)", "(2,) of them, one per class"),
    ],
    calls={
        "one of k": [
            ("PyTorch", "F.cross_entropy(z, y)", "lb.cross_entropy_with_logits(y, z)"),
            (
                "Keras",
                "keras.losses.SparseCategoricalCrossentropy(from_logits=True)(y, z)",
                "lb.cross_entropy_with_logits(y, z)",
            ),
            (
                "Keras",
                "keras.losses.CategoricalCrossentropy(from_logits=True)(Y, z)",
                "lb.cross_entropy_with_logits(Y, z)",
            ),
            (
                "Optax",
                "optax.losses.softmax_cross_entropy_with_integer_labels(z, y)",
                "lb.cross_entropy_with_logits(y, z, reduction='none')",
            ),
            (
                "Optax",
                "optax.losses.softmax_cross_entropy(z, Y)",
                "lb.cross_entropy_with_logits(Y, z, reduction='none')",
            ),
            (
                "PyTorch",
                "F.cross_entropy(z, y, label_smoothing=0.1)",
                "lb.cross_entropy_with_logits(y, z, label_smoothing=0.1)",
            ),
            (
                "Keras",
                "keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)(Y, z)",
                "lb.cross_entropy_with_logits(Y, z, label_smoothing=0.1)",
            ),
            (
                "Optax",
                "optax.losses.softmax_cross_entropy(z, optax.losses.smooth_labels(Y, 0.1))",
                "lb.cross_entropy_with_logits(Y, z, label_smoothing=0.1, reduction='none')",
            ),
            (
                "PyTorch",
                "F.cross_entropy(z, y, weight=c)",
                "lb.cross_entropy_with_logits(y, z, sample_weight=c[y])",
            ),
            (
                "PyTorch",
                "F.cross_entropy(z, Y, weight=c)",
                "lb.cross_entropy_with_logits(y, z, sample_weight=c[y]) * c[y].mean()",
                "one-hot labels: divides by the number of examples, with classes by the weights",
            ),
            (
                "PyTorch",
                "F.cross_entropy(z[:1], y[:1], weight=c)",
                "lb.cross_entropy_with_logits(y[:1], z[:1])",
                "one example: its weight cancels",
            ),
            (
                "PyTorch",
                "F.cross_entropy(p, y)",
                "lb.cross_entropy_with_logits(y, lb.softmax(z))",
                "probabilities read as scores: softmax twice",
            ),
            (
                "Keras",
                "keras.losses.SparseCategoricalCrossentropy()(y, z)",
                "lb.cross_entropy(y, z / z.sum(axis=1, keepdims=True))",
                "scores read as probabilities, and divided by their sum",
            ),
        ],
    },
)


def divergence(m, y, p):
    pairs = list(zip(y, p, strict=True))
    value = sum(label * (m.log(label) + minus_log(m, share)) for label, share in pairs if label > 0)
    return value, [(0, over(m, label, share) if label > 0 else 0) for label, share in pairs]


def size_of_terms(y, p, value):
    """Σ y·max(1, |log(y/p)|): terms of both signs leave little of each other, and a change of the
    last digit of p alone moves the value by an ulp of this."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(y > 0, np.abs(np.log(y) - np.log(p)), 0)
    return (y * np.maximum(1, logs)).sum(axis=1)


KL_DIVERGENCE = Spec(
    loss="kl_divergence",
    by_hand=[
        # ½ ln (½/¼) + ½ ln (½/¾) = ½ ln (2·⅔); the other way ¼ ln ½ + ¾ ln (¾/½); slopes −y/p
        (
            [[0.5, 0.5], [0.25, 0.75]],
            [[0.25, 0.75], [0.5, 0.5]],
            {},
            [log(4 / 3) / 2, 0.75 * log(1.5) - log(2) / 4],
            [[-2, -2 / 3], [-1 / 2, -3 / 2]],
        ),
        # equal rows cost 0, the slope is −1 where something is possible; a sure row: ln 4
        (
            [[0.2, 0.8], [0, 1], [1, 0]],
            [[0.2, 0.8], [0, 1], [0.25, 0.75]],
            {},
            [0, 0, log(4)],
            [[-1, -1], [0, -1], [-4, 0]],
        ),
        # called impossible what is possible
        ([[0.5, 0.5]], [[1, 0]], {}, [inf], [[-1 / 2, -inf]]),
    ],
    definition=divergence,
    of_rows=True,
    exact=[Exact("hard soft", two_distributions)],
    ulp_of_value=size_of_terms,
    minimiser=MEAN,
    curve=lambda x, v, s: np.isclose(x[v < 1e-12], 1 / 2).tolist() == [True],
    peers=[
        *peers(KL_DIV, LABELS_TO_ROWS, ONE_HOT_TO_ROWS),
        *peers("special.rel_entr(y, p).sum(axis=1)", LABELS_TO_ROWS),
    ],
    calls={
        "distributions": [
            (
                "PyTorch",
                "F.kl_div(torch.log(p), y, reduction='batchmean')",
                "lb.kl_divergence(y, p)",
            ),
            ("Keras", "keras.losses.KLDivergence()(y, p)", "lb.kl_divergence(y, p)"),
            (
                "Optax",
                "optax.losses.kl_divergence(jnp.log(p), y)",
                "lb.kl_divergence(y, p, reduction='none')",
            ),
            (
                "SciPy",
                "special.rel_entr(y, p).sum(axis=1)",
                "lb.kl_divergence(y, p, reduction='none')",
            ),
            (
                "PyTorch",
                "F.kl_div(torch.log(p), y)",
                "lb.kl_divergence(y, p) / y.shape[1]",
                "divides by the classes too (it warns)",
            ),
            (
                "PyTorch",
                "F.kl_div(p, y, reduction='batchmean')",
                "np.mean(np.sum(y * (np.log(y) - p), axis=1))",
                "probabilities for their logarithms: below zero",
            ),
            (
                "PyTorch",
                "F.kl_div(torch.log(y), p, reduction='batchmean')",
                "lb.kl_divergence(p, y)",
                "the arguments exchanged: the other divergence",
            ),
        ],
    },
)


def margin(m, y, z):
    return max(0, 1 - y * z), (-y if y * z < 1 else 0, 0)


HINGE = Spec(
    loss="hinge",
    by_hand=[
        # 1 − ¼; beyond the margin; 1 + ½; on the margin, where the slope is 0; on it; 1 + 1
        (
            [1, 1, -1, -1, 1, 1],
            [0.25, 2, 0.5, -1, 1, -1],
            {},
            [0.75, 0, 1.5, 0, 0, 2],
            [-1, 0, 1, 0, 0, -1],
        ),
    ],
    definition=margin,
    kink=lambda y, z: y * z == 1,
    exact=[Exact("hard", margins)],
    minimiser=SIDE,
    mirror=Mirror(),
    curve=lambda x, v, s: not v[x >= 1].any() and set(s) == {-1, 0} == set(s[x >= 1]) | {-1},
    peers=[
        *peers(MULTI_MARGIN.format(power=1), SIGNS, factor=2),
        *peers("metrics.hinge_loss(y, p, sample_weight=w)", SIGNS, weights=[None, "weights"]),
        *peers("optax.losses.hinge_loss(p, y)", SIGNS),
    ],
    calls={
        "two signs": [
            ("Keras", "keras.losses.Hinge()(s, z)", "lb.hinge(s, z)"),
            ("Keras", "keras.losses.Hinge()(y, z)", "lb.hinge(2 * y - 1, z)"),
            ("scikit-learn", "metrics.hinge_loss(s, z)", "lb.hinge(s, z)"),
            ("scikit-learn", "metrics.hinge_loss(y, z)", "lb.hinge(2 * y - 1, z)"),
            (
                "scikit-learn",
                "metrics.hinge_loss(s[1:], z[1:])",
                "lb.hinge(-s[1:], z[1:])",
                "only one class is there: it becomes −1, whichever it is",
            ),
            ("Optax", "optax.losses.hinge_loss(z, s)", "lb.hinge(s, z, reduction='none')"),
            (
                "Optax",
                "optax.losses.hinge_loss(z, y)",
                "np.maximum(0, 1 - y * z)",
                "labels 0 and 1: each 0 costs 1, whatever the score",
            ),
            (
                "PyTorch",
                "F.hinge_embedding_loss(z, s)",
                "np.mean(np.where(s == 1, z, np.maximum(0, 1 - z)))",
                "another loss: it reads z as a distance",
            ),
            (
                "Keras",
                "keras.losses.Hinge()(s, p)",
                "lb.hinge(s, lb.sigmoid(z))",
                "probabilities, whose margin never reaches 1",
            ),
        ],
    },
)


def squared_margin(m, y, z):
    gap = max(0, 1 - y * z)
    return gap**2, (-2 * y * gap, 0)


SQUARED_HINGE = Spec(
    loss="squared_hinge",
    by_hand=[
        # (¾)², 0, (3/2)², 0, 2²; −2·¾, 0, 2·3/2, 0, −2·2
        (
            [1, 1, -1, -1, 1],
            [0.25, 2, 0.5, -1, -1],
            {},
            [9 / 16, 0, 9 / 4, 0, 4],
            [-3 / 2, 0, 3, 0, -4],
        ),
    ],
    definition=squared_margin,
    exact=[Exact("hard", margins)],
    minimiser=DIFFERENCE_OF_SHARES,
    mirror=Mirror(),
    curve=lambda x, v, s: not v[x >= 1].any() and np.allclose(s, 2 * np.minimum(x - 1, 0)),
    peers=peers(MULTI_MARGIN.format(power=2), SIGNS, factor=2),
    calls={
        "two signs": [
            ("Keras", "keras.losses.SquaredHinge()(s, z)", "lb.squared_hinge(s, z)"),
        ],
    },
)


def focal(m, y, z, gamma=2.0, alpha=0.5):
    p, q = sigmoid(m, z), sigmoid(m, -z)
    yes, no = -alpha * q**gamma * m.log(p), -(1 - alpha) * p**gamma * m.log(q)
    up = (1 - alpha) * (p ** (gamma + 1) - gamma * p**gamma * q * m.log(q))
    down = alpha * (q ** (gamma + 1) - gamma * q**gamma * p * m.log(p))
    return y * yes + (1 - y) * no, ((1 - y) * up, y * down)


def ulps_of_a_power(dtype, parameters):
    """A rounding of p counts gamma times in p to the power of gamma.

    In float32 it does not, because focal takes that power in float64.
    """
    return 1 if dtype == "float32" else 4 + parameters.get("gamma", 2)


def turns_back(x, v, s):
    """The slope is largest in between, and lets go sooner than that of cross-entropy."""
    surprise = sigmoid(np, x) - 1
    return s[-1] / s.min() < surprise[-1] / surprise.min() and 0 < np.argmin(s) < len(x) // 2


FOCAL_WITH_LOGITS = Spec(
    loss="focal_with_logits",
    by_hand=[
        # p = σ(ln 3) = ¾, 1 − p = ¼, ln 1/p = ln 4/3, ln 1/(1 − p) = ln 4.
        # "yes": ½·(¼)²·ln 4/3.  dp/dz = p(1 − p), so the slope is −½·(¼)²·(¼ + 2·¾·ln 4/3).
        # "no": ½·(¾)²·ln 4, slope ½·(¾)²·(¾ + 2·¼·ln 4).  Half of each where y = ½.
        (
            [1, 0, 0.5],
            [log(3)] * 3,
            {},
            [log(4 / 3) / 32, 9 / 32 * log(4), log(4 / 3) / 64 + 9 / 64 * log(4)],
            [
                -(1 / 4 + 3 / 2 * log(4 / 3)) / 32,
                9 / 32 * (3 / 4 + log(4) / 2),
                9 / 64 * (3 / 4 + log(4) / 2) - (1 / 4 + 3 / 2 * log(4 / 3)) / 64,
            ],
        ),
        # γ = 0: half the cross-entropy
        ([1, 0], [log(3)] * 2, {"gamma": 0}, [log(4 / 3) / 2, log(4) / 2], [-1 / 8, 3 / 8]),
        # α = ¼: "yes" ¼·(¼)²·ln 4/3, slope −¼·(¼)²·(…) as above; "no" ¾·(¾)²·ln 4
        (
            [1, 0],
            [log(3)] * 2,
            {"alpha": 0.25},
            [log(4 / 3) / 64, 27 / 64 * log(4)],
            [-(1 / 4 + 3 / 2 * log(4 / 3)) / 64, 27 / 64 * (3 / 4 + log(4) / 2)],
        ),
        # α = 1: "no" costs nothing
        (
            [1, 0],
            [log(3)] * 2,
            {"alpha": 1},
            [log(4 / 3) / 16, 0],
            [-(1 / 4 + 3 / 2 * log(4 / 3)) / 16, 0],
        ),
        # γ = 1, α = ¼: ¼·¼·ln 4/3, −¼·¼·(¼ + ¾ ln 4/3); ¾·¾·ln 4, ¾·¾·(¾ + ¼ ln 4)
        (
            [1, 0],
            [log(3)] * 2,
            {"gamma": 1, "alpha": 0.25},
            [log(4 / 3) / 16, 9 / 16 * log(4)],
            [-(1 / 4 + 3 / 4 * log(4 / 3)) / 16, 9 / 16 * (3 / 4 + log(4) / 4)],
        ),
    ],
    definition=focal,
    scores=True,
    cancels=True,
    exact=[
        Exact(
            "hard soft",
            fewer_answers_to_scores,
            [{}, {"gamma": 0.0}, {"gamma": 0.5}, {"gamma": 5.0}, {"alpha": 0.25}],
        ),
        Exact(
            "hard",
            a_third_of_answers_to_scores,
            [{"gamma": 1.0, "alpha": 0.75}, {"alpha": 1.0}, {"alpha": 0.0}],
        ),
    ],
    ulps=ulps_of_a_power,
    minimiser=Best("between 0 and the log-odds", between_0_and_log_odds),
    floor=ZERO_FOR_SURE_TARGETS,
    mirror=Mirror({"alpha": lambda alpha: 1 - alpha}),
    mixture=True,
    ranges={"gamma": "[0, inf)", "alpha": "[0, 1]"},
    curve=turns_back,
    peers=peers(
        "optax.losses.sigmoid_focal_loss(p, y, alpha=alpha, gamma=gamma)",
        HARD_TO_SCORES,
        parameters=[{}, {"gamma": 1.5}, {"alpha": 0.25}, {"gamma": 0.0, "alpha": 0.75}],
    ),
    refused=[
        ({"gamma": -0.1}, "gamma is -0.1", "a number in [0, inf)"),
        ({"gamma": inf}, "gamma is inf", "a number in [0, inf)"),
        ({"gamma": True}, "gamma is True", "a number"),
        ({"alpha": 1.1}, "alpha is 1.1", "a number in [0, 1]"),
        ({"alpha": -0.1}, "alpha is -0.1", "a number in [0, 1]"),
        ({"alpha": (0.25, 0.75)}, "alpha is (0.25, 0.75)", "a number"),
    ],
    calls={
        "two classes": [
            (
                "Optax",
                "optax.losses.sigmoid_focal_loss(z, y, alpha=0.25)",
                "lb.focal_with_logits(y, z, alpha=0.25, reduction='none')",
            ),
            (
                "Optax",
                "optax.losses.sigmoid_focal_loss(z, y)",
                "2 * lb.focal_with_logits(y, z, reduction='none')",
            ),
            (
                "Keras",
                "keras.losses.BinaryFocalCrossentropy(from_logits=True)(y, z)",
                "2 * lb.focal_with_logits(y, z)",
            ),
            (
                "Keras",
                "keras.losses.BinaryFocalCrossentropy("
                "from_logits=True, apply_class_balancing=True)(y, z)",
                "lb.focal_with_logits(y, z, alpha=0.25)",
            ),
        ],
    },
)
