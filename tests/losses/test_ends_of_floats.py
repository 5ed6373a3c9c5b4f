"""At ±∞, ±0, NaN, far out and close to 0: limits, and nothing that spreads or warns.

What mpmath and other libraries say of the same input stands in test_derivatives.py.
"""

import warnings
from math import inf, log, nan

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import lossbook as lb
from lossbook.loss import RowwiseLoss
from tests.support.ends import N, arguments
from tests.support.loss_cases import (
    LOSSES,
    REDUCTIONS,
    M,
    drawn,
    every_case,
    every_loss,
    of_classes,
)
from tests.support.loss_strategies import repeatable

few = settings(repeatable, max_examples=3, phases=[Phase.generate])

# -- limits, worked out by hand --------------------------------------------------------------------

LIMITS = [  # loss, y_true, y_pred, parameters, value, slope; of one example
    # an error without end costs without end; its slope is the slope far out
    ("mean_squared_error", 0.0, inf, {}, inf, inf),
    ("mean_squared_error", 0.0, -inf, {}, inf, -inf),
    ("mean_absolute_error", 0.0, inf, {}, inf, 1),
    ("mean_absolute_error", 0.0, -inf, {}, inf, -1),
    ("huber", 0.0, inf, {"delta": 2.5}, inf, 2.5),
    ("huber", 0.0, -inf, {"delta": 2.5}, inf, -2.5),
    ("log_cosh", 0.0, inf, {}, inf, 1),
    ("log_cosh", 0.0, -inf, {}, inf, -1),
    ("quantile", 0.0, inf, {"level": 0.75}, inf, 0.25),
    ("quantile", 0.0, -inf, {"level": 0.75}, inf, -0.75),
    # ∞ against ∞ is no error that anyone knows
    *(
        (name, inf, inf, {}, nan, nan)
        for name in ("mean_squared_error", "mean_absolute_error", "huber", "log_cosh", "quantile")
    ),
    # kinks: 0
    ("mean_absolute_error", 2.0, 2.0, {}, 0, 0),
    ("quantile", 2.0, 2.0, {"level": 0.75}, 0, 0),
    ("hinge", 1.0, 1.0, {}, 0, 0),
    ("hinge", -1.0, -1.0, {}, 0, 0),
    # sides: right without end costs 0, wrong without end costs without end
    ("hinge", 1.0, inf, {}, 0, 0),
    ("hinge", 1.0, -inf, {}, inf, -1),
    ("hinge", -1.0, inf, {}, inf, 1),
    ("squared_hinge", -1.0, -inf, {}, 0, 0),
    ("squared_hinge", 1.0, -inf, {}, inf, -inf),
    # certainty: σ(±∞) is 1 or 0
    ("binary_cross_entropy_with_logits", 1.0, inf, {}, 0, 0),
    ("binary_cross_entropy_with_logits", 0.0, -inf, {}, 0, 0),
    ("binary_cross_entropy_with_logits", 1.0, -inf, {}, inf, -1),
    ("binary_cross_entropy_with_logits", 0.0, inf, {}, inf, 1),
    ("binary_cross_entropy_with_logits", 0.5, inf, {}, inf, 0.5),
    ("binary_cross_entropy_with_logits", 1.0, -inf, {"pos_weight": 3.0}, inf, -3),
    ("binary_cross_entropy_with_logits", 1.0, 0.0, {}, log(2), -0.5),
    ("binary_cross_entropy_with_logits", 1.0, -0.0, {}, log(2), -0.5),
    ("binary_cross_entropy_with_logits", 0.0, 1e300, {}, 1e300, 1),
    ("focal_with_logits", 1.0, inf, {}, 0, 0),
    ("focal_with_logits", 0.0, -inf, {}, 0, 0),
    # (1 − p)^γ is 1 there: ½·∞; slope ½·(−1)
    ("focal_with_logits", 1.0, -inf, {}, inf, -0.5),
    ("focal_with_logits", 0.0, inf, {}, inf, 0.5),
    ("focal_with_logits", 0.0, inf, {"gamma": 0.0}, inf, 0.5),
    ("focal_with_logits", 0.0, 120.0, {"gamma": 0.5}, 60, 0.5),
    ("focal_with_logits", 1.0, -inf, {"alpha": 0.0}, 0, 0),  # "yes" counts nothing
    ("focal_with_logits", 0.0, inf, {"alpha": 1.0}, 0, 0),
    # probabilities of 0 and 1
    ("binary_cross_entropy", 1.0, 1.0, {}, 0, -1),
    ("binary_cross_entropy", 0.0, 0.0, {}, 0, 1),
    ("binary_cross_entropy", 1.0, 0.0, {}, inf, -inf),
    ("binary_cross_entropy", 1.0, -0.0, {}, inf, -inf),
    ("binary_cross_entropy", 0.0, 1.0, {}, inf, inf),
    ("binary_cross_entropy", 0.5, 1.0, {}, inf, inf),
    # a class with score −∞ is masked: of two equal others each has ½
    ("cross_entropy_with_logits", 1, [-inf, 0.0, 0.0], {}, log(2), [0, -0.5, 0.5]),
    ("cross_entropy_with_logits", 0, [-inf, 0.0, 0.0], {}, inf, [-1, 0.5, 0.5]),
    ("cross_entropy_with_logits", 0, [-1e4, -inf, 1e4], {}, 2e4, [-1, 0, 1]),
    ("cross_entropy_with_logits", [0.0, 0.5, 0.5], [-inf, 0, 0], {}, log(2), [0, 0, 0]),
    ("cross_entropy_with_logits", [0.5, 0.5, 0.0], [-inf, 0, 0], {}, inf, [-0.5, 0, 0.5]),
    # one with +∞ has all of the probability
    ("cross_entropy_with_logits", 2, [0.0, -inf, inf], {}, 0, [0, 0, 0]),
    ("cross_entropy_with_logits", 0, [0.0, -inf, inf], {}, inf, [-1, 0, 1]),
    # several: each as if alone.  No class left: nobody knows
    ("cross_entropy_with_logits", 0, [inf, inf, 0.0], {}, 0, [0, 1, 0]),
    ("cross_entropy_with_logits", 1, [-inf, -inf, -inf], {}, nan, [nan, nan, nan]),
    # smoothed, some of the label lies on the masked class; its weight of 0 takes it off
    (
        "cross_entropy_with_logits",
        1,
        [-inf, 0, 0],
        {"label_smoothing": 0.3},
        inf,
        [-0.1, -0.3, 0.4],
    ),
    (
        "cross_entropy_with_logits",
        [0, 1, 0],
        [-inf, 0, 0],
        {"label_smoothing": 0.3, "class_weight": [0, 1, 2]},
        log(2),  # Σ of the weighed labels, 0, 0.8, 0.2, is 1
        [0, -0.3, 0.3],
    ),
    ("cross_entropy", 0, [1.0, 0.0], {}, 0, [-1, 0]),
    ("cross_entropy", 1, [1.0, 0.0], {}, inf, [0, -inf]),
    ("cross_entropy", 1, [1.0, -0.0], {}, inf, [0, -inf]),
    ("cross_entropy", [0.5, 0.5], [1.0, 0.0], {}, inf, [-0.5, -inf]),
    ("kl_divergence", [1.0, 0.0], [1.0, 0.0], {}, 0, [-1, 0]),
    ("kl_divergence", [0.5, 0.5], [1.0, 0.0], {}, inf, [-0.5, -inf]),
    # p/y is below the normal floats: ½ log ½ + ½ (log ½ − log 2⁻¹⁰⁷⁴), and p₀ = 1
    ("kl_divergence", [0.5, 0.5], [1.0, 2.0**-1074], {}, 536 * log(2), [-0.5, -inf]),
    ("dice", [0.0, 0.0], [0.0, 0.0], {}, 0, [1, 1]),
    # a rate of 0 fits a count of 0, and no other; e^z outgrows y·z
    ("poisson_with_log_rate", 0.0, -inf, {}, 0, 0),
    ("poisson_with_log_rate", 2.0, -inf, {}, inf, -2),
    ("poisson_with_log_rate", 2.0, inf, {}, inf, inf),
    # the surer and right, the less it costs; e²/2 outgrows log σ; with σ = ∞ every answer is right
    ("gaussian_with_log_scale", 1.0, [1.0, -inf], {}, -inf, [0, 1]),
    ("gaussian_with_log_scale", 1.0, [2.0, -inf], {}, inf, [inf, -inf]),
    ("gaussian_with_log_scale", 1.0, [2.0, inf], {}, inf, [0, 1]),
    ("gaussian_with_log_scale", 1.0, [inf, 0.0], {}, inf, [inf, -inf]),
]


