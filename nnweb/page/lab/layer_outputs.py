"""Outputs of each layer for one image, and how one of their numbers is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ShapeError
from nnweb.layers import Array, Conv2D, Dense, Layer, MaxPool2D
from nnweb.network import Network

Place = tuple[int, ...]


@dataclass(frozen=True)
class Unit:
    """How one number of a layer's output is computed.

    Attributes
    ----------
    kind : str
        "sum" of inputs times weights and the bias; "greatest" of the inputs; or "each":
        a function of one input.
    inputs, weights : float32, of one shape
        The unit's inputs, (fan_in,) or (C, KH, KW), zero beyond the image's border, and
        for a "sum" their weights, else empty.
    bias, value : float
        ``value`` is the layer's output.
    """

    kind: str
    inputs: Array
    weights: Array
    bias: float
    value: float


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
    return _unit(network.layers[layer], x, place, float(y[place]))


def _unit(layer: Layer, x: Array, place: Place, value: float) -> Unit:
    no_weights = np.zeros(0, np.float32)
    if isinstance(layer, Dense):
        weights, bias = layer.params["W"][:, place[0]], layer.params["b"][place[0]]
        return Unit("sum", x, weights, float(bias), value)
    if isinstance(layer, Conv2D):
        channel, row, column = place
        pad = layer.padding
        padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
        patch = _patch(padded, row, column, layer.kernel_size, layer.stride)
        weights, bias = layer.params["W"][channel], layer.params["b"][channel]
        return Unit("sum", patch, weights, float(bias), value)
    if isinstance(layer, MaxPool2D):
        channel, row, column = place
        size = (layer.size, layer.size)
        patch = _patch(x[channel : channel + 1], row, column, size, layer.stride)
        return Unit("greatest", patch, no_weights, 0.0, value)
    at = np.ravel_multi_index(place, x.shape) if x.ndim == len(place) else place[0]
    return Unit("each", x.reshape(-1)[at : at + 1], no_weights, 0.0, value)


def _patch(
    x: Array, row: int, column: int, size: tuple[int, int], stride: int
) -> Array:
    """Return the (C, KH, KW) of x (C, H, W) under the kernel at one position."""
    top, left = row * stride, column * stride
    return x[:, top : top + size[0], left : left + size[1]]


def weight_images(network: Network, layer: int) -> NDArray[np.floating] | None:
    """Return a layer's weights as images, (units, C, H, W); None if they are not.

    The kernels of a convolution, or each unit's weights if a first layer is dense.
    """
    chosen = network.layers[layer]
    if isinstance(chosen, Conv2D):
        return chosen.params["W"]
    first = all(not other.params for other in network.layers[:layer])
    if isinstance(chosen, Dense) and first:
        return np.ascontiguousarray(chosen.params["W"].T).reshape(
            -1, *network.input.shape
        )
    return None


def describe(layer: Layer) -> dict[str, Any]:
    """Return a layer's name and its number of parameters."""
    count = sum(array.size for array in layer.params.values())
    return {"name": type(layer).__name__, "learned": int(count)}
