"""Convolution (strictly, cross-correlation) as one matrix product, by im2col.

Shapes: x (N, C, H, W), W (out_channels, in_channels, KH, KW), b (out_channels,),
y (N, out_channels, OH, OW) with OH = (H + 2 * padding - KH) // stride + 1.

im2col copies the patch under each place of the kernel into a row: columns
(N*OH*OW, KH*KW*C). The convolution is then columns @ W', with W' (KH*KW*C, out), and
the gradients are two more products. Source: Chellapilla et al. 2006, "High Performance
Convolutional Neural Networks for Document Processing".

Memory: the logical order is (N, C, H, W) as everywhere, but y and dx lie in memory as
(N, H, W, C) ("channels last"). A row of columns is then made of runs of C numbers, the
product comes out as it must lie, and a layer after this one copies nothing.
"""

from __future__ import annotations

import numpy as np

from nnweb.errors import ShapeError
from nnweb.initializers import Initializer, he_normal, zeros
from nnweb.layers.base import Array, Shape, kept
from nnweb.products import matmul, matmul_nt, matmul_tn


class Conv2D:
    """A bank of ``out_channels`` kernels, each slid over all of the input's channels.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (int, int)
        Height and width of a kernel, in pixels.
    stride : int
        Pixels from one place of the kernel to the next, both ways.
    padding : int
        Pixels of zeros put around the input.
    initializer, rng
        As for ``Dense``.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        *,
        stride: int = 1,
        padding: int = 0,
        initializer: Initializer = he_normal,
        rng: np.random.Generator | None = None,
    ) -> None:
        if isinstance(kernel_size, int):
            kernel_size = (kernel_size, kernel_size)
        KH, KW = kernel_size
        if min(in_channels, out_channels, KH, KW, stride) < 1 or padding < 0:
            raise ShapeError(
                f"Conv2D: channels {in_channels} -> {out_channels}, kernel {KH} x "
                f"{KW}, stride {stride}, padding {padding}; expected 1 or more each, "
                "padding 0 or more"
            )
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size = (KH, KW)
        self.stride, self.padding = stride, padding
        draw = zeros if rng is None else initializer
        fan_in, fan_out = in_channels * KH * KW, out_channels * KH * KW
        W = draw(fan_in, fan_out, rng, shape=(out_channels, in_channels, KH, KW))
        self.params: dict[str, Array] = {
            "W": W,
            "b": np.zeros(out_channels, np.float32),
        }
        self.grads: dict[str, Array] = {}
        self._columns: Array | None = None
        self._x_shape: Shape = ()

    def forward(self, x: Array, *, train: bool = False) -> Array:
        """Return y (N, out_channels, OH, OW); ``x`` is not modified."""
        if x.ndim != 4:
            raise ShapeError(f"Conv2D: x is {x.shape}, expected (N, C, H, W)")
        _, OH, OW = self.output_shape(x.shape[1:])
        columns = im2col(x, self.kernel_size, self.stride, self.padding)
        self._columns = columns if train else None
        self._x_shape = x.shape
        y = matmul(columns, self._matrix())
        y += self.params["b"]
        return y.reshape(len(x), OH, OW, self.out_channels).transpose(0, 3, 1, 2)

    def backward(self, dy: Array) -> Array:
        """Given dL/dy, store dL/dW and dL/db (summed over N); return dL/dx."""
        self.backward_params(dy)
        dcolumns = matmul_nt(self._rows(dy), self._matrix())
        return col2im(
            dcolumns, self._x_shape, self.kernel_size, self.stride, self.padding
        )

    def backward_params(self, dy: Array) -> None:
        """As ``backward``, without dL/dx: a first layer has nobody to hand it to."""
        columns, rows = kept(self._columns, self), self._rows(dy)
        dW = matmul_tn(columns, rows).T  # (out, KH*KW*C)
        dW = dW.reshape(-1, *self.kernel_size, self.in_channels).transpose(0, 3, 1, 2)
        self.grads = {"W": np.ascontiguousarray(dW), "b": rows.sum(axis=0)}

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 3 or input_shape[0] != self.in_channels:
            raise ShapeError(
                f"Conv2D: input {input_shape}, expected ({self.in_channels}, H, W)"
            )
        _, H, W = input_shape
        OH, OW = _places((H, W), self.kernel_size, self.stride, self.padding)
        if min(OH, OW) < 1:
            KH, KW = self.kernel_size
            raise ShapeError(
                f"Conv2D: input {H} x {W} with padding {self.padding} is smaller than "
                f"the kernel, {KH} x {KW}"
            )
        return (self.out_channels, OH, OW)

    def _rows(self, dy: Array) -> Array:
        """dL/dy as (N*OH*OW, out): a view of what lies in memory channels last."""
        return dy.transpose(0, 2, 3, 1).reshape(-1, self.out_channels)

    def _matrix(self) -> Array:
        """W as (KH*KW*C, out), in the order of a row of columns."""
        # Fortran order, as in Dense: the summed axis is the contiguous one
        return self.params["W"].transpose(0, 2, 3, 1).reshape(self.out_channels, -1).T


def im2col(x: Array, kernel_size: tuple[int, int], stride: int, padding: int) -> Array:
    """Copy the patches of x (N, C, H, W) into columns (N*OH*OW, KH*KW*C)."""
    N, C, H, W = x.shape
    KH, KW = kernel_size
    OH, OW = _places((H, W), kernel_size, stride, padding)
    x = x.transpose(0, 2, 3, 1)
    if padding:
        padded = np.zeros((N, H + 2 * padding, W + 2 * padding, C), x.dtype)
        padded[:, padding : padding + H, padding : padding + W] = x
        x = padded
    columns = np.empty((N, OH, OW, KH, KW, C), x.dtype)
    for i in range(KH):
        rows = slice(i, i + stride * OH, stride)
        for j in range(KW):
            columns[:, :, :, i, j] = x[:, rows, j : j + stride * OW : stride]
    return columns.reshape(N * OH * OW, KH * KW * C)


def col2im(
    columns: Array,
    x_shape: Shape,
    kernel_size: tuple[int, int],
    stride: int,
    padding: int,
) -> Array:
    """Add columns back to where ``im2col`` took them from: its adjoint.

    Returns (N, C, H, W), each pixel the sum over all the patches that held it.
    """
    N, C, H, W = x_shape
    KH, KW = kernel_size
    OH, OW = _places((H, W), kernel_size, stride, padding)
    columns = columns.reshape(N, OH, OW, KH, KW, C)
    x = np.zeros((N, H + 2 * padding, W + 2 * padding, C), columns.dtype)
    for i in range(KH):
        rows = slice(i, i + stride * OH, stride)
        for j in range(KW):
            x[:, rows, j : j + stride * OW : stride] += columns[:, :, :, i, j]
    return x[:, padding : padding + H, padding : padding + W].transpose(0, 3, 1, 2)


def _places(
    size: tuple[int, int], kernel_size: tuple[int, int], stride: int, padding: int
) -> tuple[int, int]:
    """Places of the kernel, down and across."""
    OH, OW = (
        (s + 2 * padding - k) // stride + 1
        for s, k in zip(size, kernel_size, strict=True)
    )
    return OH, OW
