"""Values and slopes of every loss: by hand, by differences, at the extremes, by identities."""

import doctest
import importlib
import math
import pkgutil
import re
from math import exp, inf, log

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import lossbook as lb
from lossbook import formulas
from lossbook.domains import UNIT, Interval
from tests.support.loss_cases import (
    CASES,
    LOSSES,
    REDUCTIONS,
    Case,
    M,
    columns_of,
    every_case,
    every_loss,
    numbers_among_parameters,
    of_classes,
    of_scores,
    spec_of,
    values_shape,
)
from tests.support.loss_specs import SPECS

# -- worked out on paper ---------------------------------------------------------------------------

BY_HAND = [(spec.loss, row) for spec in SPECS.values() for row in spec.by_hand]


@pytest.mark.parametrize("name, row", BY_HAND)
def test_value_and_slope_by_hand(name, row):
    y_true, y_pred, parameters, values, slopes, *divisor = row
    (divisor,) = divisor or [np.size(values)]
    loss, exact = lb.losses[name], {"rtol": 1e-14, "atol": 1e-15}
    each = loss(y_true, y_pred, reduction="none", **parameters)
    assert_allclose(each, values, **exact)
    assert_array_equal(np.signbit(each), np.less(values, 0))  # 0 is 0, not −0
    assert each.shape == np.shape(values)
    assert_allclose(loss(y_true, y_pred, reduction="sum", **parameters), np.sum(values), **exact)
    assert_allclose(loss(y_true, y_pred, **parameters), np.sum(values) / divisor, **exact)
    for reduction, count in ("none", 1), ("sum", 1), ("mean", divisor):
        gradient = loss.gradient(y_true, y_pred, reduction=reduction, **parameters)
        assert_allclose(gradient, np.divide(slopes, count), **exact)


@every_loss
def test_every_parameter_has_a_row_by_hand(loss):
    assert {name for row in spec_of(loss).by_hand for name in row[2]} == set(loss.parameters)


# -- what a loss says about itself -----------------------------------------------------------------


def test_losses_are_reached_by_their_names():
    for name, loss in lb.losses.items():
        assert loss.__name__ == name
        assert getattr(lb, name) is loss
        assert name in lb.__all__ and name in formulas.__all__


@every_loss
def test_docstring_has_meaning_formula_shapes_errors_and_source(loss):
    summary, rest = loss.__doc__.split("\n", 1)
    assert summary.strip().endswith((".", "?"))
    parts = [".. math::", "Parameters\n", "y_pred :", "Returns\n", "Raises\n", "ValueError"]
    for part in [*parts, "Curve\n-----\n**", "Pitfalls\n--------\n"]:
        assert part in rest.replace("y_true, y_pred :", "y_true : y_pred :"), part
    assert re.search(r"Source: [A-Z].* \(\d{4}\), \*?[A-Z]", rest), "a source with author and year"
    for name in loss.parameters:
        assert re.search(rf"^ *{name} : ", rest, re.MULTILINE), f"{name} is not explained"


def test_pytest_finds_a_doctest_for_every_loss():
    modules = [m.name for m in pkgutil.iter_modules(formulas.__path__, formulas.__name__ + ".")]
    found = [t for m in modules for t in doctest.DocTestFinder().find(importlib.import_module(m))]
    with_examples = {test.name.rsplit(".", 1)[-1] for test in found if test.examples}
    assert with_examples == set(lb.losses)


def losses_of_the_book():
    return [getattr(formulas, name) for name in formulas.__all__]


def test_every_loss_declares_its_properties():
    assert {loss.__name__ for loss in losses_of_the_book()} == set(formulas.__all__)
    assert [loss.__name__ for loss in losses_of_the_book() if loss.properties is None] == []


def test_every_loss_has_a_title_of_its_own():
    titles = {loss.__name__: loss.properties.title for loss in losses_of_the_book()}
    assert all(titles.values()), titles
    assert len(set(titles.values())) == len(titles)


