"""Descent: optimizers, their learning rates, the loop that lets one run, and the run's record.

An objective is a function that takes a point and returns its value and its gradient there.
Descent needs to know nothing else about it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, fields
from itertools import count
from math import cos, inf, isfinite, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import Vector, float_array, number, whole_number
from .domains import FRACTION, NOT_NEGATIVE, POSITIVE
from .gradients import Objective, evaluate

# -- optimizers -----------------------------------------------------------------------------------

LearningRate = float | Callable[[int], float]  # η, or the step 1, 2, … -> η of that step

DOMAINS = {  # what a number of this name may be, in every optimizer
    "learning_rate": POSITIVE,
    "momentum": FRACTION,
    "decay": FRACTION,
    "beta1": FRACTION,
    "beta2": FRACTION,
    "epsilon": POSITIVE,
    "weight_decay": NOT_NEGATIVE,
}


def _set(description: Any, name: str, value: Any) -> None:
    """Give a frozen description a checked value, while it is made."""
    object.__setattr__(description, name, value)


@dataclass(frozen=True)
class Optimizer:
    """How to step from a point, given the gradient there; the description, not the run.

    An optimizer never changes.  What it remembers on its way lives in the generator that `walk`
    returns, so one optimizer serves any number of runs.

    ``learning_rate`` is a number η > 0, or a function of the step 1, 2, … that returns one, such
    as `cosine` or `inverse_decay`.  A function may also return 0: that step leaves the point where
    it is.  Anything else it returns is a ``ValueError`` when its step comes.

    The square of a slope that lies between 0 and 1e-162 is 0.  To those that divide by a root
    (`AdaGrad`, `RMSProp`, `Adam`, `AdamW`) such a slope is small beside any ε: the step is then
    ηg/ε, so choose no ε below 1e-150.  The square of a slope above 1e154 is infinite, and the run
    "diverged".
    """

    learning_rate: LearningRate

    def __post_init__(self) -> None:
        for field in fields(self):
            given = getattr(self, field.name)
            by_step = field.name == "learning_rate" and callable(given)
            if field.name in DOMAINS and not by_step:
                what = f"{type(self).__name__}: {field.name}"
                _set(self, field.name, number(what, given, DOMAINS[field.name]))

    def rate(self, step: int) -> float:
        """η of the step 1, 2, …"""
        if not callable(self.learning_rate):
            return self.learning_rate
        given: Any = self.learning_rate(step)
        if getattr(given, "ndim", None) == 0:  # the one number of an array, of any library
            given = given.item()
        return number(f"{type(self).__name__}: learning_rate of step {step}", given, NOT_NEGATIVE)

    def walk(self, point: Vector) -> Generator[Vector, Vector, None]:
        """One run: it yields a point, is sent the gradient there, yields the next point, and so on.

        Every point is a new array; neither the start nor a gradient is changed or kept.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class GradientDescent(Optimizer):
    r"""A step against the gradient, as long as the gradient is steep.

    .. math:: x_{t+1} = x_t - \eta\, g_t

    Given the gradient of a batch instead of the whole, this is stochastic gradient descent.

    Parameters
    ----------
    learning_rate : η > 0, or a function of the step; its unit is that of the point, squared, per
        unit of the value

    Raises
    ------
    ValueError
        for a learning rate that is neither a finite number above 0 nor a function

    Source: Cauchy (1847), *Comptes rendus de l'Académie des sciences* 25, 536-538.

    Examples
    --------
    >>> walk = GradientDescent(learning_rate=0.1).walk(np.array([1.0]))
    >>> point = next(walk)
    >>> print(walk.send(2 * point))
    [0.8]
    """

    def walk(self, point: Vector) -> Generator[Vector, Vector, None]:
        for t in count(1):
            gradient = yield point
            point = point - self.rate(t) * gradient


