"""Losses for a distribution, by hand, by definition, and in other libraries."""

from math import log

import numpy as np

from tests.support.best_answers import NO_FLOOR, Best, Floor
from tests.support.exact_inputs import counts_to_log_rates, numbers_to_means_and_scales
from tests.support.loss_spec import Exact, Spec, peers

COUNTS = "soft", "counts", "scores"
ONE_A_ROW = "soft", "one a row", "means and log scales"


def log_mean(y, cost):
    return np.log(y.mean(axis=0))


def floor_of_counts(case, y_true, floor):
    """y − y·log y, where the rate is the count; 0 for a count of 0, as the rate falls to 0."""
    some = y_true[:, 0] > 0
    counts = y_true[some, 0]
    np.testing.assert_allclose(floor[some], counts - counts * np.log(counts), atol=1e-4)
    np.testing.assert_allclose(floor[~some], [np.exp(-5)])  # the smallest rate that was tried


def poisson(m, y, z):
    return m.exp(z) - y * z, (m.exp(z), y)


def larger_term(y, p, value):
    """The two terms of the value may cancel: what they leave has no more digits than they."""
    return np.maximum(np.exp(p), np.abs(y * p))


POISSON_WITH_LOG_RATE = Spec(
    loss="poisson_with_log_rate",
    by_hand=[
        # e^0 − 0 = 1, e^0 − 3·0 = 1; e^{ln 2} − 3 ln 2; slopes 1 − 0, 1 − 3, 2 − 3
        ([0, 3, 3], [0, 0, log(2)], {}, [1, 1, 2 - 3 * log(2)], [1, -2, -1]),
        # a rate of 0 fits a count of 0, and no other
        ([0, 1], [-np.inf, -np.inf], {}, [0, np.inf], [0, -1]),
        # an infinite rate fits no count, however large
        ([0, 1e307], [np.inf, 1e4], {}, [np.inf, np.inf], [np.inf, np.inf]),
    ],
    definition=poisson,
    scores=True,
    cancels=True,
    exact=[Exact("soft", counts_to_log_rates)],
    ulp_of_value=larger_term,
    minimiser=Best("logarithm of the mean", log_mean),
    floor=Floor("^y − y·log y$", floor_of_counts),
    least=-np.inf,
    curve=lambda x, v, s: np.allclose(s, np.exp(x) - 3),
    refused=[({"y_true": [1, -1]}, "y_true holds -1", "numbers in [0, inf)")],
    peers=[
        *peers("F.poisson_nll_loss(p, y, reduction=reduction)", COUNTS),
        *peers("sk.HalfPoissonLoss()", COUNTS),
        *peers(
            "-special.xlogy(y, np.exp(p)) + np.exp(p)",
            COUNTS,
            gradient="np.exp(p) - y",
            library="scipy.special.xlogy",
        ),
    ],
    calls={
        "counts": [
            ("PyTorch", "F.poisson_nll_loss(z, y)", "lb.poisson_with_log_rate(y, z)"),
            ("Keras", "keras.losses.Poisson()(y, r)", "lb.poisson_with_log_rate(y, z)"),
            (
                "scikit-learn",
                "metrics.mean_poisson_deviance(y, r)",
                "2 * (lb.poisson_with_log_rate(y, z) - lb.poisson_with_log_rate(y, np.log(y)))",
            ),
            (
                "SciPy",
                "r - special.xlogy(y, r)",
                "lb.poisson_with_log_rate(y, z, reduction='none')",
            ),
            (
                "PyTorch",
                "F.poisson_nll_loss(r, y)",
                "np.mean(np.exp(r) - y * r)",
                "rates read as their logarithms",
            ),
        ]
    },
)


def mean_and_log_std(y, cost):
    return np.array([y.mean(), np.log(y.std())])


def gaussian(m, y, p):
    mean, log_scale = p
    error = (y - mean) / m.exp(log_scale)
    slopes = [(mean / m.exp(2 * log_scale), y / m.exp(2 * log_scale)), (1, error**2)]
    return log_scale + error**2 / 2, slopes


GAUSSIAN_WITH_LOG_SCALE = Spec(
    loss="gaussian_with_log_scale",
    by_hand=[
        # ½·1², σ = 1; no error; slopes −1 and 1 − 1², 0 and 1
        ([1, 3], [[0, 0], [3, 0]], {}, [1 / 2, 0], [[-1, 0], [0, 1]]),
        # σ = 2: e = (5 − 1)/2 = 2: ln 2 + 2; −2/2, 1 − 2²
        ([5], [[1, log(2)]], {}, [log(2) + 2], [[-1, -3]]),
        # a σ of 0 fits no number but μ; an infinite one any, at an infinite price
        ([1], [[0, -np.inf]], {}, [np.inf], [[-np.inf, -np.inf]]),
        ([1], [[1, -np.inf]], {}, [-np.inf], [[0, 1]]),
        ([1], [[0, np.inf]], {}, [np.inf], [[0, 1]]),
    ],
    definition=gaussian,
    of_rows=True,
    cancels=True,
    exact=[Exact("soft", numbers_to_means_and_scales)],
    minimiser=Best("mean, and the logarithm of the standard deviation", mean_and_log_std),
    floor=NO_FLOOR,
    least=-np.inf,
    curve=lambda x, v, s: np.allclose(v, x**2 / 2) and np.allclose(s, x),
    peers=peers(
        "F.gaussian_nll_loss(p[:, 0], y, torch.exp(2 * p[:, 1]), reduction=reduction)", ONE_A_ROW
    ),
    calls={
        "a number and its scale": [
            (
                "PyTorch",
                "F.gaussian_nll_loss(P[:, 0], y, torch.exp(2 * P[:, 1]))",
                "lb.gaussian_with_log_scale(y, P)",
            ),
            (
                "PyTorch",
                "F.gaussian_nll_loss(P[:, 0], y, torch.exp(P[:, 1]))",
                "lb.gaussian_with_log_scale(y, P * [1, 0.5])",
                "wants σ², not σ",
            ),
        ]
    },
)
