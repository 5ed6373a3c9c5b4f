"""What holds for every input: symmetries, sums, duals and bounds, on examples by Hypothesis."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import lossbook as lb
from lossbook.domains import UNIT, Simplex
from lossbook.loss import ElementwiseLoss, MultilabelLoss, RowwiseLoss
from tests.support.loss_cases import (
    CASES,
    KINDS,
    LOSSES,
    every_case,
    every_kind,
    spec_of,
    takes_one_a_row,
)
from tests.support.loss_strategies import (
    M,
    N,
    distributions,
    fractions,
    integers,
    near,
    numbers,
    predictions,
    repeatable,
    targets,
)

CLOSE = {"rtol": 1e-12, "atol": 1e-13, "equal_nan": False}
LN2 = np.log(2)


def each(loss, y_true, y_pred, **options):
    """The value per example, and the slope of their sum."""
    return loss.value_and_gradient(y_true, y_pred, reduction="none", **options)


def assert_same(got, expected):
    for a, b in zip(got, expected, strict=True):
        assert_allclose(a, b, **CLOSE)


# -- examples do not see each other ----------------------------------------------------------------


@every_kind
def test_mean_of_the_whole_is_the_weighted_mean_of_its_parts(case):
    """Of any two parts, in any order."""

    @repeatable
    @given(targets(case), predictions(case.loss), st.permutations(range(N)), st.integers(1, N - 1))
    def check(y, p, order, cut):
        share = cut / N
        value, gradient = case.loss.value_and_gradient(y, p)
        first, first_gradient = case.loss.value_and_gradient(y[order[:cut]], p[order[:cut]])
        second, second_gradient = case.loss.value_and_gradient(y[order[cut:]], p[order[cut:]])
        assert_allclose(share * first + (1 - share) * second, value, **CLOSE)
        parts = np.concatenate([share * first_gradient, (1 - share) * second_gradient])
        assert_allclose(parts, gradient[order], **CLOSE)
        shuffled = case.loss.value_and_gradient(y[order], p[order])
        assert_same(shuffled, (value, gradient[order]))

    check()


@every_case
def test_a_weight_says_how_often_an_example_occurs(case):
    @repeatable
    @given(targets(case), predictions(case.loss), integers(4, (N,)).filter(np.any))
    def check(y, p, times):
        which = np.repeat(np.arange(N), times)
        for reduction in "mean", "sum":
            value, gradient = case.loss.value_and_gradient(
                y, p, sample_weight=times, reduction=reduction, **case.parameters
            )
            expected, of_copies = case.loss.value_and_gradient(
                y[which], p[which], reduction=reduction, **case.parameters
            )
            together = np.zeros_like(p)
            np.add.at(together, which, of_copies)
            assert_same((value, gradient), (expected, together))

    check()


# -- symmetries ------------------------------------------------------------------------------------


def mirror(domain, array):
    return 1 - array if domain is UNIT else 0 - array


def test_a_mirror_image_is_one_of_numbers():
    """Of an element-wise loss: where a row changes sides is not said."""
    mirrored = [loss for loss in LOSSES if spec_of(loss).mirror]
    assert mirrored and all(isinstance(loss, ElementwiseLoss) for loss in mirrored)


@pytest.mark.parametrize("case", [c for c in CASES if spec_of(c.loss).mirror], ids=str)
def test_mirror_image(case):
    """Too high and too low, yes and no, +1 and −1 change sides: same value, opposite slope."""
    loss, given_parameters, image = case.loss, case.parameters, spec_of(case.loss).mirror
    all_parameters = {**loss.parameters, **given_parameters}
    mirrored = {k: image.parameters.get(k, lambda v: v)(v) for k, v in all_parameters.items()}
    factor = np.array(image.factor(**given_parameters))

    @repeatable
    @given(targets(case), predictions(loss))
    def check(y, p):
        y_mirror, p_mirror = mirror(loss.domains["y_true"], y), mirror(loss.domains["y_pred"], p)
        value, slope = each(loss, y_mirror, p_mirror, **mirrored)
        assert_same(each(loss, y, p, **given_parameters), (factor * value, factor * -slope))

    check()


NAMED = [
    c
    for c in CASES
    if isinstance(c.loss, (RowwiseLoss, MultilabelLoss)) and not takes_one_a_row(c.loss)
]


@pytest.mark.parametrize("case", NAMED, ids=str)
def test_names_of_labels_and_classes_do_not_matter(case):
    @repeatable
    @given(targets(case), predictions(case.loss), st.permutations(range(M)))
    def check(y, p, order):
        renamed = np.argsort(order)[y] if case.targets == "classes" else y[:, order]
        parameters = {
            k: np.array(v)[order] if np.ndim(v) else v for k, v in case.parameters.items()
        }
        value, slope = each(case.loss, y, p, **case.parameters)
        value = value if isinstance(case.loss, RowwiseLoss) else value[:, order]
        assert_same(each(case.loss, renamed, p[:, order], **parameters), (value, slope[:, order]))

    check()


@pytest.mark.parametrize("case", [c for c in CASES if spec_of(c.loss).shift], ids=str)
@repeatable
@given(data=st.data(), shift=st.integers(-(2**20), 2**20))
def test_measured_quantities_have_no_special_zero(case, data, shift):
    y, p = data.draw(targets(case)), data.draw(predictions(case.loss))
    got = each(case.loss, y + shift, p + shift, **case.parameters)
    for a, b in zip(got, each(case.loss, y, p, **case.parameters), strict=True):
        assert_array_equal(a, b)


@repeatable
@given(near, near, st.integers(-8, 8))
def test_gaussian_loss_changes_by_the_logarithm_of_the_unit(y, p, power):
    """And where y and the mean move together, not at all."""
    loss, y, p, log_unit = lb.gaussian_with_log_scale, y[:, 0], p[:, :2], power * LN2
    value, slope = each(loss, y, p)
    scaled = np.c_[2.0**power * p[:, 0], p[:, 1] + log_unit]
    in_unit, slope_in_unit = each(loss, 2.0**power * y, scaled)
    size = 1 + np.abs(value)
    assert_allclose((in_unit - log_unit) / size, value / size, **CLOSE)
    assert_allclose(slope_in_unit * [2.0**power, 1], slope, rtol=1e-11, atol=1e-11)
    assert_same(each(loss, y + 1024, p + [1024, 0]), (value, slope))


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.loss is lb.cross_entropy_with_logits], ids=str
)
@repeatable
@given(data=st.data(), shift=integers(256, (N, 1)))
def test_softmax_does_not_see_a_shift_of_all_scores_of_an_example(case, data, shift):
    y, z = data.draw(targets(case)), data.draw(numbers)
    value, slope = each(case.loss, y, z, **case.parameters)
    assert_same(each(case.loss, y, z + 1000 * (shift - 128), **case.parameters), (value, slope))
    assert_allclose(slope.sum(axis=1), np.zeros(N), atol=1e-15)  # a shift has no slope


# -- one problem in two forms ----------------------------------------------------------------------


@repeatable
@given(fractions, numbers)
def test_two_classes_are_a_yes_no_question_in_scores(y, z):
    """Any two scores that are z apart, and soft labels as well."""
    y, z = y.ravel(), z.ravel()
    value, slope = each(lb.binary_cross_entropy_with_logits, y, z)
    pairs = each(lb.cross_entropy_with_logits, np.c_[1 - y, y], np.c_[7 - z, np.full(z.shape, 7.0)])
    assert_same(pairs, (value, np.c_[-slope, slope]))


@repeatable
@given(fractions, fractions)
def test_two_classes_are_a_yes_no_question_in_probabilities(y, p):
    y, p = y.ravel(), p.ravel()
    value, slope = each(lb.binary_cross_entropy, y, p)
    two, of_each = each(lb.cross_entropy, np.c_[1 - y, y], np.c_[1 - p, p])
    assert_allclose(two, value, **CLOSE)
    assert_allclose(of_each[:, 1] - of_each[:, 0], slope, **CLOSE)  # as p grows, 1 − p shrinks


MIXED = [c for c in KINDS if c.targets == "soft" and spec_of(c.loss).mixture]


@pytest.mark.parametrize("case", MIXED, ids=str)
@repeatable
@given(data=st.data(), share=st.integers(0, 8).map(lambda k: k / 8))
def test_a_soft_label_is_a_mixture(case, data, share):
    """The loss of 30 % of one label and 70 % of another is 30 % of one loss, 70 % of the other."""
    y, other, p = (data.draw(s) for s in [targets(case), targets(case), predictions(case.loss)])
    weights = [(w, label) for w, label in [(share, y), (1 - share, other)] if w]
    expected = sum(w * case.loss(label, p, reduction="none") for w, label in weights)
    got = case.loss(share * y + (1 - share) * other, p, reduction="none")
    assert_allclose(got, expected, **CLOSE)


@repeatable
@given(distributions, numbers, fractions)
def test_label_smoothing_is_a_mixture_with_even_labels(y, z, share):
    share = share[0, 0] / 2
    even = lb.cross_entropy_with_logits(np.full((N, M), 1 / M), z)
    plain = lb.cross_entropy_with_logits(y, z)
    smoothed = lb.cross_entropy_with_logits(y, z, label_smoothing=share)
    assert_allclose(smoothed, (1 - share) * plain + share * even, **CLOSE)


@repeatable
@given(numbers, numbers, st.integers(1, 63).map(lambda k: k / 64))
def test_two_mirrored_quantile_losses_are_the_distance(y, p, level):
    above, below = each(lb.quantile, y, p, level=level), each(lb.quantile, y, p, level=1 - level)
    assert_same(np.add(above, below), each(lb.mean_absolute_error, y, p))


@repeatable
@given(fractions, fractions)
def test_dice_does_not_ask_which_mask_is_the_truth_and_sees_no_background(y, p):
    value = lb.dice(y, p, reduction="none")
    assert_allclose(lb.dice(p, y, reduction="none"), value, **CLOSE)
    wider = [np.hstack([mask, np.zeros((N, 5))]) for mask in (y, p)]
    assert_allclose(lb.dice(*wider, reduction="none"), value, **CLOSE)


@repeatable
@given(fractions, fractions, st.integers(1, 64).map(lambda k: k / 16))
def test_smooth_is_a_common_pixel_for_every_2(y, p, smooth):
    wider = [np.hstack([mask, np.ones((N, 1))]) for mask in (y, p)]
    value, slope = each(lb.dice, *wider, smooth=smooth)
    assert_same(each(lb.dice, y, p, smooth=smooth + 2), (value, slope[:, :-1]))


@repeatable
@given(numbers, numbers)
def test_gaussian_loss_with_the_scale_1_is_half_the_squared_error(y, p):
    y, p = y[:, 0], p[:, 0]
    value, slope = each(lb.gaussian_with_log_scale, y, np.c_[p, np.zeros(N)])
    square, of_square = each(lb.mean_squared_error, y, p)
    assert_same((value, slope[:, 0]), (square / 2, of_square / 2))
    assert_same((slope[:, 1],), (1 - square,))


# -- a convex loss lies above each of its tangents -------------------------------------------------


def off_the_ends(domain, p):
    """Halfway to the middle, where slopes are finite."""
    if not domain.restricts:
        return p
    return (p + (1 / M if isinstance(domain, Simplex) else 1 / 2)) / 2


@pytest.mark.parametrize("case", [c for c in CASES if c.loss.properties.convex], ids=str)
def test_convex_losses_lie_above_their_tangents(case):
    """ℓ(b) ≥ ℓ(a) + ℓ'(a)·(b − a): value and slope belong together."""

    @repeatable
    @given(targets(case), predictions(case.loss), predictions(case.loss))
    def check(y, a, b):
        a = off_the_ends(case.loss.domains["y_pred"], a)
        value, slope = each(case.loss, y, a, **case.parameters)
        rise = slope * (b - a)
        rise = rise.sum(axis=1) if isinstance(case.loss, RowwiseLoss) else rise
        there = case.loss(y, b, reduction="none", **case.parameters)
        assert np.all(there >= value + rise - 1e-12 * (1 + np.abs(value) + np.abs(rise)))

    check()


