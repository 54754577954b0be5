"""Candidate groups: neighbouring pieces that may be one character."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnweb.numbers.pieces import Piece

Array = NDArray[np.floating]
Box = tuple[float, float, float, float]
Distance = Callable[[int, int], float]  # between two pieces

_MOST = 4  # strokes of one character
_WIDEST = 1.9  # digit heights; wider groups are no character
_TOO_WIDE = 3.0  # no more pieces are added to a group that is wider
_TALLEST = 2.2
_WIDEST_GAP = 0.8


@dataclass(frozen=True)
class Group:
    """Pieces ``first`` up to ``past``, which may be one character.

    Lengths are in digit heights, y down from the baseline.
    """

    first: int
    past: int
    pieces: tuple[Piece, ...]
    box: Box
    gap: float  # the widest gap between pieces inside the group
    apart: float  # the widest distance of a stroke from the rest of the group
    cuts: int  # ends of the group at which a stroke is cut

    @property
    def strokes(self) -> int:
        return len({piece.stroke for piece in self.pieces})

    @property
    def line(self) -> tuple[float, float]:
        """How far a single stroke leans to the right, and how far it is from straight.

        Both infinite for several pieces. The lean is in widths to a height.
        """
        return self.pieces[0].line if len(self.pieces) == 1 else (np.inf, np.inf)

    @property
    def width(self) -> float:
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


def make_groups(pieces: list[Piece]) -> list[Group]:
    """Return all candidates, by the piece at which they begin."""
    some = [_some(piece) for piece in pieces]
    known: dict[tuple[int, int], float] = {}

    def distance(i: int, j: int) -> float:
        pair = (min(i, j), max(i, j))
        if pair not in known:
            known[pair] = _distance(some[i], some[j])
        return known[pair]

    groups = []
    for first in range(len(pieces)):
        for past in range(first + 1, len(pieces) + 1):
            if len({piece.stroke for piece in pieces[first:past]}) > _MOST:
                break
            boxes = [piece.box for piece in pieces[first:past]]
            lefts, tops, rights, bottoms = zip(*boxes, strict=True)
            box = (min(lefts), min(tops), max(rights), max(bottoms))
            gap = _widest_gap(boxes)
            if past > first + 1:
                width, height = box[2] - box[0], box[3] - box[1]
                if width > _TOO_WIDE:
                    break
                if width > _WIDEST or height > _TALLEST or gap >= _WIDEST_GAP:
                    continue
            apart = _apart(range(first, past), distance)
            chosen, cuts = tuple(pieces[first:past]), _cuts(pieces, first, past)
            groups.append(Group(first, past, chosen, box, gap, apart, cuts))
    return groups


def _cuts(pieces: list[Piece], first: int, past: int) -> int:
    cuts = int(first > 0 and pieces[first - 1].stroke == pieces[first].stroke)
    return cuts + (
        past < len(pieces) and pieces[past].stroke == pieces[past - 1].stroke
    )


def _widest_gap(boxes: list[Box]) -> float:
    widest, reached = 0.0, np.inf
    for left, _, right, _ in sorted(boxes):
        widest = max(widest, left - reached)
        reached = right if reached == np.inf else max(reached, right)
    return widest


def _apart(pieces: range, distance: Distance) -> float:
    """How far the pieces are from each other: the longest step to join them all."""
    steps = {j: distance(pieces[0], j) for j in pieces[1:]}  # to what is joined
    longest = 0.0
    while steps:
        nearest = min(steps, key=steps.__getitem__)
        longest = max(longest, steps.pop(nearest))
        for j in steps:
            steps[j] = min(steps[j], distance(nearest, j))
    return longest


def _some(piece: Piece) -> Array:
    """Return every few of its points, enough to measure distances."""
    return piece.points[:: max(2, len(piece.points) // 64)]


def _distance(a: Array, b: Array) -> float:
    """The least distance between two lines' points."""
    d = a[:, None, :] - b[None, :, :]
    return float(np.sqrt(np.einsum("ijk,ijk->ij", d, d).min()))


def scaled(groups: list[Group], height: float, baseline: float) -> list[Group]:
    """Return the groups on a line of another digit height and baseline."""

    def to_line(box: Box) -> Box:
        left, top, right, bottom = box
        return (
            left / height,
            (top - baseline) / height,
            right / height,
            (bottom - baseline) / height,
        )

    pieces: dict[int, Piece] = {}  # by where they were: groups share them
    for group in groups:
        for at, p in enumerate(group.pieces, group.first):
            if at not in pieces:
                points = (p.points - [0, baseline]) / height
                pieces[at] = replace(p, points=points, box=to_line(p.box))
    return [
        replace(
            group,
            pieces=tuple(pieces[at] for at in range(group.first, group.past)),
            box=to_line(group.box),
            gap=group.gap / height,
            apart=group.apart / height,
        )
        for group in groups
    ]
