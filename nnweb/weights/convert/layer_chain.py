"""Builds layers one after another from operations on tensors, as ONNX has them.

Such a graph may keep images as (N, H, W, C), flatten them in that order, take the mean
of a channel, and shift and scale numbers in steps of their own: biases, normalization.
None of these is a layer of nnweb. A chain remembers where the numbers of the graph's
tensor are in the output of its last layer, and what they are scaled by, and changes the
weights of that layer, or of the next, so that they mean the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ShapeError, WeightsError, raised_as
from nnweb.files.limits import Allowance
from nnweb.layers import (
    Conv2D,
    Dense,
    Flatten,
    Layer,
    Linear,
    MaxPool2D,
    Shape,
    Sigmoid,
)
from nnweb.weights.foreign import conv2d, dense
from nnweb.weights.json_format import MAX_LAYERS
from nnweb.weights.tensors import finite

Floats = NDArray[np.float64]

MAX_VALUES = 150_000  # numbers per image between two layers


class Chain:
    """Layers under construction, for one input of ``shape`` without N.

    Parameters
    ----------
    shape : (C, H, W)
        Of an image, as nnweb has it.
    tensor_shape
        Of the same image as the graph has it, with N = 1.
    allowance
        How many weights the layers may have.

    Attributes
    ----------
    layers : list of Layer
    tensor_shape
        Of the graph's tensor after the last operation, with N = 1.
    """

    def __init__(
        self, shape: Shape, tensor_shape: Sequence[int], allowance: Allowance
    ) -> None:
        self.layers: list[Layer] = []
        self._shape = shape  # of the last layer's output
        # (*tensor_shape, K): each number of the tensor is the mean of K numbers at
        # these places of the last layer's output, flattened
        self._places = _count(prod(shape)).reshape(*tensor_shape, 1)
        # of the numbers of the last layer's output, before they are averaged
        self._scale: Floats | None = None
        self._shift: Floats | None = None
        self._allowance = allowance

    @property
    def tensor_shape(self) -> Shape:
        return self._places.shape[:-1]

    # Operations that only move numbers, or scale them

    def view(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> None:
        """Rearrange the tensor by ``change``: reshape, transpose, ..."""
        shape = self.tensor_shape
        order = change(_count(prod(shape)).reshape(shape))
        self._places = self._places.reshape(prod(shape), -1)[order]

    def mean(self, axes: Sequence[int], *, keep: bool) -> None:
        """Average over ``axes``, which become 1 (``keep``), or go."""
        rank = len(self.tensor_shape)
        if not axes or not all(0 < abs(axis) < rank for axis in axes):
            raise ShapeError(
                f"axes are {list(axes)} of {rank}, expected some, but not the first"
            )
        axes = sorted({axis % rank for axis in axes})
        moved = np.moveaxis(self._places, axes, range(rank - len(axes), rank))
        shape = [1 if i in axes else n for i, n in enumerate(self.tensor_shape)]
        if not keep:
            shape = [n for i, n in enumerate(self.tensor_shape) if i not in axes]
        self._places = moved.reshape(*shape, -1)

    def affine(self, scale: Any, shift: Any) -> None:
        """Multiply by ``scale`` and add ``shift``, which broadcast to the tensor."""
        if self._places.shape[-1] > 1:
            self._settle()
        a, b = self._scattered(scale), self._scattered(shift)
        old_scale, old_shift = self._pending()
        self._scale = finite(old_scale * a, "its scale")
        self._shift = finite(old_shift * a + b, "its shift")

    # Operations that become layers

    def append(self, layer: Layer) -> None:
        """Append an activation, or a MaxPool2D, which needs images."""
        self._settle()
        if isinstance(layer, MaxPool2D):
            self._expect_images()
            self._append(layer)
        else:
            self._append_in_place(layer)

    def dense(self, W: NDArray[Any]) -> None:
        """Multiply a tensor (1, in) by W (in, out)."""
        if self.tensor_shape != (1, len(W)):
            raise ShapeError(
                f"W is {list(W.shape)}, its input {list(self.tensor_shape)}; expected "
                f"[1, {len(W)}]"
            )
        self._dense(W)

    def conv(self, W: NDArray[Any], *, pads: Sequence[int], stride: int) -> None:
        """Convolve images by W (out, in, KH, KW); ``pads``: top, left, bottom, right.

        Padding that differs between the sides is expressed by zeros in the kernels.
        """
        if self._places.shape[-1] > 1:
            self._settle()
        self._expect_images()
        scale, shift = self._pending()
        if max(pads) and shift.any():  # the padding's zeros are not shifted
            self._settle()
            scale, shift = self._pending()
        if W.shape[1] != self._shape[0]:
            raise ShapeError(f"W is {list(W.shape)}, its input {list(self._shape)}")
        a, b = _by_channel(scale), _by_channel(shift)
        top, left, bottom, right = pads
        padding = max(pads)
        margins = (
            (0, 0),
            (0, 0),
            (padding - top, padding - bottom),
            (padding - left, padding - right),
        )
        out, channels, KH, KW = W.shape
        KH, KW = KH + sum(margins[2]), KW + sum(margins[3])
        if padding >= max(KH, KW):  # which weights files do not have
            raise ShapeError(f"pads are {list(pads)}, more than its kernels have")
        self._take((out, channels, KH, KW))
        wide = np.pad(W.astype(np.float64), margins)
        bias = np.einsum("oikl,i->o", wide, b)
        wide *= a[:, None, None]
        layer = conv2d(
            _float32(wide), _float32(bias), "", stride=stride, padding=padding
        )
        self._append(layer)

    def average_pool(
        self, size: tuple[int, int], *, pads: Sequence[int], stride: int
    ) -> None:
        """Average over windows: a convolution of each channel alone."""
        self._settle()
        channels = self._shape[0]
        self._take((channels, channels, *size))
        W = np.zeros((channels, channels, *size))
        W[range(channels), range(channels)] = 1 / prod(size)
        self.conv(W, pads=pads, stride=stride)

    def end(self) -> None:
        """Take note that a softmax follows."""
        self._settle()
        if self.layers and isinstance(self.layers[-1], Sigmoid):
            self._append_in_place(Linear())  # else its outputs were probabilities

    def finish(self) -> list[Layer]:
        """Return the layers, which give the tensor's numbers in its order."""
        self._settle()
        if (self._places.ravel() != _count(self._places.size)).any():
            self._dense_of_itself()
        if len(self._shape) > 1:
            self._append(Flatten())
        return self.layers

    # Helpers

    def _dense(self, W: NDArray[Any]) -> None:
        """Append a Dense layer with a row of W for each number of the tensor."""
        total, out = prod(self._shape), W.shape[1]
        self._take((total, out))
        rows = self._places.reshape(len(W), -1)
        spread = np.zeros((total, out))
        spread[rows] = W[:, None] / rows.shape[1]
        scale, shift = self._pending()
        bias = shift.ravel() @ spread
        spread *= scale.reshape(-1, 1)
        if self.layers and len(self._shape) > 1:
            self._append(Flatten())
        self._shape = (total,)
        self._append(dense(_float32(spread), _float32(bias), ""))

    def _dense_of_itself(self) -> None:
        """Append a Dense layer that gives the tensor's numbers, in its own shape."""
        shape, size = self.tensor_shape, prod(self.tensor_shape)
        self._take((size, size))
        self._dense(np.eye(size))
        self._places = _count(size).reshape(*shape, 1)

    def _settle(self) -> None:
        """Put a mean, scale and shift that are pending into a layer."""
        if self._places.shape[-1] > 1:
            self._dense_of_itself()
        if self._scale is None:
            return
        scale, shift = self._pending()
        last = self.layers[-1] if self.layers else None
        if isinstance(last, Dense):
            self._rescale(last, scale, shift)
        elif len(self._shape) == 1:
            self._dense_of_itself()
        elif isinstance(last, Conv2D):
            self._rescale(last, _by_channel(scale), _by_channel(shift))
        else:
            a, b = _by_channel(scale), _by_channel(shift)
            self._take((len(a), len(a)))
            W = _float32(np.diag(a)[:, :, None, None])
            self._append_in_place(conv2d(W, _float32(b), "", stride=1, padding=0))
        self._scale = self._shift = None

    def _rescale(self, layer: Layer, scale: Floats, shift: Floats) -> None:
        W, b = layer.params["W"], layer.params["b"]
        if isinstance(layer, Dense):
            layer.params["W"] = np.asfortranarray(_float32(W * scale))
        else:
            layer.params["W"] = _float32(W * scale[:, None, None, None])
        layer.params["b"] = _float32(b * scale + shift)

    def _append(self, layer: Layer) -> None:
        """Append a layer; its output is the tensor, (1, C, H, W) or (1, features)."""
        if len(self.layers) == MAX_LAYERS:
            raise ShapeError(f"more than {MAX_LAYERS} layers")
        self._shape = layer.output_shape(self._shape)
        if prod(self._shape) > MAX_VALUES:
            raise ShapeError(f"gives {self._shape}, more than {MAX_VALUES:,} numbers")
        self.layers.append(layer)
        self._places = _count(prod(self._shape)).reshape(1, *self._shape, 1)
        self._scale = self._shift = None

    def _append_in_place(self, layer: Layer) -> None:
        """Append a layer that changes neither shape nor order of the numbers."""
        places = self._places
        self._append(layer)
        self._places = places

    def _pending(self) -> tuple[Floats, Floats]:
        """Return the scale and shift of the last layer's output, in its shape."""
        if self._scale is None or self._shift is None:
            return np.ones(self._shape), np.zeros(self._shape)
        return self._scale, self._shift

    def _scattered(self, values: Any) -> Floats:
        """Return values for the tensor's numbers in the places of the last layer's."""
        try:
            wide = np.broadcast_to(values, self.tensor_shape)
        except ValueError:
            raise ShapeError(
                f"numbers of shape {list(np.shape(values))} do not broadcast to "
                f"{list(self.tensor_shape)}"
            ) from None
        if np.ndim(values) == 0:
            return np.full(self._shape, values, np.float64)
        scattered = np.empty(prod(self._shape))
        scattered[self._places[..., 0]] = wide
        return scattered.reshape(self._shape)

    def _expect_images(self) -> None:
        """Raise ShapeError unless the tensor is (1, C, H, W), in nnweb's order."""
        if self.tensor_shape != (1, *self._shape) or len(self._shape) != 3:
            raise ShapeError(
                f"its input is {list(self.tensor_shape)}, expected images (N, C, H, W)"
            )
        if (self._places.ravel() != _count(self._places.size)).any():
            raise ShapeError(
                "its images are in another order than (N, C, H, W); export the network "
                "with channels first"
            )

    def _take(self, shape: Shape) -> None:
        with raised_as(WeightsError):
            self._allowance.take(shape, "its weights")


def _count(size: int) -> NDArray[np.int32]:
    return np.arange(size, dtype=np.int32)


def _by_channel(values: Floats) -> Floats:
    """Return the one value of each channel of (C, H, W)."""
    first = values[:, 0, 0]
    if (values != first[:, None, None]).any():
        raise ShapeError("the pixels of a channel are shifted or scaled differently")
    return first


def _float32(array: Floats) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):  # an overflow is infinite, and refused
        return finite(array.astype(np.float32), "its weights")
