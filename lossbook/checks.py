"""What comes in: arrays of real numbers, single numbers, and a loss's whole request.

Everything else is a ``ValueError`` that says what came and what is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import copysign, inf, isfinite, isinf, nan
from typing import Any, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from .domains import Interval, Labels, Simplex, extremes

Array = NDArray[Any]
Vector = NDArray[np.float64]
Shape = tuple[int, ...]


class Rule(NamedTuple):
    """What of a loss is the same at every call."""

    name: str  # for messages
    in_numpy: (
        Callable[..., Iterator[Any] | None] | None
    )  # a formula that is sooner, where it applies
    in_double: bool  # whether NumPy is to compute in float64 even if the result is float32
    domains: Mapping[str, Interval]
    classes_first: bool  # whether the formula sees (n, k) arrays with the k classes along axis 0
    by_label: bool  # whether parameters may be arrays, (m,) for (n, m)


class Request(NamedTuple):
    """What a loss is asked for: arrays whose shapes fit, and parameters in their ranges."""

    rule: Rule
    formula: Callable[..., Iterator[Any]]
    y_true: Any
    y_pred: Any
    weight: Any  # an array, or None
    shape: Shape  # of the values
    parameters: dict[str, Any]
    reduction: str
    wants_gradient: bool

    @property
    def arrays(self) -> tuple[Any, Any, Any]:
        return self.y_true, self.y_pred, self.weight

    def on(self, arrays: Any, wants_gradient: bool) -> Request:
        """The same of other arrays."""
        y_true, y_pred, weight = arrays
        return self._replace(
            y_true=y_true, y_pred=y_pred, weight=weight, wants_gradient=wants_gradient
        )


def refuse(came: str, needed: str) -> NoReturn:
    raise ValueError(f"{came}; {needed}")


def refuse_yielded(rule: Rule, what: str, got: Any, prediction: Shape) -> NoReturn:
    """Refuse the value or the slope of a formula, for its shape or because it is none."""
    if got is None:
        refuse(f"{rule.name}: the formula yields no {what}", "needed are a value and a slope")
    by_row = what == "value" and rule.classes_first
    refuse(
        f"{rule.name}: the formula yields a {what} of shape {tuple(getattr(got, 'shape', ()))}",
        f"needed is {prediction[1:]}: one number per example"
        if by_row
        else f"needed is {prediction}: one number per prediction",
    )


# -- arrays -------------------------------------------------------------------------------------


def real_array(what: str, given: Any) -> Array:
    """`given` as an array of real numbers, never copied if it is one already."""
    if type(given) is not np.ndarray:
        if is_masked(given):
            refuse(
                f"{what} is a masked array",
                "needed are numbers without a mask (a weight of 0 leaves an example out)",
            )
        try:
            given = np.asarray(given)
        except (ValueError, TypeError, RuntimeError) as error:
            refuse(f"{what} is no array ({error})", "needed are numbers, all rows alike")
    if given.dtype.kind not in "fiub":
        refuse(f"{what} holds {given.dtype} entries", "needed are real numbers")
    array: Array = given
    return array


def float_array(what: str, given: Any) -> Vector:
    """`given` as float64, copied only where it must be."""
    array: Vector = real_array(what, given).astype(np.float64, copy=False)
    return array


def is_masked(given: Any) -> bool:
    """Whether there are masks in it, which np.asarray would drop without a word."""
    if isinstance(given, (list, tuple)):
        return any(map(is_masked, given))
    return isinstance(given, np.ma.MaskedArray)


def not_empty(what: str, shape: Shape) -> None:
    if 0 in shape:
        refuse(f"{what} is empty, shape {shape}", "needed is at least one number")


def content(loss: str, argument: str, block: Array, domain: Interval) -> None:
    """Refuse numbers outside the domain; NaN is let through."""
    found = domain.outside(block)
    if found is not None:
        refuse(f"{loss}: {argument} holds {found}", f"needed are {domain.entries}")


# -- shapes -------------------------------------------------------------------------------------


def refuse_unequal(loss: str, truth: Shape, prediction: Shape) -> NoReturn:
    refuse(
        f"{loss}: y_true has shape {truth}, y_pred has {prediction}",
        "needed are equal shapes (nothing is broadcast)",
    )


def rows(loss: str, truth: Shape, prediction: Shape, domain: Interval) -> None:
    """Refuse what is not (n, k) twice, or n classes and (n, k) where the domain has classes."""
    of_classes, takes_classes = isinstance(domain, Simplex), isinstance(domain, Labels)
    if len(prediction) != 2 or (of_classes and prediction[1] < 2):
        refuse(
            f"{loss}: y_pred has shape {prediction}",
            "needed is (examples, classes) with two classes or more"
            if of_classes
            else "needed is (examples, entries)",
        )
    if truth != prediction and not (takes_classes and truth == prediction[:1]):
        refuse(
            f"{loss}: y_true has shape {truth}, y_pred has {prediction}",
            f"needed is {prediction[:1]} classes or {prediction} labels"
            if takes_classes
            else f"needed are equal shapes, {prediction}",
        )


def one_a_row(loss: str, truth: Shape, prediction: Shape, domain: Interval) -> None:
    """Refuse what is not n numbers and n rows, of the columns that the domain names."""
    names = getattr(domain, "names", ())
    if len(prediction) != 2 or (names and prediction[1] != len(names)):
        columns = f"{len(names)}), {' and '.join(names)} in each row" if names else "entries)"
        refuse(f"{loss}: y_pred has shape {prediction}", f"needed is (examples, {columns}")
    if truth != prediction[:1]:
        refuse(
            f"{loss}: y_true has shape {truth}, y_pred has {prediction}",
            f"needed is {prediction[:1]}, one number for each row",
        )


# -- single numbers -----------------------------------------------------------------------------


def number(what: str, given: Any, domain: Interval) -> float:
    """`given` as a finite float in the domain."""
    is_number = isinstance(given, (int, float, np.integer, np.floating))
    try:
        value = float(given) if is_number and not isinstance(given, bool) else nan
    except OverflowError:  # an int beyond the largest float
        value = inf
    if not (isfinite(value) and domain.holds(value)):
        refuse(f"{what} is {given!r}", f"needed is a number in {domain}")
    return value


def whole_number(what: str, given: Any, least: int) -> int:
    """`given` as an int of at least `least`."""
    if not isinstance(given, (int, np.integer)) or isinstance(given, bool) or given < least:
        refuse(f"{what} is {given!r}", f"needed is a whole number, {least} or more")
    return int(given)


def held(given: Any, smallest: float, largest: float) -> Any:
    """A parameter, drawn in to the range of floats, so that it neither overflows nor vanishes.

    0 stays 0, and None, which stands for none, None.
    """
    if given is None:
        return None
    if isinstance(given, np.ndarray):
        size = np.where(given == 0, 0, np.clip(np.abs(given), smallest, largest))
        return np.copysign(size, given)
    if smallest <= given <= largest:
        return given
    return copysign(min(max(abs(given), smallest), largest), given) if given else given


# -- weights ------------------------------------------------------------------------------------


def weight_shape(name: str, given: Shape, shape: Shape) -> None:
    """Refuse weights that are neither one per value nor one per example."""
    if given != shape and given != shape[:1]:
        refuse(
            f"{name}: sample_weight has shape {given}",
            f"needed is {shape}" + (f" or {shape[:1]}" if len(shape) > 1 else ""),
        )


def weight_content(what: str, weight: Array) -> float:
    """The largest weight, once it is sure that all are finite, 0 or more, and not all 0."""
    least, largest = extremes(weight)
    if least < 0 or isinf(largest):
        refuse(
            f"{what} holds {least if least < 0 else largest}",
            "needed are finite weights, 0 or more",
        )
    if largest == 0 and not np.isnan(np.minimum.reduce(weight, None)):
        refuse(f"{what} is 0 everywhere", "needed is a weight above 0")
    return float(largest)
