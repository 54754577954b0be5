"""Convolution (strictly, cross-correlation) as one matrix product, by im2col.

Shapes: x (N, C, H, W), W (out_channels, in_channels, KH, KW), b (out_channels,),
y (N, out_channels, OH, OW) with OH = (H + 2 * padding - KH) // stride + 1.

im2col copies the patch under each position of the kernel into a row: columns
(N*OH*OW, KH*KW*C). The convolution is then columns @ W', with W' (KH*KW*C, out), and
dL/dW is columns' @ dL/dy. Source: Chellapilla et al. 2006, "High Performance
Convolutional Neural Networks for Document Processing".

dL/dx is a convolution too: of dL/dy, with zeros between its numbers if the stride is
more than 1, with the kernels rotated by 180 degrees. Source: Dumoulin & Visin 2016, "A
guide to convolution arithmetic for deep learning", chapter 4.

Memory: the logical order is (N, C, H, W) as everywhere, but y and dx are stored as
(N, H, W, C) ("channels last"). A row of columns then consists of runs of KW*C numbers,
the product has the right memory order, and the next layer copies nothing. The columns
of a whole batch exceed a processor's cache many times, and fetching them from memory
takes longer than multiplying them. So images are processed in small groups, and
backward computes the columns again instead of keeping them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nnweb.errors import ShapeError
from nnweb.initializers import Initializer, he_normal, zeros
from nnweb.layers.base import Array, Shape, kept
from nnweb.matmul import column_sums, matmul, matmul_tn

_COLUMNS = 1_000_000  # numbers, 4 MB: the size of one group's columns


class Conv2D:
    """A bank of ``out_channels`` kernels, each slid over all of the input's channels.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (int, int)
        Height and width of a kernel, in pixels.
    stride : int
        Pixels from one position of the kernel to the next, in both directions.
    padding : int
        Zeros added around the input, in pixels.
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
        self._x: Array | None = None

    def forward(self, x: Array, *, train: bool = False) -> Array:
        """Return y (N, out_channels, OH, OW); ``x`` is not modified."""
        if x.ndim != 4:
            raise ShapeError(f"Conv2D: x is {x.shape}, expected (N, C, H, W)")
        _, OH, OW = self.output_shape(x.shape[1:])
        self._x = x if train else None
        y = np.empty((len(x), OH, OW, self.out_channels), x.dtype)
        W = _as_matrix(self.params["W"])
        for part, columns in self._columns(_padded(x, self.padding), self.stride):
            matmul(columns, W, out=y[part].reshape(-1, self.out_channels))
        y += self.params["b"]
        return y.transpose(0, 3, 1, 2)

    def backward(self, dy: Array) -> Array:
        """Given dL/dy, store dL/dW and dL/db (summed over N); return dL/dx."""
        self.backward_params(dy)
        N, C, H, W = kept(self._x, self).shape
        dx = np.empty((N, H, W, C), dy.dtype)
        rotated = self.params["W"][:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
        matrix = _as_matrix(rotated)
        for part, columns in self._columns(self._spread(dy, (H, W)), 1):
            matmul(columns, matrix, out=dx[part].reshape(-1, C))
        return dx.transpose(0, 3, 1, 2)

    def backward_params(self, dy: Array) -> None:
        """As ``backward``, without dL/dx, which the first layer does not need."""
        x = _padded(kept(self._x, self), self.padding)
        rows = np.ascontiguousarray(dy.transpose(0, 2, 3, 1))
        b = column_sums(rows.reshape(-1, self.out_channels))
        dW = np.zeros_like(_as_matrix(self.params["W"]))
        for part, columns in self._columns(x, self.stride):
            dW += matmul_tn(columns, rows[part].reshape(-1, self.out_channels))
        dW = dW.T.reshape(-1, *self.kernel_size, self.in_channels)
        self.grads = {"W": np.ascontiguousarray(dW.transpose(0, 3, 1, 2)), "b": b}

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 3 or input_shape[0] != self.in_channels:
            raise ShapeError(
                f"Conv2D: input {input_shape}, expected ({self.in_channels}, H, W)"
            )
        _, H, W = input_shape
        OH, OW = _positions((H, W), self.kernel_size, self.stride, self.padding)
        if min(OH, OW) < 1:
            KH, KW = self.kernel_size
            raise ShapeError(
                f"Conv2D: input {H} x {W} with padding {self.padding} is smaller than "
                f"the kernel, {KH} x {KW}"
            )
        return (self.out_channels, OH, OW)

    def _columns(self, x: Array, stride: int) -> Iterator[tuple[slice, Array]]:
        """Yield slices of N and their columns of x (N, H, W, C), a few at a time."""
        N, H, W, C = x.shape
        KH, KW = self.kernel_size
        OH, OW = (H - KH) // stride + 1, (W - KW) // stride + 1
        few = max(1, _COLUMNS // (OH * OW * KH * KW * C))
        buffer = np.empty((min(few, N), OH, OW, KH, KW * C), x.dtype)
        for start in range(0, N, few):
            part = slice(start, min(start + few, N))
            columns = buffer[: part.stop - start]
            im2col(x[part], self.kernel_size, stride, out=columns)
            yield part, columns.reshape(-1, KH * KW * C)

    def _spread(self, dy: Array, size: tuple[int, int]) -> Array:
        """Return dL/dy, channels last, spread among zeros, to convolve into dL/dx.

        Shape (N, H + KH - 1, W + KW - 1, out), for x of ``size`` (H, W).
        """
        (N, _, OH, OW), (KH, KW), (H, W) = dy.shape, self.kernel_size, size
        H, W = H + KH - 1, W + KW - 1
        down, rows = _within(OH, KH - 1 - self.padding, self.stride, H)
        across, columns = _within(OW, KW - 1 - self.padding, self.stride, W)
        spread = np.zeros((N, H, W, self.out_channels), dy.dtype)
        spread[:, rows, columns] = dy.transpose(0, 2, 3, 1)[:, down, across]
        return spread


def im2col(x: Array, kernel_size: tuple[int, int], stride: int, *, out: Array) -> None:
    """Copy the patches of x (N, H, W, C), in C order, to out (N, OH, OW, KH, KW*C)."""
    (N, OH, OW), (KH, KW), C = out.shape[:3], kernel_size, x.shape[3]
    if KW * C >= OW:  # longer contiguous runs make the copy faster
        n, h, w, c = x.strides
        shape, strides = (N, OH, OW, KH, KW * C), (n, stride * h, stride * w, h, c)
        out[...] = as_strided(x, shape, strides, writeable=False)
        return
    patches = out.reshape(N, OH, OW, KH, KW, C)
    for i in range(KH):
        rows = slice(i, i + stride * OH, stride)
        for j in range(KW):
            patches[:, :, :, i, j] = x[:, rows, j : j + stride * OW : stride]


def _padded(x: Array, padding: int) -> Array:
    """Return x (N, C, H, W) as (N, H, W, C) in C order, padded with zeros."""
    N, C, H, W = x.shape
    padded = np.zeros((N, H + 2 * padding, W + 2 * padding, C), x.dtype)
    padded[:, padding : padding + H, padding : padding + W] = x.transpose(0, 2, 3, 1)
    return padded


def _as_matrix(W: Array) -> Array:
    """Return kernels (out, C, KH, KW) as (KH*KW*C, out), ordered like the columns."""
    # Fortran order, as in Dense: the summed axis is the contiguous one
    return W.transpose(0, 2, 3, 1).reshape(len(W), -1).T


def _within(count: int, first: int, stride: int, size: int) -> tuple[slice, slice]:
    """Of ``count`` positions, ``stride`` apart from ``first`` on, return the slice of
    those within 0 ... ``size``, and the slice of their positions.
    """
    begin, end = max(0, -(first // stride)), min(count, -((first - size) // stride))
    last = first + (end - 1) * stride
    return slice(begin, end), slice(first + begin * stride, max(0, last + 1), stride)


def _positions(
    size: tuple[int, int], kernel_size: tuple[int, int], stride: int, padding: int
) -> tuple[int, int]:
    """Return the number of positions of the kernel, down and across."""
    OH, OW = (
        (s + 2 * padding - k) // stride + 1
        for s, k in zip(size, kernel_size, strict=True)
    )
    return OH, OW
