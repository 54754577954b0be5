"""Weights files of other projects: same logits as a plain calculation, refusals."""

import json
from itertools import pairwise

import numpy as np
import pytest

from nnweb.errors import WeightsError
from nnweb.layers import Dense, ReLU, Sigmoid
from nnweb.network import InputSpec
from nnweb.weights.json_format import load


def layers_of(rng, *sizes):
    """Matrices (in, out) and biases, float64, of a network of these sizes."""
    matrices = [
        rng.normal(0, fan_in**-0.5, (fan_in, fan_out))
        for fan_in, fan_out in pairwise(sizes)
    ]
    return matrices, [rng.normal(size=size) for size in sizes[1:]]


def format_1(matrices, biases):
    fields = {}
    for i, (W, b) in enumerate(zip(matrices, biases, strict=True)):
        fields |= {f"W{i}": W.ravel().tolist(), f"b{i}": b.tolist()}
    return fields


def format_2(matrices, biases, **more):
    return {
        "weights": [W.tolist() for W in matrices],
        "biases": [b.tolist() for b in biases],
        **more,
    }


def format_2_by_columns(matrices, biases):
    """As hand-written networks compute it: W @ x + b, with b (out, 1)."""
    return {
        "weights": [W.T.tolist() for W in matrices],
        "biases": [b[:, None].tolist() for b in biases],
    }


def format_3(matrices):
    return {"weights": [W.tolist() for W in matrices]}


def plainly(x, matrices, biases, activation):
    """Compute the logits in float64 without a Network; the last layer is linear."""
    y = x.astype(np.float64)
    for W, b in zip(matrices[:-1], biases[:-1], strict=True):
        y = activation(y @ W + b)
    return y @ matrices[-1] + biases[-1]


