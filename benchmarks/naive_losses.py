"""The losses as a reader would write them in NumPy: whole arrays, no checks, no weights.

Each returns the mean and a function that goes on to its gradient, from what is computed already.
"""

import numpy as np


def squared(y, p):
    error = p - y
    return np.mean(error**2), lambda: 2 * error / error.size


def absolute(y, p):
    error = p - y
    return np.mean(np.abs(error)), lambda: np.sign(error) / error.size


def huber(y, p):
    error = p - y
    size = np.abs(error)
    value = np.mean(np.where(size <= 1, error**2 / 2, size - 1 / 2))
    return value, lambda: np.clip(error, -1, 1) / error.size


def binary(y, p):
    value = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return value, lambda: (p - y) / (p * (1 - p)) / p.size


def binary_logits(y, z):
    value = np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))
    return value, lambda: (1 / (1 + np.exp(-z)) - y) / z.size


def classes(y, p):
    true = np.arange(len(y)), y

    def gradient():
        slopes = np.zeros_like(p)
        slopes[true] = -1 / p[true] / len(p)
        return slopes

    return -np.mean(np.log(p[true])), gradient


def one_hot(y, p):
    return -np.mean(np.sum(y * np.log(p), axis=1)), lambda: -y / p / len(p)


def softmax(z):
    exps = np.exp(z - z.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def classes_logits(y, z):
    p, true = softmax(z), (np.arange(len(y)), y)

    def gradient():
        p[true] -= 1
        return p / len(p)

    return -np.mean(np.log(p[true])), gradient


def one_hot_logits(y, z):
    p = softmax(z)
    return -np.mean(np.sum(y * np.log(p), axis=1)), lambda: (p - y) / len(p)
