"""What is wrong is refused: by name, saying what came and what is needed, and changing nothing."""

from math import inf, nan

import numpy as np
import pytest

import lossbook as lb
from lossbook import blocks as machinery
from lossbook.domains import POSITIVE, REAL, SIMPLEX, UNIT, Columns, Ends, Labels, Simplex
from lossbook.loss import MultilabelLoss, RowwiseLoss
from tests.support.loss_cases import (
    LOSSES,
    REDUCTIONS,
    M,
    N,
    columns_of,
    drawn,
    every_loss,
    numbers_among_parameters,
    of_classes,
    spec_of,
    takes_one_a_row,
    values_shape,
)


def refuses(loss, *arrays, came, needed, **options):
    """Each of the three calls says who refuses, what came and what is needed."""
    for call in loss, loss.gradient, loss.value_and_gradient:
        with pytest.raises(ValueError) as caught:
            call(*arrays, **options)
        message = str(caught.value)
        what_came, _, what_is_needed = message.partition("; needed ")
        assert what_came.startswith(f"{loss.__name__}: "), message
        assert came in what_came and needed in what_is_needed, message


def name_of(part):
    """For the name of a test."""
    return getattr(part, "__name__", None)


def where(holds):
    """The losses for which that holds."""
    return pytest.mark.parametrize(
        "loss", list(filter(holds, LOSSES)), ids=lambda loss: loss.__name__
    )


def rowwise(loss):
    return isinstance(loss, RowwiseLoss)


def takes_classes(loss):
    return isinstance(loss.domains["y_true"], Labels)


def within_zero_and_one(argument):
    return where(lambda x: (x.domains[argument].low, x.domains[argument].high) == (0, 1))


with_parameters = pytest.mark.parametrize(
    "loss, name",
    [(loss, name) for loss in LOSSES for name in numbers_among_parameters(loss)],
    ids=lambda x: getattr(x, "__name__", x),
)
# -- case by case ----------------------------------------------------------------------------------

# Good targets and predictions, of which each row below spoils one thing: two vectors, two matrices,
# a number for each row of a matrix.
VECTORS = [1, 1], [0.5, 0.25]
MATRICES = [[1, 0], [0, 1]], [[0.5, 0.5], [0.25, 0.75]]
ONE_A_ROW = [1, 1], [[0.5, 0.5], [0.25, 0.75]]


def every(loss):
    return True


def of_matrices(loss):
    return isinstance(loss, MultilabelLoss | RowwiseLoss)


def of_vectors(loss):
    return not of_matrices(loss)


def of_equal_matrices(loss):
    return of_matrices(loss) and not takes_classes(loss) and not takes_one_a_row(loss)


def of_equal_rows(loss):
    return rowwise(loss) and of_equal_matrices(loss)


def of_labels(loss):
    return isinstance(loss, MultilabelLoss)


def of_masks(loss):
    return of_equal_rows(loss) and not of_classes(loss)


def of_mean_and_scale(loss):
    return getattr(loss.domains["y_pred"], "names", ()) == ("a mean", "a log scale")


def asks_yes_or_no(loss):
    return of_vectors(loss) and loss.domains["y_true"] == UNIT


def asks_for_a_sign(loss):
    return isinstance(loss.domains["y_true"], Ends)


def asks_for_probabilities(loss):
    return loss.domains["y_true"] == SIMPLEX


def gives_a_share(loss):
    return of_vectors(loss) and loss.domains["y_pred"] == UNIT


def gives_shares_of_labels(loss):
    return of_labels(loss) and loss.domains["y_pred"] == UNIT


def gives_probabilities(loss):
    return loss.domains["y_pred"] == SIMPLEX


