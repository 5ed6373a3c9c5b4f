"""What mypy tells a user of lossbook: which type comes out of a call, and which calls are wrong."""

import re
import subprocess
import sys

import pytest

from website.find_pages import ROOT

USER = """
from typing import Any
import numpy as np
from numpy.typing import NDArray
from typing_extensions import assert_type
import lossbook as lb
from lossbook.descent import Descent
from lossbook.loss import Loss
from lossbook.pages import check, figures, other_libraries

X, y = lb.datasets.digits()
network = lb.Network([64, 10])
record = lb.descend(lambda x: (x @ x, 2 * x), [1.0, 2.0], lb.Adam(0.1))
history = lb.train(network, lb.cross_entropy_with_logits, X, y, lb.Adam(), epochs=1)
"""
TYPES = {  # of a loss, numbers or arrays of any library come out: Any
    "lb.huber": "Loss",
    "lb.losses": "dict[str, Loss]",
    "lb.huber([1], np.ones(1), delta=2.0, reduction='none')": "Any",
    "lb.dice.gradient([[1]], [[1]], sample_weight=[1])": "Any",
    "lb.hinge.value_and_gradient([1], [2])": "tuple[Any, Any]",
    "lb.Momentum(0.1, nesterov=True)": "lb.Momentum",
    "lb.Adam(lb.cosine(0.1, 100, warmup=10)).rate(5)": "float",
    "lb.GradientDescent(lambda step: 0.1 / step)": "lb.GradientDescent",
    "lb.inverse_decay(0.1, rate=0.5)(3)": "float",
    "record": "Descent",
    "record.path": "NDArray[np.float64] | None",
    "record.value": "float",
    "history.loss": "NDArray[np.float64]",
    "network.predict(X)": "NDArray[np.float64]",
    "network.objective(lb.cross_entropy_with_logits, X, y)(record.point)[0]": "float",
    "lb.check_gradient(lambda x: (x @ x, 2 * x), [1.0])": "float",
    "lb.sigmoid(0.0)": "NDArray[np.float64]",
    "lb.softmax([1, 2])": "NDArray[np.float64]",
    "X": "NDArray[np.float64]",
    "lb.datasets.zoo().names": "tuple[str, ...]",
    "lb.datasets.split(X, y)[0]": "tuple[NDArray[Any], ...]",
    "figures.MEASURED": "str",
    "other_libraries().families['numbers'].inputs": "dict[str, NDArray[Any]]",
}
WRONG = {
    'lb.huber("a")': 'Missing positional argument "y_pred"',
    "lb.huber([1], None)": 'Argument 2 to "__call__" of "Loss" has incompatible type "None"',
    "lb.huber([1], [2], 3.0)": "Too many positional arguments",
    "lb.huber([1], [2], reduction=None)": 'Argument "reduction"',
    "lb.huber.gradient([1], [2], sample_weight=object())": 'Argument "sample_weight"',
    "lb.huber.slope([1], [2])": 'has no attribute "slope"',
    "lb.hubber([1], [2])": 'has no attribute "hubber"',
    "lb.GradientDescent()": 'Missing positional argument "learning_rate"',
    'lb.Adam(learning_rate="fast")': 'Argument "learning_rate"',
    'lb.Adam(lambda step: "fast")': "Incompatible return value type",
    "lb.cosine(0.1)": 'Missing positional argument "steps"',
    "lb.Momentum(0.1, nestorov=True)": 'Unexpected keyword argument "nestorov"',
    "lb.descend(lambda x: x @ x, [1.0], lb.Adam())": 'Argument 1 to "descend"',
    "lb.descend(lambda x: (x @ x, 2 * x), [1.0], lb.Adam)": 'Argument 3 to "descend"',
    "lb.train(network, lb.hinge, X, y, lb.Adam())": 'Missing named argument "epochs"',
    "lb.train(network, lb.hinge, X, y, lb.Adam(), epochs=1, clip_norm=[1])": 'Argument "clip_norm"',
    "lb.train(network, abs, X, y, lb.Adam(), epochs=1)": 'Argument 2 to "train"',
    "lb.Network(64)": 'Argument 1 to "Network"',
    "lb.sigmoid(None)": 'Argument 1 to "sigmoid"',
    'check("2.4 how many images")': 'Missing positional argument "answer"',
}


@pytest.fixture(scope="module")
def errors():
    """What `mypy --strict` says about each line of a user's program; nothing about most."""
    lines = [f"assert_type({expression}, {type})" for expression, type in TYPES.items()]
    program = "\n".join([USER, *lines, *WRONG])
    # The user's settings, not this project's; lossbook itself is as good as installed.
    options = ["--config-file=", "--strict", "--follow-imports=silent"]
    run = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "--cache-dir=.mypy_cache/user", "-c", program],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 1 and not run.stderr, run.stdout + run.stderr
    found = re.findall(r"^<string>:(\d+): error: (.*)$", run.stdout, re.MULTILINE)
    messages: dict[str, list[str]] = {line: [] for line in program.splitlines()}
    for number, message in found:
        messages[program.splitlines()[int(number) - 1]].append(message)
    return messages


def test_a_right_program_has_no_errors(errors):
    assert not any(errors[line] for line in USER.splitlines())


@pytest.mark.parametrize("expression", TYPES)
def test_type_of(expression, errors):
    assert errors[f"assert_type({expression}, {TYPES[expression]})"] == []


@pytest.mark.parametrize("call", WRONG)
def test_wrong_call_is_reported(call, errors):
    assert any(WRONG[call] in message for message in errors[call])
