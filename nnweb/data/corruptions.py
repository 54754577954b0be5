"""Corruptions of a test set, to measure how robust a network is.

Each takes ink (N, 28, 28), float32, 0 paper ... 1 ink, and a generator, and returns the
corrupted ink. People can still read nearly all of it; ``nnweb evaluate --corruptions``
measures whether a network can. After Mu and Gilmer 2019, "MNIST-C: A Robustness
Benchmark for Computer Vision", with the corruptions that drawing on a screen and
photographing paper cause.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.data.datasets import SIDE, Dataset
from nnweb.images.thinning import thin

Array = NDArray[np.float32]
Corruption = Callable[[Array, np.random.Generator], Array]

_CHUNK = 1000  # images corrupted at once: bounds the memory
_CENTRE = np.float32((SIDE - 1) / 2)


def corrupt(data: Dataset, name: str, *, seed: int = 0) -> Dataset:
    """Return ``data`` with one corruption; reproducible by the seed."""
    images = np.empty_like(data.images)
    place = list(CORRUPTIONS).index(name)
    for start in range(0, len(data), _CHUNK):
        rng = np.random.default_rng([seed, place, start])
        ink = data.images[start : start + _CHUNK].astype(np.float32) / np.float32(255)
        corrupted = CORRUPTIONS[name](ink, rng) * np.float32(255)
        images[start : start + _CHUNK] = np.rint(np.clip(corrupted, 0, 255))
    return Dataset(images, data.labels, data.names, f"{data.source}, {name}")


# --- moved, rotated, stretched --------------------------------------------------------


def _shift(ink: Array, rng: np.random.Generator, *, pixels: float) -> Array:
    """Move by a number of pixels, each image in a random direction."""
    angle = rng.uniform(0, 2 * np.pi, len(ink))
    return resample(ink, np.eye(2), pixels * np.stack([np.sin(angle), np.cos(angle)]))


def _corner(ink: Array, rng: np.random.Generator) -> Array:
    """Move into a corner, up to a pixel from two edges."""
    dark = ink > 0.5
    offset = []
    for axis in (2, 1):  # rows that have ink, then columns
        lines = dark.any(axis=axis)
        first = lines.argmax(axis=1)
        last = SIDE - 1 - lines[:, ::-1].argmax(axis=1)
        low = rng.random(len(ink)) < 0.5
        offset.append(np.where(low, 1 - first, SIDE - 2 - last))
    return resample(ink, np.eye(2), np.stack(offset))


def _scale(
    ink: Array, rng: np.random.Generator, *, down: float, across: float
) -> Array:
    return resample(ink, np.diag([down, across]))


def _rotate(ink: Array, rng: np.random.Generator, *, degrees: float) -> Array:
    """Rotate clockwise."""
    angle = np.deg2rad(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    return resample(ink, np.array([[cos, sin], [-sin, cos]]))


def _slant(ink: Array, rng: np.random.Generator, *, lean: float) -> Array:
    """Shear: move the top to the right by ``lean`` times the height."""
    return resample(ink, np.array([[1, 0], [-lean, 1]]))


def _wobble(ink: Array, rng: np.random.Generator) -> Array:
    """Add waves of one pixel to rows and columns, as from a shaking hand."""
    N = len(ink)
    phase = rng.uniform(0, 2 * np.pi, (2, N, 1)).astype(np.float32)
    length = rng.uniform(10, 18, (2, N, 1)).astype(np.float32)
    axis = np.arange(SIDE, dtype=np.float32)
    wave = np.sin(2 * np.pi * axis / length + phase)  # (2, N, 28)
    rows, columns = np.broadcast_arrays(axis[:, None], axis)
    return _read(ink, rows + wave[0][:, None, :], columns + wave[1][:, :, None])


def resample(
    ink: Array, matrix: NDArray[np.floating], offset: NDArray[Any] | None = None
) -> Array:
    """Map (row, column) p, measured from the centre, to matrix @ p + offset.

    ``matrix`` (2, 2) for all images, ``offset`` (2, N) for each, in pixels.
    """
    axis = np.arange(SIDE, dtype=np.float32) - _CENTRE
    rows, columns = np.meshgrid(axis, axis, indexing="ij")
    shift = np.zeros((2, len(ink))) if offset is None else offset
    down = rows - shift[0].astype(np.float32)[:, None, None]
    across = columns - shift[1].astype(np.float32)[:, None, None]
    back = np.linalg.inv(matrix).astype(np.float32)
    return _read(
        ink,
        back[0, 0] * down + back[0, 1] * across + _CENTRE,
        back[1, 0] * down + back[1, 1] * across + _CENTRE,
    )


def _read(ink: Array, rows: Array, columns: Array) -> Array:
    """Sample each image at (rows, columns), (N, 28, 28): bilinear, paper outside."""
    padded = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    rows = np.clip(rows + 1, 0, SIDE + 0.999)
    columns = np.clip(columns + 1, 0, SIDE + 0.999)
    top, left = rows.astype(np.intp), columns.astype(np.intp)
    down, across = rows - top, columns - left
    n = np.arange(len(ink))[:, None, None]
    above = padded[n, top, left] * (1 - across) + padded[n, top, left + 1] * across
    below = padded[n, top + 1, left] * (1 - across)
    below += padded[n, top + 1, left + 1] * across
    read: Array = above * (1 - down) + below * down
    return read.astype(np.float32, copy=False)


# --- the stroke -----------------------------------------------------------------------


def _thin(ink: Array, rng: np.random.Generator) -> Array:
    """Thin strokes to lines of one pixel, as of a fine pen."""
    return thin(ink > 0.5).astype(np.float32)


def _thick(ink: Array, rng: np.random.Generator) -> Array:
    """Make strokes two pixels thicker."""
    return extreme(ink, np.maximum)


def _blur(ink: Array, rng: np.random.Generator) -> Array:
    """Blur by (1 4 6 4 1) / 16 in both directions, then darken as a camera does."""
    kernel = np.array([1, 4, 6, 4, 1], np.float32) / 16
    padded = np.pad(ink, ((0, 0), (2, 2), (2, 2)))
    across, both = np.zeros_like(padded[:, :, 2:-2]), np.zeros_like(ink)
    for i, share in enumerate(kernel):
        across += share * padded[:, :, i : i + SIDE]
    for i, share in enumerate(kernel):
        both += share * across[:, i : i + SIDE]
    both /= np.maximum(both.max(axis=(1, 2), keepdims=True), 1e-6)
    return both


def _gap(ink: Array, rng: np.random.Generator) -> Array:
    """Leave a gap of two pixels across the digit's longer side, as a skipping pen."""
    ink = ink.copy()
    for image, where in zip(ink, rng.uniform(0.3, 0.7, len(ink)), strict=True):
        down, across = (np.flatnonzero((image > 0.5).any(axis=k)) for k in (1, 0))
        lines, rows = (down, image) if len(down) >= len(across) else (across, image.T)
        if len(lines):
            middle = lines[0] + where * (lines[-1] - lines[0])
            rows[int(middle) : int(middle) + 2] = 0
    return ink


