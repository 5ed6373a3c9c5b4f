"""Optimizers equal their formulas and PyTorch; a descent records whatever happened."""

import copy
import json
import pickle
from dataclasses import FrozenInstanceError, fields, replace
from math import inf, nan, sqrt

import numpy as np
import pytest

import lossbook as lb
from lossbook.descent import Optimizer
from website.find_pages import ROOT

OPTIMIZERS = [
    lb.GradientDescent(0.01),
    lb.Momentum(0.01, 0.9),
    lb.Momentum(0.01, 0.9, nesterov=True),
    lb.AdaGrad(0.1),
    lb.AdaGrad(0.1, 0.01),
    lb.RMSProp(0.01),
    lb.RMSProp(0.01, 0.5, 0.01),
    lb.Adam(),
    lb.Adam(0.05, 0.8, 0.95, 0.01),
    lb.AdamW(),
    lb.AdamW(0.05, 0.8, 0.95, 0.01, 0.5),
]
KINDS = [
    kind
    for kind in vars(lb.descent).values()
    if isinstance(kind, type) and issubclass(kind, Optimizer) and kind is not Optimizer
]
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
every_kind = pytest.mark.parametrize("kind", KINDS)


def bowl(x):
    """f(x) = Σx², whose step at learning rate η multiplies x by 1 − 2η."""
    return x @ x, 2 * x


def valley(x):
    a, b = np.array([1.0, 10.0, 0.1]), np.array([1.0, -2.0, 0.5])
    return np.sum(a * x**2 / 2 + x**4 / 4 - b * x), a * x + x**3 - b


# -- optimizers beside PyTorch's ------------------------------------------------------------------

# The same two problems as in references/optimizers.py, which stored PyTorch's points.
REFERENCES = ROOT / "tests" / "references" / "optimizers.json"
RUNS = json.loads(REFERENCES.read_text(encoding="utf-8"))["runs"]

HILBERT = 1 / (np.arange(4)[:, None] + np.arange(4) + 1)
IMAGES, DIGIT = (array[:100] for array in lb.datasets.digits())
INK = IMAGES.reshape(100, 4, 2, 4, 2).mean(axis=(2, 4)).reshape(100, 16)
ROWS, IS_8 = np.column_stack([np.ones(100), INK]), DIGIT == 8


def quadratic(x):
    return x @ HILBERT @ x / 2 - x.sum(), HILBERT @ x - 1


def logistic(x):
    value, slope = lb.binary_cross_entropy_with_logits.value_and_gradient(IS_8, ROWS @ x)
    return value, slope @ ROWS


PROBLEMS = {"quadratic": quadratic, "logistic": logistic}


def optimizer_of(run):
    arguments = dict(run["arguments"])
    if isinstance(by_step := arguments.get("learning_rate"), dict):
        [(name, values)] = by_step.items()
        arguments["learning_rate"] = getattr(lb, name)(**values)
    return getattr(lb, run["optimizer"])(**arguments)


def name_of(run):
    clip = f"-{run['clip_norm']}" if run["clip_norm"] else ""
    return f"{run['problem']}-{optimizer_of(run)}{clip}"


@pytest.mark.parametrize("run", RUNS, ids=name_of)
def test_points_equal_pytorch(run):
    record = lb.descend(
        PROBLEMS[run["problem"]],
        run["start"],
        optimizer_of(run),
        steps=100,
        tolerance=0,
        clip_norm=run["clip_norm"],
    )
    assert list(run["points"]) == ["1", "2", "10", "100"]
    for step, expected in run["points"].items():
        error = np.linalg.norm(record.path[int(step)] - expected)
        assert error <= 1e-12 * np.linalg.norm(expected), f"after step {step}"


@pytest.mark.parametrize("problem", PROBLEMS)
@every_kind
def test_stored_runs_try_each_parameter_of_every_optimizer(kind, problem):
    runs = [r for r in RUNS if (r["optimizer"], r["problem"]) == (kind.__name__, problem)]
    for field in fields(kind):
        tried = {getattr(optimizer_of(run), field.name) for run in runs}
        assert len(tried) >= 2, f"{field.name} of {kind.__name__}: stored runs with {tried}"
    assert any(callable(optimizer_of(run).learning_rate) for run in runs)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_stored_runs_clip_gradients_and_one_of_them_not_all(problem):
    runs = [run for run in RUNS if run["problem"] == problem and run["clip_norm"]]
    shares = []
    for run in runs:
        how = {"steps": 100, "tolerance": 0, "clip_norm": run["clip_norm"]}
        record = lb.descend(PROBLEMS[problem], run["start"], optimizer_of(run), **how)
        shares.append(np.mean(record.gradient_norms[:-1] > run["clip_norm"]))
    assert len(runs) >= 3 and min(shares) > 0 and any(share < 1 for share in shares)


# -- optimizers -----------------------------------------------------------------------------------


