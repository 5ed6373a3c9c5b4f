"""What other libraries answer for the same loss, as loss_libraries.json beside this file.

    pip install -e ".[libraries]" -c constraints.txt
    python tests/references/loss_libraries.py

PyTorch's losses with gradients by its autograd, scikit-learn's, SciPy's and Optax's, on ordinary
inputs drawn from one seed.  Nothing of lossbook is used.  Written twice, the file is the same;
another processor may round a last digit in another way.  tests/losses/test_stored_references.py
compares lossbook with it; it needs none of them.

A call names its inputs, which stand at the top of the file, and says how the two losses correspond:
lossbook's is `factor` times theirs.  Results are value and gradient for each reduction that the
library offers and that means the same; null where it has no gradient, or the same as before.
"""

import json
import platform
from functools import partial
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
    arrays = {name: a.round(4) if a.dtype.kind == "f" else a for name, a in arrays.items()}
    for rows in arrays["labels"], arrays["rows"]:
        rows[:, -1] = (1 - rows[:, :-1].sum(axis=1)).round(4)  # they sum to 1 after rounding, too
    arrays["one-hot"] = np.eye(M, dtype=int)[arrays["classes"]]
    arrays["signs"] = 2 * arrays["answers"] - 1
    arrays["weights by class"] = arrays["class weights"][arrays["classes"]]
    return arrays


INPUTS = inputs()
CALLS = []


def held(name, dtype):
    array = INPUTS[name]
    return array.astype(dtype) if array.dtype.kind == "f" else array


def by_autograd(loss, y_pred, reductions=REDUCTIONS):
    """Value and gradient for each reduction; that of "none" is the gradient of the sum, once."""
    answers = {}
    for reduction in reductions:
        p = torch.tensor(y_pred, requires_grad=True)
        value = loss(p, reduction)
        value.sum().backward()
        repeated = reduction == "none" and "sum" in reductions
        answers[reduction] = value.detach().numpy(), None if repeated else p.grad.numpy()
    return answers


def by_jax(loss, y_pred):
    """Value and gradient of Optax's losses, which leave the reduction to the caller."""
    each, gradient = loss(y_pred), jax.grad(lambda p: loss(p).sum())(y_pred)
    return {"none": (np.asarray(each), np.asarray(gradient))}


def record(loss, parameters, targets, y_true, y_pred, dtype, library, answers, **how):
    """`how`: factor, and the name of the sample_weight."""
    entry = {"loss": loss, "library": library, "parameters": parameters, "targets": targets}
    entry |= {"dtype": dtype, "y_true": y_true, "y_pred": y_pred}
    entry |= {"sample_weight": None, "factor": 1} | how
    for reduction, (value, gradient) in answers.items():
        gradient = None if gradient is None else numbers(gradient)
        entry[reduction] = [numbers(value), gradient]
    CALLS.append(entry)


def numbers(array):
    """Nested lists; a float32 as the shortest decimal that rounds to it."""
    array = np.asarray(array)
    if array.dtype != np.float32:
        return array.tolist()
    short = [float(str(x)) for x in array.ravel()]
    assert np.array_equal(np.array(short, np.float32), array.ravel())
    return np.array(short).reshape(array.shape).tolist()


