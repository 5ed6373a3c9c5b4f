"""The derivative of a value that PyTorch and JAX find themselves is our slope, everywhere.

At zeros, kinks, infinities and NaN, far out, under weights of 0; at whatever level it is taken:
eager, compiled, mapped, twice.  What the value and the slope are, mpmath says from definitions.
"""

import warnings
from math import inf, nan

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from mpmath import mp
from numpy.testing import assert_allclose

import lossbook as lb
from lossbook.domains import REAL, Simplex
from lossbook.loss import RowwiseLoss
from tests.support.ends import arguments, without_subnormals
from tests.support.loss_cases import (
    CASES,
    KINDS,
    LOSSES,
    REDUCTIONS,
    M,
    every_case,
    of_classes,
    spec_of,
)
from tests.support.loss_strategies import repeatable
from tests.support.number_kinds import many_digits

once = settings(repeatable, max_examples=1, phases=[Phase.generate])  # of many numbers
EPS = np.finfo(float).eps


@pytest.fixture(autouse=True)
def double_precision_and_no_warnings():
    with jax.enable_x64(True), warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def times(slope, upstream):
    """Slopes of values, each times what came from above for its value."""
    by_row = upstream.ndim == 1 and slope.ndim == 2
    with np.errstate(all="ignore"):
        return slope * (upstream[:, None] if by_row else upstream)


def upstream_of(value, seed=0):
    """What a longer chain might send down: of both signs, and 0."""
    drawn = np.random.default_rng(seed).normal(size=np.shape(value))
    return np.where(drawn > 1.5, 0.0, drawn)


def assert_close(got, want, rtol=1e-12, atol=8 * EPS):
    got = got.detach().numpy() if isinstance(got, torch.Tensor) else np.asarray(got)
    assert_allclose(got, want, rtol=rtol, atol=atol)


# -- the definition, in mpmath ---------------------------------------------------------------------

DEFINED = [
    case
    for case in CASES
    if spec_of(case.loss).definition and "class_weight" not in case.parameters
]


def by_definition(case, y_true, y_pred):
    """Values and slopes; NaN of what is not finite: its limits stand elsewhere."""
    definition, m = spec_of(case.loss).definition, many_digits()

    def of(y, p, **own):
        arrays = [np.atleast_1d(it) for it in (y, p)]
        if not all(np.isfinite(it).all() for it in arrays):
            return nan, np.full(np.shape(p), nan)
        exact = [[mp.mpf(float(x)) for x in it] for it in arrays]
        rows = [it if np.ndim(one) else it[0] for it, one in zip(exact, (y, p), strict=True)]
        value, slopes = definition(m, *rows, **own)
        pairs = slopes if isinstance(case.loss, RowwiseLoss) else [slopes]
        return float(value), np.reshape([float(a - b) for a, b in pairs], np.shape(p))

    if isinstance(case.loss, RowwiseLoss):
        found = [of(y, p, **case.parameters) for y, p in zip(y_true, y_pred, strict=True)]
        return np.array([value for value, _ in found]), np.array([slope for _, slope in found])
    found = []
    for i in np.ndindex(y_pred.shape):
        own = {k: v[i[-1]] if isinstance(v, list) else v for k, v in case.parameters.items()}
        found.append(of(y_true[i], y_pred[i], **own))
    return (np.array(part, float).reshape(y_pred.shape) for part in zip(*found, strict=True))


@pytest.mark.parametrize("case", DEFINED, ids=str)
@once
@given(data=st.data())
def test_values_and_slopes_are_what_the_definition_says(case, data):
    y_true, y_pred, _ = data.draw(arguments(case))
    truth = np.eye(M)[y_true] if case.targets == "classes" else y_true
    with mp.workdps(60):
        want, want_slope = by_definition(case, truth, y_pred)
    known, slopes_known = ~np.isnan(want), ~np.isnan(want_slope)
    assert known.sum() > 5
    value, slope = case.loss.value_and_gradient(y_true, y_pred, reduction="none", **case.parameters)
    assert_close(value[known], want[known], rtol=2e-14)
    assert_close(slope[slopes_known], want_slope[slopes_known], rtol=2e-14)


# -- every library, with every reduction -----------------------------------------------------------


def of_numpy(case, y_true, y_pred, weight, reduction):
    return case.loss.value_and_gradient(
        y_true, y_pred, sample_weight=weight, reduction=reduction, **case.parameters
    )


