"""What is wrong is refused: by name, saying what came and what is needed, and changing nothing."""

from math import inf, nan

import numpy as np
import pytest
from loss_cases import LOSSES, REDUCTIONS, M, N, drawn, every_loss, values_shape

import lossbook as lb
from lossbook import loss as machinery
from lossbook.domains import UNIT
from lossbook.loss import MultilabelLoss, RowwiseLoss


def refuses(loss, *arrays, came, needed, **options):
    """Each of the three calls says who refuses, what came and what is needed."""
    for call in loss, loss.gradient, loss.value_and_gradient:
        with pytest.raises(ValueError) as caught:
            call(*arrays, **options)
        message = str(caught.value)
        what_came, _, what_is_needed = message.partition("; needed ")
        assert what_came.startswith(f"{loss.__name__}: "), message
        assert came in what_came and needed in what_is_needed, message


def rowwise(loss):
    return isinstance(loss, RowwiseLoss)


def of_probabilities(argument):
    losses = [loss for loss in LOSSES if loss.domains[argument] == UNIT]
    return pytest.mark.parametrize("loss", losses, ids=lambda loss: loss.__name__)


with_parameters = pytest.mark.parametrize(
    "loss, name",
    [(loss, name) for loss in LOSSES for name in loss.parameters],
    ids=lambda x: getattr(x, "__name__", x),
)
of_rows = pytest.mark.parametrize("loss", list(filter(rowwise, LOSSES)), ids=lambda x: x.__name__)
of_classes = pytest.mark.parametrize("loss", [lb.cross_entropy, lb.cross_entropy_with_logits])

# -- what is no array of numbers -------------------------------------------------------------------


NO_NUMBERS = [
    ("text", "<U4 entries"),
    (["1", "2"], "<U1 entries"),
    ([b"1", b"2"], "|S1 entries"),
    ([1, None], "object entries"),
    ([1, 10**400], "object entries"),
    ([1, object()], "object entries"),
    ([[1, 2], [3]], "is no array"),
    ([1, 2j], "complex128 entries"),
    (np.array(["2026-11-22"], "M8[D]"), "datetime64[D] entries"),
    (np.ma.array([1.0, 2.0], mask=[True, False]), "masked array"),
    ([], "empty, shape (0,)"),
    (np.zeros((0, 3)), "empty, shape (0, 3)"),
    (np.zeros((3, 0)), "empty, shape (3, 0)"),
]


@every_loss
@pytest.mark.parametrize("argument", ["y_true", "y_pred", "sample_weight"])
def test_what_holds_no_numbers(loss, argument):
    y_true, y_pred = drawn(loss)
    for bad, came in NO_NUMBERS:
        given = {"y_true": y_true, "y_pred": y_pred, argument: bad}
        needed = "at least one number" if came.startswith("empty") else "numbers"
        refuses(loss, came=f"{argument} ", needed=needed, **given)
        refuses(loss, came=came, needed=needed, **given)


@every_loss
@pytest.mark.parametrize("argument", ["y_true", "y_pred"])
def test_none_is_no_input(loss, argument):
    y_true, y_pred = drawn(loss)
    given = {"y_true": y_true, "y_pred": y_pred, argument: None}
    refuses(loss, came=f"{argument} holds object", needed="real numbers", **given)


# -- shapes ----------------------------------------------------------------------------------------


@every_loss
def test_unequal_shapes_are_both_named(loss):
    y_pred = drawn(loss)[1]
    for shape in (N + 1,), (N + 1, M), (N, M + 1), (M, N), (1, M), (N, M, 1), (1, N, M), (1, 1), ():
        y_true = np.full(shape, 1)
        came = f"y_true has shape {shape}, y_pred has {y_pred.shape}"
        needed = f"({N},) classes or ({N}, {M}) labels" if rowwise(loss) else "equal shapes"
        refuses(loss, y_true, y_pred, came=came, needed=needed)


@every_loss
def test_a_vector_against_a_column_is_not_broadcast(loss):
    """(n,) against (n, 1) would broadcast to n × n and give a plausible number."""
    vector, column = np.full(N, 1), np.full((N, 1), 1.0)
    needed = "(examples, classes)" if rowwise(loss) else "equal shapes"
    refuses(loss, vector, column, came=f"({N}, 1)", needed=needed)
    refuses(loss, column, vector, came=f"({N},)", needed=needed)