SHARED = [  # for which losses, what is spoilt, what came, what is needed
    (every, {"y_pred": ["good", "bad"]}, "y_pred holds <U4 entries", "real numbers"),
    (every, {"y_true": None}, "y_true holds object entries", "real numbers"),
    (every, {"y_pred": [[1, 2], [3]]}, "y_pred is no array", "all rows alike"),
    (every, {"y_pred": []}, "y_pred is empty, shape (0,)", "at least one number"),
    (every, {"y_pred": [1j, 2]}, "y_pred holds complex128 entries", "real numbers"),
    (every, {"sample_weight": [1, -1]}, "sample_weight holds -1", "finite weights, 0 or more"),
    (every, {"sample_weight": [0, 0]}, "sample_weight is 0 everywhere", "a weight above 0"),
    (every, {"sample_weight": [1, inf]}, "sample_weight holds inf", "finite weights"),
    (every, {"sample_weight": [1, 1, 1]}, "sample_weight has shape (3,)", "is (2,"),
    (every, {"reduction": "average"}, "reduction is 'average'", '"mean", "sum" or "none"'),
    (of_vectors, {"y_true": [1]}, "y_true has shape (1,), y_pred has (2,)", "equal shapes"),
    (of_vectors, {"y_true": [[1], [1]]}, "y_true has shape (2, 1), y_pred has (2,)",
     "equal shapes (nothing is broadcast)"),
    (of_equal_matrices, {"y_true": [[1, 0]]},
     "y_true has shape (1, 2), y_pred has (2, 2)", "equal shapes"),
    (takes_classes, {"y_true": [[1, 0]]}, "y_true has shape (1, 2), y_pred has (2, 2)",
     "(2,) classes or (2, 2) labels"),
    (of_matrices, {"y_true": [1, 0], "y_pred": [0.5, 0.5]}, "(2,)", "is (examples, "),
    (asks_yes_or_no, {"y_true": [1, 2]}, "y_true holds 2", "numbers in [0, 1]"),
    (asks_yes_or_no, {"y_true": [1, -1]}, "y_true holds -1", "numbers in [0, 1]"),
    (asks_yes_or_no, {"y_true": [nan, 1.5]}, "y_true holds 1.5", "numbers in [0, 1]"),
    (gives_a_share, {"y_pred": [0.5, 1.5]}, "y_pred holds 1.5", "numbers in [0, 1]"),
    (gives_a_share, {"y_pred": [-0.5, 1]}, "y_pred holds -0.5", "numbers in [0, 1]"),
    (gives_a_share, {"y_pred": [inf, 1]}, "y_pred holds inf", "numbers in [0, 1]"),
    (asks_for_a_sign, {"y_true": [0, 1]}, "y_true holds 0", "-1 or 1"),
    (asks_for_a_sign, {"y_true": [True, False]}, "y_true holds False", "-1 or 1"),
    (asks_for_a_sign, {"y_true": [-1, 0.5]}, "y_true holds 0.5", "-1 or 1"),
    (asks_for_a_sign, {"y_true": [2, 1]}, "y_true holds 2", "-1 or 1"),
    (asks_for_a_sign, {"y_true": [nan, -inf]}, "y_true holds -inf", "-1 or 1"),
    (of_labels, {"y_true": [[1, 0], [0, 3]]}, "y_true holds 3", "numbers in [0, 1]"),
    (of_labels, {"y_true": [1, 0]}, "y_true has shape (2,), y_pred has (2, 2)", "equal shapes"),
    (gives_shares_of_labels, {"y_pred": [[0, 2], [1, 1]]}, "y_pred holds 2", "in [0, 1]"),
    (gives_shares_of_labels, {"y_pred": [[0, -2], [1, 1]]}, "y_pred holds -2", "in [0, 1]"),
    (takes_classes, {"y_true": [0, 2]}, "y_true holds 2", "classes 0 to 1"),
    (takes_classes, {"y_true": [0, -1]}, "y_true holds -1", "classes 0 to 1"),
    (takes_classes, {"y_true": [0.0, 1.0]}, "y_true holds float64 entries", "integer classes"),
    (takes_classes, {"y_true": [0, 1, 1]}, "y_true has shape (3,), y_pred has (2, 2)",
     "(2,) classes or (2, 2) labels"),
    (takes_classes, {"y_true": [[1, 0], [1, 1]]}, "y_true has a row that sums to 2",
     "rows that sum to 1"),
    (takes_classes, {"y_true": [[1, 0], [2, -1]]}, "y_true holds -1", "numbers in [0, 1]"),
    (takes_classes, {"y_true": [0, 0], "y_pred": [[1.0], [1.0]]}, "y_pred has shape (2, 1)",
     "two classes or more"),
    (gives_probabilities, {"y_pred": [[2, 5], [1, 0]]}, "y_pred holds 5", "in [0, 1]"),
    (gives_probabilities, {"y_pred": [[0, 0], [1, 0]]}, "y_pred has a row that sums to 0",
     "rows that sum to 1"),
    (gives_probabilities, {"y_pred": [[0.5, 0.502], [1, 0]]},
     "y_pred has a row that sums to 1.002", "rows that sum to 1"),
    (of_equal_rows, {"y_true": [0, 1]}, "y_true has shape (2,), y_pred has (2, 2)",
     "equal shapes, (2, 2)"),
    (of_equal_rows, {"y_true": [0.0, 1.0]}, "y_true has shape (2,), y_pred has (2, 2)",
     "equal shapes, (2, 2)"),
    (asks_for_probabilities, {"y_true": [[0.5, 0.5], [1, 1]]}, "y_true has a row that sums to 2",
     "rows that sum to 1"),
    (asks_for_probabilities, {"y_true": [[1.5, -0.5], [1, 0]]}, "y_true holds -0.5", "in [0, 1]"),
    (asks_for_probabilities, {"y_true": [[1], [1]], "y_pred": [[1], [1]]},
     "y_pred has shape (2, 1)",
     "two classes or more"),
    (of_masks, {"y_true": [[0, 255], [0, 0]]}, "y_true holds 255", "numbers in [0, 1]"),
    (of_masks, {"y_true": [[0, -1], [0, 0]]}, "y_true holds -1", "numbers in [0, 1]"),
    (of_masks, {"y_pred": [[0.5, 1.01], [0, 0]]}, "y_pred holds 1.01", "numbers in [0, 1]"),
    (of_masks, {"y_pred": [[-3.0, 1.01], [0, 0]]}, "y_pred holds -3.0", "numbers in [0, 1]"),
    (of_masks, {"y_true": np.ones((1, 2, 2)), "y_pred": np.ones((1, 2, 2))},
     "y_pred has shape (1, 2, 2)", "(examples, entries)"),
    (takes_one_a_row, {"y_true": [1]}, "y_true has shape (1,), y_pred has (2, 2)",
     "is (2,), one number for each row"),
    (takes_one_a_row, {"y_true": [1, 1, 1]}, "y_true has shape (3,), y_pred has (2, 2)",
     "is (2,), one number for each row"),
    (takes_one_a_row, {"y_true": [[1], [1]]}, "y_true has shape (2, 1), y_pred has (2, 2)",
     "is (2,), one number for each row"),
    (takes_one_a_row, {"y_true": [[1, 0], [0, 1]]}, "y_true has shape (2, 2), y_pred has (2, 2)",
     "is (2,), one number for each row"),
    (of_mean_and_scale, {"y_pred": [0.5, 0.5]}, "y_pred has shape (2,)",
     "is (examples, 2), a mean and a log scale in each row"),
    (of_mean_and_scale, {"y_pred": [[0.5], [0.5]]}, "y_pred has shape (2, 1)",
     "is (examples, 2), a mean and a log scale in each row"),
    (of_mean_and_scale, {"y_pred": [[0.5, 0.5, 0.5], [1, 1, 1]]}, "y_pred has shape (2, 3)",
     "is (examples, 2), a mean and a log scale in each row"),
    (of_mean_and_scale, {"y_pred": np.ones((2, 2, 2))}, "y_pred has shape (2, 2, 2)",
     "is (examples, 2), a mean and a log scale in each row"),
]  # fmt: skip
CASE_BY_CASE = [
    *((loss, *row) for holds, *row in SHARED for loss in LOSSES if holds(loss)),
    *((loss, *row) for loss in LOSSES for row in spec_of(loss).refused),
]


