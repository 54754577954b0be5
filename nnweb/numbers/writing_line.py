"""The writer's line: how tall the digits are, where they stand, and which way it runs.

Everything after this is measured in digit heights, x to the right, y down from the
baseline: a digit stands between -1 and 0, however small, large or slanted it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating]

_TALL = 0.55  # of the tallest stroke: shorter ones are bars, dots and hyphens
_STEEPEST = 0.6  # a line that rises more is not a line
# Steps of the estimate, so that it stays the same while a number grows, and with it
# what the network sees of the digits that are there already.
_SLOPES, _SLANTS, _HEIGHTS = 0.05, 0.1, 1.25


@dataclass(frozen=True)
class Line:
    """Coordinates of the writer's line: ``to_line`` gives points in digit heights."""

    height: float
    slope: float
    baseline: float
    slant: float  # how far the writing leans to the right, in widths to a height

    @property
    def key(self) -> tuple[float, float, float]:
        """All that decides how a character looks on the line."""
        return self.height, self.slope, self.slant

    def to_line(self, points: Array) -> Array:
        turned = turn(points, self.slope)
        turned[:, 1] -= self.baseline
        turned[:, 0] += self.slant * turned[:, 1]
        return turned / self.height


def turn(points: Array, slope: float) -> Array:
    """Rotate points so that a line of this slope is level."""
    c = 1 / np.hypot(1, slope)
    s = slope * c
    x, y = points[:, 0], points[:, 1]
    return np.stack([c * x + s * y, c * y - s * x], axis=1)


def median(values: ArrayLike) -> float:
    """Return what np.median does without numpy.ma, which a page has not loaded."""
    ordered = np.sort(values)
    middle = len(ordered) // 2
    return float((ordered[~middle] + ordered[middle]) / 2)


def find_line(
    strokes: list[Array], before: Line | None = None, *, slanted: bool = True
) -> Line:
    """Estimate the line from the tall strokes; small ones say nothing about it.

    It stays as it was ``before`` unless it differs by more than a step. Without
    ``slanted`` the order of the points does not matter, and the writing is not upright.
    """
    slope = _step(_slope(strokes), _SLOPES, before.slope if before else None)
    level = [turn(stroke, slope) for stroke in strokes]
    known = before.slant if before else None
    slant = _step(_slant(level), _SLANTS, known) if slanted else 0.0
    boxes = _boxes(level)
    boxes = boxes[_tall(boxes)]
    height = median(boxes[:, 3] - boxes[:, 1])
    if height <= 0:  # dots only, or a level bar: as tall as it is wide
        height = max(float(np.max(boxes[:, 2] - boxes[:, 0])), 1e-6)
    unit = float(np.log(_HEIGHTS))
    known = float(np.log(before.height)) if before else None
    height = _step(float(np.log(height)), unit, known)
    return Line(float(np.exp(height)), slope, median(boxes[:, 3]), slant)


def _step(value: float, step: float, before: float | None) -> float:
    """Round to steps, or keep what was before if it is near."""
    if before is not None and abs(value - before) <= step:
        return before
    return round(value / step) * step


def _slope(strokes: list[Array]) -> float:
    """Median of the slopes between the middles of tall strokes (Theil and Sen)."""
    boxes = _boxes(strokes)
    boxes = boxes[_tall(boxes)]
    height = median(boxes[:, 3] - boxes[:, 1])
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    i, j = np.triu_indices(len(x), 1)
    far = np.abs(x[j] - x[i]) > height
    if np.count_nonzero(far) < 3 or np.ptp(x) < 2 * height:
        return 0.0
    slope = median((y[j] - y[i])[far] / (x[j] - x[i])[far])
    return slope if abs(slope) < _STEEPEST else 0.0


def _slant(strokes: list[Array]) -> float:
    """Mean lean of what is drawn more down than across, weighted by its length."""
    steps = np.concatenate([np.diff(stroke, axis=0) for stroke in strokes])
    steps = steps[np.abs(steps[:, 1]) > np.abs(steps[:, 0])]
    down = np.abs(steps[:, 1])
    if not down.sum():
        return 0.0
    return float(-(steps[:, 0] * np.sign(steps[:, 1])).sum() / down.sum())


def _tall(boxes: Array) -> NDArray[np.bool_]:
    heights = boxes[:, 3] - boxes[:, 1]
    return heights >= _TALL * heights.max()


def _boxes(strokes: list[Array]) -> Array:
    """Left, top, right and bottom of each stroke."""
    return np.array([[*s.min(axis=0), *s.max(axis=0)] for s in strokes])
