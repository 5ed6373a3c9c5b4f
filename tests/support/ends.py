"""Input of every loss at the ends of the floats, at zeros and at NaN, among ordinary numbers."""

from math import inf, nan

import numpy as np
from hypothesis import strategies as st

from lossbook.domains import Columns, Ends, Interval, OneARow, Simplex
from tests.support.loss_cases import Case, M, of_classes

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


def inside(domain: Interval, rng: np.random.Generator) -> np.ndarray:
    """(N, M) numbers of the pool, or as the domain wants, moved to where it is."""
    if isinstance(domain, Simplex):
        return simplex(rng.integers(0, 256, (N, M)))
    drawn = rng.choice(POOL, (N, len(domain.names) if isinstance(domain, Columns) else M))
    if isinstance(domain, OneARow):
        return drawn[:, 0]
    if not domain.restricts:
        return drawn
    if isinstance(domain, Ends):
        return np.where(drawn == drawn, np.where(drawn > 0, domain.high, domain.low), nan)
    largest = 1e300 if domain.high == inf else domain.high
    kept = np.clip(drawn, max(domain.low, -1e300), largest)
    return np.where(drawn == domain.low, drawn, kept)  # −0 stays so


def targets(case: Case, rng: np.random.Generator) -> np.ndarray:
    domain = case.loss.domains["y_true"]
    if case.targets == "soft":
        return inside(domain, rng)
    if of_classes(case.loss):
        classes = rng.integers(0, M, N)
        return classes if case.targets == "classes" else np.eye(M)[classes]
    return np.where(rng.random((N, M)) < 0.5, domain.high, domain.low)


def arguments(case: Case) -> st.SearchStrategy[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Targets, predictions, and weights of which some are 0, and some NaN.

    Many numbers from one seed: an example of Hypothesis that is "simple" would hold zeros only.
    """

    def drawn(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        y_pred = inside(case.loss.domains["y_pred"], rng)
        return targets(case, rng), y_pred, rng.permutation(np.resize(WEIGHTS, N))

    return st.integers(0, 2**32 - 1).map(drawn)


def without_subnormals(array: np.ndarray) -> np.ndarray:
    """What JAX sees: on processors, it takes them for 0."""
    if array.dtype.kind != "f":
        return array
    return np.where(
        np.abs(array) < np.finfo(array.dtype).smallest_normal, np.copysign(0, array), array
    )
