"""Whatever comes in: nothing wrong becomes a finite number, and what is right is computed right."""

import datetime
from decimal import Decimal
from math import inf, nan
from unittest.mock import patch

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lossbook import blocks as machinery
from lossbook.domains import Ends, Interval, Labels, Simplex
from lossbook.loss import Loss, MultilabelLoss, RowwiseLoss
from tests.support.layouts import LAYOUTS
from tests.support.loss_cases import (
    CASES,
    KINDS,
    LOSSES,
    REDUCTIONS,
    Case,
    columns_of,
    divisor_of,
    of_classes,
    spec_of,
    takes_one_a_row,
    values_shape,
)
from tests.support.loss_strategies import repeatable
from tests.support.number_kinds import PLAIN

few, many = settings(repeatable, max_examples=80), settings(repeatable, max_examples=160)

sizes = st.integers(1, 40), st.integers(2, 8) | st.integers(60, 70)  # examples; labels or classes
seeds = st.integers(0, 10**6)
blocks = st.sampled_from([64, 512, machinery.BLOCK_BYTES])
reductions = st.sampled_from(REDUCTIONS)
arguments = st.sampled_from(["y_true", "y_pred", "sample_weight"])


def check_refused(loss: Loss, naming: str, **given_arguments):
    """All three calls refuse, by a message with the names of the loss and of what is wrong."""
    for call in loss, loss.gradient, loss.value_and_gradient:
        try:
            result = call(**given_arguments)
        except ValueError as error:
            assert str(error).startswith(f"{loss.__name__}: {naming}"), error
        else:
            raise AssertionError(f"{loss.__name__} made {result} of {given_arguments}")


@st.composite
def good_input(draw, cases=tuple(KINDS)):
    """A case, and arguments that it takes."""
    case = draw(st.sampled_from(cases))
    n, m = (draw(size) for size in sizes)
    y_true, y_pred = case.draw(seed=draw(seeds), n=n, m=m)
    return case, {"y_true": y_true, "y_pred": y_pred, "reduction": draw(reductions)}


# -- what holds no numbers -------------------------------------------------------------------------

no_numbers = st.one_of(
    st.text(max_size=3),
    st.binary(max_size=3),
    st.none(),
    st.complex_numbers(),
    st.dates(),
    st.decimals(),
    st.just({}),
    st.just({1.0, 2.0}),
    st.just(object),
    st.just(len),
)
WRONG_DTYPES = ["c8", "c16", "O", "S3", "U3", "M8[s]", "m8[D]", "V4", [("a", "f8")], "f8,i4"]


@st.composite
def of_a_wrong_kind(draw, shape):
    """Of that shape, so that nothing else is wrong with it."""
    how = draw(st.sampled_from(["dtype", "mixed", "masked", "ragged", "single"]))
    if how == "dtype":
        return np.zeros(shape, draw(st.sampled_from(WRONG_DTYPES)))
    if how == "masked":
        masked = np.ma.array(np.ones(shape), mask=np.zeros(shape, bool))
        masked.mask.flat[draw(st.integers(0, masked.size - 1))] = draw(st.booleans())
        return masked
    if how == "single":
        return draw(no_numbers)
    entries = np.ones(shape).astype(object)
    position = draw(st.integers(0, entries.size - 1))
    if how == "mixed":
        wrong = draw(no_numbers | st.just(Decimal(1)) | st.just(datetime.timedelta(1)))
        assume(not (isinstance(wrong, complex) and wrong == wrong and wrong.imag == 0))
    else:
        wrong = draw(st.lists(st.floats(0, 1), max_size=3))
        assume(entries.size > 1)
    entries.flat[position] = wrong
    return entries.tolist()


@many
@given(good_input(), arguments, st.data())
def test_what_holds_no_numbers_is_refused(case_and_good, argument, data):
    case, good = case_and_good
    shape = good["y_pred"].shape
    if argument == "sample_weight":
        shape = values_shape(case.loss, good["y_pred"])
    bad = data.draw(of_a_wrong_kind(shape))
    assume(not (argument == "sample_weight" and bad is None))
    check_refused(case.loss, argument, **good | {argument: bad})


# -- shapes ----------------------------------------------------------------------------------------


