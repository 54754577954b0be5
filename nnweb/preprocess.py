"""Pixels to network input: the one implementation that page, trainer and tests share.

    grey (black ink on white paper) -> 28 x 28 -> ink 0 or 1 -> crop (fit="digit")

With fit="canvas" that is all: nothing is moved. With fit="digit" the ink is brought to
where MNIST has its digits: its bounding box scaled so that the longer side is 20, its
centre of mass in the centre of the 28 x 28. Source: LeCun et al. 1998, "Gradient-Based
Learning Applied to Document Recognition", section III.A, which made MNIST so. Real pen
drawings go from 25 % right to 88 % by this alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ImageError
from nnweb.network import FITS

Array = NDArray[np.float32]
Pixels = NDArray[np.uint8]

SIDE = 28  # of the network's image, in pixels
BOX = 20  # longer side of the cropped ink, in pixels
SPECK = 4  # connected ink of fewer pixels is dirt, not writing
_GRID = 112  # cells along a large image, on which its ink is looked for

_VISIBLE = 230  # grey below which an eye sees something on the paper
_FAINT = 200  # the threshold where the usual one would lose the lines
_KEPT = 0.45  # least share of visible pixels that are ink, in MNIST and on canvases


def prepare(images: Pixels, *, fit: str = "digit", threshold: int = 127) -> Array:
    """Return network input, float32 (N, 784) in 0 (paper) ... 1 (ink).

    Parameters
    ----------
    images : uint8, (N, H, W, 4) or (N, H, W)
        RGBA as a canvas gives it (R alone is read), or grey; black ink on white paper;
        H and W of 28 or more. Other sizes than 28 x 28 are brought to it by averaging
        over the area of each pixel; what is not square gets paper at its sides.
    fit : str
        "digit" or "canvas", see above. With "digit" a larger image is cropped to its
        ink first, so that small writing keeps its detail.
    threshold : int
        A grey of ``threshold`` and up is paper, less is ink. With "digit", lines too
        thin or too light for it (more than half of what can be seen would be lost)
        are thresholded at 200: of 1,000 mouse-drawn digits 99.5 % are right, not 96.4.

    Raises ImageError for another dtype or shape, and for an unknown fit.
    """
    grey = grey_of(images)
    if fit not in FITS:
        raise ImageError(f"fit: got {fit!r}, expected {' or '.join(map(repr, FITS))}")
    grey_28 = _to_28(grey, fit, threshold)
    dark = grey_28 < threshold
    if fit == "digit":
        ink = crop(drop_specks(with_faint(dark, grey_28).astype(np.float32)))
    else:
        ink = dark.astype(np.float32)
    return ink.reshape(len(ink), SIDE * SIDE)


def crop(ink: Array, *, scale: bool = True, centre: bool = True) -> Array:
    """Scale the ink's longer side to 20 px and put its centre of mass at the centre.

    ``ink`` (N, 28, 28), 0 paper ... 1 ink; ink is what is above a half. Bilinear, and
    the greys that this makes are kept. An image without ink comes back as it was.
    Without ``scale`` it is only moved; without ``centre`` it is only scaled, where it
    is, as far as the image has room.
    """
    _, H, W = ink.shape
    ink = ink.astype(np.float32, copy=False)
    dark = ink > 0.5
    has = dark.any(axis=(1, 2))
    top, bottom = _extent(dark.any(axis=2))
    left, right = _extent(dark.any(axis=1))
    longer = np.where(has & scale, np.maximum(bottom - top, right - left), BOX)
    step = (longer / BOX).astype(np.float32)  # input pixels to an output pixel
    if centre:
        row, column = _centre_of_mass(ink, has)
    else:
        row, column = _in_place(top, bottom, step), _in_place(left, right, step)
    rows, columns = _taps(row, step, H), _taps(column, step, W)
    return np.matmul(np.matmul(rows, ink), columns.transpose(0, 2, 1))


def drop_specks(ink: Array) -> Array:
    """Blank what is connected (8 neighbours) over fewer than 4 pixels.

    ``ink`` (N, H, W), 0 or 1. One stray dot would stretch the bounding box. An image
    of nothing but specks is left alone: it is all there is to judge.
    """
    dark = ink > 0.5
    # only pixels with few neighbours can be in a speck: a handful in an image
    lonely = dark & (_neighbours(dark) < SPECK - 1)
    if not lonely.any():
        return ink
    cleaned = ink.copy()
    for n in lonely.any(axis=(1, 2)).nonzero()[0]:
        rows = dark[n].tolist()  # Python is quick with its own lists
        for pixel in np.argwhere(lonely[n]).tolist():
            speck = _component(rows, (pixel[0], pixel[1]), SPECK)
            if len(speck) < SPECK:
                cleaned[n][tuple(np.transpose(list(speck)))] = 0
        if not (cleaned[n] > 0.5).any():
            cleaned[n] = ink[n]
    return cleaned


def grey_of(images: Pixels) -> Pixels:
    """Check the images and return their grey, uint8 (N, H, W)."""
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8:
        got = getattr(images, "dtype", type(images).__name__)
        raise ImageError(f"images: got {got}, expected a uint8 array")
    grey = images[..., 0] if images.ndim == 4 and images.shape[-1] == 4 else images
    if grey.ndim != 3 or min(grey.shape[1:]) < SIDE:
        raise ImageError(
            f"images: got shape {images.shape}, expected (N, H, W, 4) RGBA or "
            f"(N, H, W) grey, H and W of {SIDE} or more"
        )
    return grey


def _to_28(grey: Pixels, fit: str, threshold: int) -> Pixels | Array:
    """The images at 28 x 28, (N, 28, 28), still grey."""
    if grey.shape[1:] == (SIDE, SIDE):
        return grey
    windows = whole_windows(grey) if fit == "canvas" else ink_windows(grey, threshold)
    return resample(grey, windows, SIDE)


def with_faint(dark: NDArray[np.bool_], grey: NDArray[Any]) -> NDArray[np.bool_]:
    """``dark``, but for images of faint lines what is darker than ``_FAINT``."""
    pixels = grey.shape[1] * grey.shape[2]
    visible = np.add.reduce(grey < _VISIBLE, axis=(1, 2)) / pixels
    share = np.add.reduce(dark, axis=(1, 2)) / pixels
    # a sheet that is grey all over has no lines on it
    faint = (share < _KEPT * visible) & (visible < 0.5)
    if not faint.any():
        return dark
    return np.where(faint[:, None, None], grey < _FAINT, dark)


def _neighbours(dark: NDArray[np.bool_]) -> NDArray[np.int8]:
    """How many of each pixel's eight neighbours are dark, (N, H, W)."""
    N, H, W = dark.shape
    padded = np.zeros((N, H + 2, W + 2), np.int8)
    padded[:, 1:-1, 1:-1] = dark
    across = padded[:, :, :-2] + padded[:, :, 1:-1] + padded[:, :, 2:]
    count: NDArray[np.int8] = across[:, :-2] + across[:, 1:-1] + across[:, 2:]
    return count - dark


