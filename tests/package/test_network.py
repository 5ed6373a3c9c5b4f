"""A network's gradient is that of its loss; training uses every example and says what happened."""

from dataclasses import FrozenInstanceError
from functools import partial
from math import inf, log, nan, sqrt, tanh

import numpy as np
import pytest

import lossbook as lb

RNG = np.random.default_rng(0)
X = RNG.normal(size=(7, 3))
COLUMN, CLASSES, LABELS = RNG.normal(size=(7, 1)), RNG.integers(0, 4, 7), RNG.integers(0, 2, (7, 2))
BINARY = RNG.integers(0, 2, (7, 1))

PROBLEMS = {  # loss, y, its parameters
    "number": (lb.mean_squared_error, COLUMN, {}),
    "numbers": (lb.mean_squared_error, RNG.normal(size=(7, 2)), {"reduction": "sum"}),
    "robust": (lb.huber, COLUMN, {"delta": 0.5}),
    "classes": (lb.cross_entropy_with_logits, CLASSES, {}),
    "one-hot": (lb.cross_entropy_with_logits, np.eye(4)[CLASSES], {}),
    "two classes": (lb.binary_cross_entropy_with_logits, BINARY, {"pos_weight": 3.0}),
    "labels": (lb.multilabel_cross_entropy_with_logits, LABELS, {}),
    "weights": (lb.cross_entropy_with_logits, CLASSES, {"sample_weight": np.arange(7)}),
}


def outputs(y):
    return y.shape[1] if y.ndim == 2 else 4


class Recorder:
    """The squared error, as a stand-in for a loss; it notes which examples it was shown."""

    def __init__(self):
        self.batches, self.weights = [], []

    def value_and_gradient(self, y_true, y_pred, **weight):
        self.batches.append(y_true[:, 0].tolist())
        self.weights.append(weight)
        error = y_pred - y_true
        return np.mean(error**2), 2 * error / error.size


# -- the network ----------------------------------------------------------------------------------


def test_parameters_lie_layer_by_layer_weight_then_bias():
    network = lb.Network([2, 3, 1])
    network.parameters = np.arange(13)
    (W1, b1), (W2, b2) = network.layers()
    assert W1.tolist() == [[0, 1, 2], [3, 4, 5]] and b1.tolist() == [6, 7, 8]
    assert W2.tolist() == [[9], [10], [11]] and b2.tolist() == [12]
    W1[0, 0] = 50  # a view
    assert network.parameters[0] == 50
    assert network.layers(np.arange(13.0) + 1)[1][1].tolist() == [13]


def test_parameters_are_one_float64_vector_and_copied_when_assigned():
    network, vector = lb.Network([2, 3, 1]), np.arange(13.0)
    assert network.parameters.shape == (13,) and network.parameters.dtype == np.float64
    network.parameters = vector
    vector[:] = -1
    assert network.parameters.tolist() == list(range(13))
    network.parameters = list(range(13))
    assert network.parameters.dtype == np.float64


@pytest.mark.parametrize("activation", ["relu", "tanh", "identity"])
def test_start_has_the_promised_variance_and_biases_of_0(activation):
    network = lb.Network([300, 500, 200], activation=activation)
    for weight, bias in network.layers():
        inputs, outputs = weight.shape
        variance = 2 / inputs if activation == "relu" else 2 / (inputs + outputs)
        assert np.var(weight) == pytest.approx(variance, rel=0.02)
        assert np.mean(weight) == pytest.approx(0, abs=0.02 * sqrt(variance))
        assert np.mean(np.abs(weight) < sqrt(variance)) == pytest.approx(0.683, abs=0.01)  # normal
        assert not bias.any()


def test_the_seed_decides_the_start():
    first, second = lb.Network([3, 4, 2]).parameters, lb.Network([3, 4, 2], seed=0).parameters
    assert np.array_equal(first, second)
    other = lb.Network([3, 4, 2], seed=1).parameters
    assert not np.isclose(first, other)[first != 0].any()
    W1, W2 = (weight for weight, _ in lb.Network([3, 3, 3]).layers())
    assert not np.isclose(W1, W2).any()


def test_relu_is_the_default():
    network = lb.Network([1, 1, 1])
    network.parameters = [1, 0, 1, 0]
    assert network.predict([[2], [-2]]).tolist() == [[2], [0]]
    assert network.activation == "relu" and network.widths == (1, 1, 1)
    assert repr(network) == "Network([1, 1, 1], activation='relu')"


