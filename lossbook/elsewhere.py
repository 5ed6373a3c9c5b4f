"""Arrays of other libraries: to the module that knows how theirs takes a derivative."""

from typing import Any

import numpy as np

from . import array_api
from .checks import Request


def evaluate(xp: Any, request: Request) -> tuple[Any, Any]:
    """Value and, if wanted, gradient; the library is loaded already, for it made the arrays."""
    if array_api.is_jax(xp):
        from . import in_jax

        return in_jax.evaluate(xp, request)
    if array_api.is_torch(xp):
        from . import in_torch

        return in_torch.evaluate(request)
    with np.errstate(all="ignore"):  # as in NumPy, for the others may run on it
        return array_api.evaluate(xp, request)
