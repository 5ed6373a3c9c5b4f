"""What other libraries answer for the same loss, as loss_libraries.json beside this file.

    pip install -e ".[libraries]" -c constraints.txt
    python -m tests.references.loss_libraries

PyTorch's losses with gradients by its autograd, scikit-learn's, SciPy's and Optax's, on ordinary
inputs drawn from one seed.  The calls stand in the spec of each loss (tests/losses/), as its peers.
Nothing of lossbook is used.  Written twice, the file is the same, and a call that it has already
keeps its place; another processor may round a last digit in another way.
tests/losses/test_stored_references.py compares lossbook with it; it needs none of them.

A call names its inputs, which stand at the top of the file, and says how the two losses correspond:
lossbook's is `factor` times theirs.  Results are value and gradient for each reduction that the
library offers and that means the same; null where it has no gradient, or the same as before.
"""

import inspect
import json
import platform
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
import scipy
import sklearn
import torch
from scipy import special
from sklearn import _loss as sk
from sklearn import metrics
from torch.nn import functional as F

from tests.support.loss_specs import SPECS
from tests.support.stored import in_stored_order

FILE = Path(__file__).with_suffix(".json")
N, M = 4, 3
REDUCTIONS = "mean", "sum", "none"
jax.config.update("jax_enable_x64", True)


def inputs():
    """Named arrays, the same numbers for both dtypes."""
    rng = np.random.default_rng(2026)
    arrays = {
        "measured": rng.normal(0, 2, (N, M)),
        "predicted": rng.normal(0, 2, (N, M)),
        "scores": rng.normal(0, 3, (N, M)),
        "answers": rng.integers(0, 2, (N, M)),
        "soft answers": rng.uniform(0, 1, (N, M)),
        "shares": rng.uniform(0.02, 0.98, (N, M)),
        "classes": rng.integers(0, M, N),
        "labels": rng.dirichlet(np.ones(M), N),
        "rows": rng.dirichlet(np.ones(M), N),  # probabilities, as the labels
        "weights": rng.uniform(0.1, 3, (N, M)),
        "weights of examples": rng.uniform(0.1, 3, N),
        "class weights": rng.uniform(0.1, 3, M),
    }
    own = np.random.default_rng(2027)
    arrays["counts"] = own.poisson(2, (N, M))
    arrays["one a row"] = own.normal(0, 2, N)
    arrays["means and log scales"] = own.normal(0, 1, (N, 2))
    arrays = {name: a.round(4) if a.dtype.kind == "f" else a for name, a in arrays.items()}
    for rows in arrays["labels"], arrays["rows"]:
        rows[:, -1] = (1 - rows[:, :-1].sum(axis=1)).round(4)  # they sum to 1 after rounding, too
    arrays["one-hot"] = np.eye(M, dtype=int)[arrays["classes"]]
    arrays["signs"] = 2 * arrays["answers"] - 1
    arrays["weights by class"] = arrays["class weights"][arrays["classes"]]
    return arrays


INPUTS = inputs()


def held(name, dtype):
    array = INPUTS[name]
    return array.astype(dtype) if array.dtype.kind == "f" else array


def answers_of_torch(peer, names, y, p, w):
    """Value and gradient for each reduction; that of "none" is the gradient of the sum, once."""
    answers = {}
    y = torch.tensor(y) if peer.inputs[0] == "classes" else torch.tensor(y.astype(p.dtype))
    given = names | {"y": y, "w": w if w is None else torch.tensor(w)}
    given["c"] = torch.tensor(INPUTS["class weights"].astype(p.dtype))
    for reduction in peer.reductions:
        tensor = torch.tensor(p, requires_grad=True)
        value = eval(peer.call, given | {"p": tensor, "reduction": reduction})
        value.sum().backward()
        if value.numel() == p.size:
            value = value.reshape(p.shape)  # a call may look at vectors alone
        repeated = reduction == "none" and "sum" in peer.reductions
        answers[reduction] = value.detach().numpy(), None if repeated else tensor.grad.numpy()
    return answers


def answers_of_metrics(peer, names, y, p, w):
    """Metrics of scikit-learn: the (weighted) mean alone, of vectors."""
    if y.shape == p.shape:
        y, p, w = y.ravel(), p.ravel(), w if w is None else w.ravel()
    value = eval(peer.call, names | {"y": y, "p": p, "w": w})
    return {"mean": (np.asarray(value, float), None)}


