"""Exercises of the part "outlook"."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...descent import Adam
from .checking import Exercise

# -- 5.1 ------------------------------------------------------------------------------------------


def verdicts(logit: Any) -> Any:
    """Direct preference optimisation, with logit(won new, won old, lost new, lost old, beta)."""

    def mean_loss(*arguments: Any) -> Any:
        return np.logaddexp(0, -logit(*arguments)).mean()

    return mean_loss


# -- 5.2 ------------------------------------------------------------------------------------------


def scaled_by_hand(direction: Any, weights: Any) -> Any:
    columns = [d * np.sqrt(w @ w / (d @ d)) for d, w in zip(direction.T, weights.T, strict=True)]
    return np.column_stack(columns)


def bend(function: Any, point: Any, direction: Any, h: float) -> Any:
    """The second derivative of the parabola through three points, far apart."""
    unit = direction / np.linalg.norm(direction)
    t = np.array([-1.0, 0.0, 1.0])
    return 2 * np.polyfit(t, [function(point + step * unit) for step in t], 2)[0]


def bowl(x: Any) -> Any:
    return 3 * x[0] ** 2 + x[0] * x[1] - 0.5 * x[1] ** 2 + 2 * x[1]


# -- 5.3 ------------------------------------------------------------------------------------------


def adam_points(slopes: Any, rate: float, beta1: float, beta2: float) -> Any:
    walk = Adam(rate, beta1, beta2).walk(np.zeros(1))
    next(walk)
    return np.ravel([walk.send(np.array([slope])) for slope in slopes])


def adam_like(mean_scale: Any, square_scale: Any, power: float = 0.5) -> Any:
    """Adam's points with other corrections of its means: scale(beta, t) multiplies the mean."""

    def points(slopes: Any, rate: float, beta1: float, beta2: float) -> Any:
        times = np.arange(1, len(slopes) + 1)
        mean = mean_scale(beta1, times) * running_mean(slopes, beta1)
        square = square_scale(beta2, times) * running_mean(slopes**2, beta2)
        return -rate * np.cumsum(mean / (square**power + 1e-8))

    return points


def running_mean(values: Any, share: float) -> Any:
    """Each mean as a sum over all that came before."""
    age = np.subtract.outer(np.arange(len(values)), np.arange(len(values)))
    return (1 - share) * np.where(age >= 0, share ** np.maximum(age, 0), 0) @ values


def corrected(share: float, times: Any) -> Any:
    return 1 / (1 - share**times)


def corrected_late(share: float, times: Any) -> Any:
    return corrected(share, times + 1)


def uncorrected(share: float, times: Any) -> Any:
    return np.ones(len(times))


def divided_by(divisors: Any) -> Any:
    """The last point, if the slopes are divided by the roots of divisors(s, slopes)."""

    def last_point(slopes: Any, rate: float, beta2: float) -> Any:
        squares = running_mean(slopes**2, beta2)
        return -rate * np.sum(slopes / np.sqrt(divisors(squares, slopes)))

    return last_point


# -- 5.4 --


def undominated(table: Any, beats: Callable[[Any, Any], bool]) -> Any:
    """Which rows no other row beats; each pair is compared, one after the other."""
    return np.array([not any(beats(other, row) for other in table) for row in table])


def dominates(a: Any, b: Any) -> bool:
    return bool(all(a <= b) and any(a < b))