@dataclass(frozen=True)
class Momentum(Optimizer):
    r"""A step along a velocity, which gathers the gradients met and slowly forgets them.

    .. math:: v_t = \mu\, v_{t-1} + g_t, \qquad x_{t+1} = x_t - \eta\, v_t, \qquad v_0 = g_0

    With ``nesterov=True`` the step looks ahead to where the velocity is about to lead:

    .. math:: x_{t+1} = x_t - \eta\, (g_t + \mu\, v_t)

    In this form, that of ``torch.optim.SGD``, the learning rate stands outside the velocity, and
    under a steady gradient the steps grow to 1/(1 − μ) times the plain one.  With μ = 0 both
    are plain gradient descent.

    Parameters
    ----------
    learning_rate : η > 0, or a function of the step; its unit is that of the point, squared, per
        unit of the value
    momentum : 0 ≤ μ < 1, the share of the velocity that is kept
    nesterov : whether to look ahead

    Raises
    ------
    ValueError
        for numbers that are not finite or outside these ranges, or ``nesterov`` not a bool

    Sources: Polyak (1964), *USSR Computational Mathematics and Mathematical Physics* 4(5), 1-17;
    Nesterov (1983), *Soviet Mathematics Doklady* 27, 372-376; in the form for a fixed μ,
    Sutskever, Martens, Dahl and Hinton (2013), ICML.

    Examples
    --------
    >>> walk = Momentum(learning_rate=0.1, momentum=0.5).walk(np.array([1.0]))
    >>> point = next(walk)
    >>> print(walk.send(np.array([1.0])), walk.send(np.array([1.0])))  # the second step is longer
    [0.9] [0.75]
    """

    momentum: float = 0.9
    nesterov: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.nesterov, (bool, np.bool_)):
            raise ValueError(f"Momentum: nesterov is {self.nesterov!r}; needed is True or False")

    def walk(self, point: Vector) -> Generator[Vector, Vector, None]:
        velocity = np.zeros_like(point)
        for t in count(1):
            gradient = yield point
            velocity = self.momentum * velocity + gradient
            direction = gradient + self.momentum * velocity if self.nesterov else velocity
            point = point - self.rate(t) * direction


def _root(memory: Vector) -> Vector:
    """The square root of summed squares; NaN where they overflowed.

    A step divided by infinity would be 0, and the run would stand still for ever.  NaN shows that
    it is over: the run is "diverged".
    """
    root: Vector = np.sqrt(memory)
    if np.isinf(root).any():
        root = np.where(np.isinf(root), np.nan, root)
    return root


@dataclass(frozen=True)
class AdaGrad(Optimizer):
    r"""A step per coordinate, the shorter the more slope that coordinate has met so far.

    .. math:: s_t = s_{t-1} + g_t^2, \qquad
              x_{t+1} = x_t - \eta\, \frac{g_t}{\sqrt{s_t} + \epsilon}, \qquad s_{-1} = 0

    Nothing is forgotten: under a steady gradient the t-th step is η/√t long, whatever the size of
    the gradient, as long as that is large beside ε.  A coordinate that has seldom had a slope
    still takes long steps.

    Parameters
    ----------
    learning_rate : η > 0, in the unit of the point; or a function of the step
    epsilon : ε > 0, in the unit of the gradient; keeps a coordinate without slope from 0/0

    Raises
    ------
    ValueError
        for numbers that are not finite or outside these ranges

    Source: Duchi, Hazan and Singer (2011), *Adaptive Subgradient Methods for Online Learning and
    Stochastic Optimization*, Journal of Machine Learning Research 12, 2121-2159; here with the
    diagonal matrix and without a constraint.

    Examples
    --------
    >>> walk = AdaGrad(learning_rate=1.0).walk(np.array([0.0, 0.0]))
    >>> point = next(walk)
    >>> for often_and_once in ([5.0, 0.0], [5.0, 0.0], [5.0, 0.0], [5.0, 5.0]):
    ...     last, point = point, walk.send(np.array(often_and_once))
    ...     print((last - point).round(3))
    [1. 0.]
    [0.707 0.   ]
    [0.577 0.   ]
    [0.5 1. ]
    """

    epsilon: float = 1e-8

    def walk(self, point: Vector) -> Generator[Vector, Vector, None]:
        total = np.zeros_like(point)
        for t in count(1):
            gradient = yield point
            total = total + gradient**2
            point = point - self.rate(t) * gradient / (_root(total) + self.epsilon)