def relu(x):
    return np.maximum(x, 0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.fixture
def x(rng):
    """Five images, thresholded as a canvas is."""
    return (rng.random((5, 784)) < 0.2).astype(np.float32)


@pytest.mark.parametrize("hidden", [(), (30,), (50, 30, 20)])
def test_format_1_agrees_with_a_plain_calculation(rng, x, hidden):
    matrices, biases = layers_of(rng, 784, *hidden, 10)

    network = load(json.dumps(format_1(matrices, biases)))

    expected = plainly(x, matrices, biases, relu)
    np.testing.assert_allclose(network.forward(x), expected, rtol=1e-4, atol=1e-5)
    e = np.exp(expected)
    shares = e / e.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(network.predict_proba(x), shares, rtol=1e-4)
    assert network.input == InputSpec((1, 28, 28), 127, "digit")
    assert network.labels == tuple("0123456789") and network.reject_below is None
    assert network.architecture == "-".join(map(str, (784, *hidden, 10)))
    assert [type(layer) for layer in network.layers[1::2]] == [ReLU] * len(hidden)


@pytest.mark.parametrize("hidden", [(), (30,), (40, 20)])
def test_format_2_has_a_sigmoid_after_every_layer(rng, x, hidden):
    matrices, biases = layers_of(rng, 784, *hidden, 10)

    network = load(json.dumps(format_2(matrices, biases, acc=0.95)))

    expected = sigmoid(plainly(x, matrices, biases, sigmoid))
    np.testing.assert_allclose(network.forward(x), expected, rtol=1e-4, atol=1e-6)
    shares = expected / expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(network.predict_proba(x), shares, rtol=1e-4)
    assert [type(layer) for layer in network.layers[1::2]] == [Sigmoid] * (
        len(hidden) + 1
    )


@pytest.mark.parametrize("hidden", [(), (40, 20)])
def test_format_2_may_have_columns_as_hand_written_networks_do(rng, hidden):
    parts = layers_of(rng, 784, *hidden, 10)

    network = load(format_2_by_columns(*parts))

    for name, array in load(format_2(*parts)).params.items():
        np.testing.assert_array_equal(network.params[name], array)


@pytest.mark.parametrize("hidden", [(30,), (20, 15)])
def test_format_3_has_no_biases_and_may_be_transposed(rng, x, hidden):
    matrices, biases = layers_of(rng, 784, *hidden, 10)
    nothing = [b * 0 for b in biases]

    in_out = load(json.dumps(format_3(matrices)))
    out_in = load(json.dumps(format_3([W.T for W in matrices])))

    expected = plainly(x, matrices, nothing, relu)
    np.testing.assert_allclose(in_out.forward(x), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(in_out.forward(x), out_in.forward(x))


def test_the_first_matrix_decides_whether_format_3_is_transposed(rng, x):
    """784 x 784 fits both ways: then rows are inputs, as in the format's definition."""
    matrices, biases = layers_of(rng, 784, 784, 10)

    network = load(format_3(matrices))

    expected = plainly(x, matrices, [b * 0 for b in biases], relu)
    np.testing.assert_allclose(network.forward(x), expected, rtol=1e-4, atol=1e-5)


def test_a_foreign_network_can_be_trained_further(rng, x):
    matrices, biases = layers_of(rng, 784, 30, 10)
    sources = [
        format_1(matrices, biases),
        format_2(matrices, biases),
        format_3(matrices),
        format_3([W.T for W in matrices]),
    ]

    for fields in sources:
        network = load(fields)
        network.forward(x, train=True)
        network.backward(np.ones((5, 10), np.float32))
        for key, param in network.params.items():
            param -= network.grads[key]
        assert isinstance(network.layers[0], Dense)
        assert network.layers[0].params["W"].flags.f_contiguous


GOOD_1 = {"W0": [0.5] * 784 * 3, "b0": [0.0] * 3, "W1": [1] * 30, "b1": [0] * 10}
ROWS = [[0.5] * 10] * 784
GOOD_2 = {"weights": [ROWS], "biases": [[0] * 10]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"W0": [0.5] * 2351},
            r"^W0: got 2,351 numbers, expected 2,352 for 784 in and 3",
        ),
        ({"W0": None}, "^W0: got nothing, expected a list"),
        ({"W0": []}, "^W0: got an empty list, expected numbers"),
        ({"W0": "0.5"}, "^W0: got str, expected a list"),
        ({"W0": [[0.5] * 784] * 3}, r"^W0\[0\]: got \[0\.5, .*\], expected a number"),
        ({"W1": [1] * 29 + ["1"]}, r"^W1\[29\]: got '1', expected a number"),
        ({"W1": [1] * 29 + [float("inf")]}, r"^W1: inf at \[29\], expected finite"),
        ({"W1": [1] * 29}, r"^W1: got 29 numbers, expected 30 for 3 in and 10 out"),
        ({"b0": []}, "^b0: got an empty list"),
        ({"b0": 3}, "^b0: got int, expected a list"),
        ({"b1": [0] * 9, "W1": [1] * 27}, "^b1: ends in 9 outputs, expected 10"),
        ({"W3": [1]}, "^W2: missing, expected W and b 0 to 2"),
        ({"W2": [1]}, "^b2: missing, expected W and b 0 to 2"),
        ({"b1": ...}, "^b1: missing, expected W and b 0 to 1"),
        (
            {"W0": ..., "b0": ...},
            "^weights: the keys are 'W1', 'b1'; expected 'format'",
        ),
    ],
)
def test_format_1_refuses_inconsistent_sizes(changes, message):
    fields = {k: v for k, v in (GOOD_1 | changes).items() if v is not ...}
    assert load(GOOD_1).parameter_count == 784 * 3 + 3 + 30 + 10

    with pytest.raises(WeightsError, match=message):
        load(fields)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": None}, "^weights: got nothing, expected a list"),
        ({"weights": []}, "^weights: got an empty list, expected a matrix per layer"),
        ({"weights": {"0": ROWS}}, "^weights: got dict, expected a list"),
        ({"weights": [[1, 2]]}, r"^weights\[0\]\[0\]: got int, expected a list"),
        ({"weights": [ROWS[1:]]}, r"^weights\[0\]: got 783 x 10, expected 784 rows"),
        ({"weights": [[*ROWS[1:], [1]]]}, r"^weights\[0\]: its rows have different"),
        (
            {"weights": [[*ROWS[1:], [None] * 10]]},
            r"^weights\[0\]\[783\]\[0\]: got None",
        ),
        ({"weights": [[[1]] * 784]}, r"^biases\[0\]: got 10 numbers, expected 1 for a"),
        ({"biases": None}, "^biases: got nothing, expected a list"),
        ({"biases": []}, "^biases: got 0 of them, expected 1, one for each matrix"),
        (
            {"biases": [[0] * 9]},
            r"^biases\[0\]: got 9 numbers, expected 10 for a W of 784",
        ),
        ({"biases": [0] * 10}, "^biases: got 10 of them, expected 1, one for each"),
        ({"biases": [[float("nan")] * 10]}, r"^biases\[0\]: nan at \[0\], expected"),
    ],
)
def test_format_2_refuses_inconsistent_sizes(changes, message):
    assert load(GOOD_2).architecture == "784-10"

    with pytest.raises(WeightsError, match=message):
        load(GOOD_2 | changes)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ([(784, 20), (21, 10)], r"^weights\[1\]: got 21 x 10, expected 20 rows"),
        ([(784, 20), (20, 9)], "^weights: ends in 9 outputs, expected 10"),
        ([(20, 784), (20, 10)], r"^weights\[1\]: got 10 x 20, expected 20 rows"),
        ([(100, 10)], r"^weights\[0\]: got 100 x 10, expected 784 rows"),
    ],
)
def test_format_3_refuses_matrices_that_do_not_chain(shapes, message):
    with pytest.raises(WeightsError, match=message):
        load({"weights": [np.zeros(shape).tolist() for shape in shapes]})


def test_a_list_of_unknown_keys_is_shortened():
    fields = {f"{i}" * 1000: 0 for i in range(10)}

    with pytest.raises(WeightsError, match=r"^weights: the keys are '000.*;") as e:
        load(fields)

    assert len(str(e.value)) < 800
