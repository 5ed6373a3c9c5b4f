"""What an exercise is, and how an answer is judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

NUMBER = 1e-3  # relative tolerance of a number: four digits, typed by hand, are enough
FUNCTION = 1e-6  # and of what a function returns


@dataclass(frozen=True)
class Exercise:
    """The right answer of an exercise, and wrong ones that learners give.

    Parameters
    ----------
    right : a number, an array, a word, or a function
    on : the arguments, one tuple for each trial of a function; their lists become arrays
    mistakes : hint → the wrong answer that it belongs to, of the kind of `right`
    """

    right: Any
    on: Sequence[tuple[Any, ...]] = ()
    mistakes: Mapping[str, Any] = field(default_factory=dict)


def judge(exercise: Exercise, answer: object) -> str:
    """ "right", "not yet", or a hint."""
    if untouched(answer):
        return "not yet"
    if problem := wrong_kind(exercise.right, answer):
        return problem
    if not callable(exercise.right):
        return verdict(exercise, [answer], NUMBER)
    try:
        results = outcome(exercise, answer)
    except Exception as error:  # whatever the reader's code does, the reader gets a hint
        said = f"{type(error).__name__}: {error}".rstrip(" .:")
        return f"Your function stops with {said}."
    if any(result is ... for result in results):
        return "not yet"
    if any(result is None for result in results):
        return "Your function returns nothing: its last line needs a return."
    return verdict(exercise, results, FUNCTION)


def untouched(answer: object) -> bool:
    """Is this still the page's ``...``, or a function without a line of code?"""

    def empty() -> None: ...

    code = getattr(answer, "__code__", None)
    return answer is ... or answer is None or getattr(code, "co_code", "") == empty.__code__.co_code


def wrong_kind(right: object, answer: object) -> str | None:
    if callable(right) and not callable(answer):
        return "A function is asked for: pass its name, without brackets."
    if callable(answer) and not callable(right):
        return "A value is asked for, and this is a function: call it."
    if isinstance(right, str) and not isinstance(answer, str):
        return "A word is asked for, in quotation marks."
    return None


def results_of(function: Any, exercise: Exercise) -> list[Any]:
    """What a function returns in each trial, for arguments of its own, which it may change."""
    return [function(*map(fresh, arguments)) for arguments in exercise.on]


def fresh(argument: object) -> object:
    return np.array(argument) if isinstance(argument, list | np.ndarray) else argument


def verdict(exercise: Exercise, results: list[Any], tolerance: float) -> str:
    def reached(target: Any) -> bool:
        return agree(results, outcome(exercise, target), tolerance)

    if reached(exercise.right):
        return "right"
    for hint, wrong in exercise.mistakes.items():
        if reached(wrong):
            return hint
    return general_hint(results, outcome(exercise, exercise.right), tolerance)


def outcome(exercise: Exercise, target: Any) -> list[Any]:
    with np.errstate(all="ignore"):  # of an overflow the hint says more than a warning
        return results_of(target, exercise) if callable(target) else [target]


def agree(results: Iterable[Any], others: Iterable[Any], tolerance: float) -> bool:
    return all(same(a, b, tolerance) for a, b in zip(results, others, strict=True))


def same(a: Any, b: Any, tolerance: float) -> bool:
    if isinstance(b, str):
        return str(a).strip().lower() == str(b).strip().lower()
    a, b = as_numbers(a), as_numbers(b)
    if a is None or b is None or a.shape != b.shape:
        return False
    with np.errstate(invalid="ignore"):
        scale = np.abs(b[np.isfinite(b)]).max(initial=0)
    # Beside the largest entry, an entry that should be 0 may be rounding error.
    return bool(np.allclose(a, b, rtol=tolerance, atol=1e-9 * scale, equal_nan=True))


def as_numbers(result: Any) -> NDArray[np.float64] | None:
    try:
        return np.asarray(result, float)
    except (TypeError, ValueError):
        return None


def general_hint(results: Sequence[Any], right: Sequence[Any], tolerance: float) -> str:
    """What can be said about an answer that is none of the foreseen mistakes."""
    if isinstance(right[0], str):
        return "Not this one."
    ours = [np.asarray(r, float) for r in right]
    for mine, yours in zip(ours, map(as_numbers, results), strict=True):
        if yours is None:
            return "A number or an array of numbers is asked for."
        if yours.shape != mine.shape and mine.shape == ():
            return f"One number is asked for, and this is an array of the shape {yours.shape}."
        if yours.shape != mine.shape and yours.shape == ():
            return f"This is one number, and an array of the shape {mine.shape} is needed."
        if yours.shape != mine.shape:
            return f"The shape is {yours.shape}, and {mine.shape} is needed."
        if np.isnan(yours).any() and not np.isnan(mine).any():
            return "There is nan in it: look for 0/0, 0·inf, or the logarithm of a negative number."
        if np.isinf(yours).any() and not np.isinf(mine).any():
            return "There is inf in it: look for log 0, or for an exponential that overflows."
    if tolerance == NUMBER and ours[0].shape == () and rounded(results[0], ours[0]):
        return "Right as far as it goes: give four digits."
    for factor, hint in FACTORS.items():
        if agree(results, [factor * mine for mine in ours], tolerance):
            return hint
    return "Not right yet: try it on one small case that you can work out on paper."


def rounded(answer: Any, right: Any) -> bool:
    """Is this the right number, given to too few digits, but within 5 %?"""
    answer, right = float(answer), float(right)
    digits = 0 if answer.is_integer() else len(repr(answer).partition(".")[2])
    return bool(abs(answer - right) < 0.05 * abs(right) and round(right, digits) == answer)


FACTORS = {
    -1.0: "The right size, the wrong sign.",
    2.0: "Twice too large: is there a factor ½?",
    0.5: "Half as large as it should be: is there a factor 2?",
    float(np.log(2)): "In nats where bits are asked for: divide by log 2.",
    float(1 / np.log(2)): "In bits where nats are asked for: use the natural logarithm.",
}
