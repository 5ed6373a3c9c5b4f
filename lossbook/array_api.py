"""The same formulas elsewhere: on arrays of PyTorch, JAX, Dask or CuPy, in their own library.

There is no walk over blocks here: a compiler, or a cluster, cuts arrays in its own way.  The
formula sees them whole through the namespace of their library, in the calls of the array API
standard.  Shapes, types and parameters are checked as for NumPy.  The entries are not, because a
traced or lazy array has none yet, and to look at those on another device is slow.  A wrong entry
becomes NaN instead, and so does what it touches.  PyTorch, JAX, Dask and array-api-strict are
tested; CuPy needs a device that the tests do not have.
"""

from __future__ import annotations

from math import inf, nan, prod
from typing import Any

import array_api_compat
import numpy as np

from . import checks
from .checks import Request, Rule
from .domains import Interval, Labels, Simplex


def namespace(array: Any) -> Any:
    """The namespace of an array of another library; None for whatever NumPy is to read."""
    if type(array) is np.ndarray or isinstance(
        array, (np.ndarray, np.generic, list, tuple, int, float)
    ):
        return None
    if type(array).__module__.startswith("torch"):  # torch.compile warns of array_namespace
        from array_api_compat import torch

        return torch
    try:
        return array_api_compat.array_namespace(array)
    except TypeError:
        return None


def is_jax(xp: Any) -> bool:
    return bool(xp.__name__ == "jax.numpy")


def is_torch(xp: Any) -> bool:
    return bool(xp.__name__ == "array_api_compat.torch")


def is_floating(array: Any) -> bool:
    if isinstance(array, np.ndarray):
        return bool(array.dtype.kind == "f")
    xp = namespace(array)
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


def evaluate(xp: Any, request: Request) -> tuple[Any, Any]:
    """Value and, if wanted, gradient as arrays of the library."""
    reduction, dtype = request.reduction, result_type(xp, request.y_pred.dtype)
    value, slope = values_and_slopes(xp, request, dtype)
    weight, divisor = weight_and_divisor(xp, request, dtype)
    value = weighted(xp, value, weight, dtype)
    if reduction != "none":
        value = xp.sum(value)
    if reduction == "mean":
        value = xp.astype(value / divisor, dtype)
    if slope is None:
        return value, None
    if weight is not None and weight.ndim < slope.ndim:
        weight = weight[:, None]
    slope = slope / divisor if reduction == "mean" else slope
    return value, weighted(xp, slope, weight, dtype)


def values_and_slopes(xp: Any, request: Request, dtype: Any) -> tuple[Any, Any]:
    """What the formula yields, in the type of the result; None for slopes that nobody wants."""
    rule, y_true, y_pred = request.rule, request.y_true, request.y_pred
    computed = computing_type(xp, rule, y_true, dtype)
    parameters = {
        name: held(xp, given, y_pred, dtype, computed) for name, given in request.parameters.items()
    }

    def of(y_true: Any, y_pred: Any) -> Any:
        """Of arrays with the classes, if there are any, along axis 0."""
        p, right = spoilt(xp, y_pred, rule.domains["y_pred"], computed)
        if y_true.ndim < p.ndim and isinstance(rule.domains["y_true"], Labels):
            y, known = existing(xp, y_true, p.shape[0])
        else:
            y, known = spoilt(xp, y_true, rule.domains["y_true"], computed)
        steps, shape = request.formula(xp, y, p, **parameters), tuple(p.shape)
        value: Any = next(steps, None)
        if getattr(value, "shape", None) != (shape[1:] if rule.classes_first else shape):
            checks.refuse_yielded(rule, "value", value, shape)
        for is_right in right + known:
            value = xp.where(is_right, value, nan)
        value = xp.astype(value, dtype)
        if not request.wants_gradient:
            return value
        slope: Any = next(steps, None)
        if getattr(slope, "shape", None) != shape:
            checks.refuse_yielded(rule, "slope", slope, shape)
        for is_right in right + known:
            slope = xp.where(is_right, slope, nan)
        return value, xp.astype(slope, dtype)

    if not rule.classes_first:
        found = of(y_true, y_pred)
    elif is_jax(xp):  # compiled, two transpositions would cost a copy
        import jax

        found = jax.vmap(of)(y_true, y_pred)
    else:
        found = of(y_true.T if y_true.ndim == 2 else y_true, y_pred.T)
        found = (found[0], found[1].T) if request.wants_gradient else found
    return found if request.wants_gradient else (found, None)


