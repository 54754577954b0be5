"""Glyphs: characters as strokes in a unit square, to be distorted and drawn with a pen.

x is to the right, y down. A stroke is a list of points. ``curve`` passes through them
smoothly (Catmull-Rom), ``line`` in straight segments.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import cos, dist, radians, sin

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment.splines import smooth, straight
from nnweb.data.augment.traces import Traces

Array = NDArray[np.float32]
Point = tuple[float, float]

_SPACING = 1 / 72  # of the points along a stroke, in heights of the glyph


@dataclass(frozen=True)
class Stroke:
    """Points that the pen passes through, smoothly or straight."""

    points: list[Point]
    smooth: bool = False


@dataclass(frozen=True)
class Glyph:
    """One way to write a character; ``width`` is its usual width over its height.

    ``style`` names a way of writing that MNIST does not show.
    """

    label: str
    strokes: list[Stroke]
    width: float = 0.7
    style: str = ""


def trace_glyphs(
    glyphs: list[Glyph],
    which: NDArray[np.intp],
    rng: np.random.Generator,
    *,
    shake: float = 0.035,
    size: float = 20,
) -> Traces:
    """Return traces of the glyphs ``which`` (N,), with random noise on each knot.

    ``shake`` is the noise's standard deviation in heights of the glyph, ``size`` that
    height in pixels; widths vary by up to a fifth.
    """
    points, owners = [], []
    for g in np.unique(which):
        drawings = np.flatnonzero(which == g)
        glyph = glyphs[g]
        stretch = glyph.width * np.exp(rng.uniform(-0.2, 0.2, (len(drawings), 1, 1)))
        for stroke in glyph.strokes:
            matrix = _sampling(stroke)
            knots = np.array(stroke.points)[None].repeat(len(drawings), 0)
            knots = knots * np.concatenate([stretch, np.ones_like(stretch)], axis=2)
            knots += rng.normal(0, shake, knots.shape)
            line = np.einsum("sk,nkd->nsd", matrix, knots) * size
            points.append(line.reshape(-1, 2))
            owners.append(np.repeat(drawings, line.shape[1]))
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    xy = np.concatenate(points)[order].astype(np.float32)
    return Traces(xy + np.float32(27 / 2 - size / 2), owner[order], len(which))


def _sampling(stroke: Stroke) -> NDArray[np.float64]:
    """Return the matrix (samples, knots) from knots to points along the stroke."""
    knots = stroke.points
    length = sum(dist(a, b) for a, b in pairwise(knots))
    at = np.linspace(0, len(knots) - 1, max(int(length / _SPACING), 2))
    return (smooth if stroke.smooth else straight)(at, len(knots))


def line(*points: Point) -> Stroke:
    return Stroke(list(points))


def curve(*points: Point) -> Stroke:
    return Stroke(list(points), smooth=True)


def arc(
    x: float, y: float, rx: float, ry: float, start: float, end: float
) -> list[Point]:
    """Return points on an ellipse; degrees clockwise from the right, y down."""
    steps = max(int(abs(end - start) / 30), 2)
    angles = (radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(x + rx * cos(a), y + ry * sin(a)) for a in angles]


def ring(
    x: float = 0.5, y: float = 0.5, rx: float = 0.5, ry: float = 0.5, start: float = -90
) -> Stroke:
    return curve(*arc(x, y, rx, ry, start, start - 360))
