"""Exercises of the part "losses"."""

import numpy as np

from .checking import Exercise


def weighted_line(X, y, w):  # 3.1, by another way than the page: scaled rows, no normal equations
    root = np.sqrt(w)
    return np.linalg.lstsq(root[:, None] * X, root * y, rcond=None)[0]


def noise_floor(
    x, y
):  # 3.1, by another way than the page: a least-squares fit of one mean an input
    columns = (x[:, None] == np.unique(x)).astype(float)
    means = np.linalg.lstsq(columns, y, rcond=None)[0]
    return np.sum((y - columns @ means) ** 2) / (len(y) - columns.shape[1])


def sigmoid(z):  # 3.2, as written: it overflows far out
    return 1 / (1 + np.exp(-z))


def clipped_loss(y, z):  # 3.2
    p = np.clip(sigmoid(z), 1e-7, 1 - 1e-7)
    return -y * np.log(p) - (1 - y) * np.log(1 - p)


def f1_at(y, yes):  # 3.3
    return 2 * (y * yes).sum() / (yes.sum() + y.sum())


def best_f1(y, p):  # 3.3
    return max(f1_at(y, p >= t) for t in p)


def with_odds(p, factor):  # 3.6
    return p * factor / (p * factor + 1 - p)


def needs(low, high, y):  # 3.4, by another way than the page: half the width, from the middle
    return np.abs(y - (low + high) / 2) - (high - low) / 2


def widen(low, high, y, k):
    return np.partition(needs(low, high, y), k - 1)[k - 1]


def tries(y, z):  # 3.5, minus the log of the geometric distribution
    return y * np.logaddexp(0, z) - z


def proportion(y, z):  # 3.5, of the logit-normal distribution with standard deviation 1
    u = np.log(y / (1 - y))
    return (u - z) ** 2 / 2 + np.log(2 * np.pi) / 2 + np.log(y * (1 - y))


