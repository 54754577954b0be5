"""Styles: ways of writing a digit that MNIST does not show, by name.

A style either adds strokes to a digit (the bar of a 7, the slash of a 0), or replaces
it by a glyph of its own (a 4 whose second stroke is short). Each can be made by itself,
to be looked at and to be validated on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment.digit_glyphs import DIGITS
from nnweb.data.augment.glyphs import trace_glyphs
from nnweb.data.augment.traces import Traces

Array = NDArray[np.float32]
Labels = NDArray[np.integer]
Index = NDArray[np.intp]
#: Returns points (N, S, 2) of a stroke for each of N digits.
StrokeMaker = Callable[[Traces, np.random.Generator], Array]

_STEPS = np.linspace(0, 1, 48, dtype=np.float32)


@dataclass(frozen=True)
class Style:
    """A stroke that is added to a digit.

    Attributes
    ----------
    label : the digit
    share : of that digit's drawings, from and to; two styles whose ranges overlap come
        together
    stroke : makes the stroke
    """

    label: int
    share: tuple[float, float]
    stroke: StrokeMaker


def add_styles(traces: Traces, labels: Labels, rng: np.random.Generator) -> Traces:
    """Return the traces, with their ``labels`` (N,), with style strokes added."""
    drawn = rng.random(traces.count)
    strokes: list[tuple[Index, Array]] = []
    for style in STYLES.values():
        low, high = style.share
        which = np.flatnonzero(
            (labels == style.label) & (drawn >= low) & (drawn < high)
        )
        if len(which):
            strokes.append((which, style.stroke(traces.take(which), rng)))
    return traces.with_strokes(strokes)


def in_style(
    traces: Traces, labels: Labels, name: str, rng: np.random.Generator
) -> tuple[Traces, Index]:
    """Return digits in one of ``style_names``, and which of ``labels`` they are."""
    if name in STYLES:
        which = np.flatnonzero(labels == STYLES[name].label)
        part = traces.take(which)
        added = STYLES[name].stroke(part, rng)
        return part.with_strokes([(np.arange(len(which)), added)]), which
    glyphs = np.array([i for i, g in enumerate(DIGITS) if g.style == name], np.intp)
    which = np.flatnonzero(labels == int(DIGITS[glyphs[0]].label))
    return trace_glyphs(DIGITS, rng.choice(glyphs, len(which)), rng), which


def style_names() -> list[str]:
    """Return the names of all styles: of added strokes, then of glyphs."""
    return [*STYLES, *dict.fromkeys(g.style for g in DIGITS if g.style)]


def swap_in_glyphs(
    traces: Traces, labels: Labels, rng: np.random.Generator, share: float
) -> Traces:
    """Replace a share of the traces by glyphs of the same labels."""
    swapped = np.flatnonzero(rng.random(traces.count) < share)
    if len(swapped) == 0:
        return traces
    which = same_label(_glyph_labels(), labels[swapped], rng)
    return traces.replaced(swapped, trace_glyphs(DIGITS, which, rng))


def same_label(labels: Labels, wanted: Labels, rng: np.random.Generator) -> Index:
    """Return for each of ``wanted`` (k,) the index of a random one of ``labels``."""
    order = np.argsort(labels, kind="stable")
    first = np.searchsorted(labels[order], wanted)
    count = np.searchsorted(labels[order], wanted, side="right") - first
    chosen: Index = order[first + (rng.random(len(wanted)) * count).astype(np.intp)]
    return chosen


@cache
def _glyph_labels() -> NDArray[np.uint8]:
    return np.array([int(glyph.label) for glyph in DIGITS], np.uint8)


# --- strokes --------------------------------------------------------------------------


def _flag(least: float, most: float) -> StrokeMaker:
    """From the top of a 1 to the lower left, at 17 to 66 degrees from its stem."""

    def make(traces: Traces, rng: np.random.Generator) -> Array:
        top, bottom = _ends(traces)
        lean = np.arctan2(top[:, 0] - bottom[:, 0], bottom[:, 1] - top[:, 1])
        angle = rng.uniform(0.3, 1.15, traces.count) - lean
        length = rng.uniform(least, most, traces.count) * _height(traces)
        way = np.stack([-np.sin(angle), np.cos(angle)], axis=1) * length[:, None]
        return (top[:, None] + way[:, None] * _STEPS[:, None]).astype(np.float32)

    return make


def _foot(traces: Traces, rng: np.random.Generator) -> Array:
    """Across the lower end of a 1."""
    _, bottom = _ends(traces)
    half = rng.uniform(0.1, 0.36, traces.count) * _height(traces)
    return _across(bottom, half, rng.uniform(-0.2, 0.2, traces.count))


def _bar(traces: Traces, rng: np.random.Generator) -> Array:
    """Across the stem of a 7, at any height."""
    low, high = traces.bounds()
    at = low[:, 1] + rng.uniform(0.28, 0.78, traces.count) * (high - low)[:, 1]
    stem = _nearest_in_height(traces, at.astype(np.float32))
    half = rng.uniform(0.1, 0.36, traces.count) * _height(traces)
    return _across(stem, half, rng.uniform(-0.5, 0.3, traces.count))


def _serif(traces: Traces, rng: np.random.Generator) -> Array:
    """Down from the left end of a 7's top."""
    start = _leftmost_near_top(traces)
    length = rng.uniform(0.08, 0.3, traces.count) * _height(traces)
    lean = rng.uniform(-0.5, 0.5, traces.count)
    way = np.stack([lean * length, length], axis=1)
    return (start[:, None] + way[:, None] * _STEPS[:, None]).astype(np.float32)


