"""Pixels to network input: the one implementation, for page, trainer and tests.

    grey (black ink on white paper) -> 28 x 28 -> ink 0 or 1 -> crop (fit="digit")

With fit="canvas" nothing is moved. With fit="digit" the ink is placed as MNIST's digits
are: its bounding box scaled to a longer side of 20, its centre of mass at the centre of
the 28 x 28. Source: LeCun et al. 1998, "Gradient-Based
Learning Applied to Document Recognition", section III.A, which describes MNIST.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ImageError

Array = NDArray[np.float32]
Pixels = NDArray[np.uint8]

FITS = ("digit", "canvas")
SIDE = 28  # of the network's image, in pixels
BOX = 20  # longer side of the cropped ink, in pixels
SPECK = 4  # connected ink of fewer pixels is dirt, not writing
_HALF = np.float32(0.5)  # ink is what is above it
_INDEX = np.arange(SIDE, dtype=np.float32)  # of rows, of columns
_MIDDLE = np.float32((SIDE - 1) / 2)
_OUTWARD = _INDEX - _MIDDLE
_GRID = 112  # cells along a large image, on which its ink is looked for

_VISIBLE = 230  # greys below it are visible on the paper
_FAINT = 200  # the threshold for lines that the usual one would lose
_KEPT = 0.45  # minimum share of visible pixels that are ink, in MNIST and on canvases


def prepare(images: Pixels, *, fit: str = "digit", threshold: int = 127) -> Array:
    """Return network input, float32 (N, 784) in 0 (paper) ... 1 (ink).

    Parameters
    ----------
    images : uint8, (N, H, W, 4) or (N, H, W)
        RGBA as a canvas gives it (R alone is read), or grey; black ink on white paper;
        H and W of 28 or more. Other sizes than 28 x 28 are reduced to it by averaging
        over the area of each pixel; images that are not square are padded with paper.
    fit : str
        "digit" or "canvas", see above. With "digit" a larger image is cropped to its
        ink first, so that small writing keeps its detail.
    threshold : int
        Greys below ``threshold`` are ink. With "digit", lines too thin or too light for
        it (more than half of the visible pixels would be lost) are thresholded at 200.

    Raises ImageError for another dtype or shape, and for an unknown fit.
    """
    grey = grey_of(images)
    if fit not in FITS:
        raise ImageError(f"fit: got {fit!r}, expected {' or '.join(map(repr, FITS))}")
    grey_28 = _to_28(grey, fit, threshold)
    dark = grey_28 < threshold
    if fit == "digit":
        ink = drop_specks(with_faint(dark, grey_28).astype(np.float32))
        sums = _sums(ink)
        ink = _cropped(ink, sums, sums > 0)  # crop, of ink that is 0 or 1
    else:
        ink = dark.astype(np.float32)
    return ink.reshape(len(ink), SIDE * SIDE)


def crop(ink: Array, *, scale: bool = True, centre: bool = True) -> Array:
    """Scale the ink's longer side to 20 px and put its centre of mass at the centre.

    ``ink`` (N, 28, 28), 0 paper ... 1 ink; above a half counts as ink. Bilinear, and
    the resulting greys are kept. An image without ink is returned unchanged. Without
    ``scale`` it is only moved; without ``centre`` it is scaled in place, as far as the
    image has room.
    """
    ink = ink.astype(np.float32, copy=False)
    darkest = [np.maximum.reduce(ink, axis=axis) for axis in (2, 1)]
    return _cropped(ink, _sums(ink), np.stack(darkest) > 0.5, scale, centre)


def _cropped(
    ink: Array,
    sums: Array,
    has_ink: NDArray[np.bool_],
    scale: bool = True,
    centre: bool = True,
) -> Array:
    """``crop`` of images, given the sums of their rows and columns.

    ``has_ink``, which of them have ink. Both are (2, N, 28): rows, columns.
    """
    has = np.logical_or.reduce(has_ink[0], axis=1)
    all_have = bool(has.all())
    first, past = _extent(has_ink)
    longer = np.maximum.reduce(past - first)
    if not (scale and all_have):
        longer = np.where(has & scale, longer, BOX)
    step = (longer / BOX).astype(np.float32)  # input pixels to an output pixel
    if not centre:
        middle = _in_place(first, past, step)
    elif all_have:
        middle = sums @ _INDEX / np.add.reduce(ink, axis=(1, 2))
    else:
        mass = np.where(has, np.add.reduce(ink, axis=(1, 2)), 1)
        middle = np.where(has, sums @ _INDEX / mass, _MIDDLE)
    rows, columns = _taps(middle, step)
    return np.matmul(np.matmul(rows, ink), columns.transpose(0, 2, 1))


def _sums(ink: Array) -> Array:
    """Return the sums of the rows and of the columns of (N, 28, 28): (2, N, 28)."""
    sums = np.empty((2, len(ink), SIDE), np.float32)
    np.add.reduce(ink, axis=2, out=sums[0])
    np.add.reduce(ink, axis=1, out=sums[1])
    return sums


def drop_specks(ink: Array) -> Array:
    """Erase connected ink (8 neighbours) of fewer than 4 pixels.

    ``ink`` (N, H, W), 0 or 1. A stray dot would stretch the bounding box. An image that
    contains only specks is returned unchanged.
    """
    dark = ink > _HALF
    N, H, W = dark.shape
    # a frame of paper around each image, so that every pixel has eight neighbours
    framed = np.zeros((N, H + 2, W + 2), np.int8)
    framed[:, 1:-1, 1:-1] = dark
    # only pixels with few neighbours can belong to a speck, a handful in an image
    candidates = _sparse(framed)
    specks = _specks(framed.tobytes(), candidates, W + 2)
    if not specks:
        return ink
    framed.reshape(-1)[list(specks)] = 0
    left = framed[:, 1:-1, 1:-1] > 0
    cleaned = ink.copy()
    cleaned[(dark > left) & left.any(axis=(1, 2), keepdims=True)] = 0
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
    """Reduce the images to (N, 28, 28), still grey."""
    if grey.shape[1:] == (SIDE, SIDE):
        return grey
    windows = whole_windows(grey) if fit == "canvas" else ink_windows(grey, threshold)
    return resample(grey, windows, SIDE)


def with_faint(dark: NDArray[np.bool_], grey: NDArray[Any]) -> NDArray[np.bool_]:
    """Return ``dark``, or the pixels below ``_FAINT`` of images with faint lines."""
    pixels = grey.shape[1] * grey.shape[2]
    visible = np.add.reduce(grey < _VISIBLE, axis=(1, 2)) / pixels
    share = np.add.reduce(dark, axis=(1, 2)) / pixels
    faint = share < _KEPT * visible
    if not faint.any():
        return dark
    faint &= visible < 0.5  # an image that is grey all over has no lines
    return np.where(faint[:, None, None], grey < _FAINT, dark)


def _sparse(framed: NDArray[np.int8]) -> list[int]:
    """Find the dark pixels with fewer than three dark neighbours, by flat index.

    ``framed`` (N, rows, columns), 0 or 1, with a border of 0.
    """
    flat, row = framed.reshape(-1), framed.shape[2]
    # as one flat array: fast to add, and the borders keep the rows apart
    across = flat[:-2] + flat[1:-1]
    across += flat[2:]
    count = across[: -2 * row] + across[row:-row]
    count += across[2 * row :]
    few = count < flat[row + 1 : -(row + 1)] * np.int8(
        SPECK
    )  # the count includes the pixel itself
    return (few.nonzero()[0] + (row + 1)).tolist()


def _specks(dark: bytes, candidates: list[int], row: int) -> set[int]:
    """Return the pixels of all patches smaller than ``SPECK`` around the candidates.

    ``dark`` 0 or 1, in rows of ``row`` bytes.
    """
    around = (-row - 1, -row, -row + 1, -1, 1, row - 1, row, row + 1)
    specks: set[int] = set()
    for pixel in candidates:
        found = [pixel]
        for at in found:  # grows during the loop
            near = [at + step for step in around if dark[at + step]]
            found += [other for other in near if other not in found]
            if len(found) >= SPECK:
                break
        else:
            specks.update(found)
    return specks


def _extent(lines: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the first line that is set, and one past the last; (..., N, size)."""
    first = lines.argmax(axis=-1)
    last = lines.shape[-1] - lines[..., ::-1].argmax(axis=-1)
    return first, last