@every_kind
def test_every_optimizer_is_public_and_tried_below(kind):
    assert kind.__name__ in lb.__all__ and getattr(lb, kind.__name__) is kind
    assert kind in {type(optimizer) for optimizer in OPTIMIZERS}


def scalar_walk(optimizer, x, gradients):
    """The textbook recursions in plain Python numbers."""
    v = m = s = 0.0
    for t, g in enumerate(gradients, start=1):
        lr = optimizer.learning_rate
        lr = lr(t) if callable(lr) else lr
        if isinstance(optimizer, lb.GradientDescent):
            x -= lr * g
        elif isinstance(optimizer, lb.Momentum):
            v = optimizer.momentum * v + g
            x -= lr * (g + optimizer.momentum * v if optimizer.nesterov else v)
        elif isinstance(optimizer, lb.AdaGrad):
            s += g * g
            x -= lr * g / (sqrt(s) + optimizer.epsilon)
        elif isinstance(optimizer, lb.RMSProp):
            s = optimizer.decay * s + (1 - optimizer.decay) * g * g
            x -= lr * g / (sqrt(s) + optimizer.epsilon)
        else:
            if isinstance(optimizer, lb.AdamW):
                x -= lr * optimizer.weight_decay * x
            b1, b2 = optimizer.beta1, optimizer.beta2
            m, s = b1 * m + (1 - b1) * g, b2 * s + (1 - b2) * g * g
            x -= lr * (m / (1 - b1**t)) / (sqrt(s / (1 - b2**t)) + optimizer.epsilon)
        yield x


@every_optimizer
def test_every_step_follows_the_formula_in_every_coordinate(optimizer):
    gradients = np.random.default_rng(0).normal(size=(100, 3)) * [1e-3, 1, 1e3]
    start = np.array([1.0, 0.0, -1e4])
    walk = optimizer.walk(start)
    assert np.array_equal(next(walk), start)
    points = np.array([walk.send(gradient) for gradient in gradients])
    for i in range(3):
        expected = list(scalar_walk(optimizer, start[i], gradients[:, i].tolist()))
        np.testing.assert_allclose(points[:, i], expected, rtol=1e-12, atol=1e-12)


@every_optimizer
def test_every_step_has_the_learning_rate_of_a_function(optimizer):
    test_every_step_follows_the_formula_in_every_coordinate(
        replace(optimizer, learning_rate=lambda step: 0.1 / step)
    )


@every_optimizer
def test_a_function_that_never_changes_is_a_number(optimizer):
    rate = optimizer.learning_rate
    by_number = lb.descend(valley, [2, -1, 3], optimizer, steps=30, tolerance=0)
    by_function = replace(optimizer, learning_rate=lambda step: rate)
    path = lb.descend(valley, [2, -1, 3], by_function, steps=30, tolerance=0).path
    assert np.array_equal(path, by_number.path)


@every_optimizer
def test_a_walk_neither_keeps_nor_changes_what_it_is_given(optimizer):
    gradients = np.random.default_rng(1).normal(size=(20, 2))
    start, reused = np.zeros(2), np.empty(2)
    fresh, recycled = optimizer.walk(start), optimizer.walk(start)
    next(fresh), next(recycled)
    for gradient in gradients:
        reused[:] = gradient  # one buffer for all gradients, as objectives that save memory do
        one, other = fresh.send(gradient.copy()), recycled.send(reused)
        assert np.array_equal(one, other)
        assert np.array_equal(reused, gradient)
    assert np.array_equal(start, np.zeros(2))


@every_optimizer
def test_one_optimizer_serves_many_runs(optimizer):
    first = lb.descend(valley, [2, -1, 3], optimizer, steps=30, tolerance=0)
    again = lb.descend(valley, [2, -1, 3], optimizer, steps=30, tolerance=0)
    assert np.array_equal(first.path, again.path)
    with pytest.raises(FrozenInstanceError):
        optimizer.learning_rate = 1.0
    assert optimizer == copy.copy(optimizer) == pickle.loads(pickle.dumps(optimizer))


def test_momentum_0_is_plain_descent():
    plain = lb.descend(valley, [2, -1, 3], lb.GradientDescent(0.01), steps=20).path
    for nesterov in (False, True):
        path = lb.descend(valley, [2, -1, 3], lb.Momentum(0.01, 0, nesterov), steps=20).path
        assert np.array_equal(path, plain)


def test_first_step_of_adam_is_the_learning_rate():
    record = lb.descend(lambda x: (0.0, np.array([1e5, -1e-3])), [0, 0], lb.Adam(0.5), steps=1)
    np.testing.assert_allclose(record.point, [-0.5, 0.5], rtol=1e-4)


