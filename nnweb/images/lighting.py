"""A photo's light evened: black ink on white paper, under any lamps and shadows.

    colours -> grey -> ink's contrast to the paper at that place -> full range
            -> without what reaches in from the edge -> lines of a width to be seen

Only pictures from elsewhere go through this, at most 336 pixels to a side: drawings on
the page are black on white already. ``run.py bench photos`` measures it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

LARGEST = 336  # longer side to which a picture is brought, in pixels, as the page does
_SMALL = 112  # longer side of a picture that has no pixel to spare
_COARSE = 48  # cells along a picture, on which it is judged which of the two is ink
_WIDEST = 0.27  # of the longer side: strokes are narrower, places of one light wider
_LEAST_CONTRAST = 32  # grey levels from paper to ink, below which there is no ink
_DIM = 12  # grey levels of the paper, below which its contrasts are not trusted
_NEAR = 12  # grey levels: what JPEG does to one grey
_BETWEEN = 0.06  # share of a clean picture's pixels that are the edges of its strokes
_DARKEST = 0.001  # share of the pixels that are ink, at least
_STEEP = 2  # how much paper's and ink's own greys are pressed to white and black
_CELL = 3  # pixels to a cell, in which ink is followed
_THIN = 14  # a line that is thinner than this part of the digit's longer side is fine
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green, blue: BT.601


def luma(colours: Pixels) -> Pixels:
    """How light an eye sees each pixel: uint8 (H, W) of (H, W, 3 or 4)."""
    grey: Array = np.rint(colours[..., :3] @ _LUMA)
    return grey.astype(np.uint8)


def black_on_white(grey: Pixels) -> Pixels:
    """Grey (H, W) turned so that the paper is the lighter, evenly lit, in full range.

    The range is stretched only where paper and ink differ enough to be writing; noise
    stays noise. Dark things that reach in from the picture's edge, as a table, a finger
    or a shadow's corner, are left out where there is ink that does not; and the lines
    of a fine pen are made as thick as the networks know them.
    """
    low, high = _range(grey)
    if _is_clean(grey, low, high):
        paper = np.float32(np.median(grey))
        return _as_grey(np.minimum(np.abs(grey - paper) / (high - low), 1))
    light = _smoothed(grey)
    if _is_light_on_dark(light):
        ground = -_closed(-light)
        ink = light - ground
    else:
        ground = _closed(light)
        ink = ground - light
    if ink.max() < _LEAST_CONTRAST:
        return np.full_like(grey, 255)
    ink /= ground + _DIM  # as much as where there is more light
    ink /= max(_range(ink)[1], float(ink.max()) / 4)
    ink = np.clip((ink - 0.5) * _STEEP + 0.5, 0, 1)
    ink[_from_outside(ink > 0.5)] = 0
    return _as_grey(ink)


def _as_grey(ink: Array) -> Pixels:
    return (255 - np.rint(_thickened(ink) * 255)).astype(np.uint8)


def _is_clean(grey: Pixels, low: float, high: float) -> bool:
    """Whether the picture has two greys and little else: no camera took it."""
    if high - low < _LEAST_CONTRAST:
        return False
    between = (grey > low + _NEAR) & (grey < high - _NEAR)
    return bool(between.mean() < _BETWEEN)


def _range(values: NDArray[Any]) -> tuple[float, float]:
    """The least and the greatest, but for the few that may be specks."""
    few = int(_DARKEST * values.size)
    ordered = np.partition(values, (few, values.size - 1 - few), axis=None)
    return float(ordered[few]), float(ordered[-1 - few])


# --- the light ------------------------------------------------------------------------


def _is_light_on_dark(grey: Array) -> bool:
    """Whether the strokes are the lighter part, however the paper is lit.

    Strokes are narrow. Where they are dark, most places are paper, with nothing
    lighter around, and something darker only near a stroke: the mean way up to the
    lightest grey around is shorter than the mean way down to the darkest. By ratios,
    which a shadow leaves as they are.
    """
    cell = max(1, round(max(grey.shape) / _COARSE))
    small = np.log(grey[cell // 2 :: cell, cell // 2 :: cell] + _DIM)
    radius = _radius(small)
    up = _greatest(small, radius) - small
    down = small + _greatest(-small, radius)
    return bool(down.mean() < up.mean())


def _closed(grey: Array) -> Array:
    """The grey that the paper alone has at each place, under its lamps and shadows.

    A closing: the lightest for some way around, then the darkest of those. It fills
    what is narrower than its window, strokes, and leaves slopes and edges of light
    where they are. Source: Serra 1982, "Image Analysis and Mathematical Morphology".
    Windows may lie half outside, so that slopes do not end at the picture's edge.
    """
    radius = _radius(grey)
    lightest = _greatest(grey, radius, radius // 2)
    return -_greatest(-lightest, radius, -(radius // 2))


def _radius(values: Array) -> int:
    """Of a window that is wider than any stroke."""
    return round(_WIDEST * max(values.shape) / 2)


def _smoothed(grey: Pixels) -> Array:
    """Each pixel averaged with its eight neighbours, float32: less noise.

    Small pictures are left as they are: their noise is averaged, their strokes narrow.
    """
    if max(grey.shape) <= _SMALL:
        return grey.astype(np.float32)
    padded = np.pad(grey, 1, mode="edge").astype(np.float32)
    down = padded[:-2] + padded[1:-1] + padded[2:]
    return (down[:, :-2] + down[:, 1:-1] + down[:, 2:]) / np.float32(9)


def _greatest(values: Array, radius: int, beyond: int = 0) -> Array:
    """The greatest within ``radius`` down and across, of what is there.

    The result reaches ``beyond`` pixels further on all sides, or less far.
    """
    return _along(_along(values, radius, beyond).T, radius, beyond).T


def _along(values: Array, radius: int, beyond: int) -> Array:
    """The same down the columns: by windows of doubling length, then two of them."""
    around, size = radius + max(beyond, 0), 2 * radius + 1
    least = np.float32(-np.inf)
    found = np.pad(values, ((around, around), (0, 0)), constant_values=least)
    length = 1
    while 2 * length <= size:
        found = np.maximum(found[:-length], found[length:])
        length *= 2
    rest = size - length
    found = np.maximum(found[: len(found) - rest], found[rest:])
    return found[-beyond:beyond] if beyond < 0 else found


# --- the ink --------------------------------------------------------------------------


def _from_outside(ink: Mask) -> Mask:
    """The ink (H, W) that is connected to the picture's edge, if there is other ink."""
    cells = _cells(ink)
    inside = np.zeros_like(cells)
    inside[1:-1, 1:-1] = True
    reached, count = cells & ~inside, 0
    while count < (count := int(reached.sum())):
        reached = _spread(reached) & cells
    fine = reached.repeat(_CELL, axis=0).repeat(_CELL, axis=1)
    outside: Mask = ink & fine[: ink.shape[0], : ink.shape[1]]
    enough = (ink & ~outside).mean() > _DARKEST
    return outside if enough else np.zeros_like(ink)


def _thickened(ink: Array) -> Array:
    """Ink (H, W), its lines no thinner, for the digit's size, than a network knows."""
    dark = ink > 0.5
    borders = (dark[1:] ^ dark[:-1]).sum() + (dark[:, 1:] ^ dark[:, :-1]).sum()
    if borders == 0:
        return ink
    width = 2.5 * dark.sum() / borders  # of lines of all directions: 2 to 2.8
    cells = _cells(dark)
    longer = _CELL * max(cells.any(axis=0).sum(), cells.any(axis=1).sum())
    radius = round((longer / _THIN - width) / 2)
    return _greatest(ink, radius) if radius > 0 else ink


def _cells(ink: Mask) -> Mask:
    """Whether there is ink in each cell of 3 x 3 pixels."""
    down, across = (-(-side // _CELL) for side in ink.shape)
    padded = np.zeros((down * _CELL, across * _CELL), bool)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    found: Mask = padded.reshape(down, _CELL, across, _CELL).any(axis=(1, 3))
    return found


def _spread(cells: Mask) -> Mask:
    """Each cell and its eight neighbours."""
    padded = np.pad(cells, 1)
    rows = padded[:-2] | padded[1:-1] | padded[2:]
    both: Mask = rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:]
    return both
