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
        assert error >= 1e-3 / 2 * 0.999


# -- every coordinate on its own scale ------------------------------------------------------------

RNG = np.random.default_rng(0)
CLASSES, LABELS = RNG.integers(0, 4, 15), RNG.integers(0, 2, (15, 1))
NUMBERS, SHARES = RNG.normal(size=(15, 1)), RNG.dirichlet(np.ones(4), 15)


def fit(loss, y, outputs, hidden=(), **parameters):
    """A model's loss, on inputs whose columns, and so whose slopes, differ by up to 1e8."""

    def draw(rng):
        inputs = rng.normal(size=(15, 5)) * 10.0 ** rng.uniform(-7, 1, 5)
        network = lb.Network([5, *hidden, outputs], activation="tanh")
        point = rng.normal(size=network.parameters.shape) * 10.0 ** rng.uniform(-2, 1)
        return network.objective(loss, inputs, y, **parameters), point

    return draw


def direct(loss, y, outputs, **parameters):
    """The loss of the scores themselves."""

    def draw(rng):
        scores = rng.normal(size=(15, outputs)) * 10.0 ** rng.uniform(-2, 1)
        return lambda z: loss.value_and_gradient(y, z, **parameters), scores

    return draw


def draw_steep_and_gentle(rng):
    slopes, shift = 10.0 ** rng.uniform(-8, 0, 9), 10.0 ** rng.uniform(-3, 1)
    return lambda x: (slopes @ np.exp(x) + shift, slopes * np.exp(x)), rng.normal(size=9)


PROBLEMS = {
    "line": fit(lb.mean_squared_error, NUMBERS, 1),
    "log cosh": fit(lb.log_cosh, NUMBERS, 1),
    "yes or no": fit(lb.binary_cross_entropy_with_logits, LABELS, 1, pos_weight=3.0),
    "focal": fit(lb.focal_with_logits, LABELS, 1),
    "classes": fit(lb.cross_entropy_with_logits, CLASSES, 4),
    "shares": fit(lb.cross_entropy_with_logits, SHARES, 4, reduction="sum"),
    "network of numbers": fit(lb.mean_squared_error, NUMBERS, 1, hidden=[4]),
    "network of classes": fit(lb.cross_entropy_with_logits, CLASSES, 4, hidden=[4]),
    "scores": direct(lb.cross_entropy_with_logits, CLASSES, 4),
    "weights": direct(lb.log_cosh, NUMBERS, 1, sample_weight=10.0 ** RNG.uniform(-8, 0, 15)),
    "steep and gentle": draw_steep_and_gentle,
}
every_problem = pytest.mark.parametrize("problem", PROBLEMS)


@every_problem
def test_right_gradients_of_widely_spread_slopes_pass(problem):
    for seed in range(10):
        function, point = PROBLEMS[problem](np.random.default_rng(seed))
        assert lb.check_gradient(function, point) < 1e-6, f"seed {seed}"


@every_problem
@pytest.mark.parametrize("factor", [2, 0.5, -1, 0])
def test_one_wrong_coordinate_is_found_however_steep_the_others(problem, factor):
    tried = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        function, point = PROBLEMS[problem](rng)
        value, gradient = function(point)
        share = np.abs(gradient) / np.abs(gradient).max()
        resolved = (share > 1e-8) & (np.abs(gradient) > 1e-8 * abs(value))
        wrong = rng.choice(np.flatnonzero(resolved))

        def faulty(x, function=function, wrong=wrong):
            value, gradient = function(x)
            gradient = gradient.copy()
            gradient.flat[wrong] *= factor
            return value, gradient

        error = lb.check_gradient(faulty, point)
        expected = {2: 0.5, 0.5: 0.5, -1: 2, 0: 1}[factor]
        assert error == pytest.approx(expected, rel=0.1), f"seed {seed}"
        tried.append(share.flat[wrong])
    assert len(tried) == 10 and min(tried) < 0.05  # gentle ones among them


def test_a_factor_2_beside_a_slope_1e8_times_as_steep():
    steep = np.array([1e8, 1.0])
    error = lb.check_gradient(lambda x: (steep @ x, steep * [1, 2]), [1.0, 1.0])
    assert error == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("at", [0.0, 1e-9, -1e-5, 3e-5])
def test_a_slope_near_0_that_bends_is_no_alarm(at):
    """The difference at 0 is −1.7e-9 for a slope of 0: ten times what rounding does."""

    def bends(x):  # third derivative of the second coordinate: −100
        value = 2 + x[0] + 1e-4 * (np.sin(100 * x[1]) - 100 * x[1])
        return value, np.array([1, 1e-2 * (np.cos(100 * x[1]) - 1)])

    assert lb.check_gradient(bends, [0.0, at]) < 1e-8


def test_a_coordinate_without_influence_is_no_alarm():
    def idle(x):
        return np.sin(x[0] / 3) + 3, [np.cos(x[0] / 3) / 3, 0]

    assert lb.check_gradient(idle, [2.0, 1.0]) < 1e-9


def test_noise_of_the_function_itself_is_measured():
    """Near a fit, values are tiny and their rounding errors are not: 1e-16 of what is squared."""
    inputs = np.random.default_rng(1).normal(size=(15, 2)) * [1, 1e-7]
    truth = inputs @ [[1e3], [1e3]]

    def almost(w):
        value, slope = lb.mean_squared_error.value_and_gradient(truth, inputs @ w[:, None])
        return value, (inputs.T @ slope)[:, 0]

    assert lb.check_gradient(almost, [1e3 + 1e-3, 1e3]) < 1e-6


def test_what_is_beyond_the_resolution_is_no_alarm_and_a_longer_step_resolves_it():
    def far(factor):  # a slope of 1e-7, beside 1, on a value of 1e6
        slopes = np.array([1, 1e-7])
        return lambda x: (slopes @ x + 1e6, slopes * [1, factor])

    assert lb.check_gradient(far(2), [1.0, 1.0]) < 1e-4
    assert lb.check_gradient(far(2), [1.0, 1.0], step=100.0) == pytest.approx(0.5, rel=0.01)
    assert lb.check_gradient(far(1), [1.0, 1.0], step=100.0) < 1e-9


def test_a_point_of_d_numbers_costs_2d_and_9_calls_between_the_ends_of_the_steps():
    points = []

    def noted(x):
        points.append(x.copy())
        return wave(x)

    point = np.array([0.5, -1, 2])
    lb.check_gradient(noted, point, step=1e-3)
    assert len(points) == 2 * 3 + 9
    assert max(np.abs(x - point).sum() for x in points) <= 1e-3 * (1 + 1e-9)


def test_a_gradient_that_is_not_finite_at_the_end_of_a_step_does_not_pass():
    def rooted(x):  # the slope of √x at x = 0 is infinite, its value is not
        return 2 * np.sqrt(x[0]), 1 / np.sqrt(x)

    assert lb.check_gradient(rooted, [0.25], step=0.25) == inf


# -- what goes in and comes out -------------------------------------------------------------------


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
        (lb.huber, r"objective is <loss huber.*needed is a function of the point, such as lambda"),
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