def pytorch(dtype):
    def tensor(name):
        return torch.tensor(held(name, dtype))

    def add(loss, function, targets, y_true, y_pred, parameters=None, theirs=None, **how):
        """One call of a function of torch.nn.functional(prediction, target, …)."""
        answers = by_autograd(
            lambda p, reduction: function(p, tensor(y_true), reduction=reduction, **(theirs or {})),
            held(y_pred, dtype),
            how.pop("reductions", REDUCTIONS),
        )
        name = f"torch.nn.functional.{function.__name__}"
        record(loss, parameters or {}, targets, y_true, y_pred, dtype, name, answers, **how)

    for theirs, how in [({}, {}), ({"weight": tensor("weights")}, {"sample_weight": "weights"})]:
        numeric = "soft", "measured", "predicted"
        add("mean_squared_error", F.mse_loss, *numeric, theirs=theirs, **how)
        add("mean_absolute_error", F.l1_loss, *numeric, theirs=theirs, **how)
        if theirs:  # from here on PyTorch's mean divides by the number of values, not by Σw
            how = how | {"reductions": ("sum", "none")}
        for given in [{}, {"delta": 0.75}]:
            add("huber", F.huber_loss, *numeric, given, theirs | given, **how)
        for targets, y_true in ("hard", "answers"), ("soft", "soft answers"):
            target = tensor(y_true).to(tensor("scores").dtype)

            def probabilities(p, y, reduction, target=target, theirs=theirs):
                return F.binary_cross_entropy(p, target, reduction=reduction, **theirs)

            def logits(p, y, reduction, target=target, theirs=theirs, **given):
                return F.binary_cross_entropy_with_logits(
                    p, target, reduction=reduction, **theirs, **given
                )

            probabilities.__name__ = "binary_cross_entropy"
            logits.__name__ = "binary_cross_entropy_with_logits"
            for name in "binary", "multilabel":
                add(f"{name}_cross_entropy", probabilities, targets, y_true, "shares", **how)
                loss = f"{name}_cross_entropy_with_logits"
                add(loss, logits, targets, y_true, "scores", **how)
                weight = {"binary": 2.5, "multilabel": [0.5, 1.25, 4.0]}[name]
                given = {"pos_weight": torch.tensor(weight, dtype=target.dtype)}
                given = {"pos_weight": weight}, given
                add(loss, logits, targets, y_true, "scores", *given, **how)

    def per_example(p, y, reduction):
        """A mean over the labels of each example, where lossbook keeps each label: means agree."""
        return F.multilabel_soft_margin_loss(p, y.to(p.dtype), reduction=reduction)

    per_example.__name__ = "multilabel_soft_margin_loss"
    loss = "multilabel_cross_entropy_with_logits"
    add(loss, per_example, "hard", "answers", "scores", reductions=("mean",))

    for targets, y_true in ("classes", "classes"), ("hard", "one-hot"), ("soft", "labels"):

        def softmax(p, y, reduction, **given):
            y = y if y.ndim == 1 else y.to(p.dtype)
            return F.cross_entropy(p, y, reduction=reduction, **given)

        softmax.__name__ = "cross_entropy"
        for given in [{}, {"label_smoothing": 0.1}]:
            add("cross_entropy_with_logits", softmax, targets, y_true, "scores", given, given)
    how, given = {"sample_weight": "weights by class"}, {"weight": tensor("class weights")}
    loss = "cross_entropy_with_logits"
    add(loss, F.cross_entropy, "classes", "classes", "scores", {}, given, **how)

    def of_logarithm(p, y, reduction, **given):
        return F.nll_loss(p.log(), y, reduction=reduction, **given)

    of_logarithm.__name__ = "nll_loss"
    add("cross_entropy", of_logarithm, "classes", "classes", "rows")
    add("cross_entropy", of_logarithm, "classes", "classes", "rows", {}, given, **how)

    def divergence(p, y, reduction):
        """Their "none" keeps each class, their "mean" divides by the classes too."""
        y = y.to(p.dtype)
        if reduction == "none":
            return F.kl_div(p.log(), y, reduction="none").sum(dim=1)
        return F.kl_div(p.log(), y, reduction={"mean": "batchmean", "sum": "sum"}[reduction])

    divergence.__name__ = "kl_div"
    add("kl_divergence", divergence, "soft", "labels", "rows")
    add("kl_divergence", divergence, "hard", "one-hot", "rows")

    def margins(power):
        """Two classes with the scores −z/2 and z/2: half the hinge of their difference z."""

        def multi_margin(p, y, reduction):
            z = p.reshape(-1)
            pairs, classes = torch.stack([-z / 2, z / 2], dim=1), (y.reshape(-1) + 1) // 2
            value = F.multi_margin_loss(pairs, classes, p=power, reduction=reduction)
            return value.reshape(p.shape) if reduction == "none" else value

        multi_margin.__name__ = "multi_margin_loss"
        return multi_margin

    add("hinge", margins(1), "hard", "signs", "scores", factor=2)
    add("squared_hinge", margins(2), "hard", "signs", "scores", factor=2)


