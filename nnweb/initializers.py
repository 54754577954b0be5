"""Starting values of a layer's weights.

Every initializer is called ``(fan_in, fan_out, rng, shape=None)`` and returns float32
of ``shape``, by default ``(fan_in, fan_out)``. A convolution passes its own shape and
counts its fans over the kernel: fan_in = in_channels * KH * KW, and likewise fan_out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Initializer = Callable[..., Array]


def zeros(
    fan_in: int,
    fan_out: int,
    rng: np.random.Generator | None = None,
    shape: tuple[int, ...] | None = None,
) -> Array:
    """All zeros, for biases and for weights that are about to be loaded."""
    return np.zeros(shape or (fan_in, fan_out), np.float32)


def uniform(
    fan_in: int,
    fan_out: int,
    rng: np.random.Generator,
    shape: tuple[int, ...] | None = None,
) -> Array:
    """U(-1/sqrt(fan_in), 1/sqrt(fan_in)).

    Source: LeCun et al. 1998, "Efficient BackProp", section 4.6, as Glorot and Bengio
    2010 quote it ("the commonly used heuristic", eq. 1).
    """
    return _uniform(1.0 / np.sqrt(fan_in), rng, shape or (fan_in, fan_out))


def normal(
    fan_in: int,
    fan_out: int,
    rng: np.random.Generator,
    shape: tuple[int, ...] | None = None,
) -> Array:
    """N(0, 0.01): a standard deviation of 0.1, independent of the fans."""
    return _normal(0.1, rng, shape or (fan_in, fan_out))


def glorot_uniform(
    fan_in: int,
    fan_out: int,
    rng: np.random.Generator,
    shape: tuple[int, ...] | None = None,
) -> Array:
    """U(-a, a) with a = sqrt(6 / (fan_in + fan_out)); also known as Xavier.

    Source: Glorot and Bengio 2010, "Understanding the difficulty of training deep
    feedforward neural networks", eq. 16.
    """
    limit = np.sqrt(6.0 / (fan_in + fan_out))
    return _uniform(limit, rng, shape or (fan_in, fan_out))


def glorot_normal(
    fan_in: int,
    fan_out: int,
    rng: np.random.Generator,
    shape: tuple[int, ...] | None = None,
) -> Array:
    """N(0, 2 / (fan_in + fan_out)). Source: Glorot and Bengio 2010, eq. 12."""
    std = np.sqrt(2.0 / (fan_in + fan_out))
    return _normal(std, rng, shape or (fan_in, fan_out))


def he_uniform(
    fan_in: int,
    fan_out: int,
    rng: np.random.Generator,
    shape: tuple[int, ...] | None = None,
) -> Array:
    """U(-a, a) with a = sqrt(6 / fan_in): the variance of ``he_normal``."""
    return _uniform(np.sqrt(6.0 / fan_in), rng, shape or (fan_in, fan_out))


def he_normal(
    fan_in: int,
    fan_out: int,
    rng: np.random.Generator,
    shape: tuple[int, ...] | None = None,
) -> Array:
    """N(0, 2 / fan_in), for use before ReLU.

    Source: He et al. 2015, "Delving Deep into Rectifiers", eq. 10.
    """
    return _normal(np.sqrt(2.0 / fan_in), rng, shape or (fan_in, fan_out))


INITIALIZERS: dict[str, Initializer] = {
    "zeros": zeros,
    "uniform": uniform,
    "normal": normal,
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
}


def _uniform(limit: float, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return rng.uniform(-limit, limit, shape).astype(np.float32)


def _normal(std: float, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return rng.normal(0.0, std, shape).astype(np.float32)