def test_scores_worked_out_in_python_numbers():
    network = lb.Network([2, 2, 2, 1], activation="tanh")
    network.parameters = p = [0.1 * (i + 1) * (-1) ** (i // 3) for i in range(15)]
    x = [0.3, -0.7]
    h = [tanh(x[0] * p[j] + x[1] * p[2 + j] + p[4 + j]) for j in range(2)]
    k = [tanh(h[0] * p[6 + j] + h[1] * p[8 + j] + p[10 + j]) for j in range(2)]
    score = k[0] * p[12] + k[1] * p[13] + p[14]  # no activation at the end
    assert network.predict([x])[0, 0] == pytest.approx(score, rel=1e-14)


def test_predict_with_other_parameters_leaves_the_network_alone():
    network = lb.Network([3, 4, 2], activation="identity")
    before = network.parameters.copy()
    assert network.predict(X, np.zeros(26)).tolist() == np.zeros((7, 2)).tolist()
    assert network.predict(X.tolist(), before.tolist()).tolist() == network.predict(X).tolist()
    assert np.array_equal(network.parameters, before)


def test_scores_always_have_two_axes():
    assert lb.Network([3, 1]).predict(X).shape == (7, 1)
    assert lb.Network([3, 4]).predict(X[:1]).shape == (1, 4)


def test_nan_in_nan_out():
    inputs = X.copy()
    inputs[2, 1] = nan
    for activation in ("relu", "tanh", "identity"):
        scores = lb.Network([3, 5, 2], activation=activation).predict(inputs)
        assert np.isnan(scores).all(axis=1).tolist() == [False, False, True] + 4 * [False]


# -- its objective --------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["relu", "tanh", "identity"])
@pytest.mark.parametrize("hidden", [[], [5], [5, 4, 3]], ids=str)
@pytest.mark.parametrize("problem", PROBLEMS)
def test_backpropagation_gives_the_gradient(problem, hidden, activation):
    loss, y, parameters = PROBLEMS[problem]
    network = lb.Network([3, *hidden, outputs(y)], activation=activation)
    point = np.random.default_rng(1).normal(scale=0.7, size=network.parameters.shape)
    objective = network.objective(loss, X, y, **parameters)
    assert lb.check_gradient(objective, point) < 1e-7
    assert objective(point)[0] == loss(y, network.predict(X, point), **parameters)


def test_gradient_worked_out_on_paper():
    network = lb.Network([1, 1, 1])  # score = v·max(w·x + b, 0) + c
    f = network.objective(lb.mean_squared_error, [[1.0], [3.0]], [[0.0], [2.0]])
    value, gradient = f(np.array([2.0, -1, 3, 0.5]))  # h = 1, 5; scores = 3.5, 15.5
    assert value == (3.5**2 + 13.5**2) / 2  # errors 3.5 and 13.5 are the slopes at the scores
    w = 3.5 * 3 * 1 + 13.5 * 3 * 3
    assert gradient.tolist() == [w, 3.5 * 3 + 13.5 * 3, 3.5 * 1 + 13.5 * 5, 3.5 + 13.5]


def test_relu_has_slope_0_at_the_kink_and_below():
    network = lb.Network([1, 1, 1])
    for x in (0.0, -1.0):
        _, gradient = network.objective(lb.mean_squared_error, [[x]], [[1.0]])([1.0, 0, 1, 0])
        assert gradient.tolist() == [0, 0, 0, -2]


def test_objective_neither_uses_nor_changes_the_networks_own_parameters():
    network = lb.Network([3, 5, 4])
    objective = network.objective(lb.cross_entropy_with_logits, X, CLASSES)
    point = np.random.default_rng(2).normal(size=network.parameters.shape)
    inputs, own, given = X.copy(), network.parameters.copy(), point.copy()
    value, gradient = objective(point)
    assert np.array_equal(network.parameters, own) and np.array_equal(point, given)
    assert np.array_equal(inputs, X)
    network.parameters = np.zeros_like(own)
    gradient_before = gradient.copy()
    assert objective(point)[0] == value != objective(own)[0]
    assert np.array_equal(gradient, gradient_before)  # each call returns its own


def test_descend_takes_the_objective():
    network = lb.Network([3, 1])  # no hidden layer: least squares, which has one solution
    objective = network.objective(lb.mean_squared_error, X, COLUMN)
    record = lb.descend(
        objective, network.parameters, lb.GradientDescent(0.3), steps=10_000, tolerance=1e-10
    )
    solution, *_ = np.linalg.lstsq(np.c_[X, np.ones(7)], COLUMN, rcond=None)
    assert record.status == "converged"
    np.testing.assert_allclose(record.point, solution[:, 0], rtol=1e-8)


@pytest.mark.parametrize("widths", [[], [3], 3, "64", None, [3, 0], [3, -1], [3, 2.0], [True, 2]])
def test_bad_widths(widths):
    with pytest.raises(ValueError, match="Network: "):
        lb.Network(widths)


@pytest.mark.parametrize(
    "name, bad",
    [("activation", bad) for bad in ("sigmoid", None, np.tanh, ["relu"])]
    + [("seed", bad) for bad in (-1, 0.5, None, "0", True)],
)
def test_bad_options_of_a_network(name, bad):
    with pytest.raises(ValueError, match=f"Network: {name} is "):
        lb.Network([3, 2], **{name: bad})


@pytest.mark.parametrize(
    "bad",
    [X[0], X[:, :2], X[:0], X[None], "X", 1.0, None, X + 0j, [[1], [1, 2]], X.astype(str)]
    + [np.ma.masked_array(X, X > 0)],
)
def test_bad_X(bad):
    network = lb.Network([3, 1])
    with pytest.raises(ValueError, match="Network: X "):
        network.predict(bad)
    with pytest.raises(ValueError, match="Network: X "):
        network.objective(lb.mean_squared_error, bad, COLUMN)
    with pytest.raises(ValueError, match="Network: X "):
        lb.train(network, lb.mean_squared_error, bad, COLUMN, lb.Adam(), epochs=1)


@pytest.mark.parametrize("bad", [np.zeros(3), np.zeros(5), np.zeros((4, 1)), "1234", 4 * [None]])
def test_bad_parameters(bad):
    network = lb.Network([3, 1])
    before = network.parameters.copy()
    with pytest.raises(ValueError, match="Network: parameters "):
        network.predict(X, bad)
    with pytest.raises(ValueError, match="Network: parameters "):
        network.objective(lb.mean_squared_error, X, COLUMN)(bad)
    with pytest.raises(ValueError, match="Network: parameters "):
        network.parameters = bad
    assert np.array_equal(network.parameters, before)


@pytest.mark.parametrize(
    "y, complaint",
    [
        (COLUMN[:6], "has shape"),
        (COLUMN[0, 0], "has shape"),
        ("1234567", "holds <U7 entries; needed are real numbers"),
        (None, "holds object entries; needed are real numbers"),
        ([[1], [1, 2]], "is no array"),
        (np.ma.masked_array(COLUMN, COLUMN > 0), "is a masked array"),
    ],
)
def test_bad_y(y, complaint):
    network = lb.Network([3, 1])
    with pytest.raises(ValueError, match=f"Network: y {complaint}"):
        network.objective(lb.mean_squared_error, X, y)
    with pytest.raises(ValueError, match=f"Network: y {complaint}"):
        lb.train(network, lb.mean_squared_error, X, y, lb.Adam(), epochs=1)


def test_nothing_is_broadcast():
    network = lb.Network([3, 1])
    with pytest.raises(ValueError, match=r"\(7,\).*\(7, 1\)"):
        network.objective(lb.mean_squared_error, X, COLUMN[:, 0])(network.parameters)


@pytest.mark.parametrize(
    "loss",
    [None, "huber", lb.huber.gradient, pytest.param(partial(lb.huber, delta=2.0), id="partial")],
)
def test_bad_loss(loss):
    network = lb.Network([3, 1])
    with pytest.raises(ValueError, match="loss is .*its parameters follow as keywords"):
        network.objective(loss, X, COLUMN)
    with pytest.raises(ValueError, match="loss is "):
        lb.train(network, loss, X, COLUMN, lb.Adam(), epochs=0)


# -- training -------------------------------------------------------------------------------------


def test_every_example_is_used_once_an_epoch_in_a_new_order():
    loss = Recorder()
    examples, y = np.arange(10.0)[:, None] / 10, np.arange(10.0)[:, None]
    lb.train(lb.Network([1, 1]), loss, examples, y, lb.Adam(), epochs=3, batch_size=4)
    assert [len(batch) for batch in loss.batches] == 3 * [4, 4, 2]  # the last is short, not dropped
    epochs = [sum(loss.batches[i : i + 3], []) for i in (0, 3, 6)]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
    assert epochs[0] != epochs[1] != epochs[2] != epochs[0] and epochs[0] != sorted(epochs[0])


def test_a_batch_size_above_n_makes_one_batch():
    loss = Recorder()
    lb.train(lb.Network([3, 1]), loss, X, COLUMN, lb.Adam(), epochs=2, batch_size=100)
    assert [len(batch) for batch in loss.batches] == [7, 7]
    default = Recorder()
    lb.train(lb.Network([1, 1]), default, np.ones((70, 1)), np.ones((70, 1)), lb.Adam(), epochs=1)
    assert [len(batch) for batch in default.batches] == [32, 32, 6]


@pytest.mark.parametrize("optimizer", [lb.GradientDescent(0.1), lb.Momentum(0.1), lb.Adam(0.1)])
def test_training_is_one_step_per_batch_and_the_history_is_what_was_met(optimizer):
    loss, network, replay = Recorder(), lb.Network([3, 4, 1]), lb.Network([3, 4, 1])
    history = lb.train(network, loss, X, COLUMN, optimizer, epochs=3, batch_size=3)
    row = {y: i for i, (y,) in enumerate(COLUMN.tolist())}
    walk = optimizer.walk(replay.parameters)
    point, met = next(walk), []
    for batch in loss.batches:
        rows = [row[y] for y in batch]
        value, gradient = replay.objective(Recorder(), X[rows], COLUMN[rows])(point)
        met.append(value * len(rows))
        point = walk.send(gradient)
    assert np.array_equal(network.parameters, point)
    np.testing.assert_allclose(history.loss, np.reshape(met, (3, 3)).sum(axis=1) / 7, rtol=1e-14)
    assert history.status == "epoch limit" and history.validation_loss is None
    assert history.loss.shape == (3,) and history.loss.dtype == np.float64


def test_one_batch_of_all_is_descend():
    network, start = lb.Network([3, 4, 4]), lb.Network([3, 4, 4]).parameters
    history = lb.train(
        network,
        lb.cross_entropy_with_logits,
        X,
        CLASSES,
        lb.Momentum(0.1),
        epochs=5,
        batch_size=7,
    )
    objective = network.objective(lb.cross_entropy_with_logits, X, CLASSES)
    record = lb.descend(objective, start, lb.Momentum(0.1), steps=5)
    np.testing.assert_allclose(history.loss, record.values[:5], rtol=1e-12)
    np.testing.assert_allclose(network.parameters, record.point, rtol=1e-10, atol=1e-13)


def test_one_batch_of_all_is_descend_with_clipped_gradients_and_a_rate_that_changes():
    network, start = lb.Network([3, 4, 4]), lb.Network([3, 4, 4]).parameters
    optimizer, loss = lb.Momentum(lb.cosine(0.5, 8, warmup=2)), lb.cross_entropy_with_logits
    train = {"epochs": 8, "batch_size": 7, "clip_norm": 0.4}
    lb.train(network, loss, X, CLASSES, optimizer, **train)
    objective = network.objective(loss, X, CLASSES)
    record = lb.descend(objective, start, optimizer, steps=8, clip_norm=0.4)
    assert record.gradient_norms.max() > 0.4 > record.gradient_norms.min()
    np.testing.assert_allclose(network.parameters, record.point, rtol=1e-10, atol=1e-13)


def test_a_rate_that_changes_counts_batches_through_all_epochs():
    asked = []
    optimizer = lb.GradientDescent(lambda step: asked.append(step) or 0.1)
    lb.train(
        lb.Network([3, 1]), lb.mean_squared_error, X, COLUMN, optimizer, epochs=2, batch_size=3
    )
    assert asked == [1, 2, 3, 4, 5, 6]


def test_a_rate_that_is_none_leaves_the_network_as_before_the_epoch():
    network, same = lb.Network([3, 1]), lb.Network([3, 1])
    optimizer = lb.GradientDescent(lambda step: 0.1 if step < 6 else -1)
    with pytest.raises(ValueError, match="learning_rate of step 6 is -1"):
        lb.train(network, lb.mean_squared_error, X, COLUMN, optimizer, epochs=2, batch_size=3)
    lb.train(same, lb.mean_squared_error, X, COLUMN, optimizer, epochs=1, batch_size=3)
    assert np.array_equal(network.parameters, same.parameters)


# -- weights, and the loss's own parameters -------------------------------------------------------


@pytest.mark.parametrize("problem", PROBLEMS)
def test_parameters_reach_the_loss_in_training_and_validation(problem):
    loss, y, parameters = PROBLEMS[problem]
    parameters = {name: value for name, value in parameters.items() if name != "reduction"}
    network = lb.Network([3, 4, outputs(y)])
    objective = network.objective(loss, X, y, **parameters)
    record = lb.descend(objective, network.parameters, lb.Momentum(0.1), steps=5, tolerance=0)
    history = lb.train(
        network,
        loss,
        X,
        y,
        lb.Momentum(0.1),
        epochs=5,
        batch_size=7,
        validation=(X, y),
        **parameters,
    )
    np.testing.assert_allclose(network.parameters, record.point, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(history.loss, record.values[:5], rtol=1e-12)
    parameters.pop("sample_weight", None)  # validation has none
    after = loss(y, network.predict(X), **parameters)
    assert history.validation_loss[-1] == pytest.approx(after, rel=1e-14)


@pytest.mark.parametrize("name", ["detla", "batchsize", "weights"])
def test_a_keyword_that_the_loss_does_not_know(name):
    network = lb.Network([3, 1])
    before = network.parameters.copy()
    with pytest.raises(TypeError, match=f"huber.*{name}"):
        lb.train(network, lb.huber, X, COLUMN, lb.Adam(), epochs=1, **{name: 8})
    assert np.array_equal(network.parameters, before)


@pytest.mark.parametrize(
    "options, complaint",
    [
        ({"delta": -1}, "huber: delta is -1"),
        ({"delta": "wide"}, "huber: delta is 'wide'"),
        ({"reduction": "sum"}, "train: reduction is 'sum'"),
        ({"reduction": None}, "train: reduction is None"),
        ({"sample_weight": np.ones(6)}, r"train: sample_weight has shape \(6,\); needed is \(7,\)"),
        ({"sample_weight": np.ones((7, 1))}, "train: sample_weight has shape"),
        ({"sample_weight": 1.0}, "train: sample_weight has shape"),
        ({"sample_weight": "1234567"}, "train: sample_weight holds"),
        ({"sample_weight": [1, 1, 1, 1, 1, 1, -1]}, "train: sample_weight holds -1"),
        ({"sample_weight": [1, 1, 1, 1, 1, 1, inf]}, "train: sample_weight holds inf"),
        ({"sample_weight": np.zeros(7)}, "train: sample_weight is 0 everywhere"),
    ],
    ids=str,
)
def test_bad_parameters_of_the_loss_and_bad_weights(options, complaint):
    network = lb.Network([3, 1])
    before = network.parameters.copy()
    stepped = []
    optimizer = lb.GradientDescent(lambda step: stepped.append(step) or 0.1)
    with pytest.raises(ValueError, match=complaint):
        lb.train(network, lb.huber, X, COLUMN, optimizer, epochs=1, batch_size=1, **options)
    assert np.array_equal(network.parameters, before) and not stepped


def test_the_mean_may_be_asked_for():
    assert np.array_equal(learn(reduction="mean")[1].loss, learn()[1].loss)


@pytest.mark.parametrize("weight", [np.arange(7), 1e300 * np.arange(1, 8), [2, 0, 0, 0, 0, 1, 3]])
def test_history_is_the_weighted_mean_of_the_examples_as_they_were_met(weight):
    """At a learning rate of 0 all are met at the start, so the batches must add up to the whole."""
    network = lb.Network([3, 4, 4])
    how = {"epochs": 2, "batch_size": 2, "sample_weight": weight}
    still = lb.GradientDescent(lambda step: 0)
    history = lb.train(network, lb.cross_entropy_with_logits, X, CLASSES, still, **how)
    whole = lb.cross_entropy_with_logits(CLASSES, network.predict(X), sample_weight=weight)
    assert history.loss == pytest.approx([whole, whole], rel=1e-14)
    assert history.status == "epoch limit"


class Weighed:
    """Squared errors, weighed by shares that sum to 1, in bare NumPy."""

    def __init__(self, share):
        self.share = share[:, None]

    def value_and_gradient(self, y_true, y_pred):
        return 0.0, 2 * self.share * (y_pred - y_true)


def test_each_batch_steps_along_the_gradient_of_its_weighted_mean():
    weight, network = np.array([1.0, 2, 0, 3, 0.5, 4, 1]), lb.Network([3, 4, 1])
    loss, replay = Recorder(), lb.Network([3, 4, 1])
    how = {"epochs": 2, "batch_size": 3}
    lb.train(lb.Network([3, 4, 1]), loss, X, COLUMN, lb.Adam(), **how)  # the order of the batches
    optimizer = lb.Momentum(0.1)
    history = lb.train(
        network, lb.mean_squared_error, X, COLUMN, optimizer, sample_weight=weight, **how
    )
    row = {y: i for i, (y,) in enumerate(COLUMN.tolist())}
    walk = optimizer.walk(replay.parameters)
    point, met = next(walk), []
    for batch in loss.batches:
        rows = [row[y] for y in batch]
        error = replay.predict(X[rows], point) - COLUMN[rows]
        met.append(weight[rows] @ error[:, 0] ** 2)
        share = weight[rows] / weight[rows].sum()
        objective = replay.objective(Weighed(share), X[rows], COLUMN[rows])
        point = walk.send(objective(point)[1])
    np.testing.assert_allclose(network.parameters, point, rtol=1e-12)
    means = np.reshape(met, (2, 3)).sum(axis=1) / weight.sum()
    np.testing.assert_allclose(history.loss, means, rtol=1e-13)


def test_weights_count_by_their_ratios_and_equal_ones_change_nothing():
    plain, (_, scaled) = learn()[1].loss, learn(sample_weight=7 * [1e-300])
    np.testing.assert_allclose(scaled.loss, plain, rtol=1e-12)
    weight = [1, 2, 3, 4, 5, 6, 7]
    (one, _), (other, _) = learn(sample_weight=weight), learn(sample_weight=np.divide(weight, 3))
    np.testing.assert_allclose(one.parameters, other.parameters, rtol=1e-10)
    assert not np.allclose(one.parameters, learn()[0].parameters, rtol=1e-3)
    assert weight == [1, 2, 3, 4, 5, 6, 7]


def test_a_batch_without_weight_is_left_out_and_not_counted():
    loss, asked = Recorder(), []
    weight = np.array([0, 0, 0, 1, 0, 0, 0])
    optimizer = lb.Adam(lambda step: asked.append(step) or 0.1)
    network, alone = lb.Network([3, 1]), lb.Network([3, 1])
    how = {"epochs": 3, "batch_size": 1}
    history = lb.train(network, loss, X, COLUMN, optimizer, sample_weight=weight, **how)
    assert loss.batches == 3 * [COLUMN[3].tolist()] and asked == [1, 2, 3]
    values = lb.train(alone, Recorder(), X[3:4], COLUMN[3:4], lb.Adam(0.1), **how).loss
    np.testing.assert_allclose(history.loss, values, rtol=1e-13)
    np.testing.assert_allclose(network.parameters, alone.parameters, rtol=1e-13)


def test_a_loss_sees_the_weights_of_its_batch_and_none_without_any():
    loss = Recorder()
    lb.train(lb.Network([3, 1]), loss, X, COLUMN, lb.Adam(), epochs=1, batch_size=3)
    assert loss.weights == [{}, {}, {}]
    weighted, weight = Recorder(), dict(zip(COLUMN[:, 0], np.arange(1, 8), strict=True))
    lb.train(
        lb.Network([3, 1]),
        weighted,
        X,
        COLUMN,
        lb.Adam(),
        epochs=1,
        batch_size=3,
        sample_weight=list(weight.values()),
        validation=(X, COLUMN),
    )
    *batches, validation = weighted.weights
    assert validation == {}
    for ys, seen in zip(weighted.batches, batches, strict=False):
        expected = [weight[y] / 7 for y in ys]  # in units of the largest
        assert list(seen) == ["sample_weight"] and seen["sample_weight"].tolist() == expected


def test_a_loss_that_divides_by_weights_of_its_own_does_so_in_each_batch():
    """As PyTorch's class weights do: the batches' means count by their examples all the same."""

    class ByClass:
        seen = []

        def value_and_gradient(self, y_true, y_pred):
            weight = np.where(y_true > 0, 5.0, 1.0)
            value = (weight * y_true**2).sum() / weight.sum()
            self.seen.append((value, len(y_true)))
            return value, 0 * y_pred

    history = lb.train(lb.Network([3, 1]), ByClass(), X, COLUMN, lb.Adam(), epochs=1, batch_size=3)
    values, sizes = zip(*ByClass.seen, strict=True)
    assert sizes == (3, 3, 1)
    assert history.loss[0] == pytest.approx(np.average(values, weights=sizes), rel=1e-14)


def test_a_weight_that_is_nan_shows_as_divergence():
    _, history = learn(sample_weight=[1, 1, 1, nan, 1, 1, 1])
    assert history.status == "diverged" and np.isnan(history.loss).all()


# -- the run --------------------------------------------------------------------------------------


def learn(**options):
    network = lb.Network([3, 4, 1], activation="tanh")
    options = {"epochs": 4, "batch_size": 2} | options
    return network, lb.train(network, lb.mean_squared_error, X, COLUMN, lb.Adam(0.01), **options)


def test_the_seed_decides_the_order():
    (first, a), (same, b), (other, c) = learn(), learn(seed=0), learn(seed=1)
    assert np.array_equal(first.parameters, same.parameters) and np.array_equal(a.loss, b.loss)
    assert not np.isclose(a.loss, c.loss, rtol=1e-9).any()
    assert not np.array_equal(first.parameters, other.parameters)


def test_a_second_training_goes_on_from_the_first():
    network, first = learn(epochs=30)
    second = lb.train(network, lb.mean_squared_error, X, COLUMN, lb.Adam(0.01), epochs=1)
    assert second.loss[0] < first.loss[0] and second.loss[0] == pytest.approx(
        first.loss[-1], rel=0.1
    )


def test_validation_is_measured_after_each_epoch():
    measured = []

    def measure(epoch, history):
        measured.append(lb.mean_squared_error(Y_new, network.predict(X_new)))

    X_new, Y_new = X[:2] + 0.1, COLUMN[:2]
    network = lb.Network([3, 4, 1])
    history = lb.train(
        network,
        lb.mean_squared_error,
        X,
        COLUMN,
        lb.Adam(0.01),
        epochs=3,
        validation=(X_new, Y_new),
        callback=measure,
    )
    assert history.validation_loss.tolist() == measured and len(measured) == 3
    assert np.array_equal(learn()[1].loss, learn(validation=(X_new, Y_new))[1].loss)


def test_callback_sees_each_epoch_with_the_network_as_it_is():
    seen = []

    def look(epoch, history):
        seen.append((epoch, history.status, history.loss.copy()))
        history.loss[:] = history.validation_loss[:] = 99
        network.parameters[:] = 99  # a copy of what the training works on

    network, plain = (
        lb.Network([3, 4, 1], activation="tanh"),
        learn(epochs=3, validation=(X, COLUMN))[1],
    )
    history = lb.train(
        network,
        lb.mean_squared_error,
        X,
        COLUMN,
        lb.Adam(0.01),
        epochs=3,
        batch_size=2,
        validation=(X, COLUMN),
        callback=look,
    )
    assert np.array_equal(history.loss, plain.loss)
    assert np.array_equal(history.validation_loss, plain.validation_loss)
    assert [(epoch, status, len(loss)) for epoch, status, loss in seen] == [
        (1, "running", 1),
        (2, "running", 2),
        (3, "running", 3),
    ]
    assert np.array_equal(seen[-1][2], plain.loss)


def test_callback_stops_by_returning_true():
    network, history = learn(epochs=9, callback=lambda epoch, history: epoch == 2)
    assert history.status == "stopped" and len(history.loss) == 2
    assert np.array_equal(network.parameters, learn(epochs=2)[0].parameters)
    assert learn(epochs=2, callback=lambda *_: np.True_)[1].status == "stopped"
    assert learn(epochs=2, callback=lambda epoch, _: epoch == 2)[1].status == "stopped"


def test_no_epochs_change_nothing():
    network, history = learn(epochs=0, callback=pytest.fail)
    assert np.array_equal(network.parameters, lb.Network([3, 4, 1], "tanh").parameters)
    assert len(history.loss) == 0 and repr(history) == "epoch limit after 0 epochs"


def test_repr_of_a_history():
    _, history = learn(epochs=1, validation=(X, COLUMN))
    loss, validation = history.loss[0], history.validation_loss[0]
    text = f"epoch limit after 1 epoch, loss {loss:.4g}, validation loss {validation:.4g}"
    assert repr(history) == text
    with pytest.raises(FrozenInstanceError):
        history.loss = None


@pytest.mark.parametrize("activation", ["relu", "tanh", "identity"])
@pytest.mark.parametrize(
    "problem", ["number", "robust", "classes", "one-hot", "two classes", "labels"]
)
@pytest.mark.parametrize("rate", [1e30, 1e300])
def test_divergence_ends_the_training_without_error_or_warning(problem, activation, rate):
    loss, y, _ = PROBLEMS[problem]
    network = lb.Network([3, 5, 5, outputs(y)], activation=activation)
    optimizer = lb.Momentum(rate)
    history = lb.train(network, loss, X, y, optimizer, epochs=60, batch_size=2, validation=(X, y))
    assert len(history.loss) == len(history.validation_loss) <= 60
    finite = np.isfinite(history.loss[-1]) and np.isfinite(network.parameters).all()
    assert (history.status == "diverged") == (not finite)
    assert np.isfinite(history.loss[:-1]).all()
    if activation == "identity" and problem == "number":
        assert history.status == "diverged" and len(history.loss) < 20


@pytest.mark.parametrize("value, slope", [(0.0, inf), (0.0, nan), (inf, 0.0), (nan, 0.0)])
def test_divergence_shows_in_the_loss_or_in_the_parameters(value, slope):
    class Odd:
        def value_and_gradient(self, y_true, y_pred):
            return value, np.full_like(y_pred, slope)

    network, optimizer = lb.Network([3, 1]), lb.GradientDescent(1)
    history = lb.train(network, Odd(), X, COLUMN, optimizer, epochs=5, callback=lambda *_: True)
    assert history.status == "diverged"  # and not "stopped"
    assert np.array_equal(history.loss, [value], equal_nan=True)
    assert np.isfinite(network.parameters).all() == np.isfinite(slope)


def test_labels_that_the_loss_refuses_leave_the_network_as_it_was():
    network, labels = lb.Network([3, 4]), CLASSES.copy()
    before = network.parameters.copy()
    labels[5] = 4  # there are classes 0 to 3
    for y, validation in ((labels, None), (CLASSES, (X, labels))):
        with pytest.raises(ValueError, match="cross_entropy_with_logits"):
            lb.train(
                network,
                lb.cross_entropy_with_logits,
                X,
                y,
                lb.Adam(),
                epochs=2,
                batch_size=1,
                validation=validation,
            )
        assert np.array_equal(network.parameters, before)


def test_lists_are_accepted_and_nothing_given_is_changed():
    network, arrays = lb.Network([3, 4, 1], "tanh"), (X.copy(), COLUMN.copy())
    history = lb.train(
        network,
        lb.mean_squared_error,
        X.tolist(),
        COLUMN.tolist(),
        lb.Adam(0.01),
        epochs=4,
        batch_size=2,
    )
    assert np.array_equal(history.loss, learn()[1].loss)
    assert np.array_equal(X, arrays[0]) and np.array_equal(COLUMN, arrays[1])


def test_a_network_learns_what_no_line_separates():
    corners, xor = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
    bce = lb.binary_cross_entropy_with_logits
    network, line = lb.Network([2, 8, 1], activation="tanh"), lb.Network([2, 1])
    for model in (network, line):
        lb.train(model, bce, corners, xor, lb.Adam(0.05), epochs=300)
    assert np.array_equal(network.predict(corners) > 0, xor)
    assert bce(xor, line.predict(corners)) == pytest.approx(
        log(2), rel=1e-3
    )  # no better than a coin


def test_a_network_learns_to_read_digits():
    images, digits = lb.datasets.digits()
    network = lb.Network([64, 32, 10])
    history = lb.train(
        network,
        lb.cross_entropy_with_logits,
        images[:1400],
        digits[:1400],
        lb.Adam(0.01),
        epochs=10,
        validation=(images[1400:], digits[1400:]),
    )
    assert history.loss[-1] < 0.1 < 1 < history.loss[0] < log(10)
    assert np.mean(network.predict(images[1400:]).argmax(axis=1) == digits[1400:]) > 0.85


@pytest.mark.parametrize(
    "name, bad",
    [("epochs", bad) for bad in (-1, 1.5, True, "10", None)]
    + [("batch_size", bad) for bad in (0, -1, 2.0, True, None)]
    + [("seed", bad) for bad in (-1, 0.5, None, "0")]
    + [("callback", bad) for bad in (1, "stop")]
    + [("clip_norm", bad) for bad in (0, -1, nan, inf, True, "1", [1])]
    + [("validation", bad) for bad in (X, "XY", (X,), (X, COLUMN, COLUMN))],
)
def test_bad_options_of_training(name, bad):
    with pytest.raises(ValueError, match=f"train: {name} is "):
        learn(**{name: bad})


def test_bad_validation_data():
    with pytest.raises(ValueError, match="Network: y has shape"):
        learn(validation=(X, COLUMN[:3]))
    with pytest.raises(ValueError, match="Network: X has shape"):
        learn(validation=(X[:, :2], COLUMN))


def test_bad_network_and_optimizer():
    with pytest.raises(ValueError, match="train: network is "):
        lb.train(lb.Network, lb.mean_squared_error, X, COLUMN, lb.Adam(), epochs=1)
    with pytest.raises(ValueError, match="train: optimizer is "):
        lb.train(lb.Network([3, 1]), lb.mean_squared_error, X, COLUMN, lb.Adam, epochs=1)
