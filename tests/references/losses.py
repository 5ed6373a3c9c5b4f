"""The exact value and slope of every loss at chosen inputs, as losses.json beside this file.

    pip install -e ".[libraries]" -c constraints.txt
    python tests/references/losses.py

Each loss is written here once more, as its definition reads, and evaluated by mpmath on the exact
numbers that the inputs are.  Nothing of lossbook is used.  A definition such as −log(1/(1 + e^−z))
loses 4343 digits at z = 10000, so `digits` works out for each example how many it needs, and 60
more are carried.  Each slope off a kink is compared with a numerical derivative before it is
written.  ``tests/losses/test_stored_references.py`` compares lossbook with the file; it needs no
mpmath.

In the file: one table for each loss, its parameters, the kind of targets, the dtype and the number
of classes or labels; one example per row: y_true, y_pred, value, slope.  Where the slope is a
difference of two terms that both count (soft targets), a fifth column holds the larger of the two.
Inputs are the shortest decimals that round to the float of the table's dtype.  Results are rounded
to the nearest float64, in float32 tables to 10 digits; beyond the largest float they are Infinity.
Written twice, the file is the same.
"""

import json
import platform
from itertools import product
from math import copysign, inf, isfinite, log10
from pathlib import Path

import mpmath
import numpy as np
from mpmath import log, mp, mpf

# -- the definitions: value, and slope as two terms to subtract ------------------------------------


def sigmoid(z):
    return 1 / (1 + mp.exp(-z))


def minus_log(p):
    return -log(p) if p > 0 else mpf(inf)


def over(y, p):
    return y / p if p > 0 else mpf(inf)


def squared_error(y, p):
    return (p - y) ** 2, (2 * (p - y), 0)


def absolute_error(y, p):
    return abs(p - y), (mp.sign(p - y), 0)


def huber(y, p, delta=1.0):
    e = p - y
    if abs(e) <= delta:
        return e**2 / 2, (e, 0)
    return delta * (abs(e) - mpf(delta) / 2), (delta * mp.sign(e), 0)


def log_cosh(y, p):
    e = p - y
    return log(mp.cosh(e)), (mp.sinh(e) / mp.cosh(e), 0)


def quantile(y, p, level=0.5):
    if y > p:  # predicted too low
        return level * (y - p), (0, mpf(level))
    return (1 - mpf(level)) * (p - y), (1 - mpf(level) if p > y else 0, 0)


def hinge(y, z):
    return max(mpf(0), 1 - y * z), (-y if y * z < 1 else 0, 0)


def squared_hinge(y, z):
    gap = max(mpf(0), 1 - y * z)
    return gap**2, (-2 * y * gap, 0)


def binary(y, p):
    value = (y * minus_log(p) if y > 0 else 0) + ((1 - y) * minus_log(1 - p) if y < 1 else 0)
    return value, (over(1 - y, 1 - p) if y < 1 else 0, over(y, p) if y > 0 else 0)


def binary_with_logits(y, z, pos_weight=1.0):
    p, q = sigmoid(z), sigmoid(-z)
    return -pos_weight * y * log(p) - (1 - y) * log(q), ((1 - y) * p, pos_weight * y * q)


def focal(y, z, gamma=2.0, alpha=0.5):
    p, q, alpha = sigmoid(z), sigmoid(-z), mpf(alpha)
    yes, no = -alpha * q**gamma * log(p), -(1 - alpha) * p**gamma * log(q)
    up = (1 - alpha) * (p ** (gamma + 1) - gamma * p**gamma * q * log(q))
    down = alpha * (q ** (gamma + 1) - gamma * q**gamma * p * log(p))
    return y * yes + (1 - y) * no, ((1 - y) * up, y * down)


def softmax_cross_entropy(y, z, label_smoothing=0.0):
    y = [(1 - mpf(label_smoothing)) * label + mpf(label_smoothing) / len(y) for label in y]
    total = sum(mp.exp(score) for score in z)
    p = [mp.exp(score) / total for score in z]
    value = -sum(label * log(share) for label, share in zip(y, p, strict=True))
    return value, [(share * sum(y), label) for label, share in zip(y, p, strict=True)]


def cross_entropy(y, p):
    pairs = list(zip(y, p, strict=True))
    value = sum(label * minus_log(share) for label, share in pairs if label > 0)
    return value, [(0, over(label, share) if label > 0 else 0) for label, share in pairs]


def kl_divergence(y, p):
    pairs = list(zip(y, p, strict=True))
    value = sum(label * (log(label) + minus_log(share)) for label, share in pairs if label > 0)
    return value, [(0, over(label, share) if label > 0 else 0) for label, share in pairs]