def test_steps_of_adagrad_shrink_like_one_over_root_t_whatever_the_gradient():
    record = lb.descend(lambda x: (0.0, np.array([1e5, -1e-3])), [0, 0], lb.AdaGrad(1), steps=9)
    steps = np.abs(np.diff(record.path, axis=0))
    expected = np.broadcast_to(1 / np.sqrt(np.arange(1, 10))[:, None], (9, 2))
    np.testing.assert_allclose(steps, expected, rtol=1e-4)


def test_steps_of_rmsprop_start_long_and_become_the_learning_rate():
    record = lb.descend(lambda x: (0.0, np.array([1e5, -1e-3])), [0, 0], lb.RMSProp(1), steps=200)
    steps = np.abs(np.diff(record.path, axis=0))
    np.testing.assert_allclose(steps[0], sqrt(10), rtol=1e-4)
    np.testing.assert_allclose(steps[-1], 1, rtol=1e-4)


def test_rmsprop_and_adam_without_memory_go_by_the_sign():
    for optimizer in (lb.RMSProp(0.25, decay=0), lb.Adam(0.25, beta1=0, beta2=0)):
        record = lb.descend(valley, [2, -1, 3], optimizer, steps=50, tolerance=0)
        slopes = np.array([valley(x)[1] for x in record.path[:-1]])
        expected = record.path[:-1] - 0.25 * np.sign(slopes)
        np.testing.assert_allclose(record.path[1:], expected, rtol=0, atol=1e-6)


def test_adamw_without_decay_is_adam():
    settings = 0.05, 0.8, 0.95, 0.01
    adam = lb.descend(valley, [2, -1, 3], lb.Adam(*settings), steps=50)
    adamw = lb.descend(valley, [2, -1, 3], lb.AdamW(*settings, weight_decay=0), steps=50)
    assert np.array_equal(adamw.path, adam.path)
    assert lb.AdamW(*settings, weight_decay=0) != lb.Adam(*settings)


def test_adamw_loses_one_share_in_every_coordinate_whatever_its_gradients():
    def slope(x):
        return 0.0, np.array([1e5, 1e-3, 0])

    start, settings = [2, 2, 2], (0.1, 0.9, 0.999, 1e-8)
    adam = lb.descend(slope, start, lb.Adam(*settings), steps=20).path
    adamw = lb.descend(slope, start, lb.AdamW(*settings, weight_decay=0.5), steps=20).path
    kept = adamw[:-1] * (1 - 0.1 * 0.5)
    np.testing.assert_allclose(adamw[1:] - kept, np.diff(adam, axis=0), rtol=1e-12, atol=1e-14)


@every_optimizer
def test_a_coordinate_that_never_has_a_slope_gets_no_step(optimizer):
    gradients = np.random.default_rng(2).normal(size=(20, 3)) * [1, 0, 1e-200]  # (1e-200)² is 0
    walk = optimizer.walk(np.array([1.0, 1.0, 1.0]))
    next(walk)
    points = np.array([walk.send(gradient) for gradient in gradients])
    shrinking = optimizer.learning_rate * getattr(optimizer, "weight_decay", 0)
    expected = (1 - shrinking) ** np.arange(1, 21)
    np.testing.assert_allclose(points[:, 1:], np.column_stack([expected, expected]), rtol=1e-14)
    assert (points[:, 0] != points[:, 1]).all()


def test_repr_names_every_parameter_in_the_order_in_which_they_are_given():
    assert repr(lb.AdaGrad(1)) == "AdaGrad(learning_rate=1.0, epsilon=1e-08)"
    assert repr(lb.RMSProp(1)) == "RMSProp(learning_rate=1.0, decay=0.9, epsilon=1e-08)"
    assert repr(lb.AdamW(1, 0.5, 0.25, 2, 3)) == (
        "AdamW(learning_rate=1.0, beta1=0.5, beta2=0.25, epsilon=2.0, weight_decay=3.0)"
    )


def test_defaults():
    assert lb.Momentum(1) == lb.Momentum(1, momentum=0.9, nesterov=False)
    assert lb.AdaGrad(1) == lb.AdaGrad(1, epsilon=1e-8)
    assert lb.RMSProp(1) == lb.RMSProp(1, decay=0.9, epsilon=1e-8)
    adam = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    assert lb.Adam() == lb.Adam(**adam)
    assert lb.AdamW() == lb.AdamW(**adam, weight_decay=1e-2)


NO_NUMBERS = [nan, inf, -inf, 10**400, True, np.True_, "0.1", None, [0.1], 1j]
OUTSIDE = {
    "learning_rate": [0, -0.1],
    "momentum": [-0.1, 1, 1.5],
    "decay": [-0.1, 1, 1.5],
    "beta1": [-0.1, 1, 1.5],
    "beta2": [-0.1, 1, 1.5],
    "epsilon": [0, -1e-8],
    "weight_decay": [-0.1],
    "nesterov": [1, 0.0, "yes", None],
}


