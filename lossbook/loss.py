"""What a loss is: one formula, and everything that every loss shares.

A formula is a generator.  It yields the value per example and then, if it is asked again, the
slope: the derivative of that value by ``y_pred``.  What the two share is computed once, and a
caller who wants the value alone never pays for the slope.  The decorators `elementwise`,
`multilabel` and `rowwise` turn a formula into a `Loss`, which adds the rest: checks of the input,
weights, reductions, and a walk over blocks that fit the processor's cache.

Arrays of other libraries go another way, whole and in their own library: see `elsewhere`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import update_wrapper
from math import inf, isinf, prod
from types import SimpleNamespace
from typing import Any, Literal, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import elsewhere
from .domains import (
    HANDFUL,
    REAL,
    ROW_SUM_TOLERANCE,
    Interval,
    Labels,
    Simplex,
    extremes,
    number,
)

Array = NDArray[Any]
Formula = Callable[..., Iterator[Any]]
Reduction = Literal["mean", "sum", "none"]
Shape = tuple[int, ...]
DType = np.dtype[Any]
Parameters = dict[str, Any]
Arrays = tuple[Any, ...]  # y_true, y_pred, weights, and where values and gradient go: array or None
Blocks = Iterator[tuple[Arrays, Parameters]]

SMALLEST = np.finfo(np.float64).smallest_subnormal
FLOAT32, FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)
BLOCK_BYTES = 1 << 18  # large enough to hide the cost of a call, small enough for the L2 cache
NARROW = 64  # a maximum over fewer classes is faster from a transposed copy

# glibc returns freed memory to the kernel until it has seen a larger block come and go.  Shown one,
# it keeps the memory of a block for the next: about 2.5 times faster at 10,000 scores.
np.empty(1 << 22, np.uint8)

losses: dict[str, Loss] = {}  # name -> Loss, all of them

SHARED_KEYWORDS = """
sample_weight : one weight per example, or one per value; 0 means the example is absent
reduction : "mean" (Σwℓ/Σw), "sum" (Σwℓ) or "none" (wℓ, one value per example)"""


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


# NumPy as formulas see it: without the wrappers that outweigh the work on a handful of numbers, and
# without its log1p where that is slow
quick_numpy = SimpleNamespace(**vars(np) | {"sum": _sum, "max": _max, "astype": np.ndarray.astype})
_simd = np.show_config(mode="dicts").get("SIMD Extensions", {})
if not {"AVX512_SKX", "X86_V4"} & {*_simd.get("baseline", []), *_simd.get("found", [])}:
    quick_numpy.log1p = _log1p


@dataclass(frozen=True)
class Properties:
    """What one should know of a loss before choosing it; parameters are at their defaults.

    minimiser : the constant prediction with the smallest mean loss
    convex : whether each value is convex in ``y_pred``
    bounded_slope : whether no prediction, however wrong, has a slope beyond some bound
    proper : whether the best prediction is the true probability (of scores: through sigmoid or
        softmax); None for a loss that is not about probabilities
    floor : the value of the best prediction possible
    unit : the unit of the value
    """

    minimiser: str
    convex: bool
    bounded_slope: bool
    proper: bool | None
    floor: str
    unit: str


class Loss:
    """A loss function: call it for its value, `gradient` for the derivative by ``y_pred``.

    Every loss is called in the same three ways, and nothing that you pass is ever changed.

    ``properties`` tells what to know of a loss before choosing it, ``parameters`` the defaults of
    its own keywords, ``domains`` the numbers that each argument may hold.

    Where ``y_pred`` is an array of PyTorch, JAX, Dask or CuPy, so are the results.  Such arrays may
    be traced, lazy or on another device, so their entries are not looked at: a wrong one makes the
    values and slopes that it touches NaN instead of raising an error.  Take the gradient from
    `gradient`: automatic differentiation of the value has its own slope at a kink, and NaN where a
    weight of 0 hides an infinite loss.

    Parameters
    ----------
    y_true : what happened, in the shape and the domain that the help of each loss names
    y_pred : what the model predicted; its type decides that of the results: float32 for float32 and
        float16, float64 for everything else
    sample_weight : one weight per example, or one per value; 0 means the example is absent
    reduction : "mean" (Σwℓ/Σw), "sum" (Σwℓ) or "none" (wℓ, one value per example)
    parameters : the loss's own, such as delta

    Returns
    -------
    a value, or an array of them for "none"; the gradient is shaped like ``y_pred``.  NaN in gives
    NaN out, in the values and slopes that it touches

    Raises
    ------
    ValueError
        for any input that is wrong; the message says what came and what is needed

    Examples
    --------
    >>> import lossbook as lb
    >>> print(lb.huber([0.0, 0.0], [0.5, 3.0], delta=2.0))
    2.0625
    >>> print(lb.huber.gradient([0.0, 0.0], [0.5, 3.0], delta=2.0, reduction="sum"))
    [0.5 2. ]
    >>> value, gradient = lb.huber.value_and_gradient([0.0, 0.0], [0.5, 3.0], delta=2.0)
    >>> print(lb.huber.properties.minimiser)
    the mean, with values farther from it than delta drawn in to delta
    """

    classes_first = False  # whether a formula sees (n, k) arrays with the k classes along axis 0

    def __init__(
        self, formula: Formula, properties: Properties | None, domains: dict[str, Interval]
    ):
        update_wrapper(self, formula)
        self.__name__: str = formula.__name__
        own_help = inspect.cleandoc(formula.__doc__ or "")
        self.__doc__ = own_help.replace("\n\nReturns\n", SHARED_KEYWORDS + "\n\nReturns\n")
        self.formula = formula
        self.properties = properties
        self.domains = {"y_true": REAL, "y_pred": REAL, **domains}
        self.parameters: Parameters = dict(getattr(formula, "__kwdefaults__", None) or {})
        self.__signature__ = self._signature()
        losses[self.__name__] = self

    def __call__(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        reduction: Reduction = "mean",
        **parameters: Any,
    ) -> Any:
        return self._evaluate(y_true, y_pred, sample_weight, reduction, parameters, False)[0]

    def gradient(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        reduction: Reduction = "mean",
        **parameters: Any,
    ) -> Any:
        """The derivative of the value by ``y_pred``, shaped like it (of the sum for "none")."""
        return self._evaluate(y_true, y_pred, sample_weight, reduction, parameters, True)[1]

    def value_and_gradient(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        reduction: Reduction = "mean",
        **parameters: Any,
    ) -> tuple[Any, Any]:
        """Value and gradient together, for less than the price of both."""
        return self._evaluate(y_true, y_pred, sample_weight, reduction, parameters, True)

    def __repr__(self) -> str:
        return f"<loss {self.__name__}{self.__signature__}>"

    def __reduce__(self) -> str:
        return self.__name__  # pickled by name, as functions are: each process has its own

    def _evaluate(
        self,
        y_true: Any,
        y_pred: Any,
        sample_weight: Any,
        reduction: str,
        parameters: Parameters,
        wants_gradient: bool,
    ) -> tuple[Any, Any]:
        if not (isinstance(reduction, str) and reduction in ("mean", "sum", "none")):
            self.refuse(f"reduction is {reduction!r}", 'needed is "mean", "sum" or "none"')
        given = y_true, y_pred, sample_weight, reduction, parameters, wants_gradient
        xp = elsewhere.namespace(y_pred)
        if xp is not None:
            return elsewhere.evaluate(self, xp, *given)
        return self._evaluate_in_blocks(*given)

    @np.errstate(all="ignore")  # what overflows is inf, what is undefined is NaN
    def _evaluate_in_blocks(
        self,
        y_true: Any,
        y_pred: Any,
        sample_weight: Any,
        reduction: str,
        parameters: Parameters,
        wants_gradient: bool,
    ) -> tuple[Any, Any]:
        truth, prediction = self.numbers("y_true", y_true), self.numbers("y_pred", y_pred)
        self.check_shapes(truth, prediction, truth.dtype.kind == "f")
        single = prediction.dtype.kind == "f" and prediction.dtype.itemsize <= 4
        dtype = FLOAT32 if single else FLOAT64
        if parameters or self.parameters:
            parameters = self.check_parameters(parameters, prediction.shape, np.finfo(dtype))

        shape = self.value_shape(prediction.shape)
        count: float = prod(shape)
        weight, unit = None, None
        if sample_weight is not None:
            weight, unit = self._check_weight(sample_weight, shape, reduction)
            count *= _total(weight, unit) / weight.size
        scale = dtype.type(1 / count if reduction == "mean" else 1)
        values = np.empty(shape, dtype) if reduction == "none" else None
        gradient = np.empty(prediction.shape, dtype) if wants_gradient else None

        arrays = truth, prediction, weight, values, gradient

        def walk(value_scale: float = 1.0) -> float:
            total = 0.0
            blocks = self._blocks(arrays, parameters, dtype)
            for (y, p, w, value_out, gradient_out), block_parameters in blocks:
                if unit is not None:  # what is not 0 stays so, for 0 means absent
                    w = np.maximum(w / unit, (w != 0) * SMALLEST)
                steps = self.formula(quick_numpy, y, p, **block_parameters)
                value = _weighted(next(steps), w)
                if value_out is not None:
                    value_out[...] = value
                else:
                    value = value if value_scale == 1 else value * value_scale
                    total += float(np.add.reduce(value, axis=None))
                if gradient_out is not None:
                    _write_weighted(next(steps), scale, w, gradient_out)
            return total

        total = walk()
        if reduction == "none":
            return values, gradient
        mean = total / count if reduction == "mean" else total
        if isinf(total) and reduction == "mean":  # the sum overflowed; the mean need not
            half = walk(0.5 / count)  # of finite values, rounding cannot make this infinite
            mean = half if isinf(half) else min(2 * half, float(np.finfo(dtype).max))
        return dtype.type(mean), gradient

    # -- checks -------------------------------------------------------------------------------

    def refuse(self, came: str, needed: str) -> NoReturn:
        raise ValueError(f"{self.__name__}: {came}; {needed}")

    def numbers(self, name: str, given: ArrayLike) -> Array:
        """`given` as an array of real numbers, never copied if it is one already."""
        if type(given) is not np.ndarray:
            if _is_masked(given):
                self.refuse(f"{name} is a masked array", "needed are numbers; mask by weights of 0")
            try:
                given = np.asarray(given)
            except (ValueError, TypeError, RuntimeError) as error:
                self.refuse(f"{name} is no array ({error})", "needed are numbers, all rows alike")
        if given.dtype.kind not in "fiub":
            self.refuse(f"{name} holds {given.dtype} entries", "needed are real numbers")
        if given.size == 0:
            self.refuse(f"{name} is empty, shape {given.shape}", "needed is at least one number")
        return given

    def check_parameters(self, given: Parameters, shape: Shape, floats: Any) -> Parameters:
        """All parameters of the formula: those given, checked, and the defaults of the others.

        `floats` is the finfo of the result.  What is beyond such floats is held at their ends, so
        that it neither overflows nor vanishes.
        """
        for name in given:
            if name not in self.parameters:
                raise TypeError(f"{self.__name__}() got an unexpected keyword argument {name!r}")
        checked = dict(self.parameters)
        for name, value in given.items():
            checked[name] = _held(self.check_parameter(name, value, shape), floats)
        return checked

    def check_parameter(self, name: str, given: Any, shape: Shape) -> Any:
        if isinstance(given, np.ndarray) and given.ndim == 0:
            given = given.item()
        return number(f"{self.__name__}: {name}", given, self.domains[name])

    def check_weight_shape(self, given: Shape, shape: Shape) -> None:
        if given != shape and given != shape[:1]:
            self.refuse(
                f"sample_weight has shape {given}",
                f"needed is {shape}" + (f" or {shape[:1]}" if len(shape) > 1 else ""),
            )

    def _check_weight(
        self, given: ArrayLike, shape: Shape, reduction: str
    ) -> tuple[Array, np.float64 | None]:
        """The weights, shaped to multiply values, and what to divide them by first.

        For the mean that is the largest weight: only ratios count, and so their sum cannot
        overflow.
        """
        weight = self.numbers("sample_weight", given)
        if weight.dtype.itemsize > 8:  # a long double can be above 0 and below every float64
            weight = weight.astype(np.float64)
        self.check_weight_shape(weight.shape, shape)
        least, largest = extremes(weight)
        if least < 0 or isinf(largest):
            self.refuse(
                f"sample_weight holds {least if least < 0 else largest}",
                "needed are finite weights, 0 or more",
            )
        unknown = np.isnan(np.minimum.reduce(weight, None))
        if largest == 0 and not unknown:
            self.refuse("sample_weight is 0 everywhere", "needed is a weight above 0")
        if weight.shape != shape:
            weight = weight.reshape(shape[:1] + (1,) * (len(shape) - 1))
        counted = reduction == "mean" and largest > 0  # all NaN, or 0 beside NaN: as they are
        return weight, np.float64(largest) if counted else None

    def _check_content(self, name: str, block: Array) -> None:
        domain = self.domains[name]
        if domain is not REAL:
            found = domain.outside(block)
            if found is not None:
                self.refuse(f"{name} holds {found}", f"needed are {domain.entries}")

    # -- what differs between shapes of loss ----------------------------------------------------

    def check_shapes(self, y_true: Any, y_pred: Any, is_floating: bool) -> None:
        """Refuse arrays that do not fit; a `y_true` that `is_floating` holds no classes."""
        raise NotImplementedError

    def value_shape(self, prediction: Shape) -> Shape:
        """The shape of the values of predictions of that shape."""
        raise NotImplementedError

    def _blocks(self, arrays: Arrays, parameters: Parameters, dtype: DType) -> Blocks:
        """Walk through y_true, y_pred, weights, values, gradient; yield parts and parameters."""
        raise NotImplementedError

    def _signature(self) -> inspect.Signature:
        given = list(inspect.signature(self.formula).parameters.values())[1:]  # without xp
        keyword = inspect.Parameter.KEYWORD_ONLY
        shared = [
            inspect.Parameter("sample_weight", keyword, default=None),
            inspect.Parameter("reduction", keyword, default="mean"),
        ]
        plain = [p.replace(annotation=inspect.Parameter.empty) for p in given]
        return inspect.Signature(plain + shared)


class ElementwiseLoss(Loss):
    """One value per prediction: ``y_true``, ``y_pred`` and the values have one shape."""

    def check_shapes(self, y_true: Any, y_pred: Any, is_floating: bool) -> None:
        if y_true.shape != y_pred.shape:
            self.refuse(
                f"y_true has shape {tuple(y_true.shape)}, y_pred has {tuple(y_pred.shape)}",
                "needed are equal shapes (nothing is broadcast)",
            )

    def value_shape(self, prediction: Shape) -> Shape:
        return prediction

    def _blocks(self, arrays: Arrays, parameters: Parameters, dtype: DType) -> Blocks:
        y, p, weight, values, gradient = arrays
        shape, size = p.shape, p.size
        step = BLOCK_BYTES // dtype.itemsize
        by_label = {}
        if parameters:
            by_label = {k: v for k, v in parameters.items() if isinstance(v, np.ndarray)}
        if size <= step and not by_label and (weight is None or weight.shape == shape):
            yield self._checked(arrays, dtype), parameters  # the short way, for short calls
            return
        in_rows = by_label or (weight is not None and weight.shape != shape)
        n = shape[0] if in_rows else 1
        m = size // n
        if weight is not None:
            weight = np.broadcast_to(weight.reshape(n, -1), (n, m))
        arrays = y, p, weight, values, gradient
        arrays = tuple(None if array is None else array.reshape(n, m) for array in arrays)
        rows, columns = max(1, step // m), min(step, m)
        for top in range(0, n, rows):
            for left in range(0, m, columns):
                s = slice(top, top + rows), slice(left, left + columns)
                of_block = {k: v[s[1]].astype(dtype) for k, v in by_label.items()}
                yield self._checked(_at(arrays, s), dtype), parameters | of_block

    def _checked(self, arrays: Arrays, dtype: DType) -> Arrays:
        y, p, weight, values, gradient = arrays
        self._check_content("y_true", y)
        self._check_content("y_pred", p)
        return _cast(y, dtype), _cast(p, dtype), weight, values, gradient


class MultilabelLoss(ElementwiseLoss):
    """Element-wise on (n, m): m yes/no answers per example; parameters may differ by label."""

    def check_shapes(self, y_true: Any, y_pred: Any, is_floating: bool) -> None:
        super().check_shapes(y_true, y_pred, is_floating)
        if y_pred.ndim != 2:
            self.refuse(f"y_pred has shape {tuple(y_pred.shape)}", "needed is (examples, labels)")

    def check_parameter(self, name: str, given: Any, shape: Shape) -> Any:
        by_label = isinstance(given, (list, tuple)) or getattr(given, "ndim", 0) > 0
        if not by_label:
            return super().check_parameter(name, given, shape)
        numbers, labels = self.numbers(name, given), shape[1:]
        if numbers.shape != labels:
            self.refuse(
                f"{name} has shape {numbers.shape}", f"needed is a number or {labels} of them"
            )
        check = super().check_parameter
        return np.array([check(name, value, shape) for value in numbers.tolist()])


class RowwiseLoss(Loss):
    """One value per row of (n, k).  A formula sees a block with the classes along axis 0.

    So ``xp.max(y_pred, axis=0)`` is the largest score of each example and lines up with
    ``y_pred`` by itself.  ``y_true`` is shaped like ``y_pred``, or a vector of classes where its
    domain is LABELS.
    """

    classes_first = True

    def check_shapes(self, y_true: Any, y_pred: Any, is_floating: bool) -> None:
        truth, prediction = tuple(y_true.shape), tuple(y_pred.shape)
        of_classes = isinstance(self.domains["y_true"], Simplex)
        if len(prediction) != 2 or (of_classes and prediction[1] < 2):
            self.refuse(
                f"y_pred has shape {prediction}",
                "needed is (examples, classes) with two classes or more"
                if of_classes
                else "needed is (examples, entries)",
            )
        takes_classes = isinstance(self.domains["y_true"], Labels)
        if truth != prediction and not (takes_classes and truth == prediction[:1]):
            self.refuse(
                f"y_true has shape {truth}, y_pred has {prediction}",
                f"needed is {prediction[:1]} classes or {prediction} labels"
                if takes_classes
                else f"needed are equal shapes, {prediction}",
            )
        if len(truth) == 1 and is_floating:
            self.refuse(f"y_true holds {y_true.dtype} entries", "needed are integer classes")

    def value_shape(self, prediction: Shape) -> Shape:
        return prediction[:1]

    def _blocks(self, arrays: Arrays, parameters: Parameters, dtype: DType) -> Blocks:
        n, classes = arrays[1].shape
        step = max(1, BLOCK_BYTES // (dtype.itemsize * classes))
        for top in range(0, n, step):
            y, p, weight, values, gradient = _at(arrays, slice(top, top + step))
            y, p = np.ascontiguousarray(y).T, np.ascontiguousarray(_cast(p, dtype)).T
            y = self._classes(y, classes) if y.ndim == 1 else self._labels(_cast(y, dtype))
            p = self._checked_rows("y_pred", p)
            yield (y, p, weight, values, None if gradient is None else gradient.T), parameters

    def _classes(self, y: Array, classes: int) -> Array:
        index = y.astype(np.intp, copy=False)
        if extremes(index.view(np.uintp))[1] >= classes:  # a negative one looks huge
            least, largest = y.min(), y.max()
            found = least if least < 0 else largest
            self.refuse(f"y_true holds {found}", f"needed are classes 0 to {classes - 1}")
        return index

    def _labels(self, rows: Array) -> Array:
        """Rows of y_true, checked; as classes if they are one-hot, for these are faster."""
        rows = self._checked_rows("y_true", rows)
        if not isinstance(self.domains["y_true"], Labels):
            return rows
        flat = rows.T.reshape(-1)
        (ones,) = (flat != 0).nonzero()  # at least one in each row, for rows sum to 1
        one_hot = ones.size == rows.shape[1] and (flat[ones] == 1).all()
        return ones % len(rows) if one_hot else rows

    def _checked_rows(self, name: str, rows: Array) -> Array:
        """The block; of probabilities, with examples that hold a NaN all NaN.

        Such an example says nothing about any of its classes.
        """
        self._check_content(name, rows)
        if not isinstance(self.domains[name], Simplex):
            return rows
        sums = _sum(rows, axis=0)
        if sums.size <= HANDFUL:
            fits = all(abs(total - 1) <= ROW_SUM_TOLERANCE for total in sums.tolist())
        else:
            fits = np.maximum.reduce(np.abs(sums - 1)) <= ROW_SUM_TOLERANCE
        if fits:
            return rows
        far = np.abs(sums - 1) > ROW_SUM_TOLERANCE
        if far.any():
            self.refuse(
                f"{name} has a row that sums to {sums[far][0]:.6g}", "needed are rows that sum to 1"
            )
        return np.where(np.isnan(sums), rows.dtype.type(np.nan), rows)


def elementwise(properties: Properties | None = None, **domains: Interval) -> Callable[..., Loss]:
    """Register a formula on arrays of one shape; name the domain of arguments that have one.

    A loss of the same name in `losses` is replaced.
    """
    return lambda formula: ElementwiseLoss(formula, properties, domains)


def multilabel(properties: Properties | None = None, **domains: Interval) -> Callable[..., Loss]:
    """Register an element-wise formula on (n, m), m yes/no answers per example."""
    return lambda formula: MultilabelLoss(formula, properties, domains)


def rowwise(properties: Properties | None = None, **domains: Interval) -> Callable[..., Loss]:
    """Register a formula with one value per row of (n, k); it sees classes along axis 0."""
    return lambda formula: RowwiseLoss(formula, properties, domains)


def _held(given: Any, floats: Any) -> Any:
    """Numbers that are not negative, drawn in to the range of these floats; 0 stays 0."""
    smallest, largest = float(floats.smallest_normal), float(floats.max)
    if isinstance(given, np.ndarray):
        return np.where(given == 0, 0, np.clip(given, smallest, largest))
    return min(max(given, smallest), largest) if given else given


def _is_masked(given: Any) -> bool:
    """Whether there are masks in it, which np.asarray would drop without a word."""
    if isinstance(given, (list, tuple)):
        return any(map(_is_masked, given))
    return isinstance(given, np.ma.MaskedArray)


def _at(arrays: Arrays, index: Any) -> Arrays:
    return tuple(None if array is None else array[index] for array in arrays)


def _cast(array: Array, dtype: DType) -> Array:
    return array if array.dtype == dtype else array.astype(dtype)


# -- weights ------------------------------------------------------------------------------------


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