def answers_of_estimators(peer, names, y, p, w):
    """The losses of scikit-learn's estimators: value and gradient per example, of vectors or rows.

    They are private to it.
    """
    loss, by_rows = eval(peer.call, names), y.shape != p.shape
    y, raw = y.astype(p.dtype), np.ascontiguousarray(p)
    value, gradient = loss.loss_gradient(y, raw) if by_rows else loss.loss_gradient(*flat(y, raw))
    return {"none": (value if by_rows else value.reshape(p.shape), gradient.reshape(p.shape))}


def flat(*arrays):
    return [array.ravel() for array in arrays]


def answers_of_scipy(peer, names, y, p, w):
    given = names | {"y": y, "p": p}
    gradient = None if peer.gradient is None else eval(peer.gradient, given)
    return {"none": (eval(peer.call, given), gradient)}


def answers_of_optax(peer, names, y, p, w):
    """Optax leaves the reduction to the caller."""

    def loss(p):
        return eval(peer.call, names | {"y": y, "p": p})

    gradient = jax.grad(lambda p: loss(p).sum())(p)
    return {"none": (np.asarray(loss(p)), np.asarray(gradient))}


ASKED = {  # what the name of a peer begins with
    "torch.": answers_of_torch,
    "sklearn.metrics.": answers_of_metrics,
    "sklearn._loss.": answers_of_estimators,
    "scipy.": answers_of_scipy,
    "optax.": answers_of_optax,
}
NAMES = {"F": F, "torch": torch, "metrics": metrics, "sk": sk, "special": special}
NAMES |= {"optax": optax, "jnp": jnp, "np": np}


def entry(spec, peer, dtype):
    """A call, its inputs by name, and its answers."""
    targets, *inputs = peer.inputs
    arrays = [held(name, dtype) for name in inputs]
    arrays.append(peer.weight and held(peer.weight, dtype))
    defaults = inspect.signature(spec.definition).parameters.values()
    names = {p.name: p.default for p in defaults if p.default is not p.empty} | peer.parameters
    [ask] = [ask for begins, ask in ASKED.items() if peer.name.startswith(begins)]
    found = {"loss": spec.loss, "library": peer.name, "parameters": peer.parameters}
    found |= {"targets": targets, "dtype": dtype} | dict(
        zip(("y_true", "y_pred"), inputs, strict=True)
    )
    found |= {"sample_weight": peer.weight, "factor": peer.factor}
    for reduction, (value, gradient) in ask(peer, NAMES | names, *arrays).items():
        gradient = None if gradient is None else numbers(gradient)
        found[reduction] = [numbers(value), gradient]
    return found


def numbers(array):
    """Nested lists; a float32 as the shortest decimal that rounds to it."""
    array = np.asarray(array)
    if array.dtype != np.float32:
        return array.tolist()
    short = [float(str(x)) for x in array.ravel()]
    assert np.array_equal(np.array(short, np.float32), array.ravel())
    return np.array(short).reshape(array.shape).tolist()


def name_of(call):
    """All but the answers."""
    return json.dumps({name: call[name] for name in call if name not in REDUCTIONS})


def main():
    torch.set_num_threads(1)
    versions = {"Python": platform.python_version()}
    modules = {"numpy": np, "torch": torch, "scikit-learn": sklearn, "scipy": scipy}
    modules |= {"jax": jax, "optax": optax}
    versions |= {name: module.__version__ for name, module in modules.items()}
    head = {"script": "tests/references/loss_libraries.py"}
    head |= {"versions": versions, "inputs": {name: a.tolist() for name, a in INPUTS.items()}}
    stored = json.loads(FILE.read_text(encoding="utf-8"))["calls"]
    calls = [
        entry(spec, peer, dtype)
        for dtype in ("float64", "float32")
        for spec in SPECS.values()
        for peer in spec.peers
    ]
    lines = ",\n".join(json.dumps(call) for call in in_stored_order(calls, stored, name_of))
    text = f'{json.dumps(head)[:-1]}, "calls": [\n{lines}\n]}}\n'
    FILE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