@every_kind
def test_every_hyper_parameter_is_checked(kind):
    for name in (field.name for field in fields(kind)):
        for bad in OUTSIDE[name] + (NO_NUMBERS if name != "nesterov" else []):
            arguments = {"learning_rate": 0.1, name: bad}
            with pytest.raises(ValueError, match=f"{kind.__name__}: {name} is "):
                kind(**arguments)


def test_numbers_of_numpy_are_numbers():
    optimizer = lb.Momentum(np.float32(0.5), np.int64(0), np.bool_(True))
    assert optimizer == lb.Momentum(0.5, 0.0, True)
    assert type(optimizer.learning_rate) is float


# -- learning rates that change -------------------------------------------------------------------


def test_cosine_by_hand():
    # cos 60° is ½ and cos 120° is −½: (1 + ½)/2 and (1 − ½)/2
    expected = [1, 0.75, 0.25, 0, 0, 0]
    rate = lb.cosine(1, steps=3)
    assert [rate(t) for t in range(1, 7)] == pytest.approx(expected, abs=1e-15)
    assert [rate(t) for t in (4, 5, 10**9)] == [0, 0, 0]  # and not nearly
    warm = lb.cosine(4, steps=7, warmup=4)
    assert [warm(t) for t in range(1, 9)] == pytest.approx([1, 2, 3, 4, 4, 3, 1, 0], abs=1e-15)


def test_inverse_decay_by_hand():
    rate = lb.inverse_decay(6, rate=0.5)
    assert [rate(t) for t in range(1, 6)] == pytest.approx([6, 4, 3, 2.4, 2], rel=1e-15)
    robbins_monro, constant = lb.inverse_decay(1, 1), lb.inverse_decay(0.5, 0)
    assert [robbins_monro(t) for t in (1, 2, 4, 8)] == [1, 1 / 2, 1 / 4, 1 / 8]
    assert {constant(t) for t in (1, 2, 1000)} == {0.5}


SCHEDULES = [lb.cosine(0.5, 10), lb.cosine(0.5, 10, 3), lb.inverse_decay(0.5, 0.1)]
every_schedule = pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)


@every_schedule
def test_a_schedule_is_an_immutable_value(schedule):
    with pytest.raises(FrozenInstanceError):
        schedule.start = 1.0
    same = eval(repr(schedule), {"cosine": lb.cosine, "inverse_decay": lb.inverse_decay})
    assert schedule == same == copy.copy(schedule) == pickle.loads(pickle.dumps(schedule))
    optimizer = lb.Adam(schedule)
    assert optimizer == lb.Adam(same) == pickle.loads(pickle.dumps(optimizer)) != lb.Adam(0.5)
    assert len({schedule, same}) == len({optimizer, lb.Adam(same)}) == 1  # hashes, too
    assert repr(optimizer).startswith(f"Adam(learning_rate={schedule!r}, ")


@every_schedule
@pytest.mark.parametrize("step", [0, -1, 1.0, True, None, "1", nan])
def test_a_schedule_counts_steps_from_1(schedule, step):
    with pytest.raises(ValueError, match=f"{type(schedule).__name__}: step is "):
        schedule(step)
    assert schedule(np.int64(3)) == schedule(3)


@pytest.mark.parametrize(
    "schedule, name, bad",
    [(lb.cosine, "start", bad) for bad in (0, -1, nan, inf, True, "1", None)]
    + [(lb.cosine, "steps", bad) for bad in (0, -1, 2.0, True, "9", None)]
    + [(lb.cosine, "warmup", bad) for bad in (-1, 1.0, True, None, 9, 10)]
    + [(lb.inverse_decay, "start", bad) for bad in (0, -1, nan, inf, True, "1", None)]
    + [(lb.inverse_decay, "rate", bad) for bad in (-0.1, nan, inf, True, "1", None)],
)
def test_bad_schedules(schedule, name, bad):
    good = {"start": 1} | ({"steps": 9} if schedule is lb.cosine else {"rate": 1})
    with pytest.raises(ValueError, match=f"{schedule.__name__}: {name} is "):
        schedule(**good | {name: bad})


@every_kind
def test_a_function_is_asked_once_for_each_step_that_is_taken(kind):
    asked = []

    def rate(step):
        asked.append(step)
        return 0.01

    lb.descend(valley, [2, -1, 3], kind(rate), steps=5, tolerance=0)
    assert asked == [1, 2, 3, 4, 5]
    lb.descend(valley, [2, -1, 3], kind(rate), steps=2, tolerance=0)
    assert asked[5:] == [1, 2]  # a new run, a new count


@every_kind
def test_a_rate_of_0_stands_still_for_a_step(kind):
    optimizer = kind(lambda step: 0 if step == 2 else 0.1)
    path = lb.descend(valley, [2, -1, 3], optimizer, steps=3, tolerance=0).path
    assert np.array_equal(path[1], path[2])
    assert (path[0] != path[1]).all() and (path[2] != path[3]).all()


