"""Exercises of the part "concepts"."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ... import formulas as losses
from .checking import Exercise

# -- 2.1 ------------------------------------------------------------------------------------------


def undominated(table: Any, beats: Callable[[Any, Any], bool]) -> Any:
    """Which rows no other row beats; each pair is compared, one after the other."""
    return np.array([not any(beats(other, row) for other in table) for row in table])


def dominates(a: Any, b: Any) -> bool:
    return bool(all(a <= b) and any(a < b))


# -- 2.2 ------------------------------------------------------------------------------------------


def curvatures(X: Any, c: float) -> Any:
    """Of the mean squared error of a linear model plus c times the squared parameters."""
    return 2 * np.linalg.svd(X, compute_uv=False) ** 2 / len(X) + 2 * c


def weighted_slope(y: Any, y_pred: Any, w: Any, divisor: float) -> Any:
    slope = losses.mean_squared_error.gradient(y, y_pred, sample_weight=w, reduction="sum")
    return slope / divisor


# -- 2.3 ------------------------------------------------------------------------------------------


def answers(p: Any) -> Any:
    return p.argmax(axis=1)


def stop_epoch(values: Any, patience: int) -> int:
    for epoch in range(1, len(values) + 1):
        if epoch - (1 + values[:epoch].argmin()) >= patience:
            return epoch
    return len(values)


def rises_in_a_row(values: Any, patience: int) -> int:
    count = 0
    for i in range(1, len(values)):
        count = count + 1 if values[i] >= values[i - 1] else 0
        if count == patience:
            return i + 1
    return len(values)


EXERCISES: dict[str, Exercise] = {
    "2.1 equal share": Exercise(
        7 / 12,
        mistakes={
            "This is the share of size, the other of the two.": 5 / 12,
            "This is the ratio of the two weights; a share is a part of their sum.": 7 / 5,
            "This is the ratio of the two weights, upside down; a share is a part of their sum.": (
                5 / 7
            ),
            "A share of one half compares the plain sums, 74 and 78: they differ.": 1 / 2,
        },
    ),
    "2.1 Pareto front": Exercise(
        lambda table: undominated(table, dominates),
        on=[
            ([[1.0, 4.0], [2.0, 2.0], [4.0, 1.0], [3.0, 3.0]],),
            ([[1.0, 2.0], [1.0, 3.0], [0.0, 5.0], [1.0, 2.0]],),
            ([[3.0, 1.0, 2.0], [3.0, 1.0, 1.0], [1.0, 9.0, 9.0], [2.0, 9.0, 0.0]],),
        ],
        mistakes={
            "A row that is worse in one objective and equal in the others is dominated, too.": (
                lambda table: undominated(table, lambda a, b: bool(all(a < b)))
            ),
            "Here a row can dominate itself, or its twin.": (
                lambda table: undominated(table, lambda a, b: bool(all(a <= b)))
            ),
            "These are the dominated rows; the others are asked for.": (
                lambda table: ~undominated(table, dominates)
            ),
            "These are losses: the smaller number is the better one.": (
                lambda table: undominated(-table, dominates)
            ),
            "This finds the smallest sum, that is one point of the front.": (
                lambda table: table.sum(axis=1) == table.sum(axis=1).min()
            ),
        },
    ),
    "2.1 share after a new unit": Exercise(
        lambda share, factor: 1 / (1 + factor * (1 - share) / share),
        on=[(0.5, 1e6), (0.2, 4.0), (0.75, 0.1), (0.3, 1.0)],
        mistakes={
            "The two new shares must sum to 1: here the second one has kept its old value.": (
                lambda share, factor: share / factor
            ),
            "The first loss has grown by itself; this lets its weight grow, too.": (
                lambda share, factor: share * factor / (share * factor + 1 - share)
            ),
            "This is the share of the second loss.": (
                lambda share, factor: factor * (1 - share) / (share + factor * (1 - share))
            ),
            "With the old share the minimum moves: the sum has another ratio now.": (
                lambda share, factor: share
            ),
        },
    ),
    "2.2 largest rate": Exercise(
        1 / 3,
        mistakes={
            "3 is the factor of the square and not its curvature: differentiate twice.": 2 / 3,
            "Up to this rate nothing swings; you may go farther and still arrive.": 1 / 6,
            "This is the curvature itself; the bound has the curvature below the line.": 6.0,
        },
    ),
    "2.2 rate with weight decay": Exercise(
        lambda X, c: 2 / curvatures(X, c).max(),
        on=[
            ([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]], 0.5),
            ([[1.0, -3.0], [1.0, 4.0], [1.0, 0.5], [1.0, 2.0]], 2.0),
            ([[2.0], [1.0]], 0.1),
        ],
        mistakes={
            "The squared parameters curve the loss, too: c is missing.": (
                lambda X, c: 2 / curvatures(X, 0).max()
            ),
            "The second derivative of c θ² is not c.": lambda X, c: 2 / curvatures(X, c / 2).max(),
            "Up to this rate nothing swings; the bound is twice as large.": (
                lambda X, c: 1 / curvatures(X, c).max()
            ),
            "This is the bound of the flattest direction; the steepest one diverges first.": (
                lambda X, c: 2 / curvatures(X, c).min()
            ),
            "This is the bound of the sum of the squared errors, not of their mean.": (
                lambda X, c: 2 / curvatures(X * np.sqrt(len(X)), c).max()
            ),
        },
    ),
    "2.2 weights in a batch": Exercise(
        lambda y, y_pred, w, mean_weight: weighted_slope(y, y_pred, w, len(y) * mean_weight),
        on=[
            ([3.0], [1.0], [5.0], 1.75),
            ([3.0], [1.0], [0.5], 1.75),
            ([2.0, -1.0, 4.0], [2.5, 1.0, 1.0], [1.0, 5.0, 0.0], 2.5),
        ],
        mistakes={
            "Divided by the weights of the batch: in a batch of one the weight cancels.": (
                lambda y, y_pred, w, mean_weight: weighted_slope(y, y_pred, w, w.sum())
            ),
            "Right up to one constant: the step is too long where the mean weight is above 1.": (
                lambda y, y_pred, w, mean_weight: weighted_slope(y, y_pred, w, len(y))
            ),
            "Larger batches take longer steps here: the number of examples is missing.": (
                lambda y, y_pred, w, mean_weight: weighted_slope(y, y_pred, w, mean_weight)
            ),
            "The weights of the single examples are missing.": (
                lambda y, y_pred, w, mean_weight: weighted_slope(y, y_pred, 0 * w + 1, len(y))
            ),
        },
    ),
    "2.3 one bold mistake": Exercise(
        0.6**8 * 0.4**2 / 0.99**9,
        mistakes={
            "Compare sums with sums: here one mistake stands against a mean over ten.": (
                (0.6**8 * 0.4**2 / 0.99**9) ** 0.1
            ),
            "These are the nats of the mistake; a probability is asked for.": (
                9 * np.log(0.99) - 8 * np.log(0.6) - 2 * np.log(0.4)
            ),
            "She was right eight times and wrong twice, not the other way round.": (
                0.6**2 * 0.4**8 / 0.99**9
            ),
            "His nine right answers cost something, too.": 0.6**8 * 0.4**2,
        },
    ),
    "2.3 overconfidence": Exercise(
        lambda p, y: np.mean(
            [max(row) - (row[t] == max(row)) for row, t in zip(p, y, strict=True)]
        ),
        on=[
            ([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.2, 0.3, 0.5]], [0, 0, 2]),
            ([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.95, 0.05]], [0, 0, 1, 0]),
        ],
        mistakes={
            "This takes the probability of the true class; a model claims that of its answer.": (
                lambda p, y: p[np.arange(len(y)), y].mean() - (answers(p) == y).mean()
            ),
            "The mean of all probabilities in a row is always 1/k: take that of the answer.": (
                lambda p, y: p.mean() - (answers(p) == y).mean()
            ),
            "The claims of its wrong answers count, too.": (
                lambda p, y: p.max(axis=1)[answers(p) == y].mean() - (answers(p) == y).mean()
            ),
            "This is what it claims; what it keeps is still to be taken away.": (
                lambda p, y: p.max(axis=1).mean()
            ),
        },
    ),
    "2.3 patience": Exercise(
        stop_epoch,
        on=[
            ([3.0, 2.0, 1.0, 1.5, 1.4, 1.6, 2.0, 2.5], 3),
            ([5.0, 4.0, 4.5, 3.0, 2.0, 1.0], 2),
            ([2.0, 1.0, 1.1, 1.2, 0.9, 1.3, 1.4, 1.5], 3),
            ([3.0, 1.0, 2.0, 2.5, 0.5], 2),
        ],
        mistakes={
            "Epochs count from 1.": lambda values, patience: stop_epoch(values, patience) - 1,
            "This is the epoch that is kept, not the one at which training ends.": (
                lambda values, patience: 1 + values[: stop_epoch(values, patience)].argmin()
            ),
            "Compare with the best epoch so far, not with the last one.": rises_in_a_row,
            "This is the lowest point of the whole curve, not the epoch at which training ends.": (
                lambda values, patience: 1 + values.argmin()
            ),
            "Training has ended before the lowest point of the curve: it cannot be known yet.": (
                lambda values, patience: min(1 + values.argmin() + patience, len(values))
            ),
            "One epoch too late: it ends when the best lies `patience` epochs back, not more.": (
                lambda values, patience: stop_epoch(values, patience + 1)
            ),
            "This has no patience: it ends at the first rise.": (
                lambda values, patience: rises_in_a_row(values, 1)
            ),
        },
    ),
}