def dice(y, p, smooth=1.0):
    overlap = 2 * sum(a * b for a, b in zip(y, p, strict=True)) + smooth
    sizes = sum(p) + sum(y) + smooth
    return 1 - overlap / sizes, [(overlap / sizes**2, 2 * label / sizes) for label in y]


# -- inputs ----------------------------------------------------------------------------------------

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


def plan(dtype):
    """loss, definition, parameters, kind of targets, pairs of y_true and y_pred."""
    scores, errors, shares, soft = (x[dtype] for x in (SCORES, ERRORS, SHARES, SOFT))
    binaries = [0.3, 1.1] if dtype == "float64" else [0.375, 1.125]  # float32 holds them exactly
    numbers = [(0, e) for e in both_signs(errors)] + PAIRS
    yield "mean_squared_error", squared_error, {}, "soft", numbers
    yield "mean_absolute_error", absolute_error, {}, "soft", numbers
    for parameters in [{}, {"delta": 0.25}, {"delta": 2.5}, {"delta": binaries[1]}]:
        yield "huber", huber, parameters, "soft", numbers
    yield "log_cosh", log_cosh, {}, "soft", numbers
    for parameters in [{}, {"level": 0.25}, {"level": 0.875}, {"level": binaries[0]}]:
        yield "quantile", quantile, parameters, "soft", numbers
    for name, loss in ("hinge", hinge), ("squared_hinge", squared_hinge):
        yield name, loss, {}, "hard", list(product([-1, 1], both_signs(errors)))

    z = both_signs(scores)
    hard, softly = list(product([0, 1], z)), list(product(soft, z + LOGITS_OF_SOFT))
    brief = list(product([0.5, 0.3], z + LOGITS_OF_SOFT))
    yield "binary_cross_entropy", binary, {}, "hard", list(product([0, 1], shares))
    yield "binary_cross_entropy", binary, {}, "soft", list(product(soft, shares))
    name = "binary_cross_entropy_with_logits"
    for parameters in [{}, {"pos_weight": 3.0}, {"pos_weight": binaries[0]}]:
        yield name, binary_with_logits, parameters, "hard", hard
        yield name, binary_with_logits, parameters, "soft", brief if parameters else softly
    for parameters in [{}, {"gamma": 0.0}, {"gamma": 0.5}, {"gamma": 5.0}, {"alpha": 0.25}]:
        yield "focal_with_logits", focal, parameters, "hard", hard
        yield "focal_with_logits", focal, parameters, "soft", brief
    for parameters in [{"gamma": 1.0, "alpha": 0.75}, {"alpha": 1.0}, {"alpha": 0.0}]:
        yield "focal_with_logits", focal, parameters, "hard", hard[::3]

    for kind, targets in ("hard", [0, 1, 1, 0, 1]), ("soft", soft[:4]):
        name, rows = "multilabel_cross_entropy", list(in_threes(targets, shares))
        yield name, binary, {}, kind, rows
        name, rows = f"{name}_with_logits", list(in_threes(targets, z + LOGITS_OF_SOFT))
        for parameters in [{}, {"pos_weight": 3.0}, {"pos_weight": [0.25, 1.0, 4.0]}]:
            yield name, binary_with_logits, parameters, kind, rows

    z, p = list(score_rows(dtype)), list(probability_rows(dtype))
    for kind in "classes", "hard", "soft":
        name = "cross_entropy_with_logits"
        pairs = list(rowwise(z, kind, dtype, few=kind == "hard"))
        yield name, softmax_cross_entropy, {}, kind, pairs
        for parameters in [{"label_smoothing": 0.1}, {"label_smoothing": 0.5}]:
            pairs = list(rowwise(z[::2], kind, dtype, few=True))
            yield name, softmax_cross_entropy, parameters, kind, pairs
        yield "cross_entropy", cross_entropy, {}, kind, list(rowwise(p, kind, dtype))
    for kind in "hard", "soft":
        pairs = list(rowwise(p, kind, dtype))
        pairs += [(row, row) for row in p if kind == "soft"]
        yield "kl_divergence", kl_divergence, {}, kind, pairs
        for parameters in [{}, {"smooth": 0.125}, {"smooth": 100.0}]:
            yield "dice", dice, parameters, kind, list(masks(kind, dtype))


# -- evaluation ------------------------------------------------------------------------------------

DEFINED_BY_ROW = softmax_cross_entropy, cross_entropy, kl_divergence, dice


def digits(numbers, scores):
    """Enough for 1 ± x and 1 ± x² next to the smallest x, and for 1 − p at the largest score."""
    magnitudes = [abs(log10(abs(x))) for x in numbers if x]
    spread = max(scores) - min(scores) if len(scores) > 1 else abs(scores[0]) if scores else 0
    return 60 + int(2 * max(magnitudes, default=0) + spread / log(10))