@pytest.mark.parametrize("name, y_true, y_pred, parameters, value, slope", LIMITS)
def test_limits_worked_out_by_hand(name, y_true, y_pred, parameters, value, slope):
    loss = lb.losses[name]
    rows = [np.asarray(it)[None] for it in (y_true, y_pred)]
    single = [] if isinstance(loss, RowwiseLoss) else [(y_true, y_pred)]  # 0-d
    for given_y, given_p in [rows, *single]:
        for reduction in REDUCTIONS:
            got = loss.value_and_gradient(given_y, given_p, reduction=reduction, **parameters)
            if name == "cross_entropy_with_logits" and "class_weight" in parameters:
                assert np.ndim(given_y) == 2  # of classes, the mean would divide by the weight
            for one, want in zip(got, (value, slope), strict=True):
                assert_allclose(np.squeeze(one), want, rtol=1e-14, atol=1e-15)


def test_every_loss_has_a_limit_by_hand():
    named = {row[0] for row in LIMITS}
    of_others = {"multilabel_cross_entropy", "multilabel_cross_entropy_with_logits"}  # binary ones
    assert named | of_others >= {loss.__name__ for loss in LOSSES if loss.properties}


# -- nothing spreads, nothing warns ----------------------------------------------------------------


def quietly(loss, *arrays, **options):
    """Value and gradient, where a warning is an error, and so is what NumPy would warn of."""
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        return loss.value_and_gradient(*arrays, **options)


