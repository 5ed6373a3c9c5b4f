"""A loss on NumPy arrays: a walk over blocks that fit the processor's cache.

A whole array of intermediate numbers would be written to memory and read again at each step of a
formula.  A block stays in the cache, and beside the result no array of full size is ever made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf, isinf, prod
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from . import checks
from .checks import Array, Request
from .domains import HANDFUL, REAL, ROW_SUM_TOLERANCE, Labels, Simplex, extremes

DType = np.dtype[Any]

FLOAT32, FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)
ENDS = {
    dtype: (float(np.finfo(dtype).smallest_normal), float(np.finfo(dtype).max))
    for dtype in (FLOAT32, FLOAT64)
}
SMALLEST = np.finfo(np.float64).smallest_subnormal
BLOCK_BYTES = 1 << 18  # large enough to hide the cost of a call, small enough for the L2 cache
NARROW = 64  # a maximum over fewer classes is faster from a transposed copy


def keep_freed_memory() -> None:
    """Have glibc keep the memory of a block for the next one.

    It returns freed memory to the kernel until it has seen a larger block come and go.  Shown one,
    it makes losses about 2.5 times faster at 10,000 scores.
    """
    np.empty(1 << 22, np.uint8)


keep_freed_memory()


class Block(NamedTuple):
    """A part of the arrays: what a formula sees, and where its results go."""

    y_true: Any
    y_pred: Any
    weight: Any
    values: Any
    gradient: Any
    parameters: dict[str, Any]

    def at(self, index: Any) -> Block:
        """The part of each array that is there."""
        y_true, y_pred, weight, values, gradient, parameters = self
        return Block(
            y_true[index],
            y_pred[index],
            None if weight is None else weight[index],
            None if values is None else values[index],
            None if gradient is None else gradient[index],
            parameters,
        )


@np.errstate(all="ignore")  # what overflows is inf, what is undefined is NaN
def evaluate(request: Request) -> tuple[Any, Any]:
    """Value and, if wanted, gradient."""
    dtype = result_type(request.y_pred.dtype)
    is_mean, shape = request.reduction == "mean", request.shape
    count: float = prod(shape)
    weight, unit = None, None
    if request.weight is not None:
        weight, unit = _relative(request)
        count *= _total(weight, unit) / weight.size
    scale = dtype.type(1 / count if is_mean else 1)
    whole = Block(
        request.y_true,
        request.y_pred,
        weight,
        values=np.empty(shape, dtype) if request.reduction == "none" else None,
        gradient=np.empty(request.y_pred.shape, dtype) if request.wants_gradient else None,
        parameters=request.parameters
        and {name: checks.held(v, *ENDS[dtype]) for name, v in request.parameters.items()},
    )
    total = _walk(request, whole, dtype, unit, scale)
    if request.reduction == "none":
        return whole.values, whole.gradient
    mean = total / count if is_mean else total
    if isinf(total) and is_mean:  # the sum overflowed; the mean need not
        half = _walk(request, whole, dtype, unit, scale, value_scale=0.5 / count)
        # of finite values, rounding cannot make this infinite
        mean = half if isinf(half) else min(2 * half, ENDS[dtype][1])
    return dtype.type(mean), whole.gradient


def result_type(prediction: DType) -> DType:
    """float32 for float32 and float16, float64 for everything else."""
    return FLOAT32 if prediction.kind == "f" and prediction.itemsize <= 4 else FLOAT64


def _walk(
    request: Request,
    whole: Block,
    dtype: DType,
    unit: np.float64 | None,
    scale: Any,
    value_scale: float = 1.0,
) -> float:
    """Write values and gradient, block by block; the sum of the values."""
    total = 0.0
    blocks = _rows if request.classes_first else _elements
    for block in blocks(request, whole, dtype):
        w = block.weight
        if unit is not None:  # what is not 0 stays so, for 0 means absent
            w = np.maximum(w / unit, (w != 0) * SMALLEST)
        steps = request.formula(quick_numpy, block.y_true, block.y_pred, **block.parameters)
        shape = block.y_pred.shape
        value: Any = next(steps, None)
        if getattr(value, "shape", None) != (shape[1:] if request.classes_first else shape):
            checks.refuse_yielded(request, "value", value, shape)
        value = _weighted(value, w)
        if block.values is not None:
            block.values[...] = value
        else:
            value = value if value_scale == 1 else value * value_scale
            total += float(np.add.reduce(value, axis=None))
        if block.gradient is not None:
            slope: Any = next(steps, None)
            if getattr(slope, "shape", None) != shape:
                checks.refuse_yielded(request, "slope", slope, shape)
            _write_weighted(slope, scale, w, block.gradient)
    return total


# -- element-wise losses --------------------------------------------------------------------------


def _elements(request: Request, whole: Block, dtype: DType) -> Iterable[Block]:
    """Parts of arrays of one shape: the whole at once, or cut into parts that fit the cache."""
    y_pred, weight = whole.y_pred, whole.weight
    by_label = whole.parameters and {
        name: value.astype(dtype)
        for name, value in whole.parameters.items()
        if isinstance(value, np.ndarray)
    }
    by_example = weight is not None and weight.shape != y_pred.shape
    fits = y_pred.ndim and y_pred.size * dtype.itemsize <= BLOCK_BYTES
    if fits and not by_label and not by_example:
        return (_checked(request, whole, dtype),)
    n = len(y_pred) if by_label or by_example else 1
    parts = _in_rows(whole, n, BLOCK_BYTES // dtype.itemsize, by_label)
    return (_checked(request, part, dtype) for part in parts)


def _in_rows(whole: Block, n: int, step: int, by_label: dict[str, Array]) -> Iterator[Block]:
    """The arrays as matrices of n rows, cut into parts of about `step` entries.

    A row is an example where weights or parameters need it.
    """
    m = whole.y_pred.size // n
    weight = whole.weight
    if weight is not None:
        weight = np.broadcast_to(weight.reshape(n, -1), (n, m))
    arrays = whole.y_true, whole.y_pred, weight, whole.values, whole.gradient
    matrices = [None if array is None else array.reshape(n, m) for array in arrays]
    y_true, y_pred, weight, values, gradient = matrices
    matrix = Block(y_true, y_pred, weight, values, gradient, whole.parameters)
    rows, columns = max(1, step // m), min(step, m)
    for top in range(0, n, rows):
        for left in range(0, m, columns):
            labels = slice(left, left + columns)
            part = matrix.at((slice(top, top + rows), labels))
            if by_label:
                of_labels = {name: v[labels] for name, v in by_label.items()}
                part = part._replace(parameters=part.parameters | of_labels)
            yield part


def _checked(request: Request, block: Block, dtype: DType) -> Block:
    y_true, y_pred = block.y_true, block.y_pred
    if request.domains["y_true"] is not REAL:
        checks.content(f"{request.name}: y_true", y_true, request.domains["y_true"])
    if request.domains["y_pred"] is not REAL:
        checks.content(f"{request.name}: y_pred", y_pred, request.domains["y_pred"])
    if y_true.dtype == y_pred.dtype == dtype:
        return block
    return block._replace(y_true=_cast(y_true, dtype), y_pred=_cast(y_pred, dtype))


def _cast(array: Array, dtype: DType) -> Array:
    return array if array.dtype == dtype else array.astype(dtype)


# -- row-wise losses: a formula sees the classes along axis 0 --------------------------------------


def _rows(request: Request, whole: Block, dtype: DType) -> Iterator[Block]:
    n, classes = whole.y_pred.shape
    step = max(1, BLOCK_BYTES // (dtype.itemsize * classes))
    for top in range(0, n, step):
        block = whole if n <= step else whole.at(slice(top, top + step))
        y_true = np.ascontiguousarray(block.y_true).T
        y_pred = np.ascontiguousarray(_cast(block.y_pred, dtype)).T
        if y_true.ndim == 1:
            y_true = _classes(request, y_true, classes)
        else:
            y_true = _labels(request, _cast(y_true, dtype))
        y_pred = _checked_rows(f"{request.name}: y_pred", y_pred, request.domains["y_pred"])
        gradient = None if block.gradient is None else block.gradient.T
        yield block._replace(y_true=y_true, y_pred=y_pred, gradient=gradient)


def _classes(request: Request, y_true: Array, classes: int) -> Array:
    index = y_true.astype(np.intp, copy=False)
    if extremes(index.view(np.uintp))[1] >= classes:  # a negative one looks huge
        least, largest = y_true.min(), y_true.max()
        found = least if least < 0 else largest
        checks.refuse(
            f"{request.name}: y_true holds {found}", f"needed are classes 0 to {classes - 1}"
        )
    return index


def _labels(request: Request, rows: Array) -> Array:
    """Rows of y_true, checked; as classes if they are one-hot, for these are faster."""
    domain = request.domains["y_true"]
    rows = _checked_rows(f"{request.name}: y_true", rows, domain)
    if not isinstance(domain, Labels):
        return rows
    flat = rows.T.reshape(-1)
    (ones,) = (flat != 0).nonzero()  # at least one in each row, for rows sum to 1
    one_hot = ones.size == rows.shape[1] and (flat[ones] == 1).all()
    return ones % len(rows) if one_hot else rows


def _checked_rows(what: str, rows: Array, domain: Any) -> Array:
    """The block, classes along axis 0; of probabilities, with examples that hold a NaN all NaN.

    Such an example says nothing about any of its classes.
    """
    if domain is not REAL:
        checks.content(what, rows, domain)
    if not isinstance(domain, Simplex):
        return rows
    sums = _sum(rows, axis=0)
    if sums.size <= HANDFUL:
        fits = all(abs(total - 1) <= ROW_SUM_TOLERANCE for total in sums.tolist())
    else:
        fits = bool(np.maximum.reduce(np.abs(sums - 1)) <= ROW_SUM_TOLERANCE)
    if fits:
        return rows
    far = np.abs(sums - 1) > ROW_SUM_TOLERANCE
    if far.any():
        checks.refuse(
            f"{what} has a row that sums to {sums[far][0]:.6g}", "needed are rows that sum to 1"
        )
    return np.where(np.isnan(sums), rows.dtype.type(np.nan), rows)


# -- weights ------------------------------------------------------------------------------------


def _relative(request: Request) -> tuple[Array, np.float64 | None]:
    """The weights, shaped to multiply values, and what to divide them by first.

    For the mean that is the largest weight: only ratios count, and so their sum cannot overflow.
    """
    weight, shape = request.weight, request.shape
    if weight.dtype.itemsize > 8:  # a long double can be above 0 and below every float64
        weight = weight.astype(np.float64)
    largest = checks.weight_content(request.name, weight)
    if weight.shape != shape:
        weight = weight.reshape(shape[:1] + (1,) * (len(shape) - 1))
    counted = request.reduction == "mean" and largest > 0  # all NaN, or 0 beside NaN: as they are
    return weight, np.float64(largest) if counted else None


def _total(weight: Array, unit: np.float64 | None) -> float:
    """The sum of the weights in that unit, block by block."""
    flat, step = weight.reshape(-1), BLOCK_BYTES // 8
    blocks = (flat[i : i + step] for i in range(0, flat.size, step))
    in_unit = blocks if unit is None else (block / unit for block in blocks)
    return sum(float(np.sum(block, dtype=np.float64)) for block in in_unit)


def _weighted(value: Array, weight: Array | None) -> Array:
    """Weight times value; 0 where the weight is 0, even if the value is infinite or NaN."""
    if weight is None:
        return value
    product = value * weight
    if not weight.all():
        product[weight == 0] = 0
    return product


def _write_weighted(slope: Array, scale: Any, weight: Array | None, out: Array) -> None:
    """Weight times slope times scale into `out`, whose last axes are those of the weights."""
    if weight is None:
        np.multiply(slope, scale, out=out)
        return
    np.multiply(slope * weight, scale, out=out)
    if not weight.all():
        out[..., weight == 0] = 0


# -- NumPy as formulas see it ----------------------------------------------------------------------


def _sum(array: Array, *, axis: int | None = None) -> Any:
    short = axis == 0 and array.ndim == 2 and len(array) <= 128 and array.flags.f_contiguous
    if short and array.size > 1000:
        return np.einsum("ij->j", array)  # 4 times as fast; of long rows it rounds more, and slowly
    return np.add.reduce(array, axis=axis)


def _max(array: Array, *, axis: int | None = None) -> Any:
    if axis == 0 and len(array) < NARROW:
        array = np.ascontiguousarray(array)
    return np.maximum.reduce(array, axis=axis)


def _log1p(x: Array) -> Any:
    """log(1 + x), by log, which is twice as fast as log1p where there is no AVX-512."""
    if x.size < 256 or np.fmax.reduce(x, axis=None) == inf:
        return np.log1p(x)
    wide = x.astype(np.float64, copy=False)  # log of float32 is not exact enough
    whole = 1 + wide
    lost = wide - (whole - 1)  # what rounding took from the sum
    lost /= np.maximum(whole, np.finfo(np.float64).tiny)  # 0 over 0 is 0 here
    return (np.log(whole) + lost).astype(x.dtype, copy=False)


# Without the wrappers that outweigh the work on a handful of numbers, and without its log1p where
# that is slow
quick_numpy = SimpleNamespace(**vars(np) | {"sum": _sum, "max": _max, "astype": np.ndarray.astype})
_simd = np.show_config(mode="dicts").get("SIMD Extensions", {})
if not {"AVX512_SKX", "X86_V4"} & {*_simd.get("baseline", []), *_simd.get("found", [])}:
    quick_numpy.log1p = _log1p