def loss_of(case, y_true, weight, reduction):
    """The loss of the predictions alone."""
    options = {"sample_weight": weight, "reduction": reduction, **case.parameters}
    return lambda y_pred: case.loss(y_true, y_pred, **options)


def by_backward(case, y_true, y_pred, weight, reduction):
    point = torch.tensor(y_pred, requires_grad=True)
    value = loss_of(case, y_true, weight, reduction)(point)
    upstream = torch.tensor(upstream_of(value.detach()))
    value.backward(upstream, retain_graph=True)
    first = point.grad.clone()
    point.grad = None
    value.backward(upstream)
    assert torch.equal(first.nan_to_num(0.123), point.grad.nan_to_num(0.123))
    return value, first


def by_torch_func(case, y_true, y_pred, weight, reduction):
    value, pull = torch.func.vjp(loss_of(case, y_true, weight, reduction), torch.tensor(y_pred))
    return value, pull(torch.tensor(upstream_of(value)))[0]


def by_jax(case, y_true, y_pred, weight, reduction):
    value, pull = jax.vjp(loss_of(case, y_true, weight, reduction), jnp.asarray(y_pred))
    return value, pull(jnp.asarray(upstream_of(value)))[0]


def by_jit(case, y_true, y_pred, weight, reduction):
    f = jax.jit(lambda y, p, w: jax.vjp(loss_of(case, y, w, reduction), p)[0])
    value = f(*(None if it is None else jnp.asarray(it) for it in (y_true, y_pred, weight)))
    g = jax.jit(lambda y, p, w, u: jax.vjp(loss_of(case, y, w, reduction), p)[1](u)[0])
    arrays = (y_true, y_pred, weight, upstream_of(value))
    return value, g(*(None if it is None else jnp.asarray(it) for it in arrays))


FIRST = [next(case for case in KINDS if case.loss is loss) for loss in LOSSES]
WAYS = [(case, by_backward) for case in CASES]
WAYS += [(case, way) for case in KINDS for way in (by_torch_func, by_jax)]


@pytest.mark.parametrize("case, derive", WAYS, ids=lambda it: getattr(it, "__name__", str(it)))
@once
@given(data=st.data())
def test_the_derivative_of_the_value_is_the_gradient(case, derive, data):
    y_true, y_pred, weight = data.draw(arguments(case))
    if derive is by_jax:
        y_true, y_pred = without_subnormals(y_true), without_subnormals(y_pred)
    for w, reductions in (None, ("none",)), (weight, REDUCTIONS):
        for reduction in reductions:
            want, slope = of_numpy(case, y_true, y_pred, w, reduction)
            value, derivative = derive(case, y_true, y_pred, w, reduction)
            assert_close(value, want)
            assert_close(derivative, times(slope, upstream_of(want)))


@pytest.mark.parametrize("case", FIRST, ids=str)
@once
@given(data=st.data())
def test_so_it_is_when_jax_compiles(case, data):
    y_true, y_pred, weight = data.draw(arguments(case))
    y_true, y_pred = without_subnormals(y_true), without_subnormals(y_pred)
    for reduction in "mean", "none":
        want, slope = of_numpy(case, y_true, y_pred, weight, reduction)
        value, derivative = by_jit(case, y_true, y_pred, weight, reduction)
        assert_close(value, want)
        assert_close(derivative, times(slope, upstream_of(want)))