@pytest.mark.parametrize("loss", [lb.mean_squared_error, lb.binary_cross_entropy])
def test_message_of_the_classic_trap(loss):
    refuses(
        loss,
        np.zeros(4),
        np.zeros((4, 1)),
        came="y_true has shape (4,), y_pred has (4, 1)",
        needed="equal shapes (nothing is broadcast)",
    )


@of_rows
def test_rows_of_one_class_or_no_rows(loss):
    for shape in (), (2,), (4, 1), (2, 2, 2):
        refuses(loss, np.full(shape, 1), np.full(shape, 1.0), came=f"{shape}", needed="classes")


@pytest.mark.parametrize(
    "loss",
    [loss for loss in LOSSES if isinstance(loss, MultilabelLoss)],
    ids=lambda loss: loss.__name__,
)
def test_many_labels_come_as_a_matrix(loss):
    for shape in (), (4,), (2, 2, 2):
        y = np.full(shape, 0.5)
        refuses(loss, y, y, came=f"y_pred has shape {shape}", needed="(examples, labels)")


# -- weights and reductions ------------------------------------------------------------------------


@every_loss
def test_weights_of_another_shape(loss):
    y_true, y_pred = drawn(loss)
    fits = values_shape(loss, y_pred)
    for shape in (), (1,), (N + 1,), (M,), (N, 1), (1, M), (N, M + 1), (N, M, 1), (1, N):
        came = f"sample_weight has shape {shape}"
        refuses(loss, y_true, y_pred, sample_weight=np.ones(shape), came=came, needed=f"{fits}")


@every_loss
def test_weights_that_are_negative_infinite_or_all_zero(loss):
    y_true, y_pred = drawn(loss)
    for bad in -1, -0.001, -inf, inf:
        for others in 1.0, 0.0, nan:  # a NaN does not hide it
            weight = np.full(N, others)
            weight[2] = bad
            for reduction in REDUCTIONS:
                options = {"sample_weight": weight, "reduction": reduction}
                came = f"sample_weight holds {float(bad)}"
                refuses(
                    loss, y_true, y_pred, came=came, needed="finite weights, 0 or more", **options
                )
    for zeros in np.zeros(N), np.zeros(N, int), np.zeros(N, bool), np.full(N, -0.0):
        for reduction in REDUCTIONS:
            options = {"sample_weight": zeros, "reduction": reduction}
            came = "sample_weight is 0 everywhere"
            refuses(loss, y_true, y_pred, came=came, needed="a weight above 0", **options)


@every_loss
def test_unknown_reduction(loss):
    y_true, y_pred = drawn(loss)
    for bad in "average", "Mean", "", None, 0, True, ["mean"], np.array(["mean", "sum"]):
        came = f"reduction is {bad!r}"
        refuses(loss, y_true, y_pred, reduction=bad, came=came, needed='"mean", "sum" or "none"')


# -- parameters ------------------------------------------------------------------------------------


@with_parameters
def test_parameter_out_of_range(loss, name):
    y_true, y_pred = drawn(loss)
    domain = loss.domains[name]
    outside = [nan, inf, -inf, np.float64("nan"), 10**400, -(10**400)]
    outside += [domain.low] if domain.open_low else []
    outside += [domain.high] if domain.open_high else []
    outside += [np.nextafter(domain.low, -inf), np.nextafter(domain.high, inf), -7]
    for bad in outside:
        came, needed = f"{name} is {bad!r}", f"a number in {domain}"
        refuses(loss, y_true, y_pred, **{name: bad}, came=came, needed=needed)


@with_parameters
def test_parameter_that_is_no_number(loss, name):
    y_true, y_pred = drawn(loss)
    for bad in "1", None, True, np.True_, 1j, {}, np.array("1"), np.array(1j):
        refuses(loss, y_true, y_pred, **{name: bad}, came=f"{name} is ", needed="a number")
    if not isinstance(loss, MultilabelLoss):
        for bad in [0.5], (0.5,), np.full(M, 0.5):
            came = f"{name} is {bad!r}"
            refuses(loss, y_true, y_pred, **{name: bad}, came=came, needed="a number")