EXERCISES: dict[str, Exercise] = {
    # 3.1
    "3.1 slope and mean": Exercise(
        [-2.0, 4.0],
        mistakes={
            "This is the slope of the sum of squares: the mean divides by n.": [-8.0, 4.0],
            "The slope has the wrong sign: the error is the prediction minus the target.": [
                2.0,
                4.0,
            ],
            "The slope of a square has a factor of 2.": [-1.0, 4.0],
            "The best prediction is the median here: squares ask for the mean.": [-2.0, 3.0],
        },
    ),
    "3.1 noise floor": Exercise(
        noise_floor,
        on=[
            ([1.0, 1.0, 2.0, 2.0, 2.0, 5.0], [3.0, 5.0, 1.0, 2.0, 6.0, 9.0]),
            ([0.0, 3.0, 0.0, 3.0, 0.0, 7.0, 7.0], [1.0, 4.0, 2.0, 8.0, 6.0, 0.0, 1.0]),
        ],
        mistakes={
            "This is the variance of all targets, whatever their input.": lambda x, y: np.var(y),
            "Each mean has cost one: divide by less than the number of targets.": (
                lambda x, y: noise_floor(x, y) * (len(y) - len(set(x))) / len(y)
            ),
            "This is the mean of the variances: an input with more targets must count for more.": (
                lambda x, y: np.mean([np.var(y[x == place]) for place in set(x)])
            ),
            "This is a standard deviation: the floor of squares is a variance.": (
                lambda x, y: np.sqrt(noise_floor(x, y))
            ),
        },
    ),
    "3.1 weighted least squares": Exercise(
        weighted_line,
        on=[
            (
                [[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, 4.0]],
                [1.0, 2.0, 2.0, 7.0],
                [1.0, 2.0, 0.0, 0.5],
            ),
            (
                [[1.0, -1.0], [1.0, 0.0], [1.0, 1.0], [1.0, 3.0]],
                [0.0, 1.0, 3.0, -2.0],
                [1.0, 1.0, 1.0, 100.0],
            ),
        ],
        mistakes={
            "This is the line without weights.": lambda X, y, w: weighted_line(X, y, w**0),
            "The weights count twice: the errors are weighted before they are squared.": (
                lambda X, y, w: weighted_line(X, y, w**2)
            ),
            "The weights stand on one side only: they belong to the predictions too.": (
                lambda X, y, w: np.linalg.solve(X.T @ X, X.T @ (w * y))
            ),
        },
    ),
    # 3.4
    "3.4 how many buns": Exercise(
        [0.75, 41.0],
        mistakes={
            "The missing bun is the dear one: aim above most of the days, not below.": [0.25, 35.0],
            "This is the median: it fits if both kinds of error cost the same.": [0.5, 38.0],
            "The level is a share: 3 of 3 + 1, not 1 of 3.": [1 / 3, 35.0],
            "The level is right, but this is the mean: one wild day should not decide.": [
                0.75,
                389 / 9,
            ],
        },
    ),
    "3.4 wrong sign": Exercise(
        20,
        mistakes={
            "This is what the loss with the right sign asks for.": 180,
            "This is the median: the two slopes are not equally steep.": 100,
            "This is a share: a number of targets is asked for.": 0.1,
            "The slopes are bounded: a best constant has targets on both sides.": 0,
        },
    ),
    "3.4 widen an interval": Exercise(
        widen,
        on=[
            ([1.0, 2.0, 3.0, 4.0], [3.0, 5.0, 6.0, 9.0], [0.5, 4.0, 6.25, 11.0], 3),
            ([1.0, 2.0, 3.0, 4.0], [3.0, 5.0, 6.0, 9.0], [0.0, 1.0, 6.25, 8.0], 3),
            ([1.0, 2.0, 3.0, 4.0], [3.0, 5.0, 6.0, 9.0], [2.0, 3.0, 3.75, 3.0], 2),
        ],
        mistakes={
            "Python counts from 0: the k-th smallest stands at k - 1.": (
                lambda low, high, y, k: np.sort(needs(low, high, y))[k]
            ),
            "A target above the upper line needs room, too: take the larger of the two needs.": (
                lambda low, high, y, k: np.sort(low - y)[k - 1]
            ),
            "A target below the lower line needs room, too: take the larger of the two needs.": (
                lambda low, high, y, k: np.sort(y - high)[k - 1]
            ),
            "The signs are turned round: below the lower line, low - y is positive.": (
                lambda low, high, y, k: np.sort(np.maximum(y - low, high - y))[k - 1]
            ),
            "This is room for all of them: k are enough.": (
                lambda low, high, y, k: needs(low, high, y).max()
            ),
            "The lines may move inwards, too: keep negative needs.": (
                lambda low, high, y, k: max(widen(low, high, y, k), 0.0)
            ),
        },
    ),
    # 3.2
    "3.2 four prices": Exercise(
        [1.75, 2.375, 0.625, 2.0],
        mistakes={
            "These are nats: bits are asked for.": np.log(2) * np.array([1.75, 2.375, 0.625, 2]),
            "Your divergence goes the wrong way: the shares come first.": [1.75, 2.375, 0.5, 2],
            "The shares weigh the model's surprises, not the other way.": [1.75, 2.25, 0.5, 2],
            "The last one counts the classes; a price is asked for.": [1.75, 2.375, 0.625, 4],
            "A divergence is never below 0: it is what is added.": [1.75, 2.375, -0.625, 2],
        },
    ),
    "3.2 three slopes": Exercise(
        [2 / 10, 3 / 10, 5 / 10 - 1],
        mistakes={
            "These are the probabilities: take off what happened.": [0.2, 0.3, 0.5],
            "These are exponentials: divide them by their sum first.": [2.0, 3.0, 5.0],
            "This is the slope by the probabilities: the softmax comes between.": [0.0, 0.0, -2.0],
            "The other scores push, too, not that of the true class alone.": [0.0, 0.0, -0.5],
        },
    ),
    "3.2 safe loss": Exercise(
        lambda y, z: np.logaddexp(0, z) - y * z,
        on=[([1, 0, 1], [0.5, -2.0, 3.0]), ([1, 0, 0], [-800.0, 800.0, 1.0])],
        mistakes={
            "At large scores the exponential overflows: take the larger of z and 0 out first.": (
                lambda y, z: np.log(1 + np.exp(z)) - y * z
            ),
            "At y = 1 and z = -800 the loss is 800: the probability was rounded to 0.": (
                lambda y, z: -np.where(y == 1, np.log(sigmoid(z)), np.log(sigmoid(-z)))
            ),
            "Something is clipped: at y = 1 and z = -800 the loss is 800.": clipped_loss,
            "This is the loss of a no: a yes pays z less.": lambda y, z: np.logaddexp(0, z),
            "This is the loss of the other answer.": (
                lambda y, z: np.logaddexp(0, z) - (1 - y) * z
            ),
            "This is the mean: the loss of each score is asked for.": (
                lambda y, z: np.mean(np.logaddexp(0, z) - y * z)
            ),
        },
    ),
    # 3.3
    "3.3 Jaccard": Exercise(
        [(2 / 3 + 1 + 1 / 2) / 3, 1 / 3],
        mistakes={
            "The mean is of the animals' values: divide for each animal first.": [5 / 7, 1 / 3],
            "This is the mean F1 of the animals: it counts what both have twice.": [
                (4 / 5 + 1 + 2 / 3) / 3,
                1 / 3,
            ],
            "This divides by the true labels alone: count those that are called, too.": [
                (2 / 3 + 1 + 1) / 3,
                1 / 3,
            ],
            "Right are the animals with all labels right: nothing missing, nothing too many.": [
                (2 / 3 + 1 + 1 / 2) / 3,
                2 / 3,
            ],
        },
    ),
    "3.3 micro F1": Exercise(
        18 / 31,
        mistakes={
            "This is the macro F1: the mean of the two labels' values.": (0.8 + 2 / 11) / 2,
            "This is the precision of the counts: the missed ones are left out.": 9 / 11,
            "This is the recall of the counts: the false ones are left out.": 9 / 20,
            "This is the Jaccard index of the counts, TP/(TP + FP + FN), not F1.": 9 / 22,
        },
    ),
    "3.3 best F1": Exercise(
        best_f1,
        on=[
            ([1, 0, 1, 1, 0], [0.9, 0.8, 0.4, 0.3, 0.1]),
            ([0, 1, 1, 1], [0.9, 0.3, 0.3, 0.3]),
            ([0, 0, 0, 0, 1, 1], [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]),
            ([1, 0, 0, 0], [0.4083, 0.4032, 0.4021, 0.0007]),
        ],
        mistakes={
            "This is the F1 at the threshold ½: try the others.": lambda y, p: f1_at(y, p >= 0.5),
            "A probability that equals the threshold is a yes too.": (
                lambda y, p: max(f1_at(y, p > t) for t in p)
            ),
            "This is the F1 where the accuracy is best, and that may be elsewhere.": (
                lambda y, p: f1_at(y, p >= max(sorted(p), key=lambda t: ((p >= t) == y).mean()))
            ),
            "A fixed grid steps over some thresholds: where exactly do the answers change?": (
                lambda y, p: max(f1_at(y, p >= t) for t in np.linspace(0, 1, 101))
            ),
            "This is the expected F1: count the true answers, not their probabilities.": (
                lambda y, p: best_f1(p, p)
            ),
        },
    ),
    # 3.6
    "3.6 score threshold": Exercise(
        -np.log(4),
        mistakes={
            "This forgets that the weight has shifted the scores.": -np.log(20),
            "The shift has the wrong sign: weighted scores are too large.": -np.log(100),
            "This is a probability: a score is asked for.": 1 / 21,
            "This is a probability of the weighted model: a score is asked for.": 1 / 5,
            "This takes 1/20 for the probability: it is the odds.": np.log(5 / 19),
        },
    ),
    "3.6 new share": Exercise(
        lambda p, old, new: with_odds(p, new / (1 - new) * (1 - old) / old),
        on=[
            ([0.1, 0.5, 0.9], 0.5, 0.1),
            ([0.02, 0.3], 0.1, 0.4),
        ],
        mistakes={
            "The odds are multiplied, not the probability.": lambda p, old, new: p * new / old,
            "The old share and the new one have changed places.": (
                lambda p, old, new: with_odds(p, old / (1 - old) * (1 - new) / new)
            ),
            "This is the ratio of the shares: take that of their odds.": (
                lambda p, old, new: with_odds(p, new / old)
            ),
            "These are odds: turn them back into probabilities.": (
                lambda p, old, new: p / (1 - p) * new / (1 - new) * (1 - old) / old
            ),
        },
    ),
    "3.6 average precision": Exercise(
        13 / 18,
        mistakes={
            "This averages the precision over all eight places, not over those of a yes.": (
                (1 + 1 / 2 + 2 / 3 + 1 / 2 + 2 / 5 + 3 / 6 + 3 / 7 + 3 / 8) / 8
            ),
            "This is the AUC: the share of pairs of a yes and a no in the right order.": 11 / 15,
            "This is the precision at the last yes alone.": 3 / 6,
            "This divides by the eight places: there are three times a yes.": 13 / 48,
        },
    ),
    # 3.5
    "3.5 a wait and a rate": Exercise(
        [0.05 * 24, 35 / 1220],
        mistakes={
            "(a) This is the cost of one that ended after 24 weeks.": [
                0.05 * 24 - np.log(0.05),
                35 / 1220,
            ],
            "(a) This is a probability: take minus its logarithm.": [np.exp(-1.2), 35 / 1220],
            "(a) This is the cost of having ended by then: it has not.": [
                -np.log(1 - np.exp(-1.2)),
                35 / 1220,
            ],
            "(b) This is the mean of the three rates: they do not deserve equal say.": [
                1.2,
                (1 / 20 + 4 / 200 + 30 / 1000) / 3,
            ],
            "(b) These are hours for each theft: turn it round.": [1.2, 1220 / 35],
        },
    ),
    "3.5 until it works": Exercise(
        tries,
        on=[
            ([1.0, 2.0, 5.0], [0.0, 1.0, -2.0]),
            ([3.0, 1.0], [0.5, -0.3]),
            ([2.0, 4.0], [-800.0, 3.0]),
        ],
        mistakes={
            "This counts the failures only: the last try worked, and it costs, too.": (
                lambda y, z: (y - 1) * np.logaddexp(0, z)
            ),
            "One failure too many: of y tries the last one works.": (lambda y, z: tries(y + 1, z)),
            "Here q is the probability of a failure: the score has the wrong sign.": (
                lambda y, z: tries(y, -z)
            ),
            "Far out this is not finite: write log(1 + e^z) with np.logaddexp.": (
                lambda y, z: y * np.log(1 + np.exp(-z)) + (y - 1) * z
            ),
            "This is the slope: the loss is asked for.": lambda y, z: y / (1 + np.exp(-z)) - 1,
        },
    ),
    "3.5 a proportion": Exercise(
        proportion,
        on=[([0.1, 0.5, 0.9], [0.0, 1.0, 2.0]), ([0.25, 0.7], [-1.0, 0.4])],
        mistakes={
            "This is a density of u: y has another unit, and so another density.": (
                lambda y, z: proportion(y, z) - np.log(y * (1 - y))
            ),
            "The change of unit multiplies where it should divide.": (
                lambda y, z: proportion(y, z) - 2 * np.log(y * (1 - y))
            ),
            "The constant of the normal distribution is missing: the area is not 1.": (
                lambda y, z: proportion(y, z) - np.log(2 * np.pi) / 2
            ),
            "y itself is taken as normal here, not its u.": (
                lambda y, z: (y - z) ** 2 / 2 + np.log(2 * np.pi) / 2
            ),
            "This is the logarithm of the density: minus is missing.": (
                lambda y, z: -proportion(y, z)
            ),
        },
    ),
}