@pytest.mark.parametrize("case", FIRST, ids=str)
@once
@given(data=st.data())
def test_so_it_is_when_pytorch_compiles(case, data):
    """Without its code generator, which takes minutes."""
    y_true, y_pred, weight = data.draw(arguments(case))
    torch._dynamo.reset()

    @torch.compile(backend="aot_eager", fullgraph=True)
    def compiled(y_true, y_pred, weight):
        return case.loss(y_true, y_pred, sample_weight=weight, reduction="sum", **case.parameters)

    point = torch.tensor(y_pred, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own modules
        value = compiled(torch.tensor(y_true), point, torch.tensor(weight))
        value.backward()
    want, slope = of_numpy(case, y_true, y_pred, weight, "sum")
    assert_close(value, want)
    assert_close(point.grad, slope)


def test_a_gradient_that_is_asked_for_alone_or_beside_the_value_is_the_same_when_differentiated():
    for case in KINDS:
        y_true, y_pred = case.draw()
        want = case.loss.value_and_gradient(y_true, y_pred)
        (value, slope), pull = jax.vjp(
            lambda p, y=y_true, c=case: c.loss.value_and_gradient(y, p), jnp.asarray(y_pred)
        )
        assert_close(value, want[0])
        assert_close(slope, want[1])
        assert_close(pull((jnp.ones(()), jnp.zeros(y_pred.shape)))[0], want[1])
        point = torch.tensor(y_pred, requires_grad=True)
        value, slope = case.loss.value_and_gradient(y_true, point)
        value.backward()
        assert_close(slope, want[1])
        assert_close(point.grad, want[1])


# -- mapped ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", FIRST, ids=str)
@once
@given(data=st.data())
def test_grad_of_vmap_and_vmap_of_grad(case, data):
    y_true, y_pred, _ = data.draw(arguments(case))
    y_true, y_pred = without_subnormals(y_true), without_subnormals(y_pred)
    truths, points = (np.stack([it, it[::-1]]) for it in (y_true, y_pred))
    want = np.stack(
        [case.loss.gradient(y, p, **case.parameters) for y, p in zip(truths, points, strict=True)]
    )

    def value(p, y):
        return case.loss(y, p, **case.parameters)

    for grad, vmap, array in (
        (jax.grad, jax.vmap, jnp.asarray),
        (
            torch.func.grad,
            torch.func.vmap,
            torch.tensor,
        ),
    ):
        y, p = array(truths), array(points)
        assert_close(vmap(grad(value))(p, y), want)
        got = np.asarray(grad(lambda p, y=y, v=vmap: v(value)(p, y).sum())(p))
        assert_close(got, want)


# -- with respect to targets and weights -----------------------------------------------------------


def differences(function, point, step=1e-6):
    found = np.zeros(point.shape)
    for i in np.ndindex(point.shape):
        up, down = point.copy(), point.copy()
        up[i], down[i] = point[i] + step, max(point[i] - step, 0 if point[i] == 0 else -inf)
        found[i] = (function(up) - function(down)) / (up[i] - down[i])
    return found


def gradients(function, point):
    """By each way: backward, torch.func, JAX."""
    tensor = torch.tensor(point, requires_grad=True)
    function(tensor, torch.tensor).backward()
    yield tensor.grad
    yield torch.func.grad(lambda it: function(it, torch.tensor))(torch.tensor(point))
    yield jax.grad(lambda it: function(it, jnp.asarray))(jnp.asarray(point))


@every_case
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_derivative_with_respect_to_weights_even_of_0(case, reduction):
    y_true, y_pred = case.draw()
    weight = np.array([1, 0, 2, 0.5, 3])  # one may become present

    def value(w, array=np.asarray):
        arrays = array(y_true), array(y_pred)
        return case.loss(*arrays, sample_weight=w, reduction=reduction, **case.parameters)

    want = differences(value, weight)
    for got in gradients(value, weight):
        assert_close(got, want, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.targets == "soft" and not of_classes(c.loss)], ids=str
)
def test_the_derivative_with_respect_to_targets(case):
    y_true, y_pred = case.draw(3)
    weight = np.array([1, 0, 2, 0.5, 3])

    def value(y, array=np.asarray):
        return case.loss(y, array(y_pred), sample_weight=array(weight), **case.parameters)

    want = differences(value, y_true)
    for got in gradients(value, y_true):
        assert_close(got, want, rtol=1e-5, atol=1e-7)


def test_of_targets_weights_and_predictions_at_once():
    for case in KINDS:
        if case.targets != "soft":
            continue
        arrays = *case.draw(), np.array([1, 0.1, 2, 0.5, 3])

        def value(y, p, w, loss=case.loss):
            return loss(y, p, sample_weight=w)

        tensors = [torch.tensor(it, requires_grad=True) for it in arrays]
        value(*tensors).backward()
        for tensor, got in zip(
            tensors, jax.grad(value, (0, 1, 2))(*map(jnp.asarray, arrays)), strict=True
        ):
            assert_close(tensor.grad, np.asarray(got))


# -- second derivatives ----------------------------------------------------------------------------

KINKED = {"mean_absolute_error", "quantile", "hinge", "huber", "squared_hinge"}  # huber's slope is
SMOOTH = [c for c in CASES if c.loss.__name__ not in KINKED]
OF_SCORES = [  # a rate of e^800 is infinite, and so is its second derivative
    c
    for c in SMOOTH
    if c.loss.domains["y_pred"] is REAL
    and (c in FIRST or "gamma" in c.parameters)
    and c.loss is not lb.poisson_with_log_rate
]


