"""Inputs at which mpmath evaluates losses: near 0, far out, and where digits are lost.

Each function below "pairs" is called with a kind of targets and a dtype, and gives pairs of y_true
and y_pred: numbers, or rows.
"""

from itertools import product

import numpy as np

SCORES = {
    "float64": [1e-300, 1e-20, 1e-8, 1e-3, 0.5, 1, 5, 20, 36.7, 40, 100, 500, 700, 745, 1e4],
    "float32": [1e-38, 1e-20, 1e-8, 1e-3, 0.5, 1, 5, 16.7, 20, 40, 80, 87.5, 100, 103.5, 1e4],
}
ERRORS = {  # huber and log_cosh bend near 1
    "float64": [1e-150, 1e-100, 1e-20, 1e-8, 1e-4, 0.01, 0.1, 0.25, 0.3, 0.5, 0.7, 1 - 2**-53, 1]
    + [1 + 2**-52, 1.5, 2, 2.5, 5, 20, 36.7, 100, 1e4, 1e100, 1e150],
    "float32": [1e-22, 1e-18, 1e-10, 1e-8, 1e-4, 0.01, 0.1, 0.25, 0.3, 0.5, 0.7, 1 - 2**-24, 1]
    + [1 + 2**-23, 1.5, 2, 2.5, 5, 16.7, 20, 100, 1e4, 1e15, 1e18],
}
SHARES = {
    "float64": [0, 5e-324, 2.0**-1022, 1e-300, 1e-17, 1e-8, 1e-3, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9]
    + [0.999, 1 - 1e-8, 1 - 2**-53, 1],
    "float32": [0, 1e-45, 2.0**-126, 1e-30, 1e-9, 1e-6, 1e-3, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9]
    + [0.999, 1 - 1e-6, 1 - 2**-24, 1],
}
SOFT = {
    "float64": [0.5, 0.25, 0.3, 0.9, 1e-3, 1e-300, 1 - 2**-53],
    "float32": [0.5, 0.25, 0.3, 0.9, 1e-3, 1e-30, 1 - 2**-24],
}
LOGITS_OF_SOFT = [-1.0986123, -0.8472979, 2.1972246, -6.9067547]  # of ¼, 0.3, 0.9, 0.001: p ≈ y
PAIRS = [(3.25, 1.1), (-7.3, 12.9), (0.1, 0.3), (1e10, 1e10 + 1024), (100, 99.9)]  # y_true, y_pred


def both_signs(numbers):
    return [0, *(sign * number for number in numbers for sign in (1, -1))]


def dirichlet(k, n):
    rows = np.random.default_rng(k).dirichlet(np.full(k, 0.7), n)
    return np.round(rows, 5).tolist()


def score_rows(dtype):
    """Rows of 2, 3 and 10 scores: ties, well and badly fitted ones, large common shifts."""
    rng = np.random.default_rng(10)
    for z in both_signs(SCORES[dtype]):
        yield [0, z]
    for z in SCORES[dtype][4:]:
        yield [z, -z]
    yield from [[1e4, 1e4], [1e4, 1e4 + 36.5], [-1e4, -1e4 + 0.125], [0.1, 36.8], [-0.3, 12.9]]
    for z in SCORES[dtype][3:]:
        yield [z, 0, -0.5]
    yield from [[0, 0, 0], [7.5, 7.5, 7.5], [5, 5, -30], [5, 5, 1e-8], [-700, -700, -700]]
    # p of the first is 1 less about 1e-16, 1e-12, 1e-8: exact differences, then rounded ones
    yield from [[36.75, 0, -0.5], [27.75, 0, 0], [18.5, 0, -1], [-1, 0, 17.5], [36.7, 0.1, -0.3]]
    yield from [
        [500, 463.25, 400],
        [1e4, 1e4 - 36.75, 1e4 - 18.5],
        [2**20, 2**20 - 1, 2**20 - 36.5],
    ]
    yield from [[1e4, -1e4, 0], [1e-8, -1e-8, 0], [1e-20, 0, -1e-20], [SCORES[dtype][0], 0, 0]]
    yield from rng.normal(0, 3, (5, 3)).round(3).tolist()
    yield [0.0] * 10
    yield [36.75, *(-j / 8 for j in range(9))]
    yield [*(j / 8 for j in range(9)), 28.5]
    yield [1e4 + j for j in range(10)]
    yield [-100 * j for j in range(10)]
    yield from rng.normal(0, 3, (3, 10)).round(3).tolist()


def probability_rows(dtype):
    for p in SHARES[dtype]:
        yield [p, 1 - p]
    yield from [[1, 0, 0], [0, 0.5, 0.5], [1e-17, 0.25, 0.75], [0.999, 0.0005, 0.0005]]
    yield from [[SHARES[dtype][3], 0.5, 0.5], [SHARES[dtype][-2], 1 - SHARES[dtype][-2], 0]]
    yield from dirichlet(3, 6)
    yield [0.1] * 10
    yield from dirichlet(10, 3)