EXERCISES: dict[str, Exercise] = {
    "5.1 surprising verdict": Exercise(
        np.log(4),
        mistakes={
            "This is the loss if A is preferred: that verdict surprises less.": np.log(4 / 3),
            "This is the difference of the scores, not yet a loss.": np.log(3),
            "The scores are the logarithms of the strengths.": np.log1p(np.exp(2)),
            "This is the probability of the verdict: take −log of it.": 0.25,
        },
    ),
    "5.1 common perplexity": Exercise(
        lambda first, second: np.exp((first.sum() + second.sum()) / (len(first) + len(second))),
        on=[([1.0, 2.0, 3.0], [5.0]), ([0.5, 0.1], [2.0, 2.5, 0.3])],
        mistakes={
            "A mean of perplexities: the mean belongs inside the exponential.": lambda a, b: (
                (np.exp(a.mean()) + np.exp(b.mean())) / 2
            ),
            "The short text counts as much as the long one: count tokens.": lambda a, b: np.exp(
                (a.mean() + b.mean()) / 2
            ),
            "A sum instead of a mean: this grows with the text.": lambda a, b: np.exp(
                a.sum() + b.sum()
            ),
            "The losses are in nats: a power of e, not of 2.": lambda a, b: (
                2 ** ((a.sum() + b.sum()) / (len(a) + len(b)))
            ),
            "This is the mean loss in nats, not yet a perplexity.": lambda a, b: (
                (a.sum() + b.sum()) / (len(a) + len(b))
            ),
        },
    ),
    "5.1 preference optimisation": Exercise(
        verdicts(lambda wn, wo, ln, lo, beta: beta * (wn - wo - ln + lo)),
        on=[
            ([-10.0, -3.0], [-11.0, -2.0], [-9.0, -7.0], [-6.0, -7.5], 0.5),
            ([-1500.0], [-10.0], [-9.0], [-8.0], 1.5),
        ],
        mistakes={
            "Preferred and rejected have changed places.": verdicts(
                lambda wn, wo, ln, lo, beta: beta * (ln - lo - wn + wo)
            ),
            "The old model is missing: the score is a ratio of new to old.": verdicts(
                lambda wn, wo, ln, lo, beta: beta * (wn - ln)
            ),
            "beta is missing.": verdicts(lambda wn, wo, ln, lo, beta: wn - wo - ln + lo),
            "The rejected answer is divided the other way: new by old, as for the preferred.": (
                verdicts(lambda wn, wo, ln, lo, beta: beta * (wn - wo - lo + ln))
            ),
        },
    ),
    "5.2 cheapest digit": Exercise(
        0.6 * (4 - 0) ** 2 + 0.4 * (9 - 4) ** 2,
        mistakes={
            "The most probable digit costs this; another one is cheaper.": 0.4 * 9**2,
            "This is the cost of the mean itself, which is no digit: round it.": 0.6 * 0.4 * 9**2,
            "The mean is not halfway: weigh the digits by their probabilities.": (
                0.6 * 5**2 + 0.4 * 4**2
            ),
            "This is the digit; its expected cost is asked for.": 4.0,
            "This is the mean of the digits: round it, then take the expected cost.": 3.6,
        },
    ),
    "5.2 filter normalisation": Exercise(
        scaled_by_hand,
        on=[
            ([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]], [[2.0, 0.1], [1.0, -0.2], [0.0, 0.3]]),
            ([[1.0, -1.0, 2.0], [2.0, 0.5, 1.0]], [[3.0, 1.0, 0.2], [4.0, -2.0, 0.1]]),
        ],
        mistakes={
            "One length for the whole matrix: each unit has its own.": lambda d, w: (
                d * np.linalg.norm(w) / np.linalg.norm(d)
            ),
            "Each row is scaled: the weights that lead into one unit are a column.": lambda d, w: (
                d * np.linalg.norm(w, axis=1)[:, None] / np.linalg.norm(d, axis=1)[:, None]
            ),
            "The direction's own length has to go first.": lambda d, w: (
                d * np.linalg.norm(w, axis=0)
            ),
            "Every column has length 1 now, and not the length of the weights.": lambda d, w: (
                d / np.linalg.norm(d, axis=0)
            ),
            "In proportion to each single weight: that is the ruler of 5.1.": lambda d, w: (
                d * np.abs(w)
            ),
        },
    ),
    "5.2 curvature": Exercise(
        bend,
        on=[(bowl, [1.0, -2.0], [3.0, 4.0], 0.01), (bowl, [0.0, 0.5], [0.0, 2.0], 0.1)],
        mistakes={
            "The direction does not have length 1 yet.": lambda f, x, v, h: (
                (f(x + h * v) - 2 * f(x) + f(x - h * v)) / h**2
            ),
            "Divided by h once: a second difference asks for h².": lambda f, x, v, h: (
                h * bend(f, x, v, h)
            ),
            "This is the slope along the direction, not the curvature.": lambda f, x, v, h: (
                (f(x + h * v / np.linalg.norm(v)) - f(x - h * v / np.linalg.norm(v))) / (2 * h)
            ),
            "Not divided by the step at all.": lambda f, x, v, h: h**2 * bend(f, x, v, h),
        },
    ),
    "5.3 momentum factor": Exercise(
        99 / 101,
        mistakes={
            "This is the factor of plain descent: momentum has the root of κ.": 9999 / 10001,
            "This is μ itself: the roots have the size √μ.": (99 / 101) ** 2,
            "1 − 1/√κ is near, but not what the formula says.": 0.99,
        },
    ),
    "5.3 Adam points": Exercise(
        adam_points,
        on=[([1.0, -2.0, 0.5, 3.0], 0.1, 0.9, 0.999), ([5.0, 5.0, -1.0], 0.5, 0.5, 0.8)],
        mistakes={
            "Both means still start at 0: nothing corrects them.": adam_like(
                uncorrected, uncorrected
            ),
            "The mean of the slopes is corrected, that of their squares is not.": adam_like(
                corrected, uncorrected
            ),
            "The mean of the squares is corrected, that of the slopes is not.": adam_like(
                uncorrected, corrected
            ),
            "The correction is one step late: at the first slope t is 1.": adam_like(
                corrected_late, corrected_late
            ),
            "The divisor is a mean of squares: its root is missing.": adam_like(
                corrected, corrected, power=1.0
            ),
        },
    ),
    "5.3 AMSGrad": Exercise(
        divided_by(lambda squares, slopes: np.maximum.accumulate(squares)),
        on=[([3.0, -1.0, -1.0, 3.0, -1.0, -1.0], 0.1, 0.1), ([1.0, -2.0, 0.5, 4.0], 0.5, 0.9)],
        mistakes={
            "This divides by the root of the present s: it may still shrink.": divided_by(
                lambda squares, slopes: squares
            ),
            "The largest squared slope is not the largest mean of the squares.": divided_by(
                lambda squares, slopes: np.maximum.accumulate(slopes**2)
            ),
            "The sum of the squared slopes never shrinks, but that is AdaGrad.": divided_by(
                lambda squares, slopes: np.cumsum(slopes**2)
            ),
            "Every step is divided by the largest s of all, also by one still to come.": divided_by(
                lambda squares, slopes: squares.max()
            ),
        },
    ),
    "5.4 equal share": Exercise(
        12 / 23,
        mistakes={
            "This is the share of the false alarms, the other of the two.": 11 / 23,
            "This is the ratio of the two weights; a share is a part of their sum.": 12 / 11,
            "This is the ratio of the two weights, upside down; a share is a part of their sum.": (
                11 / 12
            ),
            "A share of one half compares the plain sums, 43 and 42: they differ.": 1 / 2,
        },
    ),
    "5.4 Pareto front": Exercise(
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
    "5.4 share after a new unit": Exercise(
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
}
