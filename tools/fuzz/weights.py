"""Fuzz cases of weights in JSON, small networks in it and in .npz, and their use."""

import json
from functools import cache
from pathlib import Path
from random import Random

import numpy as np

from nnweb.architecture import build_layers
from nnweb.initializers import INITIALIZERS
from nnweb.layers import Dropout, Layer, LeakyReLU, Sigmoid
from nnweb.network import Network
from nnweb.page.api import Recognizer
from nnweb.recognize import examine
from nnweb.weights.convert.foreign_export import format_1, format_2
from nnweb.weights.convert.npz import write_npz
from nnweb.weights.convert.read import read_network
from nnweb.weights.json_format import dumps
from tools.fuzz.mutations import changed, damaged_text, often


def from_json(rng: Random, valid: list[str]) -> bytes:
    text = rng.choice(valid)
    if rng.randrange(4):
        fields = json.loads(text)
        for _ in often(rng):
            fields = changed(rng, fields)
        text = json.dumps(fields)
        if rng.randrange(4):
            return text.encode()
    return damaged_text(rng, text)


def use(path: Path) -> None:
    """Read a network, and recognize with it, as a person would."""
    network = read_network(path)
    examine(np.full((1, 28, 28), 90, np.uint8), network)


def use_in_the_page(path: Path) -> None:
    recognizer = Recognizer(path.read_bytes())
    recognizer.describe()
    recognizer.recognize(bytes(28 * 28 * 4))


@cache
def networks() -> list[Network]:
    """Every kind of layer, with few weights: files of a few kilobytes."""
    conv = layers("1x28x28-conv5x2-pool2-10", 0)
    kinds = [conv[0], LeakyReLU(0.1), conv[2], Dropout(0.5), *conv[3:]]
    sigmoid = [*layers("784-2-10", 1, "sigmoid"), Sigmoid()]
    return [
        Network(layers("784-2-10", 0)),
        Network(kinds, reject_below=0.5, unsure_below=0.9),
        Network(sigmoid),
    ]


def layers(architecture: str, seed: int, activation: str = "relu") -> list[Layer]:
    rng, he = np.random.default_rng(seed), INITIALIZERS["he_normal"]
    return build_layers(architecture, activation=activation, initializer=he, rng=rng)


@cache
def own_json() -> list[str]:
    kinds = ("float32", "float16", "int8")
    return [dumps(network, dtype=kind) for network in networks() for kind in kinds]


@cache
def foreign_json() -> list[str]:
    plain = Network(layers("784-1-10", 0))
    sigmoid = Network([*layers("784-1-10", 1, "sigmoid"), Sigmoid()])
    for layer in (*plain.layers, *sigmoid.layers):  # fewer digits: faster
        layer.params = {name: a.round(1) for name, a in layer.params.items()}
    dense = [layer for layer in plain.layers if layer.params]
    weights = [layer.params["W"].astype(float).round(1).tolist() for layer in dense]
    return [format_1(plain), format_2(sigmoid), json.dumps({"weights": weights})]


@cache
def npz_files() -> list[bytes]:
    return [write_npz(network) for network in networks()]
