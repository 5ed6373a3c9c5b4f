"""The numbers that an argument may hold: intervals, two signs, rows of probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROW_SUM_TOLERANCE = 1e-3  # wide enough for a gradient check, narrow enough to catch scores
HANDFUL = 32  # entries


def extremes(array: NDArray[Any]) -> tuple[Any, Any]:
    """The least and the greatest entry, NaN aside."""
    if array.size <= HANDFUL:  # for so few Python is faster
        numbers = array.ravel().tolist()
        low, high = min(numbers), max(numbers)
        if low == low:  # a NaN in front would hide the others
            return low, high
    return np.fmin.reduce(array, axis=None), np.fmax.reduce(array, axis=None)


@dataclass(frozen=True)
class Interval:
    """Numbers between two ends; NaN is let through, so that it reaches the result."""

    low: float = -inf
    high: float = inf
    open_low: bool = False
    open_high: bool = False
    restricts = True  # whether entries have to be looked at

    def __str__(self) -> str:
        left, right = "(" if self.open_low else "[", ")" if self.open_high else "]"
        return f"{left}{self.low}, {self.high}{right}"

    @property
    def entries(self) -> str:
        """What the entries of an array must be."""
        return f"numbers in {self}"

    @property
    def bounded(self) -> bool:
        return isfinite(self.low) and isfinite(self.high)

    def holds(self, number: float) -> bool:
        """Whether a single number lies inside."""
        above = number > self.low if self.open_low else number >= self.low
        below = number < self.high if self.open_high else number <= self.high
        return above and below

    def outside(self, array: NDArray[Any]) -> Any:
        """The most extreme entry that lies outside, or None."""
        for extreme in extremes(array):
            if extreme == extreme and not self.holds(extreme):
                return extreme
        return None

    def inside(self, xp: Any, array: Any) -> Any:
        """Which entries of a float array, of any library, lie inside; not NaN."""
        above = array > self.low if self.open_low else array >= self.low
        below = array < self.high if self.open_high else array <= self.high
        return above & below


class Reals(Interval):
    """Any numbers."""

    restricts = False


class OneARow(Reals):
    """Numbers, one for each row of the predictions."""


@dataclass(frozen=True)
class Columns(Reals):
    """Numbers, in rows whose columns have these names."""

    names: tuple[str, ...] = ()


class Ends(Interval):
    """The two ends of an interval, and nothing in between."""

    def __str__(self) -> str:
        return f"{self.low} or {self.high}"

    @property
    def entries(self) -> str:
        return f"labels {self} (of labels 0 and 1: 2*y - 1)"

    def outside(self, array: NDArray[Any]) -> Any:
        wrong = (array != self.low) & (array != self.high) & (array == array)
        return array[wrong][0] if wrong.any() else None

    def holds(self, number: float) -> bool:
        return number in (self.low, self.high)

    def inside(self, xp: Any, array: Any) -> Any:
        middle, distance = (self.low + self.high) / 2, (self.high - self.low) / 2
        return xp.abs(array - middle) == distance


class Simplex(Interval):
    """Probabilities of all classes, classes along axis 0: each column sums to 1."""

    def sums_to_1(self, xp: Any, array: Any, epsilon: float) -> Any:
        """Which examples, of any library, do so.

        epsilon : the relative distance of two neighbours in the type that the array came in; a
            softmax in a short type rounds its quotients, and the sum beneath them a little more
        """
        return xp.abs(xp.sum(array, axis=0) - 1) <= self.tolerance(epsilon)

    @staticmethod
    def tolerance(epsilon: float) -> float:
        """How far the sum of probabilities may be from 1."""
        return max(ROW_SUM_TOLERANCE, 2 * epsilon)


class Labels(Simplex):
    """What says which class it is: integer classes, or probabilities of all classes."""


REAL = Reals()
ONE_A_ROW = OneARow()
MEAN_AND_LOG_SCALE = Columns(names=("a mean", "a log scale"))
UNIT = Interval(0, 1)
OPEN_UNIT = Interval(0, 1, open_low=True, open_high=True)
FRACTION = Interval(0, 1, open_high=True)
POSITIVE = Interval(0, inf, open_low=True, open_high=True)
NOT_NEGATIVE = Interval(0, inf, open_high=True)
SIGNS = Ends(-1, 1)
SIMPLEX = Simplex(0, 1)
LABELS = Labels(0, 1)