def test_every_argument_and_parameter_has_a_domain():
    for loss in losses_of_the_book():
        names = {"y_true", "y_pred", *loss.parameters}
        assert set(loss.domains) == names, loss.__name__
        assert all(isinstance(domain, Interval) for domain in loss.domains.values())


# -- the gradient is the derivative of the value ---------------------------------------------------

WEIGHTS = {
    "none": lambda shape: None,
    "one per value": lambda shape: np.linspace(0.2, 3, math.prod(shape)).reshape(shape),
    "one per example": lambda shape: np.linspace(0.2, 3, shape[0]),
    "some are 0": lambda shape: np.arange(shape[0]) % 3,
}


@every_case
def test_gradient_is_the_derivative_of_the_value(case):
    y_true, y_pred = case.draw()
    combinations = [(weights, "mean") for weights in WEIGHTS]
    combinations += [("one per example", "sum"), ("one per example", "none")]
    for weights, reduction in combinations:
        weight = WEIGHTS[weights](values_shape(case.loss, y_pred))
        options = {"sample_weight": weight, "reduction": reduction, **case.parameters}

        def objective(point, options=options):
            value, gradient = case.loss.value_and_gradient(y_true, point, **options)
            return np.sum(value), gradient

        assert lb.check_gradient(objective, y_pred) < 1e-8, (weights, reduction)


@pytest.mark.parametrize("factor", [0.9992, 1.0008])
@pytest.mark.parametrize("case", [c for c in CASES if of_classes(c.loss)], ids=str)
def test_value_and_gradient_belong_together_for_rows_slightly_off(case, factor):
    """Rows of probabilities may sum to 1 ± 0.001."""
    y_true, y_pred = case.draw()
    labels = y_true * factor if case.targets == "soft" else y_true

    def objective(point):
        return case.loss.value_and_gradient(labels, point, **case.parameters)

    assert lb.check_gradient(objective, y_pred * factor) < 1e-8


@every_case
def test_the_three_calls_agree(case):
    y_true, y_pred = case.draw()
    for reduction in REDUCTIONS:
        options = {"reduction": reduction, **case.parameters}
        value, gradient = case.loss.value_and_gradient(y_true, y_pred, **options)
        assert_array_equal(case.loss(y_true, y_pred, **options), value)
        assert_array_equal(case.loss.gradient(y_true, y_pred, **options), gradient)
        assert gradient.shape == y_pred.shape
        assert np.shape(value) == (values_shape(case.loss, y_pred) if reduction == "none" else ())


@every_case
def test_no_value_lies_below_the_least(case):
    """Which is 0 for most."""
    y_true, y_pred = case.draw(n=200)
    value = case.loss(y_true, y_pred, reduction="none", **case.parameters)
    assert value.min() >= spec_of(case.loss).least


# -- extreme but finite scores ---------------------------------------------------------------------

TOP = pytest.mark.parametrize("top", [np.finfo(np.float32).max, np.finfo(np.float64).max], ids=str)


@TOP
@pytest.mark.parametrize(
    "loss", [lb.binary_cross_entropy_with_logits, lb.multilabel_cross_entropy_with_logits]
)
def test_binary_scores_up_to_the_largest_float(loss, top):
    exact = {"rtol": 2 * np.finfo(top.dtype).eps, "atol": 0}
    for score, value, slope in [  # where the answer is "yes"
        (0, log(2), -1 / 2),
        (40, exp(-40), -exp(-40)),  # far below one ulp of 40
        (-40, 40, -1),
        (1e4, 0, 0),
        (-1e4, 1e4, -1),
        (top, 0, 0),
        (-top, top, -1),
    ]:
        z = np.array([[score, -score]], top.dtype)
        yes, no = [[1, 0]], [[0, 1]]  # "no" to −z is "yes" to z, mirrored
        assert_allclose(loss(yes, z, reduction="none"), [[value, value]], **exact)
        assert_allclose(loss.gradient(yes, z, reduction="sum"), [[slope, -slope]], **exact)
        assert_allclose(loss(no, -z, reduction="none"), [[value, value]], **exact)
        assert_allclose(loss.gradient(no, -z, reduction="sum"), [[-slope, slope]], **exact)
    z = np.array([[top, -top]])
    assert_array_equal(loss([[0.5, 0.5]], z, reduction="none"), [[top / 2, top / 2]])
    assert_array_equal(loss.gradient([[0.5, 0.5]], z, reduction="sum"), [[0.5, -0.5]])


