"""A small dense network, and how it learns from batches.

All weights and biases live in one flat vector, so that a network's loss is a function of a point:
`descend` and `check_gradient` take it like any other objective.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, sqrt
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import Vector, float_array, real_array, weight_content, weight_shape, whole_number
from .descent import (
    Optimizer,
    check_callback,
    check_clip_norm,
    check_optimizer,
    clipped,
    euclidean_norm,
    says_stop,
)

Bend = Callable[[Vector], Any]
ACTIVATIONS: dict[str, tuple[Bend, Bend]] = {  # the function; its slope, from its output
    "relu": (lambda z: np.maximum(z, 0), lambda output: output > 0),
    "tanh": (np.tanh, lambda output: 1 - output**2),
    "identity": (lambda z: z, lambda output: 1),
}


NetworkObjective = Callable[[Vector], tuple[float, Vector]]  # parameters -> (value, gradient)


class HasGradient(Protocol):
    """A loss, as a network sees it."""

    def value_and_gradient(
        self, y_true: Any, y_pred: Any, **parameters: Any
    ) -> tuple[Any, Any]: ...


class Network:
    r"""Dense layers, one after the other: each weighs its inputs, adds a bias and bends the sum.

    .. math:: h_0 = X, \qquad h_l = \varphi(h_{l-1} W_l + b_l), \qquad
              \text{scores} = h_{L-1} W_L + b_L

    The last layer stays straight: its output are raw scores, for a loss of numbers or one
    ``_with_logits``.

    The weights start from normal numbers with mean 0 and variance 2/inputs for relu (He) and
    2/(inputs + outputs) otherwise (Glorot), the biases from 0.

    Parameters
    ----------
    widths : the number of inputs, of units in each hidden layer, of scores; ``[64, 10]`` has no
        hidden layer and is a linear model
    activation : φ: "relu", max(z, 0), with slope 0 at the kink; "tanh"; "identity"
    seed : 0, 1, …; the same seed gives the same start

    Raises
    ------
    ValueError
        for fewer than two widths or one below 1, an unknown activation, a seed below 0

    Sources: Rumelhart, Hinton and Williams (1986), *Nature* 323, 533-536 (backpropagation);
    Glorot and Bengio (2010), AISTATS, and He, Zhang, Ren and Sun (2015), ICCV (the start).

    Examples
    --------
    >>> network = Network([2, 3, 1], activation="tanh")
    >>> print(network.parameters.shape)  # (2 + 1)·3 + (3 + 1)·1
    (13,)
    >>> print(network.predict([[0.0, 0.0], [1.0, 2.0]]).shape)
    (2, 1)
    """

    def __init__(self, widths: Iterable[int], activation: str = "relu", seed: int = 0):
        if isinstance(widths, str) or not isinstance(widths, Iterable):
            raise ValueError(
                f"Network: widths is {widths!r}; needed is a list such as [64, 32, 10]"
            )
        self.widths = tuple(whole_number("Network: a width", w, least=1) for w in widths)
        if len(self.widths) < 2:
            raise ValueError(f"Network: widths is {self.widths}; needed are inputs and scores")
        if not isinstance(activation, str) or activation not in ACTIVATIONS:
            raise ValueError(
                f"Network: activation is {activation!r}; needed is one of {list(ACTIVATIONS)}"
            )
        self.activation = activation
        size = sum((inputs + 1) * outputs for inputs, outputs in pairwise(self.widths))
        self._parameters: Vector = np.zeros(size)
        rng = np.random.default_rng(whole_number("Network: seed", seed, least=0))
        for weight, _ in self.layers():
            inputs, outputs = weight.shape
            variance = 2 / inputs if activation == "relu" else 2 / (inputs + outputs)
            weight[...] = rng.normal(0, sqrt(variance), weight.shape)

    def __repr__(self) -> str:
        return f"Network({list(self.widths)}, activation={self.activation!r})"

    @property
    def parameters(self) -> Vector:
        """(d,) float64: weight (inputs, outputs) and bias (outputs,) of each layer, in this order.

        A vector that you assign is copied.
        """
        return self._parameters

    @parameters.setter
    def parameters(self, parameters: ArrayLike) -> None:
        self._parameters = self._vector(parameters).copy()

    def layers(self, parameters: ArrayLike | None = None) -> list[tuple[Vector, Vector]]:
        """Weight (inputs, outputs) and bias (outputs,) of each layer: views into the flat vector.

        Without ``parameters`` they are the network's own.
        """
        rest = self._vector(parameters)
        layers: list[tuple[Vector, Vector]] = []
        for inputs, outputs in pairwise(self.widths):
            weight, rest = rest[: inputs * outputs], rest[inputs * outputs :]
            bias, rest = rest[:outputs], rest[outputs:]
            layers.append((weight.reshape(inputs, outputs), bias))
        return layers

    def predict(self, X: ArrayLike, parameters: ArrayLike | None = None) -> Vector:
        """Raw scores (n, outputs) for X (n, inputs); also with one output, where they are (n, 1).

        Without ``parameters`` the network's own are used.  NaN in gives NaN out.  X or parameters
        of another shape, or not numbers, are a ``ValueError``.
        """
        return self._forward(self._inputs(X), self.layers(parameters))[-1]

    def objective(
        self, loss: HasGradient, X: ArrayLike, y: ArrayLike, **loss_parameters: Any
    ) -> NetworkObjective:
        """The loss on (X, y) as a function of the parameters: (d,) -> (value, gradient (d,)).

        The gradient comes by backpropagation: the loss gives the slope at the scores; each layer,
        from the last to the first, turns the slope at its output into that of its weight, its
        bias and its input.

        Parameters
        ----------
        loss : a loss of ``lossbook``, or any object with its ``value_and_gradient``
        X : (n, inputs)
        y : (n,) classes for a row-wise loss; for an element-wise one the shape of the scores, so
            for one output a column (n, 1): ``y[:, None]``.  Nothing is broadcast
        loss_parameters : what else the loss takes, such as ``delta=2.0`` or ``sample_weight=w``

        Raises
        ------
        ValueError
            for X and y that do not fit the network, each other or the loss

        Examples
        --------
        >>> from lossbook import check_gradient, mean_squared_error
        >>> network = Network([2, 3, 1], activation="tanh")
        >>> f = network.objective(mean_squared_error, [[0.0, 1.0], [1.0, 2.0]], [[1.0], [-1.0]])
        >>> check_gradient(f, network.parameters) < 1e-8
        True
        """
        if not hasattr(loss, "value_and_gradient"):
            raise ValueError(
                f"Network: loss is {loss!r}; needed is the loss itself, with value_and_gradient; "
                "its parameters follow as keywords, such as delta=2.0"
            )
        inputs, truth = self._examples(X, y)
        _, slope_from_output = ACTIVATIONS[self.activation]

        def value_and_gradient(parameters: Vector) -> tuple[float, Vector]:
            layers = self.layers(parameters)
            *outputs, scores = self._forward(inputs, layers)
            value, slope = loss.value_and_gradient(truth, scores, **loss_parameters)
            gradient = np.empty_like(self._parameters)
            for (weight, _), (weight_slope, bias_slope), below in reversed(
                list(zip(layers, self.layers(gradient), outputs, strict=True))
            ):
                weight_slope[...] = below.T @ slope
                bias_slope[...] = slope.sum(axis=0)
                if below is not inputs:
                    slope = slope @ weight.T * slope_from_output(below)
            return value, gradient

        return value_and_gradient

    def _forward(self, X: Vector, layers: list[tuple[Vector, Vector]]) -> list[Vector]:
        """X, the output of every hidden layer, and the scores."""
        activate, _ = ACTIVATIONS[self.activation]
        outputs = [X]
        for weight, bias in layers[:-1]:
            outputs.append(activate(outputs[-1] @ weight + bias))
        weight, bias = layers[-1]
        return [*outputs, outputs[-1] @ weight + bias]

    def _vector(self, parameters: ArrayLike | None) -> Vector:
        if parameters is None:
            return self._parameters
        vector = float_array("Network: parameters", parameters)
        if vector.shape != self._parameters.shape:
            raise ValueError(
                f"Network: parameters have shape {vector.shape}; needed is {self._parameters.shape}"
            )
        return vector

    def _inputs(self, X: ArrayLike) -> Vector:
        inputs = float_array("Network: X", X)
        if inputs.ndim != 2 or inputs.shape[1] != self.widths[0] or len(inputs) == 0:
            raise ValueError(
                f"Network: X has shape {inputs.shape}; needed is (examples, {self.widths[0]})"
            )
        return inputs

    def _examples(self, X: ArrayLike, y: ArrayLike) -> tuple[Vector, NDArray[Any]]:
        """X as `_inputs` has it; y as an array of as many examples, the rest left to the loss."""
        inputs, truth = self._inputs(X), real_array("Network: y", y)
        if truth.shape[:1] != inputs.shape[:1]:
            raise ValueError(
                f"Network: y has shape {truth.shape}; needed are {len(inputs)} examples, as in X"
            )
        return inputs, truth


@dataclass(frozen=True, eq=False)
class History:
    """How a training went, epoch by epoch, and why it ended.

    loss : (epochs,), the (weighted) mean over the epoch's examples, each measured when its batch
        was met
    validation_loss : (epochs,), measured after each epoch; None without validation
    status : "epoch limit", "diverged" or "stopped"; "running" while the callback looks at it
    """

    loss: Vector
    validation_loss: Vector | None
    status: str

    def __repr__(self) -> str:
        epochs = "1 epoch" if len(self.loss) == 1 else f"{len(self.loss)} epochs"
        parts = [f"{self.status} after {epochs}"]
        if len(self.loss):
            parts.append(f"loss {self.loss[-1]:.4g}")
            if self.validation_loss is not None:
                parts.append(f"validation loss {self.validation_loss[-1]:.4g}")
        return ", ".join(parts)


def train(
    network: Network,
    loss: HasGradient,
    X: ArrayLike,
    y: ArrayLike,
    optimizer: Optimizer,
    *,
    epochs: int,
    batch_size: int = 32,
    seed: int = 0,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    callback: Callable[[int, History], Any] | None = None,
    clip_norm: float | None = None,
    sample_weight: ArrayLike | None = None,
    **loss_parameters: Any,
) -> History:
    """Let the network learn: one step of the optimizer per batch; every example once an epoch.

    Each epoch shuffles the examples and cuts them into batches; the last may be short.  After
    each epoch ``network.parameters`` holds what was learned.  A second call goes on from there,
    with an optimizer that remembers nothing.

    A batch's gradient is that of its mean, with weights of its weighted mean Σwℓ/Σw.  A batch
    whose weights are all 0 is left out: no step is taken, and the optimizer does not count one.
    The epoch's loss is Σwℓ/Σw over all examples.  More exactly, it is the mean of the batches'
    values, each counted by the sum of its sample weights (without them, its size): a loss that
    divides by weights of its own, as class weights do, divides within each batch, as in PyTorch.

    After each epoch the training ends if one of these holds; if several do, the first counts:

    "diverged" : the epoch's loss or a parameter is no longer finite.  This raises no error and no
        warning; the history and the network keep what came out
    "stopped" : ``callback`` returned True
    "epoch limit" : ``epochs`` epochs are done

    Parameters
    ----------
    network : its parameters change
    loss : a loss of ``lossbook``, or any object with its ``value_and_gradient``
    X, y : n examples, shaped as in `Network.objective`; not changed
    optimizer : `GradientDescent`, `Momentum`, `AdaGrad`, `RMSProp`, `Adam`, `AdamW`; a learning
        rate that is a function gets the number of the step, so of the batch, counted through all
        epochs
    epochs : 0 or more
    batch_size : 1 or more; n or more makes one batch of all
    seed : 0, 1, …, of the shuffling
    validation : (X, y) to measure the loss on after each epoch, without sample weights
    callback : called as ``callback(epoch, history)`` after each epoch 1, 2, …
    clip_norm : the longest gradient of a batch, as in `descend`
    sample_weight : (n,), 0 or more, not all 0; one weight per example
    loss_parameters : what else the loss takes, such as ``delta=2.0``, in training and validation

    Returns
    -------
    history with loss, validation_loss, status

    Raises
    ------
    ValueError
        for an argument that is none of the above, or y or a parameter that the loss refuses; the
        network is as it was before the epoch
    TypeError
        for a keyword that the loss does not know

    Examples
    --------
    >>> from lossbook import GradientDescent, huber, mean_squared_error
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> network = Network([1, 1], activation="identity")
    >>> train(network, mean_squared_error, X, 2 * X + 1, GradientDescent(0.1), epochs=200)
    epoch limit after 200 epochs, loss 9.121e-14
    >>> print(network.parameters.round(3))
    [2. 1.]
    >>> train(network, huber, X, 2 * X, GradientDescent(0.1), epochs=200, delta=0.5)
    epoch limit after 200 epochs, loss 9.611e-07
    """
    if not isinstance(network, Network):
        raise ValueError(f"train: network is {network!r}; needed is a Network")
    check_optimizer("train", optimizer)
    check_callback("train", callback)
    clip_norm = check_clip_norm("train", clip_norm)
    epochs = whole_number("train: epochs", epochs, least=0)
    batch_size = whole_number("train: batch_size", batch_size, least=1)
    rng = np.random.default_rng(whole_number("train: seed", seed, least=0))
    check_reduction(loss_parameters.get("reduction", "mean"))
    X, y = network._examples(X, y)
    examples = Examples(X, y, example_weights(sample_weight, len(X)))
    network.objective(loss, X, y)  # refuses a loss that is none
    if validation is not None:
        if not isinstance(validation, (tuple, list)) or len(validation) != 2:
            raise ValueError("train: validation is not a pair; needed is (X, y)")
        validate = network.objective(loss, *validation, **loss_parameters)

    losses, validation_losses = np.empty(epochs), np.empty(epochs)

    def history(epoch: int, status: str) -> History:
        measured = None if validation is None else validation_losses[:epoch].copy()
        return History(losses[:epoch].copy(), measured, status)

    def objective(batch: Examples) -> NetworkObjective:
        return network.objective(loss, batch.X, batch.y, **batch.weights(), **loss_parameters)

    walk = optimizer.walk(network.parameters)
    parameters = next(walk)
    with np.errstate(all="ignore"):  # divergence is a result here, not a warning
        for epoch in range(1, epochs + 1):
            batches = examples.batches(rng, batch_size)
            parameters, mean = one_epoch(objective, batches, walk, clip_norm, parameters)
            losses[epoch - 1] = mean
            if validation is not None:
                validation_losses[epoch - 1] = validate(parameters)[0]
            network.parameters = parameters
            stop = callback is not None and says_stop(callback(epoch, history(epoch, "running")))
            if not (isfinite(mean) and np.isfinite(parameters).all()):
                return history(epoch, "diverged")
            if stop:
                return history(epoch, "stopped")
    return history(epochs, "epoch limit")


class Examples(NamedTuple):
    """What a network learns from; a batch is some of them."""

    X: Vector
    y: NDArray[Any]
    weight: Vector | None

    def batches(self, rng: np.random.Generator, size: int) -> Iterator[Examples]:
        """All examples in a new order, `size` at a time; the last batch may be short."""
        order = rng.permutation(len(self.X))
        for first in range(0, len(order), size):
            rows = order[first : first + size]
            weight = None if self.weight is None else self.weight[rows]
            yield Examples(self.X[rows], self.y[rows], weight)

    def weights(self) -> dict[str, Vector]:
        """The keyword of a loss, if there are weights."""
        return {} if self.weight is None else {"sample_weight": self.weight}

    def total(self) -> float:
        """The sum of the weights; without any, the number of examples."""
        return float(len(self.X) if self.weight is None else self.weight.sum())


def one_epoch(
    objective: Callable[[Examples], NetworkObjective],
    batches: Iterable[Examples],
    walk: Generator[Vector, Vector, None],
    clip_norm: float | None,
    parameters: Vector,
) -> tuple[Vector, float]:
    """A step per batch: where they lead, and the mean loss that was met on the way."""
    met = total = 0.0
    for batch in batches:
        if batch.total() == 0:  # nothing to learn here
            continue
        value, gradient = objective(batch)(parameters)
        met += float(value) * batch.total()
        total += batch.total()
        parameters = walk.send(clipped(gradient, euclidean_norm(gradient), clip_norm))
    return parameters, met / total


def example_weights(given: ArrayLike | None, examples: int) -> Vector | None:
    """The weights, checked, in units of the largest: their sums do not overflow."""
    if given is None:
        return None
    weight = float_array("train: sample_weight", given)
    weight_shape("train", weight.shape, (examples,))
    return weight / weight_content("train: sample_weight", weight)


def check_reduction(given: Any) -> None:
    if not (isinstance(given, str) and given == "mean"):
        raise ValueError(f"train: reduction is {given!r}; needed is the mean of each batch")
