"""The same formulas elsewhere: on arrays of PyTorch, JAX, Dask or CuPy, in their own library.

There is no walk over blocks here, for these libraries have their own: the formula sees whole arrays
through their namespace, in the calls of the array API standard.  Shapes, types and parameters are
checked as for NumPy.  The entries are not, because a traced or lazy array has none yet, and to look
at those on another device is slow.  A wrong entry becomes NaN instead, and so does what it touches.
"""

from __future__ import annotations

from math import inf, nan, prod
from typing import Any

import array_api_compat
import numpy as np

from . import checks
from .checks import Request
from .domains import REAL, Interval


def namespace(array: Any) -> Any:
    """The namespace of an array of another library; None for whatever NumPy is to read."""
    if type(array) is np.ndarray or isinstance(
        array, (np.ndarray, np.generic, list, tuple, int, float)
    ):
        return None
    try:
        return array_api_compat.array_namespace(array)
    except TypeError:
        return None


def is_floating(array: Any) -> bool:
    if isinstance(array, np.ndarray):
        return bool(array.dtype.kind == "f")
    xp = array_api_compat.array_namespace(array)
    return bool(xp.isdtype(array.dtype, "real floating"))


def real_array(xp: Any, what: str, given: Any, like: Any) -> Any:
    """`given` as an array of real numbers of this library, where `like` is."""
    if namespace(given) is not xp:
        array = checks.real_array(what, given)
        checks.not_empty(what, array.shape)
        return as_array(xp, array, like)
    if not xp.isdtype(given.dtype, ("real floating", "integral", "bool")):
        checks.refuse(f"{what} holds {given.dtype} entries", "needed are real numbers")
    if any(size != size for size in given.shape):
        checks.refuse(
            f"{what} has chunks of unknown size", "needed are known ones: call compute_chunk_sizes"
        )
    checks.not_empty(what, tuple(given.shape))
    return given


@np.errstate(all="ignore")  # as in NumPy, if the library runs on it at once
def evaluate(xp: Any, request: Request) -> tuple[Any, Any]:
    """Value and, if wanted, gradient as arrays of the library."""
    truth, prediction, shape = request.y_true, request.y_pred, request.shape
    dtype = result_type(xp, prediction.dtype)
    ends = float(xp.finfo(dtype).smallest_normal), float(xp.finfo(dtype).max)
    parameters = {name: checks.held(given, *ends) for name, given in request.parameters.items()}
    for name, given in parameters.items():
        if isinstance(given, np.ndarray):
            parameters[name] = as_array(xp, given, prediction, dtype)
    if request.classes_first:
        is_classes = truth.ndim == 1
        truth = one_hot(xp, truth, prediction, dtype) if is_classes else truth.T
        prediction = prediction.T
    y = spoilt(xp, xp.astype(truth, dtype), request.domains["y_true"])
    p = spoilt(xp, xp.astype(prediction, dtype), request.domains["y_pred"])

    weight, total_weight = None, prod(shape)
    if request.weight is not None:
        weight = checked_weight(xp, request.weight, shape, request.reduction)
        total_weight = xp.sum(weight) * (prod(shape) / prod(request.weight.shape))

    steps, of_each = request.formula(xp, y, p, **parameters), tuple(p.shape)
    value: Any = next(steps, None)
    if getattr(value, "shape", None) != (of_each[1:] if request.classes_first else of_each):
        checks.refuse_yielded(request, "value", value, of_each)
    value = weighted(xp, value, weight, dtype)
    if request.reduction == "sum":
        value = xp.sum(value)
    if request.reduction == "mean":
        value = xp.astype(mean(xp, value, total_weight), dtype)
    if not request.wants_gradient:
        return value, None
    slope: Any = next(steps, None)
    if getattr(slope, "shape", None) != of_each:
        checks.refuse_yielded(request, "slope", slope, of_each)
    slope = slope / total_weight if request.reduction == "mean" else slope
    slope = weighted(xp, slope, weight, dtype)
    return value, slope.T if request.classes_first else slope


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
