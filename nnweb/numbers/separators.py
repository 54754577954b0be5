"""Tells minus, point, comma, slash and colon from digits, by shape and place alone."""

from __future__ import annotations

import numpy as np

from nnweb.numbers.groups import Group
from nnweb.numbers.pieces import Piece

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


def score_signs(group: Group) -> dict[str, float]:
    """Return the log likelihood of each sign that a group can be, up to a constant."""
    measures = _measures(group)
    scores = {}
    for sign, shape in _SHAPES.items():
        if not shape.keys() <= measures.keys():
            continue
        z = [(measures[name] - mean) / std for name, (mean, std) in shape.items()]
        scores[sign] = -0.5 * float(np.minimum(np.square(z), 16).sum())
    return scores


def _measures(group: Group) -> dict[str, float]:
    measures = {"width": group.width, "height": group.height, "middle": group.middle}
    if len(group.pieces) == 1:
        measures["lean"], measures["bend"] = group.line
        return measures
    if len(group.pieces) == 2:
        above, below = sorted(group.pieces, key=lambda piece: piece.box[1])
        return {
            "small": max(max(_size(above)), max(_size(below))),
            "above": _middle(above)[1],
            "below": _middle(below)[1],
            "shift": _middle(above)[0] - _middle(below)[0],
        }
    return {}


def _size(piece: Piece) -> tuple[float, float]:
    left, top, right, bottom = piece.box
    return right - left, bottom - top


def _middle(piece: Piece) -> tuple[float, float]:
    left, top, right, bottom = piece.box
    return (left + right) / 2, (top + bottom) / 2
