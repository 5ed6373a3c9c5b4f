"""Losses for many yes/no questions, by hand, by definition, and in other libraries."""

from math import log

import numpy as np

from tests.losses.classification import (
    OF_POS_WEIGHT,
    TORCH_BINARY,
    binary,
    binary_with_logits,
    logits_of_torch,
    sigmoid,
)
from tests.support.best_answers import ENTROPY, LOG_ODDS, SHARES
from tests.support.exact_inputs import labels_to_scores, labels_to_shares
from tests.support.loss_spec import (
    HARD_TO_SCORES,
    HARD_TO_SHARES,
    SOFT_TO_SHARES,
    WEIGHTED,
    Exact,
    Mirror,
    Spec,
    peers,
)

MULTILABEL_CROSS_ENTROPY = Spec(
    loss="multilabel_cross_entropy",
    by_hand=[
        # each label by itself: −ln ¼, −ln ¾ | −ln ½, 0; −1/¼, 1/¾ | −1/½, 1/1
        (
            [[1, 0], [1, 0]],
            [[0.25, 0.25], [0.5, 0]],
            {},
            [[log(4), log(4 / 3)], [log(2), 0]],
            [[-4, 4 / 3], [-2, 1]],
        ),
    ],
    definition=binary,
    cancels=True,
    exact=[Exact("hard soft", labels_to_shares)],
    minimiser=SHARES,
    floor=ENTROPY,
    mirror=Mirror(),
    mixture=True,
    curve=lambda x, v, s: np.allclose(v, -np.log(x)) and np.allclose(s, -1 / x),
    peers=[
        *peers(TORCH_BINARY, HARD_TO_SHARES, SOFT_TO_SHARES),
        *peers(TORCH_BINARY, HARD_TO_SHARES, SOFT_TO_SHARES, **WEIGHTED),
    ],
    calls={
        "many labels": [
            ("PyTorch", "F.binary_cross_entropy(p, y)", "lb.multilabel_cross_entropy(y, p)"),
            (
                "Keras",
                "keras.losses.BinaryCrossentropy()(y, p)",
                "lb.multilabel_cross_entropy(y, p)",
            ),
            (
                "scikit-learn",
                "metrics.log_loss(y, p)",
                "-np.mean(np.sum(y * np.log(p), axis=1))",
                "reads the row as one choice: what was not true costs nothing (it warns)",
            ),
        ],
    },
)


MULTILABEL_CROSS_ENTROPY_WITH_LOGITS = Spec(
    loss="multilabel_cross_entropy_with_logits",
    by_hand=[
        # σ(ln 3) = ¾, σ(0) = ½: ln 4/3, ln 2 | ln 4, ln 2
        (
            [[1, 0], [0, 1]],
            [[log(3), 0], [log(3), 0]],
            {},
            [[log(4 / 3), log(2)], [log(4), log(2)]],
            [[-1 / 4, 1 / 2], [3 / 4, -1 / 2]],
        ),
        # "yes" counts 3 times for both labels
        (
            [[1, 0], [0, 1]],
            [[log(3), 0], [log(3), 0]],
            {"pos_weight": 3},
            [[3 * log(4 / 3), log(2)], [log(4), 3 * log(2)]],
            [[-3 / 4, 1 / 2], [3 / 4, -3 / 2]],
        ),
        # "yes" counts 2 times for label 0 and 5 times for label 1
        (
            [[1, 0], [0, 1]],
            [[log(3), 0], [log(3), 0]],
            {"pos_weight": [2, 5]},
            [[2 * log(4 / 3), log(2)], [log(4), 5 * log(2)]],
            [[-1 / 2, 1 / 2], [3 / 4, -5 / 2]],
        ),
    ],
    definition=binary_with_logits,
    scores=True,
    cancels=True,
    exact=[
        Exact(
            "hard soft",
            labels_to_scores,
            [{}, {"pos_weight": 3.0}, {"pos_weight": [0.25, 1.0, 4.0]}],
        )
    ],
    minimiser=LOG_ODDS,
    floor=ENTROPY,
    mirror=OF_POS_WEIGHT,
    mixture=True,
    ranges={"pos_weight": "(0, inf)"},
    curve=lambda x, v, s: (
        np.allclose(v, np.log1p(np.exp(-x)))
        and np.allclose(s, sigmoid(np, x) - 1)
        and np.abs(s).max() < 1
    ),
    peers=[
        *logits_of_torch([0.5, 1.25, 4.0]),
        # a mean over the labels of each example, where lossbook keeps each label: means agree
        *peers(
            "F.multilabel_soft_margin_loss(p, y, reduction=reduction)",
            HARD_TO_SCORES,
            reductions=("mean",),
        ),
    ],
    refused=[
        ({"pos_weight": -2}, "pos_weight is -2", "in (0, inf)"),
        ({"pos_weight": [1, 2, 3]}, "pos_weight has shape (3,)", "a number or (2,) of them"),
        ({"pos_weight": [1, 0]}, "pos_weight is 0", "in (0, inf)"),
    ],
    calls={
        "many labels": [
            (
                "PyTorch",
                "F.binary_cross_entropy_with_logits(z, y)",
                "lb.multilabel_cross_entropy_with_logits(y, z)",
            ),
            (
                "PyTorch",
                "F.multilabel_soft_margin_loss(z, y)",
                "lb.multilabel_cross_entropy_with_logits(y, z)",
            ),
            (
                "Keras",
                "keras.losses.BinaryCrossentropy(from_logits=True)(y, z)",
                "lb.multilabel_cross_entropy_with_logits(y, z)",
            ),
            (
                "Optax",
                "optax.losses.sigmoid_binary_cross_entropy(z, y)",
                "lb.multilabel_cross_entropy_with_logits(y, z, reduction='none')",
            ),
            (
                "PyTorch",
                "F.binary_cross_entropy_with_logits(z, y, pos_weight=c)",
                "lb.multilabel_cross_entropy_with_logits(y, z, pos_weight=c)",
            ),
            (
                "PyTorch",
                "F.binary_cross_entropy_with_logits(z, y, reduction='sum')",
                "lb.multilabel_cross_entropy_with_logits(y, z, reduction='sum')",
            ),
            (
                "PyTorch",
                "F.multilabel_soft_margin_loss(z, y, reduction='sum')",
                "lb.multilabel_cross_entropy_with_logits(y, z, reduction='sum') / y.shape[1]",
                "the sum of the means of the rows",
            ),
            (
                "Keras",
                "keras.losses.BinaryCrossentropy(from_logits=True, reduction='sum')(y, z)",
                "lb.multilabel_cross_entropy_with_logits(y, z, reduction='sum') / y.shape[1]",
                "the sum of the means of the rows",
            ),
            (
                "PyTorch",
                "F.cross_entropy(z, y)",
                "np.mean(y.sum(axis=1) * np.log(np.exp(z).sum(axis=1)) - (y * z).sum(axis=1))",
                "one softmax over the labels, for rows that do not sum to 1",
            ),
        ],
    },
)