@every_kind
@pytest.mark.parametrize("number", [np.float32(0.5), np.array(0.5), np.where(True, 0.5, 1), 1])
def test_a_function_may_return_any_kind_of_number(kind, number):
    optimizer = kind(lambda step: number)
    assert optimizer.rate(1) == float(number) and type(optimizer.rate(1)) is float


NO_RATES = [-0.1, nan, inf, -inf, True, np.array(True), "0.1", None, 1j, [0.1], np.ones(1)]


@every_kind
@pytest.mark.parametrize("bad", NO_RATES, ids=repr)
def test_a_function_that_returns_no_rate_is_told_at_which_step(kind, bad):
    def rate(step):
        return bad if step == 3 else 0.01

    with pytest.raises(ValueError) as error:
        lb.descend(valley, [2, -1, 3], kind(rate), steps=5, tolerance=0)
    came = bad.item() if isinstance(bad, np.ndarray) and bad.ndim == 0 else bad
    assert f"{kind.__name__}: learning_rate of step 3 is {came!r}; needed is" in str(error.value)
    taken = lb.descend(valley, [2, -1, 3], kind(rate), steps=2, tolerance=0)
    assert taken.steps == 2  # nobody asks for a step that is not taken


def test_an_error_in_a_function_of_the_step_comes_through():
    with pytest.raises(ZeroDivisionError):
        lb.descend(bowl, [1], lb.GradientDescent(lambda step: 1 / abs(step - 2)), steps=3)


# -- clipping -------------------------------------------------------------------------------------


def test_a_long_gradient_is_scaled_to_the_norm_that_is_allowed():
    # norms 10, 8, 6, …: clipped to 5 in direction (3, 4)/5, steps of (0.6, 0.8)
    record = lb.descend(bowl, [3, 4], lb.GradientDescent(0.2), steps=4, clip_norm=5)
    np.testing.assert_allclose(record.path[1:4], [[2.4, 3.2], [1.8, 2.4], [1.2, 1.6]], rtol=1e-14)
    np.testing.assert_allclose(record.gradient_norms[:4], [10, 8, 6, 4], rtol=1e-14)  # as it was
    np.testing.assert_allclose(record.path[4], [0.72, 0.96], rtol=1e-14)  # short enough: 0.6 times


def test_a_gradient_as_long_as_allowed_or_shorter_stays_as_it_is():
    plain = lb.descend(valley, [2, -1, 3], lb.Adam(0.1), steps=50)
    longest = plain.gradient_norms.max()
    path = lb.descend(valley, [2, -1, 3], lb.Adam(0.1), steps=50, clip_norm=longest).path
    assert np.array_equal(path, plain.path)


def test_convergence_is_that_of_the_gradient_as_it_was():
    how = {"steps": 3, "tolerance": 1}
    assert lb.descend(bowl, [3, 4], lb.GradientDescent(0.1), clip_norm=0.5, **how).steps == 3


@pytest.mark.parametrize("size, longest", [(1e300, 1e-300), (1e-300, 1e-305), (1e200, 1e150)])
def test_clipping_at_the_ends_of_the_floats(size, longest):
    slope = size * np.array([3.0, -4])
    record = lb.descend(
        lambda x: (0.0, slope),
        [0, 0],
        lb.GradientDescent(1),
        steps=1,
        tolerance=0,
        clip_norm=longest,
    )
    np.testing.assert_allclose(record.point, longest * np.array([-0.6, 0.8]), rtol=1e-14)
    assert slope.tolist() == [3 * size, -4 * size]


@every_optimizer
@pytest.mark.parametrize("bad", [nan, inf])
def test_clipping_does_not_hide_a_gradient_that_is_not_finite(optimizer, bad):
    record = lb.descend(lambda x: (0.0, [bad, 1.0]), [1, 1], optimizer, clip_norm=1)
    assert record.status == "diverged" and record.steps == 0


@pytest.mark.parametrize("kind", [lb.AdaGrad, lb.RMSProp, lb.Adam, lb.AdamW])
def test_clipping_keeps_the_memory_of_a_steep_place_finite(kind):
    steep = lb.descend(lambda x: (1e160 * x @ x, 2e160 * x), [1.0], kind(0.1), steps=3, clip_norm=1)
    assert steep.status == "step limit" and steep.point[0] < 0.95


# -- the record -----------------------------------------------------------------------------------


def test_record_of_a_run_worked_out_on_paper():
    record = lb.descend(bowl, [3, 4], lb.GradientDescent(0.25), steps=2)
    assert record.status == "step limit" and record.steps == 2
    np.testing.assert_array_equal(record.path, [[3, 4], [1.5, 2], [0.75, 1]])
    np.testing.assert_array_equal(record.values, [25, 6.25, 1.5625])
    np.testing.assert_array_equal(record.gradient_norms, [10, 5, 2.5])
    np.testing.assert_array_equal(record.point, [0.75, 1])
    assert record.value == 1.5625 and type(record.value) is float
    assert {a.dtype for a in (record.path, record.values, record.point)} == {np.dtype(float)}
    assert repr(record) == "step limit after 2 steps, value 1.562"


