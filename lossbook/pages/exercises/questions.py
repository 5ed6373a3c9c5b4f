"""Exercises of the part "questions"."""

from itertools import combinations
from typing import Any

import numpy as np

from ... import formulas as losses
from .checking import Exercise

# -- 6.1 ------------------------------------------------------------------------------------------


def ranked_alike(values: Any, accuracies: Any) -> Any:
    """Pair by pair, as one would count by hand."""
    models = list(zip(values, accuracies, strict=True))
    unequal = [pair for pair in combinations(models, 2) if pair[0][1] != pair[1][1]]
    return np.mean([best_by_loss(pair) == best_by_accuracy(pair) for pair in unequal])


def best_by_loss(pair: Any) -> int | None:
    (one, _), (other, _) = pair
    return None if one == other else int(other < one)


def best_by_accuracy(pair: Any) -> int:
    (_, one), (_, other) = pair
    return int(other > one)


def pair_signs(values: Any, accuracies: Any) -> Any:
    first, second = np.triu_indices(len(values), 1)
    return np.sign(values[first] - values[second]), np.sign(accuracies[first] - accuracies[second])


def with_ties(values: Any, accuracies: Any) -> Any:
    by_loss, by_accuracy = pair_signs(values, accuracies)
    return np.mean(by_loss * by_accuracy < 0)


def same_direction(values: Any, accuracies: Any) -> Any:
    by_loss, by_accuracy = pair_signs(values, accuracies)
    return np.mean((by_loss * by_accuracy > 0)[by_accuracy != 0])


def equal_loss_counts(values: Any, accuracies: Any) -> Any:
    by_loss, by_accuracy = pair_signs(values, accuracies)
    return np.mean((by_loss * by_accuracy <= 0)[by_accuracy != 0])


def without_equal_losses(values: Any, accuracies: Any) -> Any:
    by_loss, by_accuracy = pair_signs(values, accuracies)
    return np.mean((by_loss * by_accuracy < 0)[by_loss * by_accuracy != 0])


# -- 6.2 ------------------------------------------------------------------------------------------


def brier_slope(y: Any, z: Any) -> Any:
    """By the complex step: no derivative is worked out."""
    return ((1 / (1 + np.exp(-(z + 1e-30j))) - y) ** 2).imag / 1e-30


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def largest_rate(X: Any) -> Any:
    """By the singular values: the curvature of the loss is at most ¼ of that of ½ mean (Xθ)²."""
    return 8 * len(X) / np.linalg.norm(X, 2) ** 2


# -- 6.3 ------------------------------------------------------------------------------------------


def class_shares(y: Any, k: int) -> Any:
    shares = np.array([np.mean(y == c) for c in range(k)])
    return shares[shares > 0]


def with_empty_classes(y: Any, k: int) -> Any:
    shares = np.array([np.mean(y == c) for c in range(k)])
    return -np.sum(shares * np.log(shares))


def baseline(y: Any, k: int) -> Any:
    """What the shares themselves cost as the prediction for every row."""
    shares = np.array([np.mean(y == c) for c in range(k)])
    return losses.cross_entropy(y, np.tile(shares, (len(y), 1)))


