"""Ink of a picture as pieces: connected components, thinned to lines.

    grey -> ink, despite uneven light -> without ruled lines -> components -> skeletons

A skeleton is drawn with the page's pen like a stroke, so that the network sees the same
from a picture as from a pad, however thick the pen was.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ImageError
from nnweb.images.components import label_components
from nnweb.images.preprocess import SIDE
from nnweb.images.thinning import thin
from nnweb.numbers.pieces import Piece, straightness

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]

_LONGEST = 1600  # pixels; larger pictures are reduced
_LEAST = 3  # pixels each way, also of what is reduced
_WINDOW = 0.5  # of the shorter side: the surroundings that ink is darker than
# Ink is darker than this share of its surroundings, and by so many grey levels.
_DARK, _FAINT = (0.75, 40), (0.93, 10)
_RULED = 0.5  # of the picture's width: longer level lines are ruled
_FLAT = 0.12  # of the tallest component's height: what is flatter may be ruled,
_THIN = 0.7  # if it is thinner than so many times the usual stroke, or long
_MOST = 300  # components of a number
_SPECK = 0.04  # of the tallest component's height: smaller ones are dirt
_PER_PIXEL = 4  # points along a line, for each pixel
_WIDE = 0.8  # digit heights: a wider component may hold two digits
_NARROW = 0.5  # digit heights to a cut


def find_components(image: NDArray[np.uint8]) -> list[Array]:
    """Return the lines of each component of ink, as points (P, 2) in pixels.

    ``image`` uint8, grey (H, W) or RGB(A) (H, W, 3 or 4), dark ink on light paper.
    Raises ImageError if it has more components than a number.
    """
    grey, scale = _reduced(_grey(image))
    ink = without_rules(find_ink(grey), find_ink(grey, _FAINT))
    labels = label_components(ink)
    skeleton = thin(ink[None])[0]
    rows, columns = np.nonzero(labels)
    names, found = np.unique(labels[rows, columns], return_inverse=True)
    area = np.bincount(found)
    height, width = _extents(rows, found), _extents(columns, found)
    tallest = int(height.max(initial=1)) - 1
    points, owner = _points(skeleton, labels)
    thickness = ink.sum() / max(skeleton.sum(), 1)
    ruled = (height < _FLAT * tallest) & (
        (area / width < _THIN * thickness) | (width > tallest)
    )
    large = (np.maximum(height, width) > _SPECK * tallest) & (area >= 4)
    kept = np.flatnonzero(large & ~ruled)
    if len(kept) > _MOST:
        raise ImageError(
            f"image: got {len(kept):,} pieces of ink, expected a line of at most "
            f"{_MOST}; crop it to the number"
        )
    components = []
    for i in kept:
        line = points[owner == names[i]]
        if not len(line):
            of = found == i
            line = np.array([[columns[of].mean(), rows[of].mean()]])
        components.append(line * scale)
    return sorted(components, key=lambda line: float(line[:, 0].min()))


def component_pieces(components: list[Array]) -> list[Piece]:
    """Return components (on the line, in digit heights) as pieces, left to right.

    A wide one is cut across where it has least ink.
    """
    pieces = []
    order = sorted(range(len(components)), key=lambda i: _middle(components[i]))
    for index in order:
        points = components[index]
        x = points[:, 0]
        edges = [-np.inf, *_cuts(x), np.inf]
        for part, (left, right) in enumerate(pairwise(edges)):
            chosen = np.flatnonzero((x >= left) & (x < right))
            if len(chosen):
                low, high = points[chosen].min(axis=0), points[chosen].max(axis=0)
                box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
                ink = points[chosen]
                line = straightness(ink, cloud=True)
                pieces.append(Piece(ink, index, part, box, chosen, line, True))
    return pieces


def find_ink(grey: Array, least: tuple[float, int] = _DARK) -> Mask:
    """Whether each pixel (H, W) is much darker than the paper around it."""
    share, levels = least
    radius = max(7, round(_WINDOW * min(grey.shape)) // 2)
    padded = np.pad(grey, radius + 1, mode="edge")[:-1, :-1]
    sums = padded.cumsum(axis=0).cumsum(axis=1)
    side = 2 * radius
    area = sums[side:, side:] - sums[:-side, side:]
    area = area - sums[side:, :-side] + sums[:-side, :-side]
    around = area[: grey.shape[0], : grey.shape[1]] / side**2
    ink: Mask = (grey < share * around) & (grey < around - levels)
    return ink


def without_rules(ink: Mask, faint: Mask) -> Mask:
    """Erase level lines across the picture, but where other ink crosses them.

    They are looked for in ``faint``, since they may be paler than the writing.
    """
    H, W = ink.shape
    length = round(_RULED * W)
    if length < 3 * SIDE:
        return ink
    # a ruled line may have small gaps and rise by a pixel or two
    thick = faint | np.roll(faint, 1, axis=0) | np.roll(faint, -1, axis=0)
    count = np.cumsum(np.pad(thick, ((0, 0), (1, 0))), axis=1)
    full = (count[:, length:] - count[:, :-length] >= 0.97 * length).any(axis=1)
    if not full.any() or full.mean() > 0.3:
        return ink
    kept = ink.copy()
    starts = np.flatnonzero(full & ~np.roll(full, 1))
    for start in starts:
        end = start
        while end < H and full[end]:
            end += 1
        # ink that goes on above and below the line is not part of it
        above = ink[max(start - 2, 0) : max(start, 1)].any(axis=0)
        below = ink[min(end, H - 1) : end + 2].any(axis=0)
        crossed = np.convolve(above | below, np.ones(5), "same") > 0
        kept[start:end, ~crossed] = False
    return kept


def _extents(at: NDArray[np.intp], owner: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return how many rows, or columns, each component spans, given its pixels'."""
    count = owner.max(initial=-1) + 1
    first, last = np.full(count, np.iinfo(np.intp).max), np.full(count, -1)
    np.minimum.at(first, owner, at)
    np.maximum.at(last, owner, at)
    return last - first + 1


