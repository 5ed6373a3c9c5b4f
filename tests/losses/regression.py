"""Losses for a number, by hand, by definition, and in other libraries."""

from math import inf, log, nan

import numpy as np

from tests.support.best_answers import MEAN, MEDIAN, Best, balance, quantile
from tests.support.exact_inputs import numbers
from tests.support.loss_spec import (
    HARD_TO_SHARES,
    MEASURED,
    WEIGHTED,
    Exact,
    Mirror,
    PerType,
    Spec,
    peers,
)


def sign(e):
    return (e > 0) - (e < 0)


def squared_error(m, y, p):
    return (p - y) ** 2, (2 * (p - y), 0)


MEAN_SQUARED_ERROR = Spec(
    loss="mean_squared_error",
    by_hand=[
        # (5 − 3)² = 4, (4 − 5)² = 1; 2·2 and 2·(−1)
        ([3, 5], [5, 4], {}, [4, 1], [4, -2]),
    ],
    definition=squared_error,
    exact=[Exact("soft", numbers)],
    minimiser=MEAN,
    mirror=Mirror(),
    shift=True,
    curve=lambda x, v, s: np.allclose(s[::2], 2 * s[60:181]),  # at x and x/2
    peers=[
        *peers(
            "F.mse_loss(p, y, weight=w, reduction=reduction)", MEASURED, weights=[None, "weights"]
        ),
        *peers(
            "metrics.mean_squared_error(y, p, sample_weight=w)", MEASURED, weights=[None, "weights"]
        ),
        *peers(
            "metrics.brier_score_loss(y, p, sample_weight=w)",
            HARD_TO_SHARES,
            weights=[None, "weights"],
        ),
        *peers("sk.HalfSquaredError()", MEASURED, factor=2),
    ],
    calls={
        "numbers": [
            ("PyTorch", "F.mse_loss(y_pred, y)", "lb.mean_squared_error(y, y_pred)"),
            (
                "Keras",
                "keras.losses.MeanSquaredError()(y, y_pred)",
                "lb.mean_squared_error(y, y_pred)",
            ),
            (
                "scikit-learn",
                "metrics.mean_squared_error(y, y_pred)",
                "lb.mean_squared_error(y, y_pred)",
            ),
            (
                "Optax",
                "optax.losses.squared_error(y_pred, y)",
                "lb.mean_squared_error(y, y_pred, reduction='none')",
            ),
            (
                "Optax",
                "optax.losses.l2_loss(y_pred, y)",
                "lb.mean_squared_error(y, y_pred, reduction='none') / 2",
            ),
            ("PyTorch", "F.mse_loss(Y_pred, Y)", "lb.mean_squared_error(Y, Y_pred)"),
            (
                "Keras",
                "keras.losses.MeanSquaredError()(Y, Y_pred)",
                "lb.mean_squared_error(Y, Y_pred)",
            ),
            (
                "PyTorch",
                "F.mse_loss(Y_pred, Y, reduction='sum')",
                "lb.mean_squared_error(Y, Y_pred, reduction='sum')",
            ),
            (
                "Keras",
                "keras.losses.MeanSquaredError(reduction='sum')(Y, Y_pred)",
                "lb.mean_squared_error(Y, Y_pred, reduction='sum') / Y.shape[1]",
                "the sum of the means of the rows",
            ),
            (
                "PyTorch",
                "F.mse_loss(y_pred, y, weight=w)",
                "lb.mean_squared_error(y, y_pred, sample_weight=w)",
            ),
            (
                "scikit-learn",
                "metrics.mean_squared_error(y, y_pred, sample_weight=w)",
                "lb.mean_squared_error(y, y_pred, sample_weight=w)",
            ),
            (
                "Keras",
                "keras.losses.MeanSquaredError()(y[:, None], y_pred[:, None], sample_weight=w)",
                "lb.mean_squared_error(y, y_pred, sample_weight=w) * w.mean()",
                "divides by the number of examples, not by the sum of the weights",
            ),
            (
                "Keras",
                "keras.losses.MeanSquaredError(reduction='mean_with_sample_weight')"
                "(y[:, None], y_pred[:, None], sample_weight=w)",
                "lb.mean_squared_error(y, y_pred, sample_weight=w)",
            ),
            (
                "Keras",
                "keras.losses.MeanSquaredError()(y, y_pred, sample_weight=w)",
                "lb.mean_squared_error(y, y_pred) * w.mean()",
                "takes a vector for one example with several outputs",
            ),
            (
                "PyTorch",
                "F.mse_loss(y_pred[:, None], y)",
                "np.mean((y_pred[:, None] - y) ** 2)",
                "a column against a vector: every prediction meets every target (it warns)",
            ),
            ("Optax", "optax.losses.squared_error(y_pred[:, None], y)", None),
            (
                "Keras",
                "keras.losses.MeanSquaredError()(y, y_pred[:, None])",
                "lb.mean_squared_error(y, y_pred)",
            ),
            (
                "scikit-learn",
                "metrics.mean_squared_error(y, y_pred[:, None])",
                "lb.mean_squared_error(y, y_pred)",
            ),
        ],
        "two classes": [
            ("scikit-learn", "metrics.brier_score_loss(y, p)", "lb.mean_squared_error(y, p)"),
        ],
    },
)