def products_with_the_hessian(case, y_true, y_pred, direction):
    """Of the sum; by each library, forwards and backwards."""

    def slope(p, grad, array):
        return grad(lambda p: case.loss(array(y_true), p, reduction="sum", **case.parameters))(p)

    point = torch.tensor(y_pred, requires_grad=True)
    value = case.loss(torch.tensor(y_true), point, reduction="sum", **case.parameters)
    (first,) = torch.autograd.grad(value, point, create_graph=True)
    if first.requires_grad:
        yield torch.autograd.grad((first * torch.tensor(direction)).sum(), point)[0]
    else:
        yield torch.zeros(first.shape)
    yield torch.func.grad(
        lambda p: (slope(p, torch.func.grad, torch.tensor) * torch.tensor(direction)).sum()
    )(torch.tensor(y_pred))
    at, along = jnp.asarray(y_pred), jnp.asarray(direction)
    yield jax.jvp(lambda p: slope(p, jax.grad, jnp.asarray), (at,), (along,))[1]
    yield jax.grad(lambda p: jnp.vdot(slope(p, jax.grad, jnp.asarray), along))(at)


def assert_second_derivatives(case, y_true, y_pred):
    direction = np.random.default_rng(1).normal(size=y_pred.shape)
    if isinstance(case.loss.domains["y_pred"], Simplex):
        direction -= direction.mean(axis=1, keepdims=True)
    h = 1e-6
    options = {"reduction": "sum", **case.parameters}
    up, down = (case.loss.gradient(y_true, y_pred + s * direction, **options) for s in (h, -h))
    for got in products_with_the_hessian(case, y_true, y_pred, direction):
        assert_close(got, (up - down) / (2 * h), rtol=2e-5, atol=1e-7)


@pytest.mark.parametrize("case", [c for c in SMOOTH if c in KINDS], ids=str)
def test_second_derivatives(case):
    assert_second_derivatives(case, *case.draw(3))


@pytest.mark.parametrize("score", [0.0, -0.0, 800.0, -1e4])
@pytest.mark.parametrize("case", OF_SCORES, ids=str)
def test_second_derivatives_at_0_at_ties_and_far_out(case, score):
    """A model that starts at 0 has scores that are 0, and equal."""
    y_true, y_pred = case.draw(2)
    if case.loss.domains["y_true"] is REAL:
        y_true = np.zeros(y_pred.shape)
    assert_second_derivatives(case, y_true, np.full(y_pred.shape, score))


def test_second_derivatives_beside_a_masked_class():
    scores = np.array([[-inf, 0.0, 1.0]])
    p = [0, 1 / (1 + np.e), np.e / (1 + np.e)]
    hessian = np.diag(p) - np.outer(p, p)
    case = next(c for c in KINDS if c.loss is lb.cross_entropy_with_logits)
    for direction in np.eye(3):
        found = products_with_the_hessian(case, np.array([[0, 0.5, 0.5]]), scores, direction[None])
        for got in found:
            assert_close(got, [hessian @ direction], atol=1e-12)


# -- precisions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", FIRST, ids=str)
@pytest.mark.parametrize("name", ["float32", "float16", "bfloat16"])
@once
@given(data=st.data())
def test_short_floats(case, name, data):
    """The derivative has the type of the predictions; the numbers are those of NumPy in float32."""
    short_torch, short_jax = getattr(torch, name), getattr(jnp, name)
    eps = float(torch.finfo(short_torch).eps)
    y_true, y_pred, _ = data.draw(arguments(case))
    if isinstance(case.loss.domains["y_pred"], Simplex):
        y_pred = np.where(np.isnan(y_pred), y_pred, np.eye(M)[0] / 2 + 0.5 * np.eye(M)[1])
    exact = torch.tensor(y_pred).to(short_torch).float().numpy()
    exact = without_subnormals(np.where(np.abs(exact) < 1e-37, np.copysign(0, exact), exact))
    truth = without_subnormals(y_true)
    want, slope = case.loss.value_and_gradient(truth, exact, reduction="none")
    upstream = np.ones(want.shape, np.float32)

    point = torch.tensor(exact).to(short_torch).requires_grad_()
    value = case.loss(torch.tensor(truth), point, reduction="none")
    value.backward(torch.tensor(upstream))
    assert value.dtype == torch.float32 and point.grad.dtype == short_torch
    largest = float(torch.finfo(short_torch).max)
    held = np.where(np.abs(slope) > largest, np.copysign(inf, slope), slope)
    assert_close(value, want, rtol=4e-6, atol=5e-7)
    assert_close(point.grad.float(), held, rtol=4e-6 + 2 * eps, atol=5e-7)

    value, pull = jax.vjp(
        lambda p: case.loss(jnp.asarray(truth), p, reduction="none"),
        jnp.asarray(exact).astype(short_jax),
    )
    (derivative,) = pull(jnp.asarray(upstream))
    assert value.dtype == jnp.float32 and derivative.dtype == short_jax
    assert_close(value, want, rtol=4e-6, atol=5e-7)
    assert_close(derivative.astype(jnp.float32), held, rtol=4e-6 + 2 * eps, atol=5e-7)


