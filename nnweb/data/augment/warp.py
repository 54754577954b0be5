"""Warps of pixel images: affine and elastic distortion, and the width of strokes.

Elastic distortion moves every pixel along a smooth random field. Source: Simard et al.
2003, "Best Practices for Convolutional Neural Networks Applied to Visual Document
Analysis", section 2; the field here is normal noise on a coarse grid, interpolated by
cubic splines (Catmull-Rom), instead of Gaussian-filtered noise.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment.splines import smooth

Array = NDArray[np.float32]

SIDE = 28


def affine_matrices(
    count: int,
    rng: np.random.Generator,
    *,
    rotation: float,
    scale: tuple[float, float],
    shear: tuple[float | NDArray[np.floating], float],
    aspect: float,
) -> Array:
    """Return random matrices (count, 2, 2) that act on (x, y).

    ``rotation`` in degrees, to either side; ``scale`` and ``shear``, x per y: ranges,
    of which negative shear leans the top to the right; ``aspect``: x is stretched or
    shrunk by up to 1 + aspect, and y inversely.
    """
    angle = np.deg2rad(rng.uniform(-rotation, rotation, count))
    lean = rng.uniform(*shear, count)
    size = rng.uniform(*scale, count)
    stretch = np.exp(rng.uniform(-1, 1, count) * np.log(1 + aspect))
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.stack([np.stack([cos, -sin], 1), np.stack([sin, cos], 1)], 1)
    form = np.zeros((count, 2, 2))
    form[:, 0, 0], form[:, 0, 1] = size * stretch, size * lean
    form[:, 1, 1] = size / stretch
    return (turn @ form).astype(np.float32)


def warp(
    images: Array,
    rng: np.random.Generator,
    *,
    rotation: float = 12,
    scale: tuple[float, float] = (0.85, 1.15),
    shear: float = 0.2,
    aspect: float = 0.12,
    shift: float = 2.0,
    elastic: float = 0.9,
    grid: int = 6,
) -> Array:
    """Warp images (N, 28, 28), 0 ... 1; bilinear, same shape.

    ``shift`` in pixels, to either side; ``elastic`` is the standard deviation of the
    field on its ``grid`` x ``grid`` knots, in pixels.
    """
    N = len(images)
    inverse = np.linalg.inv(
        affine_matrices(
            N,
            rng,
            rotation=rotation,
            scale=scale,
            shear=(-shear, shear),
            aspect=aspect,
        )
    )
    offset = rng.uniform(-shift, shift, (N, 2, 1)).astype(np.float32)
    axis = np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2
    x, y = np.meshgrid(axis, axis)
    place = np.stack([x.ravel(), y.ravel()])  # (2, 784)
    source: Array = np.matmul(inverse, place - offset)
    source += smooth_field(N, rng, grid, elastic).reshape(N, 2, SIDE * SIDE)
    source += (SIDE - 1) / 2
    return _sample(images, source).reshape(N, SIDE, SIDE)


def smooth_field(count: int, rng: np.random.Generator, grid: int, std: float) -> Array:
    """Return smooth random fields (count, 2, 28, 28): noise on a grid of knots."""
    knots = rng.standard_normal((count, 2, grid, grid), dtype=np.float32)
    knots *= np.float32(std)
    spline = _spline_matrix(grid)
    return np.matmul(np.matmul(spline, knots), spline.T)


def vary_strokes(images: Array, rng: np.random.Generator) -> Array:
    """Thicken strokes (15 %), thin some (7 %), then threshold each at random.

    Blends half of the image and half of its 3 x 3 dilation or erosion; thresholds are
    0.25 to 0.75. Returns 0 or 1, float32 (N, 28, 28).
    """
    draw = rng.random(len(images))
    wide, narrow = draw < 0.15, (draw >= 0.15) & (draw < 0.22)
    images = images.copy()
    images[wide] = (images[wide] + _extreme(images[wide], np.maximum)) / 2
    images[narrow] = (images[narrow] + _extreme(images[narrow], np.minimum)) / 2
    threshold = rng.uniform(0.25, 0.75, (len(images), 1, 1)).astype(np.float32)
    return (images > threshold).astype(np.float32)


def add_noise(images: Array, rng: np.random.Generator, rate: float) -> Array:
    """Invert each pixel of binary images with a probability of ``rate``."""
    flipped = rng.random(images.shape, dtype=np.float32) < rate
    return np.where(flipped, 1 - images, images)


def _sample(images: Array, source: Array) -> Array:
    """Sample images (N, 28, 28) at ``source`` (N, 2, P), x and y: (N, P), bilinear."""
    N = len(images)
    padded = np.zeros((N, SIDE + 2, SIDE + 2), np.float32)
    padded[:, 1:-1, 1:-1] = images
    at = np.clip(source + 1, 0, SIDE + 0.999)  # the outside is paper
    low = at.astype(np.int32)
    part = at - low
    width = SIDE + 2
    index = low[:, 1] * width + low[:, 0]
    index += (np.arange(N, dtype=np.int32) * width * width)[:, None]
    flat = padded.ravel()
    px, py = part[:, 0], part[:, 1]
    above = flat[index] * (1 - px) + flat[index + 1] * px
    below = flat[index + width] * (1 - px) + flat[index + width + 1] * px
    return above * (1 - py) + below * py


@cache
def _spline_matrix(grid: int) -> Array:
    """Return the matrix (28, grid) from the knots to the pixels."""
    return smooth(np.linspace(0, grid - 1, SIDE), grid).astype(np.float32)


def _extreme(images: Array, choose: np.ufunc) -> Array:
    """Return the maximum (or minimum) of each 3 x 3 neighbourhood."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)), mode="edge")
    rows = choose(choose(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    result: Array = choose(choose(rows[..., :-2], rows[..., 1:-1]), rows[..., 2:])
    return result
