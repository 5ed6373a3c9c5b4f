"""Stored trials are what the functions on the pages return."""

import json
import random

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from lossbook.pages import stored_trials
from tools.trials import FOLDER, experiments, find_experiments, run

EXPERIMENTS = experiments()
# Training makes the rounding of one processor's sums visible: by far less than what a page prints.
CLOSE = {"rtol": 1e-3, "atol": 1e-6}


def test_every_experiment_is_stored_and_nothing_else():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(EXPERIMENTS)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_one_trial_again(name):
    """Another one each time."""
    stored = json.loads(EXPERIMENTS[name].file.read_text(encoding="utf-8"))
    assert stored["page"] == EXPERIMENTS[name].page
    assert len(stored["trials"]) == EXPERIMENTS[name].count
    seed = random.SystemRandom().randrange(EXPERIMENTS[name].count)
    again = run(name, seed)
    assert set(again) == set(stored["trials"][seed])
    for key, value in again.items():
        message = f"seed {seed}, {key}: run `python -m tools.trials {name}`"
        np.testing.assert_allclose(value, stored["trials"][seed][key], **CLOSE, err_msg=message)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_no_two_trials_are_the_same(name):
    stored = stored_trials(name)
    rows = np.hstack([values.reshape(len(values), -1) for values in stored.values()])
    assert len(np.unique(rows, axis=0)) == len(rows)


def test_an_unknown_name_is_named():
    with pytest.raises(ValueError, match=r"no stored trials 'nothing'.*python -m tools.trials"):
        stored_trials("nothing")


def experiment_cell(name, count, source="", tags=()):
    return new_code_cell(source, metadata={"trials": {name: count}, "tags": list(tags)})


def test_an_experiment_is_its_cell_and_the_tagged_ones_above():
    setup, needed, other, later = (
        new_code_cell(source, metadata={"tags": tags})
        for source, tags in [
            ("import a", ["setup"]),
            ("b = 1", ["trial"]),
            ("c = 1", []),
            ("e = 1", ["trial"]),
        ]
    )
    page = new_notebook(cells=[setup, other, needed, experiment_cell("trial", 3, "d = 1"), later])
    found = find_experiments({"page": page})["trial"]
    assert (found.page, found.count, found.source) == ("page", 3, "import a\nb = 1\nd = 1")


def test_two_experiments_of_one_name_are_refused():
    pages = {name: new_notebook(cells=[experiment_cell("trial", 3)]) for name in ["one", "two"]}
    with pytest.raises(ValueError, match="trial is an experiment of one and of two"):
        find_experiments(pages)
