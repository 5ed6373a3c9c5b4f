"""What ``help`` says of a loss: docstring and arguments of its formula, and what all share."""

import inspect
from collections.abc import Callable
from textwrap import fill, indent
from typing import Any

SHARED_KEYWORDS = """
sample_weight : one weight per example, or one per value; 0 means the example is absent
reduction : "mean" (Σwℓ/Σw), "sum" (Σwℓ) or "none" (wℓ, one value per example)"""
RAISES = "Raises\n------\nValueError\n"
SHARED_ERRORS = "unequal shapes, empty or non-numeric input, bad weights or an unknown reduction"


def complete(own_help: str) -> str:
    """A formula's help, with the keywords and the errors of every loss; unless it has no parts."""
    before, title, after = own_help.partition("\n\nReturns\n")
    if not title:
        return own_help
    returns, *parts = after.split("\n\n")
    own = [part.removeprefix(RAISES) for part in parts if part.startswith(RAISES)]
    rest = [part for part in parts if not part.startswith(RAISES)]
    errors = "; and, as every loss, ".join([*own, f"for {SHARED_ERRORS}"])
    raises = RAISES + indent(fill(" ".join(errors.split()), 92, break_on_hyphens=False), " " * 4)
    return "\n\n".join([before + SHARED_KEYWORDS, f"Returns\n{returns}", raises, *rest])


def signature(formula: Callable[..., Any]) -> inspect.Signature:
    """The arguments of the loss: those of the formula, without xp, and the shared keywords."""
    own = list(inspect.signature(formula).parameters.values())[1:]
    keyword = inspect.Parameter.KEYWORD_ONLY
    shared = [
        inspect.Parameter("sample_weight", keyword, default=None),
        inspect.Parameter("reduction", keyword, default="mean"),
    ]
    plain = [p.replace(annotation=inspect.Parameter.empty) for p in own]
    return inspect.Signature(plain + shared)
