"""Hypothesis strategies for the input of every loss, drawn from what it declares.

Numbers are multiples of 1/64, so that a shift, a mirror image or a sum of them is exact.
"""

from math import inf, prod

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from lossbook.domains import Interval, Simplex
from lossbook.loss import Loss
from tests.support.loss_cases import Case, columns_of, is_bounded, of_classes, takes_one_a_row

N, M = 4, 3  # examples, and labels or classes of each

repeatable = settings(
    derandomize=True,  # the same examples every time
    database=None,
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow],  # a matter of the machine, not of the test
)


def integers(count: int, shape: tuple[int, ...] = (N, M)) -> st.SearchStrategy[np.ndarray]:
    """Arrays of integers from 0 to count − 1, a byte each: much faster than a draw for each."""
    size = prod(shape)
    drawn = st.binary(min_size=size, max_size=size)
    return drawn.map(lambda b: np.frombuffer(b, np.uint8).reshape(shape).astype(int) % count)


# near 0, where losses bend, and far out, where a sigmoid is 1 to the last digit
near, far = integers(256).map(lambda k: (k - 128) / 64), integers(256).map(lambda k: (k - 128) / 2)
numbers = near | far
fractions = integers(65).map(lambda k: k / 64)
classes = integers(M, (N,))
distributions = (
    integers(16).filter(lambda k: k.any(axis=1).all()).map(lambda k: k / k.sum(axis=1)[:, None])
)


def inside(domain: Interval) -> st.SearchStrategy[np.ndarray]:
    if not domain.restricts:
        return numbers
    if isinstance(domain, Simplex):
        return distributions
    if is_bounded(domain):
        return fractions.map(lambda share: domain.low + share * (domain.high - domain.low))
    away = numbers.map(lambda z: abs(z) + (1 / 64 if domain.open_low or domain.open_high else 0))
    return away.map(lambda z: domain.low + z if domain.low > -inf else domain.high - z)


def targets(case: Case) -> st.SearchStrategy[np.ndarray]:
    """(N, M) targets of the kind that the case names, or N classes or numbers."""
    domain = case.loss.domains["y_true"]
    if takes_one_a_row(case.loss):
        return numbers.map(lambda z: z[:, 0])
    if case.targets == "soft":
        return inside(domain)
    if of_classes(case.loss):
        return classes if case.targets == "classes" else classes.map(lambda c: np.eye(M)[c])
    return integers(2).map(lambda k: np.where(k, domain.high, domain.low))


def predictions(loss: Loss) -> st.SearchStrategy[np.ndarray]:
    """(N, M), or as many columns as the loss has names for."""
    columns = columns_of(loss, M)
    return inside(loss.domains["y_pred"]).map(lambda p: p[:, :columns])
