"""Glyphs: digits as written in other countries, letters and symbols, as strokes.

MNIST was written by Americans. It has no flagged 1, crossed 7, slashed 0 or open 4, and
no 3 with a flat top. And to reject letters, a network must be trained with letters.
Both are here as strokes in a unit square (x to the right, y down), to be distorted and
drawn with a pen.

A stroke is a list of points. ``curve`` passes through them smoothly (Catmull-Rom),
``line`` in straight segments.
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
    """One way to write a character; ``width`` is its usual width over its height."""

    label: str
    strokes: list[Stroke]
    width: float = 0.7


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


_FLAG = line((0.05, 0.33), (0.6, 0.0))
_STEM = line((0.6, 0.0), (0.6, 1.0))
_THREE_BOWL = curve((0.4, 0.42), *arc(0.45, 0.7, 0.5, 0.3, -60, 150))
_NINE_LOOP = ring(0.45, 0.28, 0.42, 0.28, -30)

DIGITS: list[Glyph] = [
    Glyph("0", [ring()]),
    Glyph("0", [ring(), line((0.95, 0.0), (0.05, 1.0))]),
    Glyph("0", [ring(), line((0.8, 0.2), (0.2, 0.8))]),
    Glyph("1", [_FLAG, _STEM], 0.5),
    Glyph("1", [line((0.0, 0.5), (0.7, 0.0)), line((0.7, 0.0), (0.7, 1.0))], 0.7),
    Glyph("1", [_FLAG, _STEM, line((0.2, 1.0), (1.0, 1.0))], 0.6),
    Glyph("1", [_STEM, line((0.2, 1.0), (1.0, 1.0))], 0.4),
    Glyph("1", [_STEM], 0.3),
    Glyph(
        "2",
        [
            curve(*arc(0.5, 0.28, 0.42, 0.28, -170, 40), (0.05, 1.0)),
            line((0.05, 1.0), (1.0, 1.0)),
        ],
    ),
    Glyph(
        "2",
        [
            curve(
                *arc(0.5, 0.28, 0.42, 0.28, -170, 40),
                (0.3, 0.85),
                (0.1, 1.0),
                (0.05, 0.85),
                (0.25, 0.83),
                (0.6, 0.97),
                (1.0, 0.92),
            )
        ],
    ),
    Glyph(
        "2",
        [
            curve(
                *arc(0.5, 0.28, 0.42, 0.28, -200, 60),
                (0.1, 0.97),
                (0.3, 0.93),
                (0.65, 1.0),
                (1.0, 0.93),
            )
        ],
    ),
    Glyph(
        "3",
        [curve(*arc(0.45, 0.25, 0.42, 0.25, -160, 80)), _THREE_BOWL],
    ),
    Glyph("3", [line((0.05, 0.0), (0.9, 0.0), (0.4, 0.4)), _THREE_BOWL]),
    Glyph(
        "3",
        [
            line((0.05, 0.0), (0.9, 0.0), (0.4, 0.42)),
            curve((0.4, 0.42), *arc(0.4, 0.7, 0.55, 0.3, -70, 170)),
        ],
    ),
    Glyph(
        "4",
        [line((0.6, 0.0), (0.0, 0.65), (1.0, 0.65)), line((0.65, 0.35), (0.65, 1.0))],
    ),
    Glyph(
        "4", [line((0.3, 0.0), (0.05, 0.6), (1.0, 0.6)), line((0.75, 0.2), (0.7, 1.0))]
    ),
    Glyph(
        "4", [line((0.15, 0.0), (0.1, 0.5), (0.9, 0.5)), line((0.85, 0.0), (0.8, 1.0))]
    ),
    Glyph(
        "4",
        [line((0.75, 0.0), (0.0, 0.68), (1.0, 0.68)), line((0.75, 0.0), (0.75, 1.0))],
    ),
    Glyph(
        "4",
        [
            curve((0.15, 0.0), (0.1, 0.45), (0.4, 0.55), (0.8, 0.45)),
            line((0.85, 0.0), (0.8, 1.0)),
        ],
    ),
    Glyph(
        "5",
        [
            line((0.9, 0.0), (0.2, 0.0), (0.13, 0.45)),
            curve((0.13, 0.45), *arc(0.45, 0.68, 0.5, 0.32, -90, 140)),
        ],
    ),
    Glyph(
        "5",
        [
            curve((0.2, 0.05), (0.15, 0.42), *arc(0.45, 0.68, 0.5, 0.32, -90, 150)),
            line((0.2, 0.03), (0.95, 0.0)),
        ],
    ),
    Glyph(
        "5",
        [
            curve(
                (0.9, 0.0),
                (0.35, 0.05),
                (0.2, 0.4),
                (0.6, 0.45),
                (0.9, 0.7),
                (0.55, 0.98),
                (0.05, 0.9),
            )
        ],
    ),
    Glyph(
        "6",
        [
            curve(
                (0.75, 0.0),
                (0.3, 0.3),
                (0.05, 0.65),
                *arc(0.48, 0.72, 0.43, 0.28, 150, -200),
            )
        ],
    ),
    Glyph(
        "6",
        [
            curve(
                (0.4, 0.0),
                (0.1, 0.4),
                (0.05, 0.75),
                *arc(0.48, 0.74, 0.43, 0.26, 130, -170),
            )
        ],
    ),
    Glyph("7", [line((0.0, 0.0), (1.0, 0.0), (0.35, 1.0))]),
    Glyph(
        "7", [line((0.0, 0.0), (1.0, 0.0), (0.4, 1.0)), line((0.3, 0.5), (0.95, 0.48))]
    ),
    Glyph(
        "7",
        [
            line((0.03, 0.2), (0.0, 0.0), (1.0, 0.02)),
            curve((1.0, 0.02), (0.65, 0.45), (0.45, 1.0)),
            line((0.25, 0.52), (0.95, 0.5)),
        ],
    ),
    Glyph("7", [line((0.03, 0.22), (0.0, 0.0), (1.0, 0.0), (0.45, 1.0))]),
    Glyph(
        "7",
        [
            curve(
                (0.0, 0.12),
                (0.3, 0.0),
                (0.6, 0.1),
                (1.0, 0.0),
                (0.65, 0.45),
                (0.45, 1.0),
            ),
            line((0.3, 0.5), (0.9, 0.48)),
        ],
    ),
    Glyph(
        "8",
        [
            curve(
                (0.85, 0.15),
                (0.5, 0.0),
                (0.15, 0.2),
                (0.5, 0.47),
                (0.9, 0.75),
                (0.5, 1.0),
                (0.1, 0.77),
                (0.5, 0.47),
                (0.85, 0.2),
                (0.8, 0.08),
            )
        ],
    ),
    Glyph("8", [ring(0.5, 0.24, 0.36, 0.24), ring(0.5, 0.74, 0.45, 0.26)]),
    Glyph(
        "8",
        [
            curve(
                (0.5, 0.48),
                (0.15, 0.25),
                (0.5, 0.0),
                (0.85, 0.25),
                (0.5, 0.48),
                (0.08, 0.75),
                (0.5, 1.0),
                (0.92, 0.75),
                (0.5, 0.48),
            )
        ],
    ),
    Glyph("9", [_NINE_LOOP, line((0.87, 0.15), (0.85, 1.0))]),
    Glyph("9", [_NINE_LOOP, line((0.87, 0.15), (0.55, 1.0))]),
    Glyph("9", [_NINE_LOOP, curve((0.87, 0.2), (0.88, 0.7), (0.6, 1.0), (0.1, 0.9))]),
    Glyph(
        "9",
        [_NINE_LOOP, curve((0.87, 0.2), (0.9, 0.75), (0.5, 1.0), (0.05, 0.8))],
    ),
]

# No O, I, l, S, Z, B, q, g, b, G or z: they look like digits.
NOT_DIGITS: list[Glyph] = [
    Glyph(
        "A",
        [
            line((0.5, 0), (0, 1)),
            line((0.5, 0), (1, 1)),
            line((0.2, 0.62), (0.8, 0.62)),
        ],
        0.85,
    ),
    Glyph("C", [curve(*arc(0.55, 0.5, 0.55, 0.5, -50, -310))], 0.8),
    Glyph(
        "D",
        [
            line((0, 0), (0, 1)),
            curve((0, 0), (0.6, 0.05), (1, 0.5), (0.6, 0.95), (0, 1)),
        ],
        0.8,
    ),
    Glyph("E", [line((1, 0), (0, 0), (0, 1), (1, 1)), line((0, 0.5), (0.8, 0.5))]),
    Glyph("F", [line((1, 0), (0, 0), (0, 1)), line((0, 0.48), (0.8, 0.48))]),
    Glyph("H", [line((0, 0), (0, 1)), line((1, 0), (1, 1)), line((0, 0.5), (1, 0.5))]),
    Glyph(
        "J", [line((0.3, 0), (1, 0)), curve((0.7, 0), (0.7, 0.8), (0.4, 1), (0, 0.8))]
    ),
    Glyph(
        "K",
        [line((0, 0), (0, 1)), line((0.9, 0), (0, 0.55)), line((0.25, 0.42), (1, 1))],
    ),
    Glyph("L", [line((0, 0), (0, 1), (0.9, 1))]),
    Glyph("M", [line((0, 1), (0.05, 0), (0.5, 0.7), (0.95, 0), (1, 1))], 1.0),
    Glyph("N", [line((0, 1), (0, 0), (1, 1), (1, 0))], 0.8),
    Glyph(
        "P",
        [
            line((0, 0), (0, 1)),
            curve((0, 0), (0.7, 0), (0.95, 0.27), (0.7, 0.52), (0, 0.55)),
        ],
    ),
    Glyph(
        "R",
        [
            line((0, 0), (0, 1)),
            curve((0, 0), (0.7, 0), (0.95, 0.25), (0.7, 0.5), (0, 0.52)),
            line((0.35, 0.52), (1, 1)),
        ],
    ),
    Glyph("T", [line((0, 0), (1, 0)), line((0.5, 0), (0.5, 1))], 0.8),
    Glyph(
        "U",
        [curve((0, 0), (0.02, 0.65), (0.25, 0.97), (0.75, 0.97), (0.98, 0.65), (1, 0))],
        0.8,
    ),
    Glyph("V", [line((0, 0), (0.5, 1), (1, 0))], 0.85),
    Glyph("W", [line((0, 0), (0.25, 1), (0.5, 0.3), (0.75, 1), (1, 0))], 1.1),
    Glyph("X", [line((0, 0), (1, 1)), line((1, 0), (0, 1))], 0.8),
    Glyph("Y", [line((0, 0), (0.5, 0.5), (1, 0)), line((0.5, 0.5), (0.5, 1))], 0.85),
    Glyph(
        "a",
        [ring(0.42, 0.55, 0.42, 0.45, -30), curve((0.85, 0.1), (0.84, 0.8), (1.05, 1))],
        0.9,
    ),
    Glyph("d", [ring(0.42, 0.7, 0.42, 0.3, -30), line((0.85, 0), (0.85, 1))]),
    Glyph(
        "e",
        [
            curve(
                (0.05, 0.5),
                (0.95, 0.48),
                (0.75, 0.08),
                (0.3, 0.05),
                (0.02, 0.5),
                (0.4, 1),
                (0.95, 0.85),
            )
        ],
        0.9,
    ),
    Glyph(
        "f",
        [
            curve((0.9, 0.1), (0.6, 0), (0.45, 0.25), (0.45, 1)),
            line((0.1, 0.4), (0.85, 0.4)),
        ],
        0.5,
    ),
    Glyph(
        "h",
        [line((0, 0), (0, 1)), curve((0, 0.65), (0.4, 0.42), (0.8, 0.55), (0.85, 1))],
    ),
    Glyph(
        "k",
        [
            line((0, 0), (0, 1)),
            line((0.8, 0.4), (0.02, 0.72)),
            line((0.25, 0.62), (0.85, 1)),
        ],
        0.6,
    ),
    Glyph(
        "m",
        [
            line((0, 0), (0, 1)),
            curve((0, 0.35), (0.25, 0.0), (0.48, 0.3), (0.5, 1)),
            curve((0.5, 0.35), (0.75, 0.0), (0.97, 0.3), (1, 1)),
        ],
        1.4,
    ),
    Glyph(
        "n",
        [line((0, 0), (0, 1)), curve((0, 0.4), (0.5, 0.0), (0.95, 0.35), (1, 1))],
        0.9,
    ),
    Glyph("p", [line((0, 0), (0, 1)), ring(0.45, 0.28, 0.45, 0.28, 180)], 0.6),
    Glyph("r", [line((0, 0), (0, 1)), curve((0, 0.45), (0.35, 0.08), (0.9, 0.1))], 0.6),
    Glyph(
        "t",
        [
            curve((0.45, 0), (0.45, 0.8), (0.6, 1), (0.95, 0.9)),
            line((0.05, 0.32), (0.9, 0.32)),
        ],
        0.6,
    ),
    Glyph("w", [curve((0, 0), (0.2, 0.95), (0.5, 0.35), (0.8, 0.95), (1, 0))], 1.3),
    Glyph(
        "alpha",
        [
            curve(
                (1, 0.05),
                (0.55, 0.75),
                (0.2, 0.95),
                (0.0, 0.5),
                (0.2, 0.05),
                (0.55, 0.3),
                (1, 1),
            )
        ],
        1.1,
    ),
    Glyph("+", [line((0.5, 0), (0.5, 1)), line((0, 0.5), (1, 0.5))], 1.0),
    Glyph("=", [line((0, 0.25), (1, 0.25)), line((0, 0.75), (1, 0.75))], 1.1),
    Glyph("dash", [line((0, 0.5), (1, 0.5))], 1.2),
    Glyph(
        "#",
        [
            line((0.35, 0), (0.3, 1)),
            line((0.75, 0), (0.7, 1)),
            line((0, 0.35), (1, 0.33)),
            line((0, 0.7), (1, 0.68)),
        ],
        0.9,
    ),
    Glyph(
        "*",
        [
            line((0.5, 0), (0.5, 1)),
            line((0, 0.25), (1, 0.75)),
            line((1, 0.25), (0, 0.75)),
        ],
        1.0,
    ),
    Glyph(
        "?",
        [
            curve(*arc(0.5, 0.25, 0.45, 0.25, -180, 60), (0.5, 0.72)),
            ring(0.5, 0.97, 0.02, 0.02),
        ],
        0.6,
    ),
    Glyph("!", [line((0.5, 0), (0.5, 0.68)), ring(0.5, 0.97, 0.02, 0.02)], 0.3),
    Glyph("tick", [line((0, 0.55), (0.35, 1), (1, 0))], 0.9),
    Glyph(
        "arrow",
        [line((0, 0.5), (1, 0.5)), line((0.65, 0.15), (1, 0.5), (0.65, 0.85))],
        1.3,
    ),
    Glyph(
        "up", [line((0.5, 0), (0.5, 1)), line((0.1, 0.4), (0.5, 0), (0.9, 0.4))], 0.7
    ),
    Glyph("triangle", [line((0.5, 0), (1, 1), (0, 1), (0.5, 0))], 1.0),
    Glyph("square", [line((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))], 1.0),
    Glyph("diamond", [line((0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5), (0.5, 0))], 0.9),
    Glyph(
        "star",
        [line((0.2, 1), (0.5, 0), (0.8, 1), (0, 0.38), (1, 0.38), (0.2, 1))],
        1.0,
    ),
    Glyph(
        "heart",
        [
            curve((0.5, 1), (0.1, 0.6), (0, 0.25), (0.25, 0), (0.5, 0.25)),
            curve((0.5, 1), (0.9, 0.6), (1, 0.25), (0.75, 0), (0.5, 0.25)),
        ],
        1.0,
    ),
    Glyph(
        "smile",
        [
            ring(),
            curve((0.25, 0.65), (0.5, 0.8), (0.75, 0.65)),
            ring(0.35, 0.35, 0.02, 0.02),
            ring(0.65, 0.35, 0.02, 0.02),
        ],
        1.0,
    ),
    Glyph(
        "spiral",
        [
            curve(
                *arc(0.5, 0.5, 0.12, 0.12, 0, 180),
                *arc(0.5, 0.5, 0.22, 0.22, 210, 390),
                *arc(0.5, 0.5, 0.36, 0.36, 400, 570),
                *arc(0.5, 0.5, 0.5, 0.5, 600, 760),
            )
        ],
        1.0,
    ),
    Glyph(
        "wave",
        [
            curve(
                (0, 0.5),
                (0.17, 0.1),
                (0.33, 0.5),
                (0.5, 0.9),
                (0.67, 0.5),
                (0.83, 0.1),
                (1, 0.5),
            )
        ],
        1.6,
    ),
    Glyph(
        "zigzag", [line((0, 0), (1, 0.2), (0, 0.4), (1, 0.6), (0, 0.8), (1, 1))], 0.8
    ),
    Glyph(
        "&",
        [
            curve(
                (1, 1),
                (0.3, 0.35),
                (0.35, 0),
                (0.65, 0.12),
                (0.5, 0.4),
                (0.05, 0.7),
                (0.35, 1),
                (0.95, 0.55),
            )
        ],
        0.8,
    ),
    Glyph(
        "pi",
        [
            line((0, 0.05), (1, 0)),
            line((0.3, 0.05), (0.22, 1)),
            curve((0.68, 0.03), (0.68, 0.8), (0.95, 0.95)),
        ],
        1.0,
    ),
    Glyph("sigma", [line((1, 0), (0, 0), (0.55, 0.5), (0, 1), (1, 1))], 0.85),
    Glyph(
        "infinity",
        [
            curve(
                (0.5, 0.5),
                (0.8, 0.05),
                (1, 0.5),
                (0.8, 0.95),
                (0.5, 0.5),
                (0.2, 0.05),
                (0, 0.5),
                (0.2, 0.95),
                (0.5, 0.5),
            )
        ],
        1.9,
    ),
    Glyph(
        "house", [line((0, 0.45), (0.5, 0), (1, 0.45), (1, 1), (0, 1), (0, 0.45))], 0.9
    ),
]