@TOP
def test_softmax_scores_up_to_the_largest_float(top):
    for first, second, if_first, if_second, p in [  # p: the softmax probability of the first
        (top, 0, 0, top, 1),
        (0, top, top, 0, 0),
        (-top, 0, top, 0, 0),
        (0, -top, 0, top, 1),
        (top, top, log(2), log(2), 1 / 2),
        (-top, -top, log(2), log(2), 1 / 2),
        (top, top / 2, 0, top / 2, 1),
        (1e4, -1e4, 0, 2e4, 1),
    ]:
        scores = np.array([[first, second]] * 2, top.dtype)
        for y_true in [0, 1], [[1, 0], [0, 1]]:
            value, gradient = lb.cross_entropy_with_logits.value_and_gradient(
                y_true, scores, reduction="none"
            )
            assert_allclose(value, [if_first, if_second], rtol=2 * np.finfo(top.dtype).eps)
            assert_array_equal(gradient, [[p - 1, 1 - p], [p, -p]])


@TOP
def test_softmax_scores_further_apart_than_the_largest_float(top):
    loss, scores = lb.cross_entropy_with_logits, np.array([[top, -top]])
    assert loss([0], scores) == 0
    assert loss([1], scores) == inf  # 2·top is beyond every float
    assert_array_equal(loss.gradient([1], scores), [[1, -1]])
    # a label of 0.1 at the far class costs 0.1·2·top, which is a float
    assert_allclose(loss([[0.9, 0.1]], scores), top / 5, rtol=1e-6)
    assert_allclose(loss([0], scores, label_smoothing=0.2), top / 5, rtol=1e-6)
    assert_allclose(loss.gradient([[0.9, 0.1]], scores), [[0.1, -0.1]], rtol=1e-6)


@TOP
@pytest.mark.parametrize("case", [c for c in CASES if of_scores(c.loss)], ids=str)
def test_no_finite_score_gives_nan_or_a_slope_beyond_its_bound(case, top):
    scores = np.array([0, 1e-30, 20, -100, 1e4, -1e4, top, -top], top.dtype)
    columns = columns_of(case.loss)
    y_pred = np.stack(np.meshgrid(*[scores] * columns), axis=-1).reshape(-1, columns)
    y_true, _ = case.draw(n=len(y_pred))
    value, gradient = case.loss.value_and_gradient(
        y_true, y_pred, reduction="none", **case.parameters
    )
    assert value.dtype == gradient.dtype == top.dtype
    assert not np.isnan(value).any() and value.min() >= spec_of(case.loss).least
    assert not np.isnan(gradient).any()
    assert np.isfinite(gradient).all() == case.loss.properties.bounded_slope


@TOP
def test_mean_is_finite_where_the_sum_overflows(top):
    for n in [2, 3, *range(10, 60)]:  # 1/n rounds up for some n, and then n·(top/n) overflows too
        z = np.full(n, top)
        value, gradient = lb.binary_cross_entropy_with_logits.value_and_gradient(np.zeros(n), z)
        assert_allclose(value, top, rtol=n * np.finfo(top.dtype).eps)
        assert_allclose(gradient, np.full(n, 1 / n), rtol=1e-6)
        weighted = lb.mean_absolute_error(np.zeros(n), z, sample_weight=np.arange(n))
        assert_allclose(weighted, top, rtol=n * np.finfo(top.dtype).eps)
    assert lb.mean_absolute_error(np.zeros(3), np.array([top, top, inf], top.dtype)) == inf
    assert lb.mean_absolute_error(np.zeros(2), np.full(2, top), reduction="sum") == inf