def _slash(least: float, most: float) -> StrokeMaker:
    """Through a 0 at any angle; its length as a share of the 0's width there."""

    def make(traces: Traces, rng: np.random.Generator) -> Array:
        low, high = traces.bounds()
        half = np.maximum((high - low) / 2, 1)
        angle = rng.uniform(-0.5 * np.pi, 0.5 * np.pi, traces.count)
        upright = rng.random(traces.count) < 0.6  # most lean to the right
        angle = np.where(upright, rng.uniform(0.1, 1.2, traces.count), angle)
        way = np.stack([np.sin(angle), -np.cos(angle)], axis=1)
        edge = 1 / np.maximum(np.hypot(*(way / half).T), 1e-3)  # of an ellipse
        reach = edge * rng.uniform(least, most, traces.count)
        off = rng.normal(0, 0.08, (traces.count, 2)) * half
        along = (_STEPS * 2 - 1)[:, None]
        centre = (low + high) / 2 + off
        line = centre[:, None] + (way * reach[:, None])[:, None] * along
        return line.astype(np.float32)

    return make


def _curl(traces: Traces, rng: np.random.Generator) -> Array:
    """An arc that extends the tail of a 9 to the left by 40 to 190 degrees."""
    _, bottom = _ends(traces)
    across = rng.uniform(0.1, 0.5, traces.count) * _height(traces)
    down = across * rng.uniform(0.2, 1, traces.count)
    angle = _STEPS[None] * rng.uniform(0.7, 3.3, traces.count)[:, None]
    x = bottom[:, :1] - across[:, None] * (1 - np.cos(angle))
    y = bottom[:, 1:] + down[:, None] * np.sin(angle)
    return np.stack([x, y], axis=2).astype(np.float32)


STYLES: dict[str, Style] = {
    "0 with a slash": Style(0, (0, 0.2), _slash(0.9, 1.5)),
    "0 with a dash inside": Style(0, (0.2, 0.3), _slash(0.3, 0.85)),
    "0 with a long slash": Style(0, (0.3, 0.36), _slash(1.5, 2.1)),
    "1 with a flag": Style(1, (0, 0.55), _flag(0.15, 0.6)),
    "1 with a long flag": Style(1, (0.55, 0.7), _flag(0.6, 1.0)),
    "1 with a foot": Style(1, (0.35, 0.75), _foot),
    "7 with a bar": Style(7, (0, 0.6), _bar),
    "7 with a serif": Style(7, (0.45, 0.75), _serif),
    "9 with a curl": Style(9, (0, 0.5), _curl),
}


def _height(traces: Traces) -> Array:
    low, high = traces.bounds()
    height: Array = (high - low).max(axis=1)
    return height


def _across(
    centre: Array, half: NDArray[np.floating], slope: NDArray[np.floating]
) -> Array:
    """Lines of length 2 ``half`` through ``centre``; ``slope``: y per x."""
    way = np.stack([half, half * slope], axis=1)
    along = (_STEPS * 2 - 1)[:, None]
    return (centre[:, None] + way[:, None] * along).astype(np.float32)


def _ends(traces: Traces) -> tuple[Array, Array]:
    """Return the highest and the lowest point of each drawing, (N, 2) each."""
    order = np.lexsort((traces.points[:, 1], traces.owner))
    starts = traces.starts
    last = np.append(starts[1:], len(traces.points)) - 1
    return traces.points[order[starts]], traces.points[order[last]]


def _nearest_in_height(traces: Traces, y: Array) -> Array:
    """Return each drawing's point whose height is nearest to ``y`` (N,): (N, 2)."""
    return _least(traces, np.abs(traces.points[:, 1] - y[traces.owner]))


def _leftmost_near_top(traces: Traces) -> Array:
    """Return each drawing's leftmost point in its upper third, (N, 2)."""
    low, high = traces.bounds()
    limit = (low + (high - low) / 3)[:, 1]
    below = traces.points[:, 1] > limit[traces.owner]
    return _least(traces, traces.points[:, 0] + 1000 * below)


def _least(traces: Traces, value: NDArray[np.floating]) -> Array:
    """Return each drawing's point whose ``value`` (P,) is least: (N, 2)."""
    order = np.lexsort((value, traces.owner))
    points: Array = traces.points[order[traces.starts]]
    return points
