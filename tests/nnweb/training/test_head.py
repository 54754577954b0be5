"""A network in two: the head learns, the convolutions stay."""

import numpy as np
import pytest

from nnweb.architecture import build_layers
from nnweb.initializers import he_normal
from nnweb.layers import Conv2D, Flatten
from nnweb.network import Network
from nnweb.training.head import Split


def network_of(text, rng):
    layers = build_layers(text, activation="relu", initializer=he_normal, rng=rng)
    return Network(layers)


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("1x28x28-conv3x2-pool2-conv3x3-pool2-12-10", (147,)),
        ("784-20-10", (784,)),
    ],
)
def test_the_head_continues_where_the_features_end(text, features, rng):
    network, x = network_of(text, rng), rng.random((5, 784), dtype=np.float32)
    split = Split(network)

    found = split.features(x)

    assert found.shape == (5, *features)
    np.testing.assert_array_equal(split.head.forward(found), network.forward(x))


def test_what_the_head_learns_the_network_has_learned(rng):
    network = network_of("1x28x28-conv3x2-pool2-12-10", rng)
    x, split = rng.random((5, 784), dtype=np.float32), Split(network)
    features, before = split.features(x), network.forward(x)

    split.head.forward(features, train=True)
    split.head.backward_params(np.ones((5, 10), np.float32))
    for name, param in split.head.params.items():
        param -= split.head.grads[name]

    assert not np.allclose(network.forward(x), before)
    np.testing.assert_array_equal(split.features(x), features)


def test_without_a_dense_layer_the_last_convolution_is_in_the_head(rng):
    layers = [Conv2D(1, 2, 3, padding=1, rng=rng), Conv2D(2, 2, 28, rng=rng), Flatten()]
    network, x = Network(layers, labels="01"), rng.random((3, 784), dtype=np.float32)
    split = Split(network)

    assert split.head.layers == layers[1:]
    found = split.features(x)
    np.testing.assert_array_equal(split.head.forward(found), network.forward(x))


def test_the_head_has_no_dropout(rng):
    text = "1x28x28-conv3x2-pool2-12-10"
    layers = build_layers(
        text, activation="relu", initializer=he_normal, rng=rng, dropout=0.2
    )

    head = Split(Network(layers)).head

    assert [type(layer).__name__ for layer in head.layers] == ["Dense", "ReLU", "Dense"]
