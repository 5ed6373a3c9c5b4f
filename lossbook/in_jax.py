"""Arrays of JAX: its derivative of a value is our slope.

Left to itself JAX would differentiate the formula step by step.  That gives another slope at a
kink, a wrong one where a formula uses |z| at a score of 0, and NaN far out or where a weight of 0
hides an infinite value.  The slope is a formula of its own, so second derivatives work as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax

from . import array_api
from .checks import Request


def evaluate(xp: Any, request: Request) -> tuple[Any, Any]:
    """Value and, if wanted, gradient."""
    if not isinstance(request.y_pred, jax.core.Tracer):
        return array_api.evaluate(xp, request)
    value = value_of(xp, request)(*request.arrays)
    gradient = array_api.evaluate(xp, request)[1] if request.wants_gradient else None
    return value, gradient


def value_of(xp: Any, request: Request) -> Callable[..., Any]:
    """The value as a function of the three arrays, whose derivative by the predictions is ours."""

    def evaluate(arrays: Any, wants_gradient: bool) -> tuple[Any, Any]:
        return array_api.evaluate(xp, request.on(arrays, wants_gradient))

    def change(arrays: Any, moves: Any) -> tuple[Any, Any]:
        value, gradient = evaluate(arrays, True)
        moved = [not isinstance(it, jax.custom_derivatives.SymbolicZero) for it in moves]
        total = summed(xp, gradient * moves[1], request) if moved[1] else xp.zeros_like(value)
        others = [i for i in (0, 2) if arrays[i] is not None and moved[i]]
        if others:  # of the targets and weights there is no slope of ours

            def of_others(*given: Any) -> Any:
                replaced = dict(zip(others, given, strict=True))
                return evaluate([replaced.get(i, it) for i, it in enumerate(arrays)], False)[0]

            point, direction = zip(*((arrays[i], moves[i]) for i in others), strict=True)
            total = total + jax.jvp(of_others, point, direction)[1]
        return value, xp.astype(total, value.dtype)

    value = jax.custom_jvp(lambda *arrays: evaluate(arrays, False)[0])
    value.defjvp(change, symbolic_zeros=True)
    function: Callable[..., Any] = value
    return function


def summed(xp: Any, changes: Any, request: Request) -> Any:
    """What changes of the predictions add to the value."""
    if request.reduction != "none":
        return xp.sum(changes)
    return xp.sum(changes, axis=1) if request.rule.classes_first else changes
