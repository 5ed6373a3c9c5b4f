"""Numbers in which the definition of a loss is evaluated: those of Python, or of mpmath."""

import math
from types import SimpleNamespace

FUNCTIONS = "exp", "log", "cosh", "tanh", "inf"
PLAIN = SimpleNamespace(**{name: getattr(math, name) for name in FUNCTIONS})


def many_digits() -> SimpleNamespace:
    """Those of mpmath, with as many digits as ``mp.dps`` says."""
    from mpmath import mp

    return SimpleNamespace(**{name: getattr(mp, name) for name in FUNCTIONS})
