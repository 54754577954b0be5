"""Flatten: (N, C, H, W) to (N, C*H*W), in the order of the axes as PyTorch has it."""

from __future__ import annotations

from math import prod

from nnweb.layers.base import Array, Shape


class Flatten:
    """Joins all axes of an example into one."""

    def __init__(self) -> None:
        self.params: dict[str, Array] = {}
        self.grads: dict[str, Array] = {}
        self._x_shape: Shape | None = None

    def forward(self, x: Array, *, train: bool = False) -> Array:
        self._x_shape = x.shape if train else None
        return x.reshape(len(x), prod(x.shape[1:]))

    def backward(self, dy: Array) -> Array:
        if self._x_shape is None:
            raise RuntimeError("Flatten.backward: call forward(x, train=True) first")
        return dy.reshape(self._x_shape)

    def output_shape(self, input_shape: Shape) -> Shape:
        return (prod(input_shape),)
