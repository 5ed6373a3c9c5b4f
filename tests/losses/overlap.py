"""Losses for masks, by hand, by definition, and in other libraries."""

import numpy as np

from tests.support.best_answers import ZERO_FOR_SURE_TARGETS, Best, best_mask
from tests.support.exact_inputs import two_masks
from tests.support.loss_spec import HARD_TO_SHARES, SOFT_TO_SHARES, Exact, Spec, peers

# A row is an image of a class and its background; their smooth is half of ours.
TWO_CLASSES = (
    "optax.losses.dice_loss(jnp.stack([p, 1 - p], -1), jnp.stack([y, 1 - y], -1), "
    "smooth=smooth / 2, apply_softmax=False, reduction='none')[:, 0]"
)


def overlap(m, y, p, smooth=1.0):
    common = 2 * sum(a * b for a, b in zip(y, p, strict=True)) + smooth
    sizes = sum(p) + sum(y) + smooth
    return 1 - common / sizes, [(common / sizes**2, 2 * label / sizes) for label in y]


DICE = Spec(
    loss="dice",
    by_hand=[
        # one pixel of 2 and 2 is common: 1 − (2 + 1)/(4 + 1) = ⅖; slopes (⅗ − 2)/5 and ⅗/5
        ([[1, 1, 0, 0]], [[1, 0, 1, 0]], {}, [2 / 5], [[-7 / 25, -7 / 25, 3 / 25, 3 / 25]]),
        # ½ is common, sizes 1 and 1: 1 − (1 + 1)/(2 + 1) = ⅓; (⅔ − 2)/3, ⅔/3
        ([[1, 0]], [[0.5, 0.5]], {}, [1 / 3], [[-4 / 9, 2 / 9]]),
        # both empty: 1 − 1/1; nothing to find, all marked: 1 − 1/3; all found: 1 − 5/5
        (
            [[0, 0], [0, 0], [1, 1]],
            [[0, 0], [1, 1], [1, 1]],
            {},
            [0, 2 / 3, 0],
            [[1, 1], [1 / 9, 1 / 9], [-1 / 5, -1 / 5]],
        ),
        # s = 2: 1 − (2 + 2)/(4 + 2) = ⅓; (⅔ − 2)/6, ⅔/6
        ([[1, 1, 0, 0]], [[1, 0, 1, 0]], {"smooth": 2}, [1 / 3], [[-2 / 9, -2 / 9, 1 / 9, 1 / 9]]),
    ],
    definition=overlap,
    of_rows=True,
    cancels=True,
    exact=[Exact("hard soft", two_masks, [{}, {"smooth": 0.125}, {"smooth": 100.0}])],
    minimiser=Best("mask of zeros and ones", best_mask, one_size=True),
    floor=ZERO_FOR_SURE_TARGETS,
    ranges={"smooth": "(0, inf)"},
    curve=lambda x, v, s: np.allclose(s, s[0]) and v[-1] == 0 < v[0],
    peers=peers(TWO_CLASSES, HARD_TO_SHARES, SOFT_TO_SHARES, parameters=[{}, {"smooth": 0.25}]),
    refused=[
        ({"smooth": 0}, "smooth is 0", "a number in (0, inf)"),
        ({"smooth": -1.0}, "smooth is -1.0", "a number in (0, inf)"),
        ({"smooth": "one"}, "smooth is 'one'", "a number"),
    ],
    calls={
        "masks": [
            (
                "Optax",
                "optax.losses.dice_loss(z[..., None], y[..., None], smooth=0.5)",
                "lb.dice(y, lb.sigmoid(z), reduction='none')",
            ),
            (
                "Optax",
                "optax.losses.dice_loss(z[..., None], y[..., None])",
                "lb.dice(y, lb.sigmoid(z), smooth=2.0, reduction='none')",
            ),
            (
                "Keras",
                "keras.losses.Dice()(y, p)",
                "lb.dice(y.reshape(1, -1), p.reshape(1, -1), smooth=1e-7)",
            ),
            (
                "Keras",
                "keras.losses.Dice()(y, z)",
                "1 - (2 * np.sum(y * z) + 1e-7) / (np.sum(y) + np.sum(z) + 1e-7)",
                "scores read as probabilities: below zero",
            ),
            (
                "Optax",
                "optax.losses.dice_loss(p[..., None], y[..., None], smooth=0.5)",
                "lb.dice(y, lb.sigmoid(lb.sigmoid(z)), reduction='none')",
                "probabilities read as scores: sigmoid twice",
            ),
        ],
    },
)