def fit(loss: Loss, truth: tuple, prediction: tuple, floats: bool) -> bool:
    """The promise: equal shapes, classes of (n, k), or a number for each row of named columns."""
    if takes_one_a_row(loss):
        return len(prediction) == 2 and prediction == (*truth, columns_of(loss, prediction[1]))
    if isinstance(loss, RowwiseLoss):
        least = 2 if of_classes(loss) else 1
        if len(prediction) != 2 or prediction[1] < least:
            return False
        if isinstance(loss.domains["y_true"], Labels) and not floats and truth == prediction[:1]:
            return True
    elif isinstance(loss, MultilabelLoss) and len(prediction) != 2:
        return False
    return truth == prediction


shapes = hnp.array_shapes(min_dims=0, max_dims=4, max_side=4)


@st.composite
def two_shapes(draw):
    """Any two, and such as one might believe to fit: a side more or less, two sides exchanged."""
    first = draw(shapes)
    near = [first[::-1], (*first, 1), (1, *first), first[:1], first[1:], first[:-1]]
    return first, draw(shapes | st.sampled_from(near))


@many
@given(st.sampled_from(LOSSES), two_shapes(), st.booleans(), reductions)
def test_shapes_that_do_not_fit_are_refused(loss, pair, floats, reduction):
    truth, prediction = pair
    assume(not fit(loss, truth, prediction, floats))
    y_pred = np.full(prediction, 0.5)
    if of_classes(loss) and len(prediction) == 2:
        y_pred = np.full(prediction, 1 / prediction[1])
    y_true = np.ones(truth, float if floats else int)
    check_refused(loss, "y_", y_true=y_true, y_pred=y_pred, reduction=reduction)


@few
@given(good_input(), shapes)
def test_weights_that_do_not_fit_are_refused(case_and_good, shape):
    case, good = case_and_good
    fits = values_shape(case.loss, good["y_pred"])
    assume(shape not in (fits, fits[:1]))
    check_refused(case.loss, "sample_weight", **good, sample_weight=np.ones(shape))


# -- numbers outside their domain ------------------------------------------------------------------


def outside(domain: Interval, dtype: type) -> st.SearchStrategy:
    """Numbers of that type beyond either end, from the nearest to the infinite."""
    wrong = [-inf, inf]
    if domain.low > -inf:
        wrong += [np.nextafter(dtype(domain.low), dtype(-inf)), dtype(domain.low - 1.5)]
    if domain.high < inf:
        wrong += [np.nextafter(dtype(domain.high), dtype(inf)), dtype(domain.high + 40)]
    if isinstance(domain, Ends):
        wrong += [dtype(0), dtype(-0.5), np.nextafter(dtype(1), dtype(0))]
    return st.sampled_from(wrong)


RESTRICTED = [
    (case, name)
    for case in KINDS
    for name in ("y_true", "y_pred")
    if case.loss.domains[name].restricts and (name == "y_pred" or case.targets != "classes")
]
some_nan = hnp.arrays(bool, 7, elements=st.booleans())


@many
@given(st.sampled_from(RESTRICTED), *sizes, seeds, blocks, some_nan, st.data())
def test_numbers_outside_their_domain_are_refused(restricted, n, m, seed, block, where, data):
    """Wherever it stands, in whichever block, with NaN beside it, with a weight of 0 or without."""
    case, name = restricted
    dtype = data.draw(st.sampled_from([np.float16, np.float32, np.float64]))
    good = dict(zip(["y_true", "y_pred"], case.draw(seed, n, m), strict=True))
    spoilt = good[name].astype(dtype)
    spoilt[np.resize(where, spoilt.shape)] = nan
    position = tuple(data.draw(st.integers(0, side - 1)) for side in spoilt.shape)
    spoilt[position] = data.draw(outside(case.loss.domains[name], dtype))
    good[name] = spoilt
    if data.draw(st.booleans()):
        good["sample_weight"] = (np.arange(n) != position[0]) | (n == 1)
    with patch.object(machinery, "BLOCK_BYTES", block):
        check_refused(case.loss, f"{name} holds ", **good, reduction=data.draw(reductions))


OF_ROWS = [(c, name) for c, name in RESTRICTED if isinstance(c.loss.domains[name], Simplex)]


@few
@given(st.sampled_from(OF_ROWS), *sizes, seeds, blocks, some_nan, st.data())
def test_rows_that_do_not_sum_to_one_are_refused(rows, n, m, seed, block, where, data):
    case, name = rows
    good = dict(zip(["y_true", "y_pred"], case.draw(seed, n, m), strict=True))
    spoilt, row = good[name], data.draw(st.integers(0, n - 1))
    kept = spoilt[row].copy()
    spoilt[np.resize(where, spoilt.shape)] = nan
    spoilt[row] = kept * data.draw(st.sampled_from([0.0, 0.5, 0.9989]))
    with patch.object(machinery, "BLOCK_BYTES", block):
        check_refused(case.loss, f"{name} has a row that sums to ", **good)