@dataclass(frozen=True)
class RMSProp(Optimizer):
    r"""A step per coordinate: the gradient, divided by the root of its mean square of late.

    .. math:: s_t = \rho\, s_{t-1} + (1 - \rho)\, g_t^2, \qquad
              x_{t+1} = x_t - \eta\, \frac{g_t}{\sqrt{s_t} + \epsilon}, \qquad s_{-1} = 0

    The mean forgets, so the steps do not die away as those of `AdaGrad` do: under a steady
    gradient, large beside ε, they become η long.  The mean starts at 0 and nothing corrects that:
    the first step is 1/√(1 − ρ) times as long, 3.2 times for ρ = 0.9.

    Parameters
    ----------
    learning_rate : η > 0, in the unit of the point; or a function of the step
    decay : 0 ≤ ρ < 1, the share of the mean square that is kept
    epsilon : ε > 0, in the unit of the gradient; keeps a coordinate without slope from 0/0

    Raises
    ------
    ValueError
        for numbers that are not finite or outside these ranges

    Source: Tieleman and Hinton (2012), *Lecture 6.5: RMSProp: Divide the Gradient by a Running
    Average of Its Recent Magnitude*, COURSERA: Neural Networks for Machine Learning; the lecture
    has no ε, which stands outside the root here, as in ``torch.optim.RMSprop``.

    Examples
    --------
    >>> walk = RMSProp(learning_rate=1.0, decay=0.5).walk(np.array([0.0]))
    >>> point = next(walk)
    >>> for slope in (100.0, 100.0, 100.0, 100.0, 1.0, 1.0):  # steep, then nearly flat
    ...     last, point = point, walk.send(np.array([slope]))
    ...     print((last - point).round(3))
    [1.414]
    [1.155]
    [1.069]
    [1.033]
    [0.015]
    [0.021]
    """

    decay: float = 0.9
    epsilon: float = 1e-8

    def walk(self, point: Vector) -> Generator[Vector, Vector, None]:
        square = np.zeros_like(point)
        for t in count(1):
            gradient = yield point
            square = self.decay * square + (1 - self.decay) * gradient**2
            point = point - self.rate(t) * gradient / (_root(square) + self.epsilon)


@dataclass(frozen=True)
class Adam(Optimizer):
    r"""A step per coordinate: the mean gradient, divided by the root of its mean square.

    .. math:: m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad
              s_t = \beta_2 s_{t-1} + (1 - \beta_2) g_t^2, \qquad m_0 = s_0 = 0

    .. math:: x_t = x_{t-1} - \eta\, \frac{\hat m_t}{\sqrt{\hat s_t} + \epsilon}, \qquad
              \hat m_t = \frac{m_t}{1 - \beta_1^t}, \quad \hat s_t = \frac{s_t}{1 - \beta_2^t}

    Both means start at 0; the divisions by 1 − β^t, t = 1, 2, …, take that out of them.  The
    first step is therefore η long in every coordinate, whatever the size of the gradient, as
    long as that is large beside ε.

    Parameters
    ----------
    learning_rate : η > 0, in the unit of the point; or a function of the step
    beta1, beta2 : 0 ≤ β < 1, the share of each mean that is kept
    epsilon : ε > 0, in the unit of the gradient; keeps a coordinate without slope from 0/0

    Raises
    ------
    ValueError
        for numbers that are not finite or outside these ranges

    Source: Kingma and Ba (2015), *Adam: A Method for Stochastic Optimization*, ICLR.

    Examples
    --------
    >>> walk = Adam(learning_rate=0.1).walk(np.array([1.0, 1.0]))
    >>> point = next(walk)
    >>> print(walk.send(np.array([1000.0, -0.001])).round(4))
    [0.9 1.1]
    """

    learning_rate: LearningRate = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def walk(self, point: Vector) -> Generator[Vector, Vector, None]:
        mean, square = np.zeros_like(point), np.zeros_like(point)
        for t in count(1):
            gradient = yield point
            mean = self.beta1 * mean + (1 - self.beta1) * gradient
            square = self.beta2 * square + (1 - self.beta2) * gradient**2
            mean_now, square_now = mean / (1 - self.beta1**t), square / (1 - self.beta2**t)
            rate = self.rate(t)
            step = rate * mean_now / (_root(square_now) + self.epsilon)
            point = self._shrunk(point, rate) - step

    def _shrunk(self, point: Vector, rate: float) -> Vector:
        """The point to step from: the last one as it is; `AdamW` makes it smaller first."""
        return point


