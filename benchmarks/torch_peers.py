"""The losses as a reader would write them in PyTorch, and ours on its tensors.

Its own functions where there are some, else its operations.  The gradient comes from
`backward()` into a fresh `.grad`.
"""

import math
from functools import partial

import torch
import torch.nn.functional as F

import lossbook as lb

torch.set_num_threads(1)


def mean_squared_error(y, p):
    return F.mse_loss(p, y)


def mean_absolute_error(y, p):
    return F.l1_loss(p, y)


def huber(y, p):
    return F.huber_loss(p, y)


def log_cosh(y, p):
    size = (p - y).abs()
    return (size + F.softplus(-2 * size) - math.log(2)).mean()


def quantile(y, p, level):
    error = p - y
    return (F.relu(error) - level * error).mean()


def binary_cross_entropy(y, p):
    return F.binary_cross_entropy(p, y)


def binary_cross_entropy_with_logits(y, z):
    return F.binary_cross_entropy_with_logits(z, y)


multilabel_cross_entropy = binary_cross_entropy
multilabel_cross_entropy_with_logits = binary_cross_entropy_with_logits


def hinge(y, z):
    return F.relu(1 - y * z).mean()


def squared_hinge(y, z):
    return F.relu(1 - y * z).square().mean()


def focal_with_logits(y, z, alpha, gamma):
    surprise = F.binary_cross_entropy_with_logits(z, y, reduction="none")
    wrong = y + (1 - 2 * y) * torch.sigmoid(z)  # the probability of what did not happen
    weight = (1 - alpha) + (2 * alpha - 1) * y
    return (weight * wrong**gamma * surprise).mean()


def cross_entropy(y, p):
    if y.ndim == 2:
        return -(y * p.log()).sum(1).mean()
    return -p.gather(1, y[:, None]).log().mean()


def cross_entropy_with_logits(y, z):
    return F.cross_entropy(z, y)


def kl_divergence(y, p):
    return F.kl_div(p.log(), y, reduction="batchmean")


def dice(y, p):
    return 1 - ((2 * (y * p).sum(1) + 1) / (y.sum(1) + p.sum(1) + 1)).mean()


OWN = {  # the losses above that are a function of PyTorch
    "mean_squared_error",
    "mean_absolute_error",
    "huber",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy_with_logits",
    "kl_divergence",
}


def contenders(name, y, p, parameters):
    """title → (call for the value, call for value and gradient)"""
    y, p = torch.from_numpy(y), torch.from_numpy(p)
    found = {"torch": calls(partial(globals()[name], **parameters), y, p)}
    if name in OWN:
        found["lossbook in torch"] = calls(partial(lb.losses[name], **parameters), y, p)
    return found


def calls(loss, y, p):
    leaf = p.detach().requires_grad_()
    for tensor in y, p, leaf:  # compiled once for all sizes
        torch._dynamo.maybe_mark_dynamic(tensor, 0)

    def both():
        leaf.grad = None
        value = loss(y, leaf)
        value.backward()
        return value.detach(), leaf.grad

    return lambda: loss(y, p), both
