"""Files written by PyTorch, and networks, for the tests of nnweb.weights.convert."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np

from nnweb.layers import (
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2D,
    ReLU,
    Sigmoid,
    Tanh,
)
from nnweb.network import InputSpec, Network
from nnweb.weights.convert import Hints

DATA = Path(__file__).resolve().parents[3] / "data" / "convert"
EXPECTED = json.loads((DATA / "expected.json").read_text())
#: The two images whose logits PyTorch has computed, see data/convert/make.py.
IMAGES = (np.arange(2 * 784) * 7 % 11 / 10).astype(np.float32).reshape(2, 784)
CNN = Hints(
    activation="tanh", architecture="1x28x28-conv3x2p1-pool2-conv5x3p0-pool2-10"
)


def mlp(rng, *sizes, activation=ReLU, last=()):
    """A dense network with biases that are not zero."""
    sizes = sizes or (784, 20, 10)
    layers = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [Dense(fan_in, fan_out, rng=rng), activation()]
        layers[-2].params["b"][:] = rng.normal(size=fan_out)
    return Network([*layers[:-1], *last], name="mlp")


def every_layer(rng):
    """One layer of each type, as a network of six labels."""
    layers = [
        Conv2D(1, 2, (3, 5), stride=2, padding=1, rng=rng),
        ReLU(),
        MaxPool2D(3, stride=2),
        LeakyReLU(0.2),
        Flatten(),
        Dropout(0.25, rng=rng),
        Dense(72, 7, rng=rng),
        Tanh(),
        Dense(7, 6, rng=rng),
        Linear(),
        Sigmoid(),
    ]
    for layer in layers:
        if "b" in layer.params:
            layer.params["b"][:] = rng.normal(size=layer.params["b"].shape)
    return Network(
        layers,
        name="Übung № 1",
        labels=("a", "b", "c", "d", "e", "ß"),
        input=InputSpec(threshold=200, fit="canvas"),
        temperature=1.5,
        reject_below=-2.25,
        unsure_below=0.75,
        card={"seed": 7, "accuracy": {"mnist": 0.991}, "by": "Zoë"},
    )
