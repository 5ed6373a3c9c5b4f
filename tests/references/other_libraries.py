"""What other libraries say to one shared example per family: lossbook/pages/other_libraries.json.

    pip install -e ".[libraries]" -c constraints.txt
    python tests/references/other_libraries.py

A call is stored as the text that was evaluated here, with its answer, or the name of the error with
which the library refused it.  Beside it stand the loss of lossbook that it belongs to; an
expression of lossbook and NumPy that gives the same number, which this script does not evaluate
(tests/losses/test_other_libraries.py does); and, of a call that looks right and is not, what is
wrong with it.  All are given float64, which Keras turns into float32, its own default.
"""

import json
import os
import platform
import warnings
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
import scipy
import sklearn
import torch
from scipy import special
from sklearn import metrics
from torch.nn import functional as F

jax.config.update("jax_enable_x64", True)
FILE = Path(__file__).resolve().parents[2] / "lossbook" / "pages" / "other_libraries.json"
LIBRARIES = {  # name → what a text may use, and how it likes its arrays
    "PyTorch": ({"F": F, "torch": torch}, torch.tensor),
    "Keras": ({"keras": keras, "torch": torch}, np.array),
    "scikit-learn": ({"metrics": metrics}, np.array),
    "SciPy": ({"special": special}, np.array),
    "Optax": ({"optax": optax, "jnp": jnp}, jnp.array),
}


def sigmoid(z):
    return special.expit(np.array(z)).tolist()


def softmax(z):
    return special.softmax(np.array(z), axis=1).tolist()


TWO, SIGNED = [-1.0, 0.0, 1.0], [-0.5, 0.25, 2.0]
CLASSES = [[2.0, 1.0, 0.0], [0.0, 1.0, 3.0]]
LABELS = [[2.0, -1.0, 0.0], [-2.0, 1.0, 1.0]]
PIXELS = [[2.0, 1.0, -1.0, -2.0], [-1.0, 1.0, 0.0, -2.0]]
INPUTS = {
    "numbers": {
        "y": [1.0, 2.0, 3.0, 10.0],
        "y_pred": [1.5, 1.0, 3.0, 14.0],
        "w": [1.0, 1.0, 1.0, 2.0],
        "Y": [[1.0, 2.0], [3.0, 10.0]],  # the same numbers, two for each of two examples
        "Y_pred": [[1.5, 1.0], [3.0, 14.0]],
    },
    "two classes": {
        "y": [0.0, 1.0, 1.0],
        "z": TWO,
        "p": sigmoid(TWO),
        "w": [1.0, 1.0, 4.0],
    },
    "two signs": {
        "y": [0.0, 1.0, 1.0],
        "s": [-1.0, 1.0, 1.0],
        "z": SIGNED,
        "p": sigmoid(SIGNED),
    },
    "called impossible": {"y": [1.0], "p": [0.0]},
    "one of k": {
        "y": [0, 2],
        "Y": [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]],
        "z": CLASSES,
        "p": softmax(CLASSES),
        "c": [1.0, 2.0, 4.0],  # a weight for each class
    },
    "distributions": {"y": [[0.5, 0.5], [0.9, 0.1]], "p": [[0.2, 0.8], [0.8, 0.2]]},
    "many labels": {
        "y": [[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]],
        "z": LABELS,
        "p": sigmoid(LABELS),
        "c": [1.0, 2.0, 4.0],  # a weight for the "yes" of each label
    },
    "masks": {"y": [[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]], "z": PIXELS, "p": sigmoid(PIXELS)},
}

