"""Values and slopes of every loss against mpmath's and other libraries' (files in references/).

Errors against mpmath are counted in units in the last place (ulp) of the exact result, in the dtype
of ``y_pred``.  Below the smallest normal number an ulp is the smallest subnormal, so there, and
where the result is 0, the same bound is an absolute one: four of the smallest floats there are.
"""

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lossbook as lb
from lossbook.loss import MultilabelLoss
from tests.support.loss_cases import KINDS, LOSSES, spec_of
from tests.support.loss_specs import SPECS
from website.find_pages import ROOT

FOLDER = ROOT / "tests" / "references"
TABLES = json.loads((FOLDER / "losses.json").read_text(encoding="utf-8"))["tables"]
LIBRARIES = json.loads((FOLDER / "loss_libraries.json").read_text(encoding="utf-8"))


def described(entry):
    given = [f"{name}={value}".replace(" ", "") for name, value in entry["parameters"].items()]
    last = f"{np.size(entry['rows'][0][1])} wide" if "rows" in entry else entry["library"]
    return "-".join([entry["loss"], entry["targets"], *given, entry["dtype"], last])


def known(entries):
    return [entry for entry in entries if entry["loss"] in lb.losses.keys() & SPECS.keys()]


AGAIN = "compute the stored references again: nox -s references"


# -- against mpmath, to the last digits ------------------------------------------------------------


def evaluated(table, pieces):
    """lossbook's value and slope, of all rows in one call or in one each; nothing may be trapped.

    A formula may take another branch where all scores of a block are moderate, hence both.
    """
    loss, dtype = lb.losses[table["loss"]], table["dtype"]
    y_true, y_pred, *_ = zip(*table["rows"], strict=True)
    y_true = np.array(y_true, int if table["targets"] == "classes" else dtype)
    y_pred = np.array(y_pred, dtype)
    with np.errstate(all="raise"):
        found = [
            loss.value_and_gradient(y, p, reduction="none", **table["parameters"])
            for y, p in zip(np.split(y_true, pieces), np.split(y_pred, pieces), strict=True)
        ]
    return y_true, *(np.concatenate(parts) for parts in zip(*found, strict=True))


def in_ulps(got, exact, scale):
    """|got − exact| in ulps of the scale; infinite results must be equal."""
    assert got.shape == exact.shape
    largest = np.finfo(got.dtype).max / 2
    unit = np.spacing(np.minimum(np.abs(scale), largest).astype(got.dtype)).astype(float)
    with np.errstate(invalid="ignore"):
        return np.where(got == exact, 0, np.abs(got.astype(float) - exact) / unit)


def errors(table, pieces=1):
    """Errors of values and slopes in ulps, each of the exact result, with two exceptions.

    Soft targets p − y: near p = y the slope is what two terms leave of each other, and no formula
    has more digits than they.  The ulp is that of the larger term, which the file holds.

    A value of soft targets whose terms leave little of each other: the spec says which ulp counts.
    """
    y_true, *got = evaluated(table, pieces)
    _, y_pred, value, slope, *larger = map(np.array, zip(*table["rows"], strict=True))
    scale_of_value, scale_of_slope = value, larger[0] if larger else slope
    ulp_of_value = SPECS[table["loss"]].ulp_of_value
    if ulp_of_value and table["targets"] == "soft":
        scale_of_value = ulp_of_value(y_true, y_pred, value)
    return in_ulps(got[0], value, scale_of_value), in_ulps(got[1], slope, scale_of_slope)


@pytest.mark.parametrize("table", known(TABLES), ids=described)
def test_value_and_slope_are_exact(table):
    for pieces in 1, len(table["rows"]):
        for what, error in zip(("value", "slope"), errors(table, pieces), strict=True):
            worst = int(error.argmax())  # the first NaN, if there is one
            row = table["rows"][worst * len(error) // error.size]
            allowed = SPECS[table["loss"]].ulps(table["dtype"], table["parameters"])
            assert error.flat[worst] <= allowed, f"{what} at y_true, y_pred = {row[:2]}"


# -- against other libraries -----------------------------------------------------------------------


@pytest.mark.parametrize("call", known(LIBRARIES["calls"]), ids=described)
def test_value_and_gradient_equal_other_libraries(call):
    """To 1e-12 and 1e-5, which is what their own formulas and a sum of 12 terms leave.

    A gradient may cancel (p − y), so its error is counted against its largest entry.
    """
    dtype, loss = call["dtype"], lb.losses[call["loss"]]

    def held(name):
        array = np.array(LIBRARIES["inputs"][name])
        return array.astype(dtype) if array.dtype.kind == "f" else array

    y_true, y_pred = held(call["y_true"]), held(call["y_pred"])
    weight = None if call["sample_weight"] is None else held(call["sample_weight"])
    rtol = {"float64": 1e-12, "float32": 1e-5}[dtype]
    reductions = [reduction for reduction in ("mean", "sum", "none") if reduction in call]
    assert reductions
    for reduction in reductions:
        value, gradient = loss.value_and_gradient(
            y_true, y_pred, sample_weight=weight, reduction=reduction, **call["parameters"]
        )
        their_value, their_gradient = call[reduction]
        assert_allclose(value, call["factor"] * np.array(their_value), rtol=rtol)
        if reduction == "none" and "sum" in call:
            their_gradient = call["sum"][1]
        if their_gradient is not None:
            theirs = call["factor"] * np.array(their_gradient)
            assert_allclose(gradient, theirs, rtol=0, atol=rtol * np.abs(theirs).max())


# -- every loss is in the files, and the other way round -------------------------------------------


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("case", [c for c in KINDS if spec_of(c.loss).exact], ids=str)
def test_every_loss_has_exact_references_for_each_parameter(case, dtype):
    settings = [
        table["parameters"]
        for table in TABLES
        if (table["loss"], table["targets"], table["dtype"])
        == (case.loss.__name__, case.targets, dtype)
    ]
    assert {} in settings, AGAIN
    for name, default in case.loss.parameters.items():
        values = [given[name] for given in settings if name in given]
        assert any(value != default for value in values), f"{name} is at its default everywhere"
        if isinstance(case.loss, MultilabelLoss):
            assert any(isinstance(value, list) for value in values), f"no {name} by label"


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_every_peer_in_another_library_was_asked(loss):
    """Or the spec says why there is none."""
    asked = [call for call in LIBRARIES["calls"] if call["loss"] == loss.__name__]
    peers = spec_of(loss).peers
    for dtype in "float64", "float32":
        keys = "library parameters targets y_true y_pred sample_weight factor".split()
        stored = [tuple(map(call.get, keys)) for call in asked if call["dtype"] == dtype]
        named = [
            (peer.name, peer.parameters, *peer.inputs, peer.weight, peer.factor) for peer in peers
        ]
        assert sorted(stored, key=str) == sorted(named, key=str), AGAIN


def test_no_stored_reference_is_without_a_loss():
    stored = {entry["loss"] for entry in TABLES + LIBRARIES["calls"]}
    assert stored - set(lb.losses) == set(), "stored reference without a loss"
    assert stored <= SPECS.keys(), "stored reference without a spec"
