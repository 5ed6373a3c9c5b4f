"""The same calls on arrays of PyTorch, JAX and Dask give what NumPy gives, as arrays of theirs.

So do those of array-api-strict, which holds nothing but what the array API standard names.

`nox -s elsewhere` installs these libraries.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import lossbook as lb
from lossbook.domains import REAL, SIMPLEX, Ends, Labels, Simplex
from lossbook.loss import MultilabelLoss, RowwiseLoss
from tests.support.loss_cases import (
    KINDS,
    LOSSES,
    REDUCTIONS,
    M,
    N,
    drawn,
    every_case,
    every_kind,
    every_loss,
    of_scores,
    values_shape,
)
from website.find_pages import ROOT

WEIGHT = np.array([1, 0, 2, 0.5, 3])  # of N examples, one of them absent
PRECISION = {np.dtype(np.float32): 2e-6, np.dtype(np.float64): 1e-12}

# -- the libraries ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Library:
    """How to make an array of a library from one of NumPy, and how to get it back."""

    array: Callable[[Any], Any]
    compute: Callable[..., tuple[Any, ...]] = lambda *arrays: arrays

    def arrays(self, *given: Any) -> list[Any]:
        return [None if each is None else self.array(each) for each in given]

    def numpy(self, *results: Any) -> list[np.ndarray]:
        """What it computed, once it is sure that these are arrays of this library."""
        for result in results:
            assert type(result) is type(self.array(np.zeros(1)))
        return [np.asarray(result) for result in self.compute(*results)]


def pytorch() -> Iterator[Library]:
    yield Library(import_module("torch").tensor)


def jax() -> Iterator[Library]:
    jax = import_module("jax")
    with jax.enable_x64(True):
        yield Library(jax.numpy.asarray)


def dask() -> Iterator[Library]:
    dask, array = import_module("dask"), import_module("dask.array")
    with dask.config.set(scheduler="synchronous"):
        yield Library(partial(array.from_array, chunks=3), dask.compute)


def strict() -> Iterator[Library]:
    yield Library(import_module("array_api_strict").asarray)


LIBRARIES = {"pytorch": pytorch, "jax": jax, "dask": dask, "array-api-strict": strict}


@pytest.fixture(params=LIBRARIES.values(), ids=LIBRARIES)
def library(request):
    yield from request.param()


@pytest.fixture
def torch():
    return import_module("torch")


def assert_same(got: list[np.ndarray], want: Any, rtol: float | None = None) -> None:
    """Equal in shape, type, NaN and number, but for the rounding of numbers near 1."""
    for one, other in zip(got, map(np.asarray, want), strict=True):
        assert one.dtype == other.dtype
        precision, atol = rtol or PRECISION[other.dtype], np.finfo(other.dtype).eps
        assert_allclose(one, other, rtol=precision, atol=atol, strict=True)


def assert_agrees(
    library: Library,
    loss: Any,
    *arrays: np.ndarray,
    sample_weight: np.ndarray | None = None,
    wrong: Any = None,
    reductions: tuple[str, ...] = ("mean", "none"),
    **parameters: Any,
) -> None:
    """Value and gradient are those of NumPy; those of `wrong` arrays, if there are any."""
    *given, weight = library.arrays(*(wrong or (*arrays, sample_weight)))
    got: list[Any] = []
    want: list[Any] = []
    for reduction in reductions:
        options = {"reduction": reduction, **parameters}
        got += loss.value_and_gradient(*given, sample_weight=weight, **options)
        want += loss.value_and_gradient(*arrays, sample_weight=sample_weight, **options)
    assert_same(library.numpy(*got), want)


# -- the same numbers ------------------------------------------------------------------------------


@every_kind
def test_values_and_slopes_are_those_of_numpy(library, case):
    for weight in None, WEIGHT:
        options = {"sample_weight": weight, "reductions": REDUCTIONS}
        assert_agrees(library, case.loss, *case.draw(), **options)


@every_case
def test_so_they_are_whatever_the_parameters(library, case):
    options = {"sample_weight": WEIGHT, "reductions": ("mean",), **case.parameters}
    assert_agrees(library, case.loss, *case.draw(), **options)


@every_loss
def test_value_and_gradient_alone_are_those_of_both(library, loss):
    y_true, y_pred = library.arrays(*drawn(loss))
    both = loss.value_and_gradient(y_true, y_pred)
    alone = loss(y_true, y_pred), loss.gradient(y_true, y_pred)
    assert_same(library.numpy(*alone), library.numpy(*both))


@every_loss
def test_a_weight_per_value(library, loss):
    y_true, y_pred = drawn(loss)
    shape = values_shape(loss, y_pred)
    weight = np.arange(np.prod(shape)).reshape(shape) % 4
    assert_agrees(library, loss, y_true, y_pred, sample_weight=weight)


@pytest.mark.parametrize(
    "loss", [x for x in LOSSES if not isinstance(x, (RowwiseLoss, MultilabelLoss))]
)
def test_elementwise_losses_take_any_shape(library, loss):
    y_true, y_pred = drawn(loss)
    for shape in (), (N, 1, M):
        size = int(np.prod(shape))
        arrays = (each.ravel()[:size].reshape(shape) for each in (y_true, y_pred))
        assert_agrees(library, loss, *arrays, reductions=("mean",))


@pytest.mark.parametrize(
    "loss", [x for x in LOSSES if isinstance(x, MultilabelLoss) and x.parameters]
)
def test_a_parameter_per_label_as_a_list_or_an_array_of_any_library(library, loss):
    y_true, y_pred = drawn(loss)
    per_label = np.array([0.5, 1.0, 4.0])
    for name in loss.parameters:
        want = loss.value_and_gradient(y_true, y_pred, **{name: per_label})
        for given in per_label.tolist(), tuple(per_label), per_label, library.array(per_label):
            got = loss.value_and_gradient(*library.arrays(y_true, y_pred), **{name: given})
            assert_same(library.numpy(*got), want)


@pytest.mark.parametrize(
    "loss", [x for x in LOSSES if x.domains["y_pred"] is REAL and x.domains["y_true"] is not REAL]
)
def test_scores_up_to_the_largest_float(library, loss):
    """No score of a finite loss overflows."""
    y_true, y_pred = drawn(loss)
    for dtype in np.float32, np.float64:
        largest = np.finfo(dtype).max
        for scores in np.sign(y_pred) * largest, np.abs(y_pred) * 300, np.full((N, M), largest):
            options = {"reduction": "none"}  # a sum may overflow
            scores = scores.astype(dtype)
            with np.errstate(over="ignore", invalid="ignore"):  # Dask computes later
                got = loss.value_and_gradient(*library.arrays(y_true, scores), **options)
                got = library.numpy(*got)
            assert_same(got, loss.value_and_gradient(y_true, scores, **options))


def test_an_infinite_loss_is_infinite(library):
    y_true, y_pred = np.array([1.0, 0, 0, 1]), np.array([0.0, 1, 0, 1])
    with np.errstate(divide="ignore"):  # Dask computes later
        assert_agrees(library, lb.binary_cross_entropy, y_true, y_pred)
        one_hot, rows = np.eye(3)[[0, 1]], np.array([[0.0, 1, 0], [0, 1, 0]])
        for loss in lb.cross_entropy, lb.kl_divergence:
            assert_agrees(library, loss, one_hot, rows)


# -- types -----------------------------------------------------------------------------------------


@every_loss
def test_the_floating_type_of_y_pred_decides(library, loss):
    y_true, y_pred = drawn(loss)
    for dtype in np.float32, np.float64:
        given = library.arrays(y_true, y_pred.astype(dtype))
        got = library.numpy(*loss.value_and_gradient(*given, sample_weight=library.array(WEIGHT)))
        assert {result.dtype for result in got} == {np.dtype(dtype)}
        want = loss.value_and_gradient(y_true, y_pred.astype(dtype), sample_weight=WEIGHT)
        assert_same(got, want)


@pytest.mark.parametrize("loss", [x for x in LOSSES if of_scores(x)])
def test_whole_numbers_give_double_precision(library, loss):
    y_true, y_pred = drawn(loss)
    for dtype in np.int8, np.int64, np.uint8:
        whole = np.abs(y_pred * 40).astype(dtype)
        assert_agrees(library, loss, y_true, whole)


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
@pytest.mark.parametrize("make", [pytorch, jax])
def test_half_precision_gives_single_precision(make, name):
    for library in make():
        half = getattr(sys.modules["torch" if make is pytorch else "jax.numpy"], name)
        for loss in LOSSES:
            if loss.domains["y_pred"] == SIMPLEX:
                continue  # rows of so few digits need not sum to 1
            y_true, y_pred = drawn(loss)
            short = library.array(y_pred)
            short = short.to(half) if make is pytorch else short.astype(half)
            exact = library.array(y_pred.astype(np.float32)) * 0 + short
            got = loss.value_and_gradient(library.array(y_true), short)
            assert_same(
                library.numpy(*got), loss.value_and_gradient(y_true, np.asarray(exact)), 2e-6
            )


def test_half_precision_of_dask():
    for library in dask():
        y_true, y_pred = drawn(lb.huber)
        assert_agrees(library, lb.huber, y_true, y_pred.astype(np.float16))


@every_loss
def test_jax_as_it_comes_stays_single_without_a_warning(loss):
    jax = import_module("jax")
    assert not jax.config.jax_enable_x64
    y_true, y_pred = drawn(loss)
    single = y_pred.astype(np.float32)
    want = loss.value_and_gradient(y_true, single, sample_weight=WEIGHT)
    for truth in y_true, jax.numpy.asarray(y_true):
        got = loss.value_and_gradient(truth, jax.numpy.asarray(y_pred), sample_weight=WEIGHT)
        assert_same([np.asarray(each) for each in got], want, 5e-6)


def test_whole_numbers_beyond_32_bits_do_not_wrap_around_in_jax():
    jnp = import_module("jax").numpy
    far = np.array([2**40, -(2**33)])
    assert lb.mean_absolute_error(far, jnp.zeros(2)) == np.abs(far).mean()
    for unknown in 2**32, -(2**32):  # as 32 bits, both would be class 0
        with pytest.raises(ValueError, match="needed are integer classes"):
            lb.cross_entropy_with_logits(np.array([unknown]), jnp.zeros((1, 3)))


# -- other kinds of arrays beside y_pred -----------------------------------------------------------


@every_kind
def test_y_true_and_weights_may_be_lists_or_arrays_of_numpy(library, case):
    y_true, y_pred = case.draw()
    want = case.loss.value_and_gradient(y_true, y_pred, sample_weight=WEIGHT)
    fixed = y_true.copy()
    fixed.flags.writeable = False
    for truth, weight in [
        (y_true.tolist(), WEIGHT.tolist()),
        (y_true[::-1].copy()[::-1], WEIGHT.astype(WEIGHT.dtype.newbyteorder())),
        (fixed, library.array(WEIGHT)),
    ]:
        got = case.loss.value_and_gradient(truth, library.array(y_pred), sample_weight=weight)
        assert_same(library.numpy(*got), want)


@pytest.mark.parametrize("kind", ["?", "u1", "i1", "u2", "i4", "u8"])
def test_classes_of_every_integer_type(library, kind):
    classes = np.array([1, 0, 1], kind)
    scores = np.linspace(-3, 3, 900).reshape(3, 300)  # k is beyond 8 bits
    want = lb.cross_entropy_with_logits(classes, scores)
    for given in library.array(classes), classes:
        got = lb.cross_entropy_with_logits(given, library.array(scores))
        assert_same(library.numpy(got), [want])


@every_loss
def test_nothing_is_changed(library, loss):
    given = *drawn(loss), WEIGHT
    arrays = library.arrays(*given)
    library.numpy(*loss.value_and_gradient(*arrays[:2], sample_weight=arrays[2]))
    for before, after in zip(given, library.numpy(*arrays), strict=True):
        assert_array_equal(before, after)
    slope = loss.gradient(given[0], library.array(given[1]))  # y_true of NumPy itself
    library.numpy(slope)
    assert_array_equal(given[0], drawn(loss)[0])


# -- refusals --------------------------------------------------------------------------------------


def assert_refused_alike(library: Library, loss: Any, y_true: Any, y_pred: Any, **options) -> None:
    """The error is that of NumPy, word by word."""
    with pytest.raises(ValueError) as of_numpy:
        loss(y_true, y_pred, **options)
    given = {
        name: library.array(option) if isinstance(option, np.ndarray) else option
        for name, option in options.items()
    }
    for call in loss, loss.gradient, loss.value_and_gradient:
        with pytest.raises(ValueError) as caught:
            call(*library.arrays(y_true, y_pred), **given)
        assert str(caught.value) == str(of_numpy.value)


@every_loss
def test_shapes_are_refused_alike(library, loss):
    y_true, y_pred = drawn(loss)
    for shape in (N + 1, M), (N, M + 1), (N + 1,), (N, 1), (1, M), (1, N, M):
        assert_refused_alike(library, loss, np.ones(shape, np.int64), y_pred)
    assert_refused_alike(library, loss, y_true, y_pred[:, :1])
    assert_refused_alike(library, loss, y_true[:0], y_pred)
    assert_refused_alike(library, loss, y_true, y_pred[:0])
    fits = values_shape(loss, y_pred)
    for shape in (), (N + 1,), (N, 1), (1, N), (N, M + 1), (0,):
        if shape != fits:
            assert_refused_alike(library, loss, y_true, y_pred, sample_weight=np.ones(shape))


@every_loss
def test_parameters_and_reductions_are_refused_alike(library, loss):
    arrays = drawn(loss)
    for reduction in "average", "Mean", None, 0:
        assert_refused_alike(library, loss, *arrays, reduction=reduction)
    for name in loss.parameters:
        domain = loss.domains[name]
        outside = [domain.low - 1, domain.high + 1, domain.low if domain.open_low else -0.1]
        none = [] if loss.parameters[name] is None else [None]
        for wrong in [*outside, nan, inf, "1", *none, True, [[1.0]]]:
            assert_refused_alike(library, loss, *arrays, **{name: wrong})
        if isinstance(loss, MultilabelLoss):
            for wrong in [1.0] * (M + 1), [1.0, -1, 1], [1.0, nan, 1]:
                assert_refused_alike(library, loss, *arrays, **{name: wrong})
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        loss(*library.arrays(*arrays), colour=1)


@every_loss
def test_entries_that_are_no_real_numbers_are_refused(library, loss):
    y_true, y_pred = drawn(loss)
    wrong = {"y_true": y_true, "y_pred": y_pred, "sample_weight": WEIGHT}
    for name, array in wrong.items():
        given = wrong | {name: array.astype(complex)}
        given = dict(zip(given, library.arrays(*given.values()), strict=True))
        with pytest.raises(ValueError, match=f"^{loss.__name__}: {name} holds .*complex128 entr"):
            loss(**given)
    for text in "text", ["1", "2"], [1, None], [[1], [2, 3]]:
        with pytest.raises(ValueError, match=f"^{loss.__name__}: y_true "):
            loss(text, library.array(y_pred))


@pytest.mark.parametrize("loss", [x for x in LOSSES if isinstance(x.domains["y_true"], Labels)])
def test_classes_are_whole_numbers(library, loss):
    y_pred = drawn(loss)[1]
    given = library.arrays(np.zeros(N), y_pred)
    with pytest.raises(ValueError, match=r"y_true holds .*float64 entries; .* integer classes"):
        loss(*given)


# -- wrong entries ---------------------------------------------------------------------------------


def drawn_twice(case: Any) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The arguments, to be spoilt: one with NaN, one with what is wrong."""
    unknown, wrong = (
        dict(zip(("y_true", "y_pred"), map(np.array, case.draw()), strict=True)) for _ in "ab"
    )
    for arguments in unknown, wrong:
        if case.targets != "classes":
            arguments["y_true"] = arguments["y_true"].astype(float)
    return unknown, wrong