# family, loss: (library, call, equal expression of lossbook, what is wrong with the call)
CALLS = {
    ("numbers", "mean_squared_error"): [
        ("PyTorch", "F.mse_loss(y_pred, y)", "lb.mean_squared_error(y, y_pred)"),
        ("Keras", "keras.losses.MeanSquaredError()(y, y_pred)", "lb.mean_squared_error(y, y_pred)"),
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
        ("Keras", "keras.losses.MeanSquaredError()(Y, Y_pred)", "lb.mean_squared_error(Y, Y_pred)"),
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
    ("numbers", "mean_absolute_error"): [
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
    ("numbers", "huber"): [
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
    ("numbers", "log_cosh"): [
        ("Keras", "keras.losses.LogCosh()(y, y_pred)", "lb.log_cosh(y, y_pred)"),
        (
            "Optax",
            "optax.losses.log_cosh(y_pred, y)",
            "lb.log_cosh(y, y_pred, reduction='none')",
        ),
    ],
    ("numbers", "quantile"): [
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
    ("two classes", "binary_cross_entropy"): [
        ("PyTorch", "F.binary_cross_entropy(p, y)", "lb.binary_cross_entropy(y, p)"),
        ("Keras", "keras.losses.BinaryCrossentropy()(y, p)", "lb.binary_cross_entropy(y, p)"),
        ("scikit-learn", "metrics.log_loss(y, p)", "lb.binary_cross_entropy(y, p)"),
        (
            "scikit-learn",
            "metrics.log_loss(y, p, sample_weight=w)",
            "lb.binary_cross_entropy(y, p, sample_weight=w)",
        ),
        ("PyTorch", "F.binary_cross_entropy(z, y)", None),
        ("scikit-learn", "metrics.log_loss(y, z)", None),
        (
            "Keras",
            "keras.losses.BinaryCrossentropy()(y, z)",
            "lb.binary_cross_entropy(y, np.clip(z, 1e-7, 1 - 1e-7))",
            "scores read as probabilities, and clipped to [1e-7, 1 − 1e-7]",
        ),
        (
            "Keras",
            "torch.func.grad(lambda z: keras.losses.BinaryCrossentropy()(y, z))(torch.tensor(z))",
            "0 * z",
            "scores read as probabilities: a clipped one has no slope",
        ),
    ],
    ("two classes", "binary_cross_entropy_with_logits"): [
        (
            "PyTorch",
            "F.binary_cross_entropy_with_logits(z, y)",
            "lb.binary_cross_entropy_with_logits(y, z)",
        ),
        (
            "Keras",
            "keras.losses.BinaryCrossentropy(from_logits=True)(y, z)",
            "lb.binary_cross_entropy_with_logits(y, z)",
        ),
        (
            "Optax",
            "optax.losses.sigmoid_binary_cross_entropy(z, y)",
            "lb.binary_cross_entropy_with_logits(y, z, reduction='none')",
        ),
        (
            "PyTorch",
            "F.binary_cross_entropy_with_logits(z, y, reduction='sum')",
            "lb.binary_cross_entropy_with_logits(y, z, reduction='sum')",
        ),
        (
            "PyTorch",
            "F.binary_cross_entropy_with_logits(z, y, pos_weight=torch.tensor(2.0))",
            "lb.binary_cross_entropy_with_logits(y, z, pos_weight=2.0)",
        ),
        (
            "Keras",
            "keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)(y, z)",
            "lb.binary_cross_entropy_with_logits(0.9 * y + 0.1 / 2, z)",
        ),
        (
            "PyTorch",
            "F.binary_cross_entropy_with_logits(z, y, weight=w)",
            "lb.binary_cross_entropy_with_logits(y, z, sample_weight=w) * w.mean()",
            "divides by the number of examples, not by the sum of the weights",
        ),
        (
            "PyTorch",
            "F.binary_cross_entropy_with_logits(p, y)",
            "lb.binary_cross_entropy_with_logits(y, lb.sigmoid(z))",
            "probabilities read as scores: sigmoid twice",
        ),
        (
            "PyTorch",
            "F.binary_cross_entropy_with_logits(y, z)",
            "np.mean(np.log1p(np.exp(y)) - z * y)",
            "the arguments exchanged",
        ),
        (
            "Keras",
            "keras.losses.BinaryCrossentropy(from_logits=True)(z, y)",
            "np.mean(np.log1p(np.exp(y)) - z * y)",
            "the arguments exchanged",
        ),
        (
            "Optax",
            "optax.losses.sigmoid_binary_cross_entropy(y, z)",
            "np.log1p(np.exp(y)) - z * y",
            "the arguments exchanged",
        ),
    ],
    ("two classes", "mean_squared_error"): [
        ("scikit-learn", "metrics.brier_score_loss(y, p)", "lb.mean_squared_error(y, p)"),
    ],
    ("two signs", "hinge"): [
        ("Keras", "keras.losses.Hinge()(s, z)", "lb.hinge(s, z)"),
        ("Keras", "keras.losses.Hinge()(y, z)", "lb.hinge(2 * y - 1, z)"),
        ("scikit-learn", "metrics.hinge_loss(s, z)", "lb.hinge(s, z)"),
        ("scikit-learn", "metrics.hinge_loss(y, z)", "lb.hinge(2 * y - 1, z)"),
        (
            "scikit-learn",
            "metrics.hinge_loss(s[1:], z[1:])",
            "lb.hinge(-s[1:], z[1:])",
            "only one class is there: it becomes −1, whichever it is",
        ),
        ("Optax", "optax.losses.hinge_loss(z, s)", "lb.hinge(s, z, reduction='none')"),
        (
            "Optax",
            "optax.losses.hinge_loss(z, y)",
            "np.maximum(0, 1 - y * z)",
            "labels 0 and 1: each 0 costs 1, whatever the score",
        ),
        (
            "PyTorch",
            "F.hinge_embedding_loss(z, s)",
            "np.mean(np.where(s == 1, z, np.maximum(0, 1 - z)))",
            "another loss: it reads z as a distance",
        ),
        (
            "Keras",
            "keras.losses.Hinge()(s, p)",
            "lb.hinge(s, lb.sigmoid(z))",
            "probabilities, whose margin never reaches 1",
        ),
    ],
    ("two signs", "squared_hinge"): [
        ("Keras", "keras.losses.SquaredHinge()(s, z)", "lb.squared_hinge(s, z)"),
    ],
    ("two signs", "binary_cross_entropy_with_logits"): [
        (
            "PyTorch",
            "F.soft_margin_loss(z, s)",
            "lb.binary_cross_entropy_with_logits((s + 1) / 2, z)",
        ),
    ],
    ("two classes", "focal_with_logits"): [
        (
            "Optax",
            "optax.losses.sigmoid_focal_loss(z, y, alpha=0.25)",
            "lb.focal_with_logits(y, z, alpha=0.25, reduction='none')",
        ),
        (
            "Optax",
            "optax.losses.sigmoid_focal_loss(z, y)",
            "2 * lb.focal_with_logits(y, z, reduction='none')",
        ),
        (
            "Keras",
            "keras.losses.BinaryFocalCrossentropy(from_logits=True)(y, z)",
            "2 * lb.focal_with_logits(y, z)",
        ),
        (
            "Keras",
            "keras.losses.BinaryFocalCrossentropy("
            "from_logits=True, apply_class_balancing=True)(y, z)",
            "lb.focal_with_logits(y, z, alpha=0.25)",
        ),
    ],
    ("called impossible", "binary_cross_entropy"): [
        (
            "PyTorch",
            "F.binary_cross_entropy(p, y)",
            "lb.binary_cross_entropy(y, np.maximum(p, np.exp(-100)))",
            "holds the logarithm at −100",
        ),
        (
            "scikit-learn",
            "metrics.log_loss(y, p, labels=[0, 1])",
            "lb.binary_cross_entropy(y, np.maximum(p, np.finfo(float).eps))",
            "clips to [ε, 1 − ε], with the ε of the type",
        ),
        (
            "Keras",
            "keras.losses.BinaryCrossentropy()(y, p)",
            "lb.binary_cross_entropy(y, np.clip(p, 1e-7, 1 - 1e-7))",
            "clips to [1e-7, 1 − 1e-7]",
        ),
        (
            "PyTorch",
            "torch.func.grad(F.binary_cross_entropy)(p, y)",
            "(p - y) / np.maximum(p * (1 - p), float(np.float32(1e-12)))",
            "the slope of another loss: its value is flat here",
        ),
    ],
    ("one of k", "cross_entropy"): [
        ("PyTorch", "F.nll_loss(torch.log(p), y)", "lb.cross_entropy(y, p)"),
        (
            "Keras",
            "keras.losses.SparseCategoricalCrossentropy()(y, p)",
            "lb.cross_entropy(y, p)",
        ),
        ("Keras", "keras.losses.CategoricalCrossentropy()(Y, p)", "lb.cross_entropy(Y, p)"),
        (
            "scikit-learn",
            "metrics.log_loss(y, p, labels=[0, 1, 2])",
            "lb.cross_entropy(y, p)",
        ),
        ("scikit-learn", "metrics.log_loss(y, p)", None),
        (
            "PyTorch",
            "F.nll_loss(p, y)",
            "-np.mean(p[np.arange(2), y])",
            "probabilities for their logarithms: below zero",
        ),
    ],
    ("one of k", "cross_entropy_with_logits"): [
        ("PyTorch", "F.cross_entropy(z, y)", "lb.cross_entropy_with_logits(y, z)"),
        (
            "Keras",
            "keras.losses.SparseCategoricalCrossentropy(from_logits=True)(y, z)",
            "lb.cross_entropy_with_logits(y, z)",
        ),
        (
            "Keras",
            "keras.losses.CategoricalCrossentropy(from_logits=True)(Y, z)",
            "lb.cross_entropy_with_logits(Y, z)",
        ),
        (
            "Optax",
            "optax.losses.softmax_cross_entropy_with_integer_labels(z, y)",
            "lb.cross_entropy_with_logits(y, z, reduction='none')",
        ),
        (
            "Optax",
            "optax.losses.softmax_cross_entropy(z, Y)",
            "lb.cross_entropy_with_logits(Y, z, reduction='none')",
        ),
        (
            "PyTorch",
            "F.cross_entropy(z, y, label_smoothing=0.1)",
            "lb.cross_entropy_with_logits(y, z, label_smoothing=0.1)",
        ),
        (
            "Keras",
            "keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)(Y, z)",
            "lb.cross_entropy_with_logits(Y, z, label_smoothing=0.1)",
        ),
        (
            "Optax",
            "optax.losses.softmax_cross_entropy(z, optax.losses.smooth_labels(Y, 0.1))",
            "lb.cross_entropy_with_logits(Y, z, label_smoothing=0.1, reduction='none')",
        ),
        (
            "PyTorch",
            "F.cross_entropy(z, y, weight=c)",
            "lb.cross_entropy_with_logits(y, z, sample_weight=c[y])",
        ),
        (
            "PyTorch",
            "F.cross_entropy(z, Y, weight=c)",
            "lb.cross_entropy_with_logits(y, z, sample_weight=c[y]) * c[y].mean()",
            "one-hot labels: divides by the number of examples, with classes by the weights",
        ),
        (
            "PyTorch",
            "F.cross_entropy(z[:1], y[:1], weight=c)",
            "lb.cross_entropy_with_logits(y[:1], z[:1])",
            "one example: its weight cancels",
        ),
        (
            "PyTorch",
            "F.cross_entropy(p, y)",
            "lb.cross_entropy_with_logits(y, lb.softmax(z))",
            "probabilities read as scores: softmax twice",
        ),
        (
            "Keras",
            "keras.losses.SparseCategoricalCrossentropy()(y, z)",
            "lb.cross_entropy(y, z / z.sum(axis=1, keepdims=True))",
            "scores read as probabilities, and divided by their sum",
        ),
    ],
    ("distributions", "kl_divergence"): [
        (
            "PyTorch",
            "F.kl_div(torch.log(p), y, reduction='batchmean')",
            "lb.kl_divergence(y, p)",
        ),
        ("Keras", "keras.losses.KLDivergence()(y, p)", "lb.kl_divergence(y, p)"),
        (
            "Optax",
            "optax.losses.kl_divergence(jnp.log(p), y)",
            "lb.kl_divergence(y, p, reduction='none')",
        ),
        (
            "SciPy",
            "special.rel_entr(y, p).sum(axis=1)",
            "lb.kl_divergence(y, p, reduction='none')",
        ),
        (
            "PyTorch",
            "F.kl_div(torch.log(p), y)",
            "lb.kl_divergence(y, p) / y.shape[1]",
            "divides by the classes too (it warns)",
        ),
        (
            "PyTorch",
            "F.kl_div(p, y, reduction='batchmean')",
            "np.mean(np.sum(y * (np.log(y) - p), axis=1))",
            "probabilities for their logarithms: below zero",
        ),
        (
            "PyTorch",
            "F.kl_div(torch.log(y), p, reduction='batchmean')",
            "lb.kl_divergence(p, y)",
            "the arguments exchanged: the other divergence",
        ),
    ],
    ("many labels", "multilabel_cross_entropy"): [
        ("PyTorch", "F.binary_cross_entropy(p, y)", "lb.multilabel_cross_entropy(y, p)"),
        ("Keras", "keras.losses.BinaryCrossentropy()(y, p)", "lb.multilabel_cross_entropy(y, p)"),
        (
            "scikit-learn",
            "metrics.log_loss(y, p)",
            "-np.mean(np.sum(y * np.log(p), axis=1))",
            "reads the row as one choice: what was not true costs nothing (it warns)",
        ),
    ],
    ("many labels", "multilabel_cross_entropy_with_logits"): [
        (
            "PyTorch",
            "F.binary_cross_entropy_with_logits(z, y)",
            "lb.multilabel_cross_entropy_with_logits(y, z)",
        ),
        (
            "PyTorch",
            "F.multilabel_soft_margin_loss(z, y)",
            "lb.multilabel_cross_entropy_with_logits(y, z)",
        ),
        (
            "Keras",
            "keras.losses.BinaryCrossentropy(from_logits=True)(y, z)",
            "lb.multilabel_cross_entropy_with_logits(y, z)",
        ),
        (
            "Optax",
            "optax.losses.sigmoid_binary_cross_entropy(z, y)",
            "lb.multilabel_cross_entropy_with_logits(y, z, reduction='none')",
        ),
        (
            "PyTorch",
            "F.binary_cross_entropy_with_logits(z, y, pos_weight=c)",
            "lb.multilabel_cross_entropy_with_logits(y, z, pos_weight=c)",
        ),
        (
            "PyTorch",
            "F.binary_cross_entropy_with_logits(z, y, reduction='sum')",
            "lb.multilabel_cross_entropy_with_logits(y, z, reduction='sum')",
        ),
        (
            "PyTorch",
            "F.multilabel_soft_margin_loss(z, y, reduction='sum')",
            "lb.multilabel_cross_entropy_with_logits(y, z, reduction='sum') / y.shape[1]",
            "the sum of the means of the rows",
        ),
        (
            "Keras",
            "keras.losses.BinaryCrossentropy(from_logits=True, reduction='sum')(y, z)",
            "lb.multilabel_cross_entropy_with_logits(y, z, reduction='sum') / y.shape[1]",
            "the sum of the means of the rows",
        ),
        (
            "PyTorch",
            "F.cross_entropy(z, y)",
            "np.mean(y.sum(axis=1) * np.log(np.exp(z).sum(axis=1)) - (y * z).sum(axis=1))",
            "one softmax over the labels, for rows that do not sum to 1",
        ),
    ],
    ("masks", "dice"): [
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
}


def answered(library, family, text):
    """The answer as a number or nested lists, or the name of the error."""
    names, held = LIBRARIES[library]
    arrays = {name: held(np.array(values)) for name, values in INPUTS[family].items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            answer = eval(text, names | arrays)
        except (TypeError, ValueError, RuntimeError) as error:
            return type(error).__name__
    return np.asarray(answer).tolist()


def main():
    modules = {"NumPy": np, "PyTorch": torch, "Keras": keras, "scikit-learn": sklearn}
    modules |= {"SciPy": scipy, "JAX": jax, "Optax": optax}
    versions = {"Python": platform.python_version()}
    versions |= {name: module.__version__ for name, module in modules.items()}
    families = {name: {"inputs": held, "calls": []} for name, held in INPUTS.items()}
    for (family, loss), calls in CALLS.items():
        for library, text, equal, *trap in calls:
            entry = {"library": library, "loss": loss, "call": text, "lossbook": equal}
            entry |= {"trap": trap[0] if trap else "", "answer": answered(library, family, text)}
            families[family]["calls"].append(entry)
    head = {"script": "tests/references/other_libraries.py"}
    stored = head | {"versions": versions, "families": families}
    text = json.dumps(stored, ensure_ascii=False) + "\n"
    for before in "[", ", ":  # a line for each call, so that a change can be read
        text = text.replace(before + '{"library"', before.strip() + '\n{"library"')
    FILE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
