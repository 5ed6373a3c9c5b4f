"""What the tests know of a loss, beside what it declares itself: one `Spec` each.

The specs stand in tests/losses/, a module a family; `tests.support.loss_specs` finds them.  Nothing
of lossbook is used in them: what a loss is compared with must not come from it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple

from tests.support.best_answers import ZERO, Best, Floor

Parameters = dict[str, Any]
Term = Any  # a number of Python or of mpmath


class PerType(NamedTuple):
    """A parameter of stored references: another one in float32, which holds it exactly."""

    float64: float
    float32: float


@dataclass(frozen=True)
class Exact:
    """Inputs at which mpmath evaluates the definition.

    kinds : of targets: "hard", "soft", "classes", or several of them, separated by blanks
    pairs : called with a kind and a dtype, gives pairs of y_true and y_pred (exact_inputs.py)
    parameters : each of these is tried
    """

    kinds: str
    pairs: Callable[[str, str], Iterable[tuple[Any, Any]]]
    parameters: Sequence[Parameters] = ({},)


@dataclass(frozen=True)
class Mirror:
    """Where too high and too low, yes and no, +1 and −1 change sides: same value, opposite slope.

    parameters : how those change that do not stay as they are
    factor : of the value, from the parameters that are given
    """

    parameters: dict[str, Callable] = field(default_factory=dict)
    factor: Callable[..., Any] = lambda **given: 1


@dataclass(frozen=True)
class Peer:
    """A call of another library that gives the same numbers; stored in loss_libraries.json.

    call : what is evaluated: an expression of y, p, w, the parameters of the loss, and `reduction`;
        it begins with one of BEGINNINGS
    inputs : the kind of targets, and the names of y_true and y_pred among the inputs of that file
    weight : the name of w among them, which a call may name c: one for each class
    factor : lossbook's value is so many times theirs
    reductions : those that mean the same
    gradient : an expression for it, where the library has no gradient of its own
    library : the name of the function, if not the first one of the call
    """

    call: str
    inputs: tuple[str, str, str]
    parameters: Parameters = field(default_factory=dict)
    weight: str | None = None
    factor: int = 1
    reductions: tuple[str, ...] = ("mean", "sum", "none")
    gradient: str | None = None
    library: str = ""

    @property
    def name(self) -> str:
        begins, _, function = self.call.partition("(")[0].partition(".")
        return self.library or f"{BEGINNINGS[begins]}.{function}"


BEGINNINGS = {  # of a call → the library
    "F": "torch.nn.functional",
    "metrics": "sklearn.metrics",
    "sk": "sklearn._loss",
    "special": "scipy.special",
    "optax": "optax",
}
# Inputs of a peer; "rows" are probabilities of classes.
MEASURED = "soft", "measured", "predicted"
SIGNS = "hard", "signs", "scores"
HARD_TO_SHARES, SOFT_TO_SHARES = ("hard", "answers", "shares"), ("soft", "soft answers", "shares")
HARD_TO_SCORES, SOFT_TO_SCORES = ("hard", "answers", "scores"), ("soft", "soft answers", "scores")
CLASSES_TO_SCORES, CLASSES_TO_ROWS = (("classes", "classes", name) for name in ("scores", "rows"))
ONE_HOT_TO_SCORES, ONE_HOT_TO_ROWS = (("hard", "one-hot", name) for name in ("scores", "rows"))
LABELS_TO_SCORES, LABELS_TO_ROWS = (("soft", "labels", name) for name in ("scores", "rows"))

SUMS = "sum", "none"  # where their mean does not divide by the sum of the weights
WEIGHTED: dict[str, Any] = {"weights": ["weights"], "reductions": SUMS}


def peers(
    call: str,
    *inputs: tuple[str, str, str],
    parameters: Sequence[Parameters] = ({},),
    weights: Sequence[str | None] = (None,),
    **others: Any,
) -> list[Peer]:
    """One call with each of the inputs, each of the parameters and each of the weights."""
    return [
        Peer(call, named, given, weight, **others)
        for weight, named, given in product(weights, inputs, parameters)
    ]


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What a loss is compared with.

    loss : its name in lossbook
    by_hand : y_true, y_pred, parameters, value per example, slope of their sum, worked out on
        paper; and what their mean divides by, if that is not the count of values
    definition : called with a kind of numbers, y_true, y_pred of one example, and parameters, gives
        the value, and the slope as two terms to subtract, which is how digits are lost; of a row,
        a pair for each entry.  The first argument holds exp, log, cosh, tanh and inf of the
        numbers: Python's or mpmath's (number_kinds.py)
    of_rows : whether the definition takes whole rows
    scores : whether predictions go through exp, and so need many digits
    cancels : whether both terms of the slope count for soft targets, so that it can lose digits
    kink : whether the slope jumps there
    exact : where mpmath evaluates it
    ulps : how many units in the last place it may be off, from a dtype and parameters
    ulp_of_value : the numbers whose ulps count, of y_true, y_pred and value, if not the values
    minimiser, floor : what the properties of that name are compared with
    least : no value lies below it
    mirror : its symmetry, of an element-wise loss that has one
    shift : whether y_pred − y_true alone matters
    mixture : whether the loss of a soft label is the mean of those that it mixes
    ranges : the promised range of each parameter
    in_unit_of_y : the parameters that change with the unit of y
    refused : what is spoilt, what came, what is needed: wrong input of this loss alone.  What is
        wrong for all with its shapes and domains stands in test_refusals.py
    curve : whether x, value and slope, as its card draws them, show what its docstring says
    peers : calls of other libraries, on random inputs
    calls : the same on the book's examples: {example: (library, call, equal, what is wrong)}
    no_peer : why no library has it
    """

    loss: str
    by_hand: Sequence[tuple[Any, ...]] = ()
    definition: Callable[..., tuple[Term, Any]] | None = None
    of_rows: bool = False
    scores: bool = False
    cancels: bool = False
    kink: Callable[[Any, Any], bool] = lambda y, p: False
    exact: Sequence[Exact] = ()
    ulps: Callable[[str, Parameters], float] = lambda dtype, parameters: 4
    ulp_of_value: Callable | None = None
    minimiser: Best | None = None
    floor: Floor = ZERO
    least: float = 0
    mirror: Mirror | None = None
    shift: bool = False
    mixture: bool = False
    ranges: dict[str, str] = field(default_factory=dict)
    in_unit_of_y: frozenset[str] = frozenset()
    refused: Sequence[tuple[dict[str, Any], str, str]] = ()
    curve: Callable[[Any, Any, Any], bool] | None = None
    peers: Sequence[Peer] = ()
    calls: dict[str, Sequence[tuple]] = field(default_factory=dict)
    no_peer: str = ""
