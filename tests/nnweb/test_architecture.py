"""Networks from one line of text; invalid text is refused."""

import numpy as np
import pytest

from nnweb.architecture import ACTIVATIONS, build_layers
from nnweb.errors import ShapeError
from nnweb.initializers import glorot_uniform, he_normal


def build(text, rng, activation="relu", dropout=0.0):
    return build_layers(
        text, activation=activation, initializer=he_normal, rng=rng, dropout=dropout
    )


def kinds(layers):
    return [type(layer).__name__ for layer in layers]


@pytest.mark.parametrize(
    ("text", "dropout", "expected"),
    [
        ("784-500-300-10", 0, "Dense ReLU Dense ReLU Dense"),
        # before each dense layer but the first
        ("784-50-30-10", 0.2, "Dense ReLU Dropout Dense ReLU Dropout Dense"),
        (
            "1x28x28-conv3x2-pool2-50-10",
            0.2,
            "Conv2D ReLU MaxPool2D Flatten Dropout Dense ReLU Dropout Dense",
        ),
        ("784-drop0.1-50-drop.5-10", 0, "Dropout Dense ReLU Dropout Dense"),
    ],
)
def test_numbers_are_dense_layers_with_activations_and_dropout_between(
    rng, text, dropout, expected
):
    assert kinds(build(text, rng, dropout=dropout)) == expected.split()


def test_layers_have_the_sizes_and_rates_of_the_text(rng):
    dense = build("784-500-10", rng, dropout=0.2)
    dropped = build("784-drop0.1-50-drop.5-10", rng)

    assert [dense[i].params["W"].shape for i in (0, 3)] == [(784, 500), (500, 10)]
    assert dense[2].rate == 0.2
    assert (dropped[0].rate, dropped[3].rate) == (0.1, 0.5)


def test_convolutions_keep_the_size_and_are_flattened_before_the_first_number(rng):
    layers = build("1x28x28-conv3x16-pool2-conv5x8s2p0-32-10", rng)

    expected = "Conv2D ReLU MaxPool2D Conv2D ReLU Flatten Dense ReLU Dense"
    assert kinds(layers) == expected.split()
    assert layers[0].output_shape((1, 28, 28)) == (16, 28, 28)
    assert layers[3].output_shape((16, 14, 14)) == (8, 5, 5)
    assert layers[6].fan_in == 8 * 5 * 5


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_can_be_chosen(rng, name):
    assert isinstance(build("784-5-10", rng, name)[1], ACTIVATIONS[name])


def test_the_generator_and_the_initializer_decide_the_weights():
    first, second, other = (
        build_layers(
            "784-20-10",
            activation="relu",
            initializer=glorot_uniform,
            rng=np.random.default_rng(seed),
        )
        for seed in (1, 1, 2)
    )

    np.testing.assert_array_equal(first[0].params["W"], second[0].params["W"])
    assert not np.array_equal(first[0].params["W"], other[0].params["W"])
    # true Glorot: bounded by sqrt(6 / (fan_in + fan_out)), and filling that
    limit = np.sqrt(6 / (784 + 20))
    assert 0.99 * limit < abs(first[0].params["W"]).max() <= limit


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' starts with '', expected the input's size"),
        ("28x28-10", "starts with '28x28', expected the input's size, 784 or 1x28x28"),
        ("784-abc-10", "'abc' in '784-abc-10', expected a number of outputs"),
        ("784--10", "'' in '784--10', expected a number"),
        ("784-drop1.5-10", "'drop1.5' in"),
        ("784", "'784' does not end in a dense layer"),
        ("1x28x28-conv3x4", "does not end in a dense layer, expected one, such as 10"),
        ("784-10-drop0.5", "does not end in a dense layer"),
        ("784-conv3x4-10", "conv3x4 after 784 numbers; a convolution needs images"),
        ("784-pool2-10", r"MaxPool2D: input \(784,\)"),
        ("784-0-10", "Dense: 784 -> 0, expected 1 or more"),
        ("1x28x28-conv3x0-10", "Conv2D: channels 1 -> 0"),
        ("1x28x28-conv40x4p0-10", "smaller than the kernel"),
        ("1x28x28-pool2-pool2-pool2-pool2-pool2-10", r"MaxPool2D: input \(1, 1, 1\)"),
    ],
)
def test_an_invalid_architecture_is_refused(rng, text, message):
    with pytest.raises(ShapeError, match=message):
        build(text, rng)