EXERCISES: dict[str, Exercise] = {
    "6.1 most mistakes": Exercise(
        288,
        mistakes={
            "A mistake is not a nat: the cheapest costs log 2.": 200,
            "This many would cost more than there is: round down.": 289,
            "Mistakes come whole.": 1000 * 0.2 / np.log(2),
            "The cheapest mistake costs log 2, not log 10: only two classes need to compete.": 86,
            "This is the share; how many images is it?": 0.2885,
        },
    ),
    "6.1 ranked alike": Exercise(
        ranked_alike,
        on=[
            ([0.5, 0.4, 0.3, 0.35, 0.4], [0.80, 0.85, 0.90, 0.90, 0.95]),
            ([1.0, 0.7, 0.7, 0.9], [0.5, 0.6, 0.7, 0.7]),
        ],
        mistakes={
            "Pairs with equal accuracy still count, in the number of all pairs.": with_ties,
            "Alike means smaller loss and larger accuracy: this is the share of quarrels.": (
                same_direction
            ),
            "An equal loss is counted as agreement.": equal_loss_counts,
            "Pairs with equal losses count, too, as not ranked alike.": without_equal_losses,
        },
    ),
    "6.1 enough images": Exercise(
        2400,
        mistakes={
            "So many make the gap one standard deviation; two are asked for.": 600,
            "The exact formula; the exercise asks for the shorter one.": 2396,
            "The standard deviation falls with the root of n, not with n.": 12,
            "Only the images count that one model reads rightly and the other wrongly.": 40_000,
        },
    ),
    "6.2 hop": Exercise(
        2 / 101,
        mistakes={
            "This is the hop far outside, where all pull to one side.": 2.0,
            "This would be the hop for the thirteen numbers above.": 2 / 13,
            "51 on one side do not make the slope 51/101: the other 50 pull back.": 102 / 101,
            "This is the slope just beside the median; the hop is rate times slope.": 1 / 101,
        },
    ),
    "6.2 slope of the Brier score": Exercise(
        brier_slope,
        on=[([1.0, 0.0, 1.0], [-2.0, 0.5, 3.0]), ([0.0], [4.0])],
        mistakes={
            "This is the slope by the probability; the chain to the score is missing.": (
                lambda y, z: 2 * (sigmoid(z) - y)
            ),
            "This is the slope of the cross-entropy.": lambda y, z: sigmoid(z) - y,
            "This is the slope of the mean: one slope per example is asked for.": (
                lambda y, z: brier_slope(y, z) / len(y)
            ),
            "The sigmoid's slope is p(1 − p), not p.": (
                lambda y, z: 2 * (sigmoid(z) - y) * sigmoid(z)
            ),
        },
    ),
    "6.2 largest rate": Exercise(
        largest_rate,
        on=[([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]],), ([[2.0], [1.0]],)],
        mistakes={
            "The loss is a mean: its curvature is divided by n.": (
                lambda X: 8 / np.linalg.norm(X, 2) ** 2
            ),
            "The curvature of the cross-entropy in the score is at most ¼, not 1.": (
                lambda X: 2 * len(X) / np.linalg.norm(X, 2) ** 2
            ),
            "This is 1/λ; descent may go up to twice that.": (
                lambda X: 4 * len(X) / np.linalg.norm(X, 2) ** 2
            ),
            "The eigenvalues of XᵀX are the squares of the singular values of X.": (
                lambda X: 8 * len(X) / np.linalg.norm(X, 2)
            ),
        },
    ),
    "6.3 level": Exercise(
        3 / 3.5,
        mistakes={
            "This is the level for the opposite prices.": 0.5 / 3.5,
            "This is the ratio of the prices; a level lies between 0 and 1.": 6.0,
            "A loaf too few costs 3 as it is: nothing is subtracted from it.": 5 / 6,
        },
    ),
    "6.3 number to beat": Exercise(
        baseline,
        on=[([0, 1, 1, 2, 1, 0, 1, 1], 3), ([0, 0, 0, 1], 2), ([0, 2, 2, 0, 2], 4)],
        mistakes={
            "A class that y does not hold: 0 · log 0 has to be 0, and NumPy makes it nan.": (
                with_empty_classes
            ),
            "This is what equal probabilities cost; the shares of the classes do better.": (
                lambda y, k: np.log(k)
            ),
            "This is in bits: use the natural logarithm.": (
                lambda y, k: -np.sum(class_shares(y, k) * np.log2(class_shares(y, k)))
            ),
            "This is the share of mistakes of the majority, not a cross-entropy.": (
                lambda y, k: 1 - class_shares(y, k).max()
            ),
            "The logarithm is averaged over the classes; average it over the examples.": (
                lambda y, k: -np.mean(np.log(class_shares(y, k)))
            ),
        },
    ),
    "6.3 slope of your own": Exercise(
        lambda y, y_pred: np.where(y_pred < y, 8.0, 2.0) * (y_pred - y),
        on=[([1.0, 1.0, 1.0], [0.5, 1.0, 4.0]), ([-2.0, 3.0], [-4.0, 3.5])],
        mistakes={
            "The sides are swapped: too low is what costs four times as much.": (
                lambda y, y_pred: np.where(y_pred < y, 2.0, 8.0) * (y_pred - y)
            ),
            "The derivative of a square has a factor 2.": (
                lambda y, y_pred: np.where(y_pred < y, 4.0, 1.0) * (y_pred - y)
            ),
            "This is divided by n: asked is the slope of each example's own loss.": (
                lambda y, y_pred: np.where(y_pred < y, 8.0, 2.0) * (y_pred - y) / len(y)
            ),
            "A slope downhill is negative: where the prediction is too low, more is better.": (
                lambda y, y_pred: np.where(y_pred < y, 8.0, 2.0) * abs(y_pred - y)
            ),
        },
    ),
}
