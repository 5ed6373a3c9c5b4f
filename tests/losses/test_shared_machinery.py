"""What every loss shares: weights, NaN, dtypes, memory layouts and blocks."""

import inspect
import platform
import pydoc
import subprocess
import sys
import warnings
from itertools import product
from math import inf, isfinite, nan

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import lossbook as lb
from lossbook import blocks as machinery
from lossbook.domains import LABELS, SIMPLEX, UNIT, Ends
from lossbook.loss import MultilabelLoss, RowwiseLoss, elementwise
from tests.support.layouts import LAYOUTS
from tests.support.loss_cases import (
    KINDS,
    LOSSES,
    REDUCTIONS,
    M,
    N,
    columns_of,
    divisor_of,
    drawn,
    every_case,
    every_kind,
    every_loss,
    numbers_among_parameters,
    takes_one_a_row,
)

every_elementwise = pytest.mark.parametrize(
    "loss", [x for x in LOSSES if not isinstance(x, RowwiseLoss)], ids=lambda x: x.__name__
)
of_probabilities = pytest.mark.parametrize(
    "loss", [x for x in LOSSES if x.domains["y_pred"] in (UNIT, SIMPLEX)], ids=lambda x: x.__name__
)

# -- weights ---------------------------------------------------------------------------------------


@every_case
def test_reductions_are_sums_of_weight_times_value(case):
    y_true, y_pred = case.draw()
    plain = case.loss(y_true, y_pred, reduction="none", **case.parameters)
    slopes = case.loss.gradient(y_true, y_pred, reduction="none", **case.parameters)
    weight = np.linspace(0.5, 2, N)
    column = weight.reshape((N,) + (1,) * (plain.ndim - 1))
    for w, sample_weight in (
        (np.ones(plain.shape), None),
        (np.ones(plain.shape), np.ones(N)),
        (np.broadcast_to(column, plain.shape), weight),
        (np.linspace(3, 1, plain.size).reshape(plain.shape),) * 2,
    ):
        each, total = w if w.shape == y_pred.shape else w[:, None], divisor_of(case, y_true, w)
        for reduction, value, count in (
            ("none", w * plain, 1),
            ("sum", (w * plain).sum(), 1),
            ("mean", (w * plain).sum() / total, total),
        ):
            options = {"sample_weight": sample_weight, "reduction": reduction, **case.parameters}
            got = case.loss.value_and_gradient(y_true, y_pred, **options)
            assert_allclose(got[0], value, rtol=1e-13)
            assert_allclose(got[1], each * slopes / count, rtol=1e-12, atol=1e-16)


@every_kind
@pytest.mark.parametrize("spoilt", [nan, inf])
def test_weight_zero_means_absent(case, spoilt):
    y_true, y_pred = case.draw()
    here = np.array([True, True, False, True, True])
    if spoilt is nan or case.loss.domains["y_pred"].holds(inf):
        y_pred[2] = spoilt
    elif case.loss.domains["y_pred"] not in (UNIT, SIMPLEX):
        return  # all predictions are finite
    else:  # certain of something, and wrong
        y_true[2] = [0] * (M - 1) + [1] if y_true.ndim == 2 else M - 1
        y_pred[2] = [1] * (M - 1) + [0] if not isinstance(case.loss, RowwiseLoss) else [1, 0, 0]
        assert (case.loss(y_true, y_pred) == inf) != case.loss.properties.bounded_slope
    weights = here.astype(float), np.where(here, 2.5, 0), here, here.astype(np.uint8)
    for weight, reduction in product(weights, REDUCTIONS):
        options = {"sample_weight": weight, "reduction": reduction}
        value, gradient = case.loss.value_and_gradient(y_true, y_pred, **options)
        options["sample_weight"] = weight[here]
        left = case.loss.value_and_gradient(y_true[here], y_pred[here], **options)
        assert_allclose(value[here] if reduction == "none" else value, left[0], rtol=1e-14)
        assert_allclose(gradient[here], left[1], rtol=1e-14)
        assert_array_equal(gradient[2], np.zeros(y_pred.shape[1]))
        if reduction == "none":
            assert_array_equal(value[2], np.zeros(value.shape[1:]))