def absolute_error(m, y, p):
    return abs(p - y), (sign(p - y), 0)


MEAN_ABSOLUTE_ERROR = Spec(
    loss="mean_absolute_error",
    by_hand=[
        # |5 − 3| = 2, |4.5 − 5| = ½, no error; the slope at the kink is 0
        ([3, 5, 1], [5, 4.5, 1], {}, [2, 0.5, 0], [1, -1, 0]),
    ],
    definition=absolute_error,
    kink=lambda y, p: y == p,
    exact=[Exact("soft", numbers)],
    minimiser=MEDIAN,
    mirror=Mirror(),
    shift=True,
    curve=lambda x, v, s: set(np.abs(s[x != 0])) == {1},
    peers=[
        *peers(
            "F.l1_loss(p, y, weight=w, reduction=reduction)", MEASURED, weights=[None, "weights"]
        ),
        *peers(
            "metrics.mean_absolute_error(y, p, sample_weight=w)",
            MEASURED,
            weights=[None, "weights"],
        ),
        *peers("sk.AbsoluteError()", MEASURED),
    ],
    calls={
        "numbers": [
            ("PyTorch", "F.l1_loss(y_pred, y)", "lb.mean_absolute_error(y, y_pred)"),
            (
                "Keras",
                "keras.losses.MeanAbsoluteError()(y, y_pred)",
                "lb.mean_absolute_error(y, y_pred)",
            ),
            (
                "scikit-learn",
                "metrics.mean_absolute_error(y, y_pred)",
                "lb.mean_absolute_error(y, y_pred)",
            ),
            (
                "PyTorch",
                "F.l1_loss(y_pred, y, weight=w)",
                "lb.mean_absolute_error(y, y_pred, sample_weight=w)",
            ),
        ],
    },
)


def huber(m, y, p, delta=1.0):
    e = p - y
    if abs(e) <= delta:
        return e**2 / 2, (e, 0)
    return delta * (abs(e) - delta / 2), (delta * sign(e), 0)


