"""Evens the light of a photo: black ink on white paper, despite lamps and shadows.

    colours -> grey -> ink's contrast to the paper at that place -> full range
            -> without dark areas at the edge -> lines thick enough

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

LARGEST = 336  # maximum longer side of a picture, in pixels, also in the page
_SMALL = 112  # longer side of pictures that are not smoothed
_COARSE = 48  # cells along a picture, for deciding which of the two greys is ink
_WIDEST = 0.27  # of the longer side: wider than strokes, narrower than shadows
_LEAST_CONTRAST = 32  # minimum of grey levels between paper and ink
_DIM = 12  # grey levels of the paper, below which contrasts are noise
_NEAR = 12  # grey levels: the error of JPEG
_BETWEEN = 0.06  # maximum share of a clean picture's pixels that are edges
_DARKEST = 0.001  # minimum share of the pixels that are ink
_STEEP = 2  # factor on the contrast, around the middle
_CELL = 3  # pixels to a cell, in which connected ink is followed
_THIN = 14  # lines thinner than the digit's longer side / 14 are thickened
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green, blue: BT.601


def luma(colours: Pixels) -> Pixels:
    """Return the perceived lightness of RGB(A) (H, W, 3 or 4): uint8 (H, W)."""
    grey: Array = np.rint(colours[..., :3] @ _LUMA)
    return grey.astype(np.uint8)


def black_on_white(grey: Pixels) -> Pixels:
    """Return grey (H, W) as black ink on white paper, evenly lit, in the full range.

    The range is stretched only if paper and ink differ enough to be writing. Dark areas
    that touch the picture's edge, such as a table, a finger or the corner of a shadow,
    are removed if there is other ink. Thin lines are thickened to what the networks
    were trained on.
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
    ink /= ground + _DIM  # relative to the light at that place
    ink /= max(_range(ink)[1], float(ink.max()) / 4)
    ink = np.clip((ink - 0.5) * _STEEP + 0.5, 0, 1)
    ink[_from_outside(ink > 0.5)] = 0
    return _as_grey(ink)


def _as_grey(ink: Array) -> Pixels:
    return (255 - np.rint(_thickened(ink) * 255)).astype(np.uint8)


def _is_clean(grey: Pixels, low: float, high: float) -> bool:
    """Whether the picture has almost only two greys, so that it is no photo."""
    if high - low < _LEAST_CONTRAST:
        return False
    between = (grey > low + _NEAR) & (grey < high - _NEAR)
    return bool(between.mean() < _BETWEEN)


def _range(values: NDArray[Any]) -> tuple[float, float]:
    """Return the minimum and the maximum, apart from the few that may be specks."""
    few = int(_DARKEST * values.size)
    ordered = np.partition(values, (few, values.size - 1 - few), axis=None)
    return float(ordered[few]), float(ordered[-1 - few])


# --- the light ------------------------------------------------------------------------


def _is_light_on_dark(grey: Array) -> bool:
    """Whether the strokes are the lighter part, independent of the light.

    Strokes are narrow. If they are dark, most places are paper with nothing lighter
    around: the mean difference to the lightest grey around is smaller than that to the
    darkest. Measured on a log scale, on which a shadow changes no difference.
    """
    cell = max(1, round(max(grey.shape) / _COARSE))
    small = np.log(grey[cell // 2 :: cell, cell // 2 :: cell] + _DIM)
    radius = _radius(small)
    up = _greatest(small, radius) - small
    down = small + _greatest(-small, radius)
    return bool(down.mean() < up.mean())


def _closed(grey: Array) -> Array:
    """Return the grey of the paper at each place, without the strokes.

    A closing: the lightest within a window, then the darkest of those. It fills
    strokes, which are narrower than the window, and keeps gradients and edges of light.
    Source: Serra 1982, "Image Analysis and Mathematical Morphology". Windows may extend
    beyond the picture, so that gradients continue to its edge.
    """
    radius = _radius(grey)
    lightest = _greatest(grey, radius, radius // 2)
    return -_greatest(-lightest, radius, -(radius // 2))


def _radius(values: Array) -> int:
    """Return the radius of a window wider than any stroke."""
    return round(_WIDEST * max(values.shape) / 2)


def _smoothed(grey: Pixels) -> Array:
    """Average each pixel with its eight neighbours against noise; float32.

    Small pictures are not smoothed: their noise is averaged, their strokes are narrow.
    """
    if max(grey.shape) <= _SMALL:
        return grey.astype(np.float32)
    padded = np.pad(grey, 1, mode="edge").astype(np.float32)
    down = padded[:-2] + padded[1:-1] + padded[2:]
    return (down[:, :-2] + down[:, 1:-1] + down[:, 2:]) / np.float32(9)


def _greatest(values: Array, radius: int, beyond: int = 0) -> Array:
    """Return the maximum within ``radius`` of each pixel.

    The result extends ``beyond`` pixels further on all sides; negative: less far.
    """
    return _along(_along(values, radius, beyond).T, radius, beyond).T


def _along(values: Array, radius: int, beyond: int) -> Array:
    """The same along the columns: by windows of doubling length, then two of them."""
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
    """Return the ink (H, W) connected to the picture's edge, if there is other ink."""
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
    """Thicken lines of ink (H, W) that are thin for the digit's size."""
    dark = ink > 0.5
    borders = (dark[1:] ^ dark[:-1]).sum() + (dark[:, 1:] ^ dark[:, :-1]).sum()
    if borders == 0:
        return ink
    width = 2.5 * dark.sum() / borders  # for lines in any direction: 2 to 2.8
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