def test_range_of_each_parameter():
    ranges = {(loss.__name__, name): str(loss.domains[name]) for loss, name in PARAMETERS}
    promised = {
        "delta": "(0, inf)",
        "level": "(0, 1)",
        "label_smoothing": "[0, 1)",
        "pos_weight": "(0, inf)",
        "gamma": "[0, inf)",
        "alpha": "[0, 1]",
        "smooth": "(0, inf)",
    }
    assert ranges == {key: promised[key[1]] for key in ranges}


PARAMETERS = [(loss, name) for loss in LOSSES for name in loss.parameters]


def test_pos_weight_per_label():
    loss = lb.multilabel_cross_entropy_with_logits
    y_true, y_pred = drawn(loss)
    for bad in np.ones(M + 1), np.ones(1), np.ones((1, M)), np.ones((N, M)), [[1.0] * M]:
        came = f"pos_weight has shape {np.shape(bad)}"
        refuses(loss, y_true, y_pred, pos_weight=bad, came=came, needed=f"a number or ({M},)")
    for bad in 0, -1, nan, inf:
        weights = [1.0] * (M - 1) + [bad]
        refuses(
            loss,
            y_true,
            y_pred,
            pos_weight=weights,
            came=f"pos_weight is {float(bad)}",
            needed="(0, inf)",
        )
    for bad in ["1"] * M, [None] * M, [1j] * M, [True] * M, [[1], [1, 2]], []:
        refuses(loss, y_true, y_pred, pos_weight=bad, came="pos_weight ", needed="number")


@every_loss
def test_unknown_keyword_and_missing_or_third_position(loss):
    y_true, y_pred = drawn(loss)
    for call in loss, loss.gradient, loss.value_and_gradient:
        with pytest.raises(TypeError, match=rf"{loss.__name__}.*unexpected.*'sample_weights'"):
            call(y_true, y_pred, sample_weights=None)
        with pytest.raises(TypeError):
            call(y_true)
        with pytest.raises(TypeError):
            call(y_true, y_pred, 1.0)


# -- values out of their domain --------------------------------------------------------------------


@of_probabilities("y_pred")
@pytest.mark.parametrize("bad", [-0.001, 1.001, -inf, inf, 7])
def test_predictions_that_are_no_probabilities(loss, bad):
    y_true, y_pred = drawn(loss)
    y_pred[2, 1] = bad
    refuses(loss, y_true, y_pred, came=f"y_pred holds {float(bad)}", needed="[0, 1]")
    y_pred[2, 0] = y_pred[0, 0] = nan  # NaN beside it, in its row and before, does not hide it
    refuses(loss, y_true, y_pred, came=f"y_pred holds {float(bad)}", needed="[0, 1]")
    away = (np.arange(N) != 2).astype(float)  # a weight of 0 does not hide it either
    refuses(loss, y_true, y_pred, sample_weight=away, came="y_pred holds", needed="[0, 1]")


@of_probabilities("y_true")
@pytest.mark.parametrize("bad", [-0.001, 1.001, -1, 2, inf])
def test_targets_outside_zero_and_one(loss, bad):
    y_pred = drawn(loss)[1]
    y_true = np.full(y_pred.shape, 1 / M if rowwise(loss) else 0.0)
    y_true[2, 1] = bad
    refuses(loss, y_true, y_pred, came=f"y_true holds {float(bad)}", needed="[0, 1]")
    y_true[2, 0] = y_true[0, 0] = nan
    refuses(loss, y_true, y_pred, came=f"y_true holds {float(bad)}", needed="[0, 1]")
    away = (np.arange(N) != 2).astype(float)
    refuses(loss, y_true, y_pred, sample_weight=away, came="y_true holds", needed="[0, 1]")


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64])
def test_integer_targets_outside_zero_and_one(dtype):
    y_true = np.array([0, 1, 2], dtype)
    loss = lb.binary_cross_entropy_with_logits
    refuses(loss, y_true, [0.0, 0.0, 0.0], came="y_true holds 2", needed="[0, 1]")