HUBER = Spec(
    loss="huber",
    by_hand=[
        # ½·(½)² = ⅛; beyond 1: 1·(3 − ½) = 2½; where they meet: ½·1²
        ([0, 0, 0], [0.5, -3, 1], {}, [1 / 8, 5 / 2, 1 / 2], [0.5, -1, 1]),
        # ½·1² = ½; beyond 2: 2·(3 − 1) = 4, to the other side 2·(10 − 1) = 18
        ([0, 0, 9], [1, -3, 19], {"delta": 2}, [1 / 2, 4, 18], [1, -2, 2]),
    ],
    definition=huber,
    exact=[
        Exact(
            "soft", numbers, [{}, {"delta": 0.25}, {"delta": 2.5}, {"delta": PerType(1.1, 1.125)}]
        )
    ],
    minimiser=Best(
        "drawn in to delta",
        balance(lambda e, delta=1.0: np.clip(e, -delta, delta)),
        frozenset({"delta"}),
    ),
    mirror=Mirror(),
    shift=True,
    ranges={"delta": "(0, inf)"},
    in_unit_of_y=frozenset({"delta"}),
    curve=lambda x, v, s: np.allclose(s, np.clip(x, -2, 2)),
    peers=[
        *peers(
            "F.huber_loss(p, y, delta=delta, reduction=reduction)",
            MEASURED,
            parameters=[{}, {"delta": 0.75}],
        ),
        *peers(
            "F.huber_loss(p, y, delta=delta, weight=w, reduction=reduction)",
            MEASURED,
            parameters=[{}, {"delta": 0.75}],
            **WEIGHTED,
        ),
        *peers("sk.HuberLoss(delta=delta)", MEASURED, parameters=[{"delta": 0.75}]),
        *peers("special.huber(delta, p - y)", MEASURED, parameters=[{"delta": 0.75}]),
    ],
    refused=[
        ({"delta": 0}, "delta is 0", "a number in (0, inf)"),
        ({"delta": -1}, "delta is -1", "a number in (0, inf)"),
        ({"delta": inf}, "delta is inf", "a number in (0, inf)"),
        ({"delta": nan}, "delta is nan", "a number in (0, inf)"),
        ({"delta": "1"}, "delta is '1'", "a number"),
        ({"delta": [1.0]}, "delta is [1.0]", "a number"),
    ],
    calls={
        "numbers": [
            ("PyTorch", "F.huber_loss(y_pred, y, delta=2.0)", "lb.huber(y, y_pred, delta=2.0)"),
            ("Keras", "keras.losses.Huber(delta=2.0)(y, y_pred)", "lb.huber(y, y_pred, delta=2.0)"),
            (
                "Optax",
                "optax.losses.huber_loss(y_pred, y, delta=2.0)",
                "lb.huber(y, y_pred, delta=2.0, reduction='none')",
            ),
            (
                "SciPy",
                "special.huber(2.0, y_pred - y)",
                "lb.huber(y, y_pred, delta=2.0, reduction='none')",
            ),
            (
                "PyTorch",
                "F.smooth_l1_loss(y_pred, y, beta=2.0)",
                "lb.huber(y, y_pred, delta=2.0) / 2.0",
            ),
            ("PyTorch", "F.smooth_l1_loss(y_pred, y)", "lb.huber(y, y_pred)"),
            (
                "PyTorch",
                "F.huber_loss(y_pred, y, delta=2.0, weight=w)",
                "lb.huber(y, y_pred, delta=2.0, sample_weight=w) * w.mean()",
                "divides by the number of examples, not by the sum of the weights",
            ),
            (
                "Optax",
                "optax.losses.huber_loss(y_pred[:, None], y, delta=2.0)",
                "lb.huber(np.tile(y, (4, 1)), np.tile(y_pred[:, None], 4), "
                "delta=2.0, reduction='none')",
                "a column against a vector: every prediction meets every target",
            ),
        ],
    },
)


def log_cosh(m, y, p):
    e = p - y
    return m.log(m.cosh(e)), (m.tanh(e), 0)