def _component(
    dark: list[list[bool]], pixel: tuple[int, int], enough: int
) -> set[tuple[int, int]]:
    """Pixels connected to ``pixel``; stops looking once ``enough`` are found."""
    H, W = len(dark), len(dark[0])
    found, edge = {pixel}, [pixel]
    while edge and len(found) < enough:
        row, column = edge.pop()
        for r in range(max(row - 1, 0), min(row + 2, H)):
            for c in range(max(column - 1, 0), min(column + 2, W)):
                if dark[r][c] and (r, c) not in found:
                    found.add((r, c))
                    edge.append((r, c))
    return found


def _extent(lines: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First line that is set, and one past the last, each (N,). ``lines`` (N, size)."""
    first = lines.argmax(axis=1)
    last = lines.shape[1] - lines[:, ::-1].argmax(axis=1)
    return first, last


def _centre_of_mass(ink: Array, has: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Row and column, (N,) each, in pixel indices: a lone pixel (i, j) has (i, j)."""
    _, H, W = ink.shape
    mass = np.where(has, ink.sum(axis=(1, 2)), 1)
    row = ink.sum(axis=2) @ np.arange(H, dtype=np.float32) / mass
    column = ink.sum(axis=1) @ np.arange(W, dtype=np.float32) / mass
    middle = np.float32((SIDE - 1) / 2)
    return np.where(has, row, middle), np.where(has, column, middle)


def _in_place(
    first: NDArray[np.intp], past: NDArray[np.intp], step: Array
) -> NDArray[np.floating]:
    """What to put at the centre, so that the ink's own centre stays where it is."""
    at = (first + past - 1) / 2
    half = (past - first) / step / 2  # of the ink as it will be
    to = np.clip(at, half - 0.5, SIDE - half - 0.5)
    return at - (to - (SIDE - 1) / 2) * step


def _taps(centre: NDArray[np.floating], step: Array, size: int) -> Array:
    """Matrices (N, 28, size) that interpolate linearly along one axis.

    Output pixel ``o`` reads the input at ``centre + (o - 13.5) * step``; weights fall
    off as a hat, one pixel to either side; outside the input there is paper.
    """
    out = np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2
    at = centre.astype(np.float32)[:, None] + out * step[:, None]
    distance = np.abs(at[:, :, None] - np.arange(size, dtype=np.float32))
    return np.maximum(1 - distance, 0)


def whole_windows(grey: Pixels) -> Array:
    """Square windows that hold all of each image: (N, 3) of top, left and side."""
    N, H, W = grey.shape
    side = max(H, W)
    window = [(H - side) / 2, (W - side) / 2, side]
    return np.tile(np.array(window, np.float32), (N, 1))


def ink_windows(grey: Pixels, threshold: int) -> Array:
    """Square windows in which the ink's longer side is 20 of 28: (N, 3) as above.

    The ink is looked for on a grid of at most 112 cells to a side, so that dirt smaller
    than a cell does not count. Without ink the window is the whole image.
    """
    H, W = grey.shape[1:]
    whole = whole_windows(grey)
    side = min(max(H, W), _GRID)
    cell = max(H, W) / side
    ink = (resample(grey, whole, side) < threshold).astype(np.float32)
    dark = drop_specks(ink) > 0.5
    top, bottom = _extent(dark.any(axis=2))
    left, right = _extent(dark.any(axis=1))
    longer = np.maximum(bottom - top, right - left) * SIDE / BOX
    box = np.stack(
        [
            ((top + bottom) - longer) / 2 * cell + whole[:, 0],
            ((left + right) - longer) / 2 * cell + whole[:, 1],
            longer * cell,
        ],
        axis=1,
    ).astype(np.float32)
    return np.where(dark.any(axis=(1, 2))[:, None], box, whole)


def resample(grey: Pixels, windows: Array, side: int) -> Array:
    """Average each window over ``side`` x ``side`` equal cells, to whole greys.

    Returns float32 (N, side, side). What lies outside an image is paper.
    """
    _, H, W = grey.shape
    top, left, size = windows.T
    rows = _shares(top, size / side, H, side)
    columns = _shares(left, size / side, W, side)
    ink = 255 - grey.astype(np.float32)
    mean = np.matmul(np.matmul(rows, ink), columns.transpose(0, 2, 1))
    # as a canvas has it; and the mean of nothing but 127 is 127, not 126.99999
    return 255 - np.rint(mean)


def _shares(start: Array, step: Array, size: int, cells: int) -> Array:
    """Matrices (N, cells, size): which share of each cell every input pixel fills."""
    low = start[:, None] + np.arange(cells, dtype=np.float32) * step[:, None]
    high = low + step[:, None]
    pixel = np.arange(size, dtype=np.float32)
    overlap = np.minimum(high[:, :, None], pixel + 1) - np.maximum(
        low[:, :, None], pixel
    )
    return np.maximum(overlap, 0) / step[:, None, None]