INTEGERS = [np.int8, np.uint8, np.int16, np.uint32, np.int64, np.uint64]


@few
@given(
    st.sampled_from([c for c in KINDS if c.targets == "classes"]), *sizes, seeds, blocks, st.data()
)
def test_classes_that_do_not_exist_are_refused(case, n, m, seed, block, data):
    y_true, y_pred = case.draw(seed, n, m)
    dtype = data.draw(st.sampled_from(INTEGERS))
    least, largest = np.iinfo(dtype).min, np.iinfo(dtype).max
    y_true = y_true.astype(dtype)
    wrong = [m, m + 1, largest] + ([-1, -m, least] if least < 0 else [])
    y_true[data.draw(st.integers(0, n - 1))] = data.draw(st.sampled_from(wrong))
    with patch.object(machinery, "BLOCK_BYTES", block):
        check_refused(case.loss, "y_true holds ", y_true=y_true, y_pred=y_pred)


@few
@given(good_input(), blocks, some_nan, st.data())
def test_wrong_weights_are_refused(case_and_good, block, where, data):
    case, good = case_and_good
    shape = values_shape(case.loss, good["y_pred"])
    shape = data.draw(st.sampled_from([shape, shape[:1]]))
    if data.draw(st.booleans()):
        weight = np.full(shape, data.draw(st.sampled_from([0.0, -0.0])))
    else:
        weight = np.where(np.resize(where, shape), nan, 1.0)
        bad = data.draw(st.sampled_from([-1.0, -5e-324, -inf, inf]))
        weight.flat[data.draw(st.integers(0, weight.size - 1))] = bad
    with patch.object(machinery, "BLOCK_BYTES", block):
        check_refused(case.loss, "sample_weight", **good, sample_weight=weight)


# -- parameters and reductions ---------------------------------------------------------------------

WITH_PARAMETERS = [case for case in KINDS if case.loss.parameters]


@few
@given(good_input(WITH_PARAMETERS), st.data())
def test_wrong_parameters_are_refused(case_and_good, data):
    case, good = case_and_good
    name = data.draw(st.sampled_from(sorted(case.loss.parameters)))
    domain, m = case.loss.domains[name], good["y_pred"].shape[1]
    numbers = st.floats() | st.integers() | st.sampled_from([domain.low, domain.high])
    number = numbers.filter(lambda x: not (abs(x) < inf and domain.holds(x)))
    bad = data.draw(no_numbers | number | st.booleans() | st.just([[1.0]]) | number.map(np.float64))
    if isinstance(case.loss, MultilabelLoss) and data.draw(st.booleans()):
        bad = [0.5] * m
        bad[data.draw(st.integers(0, m - 1))] = data.draw(number)
        if data.draw(st.booleans()):
            bad = np.full(data.draw(shapes.filter(lambda shape: shape not in [(), (m,)])), 0.5)
    check_refused(case.loss, name, **good | {name: bad})


@few
@given(good_input(), no_numbers | st.integers() | st.lists(reductions) | st.text())
def test_unknown_reductions_are_refused(case_and_good, bad):
    case, good = case_and_good
    assume(not (isinstance(bad, str) and bad in REDUCTIONS))
    check_refused(case.loss, "reduction", **good | {"reduction": bad})


# -- NaN -------------------------------------------------------------------------------------------


@many
@given(good_input(), arguments, blocks, st.data())
def test_one_nan_is_never_lost(case_and_good, argument, block, data):
    case, good = case_and_good
    n = len(good["y_pred"])
    good["sample_weight"] = np.linspace(1, 2, n)
    assume(good[argument].dtype.kind == "f" or isinstance(case.loss.domains.get(argument), Ends))
    spoilt = good[argument] = good[argument].astype(float)
    position = tuple(data.draw(st.integers(0, side - 1)) for side in spoilt.shape)
    spoilt[position] = nan
    with patch.object(machinery, "BLOCK_BYTES", block):
        value, gradient = case.loss.value_and_gradient(**good)
        assert np.isnan(value).any() and np.isnan(gradient[position[0]]).any()
        good["sample_weight"] = np.arange(n) != position[0]  # absent: as if it were not there
        assume(n > 1)
        value, gradient = case.loss.value_and_gradient(**good)
        assert np.isfinite(value).all() and np.isfinite(gradient).all()


# -- good input of every type and layout -----------------------------------------------------------


