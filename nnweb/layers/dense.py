"""Fully connected layer: y = x @ W + b.

Shapes: x (N, fan_in), W (fan_in, fan_out), b (fan_out,), y (N, fan_out).
"""

from __future__ import annotations

import numpy as np

from nnweb.errors import ShapeError
from nnweb.initializers import Initializer, he_normal, zeros
from nnweb.layers.base import Array, Shape, kept
from nnweb.matmul import column_sums, matmul, matmul_nt, matmul_tn


class Dense:
    """Affine map from ``fan_in`` features to ``fan_out`` features.

    Parameters
    ----------
    fan_in, fan_out : int
        Features per example, going in and coming out.
    initializer : Initializer
        Draws the initial ``W``; ``b`` starts at zero.
    rng : numpy.random.Generator or None
        The generator it draws from: the caller owns the seed. None leaves ``W`` at
        zero, for a layer whose weights are about to be loaded.

    Attributes
    ----------
    params, grads : dict[str, Array]
        ``"W"`` (in Fortran order, see ``nnweb.matmul``, until ``use_row_major``
        is called) and ``"b"``, float32.
    """

    def __init__(
        self,
        fan_in: int,
        fan_out: int,
        *,
        initializer: Initializer = he_normal,
        rng: np.random.Generator | None = None,
    ) -> None:
        if fan_in < 1 or fan_out < 1:
            raise ShapeError(f"Dense: {fan_in} -> {fan_out}, expected 1 or more each")
        self.fan_in, self.fan_out = fan_in, fan_out
        draw = zeros if rng is None else initializer
        W = np.asfortranarray(draw(fan_in, fan_out, rng))
        self.params: dict[str, Array] = {"W": W, "b": np.zeros(fan_out, np.float32)}
        self.grads: dict[str, Array] = {}
        self._x: Array | None = None

    def use_row_major(self) -> None:
        """Store ``W`` in C order, so that the weights of one input are contiguous.

        Faster for a single example (``nnweb.matmul``), slower for training.
        """
        self.params["W"] = np.ascontiguousarray(self.params["W"])

    def forward(self, x: Array, *, train: bool = False) -> Array:
        """Return y (N, fan_out); ``x`` (N, fan_in) is not modified."""
        if x.ndim != 2 or x.shape[1] != self.fan_in:
            raise ShapeError(f"Dense: x is {x.shape}, expected (N, {self.fan_in})")
        self._x = x if train else None
        y = matmul(x, self.params["W"])
        y += self.params["b"]
        return y

    def backward(self, dy: Array) -> Array:
        """Given dL/dy (N, fan_out), store dL/dW and dL/db; return dL/dx.

        Sums over N: the loss has already divided by the batch size.
        """
        self.backward_params(dy)
        return matmul_nt(dy, self.params["W"])

    def backward_params(self, dy: Array) -> None:
        """As ``backward``, without dL/dx, which the first layer does not need."""
        x = kept(self._x, self)
        self.grads = {"W": matmul_tn(x, dy), "b": column_sums(dy)}

    def output_shape(self, input_shape: Shape) -> Shape:
        if input_shape != (self.fan_in,):
            raise ShapeError(f"Dense: input {input_shape}, expected ({self.fan_in},)")
        return (self.fan_out,)
