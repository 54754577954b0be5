"""A network in two: its convolutions, and the layers after them, trained alone."""

from __future__ import annotations

import numpy as np

from nnweb.layers import Array, Conv2D, Dense, Dropout
from nnweb.network import InputSpec, Network

_CHUNK = 200  # images in one forward pass: bounds the memory


class Split:
    """The layers of a network, not copies, as two parts.

    ``head`` is a network of the layers from the first dense one after all convolutions
    on, or of the last convolution and what follows if there is none. The network has
    learned what the head learns. The head's input, the features, does not change
    meanwhile, so that it is computed once. Dropout is left out: a head that is pulled
    towards the old outputs would learn to undo it, and to be less sure without it.
    """

    def __init__(self, network: Network) -> None:
        layers = network.layers
        kernels = [i for i, layer in enumerate(layers) if isinstance(layer, Conv2D)]
        last = kernels[-1] if kernels else 0
        dense = [i for i, layer in enumerate(layers) if isinstance(layer, Dense)]
        at = next((i for i in dense if i > last or not kernels), last)
        before = network.shapes[at - 1] if at else network.x_shape
        shape = before if len(before) == 3 else (1, 1, before[0])
        self._trunk, self._x_shape = layers[:at], network.x_shape
        self.head = Network(
            [layer for layer in layers[at:] if not isinstance(layer, Dropout)],
            labels=network.labels,
            input=InputSpec(shape=shape),
            temperature=network.temperature,
            reject_below=network.reject_below,
        )

    def features(self, x: Array) -> Array:
        """Return the head's input, (N, ...), for network input ``x`` (N, 784)."""
        parts = []
        for start in range(0, len(x), _CHUNK):
            y = x[start : start + _CHUNK]
            y = y.reshape(len(y), *self._x_shape)
            for layer in self._trunk:
                y = layer.forward(y)
            parts.append(y)
        return np.concatenate(parts)
