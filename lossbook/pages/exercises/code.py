"""Exercises of the part "code"."""

import numpy as np

from ... import formulas as losses
from ...probabilities import sigmoid
from .checking import Exercise


def slope_of_sigmoid(z, y):  # 4.2, of half the squared error, not of the cross-entropy
    p = sigmoid(z)
    return (p - y) * p * (1 - p)


def scores_as_probabilities(y, z, edge=1e-7):  # 4.5, as Keras without from_logits=True
    return losses.binary_cross_entropy(y, np.clip(z, edge, 1 - edge))


EXERCISES: dict[str, Exercise] = {
    "4.1 broadcast by hand": Exercise(
        5.0,
        mistakes={
            "These are the two pairs that belong together: NumPy takes all four.": 1.0,
            "This is the sum of the squares.": 20.0,
            "You divided by the number of examples; NumPy's matrix has more entries.": 10.0,
            "This is the variance of the targets alone.": 4.0,
        },
    ),
    "4.1 known targets": Exercise(
        lambda y, y_pred: losses.mean_squared_error(y, y_pred, sample_weight=~np.isnan(y)),
        on=[
            ([1.0, np.nan, 3.0], [1.5, 2.5, 5.0]),
            ([0.0, 2.0, np.nan, np.nan, 1.0], [1.0, 0.5, 9.0, np.nan, 3.0]),
            ([1.0, np.nan, 2.0], [np.nan, 0.0, 2.0]),
        ],
        mistakes={
            "A NaN among the predictions vanishes: look which of the two arrays it comes from.": (
                lambda y, y_pred: np.nanmean((y_pred - y) ** 2)
            ),
            "This is the sum: divide by the number of known targets.": (
                lambda y, y_pred: np.sum((y_pred - y)[~np.isnan(y)] ** 2)
            ),
            "The unknown examples still count among those that you divide by.": (
                lambda y, y_pred: np.sum((y_pred - y)[~np.isnan(y)] ** 2) / len(y)
            ),
            "You compare with 0 where the target is unknown: nobody said that it is 0.": (
                lambda y, y_pred: np.mean((y_pred - np.nan_to_num(y)) ** 2)
            ),
            "The unknown examples are still in it; a factor of 0 keeps them: 0 times NaN is NaN.": (
                lambda y, y_pred: np.mean((y_pred - y) ** 2)
            ),
        },
    ),
    "4.1 slope of the RMSE": Exercise(
        lambda y, y_pred: (
            losses.mean_squared_error.gradient(y, y_pred)
            / (2 * np.sqrt(losses.mean_squared_error(y, y_pred)))
        ),
        on=[
            ([0.0, 0.0], [3.0, 4.0]),
            ([1.0, 2.0, 3.0], [1.5, 2.5, 1.0]),
            ([2.0, 2.0, 2.0, 0.0], [-1.0, 2.0, 3.0, 0.5]),
        ],
        mistakes={
            "This is the slope of the mean squared error: the root is missing.": (
                lambda y, y_pred: 2 * (y_pred - y) / y.size
            ),
            "A root of each square is the absolute error: take the root of their mean.": (
                lambda y, y_pred: np.sign(y_pred - y) / y.size
            ),
            "The mean has lost its n.": (
                lambda y, y_pred: (y_pred - y) / np.sqrt(np.mean((y_pred - y) ** 2))
            ),
        },
    ),
    "4.2 floor of two softmaxes": Exercise(
        losses.cross_entropy_with_logits([0], [[1, 0, 0, 0]]),
        mistakes={
            "This is the floor of ten classes; here there are four.": np.log(np.e + 9) - 1,
            "This is the price of knowing nothing: a model can be better than that.": np.log(4),
            "This is the logarithm of the sum: take off the score of the true class.": (
                np.log(np.e + 3)
            ),
            "The true class is one of the four: three zeros are left.": np.log(np.e + 4) - 1,
            "The loss cannot reach 0: the scores of the second softmax end at 1.": 0.0,
        },
    ),
    "4.2 log of a sigmoid": Exercise(
        lambda z: -losses.binary_cross_entropy_with_logits(np.ones_like(z), z, reduction="none"),
        on=[([-2.0, 0.0, 1.5],), ([40.0],), ([-10000.0, 10000.0],)],
        mistakes={
            "Far out the probability is 0 or 1 already, before the logarithm is taken.": (
                lambda z: np.log(1 / (1 + np.exp(-z)))
            ),
            "In floats 1 plus a tiny number is 1, and the cost of a sure answer is lost.": (
                lambda z: np.minimum(z, 0) - np.log(1 + np.exp(-np.abs(z)))
            ),
            "A clip: every score below about −16 is told the same.": (
                lambda z: np.log(np.clip(1 / (1 + np.exp(-z)), 1e-7, 1))
            ),
            "np.min takes the least score of all: its second argument is an axis.": (
                lambda z: np.min(z, 0) - np.log1p(np.exp(-np.abs(z)))
            ),
            "This is the logarithm of the probability of the other answer.": (
                lambda z: -losses.binary_cross_entropy_with_logits(0 * z, z, reduction="none")
            ),
        },
    ),
    "4.2 slope by the parameters": Exercise(
        lambda A, y, theta: A.T @ losses.binary_cross_entropy_with_logits.gradient(y, A @ theta),
        on=[
            ([[1.0, 2.0], [1.0, -1.0], [1.0, 0.5]], [0, 1, 1], [0.3, -0.8]),
            ([[2.0, 0.0, 1.0], [0.0, -1.0, 1.0]], [1, 0], [0.5, 1.0, -1.0]),
        ],
        mistakes={
            "This is the slope of the sum of the losses: the mean is asked for.": (
                lambda A, y, theta: A.T @ (sigmoid(A @ theta) - y)
            ),
            "This is the slope by the probability, carried on: the sigmoid's slope is missing.": (
                lambda A, y, theta: (
                    A.T @ losses.binary_cross_entropy.gradient(y, sigmoid(A @ theta))
                )
            ),
            "The sigmoid's slope is in it twice: in p − y it has cancelled already.": (
                lambda A, y, theta: A.T @ slope_of_sigmoid(A @ theta, y) / len(y)
            ),
            "This is the slope by the scores: the parameters come one step earlier.": (
                lambda A, y, theta: (sigmoid(A @ theta) - y) / len(y)
            ),
            "The answers are compared with scores: the sigmoid is missing.": (
                lambda A, y, theta: A.T @ (A @ theta - y) / len(y)
            ),
        },
    ),
    "4.3 mean per example": Exercise(
        3 * np.log(2),
        mistakes={
            "This is the mean per entry: an example has several.": np.log(2),
            "This is the sum over everything: divide by the examples.": 6 * np.log(2),
            "This is in bits: the book takes the natural logarithm.": 3.0,
            "You divided by the labels; divide the sum by the examples.": 2 * np.log(2),
        },
    ),
    "4.3 safe per example": Exercise(
        lambda y, z: (
            losses.multilabel_cross_entropy_with_logits(y, z, reduction="none").sum(axis=1).mean()
        ),
        on=[
            ([[1, 0, 1], [0, 0, 1]], [[2.0, -1.0, 0.0], [0.5, 3.0, -2.0]]),
            ([[1, 0], [0, 1], [1, 1]], [[1000.0, -1000.0], [0.0, 1.0], [-1000.0, 1000.0]]),
        ],
        mistakes={
            "This is the mean over all entries: the labels are to be summed.": (
                losses.multilabel_cross_entropy_with_logits
            ),
            "This is the sum over everything: average over the examples.": (
                lambda y, z: losses.multilabel_cross_entropy_with_logits(y, z, reduction="sum")
            ),
            "A clip: beyond scores of ±16 every answer costs the same.": (
                lambda y, z: (
                    losses.binary_cross_entropy(
                        y, np.clip(sigmoid(z), 1e-7, 1 - 1e-7), reduction="sum"
                    )
                    / len(y)
                )
            ),
            "Yes and no are exchanged: a yes should be cheap where the score is large.": (
                lambda y, z: (
                    losses.multilabel_cross_entropy_with_logits(1 - y, z, reduction="sum") / len(y)
                )
            ),
            "You average over the labels and sum over the examples: it is the other way round.": (
                lambda y, z: (
                    losses.multilabel_cross_entropy_with_logits(y, z, reduction="sum") / y.shape[1]
                )
            ),
            "The yes entries are in it, the no entries are missing.": (
                lambda y, z: np.sum(y * np.logaddexp(0, -z)) / len(y)
            ),
        },
    ),
    "4.3 known per label": Exercise(
        lambda table, known: np.array(
            [column[is_known].mean() for column, is_known in zip(table.T, known.T, strict=True)]
        ),
        on=[
            ([[1.0, 2.0], [3.0, 5.0], [5.0, 7.0]], [[True, True], [True, False], [True, False]]),
            (
                [[0.5, np.nan, 2.0], [1.5, 4.0, np.nan], [0.1, 1.0, 0.3]],
                [[True, False, True], [True, True, False], [True, True, True]],
            ),
        ],
        mistakes={
            "You divide by all examples: a label has only its known ones.": (
                lambda table, known: np.where(known, table, 0).sum(axis=0) / len(table)
            ),
            "This is one number over all known entries: each label should have its own.": (
                lambda table, known: table[known].mean()
            ),
            "This is a value for each example: sum over the other axis.": (
                lambda table, known: np.where(known, table, 0).sum(axis=1) / known.sum(axis=1)
            ),
            "The unknown entries are multiplied by 0, and 0 times NaN is NaN.": (
                lambda table, known: (table * known).sum(axis=0) / known.sum(axis=0)
            ),
        },
    ),
    "4.4 chain by hand": Exercise(
        15.0,
        mistakes={
            "This is the slope by the weight of the head: go one layer further.": 60.0,
            "This is the slope at the feature: the weight's own input is missing.": 3.0,
            "The weight of the head, through which the slope comes back, is missing.": 30.0,
            "The square has lost its factor 2.": 7.5,
        },
    ),
    "4.4 back through tanh": Exercise(
        lambda G, W2, h: np.einsum("ic,ac,ia->ia", G, W2, (1 - h) * (1 + h)),
        on=[
            ([[1.0, -2.0]], [[0.5, 1.0], [2.0, -1.0]], [[0.3, -0.8]]),
            ([[0.5], [-1.0], [2.0]], [[1.0], [3.0]], [[0.1, 0.9], [-0.5, 0.2], [0.7, -0.6]]),
        ],
        mistakes={
            "This is the bend of max(0, ·): the slope of tanh is not 0 or 1.": (
                lambda G, W2, h: G @ W2.T * (h > 0)
            ),
            "The bend itself is missing.": lambda G, W2, h: G @ W2.T,
            "h is the tanh already: you take it twice.": (
                lambda G, W2, h: G @ W2.T * (1 - np.tanh(h) ** 2)
            ),
            "You multiply by tanh, not by its slope.": lambda G, W2, h: G @ W2.T * h,
        },
    ),
    "4.4 slope of counts": Exercise(
        lambda y, z: np.array([[(np.exp(z[i, 0]) - y[i, 0]) / y.size] for i in range(y.size)]),
        on=[
            ([[0.0], [3.0]], [[0.0], [1.0]]),
            ([[5.0], [1.0], [2.0]], [[1.5], [-1.0], [0.5]]),
        ],
        mistakes={
            "This is the slope of the sum: the mean has an n.": lambda y, z: np.exp(z) - y,
            "The score is not the answer yet: how does a score become a count?": (
                lambda y, z: (z - y) / len(y)
            ),
            "This is the value, not its slope.": lambda y, z: (np.exp(z) - y * z) / len(y),
            "The derivative of y·z by z is y.": lambda y, z: (np.exp(z) - z) / len(y),
        },
    ),
    "4.5 weighted mean": Exercise(
        10.0,
        mistakes={
            "You divided by the weights; look up by what huber_loss divides.": 5.0,
            "The weights are missing.": 4.0,
            "This is the sum: there is a mean to take.": 20.0,
        },
    ),
    "4.5 Smooth L1": Exercise(
        lambda y, y_pred, beta: losses.huber(y, y_pred, delta=beta) / beta,
        on=[
            ([0.0, 0.0, 0.0], [0.5, -3.0, 1.0], 2.0),
            ([1.0, 2.0, 3.0, 4.0], [1.5, 1.0, 3.0, 8.0], 0.25),
            ([0.0, 0.0], [5.0, -0.1], 3.0),
        ],
        mistakes={
            "This is Huber's loss: its slope far out grows with beta, Smooth L1's does not.": (
                lambda y, y_pred, beta: losses.huber(y, y_pred, delta=beta)
            ),
            "The factor is the wrong way round.": (
                lambda y, y_pred, beta: losses.huber(y, y_pred, delta=beta) * beta
            ),
            "Your parabola goes too far: it must turn into a line at |e| = beta.": (
                lambda y, y_pred, beta: np.mean((y_pred - y) ** 2) / (2 * beta)
            ),
            "Your answer is the same for every beta: is it used?": (
                lambda y, y_pred, beta: losses.huber(y, y_pred)
            ),
        },
    ),
    "4.5 forgotten flag": Exercise(
        scores_as_probabilities,
        on=[
            ([0.0, 1.0, 1.0], [-1.0, 0.0, 1.0]),
            ([1.0, 0.0], [-2.0, 3.0]),
            ([1.0, 0.0, 0.0], [0.5, 0.25, 4.0]),
        ],
        mistakes={
            "These are scores read as scores: what the flag would have done.": (
                losses.binary_cross_entropy_with_logits
            ),
            "A pinch of epsilon inside the logarithm is not a clip: it leaves what lies outside.": (
                lambda y, z: (
                    -np.mean(y * np.log(np.abs(z + 1e-7)) + (1 - y) * np.log(np.abs(1 - z + 1e-7)))
                )
            ),
            "Another edge: compare the size of your value with the powers of ten in the text.": (
                lambda y, z: scores_as_probabilities(y, z, edge=1e-15)
            ),
            "This is the sum: there is a mean to take.": (
                lambda y, z: y.size * scores_as_probabilities(y, z)
            ),
        },
    ),
}
