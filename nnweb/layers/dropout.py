"""Dropout: in training, each feature is zeroed with probability ``rate``.

Source: Srivastava et al. 2014, "Dropout: A Simple Way to Prevent Neural Networks from
Overfitting"; in its inverted form, which does nothing when predicting.
"""

from __future__ import annotations

import numpy as np

from nnweb.errors import ShapeError
from nnweb.layers.base import Array, Shape, kept


class Dropout:
    """y = x * mask / (1 - rate) in training, y = x otherwise.

    ``rng`` may be None in a network that only predicts; training then raises.
    """

    def __init__(self, rate: float, *, rng: np.random.Generator | None = None) -> None:
        if not 0 <= rate < 1:
            raise ShapeError(f"Dropout: rate is {rate}, expected 0 <= rate < 1")
        self.rate, self.rng = rate, rng
        self.params: dict[str, Array] = {}
        self.grads: dict[str, Array] = {}
        self._mask: Array | None = None

    def forward(self, x: Array, *, train: bool = False) -> Array:
        if not train:
            self._mask = None
            return x
        if self.rng is None:
            raise RuntimeError("Dropout.forward: training needs a generator, set .rng")
        keep = self.rng.random(x.shape, dtype=np.float32) >= self.rate
        self._mask = keep * x.dtype.type(1 / (1 - self.rate))
        return x * self._mask

    def backward(self, dy: Array) -> Array:
        return dy * kept(self._mask, self)

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape
