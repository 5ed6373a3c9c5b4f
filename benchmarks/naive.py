"""The losses as a reader would write them in NumPy: whole arrays, no checks, no weights.

Each bears the name of its loss in `lossbook`, and returns the mean and a function that goes on to
its gradient, from what is computed already.
"""

from functools import partial

import numpy as np


def mean_squared_error(y, p):
    error = p - y
    return np.mean(error**2), lambda: 2 * error / error.size


def mean_absolute_error(y, p):
    error = p - y
    return np.mean(np.abs(error)), lambda: np.sign(error) / error.size


def huber(y, p):
    error = p - y
    size = np.abs(error)
    value = np.mean(np.where(size <= 1, error**2 / 2, size - 1 / 2))
    return value, lambda: np.clip(error, -1, 1) / error.size


def log_cosh(y, p):
    error = p - y
    return np.mean(np.log(np.cosh(error))), lambda: np.tanh(error) / error.size


def quantile(y, p, level):
    error = p - y
    value = np.mean(np.maximum((1 - level) * error, -level * error))
    return value, lambda: ((error > 0) - p.dtype.type(level)) / p.size


def binary_cross_entropy(y, p):
    value = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return value, lambda: (p - y) / (p * (1 - p)) / p.size


def binary_cross_entropy_with_logits(y, z):
    value = np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))
    return value, lambda: (1 / (1 + np.exp(-z)) - y) / z.size


multilabel_cross_entropy = binary_cross_entropy
multilabel_cross_entropy_with_logits = binary_cross_entropy_with_logits


def hinge(y, z):
    short = np.maximum(0, 1 - y * z)
    return np.mean(short), lambda: -y * (short > 0) / z.size


def squared_hinge(y, z):
    short = np.maximum(0, 1 - y * z)
    return np.mean(short**2), lambda: -2 * y * short / z.size


def focal_with_logits(y, z, alpha, gamma):
    p = 1 / (1 + np.exp(-z))
    right = np.where(y == 1, p, 1 - p)  # the probability of what happened
    weight = np.where(y == 1, alpha, 1 - alpha).astype(z.dtype) * (1 - right) ** gamma
    log_right = np.log(right)

    def gradient():
        return (2 * y - 1) * weight * (gamma * right * log_right - (1 - right)) / z.size

    return -np.mean(weight * log_right), gradient


def cross_entropy(y, p):
    if y.ndim == 2:
        return -np.mean(np.sum(y * np.log(p), axis=1)), lambda: -y / p / len(p)
    true = np.arange(len(y)), y

    def gradient():
        slopes = np.zeros_like(p)
        slopes[true] = -1 / p[true] / len(p)
        return slopes

    return -np.mean(np.log(p[true])), gradient


def softmax(z):
    exps = np.exp(z - z.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def cross_entropy_with_logits(y, z):
    p = softmax(z)
    if y.ndim == 2:
        return -np.mean(np.sum(y * np.log(p), axis=1)), lambda: (p - y) / len(p)
    true = np.arange(len(y)), y

    def gradient():
        p[true] -= 1
        return p / len(p)

    return -np.mean(np.log(p[true])), gradient


def kl_divergence(y, p):
    return np.mean(np.sum(y * np.log(y / p), axis=1)), lambda: -y / p / len(p)


def dice(y, p):
    twice = 2 * np.sum(y * p, axis=1, keepdims=True) + 1
    total = np.sum(y, axis=1, keepdims=True) + np.sum(p, axis=1, keepdims=True) + 1
    return 1 - np.mean(twice / total), lambda: (twice / total - 2 * y) / total / len(p)


def contenders(name, y, p, parameters):
    """title → (call for the value, call for value and gradient)"""
    loss = partial(globals()[name], y, p, **parameters)

    def both():
        value, gradient = loss()
        return value, gradient()

    return {"naive": (lambda: loss()[0], both)}