def _points(skeleton: Mask, labels: NDArray[np.intp]) -> tuple[Array, NDArray[np.intp]]:
    """Return points along the lines between neighbouring pixels of the skeleton."""
    H, W = skeleton.shape
    parts, owners = [], []
    t = np.arange(_PER_PIXEL) / _PER_PIXEL
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = skeleton[: H - down, max(-right, 0) : W - max(right, 0)]
        there = skeleton[down:, max(right, 0) : W + min(right, 0)]
        rows, columns = np.nonzero(here & there)
        columns = columns + max(-right, 0)
        x, y = columns[:, None] + right * t, rows[:, None] + down * t
        parts.append(np.stack([x.ravel(), y.ravel()], axis=1))
        owners.append(np.repeat(labels[rows, columns], _PER_PIXEL))
    return np.concatenate(parts), np.concatenate(owners)


def _cuts(x: Array) -> list[float]:
    """Return where to cut a component, given the places of its points across."""
    width = float(np.ptp(x))
    if width < _WIDE:
        return []
    bins = max(int(width / 0.05), 1)
    counts, edges = np.histogram(x, bins)
    middles = (edges[:-1] + edges[1:]) / 2
    cuts: list[float] = []
    for i in np.argsort(counts, kind="stable"):
        at = float(middles[i])
        inside = x.min() + 0.15 < at < x.max() - 0.15
        if inside and all(abs(at - cut) > _NARROW / 2 for cut in cuts):
            cuts.append(at)
        if len(cuts) == int(width / _NARROW):
            break
    return sorted(cuts)


def _middle(points: Array) -> float:
    return float(points[:, 0].min() + points[:, 0].max()) / 2


def _grey(image: NDArray[np.uint8]) -> Array:
    is_picture = image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (3, 4))
    if image.dtype != np.uint8 or not is_picture or min(image.shape[:2]) < _LEAST:
        raise ImageError(
            f"image: got {image.dtype} {image.shape}, expected uint8, (H, W) grey or "
            "(H, W, 3 or 4) colours"
        )
    if image.ndim == 2:
        return image.astype(np.float32)
    return np.einsum("hwc,c->hw", image[..., :3].astype(np.float32), _LUMA)


def _reduced(grey: Array) -> tuple[Array, float]:
    """Average over blocks until the longer side is small enough; and the block."""
    block = -(-max(grey.shape) // _LONGEST)
    if min(grey.shape) < _LEAST * block:
        raise ImageError(
            f"image: got {grey.shape}, expected at least {_LEAST * block} pixels each "
            "way, since it is so long; crop it to the number"
        )
    H, W = (side // block * block for side in grey.shape)
    blocks = grey[:H, :W].reshape(H // block, block, W // block, block)
    return blocks.mean(axis=(1, 3)), float(block)


_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green, blue: BT.601