def assert_nan_for(library: Library, loss: Any, wrong: Any, unknown: Any) -> None:
    """What is wrong touches what a NaN in its place touches in NumPy, and no more."""
    for weight, reduction in (None, "none"), (WEIGHT, "mean"):  # one of the weights is 0
        options = {"sample_weight": weight, "reductions": (reduction,)}
        assert_agrees(library, loss, *unknown.values(), wrong=(*wrong.values(), weight), **options)


@every_kind
@pytest.mark.parametrize("name", ["y_true", "y_pred"])
def test_wrong_entries_become_nan(library, case, name):
    domain = case.loss.domains[name]
    unknown, wrong = drawn_twice(case)
    if not domain.restricts or unknown[name].ndim == 1:
        return  # any number is right; classes have a test of their own
    above = domain.high + 0.01
    entries = [0.0, 0.5, -1.5, inf] if isinstance(domain, Ends) else [-0.01, above, -inf, inf]
    unknown[name][:4, 0], wrong[name][:4, 0] = nan, entries
    assert_nan_for(library, case.loss, wrong, unknown)


@every_kind
@pytest.mark.parametrize("name", ["y_true", "y_pred"])
def test_rows_that_do_not_sum_to_one_become_nan(library, case, name):
    unknown, wrong = drawn_twice(case)
    if not isinstance(case.loss.domains[name], Simplex) or unknown[name].ndim == 1:
        return
    unknown[name][:4] = nan
    wrong[name][:4] = [0.5, 0.3, 0.1], [0.5, 0.3, 0.3], [1.2, -0.4, 0.2], [1, 1, 1]
    assert_nan_for(library, case.loss, wrong, unknown)


