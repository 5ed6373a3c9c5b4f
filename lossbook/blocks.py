"""A loss on NumPy arrays: a walk over blocks that fit the processor's cache.

A whole array of intermediate numbers would be written to memory and read again at each step of a
formula.  A block stays in the cache, and beside the result no array of full size is ever made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import isinf, prod
from typing import Any, NamedTuple

import numpy as np

from . import checks
from .checks import Array, Request, Rule
from .domains import HANDFUL, Labels, Simplex, extremes

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
    rule, formula, y_true, y_pred, weight, shape, parameters, reduction, wants_gradient = request
    dtype = result_type(y_pred.dtype)
    computed = dtype if dtype is FLOAT64 else computing_type(rule, y_true)
    count: float = prod(shape)
    unit = None
    if weight is not None:
        weight, unit = _relative(request)
    if reduction == "mean":
        count = _divisor(request, weight, unit, count)
    if parameters:
        smallest, largest = ENDS[dtype]
        parameters = {
            name: it
            if type(it) is float and smallest <= it <= largest  # the usual case
            else _held(it, dtype, computed)
            for name, it in parameters.items()
        }
    whole = Block(
        y_true,
        y_pred,
        weight,
        np.empty(shape, dtype) if reduction == "none" else None,
        np.empty(y_pred.shape, dtype) if wants_gradient else None,
        parameters,
    )
    scale = 1 / count if reduction == "mean" else 1.0
    total = _walk(rule, formula, whole, computed, unit, scale)
    if reduction == "none":
        return whole.values, whole.gradient
    mean = total / count if reduction == "mean" else total
    if isinf(total) and reduction == "mean":  # the sum overflowed; the mean need not
        half = _walk(rule, formula, whole, computed, unit, scale, 0.5 / count)
        # of finite values, rounding cannot make this infinite
        mean = half if isinf(half) else min(2 * half, ENDS[dtype][1])
    return dtype.type(mean), whole.gradient


def result_type(prediction: DType) -> DType:
    """float32 for float32 and float16, float64 for everything else."""
    return FLOAT32 if prediction.kind == "f" and prediction.itemsize <= 4 else FLOAT64


def computing_type(rule: Rule, y_true: Array) -> DType:
    """float64 where float32 would round the targets, or where the loss asks for it."""
    bytes_held = {"f": 4, "b": 1, "u": 2, "i": 2}[y_true.dtype.kind]
    bounded = y_true.dtype.kind != "f" and rule.domains["y_true"].bounded
    is_held = bounded or y_true.dtype.itemsize <= bytes_held
    return FLOAT32 if is_held and not rule.in_double else FLOAT64


def _held(parameter: Any, dtype: DType, computed: DType) -> Any:
    """The parameter as these types can hold it."""
    held = checks.held(parameter, *ENDS[dtype])
    return held.astype(computed) if isinstance(held, np.ndarray) else held


def _walk(
    rule: Rule,
    formula: Callable[..., Iterator[Any]],
    whole: Block,
    dtype: DType,
    unit: np.float64 | None,
    scale: float,
    value_scale: float = 1.0,
) -> float:
    """Write values and gradient, block by block; the sum of the values."""
    total = 0.0
    blocks = _rows if rule.classes_first else _elements
    for block in blocks(rule, whole, dtype):
        y_true, y_pred, w, values, gradient, parameters = block
        if unit is not None:  # what is not 0 stays so, for 0 means absent
            w = np.maximum(w / unit, (w != 0) * SMALLEST)
        steps = rule.in_numpy and rule.in_numpy(y_true, y_pred, **parameters)
        steps = steps or formula(np, y_true, y_pred, **parameters)
        shape = y_pred.shape
        value: Any = next(steps, None)
        if getattr(value, "shape", None) != (shape[1:] if rule.classes_first else shape):
            checks.refuse_yielded(rule, "value", value, shape)
        value = _weighted(value, w)
        if values is not None:
            values[...] = value
        else:
            value = value if value_scale == 1 else value * value_scale
            total += float(np.add.reduce(value, axis=None))
        if gradient is not None:
            slope: Any = next(steps, None)
            if getattr(slope, "shape", None) != shape:
                checks.refuse_yielded(rule, "slope", slope, shape)
            _write_weighted(slope, scale, w, gradient)
    return total


# -- element-wise losses --------------------------------------------------------------------------


def _elements(rule: Rule, whole: Block, dtype: DType) -> Iterable[Block]:
    """Parts of arrays of one shape: the whole at once, or cut into parts that fit the cache."""
    y_pred, weight = whole.y_pred, whole.weight
    by_label = rule.by_label and {
        name: value for name, value in whole.parameters.items() if isinstance(value, np.ndarray)
    }
    by_example = weight is not None and weight.shape != y_pred.shape
    fits = y_pred.ndim and y_pred.size * dtype.itemsize <= BLOCK_BYTES
    if fits and not by_label and not by_example:
        return (_checked(rule, whole, dtype),)
    n = len(y_pred) if by_label or by_example else 1
    parts = _in_rows(whole, n, BLOCK_BYTES // dtype.itemsize, by_label or {})
    return (_checked(rule, part, dtype) for part in parts)


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


def _checked(rule: Rule, block: Block, dtype: DType) -> Block:
    y_true, y_pred, domains = block.y_true, block.y_pred, rule.domains
    if domains["y_true"].restricts:
        checks.content(rule.name, "y_true", y_true, domains["y_true"])
    if domains["y_pred"].restricts:
        checks.content(rule.name, "y_pred", y_pred, domains["y_pred"])
    if y_true.dtype == y_pred.dtype == dtype:
        return block
    return block._replace(y_true=_cast(y_true, dtype), y_pred=_cast(y_pred, dtype))


def _cast(array: Array, dtype: DType) -> Array:
    return array if array.dtype == dtype else array.astype(dtype)


# -- row-wise losses: a formula sees the classes along axis 0 --------------------------------------


def _rows(rule: Rule, whole: Block, dtype: DType) -> Iterator[Block]:
    n, classes = whole.y_pred.shape
    step = max(1, BLOCK_BYTES // (dtype.itemsize * classes))
    for top in range(0, n, step):
        block = whole if n <= step else whole.at(slice(top, top + step))
        y_true, y_pred, weight, values, gradient, parameters = block
        y_true = _truth(rule, y_true, classes, dtype)
        y_pred = _checked_rows(rule, "y_pred", y_pred, dtype)
        gradient = None if gradient is None else gradient.T
        yield Block(y_true, y_pred, weight, values, gradient, parameters)


def _truth(rule: Rule, y_true: Array, classes: int, dtype: DType) -> Array:
    """Checked: classes, also where rows are one-hot, for these are faster; or rows, transposed."""
    domain = rule.domains["y_true"]
    if y_true.ndim == 2:
        rows = _checked_rows(rule, "y_true", y_true, dtype)
        return _classes_of(rows) if isinstance(domain, Labels) else rows
    if isinstance(domain, Labels):
        return checked_classes(rule.name, y_true, classes)
    if domain.restricts:
        checks.content(rule.name, "y_true", y_true, domain)
    return _cast(y_true, dtype)


def _classes_of(rows: Array) -> Array:
    """The class of each example, if all are one-hot; otherwise the rows."""
    flat = rows.T.reshape(-1)
    (ones,) = (flat != 0).nonzero()  # at least one in each row, for rows sum to 1
    one_hot = ones.size == rows.shape[1] and (flat[ones] == 1).all()
    return ones % len(rows) if one_hot else rows


def checked_classes(loss: str, y_true: Array, classes: int) -> Array:
    index = y_true.astype(np.intp, copy=False)
    if extremes(index.view(np.uintp))[1] >= classes:  # a negative one looks huge
        least, largest = y_true.min(), y_true.max()
        found = least if least < 0 else largest
        checks.refuse(f"{loss}: y_true holds {found}", f"needed are classes 0 to {classes - 1}")
    return index


def _checked_rows(rule: Rule, argument: str, rows: Array, dtype: DType) -> Array:
    """The rows, checked, with the classes along axis 0."""
    domain, given = rule.domains[argument], rows.dtype
    rows = np.ascontiguousarray(_cast(rows, dtype)).T
    if not domain.restricts:
        return rows
    checks.content(rule.name, argument, rows, domain)
    if isinstance(domain, Simplex):
        epsilon = float(np.finfo(given).eps) if given.kind == "f" else 0.0
        return _summing_to_1(f"{rule.name}: {argument}", rows, domain.tolerance(epsilon))
    return rows


def _summing_to_1(what: str, rows: Array, tolerance: float) -> Array:
    """Rows of probabilities, with examples that hold a NaN all NaN.

    Such an example says nothing about any of its classes.
    """
    sums = column_sums(rows)
    if sums.size <= HANDFUL:
        fits = all(abs(total - 1) <= tolerance for total in sums.tolist())
    else:
        fits = bool(np.maximum.reduce(np.abs(sums - 1)) <= tolerance)
    if fits:
        return rows
    far = np.abs(sums - 1) > tolerance
    if far.any():
        checks.refuse(
            f"{what} has a row that sums to {sums[far][0]:.6g}", "needed are rows that sum to 1"
        )
    return np.where(np.isnan(sums), rows.dtype.type(np.nan), rows)


def column_sums(array: Array) -> Array:
    """The sum along axis 0; of a view of short rows sooner than NumPy adds them itself."""
    short = array.ndim == 2 and len(array) <= 128 and array.flags.f_contiguous
    if short and array.size > 1000:
        sums: Array = np.einsum("ij->j", array)  # of long rows it rounds more, and slowly
        return sums
    sums = np.add.reduce(array, axis=0)
    return sums


def column_max(array: Array) -> Array:
    """The maximum along axis 0; of short rows sooner from a copy."""
    if len(array) < NARROW:
        array = np.ascontiguousarray(array)
    largest: Array = np.maximum.reduce(array, axis=0)
    return largest


# -- weights ------------------------------------------------------------------------------------


def _relative(request: Request) -> tuple[Array, np.float64 | None]:
    """The weights, shaped to multiply values, and what to divide them by first.

    For the mean that is the largest weight: only ratios count, and so their sum cannot overflow.
    """
    weight, shape = request.weight, request.shape
    if weight.dtype.itemsize > 8:  # a long double can be above 0 and below every float64
        weight = weight.astype(np.float64)
    largest = checks.weight_content(f"{request.rule.name}: sample_weight", weight)
    if weight.shape != shape:
        weight = weight.reshape(shape[:1] + (1,) * (len(shape) - 1))
    counted = request.reduction == "mean" and largest > 0  # all NaN, or 0 beside NaN: as they are
    return weight, np.float64(largest) if counted else None


def _divisor(request: Request, weight: Array | None, unit: Any, count: float) -> float:
    """What the mean divides by: the count of values, or the sum of their weights.

    Weights of classes count where the labels are classes, as in PyTorch.
    """
    of_class = request.parameters.get("class_weight") if request.parameters else None
    if of_class is not None and request.y_true.ndim == 1:
        name = request.rule.name
        classes = checked_classes(name, request.y_true, len(of_class))
        of_example = of_class[classes]
        checks.weight_content(f"{name}: class_weight of the classes in y_true", of_example)
        return _total(of_example if weight is None else of_example * weight, unit)
    return count if weight is None else count * _total(weight, unit) / weight.size


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


def _write_weighted(slope: Array, scale: float, weight: Array | None, out: Array) -> None:
    """Weight times slope times scale into `out`, whose last axes are those of the weights."""
    if weight is None:
        np.multiply(slope, scale, out=out)
        return
    np.multiply(slope * weight, scale, out=out)
    if not weight.all():
        out[..., weight == 0] = 0
