"""Pieces: strokes in reading order, cut where one may hold two digits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

STEP = 0.03  # digit heights between points
_WIDE = 0.7  # a stroke narrower than this holds one digit
_TALL = 0.5  # a digit's part of a cut stroke is at least this tall
_BACK = 0.3  # how far the second digit may reach back over the first
_APART = 0.3  # between cuts, along the stroke
_NARROW = 0.5  # digit heights to a cut: wider strokes may hold more digits
_MOST = 10_000  # points of a stroke
_SMOOTH = 2  # neighbours on both sides that a point is averaged with, against jitter


@dataclass(frozen=True)
class Piece:
    """A stroke or component, or a part of one, in digit heights on the line."""

    points: Array
    stroke: int  # which one, as given
    part: int  # 0, or the number of the part of a stroke that is cut
    box: tuple[float, float, float, float]  # left, top, right, bottom
    span: slice | NDArray[np.intp]  # of the points of the stroke as given
    line: tuple[float, float]  # its lean to the right, and how far it is from straight
    cloud: bool = False  # points close together, in no order


def straightness(points: Array, cloud: bool = False) -> tuple[float, float]:
    """Return how far points lean to the right, and how far they are from straight."""
    top, bottom = points[points[:, 1].argmin()], points[points[:, 1].argmax()]
    height = max(float(bottom[1] - top[1]), 1e-3)
    if cloud:
        # of a straight line, the points are near the line from end to end
        along = (points[:, 1] - top[1]) / height
        off = np.abs(points[:, 0] - top[0] - along * (bottom[0] - top[0]))
        return float(top[0] - bottom[0]) / height, float(off.max()) / height
    length = float(np.hypot(*np.diff(points, axis=0).T).sum())
    chord = float(np.hypot(*(points[-1] - points[0])))
    return float(top[0] - bottom[0]) / height, length / max(chord, 1e-3) - 1


def make_pieces(strokes: list[Array]) -> list[Piece]:
    """Return the pieces of strokes (on the line), from left to right."""
    order: list[list[Piece]] = []
    for index, stroke in enumerate(strokes):
        even = smooth(resample(stroke, STEP))
        cuts = [0, *find_cuts(even), len(even)]
        scale = len(stroke) / len(even)
        parts = [
            _piece(
                even[max(a - 1, 0) : b],
                index,
                part,
                slice(int(a * scale), max(int(np.ceil(b * scale)), 1)),
            )
            for part, (a, b) in enumerate(pairwise(cuts))
        ]
        order.insert(_place(order, parts), parts)
    return [piece for parts in order for piece in parts]


def resample(stroke: Array, step: float) -> Array:
    """Return points evenly spaced along a stroke, about ``step`` apart.

    Of a stroke that is much longer than it is tall, at most ``_MOST``.
    """
    lengths = np.hypot(*np.diff(stroke, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    if along[-1] == 0:
        return stroke[:1]
    count = int(min(np.ceil(along[-1] / step), _MOST)) + 1
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, stroke[:, i]) for i in (0, 1)], axis=1)


def smooth(points: Array) -> Array:
    """Average each point with its neighbours; the ends stay where they are."""
    if len(points) <= 2 * _SMOOTH + 1:
        return points
    first, last = points[:1].repeat(_SMOOTH, 0), points[-1:].repeat(_SMOOTH, 0)
    padded = np.concatenate([np.zeros((1, 2)), first, points, last])
    sums = np.cumsum(padded, axis=0)
    width = 2 * _SMOOTH + 1
    return (sums[width:] - sums[:-width]) / width


def find_cuts(points: Array) -> list[int]:
    """Return where to cut a stroke so that each part may be a digit of its own.

    A cut is where what follows reaches back least over what was before.
    """
    if np.ptp(points[:, 0]) < _WIDE or np.ptp(points[:, 1]) < _TALL:
        return []
    x, y = points.T
    before = np.maximum.accumulate(x)
    after = np.minimum.accumulate(x[::-1])[::-1]
    tall_before = np.maximum.accumulate(y) - np.minimum.accumulate(y)
    back = y[::-1]
    tall_after = (np.maximum.accumulate(back) - np.minimum.accumulate(back))[::-1]
    reach = before - after
    able = (tall_before >= _TALL) & (tall_after >= _TALL) & (reach < _BACK)
    cuts: list[int] = []
    most = int(np.ptp(x) / _NARROW)
    # of a level stretch the middle: the cut that is furthest from both ends
    middle = np.abs(np.arange(len(x)) - len(x) / 2) / len(x)
    for i in np.argsort(np.where(able, np.round(reach, 2) + middle / 100, np.inf)):
        if not able[i] or len(cuts) == most:
            break
        if all(abs(int(i) - cut) * STEP >= _APART for cut in cuts):
            cuts.append(int(i))
    return sorted(cuts)


def _place(order: list[list[Piece]], parts: list[Piece]) -> int:
    """Return where a stroke belongs among the earlier ones.

    Usually at the end. One that goes back, such as the bar of a 7 that is added when
    the number is finished, belongs after the stroke that it crosses.
    """
    left, right = _extent(parts)
    middle = (left + right) / 2
    place = len(order)
    while place > 0:
        before_left, before_right = _extent(order[place - 1])
        overlap = min(right, before_right) - max(left, before_left)
        least = min(right - left, before_right - before_left)
        crosses = overlap >= 0.3 * least and overlap > 0
        if crosses or middle > (before_left + before_right) / 2:
            break
        place -= 1
    return place


def _extent(parts: list[Piece]) -> tuple[float, float]:
    return min(p.box[0] for p in parts), max(p.box[2] for p in parts)


def _piece(points: Array, stroke: int, part: int, span: slice) -> Piece:
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    box = (float(left), float(top), float(right), float(bottom))
    return Piece(points, stroke, part, box, span, straightness(points))
