"""Weights files of other digit projects, detected by their keys.

    1  {"W0": [...], "b0": [...], "W1": ...}    flat, row-major (in, out); ReLU, softmax
    2  {"weights": [[in x out], ...], "biases": [[...], ...]}     sigmoid on every layer
    3  {"weights": [[784 x 128], [128 x 10]]}   no biases; ReLU, softmax

In 2 and 3 matrices may be (out, in); in 2 biases may be columns, [[...], [...]]. All
take 28 x 28 pixels and output ten digits. They were trained on MNIST, whose digits are
centred, so they use fit="digit".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnweb.errors import WeightsError
from nnweb.files.shown import shown
from nnweb.layers import Conv2D, Dense, Layer, ReLU, Sigmoid
from nnweb.network import DIGITS, Network
from nnweb.weights.tensors import Array, expect, from_lists

PIXELS = 28 * 28


def read(fields: dict[str, Any]) -> Network:
    """Return the network in a file of format 1, 2 or 3. Raises WeightsError."""
    if "W0" in fields:
        layers = _format_1(fields)
    elif "weights" in fields and "biases" in fields:
        layers = _format_2(fields)
    elif "weights" in fields:
        layers = _format_3(fields)
    else:
        keys = ", ".join(shown(key) for key in sorted(fields)[:8]) or "none"
        raise WeightsError(
            f"weights: the keys are {keys}; expected 'format', or 'W0', 'b0', ..., or "
            "'weights' with or without 'biases'"
        )
    return Network(layers)


def dense(W: Array, b: Array, b_name: str) -> Dense:
    """Return a Dense layer with these arrays; ``b_name``: the file's name for b."""
    if b.shape != W.shape[1:]:
        raise WeightsError(
            f"{b_name}: got {b.size} numbers, expected {W.shape[1]} for a W of "
            f"{W.shape[0]} x {W.shape[1]}"
        )
    layer = Dense(*W.shape)
    layer.params = {"W": np.asfortranarray(W), "b": b}
    return layer


def conv2d(W: Array, b: Array, b_name: str, *, stride: int, padding: int) -> Conv2D:
    """Return a Conv2D layer with these arrays; W (out, in, KH, KW)."""
    if b.shape != W.shape[:1]:
        raise WeightsError(
            f"{b_name}: got {b.size} numbers, expected {W.shape[0]}, one for each "
            "output channel"
        )
    out_channels, in_channels, KH, KW = W.shape
    layer = Conv2D(in_channels, out_channels, (KH, KW), stride=stride, padding=padding)
    layer.params = {"W": np.ascontiguousarray(W), "b": b}
    return layer


def _format_1(fields: dict[str, Any]) -> list[Layer]:
    count = sum(1 for key in fields if key[:1] == "W" and key[1:].isdecimal())
    layers, fan_in = [], PIXELS
    for i in range(count):
        for key in (f"W{i}", f"b{i}"):
            if key not in fields:
                raise WeightsError(f"{key}: missing, expected W and b 0 to {count - 1}")
        b = from_lists(fields[f"b{i}"], f"b{i}", 1)
        W = from_lists(fields[f"W{i}"], f"W{i}", 1)
        if W.size != fan_in * b.size:
            raise WeightsError(
                f"W{i}: got {W.size:,} numbers, expected {fan_in * b.size:,} for "
                f"{fan_in} in and {b.size} out"
            )
        layers.append(dense(W.reshape(fan_in, b.size), b, f"b{i}"))
        fan_in = b.size
    return _between(_ten(layers, f"b{count - 1}"), ReLU)


def _format_2(fields: dict[str, Any]) -> list[Layer]:
    matrices = _matrices(fields["weights"])
    biases = expect(fields["biases"], list, "biases")
    if len(biases) != len(matrices):
        raise WeightsError(
            f"biases: got {len(biases)} of them, expected {len(matrices)}, one for "
            "each matrix of weights"
        )
    _check_chain([W.shape for W in matrices])
    layers = [
        dense(W, _bias(biases[i], f"biases[{i}]"), f"biases[{i}]")
        for i, W in enumerate(matrices)
    ]
    return [*_between(_ten(layers, "weights"), Sigmoid), Sigmoid()]


def _format_3(fields: dict[str, Any]) -> list[Layer]:
    matrices = _matrices(fields["weights"])
    _check_chain([W.shape for W in matrices])
    layers = [dense(W, np.zeros(W.shape[1], np.float32), "biases") for W in matrices]
    return _between(_ten(layers, "weights"), ReLU)


def _matrices(value: Any) -> list[Array]:
    entries = expect(value, list, "weights")
    if not entries:
        raise WeightsError("weights: got an empty list, expected a matrix per layer")
    matrices = [from_lists(W, f"weights[{i}]", 2) for i, W in enumerate(entries)]
    if matrices[0].shape[0] != PIXELS and matrices[0].shape[1] == PIXELS:
        return [W.T for W in matrices]
    return matrices


def _bias(value: Any, where: str) -> Array:
    """Return a bias, which may be a column: [[1], [2]]."""
    nested = isinstance(value, list) and value and isinstance(value[0], list)
    return from_lists(value, where, 2 if nested else 1).ravel()


def _check_chain(shapes: Sequence[tuple[int, ...]]) -> None:
    fan_in = PIXELS
    for i, shape in enumerate(shapes):
        if shape[0] != fan_in:
            raise WeightsError(
                f"weights[{i}]: got {shape[0]} x {shape[1]}, expected {fan_in} rows"
            )
        fan_in = shape[1]


def _ten(layers: list[Dense], where: str) -> list[Dense]:
    if layers[-1].fan_out != len(DIGITS):
        raise WeightsError(
            f"{where}: ends in {layers[-1].fan_out} outputs, expected {len(DIGITS)}"
        )
    return layers


def _between(layers: Sequence[Layer], activation: Callable[[], Layer]) -> list[Layer]:
    """Return the layers with an activation after each but the last."""
    first, *rest = layers
    chain = [first]
    for layer in rest:
        chain += [activation(), layer]
    return chain