@dataclass(frozen=True)
class AdamW(Adam):
    r"""Adam's step, taken from a point that has moved a little towards 0 first.

    .. math:: x_t = (1 - \eta \lambda)\, x_{t-1}
              - \eta\, \frac{\hat m_t}{\sqrt{\hat s_t} + \epsilon}

    with the means of `Adam`.  A penalty ½λ‖x‖² added to the objective would pass through these
    means and be divided by the root with the rest of the gradient: the steeper a coordinate, the
    weaker its pull.  Here every coordinate loses the same share ηλ in every step, whatever its
    gradients.  With λ = 0 this is `Adam`; with ηλ above 1 the shrinking overshoots 0.

    Parameters
    ----------
    learning_rate : η > 0, in the unit of the point; or a function of the step
    beta1, beta2 : 0 ≤ β < 1, the share of each mean that is kept
    epsilon : ε > 0, in the unit of the gradient; keeps a coordinate without slope from 0/0
    weight_decay : λ ≥ 0, per unit of the point, so that ηλ is a plain number

    Raises
    ------
    ValueError
        for numbers that are not finite or outside these ranges

    Source: Loshchilov and Hutter (2019), *Decoupled Weight Decay Regularization*, ICLR; here, as in
    ``torch.optim.AdamW``, the share lost is the product of learning rate and weight decay.

    Examples
    --------
    >>> walk = AdamW(learning_rate=0.1, weight_decay=0.5).walk(np.array([1.0, 1.0, 1.0]))
    >>> point = next(walk)
    >>> print(walk.send(np.array([1000.0, -0.001, 0.0])).round(4))  # each loses 0.05, then steps
    [0.85 1.05 0.95]
    """

    weight_decay: float = 1e-2

    def _shrunk(self, point: Vector, rate: float) -> Vector:
        return (1 - rate * self.weight_decay) * point


# -- learning rates that change -------------------------------------------------------------------


@dataclass(frozen=True)
class cosine:
    r"""A learning rate that grows for a while, if you like, and then falls like half a cosine.

    .. math:: \eta_t = \eta\, \frac{t}{w} \quad (t \le w), \qquad
              \eta_t = \frac{\eta}{2} \left(1 + \cos \pi\, \frac{t - 1 - w}{T - w}\right)
              \quad (w < t \le T)

    The w steps of the **warm-up** end at η, the first step after them has η, and the steps get
    shorter up to the last, T.  When T steps are done the rate is 0, and it stays there: a run
    with more steps stands still.  So count as ``steps`` what the run will take; in `train` that
    is epochs times batches per epoch.

    Without a warm-up its T steps are those of ``torch.optim.lr_scheduler.CosineAnnealingLR`` with
    ``T_max`` = T, told of every step, and of Keras's ``CosineDecay`` with ``decay_steps`` = T.

    Parameters
    ----------
    start : η > 0, the largest learning rate
    steps : T, 1 or more
    warmup : w, from 0 to T − 1

    Returns
    -------
    a function of the step 1, 2, …, for the ``learning_rate`` of an optimizer

    Raises
    ------
    ValueError
        for numbers outside these ranges, or a step that is not 1, 2, …

    Sources: Loshchilov and Hutter (2017), *SGDR: Stochastic Gradient Descent with Warm Restarts*,
    ICLR, here without restarts; Goyal et al. (2017), *Accurate, Large Minibatch SGD*,
    arXiv:1706.02677 (the warm-up).

    Examples
    --------
    >>> rate = cosine(0.4, steps=6, warmup=2)
    >>> print([round(rate(t), 3) for t in range(1, 8)])
    [0.2, 0.4, 0.4, 0.341, 0.2, 0.059, 0.0]
    >>> print(Adam(rate).learning_rate)
    cosine(start=0.4, steps=6, warmup=2)
    """

    start: float
    steps: int
    warmup: int = 0

    def __post_init__(self) -> None:
        _set(self, "start", number("cosine: start", self.start, POSITIVE))
        _set(self, "steps", whole_number("cosine: steps", self.steps, least=1))
        _set(self, "warmup", whole_number("cosine: warmup", self.warmup, least=0))
        if self.warmup >= self.steps:
            raise ValueError(
                f"cosine: warmup is {self.warmup}; needed are fewer than the steps, {self.steps}"
            )

    def __call__(self, step: int) -> float:
        step = whole_number("cosine: step", step, least=1)
        if step <= self.warmup:
            return self.start * (step / self.warmup)
        done = (step - 1 - self.warmup) / (self.steps - self.warmup)
        return self.start * (1 + cos(pi * min(done, 1))) / 2