def spoilt(xp: Any, given: Any, domain: Interval, dtype: Any) -> tuple[Any, list[Any]]:
    """The array in that type, NaN where it is outside the domain; and which rows are right."""
    array = xp.astype(given, dtype)
    if not domain.restricts:
        return array, []
    array = xp.where(domain.inside(xp, array), array, nan)
    if not isinstance(domain, Simplex):
        return array, []
    is_float = xp.isdtype(given.dtype, "real floating")
    epsilon = float(xp.finfo(given.dtype).eps) if is_float else 0.0
    return array, [domain.sums_to_1(xp, array, epsilon)]


def existing(xp: Any, classes: Any, k: int) -> tuple[Any, list[Any]]:
    """The classes, with class 0 instead of those that do not exist; and which do."""
    classes = xp.astype(classes, integer_type(xp))  # not every library compares unsigned integers
    exist = (classes >= 0) & (classes < k)
    return xp.where(exist, classes, 0), [exist]


def weight_and_divisor(xp: Any, request: Request, dtype: Any) -> tuple[Any, Any]:
    """The weights, shaped to multiply values, or None; and what the mean divides by.

    Weights of classes count where the labels are classes, as in PyTorch.
    """
    weight, divisor = None, prod(request.shape)
    if request.weight is not None:
        weight = checked_weight(xp, request.weight, request.shape, request.reduction)
        divisor = xp.sum(weight) * (divisor / prod(request.weight.shape))
    of_class = request.parameters.get("class_weight")
    if of_class is not None and request.y_true.ndim == 1:
        classes, _ = existing(xp, request.y_true, len(of_class))
        of_example = xp.take(as_array(xp, of_class, request.y_pred, dtype), classes)
        divisor = xp.sum(of_example if weight is None else of_example * weight)
    return weight, divisor


def as_array(xp: Any, array: Any, like: Any, dtype: Any = None) -> Any:
    """A NumPy array as one of this library, on the device of `like`.

    First it becomes a plain one, for not every library takes views, all byte orders and all types.
    """
    whole = array.dtype.kind in "iub" and fits(xp, array)
    array = array.astype(np.int64 if whole else np.float64, order="C")
    return xp.asarray(array, dtype=dtype, **device_of(xp, like))


def first_numbers(xp: Any, count: int, like: Any) -> Any:
    """0, 1, …, on the device of `like`."""
    return xp.arange(count, **device_of(xp, like))


def device_of(xp: Any, like: Any) -> dict[str, Any]:
    """The keyword that puts an array there, where libraries do not find the place themselves."""
    has_devices = is_torch(xp) or xp.__name__ == "array_api_compat.cupy"
    return {"device": like.device} if has_devices else {}


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


def computing_type(xp: Any, rule: Rule, y_true: Any, dtype: Any) -> Any:
    """float64, where float32 would round the targets and the library has it."""
    floats = xp.__array_namespace_info__().dtypes(kind="real floating")
    if "float64" not in floats or dtype == xp.float64:
        return dtype
    if xp.isdtype(y_true.dtype, "real floating"):
        return xp.float64 if xp.finfo(y_true.dtype).bits > 32 else dtype
    is_held = rule.domains["y_true"].bounded or xp.isdtype(y_true.dtype, "bool")
    return dtype if is_held or xp.iinfo(y_true.dtype).bits <= 16 else xp.float64


def held(xp: Any, parameter: Any, like: Any, dtype: Any, computed: Any) -> Any:
    """The parameter as these types can hold it."""
    info = xp.finfo(dtype)
    given = checks.held(parameter, float(info.smallest_normal), float(info.max))
    return as_array(xp, given, like, computed) if isinstance(given, np.ndarray) else given


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
        relative = weight / largest
        weight = xp.where(weight == 0, relative, xp.maximum(relative, smallest))
    if given.shape != shape:
        weight = xp.reshape(weight, shape[:1] + (1,) * (len(shape) - 1))
    return weight


def weighted(xp: Any, value: Any, weight: Any, dtype: Any) -> Any:
    """Weight times value; 0 where the weight is 0, even if the value is infinite or NaN.

    Otherwise it stays a product there, for its derivative by a weight of 0 is the value.
    """
    if weight is None:
        return value
    hidden = (weight == 0) & ~xp.isfinite(value)
    return xp.astype(weight * xp.where(hidden, 0.0, value), dtype)