@every_case
@few
@given(data=st.data())
def test_every_example_has_the_value_and_slope_that_it_has_alone(case, data):
    """So a NaN, or an infinite loss, is nowhere but where it came from."""
    y_true, y_pred, _ = data.draw(arguments(case))
    options = {"reduction": "none", **case.parameters}
    values, slopes = quietly(case.loss, y_true, y_pred, **options)
    for i in range(0, N, 3):
        value, slope = quietly(case.loss, y_true[i : i + 1], y_pred[i : i + 1], **options)
        exact = {"rtol": 1e-14, "atol": 1e-16}
        assert_allclose(values[i], value[0], **exact)
        assert_allclose(slopes[i], slope[0], **exact)


@every_case
@few
@given(data=st.data())
def test_nan_only_where_nan_came_in_or_is_documented(case, data):
    y_true, y_pred, _ = data.draw(arguments(case))
    values, slopes = quietly(case.loss, y_true, y_pred, reduction="none", **case.parameters)
    known = ~np.isnan(y_true) if y_true.ndim == 2 else np.full(y_pred.shape, True)
    known = known & ~np.isnan(y_pred)
    if isinstance(case.loss, RowwiseLoss):
        known = known.all(axis=1)
        if y_true.dtype.kind == "f" and y_true.ndim == 1:
            with np.errstate(invalid="ignore"):
                error, beyond = y_true - y_pred[:, 0], y_pred[:, 1] > 700
            known &= ~np.isnan(error) & ~(np.isinf(error) & beyond)  # ∞ − ∞, ∞ over e^700
        known &= ~(y_pred == -inf).all(axis=1) if of_classes(case.loss) else True  # none is left
    else:
        with np.errstate(invalid="ignore"):
            known &= ~np.isnan(y_pred - y_true) | (np.abs(y_true) < inf)  # ∞ − ∞
    assert_array_equal(np.isnan(values), ~known)
    slopes_known = np.broadcast_to(known.reshape(len(known), -1), slopes.shape)
    assert_array_equal(np.isnan(slopes), ~slopes_known)