# -- information -----------------------------------------------------------------------------------


@repeatable
@given(distributions, distributions)
def test_gibbs_no_other_belief_costs_less_than_the_truth(y, p):
    surprise, least = (lb.cross_entropy(y, x, reduction="none") for x in (p, y))
    divergence = lb.kl_divergence(y, p, reduction="none")
    assert np.all(surprise >= least - 1e-15)
    assert_allclose(least + divergence, surprise, **CLOSE)
    apart = np.abs(y - p).sum(axis=1)
    assert np.all(divergence >= apart**2 / 2 - 1e-15)  # Pinsker: it is 0 for equal rows alone
    assert_allclose(lb.kl_divergence(y, y), 0, atol=1e-15)


@repeatable
@given(distributions, numbers)
def test_gibbs_for_scores(y, z):
    surprise = lb.cross_entropy_with_logits(y, z, reduction="none")
    assert np.all(surprise >= lb.cross_entropy(y, y, reduction="none") - 1e-15)
    assert np.all(surprise <= np.log(M) + np.ptp(z, axis=1) + 1e-12)


@repeatable
@given(fractions, fractions)
def test_gibbs_for_yes_no_questions(y, p):
    surprise, least = (lb.binary_cross_entropy(y, x, reduction="none") for x in (p, y))
    assert np.all(surprise - least >= 2 * (y - p) ** 2 - 1e-15)  # Pinsker once more