@pytest.mark.parametrize("loss", [x for x in LOSSES if isinstance(x.domains["y_true"], Labels)])
def test_classes_that_do_not_exist_become_nan(library, loss):
    case = next(case for case in KINDS if case.loss is loss and case.targets == "classes")
    unknown, wrong = drawn_twice(case)
    unknown["y_true"] = np.eye(M)[unknown["y_true"]]
    unknown["y_true"][:4], wrong["y_true"][:4] = nan, [-1, M, 2**31 - 1, -(2**31)]
    assert_nan_for(library, loss, wrong, unknown)


@every_loss
def test_nan_touches_what_it_touches_in_numpy(library, loss):
    unknown, _ = drawn_twice(next(case for case in KINDS if case.loss is loss))
    unknown["y_true"][(0, 1)[: unknown["y_true"].ndim]] = nan
    unknown["y_pred"][1, -1] = unknown["y_pred"][3, 0] = nan
    assert_nan_for(library, loss, unknown, unknown)


@every_loss
def test_wrong_weights_become_nan(library, loss):
    arrays = drawn(loss)
    unknown, wrong = np.array([1, nan, 0, nan, nan]), np.array([1, -1e-300, 0, -inf, inf])
    assert_agrees(library, loss, *arrays, sample_weight=unknown, wrong=(*arrays, wrong))


