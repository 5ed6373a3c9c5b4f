"""What came out of the trials that take longer than a page may: stored, one file an experiment.

Each file is written by ``python -m tools.trials``, in the book's repository, which runs the very
function that stands on the page, once for each seed.  A test runs one of them again.
"""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


def stored_trials(name: str) -> dict[str, NDArray[np.float64]]:
    """The results of all trials of one experiment: a quantity → its values, one row a trial.

    Row i is what the function `name` of a page returned for seed i.

    Raises a ValueError if nothing is stored under that name.
    """
    file = files(__package__) / f"{name}.json"
    if not file.is_file():
        raise ValueError(f"no stored trials {name!r}; `python -m tools.trials {name}` writes them")
    trials = json.loads(file.read_text(encoding="utf-8"))["trials"]
    return {key: np.array([trial[key] for trial in trials], float) for key in trials[0]}
