"""Sigmoid and softmax: right, safe, and the ones that the losses use inside."""

import numpy as np
import pytest

import lossbook as lb

BIG = np.finfo(float).max
scores = np.random.default_rng(0).normal(0, 3, (50, 4))


def test_sigmoid_by_hand():
    # e^(log 3) = 3, so σ(log 3) = 3/4 and σ(−log 3) = 1/4
    assert lb.sigmoid([np.log(3), -np.log(3), 0]) == pytest.approx([0.75, 0.25, 0.5], rel=1e-15)


def test_sigmoid_keeps_tiny_probabilities_and_never_overflows():
    assert lb.sigmoid(-700.0) == pytest.approx(np.exp(-700.0), rel=1e-15)
    assert lb.sigmoid([-BIG, BIG]).tolist() == [0, 1]


def test_softmax_by_hand():
    # 1 : 2 : 5 of 8
    assert lb.softmax(np.log([1, 2, 5])) == pytest.approx([0.125, 0.25, 0.625], rel=1e-15)


def test_softmax_never_overflows():
    assert lb.softmax([[BIG, -BIG], [-BIG, -BIG]]).tolist() == [[1, 0], [0.5, 0.5]]


def test_two_classes_are_one_sigmoid():
    z = scores[:, 0]
    two = lb.softmax(np.column_stack([z, np.zeros(50)]))
    assert np.allclose(two[:, 0], lb.sigmoid(z), rtol=1e-14, atol=0)


def test_losses_with_logits_are_losses_of_these_probabilities():
    y, classes = scores > 1, np.arange(50) % 4
    binary = lb.binary_cross_entropy(y, lb.sigmoid(scores))
    assert binary == pytest.approx(lb.binary_cross_entropy_with_logits(y, scores), rel=1e-12)
    many = lb.cross_entropy(classes, lb.softmax(scores))
    assert many == pytest.approx(lb.cross_entropy_with_logits(classes, scores), rel=1e-12)


def test_nan_stays_nan_where_it_touches():
    assert np.isnan(lb.sigmoid([np.nan, 0])).tolist() == [True, False]
    assert np.isnan(lb.softmax([[np.nan, 0], [0, 0]])).tolist() == [[True, True], [False, False]]


def test_infinite_scores_by_their_limits():
    inf = np.inf
    assert lb.sigmoid([-inf, inf]).tolist() == [0, 1]
    scores = [[-inf, 0, 0], [-inf, -inf, -3], [inf, 0, 5], [inf, -inf, BIG], [-inf, 1, inf]]
    expected = [[0, 0.5, 0.5], [0, 0, 1], [1, 0, 0], [1, 0, 0], [0, 0, 1]]
    assert lb.softmax(scores).tolist() == expected
    for row, probabilities in zip(scores, expected, strict=True):
        assert lb.softmax(row).tolist() == probabilities


def test_a_row_without_a_limit_is_nan_and_leaves_the_others_alone():
    inf = np.inf
    scores = np.array([[-inf, -inf, -inf], [inf, inf, 0], [inf, np.nan, 0], [0, 0, -inf]])
    probabilities = lb.softmax(scores)
    assert np.isnan(probabilities[:3]).all()
    assert probabilities[3].tolist() == [0.5, 0.5, 0]
    assert np.isnan(lb.softmax(scores[0])).all()


@pytest.mark.parametrize("function", [lb.sigmoid, lb.softmax])
@pytest.mark.parametrize(
    "bad", ["text", None, [1j], [[1], [1, 2]], [np.ma.array([1.0, 2.0], mask=[False, True])]]
)
def test_refuses_what_is_no_array_of_numbers(function, bad):
    with pytest.raises(ValueError, match=f"{function.__name__}: scores .*; needed are"):
        function(bad)


@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (2, 2, 2)])
def test_softmax_refuses_other_shapes(shape):
    with pytest.raises(ValueError, match=r"softmax: scores has shape .*; needed is \(n, k\)"):
        lb.softmax(np.zeros(shape))


def test_scores_are_not_changed():
    before = scores.copy()
    before.setflags(write=False)
    lb.sigmoid(before), lb.softmax(before)
    assert (before == scores).all()