@every_loss
def test_weights_that_are_all_zero_become_nan(library, loss):
    *arrays, weight = library.arrays(*drawn(loss), np.zeros(N))
    results = []
    for reduction in REDUCTIONS:
        results += loss.value_and_gradient(*arrays, sample_weight=weight, reduction=reduction)
    with np.errstate(invalid="ignore"):  # 0/0, where Dask computes later
        assert all(np.isnan(result).all() for result in library.numpy(*results))


def test_weights_as_large_and_as_small_as_floats_are(library):
    arrays = np.zeros(100), np.arange(100.0)
    for weight in np.full(100, 1e307), np.full(100, 1e-300):
        options = {"sample_weight": library.array(weight)}
        got = lb.mean_absolute_error.value_and_gradient(*library.arrays(*arrays), **options)
        want = lb.mean_absolute_error.value_and_gradient(*arrays, sample_weight=weight)
        assert_same(library.numpy(*got), want)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_weight_that_vanishes_beside_another_still_counts(library, reduction):
    arrays = library.arrays(np.zeros(2), np.array([nan, 1.0]), np.array([1e-200, 1e200]))
    y_true, y_pred, weight = arrays
    options = {"sample_weight": weight, "reduction": reduction}
    value, gradient = library.numpy(
        *lb.mean_squared_error.value_and_gradient(y_true, y_pred, **options)
    )
    assert np.isnan(value) and np.isnan(gradient[0]) and gradient[1] > 0


