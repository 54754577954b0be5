"""The network: chained layers, logits to probabilities, its description."""

from itertools import pairwise

import numpy as np
import pytest

from nnweb.architecture import build_layers
from nnweb.errors import ShapeError
from nnweb.initializers import he_normal, zeros
from nnweb.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU, Sigmoid, Tanh
from nnweb.network import DIGITS, InputSpec, Network, softmax
from nnweb.training.gradcheck import assert_grads_match

PAIR = InputSpec(shape=(1, 1, 2))


def small(**options):
    """Two numbers in, two out, by hand: W = [[1, 2], [3, -4]], ReLU, W = [[1], [1]]."""
    first, last = Dense(2, 2), Dense(2, 2)
    first.params["W"][:] = [[1, 2], [3, -4]]
    first.params["b"][:] = [0, 1]
    last.params["W"][:] = [[1, 0], [1, 2]]
    layers = [first, ReLU(), last]
    return Network(layers, labels=("no", "yes"), input=PAIR, **options)


def mlp(rng=None):
    sizes = [784, 500, 300, 100, 10]
    layers = [Dense(sizes[0], sizes[1], rng=rng)]
    for fan_in, fan_out in pairwise(sizes[1:]):
        layers += [ReLU(), Dense(fan_in, fan_out, rng=rng)]
    return Network(layers, name="mlp")


def cnn(rng=None):
    layers = [
        Conv2D(1, 4, 3, rng=rng),
        ReLU(),
        MaxPool2D(2),
        Conv2D(4, 6, 5, stride=2, padding=1, rng=rng),
        ReLU(),
        Flatten(),
        Dense(216, 10, rng=rng),
    ]
    return Network(layers, name="cnn")


def test_forward_runs_the_layers_in_order():
    logits = small().forward(np.array([[1, 1], [2, 0]], np.float32))

    # [1, 1] -> [4, -1] -> [4, 0] -> [4, 0]; [2, 0] -> [2, 5] -> [7, 10]
    np.testing.assert_array_equal(logits, [[4, 0], [7, 10]])
    assert logits.dtype == np.float32


def test_backward_fills_the_gradients_of_every_layer():
    network = small()
    network.forward(np.array([[2, 0]], np.float32), train=True)

    dx = network.backward(np.array([[1, 0]], np.float32))

    grads = {key: array.tolist() for key, array in network.grads.items()}
    assert grads == {
        "0.W": [[2, 2], [0, 0]],
        "0.b": [1, 1],
        "2.W": [[2, 0], [5, 0]],
        "2.b": [1, 0],
    }
    np.testing.assert_array_equal(dx, [[3, -1]])


def test_predicting_stores_nothing_for_backward():
    network = small()
    network.forward(np.array([[2, 0]], np.float32))

    with pytest.raises(RuntimeError, match=r"call forward\(x, train=True\) first"):
        network.backward(np.array([[1, 0]], np.float32))


def test_gradients_of_a_convolutional_network_match_central_differences(rng):
    layers = [
        Conv2D(1, 2, 3, padding=1, rng=rng),
        Tanh(),
        MaxPool2D(2),
        Conv2D(2, 3, 2, rng=rng),
        Sigmoid(),
        Flatten(),
        Dense(6, 2, rng=rng),
    ]
    network = Network(layers, labels=("a", "b"), input=InputSpec(shape=(1, 4, 6)))

    assert_grads_match(network, rng.normal(size=(3, 24)), rng.normal(size=(3, 2)))


def test_params_are_the_layers_own_arrays():
    network = small()

    network.params["0.b"] += 10

    assert list(network.params) == ["0.W", "0.b", "2.W", "2.b"]
    np.testing.assert_array_equal(network.layers[0].params["b"], [10, 11])
    assert network.grads == {}


@pytest.mark.parametrize("build", [mlp, cnn])
def test_flat_square_and_single_examples_give_the_same_output(rng, build):
    network = build(rng)
    x = rng.random((5, 784), dtype=np.float32)

    flat, square = network.forward(x), network.forward(x.reshape(5, 1, 28, 28))

    np.testing.assert_array_equal(flat, square)
    assert flat.shape == (5, 10) and flat.dtype == np.float32
    alone = np.concatenate([network.predict_proba(x[[i]]) for i in range(5)])
    np.testing.assert_allclose(alone, network.predict_proba(x), rtol=1e-5, atol=1e-7)
    assert network.predict_proba(x[:0]).shape == (0, 10)


@pytest.mark.parametrize("shape", [(784,), (2, 783), (2, 1, 28, 27), (0, 28)])
def test_forward_refuses_a_wrong_shape_and_names_both_shapes(shape):
    with pytest.raises(ShapeError, match=r"x is \(.*\), expected \(N, 784\) or \(N, 1"):
        mlp().forward(np.zeros(shape, np.float32))


def test_softmax_worked_by_hand_and_far_from_overflow():
    logits = np.array([[0, np.log(3)], [1000, 1000], [-1e30, 1e30]], np.float32)

    probabilities = softmax(logits)

    expected = [[0.25, 0.75], [0.5, 0.5], [0, 1]]
    np.testing.assert_allclose(probabilities, expected, rtol=1e-6)
    assert probabilities.dtype == np.float32


