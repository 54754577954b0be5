"""Tells minus, point, comma, slash and colon from digits, by shape and place alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnweb.numbers.groups import Group
from nnweb.numbers.pieces import Piece

Array = NDArray[np.floating]

SIGNS = "-/.,:"

#: For each sign: the mean and the spread of its measures, in digit heights.
_SHAPES = {
    "-": {"height": (0.12, 0.12), "width": (0.4, 0.25), "middle": (-0.5, 0.17)},
    "/": {"height": (1.35, 0.2), "lean": (0.25, 0.15), "bend": (0.03, 0.07)},
    ".": {"height": (0.0, 0.09), "width": (0.0, 0.09), "middle": (-0.03, 0.12)},
    ",": {"height": (0.3, 0.14), "width": (0.1, 0.12), "middle": (0.1, 0.15)},
    ":": {"small": (0.18, 0.15), "above": (-0.75, 0.2), "below": (-0.2, 0.2),
          "shift": (0.0, 0.15)},
}  # fmt: skip
#: Of one piece, and of two: the upper and the lower.
_MEASURES = ("width", "height", "middle", "lean", "bend",
             "small", "above", "below", "shift")  # fmt: skip
_IMPOSSIBLE = -50.0


def score_signs(groups: Sequence[Group]) -> Array:
    """Return the log likelihood of each group as each sign, up to a constant.

    (N, signs); a colon has two pieces, the others have one.
    """
    measures = _measures(groups)
    scores = np.empty((len(groups), len(SIGNS)))
    for of, sign in zip(scores.T, SIGNS, strict=True):
        total = np.zeros(len(groups))
        for name, (mean, std) in _SHAPES[sign].items():
            total += np.minimum(((measures[name] - mean) / std) ** 2, 16)
        of[:] = np.where(np.isnan(total), _IMPOSSIBLE, -0.5 * total)
    return scores


def _measures(groups: Sequence[Group]) -> dict[str, Array]:
    """Return each measure of all groups; NaN of those that do not have it."""
    rows = np.full((len(groups), len(_MEASURES)), np.nan)
    for row, group in zip(rows, groups, strict=True):
        if len(group.pieces) == 1:
            row[:5] = group.width, group.height, group.middle, *group.line
        elif len(group.pieces) == 2:
            above, below = sorted(group.pieces, key=lambda piece: piece.box[1])
            (x, high), (x_below, low) = _middle(above), _middle(below)
            small = max(*_size(above), *_size(below))
            row[5:] = small, high, low, x - x_below
    return dict(zip(_MEASURES, rows.T, strict=True))


def _size(piece: Piece) -> tuple[float, float]:
    left, top, right, bottom = piece.box
    return right - left, bottom - top


def _middle(piece: Piece) -> tuple[float, float]:
    left, top, right, bottom = piece.box
    return (left + right) / 2, (top + bottom) / 2