def test_small_losses_keep_their_digits():
    """A well-fitted model: a loss of e^−40 is not lost beside a score of 40."""
    z = np.array([36.0, 37.5, 40.0])
    exact = [exp(-36), exp(-37.5), exp(-40)]  # log(1 + x) is x to 16 digits here
    loss = lb.binary_cross_entropy_with_logits
    assert_allclose(loss([1, 1, 1], z, reduction="none"), exact, rtol=1e-15)
    assert_allclose(loss([0, 0, 0], -z, reduction="none"), exact, rtol=1e-15)
    assert_allclose(loss.gradient([1, 1, 1], z, reduction="sum"), np.negative(exact), rtol=1e-15)


# -- identities between losses ---------------------------------------------------------------------

RNG = np.random.default_rng(5)
Z, ANSWERS, SOFT = (
    RNG.normal(0, 4, (40, 3)),
    RNG.integers(0, 2, (40, 3)),
    RNG.uniform(0, 1, (40, 3)),
)
CLASSES, ONE_HOT = RNG.integers(0, 3, 40), np.eye(3)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def test_softmax_over_two_classes_is_the_binary_loss():
    """Scores 0 and z: p = e^z/(1 + e^z) = σ(z)."""
    z, y = Z[:, 0], ANSWERS[:, 0]
    pairs = np.column_stack([np.zeros_like(z), z])
    binary = lb.binary_cross_entropy_with_logits.value_and_gradient(y, z, reduction="none")
    value, gradient = lb.cross_entropy_with_logits.value_and_gradient(y, pairs, reduction="none")
    assert_allclose(value, binary[0], rtol=1e-13, atol=1e-15)
    assert_allclose(gradient, np.column_stack([-binary[1], binary[1]]), rtol=1e-12, atol=1e-15)
    p = sigmoid(z)
    value = lb.cross_entropy(y, np.column_stack([1 - p, p]), reduction="none")
    assert_allclose(value, lb.binary_cross_entropy(y, p, reduction="none"), rtol=1e-12)


@pytest.mark.parametrize("y", [ANSWERS, SOFT], ids=["hard", "soft"])
def test_logits_and_probabilities_agree(y):
    for scores, link in (
        (lb.binary_cross_entropy_with_logits, lb.binary_cross_entropy),
        (lb.multilabel_cross_entropy_with_logits, lb.multilabel_cross_entropy),
    ):
        value, gradient = scores.value_and_gradient(y, Z)
        p = sigmoid(Z)
        assert value == pytest.approx(link(y, p), rel=1e-13)
        assert_allclose(
            gradient, link.gradient(y, p) * p * (1 - p), rtol=1e-10, atol=1e-14
        )  # chain rule