@every_elementwise
def test_weight_zero_of_a_single_value(loss):
    y_true, y_pred = drawn(loss)
    y_pred[1, 2] = nan
    weight = np.ones((N, M))
    weight[1, 2] = 0
    present = weight == 1
    good = np.where(present, y_pred, 0.5)
    value, gradient = loss.value_and_gradient(y_true, y_pred, sample_weight=weight)
    assert value == pytest.approx(loss(y_true, good, reduction="none")[present].mean(), rel=1e-14)
    slopes = loss.gradient(y_true, good, reduction="sum")
    assert_allclose(gradient, np.where(present, slopes, 0) / (N * M - 1), rtol=1e-14)


@every_kind
def test_weight_of_nan_is_nan_where_it_counts(case):
    y_true, y_pred = case.draw()
    weight = np.array([1, 1, nan, 0, 1])
    touched = np.array([False, False, True, False, False])
    for reduction in REDUCTIONS:
        options = {"sample_weight": weight, "reduction": reduction}
        value, gradient = case.loss.value_and_gradient(y_true, y_pred, **options)
        if reduction == "none":
            assert_array_equal(np.isnan(value).reshape(N, -1).all(axis=1), touched)
            assert np.isnan(value[~touched]).sum() == 0
        else:
            assert np.isnan(value)
        if reduction == "mean":  # the sum of the weights is unknown, and so is every share of it
            assert np.isnan(gradient[weight != 0]).all()
        else:
            assert_array_equal(np.isnan(gradient).T, [touched] * y_pred.shape[1])
    assert np.isnan(case.loss(y_true, y_pred, sample_weight=np.full(N, nan)))
    assert np.isnan(case.loss(y_true, y_pred, sample_weight=[0, 0, nan, 0, 0]))


@every_kind
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_mean_sees_ratios_of_weights_only(case, dtype):
    y_true, y_pred = case.draw()
    y_pred = y_pred.astype(dtype)
    weight = np.array([1.0, 0.5, 0.25, 4.0, 2.0])
    expected = case.loss.value_and_gradient(y_true, y_pred, sample_weight=weight)
    largest, tiny = np.finfo(np.float64).max, 5e-324
    for scale in 1e300, 1e-300, 1e39, 1e-46, largest / 4, tiny * 4, 2**40, 3:
        got = case.loss.value_and_gradient(y_true, y_pred, sample_weight=weight * scale)
        assert_allclose(got[0], expected[0], rtol=2 * np.finfo(dtype).eps)
        assert_allclose(got[1], expected[1], rtol=4 * np.finfo(dtype).eps)
    plain = case.loss.value_and_gradient(y_true, y_pred)
    for same in largest, tiny, 1e-30, 7:
        got = case.loss.value_and_gradient(y_true, y_pred, sample_weight=np.full(N, same))
        assert_allclose(got[0], plain[0], rtol=2 * np.finfo(dtype).eps)
        assert_allclose(got[1], plain[1], rtol=4 * np.finfo(dtype).eps)


def test_weight_beyond_float32_is_neither_infinite_nor_absent():
    y_pred = np.array([3, 0], np.float32)
    loss = lb.mean_squared_error
    assert loss([0, 0], y_pred, sample_weight=[1, 1e300], reduction="sum") == 9
    assert_array_equal(
        loss.gradient([0, 0], y_pred, sample_weight=[1, 1e300], reduction="sum"), [6, 0]
    )


@every_loss
def test_weight_below_float32_is_not_absent(loss):
    y_true, y_pred = drawn(loss)
    y_pred[1] = nan
    weight = np.array([1, 1e-60, 1, 1, 1])
    for reduction in "mean", "sum":
        options = {"sample_weight": weight, "reduction": reduction}
        assert np.isnan(loss(y_true, y_pred.astype(np.float32), **options))


@pytest.mark.parametrize(
    "dtype",
    [bool, np.int8, np.uint8, np.int64, np.uint64, np.float16, np.float32, np.longdouble, list],
)
def test_weights_of_any_type_count_exactly(dtype):
    weight = [3, 0, 7] if dtype is list else np.array([3, 0, 7]).astype(dtype)
    w = np.array([1, 0, 1]) if dtype is bool else np.array([3, 0, 7])
    loss, y_true, y_pred = lb.mean_squared_error, [0, 0, 0], [1.0, 2.0, 3.0]
    value = loss(y_true, y_pred, sample_weight=weight)
    assert value == pytest.approx((w[0] * 1 + w[2] * 9) / w.sum(), rel=1e-15)
    gradient = loss.gradient(y_true, y_pred, sample_weight=weight)
    assert_allclose(gradient, w * [2, 4, 6] / w.sum(), rtol=1e-15)
    assert value.dtype == gradient.dtype == np.float64
    large = np.array([200, 200, 200], np.uint8)
    assert loss(y_true, y_pred, sample_weight=large, reduction="sum") == 200 * 14


