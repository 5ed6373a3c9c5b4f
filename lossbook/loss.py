"""What a loss is: one formula, and everything that every loss shares.

A formula is a generator.  It yields the value per example and then, if it is asked again, the
slope: the derivative of that value by ``y_pred``.  What the two share is computed once, and a
caller who wants the value alone never pays for the slope.  The decorators `elementwise`,
`multilabel` and `rowwise` turn a formula into a `Loss`.

A call reads and checks its input (`checks`), and hands it on: NumPy arrays to a walk over blocks
that fit the cache (`blocks`), arrays of other libraries, whole, to their own (`array_api`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial, update_wrapper
from typing import Any, Literal, NoReturn

import numpy as np
from numpy.typing import ArrayLike

from . import array_api, blocks, checks, docstrings, elsewhere
from .checks import Request, Rule, Shape
from .domains import REAL, Interval, OneARow

Formula = Callable[..., Iterator[Any]]
Reduction = Literal["mean", "sum", "none"]
Parameters = dict[str, Any]

losses: dict[str, Loss] = {}  # name -> Loss, all of them


@dataclass(frozen=True)
class Properties:
    """What one should know of a loss before choosing it; parameters are at their defaults.

    minimiser : the constant prediction with the smallest mean loss
    convex : whether each value is convex in ``y_pred``
    bounded_slope : whether no prediction, however wrong, has a slope beyond some bound
    proper : whether the best prediction is the true probability (of scores: through sigmoid or
        softmax); None for a loss that is not about probabilities
    floor : the value of the best prediction possible
    unit : the unit of the value
    title : what the loss is called in words, where a list or a card shows it
    """

    minimiser: str
    convex: bool
    bounded_slope: bool
    proper: bool | None
    floor: str
    unit: str
    title: str = ""


class Loss:
    """A loss function: call it for its value, `gradient` for the derivative by ``y_pred``.

    Every loss is called in the same three ways, and nothing that you pass is ever changed.

    ``properties`` tells what to know of a loss before choosing it, ``parameters`` the defaults of
    its own keywords, ``domains`` the numbers that each argument may hold.

    Where ``y_pred`` is an array of PyTorch, JAX, Dask or CuPy, so are the results, and what PyTorch
    and JAX find as the derivative of a value is our `gradient`.  Such arrays may be traced, lazy or
    on another device, so their entries are not looked at: a wrong one makes the values and slopes
    that it touches NaN instead of raising an error.  Means are those of the library: a sum that
    overflows is infinite there.

    Parameters
    ----------
    y_true : what happened, in the shape and the domain that the help of each loss names
    y_pred : what the model predicted; its type decides that of the results: float32 for float32 and
        float16, float64 for everything else
    sample_weight : one weight per example, or one per value; 0 means the example is absent
    reduction : "mean" (Σwℓ/Σw), "sum" (Σwℓ) or "none" (wℓ, one value per example)
    parameters : the loss's own, such as delta

    Returns
    -------
    a value, or an array of them for "none"; the gradient is shaped like ``y_pred``.  NaN in gives
    NaN out, in the values and slopes that it touches

    Raises
    ------
    ValueError
        for any input that is wrong; the message says what came and what is needed
    TypeError
        for a keyword that the loss does not have

    Examples
    --------
    >>> import lossbook as lb
    >>> print(lb.huber([0.0, 0.0], [0.5, 3.0], delta=2.0))
    2.0625
    >>> print(lb.huber.gradient([0.0, 0.0], [0.5, 3.0], delta=2.0, reduction="sum"))
    [0.5 2. ]
    >>> value, gradient = lb.huber.value_and_gradient([0.0, 0.0], [0.5, 3.0], delta=2.0)
    >>> print(lb.huber.properties.minimiser)
    the mean, with values farther from it than delta drawn in to delta
    """

    classes_first = False  # whether a formula sees (n, k) arrays with the k classes along axis 0
    by_label = False  # whether parameters may be arrays, (m,) for (n, m)

    def __init__(
        self,
        formula: Formula,
        properties: Properties | None,
        domains: dict[str, Interval],
        in_numpy: Callable[..., Iterator[Any] | None] | None = None,
        in_double: bool = False,
    ):
        update_wrapper(self, formula)
        self.__name__: str = formula.__name__
        self.__doc__ = docstrings.complete(inspect.cleandoc(formula.__doc__ or ""))
        self.formula = formula
        self.properties = properties
        self.domains = {"y_true": REAL, "y_pred": REAL, **domains}
        shapes = self.classes_first, self.by_label
        self._rule = Rule(self.__name__, in_numpy, in_double, self.domains, *shapes)
        self.parameters: Parameters = dict(getattr(formula, "__kwdefaults__", None) or {})
        self.__signature__ = docstrings.signature(formula)
        losses[self.__name__] = self

    def __call__(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        reduction: Reduction = "mean",
        **parameters: Any,
    ) -> Any:
        return self._evaluate(y_true, y_pred, sample_weight, reduction, parameters, False)[0]

    def gradient(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        reduction: Reduction = "mean",
        **parameters: Any,
    ) -> Any:
        """The derivative of the value by ``y_pred``, shaped like it (of the sum for "none")."""
        return self._evaluate(y_true, y_pred, sample_weight, reduction, parameters, True)[1]

    def value_and_gradient(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        reduction: Reduction = "mean",
        **parameters: Any,
    ) -> tuple[Any, Any]:
        """Value and gradient together, for less than the price of both."""
        return self._evaluate(y_true, y_pred, sample_weight, reduction, parameters, True)

    def __repr__(self) -> str:
        return f"<loss {self.__name__}{self.__signature__}>"

    def __reduce__(self) -> str:
        return self.__name__  # pickled by name, as functions are: each process has its own

    def _evaluate(
        self,
        y_true: Any,
        y_pred: Any,
        sample_weight: Any,
        reduction: str,
        parameters: Parameters,
        wants_gradient: bool,
    ) -> tuple[Any, Any]:
        if not (isinstance(reduction, str) and reduction in ("mean", "sum", "none")):
            self.refuse(f"reduction is {reduction!r}", 'needed is "mean", "sum" or "none"')
        xp = array_api.namespace(y_pred)
        read = self._numbers if xp is None else partial(self._numbers_of, xp, like=y_pred)
        y_true, y_pred = read("y_true", y_true), read("y_pred", y_pred)
        self.check_shapes(y_true, y_pred)
        prediction = tuple(y_pred.shape)
        if parameters or self.parameters:
            parameters = self._check_parameters(parameters, prediction)
        shape = self.value_shape(prediction)
        if sample_weight is not None:
            sample_weight = read("sample_weight", sample_weight)
            checks.weight_shape(self.__name__, tuple(sample_weight.shape), shape)
        how = parameters, reduction, wants_gradient
        request = Request(self._rule, self.formula, y_true, y_pred, sample_weight, shape, *how)
        return blocks.evaluate(request) if xp is None else elsewhere.evaluate(xp, request)

    # -- checks -------------------------------------------------------------------------------

    def refuse(self, came: str, needed: str) -> NoReturn:
        checks.refuse(f"{self.__name__}: {came}", needed)

    def _numbers(self, name: str, given: Any) -> Any:
        if type(given) is np.ndarray and given.dtype.kind in "fiub" and given.size:
            return given  # the usual case, without the words for the others
        what = f"{self.__name__}: {name}"
        array = checks.real_array(what, given)
        checks.not_empty(what, array.shape)
        return array

    def _numbers_of(self, xp: Any, name: str, given: Any, like: Any) -> Any:
        return array_api.real_array(xp, f"{self.__name__}: {name}", given, like)

    def _check_parameters(self, given: Parameters, shape: Shape) -> Parameters:
        """All parameters of the formula: those given, checked, and the defaults of the others."""
        for name in given:
            if name not in self.parameters:
                raise TypeError(f"{self.__name__}() got an unexpected keyword argument {name!r}")
        checked = {name: self.check_parameter(name, value, shape) for name, value in given.items()}
        return self.parameters | checked

    def check_parameter(self, name: str, given: Any, shape: Shape) -> Any:
        if isinstance(given, np.ndarray) and given.ndim == 0:
            given = given.item()
        domain = self.domains.get(name, REAL)
        return checks.number(f"{self.__name__}: {name}", given, domain)

    def check_numbers(self, name: str, given: Any, shape: Shape, needed: str) -> Any:
        """A parameter that is an array of numbers of that shape."""
        numbers = self._numbers(name, given)
        if numbers.shape != shape:
            self.refuse(f"{name} has shape {numbers.shape}", f"needed {needed}")
        return np.array([Loss.check_parameter(self, name, it, shape) for it in numbers.tolist()])

    # -- what differs between shapes of loss ----------------------------------------------------

    def check_shapes(self, y_true: Any, y_pred: Any) -> None:
        """Refuse arrays that do not fit."""
        raise NotImplementedError

    def value_shape(self, prediction: Shape) -> Shape:
        """The shape of the values of predictions of that shape."""
        raise NotImplementedError


class ElementwiseLoss(Loss):
    """One value per prediction: ``y_true``, ``y_pred`` and the values have one shape."""

    def check_shapes(self, y_true: Any, y_pred: Any) -> None:
        if y_true.shape != y_pred.shape:
            checks.refuse_unequal(self.__name__, tuple(y_true.shape), tuple(y_pred.shape))

    def value_shape(self, prediction: Shape) -> Shape:
        return prediction


class MultilabelLoss(ElementwiseLoss):
    """Element-wise on (n, m): m yes/no answers per example; parameters may differ by label."""

    by_label = True

    def check_shapes(self, y_true: Any, y_pred: Any) -> None:
        super().check_shapes(y_true, y_pred)
        if y_pred.ndim != 2:
            self.refuse(f"y_pred has shape {tuple(y_pred.shape)}", "needed is (examples, labels)")

    def check_parameter(self, name: str, given: Any, shape: Shape) -> Any:
        if not (isinstance(given, (list, tuple)) or getattr(given, "ndim", 0) > 0):
            return super().check_parameter(name, given, shape)
        return self.check_numbers(name, given, shape[1:], f"is a number or {shape[1:]} of them")


class RowwiseLoss(Loss):
    """One value per row of (n, k).  A formula sees a block with the classes along axis 0.

    So ``xp.max(y_pred, axis=0)`` is the largest score of each example and lines up with
    ``y_pred`` by itself.  ``y_true`` is shaped like ``y_pred``, or a vector of classes where its
    domain is LABELS.
    """

    classes_first = True

    def check_shapes(self, y_true: Any, y_pred: Any) -> None:
        truth, prediction = tuple(y_true.shape), tuple(y_pred.shape)
        if isinstance(self.domains["y_true"], OneARow):
            checks.one_a_row(self.__name__, truth, prediction, self.domains["y_pred"])
            return
        checks.rows(self.__name__, truth, prediction, self.domains["y_true"])
        if len(truth) == 1 and array_api.is_floating(y_true):
            self.refuse(f"y_true holds {y_true.dtype} entries", "needed are integer classes")

    def check_parameter(self, name: str, given: Any, shape: Shape) -> Any:
        if self.parameters[name] is not None:
            return super().check_parameter(name, given, shape)
        if given is None:
            return None
        return self.check_numbers(name, given, shape[1:], f"are {shape[1:]} of them, one per class")

    def value_shape(self, prediction: Shape) -> Shape:
        return prediction[:1]


def elementwise(
    properties: Properties | None = None, *, in_double: bool = False, **domains: Interval
) -> Callable[..., Loss]:
    """Register a formula on arrays of one shape; name the domain of arguments that have one.

    A loss of the same name in `losses` is replaced.

    in_double : whether NumPy computes in float64 even where the result is float32, because the
        formula multiplies rounding errors
    """
    return _registering(ElementwiseLoss, properties, domains, in_double=in_double)


def multilabel(properties: Properties | None = None, **domains: Interval) -> Callable[..., Loss]:
    """Register an element-wise formula on (n, m), m yes/no answers per example."""
    return _registering(MultilabelLoss, properties, domains)


def rowwise(
    properties: Properties | None = None,
    *,
    in_numpy: Callable[..., Iterator[Any] | None] | None = None,
    **domains: Interval,
) -> Callable[..., Loss]:
    """Register a formula with one value per row of (n, k); it sees the k classes along axis 0.

    The other axis is that of the examples; in JAX there is none, for ``jax.vmap`` adds it.

    in_numpy : a function of the same arguments but the first, that gives the same sooner, for NumPy
        arrays; or None, where it does not apply
    """
    return _registering(RowwiseLoss, properties, domains, in_numpy=in_numpy)


def _registering(
    kind: type[Loss], properties: Properties | None, domains: dict[str, Interval], **how: Any
) -> Callable[..., Loss]:
    if not isinstance(properties, Properties | None):
        checks.refuse(
            f"a decorator of losses got {properties!r}",
            "needed are brackets, with Properties or nothing in them: @elementwise()",
        )

    def register(formula: Formula) -> Loss:
        if not inspect.isgeneratorfunction(formula):
            checks.refuse(
                f"{getattr(formula, '__name__', formula)!s} is no generator",
                "needed is a function that yields its value and then its slope",
            )
        return kind(formula, properties, domains, **how)

    return register