def test_softmax_and_probabilities_agree():
    value, gradient = lb.cross_entropy_with_logits.value_and_gradient(CLASSES, Z)
    assert value == pytest.approx(lb.cross_entropy(CLASSES, softmax(Z)), rel=1e-13)
    assert_allclose(gradient, (softmax(Z) - ONE_HOT[CLASSES]) / 40, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("y_pred", [Z, softmax(Z)], ids=["scores", "probabilities"])
def test_classes_and_one_hot_rows_are_the_same(y_pred):
    loss = lb.cross_entropy_with_logits if y_pred is Z else lb.cross_entropy
    for y_true in ONE_HOT[CLASSES], ONE_HOT[CLASSES].astype(bool), ONE_HOT[CLASSES].astype(np.int8):
        for got, expected in zip(
            loss.value_and_gradient(y_true, y_pred, reduction="none"),
            loss.value_and_gradient(CLASSES, y_pred, reduction="none"),
            strict=True,
        ):
            assert_allclose(got, expected, rtol=1e-13, atol=1e-15)


def test_softmax_does_not_see_a_shift_of_all_scores():
    scores = np.round(Z, 2)
    assert lb.cross_entropy_with_logits(CLASSES, scores + 2**40) == pytest.approx(
        lb.cross_entropy_with_logits(CLASSES, (scores + 2**40) - 2**40), rel=1e-14
    )


@pytest.mark.parametrize(
    "parameters", [{}, {"pos_weight": 2.5}, {"pos_weight": [0.5, 1, 4]}], ids=str
)
def test_multilabel_is_the_mean_of_its_binary_problems(parameters):
    weights = np.broadcast_to(parameters.get("pos_weight", 1), 3)
    binary = [
        lb.binary_cross_entropy_with_logits.value_and_gradient(ANSWERS[:, j], Z[:, j], pos_weight=w)
        for j, w in enumerate(weights)
    ]
    value, gradient = lb.multilabel_cross_entropy_with_logits.value_and_gradient(
        ANSWERS, Z, **parameters
    )
    assert value == pytest.approx(np.mean([v for v, _ in binary]), rel=1e-14)
    assert_allclose(gradient, np.column_stack([g for _, g in binary]) / 3, rtol=1e-13)


def test_pos_weight_is_a_sample_weight_of_the_positives():
    loss, w = lb.binary_cross_entropy_with_logits, np.where(ANSWERS == 1, 7, 1)
    for reduction in "sum", "none":
        weighted = loss.value_and_gradient(ANSWERS, Z, sample_weight=w, reduction=reduction)
        for got, expected in zip(
            loss.value_and_gradient(ANSWERS, Z, pos_weight=7, reduction=reduction),
            weighted,
            strict=True,
        ):
            assert_allclose(got, expected, rtol=1e-14)


def test_huber_lies_between_squares_and_distances():
    y, p = SOFT[:, 0], Z[:, 0]
    assert lb.huber(y, p, delta=1e6) == pytest.approx(lb.mean_squared_error(y, p) / 2, rel=1e-14)
    assert lb.huber(y, p, delta=1e-9) / 1e-9 == pytest.approx(
        lb.mean_absolute_error(y, p), rel=1e-8
    )
    assert_allclose(lb.huber.gradient(y, p, delta=1e6), lb.mean_squared_error.gradient(y, p) / 2)
    assert_allclose(
        lb.huber.gradient(y, p, delta=1e-9) / 1e-9, lb.mean_absolute_error.gradient(y, p)
    )


@pytest.mark.parametrize("smoothing", [0.1, 0.5])
def test_floor_of_label_smoothing_is_the_entropy_of_the_labels(smoothing):
    labels = (1 - smoothing) * ONE_HOT + smoothing / 3
    best = np.log(labels)  # scores whose softmax is the labels
    value, gradient = lb.cross_entropy_with_logits.value_and_gradient(
        [0, 1, 2], best, label_smoothing=smoothing
    )
    assert value == pytest.approx(-(labels[0] * np.log(labels[0])).sum(), rel=1e-14)
    assert_allclose(gradient, np.zeros((3, 3)), atol=1e-16)


def test_quantile_at_one_half_is_half_the_distance():
    y, p = np.round(SOFT * 3), np.round(Z)
    assert (y == p).any()  # kinks, too
    for reduction in REDUCTIONS:
        half = lb.quantile.value_and_gradient(y, p, reduction=reduction)
        whole = lb.mean_absolute_error.value_and_gradient(y, p, reduction=reduction)
        assert_array_equal(half[0], whole[0] / 2)
        assert_array_equal(half[1], whole[1] / 2)


@pytest.mark.parametrize("level", [0.001, 0.25, 0.9])
def test_quantile_seen_from_the_other_side_is_the_other_quantile(level):
    value, gradient = lb.quantile.value_and_gradient(SOFT, Z, level=level, reduction="none")
    mirrored = lb.quantile.value_and_gradient(-SOFT, -Z, level=1 - level, reduction="none")
    assert_allclose(mirrored[0], value, rtol=1e-13)
    assert_allclose(mirrored[1], -gradient, rtol=1e-13)
    # the two together are the absolute error
    twin = lb.quantile(SOFT, Z, level=1 - level, reduction="none")
    assert_allclose(value + twin, np.abs(Z - SOFT), rtol=1e-14)


@pytest.mark.parametrize("level", [1e-30, 1e-10, 1e-3, 0.1])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_slope_of_a_small_level_keeps_its_digits(level, dtype):
    gradient = lb.quantile.gradient([1], np.zeros(1, dtype), level=level)
    assert_allclose(gradient, [-level], rtol=4 * np.finfo(dtype).eps)


def test_log_cosh_is_a_parabola_near_and_a_line_far():
    near = np.array([1e-150, 1e-8, 1e-5, 1e-4])
    value, gradient = lb.log_cosh.value_and_gradient(0 * near, near, reduction="none")
    assert_allclose(value, near**2 / 2, rtol=1e-8)  # the next term is −e⁴/12
    assert_allclose(value, near**2 / 2 - near**4 / 12, rtol=1e-14)
    assert_allclose(gradient, near, rtol=1e-8)
    far = np.array([19.9, 20, 20.1, 40, 700, 1e4, 1e300])
    for e in far, -far:
        value, gradient = lb.log_cosh.value_and_gradient(0 * e, e, reduction="none")
        assert_allclose(value, far - log(2), rtol=2e-16 * 2)
        assert_allclose(gradient, np.sign(e), rtol=1e-15)
    between = np.linspace(-5, 5, 101)
    value = lb.log_cosh(0 * between, between, reduction="none")
    assert_allclose(value, np.log(np.cosh(between)), rtol=1e-14, atol=1e-16)


def test_hinge_squared_is_the_squared_hinge():
    y = 2 * ANSWERS - 1
    once, pull = lb.hinge.value_and_gradient(y, Z, reduction="none")
    twice, pull_of_square = lb.squared_hinge.value_and_gradient(y, Z, reduction="none")
    assert (once == 0).any() and (once > 0).any()
    assert_array_equal(twice, once**2)
    assert_array_equal(pull_of_square, 2 * once * pull)  # chain rule
    assert_array_equal(once, np.where(y * Z < 1, 1 - y * Z, 0))


def test_focal_without_focus_is_half_the_cross_entropy():
    for y in ANSWERS, SOFT:
        got = lb.focal_with_logits.value_and_gradient(y, Z, gamma=0, alpha=0.5, reduction="none")
        whole = lb.binary_cross_entropy_with_logits.value_and_gradient(y, Z, reduction="none")
        assert_allclose(got[0], whole[0] / 2, rtol=1e-15)
        assert_allclose(got[1], whole[1] / 2, rtol=1e-14, atol=1e-17)


@pytest.mark.parametrize("gamma", [0.5, 1, 2, 5])
@pytest.mark.parametrize("alpha", [0.1, 0.5, 1])
def test_focal_is_cross_entropy_weighted_by_how_wrong_it_is(gamma, alpha):
    wrong = np.where(ANSWERS == 1, 1 - sigmoid(Z), sigmoid(Z))
    weight = np.where(ANSWERS == 1, alpha, 1 - alpha) * wrong**gamma
    got = lb.focal_with_logits(ANSWERS, Z, gamma=gamma, alpha=alpha, reduction="none")
    surprise = lb.binary_cross_entropy_with_logits(ANSWERS, Z, reduction="none")
    assert_allclose(got, weight * surprise, rtol=1e-11)  # 1 − sigmoid(z) loses digits
    swapped = lb.focal_with_logits(1 - ANSWERS, -Z, gamma=gamma, alpha=1 - alpha, reduction="none")
    assert_allclose(swapped, got, rtol=1e-14)  # "yes" and "no" exchanged


def test_kl_divergence_is_cross_entropy_minus_entropy():
    for labels in softmax(RNG.normal(0, 1, (40, 3))), ONE_HOT[CLASSES]:
        p = softmax(Z)
        entropy = lb.cross_entropy(labels, labels, reduction="none")
        value, gradient = lb.kl_divergence.value_and_gradient(labels, p, reduction="none")
        surprise, slope = lb.cross_entropy.value_and_gradient(labels, p, reduction="none")
        assert_allclose(value, surprise - entropy, rtol=1e-12, atol=1e-15)
        assert_array_equal(gradient, slope)
        assert_array_equal(lb.kl_divergence(labels, labels, reduction="none"), np.zeros(40))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("apart", [1e-7, 1e-9, 1e-12])
def test_kl_divergence_of_rows_that_hardly_differ_is_zero_but_for_rounding(dtype, apart):
    """Rows of floats sum to 1 only nearly, so Σ y log(y/p) itself may be a little below 0."""
    labels = softmax(RNG.normal(0, 1, (500, 3)))
    p = labels * (1 + RNG.normal(0, apart, labels.shape))
    p = (p / p.sum(axis=1, keepdims=True)).astype(dtype)
    values = lb.kl_divergence(labels.astype(dtype), p, reduction="none")
    assert_allclose(values, np.zeros(500), atol=4 * np.finfo(dtype).eps + 20 * apart**2)


@pytest.mark.parametrize("smooth", [1e-12, 1, 3.5])
def test_dice_of_hard_masks_counts_sets(smooth):
    masks = RNG.integers(0, 2, (2, 200, 7))
    masks[:, 0] = 0
    masks[0, 1:3], masks[1, 1], masks[1, 2] = 1, 0, 1  # nothing found, all found
    values = lb.dice(*masks, smooth=smooth, reduction="none")
    for true, found, value in zip(*masks, values, strict=True):
        true, found = set(np.flatnonzero(true)), set(np.flatnonzero(found))
        coefficient = (2 * len(true & found) + smooth) / (len(true) + len(found) + smooth)
        assert value == pytest.approx(1 - coefficient, rel=1e-12, abs=1e-15)
    assert values[0] == values[2] == 0 and (values[1:] <= 1).all()


def test_dice_keeps_the_digits_of_a_small_loss_and_of_many_pixels():
    almost = np.array([[1, 1, 1e-20]])
    assert_allclose(lb.dice([[1, 1, 0]], almost), 1e-20 / 5, rtol=1e-14)
    for m in 3, 63, 64, 100_000:
        p = np.random.default_rng(m).uniform(0, 1, (2, m)).astype(np.float32)
        y = np.round(p[::-1])
        for got, exact in zip(
            lb.dice.value_and_gradient(y, p),
            lb.dice.value_and_gradient(y, p.astype(np.float64)),
            strict=True,
        ):
            assert_allclose(got, exact, rtol=1e-5)


def test_dice_does_not_see_the_background():
    y, p = [[1, 1, 0]], [[0.75, 0.5, 0.25]]
    wide = np.pad(y, ((0, 0), (0, 97))), np.pad(p, ((0, 0), (0, 97)))
    assert lb.dice(*wide) == pytest.approx(lb.dice(y, p), rel=1e-15)
    assert_allclose(lb.dice.gradient(*wide)[:, :3], lb.dice.gradient(y, p), rtol=1e-14)


# -- infinite predictions --------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "name, right, wrong, slope",  # value of +inf where +1 is true and where −1 is true, slope there
    [
        ("mean_squared_error", inf, inf, inf),
        ("mean_absolute_error", inf, inf, 1),
        ("huber", inf, inf, 1),
        ("log_cosh", inf, inf, 1),
        ("quantile", inf, inf, 0.5),
        ("hinge", 0, inf, 1),
        ("squared_hinge", 0, inf, inf),
    ],
)
def test_infinitely_far(name, right, wrong, slope, dtype):
    loss, z = lb.losses[name], np.array([inf, inf, -inf, -inf], dtype)
    value, gradient = loss.value_and_gradient([1, -1, 1, -1], z, reduction="none")
    assert_array_equal(value, [right, wrong, wrong, right])
    pulled = 0 if right == 0 else slope
    assert_array_equal(gradient, [pulled, slope, -slope, -pulled])


