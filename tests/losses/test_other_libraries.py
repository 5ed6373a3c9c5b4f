"""lossbook gives the number that each stored call of another library gave."""

import numpy as np
import pytest

import lossbook as lb
from lossbook.pages import other_libraries
from tests.support.loss_specs import SPECS
from website.find_pages import ROOT

VERSIONS, FAMILIES = other_libraries()
CALLS = [
    (family, text, call) for family, (_, calls) in FAMILIES.items() for text, call in calls.items()
]


@pytest.mark.parametrize("family, text, call", CALLS, ids=lambda part: str(part)[:70])
def test_lossbook_gives_the_same(family, text, call):
    """To 12 digits; to 6 where Keras computed in float32."""
    if call.lossbook is None:
        assert isinstance(call.answer, str), "a number without its equal"
        return
    names = {"lb": lb, "np": np} | FAMILIES[family].inputs
    ours = eval(call.lossbook, names)
    assert np.shape(ours) == np.shape(call.answer)
    rtol = 1e-6 if call.library == "Keras" else 1e-12
    np.testing.assert_allclose(ours, call.answer, rtol=rtol)


def test_a_right_call_equals_the_loss_that_it_is_listed_under():
    for _, text, call in CALLS:
        if call.lossbook and not call.trap:
            assert f"lb.{call.loss}(" in call.lossbook, text


def test_stored_calls_are_those_of_the_specs():
    asked = [
        (family, loss, library, text, equal, *(trap or [""]))
        for loss, spec in SPECS.items()
        for family, calls in spec.calls.items()
        for library, text, equal, *trap in calls
    ]
    stored = [
        (family, call.loss, call.library, text, call.lossbook, call.trap)
        for family, text, call in CALLS
    ]
    said = "compute the stored calls again: nox -s references"
    assert sorted(asked, key=str) == sorted(stored, key=str), said
    assert len(set(stored)) == len(asked)


def test_examples_are_what_they_are_called():
    two, signs, k = (FAMILIES[name].inputs for name in ("two classes", "two signs", "one of k"))
    np.testing.assert_allclose(two["p"], lb.sigmoid(two["z"]), rtol=1e-15)
    np.testing.assert_allclose(signs["p"], lb.sigmoid(signs["z"]), rtol=1e-15)
    np.testing.assert_allclose(k["p"], lb.softmax(k["z"]), rtol=1e-15)
    assert np.array_equal(signs["s"], 2 * signs["y"] - 1)
    assert np.array_equal(k["Y"], np.eye(3)[k["y"]])


def test_versions_are_those_that_the_requirements_pin():
    files = [ROOT / "pyproject.toml", ROOT / "constraints.txt"]
    pinned = "".join(file.read_text(encoding="utf-8") for file in files).lower()
    names = {"PyTorch": "torch"}
    for library, version in VERSIONS.items():
        if library != "Python":
            name = names.get(library, library.lower())
            assert f"{name}=={version.partition('+')[0]}" in pinned
