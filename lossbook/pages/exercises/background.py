"""Exercises of the part "background"."""

from itertools import pairwise

import numpy as np

from ... import formulas as losses
from ...network import Network
from ...probabilities import softmax
from .checking import Exercise


def one_hot(y, b):
    return np.eye(len(b))[y]


def through(hidden, errors):
    """Slopes by the scores, one row an example, become those of the weights and of the biases."""
    return np.vstack([hidden.T @ errors, errors.sum(axis=0)]) / len(hidden)


def last_step(hidden, y, W, b):
    """The gradient of the last layer, by the network itself."""
    network = Network(W.shape)
    network.parameters = np.append(W.ravel(), b)
    objective = network.objective(losses.cross_entropy_with_logits, hidden, y)
    return objective(network.parameters)[1].reshape(-1, len(b))


def without_biases(hidden, y, W, b):
    return np.vstack([last_step(hidden, y, W, b)[:-1], 0 * b])


def train_linear(X, y, rate, size, epochs, step=last_step, order=slice(None)):
    """Descent on the cross-entropy of a linear model from 0, batch after batch."""
    table = np.zeros((X.shape[1] + 1, max(y) + 1))
    for _ in range(epochs):
        for first in range(0, len(X), size)[order]:
            rows = slice(first, first + size)
            table = table - rate * step(X[rows], y[rows], table[:-1], table[-1])
    return table