def soft_labels(k, dtype):
    if k == 2:
        return [[0.5, 0.5], [0.25, 0.75], [0.3, 0.7], [SOFT[dtype][5], 1], [1 - 1e-3, 1e-3]]
    if k == 3:
        return [[0.5, 0.25, 0.25], [0.1, 0.2, 0.7], [0, 0.5, 0.5], [0.999, 0.0005, 0.0005]]
    return [[0.1] * 10, *dirichlet(10, 2)]


def rowwise(rows, targets, dtype, few=False):
    """Labels and a row, for each class or two soft labels; `few`: for one of them, in turn."""
    for number, row in enumerate(rows):
        k = len(row)
        labels = soft_labels(k, dtype)
        if targets != "soft":
            labels = list(range(k)) if k < 4 else [0, 9, number % k]
            labels = labels if targets == "classes" else np.eye(k, dtype=int)[labels].tolist()
        if few or targets != "classes":
            labels = [labels[number % len(labels)], labels[-1 - number % len(labels)]]
        for label in labels[: 1 if few else None]:
            yield label, row


def masks(targets, dtype):
    tiny = SHARES[dtype][3]
    for p in [
        *product([0, 1], [0.25, 1], [0, 0.9]),
        *[(0, 0, 0), (1, 1, 1), (0.5, 0.5, 0.5), (tiny, 0, 0), (1, tiny, 1), (0.3, 1e-8, 0.7)],
        *[(SHARES[dtype][-2], 0, 0), (1, SHARES[dtype][-2], 1), (0.1, 0.2, 1 - 1e-6)],
    ]:
        if targets == "hard":
            yield from [([0, 0, 0], p), ([1, 0, 1], p), ([1, 1, 1], p)]
        else:
            yield from [([0.5, 0.25, 1], p), ([tiny, 0, 0.3], p)]
    rng = np.random.default_rng(8)
    for p in rng.uniform(0, 1, (6, 8)).round(4).tolist():
        soft = rng.uniform(0, 1, 8).round(4)
        yield (np.round(soft).astype(int) if targets == "hard" else soft).tolist(), p


def in_threes(targets, predictions):
    """Rows of 3 labels: the targets go round, so that each meets each column."""
    for i in range(0, len(predictions) - 2, 2):
        yield [targets[(i + j) % len(targets)] for j in range(3)], predictions[i : i + 3]


# -- pairs -----------------------------------------------------------------------------------------


def numbers(kind, dtype):
    """Errors of all sizes, and measured values."""
    return [(0, e) for e in both_signs(ERRORS[dtype])] + PAIRS


def counts_to_log_rates(kind, dtype):
    rates = [-300, -20, -1, -1e-3, -1e-8, 0, 1e-8, 0.5, 1, 1.1, 5, 20, 80]
    return list(product([0, 1, 2, 3, 7.5, 1000], rates + [600] * (dtype == "float64")))


def numbers_to_means_and_scales(kind, dtype):
    pairs = [(0, 0), *PAIRS, (1, 1 + 1e-3), (2.5, -4)]
    scales = [-20, -3, -0.5, -1e-3, 0, 1e-8, 0.25, 2, 20]
    return [(y, [mean, scale]) for (y, mean), scale in product(pairs, scales)]


def margins(kind, dtype):
    return list(product([-1, 1], both_signs(ERRORS[dtype])))


def answers_to_shares(kind, dtype):
    """Yes or no, and a probability."""
    return list(product([0, 1] if kind == "hard" else SOFT[dtype], SHARES[dtype]))


def answers_to_scores(kind, dtype):
    scores = both_signs(SCORES[dtype])
    if kind == "hard":
        return list(product([0, 1], scores))
    return list(product(SOFT[dtype], scores + LOGITS_OF_SOFT))


def fewer_answers_to_scores(kind, dtype):
    if kind == "hard":
        return answers_to_scores(kind, dtype)
    return list(product([0.5, 0.3], both_signs(SCORES[dtype]) + LOGITS_OF_SOFT))


def a_third_of_answers_to_scores(kind, dtype):
    return answers_to_scores(kind, dtype)[::3]


def labels(kind, dtype):
    return [0, 1, 1, 0, 1] if kind == "hard" else SOFT[dtype][:4]


def labels_to_shares(kind, dtype):
    return list(in_threes(labels(kind, dtype), SHARES[dtype]))


def labels_to_scores(kind, dtype):
    scores = both_signs(SCORES[dtype]) + LOGITS_OF_SOFT
    return list(in_threes(labels(kind, dtype), scores))


def classes_to_scores(kind, dtype):
    return list(rowwise(list(score_rows(dtype)), kind, dtype, few=kind == "hard"))


def fewer_classes_to_scores(kind, dtype):
    return list(rowwise(list(score_rows(dtype))[::2], kind, dtype, few=True))


def three_classes_to_scores(kind, dtype):
    return [pair for pair in fewer_classes_to_scores(kind, dtype) if len(pair[1]) == 3]


def classes_to_probabilities(kind, dtype):
    return list(rowwise(list(probability_rows(dtype)), kind, dtype))


def two_distributions(kind, dtype):
    """Equal ones, too."""
    p = list(probability_rows(dtype))
    return list(rowwise(p, kind, dtype)) + [(row, row) for row in p if kind == "soft"]


def two_masks(kind, dtype):
    return list(masks(kind, dtype))
