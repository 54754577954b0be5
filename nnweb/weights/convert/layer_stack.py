"""Builds a Network from a stack of weights, as other programs save them.

``Hints`` supply what such a file does not contain: activation, pooling, strides,
padding, labels, and how pixels were normalized.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.architecture import ACTIVATIONS, build_layers
from nnweb.errors import ShapeError, WeightsError
from nnweb.initializers import zeros
from nnweb.layers import Array, Conv2D, Dense, Layer
from nnweb.network import DIGITS, Network
from nnweb.weights.foreign import conv2d, dense
from nnweb.weights.tensors import finite

Arrays = Mapping[str, NDArray[Any]]

PIXELS = 28 * 28


@dataclass(frozen=True)
class Hints:
    """What a file of weights does not contain.

    Attributes
    ----------
    activation : str or None
        Of ``nnweb.architecture.ACTIVATIONS``, after every layer but the last; None:
        "relu".
    architecture : str or None
        As of ``Network.architecture``, "1x28x28-conv3x16-pool2-128-10"; the input may
        be omitted. None: dense layers only.
    mean, std : float
        Subtracted from each pixel (0 paper ... 1 ink), and its divisor, in training:
        ``transforms.Normalize``.
    labels : sequence of str or None
        The meaning of each output; None: the ten digits.
    fit : str or None
        "digit" or "canvas", see ``nnweb.images.preprocess``; None: the
        file's, else "digit".
    """

    activation: str | None = None
    architecture: str | None = None
    mean: float = 0.0
    std: float = 1.0
    labels: Sequence[str] | None = None
    fit: str | None = None


@dataclass(frozen=True, eq=False)
class Learned:
    """The arrays of one layer: W (in, out) or (out, in, KH, KW), and b (out,)."""

    name: str
    W: Array
    b: Array

    def __str__(self) -> str:
        if self.W.ndim == 2:
            return f"{self.name} {self.W.shape[0]} to {self.W.shape[1]}"
        out, channels, KH, KW = self.W.shape
        return f"{self.name} {KH} x {KW}, {channels} to {out} channels"


def from_state_dict(arrays: Arrays) -> list[Learned]:
    """Return the layers of a state_dict: fc1.weight (out, in), fc1.bias, ...

    A BatchNorm becomes part of the layer that it follows.
    """
    norms = [
        _prefix(name)
        for name in arrays
        if name.endswith(".running_mean") and _joined(name, "running_var") in arrays
    ]
    stack = []
    for name, W in arrays.items():
        prefix, _, last = name.rpartition(".")
        if prefix in norms and last in (*_NORM, "num_batches_tracked"):
            continue
        if last == "bias" and _joined(name, "weight") in arrays:
            continue
        if last != "weight" or W.ndim not in (2, 4):
            raise WeightsError(
                f"{name}: got shape {list(W.shape)}, expected the weight or bias of a "
                "Linear or Conv2d layer; nnweb has no other that learns"
            )
        b, outputs = arrays.get(_joined(name, "bias")), W.shape[0]
        stack.append(_learned(prefix or name, W.T if W.ndim == 2 else W, b, outputs))
    followed = [_layer_before(norm, stack, arrays) for norm in norms]
    for norm, i in zip(norms, followed, strict=True):
        if followed.count(i) > 1:
            raise _unclear(norm)
        stack[i] = _normalized(stack[i], norm, arrays)
    return stack


#: The arrays of a BatchNorm, in the order of its formula.
_NORM = ("weight", "bias", "running_mean", "running_var")
_EPSILON = 1e-5  # PyTorch's default; files do not contain it


def _prefix(name: str) -> str:
    return name.rpartition(".")[0]


def _joined(name: str, last: str) -> str:
    """Return the name of another array of the same layer."""
    prefix = _prefix(name)
    return f"{prefix}.{last}" if prefix else last


def _layer_before(norm: str, stack: Sequence[Learned], arrays: Arrays) -> int:
    """Return which layer a BatchNorm follows.

    The one of the same number, as conv2 of bn2; else the one before it in the file.
    """
    size = arrays[f"{norm}.running_mean"].size
    fitting = [i for i, part in enumerate(stack) if len(part.b) == size]
    number = _place(norm)
    twins = [i for i in fitting if number[1] and _place(stack[i].name) == number]
    if len(twins) != 1:
        prefixes = list(dict.fromkeys(map(_prefix, arrays)))
        before = prefixes[: prefixes.index(norm)][-1:]
        twins = [i for i in fitting if [stack[i].name] == before]
    if len(twins) != 1:
        raise _unclear(norm)
    return twins[0]


def _place(name: str) -> tuple[str, str]:
    """Return the module that a layer is in, and the number in its name."""
    module, _, last = name.rpartition(".")
    return module, re.sub(r"\D", "", last)


def _unclear(norm: str) -> WeightsError:
    return WeightsError(
        f"{norm}: a BatchNorm, expected a name or place that says which layer it "
        "follows, as bn2 for conv2; convert the network as ONNX (torch.onnx.export)"
    )


def _normalized(part: Learned, norm: str, arrays: Arrays) -> Learned:
    """Return the layer with a BatchNorm folded in: y = (x - mean) scale + bias."""
    size = len(part.b)
    weight, bias, mean, variance = (
        np.asarray(arrays.get(f"{norm}.{key}", default), np.float64)
        for key, default in zip(
            _NORM, (np.ones(size), np.zeros(size), 0, 0), strict=True
        )
    )
    if not weight.shape == bias.shape == mean.shape == variance.shape == (size,):
        raise WeightsError(
            f"{norm}: its arrays differ in shape, expected [{size}] each"
        )
    with np.errstate(all="ignore"):  # what is not finite is refused
        scale = weight / np.sqrt(variance + _EPSILON)
        W = part.W * (scale if part.W.ndim == 2 else scale[:, None, None, None])
        b = (part.b - mean) * scale + bias
    return _learned(f"{part.name} with {norm}", W, b, size)


def from_numbered(arrays: Arrays) -> list[Learned]:
    """Return the layers of W0, b0, W1, ..., or of W1, b1, W2, ...

    W is (in, out) or (out, in), or (out, in, KH, KW); b is (out,), (out, 1), (1, out).
    """
    count = sum(1 for name in arrays if name.startswith("W"))
    first = 0 if {"W0", "b0"} & set(arrays) or "W1" not in arrays else 1
    last, numbers = first + count - 1, range(first, first + count)
    weights, biases = [], []
    for i in numbers:
        W, b = arrays.get(f"W{i}"), arrays.get(f"b{i}")
        if W is None:
            raise WeightsError(f"W{i}: missing, expected W{first} to W{last}")
        if W.ndim not in (2, 4):
            raise WeightsError(f"W{i}: got shape {list(W.shape)}, expected 2 or 4 axes")
        weights.append(W)
        biases.append(b.ravel() if b is not None and b.ndim == 2 else b)
    unused = sorted(set(arrays) - {f"{key}{i}" for key in "Wb" for i in numbers})
    if unused:
        raise WeightsError(f"{unused[0]}: expected b{first} to b{last}, one for each W")
    if _are_out_in(weights, biases):
        weights = [W.T if W.ndim == 2 else W for W in weights]
    return [
        _learned(f"W{i}", W, b, W.shape[1] if W.ndim == 2 else W.shape[0])
        for i, W, b in zip(numbers, weights, biases, strict=True)
    ]


def _are_out_in(
    weights: Sequence[NDArray[Any]], biases: Sequence[NDArray[Any] | None]
) -> bool:
    """Whether matrices are (out, in), as their biases show, or the image's 784."""
    pairs = [
        (W.shape, b.size)
        for W, b in zip(weights, biases, strict=True)
        if W.ndim == 2 and b is not None and W.shape[0] != W.shape[1]
    ]
    if pairs:
        return all(shape[0] == size for shape, size in pairs)
    return bool(weights) and weights[0].shape[1:] == (PIXELS,)