def scikit_learn(dtype):
    def add(loss, name, value, targets, y_true, y_pred, parameters=None, **how):
        """Metrics of scikit-learn: the (weighted) mean alone."""
        answers = {"mean": (np.asarray(value, float), None)}
        library = f"sklearn.metrics.{name}"
        record(loss, parameters or {}, targets, y_true, y_pred, dtype, library, answers, **how)

    y, p, z = (held(name, dtype) for name in ("measured", "predicted", "scores"))
    w, by_example = held("weights", dtype), held("weights of examples", dtype)
    for weights, how in (None, {}), (w.ravel(), {"sample_weight": "weights"}):
        numeric, given = (y.ravel(), p.ravel()), {"sample_weight": weights}
        for loss in "mean_squared_error", "mean_absolute_error":
            value = getattr(metrics, loss)(*numeric, **given)
            add(loss, loss, value, "soft", "measured", "predicted", **how)
        for level in 0.5, 0.2:
            value = metrics.mean_pinball_loss(*numeric, alpha=level, **given)
            parameters = {} if level == 0.5 else {"level": level}
            name = "mean_pinball_loss"
            add("quantile", name, value, "soft", "measured", "predicted", parameters, **how)
        signs, answers = (held(name, dtype).ravel() for name in ("signs", "answers"))
        value = metrics.hinge_loss(signs, z.ravel(), **given)
        add("hinge", "hinge_loss", value, "hard", "signs", "scores", **how)
        shares = held("shares", dtype).ravel()
        value = metrics.brier_score_loss(answers, shares, **given)
        add("mean_squared_error", "brier_score_loss", value, "hard", "answers", "shares", **how)
        value = metrics.log_loss(answers, shares, **given)
        add("binary_cross_entropy", "log_loss", value, "hard", "answers", "shares", **how)
    classes, rows = held("classes", dtype), held("rows", dtype)
    for weights, how in (None, {}), (by_example, {"sample_weight": "weights of examples"}):
        value = metrics.log_loss(classes, rows, sample_weight=weights, labels=range(M))
        add("cross_entropy", "log_loss", value, "classes", "classes", "rows", **how)

    def private(loss, theirs, targets, y_true, y_pred, parameters=None, **how):
        """The losses of its estimators: value and gradient per example."""
        y, p = held(y_true, dtype).astype(dtype), held(y_pred, dtype)
        by_rows = isinstance(theirs, sk.HalfMultinomialLoss)
        y, raw = (y, np.ascontiguousarray(p)) if by_rows else (y.ravel(), p.ravel())
        value, gradient = theirs.loss_gradient(y, raw)
        value = value if by_rows else value.reshape(p.shape)
        answers = {"none": (value, gradient.reshape(p.shape))}
        library = f"sklearn._loss.{type(theirs).__name__}"
        record(loss, parameters or {}, targets, y_true, y_pred, dtype, library, answers, **how)

    numeric = "soft", "measured", "predicted"
    private("mean_squared_error", sk.HalfSquaredError(), *numeric, factor=2)
    private("mean_absolute_error", sk.AbsoluteError(), *numeric)
    private("quantile", sk.PinballLoss(quantile=0.2), *numeric, {"level": 0.2})
    private("huber", sk.HuberLoss(delta=0.75), *numeric, {"delta": 0.75})
    loss, theirs = "binary_cross_entropy_with_logits", sk.HalfBinomialLoss()
    private(loss, theirs, "hard", "answers", "scores")
    private(loss, theirs, "soft", "soft answers", "scores")
    loss, theirs = "cross_entropy_with_logits", sk.HalfMultinomialLoss(n_classes=M)
    private(loss, theirs, "classes", "classes", "scores")