@of_rows
def test_rows_that_do_not_sum_to_one(loss):
    y_pred = drawn(loss)[1]
    for bad in (0.5, 0.5011, 0), (0.4, 0.4, 0.1989), (0, 0, 0), (1, 1, 1), (0.5, 0.5, 0.5):
        labels = np.full((N, M), 1 / M)
        labels[3] = bad
        came = f"y_true has a row that sums to {sum(bad):.6g}"
        away = (np.arange(N) != 3).astype(float)
        for options in {}, {"sample_weight": away}:
            refuses(loss, labels, y_pred, came=came, needed="rows that sum to 1", **options)
        labels[1, 1] = nan
        refuses(loss, labels, y_pred, came=came, needed="rows that sum to 1")


def test_predicted_rows_that_do_not_sum_to_one():
    loss, y_true = lb.cross_entropy, [0, 1, 2, 0]
    y_pred = np.full((4, 3), 1 / 3)
    for row, total in ([0.5, 0.5, 0.1], "1.1"), ([0.3, 0.3, 0.3989], "0.9989"), ([0, 0, 0], "0"):
        y_pred[2] = row
        came = f"y_pred has a row that sums to {total}"
        refuses(loss, y_true, y_pred, came=came, needed="rows that sum to 1")
        refuses(loss, y_true, y_pred, sample_weight=[1, 1, 0, 1], came=came, needed="sum to 1")
        hidden = y_pred.copy()
        hidden[0, 0] = nan
        refuses(loss, y_true, hidden, came=came, needed="rows that sum to 1")
    y_pred[2] = [0.3, 0.3, 0.3992]
    assert loss(y_true, y_pred) > 0


@of_classes
@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.uint8, np.uint64])
def test_classes_that_do_not_exist(loss, dtype):
    y_pred = np.full((4, 3), 1 / 3)
    for bad in (3, 100) if dtype in (np.uint8, np.uint64) else (3, 100, -1, -3):
        classes = np.array([0, bad, 2, 0], dtype)
        for options in {}, {"sample_weight": [1, 0, 1, 1]}:
            came = f"y_true holds {bad}"
            refuses(loss, classes, y_pred, came=came, needed="classes 0 to 2", **options)
    if dtype == np.uint64:
        classes = np.array([0, 2**64 - 1, 2, 0], dtype)  # −1, if it wrapped around
        refuses(loss, classes, y_pred, came=f"holds {2**64 - 1}", needed="classes 0 to 2")


@of_classes
def test_floats_are_no_classes(loss):
    y_pred = np.full((4, 3), 1 / 3)
    for bad in [0.0, 1, 2, 0], [0.5, 1, 2, 0], [nan, 1, 2, 0], np.zeros(4, np.float16):
        came = f"y_true holds {np.asarray(bad).dtype} entries"
        refuses(loss, bad, y_pred, came=came, needed="integer classes")


# -- where and when --------------------------------------------------------------------------------


@every_loss
def test_a_bad_value_in_the_last_block_is_found(loss, monkeypatch):
    monkeypatch.setattr(machinery, "BLOCK_BYTES", 256)
    y_true, y_pred = (np.concatenate([a] * 40) for a in drawn(loss))
    loss(y_true, y_pred)
    for name, array in ("y_true", y_true), ("y_pred", y_pred):
        if loss.domains[name] == UNIT or (name == "y_true" and rowwise(loss)):
            good, array[-1] = array[-1].copy(), 9
            refuses(loss, y_true, y_pred, came=f"{name} holds 9", needed="")
            array[-1] = good


@every_loss
def test_a_refusal_changes_nothing(loss):
    y_true, y_pred = drawn(loss)
    weight = np.ones(N)
    before = y_true.copy(), y_pred.copy(), weight.copy()
    y_pred[-1] = nan
    refuses(loss, y_true, y_pred, sample_weight=weight, reduction="all", came="all", needed="mean")
    weight[-1] = -1
    refuses(loss, y_true, y_pred, sample_weight=weight, came="-1", needed="0 or more")
    np.testing.assert_array_equal(y_true, before[0])
    np.testing.assert_array_equal(y_pred[:-1], before[1][:-1])
    np.testing.assert_array_equal(weight[:-1], before[2][:-1])
    assert lb.losses[loss.__name__].parameters == loss.formula.__kwdefaults__ or not loss.parameters
