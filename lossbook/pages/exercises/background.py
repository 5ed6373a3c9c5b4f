"""Exercises of the part "background"."""

from itertools import pairwise

import numpy as np

from ... import formulas as losses
from ...network import Network
from ...probabilities import softmax
from .checking import Exercise


def scores(X, layers):
    """The forward pass, by the network itself."""
    network = Network([len(layers[0][0]), *(len(bias) for _, bias in layers)])
    network.parameters = np.concatenate([part.ravel() for layer in layers for part in layer])
    return network.predict(X)


def chain(X, layers, hidden, last):
    for weight, bias in layers[:-1]:
        X = hidden(X, weight, bias)
    return last(X, *layers[-1])


def bent(X, weight, bias):
    return np.maximum(X @ weight + bias, 0)


def straight(X, weight, bias):
    return X @ weight + bias


def some_layers(*widths):
    rng = np.random.default_rng(0)
    return tuple((rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairwise(widths))


PICTURES = np.random.default_rng(1).normal(size=(5, 3))
MAILS = [1] + 9 * [0]
LOAVES = [10, 12, 15, 30, 48]

EXERCISES: dict[str, Exercise] = {
    "1.1 spam filter": Exercise(
        losses.binary_cross_entropy(MAILS, 10 * [0.1]),
        mistakes={
            "That is a filter that says half and half. This one knows the frequency.": np.log(2),
            "That is what one wanted mail costs. The spam counts, too.": -np.log(0.9),
            "That is what the spam costs. The nine other mails count, too.": -np.log(0.1),
            "Both costs count the same here, but nine mails in ten are wanted.": (
                -(np.log(0.9) + np.log(0.1)) / 2
            ),
            "The logarithm to base 10. For nats, take the natural one.": (
                -(0.9 * np.log10(0.9) + 0.1 * np.log10(0.1))
            ),
            "The sum of ten mails. The loss is their mean.": losses.binary_cross_entropy(
                MAILS, 10 * [0.1], reduction="sum"
            ),
        },
    ),
    "1.1 forward pass": Exercise(
        scores,
        on=[(PICTURES, some_layers(3, 4, 2)), (PICTURES, some_layers(3, 5, 4, 6))],
        mistakes={
            "The scores are bent, too, so none of them is negative.": (
                lambda X, layers: chain(X, layers, bent, bent)
            ),
            "Nothing bends between the layers: together they are a single one.": (
                lambda X, layers: chain(X, layers, straight, straight)
            ),
            "These are probabilities: the scores are asked for.": (
                lambda X, layers: softmax(scores(X, layers))
            ),
            "The inputs are bent, too: the bend comes after a layer, not before it.": (
                lambda X, layers: scores(np.maximum(X, 0), layers)
            ),
            "The biases do not count.": (
                lambda X, layers: chain(
                    X,
                    layers,
                    lambda X, weight, _: np.maximum(X @ weight, 0),
                    lambda X, weight, _: X @ weight,
                )
            ),
            "The bend comes after the bias, not before it.": (
                lambda X, layers: chain(
                    X, layers, lambda X, weight, bias: np.maximum(X @ weight, 0) + bias, straight
                )
            ),
        },
    ),
    "1.1 start at zero": Exercise(
        10,
        mistakes={
            "These are all parameters. What multiplies the weights of the last layer?": 2410,
            "The whole last layer? Its weights multiply hidden outputs, and these are all 0.": 330,
            "All biases? Those of the hidden layer act through weights that are 0.": 42,
            "Not none: equal scores are not yet the frequencies of the digits.": 0,
        },
    ),
    "1.2 baker": Exercise(
        min(range(60), key=lambda baked: losses.quantile(LOAVES, 5 * [baked], level=0.75)),
        mistakes={
            "The mean: squared errors would ask for it, and it does not know the prices.": 23,
            "The median: it is best if too many and too few cost the same.": 15,
            "The wrong side: too few is the dear mistake, not too many.": 12,
            "That never disappoints a customer, and pays for a lot of stale bread.": 48,
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
    "1.2 dose of decay": Exercise(
        0.01,
        mistakes={
            "That is the dose of the page. Another division can ask for another one.": 0.003,
            "That has the lowest loss of the five on the training pictures. Ask the others.": 0.001,
            "Too much: it underfits.": 0.1,
            "Nearly: its neighbour does better on the validation pictures.": 0.03,
        },
    ),
}