# -- which loss is larger --------------------------------------------------------------------------

signs = integers(2).map(lambda k: 2 * k - 1)


@repeatable
@given(signs, numbers)
def test_losses_for_decisions_are_at_least_the_share_of_wrong_ones(y, z):
    wrong = (y * z <= 0).astype(float)
    hinge, squared = (loss(y, z, reduction="none") for loss in (lb.hinge, lb.squared_hinge))
    surprise = lb.binary_cross_entropy_with_logits((y + 1) / 2, z, reduction="none")
    assert np.all(hinge >= wrong)
    assert np.all(surprise >= wrong * LN2 - 1e-15)
    assert_array_equal(squared, hinge**2)
    assert np.all(np.abs(surprise - np.maximum(-y * z, 0)) <= LN2 + 1e-12)


@repeatable
@given(numbers, numbers, st.integers(1, 256).map(lambda k: k / 64))
def test_huber_lies_below_the_parabola_and_the_line(y, p, delta):
    huber = lb.huber(y, p, delta=delta, reduction="none")
    square = lb.mean_squared_error(y, p, reduction="none") / 2
    line = delta * lb.mean_absolute_error(y, p, reduction="none")
    assert np.all(huber <= np.minimum(square, line))
    assert np.all(huber >= line - delta**2 / 2)
    assert np.all(huber <= lb.huber(y, p, delta=delta + 1 / 64, reduction="none"))
    inside = np.abs(p - y) <= delta
    assert_array_equal(huber, np.where(inside, square, line - delta**2 / 2))