def test_chunks_of_unknown_size_are_refused():
    for library in dask():
        y = library.array(np.arange(-3.0, 3))
        with pytest.raises(ValueError, match="chunks of unknown size.*compute_chunk_sizes"):
            lb.mean_squared_error(y[y > 0], y[y > 0])


# -- PyTorch ---------------------------------------------------------------------------------------


def test_a_tensor_that_numpy_cannot_read_is_a_value_error(torch):
    tensor = torch.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(ValueError, match="mean_squared_error: y_true is no array .*grad"):
        lb.mean_squared_error(tensor, np.array([1.0, 3.0]))


@every_kind
def test_arrays_on_a_device_without_entries_are_not_looked_at(torch, case):
    """PyTorch's "meta" device holds shapes only: to read an entry there is an error."""
    y_true, y_pred = case.draw()
    there = [torch.tensor(array, device="meta") for array in (y_true, y_pred, WEIGHT)]
    for truth, prediction, weight in there, (y_true, there[1], WEIGHT.tolist()):
        for reduction in REDUCTIONS:
            options = {"sample_weight": weight, "reduction": reduction}
            results = case.loss.value_and_gradient(truth, prediction, **options)
            wanted = case.loss.value_and_gradient(
                y_true, y_pred, sample_weight=WEIGHT, reduction=reduction
            )
            for result, want in zip(results, wanted, strict=True):
                assert result.device.type == "meta"
                assert result.shape == want.shape and result.dtype == torch.float64


