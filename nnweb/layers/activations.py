"""Activations: elementwise functions."""

from __future__ import annotations

import numpy as np

from nnweb.layers.base import Array, Shape, kept


class _Activation:
    """Base of the activations: no parameters, and one array kept for ``backward``."""

    def __init__(self) -> None:
        self.params: dict[str, Array] = {}
        self.grads: dict[str, Array] = {}
        self._kept: Array | None = None

    def output_shape(self, input_shape: Shape) -> Shape:
        return input_shape


class ReLU(_Activation):
    """y = max(x, 0); dy/dx is 1 where x > 0 and 0 elsewhere, also at 0."""

    def forward(self, x: Array, *, train: bool = False) -> Array:
        y = np.maximum(x, 0)
        self._kept = y if train else None
        return y

    def backward(self, dy: Array) -> Array:
        return dy * (kept(self._kept, self) > 0)


class LeakyReLU(_Activation):
    """y = x where x > 0, ``slope`` * x elsewhere.

    Source: Maas et al. 2013, "Rectifier Nonlinearities Improve Neural Network Acoustic
    Models", section 2, where the slope is 0.01.
    """

    def __init__(self, slope: float = 0.01) -> None:
        super().__init__()
        self.slope = slope

    def forward(self, x: Array, *, train: bool = False) -> Array:
        self._kept = x if train else None
        return np.where(x > 0, x, x * x.dtype.type(self.slope))

    def backward(self, dy: Array) -> Array:
        return np.where(kept(self._kept, self) > 0, dy, dy * dy.dtype.type(self.slope))


class Sigmoid(_Activation):
    """y = 1 / (1 + exp(-x)); dy/dx = y (1 - y)."""

    def forward(self, x: Array, *, train: bool = False) -> Array:
        # exp of negative numbers only: exp(1000) would overflow, with a warning
        e = np.exp(-np.abs(x))
        y = np.where(x >= 0, 1, e) / (1 + e)
        self._kept = y if train else None
        return y

    def backward(self, dy: Array) -> Array:
        y = kept(self._kept, self)
        return dy * y * (1 - y)


class Tanh(_Activation):
    """y = tanh(x); dy/dx = 1 - y^2."""

    def forward(self, x: Array, *, train: bool = False) -> Array:
        y = np.tanh(x)
        self._kept = y if train else None
        return y

    def backward(self, dy: Array) -> Array:
        y = kept(self._kept, self)
        return dy * (1 - y * y)


class Linear(_Activation):
    """y = x: no activation, made explicit."""

    def forward(self, x: Array, *, train: bool = False) -> Array:
        return x

    def backward(self, dy: Array) -> Array:
        return dy
