"""The blocks in PyTorch, Keras, JAX and scikit-learn have one form, and say what the page prints.

That they come to it with the libraries themselves is checked in test_library_tabs.py.
"""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.support.library_tabs import agrees, answer, blocks, problems
from tests.support.notebooks import NOTEBOOKS, name_of
from website.library_tabs import LIBRARIES, tabs


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_notebook(path):
    assert problems(nbformat.read(path, as_version=4)) == []


def test_each_library_is_met():
    found = [it for path in NOTEBOOKS for it in blocks(nbformat.read(path, as_version=4))]
    assert {it.library for it in found} == set(LIBRARIES)


# And the checks find what they look for: small pages.

PYTORCH = """\
**PyTorch**

```python
import torch

torch.tensor([0.5, 1.0]).mean().item()  # 0.75
```"""
KERAS = """\
**Keras**

```python
import keras

float(
    keras.ops.mean([0.5, 1.0])
)  # 0.75
```"""
SCIKIT = """\
**scikit-learn**

```python
from sklearn import metrics

metrics.accuracy_score([0, 1, 1, 1], [1, 1, 1, 1])  # 0.75
```"""


def page(text: str, printed: str = "0.75\n"):
    outputs = [new_output("stream", text=printed, name="stdout")]
    cells = [new_code_cell("print(1)"), new_code_cell("print(a)", outputs=outputs)]
    return new_notebook(cells=[*cells, new_markdown_cell(f"Words.\n\n{text}\n\nMore.")])


@pytest.mark.parametrize(
    "text",
    [
        PYTORCH,
        f"{PYTORCH}\n\n{KERAS}\n\n{SCIKIT}",
        f"{SCIKIT}\n\nand elsewhere\n\n{PYTORCH}",
        PYTORCH.replace("0.5, 1.0", "7.5e-05").replace("0.75", "7.5e-05"),
        "In **PyTorch** it is shorter:\n\n```python\nlb.huber(y, y_pred)\n```",
        "**Keras** does.",
    ],
)
def test_good_form_is_accepted(text):
    assert problems(page(text, "a: 0.75, b: 7.5e-05\n")) == []


@pytest.mark.parametrize(
    "printed", ["0.75", "[0.75 1.5]\n", "loss 0.75, slope -1", "of 7: 0.75.\n", "x=0.75 s"]
)
def test_number_is_found_in_what_is_printed(printed):
    assert problems(page(PYTORCH, printed)) == []


FAULTS = {
    "**pytorch** is no block": PYTORCH.replace("PyTorch", "pytorch"),
    "**PyTorch** is no block": PYTORCH.replace("```python", "```py").replace("import", "# "),
    "**Keras** is no block": "**Keras**:\n\nwords",
    "**JAX** is no block": "**JAX**",
    "imports torch without": PYTORCH.replace("**PyTorch**", "In PyTorch:"),
    "imports sklearn without": SCIKIT.replace("**scikit-learn**\n", "").replace("python", ""),
    "tabs Keras, PyTorch;": f"{KERAS}\n\n{PYTORCH}",
    "tabs PyTorch, PyTorch;": f"{PYTORCH}\n\n{PYTORCH}",
    "PyTorch: not plain Python": PYTORCH.replace("import torch", "!pip install torch"),
    "a line longer than 72": PYTORCH.replace("import torch", "import torch" + " # ".ljust(61, "x")),
    "PyTorch: does not import torch": PYTORCH.replace("import", "torch ="),
    "JAX: does not import jax or optax": PYTORCH.replace("PyTorch", "JAX"),
    "the last line is no expression": PYTORCH.replace("torch.tensor", "loss = torch.tensor"),
    "Keras: the last line is no": KERAS.replace("  # 0.75", ""),
    "with two blanks, # and a number": PYTORCH.replace("  # 0.75", " # 0.75"),
    "no expression with two": PYTORCH.replace("  # 0.75", "  # about 0.75"),
    "0.76 is not printed": PYTORCH.replace("0.75", "0.76"),
    "0.750 is not printed": PYTORCH.replace("0.75", "0.750"),
}


@pytest.mark.parametrize("message", FAULTS)
def test_bad_form_is_refused(message):
    assert any(message in problem for problem in problems(page(FAULTS[message])))


@pytest.mark.parametrize("printed", ["", "10.75", "0.755", "0.75e-3", "v0.75", "-0.75", "0.75.1"])
def test_number_that_is_not_printed_is_refused(printed):
    assert problems(page(PYTORCH, printed)) == [
        "PyTorch: 0.75 is not printed by the nearest code cell above"
    ]


def test_only_the_nearest_cell_counts():
    notebook = page(PYTORCH)
    notebook.cells.insert(2, new_code_cell("a = 1"))
    assert ["0.75 is not printed" in problem for problem in problems(notebook)] == [True]


# What a block comes to, of code that needs no library


def test_answer_is_that_of_the_last_line_in_a_namespace_of_its_own():
    assert answer("import math\n\nmath.floor(\n    2.5\n)  # 2") == 2.0
    with pytest.raises(NameError, match="math"):
        answer("math.floor(2.5)  # 2")


@pytest.mark.parametrize(
    "value, number, right",
    [
        (0.25, "0.25", True),
        (0.8333333, "0.8333", True),
        (0.83335, "0.8333", True),
        (0.8334, "0.8333", False),
        (-0.25, "0.25", False),
        (0.2549, "0.25", True),
        (0.256, "0.25", False),
        (3.0, "3", True),
        (3.6, "3", False),
        (1.23e-5, "1.2e-05", True),
        (1.26e-5, "1.2e-05", False),
        (1234.4, "1.234e+03", True),
        (1235.0, "1.234e+03", False),
        (float("nan"), "0.25", False),
        (float("inf"), "0.25", False),
    ],
)
def test_numbers_are_compared_as_far_as_they_have_digits(value, number, right):
    assert agrees(value, number) == right


# What the site makes of them


def test_a_run_of_blocks_becomes_tabs_which_are_chosen_together():
    assert tabs(f"Words.\n\n{PYTORCH}\n\n{KERAS}\n\nMore.") == (
        "Words.\n\n::::{tab-set}\n"
        ":::{tab-item} PyTorch\n:sync: PyTorch\n\n```python\nimport torch\n\n"
        "torch.tensor([0.5, 1.0]).mean().item()  # 0.75\n```\n:::\n"
        ":::{tab-item} Keras\n:sync: Keras\n\n```python\nimport keras\n\n"
        "float(\n    keras.ops.mean([0.5, 1.0])\n)  # 0.75\n```\n:::\n"
        "::::\n\nMore."
    )


@pytest.mark.parametrize(
    "text",
    [PYTORCH, f"{PYTORCH}\n\nand\n\n{KERAS}", "**PyTorch**\n\nwords\n\n**Keras**\n\nwords"],
)
def test_other_text_stays_as_it_is(text):
    assert tabs(text) == text