# -- parameters near the ends of their range -------------------------------------------------------


def extremes(loss, name):
    """The largest and smallest floats of a parameter's range."""
    domain, huge, tiny = loss.domains[name], np.finfo(np.float64).max, 5e-324
    low = tiny if domain.open_low else domain.low
    high = np.nextafter(domain.high, 0) if domain.open_high else domain.high
    return [low, 1e-60, 1e-300, min(high, 1e60), min(high, huge), high if high < inf else 1e300]


@every_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_no_parameter_of_the_range_gives_nan(loss, dtype):
    """Nor one that is beyond float32, or rounds to 0 there."""
    cases = [case for case in CASES if case.loss is loss and not case.parameters]
    for name, case in ((n, c) for n in numbers_among_parameters(loss) for c in cases):
        y_true, y_pred = case.draw(n=20)
        y_pred = y_pred.astype(dtype)
        if of_scores(loss):
            y_pred[:7] = np.array([0, 1e-30, -30, 30, 200, 1e4, -1e4])[:, None]
        elif loss.domains["y_pred"] is UNIT:
            y_true[:3], y_pred[:3] = np.tile([[0], [1], [0]], M), np.tile([[0], [1], [1]], M)
        for extreme in extremes(loss, name):
            options = {"reduction": "none", name: extreme}
            value, gradient = loss.value_and_gradient(y_true, y_pred, **options)
            assert not np.isnan(value).any() and value.min() >= spec_of(loss).least, options
            assert not np.isnan(gradient).any(), options


