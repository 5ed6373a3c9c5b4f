"""The losses in JAX under `jit`: the plain formula, the function of Optax where there is one, and
ours on its arrays.

The gradient comes from `value_and_grad`.
"""

import math
import os
from functools import partial

os.environ["XLA_FLAGS"] = (  # before jax is imported
    os.environ.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false"
)
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import optax

import lossbook as lb

jax.config.update("jax_enable_x64", True)


def mean_squared_error(y, p):
    return jnp.mean((p - y) ** 2)


def mean_absolute_error(y, p):
    return jnp.mean(jnp.abs(p - y))


def huber(y, p):
    error = p - y
    bounded = jnp.clip(error, -1, 1)
    return jnp.mean(bounded * (error - bounded / 2))


def log_cosh(y, p):
    size = jnp.abs(p - y)
    return jnp.mean(size + jnp.log1p(jnp.exp(-2 * size)) - math.log(2))


def quantile(y, p, level):
    error = p - y
    return jnp.mean(jnp.maximum((1 - level) * error, -level * error))


def binary_cross_entropy(y, p):
    return -jnp.mean(y * jnp.log(p) + (1 - y) * jnp.log1p(-p))


def binary_cross_entropy_with_logits(y, z):
    return jnp.mean(jnp.maximum(z, 0) - y * z + jnp.log1p(jnp.exp(-jnp.abs(z))))


multilabel_cross_entropy = binary_cross_entropy
multilabel_cross_entropy_with_logits = binary_cross_entropy_with_logits


def hinge(y, z):
    return jnp.mean(jnp.maximum(1 - y * z, 0))


def squared_hinge(y, z):
    return jnp.mean(jnp.maximum(1 - y * z, 0) ** 2)


def focal_with_logits(y, z, alpha, gamma):
    small = jnp.exp(-jnp.abs(z))
    surprise = jnp.maximum(z, 0) - y * z + jnp.log1p(small)
    wrong = y + (1 - 2 * y) * jax.nn.sigmoid(z)  # the probability of what did not happen
    weight = (1 - alpha) + (2 * alpha - 1) * y
    return jnp.mean(weight * wrong**gamma * surprise)


def cross_entropy(y, p):
    if y.ndim == 2:
        return -jnp.mean(jnp.sum(y * jnp.log(p), axis=1))
    return -jnp.mean(jnp.log(p[jnp.arange(len(y)), y]))


def cross_entropy_with_logits(y, z):
    if y.ndim == 2:
        return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(z), axis=1))
    top = jnp.max(z, axis=1, keepdims=True)
    total = jnp.log(jnp.sum(jnp.exp(z - top), axis=1)) + top[:, 0]
    return jnp.mean(total - z[jnp.arange(len(y)), y])


def kl_divergence(y, p):
    return jnp.mean(jnp.sum(y * jnp.log(y / p), axis=1))


def dice(y, p):
    return 1 - jnp.mean((2 * jnp.sum(y * p, 1) + 1) / (jnp.sum(y, 1) + jnp.sum(p, 1) + 1))


def optax_cross_entropy_with_logits(y, z):
    if y.ndim == 2:
        return optax.softmax_cross_entropy(z, y)
    return optax.softmax_cross_entropy_with_integer_labels(z, y)


OPTAX = {  # loss → value per example; it has no function for the other losses
    "mean_squared_error": lambda y, p: optax.squared_error(p, y),
    "huber": lambda y, p: optax.huber_loss(p, y),
    "log_cosh": lambda y, p: optax.log_cosh(p, y),
    "binary_cross_entropy_with_logits": lambda y, z: optax.sigmoid_binary_cross_entropy(z, y),
    "multilabel_cross_entropy_with_logits": lambda y, z: optax.sigmoid_binary_cross_entropy(z, y),
    "hinge": lambda y, z: optax.hinge_loss(z, y),
    "focal_with_logits": lambda y, z, **given: optax.sigmoid_focal_loss(z, y, **given),
    "cross_entropy_with_logits": optax_cross_entropy_with_logits,
    "kl_divergence": lambda y, p: optax.kl_divergence(jnp.log(p), y),
}


def contenders(name, y, p, parameters):
    """title → (call for the value, call for value and gradient)"""
    y, p = jnp.asarray(y), jnp.asarray(p)
    found = {"jax": calls(partial(globals()[name], **parameters), y, p)}
    if name in OPTAX:
        per_example = partial(OPTAX[name], **parameters)
        found["optax"] = calls(lambda y, p: jnp.mean(per_example(y, p)), y, p)
        found["lossbook in jit"] = calls(partial(lb.losses[name], **parameters), y, p)
    return found


def calls(loss, y, p):
    value, both = jax.jit(loss), jax.jit(jax.value_and_grad(loss, argnums=1))
    return lambda: jax.block_until_ready(value(y, p)), lambda: jax.block_until_ready(both(y, p))