def good_input(loss):
    if takes_one_a_row(loss):
        return ONE_A_ROW
    return MATRICES if of_matrices(loss) else VECTORS


@pytest.mark.parametrize("loss, spoilt, came, needed", CASE_BY_CASE, ids=name_of)
def test_case_by_case(loss, spoilt, came, needed):
    y_true, y_pred = good_input(loss)
    assert np.isfinite(loss(y_true, y_pred))
    refuses(loss, **{"y_true": y_true, "y_pred": y_pred} | spoilt, came=came, needed=needed)


@every_loss
def test_ten_cases_or_more_for_every_loss_and_its_restrictions(loss):
    rows = [row for row in CASE_BY_CASE if row[0] is loss]
    assert len({(came, needed) for _, _, came, needed in rows}) >= 10
    own = [row for row in SHARED if row[0] is not every and row[0](loss)]
    spoilt = {name for _, given, _, _ in own for name in given}
    spoilt |= {name for given, *_ in spec_of(loss).refused for name in given}
    for name, domain in loss.domains.items():
        said = f"a row for {name}, which has to lie in {domain}, in `refused` of its Spec"
        assert domain is REAL or name in spoilt, said


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


@pytest.mark.parametrize("argument", ["y_true", "y_pred", "sample_weight"])
def test_masked_rows_in_a_list(argument):
    """NumPy would forget the mask and take the number behind it."""
    given = {name: np.ones((2, 2)) for name in ("y_true", "y_pred", "sample_weight")}
    masked = np.ma.array(given[argument], mask=[[False, True], [False, False]])
    for rows in list(masked), [list(row) for row in masked], [[1.0, np.ma.masked], [1.0, 1.0]]:
        given[argument] = rows
        refuses(lb.mean_squared_error, came=f"{argument} ", needed="numbers", **given)


