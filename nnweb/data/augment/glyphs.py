"""Glyphs: characters as strokes in a unit square, to be distorted and drawn with a pen.

x is to the right, y down. A stroke passes through its points smoothly (Catmull-Rom) or
in straight segments.
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

_HEIGHT = 20  # in pixels
_SHAKE = 0.035  # standard deviation of the noise on each knot, in heights
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


def parse_glyphs(text: str) -> list[Glyph]:
    """Return the glyphs of a text, a row each: label, width, strokes.

        [7 with a round top]                               the style of those below
        7 0.7 curve 0,0.2 0.9,0 0.45,1 line 0.2,0.5 0.9,0.5
        9 0.7 curve arc(0.45,0.3,0.4,0.3,-30,-390) 0.6,1   see ``arc``

    A row goes on in those below it that are indented.
    """
    glyphs, style = [], ""
    for row in text.strip().replace("\n    ", " ").split("\n"):
        if row.startswith("["):
            style = row.strip("[]")
        elif row:
            label, width, strokes = row.split(maxsplit=2)
            glyphs.append(Glyph(label, _parse_strokes(strokes), float(width), style))
    return glyphs


def _parse_strokes(text: str) -> list[Stroke]:
    strokes: list[Stroke] = []
    for word in text.split():
        if word in ("line", "curve"):
            strokes.append(Stroke([], smooth=word == "curve"))
        elif word.startswith("arc("):
            x, y, rx, ry, start, end = map(float, word[4:-1].split(","))
            strokes[-1].points.extend(arc(x, y, rx, ry, start, end))
        else:
            x, y = map(float, word.split(","))
            strokes[-1].points.append((x, y))
    return strokes


def trace_glyphs(
    glyphs: list[Glyph],
    which: NDArray[np.intp],
    rng: np.random.Generator,
    *,
    shake: float = _SHAKE,
) -> Traces:
    """Return traces of the glyphs ``which`` (N,), with random noise on each knot.

    ``shake`` is the noise's standard deviation in heights of the glyph, which is 20
    pixels high; widths vary by up to a fifth.
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
            line = np.einsum("sk,nkd->nsd", matrix, knots) * _HEIGHT
            points.append(line.reshape(-1, 2))
            owners.append(np.repeat(drawings, line.shape[1]))
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    xy = np.concatenate(points)[order].astype(np.float32)
    return Traces(xy + np.float32(27 / 2 - _HEIGHT / 2), owner[order], len(which))


def strokes_of(glyph: Glyph, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Return the strokes of one drawing of a glyph, 1 high, varied as in a trace."""
    stretch = [glyph.width * np.exp(rng.uniform(-0.2, 0.2)), 1]
    knots = [np.array(stroke.points) * stretch for stroke in glyph.strokes]
    return [
        _sampling(stroke) @ (at + rng.normal(0, _SHAKE, at.shape))
        for stroke, at in zip(glyph.strokes, knots, strict=True)
    ]


def _sampling(stroke: Stroke) -> NDArray[np.float64]:
    """Return the matrix (samples, knots) from knots to points along the stroke."""
    knots = stroke.points
    length = sum(dist(a, b) for a, b in pairwise(knots))
    at = np.linspace(0, len(knots) - 1, max(int(length / _SPACING), 2))
    return (smooth if stroke.smooth else straight)(at, len(knots))


def arc(
    x: float, y: float, rx: float, ry: float, start: float, end: float
) -> list[Point]:
    """Return points on an ellipse; degrees clockwise from the right, y down."""
    steps = max(int(abs(end - start) / 30), 2)
    angles = (radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(x + rx * cos(a), y + ry * sin(a)) for a in angles]
