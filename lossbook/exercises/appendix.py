"""Exercises of the appendix."""

import numpy as np

from .checking import Exercise

EXERCISES = {
    "broken softmax twice": Exercise(
        np.log(np.e + 9) - 1,
        mistakes={
            "This is the loss of ten equal scores: the true class has score 1.": np.log(10),
            "This is the probability of the true class, not its loss.": np.e / (np.e + 9),
            "This is the logarithm of the probability: a loss has a minus.": 1 - np.log(np.e + 9),
            "The true class stands in the sum as well: there are e and nine ones.": np.log(9) - 1,
            "The largest score has to be taken off: log(e + 9) is not yet the loss.": np.log(
                np.e + 9
            ),
        },
    ),
    "broken check of 0.9": Exercise(
        10.0,
        mistakes={
            "By this factor the slope is too small: what do you have to multiply by?": 0.1,
            "The check divides by the true slope, the larger of the two.": 1.9,
            "This is the reciprocal of the check's number: it is a difference, not a quotient.": 1
            / 0.9,
        },
    ),
}
