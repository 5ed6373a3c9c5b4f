"""Exercises of the appendix."""

import numpy as np

from .checking import Exercise

EXERCISES = {
    "broken cost of one error": Exercise(
        12.09 / 0.75,
        mistakes={
            "This is the mean over all answers, and the right ones cost next to nothing.": 12.09,
            "You divided by the share of right answers.": 12.09 / 0.25,
            "A mean is smaller than the cost of one error: divide by the share, not multiply.": (
                12.09 * 0.75
            ),
            "This is the cost of an answer without an idea: log 4.": np.log(4),
        },
    ),
    "broken softmax twice": Exercise(
        np.log(np.e + 99) - 1,
        mistakes={
            "This is the loss of a hundred equal scores: the true class has score 1.": np.log(100),
            "This is the number for ten classes.": np.log(np.e + 9) - 1,
            "This is the probability of the true class, not its loss.": np.e / (np.e + 99),
            "This is the logarithm of the probability: a loss has a minus.": 1 - np.log(np.e + 99),
            "The true class stands in the sum as well: there are e and 99 ones.": np.log(99) - 1,
            "The score of the true class has to be taken off: log(e + 99) is not yet the loss.": (
                np.log(np.e + 99)
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
    "mistake or kink": Exercise(
        [False, True, True],
        mistakes={
            "The kink of one of them hides a mistake: check at a negative point, too.": [
                False,
                True,
                False,
            ],
            "A right gradient fails where the step reaches across a kink: take a shorter step.": [
                True,
                True,
                True,
            ],
            "A kink is out of reach of a step of 1e-7: does the second pass with it?": [
                False,
                False,
                True,
            ],
            "This is the other way round: True is for a wrong gradient.": [True, False, False],
        },
    ),
}
