"""Where PyTorch's optimizers get to in 1, 2, 10 and 100 steps, as optimizers.json beside this file.

With a fixed learning rate, with one that changes, and with gradients that are clipped.

    pip install -e ".[libraries]" -c constraints.txt
    python tests/references/optimizers.py

Objectives, gradients and data come from PyTorch and scikit-learn alone: nothing of lossbook is
used.  Written twice, the file is the same.  ``tests/package/test_descent.py`` follows the same
runs with lossbook; it needs neither library.
"""

import json
import platform
from pathlib import Path

import sklearn
import torch
from sklearn.datasets import load_digits
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.nn.utils import clip_grad_norm_
from torch.optim import SGD, Adagrad, Adam, AdamW, RMSprop
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR, LinearLR, SequentialLR

STEPS = 1, 2, 10, 100

RUNS = [  # lossbook's optimizer and its arguments, then PyTorch's; what is left out is a default
    ("GradientDescent", {"learning_rate": 0.5}, SGD, {"lr": 0.5}),
    ("GradientDescent", {"learning_rate": 0.05}, SGD, {"lr": 0.05}),
    ("Momentum", {"learning_rate": 0.5}, SGD, {"lr": 0.5, "momentum": 0.9}),
    ("Momentum", {"learning_rate": 0.1, "momentum": 0.5}, SGD, {"lr": 0.1, "momentum": 0.5}),
    (
        "Momentum",
        {"learning_rate": 0.5, "nesterov": True},
        SGD,
        {"lr": 0.5, "momentum": 0.9, "nesterov": True},
    ),
    (
        "Momentum",
        {"learning_rate": 0.1, "momentum": 0.5, "nesterov": True},
        SGD,
        {"lr": 0.1, "momentum": 0.5, "nesterov": True},
    ),
    ("AdaGrad", {"learning_rate": 0.5}, Adagrad, {"lr": 0.5, "eps": 1e-8}),
    ("AdaGrad", {"learning_rate": 0.1, "epsilon": 0.1}, Adagrad, {"lr": 0.1, "eps": 0.1}),
    ("RMSProp", {"learning_rate": 0.01}, RMSprop, {"lr": 0.01, "alpha": 0.9, "eps": 1e-8}),
    (
        "RMSProp",
        {"learning_rate": 0.05, "decay": 0.99, "epsilon": 0.1},
        RMSprop,
        {"lr": 0.05, "alpha": 0.99, "eps": 0.1},
    ),
    ("Adam", {}, Adam, {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8}),
    (
        "Adam",
        {"learning_rate": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 0.1},
        Adam,
        {"lr": 0.05, "betas": (0.8, 0.95), "eps": 0.1},
    ),
    ("AdamW", {}, AdamW, {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 1e-2}),
    (
        "AdamW",
        {
            "learning_rate": 0.05,
            "beta1": 0.8,
            "beta2": 0.95,
            "epsilon": 0.1,
            "weight_decay": 0.5,
        },
        AdamW,
        {"lr": 0.05, "betas": (0.8, 0.95), "eps": 0.1, "weight_decay": 0.5},
    ),
]


def cosine(optimizer):
    return CosineAnnealingLR(optimizer, T_max=100)


def warm_cosine(optimizer):
    warmup = LinearLR(optimizer, start_factor=1 / 10, total_iters=9)
    return SequentialLR(optimizer, [warmup, CosineAnnealingLR(optimizer, T_max=90)], [10])


def inverse(optimizer):
    return LambdaLR(optimizer, lambda done: 1 / (1 + 0.05 * done))


def inverse_decay(start):
    return {"learning_rate": {"inverse_decay": {"start": start, "rate": 0.05}}}


def half_cosine(start, **warmup):
    return {"learning_rate": {"cosine": {"start": start, "steps": 100} | warmup}}