@every_loss
def test_a_graphics_processor_keeps_what_it_is_given(torch, loss):
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device here")
    y_true, y_pred = drawn(loss)
    there = [torch.tensor(array, device="cuda") for array in (y_true, y_pred, WEIGHT)]
    want = loss.value_and_gradient(y_true, y_pred, sample_weight=WEIGHT)
    for truth, weight in (there[0], there[2]), (y_true, WEIGHT):
        got = loss.value_and_gradient(truth, there[1], sample_weight=weight)
        assert {result.device for result in got} == {there[1].device}
        assert_same([result.cpu().numpy() for result in got], want)


# -- JAX -------------------------------------------------------------------------------------------


@pytest.fixture
def jax64():
    jax = import_module("jax")
    with jax.enable_x64(True):
        yield jax


@every_loss
def test_under_jit_no_entry_is_looked_at(jax64, loss):
    arrays = *drawn(loss), WEIGHT

    @jax64.jit
    def compiled(y_true, y_pred, weight):
        return loss.value_and_gradient(y_true, y_pred, sample_weight=weight)

    got = [np.asarray(each) for each in compiled(*map(jax64.numpy.asarray, arrays))]
    assert_same(got, loss.value_and_gradient(*arrays[:2], sample_weight=WEIGHT))


@every_loss
def test_vmap_is_a_loop(jax64, loss):
    case = next(case for case in KINDS if case.loss is loss)
    draws = [case.draw(seed) for seed in range(3)]
    stacks = [jax64.numpy.asarray(np.stack(arrays)) for arrays in zip(*draws, strict=True)]
    values, slopes = map(np.asarray, jax64.vmap(loss.value_and_gradient)(*stacks))
    for value, slope, arrays in zip(values, slopes, draws, strict=True):
        assert_same([value, slope], loss.value_and_gradient(*arrays))


def evaluate_on_four_devices() -> None:
    """What the next test runs in a process of its own, which shows JAX four processors."""
    import jax

    devices = jax.devices()
    assert len(devices) == 4
    axis = jax.sharding.PartitionSpec("examples")
    by_examples = jax.sharding.NamedSharding(jax.sharding.Mesh(devices, ("examples",)), axis)
    weight = np.arange(8.0)
    for case in KINDS:
        given = *case.draw(n=8), weight
        y_true, y_pred, w = (jax.device_put(each, by_examples) for each in given)
        for reduction in REDUCTIONS:
            options = {"reduction": reduction, **case.parameters}
            value, slope = case.loss.value_and_gradient(y_true, y_pred, sample_weight=w, **options)
            assert slope.sharding.is_equivalent_to(by_examples, slope.ndim), slope.sharding
            assert len({shard.device for shard in slope.addressable_shards}) == 4
            want = case.loss.value_and_gradient(*given[:2], sample_weight=weight, **options)
            assert_same([np.asarray(value), np.asarray(slope)], want)
    print(f"{len(KINDS)} cases on {len(devices)} devices")


def test_what_is_spread_over_devices_stays_there():
    import_module("jax")
    flags = {
        "XLA_FLAGS": "--xla_force_host_platform_device_count=4",
        "JAX_PLATFORMS": "cpu",
        "JAX_ENABLE_X64": "1",
    }
    code = "from tests.losses import test_other_arrays as it; it.evaluate_on_four_devices()"
    child = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env=os.environ | flags,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert child.returncode == 0, child.stderr
    assert child.stdout == f"{len(KINDS)} cases on 4 devices\n"


