"""Files written by PyTorch, and networks, for the tests of nnweb.weights.convert."""

from __future__ import annotations

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


def everything(rng):
    """A network of every layer but a sigmoid at its end."""
    layers = [
        Conv2D(1, 3, (3, 2), stride=2, padding=1, rng=rng),
        LeakyReLU(0.2),
        MaxPool2D(3, stride=2),
        Conv2D(3, 4, 3, rng=rng),
        Sigmoid(),
        Flatten(),
        Dropout(0.5, rng=rng),
        Dense(80, 12, rng=rng),
        Tanh(),
        Dense(12, 11, rng=rng),
        ReLU(),
        Linear(),
        Dense(11, 5, rng=rng),
    ]
    for layer in layers:
        if "b" in layer.params:
            layer.params["b"][:] = rng.normal(size=layer.params["b"].shape)
    return Network(
        layers,
        name="everything",
        labels=tuple("abcde"),
        input=InputSpec(threshold=99, fit="canvas"),
        temperature=2.5,
        reject_below=-1.5,
        card={"seed": 4},
    )