@dataclass(frozen=True)
class inverse_decay:
    r"""A learning rate that falls like 1/t: in the long run noise averages out.

    .. math:: \eta_t = \frac{\eta}{1 + r\, (t - 1)}, \qquad t = 1, 2, \dots

    The first step has η; after 1/r steps it is half of that.  With r = 1 this is η/t, the rate of
    Robbins and Monro: the steps of a noisy gradient get short enough to come to rest, and yet
    their sum has no bound, so that any point can be reached.  With r = 0 it is η throughout.

    It is Keras's ``InverseTimeDecay`` with ``decay_rate`` = r and ``decay_steps`` = 1, which counts
    the steps that are done: 0 before the first.

    Parameters
    ----------
    start : η > 0, the learning rate of the first step
    rate : r ≥ 0, per step

    Returns
    -------
    a function of the step 1, 2, …, for the ``learning_rate`` of an optimizer

    Raises
    ------
    ValueError
        for numbers outside these ranges, or a step that is not 1, 2, …

    Source: Robbins and Monro (1951), *A Stochastic Approximation Method*, Annals of Mathematical
    Statistics 22(3), 400-407.

    Examples
    --------
    >>> rate = inverse_decay(0.6, rate=0.5)
    >>> print([round(rate(t), 3) for t in range(1, 6)])
    [0.6, 0.4, 0.3, 0.24, 0.2]
    """

    start: float
    rate: float

    def __post_init__(self) -> None:
        _set(self, "start", number("inverse_decay: start", self.start, POSITIVE))
        _set(self, "rate", number("inverse_decay: rate", self.rate, NOT_NEGATIVE))

    def __call__(self, step: int) -> float:
        step = whole_number("inverse_decay: step", step, least=1)
        return self.start / (1 + self.rate * (step - 1))


# -- the loop -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Descent:
    """The record of one run: where it went, what it met, and why it ended.

    point : (d,), the last point
    path : (steps + 1, d), every point, the start included; None if it was not kept
    values : (steps + 1,), the objective at those points
    gradient_norms : (steps + 1,), the Euclidean norm of its gradient there
    status : "converged", "step limit", "diverged" or "stopped"
    """

    point: Vector
    path: Vector | None
    values: Vector
    gradient_norms: Vector
    status: str

    @property
    def value(self) -> float:
        """The objective at the last point."""
        return float(self.values[-1])

    @property
    def steps(self) -> int:
        """How many steps the run took."""
        return len(self.values) - 1

    def __repr__(self) -> str:
        steps = "1 step" if self.steps == 1 else f"{self.steps} steps"
        return f"{self.status} after {steps}, value {self.value:.4g}"