# -- NaN in, NaN out -------------------------------------------------------------------------------


@every_case
@pytest.mark.parametrize("argument", ["y_true", "y_pred"])
def test_nan_touches_its_own_value_and_slope(case, argument):
    y_true, y_pred = case.draw()
    given = {"y_true": y_true, "y_pred": y_pred}
    clean, clean_slopes = case.loss.value_and_gradient(**given, reduction="none", **case.parameters)
    if given[argument].dtype.kind != "f":
        return  # classes cannot be NaN
    given[argument][(1, -1)[: given[argument].ndim]] = nan
    value, gradient = case.loss.value_and_gradient(**given, reduction="none", **case.parameters)
    assert np.isnan(gradient[1, -1])
    if isinstance(case.loss, RowwiseLoss):
        assert_array_equal(np.isnan(value), np.arange(N) == 1)
        assert not np.isnan(gradient[np.arange(N) != 1]).any()
        if argument == "y_pred":
            assert np.isnan(gradient[1]).all()
    else:
        assert np.isnan(value).sum() == np.isnan(gradient).sum() == 1 and np.isnan(value[1, -1])
    untouched = ~np.isnan(value)
    assert_allclose(value[untouched], clean[untouched], rtol=1e-15)
    untouched = ~np.isnan(gradient)
    assert_allclose(gradient[untouched], clean_slopes[untouched], rtol=1e-15)
    for reduction in "mean", "sum":
        assert np.isnan(case.loss(**given, reduction=reduction, **case.parameters))


@every_loss
def test_nan_beside_an_infinite_value_is_nan(loss):
    y_true, y_pred = drawn(loss)
    y_pred[0] = nan
    if loss.domains["y_pred"].holds(inf):
        y_pred[1] = inf
    assert np.isnan(loss(y_true, y_pred))
    assert np.isnan(loss(y_true, np.full_like(y_pred, nan)))


# -- nothing of the caller's is changed ------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("classes", [M, 100])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_read_only_input_is_accepted_and_unchanged(case, classes, dtype):
    """Wide rows too, of which a formula sees a view, and arrays already of the result's type."""
    y_true, y_pred = case.draw(m=classes)
    arrays = [y_true.astype(dtype) if y_true.ndim == 2 else y_true, y_pred.astype(dtype)]
    arrays.append(np.linspace(0, 2, N))
    before = [array.copy() for array in arrays]
    for writeable in False, True:
        for array in arrays:
            array.flags.writeable = writeable
        for reduction in REDUCTIONS:
            options = {"sample_weight": arrays[2], "reduction": reduction}
            value, gradient = case.loss.value_and_gradient(*arrays[:2], **options)
            assert gradient.flags.writeable
            assert not any(np.shares_memory(gradient, array) for array in arrays)
            assert not any(np.shares_memory(value, array) for array in arrays)
        for array, old in zip(arrays, before, strict=True):
            assert_array_equal(array, old)


def test_parameters_per_label_are_unchanged():
    loss, (y_true, y_pred) = lb.multilabel_cross_entropy_with_logits, np.full((2, N, M), 0.5)
    pos_weight = np.array([1.0, 2.0, 3.0])
    pos_weight.flags.writeable = False
    first = loss(y_true, y_pred, pos_weight=pos_weight)
    assert first == loss(y_true, y_pred, pos_weight=[1, 2, 3])
    assert loss.parameters == {"pos_weight": 1.0}


# -- types of numbers ------------------------------------------------------------------------------

RESULT_TYPES = {
    np.float16: np.float32,
    np.float32: np.float32,
    ">f4": np.float32,
    np.float64: np.float64,
    ">f8": np.float64,
    np.longdouble: np.float64,
}


