"""The same formulas elsewhere: on arrays of PyTorch, JAX, Dask or CuPy, in their own library.

There is no walk over blocks here, for these libraries have their own: the formula sees whole arrays
through their namespace, in the calls of the array API standard.  Shapes, types and parameters are
checked as for NumPy.  The entries are not, because a traced or lazy array has none yet, and to look
at those on another device is slow.  A wrong entry becomes NaN instead, and so does what it touches.
"""

from __future__ import annotations

from math import inf, nan, prod
from typing import TYPE_CHECKING, Any

import array_api_compat
import numpy as np

from .domains import REAL, Interval

if TYPE_CHECKING:
    from .loss import Loss


def namespace(array: Any) -> Any:
    """The namespace of an array of another library; None for whatever NumPy is to read."""
    if isinstance(array, (np.ndarray, np.generic, list, tuple, int, float)):
        return None
    try:
        return array_api_compat.array_namespace(array)
    except TypeError:
        return None


@np.errstate(all="ignore")  # as in NumPy, if the library runs on it at once
def evaluate(
    loss: Loss,
    xp: Any,
    y_true: Any,
    y_pred: Any,
    sample_weight: Any,
    reduction: str,
    parameters: dict[str, Any],
    wants_gradient: bool,
) -> tuple[Any, Any]:
    """Value and, if wanted, gradient as arrays of the library of `y_pred`."""
    truth, prediction = (
        numbers(loss, xp, name, given, like=y_pred)
        for name, given in (("y_true", y_true), ("y_pred", y_pred))
    )
    loss.check_shapes(truth, prediction, xp.isdtype(truth.dtype, "real floating"))
    dtype = result_type(xp, prediction.dtype)
    parameters = {
        name: as_array(xp, value, prediction, dtype) if isinstance(value, np.ndarray) else value
        for name, value in loss.check_parameters(
            parameters, tuple(prediction.shape), xp.finfo(dtype)
        ).items()
    }
    if loss.classes_first:
        is_classes = truth.ndim == 1
        truth = one_hot(xp, truth, prediction, dtype) if is_classes else truth.T
        prediction = prediction.T
    y = spoilt(xp, xp.astype(truth, dtype), loss.domains["y_true"])
    p = spoilt(xp, xp.astype(prediction, dtype), loss.domains["y_pred"])

    shape = loss.value_shape(tuple(y_pred.shape))
    weight, total_weight = None, prod(shape)
    if sample_weight is not None:
        given = numbers(loss, xp, "sample_weight", sample_weight, like=y_pred)
        loss.check_weight_shape(tuple(given.shape), shape)
        weight = checked_weight(xp, given, shape, reduction)
        total_weight = xp.sum(weight) * (prod(shape) / prod(given.shape))

    steps = loss.formula(xp, y, p, **parameters)
    value = weighted(xp, next(steps), weight, dtype)
    if reduction == "sum":
        value = xp.sum(value)
    if reduction == "mean":
        value = xp.astype(mean(xp, value, total_weight), dtype)
    if not wants_gradient:
        return value, None
    slope = next(steps) / total_weight if reduction == "mean" else next(steps)
    slope = weighted(xp, slope, weight, dtype)
    return value, slope.T if loss.classes_first else slope


def numbers(loss: Loss, xp: Any, name: str, given: Any, like: Any) -> Any:
    """`given` as an array of real numbers of this library, where `like` is."""
    if namespace(given) is not xp:
        return as_array(xp, loss.numbers(name, given), like)
    if not xp.isdtype(given.dtype, ("real floating", "integral", "bool")):
        loss.refuse(f"{name} holds {given.dtype} entries", "needed are real numbers")
    if any(size != size for size in given.shape):
        loss.refuse(
            f"{name} has chunks of unknown size", "needed are known ones: call compute_chunk_sizes"
        )
    if 0 in given.shape:
        loss.refuse(f"{name} is empty, shape {tuple(given.shape)}", "needed is at least one number")
    return given


def as_array(xp: Any, array: Any, like: Any, dtype: Any = None) -> Any:
    """A NumPy array as one of this library, on the device of `like`.

    First it becomes a plain one, for not every library takes views, all byte orders and all types.
    """
    whole = array.dtype.kind in "iub" and fits(xp, array)
    array = array.astype(np.int64 if whole else np.float64, order="C")
    if array_api_compat.is_torch_array(like) or array_api_compat.is_cupy_array(like):
        return xp.asarray(array, dtype=dtype, device=array_api_compat.device(like))
    return xp.asarray(array, dtype=dtype)


def fits(xp: Any, integers: Any) -> bool:
    """Whether the library's integers hold these of NumPy; JAX has 32 bits and would wrap around."""
    held = xp.iinfo(integer_type(xp))
    return bool(held.min <= integers.min() and integers.max() <= held.max)


def integer_type(xp: Any) -> Any:
    return xp.__array_namespace_info__().default_dtypes()["integral"]


def result_type(xp: Any, dtype: Any) -> Any:
    """float32 for float32 and shorter ones; otherwise float64, where the library has it."""
    short = xp.isdtype(dtype, "real floating") and xp.finfo(dtype).bits <= 32
    floats = xp.__array_namespace_info__().dtypes(kind="real floating")
    return xp.float32 if short or "float64" not in floats else xp.float64


def one_hot(xp: Any, classes: Any, prediction: Any, dtype: Any) -> Any:
    """Classes as columns of zeros and a one; of zeros alone, which are no probabilities, for a
    class that does not exist."""
    every = as_array(xp, np.arange(prediction.shape[1])[:, None], prediction)
    # as signed integers, because not every library compares unsigned ones
    return xp.astype(every == xp.astype(classes, integer_type(xp)), dtype)


def spoilt(xp: Any, array: Any, domain: Interval) -> Any:
    """The array, with NaN for what lies outside the domain."""
    return array if domain is REAL else xp.where(domain.inside(xp, array), array, nan)


def checked_weight(xp: Any, given: Any, shape: tuple[int, ...], reduction: str) -> Any:
    """Weights shaped to multiply values; NaN where they are negative or infinite, or all are 0.

    For the mean they are divided by the largest: only ratios count, and so their sum cannot
    overflow.
    """
    floats = xp.__array_namespace_info__().dtypes(kind="real floating")
    weight = xp.astype(given, floats.get("float64", xp.float32))
    right = (weight >= 0) & (weight < inf)
    largest = xp.max(xp.where(right, weight, 0.0))
    weight = xp.where(right & (largest != 0), weight, nan)
    if reduction == "mean":  # what is not 0 stays so, for 0 means absent
        smallest = float(xp.finfo(weight.dtype).smallest_normal)
        weight = xp.where(weight == 0, 0.0, xp.maximum(weight / largest, smallest))
    if given.shape != shape:
        weight = xp.reshape(weight, shape[:1] + (1,) * (len(shape) - 1))
    return weight


def weighted(xp: Any, value: Any, weight: Any, dtype: Any) -> Any:
    """Weight times value; 0 where the weight is 0, even if the value is infinite or NaN."""
    if weight is None:
        return value
    return xp.astype(xp.where(weight == 0, 0.0, weight * value), dtype)


def mean(xp: Any, value: Any, total_weight: Any) -> Any:
    """Σvalue / total weight; in halves where the sum overflows, which the mean need not."""
    plain = xp.sum(value) / total_weight
    half = xp.sum(value / (2 * total_weight))  # of finite values, rounding cannot make it infinite
    largest = float(xp.finfo(value.dtype).max)
    return xp.where(xp.isinf(plain) & (half < inf), 2 * xp.minimum(half, largest / 2), plain)