def network_of(stack: Sequence[Learned], hints: Hints, name: str) -> Network:
    """Build the network from its layers and the hints."""
    if not stack:
        raise WeightsError("it has no weights, expected those of one layer or more")
    if hints.architecture is None:
        layers = _dense_layers(stack, hints)
    else:
        layers = _described_layers(stack, hints.architecture, hints)
    try:
        return Network(layers, name=name, labels=hints.labels or DIGITS)
    except ShapeError as error:
        raise WeightsError(str(error)) from None


def _learned(
    name: str, W: NDArray[Any], b: NDArray[Any] | None, outputs: int
) -> Learned:
    if b is None:
        b = np.zeros(outputs, np.float32)
    if b.shape != (outputs,):
        raise WeightsError(
            f"{name}: got a bias of shape {list(b.shape)}, expected [{outputs}]"
        )
    if 0 in W.shape:
        raise WeightsError(f"{name}: got shape {list(W.shape)}, which is empty")
    with np.errstate(over="ignore"):  # an overflow is infinite, and refused
        return Learned(
            name,
            finite(W.astype(np.float32), name),
            finite(b.astype(np.float32), f"{name}, bias"),
        )


def _activation(hints: Hints) -> Callable[[], Layer]:
    name = hints.activation or "relu"
    if name not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise WeightsError(f"activation: got {name!r}, expected one of {known}")
    return ACTIVATIONS[name]


