"""Networks from one line of text: "784-500-10", "1x28x28-conv3x16-pool2-128-10".

The text is what ``Network.architecture`` returns: the size of the input, then the
layers, separated by hyphens. In place of the last number may stand "labels".

    500        a dense layer with 500 outputs
    conv3x16   a convolution, 16 kernels of 3 x 3, padded to keep the size;
               conv5x8s2 has a stride of 2 pixels, conv5x8p0 no padding
    pool2      max pooling over 2 x 2 windows; pool3s2 has a stride of 2 pixels
    drop0.2    dropout with a rate of 0.2

An activation follows every dense layer and convolution except the last layer; a Flatten
precedes the first dense layer of a network that takes images.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from nnweb.errors import ShapeError
from nnweb.initializers import Initializer
from nnweb.layers import (
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2D,
    ReLU,
    Shape,
    Sigmoid,
    Tanh,
)

ACTIVATIONS: dict[str, Callable[[], Layer]] = {
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "linear": Linear,
}
_CONV = re.compile(r"conv(\d+)x(\d+)(?:s(\d+))?(?:p(\d+))?")


def build_layers(
    text: str,
    *,
    activation: str,
    initializer: Initializer,
    rng: np.random.Generator,
    dropout: float = 0.0,
    labels: int = 10,
) -> list[Layer]:
    """Return the layers that ``text`` names, their weights drawn from ``rng``.

    A last "labels" in it stands for the number ``labels``.

    ``dropout`` is the rate of a Dropout before every dense layer that follows another
    layer with weights. Raises ShapeError if the text cannot be parsed, or its sizes do
    not fit together.
    """
    text = re.sub(r"-labels$", f"-{labels}", text.strip().lower())
    first, *tokens = text.split("-")
    shape = _input_shape(first, text)
    layers: list[Layer] = []

    def add(layer: Layer) -> None:
        nonlocal shape
        shape = layer.output_shape(shape)
        layers.append(layer)

    for place, token in enumerate(tokens):
        learned = any(layer.params for layer in layers)
        if token.isdecimal():
            if len(shape) > 1:
                add(Flatten())
            if dropout and learned:
                add(Dropout(dropout))
            add(Dense(shape[0], int(token), initializer=initializer, rng=rng))
        elif match := _CONV.fullmatch(token):
            add(_convolution(match, shape, initializer, rng))
        elif match := re.fullmatch(r"pool(\d+)(?:s(\d+))?", token):
            add(MaxPool2D(int(match[1]), int(match[2] or match[1])))
        elif match := re.fullmatch(r"drop(0?\.\d+)", token):
            add(Dropout(float(match[1])))
        else:
            raise ShapeError(
                f"layers: {token!r} in {text!r}, expected a number of outputs, "
                "conv3x16, pool2 or drop0.2"
            )
        if layers[-1].params and place < len(tokens) - 1:
            add(ACTIVATIONS[activation]())
    if not layers or not isinstance(layers[-1], Dense):
        raise ShapeError(
            f"layers: {text!r} does not end in a dense layer, expected one, such as 10"
        )
    return layers


def _convolution(
    match: re.Match[str],
    shape: Shape,
    initializer: Initializer,
    rng: np.random.Generator,
) -> Conv2D:
    if len(shape) != 3:
        raise ShapeError(
            f"layers: {match[0]} after {shape[0]} numbers; a convolution needs images, "
            "as in 1x28x28-conv3x16-..."
        )
    kernel_size, out_channels = int(match[1]), int(match[2])
    return Conv2D(
        shape[0],
        out_channels,
        kernel_size,
        stride=int(match[3] or 1),
        padding=int(match[4]) if match[4] else (kernel_size - 1) // 2,
        initializer=initializer,
        rng=rng,
    )


def _input_shape(token: str, text: str) -> Shape:
    sizes = token.split("x")
    if not all(size.isdecimal() for size in sizes) or len(sizes) not in (1, 3):
        raise ShapeError(
            f"layers: {text!r} starts with {token!r}, expected the input's size, 784 "
            "or 1x28x28"
        )
    return tuple(int(size) for size in sizes)
