"""Max pooling: the maximum of each window, windows adjacent by default.

Shapes: x (N, C, H, W), y (N, C, OH, OW) with OH = (H - size) // stride + 1: rows
and columns that do not fill a window are dropped. Memory is channels last, as of
``Conv2D``.
"""

from __future__ import annotations

import numpy as np

from nnweb.errors import ShapeError
from nnweb.layers.base import Array, Shape


class MaxPool2D:
    """The maximum over ``size`` x ``size`` windows, ``stride`` (default: size) apart.

    If a window contains its maximum more than once, the gradient goes to the first in
    reading order.
    """

    def __init__(self, size: int, stride: int | None = None) -> None:
        self.size, self.stride = size, size if stride is None else stride
        if self.size < 1 or self.stride < 1:
            raise ShapeError(f"MaxPool2D: size {size}, stride {stride}, expected >= 1")
        self.params: dict[str, Array] = {}
        self.grads: dict[str, Array] = {}
        self._kept: tuple[Array, Array] | None = None

    def forward(self, x: Array, *, train: bool = False) -> Array:
        if x.ndim != 4:
            raise ShapeError(f"MaxPool2D: x is {x.shape}, expected (N, C, H, W)")
        first, *others = self._windows(x)
        y = first.copy(order="K")
        for other in others:
            np.maximum(y, other, out=y)
        self._kept = (x, y) if train else None
        return y

    def backward(self, dy: Array) -> Array:
        if self._kept is None:
            raise RuntimeError("MaxPool2D.backward: call forward(x, train=True) first")
        x, y = self._kept
        dx = np.zeros_like(x)
        free = np.ones_like(y, dtype=bool)  # windows whose maximum was not found yet
        overlapping = self.stride < self.size
        for x_part, dx_part in zip(self._windows(x), self._windows(dx), strict=True):
            here = (x_part == y) & free
            free ^= here
            if overlapping:
                dx_part += dy * here
            else:
                np.multiply(dy, here, out=dx_part)
        return dx

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 3 or min(input_shape[1:]) < self.size:
            raise ShapeError(
                f"MaxPool2D: input {input_shape}, expected (C, H, W) with H and W of "
                f"{self.size} or more"
            )
        C, H, W = input_shape
        return (C, *((s - self.size) // self.stride + 1 for s in (H, W)))

    def _windows(self, x: Array) -> list[Array]:
        """Return views (N, C, OH, OW) of each window's first number, its second, ..."""
        _, OH, OW = self.output_shape(x.shape[1:])
        down, across = self.stride * OH, self.stride * OW
        return [
            x[:, :, i : i + down : self.stride, j : j + across : self.stride]
            for i in range(self.size)
            for j in range(self.size)
        ]
