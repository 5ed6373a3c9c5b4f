"""Input of every loss at the ends of the floats, at zeros and at NaN, among ordinary numbers."""

from math import inf, nan

import numpy as np
from hypothesis import strategies as st

from lossbook.domains import REAL, Ends, Interval, Simplex
from tests.support.loss_cases import Case, M, of_classes
from tests.support.loss_strategies import integers

N = 40  # examples
SUBNORMAL = 5e-324
ENDS = [0.0, -0.0, inf, -inf, nan, 1e300, -1e300, 1e-300, -1e-300, 1e4, -1e4, 0.5, -0.5, 1.0]
ORDINARY = np.random.default_rng(0).normal(0, 3, 12).tolist()
POOL = np.array([*ENDS, SUBNORMAL, -SUBNORMAL, *ORDINARY])
ROWS = np.array([0.0, 0, SUBNORMAL, 1e-300, 0.25, 0.25, 0.5, 1, 1, 0.3])  # shares, to be scaled
WEIGHTS = np.array([0.0, 0, 1, 0.5, 2, nan])


def simplex(drawn: np.ndarray) -> np.ndarray:
    """Rows of probabilities, one in eight of them with a NaN."""
    shares = ROWS[drawn % len(ROWS)]
    total = shares.sum(axis=1, keepdims=True)
    rows = np.where(total > 0.1, shares / np.where(total > 0.1, total, 1), np.eye(M)[0])
    rows[drawn[:, 0] % 8 == 7, -1] = nan
    return rows


def inside(domain: Interval) -> st.SearchStrategy[np.ndarray]:
    """(N, M) numbers of the pool, moved to where the domain is."""
    if isinstance(domain, Simplex):
        return integers(256, (N, M)).map(simplex)
    drawn = integers(len(POOL), (N, M)).map(lambda index: POOL[index])
    if domain is REAL:
        return drawn
    if isinstance(domain, Ends):
        return drawn.map(lambda a: np.where(a == a, np.where(a > 0, domain.high, domain.low), nan))
    largest = 1e300 if domain.high == inf else domain.high
    return drawn.map(lambda a: np.clip(a, max(domain.low, -1e300), largest))


def targets(case: Case) -> st.SearchStrategy[np.ndarray]:
    domain = case.loss.domains["y_true"]
    classes = integers(M, (N,))
    if case.targets == "soft":
        return inside(domain)
    if of_classes(case.loss):
        return classes if case.targets == "classes" else classes.map(lambda c: np.eye(M)[c])
    return integers(2, (N, M)).map(lambda k: np.where(k, domain.high, domain.low))


def predictions(case: Case) -> st.SearchStrategy[np.ndarray]:
    return inside(case.loss.domains["y_pred"])


def arguments(case: Case) -> st.SearchStrategy[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Targets, predictions, and weights of which some are 0, and some NaN."""
    weights = integers(len(WEIGHTS), (N,)).map(lambda index: WEIGHTS[index])
    positive = weights.filter(lambda w: np.nanmax(w, initial=0) > 0)
    return st.tuples(targets(case), predictions(case), positive)


def without_subnormals(array: np.ndarray) -> np.ndarray:
    """What JAX sees: on processors, it takes them for 0."""
    if array.dtype.kind != "f":
        return array
    return np.where(np.abs(array) < np.finfo(array.dtype).smallest_normal, 0 * array, array)
