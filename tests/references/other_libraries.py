"""What other libraries say to one shared example per family: lossbook/pages/other_libraries.json.

    pip install -e ".[libraries]" -c constraints.txt
    python -m tests.references.other_libraries

The calls stand in the spec of each loss (tests/losses/).  A call is stored as the text that was
evaluated here, with its answer, or the name of the error with which the library refused it.  Beside
it stand the loss of lossbook that it belongs to; an expression of lossbook and NumPy that gives the
same number, which this script does not evaluate (tests/losses/test_other_libraries.py does); and,
of a call that looks right and is not, what is wrong with it.  A call that is stored already keeps
its place.  All are given float64, which Keras turns into float32, its own default.
"""

import json
import os
import platform
import warnings
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
import scipy
import sklearn
import torch
from scipy import special
from sklearn import metrics
from torch.nn import functional as F

from tests.support.loss_specs import SPECS
from tests.support.stored import in_stored_order

jax.config.update("jax_enable_x64", True)
FILE = Path(__file__).resolve().parents[2] / "lossbook" / "pages" / "other_libraries.json"
LIBRARIES = {  # name → what a text may use, and how it likes its arrays
    "PyTorch": ({"F": F, "torch": torch}, torch.tensor),
    "Keras": ({"keras": keras, "torch": torch}, np.array),
    "scikit-learn": ({"metrics": metrics}, np.array),
    "SciPy": ({"special": special}, np.array),
    "Optax": ({"optax": optax, "jnp": jnp}, jnp.array),
}


def sigmoid(z):
    return special.expit(np.array(z)).tolist()


def softmax(z):
    return special.softmax(np.array(z), axis=1).tolist()


TWO, SIGNED = [-1.0, 0.0, 1.0], [-0.5, 0.25, 2.0]
CLASSES = [[2.0, 1.0, 0.0], [0.0, 1.0, 3.0]]
LABELS = [[2.0, -1.0, 0.0], [-2.0, 1.0, 1.0]]
PIXELS = [[2.0, 1.0, -1.0, -2.0], [-1.0, 1.0, 0.0, -2.0]]
INPUTS = {
    "numbers": {
        "y": [1.0, 2.0, 3.0, 10.0],
        "y_pred": [1.5, 1.0, 3.0, 14.0],
        "w": [1.0, 1.0, 1.0, 2.0],
        "Y": [[1.0, 2.0], [3.0, 10.0]],  # the same numbers, two for each of two examples
        "Y_pred": [[1.5, 1.0], [3.0, 14.0]],
    },
    "counts": {
        "y": [1.0, 2.0, 6.0],
        "z": [0.0, 1.0, 1.5],
        "r": np.exp([0.0, 1.0, 1.5]).tolist(),
    },
    "a number and its scale": {
        "y": [1.0, 2.0, 4.0],
        "P": [[1.5, 0.0], [2.0, -1.0], [3.0, 0.5]],  # means and logarithms of the scales
    },
    "two classes": {
        "y": [0.0, 1.0, 1.0],
        "z": TWO,
        "p": sigmoid(TWO),
        "w": [1.0, 1.0, 4.0],
    },
    "two signs": {
        "y": [0.0, 1.0, 1.0],
        "s": [-1.0, 1.0, 1.0],
        "z": SIGNED,
        "p": sigmoid(SIGNED),
    },
    "called impossible": {"y": [1.0], "p": [0.0]},
    "one of k": {
        "y": [0, 2],
        "Y": [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]],
        "z": CLASSES,
        "p": softmax(CLASSES),
        "c": [1.0, 2.0, 4.0],  # a weight for each class
    },
    "distributions": {"y": [[0.5, 0.5], [0.9, 0.1]], "p": [[0.2, 0.8], [0.8, 0.2]]},
    "many labels": {
        "y": [[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]],
        "z": LABELS,
        "p": sigmoid(LABELS),
        "c": [1.0, 2.0, 4.0],  # a weight for the "yes" of each label
    },
    "masks": {"y": [[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]], "z": PIXELS, "p": sigmoid(PIXELS)},
}


def answered(library, family, text):
    """The answer as a number or nested lists, or the name of the error."""
    names, held = LIBRARIES[library]
    arrays = {name: held(np.array(values)) for name, values in INPUTS[family].items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            answer = eval(text, names | arrays)
        except (TypeError, ValueError, RuntimeError) as error:
            return type(error).__name__
    return np.asarray(answer).tolist()


def entries(family):
    for spec in SPECS.values():
        for library, text, equal, *trap in spec.calls.get(family, []):
            entry = {"library": library, "loss": spec.loss, "call": text, "lossbook": equal}
            yield entry | {
                "trap": trap[0] if trap else "",
                "answer": answered(library, family, text),
            }


def name_of(entry):
    return json.dumps([entry["loss"], entry["call"]])


def main():
    modules = {"NumPy": np, "PyTorch": torch, "Keras": keras, "scikit-learn": sklearn}
    modules |= {"SciPy": scipy, "JAX": jax, "Optax": optax}
    versions = {"Python": platform.python_version()}
    versions |= {name: module.__version__ for name, module in modules.items()}
    before = json.loads(FILE.read_text(encoding="utf-8"))["families"]
    families = {}
    for family, held in INPUTS.items():
        stored = before.get(family, {"calls": []})["calls"]
        calls = in_stored_order(entries(family), stored, name_of)
        families[family] = {"inputs": held, "calls": calls}
    head = {"script": "tests/references/other_libraries.py"}
    stored = head | {"versions": versions, "families": families}
    text = json.dumps(stored, ensure_ascii=False) + "\n"
    for before in "[", ", ":  # a line for each call, so that a change can be read
        text = text.replace(before + '{"library"', before.strip() + '\n{"library"')
    FILE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
