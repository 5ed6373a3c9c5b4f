"""Exercises of the part "concepts"."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .checking import Exercise

# -- 2.1 ------------------------------------------------------------------------------------------


def has_gap(y: Any) -> bool:
    """Does a 1 stand after a 0 in some row?"""
    return any(list(row) != sorted(row, reverse=True) for row in y)


def class_probabilities(p: Any) -> Any:
    """Of "more than this step?", column by column."""
    below = [1 - p[:, 0]]
    between = [p[:, j] - p[:, j + 1] for j in range(p.shape[1] - 1)]
    return np.column_stack([*below, *between, p[:, -1]])


# -- 2.2 ------------------------------------------------------------------------------------------


def falling_path(numbers: Any, rate: Callable[[int], float]) -> Any:
    """Where descent is after each number, with the rate of step 1, 2, …, from 0."""
    a, path = 0.0, []
    for t, number in enumerate(numbers, start=1):
        a -= rate(t) * 2 * (a - number)
        path.append(a)
    return np.array(path)


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


# -- 2.4 ------------------------------------------------------------------------------------------


def paired_errors(a: Any, b: Any) -> Any:
    """The difference of two shares over its paired standard error, by the two counts alone."""
    better, worse, n = np.sum(b & ~a), np.sum(a & ~b), len(a)
    if better + worse == 0:
        return 0.0
    share = (better - worse) / n
    return share / np.sqrt(((better + worse) / n - share**2) / n)


def without_zero(a: Any, b: Any) -> Any:
    """The same, but 0/0 where the two never disagree."""
    return paired_errors(a, b) if np.any(a != b) else np.nan


def unpaired_errors(a: Any, b: Any) -> Any:
    return (b.mean() - a.mean()) / np.sqrt((a.var() + b.var()) / len(a))


EXERCISES: dict[str, Exercise] = {
    "2.1 read y": Exercise(
        [2, 3, 1, 4, 3, 2, 1, 4],
        mistakes={
            "A stage and stars have an order, and nobody said how far apart the steps are.": (
                [1, 3, 1, 4, 3, 1, 1, 4]
            ),
            "A stage and stars have an order, and a choice of names gives it away.": (
                [3, 3, 1, 4, 3, 3, 1, 4]
            ),
            "A postcode and a language are names, though written in digits: shuffle them.": (
                [2, 1, 1, 4, 1, 2, 1, 4]
            ),
            "A postcode is a name, though written in digits: shuffle it.": [2, 1, 1, 4, 3, 2, 1, 4],
            "Two words, and two allergies, can be true at once.": [2, 3, 1, 3, 3, 2, 1, 3],
            "Degrees have distances, not only an order: a stretch would change them.": (
                [2, 3, 1, 4, 3, 2, 2, 4]
            ),
        },
    ),
    "2.1 read a table": Exercise(
        lambda y: 3 if (y.sum(axis=1) == 1).all() else 4 if has_gap(y) else 2,
        on=[
            ([[1, 0, 0], [0, 0, 1], [0, 1, 0]],),
            ([[1, 1, 0], [0, 0, 0], [1, 1, 1], [1, 0, 0]],),
            ([[1, 0, 1], [0, 1, 0], [0, 0, 0]],),
            ([[1, 0], [1, 0]],),
            ([[0, 1], [1, 0], [0, 0]],),
            ([[0, 1], [0, 0], [1, 1]],),
            ([[1, 1], [0, 0]],),
            (np.array([[1, 1, 0], [0, 0, 0]], dtype=np.uint8),),
            ([[True, True, False], [False, False, False]],),
        ],
        mistakes={
            "One entry of each row is true where each row sums to 1, not where their mean does.": (
                lambda y: 3 if y.sum(axis=1).mean() == 1 else 4 if has_gap(y) else 2
            ),
            "Several rows without a sum of 1 can still be steps: look for a 1 after a 0.": (
                lambda y: 3 if (y.sum(axis=1) == 1).all() else 4
            ),
            "Here a step table has its 0 in front: a 1 means more than this step.": (
                lambda y: 3 if (y.sum(axis=1) == 1).all() else 4 if has_gap(y[:, ::-1]) else 2
            ),
            "Sum over the columns of each row (axis 1), not over the rows.": (
                lambda y: 3 if (y.sum(axis=0) == 1).all() else 4 if has_gap(y) else 2
            ),
        },
    ),
    "2.1 order to classes": Exercise(
        lambda p: class_probabilities(p),
        on=[
            ([[0.9, 0.5, 0.2], [0.4, 0.3, 0.0]],),
            ([[0.7], [0.1]],),
            ([[0.95, 0.9, 0.6, 0.5]],),
        ],
        mistakes={
            "These are the classes in reverse order.": lambda p: class_probabilities(p)[:, ::-1],
            "The first class is missing: it is the one that is not more than the first step.": (
                lambda p: class_probabilities(p)[:, 1:]
            ),
            "The last class is missing: it is the one above the last step.": (
                lambda p: class_probabilities(p)[:, :-1]
            ),
            "These are probabilities of at least this class: take the next one from each.": (
                lambda p: np.hstack([np.ones((len(p), 1)), p])
            ),
        },
    ),
    "2.2 steepest fall": Exercise(
        0.5,
        mistakes={
            "This is the length of the gradient; the step is only 0.1 long.": 5.0,
            "This goes along one axis alone; a slanting step of the same length gains more.": 0.4,
            "A step that gains 0.1 times each slope is longer than 0.1: it is 0.14 long.": 0.7,
            "Slopes of both signs help: go down along the one and up along the other.": 0.1,
            "By how much it falls is asked: give a number above 0.": -0.5,
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
    "2.2 falling rate": Exercise(
        lambda numbers: np.cumsum(numbers) / np.arange(1, len(numbers) + 1),
        on=[([3.0, 1.0, 8.0, 4.0],), ([-2.0, 5.0, 0.0],), ([1.0, 2.0, 4.0, 8.0, 16.0],)],
        mistakes={
            "The rate must fall: 1/(2t) at step t, not ½ at each.": (
                lambda numbers: falling_path(numbers, lambda t: 1 / 2)
            ),
            "Twice too far: the rate is 1/(2t), and the slope has a 2 of its own.": (
                lambda numbers: falling_path(numbers, lambda t: 1 / t)
            ),
            "Half the step: the slope of (a − y)² is 2(a − y).": (
                lambda numbers: falling_path(numbers, lambda t: 1 / (4 * t))
            ),
            "Steps count from 1: the first rate is ½.": (
                lambda numbers: falling_path(numbers, lambda t: 1 / (2 * (t + 1)))
            ),
            "Uphill: take the step away, against the slope.": (
                lambda numbers: falling_path(numbers, lambda t: -1 / (2 * t))
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
    "2.4 how many images": Exercise(
        900,
        mistakes={
            "The standard error has a root: square both sides.": 9,
            "This is for one half, the worst case; the accuracy is about 0.9.": 2500,
            "The variance of one answer is p(1 − p), not p.": 9000,
            "The variance of one answer is p(1 − p), not 1 − p.": 1000,
            "This halves the error bar once more: 0.01 is one standard error.": 3600,
        },
    ),
    "2.4 two models": Exercise(
        paired_errors,
        on=[
            ([True, True, False, False, True, False], [True, True, True, True, False, False]),
            ([True] * 6 + [False] * 4, [True] * 9 + [False]),
            ([True, True, True, False, True], [True, False, False, False, True]),
            ([True, True, False], [True, True, False]),
        ],
        mistakes={
            "Where the two never disagree this divides 0 by 0: return 0 there.": without_zero,
            "These are the two error bars added, as if they had read different images.": (
                unpaired_errors
            ),
            "This counts how often a is right more than b.": lambda a, b: -paired_errors(a, b),
            "This is the difference; it is still to be divided by its standard error.": (
                lambda a, b: b.mean() - a.mean()
            ),
            "This divides by the standard deviation of one difference: √n is missing.": (
                lambda a, b: paired_errors(a, b) / np.sqrt(len(a))
            ),
            "The sign is lost: which of the two is right more often?": (
                lambda a, b: abs(paired_errors(a, b))
            ),
        },
    ),
    "2.4 name the curve": Exercise(
        "CDAB",
        mistakes={
            "In B the two errors are near each other: nothing is learned by heart.": "BDAC",
            "Which of C and D grows a model, and which trains one for longer?": "DCAB",
            "In A no error grows: compare what is claimed with what is right.": "ADCB",
            "Overconfidence needs probabilities: which panel shows them?": "CDBA",
            "D falls, rises and falls again; B hardly moves.": "CBAD",
            "The order asked for is: overfitting, double descent, overconfidence, underfitting.": (
                "ABCD"
            ),
        },
    ),
}