@every_case
@few
@given(data=st.data())
def test_weights_and_reductions_multiply_and_sum_and_0_means_absent(case, data):
    y_true, y_pred, weight = data.draw(arguments(case))
    given_ = {"sample_weight": weight, **case.parameters}
    values, slopes = quietly(case.loss, y_true, y_pred, reduction="none", **case.parameters)
    by_row = weight.reshape(N, *[1] * (values.ndim - 1))
    with np.errstate(all="ignore"):
        want = np.where(by_row == 0, 0, by_row * values)
        want_slope = np.where(weight[:, None] == 0, 0, weight[:, None] * slopes)
    value, slope = quietly(case.loss, y_true, y_pred, reduction="none", **given_)
    assert_allclose(value, want, rtol=1e-14)
    assert_allclose(slope, want_slope, rtol=1e-14)
    total, slope = quietly(case.loss, y_true, y_pred, reduction="sum", **given_)
    with np.errstate(all="ignore"):
        assert_allclose(total, want.sum(), rtol=1e-12)
    assert_allclose(slope, want_slope, rtol=1e-14)
    quietly(case.loss, y_true, y_pred, reduction="mean", **given_)


@every_loss
def test_what_is_absent_leaves_the_mean_of_the_others(loss):
    """Even where its value is infinite or NaN."""
    y_true, y_pred = (np.array(it) for it in drawn(loss))
    want = loss.value_and_gradient(y_true[1:], y_pred[1:])
    for wrong in nan, *([inf, -inf] if loss.domains["y_pred"].low == -inf else [0.0]):
        spoilt = y_pred.copy()
        spoilt[0] = wrong
        if wrong == 0 and of_classes(loss):
            spoilt[0] = np.eye(M)[0]
        weight = (np.arange(len(y_pred)) != 0).astype(float)
        value, slope = quietly(loss, y_true, spoilt, sample_weight=weight)
        assert_allclose(value, want[0], rtol=1e-14)
        assert_allclose(slope[1:], want[1], rtol=1e-14)
        assert not slope[0].any()


# -- types -----------------------------------------------------------------------------------------


@every_loss
def test_targets_are_not_rounded(loss):
    """float32 predictions against targets that float32 cannot hold: as in float64, then rounded."""
    if loss.domains["y_true"].bounded:
        return
    y_true = np.array([123456789, 2**31 - 8, 33554433])
    y_pred = np.array([123456792, 2**31, 33554432], np.float32)
    if loss.domains["y_pred"].low == -inf and loss.__name__.endswith(("log_rate", "log_scale")):
        return  # of these, y_pred has another unit
    for truth in y_true.astype(float), y_true, y_true.astype(np.int32):
        got = quietly(loss, truth, y_pred, reduction="none")
        want = quietly(loss, truth, y_pred.astype(float), reduction="none")
        for one, exact in zip(got, want, strict=True):
            assert one.dtype == np.float32
            assert_array_equal(one, exact.astype(np.float32))


def softmax(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("loss", [lb.cross_entropy, lb.kl_divergence])
def test_rows_of_float16_are_rows_of_probabilities(loss):
    rng = np.random.default_rng(0)
    for k in 2, 5, 50, 1000:
        rows = softmax(rng.normal(size=(300, k)).astype(np.float16))
        labels = np.eye(k)[rng.integers(0, k, 300)]
        assert_allclose(
            loss(labels, rows, reduction="none"),
            -np.log(rows[labels == 1].astype(float)),
            rtol=1e-6,
        )
        with pytest.raises(ValueError, match="row that sums to"):
            loss(labels, rows * np.float16(0.9))


def test_a_class_that_weighs_nothing_may_not_be_the_only_one():
    scores = np.zeros((2, 3))
    for y_true in [0, 0], np.array([0, 0], np.int8):
        with pytest.raises(ValueError, match="class_weight of the classes in y_true is 0 every"):
            lb.cross_entropy_with_logits(y_true, scores, class_weight=[0, 1, 1])
    assert lb.cross_entropy_with_logits([0, 1], scores, class_weight=[0, 1, 1]) == log(3)