@every_kind
def test_type_of_the_predictions_decides(case):
    y_true, drawn_pred = case.draw()
    targets = [y_true] if y_true.dtype.kind != "f" else [y_true, y_true.astype(np.longdouble)]
    weights = np.arange(N), np.arange(N, dtype=np.float64), np.arange(N, dtype=np.longdouble)
    for (dtype, result), reduction in product(RESULT_TYPES.items(), REDUCTIONS):
        y_pred, eps = drawn_pred.astype(dtype), np.finfo(result).eps
        exact = case.loss.value_and_gradient(
            y_true, y_pred.astype(np.float64), reduction=reduction, sample_weight=weights[0]
        )
        for wide, weight in product(targets, weights):
            options = {"reduction": reduction, "sample_weight": weight}
            got = case.loss.value_and_gradient(wide, y_pred, **options)
            for part, expected in zip(got, exact, strict=True):
                assert part.dtype == result and part.dtype.isnative
                assert_allclose(part, expected, rtol=40 * eps, atol=4 * eps)
            assert isinstance(got[0], np.ndarray if reduction == "none" else result)


@every_loss
@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int16, np.int64, np.uint64])
def test_integers_are_numbers(loss, dtype):
    y_pred = np.eye(M, dtype=dtype)[[0, 1, 2, 0, 1]]
    y_true = np.eye(M, dtype=dtype)[[0, 2, 1, 0, 0]]
    if isinstance(loss.domains["y_true"], Ends):  # −1 and +1, or +1 alone where there is no −1
        signed = np.issubdtype(dtype, np.signedinteger)
        y_true = 2 * y_true - dtype(1) if signed else np.ones_like(y_true)
        assert y_true.dtype == dtype
    if takes_one_a_row(loss):
        y_true, y_pred = y_true[:, 0], y_pred[:, : columns_of(loss)]
    got = loss.value_and_gradient(y_true, y_pred)
    expected = loss.value_and_gradient(y_true.astype(float), y_pred.astype(float))
    for part, exact in zip(got, expected, strict=True):
        assert part.dtype == np.float64
        assert_array_equal(part, exact)


def test_small_integers_do_not_wrap_around():
    black, white = np.array([5], np.uint8), np.array([250], np.uint8)
    for y_true, y_pred, error in (black, white, 245), (white, black, -245):
        assert lb.mean_squared_error(y_true, y_pred) == 245**2
        assert lb.mean_absolute_error(y_true, y_pred) == 245
        assert lb.huber(y_true, y_pred, delta=100) == 100 * (245 - 50)
        assert lb.mean_squared_error.gradient(y_true, y_pred) == 2 * error
    lowest = np.array([[-128, 127]], np.int8)  # −(−128) and 127 − (−128) are no int8
    assert lb.binary_cross_entropy_with_logits(np.int8([[1, 0]]), lowest) == 127.5
    assert lb.cross_entropy_with_logits(np.int8([0]), lowest) == 255
    assert lb.cross_entropy_with_logits(np.uint8([0]), lowest) == 255
    large = np.array([2**63 - 1, 0], np.int64)
    assert lb.mean_absolute_error(-large, large) == 2.0**63


@pytest.mark.parametrize("loss", [lb.cross_entropy, lb.cross_entropy_with_logits])
def test_classes_of_any_integer_type(loss):
    y_pred = np.full((4, 300), 1 / 300)
    classes = np.array([0, 1, 1, 0])
    expected = loss.value_and_gradient(classes, y_pred)
    for dtype in bool, np.int8, np.uint8, np.int16, np.uint64, list:
        y_true = classes.tolist() if dtype is list else classes.astype(dtype)
        got = loss.value_and_gradient(y_true, y_pred)
        assert got[0] == expected[0]
        assert_array_equal(got[1], expected[1])
    for dtype in np.int16, np.uint16, np.int64, np.uint64:
        gradient = loss.gradient(np.array([299], dtype), y_pred[:1])
        assert_array_equal(gradient < 0, [np.arange(300) == 299])


# -- shapes and memory layouts ---------------------------------------------------------------------

SEQUENCES = {
    "list": lambda a: a.tolist(),
    "tuple": lambda a: tuple(map(tuple, a.tolist())) if a.ndim == 2 else tuple(a.tolist()),
    "list of arrays": list,
}