def test_open_ends_of_a_domain_are_outside():
    """Of arrays, too: a loss of counts, say, may want predictions above 0."""
    for array, found in ([0.0, 1.0], 0), ([1.0, inf], inf), ([-1.0, nan], -1):
        for size in 1, 50:
            assert POSITIVE.outside(np.repeat(array, size)) == found
        inside = POSITIVE.inside(np, np.array(array))
        assert list(inside) == [0 < entry < inf for entry in array]
    assert POSITIVE.outside(np.array([nan, 1e-300, 1e300])) is None


# -- shapes ----------------------------------------------------------------------------------------


@every_loss
def test_unequal_shapes_are_both_named(loss):
    y_pred = drawn(loss)[1]
    for shape in (N + 1,), (N + 1, M), (N, M + 1), (M, N), (1, M), (N, M, 1), (1, N, M), (1, 1), ():
        y_true = np.full(shape, 1)
        came = f"y_true has shape {shape}, y_pred has {y_pred.shape}"
        needed = "equal shapes"
        if takes_classes(loss):
            needed = f"({N},) classes or ({N}, {M}) labels"
        elif takes_one_a_row(loss):
            needed = f"is ({N},), one number for each row"
        refuses(loss, y_true, y_pred, came=came, needed=needed)


@every_loss
def test_a_vector_against_a_column_is_not_broadcast(loss):
    """(n,) against (n, 1) would broadcast to n × n and give a plausible number."""
    vector, column = np.full(N, 1), np.full((N, 1), 1.0)
    needed = "(examples, classes)" if of_classes(loss) else "equal shapes"
    if takes_one_a_row(loss):
        needed = f"(examples, {columns_of(loss)})"
    refuses(loss, vector, column, came=f"({N}, 1)", needed=needed)
    needed = "is (examples, " if rowwise(loss) else "equal shapes"
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


@where(of_classes)
def test_rows_of_one_class_or_no_rows(loss):
    for shape in (), (2,), (4, 1), (2, 2, 2):
        came, needed = f"y_pred has shape {shape}", "(examples, classes) with two classes or more"
        refuses(loss, np.full(shape, 1), np.full(shape, 1.0), came=came, needed=needed)


@where(of_masks)
def test_masks_come_as_rows(loss):
    for shape in (), (2,), (2, 2, 2):
        came = f"y_pred has shape {shape}"
        mask = np.full(shape, 1)
        refuses(loss, mask, mask, came=came, needed="(examples, entries)")
    assert loss([[1], [0]], [[0.5], [0.5]]) > 0  # of one pixel, too


@where(lambda loss: isinstance(loss.domains["y_pred"], Columns))
def test_columns_are_named(loss):
    names = loss.domains["y_pred"].names
    assert len(names) == columns_of(loss) > 1
    needed = f"is (examples, {len(names)}), {' and '.join(names)} in each row"
    for shape in (), (N,), (N, 1), (N, len(names) + 1), (N, len(names), 1), (len(names), N):
        came = f"y_pred has shape {shape}"
        refuses(loss, np.ones(N), np.ones(shape), came=came, needed=needed)