def test_repr_of_one_step():
    assert repr(lb.descend(bowl, [1], lb.GradientDescent(0.5))) == "converged after 1 step, value 0"


def test_record_cannot_be_reassigned_and_its_arrays_are_its_own():
    record = lb.descend(bowl, [3, 4], lb.GradientDescent(0.25), steps=2)
    with pytest.raises(FrozenInstanceError):
        record.status = "converged"
    record.point[:] = 7
    np.testing.assert_array_equal(record.path[-1], [0.75, 1])


def test_path_is_none_unless_kept():
    kept = lb.descend(bowl, [3, 4], lb.Adam(), steps=50)
    record = lb.descend(bowl, [3, 4], lb.Adam(), steps=50, keep_path=False)
    assert record.path is None and record.steps == 50
    assert np.array_equal(record.point, kept.point) and np.array_equal(record.values, kept.values)


@pytest.mark.parametrize(
    "start", [[3, 4], (3.0, 4.0), np.array([3, 4], np.uint8), np.float32([3, 4])]
)
def test_start_may_be_any_vector_and_stays_as_it_is(start):
    before = copy.copy(start)
    record = lb.descend(bowl, start, lb.GradientDescent(0.25), steps=2)
    assert record.path.dtype == np.float64 and record.path[-1].tolist() == [0.75, 1]
    assert np.array_equal(start, before) and type(start) is type(before)


def test_a_start_that_changes_during_the_run_does_not_change_the_path():
    start = np.array([3.0, 4.0])
    record = lb.descend(
        bowl, start, lb.GradientDescent(0.25), steps=1, callback=lambda *_: start.fill(99)
    )
    assert record.path.tolist() == [[3, 4], [1.5, 2]]


@every_optimizer
def test_an_objective_that_writes_to_its_point_changes_nothing(optimizer):
    def vandal(x):
        result = valley(x)
        x[:] = 99
        return result

    honest = lb.descend(valley, [2.0, -1, 3], optimizer, steps=20)
    assert np.array_equal(lb.descend(vandal, [2.0, -1, 3], optimizer, steps=20).path, honest.path)
    start = np.array([2.0, -1, 3])
    lb.descend(vandal, start, optimizer, steps=3)
    assert start.tolist() == [2, -1, 3]


@every_optimizer
def test_an_objective_that_returns_its_point_or_reuses_its_gradient(optimizer):
    buffer = np.empty(2)

    def reuse(x):
        buffer[:] = x
        return x @ x / 2, buffer

    own = lb.descend(lambda x: (x @ x / 2, x.copy()), [3, 4], optimizer, steps=20)
    for objective in (lambda x: (x @ x / 2, x), reuse):
        record = lb.descend(objective, [3, 4], optimizer, steps=20)
        assert np.array_equal(record.path, own.path)
        assert np.array_equal(record.gradient_norms, own.gradient_norms)


def test_the_gradient_that_an_objective_returns_is_not_changed():
    gradient = np.array([1.0, 2.0])
    gradient.flags.writeable = False
    for optimizer in OPTIMIZERS:
        lb.descend(lambda x: (0.0, gradient), [0, 0], optimizer, steps=5)
    assert gradient.tolist() == [1, 2]


def test_objective_may_return_lists_and_numpy_numbers():
    record = lb.descend(
        lambda x: [np.array(x[0] ** 2), [2 * x[0]]], [4], lb.GradientDescent(0.25), steps=1
    )
    assert record.path.tolist() == [[4], [2]] and record.values.tolist() == [16, 4]
    single = lb.descend(lambda x: (1, np.float32([0.1])), [0], lb.GradientDescent(1), steps=1)
    assert single.point.dtype == np.float64 and single.point[0] == -float(np.float32(0.1))


# -- how a run ends -------------------------------------------------------------------------------


def test_converged_at_the_first_point_whose_gradient_norm_is_small_enough():
    record = lb.descend(bowl, [1.0], lb.GradientDescent(0.25), tolerance=2**-5)  # norm 2·2^-t
    assert record.status == "converged" and record.steps == 6
    assert record.gradient_norms[-1] == 2**-5 < record.gradient_norms[-2]


def test_the_norm_is_euclidean():
    def slope(x):
        return 0.0, np.array([3.0, 4.0])

    for tolerance, status in ((5, "converged"), (4.999, "step limit")):
        assert lb.descend(slope, [0, 0], lb.Adam(), steps=3, tolerance=tolerance).status == status


