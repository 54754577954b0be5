"""Outputs of each layer for one image, and how one of their numbers is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nnweb.errors import ShapeError
from nnweb.layers import Array, Conv2D, Dense, Layer, MaxPool2D, ReLU
from nnweb.network import Network

Place = tuple[int, ...]  # or a shape


@dataclass(frozen=True)
class Unit:
    """How one number of a layer's output is computed.

    Attributes
    ----------
    kind : str
        "sum" of inputs times weights and the bias; "greatest" of the inputs; or "each":
        a function of one input.
    inputs, weights : float32, of one shape
        The unit's inputs, zero beyond the image's border, and for a "sum" their
        weights, else empty: (C, KH, KW) where they are of images, else (fan_in,).
    bias, value : float
        ``value`` is the layer's output.
    python : str
        An expression for the value. ``x`` is the layer's input for one image, for a
        convolution with its padding, ``W`` and ``b`` are its parameters.
    """

    kind: str
    inputs: Array
    weights: Array
    bias: float
    value: float
    python: str


def stages(network: Network) -> list[int]:
    """Return the number of the stage that each layer belongs to.

    A stage begins with a convolution, pooling or dense layer. The layers that follow it
    keep the order of the numbers, so ``at`` is the same unit in all of a stage.
    """
    begins = [isinstance(layer, (Conv2D, Dense, MaxPool2D)) for layer in network.layers]
    begins[0] = True
    return (np.cumsum(begins) - 1).tolist()


def activations(network: Network, x: Array) -> list[Array]:
    """Return the input and the output of each layer, for one image.

    ``x`` (1, 784); each array is of ``network.x_shape`` or ``network.shapes[i]``.
    """
    values = [x.reshape(1, *network.x_shape)]
    for layer in network.layers:
        values.append(layer.forward(values[-1]))
    return [value[0] for value in values]


def unit(network: Network, values: list[Array], layer: int, at: int) -> Unit:
    """Return how number ``at`` of a layer's output, in C order, is computed.

    ``values`` as ``activations`` returns them. Raises ShapeError for a wrong index.
    """
    if not 0 <= layer < len(network.layers):
        raise ShapeError(
            f"layer: got {layer}, expected 0 to {len(network.layers) - 1} "
            f"for {network.architecture}"
        )
    x, y = values[layer], values[layer + 1]
    if not 0 <= at < y.size:
        raise ShapeError(f"unit: got {at}, expected 0 to {y.size - 1}")
    place = tuple(int(i) for i in np.unravel_index(at, y.shape))
    value = float(y[place])
    chosen = network.layers[layer]
    if isinstance(chosen, Dense):
        return _dense(chosen, x, at, value, _before(network, layer))
    return _unit(chosen, x, place, at, value)


def _before(network: Network, layer: int) -> Place:
    """Return the shape that the numbers going into a layer's stage have or had."""
    numbers = stages(network)
    if numbers[layer] == 0:
        return network.input.shape
    return network.shapes[numbers.index(numbers[layer] - 1)]


def _dense(layer: Dense, x: Array, at: int, value: float, shape: Place) -> Unit:
    """Return a dense layer's unit ``at``, with its inputs in the ``shape`` they had."""
    inputs, weights = x.reshape(shape), layer.params["W"][:, at].reshape(shape)
    python = f"x @ W[:, {at}] + b[{at}]"
    return Unit("sum", inputs, weights, float(layer.params["b"][at]), value, python)


def _unit(layer: Layer, x: Array, place: Place, at: int, value: float) -> Unit:
    no_weights = np.zeros(0, np.float32)
    if isinstance(layer, Conv2D):
        pad = layer.padding
        padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
        rows, columns = _window(place, layer.kernel_size, layer.stride)
        weights, bias = layer.params["W"][place[0]], layer.params["b"][place[0]]
        window = f"x[:, {_range(rows)}, {_range(columns)}]"
        python = f"({window} * W[{place[0]}]).sum() + b[{place[0]}]"
        patch = padded[:, rows, columns]
        return Unit("sum", patch, weights, float(bias), value, python)
    if isinstance(layer, MaxPool2D):
        rows, columns = _window(place, (layer.size, layer.size), layer.stride)
        patch = x[place[0] : place[0] + 1, rows, columns]
        python = f"x[{place[0]}, {_range(rows)}, {_range(columns)}].max()"
        return Unit("greatest", patch, no_weights, 0.0, value, python)
    python = f"layer.forward(x).reshape(-1)[{at}]"
    if isinstance(layer, ReLU):
        python = f"max(x[{', '.join(map(str, place))}], 0)"
    return Unit("each", x.reshape(-1)[at : at + 1], no_weights, 0.0, value, python)


def _window(place: Place, size: tuple[int, int], stride: int) -> tuple[slice, slice]:
    """Return the rows and columns under the kernel at one place of the output."""
    _, top, left = (i * stride for i in place)
    return slice(top, top + size[0]), slice(left, left + size[1])


def _range(part: slice) -> str:
    return f"{part.start}:{part.stop}"


def describe(layer: Layer) -> dict[str, Any]:
    """Return a layer's name, its number of parameters, and its window, [] for none."""
    count = sum(array.size for array in layer.params.values())
    window: list[int] = []
    if isinstance(layer, Conv2D):
        window = list(layer.kernel_size)
    elif isinstance(layer, MaxPool2D):
        window = [layer.size, layer.size]
    return {"name": type(layer).__name__, "learned": int(count), "window": window}