LOG_COSH = Spec(
    loss="log_cosh",
    by_hand=[
        # cosh(ln 2) = (2 + ½)/2 = 5/4, tanh(ln 2) = (2 − ½)/(2 + ½) = ⅗;
        # cosh(−ln 3) = (3 + ⅓)/2 = 5/3, tanh(−ln 3) = −(3 − ⅓)/(3 + ⅓) = −⅘; cosh(0) = 1
        ([0, 4, 7], [log(2), 4 - log(3), 7], {}, [log(5 / 4), log(5 / 3), 0], [3 / 5, -4 / 5, 0]),
    ],
    definition=log_cosh,
    exact=[Exact("soft", numbers)],
    minimiser=Best("hyperbolic tangents", balance(np.tanh)),
    mirror=Mirror(),
    shift=True,
    curve=lambda x, v, s: 0.99 < s.max() < 1 and np.abs(np.diff(s)).max() < 0.03,
    peers=peers("optax.losses.log_cosh(p, y)", MEASURED),
    calls={
        "numbers": [
            ("Keras", "keras.losses.LogCosh()(y, y_pred)", "lb.log_cosh(y, y_pred)"),
            (
                "Optax",
                "optax.losses.log_cosh(y_pred, y)",
                "lb.log_cosh(y, y_pred, reduction='none')",
            ),
        ],
    },
)


def pinball(m, y, p, level=0.5):
    if y > p:  # predicted too low
        return level * (y - p), (0, level)
    return (1 - level) * (p - y), (1 - level if p > y else 0, 0)


QUANTILE = Spec(
    loss="quantile",
    by_hand=[
        # half of 2, of ½, of 0; the slope at the kink is 0
        ([3, 5, 1], [5, 4.5, 1], {}, [1, 0.25, 0], [0.5, -0.5, 0]),
        # 2 too much: ¼·2; 2 too little: ¾·2; the slope is 1 − ¾ above, −¾ below, 0 where they meet
        ([0, 0, 7], [2, -2, 7], {"level": 0.75}, [0.5, 1.5, 0], [0.25, -0.75, 0]),
        # 10 too little: 0.1·10; 10 too much: 0.9·10
        ([20, 0], [10, 10], {"level": 0.1}, [1, 9], [-0.1, 0.9]),
    ],
    definition=pinball,
    kink=lambda y, p: y == p,
    exact=[
        Exact(
            "soft", numbers, [{}, {"level": 0.25}, {"level": 0.875}, {"level": PerType(0.3, 0.375)}]
        )
    ],
    minimiser=Best("quantile", quantile, frozenset({"level"})),
    mirror=Mirror({"level": lambda level: 1 - level}),
    shift=True,
    ranges={"level": "(0, 1)"},
    curve=lambda x, v, s: -s[0] > s[-1] > 0,
    peers=[
        *peers(
            "metrics.mean_pinball_loss(y, p, alpha=level, sample_weight=w)",
            MEASURED,
            parameters=[{}, {"level": 0.2}],
            weights=[None, "weights"],
        ),
        *peers("sk.PinballLoss(quantile=level)", MEASURED, parameters=[{"level": 0.2}]),
    ],
    refused=[
        ({"level": 0}, "level is 0", "a number in (0, 1)"),
        ({"level": 1}, "level is 1", "a number in (0, 1)"),
        ({"level": 90}, "level is 90", "a number in (0, 1)"),
        ({"level": -0.5}, "level is -0.5", "a number in (0, 1)"),
        ({"level": nan}, "level is nan", "a number in (0, 1)"),
        ({"level": None}, "level is None", "a number"),
        ({"level": [0.1, 0.9]}, "level is [0.1, 0.9]", "a number"),
    ],
    calls={
        "numbers": [
            (
                "scikit-learn",
                "metrics.mean_pinball_loss(y, y_pred, alpha=0.9)",
                "lb.quantile(y, y_pred, level=0.9)",
            ),
            (
                "scikit-learn",
                "metrics.mean_pinball_loss(y_pred, y, alpha=0.9)",
                "lb.quantile(y, y_pred, level=1 - 0.9)",
                "the arguments exchanged: the level becomes 1 − 0.9",
            ),
            (
                "scikit-learn",
                "metrics.mean_pinball_loss(y, y_pred)",
                "lb.quantile(y, y_pred)",
            ),
        ],
    },
)