def textbook_values(case: Case, y_true, y_pred) -> np.ndarray:
    """By the definition of its spec, one example at a time, in float64."""
    loss, definition = case.loss, spec_of(case.loss).definition

    def formula(y, p, **parameters):
        return definition(PLAIN, y, p, **parameters)[0]

    if case.targets == "classes":
        y_true = np.eye(y_pred.shape[1])[np.asarray(y_true, int)]
    y_true, y_pred = y_true.astype(float), y_pred.astype(float)
    if isinstance(loss, RowwiseLoss):
        pairs = zip(y_true.tolist(), y_pred.tolist(), strict=True)
        return np.array([formula(y, p, **case.parameters) for y, p in pairs])
    parameters = [case.parameters] * y_pred.shape[1]
    if isinstance(case.parameters.get("pos_weight"), list):
        parameters = [{"pos_weight": w} for w in case.parameters["pos_weight"]]
    return np.array(
        [
            [formula(*pair, **own) for *pair, own in zip(y, p, parameters, strict=True)]
            for y, p in zip(y_true.tolist(), y_pred.tolist(), strict=True)
        ]
    )


FLOATS = [np.float16, np.float32, np.float64, np.longdouble]
layouts = st.sampled_from(sorted(LAYOUTS))


def bytes_of(array: np.ndarray) -> bytes:
    """Every byte of the memory that the array looks into."""
    base = array if array.base is None else array.base
    return base if isinstance(base, bytes) else base.tobytes()


DEFINED = [case for case in CASES if spec_of(case.loss).definition]


@settings(repeatable, max_examples=400)
@given(st.sampled_from(DEFINED), *sizes, seeds, blocks, reductions, st.data())
def test_good_input_of_every_type_and_layout(case, n, m, seed, block, reduction, data):
    per_label = any(isinstance(value, list) for value in case.parameters.values())
    y_true, y_pred = case.draw(seed, n, 3 if per_label else m)
    y_pred = y_pred.astype(data.draw(st.sampled_from(FLOATS)))
    if case.targets == "soft":
        y_true = y_true.astype(data.draw(st.sampled_from(FLOATS[1:])))
    elif case.targets == "classes":
        y_true = y_true.astype(data.draw(st.sampled_from(INTEGERS)))
    else:
        signed = [np.int8, np.int64, np.float16, np.float64]
        unsigned = [bool, np.uint8, np.uint64] if case.loss.domains["y_true"].low >= 0 else []
        y_true = y_true.astype(data.draw(st.sampled_from(signed + unsigned)))
    values = textbook_values(case, y_true, y_pred)
    weight, w = None, np.ones(values.shape)
    if data.draw(st.booleans()):
        weight = np.resize([1, 0, 3, 2.5], values.shape if data.draw(st.booleans()) else n)
        weight = weight.astype(data.draw(st.sampled_from([*INTEGERS, *FLOATS])))
        w = w * weight.astype(float).reshape(weight.shape + (1,) * (w.ndim - weight.ndim))

    divisor = divisor_of(case, np.asarray(y_true, int), w) if reduction == "mean" else 1
    assume(divisor > 0)
    arrays = [LAYOUTS[data.draw(layouts)](a) for a in (y_true, y_pred, weight) if a is not None]
    for array in arrays:
        array.flags.writeable = False
    before = [bytes_of(array) for array in arrays]
    options = {"reduction": reduction, **case.parameters}
    options |= {"sample_weight": arrays[2]} if weight is not None else {}
    with patch.object(machinery, "BLOCK_BYTES", block):
        value, gradient = case.loss.value_and_gradient(*arrays[:2], **options)
        single = np.dtype(y_pred.dtype).itemsize <= 4
        eps = np.finfo(np.float32 if single else np.float64).eps
        assert value.dtype == gradient.dtype == (np.float32 if single else np.float64)

        expected = w * values if reduction == "none" else (w * values).sum() / divisor
        # terms up to 10; in sums of them the rounding errors add up
        scale = 1 if reduction != "sum" else w.sum()
        np.testing.assert_allclose(value, expected, rtol=20 * eps, atol=20 * eps * scale)

        slopes = [
            case.loss.gradient(y[None], p[None].astype(float), reduction="sum", **case.parameters)
            for y, p in zip(y_true, y_pred, strict=True)
        ]
        each = w if w.ndim == 2 else w[:, None]
        expected = each * np.concatenate(slopes) / divisor
        np.testing.assert_allclose(gradient, expected, rtol=20 * eps, atol=8 * eps * each.max())
    assert [bytes_of(array) for array in arrays] == before