def _in_place(
    first: NDArray[np.intp], past: NDArray[np.intp], step: Array
) -> NDArray[np.floating]:
    """Return the point to move to the centre that leaves the ink where it is."""
    at = (first + past - 1) / 2
    half = (past - first) / step / 2  # of the ink as it will be
    to = np.clip(at, half - 0.5, SIDE - half - 0.5)
    return at - (to - (SIDE - 1) / 2) * step


def _taps(centre: NDArray[np.floating], step: Array) -> Array:
    """Return matrices (2, N, 28, 28) that interpolate along rows and columns.

    Output pixel ``o`` reads the input at ``centre + (o - 13.5) * step``, linearly; the
    outside of the input is paper.
    """
    at = centre.astype(np.float32, copy=False)[..., None] + _OUTWARD * step[:, None]
    taps = at[..., None] - _INDEX
    np.abs(taps, out=taps)
    np.subtract(1, taps, out=taps)
    return np.maximum(taps, 0, out=taps)


def whole_windows(grey: Pixels) -> Array:
    """Return square windows around each image: (N, 3) of top, left and side."""
    N, H, W = grey.shape
    side = max(H, W)
    window = [(H - side) / 2, (W - side) / 2, side]
    return np.tile(np.array(window, np.float32), (N, 1))


def ink_windows(grey: Pixels, threshold: int) -> Array:
    """Return square windows in which the ink's longer side is 20 of 28, (N, 3).

    The ink is found on a grid of at most 112 cells to a side, so that dirt smaller than
    a cell does not count. Without ink the window is the whole image.
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

    Returns float32 (N, side, side). The outside of an image is paper.
    """
    _, H, W = grey.shape
    top, left, size = windows.T
    rows = _shares(top, size / side, H, side)
    columns = _shares(left, size / side, W, side)
    ink = 255 - grey.astype(np.float32)
    mean = np.matmul(np.matmul(rows, ink), columns.transpose(0, 2, 1))
    # whole numbers, as a canvas has them; and the mean of 127s is not 126.99999
    return 255 - np.rint(mean)


def _shares(start: Array, step: Array, size: int, cells: int) -> Array:
    """Return matrices (N, cells, size): the share of each cell that a pixel covers."""
    low = start[:, None] + np.arange(cells, dtype=np.float32) * step[:, None]
    high = low + step[:, None]
    pixel = np.arange(size, dtype=np.float32)
    overlap = np.minimum(high[:, :, None], pixel + 1) - np.maximum(
        low[:, :, None], pixel
    )
    return np.maximum(overlap, 0) / step[:, None, None]