@repeatable
@given(numbers, near)
def test_log_cosh_lies_just_below_huber(p, y):
    value = lb.log_cosh(y, p, reduction="none")
    distance = lb.mean_absolute_error(y, p, reduction="none")
    huber = lb.huber(y, p, reduction="none")
    assert np.all(value <= huber + 1e-15)
    assert np.all(value >= np.maximum(huber - (LN2 - 1 / 2), distance - LN2) - 1e-13)
    assert_allclose(value, np.logaddexp(distance, -distance) - LN2, rtol=1e-11, atol=1e-15)


@repeatable
@given(numbers, numbers, st.integers(1, 63).map(lambda k: k / 64))
def test_quantile_lies_between_two_multiples_of_the_distance(y, p, level):
    value = lb.quantile(y, p, level=level, reduction="none")
    distance = lb.mean_absolute_error(y, p, reduction="none")
    assert np.all(value >= min(level, 1 - level) * distance - 1e-13)
    assert np.all(value <= max(level, 1 - level) * distance + 1e-13)


@repeatable
@given(numbers, numbers)
def test_mean_distance_is_at_most_the_root_of_the_mean_square(y, p):
    assert lb.mean_absolute_error(y, p) ** 2 <= lb.mean_squared_error(y, p) * (1 + 1e-14)


@repeatable
@given(fractions, numbers, st.integers(0, 64).map(lambda k: k / 16))
def test_focal_turns_away_more_the_larger_gamma(y, z, gamma):
    half = lb.binary_cross_entropy_with_logits(y, z, reduction="none") / 2
    focal = lb.focal_with_logits(y, z, gamma=gamma, reduction="none")
    more = lb.focal_with_logits(y, z, gamma=gamma + 1, reduction="none")
    assert np.all(more <= focal) and np.all(focal <= half * (1 + 1e-15))
    assert_allclose(lb.focal_with_logits(y, z, gamma=0, reduction="none"), half, rtol=1e-15)


@repeatable
@given(fractions, fractions, st.integers(1, 64).map(lambda k: k / 16))
def test_dice_is_at_most_1_and_shrinks_with_smooth(y, p, smooth):
    value = lb.dice(y, p, smooth=smooth, reduction="none")
    assert np.all((0 <= value) & (value <= 1))
    assert np.all(lb.dice(y, p, smooth=smooth + 1, reduction="none") <= value)


def test_every_loss_is_met():
    assert {case.loss for case in CASES} == set(LOSSES)
