"""Strokes as the page's pad draws them: from JSON to 28 x 28 pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ImageError, raised_as
from nnweb.files.json_text import parse_json
from nnweb.files.shown import shown
from nnweb.images.brush import PAGE_BRUSH, stamp
from nnweb.images.preprocess import SIDE, Pixels
from nnweb.numbers.pieces import resample
from nnweb.numbers.reader import check_strokes

Array = NDArray[np.floating]

MOST_STROKES, MOST_POINTS = 100, 10_000  # of a drawing
FARTHEST = 1e6  # of a point from 0
PAPER, PEN, NORMAL = 336, 20, 240  # pixels, as in site/js/pad/strokes.js
_SPACING = 0.25  # pixels of 28 x 28 between the points that are stamped
_EXPECTED = '{"strokes": [[[x, y], ...], ...]}'


def parse_strokes(body: bytes) -> list[Array]:
    """Return the strokes of a JSON drawing, (P, 2) each. Raises ImageError."""
    with raised_as(ImageError):
        drawing = parse_json(body, "body")
    strokes = drawing.get("strokes") if isinstance(drawing, dict) else None
    if not isinstance(strokes, list):
        raise ImageError(f"body: got {shown(drawing)}, expected {_EXPECTED}")
    if "picture" in drawing:
        raise ImageError(
            "picture: got one beneath strokes, expected strokes alone; send a picture "
            "file as the body"
        )
    if len(strokes) > MOST_STROKES:
        raise ImageError(
            f"strokes: got {len(strokes):,}, expected at most {MOST_STROKES}"
        )
    checked = check_strokes(strokes)
    if (count := sum(map(len, checked))) > MOST_POINTS:
        raise ImageError(
            f"strokes: got {count:,} points, expected at most {MOST_POINTS:,}"
        )
    if any(np.abs(stroke).max(initial=0) > FARTHEST for stroke in checked):
        raise ImageError(
            f"strokes: expected x and y from {-FARTHEST:,.0f} to "
            f"{FARTHEST:,.0f}, got some beyond"
        )
    return checked


def draw_strokes(strokes: list[Array], fit: str) -> Pixels:
    """Draw strokes in pixels of the 336 x 336 canvas: grey uint8 (1, 28, 28).

    With fit "digit" they are scaled and centred first, as on the page.
    """
    strokes = [stroke for stroke in strokes if len(stroke)]
    if not strokes:
        return np.full((1, SIDE, SIDE), 255, np.uint8)
    if fit == "digit":
        strokes = _refit(strokes)
    else:  # the pad's points are at most half a pen outside
        strokes = [np.clip(stroke, -PEN / 2, PAPER + PEN / 2) for stroke in strokes]
    scale = SIDE / PAPER
    dense = [resample(_curve(stroke) * scale, _SPACING) for stroke in strokes]
    points = np.concatenate(dense).astype(np.float32) - np.float32(0.5)
    ink = stamp(
        points, np.zeros(len(points), np.intp), np.full(1, PAGE_BRUSH, np.float32)
    )
    return (255 - 255 * ink).astype(np.uint8)


def _refit(strokes: list[Array]) -> list[Array]:
    """Centre strokes, the longer side of their ink NORMAL; a dot stays a dot."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    longer = float((high - low).max())
    scale = 1 if longer < PEN else (NORMAL - PEN) / longer
    middle = (low + high) / 2
    return [(stroke - middle) * scale + PAPER / 2 for stroke in strokes]


def _curve(stroke: Array) -> Array:
    """Return points along the pad's curve: quadratic from midpoint to midpoint."""
    if len(stroke) < 3:
        return stroke
    control = stroke[1:-1]
    to = (control + stroke[2:]) / 2
    begin = np.concatenate([stroke[:1], to[:-1]])
    t = np.linspace(0, 1, 8)[:, None, None]
    curve = (1 - t) ** 2 * begin + 2 * t * (1 - t) * control + t**2 * to
    along = curve.transpose(1, 0, 2).reshape(-1, 2)
    return np.concatenate([along, stroke[-1:]])
