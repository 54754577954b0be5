"""The interface of a layer."""

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
        The learned arrays ``"W"`` and ``"b"``, and, after ``backward``, dL/d(param)
        under the same keys. Both are empty in a layer without parameters. Optimizers
        change ``params`` in place.
    """

    params: dict[str, Array]
    grads: dict[str, Array]

    def forward(self, x: Array, *, train: bool = False) -> Array:
        """Return y for x. ``train`` stores what ``backward`` needs."""
        ...

    def backward(self, dy: Array) -> Array:
        """Given dL/dy of the last ``forward(x, train=True)``, return dL/dx."""
        ...

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of y for x of ``input_shape``, both without N."""
        ...


def kept(value: Array | None, layer: object) -> Array:
    """Return what ``forward(train=True)`` stored; RuntimeError if it was not called."""
    if value is None:
        name = type(layer).__name__
        raise RuntimeError(f"{name}.backward: call forward(x, train=True) first")
    return value
