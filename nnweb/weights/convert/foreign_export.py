"""Export to the JSON of other digit projects: formats 1 and 2 of ``foreign``.

Both contain only dense layers with one activation; other networks are refused. There is
no field for the temperature: in format 1 it is folded into the last layer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import WeightsError
from nnweb.layers import Array, Dense, Dropout, Flatten, Layer, Linear, ReLU, Sigmoid
from nnweb.network import DIGITS, Network
from nnweb.weights.tensors import finite


def format_1(network: Network) -> str:
    """{"W0": [flat, row-major (in, out)], "b0": [...], ...}; ReLU between, softmax."""
    layers = _dense_layers(network, "format 1", ReLU, last=False)
    fields = []
    for i, layer in enumerate(layers):
        W, b = layer.params["W"], layer.params["b"]
        if layer is layers[-1]:  # softmax of logits / temperature
            W, b = (
                W / np.float32(network.temperature),
                b / np.float32(network.temperature),
            )
        fields.append(f'"W{i}": {_flat(W, f"W{i}")}, "b{i}": {_flat(b, f"b{i}")}')
    return "{" + ",\n".join(fields) + "}\n"


def format_2(network: Network) -> str:
    """{"weights": [[rows of (in, out)], ...], "biases": [...]}; sigmoid everywhere."""
    layers = _dense_layers(network, "format 2", Sigmoid, last=True)
    matrices, biases = [], []
    for i, layer in enumerate(layers):
        rows = [_flat(row, f"weights[{i}]") for row in layer.params["W"]]
        matrices.append(f"[{', '.join(rows)}]")
        biases.append(_flat(layer.params["b"], f"biases[{i}]"))
    return f'{{"weights": [{", ".join(matrices)}],\n"biases": [{", ".join(biases)}]}}\n'


def _dense_layers(
    network: Network, name: str, activation: type[Layer], *, last: bool
) -> list[Dense]:
    """Return the dense layers; each, or all but the last, must have ``activation``."""
    if network.labels != DIGITS:
        raise WeightsError(f"{name}: labels are the ten digits, got {network.labels}")
    # without layers that do nothing when predicting
    layers = [
        layer
        for layer in network.layers
        if not isinstance(layer, Flatten | Dropout | Linear)
    ]
    kinds = [type(layer) for layer in layers]
    count = kinds.count(Dense)
    expected = ([Dense, activation] * count)[: None if last else -1]
    if not count or kinds != expected:
        got = ", ".join(kind.__name__ for kind in kinds)
        words = "after each" if last else "between them"
        raise WeightsError(
            f"{name}: got {got}; expected Dense layers with {activation.__name__} "
            f"{words}, and nothing else"
        )
    return [layer for layer in layers if isinstance(layer, Dense)]


def _flat(array: Array | NDArray[np.float32], where: str) -> str:
    """Return numbers as a JSON list, each as short as float32 allows."""
    numbers = finite(np.asarray(array, np.float32), where).ravel().astype(str)
    return f"[{', '.join(numbers.tolist())}]"