@every_kind
@pytest.mark.parametrize("classes", [M, 70])
def test_memory_layout_does_not_matter(case, classes):
    y_true, y_pred = case.draw(m=classes)
    weight = np.linspace(1, 2, N)
    for reduction in "mean", "none":
        expected = case.loss.value_and_gradient(
            y_true, y_pred, sample_weight=weight, reduction=reduction
        )
        for name, layout in {**LAYOUTS, **SEQUENCES}.items():
            got = case.loss.value_and_gradient(
                layout(y_true), layout(y_pred), sample_weight=layout(weight), reduction=reduction
            )
            for part, exact in zip(got, expected, strict=True):
                # of 70 terms near 1, in another order
                assert_allclose(part, exact, rtol=1e-14, atol=6e-17, err_msg=name)


@every_elementwise
def test_elementwise_losses_take_every_shape(loss):
    y_true, y_pred = drawn(loss)
    y_true, y_pred = np.resize(y_true, 24), np.resize(y_pred, 24)
    if isinstance(loss, MultilabelLoss):
        return  # these are about (examples, labels)
    values = loss(y_true, y_pred, reduction="none")
    slopes = loss.gradient(y_true, y_pred, reduction="sum")
    for shape in (24,), (24, 1), (1, 24), (4, 6), (2, 3, 4), (2, 1, 3, 2, 2):
        y, p = y_true.reshape(shape), y_pred.reshape(shape)
        assert_array_equal(loss(y, p, reduction="none"), values.reshape(shape))
        assert_array_equal(loss.gradient(y, p, reduction="sum"), slopes.reshape(shape))
        assert loss(y, p) == pytest.approx(values.mean(), rel=1e-14)
        weight = np.linspace(1, 2, shape[0])
        each = np.repeat(weight, 24 // shape[0])
        value, gradient = loss.value_and_gradient(y, p, sample_weight=weight)
        assert value == pytest.approx(np.average(values, weights=each), rel=1e-14)
        assert_allclose(gradient.ravel(), each * slopes / each.sum(), rtol=1e-14)


@every_elementwise
def test_a_single_number(loss):
    if isinstance(loss, MultilabelLoss):
        return
    y_true, y_pred = (array[0, 0] for array in drawn(loss))
    one_entry = loss.value_and_gradient([y_true], [y_pred])
    for scalar in float, np.float64, np.asarray:
        for reduction in REDUCTIONS:
            for weight in None, 1.0, np.float32(1):
                value, gradient = loss.value_and_gradient(
                    scalar(y_true), scalar(y_pred), reduction=reduction, sample_weight=weight
                )
                assert np.shape(value) == gradient.shape == ()
                # NumPy's power of a number and of an array differ in the last digit
                assert_allclose(value, one_entry[0], rtol=4e-16)
                assert_allclose(gradient, one_entry[1][0], rtol=4e-16)


@pytest.mark.parametrize("y_true", [0, 1])
@pytest.mark.parametrize("y_pred", [0.0, 1.0])
def test_a_single_number_at_the_ends(y_true, y_pred):
    """Certainty costs 0 if it is right, and inf if it is not."""
    value, slope = lb.binary_cross_entropy.value_and_gradient(y_true, y_pred)
    many = lb.binary_cross_entropy.value_and_gradient([y_true], [y_pred])
    assert value == many[0] == (0 if y_true == y_pred else inf)
    assert slope == many[1][0]
    assert abs(slope) == (1 if y_true == y_pred else inf)


# -- blocks ----------------------------------------------------------------------------------------


def one_by_one(loss, y_true, y_pred, parameters):
    """Values and slopes, each example alone: no block can go wrong."""
    parts = [
        loss.value_and_gradient(y[None], p[None], reduction="none", **parameters)
        for y, p in zip(y_true, y_pred, strict=True)
    ]
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


@every_kind
@pytest.mark.parametrize(
    "dtype, m, sizes",
    [
        (np.float64, 3, [1, 20, 21, 22, 43]),
        (np.float64, 64, [1, 3, 5]),
        (np.float64, 150, [1, 3]),
        (np.float32, 3, [43]),
    ],
)
def test_blocks_join_without_a_seam(case, dtype, m, sizes, monkeypatch):
    """Blocks of 64 float64: 21 rows of 3, one row of 64 (two of them, for rows), parts of 150."""
    for n in sizes:
        compare_blocks_with_one_by_one(case, n, m, dtype, monkeypatch)


def compare_blocks_with_one_by_one(case, n, m, dtype, monkeypatch):
    loss = case.loss
    y_true, y_pred = case.draw(n=n, m=m)
    y_pred = y_pred.astype(dtype)
    exact = {"rtol": 20 * np.finfo(dtype).eps, "atol": np.finfo(dtype).eps / 4}
    parameters = {"pos_weight": np.linspace(0.5, 2, m)} if loss.parameters.get("pos_weight") else {}
    if not isinstance(loss, MultilabelLoss):
        parameters = {}
    monkeypatch.undo()
    values, slopes = one_by_one(loss, y_true, y_pred, parameters)
    monkeypatch.setattr(machinery, "BLOCK_BYTES", 512)
    rows = np.linspace(0.5, 2, n)
    all_values = np.linspace(1, 3, values.size).reshape(values.shape)
    for weight in None, rows, all_values:
        w = np.ones(values.shape)
        w *= 1 if weight is None else weight.reshape(weight.shape + (1,) * (w.ndim - weight.ndim))
        each = w if w.shape == slopes.shape else w[:, None]
        for reduction, value, divisor in (
            ("none", w * values, 1),
            ("sum", (w * values).sum(), 1),
            ("mean", (w * values).sum() / w.sum(), w.sum()),
        ):
            options = {"sample_weight": weight, "reduction": reduction, **parameters}
            got = loss.value_and_gradient(y_true, y_pred, **options)
            assert_allclose(got[0], value, **exact)
            assert_allclose(got[1], each * slopes / divisor, **exact)
            assert_array_equal(loss(y_true, y_pred, **options), got[0])


@every_elementwise
@pytest.mark.parametrize("n", [1, 63, 64, 65, 127, 128, 129, 200])
def test_blocks_of_a_vector(loss, n, monkeypatch):
    if isinstance(loss, MultilabelLoss):
        return
    case = next(case for case in KINDS if case.loss is loss)
    y_true, y_pred = (array[:, 0] for array in case.draw(n=n))
    values, slopes = one_by_one(loss, y_true, y_pred, {})
    monkeypatch.setattr(machinery, "BLOCK_BYTES", 512)
    calls = count_calls(loss, monkeypatch)
    value, gradient = loss.value_and_gradient(y_true, y_pred, sample_weight=np.arange(1, n + 1))
    assert len(calls) == -(-n // 64)
    assert value == pytest.approx(np.average(values, weights=np.arange(1, n + 1)), rel=1e-14)
    assert_allclose(gradient, slopes * np.arange(1, n + 1) * 2 / (n * (n + 1)), rtol=1e-14)


def count_calls(loss, monkeypatch):
    calls, formula = [], loss.formula
    monkeypatch.setattr(loss, "formula", lambda *a, **k: calls.append(1) or formula(*a, **k))
    return calls


@every_loss
def test_real_blocks_are_bounded(loss, monkeypatch):
    """The sizes that ship: a formula sees at most half a mebibyte, and all of a small array."""
    case = next(case for case in KINDS if case.loss is loss)
    seen, formula = [], loss.formula

    def spy(xp, y_true, y_pred, **parameters):
        seen.append(y_pred.nbytes)
        return formula(xp, y_true, y_pred, **parameters)

    monkeypatch.setattr(loss, "formula", spy)
    y_true, y_pred = case.draw(n=100_000)
    loss(y_true, y_pred)
    assert sum(seen) == y_pred.nbytes and max(seen) <= 1 << 19
    seen.clear()
    loss(y_true[:1000], y_pred[:1000])
    assert len(seen) == 1


MEMORY_PAGES = """
import resource
import numpy as np
import lossbook as lb

y, z = np.ones(10_000), np.zeros(10_000)
for call in range(60):
    if call == 10:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    lb.binary_cross_entropy_with_logits.value_and_gradient(y, z)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="about glibc's way with memory")
def test_memory_of_a_block_is_used_again():
    """50 calls fetch a few pages from the kernel, not the 160 of each call over and over."""
    fetched = subprocess.run([sys.executable, "-c", MEMORY_PAGES], capture_output=True, check=True)
    assert int(fetched.stdout) < 500


# -- how a loss presents itself --------------------------------------------------------------------


@every_loss
def test_signature_and_help_show_the_parameters(loss):
    shown = inspect.signature(loss).parameters
    shared = ["sample_weight", "reduction"]
    assert list(shown) == ["y_true", "y_pred", *loss.parameters, *shared]
    for name, default in {**loss.parameters, "sample_weight": None, "reduction": "mean"}.items():
        assert shown[name].kind is inspect.Parameter.KEYWORD_ONLY
        assert shown[name].default == default
    page = pydoc.plain(pydoc.render_doc(loss))
    assert loss.__doc__.splitlines()[0] in page
    for name in list(shown)[2:]:
        assert f"\n    {name} : " in page
    assert repr(loss) == f"<loss {loss.__name__}{inspect.signature(loss)}>"


@every_loss
def test_help_names_the_errors_of_every_loss(loss):
    shared = "unequal shapes, empty or non-numeric input, bad weights or an unknown reduction"
    said = " ".join(loss.__doc__.split())
    assert said.count(shared) == said.count("Raises ------ ValueError for ") == 1
    own = " ".join((loss.formula.__doc__ or "").split())
    assert "unknown reduction" not in own, "said for every loss by lossbook.loss"
    assert ("as every loss" in said) == ("ValueError" in own)


def test_help_without_parts_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr("lossbook.loss.losses", {})
    for words in None, "How far apart.", "How far apart.\n\nRaises\n------\nnothing":

        def apart(xp, y_true, y_pred):
            yield y_pred - y_true

        apart.__doc__ = words
        assert elementwise()(apart).__doc__ == (words or "")


def test_help_of_huber():
    page = pydoc.plain(pydoc.render_doc(lb.huber))
    assert "huber(y_true, y_pred, *, delta=1.0, sample_weight=None, reduction='mean')" in page
    assert "delta : number > 0" in page
    own, shared = "for a delta that is not above 0; and, as every loss, ", "for unequal shapes"
    assert own + shared in " ".join(page.split())


@every_loss
def test_parameters_are_keywords_with_their_defaults(loss):
    y_true, y_pred = drawn(loss)
    assert loss(y_true, y_pred, **loss.parameters) == loss(y_true, y_pred)
    for name in numbers_among_parameters(loss):
        default = loss.parameters[name]
        for same in np.float64(default), np.float32(default), np.array(default):
            assert loss(y_true, y_pred, **{name: same}) == loss(y_true, y_pred)


@every_loss
def test_value_alone_does_not_pay_for_the_slope(loss, monkeypatch):
    formula = loss.formula

    def value_only(*arrays, **parameters):
        yield next(formula(*arrays, **parameters))
        raise AssertionError("the slope was asked for")

    monkeypatch.setattr(loss, "formula", value_only)
    assert np.isfinite(loss(*drawn(loss)))


@of_probabilities
def test_settings_of_the_caller_for_warnings_do_not_matter(loss):
    """log 0, 1/0, tiny over huge weights: inf and 0 are answers, not accidents."""
    y_true, y_pred = np.eye(M)[[0, 1]], np.eye(M)[[2, 2]]
    with np.errstate(all="raise"):
        value, gradient = loss.value_and_gradient(y_true, y_pred, sample_weight=[5e-324, 1e300])
        assert (value == inf) == np.isinf(gradient).any() != loss.properties.bounded_slope


EXTREME = [0, 5e-324, 1e-310, 1e-45, 1e-7, 0.5, 1, 3, 1e4, 1e39, 1e300, np.finfo(float).max, inf]


def extreme_input(loss, dtype):
    """Every pair of extreme numbers of the domains, in rows of M; in named columns, all rows."""
    every = {}
    for name, domain in loss.domains.items():
        if name in ("y_true", "y_pred") and domain in (SIMPLEX, LABELS):
            rows = [[1, 0, 0], [0, 0, 1], [0.5, 0.5, 0], [1 - 1e-7, 1e-7, 5e-324], [1, 1e-40, 0]]
            every[name] = np.array([*rows, [nan] * M])
        elif name in ("y_true", "y_pred"):
            numbers = np.array([*EXTREME, *np.negative(EXTREME), nan])
            good = [x for x in numbers if domain.outside(np.array([x])) is None]
            every[name] = np.repeat(np.array(good)[:, None], M, axis=1)
    if takes_one_a_row(loss):
        numbers = every["y_true"][:, 0]
        every = {"y_true": numbers, "y_pred": product(numbers, repeat=columns_of(loss))}
    pairs = list(product(every["y_true"], every["y_pred"]))
    y_true, y_pred = (np.array(column) for column in zip(*pairs, strict=True))
    with np.errstate(over="ignore"):
        return y_true, y_pred.astype(dtype)


@every_loss
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("block", [256, 1 << 18])
def test_not_one_warning(loss, dtype, block, monkeypatch):
    """Overflow, underflow, inf − inf and NaN are answers: nothing is raised and nothing printed."""
    monkeypatch.setattr(machinery, "BLOCK_BYTES", block)
    y_true, y_pred = extreme_input(loss, dtype)
    parameters = [{}]
    for name in numbers_among_parameters(loss):
        for number in EXTREME:
            if isfinite(number) and loss.domains[name].holds(number):
                parameters.append({name: number})
                if isinstance(loss, MultilabelLoss):
                    parameters.append({name: [1, number, 1]})
    n, tiny, largest = len(y_true), 5e-324, np.finfo(float).max
    weights = None, np.resize([0, tiny, largest, 1, nan], n), np.full(n, largest), np.full(n, tiny)
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        for given, weight, reduction in product(parameters, weights, REDUCTIONS):
            if block == 256 and (given or reduction == "sum"):
                continue  # the walk over many blocks is slow, and sees one parameter as any other
            options = {"sample_weight": weight, "reduction": reduction, **given}
            value, gradient = loss.value_and_gradient(y_true, y_pred, **options)
            assert np.isnan(gradient).any() and np.isnan(value).any()


@every_loss
def test_not_one_warning_before_a_refusal(loss):
    y_true, y_pred = drawn(loss)
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        for weight in [nan] * (N - 1) + [-inf], [nan] * (N - 1) + [-5e-324], [0.0] * N, [inf] * N:
            with pytest.raises(ValueError, match="sample_weight"):
                loss(y_true, y_pred, sample_weight=weight)
        for name in numbers_among_parameters(loss):
            for number in nan, inf, -np.finfo(float).max, np.longdouble("-1e4000"):
                with pytest.raises(ValueError, match=name):
                    loss(y_true, y_pred, **{name: number})
        for argument, array in ("y_true", y_true), ("y_pred", y_pred):
            if loss.domains[argument].restricts and array.dtype.kind == "f":
                given = {"y_true": y_true, "y_pred": y_pred, argument: array.copy()}
                given[argument][0], given[argument][1] = nan, -inf
                with pytest.raises(ValueError, match=argument):
                    loss(**given)


# -- weights far apart, long rows, processors ------------------------------------------------------


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_weight_that_vanishes_beside_another_still_counts(reduction):
    """1e-200 of 1e200 is less than any float, but it is not 0: what is NaN or infinite stays so."""
    for others in 1, 10:
        options = {"sample_weight": [1e-200] + [1e200] * others, "reduction": reduction}
        right = [1.0] * others
        loss, y_true = lb.mean_squared_error, [0] * (1 + others)
        value, gradient = loss.value_and_gradient(y_true, [nan, *right], **options)
        assert np.isnan(value) and np.isnan(gradient[0]) and (gradient[1:] > 0).all()
        loss, y_true, right = lb.binary_cross_entropy, [1] * (1 + others), [0.5] * others
        value, gradient = loss.value_and_gradient(y_true, [0.0, *right], **options)
        assert value == inf and gradient[0] == -inf and (gradient[1:] < 0).all()


def test_long_weights_below_float64_are_zero():
    weight = np.array([np.longdouble("1e-4000"), 0])
    with pytest.raises(ValueError, match="0 everywhere"):
        lb.mean_squared_error([0, 0], [1.0, 2.0], sample_weight=weight)


@pytest.mark.parametrize("width", [10, 128, 129, 10_000])
def test_sums_over_long_rows_round_little(width):
    """p = 1/10 of every pixel: 1 − (0.2·m + 1)/(1.1·m + 1)."""
    p, y = np.full((200, width), 0.1, np.float32), np.ones((200, width), np.float32)
    exact = 1 - (2 * float(np.float32(0.1)) * width + 1) / (
        (1 + float(np.float32(0.1))) * width + 1
    )
    tolerance = 8 * np.finfo(np.float32).eps
    assert_allclose(lb.dice(y, p, reduction="none"), np.full(200, exact), rtol=tolerance)
