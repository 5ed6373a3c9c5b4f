"""What a loss is: one formula, and everything that every loss shares.

A formula is a generator.  It yields the value per example and then, if it is asked again, the
slope: the derivative of that value by ``y_pred``.  What the two share is computed once, and a
caller who wants the value alone never pays for the slope.  The decorators `elementwise`,
`multilabel` and `rowwise` turn a formula into a `Loss`, which adds the rest: checks of the input,
weights, reductions, and a walk over blocks that fit the processor's cache.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import update_wrapper
from math import inf, isfinite, isinf, prod
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

BLOCK_BYTES = 1 << 18  # large enough to hide the cost of a call, small enough for the L2 cache
NARROW = 64  # rows with fewer classes are worth transposing in memory
ROW_SUM_TOLERANCE = 1e-3  # wide enough for a gradient check, narrow enough to catch scores

# glibc returns freed memory to the kernel until it has seen a larger block come and go.  Shown one,
# it keeps the memory of a block for the next: about 2.5 times faster at 10,000 scores.
np.empty(1 << 22, np.uint8)

losses: dict[str, Loss] = {}  # name -> Loss, all of them

SHARED_KEYWORDS = """
sample_weight : one weight per example, or one per value; 0 means the example is absent
reduction : "mean" (Σwℓ/Σw), "sum" (Σwℓ) or "none" (wℓ, one value per example)"""


@dataclass(frozen=True)
class Interval:
    """The numbers that an argument may hold; NaN is let through, so that it reaches the result."""

    low: float = -inf
    high: float = inf
    open_low: bool = False
    open_high: bool = False

    def __str__(self) -> str:
        left, right = "(" if self.open_low else "[", ")" if self.open_high else "]"
        return f"{left}{self.low}, {self.high}{right}"

    def outside(self, array: NDArray) -> Any:
        """The most extreme entry that lies outside, or None."""
        if array.dtype == bool and self == UNIT:
            return None
        if self.low > -inf and not array.min() >= self.low:
            least = np.fmin.reduce(array, axis=None)  # a NaN hides the others: look past it
            if least < self.low:
                return least
        if self.high < inf and not array.max() <= self.high:
            largest = np.fmax.reduce(array, axis=None)
            if largest > self.high:
                return largest
        return None

    def holds(self, number: float) -> bool:
        above = number > self.low if self.open_low else number >= self.low
        below = number < self.high if self.open_high else number <= self.high
        return above and below


REAL = Interval()
UNIT = Interval(0, 1)
POSITIVE = Interval(0, inf, open_low=True, open_high=True)
FRACTION = Interval(0, 1, open_high=True)


class Loss:
    """A loss function: call it for its value, `gradient` for the derivative by ``y_pred``.

    Every loss takes ``y_true`` first and ``y_pred`` second, its own parameters as keywords, and
    the keywords ``sample_weight`` and ``reduction``, which its help explains.

    Results are float32 where ``y_pred`` is float32 or float16, float64 otherwise.  NaN in gives
    NaN out; any other input that is wrong is a ``ValueError``.
    """

    def __init__(self, formula: Callable[..., Iterator], domains: dict[str, Interval]):
        update_wrapper(self, formula)
        self.__name__: str = formula.__name__
        own_help = inspect.cleandoc(formula.__doc__ or "")
        self.__doc__ = own_help.replace("\n\nReturns\n", SHARED_KEYWORDS + "\n\nReturns\n")
        self.formula = formula
        self.domains = {"y_true": REAL, "y_pred": REAL, **domains}
        self.parameters: dict[str, Any] = dict(formula.__kwdefaults__ or {})
        self.__signature__ = self._signature()
        losses[self.__name__] = self

    def __call__(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        reduction: str = "mean",
        **parameters: Any,
    ) -> Any:
        return self._evaluate(y_true, y_pred, sample_weight, reduction, parameters, False)[0]

    def gradient(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        reduction: str = "mean",
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
        reduction: str = "mean",
        **parameters: Any,
    ) -> tuple[Any, Any]:
        """Value and gradient together, for less than the price of both."""
        return self._evaluate(y_true, y_pred, sample_weight, reduction, parameters, True)

    def __repr__(self) -> str:
        return f"<loss {self.__name__}{self.__signature__}>"

    @np.errstate(all="ignore")  # what overflows is inf, what is undefined is NaN
    def _evaluate(self, y_true, y_pred, sample_weight, reduction, parameters, wants_gradient):
        if not (isinstance(reduction, str) and reduction in ("mean", "sum", "none")):
            self._refuse(f"reduction is {reduction!r}", 'needed is "mean", "sum" or "none"')
        truth, prediction = self._numbers("y_true", y_true), self._numbers("y_pred", y_pred)
        self._check_shapes(truth, prediction)
        parameters = self._check_parameters(parameters, prediction)
        single = prediction.dtype.kind == "f" and prediction.dtype.itemsize <= 4
        dtype = np.dtype(np.float32 if single else np.float64)

        shape = self._value_shape(prediction)
        count = float(prod(shape))
        weight = None
        if sample_weight is not None:
            weight, total_weight = self._check_weight(sample_weight, shape, reduction)
            count = total_weight * count / weight.size
        scale = 1 / count if reduction == "mean" else 1.0
        values = np.empty(shape, dtype) if reduction == "none" else None
        gradient = np.empty(prediction.shape, dtype) if wants_gradient else None

        def walk(value_scale: float = 1.0) -> float:
            total = 0.0
            blocks = self._blocks(truth, prediction, weight, values, gradient, parameters, dtype)
            for y, p, w, value_out, gradient_out, block_parameters in blocks:
                steps = self.formula(np, y, p, **block_parameters)
                value = weighted(next(steps), w)
                if value_out is not None:
                    value_out[...] = value
                else:
                    total += float((value if value_scale == 1 else value * value_scale).sum())
                if gradient_out is not None:
                    write_weighted(next(steps), dtype.type(scale), w, gradient_out)
            return total

        total = walk()
        if reduction == "none":
            return values, gradient
        mean = total / count if reduction == "mean" else total
        if isinf(total) and reduction == "mean":  # the sum overflowed; the mean need not
            half = walk(scale / 2)  # of finite values, rounding cannot make this infinite
            mean = half if isinf(half) else min(2 * half, float(np.finfo(dtype).max))
        return dtype.type(mean), gradient

    # -- checks -------------------------------------------------------------------------------

    def _refuse(self, came: str, needed: str) -> NoReturn:
        raise ValueError(f"{self.__name__}: {came}; {needed}")

    def _numbers(self, name: str, given: ArrayLike) -> NDArray:
        """`given` as an array of real numbers, never copied if it is one already."""
        if isinstance(given, np.ma.MaskedArray):
            self._refuse(f"{name} is a masked array", "needed are numbers; mask by weights of 0")
        try:
            array = np.asarray(given)
        except (ValueError, TypeError) as error:
            self._refuse(f"{name} is no array ({error})", "needed are numbers, all rows alike")
        if array.dtype.kind not in "fiub":
            self._refuse(f"{name} holds {array.dtype} entries", "needed are real numbers")
        if array.size == 0:
            self._refuse(f"{name} is empty, shape {array.shape}", "needed is at least one number")
        return array

    def _check_parameters(self, given: dict[str, Any], prediction: NDArray) -> dict[str, Any]:
        for name in given:
            if name not in self.parameters:
                raise TypeError(f"{self.__name__}() got an unexpected keyword argument {name!r}")
        checked = dict(self.parameters)
        for name, number in given.items():
            checked[name] = self._check_parameter(name, number, prediction)
        return checked

    def _check_parameter(self, name: str, given: Any, prediction: NDArray) -> Any:
        number = given.item() if isinstance(given, np.ndarray) and given.ndim == 0 else given
        if isinstance(number, (bool, np.bool_)) or not isinstance(
            number, (int, float, np.integer, np.floating)
        ):
            self._refuse(f"{name} is {given!r}", "needed is a number")
        try:
            number = float(number)
        except OverflowError:  # an int with more than 308 digits
            number = inf
        domain = self.domains[name]
        if not (isfinite(number) and domain.holds(number)):
            self._refuse(f"{name} is {given!r}", f"needed is a number in {domain}")
        return number

    def _check_weight(self, given: ArrayLike, shape: tuple, reduction: str) -> tuple:
        """The weights, shaped to multiply values, and what divides the sum for each of them.

        For the mean, weights are divided by the largest: only their ratios count, and so their
        sum cannot overflow.
        """
        weight = self._numbers("sample_weight", given)
        if weight.shape != shape and weight.shape != shape[:1]:
            self._refuse(
                f"sample_weight has shape {weight.shape}",
                f"needed is {shape}" + (f" or {shape[:1]}" if len(shape) > 1 else ""),
            )
        least, largest = np.fmin.reduce(weight, None), np.fmax.reduce(weight, None)
        if least < 0 or isinf(largest):
            self._refuse(
                f"sample_weight holds {least if least < 0 else largest}",
                "needed are finite weights, 0 or more",
            )
        if largest == 0 and not np.isnan(weight).any():
            self._refuse("sample_weight is 0 everywhere", "needed is a weight above 0")
        total = 1.0
        if reduction == "mean":
            divisor = largest if largest > 0 else 1  # all NaN, or 0 beside NaN: as they are
            weight = weight / np.float64(divisor)
            total = float(np.sum(weight, dtype=np.float64))
        if weight.shape != shape:
            weight = weight.reshape(shape[:1] + (1,) * (len(shape) - 1))
        return weight, total

    def _check_content(self, name: str, block: NDArray) -> None:
        found = self.domains[name].outside(block)
        if found is not None:
            self._refuse(f"{name} holds {found}", f"needed are numbers in {self.domains[name]}")

    # -- what differs between shapes of loss ----------------------------------------------------

    def _check_shapes(self, truth: NDArray, prediction: NDArray) -> None:
        raise NotImplementedError

    def _value_shape(self, prediction: NDArray) -> tuple:
        raise NotImplementedError

    def _blocks(self, truth, prediction, weight, values, gradient, parameters, dtype):
        """Walk through the arrays; yield y, p, w, where value and slope go, and parameters."""
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

    def _check_shapes(self, truth, prediction):
        if truth.shape != prediction.shape:
            self._refuse(
                f"y_true has shape {truth.shape}, y_pred has {prediction.shape}",
                "needed are equal shapes (nothing is broadcast)",
            )

    def _value_shape(self, prediction):
        return prediction.shape

    def _blocks(self, truth, prediction, weight, values, gradient, parameters, dtype):
        by_column = {k: v.astype(dtype) for k, v in parameters.items() if isinstance(v, np.ndarray)}
        shape = prediction.shape
        in_rows = by_column or (weight is not None and weight.shape != shape)
        n = shape[0] if in_rows else 1
        m = prediction.size // n
        truth, prediction = truth.reshape(n, m), prediction.reshape(n, m)
        values, gradient = (a if a is None else a.reshape(n, m) for a in (values, gradient))
        if weight is not None:
            weight = np.broadcast_to(weight.reshape(n, -1), (n, m))
        step = BLOCK_BYTES // dtype.itemsize
        rows, columns = max(1, step // m), min(step, m)
        for top in range(0, n, rows):
            for left in range(0, m, columns):
                s = slice(top, top + rows), slice(left, left + columns)
                y, p = truth[s], prediction[s]
                self._check_content("y_true", y)
                self._check_content("y_pred", p)
                yield (
                    y.astype(dtype, copy=False),
                    p.astype(dtype, copy=False),
                    None if weight is None else weight[s],
                    None if values is None else values[s],
                    None if gradient is None else gradient[s],
                    parameters | {k: v[s[1]] for k, v in by_column.items()},
                )


class MultilabelLoss(ElementwiseLoss):
    """Element-wise on (n, m): m yes/no answers per example; parameters may differ by label."""

    def _check_shapes(self, truth, prediction):
        super()._check_shapes(truth, prediction)
        if prediction.ndim != 2:
            self._refuse(f"y_pred has shape {prediction.shape}", "needed is (examples, labels)")

    def _check_parameter(self, name, given, prediction):
        by_label = isinstance(given, (list, tuple)) or getattr(given, "ndim", 0) > 0
        if not by_label:
            return super()._check_parameter(name, given, prediction)
        numbers, labels = self._numbers(name, given), prediction.shape[1:]
        if numbers.shape != labels:
            self._refuse(
                f"{name} has shape {numbers.shape}", f"needed is a number or {labels} of them"
            )
        check = super()._check_parameter
        return np.array([check(name, number, prediction) for number in numbers.tolist()])


class RowwiseLoss(Loss):
    """One value per row of (n, k).  A formula sees a block with the classes along axis 0.

    So ``xp.max(y_pred, axis=0)`` is the largest score of each example and lines up with
    ``y_pred`` by itself.  ``y_true`` is a vector of classes, or shaped like ``y_pred``.
    """

    def _check_shapes(self, truth, prediction):
        if prediction.ndim != 2 or prediction.shape[1] < 2:
            self._refuse(
                f"y_pred has shape {prediction.shape}",
                "needed is (examples, classes) with two classes or more",
            )
        if truth.shape not in (prediction.shape, prediction.shape[:1]):
            self._refuse(
                f"y_true has shape {truth.shape}, y_pred has {prediction.shape}",
                f"needed is {prediction.shape[:1]} classes or {prediction.shape} labels",
            )
        if truth.ndim == 1 and truth.dtype.kind not in "iub":
            self._refuse(f"y_true holds {truth.dtype} entries", "needed are integer classes")

    def _value_shape(self, prediction):
        return prediction.shape[:1]

    def _check_labels(self, y, classes):
        """Classes must exist; soft labels must be probabilities that sum to one."""
        if y.ndim == 2:
            self._check_content("y_true", y)
            self._check_sums("y_true", np.sum(y, axis=0, dtype=np.float64))
        elif y.dtype != bool:
            least, largest = y.min(), y.max()
            if least < 0 or largest >= classes:
                found = least if least < 0 else largest
                self._refuse(f"y_true holds {found}", f"needed are classes 0 to {classes - 1}")

    def _check_probabilities(self, p):
        """The block, with rows that hold a NaN all NaN: such a row says nothing about any class."""
        self._check_content("y_pred", p)
        sums = np.sum(p, axis=0)
        unknown = self._check_sums("y_pred", sums)
        return np.where(np.isnan(sums), sums, p) if unknown else p

    def _check_sums(self, name, sums):
        """Refuse a sum that is not 1; say whether there is one that is NaN."""
        distance = np.abs(sums - 1)
        if (distance <= ROW_SUM_TOLERANCE).all():
            return False
        far = distance > ROW_SUM_TOLERANCE
        if far.any():
            self._refuse(
                f"{name} has a row that sums to {sums[far][0]:.6g}", "needed are rows that sum to 1"
            )
        return True

    def _blocks(self, truth, prediction, weight, values, gradient, parameters, dtype):
        n, classes = prediction.shape
        narrow = classes < NARROW
        step = max(1, (1 if narrow else 2) * BLOCK_BYTES // (dtype.itemsize * classes))
        for top in range(0, n, step):
            s = slice(top, top + step)
            y, p = truth[s].T, prediction[s].astype(dtype, copy=False).T
            if narrow:
                y, p = np.ascontiguousarray(y), np.ascontiguousarray(p)
            self._check_labels(y, classes)
            if self.domains["y_pred"] == UNIT:
                p = self._check_probabilities(p)
            yield (
                y.astype(dtype if y.ndim == 2 else np.intp, copy=False),
                p,
                None if weight is None else weight[s],
                None if values is None else values[s],
                None if gradient is None else gradient[s].T,
                parameters,
            )


def elementwise(**domains: Interval) -> Callable[[Callable], Loss]:
    """Register a formula on arrays of one shape; name the domain of arguments that have one."""
    return lambda formula: ElementwiseLoss(formula, domains)


def multilabel(**domains: Interval) -> Callable[[Callable], Loss]:
    """Register an element-wise formula on (n, m), m yes/no answers per example."""
    return lambda formula: MultilabelLoss(formula, domains)


def rowwise(**domains: Interval) -> Callable[[Callable], Loss]:
    """Register a formula with one value per row of (n, k); it sees classes along axis 0."""
    return lambda formula: RowwiseLoss(formula, domains)


# -- weights ------------------------------------------------------------------------------------


def weighted(value: NDArray, weight: NDArray | None) -> NDArray:
    """Weight times value; 0 where the weight is 0, even if the value is infinite or NaN."""
    if weight is None:
        return value
    product = value * weight
    if not weight.all():
        product[weight == 0] = 0
    return product


def write_weighted(slope: NDArray, scale: Any, weight: NDArray | None, out: NDArray) -> None:
    """Weight times slope times scale into `out`, whose last axes are those of the weights."""
    if weight is None:
        np.multiply(slope, scale, out=out)
        return
    np.multiply(slope, weight * scale, out=out)
    if not weight.all():
        out[..., weight == 0] = 0


# -- what formulas of rows share ------------------------------------------------------------------


def expected(xp: Any, y_true: NDArray, rows: NDArray) -> NDArray:
    """Σ_j y_j·row_j per example: the entry of the true class where ``y_true`` holds classes."""
    if y_true.ndim == 1:
        return rows[y_true, xp.arange(y_true.shape[0])]
    return xp.sum(y_true * rows, axis=0)


def behind(xp: Any, y_true: NDArray, rows: NDArray, top: NDArray) -> NDArray:
    """Σ_j y_j·(top − row_j) per example: how far the true class is behind the top one.

    In halves, because the distance of two scores may be beyond the largest float.
    """
    if y_true.ndim == 1:
        return top - expected(xp, y_true, rows)
    return 2 * expected(xp, y_true, top / 2 - rows / 2)


def minus_labels(xp: Any, rows: NDArray, y_true: NDArray) -> NDArray:
    """``rows`` minus the labels; classes count as one-hot rows.  ``rows`` is used up."""
    if y_true.ndim == 1:
        rows[y_true, xp.arange(y_true.shape[0])] -= 1
        return rows
    return rows - y_true


def one_hot(xp: Any, y_true: NDArray, k: int) -> NDArray:
    """Classes as columns of zeros and a one, as formulas of rows see them; labels as they are."""
    return y_true if y_true.ndim == 2 else xp.arange(k)[:, None] == y_true
