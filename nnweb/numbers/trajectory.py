"""Recognizes digits by the trajectory of the pen, which a picture does not show.

A second opinion: its mistakes are others than those of a network that sees the ink. It
is small, since 20 points say nearly all. ``tools.bench.fit_trajectory`` trains it.

Source: Alimoglu and Alpaydin 1997, "Combining multiple representations and classifiers
for pen-based handwritten digit recognition", who join such a network with one that sees
the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.layers import Layer, ReLU
from nnweb.network import InputSpec, Network
from nnweb.numbers.groups import Group
from nnweb.numbers.trajectory_weights import LAYERS
from nnweb.weights.foreign import dense
from nnweb.weights.tensors import decode

Array = NDArray[np.floating]

POINTS = 20  # of a trajectory
MEASURES = 5  # of each of them


def judge_trajectories(groups: Sequence[Group]) -> Array:
    """Return the probability of each of the ten digits, (N, 10), for each group.

    The groups are of strokes, not of a picture.
    """
    samples = [_sample(group) for group in groups]
    points = np.array([points for points, _ in samples]).reshape(-1, POINTS, 2)
    lifts = np.array([lifts for _, lifts in samples]).reshape(-1, POINTS)
    return _network().predict_proba(inputs_of(points, lifts))


def inputs_of(points: Array, lifts: NDArray[Any]) -> NDArray[np.float32]:
    """Return the network's input, (N, 100), of ``sample``d points (N, 20, 2).

    Of each point: x and y, the longer side from -1 to 1; the direction to the next
    point, of length 1; and whether the pen is ``lift``ed before that, (N, 20).
    """
    low, high = points.min(axis=1, keepdims=True), points.max(axis=1, keepdims=True)
    longer = np.maximum((high - low).max(axis=2, keepdims=True), 1e-3)
    placed = (points - (low + high) / 2) * (2 / longer)
    steps = np.diff(placed, axis=1)
    steps = np.concatenate([steps, steps[:, -1:]], axis=1)
    steps /= np.maximum(np.hypot(steps[..., :1], steps[..., 1:]), 1e-6)
    rows = np.concatenate([placed, steps, lifts[..., None]], axis=2)
    return rows.reshape(len(rows), POINTS * MEASURES).astype(np.float32)


def sample(lines: Sequence[Array]) -> tuple[Array, NDArray[np.bool_]]:
    """Return 20 points (20, 2) of strokes, evenly spaced along all of them, and lifts.

    ``lines`` are the strokes in the order of writing, each of points that are evenly
    spaced, by the same distance. A lift (20,) is where the next point is on another
    stroke.
    """
    ends = np.cumsum([len(line) for line in lines])
    at = ((np.arange(POINTS) + 0.5) * (ends[-1] / POINTS)).astype(np.intp)
    stroke = ends.searchsorted(at, side="right")
    lifts = np.zeros(POINTS, np.bool_)
    lifts[:-1] = stroke[1:] > stroke[:-1]
    return np.concatenate(lines)[at], lifts


def _sample(group: Group) -> tuple[Array, NDArray[np.bool_]]:
    """Sample a group's pieces; neighbouring parts of a stroke are one line."""
    pieces = sorted(group.pieces, key=lambda piece: (piece.stroke, piece.part))
    lines = [[pieces[0].points]]
    for before, piece in pairwise(pieces):
        if (piece.stroke, piece.part) == (before.stroke, before.part + 1):
            lines[-1].append(piece.points)
        else:
            lines.append([piece.points])
    return sample([np.concatenate(parts) for parts in lines])


@cache
def _network() -> Network:
    layers: list[Layer] = []
    for W, b in LAYERS:
        layers += [dense(decode(W, "W", 2), decode(b, "b", 1), "b"), ReLU()]
    return Network(layers[:-1], input=InputSpec(shape=(1, POINTS, MEASURES)))