def descend(
    objective: Objective,
    start: ArrayLike,
    optimizer: Optimizer,
    *,
    steps: int = 1000,
    tolerance: float = 1e-6,
    callback: Callable[[int, Vector, float], Any] | None = None,
    keep_path: bool = True,
    clip_norm: float | None = None,
) -> Descent:
    """Walk downhill from ``start`` until the slope is gone, and keep a record.

    At every point, the start included, the run ends as soon as one of these holds; if several
    do, the first counts:

    "diverged" : the value or the gradient is no longer finite
    "converged" : the Euclidean norm of the gradient is at most ``tolerance``
    "stopped" : ``callback`` returned True
    "step limit" : ``steps`` steps were taken

    A run that ends at a point that is not finite has diverged, whatever the objective is there.
    Divergence raises no error and no warning: the record keeps the path that led there.

    Parameters
    ----------
    objective : point (d,) -> (value, gradient (d,)); it gets a copy, in float64
    start : (d,) finite numbers; not changed
    optimizer : `GradientDescent`, `Momentum`, `AdaGrad`, `RMSProp`, `Adam`, `AdamW`
    steps : the most steps to take, 0 or more
    tolerance : 0 or more, in the unit of the gradient
    callback : called as ``callback(step, point, value)`` after each step 1, 2, …; let it return
        nothing (some progress bars return True)
    keep_path : whether to keep every point, which takes 8·d bytes per step
    clip_norm : the longest gradient, above 0, that the optimizer gets to see: a longer one is
        scaled to it, as ``torch.nn.utils.clip_grad_norm_`` does but for the 1e-6 that it adds to
        the norm.  The record and ``tolerance`` are about the gradient as it was

    Returns
    -------
    record with point, value, path, values, gradient_norms, steps, status

    Raises
    ------
    ValueError
        for an argument that is none of the above; for an objective that does not return one
        number and a gradient shaped like the point; for a function of the step that returns no
        learning rate

    Examples
    --------
    >>> def bowl(x):
    ...     return x @ x, 2 * x
    >>> descend(bowl, [1.0, 2.0], GradientDescent(learning_rate=0.25), tolerance=1e-3)
    converged after 13 steps, value 7.451e-08
    >>> descend(bowl, [1.0, 2.0], GradientDescent(learning_rate=1.5))
    diverged after 511 steps, value inf
    """
    point = float_array("descend: start", start)
    if point.ndim != 1 or point.size == 0:
        raise ValueError(f"descend: start has shape {point.shape}; needed is a vector (d,)")
    if not np.isfinite(point).all():
        raise ValueError(f"descend: start is {start!r}; needed are finite numbers")
    check_optimizer("descend", optimizer)
    steps = whole_number("descend: steps", steps, least=0)
    tolerance = number("descend: tolerance", tolerance, NOT_NEGATIVE)
    check_callback("descend", callback)
    clip_norm = check_clip_norm("descend", clip_norm)

    walk = optimizer.walk(point.copy())
    point = next(walk)
    path: list[Vector] = []
    values: list[float] = []
    norms: list[float] = []
    status = None
    with np.errstate(all="ignore"):  # divergence is a result here, not a warning
        while status is None:
            step = len(values)
            value, gradient = evaluate(objective, point)
            norm = euclidean_norm(gradient)
            values.append(value)
            norms.append(norm)
            if keep_path:
                path.append(point)
            stop = step > 0 and callback is not None and callback(step, point.copy(), value)
            finite = isfinite(value) and isfinite(norm)
            status = ending(finite, norm <= tolerance, says_stop(stop), step == steps)
            if status is None:
                point = walk.send(clipped(gradient, norm, clip_norm))
    if not np.isfinite(point).all():  # out there, a flat objective can look like a minimum
        status = "diverged"
    kept = np.array(path) if keep_path else None
    return Descent(point.copy(), kept, np.array(values), np.array(norms), status)


def ending(finite: bool, converged: bool, stopped: bool, at_limit: bool) -> str | None:
    """Why a run ends here, if it does; the first reason counts."""
    if not finite:
        return "diverged"
    if converged:
        return "converged"
    if stopped:
        return "stopped"
    return "step limit" if at_limit else None


def clipped(gradient: Vector, norm: float, longest: float | None) -> Vector:
    """A gradient of that norm, scaled to the longest that is allowed."""
    if longest is None or not norm > longest:
        return gradient
    return longest * (gradient / norm)


def euclidean_norm(vector: Vector) -> float:
    """√Σv², also where the squares leave the range of floats; NaN or inf if the vector holds it."""
    norm = sqrt(vector.dot(vector))
    if 1e-150 < norm < inf:
        return norm
    largest = float(np.abs(vector).max())
    if largest == 0 or not isfinite(largest):
        return largest
    scaled = vector / largest
    return largest * sqrt(scaled.dot(scaled))


def check_optimizer(caller: str, given: Any) -> None:
    if not isinstance(given, Optimizer):
        raise ValueError(
            f"{caller}: optimizer is {given!r}; needed is one such as GradientDescent(0.1)"
        )


def check_clip_norm(caller: str, given: Any) -> float | None:
    return None if given is None else number(f"{caller}: clip_norm", given, POSITIVE)


def says_stop(answer: Any) -> bool:
    """Whether a callback returned True, and not just something."""
    return isinstance(answer, (bool, np.bool_)) and bool(answer)


def check_callback(caller: str, given: Any) -> None:
    if given is not None and not callable(given):
        raise ValueError(f"{caller}: callback is {given!r}; needed is a function or None")