def scipy_and_optax(dtype):
    def add(loss, name, value, targets, y_true, y_pred, parameters=None, gradient=None):
        answers = {"none": (value, gradient)}
        record(loss, parameters or {}, targets, y_true, y_pred, dtype, name, answers)

    names = "measured", "predicted", "scores", "answers", "rows", "labels", "classes", "shares"
    y, p, z, answers, rows, labels, classes, shares = (held(name, dtype) for name in names)
    numeric = "soft", "measured", "predicted"
    delta = np.dtype(dtype).type(0.75)
    add("huber", "scipy.special.huber", special.huber(delta, p - y), *numeric, {"delta": 0.75})
    value = special.rel_entr(labels, rows).sum(axis=1)
    add("kl_divergence", "scipy.special.rel_entr", value, "soft", "labels", "rows")
    value = -np.where(answers, special.log_expit(z), special.log_expit(-z))
    gradient = special.expit(z) - answers.astype(dtype)
    loss, name = "binary_cross_entropy_with_logits", "scipy.special.log_expit, expit"
    add(loss, name, value, "hard", "answers", "scores", gradient=gradient)
    value = special.logsumexp(z, axis=1) - z[np.arange(N), classes]
    gradient = special.softmax(z, axis=1) - np.eye(M, dtype=dtype)[classes]
    loss, name = "cross_entropy_with_logits", "scipy.special.logsumexp, softmax"
    add(loss, name, value, "classes", "classes", "scores", gradient=gradient)
    soft = held("soft answers", dtype)
    value = -special.xlogy(soft, shares) - special.xlog1py(1 - soft, -shares)
    name = "scipy.special.xlogy, xlog1py"
    add("binary_cross_entropy", name, value, "soft", "soft answers", "shares")

    def of_optax(loss, name, function, targets, y_true, y_pred, parameters=None):
        answers = by_jax(function, held(y_pred, dtype))
        library = f"optax.losses.{name}"
        record(loss, parameters or {}, targets, y_true, y_pred, dtype, library, answers)

    of_optax("log_cosh", "log_cosh", lambda p: optax.losses.log_cosh(p, y), *numeric)
    signs = held("signs", dtype)
    hard = "hard", "signs", "scores"
    of_optax("hinge", "hinge_loss", lambda p: optax.losses.hinge_loss(p, signs), *hard)
    for parameters in [{}, {"gamma": 1.5}, {"alpha": 0.25}, {"gamma": 0.0, "alpha": 0.75}]:
        given = {"alpha": 0.5, "gamma": 2.0} | parameters
        of_optax(
            "focal_with_logits",
            "sigmoid_focal_loss",
            lambda p, given=given: optax.losses.sigmoid_focal_loss(p, answers, **given),
            *("hard", "answers", "scores", parameters),
        )

    def dice_of_rows(p, mask, smooth):
        """A row is an image of a class and its background; their smooth is half of ours."""
        shares, masks = jnp.stack([p, 1 - p], -1), jnp.stack([mask, 1 - mask], -1)
        given = {"smooth": smooth / 2, "apply_softmax": False, "reduction": "none"}
        return optax.losses.dice_loss(shares, masks, **given)[:, 0]

    for targets, y_true in ("hard", "answers"), ("soft", "soft answers"):
        for parameters in [{}, {"smooth": 0.25}]:
            given = {"mask": held(y_true, dtype), "smooth": parameters.get("smooth", 1.0)}
            function = partial(dice_of_rows, **given)
            of_optax("dice", "dice_loss", function, targets, y_true, "shares", parameters)


def main():
    torch.set_num_threads(1)
    versions = {"Python": platform.python_version()}
    modules = {"numpy": np, "torch": torch, "scikit-learn": sklearn, "scipy": scipy}
    modules |= {"jax": jax, "optax": optax}
    versions |= {name: module.__version__ for name, module in modules.items()}
    head = {"script": "tests/references/loss_libraries.py"}
    head |= {"versions": versions, "inputs": {name: a.tolist() for name, a in INPUTS.items()}}
    for dtype in "float64", "float32":
        pytorch(dtype)
        scikit_learn(dtype)
        scipy_and_optax(dtype)
    lines = ",\n".join(json.dumps(call) for call in CALLS)
    text = f'{json.dumps(head)[:-1]}, "calls": [\n{lines}\n]}}\n'
    Path(__file__).with_suffix(".json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
