"""Check a gradient against central differences, (f(x + h) - f(x - h)) / 2h.

For tests of a new layer or loss: compares its gradient with a numeric one. All in
float64: in float32 the difference of two nearly equal numbers has no digits left.
Choose inputs away from kinks (the 0 of a ReLU, ties in a maximum), where no derivative
exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnweb.layers import Layer
from nnweb.network import Network
from nnweb.training.losses import Loss

Float64 = NDArray[np.float64]

STEP = 1e-5
TOLERANCE = 1e-7


def numeric_gradient(f: Callable[[], float], x: Float64) -> Float64:
    """Return dL/dx by central differences, where ``f()`` computes L from ``x``.

    ``x`` is changed in place, one number at a time, and restored.
    """
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        before = x[index]
        x[index] = before + STEP
        above = f()
        x[index] = before - STEP
        below = f()
        x[index] = before
        gradient[index] = (above - below) / (2 * STEP)
    return gradient


def assert_grads_match(
    layer: Layer | Network,
    x: ArrayLike,
    dy: ArrayLike,
) -> None:
    """AssertionError unless ``backward(dy)`` computes the true gradients.

    The loss L = sum(forward(x) * dy) has dL/dy = ``dy``. Its gradients by ``x`` and by
    every parameter are compared; the message names the first wrong one. ``layer`` may
    be a Network; its float32 parameters are restored.
    """
    x, dy = np.array(x, np.float64), np.asarray(dy, np.float64)

    def loss() -> float:
        return float((layer.forward(x, train=True) * dy).sum())

    with _in_float64(_layers(layer)):
        loss()
        dx = layer.backward(dy)
        claims = {"x": (dx.reshape(x.shape), x)}
        for name, param in layer.params.items():
            claims[name] = (layer.grads[name], param.view())
        for name, (claimed, array) in claims.items():
            _compare(name, claimed, numeric_gradient(loss, array))


def assert_loss_gradient_matches(
    loss: Loss,
    outputs: ArrayLike,
    targets: NDArray[Any],
    **options: Any,
) -> None:
    """AssertionError unless ``loss`` returns the true gradient."""
    outputs = np.array(outputs, np.float64)
    _, claimed = loss(outputs, targets, **options)

    def value() -> float:
        return loss(outputs, targets, **options)[0]

    _compare("outputs", claimed, numeric_gradient(value, outputs))


def _compare(name: str, claimed: Any, measured: Float64) -> None:
    if claimed.shape != measured.shape:
        raise AssertionError(
            f"gradient of {name!r}: shape {claimed.shape}, expected {measured.shape}"
        )
    scale = np.maximum(1, np.maximum(abs(claimed), abs(measured)))
    error = abs(claimed - measured) / scale
    # so that a NaN, which fails every comparison, counts as wrong
    if not np.all(error <= TOLERANCE):
        worst = np.unravel_index(np.argmax(error), error.shape)
        place = [int(i) for i in worst]
        raise AssertionError(
            f"gradient of {name!r}: {claimed[worst]:.9g} at {place}, but central "
            f"differences give {measured[worst]:.9g}"
        )


def _layers(layer: Layer | Network) -> Sequence[Layer]:
    return layer.layers if isinstance(layer, Network) else [layer]


@contextmanager
def _in_float64(layers: Sequence[Layer]) -> Iterator[None]:
    """Replace the layers' parameters by float64 copies; restore them afterwards."""
    originals = [dict(layer.params) for layer in layers]
    try:
        for layer in layers:
            for name, param in layer.params.items():
                layer.params[name] = param.astype(np.float64)
        yield
    finally:
        for layer, params in zip(layers, originals, strict=True):
            layer.params.update(params)
