"""A gradient check lets right gradients pass and nothing else."""

from math import inf, nan

import numpy as np
import pytest

import lossbook as lb


def wave(x):
    return np.sum(np.sin(x) * np.exp(x / 2)), (np.cos(x) + np.sin(x) / 2) * np.exp(x / 2)


@pytest.mark.parametrize("shape", [(), (1,), (5,), (2, 3), (2, 1, 2)])
def test_right_gradients_of_any_shape_pass(shape):
    point = np.random.default_rng(0).normal(size=shape)
    error = lb.check_gradient(wave, point)
    assert type(error) is float and 0 <= error < 1e-9


def test_the_error_is_relative_to_the_largest_coordinate_of_either():
    def wrong(factor):
        return lambda x: (x @ x / 2, factor * x)

    point = [3.0, -4.0]
    assert lb.check_gradient(wrong(0.5), point) == pytest.approx(2 / 4, rel=1e-8)  # of differences
    assert lb.check_gradient(wrong(5), point) == pytest.approx(16 / 20, rel=1e-8)  # of the gradient
    assert lb.check_gradient(wrong(-1), point) == pytest.approx(2, rel=1e-8)
    assert lb.check_gradient(wrong(0), point) == pytest.approx(1, rel=1e-8)


def test_one_wrong_coordinate_is_enough():
    for wrong in range(3):
        offset = 1e-3 * (np.arange(3) == wrong)
        error = lb.check_gradient(lambda x, o=offset: (x @ x / 2, x + o), [1.0, 2.0, 1.0])
        assert error == pytest.approx(1e-3 / 2, rel=1e-3)


def test_differences_are_central():
    assert lb.check_gradient(lambda x: (x[0] ** 2, 2 * x), [1.0], step=0.5) < 1e-15
    cubic = lb.check_gradient(lambda x: (x[0] ** 3, 3 * x**2), [1.0], step=0.5)
    assert cubic == pytest.approx(0.25 / 3.25, rel=1e-12)  # ((1.5)³ − (0.5)³)/1 = 3.25


def test_a_coarse_grid_of_floats_does_not_blur_the_step():
    assert lb.check_gradient(lambda x: (3 * x[0], np.array([3.0])), [1e9], step=1e-5) < 1e-9


def test_0_where_both_vanish():
    assert lb.check_gradient(lambda x: (7.0, 0 * x), [1.0, 2.0]) == 0
    assert lb.check_gradient(lambda x: (7.0, x), [1.0, 2.0]) == 1


@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_what_is_not_finite_never_passes(bad):
    assert lb.check_gradient(lambda x: (x @ x, np.array([bad, 0])), [0.0, 0.0]) == inf
    assert lb.check_gradient(lambda x: (bad, 0 * x), [0.0, 0.0]) == inf
    assert lb.check_gradient(lambda x: (bad if x[0] > 0 else 0.0, 0 * x), [0.0, 0.0]) == inf
    assert lb.check_gradient(lambda x: (0.0, 0 * x), [1.0, bad]) == inf
    assert lb.check_gradient(lambda x: (np.log(x[0] - 1), 1 / (x - 1)), [1.0]) == inf


def test_point_is_not_changed_nor_can_the_function_change_it():
    def vandal(x):
        result = wave(x)
        x[:] = 99
        return result

    point = np.array([1.0, 2.0])
    assert lb.check_gradient(vandal, point) < 1e-9
    assert point.tolist() == [1, 2]
    assert lb.check_gradient(wave, [1, 2]) < 1e-9


def test_it_takes_a_loss():
    y = np.array([0, 2, 1])
    scores = np.random.default_rng(0).normal(size=(3, 4))
    for reduction in ("mean", "sum"):
        error = lb.check_gradient(
            lambda p, r=reduction: lb.cross_entropy_with_logits.value_and_gradient(
                y, p, reduction=r
            ),
            scores,
        )
        assert error < 1e-9


@pytest.mark.parametrize("point", [[], [[]], "1", ["1"], None, [1j], [[1], [1, 2]]])
def test_bad_point(point):
    with pytest.raises(ValueError, match="check_gradient: point"):
        lb.check_gradient(wave, point)


@pytest.mark.parametrize("step", [0, -1e-5, nan, inf, True, "1e-5", None, 1e-20])
def test_bad_step(step):
    with pytest.raises(ValueError, match="check_gradient: step is "):
        lb.check_gradient(wave, [1.0], step)


@pytest.mark.parametrize(
    "function, complaint",
    [
        (None, "objective is None"),
        (lambda x: x @ x, "pair"),
        (lambda x: (x, x), "value has shape"),
        (lambda x: (1.0, x[:1]), "gradient has shape"),
        (lambda x: (1.0, x[None]), "gradient has shape"),
        (lambda x: (1.0, "22"), "gradient holds"),
    ],
)
def test_bad_function(function, complaint):
    with pytest.raises(ValueError, match=complaint):
        lb.check_gradient(function, [1.0, 2.0])


def test_an_objective_may_use_its_array_again():
    memory = np.empty(2)

    def bowl(x):
        np.multiply(2, x, out=memory)
        return x @ x, memory

    assert lb.check_gradient(bowl, [1.0, -3.0]) < 1e-9
    record = lb.descend(bowl, [1.0, 2.0], lb.GradientDescent(0.25), steps=3)
    np.testing.assert_array_equal(record.path[:, 0], [1, 0.5, 0.25, 0.125])