def test_converged_before_the_first_step():
    record = lb.descend(bowl, [0, 0], lb.GradientDescent(1), callback=pytest.fail)
    assert record.status == "converged" and record.steps == 0
    assert record.path.tolist() == [[0, 0]] and record.values.tolist() == [0]


def test_no_steps_give_a_record_of_the_start():
    record = lb.descend(bowl, [3, 4], lb.GradientDescent(1), steps=0, callback=pytest.fail)
    assert record.status == "step limit" and record.steps == 0
    assert record.path.tolist() == [[3, 4]] and record.gradient_norms.tolist() == [10]


def test_divergence_keeps_the_path_and_warns_of_nothing():
    record = lb.descend(bowl, [1.0], lb.GradientDescent(1.5), steps=10_000)  # x doubles in size
    assert record.status == "diverged" and record.steps == 512
    np.testing.assert_array_equal(record.path[:, 0], (-2.0) ** np.arange(513))
    assert record.value == inf and np.isfinite(record.values[:-1]).all()


@pytest.mark.parametrize(
    "value, gradient",
    [(nan, 1.0), (inf, 1.0), (-inf, 1.0), (1.0, nan), (1.0, inf), (1.0, -inf), (nan, 0.0)],
)
def test_value_or_gradient_that_is_not_finite_is_divergence(value, gradient):
    record = lb.descend(lambda x: (value, [gradient, 0.0]), [1, 1], lb.Adam())
    assert record.status == "diverged" and record.steps == 0
    assert np.array_equal(record.values, [value], equal_nan=True)
    assert np.isfinite(record.gradient_norms[0]) == np.isfinite(gradient)


def test_a_flat_objective_does_not_make_infinity_a_minimum():
    def cliff(x):  # 0 far out, whatever the sign
        return 0.0, np.where(np.isinf(x), 0.0, 1e10)

    record = lb.descend(cliff, [0.0], lb.GradientDescent(1e300))
    assert record.status == "diverged" and record.path.tolist() == [[0], [-inf]]


@pytest.mark.parametrize("size", [1e-200, 1e-160, 1e160, 1e200, 1e300])
def test_norms_of_tiny_and_huge_gradients(size):
    record = lb.descend(
        lambda x: (0.0, size * np.array([3.0, -4])), [0, 0], lb.Adam(), steps=0, tolerance=0
    )
    assert record.gradient_norms[0] == pytest.approx(5 * size, rel=1e-15)
    assert record.status == "step limit"  # neither converged by underflow nor diverged by overflow


def test_tolerance_0_asks_for_a_gradient_of_0():
    assert lb.descend(bowl, [1.0], lb.GradientDescent(0.5), tolerance=0).status == "converged"


def test_callback_sees_every_step_and_only_copies():
    seen = []

    def look(step, point, value):
        seen.append((step, point.tolist(), value))
        point[:] = 99

    record = lb.descend(bowl, [3, 4], lb.GradientDescent(0.25), steps=3, callback=look)
    assert seen == [(1, [1.5, 2], 6.25), (2, [0.75, 1], 1.5625), (3, [0.375, 0.5], 0.390625)]
    assert record.path[-1].tolist() == [0.375, 0.5] and record.status == "step limit"


def test_callback_stops_by_returning_true():
    record = lb.descend(bowl, [3, 4], lb.GradientDescent(0.25), callback=lambda t, x, v: v < 2)
    assert record.status == "stopped" and record.steps == 2
    numpy_bool = lb.descend(
        bowl, [3, 4], lb.GradientDescent(0.25), callback=lambda t, x, v: x[0] < 1
    )
    assert numpy_bool.status == "stopped" and numpy_bool.steps == 2


def test_which_ending_counts_when_several_hold():
    def stop(step, point, value):
        return True

    def run(rate, **options):
        return lb.descend(
            bowl, [1.0], lb.GradientDescent(rate), steps=1, callback=stop, **options
        ).status

    assert run(0.25) == "stopped"  # before "step limit"
    assert run(0.5) == "converged"  # before "stopped"
    assert run(1e200) == "diverged"  # before "stopped"
    not_a_number = lb.descend(lambda x: (nan, 0 * x), [1.0], lb.Adam())
    assert not_a_number.status == "diverged"  # before "converged"


