"""A network: layers in order, its input specification and its labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from nnweb.errors import ImageError, ShapeError, WeightsError
from nnweb.images.preprocess import Pixels, grey_of, prepare
from nnweb.layers import Array, Conv2D, Dense, Flatten, Layer, MaxPool2D, Shape, Sigmoid
from nnweb.recognition import Recognition

DIGITS = tuple("0123456789")
OUTLIER = -1  # the label of an image that shows none of a network's labels


@dataclass(frozen=True)
class InputSpec:
    """How an image is prepared for a network.

    Attributes
    ----------
    shape : (int, int, int)
        Channels, rows and columns of one example.
    threshold : int
        Greys below it are ink, the rest is paper (0 black ... 255 white).
    fit : str
        "digit": cropped to the ink, scaled and centred by mass, as MNIST's digits are.
        "canvas": as drawn. Use what the network was trained with.
    """

    shape: Shape = (1, 28, 28)
    threshold: int = 127
    fit: str = "digit"


class Network:
    """Layers in order. Called with images, it returns the probability of each label.

    ``forward`` and ``predict_proba`` take prepared input instead: ``forward`` returns
    logits, ``predict_proba`` probabilities.

    Parameters
    ----------
    layers : sequence of Layer
        Checked to chain, from ``input.shape`` to one number per label.
    name : str
    labels : sequence of str
        The meaning of each output.
    input : InputSpec
    temperature : float
        Logits are divided by it before the softmax; above 1 lowers the confidence.
        Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", eq. 9.
    reject_below : float or None
        Images with a lower ``score`` are rejected. None: never reject.
    unsure_below : float or None
        The answer to an accepted image is unsure if its greatest probability is lower.
        None: always sure.
    card : dict
        Where the network comes from, for display: trained_on, seed, accuracy, ...
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        *,
        name: str = "network",
        labels: Sequence[str] = DIGITS,
        input: InputSpec | None = None,
        temperature: float = 1.0,
        reject_below: float | None = None,
        unsure_below: float | None = None,
        card: dict[str, Any] | None = None,
    ) -> None:
        self.layers = list(layers)
        self.name, self.labels = name, tuple(labels)
        self.input = InputSpec() if input is None else input
        self.temperature = temperature
        self.reject_below, self.unsure_below = reject_below, unsure_below
        self.card = {} if card is None else card
        images = any(isinstance(x, Conv2D | MaxPool2D | Flatten) for x in self.layers)
        #: Shape of one example as the first layer takes it.
        self.x_shape: Shape = self.input.shape if images else (prod(self.input.shape),)
        self.shapes = self._chain()
        learned = (x for x in self.layers if isinstance(x, Conv2D | Dense))
        self._first_learned: Conv2D | Dense | None = next(learned, None)

    def __call__(self, images: Pixels) -> Array:
        """Return the probability of each label, float32, as ``nnweb.recognize`` does.

        ``images`` are uint8, 0 black ink ... 255 white paper, of 28 x 28 or more: one,
        (H, W) grey or (H, W, 4) RGBA, gives (labels,); a batch of them gives
        (N, labels). Raises ImageError.
        """
        given = np.asarray(images)
        single = given.ndim == 2 or (given.ndim == 3 and given.shape[2] == 4)
        try:
            grey = grey_of(given[None] if single else given)
        except ImageError:
            raise ImageError(
                f"network(images): got {given.dtype} {given.shape}, expected uint8 "
                "(H, W) or (N, H, W), 0 black ink ... 255 white paper, H and W of 28 "
                "or more; prepared input, float32 (N, 784), is for predict_proba"
            ) from None
        x = prepare(grey, fit=self.input.fit, threshold=self.input.threshold)
        probabilities = self.judge(x).probabilities
        return probabilities[0] if single else probabilities

    def __repr__(self) -> str:
        """Return a table of the layers, their output shapes and parameter counts.

        A layer without parameters that keeps the shape is in the row of the one before.
        """
        rows = [["layer", "output", "parameters"], ["input", _times(self.x_shape), ""]]
        for layer, shape in zip(self.layers, map(_times, self.shapes), strict=True):
            name = type(layer).__name__
            if not layer.params and shape == rows[-1][1] and len(rows) > 2:
                rows[-1][0] += f", {name}"
            else:
                count = sum(array.size for array in layer.params.values())
                rows.append([name, shape, f"{count:,}" if count else ""])
        rows.append(["total", "", f"{self.parameter_count:,}"])
        width = max(12, *(len(name) for name, _, _ in rows))
        lines = [f"{name:<{width}} {shape:>14} {n:>12}" for name, shape, n in rows]
        return "\n".join([self.name, *(line.rstrip() for line in lines)])

    @property
    def params(self) -> dict[str, Array]:
        """The learned arrays, not copies: ``{"0.W": ..., "0.b": ..., ...}``."""
        return {
            f"{i}.{key}": array
            for i, layer in enumerate(self.layers)
            for key, array in layer.params.items()
        }

    @property
    def grads(self) -> dict[str, Array]:
        """dL/d(param) of the last ``backward``, under the keys of ``params``."""
        return {
            f"{i}.{key}": array
            for i, layer in enumerate(self.layers)
            for key, array in layer.grads.items()
        }

    @property
    def parameter_count(self) -> int:
        return sum(array.size for array in self.params.values())

    @property
    def architecture(self) -> str:
        """As one line of text: "784-500-10", or "1x28x28-conv3x16-pool2-...-10".

        ``nnweb.architecture`` describes the syntax, and builds layers from it.
        """
        parts = ["x".join(map(str, self.x_shape))]
        for layer in self.layers:
            if isinstance(layer, Dense):
                parts.append(str(layer.fan_out))
            elif isinstance(layer, Conv2D):
                parts.append(_convolution(layer))
            elif isinstance(layer, MaxPool2D):
                stride = "" if layer.stride == layer.size else f"s{layer.stride}"
                parts.append(f"pool{layer.size}{stride}")
        return "-".join(parts)

    def forward(self, x: Array, *, train: bool = False) -> Array:
        """Return logits (N, labels) for x (N, 784) or (N, 1, 28, 28), float32.

        Sizes are those of ``input.shape``. If the last layer is a Sigmoid, its outputs
        are returned instead of logits. ``train`` stores what ``backward`` needs.
        """
        size = prod(self.x_shape)
        if x.ndim < 2 or prod(x.shape[1:]) != size:
            raise ShapeError(
                f"Network.forward: x is {x.shape}, expected (N, {size}) or "
                f"(N, {', '.join(map(str, self.input.shape))})"
            )
        y = x.reshape(len(x), *self.x_shape)
        for layer in self.layers:
            y = layer.forward(y, train=train)
        return y

    def backward(self, dlogits: Array) -> Array:
        """Given dL/dlogits (N, labels), fill ``grads``; return dL/dx (N, *x_shape)."""
        dy = dlogits
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy

    def backward_params(self, dlogits: Array) -> None:
        """Fill ``grads`` like ``backward``, without computing dL/dx.

        Training does not need the gradient of the pixels, which is a good part of the
        work of a convolution.
        """
        dy = dlogits
        for layer in reversed(self.layers):
            if layer is self._first_learned:
                self._first_learned.backward_params(dy)
                return
            dy = layer.backward(dy)

    def predict_proba(self, x: Array) -> Array:
        """Return (N, labels) float32, rows of probabilities that sum to 1."""
        return self.probabilities(self.forward(x))

    def probabilities(self, logits: Array) -> Array:
        """Convert the result of ``forward`` to probabilities (N, labels)."""
        if self.layers and isinstance(self.layers[-1], Sigmoid):
            # each output is a probability of its own: keep their ratios
            tiny = np.finfo(logits.dtype).tiny
            return (logits + tiny) / (logits + tiny).sum(axis=1, keepdims=True)
        if self.temperature != 1:
            logits = logits / logits.dtype.type(self.temperature)
        return softmax(logits)

    def score(self, logits: Array) -> Array:
        """Return how much each row looks like any label, (N,): log sum exp logits.

        Source: Liu et al. 2020, "Energy-based Out-of-distribution Detection", eq. 4,
        negated, so that higher is better.
        """
        peak = np.maximum.reduce(logits, axis=1, keepdims=True)
        total = np.add.reduce(np.exp(logits - peak), axis=1)
        return peak[:, 0] + np.log(total)

    def judge(self, x: Array) -> Recognition:
        """Return what it finds in prepared input, float32 (N, 784).

        Raises WeightsError if the result overflows.
        """
        with np.errstate(over="ignore", invalid="ignore"):  # checked below
            logits = self.forward(x)
            probabilities = self.probabilities(logits).astype(np.float32, copy=False)
            scores = self.score(logits)
        if not np.isfinite(probabilities).all():
            raise WeightsError(
                f"{self.name}: the output overflows float32, expected finite "
                "numbers; are its weights damaged?"
            )
        blank = ~x.any(axis=1)
        probabilities[blank] = 1 / len(self.labels)
        accepted = ~blank
        if self.reject_below is not None:
            accepted &= scores >= self.reject_below
        unsure = np.zeros_like(accepted)
        if self.unsure_below is not None:
            best = np.maximum.reduce(probabilities, axis=1)
            unsure = accepted & (best < self.unsure_below)
        return Recognition(probabilities, scores, blank, accepted, unsure, x)

    def _chain(self) -> list[Shape]:
        """Return the shape after each layer; ShapeError names the first misfit."""
        shape, shapes = self.x_shape, []
        for i, layer in enumerate(self.layers):
            try:
                shape = layer.output_shape(shape)
            except ShapeError as error:
                raise ShapeError(f"layers[{i}]: {error}") from None
            shapes.append(shape)
        if shape != (len(self.labels),):
            raise ShapeError(
                f"layers: they end in {_times(shape)} numbers, expected "
                f"{len(self.labels)}, one for each label"
            )
        return shapes


def softmax(logits: Array) -> Array:
    """Return exp(logits) / sum exp(logits) by row, shifted to avoid overflow."""
    e = np.exp(logits - np.maximum.reduce(logits, axis=1, keepdims=True))
    e /= np.add.reduce(e, axis=1, keepdims=True)
    return e


def _convolution(layer: Conv2D) -> str:
    """Describe kernel and channels, and stride and padding unless they are default."""
    KH, KW = layer.kernel_size
    kernel = f"{KH}" if KH == KW else f"{KH}/{KW}"
    stride = "" if layer.stride == 1 else f"s{layer.stride}"
    padding = "" if layer.padding == (KH - 1) // 2 else f"p{layer.padding}"
    return f"conv{kernel}x{layer.out_channels}{stride}{padding}"


def _times(shape: Shape) -> str:
    return " x ".join(map(str, shape))