# -- the best constant prediction ------------------------------------------------------------------


def best_constant(loss, y, candidates, **parameters):
    means = [loss(y, np.full(len(y), c), **parameters) for c in candidates]
    return candidates[np.argmin(means)]


def test_best_constant_is_mean_median_or_frequency():
    y = np.array([0.0, 1.0, 5.0, 6.0, 20.0])
    grid = np.round(np.arange(0, 20, 0.1), 1)
    assert best_constant(lb.mean_squared_error, y, grid) == np.mean(y) == 6.4
    assert best_constant(lb.mean_absolute_error, y, grid) == np.median(y) == 5
    # the slopes at 4, with δ = 3: 3 + 3 − 1 − 2 − 3 = 0
    assert best_constant(lb.huber, y, grid, delta=3) == 4.0
    answers = np.array([1, 0, 0, 1, 0, 0, 0, 0, 0, 1])
    grid = np.round(np.arange(0.01, 1, 0.01), 2)
    assert best_constant(lb.binary_cross_entropy, answers, grid) == np.mean(answers) == 0.3
    scores = np.log(grid / (1 - grid))
    best = best_constant(lb.binary_cross_entropy_with_logits, answers, scores)
    assert sigmoid(best) == pytest.approx(0.3, abs=1e-12)


def test_best_constant_row_is_the_class_frequencies():
    y = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 2])
    thirds = np.arange(0.1, 0.9, 0.1)
    rows = np.array([[a, b, 1 - a - b] for a in thirds for b in thirds if a + b < 0.95])
    means = [lb.cross_entropy(y, np.tile(row, (10, 1))) for row in rows]
    assert_allclose(rows[np.argmin(means)], [0.3, 0.2, 0.5])
    means = [lb.cross_entropy_with_logits(y, np.tile(np.log(row), (10, 1))) for row in rows]
    assert_allclose(rows[np.argmin(means)], [0.3, 0.2, 0.5])


def test_case_covers_each_kind_of_targets():
    kinds = {(case.loss.__name__, case.targets) for case in CASES}
    for name in "cross_entropy", "cross_entropy_with_logits":
        assert {(name, "classes"), (name, "hard"), (name, "soft")} <= kinds
    for name in "binary_cross_entropy", "binary_cross_entropy_with_logits":
        assert {(name, "hard"), (name, "soft")} <= kinds
    assert {case.loss for case in CASES} == set(LOSSES)
    assert Case(lb.huber, "soft", {"delta": 0.4}) in CASES


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("distance", [1e-2, 1e-4])
def test_divergence_of_rows_close_together_keeps_digits(dtype, distance):
    """Near y, D(y‖p) is about ½ Σ (p − y)²/y, to the order of the distance."""
    y = np.array([[0.2, 0.3, 0.5]], dtype)
    p = (y * (1 + distance * np.array([[1, -1, 0.2]]))).astype(dtype)
    wide, q = y.astype(np.longdouble), p.astype(np.longdouble)
    exact = float((wide * np.log1p((wide - q) / q)).sum())
    got = lb.kl_divergence(y, p, reduction="sum")
    assert got == pytest.approx(exact, rel=8 * float(np.finfo(dtype).eps) / distance)
