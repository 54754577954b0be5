"""Style strokes: additions to plain digits that are usual in other countries.

The flag and the foot of 1, the bar of 7, the slash of 0 and the curl of 9 are added to
the skeletons of MNIST's digits; some digits are replaced by ``glyphs``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment.glyphs import DIGITS, trace_glyphs
from nnweb.data.augment.traces import Traces

Array = NDArray[np.float32]
Labels = NDArray[np.integer]
Index = NDArray[np.intp]

GLYPHS = 0.12  # share of drawings that are glyphs instead of MNIST's skeletons

_STEPS = np.linspace(0, 1, 48, dtype=np.float32)
_BY_LABEL = [
    np.array([i for i, g in enumerate(DIGITS) if g.label == str(label)], np.intp)
    for label in range(10)
]


def add_style_strokes(
    traces: Traces, labels: Labels, rng: np.random.Generator
) -> Traces:
    """Return the traces, with their ``labels`` (N,), with style strokes added."""
    low, high = traces.bounds()
    height = (high - low).max(axis=1)
    draw = rng.random(traces.count)
    top, bottom = _ends(traces)

    def chosen(label: int, start: float, end: float) -> Index:
        return np.flatnonzero((labels == label) & (draw >= start) & (draw < end))

    strokes: list[tuple[Index, Array]] = []
    k = chosen(1, 0, 0.65)
    strokes.append((k, _flag(top[k], bottom[k], height[k], rng)))
    k = chosen(1, 0.55, 0.75)
    strokes.append((k, _bar(bottom[k], height[k], rng, (0.12, 0.36), (-0.15, 0.15))))
    k = chosen(7, 0, 0.6)
    at = low[k, 1] + rng.uniform(0.42, 0.68, len(k)) * (high[k, 1] - low[k, 1])
    stem = _nearest_in_height(traces.take(k), at.astype(np.float32))
    strokes.append((k, _bar(stem, height[k], rng, (0.14, 0.34), (-0.35, 0.15))))
    k = chosen(0, 0, 0.3)
    middle = (low[k] + high[k]) * np.float32(0.5)
    strokes.append((k, _slash(middle, height[k], rng)))
    k = chosen(9, 0, 0.5)
    strokes.append((k, _curl(bottom[k], height[k], rng)))
    return traces.with_strokes(strokes)


def swap_in_glyphs(
    traces: Traces, labels: Labels, rng: np.random.Generator, share: float = GLYPHS
) -> Traces:
    """Replace a share of the traces by glyphs of the same labels."""
    swapped = np.flatnonzero(rng.random(traces.count) < share)
    if len(swapped) == 0:
        return traces
    sets = [_BY_LABEL[label] for label in labels[swapped]]
    which = np.array(
        [
            s[int(len(s) * r)]
            for s, r in zip(sets, rng.random(len(swapped)), strict=True)
        ],
        np.intp,
    )
    glyphs = trace_glyphs(DIGITS, which, rng)
    kept = ~np.isin(traces.owner, swapped)
    owner = np.concatenate([traces.owner[kept], swapped[glyphs.owner]])
    points = np.concatenate([traces.points[kept], glyphs.points])
    order = np.argsort(owner, kind="stable")
    return Traces(points[order], owner[order], traces.count)


def _ends(traces: Traces) -> tuple[Array, Array]:
    """Return the highest and the lowest point of each drawing, (N, 2) each."""
    order = np.lexsort((traces.points[:, 1], traces.owner))
    starts = traces.starts
    last = np.append(starts[1:], len(traces.points)) - 1
    return traces.points[order[starts]], traces.points[order[last]]


def _nearest_in_height(traces: Traces, y: Array) -> Array:
    """Return each drawing's point whose height is nearest to ``y`` (N,): (N, 2)."""
    distance = np.abs(traces.points[:, 1] - y[traces.owner])
    order = np.lexsort((distance, traces.owner))
    points: Array = traces.points[order[traces.starts]]
    return points


def _flag(top: Array, bottom: Array, height: Array, rng: np.random.Generator) -> Array:
    """Make a line from the top of a 1 to the lower left, at 17 to 66 degrees."""
    lean = np.arctan2(top[:, 0] - bottom[:, 0], bottom[:, 1] - top[:, 1])
    angle = rng.uniform(0.3, 1.15, len(top)) - lean
    length = rng.uniform(0.18, 0.62, len(top)) * height
    way = np.stack([-np.sin(angle), np.cos(angle)], axis=1) * length[:, None]
    return (top[:, None] + way[:, None] * _STEPS[:, None]).astype(np.float32)


def _bar(
    centre: Array,
    height: Array,
    rng: np.random.Generator,
    half: tuple[float, float],
    slope: tuple[float, float],
) -> Array:
    """Make a line across ``centre``; ``half`` its length, in heights of the digit."""
    reach = rng.uniform(*half, len(centre)) * height
    way = np.stack([reach, reach * rng.uniform(*slope, len(centre))], axis=1)
    along = (_STEPS * 2 - 1)[:, None]
    return (centre[:, None] + way[:, None] * along).astype(np.float32)


def _slash(centre: Array, height: Array, rng: np.random.Generator) -> Array:
    """Make a line through a 0, from the lower left to the upper right."""
    angle = rng.uniform(-0.3, 1.2, len(centre))
    reach = rng.uniform(0.85, 1.3, len(centre)) * height / 2
    way = np.stack([np.sin(angle), -np.cos(angle)], axis=1) * reach[:, None]
    along = (_STEPS * 2 - 1)[:, None]
    return (centre[:, None] + way[:, None] * along).astype(np.float32)


def _curl(bottom: Array, height: Array, rng: np.random.Generator) -> Array:
    """Make an arc that extends the tail of a 9 to the left by 70 to 190 degrees."""
    across = rng.uniform(0.14, 0.42, len(bottom)) * height
    down = across * rng.uniform(0.35, 1, len(bottom))
    angle = _STEPS[None] * rng.uniform(1.2, 3.3, len(bottom))[:, None]
    x = bottom[:, :1] - across[:, None] * (1 - np.cos(angle))
    y = bottom[:, 1:] + down[:, None] * np.sin(angle)
    return np.stack([x, y], axis=2).astype(np.float32)
