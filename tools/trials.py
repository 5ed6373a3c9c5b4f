"""Run the experiments that take longer than a page may, and store what comes out.

    python -m tools.trials                 # all of them
    python -m tools.trials overfitting     # those with these names

The experiment is a function on a page: its cell says `"trials": {"overfitting": 10}` in its
metadata, the function's name and how many trials are stored. The function takes a seed, from which
data division and start both come, and returns a quantity → number or numbers. What it needs stands
above it, in cells with the tag `setup` or `trial`.
"""

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np

from website.find_pages import ROOT, read_notebooks

FOLDER = ROOT / "lossbook" / "pages" / "trials"
NEEDED = {"setup", "trial"}  # tags of the cells that a trial needs


class Experiment(NamedTuple):
    page: str
    name: str
    count: int
    source: str  # Python that defines the function of this name

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.name}.json"


@cache
def experiments() -> dict[str, Experiment]:
    """All experiments of the book, by name."""
    return find_experiments(read_notebooks(ROOT))


def find_experiments(notebooks: dict) -> dict[str, Experiment]:
    found: dict[str, Experiment] = {}
    for path, notebook in notebooks.items():
        page = str(path)
        needed: list[str] = []
        for cell in notebook.cells:
            own = cell.metadata.get("trials", {})
            if own or NEEDED & set(cell.metadata.get("tags", [])):
                needed.append(cell.source)
            for name, count in own.items():
                if name in found:
                    raise ValueError(f"{name} is an experiment of {found[name].page} and of {page}")
                found[name] = Experiment(page, name, count, "\n".join(needed))
    return found


def run(name: str, seed: int) -> dict:
    """One trial, as it is stored."""
    result = _function(name)(seed)
    return {key: np.asarray(value, float).tolist() for key, value in result.items()}


@cache
def _function(name: str) -> Callable[[int], dict]:
    namespace: dict = {"__name__": "trial"}
    exec(compile(experiments()[name].source, f"<{name}>", "exec"), namespace)
    return namespace[name]


def store(experiment: Experiment) -> None:
    seeds = range(experiment.count)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        trials = list(pool.map(run, [experiment.name] * experiment.count, seeds))
    rows = ",\n".join(json.dumps(trial) for trial in trials)
    text = (
        f'{{"page": {json.dumps(experiment.page)}, "numpy": "{np.__version__}", '
        f'"trials": [\n{rows}\n]}}\n'
    )
    experiment.file.write_text(text, encoding="utf-8", newline="\n")


def main(names: list[str]) -> None:
    # Several trials run at once: one core for each. Set here, for the new processes alone: who only
    # imports this module, as tests do that also start notebooks, keeps the settings of his own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for name in names or experiments():
        experiment = experiments()[name]
        store(experiment)
        print(f"{experiment.count} trials: {experiment.file.relative_to(ROOT)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