ADAM = {"betas": (0.9, 0.999), "eps": 1e-8}
CHANGING = [  # as RUNS, then PyTorch's schedule, and the longest gradient
    ("GradientDescent", half_cosine(0.5), SGD, {"lr": 0.5}, cosine, None),
    ("GradientDescent", inverse_decay(0.5), SGD, {"lr": 0.5}, inverse, None),
    ("GradientDescent", {"learning_rate": 0.5}, SGD, {"lr": 0.5}, None, 0.2),
    ("Momentum", half_cosine(0.2, warmup=10), SGD, {"lr": 0.2, "momentum": 0.9}, warm_cosine, 0.2),
    ("AdaGrad", inverse_decay(0.5), Adagrad, {"lr": 0.5, "eps": 1e-8}, inverse, None),
    (
        "RMSProp",
        half_cosine(0.01, warmup=10),
        RMSprop,
        {"lr": 0.01, "alpha": 0.9, "eps": 1e-8},
        warm_cosine,
        None,
    ),
    ("Adam", half_cosine(0.05, warmup=10), Adam, {"lr": 0.05} | ADAM, warm_cosine, None),
    ("Adam", half_cosine(0.05), Adam, {"lr": 0.05} | ADAM, cosine, 0.2),
    ("AdamW", inverse_decay(0.05), AdamW, {"lr": 0.05, "weight_decay": 1e-2} | ADAM, inverse, 0.2),
]

HILBERT = 1 / (torch.arange(4)[:, None] + torch.arange(4) + 1).double()

DIGITS = load_digits()
INK = torch.tensor(DIGITS.images[:100] / 16).reshape(100, 4, 2, 4, 2).mean(dim=(2, 4))
IS_8 = torch.tensor(DIGITS.target[:100] == 8).double()


def quadratic(x):
    """½ xᵀHx − Σx with the Hilbert matrix H_ij = 1/(i + j + 1), (4, 4), of condition 1.6e4."""
    return x @ HILBERT @ x / 2 - x.sum()


def logistic(x):
    """An 8 or not, from the mean ink in 16 squares: the mean loss of the first 100 digits."""
    return binary_cross_entropy_with_logits(x[0] + INK.reshape(100, 16) @ x[1:], IS_8)


PROBLEMS = [(quadratic, [2.0, -1.0, 3.0, 0.5]), (logistic, [0.5, -0.5] * 8 + [0.5])]


def clip(x, longest):
    """PyTorch adds 1e-6 to the norm; that is nothing beside a gradient 2^60 times as long."""
    x.grad *= 2.0**60
    clip_grad_norm_(x, longest * 2.0**60)
    x.grad /= 2.0**60


def run(problem, start, kind, arguments, schedule=None, longest=None):
    """The points after the steps that are kept."""
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer, points = kind([x], **arguments), {}
    scheduler = schedule(optimizer) if schedule else None
    for step in range(1, max(STEPS) + 1):
        optimizer.zero_grad()
        problem(x).backward()
        if longest:
            clip(x, longest)
        optimizer.step()
        if scheduler:
            scheduler.step()
        if step in STEPS:
            points[step] = x.tolist()
    return points


def told(kind, arguments, schedule=None, longest=None):
    """PyTorch's side of a run, for the reader of the file."""
    words = [f"{kind.__name__}({', '.join(f'{k}={v}' for k, v in arguments.items())})"]
    words += [schedule.__name__] if schedule else []
    return ", ".join(words + ([f"clip_grad_norm_(x, {longest})"] if longest else []))


def main():
    torch.set_num_threads(1)
    versions = {"Python": platform.python_version()}
    versions |= {"torch": torch.__version__, "scikit-learn": sklearn.__version__}
    head = {"script": "tests/references/optimizers.py"}
    head |= {"versions": versions, "problems": {f.__name__: f.__doc__ for f, _ in PROBLEMS}}
    runs = [
        {
            "problem": problem.__name__,
            "optimizer": name,
            "arguments": arguments,
            "clip_norm": how[1] if how else None,
            "torch": told(kind, theirs, *how),
            "start": start,
            "points": run(problem, start, kind, theirs, *how),
        }
        for problem, start in PROBLEMS
        for name, arguments, kind, theirs, *how in RUNS + CHANGING
    ]
    text = json.dumps(head | {"runs": runs}, indent=1, ensure_ascii=False) + "\n"
    file = Path(__file__).with_suffix(".json")
    file.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
