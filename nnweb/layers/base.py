"""What every layer offers: the contract between a layer and the network around it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Shape = tuple[int, ...]


class Layer(Protocol):
    """One step of a network, forward and backward.

    Attributes
    ----------
    params, grads : dict[str, Array]
        What is learned, ``"W"`` and ``"b"``, and dL/d(param) under the same keys once
        ``backward`` has run. Both stay empty where there is nothing to learn.
        Optimizers change ``params`` in place.
    """

    params: dict[str, Array]
    grads: dict[str, Array]

    def forward(self, x: Array, *, train: bool = False) -> Array:
        """Return y for x. ``train`` keeps what ``backward`` will need."""
        ...

    def backward(self, dy: Array) -> Array:
        """Given dL/dy of the last ``forward(x, train=True)``, return dL/dx."""
        ...

    def output_shape(self, input_shape: Shape) -> Shape:
        """Shape of y for x of ``input_shape``, both without N. Raises ShapeError."""
        ...


def kept(value: Array | None, layer: object) -> Array:
    """What ``forward(train=True)`` left behind, or a plain word on its absence."""
    if value is None:
        name = type(layer).__name__
        raise RuntimeError(f"{name}.backward: call forward(x, train=True) first")
    return value