def _dense_layers(stack: Sequence[Learned], hints: Hints) -> list[Layer]:
    """Return dense layers with the activation between them."""
    listed = "; ".join(map(str, stack))
    if any(part.W.ndim == 4 for part in stack):
        raise WeightsError(
            f"architecture: required (--architecture), because the weights do not "
            f"contain pooling, strides or padding ({listed}); for example "
            "1x28x28-conv3x16-pool2-128-10"
        )
    activation, layers, size = _activation(hints), [], PIXELS
    for part in _in_order(stack):
        if part.W.shape[0] != size:
            raise WeightsError(f"{part}: expected {size} going in ({listed})")
        layers += [dense(part.W, part.b, part.name), activation()]
        size = part.W.shape[1]
    return layers[:-1]


def _in_order(stack: Sequence[Learned]) -> list[Learned]:
    """Return the layers in the only order in which they chain, else unchanged.

    A file may have them sorted by name: hidden, input, output.
    """
    rest, ordered, size = list(stack), list[Learned](), PIXELS
    while rest:
        fitting = [part for part in rest if part.W.shape[0] == size]
        if not fitting or (fitting[0] is not rest[0] and len(fitting) > 1):
            return list(stack)
        ordered.append(fitting[0])
        rest.remove(fitting[0])
        size = fitting[0].W.shape[1]
    return ordered


def _described_layers(
    stack: Sequence[Learned], architecture: str, hints: Hints
) -> list[Layer]:
    """Return the layers that ``architecture`` describes, with these weights."""
    _activation(hints)  # checks its name
    text = architecture if architecture[:1].isdigit() else f"1x28x28-{architecture}"
    try:
        layers = build_layers(
            text,
            activation=hints.activation or "relu",
            initializer=zeros,
            rng=np.random.default_rng(0),
            labels=len(hints.labels or DIGITS),
        )
    except ShapeError as error:
        raise WeightsError(f"architecture: {error}") from None
    learning = [layer for layer in layers if layer.params]
    if len(learning) != len(stack):
        listed = "; ".join(map(str, stack))
        raise WeightsError(
            f"architecture: {text} has {len(learning)} layers that learn, expected "
            f"{len(stack)} ({listed})"
        )
    for layer, part in zip(learning, stack, strict=True):
        expected = layer.params["W"].shape
        if part.W.shape != expected:
            raise WeightsError(
                f"{part}: its W is {list(part.W.shape)}, but architecture {text} "
                f"expects {list(expected)}"
            )
        layer.params["W"][...] = part.W
        layer.params["b"][...] = part.b
    return layers


def with_normalization(network: Network, hints: Hints) -> Network:
    """Return the network for pixels in 0 ... 1, by a change of its first weights.

    W ((x - mean) / std) + b = (W / std) x + (b - sum(W) mean / std).
    """
    if (hints.mean, hints.std) == (0, 1):
        return network
    if not (hints.std > 0 and np.isfinite([hints.mean, hints.std]).all()):
        raise WeightsError(
            f"mean, std: got {hints.mean:g}, {hints.std:g}, expected a finite mean and "
            "a std above 0"
        )
    first = next((layer for layer in network.layers if layer.params), None)
    if first is None:
        raise WeightsError("mean, std: there is no layer with weights to change")
    if isinstance(first, Conv2D) and first.padding and hints.mean:
        # the padding's zeros are not to be changed: normalize in a layer before it
        W, b = np.ones((1, 1, 1, 1), np.float32), np.zeros(1, np.float32)
        first = conv2d(W, b, "", stride=1, padding=0)
        network = _with_first(first, network)
    W, b = first.params["W"], first.params["b"]
    W /= np.float32(hints.std)
    axes = 0 if isinstance(first, Dense) else (1, 2, 3)
    b -= W.sum(axis=axes) * np.float32(hints.mean)
    return network


def _with_first(layer: Layer, network: Network) -> Network:
    return Network(
        [layer, *network.layers],
        name=network.name,
        labels=network.labels,
        input=network.input,
        temperature=network.temperature,
        reject_below=network.reject_below,
        unsure_below=network.unsure_below,
        card=network.card,
    )
