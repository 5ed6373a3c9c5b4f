"""What other libraries answer to small examples, asked once and stored.

So a page can compare them, and a test can hold lossbook to it, where none of them is installed.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_FILE = files(__package__) / "other_libraries.json"


class Call(NamedTuple):
    """A call of another library, in `OtherLibraries`."""

    library: str
    """PyTorch, Keras, scikit-learn, SciPy or Optax."""
    loss: str
    """The name of the loss of lossbook that it stands for, or was taken for."""
    lossbook: str | None
    """What gives the same number with lossbook and NumPy; None where there is no number."""
    trap: str
    """What is wrong with it, if it looks right and is not; else empty."""
    answer: float | NDArray[np.float64] | str
    """A number, one for each example, or the name of the error that refused the call."""


class Family(NamedTuple):
    """One small example in `OtherLibraries`, and what was said to it."""

    inputs: dict[str, NDArray[Any]]
    """The arrays, under the names that the calls use."""
    calls: dict[str, Call]
    """The calls, by their text as it was evaluated."""


class OtherLibraries(NamedTuple):
    """What `lossbook.pages.other_libraries` returns."""

    versions: dict[str, str]
    """Of each library that answered."""
    families: dict[str, Family]
    """The examples: "numbers", "two classes", "two signs", "called impossible", "one of k",
    "distributions", "many labels", "masks"."""


def other_libraries() -> OtherLibraries:
    """What PyTorch, Keras, scikit-learn, SciPy and Optax answered to one example per family.

    Measured once and stored, so that a page can compare them where none of them is installed.  A
    call is the text that was evaluated, with ``F`` for ``torch.nn.functional``, ``metrics`` for
    ``sklearn.metrics`` and ``special`` for ``scipy.special``.  Keras computed in float32, its
    default; so its answers hold about 7 digits, and all others 16.

    Source: ``tests/references/other_libraries.py`` in the book's repository.  Licence: as the text
    of the book.

    >>> elsewhere = other_libraries()
    >>> numbers = elsewhere.families["numbers"]
    >>> numbers.inputs["y"], numbers.inputs["y_pred"]
    (array([ 1.,  2.,  3., 10.]), array([ 1.5,  1. ,  3. , 14. ]))
    >>> call = numbers.calls["F.smooth_l1_loss(y_pred, y, beta=2.0)"]
    >>> call.library, call.lossbook, call.answer
    ('PyTorch', 'lb.huber(y, y_pred, delta=2.0) / 2.0', 0.828125)
    """
    stored = json.loads(_FILE.read_text(encoding="utf-8"))
    families = {
        name: Family(
            inputs={key: np.array(values) for key, values in family["inputs"].items()},
            calls={call.pop("call"): _call(**call) for call in family["calls"]},
        )
        for name, family in stored["families"].items()
    }
    return OtherLibraries(stored["versions"], families)


def _call(answer: Any, **rest: Any) -> Call:
    return Call(**rest, answer=np.array(answer) if isinstance(answer, list) else answer)
