"""What the notebooks say in PyTorch, Keras, JAX and scikit-learn is what these libraries answer.

The form of the blocks is checked in test_library_tabs_form.py; `nox -s elsewhere` installs the
libraries.
"""

import os

import nbformat
import pytest

from tests.support.library_tabs import agrees, answer, blocks
from tests.support.notebooks import NOTEBOOKS, name_of

os.environ["KERAS_BACKEND"] = "torch"

FOUND = [
    pytest.param(block, id=f"{name_of(path)}-{number}-{block.library}")
    for path in NOTEBOOKS
    for number, block in enumerate(blocks(nbformat.read(path, as_version=4)), start=1)
]


@pytest.mark.parametrize("block", FOUND)
def test_block_comes_to_its_number(block):
    got = answer(block.code)
    assert agrees(got, block.number), f"{got} in place of {block.number}:\n{block.code}"