def test_a_temperature_lowers_confidence_without_changing_answers():
    x = np.array([[2, 0]], np.float32)  # logits 7 and 10

    plain = small().predict_proba(x)
    warm = small(temperature=3.0).predict_proba(x)

    assert plain[0, 1] == pytest.approx(1 / (1 + np.exp(-3)), rel=1e-6)
    assert warm[0, 1] == pytest.approx(1 / (1 + np.exp(-1)), rel=1e-6)
    assert warm.dtype == np.float32


def test_sigmoid_outputs_keep_their_ratios():
    network = Network([Dense(2, 2), Sigmoid()], labels=("a", "b"), input=PAIR)
    logits = np.array([[0.2, 0.6], [0, 0], [0, 1]], np.float32)

    probabilities = network.probabilities(logits)

    expected = [[0.25, 0.75], [0.5, 0.5], [0, 1]]
    np.testing.assert_allclose(probabilities, expected, rtol=1e-6, atol=1e-30)
    assert probabilities.dtype == np.float32


def test_the_score_is_the_log_of_the_sum_of_exponentials():
    logits = np.array([[0, np.log(3)], [1000, 1000]], np.float32)

    scores = small().score(logits)

    np.testing.assert_allclose(scores, [np.log(4), 1000 + np.log(2)], rtol=1e-6)


def test_parameters_and_architecture_of_networks():
    # 784*500+500 + 500*300+300 + 300*100+100 + 100*10+10
    assert mlp().parameter_count == 573_910
    assert mlp().architecture == "784-500-300-100-10"
    assert mlp().x_shape == (784,)
    network = cnn()
    # 4*9+4 + 6*4*25+6 + 216*10+10
    assert network.parameter_count == 40 + 606 + 2170
    assert network.architecture == "1x28x28-conv3x4p0-pool2-conv5x6s2p1-10"
    assert network.x_shape == (1, 28, 28)
    assert network.shapes[0] == (4, 26, 26) and network.shapes[3] == (6, 6, 6)
    oblong = [Conv2D(1, 4, (3, 5), padding=1), Flatten(), Dense(2912, 10)]
    assert Network(oblong).architecture == "1x28x28-conv3/5x4-10"


def test_the_architecture_text_builds_the_same_layers(rng):
    layers = [
        Conv2D(1, 4, 3, padding=1),
        ReLU(),
        MaxPool2D(3, stride=2),
        Conv2D(4, 2, 5),
        ReLU(),
        Conv2D(2, 3, 1, stride=2),
        ReLU(),
        Flatten(),
        Dense(75, 10),
    ]
    network = Network(layers)

    again = build_layers(
        network.architecture, activation="relu", initializer=zeros, rng=rng
    )

    assert network.architecture == "1x28x28-conv3x4-pool3s2-conv5x2p0-conv1x3s2-10"
    assert Network(again).shapes == network.shapes


def test_a_network_prints_each_layer_with_its_shape_and_parameters():
    lines = str(cnn()).splitlines()

    assert lines[0] == "cnn"
    assert lines[1].split() == ["layer", "output", "parameters"]
    assert lines[2].split() == ["input", "1", "x", "28", "x", "28"]
    assert lines[3].split() == ["Conv2D,", "ReLU", "4", "x", "26", "x", "26", "40"]
    assert lines[4].split() == ["MaxPool2D", "4", "x", "13", "x", "13"]
    assert lines[7].split() == ["Dense", "10", "2,170"]
    assert lines[8].split() == ["total", "2,816"]
    assert len({len(line) for line in (lines[1], lines[3], lines[7], lines[8])}) == 1


def test_defaults_are_not_shared_between_networks():
    one, other = small(), small()
    one.card["seed"] = 1

    assert other.card == {}
    assert mlp().labels == DIGITS == tuple("0123456789")
    assert mlp().input == InputSpec((1, 28, 28), 127, "digit")
    assert (one.name, one.temperature) == ("network", 1)
    assert one.reject_below is None and one.unsure_below is None


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            [Dense(784, 30), Dense(31, 10)],
            r"layers\[1\]: Dense: input \(30,\), expected",
        ),
        ([Conv2D(1, 1, 3), Dense(676, 10)], r"layers\[1\]: Dense: input \(1, 26, 26\)"),
        ([], "they end in .* numbers, expected 10, one for"),
        ([Dense(784, 9)], "they end in .* numbers, expected 10, one for"),
        ([Flatten()], "they end in .* numbers, expected 10, one for"),
    ],
)
def test_layers_that_do_not_chain_from_the_input_to_the_labels_are_refused(
    layers, message
):
    with pytest.raises(ShapeError, match=message):
        Network(layers)


@pytest.mark.parametrize("text", ["784-6-10", "1x28x28-conv3x2-pool2-6-10"])
def test_backward_params_computes_the_same_gradients_as_backward(rng, text):
    layers = build_layers(text, activation="relu", initializer=he_normal, rng=rng)
    network = Network(layers)
    x = rng.normal(size=(3, 784)).astype(np.float32)
    dlogits = rng.normal(size=(3, 10)).astype(np.float32)
    network.forward(x, train=True)

    network.backward(dlogits)
    whole = {name: grad.copy() for name, grad in network.grads.items()}
    for layer in network.layers:
        layer.grads = {}
    network.backward_params(dlogits)

    assert network.grads.keys() == whole.keys() == network.params.keys()
    for name, grad in network.grads.items():
        np.testing.assert_array_equal(grad, whole[name])