def test_targets_are_not_rounded():
    for loss in LOSSES:
        if loss.domains["y_true"] is not REAL or isinstance(loss, RowwiseLoss):
            continue
        y_true, y_pred = np.array([123456789, 2**31 - 8]), np.array([123456792, 2**31], np.float32)
        want = loss.value_and_gradient(y_true, y_pred, reduction="none")
        for kind in np.int64, np.int32, np.float64:
            for array in torch.tensor, jnp.asarray:
                got = loss.value_and_gradient(
                    array(y_true.astype(kind)), array(y_pred), reduction="none"
                )
                for one, other in zip(got, want, strict=True):
                    assert str(one.dtype).endswith("float32")
                    assert_close(one, other, rtol=2e-6)


@pytest.mark.parametrize("loss", [lb.cross_entropy, lb.kl_divergence])
@pytest.mark.parametrize("name", ["float16", "bfloat16"])
@pytest.mark.parametrize("k", [2, 3, 5, 10, 50, 1000])
def test_a_softmax_in_a_short_type_gives_rows_of_probabilities(loss, name, k):
    rng = np.random.default_rng(k)
    scores, classes = rng.normal(size=(500, k)), rng.integers(0, k, 500)
    labels = np.eye(k)[classes]
    of_torch = torch.tensor(scores).to(getattr(torch, name)).softmax(dim=1)
    of_jax = jax.nn.softmax(jnp.asarray(scores).astype(name), axis=1)
    for rows, array in (of_torch, torch.tensor), (of_jax, jnp.asarray):
        exact = rows.float().numpy() if array is torch.tensor else np.asarray(rows, np.float32)
        with np.errstate(divide="ignore"):
            want = -np.log(exact[labels == 1])
        assert_close(loss(array(labels), rows, reduction="none"), want, rtol=1e-6, atol=1e-6)
        far = np.asarray(loss(array(labels), rows * 0.9, reduction="none"))
        assert np.isnan(far).all()


# -- weights of classes, as in PyTorch -------------------------------------------------------------

CLASS_WEIGHTS = [[0.5, 2.0, 1.25, 1.0], [1.0, 0.0, 3.0, 0.0]]


@pytest.mark.parametrize("class_weight", CLASS_WEIGHTS)
@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("kind", ["classes", "soft"])
def test_weights_of_classes_are_those_of_pytorch(class_weight, smoothing, reduction, kind):
    rng = np.random.default_rng(1)
    scores, classes = rng.normal(0, 3, (6, 4)), np.array([0, 2, 1, 3, 2, 0])
    y_true = classes if kind == "classes" else rng.dirichlet(np.ones(4), 6)
    point = torch.tensor(scores, requires_grad=True)
    want = torch.nn.functional.cross_entropy(
        point,
        torch.tensor(y_true),
        weight=torch.tensor(class_weight, dtype=torch.float64),
        label_smoothing=smoothing,
        reduction=reduction,
    )
    want.sum().backward()
    options = {"class_weight": class_weight, "label_smoothing": smoothing, "reduction": reduction}
    for array in np.asarray, torch.tensor, jnp.asarray:
        loss = lb.cross_entropy_with_logits
        value, slope = loss.value_and_gradient(array(y_true), array(scores), **options)
        assert_close(value, want.detach())
        assert_close(slope, point.grad)


def test_weights_of_classes_that_are_all_0_give_nan():
    for array in torch.tensor, jnp.asarray:
        y_true, scores = array(np.array([1, 1])), array(np.zeros((2, 3)))
        found = lb.cross_entropy_with_logits.value_and_gradient(
            y_true, scores, class_weight=[1, 0, 1]
        )
        assert all(np.isnan(np.asarray(it)).all() for it in found)
    with pytest.raises(ValueError, match="class_weight of the classes in y_true is 0 every"):
        lb.cross_entropy_with_logits([1, 1], np.zeros((2, 3)), class_weight=[1, 0, 1])