def some_layers(*widths):
    rng = np.random.default_rng(0)
    return tuple((rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairwise(widths))


HIDDEN = np.random.default_rng(1).normal(size=(5, 3))
MAILS = [1] + 9 * [0]
WAITS = [1, 2, 2, 5, 20]

EXERCISES: dict[str, Exercise] = {
    "1.1 error bars": Exercise(
        (np.sqrt(0.05 * 0.95 / 400), 1900),
        mistakes={
            "The first is a square still: take its root.": (0.05 * 0.95 / 400, 1900),
            "The first is the error bar of a number of pictures. Divide it by 400.": (
                np.sqrt(400 * 0.05 * 0.95),
                1900,
            ),
            "The first is right. Half the error bar needs more than twice the pictures.": (
                np.sqrt(0.05 * 0.95 / 400),
                800,
            ),
            "The first is right. For the second, half a point is 0.005, not 0.5.": (
                np.sqrt(0.05 * 0.95 / 400),
                0.05 * 0.95 / 0.5**2,
            ),
        },
    ),
    "1.1 last step": Exercise(
        last_step,
        on=[
            (HIDDEN, np.array([0, 2, 1, 2, 2]), *some_layers(3, 4)[0]),
            (HIDDEN[:2], np.array([1, 0]), *some_layers(3, 2)[0]),
        ],
        mistakes={
            "The sum over the examples. The loss is their mean.": (
                lambda hidden, y, W, b: len(y) * last_step(hidden, y, W, b)
            ),
            "The other way round: these lead downhill. The slope is probability minus truth.": (
                lambda hidden, y, W, b: -last_step(hidden, y, W, b)
            ),
            "Scores minus truth: the softmax is missing.": (
                lambda hidden, y, W, b: through(hidden, hidden @ W + b - one_hot(y, b))
            ),
            "The probabilities alone: where is the truth?": (
                lambda hidden, y, W, b: through(hidden, softmax(hidden @ W + b))
            ),
            "The biases do not count in your scores.": (
                lambda hidden, y, W, b: last_step(hidden, y, W, 0 * b)
            ),
            "The last row is wrong: a bias changes its score in every example, by as much.": (
                without_biases
            ),
            "The rows of the weights alone: the slopes of the biases are missing.": (
                lambda hidden, y, W, b: last_step(hidden, y, W, b)[:-1]
            ),
        },
    ),
    "1.1 training loop": Exercise(
        lambda X, y, rate, size, epochs: train_linear(X, y, rate, size, epochs),
        on=[
            (HIDDEN, np.array([0, 2, 1, 2, 2]), 0.5, 2, 3),
            (HIDDEN[:4], np.array([1, 0, 0, 1]), 0.25, 4, 2),
            (HIDDEN, np.array([0, 1, 1, 0, 1]), 1.0, 3, 1),
        ],
        mistakes={
            "You climb: a step goes against the gradient.": (
                lambda X, y, rate, size, epochs: train_linear(X, y, -rate, size, epochs)
            ),
            "One step for each epoch: make one for each batch.": (
                lambda X, y, rate, size, epochs: train_linear(X, y, rate, len(X), epochs)
            ),
            "One epoch only: go through the rows several times.": (
                lambda X, y, rate, size, epochs: train_linear(X, y, rate, size, 1)
            ),
            "The last rows are missing: the last batch may be shorter.": (
                lambda X, y, rate, size, epochs: train_linear(
                    X[: len(X) // size * size], y, rate, size, epochs
                )
            ),
            "The first batch only, again and again: move on to the next rows.": (
                lambda X, y, rate, size, epochs: train_linear(
                    X, y, rate, size, epochs, order=slice(1)
                )
            ),
            "The learning rate is missing.": (
                lambda X, y, rate, size, epochs: train_linear(X, y, 1, size, epochs)
            ),
            "The biases stay at 0: they take a step, too.": (
                lambda X, y, rate, size, epochs: train_linear(
                    X, y, rate, size, epochs, step=without_biases
                )
            ),
            "The weights alone: the biases belong below them, as one more row.": (
                lambda X, y, rate, size, epochs: train_linear(X, y, rate, size, epochs)[:-1]
            ),
        },
    ),
    "1.2 five losses": Exercise(
        [np.mean(WAITS), np.median(WAITS), 5, 3.25, 0.4],
        mistakes={
            "The quantile: too few costs more, so the level is 3/4, not 1/4.": (
                [6, 2, 2, 3.25, 0.4]
            ),
            "The quantile: level 3/4 is not the largest; one of five may lie above.": (
                [6, 2, 20, 3.25, 0.4]
            ),
            "Huber: not halfway between median and mean; cut-off errors have to cancel.": (
                [6, 2, 5, 4, 0.4]
            ),
            "Huber: the errors beyond 3 still pull, with 3. They are cut off, not left out.": (
                [6, 2, 5, 2.5, 0.4]
            ),
            "Cross-entropy: that is the frequency of no.": [6, 2, 5, 3.25, 0.6],
            "The squared error asks for the mean, the absolute error for the median.": (
                [2, 6, 5, 3.25, 0.4]
            ),
        },
    ),
    "1.2 lopsided loss": Exercise(
        lambda y, y_pred: np.mean(
            3 * np.maximum(y - y_pred, 0) ** 2 + np.maximum(y_pred - y, 0) ** 2
        ),
        on=[
            ([1.0, 2.0, 3.0, 4.0], [0.0, 2.5, 3.0, 1.0]),
            ([0.0, 0.0], [2.0, -1.0]),
            ([5.0, -5.0, 1.0], [5.5, -8.0, 0.0]),
        ],
        mistakes={
            "The wrong side: it is a prediction below the truth that counts three times.": (
                lambda y, y_pred: np.mean(np.where(y_pred > y, 3, 1) * (y_pred - y) ** 2)
            ),
            "Here every error counts once.": lambda y, y_pred: np.mean((y - y_pred) ** 2),
            "Here every error counts three times.": lambda y, y_pred: np.mean(
                3 * (y - y_pred) ** 2
            ),
            "The 3 is squared as well: it belongs outside the square.": (
                lambda y, y_pred: np.mean((np.where(y_pred < y, 3, 1) * (y_pred - y)) ** 2)
            ),
            "A weighted mean divides by the sum of the weights; asked is the plain mean.": (
                lambda y, y_pred: np.average((y_pred - y) ** 2, weights=np.where(y_pred < y, 3, 1))
            ),
            "The sum, not the mean.": (
                lambda y, y_pred: np.sum(np.where(y_pred < y, 3, 1) * (y_pred - y) ** 2)
            ),
            "The absolute error, not the squared one.": (
                lambda y, y_pred: np.mean(np.where(y_pred < y, 3, 1) * np.abs(y_pred - y))
            ),
        },
    ),
    "1.2 who is who": Exercise(
        "CAB",
        mistakes={
            "Without decay nothing holds the certainty back: compare it with right.": "ACB",
            "Too strong a decay shows in a high loss on the training pictures.": "CBA",
            "A high test loss alone is not overfitting: what is the training loss?": "BAC",
            "Without decay the training loss ends near 0; which one does?": "BCA",
        },
    ),
}
