"""A loss of the reader's own: any parameter works, a wrong formula is refused with a sentence."""

import numpy as np
import pytest

from lossbook.domains import ONE_A_ROW, POSITIVE, REAL, SIGNS
from lossbook.loss import Properties, elementwise, losses, multilabel, rowwise

ZEROS, ONES = np.zeros(4), np.ones(4)


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """What a test registers is forgotten after it."""
    before = dict(losses)
    yield
    losses.clear()
    losses.update(before)


def squares(xp, y_true, y_pred, *, scale=1.0):
    yield scale * (y_pred - y_true) ** 2
    yield 2 * scale * (y_pred - y_true)


@pytest.mark.parametrize("domains", [{}, {"scale": REAL}])
@pytest.mark.parametrize("scale", [-2.0, 0.0, 0.5, -1e-310, np.float32(3), 7])
def test_any_finite_parameter_works(domains, scale):
    loss = elementwise(**domains)(squares)
    assert loss(ZEROS, ONES, scale=scale) == pytest.approx(float(scale), abs=1e-307)
    assert loss.gradient(ZEROS, ONES, scale=scale)[0] == pytest.approx(scale / 2, abs=1e-307)


def test_a_negative_default_is_kept():
    @elementwise(bend=REAL)
    def linex(xp, y_true, y_pred, *, bend=-1.0):
        error = bend * (y_pred - y_true)
        yield xp.exp(error) - error - 1
        yield bend * (xp.exp(error) - 1)

    assert linex([0.0], [2.0]) == linex([0.0], [2.0], bend=-1.0) == np.exp(-2) + 1


@pytest.mark.parametrize("scale", [np.nan, np.inf, "2", None, True, [1.0]])
def test_a_parameter_that_is_no_finite_number_is_refused(scale):
    with pytest.raises(ValueError, match="squares: scale is .*; needed is a number"):
        elementwise()(squares)(ZEROS, ONES, scale=scale)


def test_a_parameter_out_of_its_range_is_refused():
    with pytest.raises(ValueError, match=r"squares: scale is -1; needed is a number in \(0, inf\)"):
        elementwise(scale=POSITIVE)(squares)(ZEROS, ONES, scale=-1)


@pytest.mark.parametrize("scale", [0, 0.5, -2])
def test_a_parameter_with_two_values_takes_no_other(scale):
    loss = elementwise(scale=SIGNS)(squares)
    assert loss(ZEROS, ONES, scale=-1) == -1
    with pytest.raises(ValueError, match=f"squares: scale is {scale}; needed is a number in -1 or"):
        loss(ZEROS, ONES, scale=scale)


def mean_at_once(xp, y_true, y_pred):
    yield xp.mean((y_pred - y_true) ** 2)
    yield 2 * (y_pred - y_true)


def number_as_slope(xp, y_true, y_pred):
    yield y_pred - y_true
    yield 1.0


def value_alone(xp, y_true, y_pred):
    yield y_pred - y_true


def value_of_each_entry(xp, y_true, y_pred):
    yield y_pred * y_true
    yield y_true


@pytest.mark.parametrize(
    "decorate, formula, arrays, said",
    [
        (elementwise, mean_at_once, (ZEROS, ONES), r"a value of shape \(\); needed is \(4,\)"),
        (elementwise, number_as_slope, (ZEROS, ONES), r"a slope of shape \(\); needed is \(4,\)"),
        (elementwise, value_alone, (ZEROS, ONES), "no slope; needed are a value and a slope"),
        (
            multilabel,
            mean_at_once,
            (np.zeros((2, 3)), np.ones((2, 3))),
            r"a value of shape \(\); needed is \(2, 3\): one number per prediction",
        ),
        (
            rowwise,
            value_of_each_entry,
            (np.zeros((2, 3)), np.ones((2, 3))),
            r"a value of shape \(3, 2\); needed is \(2,\): one number per example",
        ),
    ],
)
def test_a_formula_of_another_shape_is_refused(decorate, formula, arrays, said):
    loss = decorate()(formula)
    with pytest.raises(ValueError, match=f"{formula.__name__}: the formula yields {said}"):
        loss.gradient(*arrays)


@pytest.mark.parametrize("decorate", [elementwise, multilabel, rowwise])
def test_a_decorator_without_brackets_is_refused(decorate):
    with pytest.raises(ValueError, match="needed are brackets"):
        decorate(squares)


def test_a_function_that_returns_is_refused():
    def returns(xp, y_true, y_pred):
        return (y_pred - y_true) ** 2

    with pytest.raises(
        ValueError, match="returns is no generator; needed is a function that yields"
    ):
        elementwise()(returns)


def test_properties_are_kept():
    properties = Properties("the mean", True, False, None, "0", "squared unit of y")
    assert elementwise(properties)(squares).properties is properties


def test_one_number_a_row_and_any_columns():
    """How far the nearest of several guesses is off."""

    @rowwise(y_true=ONE_A_ROW)
    def nearest(xp, y_true, y_pred):
        error = y_pred - y_true
        size = xp.abs(error)
        least = xp.min(size, axis=0)
        yield least
        yield xp.sign(error) * (size == least)

    guesses = np.array([[0.0, 5.0, 9.0], [1.0, 2.0, 8.0]])
    value, slope = nearest.value_and_gradient([4.0, 8.5], guesses, reduction="none")
    assert value.tolist() == [1, 0.5]
    assert slope.tolist() == [[0, 1, 0], [0, 0, -1]]
    for truth in np.ones((2, 3)), np.ones((2, 1)), np.ones(3):
        with pytest.raises(ValueError, match=r"needed is \(2,\), one number for each row"):
            nearest(truth, guesses)
    with pytest.raises(ValueError, match=r"shape \(2,\); needed is \(examples, entries\)"):
        nearest([1.0, 2.0], [1.0, 2.0])
