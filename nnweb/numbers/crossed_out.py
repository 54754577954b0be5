"""Finds what the writer crossed out: a scribble or a long line over earlier digits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

_TURNS = 6  # changes of direction of a scribble; a digit has at most five
_SWING = 0.2  # digit heights between them
_COVERED = 0.6  # of a stroke's points within the scribble's box: it is crossed out
# Digit heights that a line is longer than what it crosses, on both sides: several
# strokes side by side, or a single one, which may be a 7 with its bar.
_BEYOND, _BEYOND_ONE = 0.05, 0.28
_LONG = 0.9  # digit heights; shorter lines are the bar of a 7 or a 4
_MOST_RISE = 0.35  # of such a line, to its length


def crossed_out(strokes: list[Array]) -> set[int]:
    """Return the strokes (on the line, in digit heights) that do not count.

    These are the scribbles and long lines, and the earlier strokes under them.
    """
    gone: set[int] = set()
    for i, stroke in enumerate(strokes):
        earlier = [j for j in range(i) if j not in gone]
        if is_scribble(stroke):
            under = [j for j in earlier if _covered(stroke, strokes[j])]
        else:
            under = _struck(strokes, i, earlier)
        if under:
            gone |= {i, *under}
    return gone


def is_scribble(stroke: Array) -> bool:
    """Whether a stroke goes back and forth more often than any digit."""
    return max(_turns(stroke[:, 0]), _turns(stroke[:, 1])) >= _TURNS


def _turns(values: Array) -> int:
    """Count the changes of direction, leaving out trembling."""
    count, direction, last = 0, 0, float(values[0])
    for value in values.tolist():
        if abs(value - last) >= _SWING and np.sign(value - last) != direction:
            count += direction != 0
            direction, last = int(np.sign(value - last)), value
        elif (value - last) * direction > 0:
            last = value
    return count


def _covered(over: Array, under: Array) -> bool:
    low, high = over.min(axis=0) - 0.05, over.max(axis=0) + 0.05
    inside = ((under >= low) & (under <= high)).all(axis=1)
    return bool(inside.mean() >= _COVERED)


def _struck(strokes: list[Array], i: int, earlier: list[int]) -> list[int]:
    """Return the digits that a level line crosses in their middle, end to end."""
    line = strokes[i]
    (left, top), (right, bottom) = line.min(axis=0), line.max(axis=0)
    middle = (top + bottom) / 2
    if right - left < _LONG or bottom - top > _MOST_RISE * (right - left):
        return []
    under, beyond = [], 0.0
    for j in earlier:
        other = strokes[j]
        (o_left, o_top), (o_right, o_bottom) = other.min(axis=0), other.max(axis=0)
        margin = min(o_left - left, right - o_right)
        height = o_bottom - o_top
        crossed = height > 0.7 and 0.35 < (middle - o_top) / height < 0.65
        if crossed and margin >= _BEYOND:
            under.append(j)
            beyond = margin
    return under if len(under) > 1 or beyond >= _BEYOND_ONE else []
