"""Inputs for every registered loss, drawn from what it declares: a new loss joins by existing."""

from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Any

import numpy as np
import pytest

import lossbook as lb
from lossbook.domains import Columns, Ends, Interval, Labels, OneARow, Simplex
from lossbook.loss import Loss, MultilabelLoss, RowwiseLoss
from tests.support.loss_spec import Spec
from tests.support.loss_specs import SPECS

REDUCTIONS = "mean", "sum", "none"
N, M = 5, 3  # examples, and labels or classes of each


@dataclass(frozen=True)
class Case:
    """A loss, the kind of targets it is given, and its parameters."""

    loss: Loss
    targets: str  # "soft" anything in the domain, "hard" its ends or one-hot rows, "classes"
    parameters: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        given = [f"{name}={value}".replace(" ", "") for name, value in self.parameters.items()]
        return "-".join([self.loss.__name__, self.targets, *given])

    def draw(self, seed: int = 1, n: int = N, m: int = M) -> tuple[np.ndarray, np.ndarray]:
        """Targets and predictions, off the ends of their domains.

        (n, m) each, or (n,) classes or numbers; as many columns as the loss has names for.
        """
        rng = np.random.default_rng(seed)
        if takes_one_a_row(self.loss):
            return rng.uniform(-3, 3, n), rng.uniform(-3, 3, (n, columns_of(self.loss, m)))
        rows = of_classes(self.loss)
        y_true: np.ndarray
        if self.targets == "classes":
            y_true = rng.integers(0, m, n)
        elif rows and self.targets == "hard":
            y_true = np.eye(m)[rng.integers(0, m, n)]
        elif rows:
            y_true = rng.dirichlet(np.ones(m), n)
        else:
            low, high = reach(self.loss.domains["y_true"])
            soft = rng.uniform(low, high, (n, m))
            hard = self.targets == "hard"
            y_true = np.where(soft > (low + high) / 2, high, low) if hard else soft
        if of_scores(self.loss):
            return y_true, rng.uniform(-3, 3, (n, m))
        low, high = reach(self.loss.domains["y_pred"])
        off = 0.1 * (high - low)
        y_pred = rng.uniform(low + off, high - off, (n, m))
        by_sum = isinstance(self.loss.domains["y_pred"], Simplex)
        return y_true, y_pred / y_pred.sum(axis=1, keepdims=True) if by_sum else y_pred


def reach(domain: Interval, far: float = 3) -> tuple[float, float]:
    """The ends of a domain; where it has none, as far out as that."""
    low, high = domain.low, domain.high
    if low == -inf and high == inf:
        return -far, far
    return (low if low > -inf else high - far), (high if high < inf else low + far)


def of_classes(loss: Loss) -> bool:
    """Whether the rows of y_true say which of k classes it is."""
    return isinstance(loss.domains["y_true"], Simplex)


def takes_one_a_row(loss: Loss) -> bool:
    """Whether y_true holds one number for each row of y_pred."""
    return isinstance(loss.domains["y_true"], OneARow)


def columns_of(loss: Loss, m: int = M) -> int:
    """How many columns the rows of y_pred have: m, if each of them has no meaning of its own."""
    domain = loss.domains["y_pred"]
    return len(domain.names) if isinstance(domain, Columns) else m


def is_bounded(domain: Interval) -> bool:
    """Whether there is a least and a largest number: of a share, not of a count or a distance."""
    return isfinite(domain.low) and isfinite(domain.high)


def of_scores(loss: Loss) -> bool:
    """Whether y_pred may be any number."""
    return not loss.domains["y_pred"].restricts


def kinds_of_targets(loss: Loss) -> list[str]:
    """The kinds that the loss takes: hinge takes hard targets only, kl_divergence no classes."""
    domain = loss.domains["y_true"]
    kinds = [] if isinstance(domain, Ends) else ["soft"]
    kinds += ["hard"] if is_bounded(domain) else []
    return kinds + (["classes"] if isinstance(domain, Labels) else [])


def settings(loss: Loss) -> list[dict[str, Any]]:
    """The defaults, and for each parameter some other values of its domain."""
    found: list[dict[str, Any]] = [{}]
    for name, default in loss.parameters.items():
        if default is None:  # a number for each class
            found += [{name: [0.5, 2.0, 1.25]}, {name: [1.0, 0.0, 3.0]}]
            continue
        domain = loss.domains[name]
        low, high = reach(domain, far=4)
        small, large = low + 0.1 * (high - low), low + 0.7 * (high - low)
        ends = [] if domain.open_low else [domain.low]
        ends += [] if domain.open_high else [domain.high]
        found += [{name: value} for value in [*filter(isfinite, ends), small, large]]
        if isinstance(loss, MultilabelLoss):
            found.append({name: np.linspace(small, large, M).tolist()})
    return found


LOSSES = list(lb.losses.values())
KINDS = [Case(loss, kind) for loss in LOSSES for kind in kinds_of_targets(loss)]
CASES = [Case(c.loss, c.targets, parameters) for c in KINDS for parameters in settings(c.loss)]

every_loss = pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
every_kind = pytest.mark.parametrize("case", KINDS, ids=str)
every_case = pytest.mark.parametrize("case", CASES, ids=str)


def numbers_among_parameters(loss: Loss) -> list[str]:
    """The parameters that are a number each, not one for each class."""
    return [name for name, default in loss.parameters.items() if default is not None]


def divisor_of(case: Case, y_true: np.ndarray, weight: np.ndarray) -> float:
    """What a mean divides by: the sum of the weights, of classes too where the labels are such."""
    of_class = case.parameters.get("class_weight")
    if of_class is not None and case.targets == "classes":
        weight = weight * np.array(of_class)[y_true]
    return float(weight.sum())


def drawn(loss: Loss) -> tuple[np.ndarray, np.ndarray]:
    """Good input for a loss, of the first kind that it takes."""
    return next(case for case in KINDS if case.loss is loss).draw()


def spec_of(loss: Loss) -> Spec:
    """Its spec; an empty one where it is missing, of which tests/losses/test_specs.py complains."""
    return SPECS.get(loss.__name__, Spec(loss=loss.__name__))


def values_shape(loss: Loss, y_pred: np.ndarray) -> tuple[int, ...]:
    return y_pred.shape[:1] if isinstance(loss, RowwiseLoss) else y_pred.shape