# -- Dask ------------------------------------------------------------------------------------------


def lazy(array: np.ndarray, load: Callable[[np.ndarray], np.ndarray], chunks: Any = 2) -> Any:
    """The array in chunks, each of which is passed through `load` when it is needed."""
    da = import_module("dask.array")
    return da.from_array(array, chunks=chunks).map_blocks(load, dtype=array.dtype, meta=array[:0])


@every_loss
def test_nothing_is_computed_before_it_is_asked_for(loss):
    def refuse(block):
        raise RuntimeError("computed")

    da = import_module("dask.array")
    y_true, y_pred, weight = (lazy(array, refuse) for array in (*drawn(loss), WEIGHT))
    for reduction in REDUCTIONS:
        options = {"sample_weight": weight, "reduction": reduction}
        for result in loss.value_and_gradient(y_true, y_pred, **options):
            assert isinstance(result, da.Array)
            with pytest.raises(RuntimeError, match="computed"):
                result.compute(scheduler="synchronous")


@every_loss
def test_value_and_gradient_together_read_each_chunk_once(loss):
    dask = import_module("dask")
    read = []

    def count(block):
        read.append(block.shape)
        return block

    y_true, y_pred = (lazy(array, count) for array in drawn(loss))
    chunks = sum(np.prod(array.numblocks) for array in (y_true, y_pred))
    dask.compute(*loss.value_and_gradient(y_true, y_pred), scheduler="synchronous")
    assert len(read) == chunks


@every_kind
def test_chunks_need_not_fit_each_other(case):
    """Neither of the examples nor of the classes."""
    dask, da = import_module("dask"), import_module("dask.array")
    y_true, y_pred = case.draw()
    truth = da.from_array(y_true, chunks=(2, *y_true.shape[1:]))
    prediction = da.from_array(y_pred, chunks=(3, 2))
    weight = da.from_array(WEIGHT, chunks=(1, 4))
    value, slope = case.loss.value_and_gradient(truth, prediction, sample_weight=weight)
    got = dask.compute(value, slope, scheduler="threads")
    want = case.loss.value_and_gradient(y_true, y_pred, sample_weight=WEIGHT)
    assert_same([np.asarray(each) for each in got], want)


@every_loss
def test_a_loss_is_pickled_by_its_name(loss):
    assert pickle.loads(pickle.dumps(loss)) is loss


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes and a client that sends them what is to be computed."""
    distributed = import_module("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_on_two_worker_processes(cluster):
    """The arrays go there in chunks, and so do the losses themselves, as functions to call."""
    dask, da = import_module("dask"), import_module("dask.array")
    chunks = [slice(0, 2), slice(2, 4), slice(4, 5)]
    on_arrays, want, sums, in_blocks, totals = [], [], [], [], []
    for loss in LOSSES:
        y_true, y_pred = drawn(loss)
        truth, prediction = (da.from_array(each).rechunk({0: 2}) for each in (y_true, y_pred))
        on_arrays += loss.value_and_gradient(truth, prediction, sample_weight=WEIGHT)
        want += loss.value_and_gradient(y_true, y_pred, sample_weight=WEIGHT)
        parts = [dask.delayed(loss)(y_true[s], y_pred[s], reduction="sum") for s in chunks]
        sums.append(dask.delayed(sum)(parts))
        gradient = partial(loss.gradient, reduction="sum")
        blocks = truth, "ij"[: truth.ndim], prediction, "ij"
        in_blocks.append(da.blockwise(gradient, "ij", *blocks, dtype=float, meta=y_pred[:0]))
        totals.append(loss.value_and_gradient(y_true, y_pred, reduction="sum"))
    assert_same([np.asarray(each) for each in cluster.compute(on_arrays, sync=True)], want)
    assert_same(map(np.asarray, cluster.compute(sums, sync=True)), [value for value, _ in totals])
    assert_same(cluster.compute(in_blocks, sync=True), [slope for _, slope in totals])


def test_the_workers_are_other_processes(cluster):
    found = cluster.run(os.getpid).values()
    assert len(set(found)) == 2 and os.getpid() not in found