def test_an_error_in_the_objective_or_the_callback_comes_through():
    def fail(*_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lb.descend(fail, [1], lb.Adam())
    with pytest.raises(ZeroDivisionError):
        lb.descend(bowl, [1], lb.Adam(), callback=fail)


@pytest.mark.parametrize("kind", [lb.AdaGrad, lb.RMSProp, lb.Adam, lb.AdamW])
def test_a_memory_that_overflows_is_divergence_and_no_standstill(kind):
    """The square of a slope above 1e154 is infinite; a step divided by it would be 0 for ever."""
    largest = lb.descend(lambda x: (1e150 * x @ x, 2e150 * x), [1.0], kind(0.1), steps=3)
    assert largest.status == "step limit" and largest.point[0] < 1
    beyond = lb.descend(lambda x: (1e160 * x @ x, 2e160 * x), [1.0], kind(0.1), steps=100)
    assert beyond.status == "diverged" and len(beyond.path) == 2


@pytest.mark.parametrize("kind", [lb.AdaGrad, lb.RMSProp, lb.Adam, lb.AdamW])
def test_a_memory_that_overflows_in_one_coordinate_is_divergence_too(kind):
    """Even where the objective is finite everywhere and asks for nothing."""
    record = lb.descend(lambda x: (0.0, np.array([1.0, 1e160])), [0, 0], kind(0.1), steps=5)
    assert record.status == "diverged" and np.isnan(record.point).tolist() == [False, True]


@pytest.mark.parametrize("nesterov", [False, True])
def test_a_velocity_that_overflows_is_divergence(nesterov):
    optimizer = lb.Momentum(1e-300, 0.9, nesterov)
    record = lb.descend(lambda x: (0.0, np.array([1e308])), [0.0], optimizer, steps=20)
    assert record.status == "diverged" and np.isinf(record.point[0])


@pytest.mark.parametrize("kind", [lb.AdaGrad, lb.RMSProp, lb.Adam, lb.AdamW])
def test_a_slope_whose_square_is_0_counts_as_small_beside_epsilon(kind):
    def first_step(slope, epsilon):
        walk = kind(0.1, epsilon=epsilon).walk(np.zeros(1))
        next(walk)
        return -walk.send(np.array([slope]))[0]

    usual = first_step(1.0, 1e-150)
    assert first_step(1e-140, 1e-150) == pytest.approx(usual, rel=1e-9)
    share = first_step(1e-170, 1e-150) / (0.1 * 1e-20)  # ηg/ε, but for Adam's mean
    assert share == pytest.approx(1, rel=1e-9)


# -- bad arguments --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start",
    [[], 1.0, [[1, 2]], "12", ["1", "2"], None, [1j], [[1], [1, 2]], [nan], [inf, 0]]
    + [np.ma.masked_array([1.0, 2], [0, 1]), [np.ma.masked]],
)
def test_bad_start(start):
    with pytest.raises(ValueError, match="start"):
        lb.descend(bowl, start, lb.Adam())


@pytest.mark.parametrize(
    "name, bad",
    [("steps", bad) for bad in (-1, 1.5, 10.0, True, "10", None, nan)]
    + [("tolerance", bad) for bad in (-1e-6, nan, inf, True, "0", None)]
    + [("callback", bad) for bad in (1, "stop", True)]
    + [("clip_norm", bad) for bad in (0, -1, nan, inf, True, "1", [1])],
)
def test_bad_options(name, bad):
    with pytest.raises(ValueError, match=f"descend: {name} is "):
        lb.descend(bowl, [1], lb.Adam(), **{name: bad})


@pytest.mark.parametrize("optimizer", [None, 0.1, "Adam", lb.Adam])
def test_bad_optimizer(optimizer):
    with pytest.raises(ValueError, match="descend: optimizer is "):
        lb.descend(bowl, [1], optimizer)


@pytest.mark.parametrize(
    "objective, complaint",
    [
        (None, "objective is None"),
        (lambda x: x @ x, "pair"),
        (lambda x: (x @ x, x, x), "pair"),
        (lambda x: (x, x), "value has shape"),
        (lambda x: (x[:1], x), "value has shape"),
        (lambda x: ("1", x), "value holds"),
        (lambda x: (None, x), "value holds"),
        (lambda x: (1j, x), "value holds"),
        (lambda x: (1.0, 1.0), "gradient has shape"),
        (lambda x: (1.0, x[:1]), "gradient has shape"),
        (lambda x: (1.0, x[:, None]), "gradient has shape"),
        (lambda x: (1.0, 1j * x), "gradient holds"),
        (lambda x: (1.0, None), "gradient holds"),
        (lambda x: (1.0, [[1], [1, 2]]), "gradient is no array"),
    ],
)
def test_bad_objective(objective, complaint):
    with pytest.raises(ValueError, match=complaint):
        lb.descend(objective, [1, 2], lb.Adam())


def test_options_are_keywords():
    with pytest.raises(TypeError):
        lb.descend(bowl, [1], lb.Adam(), 10)


@pytest.mark.parametrize("answer", ["go on", 1, np.ones(2), [True], None, False])
def test_only_true_stops(answer):
    record = lb.descend(
        bowl, [1.0, 1.0], lb.GradientDescent(0.1), steps=3, callback=lambda *_: answer
    )
    assert record.status == "step limit"
    for true in True, np.True_:
        stopped = lb.descend(
            bowl, [1.0, 1.0], lb.GradientDescent(0.1), callback=lambda *_, true=true: true
        )
        assert (stopped.status, stopped.steps) == ("stopped", 1)