@where(of_equal_rows)
@pytest.mark.parametrize("dtype", [bool, np.int64, np.float64])
def test_classes_where_rows_are_needed(loss, dtype):
    y_pred, came = drawn(loss)[1], f"y_true has shape ({N},), y_pred has ({N}, {M})"
    refuses(loss, np.ones(N, dtype), y_pred, came=came, needed=f"equal shapes, ({N}, {M})")


@where(lambda loss: isinstance(loss, MultilabelLoss))
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


@every_loss
def test_range_of_each_parameter(loss):
    ranges = {name: str(loss.domains[name]) for name in loss.parameters}
    assert ranges == spec_of(loss).ranges, "not what its Spec promises in `ranges`"


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


@within_zero_and_one("y_pred")
@pytest.mark.parametrize("bad", [-0.001, 1.001, -inf, inf, 7])
def test_predictions_that_are_no_probabilities(loss, bad):
    y_true, y_pred = drawn(loss)
    y_pred[2, 1] = bad
    refuses(loss, y_true, y_pred, came=f"y_pred holds {float(bad)}", needed="[0, 1]")
    y_pred[2, 0] = y_pred[0, 0] = nan  # NaN beside it, in its row and before, does not hide it
    refuses(loss, y_true, y_pred, came=f"y_pred holds {float(bad)}", needed="[0, 1]")
    away = (np.arange(N) != 2).astype(float)  # a weight of 0 does not hide it either
    refuses(loss, y_true, y_pred, sample_weight=away, came="y_pred holds", needed="[0, 1]")


@within_zero_and_one("y_true")
@pytest.mark.parametrize("bad", [-0.001, 1.001, -1, 2, inf])
def test_targets_outside_zero_and_one(loss, bad):
    y_pred = drawn(loss)[1]
    y_true = np.full(y_pred.shape, 1 / M if of_classes(loss) else 0.0)
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


@pytest.mark.parametrize("bad", [0, 0.5, -0.0, -0.999, 1.001, -1.001, 2, -2, inf, -inf])
@where(lambda loss: isinstance(loss.domains["y_true"], Ends))
def test_targets_that_are_no_signs(loss, bad):
    y_true, y_pred = drawn(loss)
    y_true = y_true.astype(float)
    y_true[2, 1] = bad
    came, away = f"y_true holds {float(bad)}", (np.arange(N) != 2).astype(float)
    refuses(loss, y_true, y_pred, came=came, needed="-1 or 1")
    refuses(loss, y_true, y_pred, sample_weight=away, came=came, needed="-1 or 1")
    y_true[0, 0] = y_true[2, 0] = nan
    refuses(loss, y_true, y_pred, came=came, needed="-1 or 1")


@where(lambda loss: isinstance(loss.domains["y_true"], Ends))
def test_answers_of_zero_and_one_are_no_signs(loss):
    y_pred, answers = np.zeros(4), np.array([1, 0, 1, 0])
    for dtype in np.int8, np.uint8, np.int64, np.uint64, np.float16, np.float32, np.float64:
        refuses(loss, answers.astype(dtype), y_pred, came="y_true holds 0", needed="-1 or 1")
    refuses(loss, answers == 1, y_pred, came="y_true holds False", needed="-1 or 1")
    for dtype, wrapped in (np.uint8, 255), (np.uint64, 2**64 - 1):  # −1, if it wrapped around
        y_true = np.array([1, wrapped, 1, 1], dtype)
        refuses(loss, y_true, y_pred, came=f"y_true holds {wrapped}", needed="-1 or 1")


@where(of_classes)
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


@where(lambda loss: loss.domains["y_pred"] == SIMPLEX)
def test_predicted_rows_that_do_not_sum_to_one(loss):
    y_true = np.eye(3)[[0, 1, 2, 0]]
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


@where(takes_classes)
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


@where(takes_classes)
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
        if loss.domains[name].restricts:
            bad = 9 if loss.domains[name].high < 9 else -9
            good, array[-1] = array[-1].copy(), bad
            refuses(loss, y_true, y_pred, came=f"{name} holds {bad}", needed="")
            array[-1] = good
            if isinstance(loss.domains[name], Simplex) and array.ndim == 2:
                array[-1] *= 0.99
                refuses(loss, y_true, y_pred, came=f"{name} has a row", needed="sum to 1")
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