# --- the paper ------------------------------------------------------------------------


def _noise(ink: Array, rng: np.random.Generator) -> Array:
    """Invert 2 % of the pixels."""
    flipped = rng.random(ink.shape, dtype=np.float32) < 0.02
    return np.where(flipped, 1 - ink, ink)


def _specks(ink: Array, rng: np.random.Generator) -> Array:
    """Add three dots of 2 x 2 pixels anywhere."""
    ink = ink.copy()
    for _ in range(3):
        rows, columns = rng.integers(0, SIDE - 1, (2, len(ink)))
        for down in (0, 1):
            for across in (0, 1):
                ink[np.arange(len(ink)), rows + down, columns + across] = 1
    return ink


def _line(ink: Array, rng: np.random.Generator) -> Array:
    """Add a ruled line under the digit, a pixel wide."""
    ink = ink.copy()
    ink[np.arange(len(ink)), rng.integers(24, SIDE, len(ink))] = 1
    return ink


def extreme(ink: Array, choose: np.ufunc) -> Array:
    """Return the maximum (or minimum) of each 3 x 3 neighbourhood; paper outside."""
    padded = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    rows = choose(choose(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    found: Array = choose(choose(rows[..., :-2], rows[..., 1:-1]), rows[..., 2:])
    return found


CORRUPTIONS: dict[str, Corruption] = {
    "shifted": partial(_shift, pixels=4),
    "in a corner": _corner,
    "small": partial(_scale, down=0.65, across=0.65),
    "tiny": partial(_scale, down=0.45, across=0.45),
    "large": partial(_scale, down=1.3, across=1.3),
    "narrow": partial(_scale, down=1, across=0.6),
    "wide": partial(_scale, down=0.7, across=1.2),
    "turned left": partial(_rotate, degrees=-20),
    "turned right": partial(_rotate, degrees=20),
    "slanted left": partial(_slant, lean=-0.4),
    "slanted right": partial(_slant, lean=0.4),
    "wobbly": _wobble,
    "thin": _thin,
    "thick": _thick,
    "blurred": _blur,
    "with a gap": _gap,
    "noisy": _noise,
    "specks": _specks,
    "ruled line": _line,
}
