"""What is compared: the losses, each with its kind of data."""

from dataclasses import dataclass, field

import naive
import numpy as np

import lossbook as lb


@dataclass(frozen=True)
class Row:
    name: str  # of the loss, in lossbook and in the modules of the peers
    truth: str = "numbers"
    prediction: str = "numbers"
    width: int = 1  # classes, labels or pixels of an example
    parameters: dict = field(default_factory=dict)

    @property
    def title(self):
        unit = UNITS[self.truth] if self.width > 1 else ""
        return self.name.replace("_", " ") + unit.format(self.width)


UNITS = {
    "classes": ", {} classes",
    "one-hot": ", {} classes one-hot",
    "distributions": ", {} classes",
    "answers": ", {} labels",
    "masks": ", {} pixels",
}

ROWS = [
    Row("mean_squared_error"),
    Row("mean_absolute_error"),
    Row("huber"),
    Row("log_cosh"),
    Row("quantile", parameters={"level": 0.9}),
    Row("binary_cross_entropy", "answers", "probabilities"),
    Row("binary_cross_entropy_with_logits", "answers"),
    Row("hinge", "signs"),
    Row("squared_hinge", "signs"),
    Row("focal_with_logits", "answers", parameters={"alpha": 0.25, "gamma": 2}),
    Row("cross_entropy", "classes", "distributions", 10),
    Row("cross_entropy", "one-hot", "distributions", 10),
    Row("cross_entropy_with_logits", "classes", width=10),
    Row("cross_entropy_with_logits", "one-hot", width=10),
    Row("cross_entropy_with_logits", "classes", width=1000),
    Row("cross_entropy_with_logits", "one-hot", width=1000),
    Row("kl_divergence", "distributions", "distributions", 10),
    Row("multilabel_cross_entropy", "answers", "probabilities", 20),
    Row("multilabel_cross_entropy_with_logits", "answers", width=20),
    Row("dice", "masks", "probabilities", 1000),
]
ROWS = [row for row in ROWS if row.name in lb.losses]


def draw(row, size, dtype):
    """y_true and y_pred with `size` numbers in y_pred, the same at each call."""
    rng = np.random.default_rng(0)
    shape = (size // row.width, row.width) if row.width > 1 else (size,)
    p = draw_one(rng, row.prediction, shape, dtype)
    y = draw_one(rng, row.truth, shape, dtype)
    # At a kink libraries choose different slopes; |z| in a formula makes one at 0 for JAX.
    p[p == 0] = 2
    if row.truth in ("numbers", "signs"):
        p[p == y] += 1
    return y, p


def draw_one(rng, kind, shape, dtype):
    if kind in ("answers", "masks"):
        return rng.integers(0, 2, shape).astype(dtype)
    if kind == "signs":
        return rng.integers(0, 2, shape).astype(dtype) * 2 - 1
    if kind in ("classes", "one-hot"):
        classes = rng.integers(0, shape[1], shape[0])
        return classes if kind == "classes" else np.eye(shape[1], dtype=dtype)[classes]
    scores = rng.standard_normal(shape, dtype=dtype)
    if kind == "probabilities":
        return 1 / (1 + np.exp(-scores))
    return naive.softmax(scores) if kind == "distributions" else scores