def smooth(loss, y, p, terms):
    """Not at a kink, and no logarithm of 0 nearby."""
    kinks = {absolute_error: p == y, quantile: p == y, hinge: loss is hinge and y * p == 1}
    return not kinks.get(loss) and all(mp.isfinite(term) for pair in terms for term in pair)


def evaluate(loss, y, p, parameters, logits):
    """Value of a number or a row, and its slope as pairs of terms, compared with differences."""
    mp.dps = digits(flat(y) + flat(p), flat(p) if logits else [])
    by_row = loss in DEFINED_BY_ROW
    y, p = ([mpf(x) for x in a] if by_row else mpf(a) for a in (y, p))
    value, terms = loss(y, p, **parameters)
    pairs = terms if by_row else [terms]
    if smooth(loss, y, p, pairs):
        for j, (up, down) in enumerate(pairs):

            def moved(x, j=j):
                return loss(y, [*p[:j], x, *p[j + 1 :]] if by_row else x, **parameters)[0]

            error = abs(mpmath.diff(moved, p[j] if by_row else p) - (up - down))
            allowed = mpf(10) ** -25 * abs(up - down) + mpf(10) ** (15 - mp.dps)
            assert error <= allowed, (loss.__name__, parameters, y, p, j)
    return value, pairs


def rounded(number, dtype):
    number = float(number)
    if dtype == "float64" or not isfinite(number):
        return number
    beyond = abs(number) > float(np.finfo(dtype).max)
    return copysign(inf, number) if beyond else float(f"{number:.10g}")


def as_given(number, dtype):
    """The float that the input is, and the shortest decimal for it."""
    if isinstance(number, int):
        return number, number
    held = np.dtype(dtype).type(number)
    short = float(str(held))
    assert np.dtype(dtype).type(short) == held
    return float(held), short


def flat(nested):
    return list(nested) if isinstance(nested, (list, tuple)) else [nested]


def example(loss, y_true, y_pred, parameters, kind, dtype, logits):
    """y_true and y_pred as they are written, value, slope, larger term of the slope; all lists."""
    y, labels = zip(*(as_given(number, dtype) for number in flat(y_true)), strict=True)
    p, scores = zip(*(as_given(number, dtype) for number in flat(y_pred)), strict=True)
    if loss in DEFINED_BY_ROW:
        y = [int(j == y_true) for j in range(len(p))] if kind == "classes" else y
        value, pairs = evaluate(loss, y, p, parameters, logits)
        values = [value]
    else:
        weights, own = parameters.get("pos_weight"), [parameters] * len(p)
        if isinstance(weights, list):
            own = [{"pos_weight": weight} for weight in weights]
        parts = [evaluate(loss, *one, logits) for one in zip(y, p, own, strict=True)]
        values, pairs = [value for value, _ in parts], [pair for _, (pair,) in parts]
    slopes = [rounded(up - down, dtype) for up, down in pairs]
    larger = [float(f"{float(max(pair)):.4g}") for pair in pairs]
    return list(labels), list(scores), [rounded(value, dtype) for value in values], slopes, larger


def table(name, loss, parameters, kind, dtype, pairs):
    logits = name.endswith("with_logits")
    cancels = logits or loss in (binary, dice)
    both_terms = cancels and (kind == "soft" or "label_smoothing" in parameters)
    rows = []
    for y_true, y_pred in pairs:
        row = list(example(loss, y_true, y_pred, parameters, kind, dtype, logits))
        if not isinstance(y_pred, (list, tuple)):  # a number, not a row
            row = [column[0] for column in row]
        elif loss in DEFINED_BY_ROW:
            row[2] = row[2][0]
        row[0] = y_true if kind == "classes" else row[0]
        rows.append(row[: 5 if both_terms else 4])
    return {"loss": name, "parameters": parameters, "targets": kind, "dtype": dtype, "rows": rows}


def tables():
    for dtype in "float64", "float32":
        for name, loss, parameters, kind, pairs in plan(dtype):
            for width in sorted({len(flat(y_pred)) for _, y_pred in pairs}):
                chosen = [pair for pair in pairs if len(flat(pair[1])) == width]
                yield table(name, loss, parameters, kind, dtype, chosen)


def written(entry):
    """JSON with one example per line."""
    rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in entry.pop("rows"))
    return f'{json.dumps(entry)[:-1]}, "rows": [\n{rows}\n]}}'


def main():
    versions = {"Python": platform.python_version(), "mpmath": mpmath.__version__}
    head = {"script": "tests/references/losses.py"}
    head["versions"] = versions | {"numpy": np.__version__}
    text = ",\n".join(written(entry) for entry in tables())
    file = Path(__file__).with_suffix(".json")
    content = f'{json.dumps(head)[:-1]}, "tables": [\n{text}\n]}}\n'
    file.write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
