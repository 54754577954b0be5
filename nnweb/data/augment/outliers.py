"""Made-up non-digits (outliers), on which a network learns to reject.

Halves of two digits joined, mirrored digits, digits rotated by a quarter turn, two
digits side by side, scribbles, dots, letters and symbols. Training on such images is
known as outlier exposure. Source: Hendrycks et al. 2019, "Deep Anomaly Detection with
Outlier Exposure".

For labels that are not the ten digits, they are scribbles, dots and those characters
that look like none of the labels.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment.digit_glyphs import DIGITS as DIGIT_GLYPHS
from nnweb.data.augment.glyphs import Glyph, trace_glyphs
from nnweb.data.augment.other_glyphs import NOT_DIGITS
from nnweb.data.augment.traces import Traces
from nnweb.network import DIGITS

Array = NDArray[np.float32]
Labels = NDArray[np.integer]

_MIDDLE = np.float32(27 / 2)
_SAME_ROTATED = (0, 1, 8)  # could still be digits after a quarter turn
_DIFFERENT_MIRRORED = (3, 4, 7)  # the other digits' mirror images could be digits

#: Share of each kind.
KINDS = {
    "halves": 0.06,
    "mirrored": 0.06,
    "turned": 0.07,
    "pair": 0.1,
    "scribble": 0.19,
    "spiral": 0.03,
    "dot": 0.04,
    "glyph": 0.45,
}

#: For other labels than digits: parts of them, or mirrored ones, may be one of them.
KINDS_OF_OTHERS = {"scribble": 0.4, "spiral": 0.1, "dot": 0.05, "glyph": 0.45}

# Characters that a hand may write alike; upper and lower case always count as alike.
_ALIKE = (
    *("0odqa@", "1ilj7/|!-", "2z", "5s$", "6b", "8b&", "9gq", "4hy", "vuyr", "x*+t"),
    *("-_=~", "c<(e", "hn", "ft", "pd", "wm", "ij!?", "kxr", "az", "ac", "'\""),
)
_ALIKE_NAMES = {
    "dash": "-_=~/",
    "tick": "vyr",
    "up": "^",
    "square": "od0",
    "infinity": "∞8",
    "alpha": "aα",
    "lambda": "λ",
    "mu": "uµμ",
    "omega": "wω",
    "pi": "nπ",
    "psi": "ψ",
    "sigma": "eσς",
    "euro": "€",
    "pound": "£",
    "zigzag": "zwm",
}


def glyphs_for(names: Sequence[str]) -> list[Glyph]:
    """Return the characters that look like none of a network's labels.

    If these begin with the ten digits, it is one of NOT_DIGITS that looks like none of
    the rest. Labels that are words may name anything, so only letters, digits and signs
    are left.
    """
    known, glyphs = tuple(names), [*DIGIT_GLYPHS, *NOT_DIGITS]
    if known[: len(DIGITS)] == DIGITS:
        known, glyphs = known[len(DIGITS) :], NOT_DIGITS
    has_words = any(len(name) > 1 for name in known)
    return [
        glyph
        for glyph in glyphs
        if not (has_words and len(glyph.label) > 1)
        and not any(_look_alike(glyph.label, name) for name in known)
    ]


def _look_alike(label: str, name: str) -> bool:
    """Whether a glyph's label may look like a network's."""
    low, wanted = label.casefold(), name.casefold()
    if low == wanted or wanted in _ALIKE_NAMES.get(label, ""):
        return True
    return any(low in some and wanted in some for some in _ALIKE)


def make_outliers(
    traces: Traces,
    labels: Labels,
    rng: np.random.Generator,
    glyphs: list[Glyph] = NOT_DIGITS,
    kinds: dict[str, float] = KINDS,
) -> Traces:
    """Turn digits, traces with their ``labels`` (N,), into N non-digits.

    ``kinds`` are the shares of the kinds. One that a digit does not allow (a mirrored
    8 is an 8) is replaced by a glyph.
    """
    made_as = rng.choice(list(kinds), traces.count, p=list(kinds.values()))
    labels = np.asarray(labels)
    other = rng.permutation(traces.count)
    made_as[(made_as == "halves") & (labels == labels[other])] = "glyph"
    made_as[(made_as == "mirrored") & ~np.isin(labels, _DIFFERENT_MIRRORED)] = "glyph"
    made_as[(made_as == "turned") & np.isin(labels, _SAME_ROTATED)] = "glyph"
    parts = []
    for kind, make in _MAKERS.items():
        which = np.flatnonzero(made_as == kind)
        if len(which):
            made = make(traces.take(which), traces.take(other[which]), rng)
            parts.append((which, made))
    which = np.flatnonzero(made_as == "glyph")
    if len(which):
        chosen = rng.integers(len(glyphs), size=len(which))
        parts.append((which, trace_glyphs(glyphs, chosen, rng)))
    owner = np.concatenate([which[made.owner] for which, made in parts])
    points = np.concatenate([made.points for _, made in parts])
    order = np.argsort(owner, kind="stable")
    return Traces(points[order], owner[order], traces.count)


def _halves(one: Traces, other: Traces, rng: np.random.Generator) -> Traces:
    """Join the top half of one digit and the bottom half of another."""
    top = one.points[:, 1] < _MIDDLE
    bottom = other.points[:, 1] >= _MIDDLE
    points = np.concatenate([one.points[top], other.points[bottom]])
    owner = np.concatenate([one.owner[top], other.owner[bottom]])
    return _sorted(points, owner, one)


def _mirrored(one: Traces, other: Traces, rng: np.random.Generator) -> Traces:
    across = np.array([-1, 1], np.float32)
    return one.moved((one.points - _MIDDLE) * across + _MIDDLE)


def _turned(one: Traces, other: Traces, rng: np.random.Generator) -> Traces:
    centred = one.points - _MIDDLE
    sign = rng.choice(np.array([-1, 1], np.float32), one.count)[one.owner, None]
    turned = np.stack([-centred[:, 1], centred[:, 0]], axis=1) * sign
    return one.moved(turned + _MIDDLE)


def _pair(one: Traces, other: Traces, rng: np.random.Generator) -> Traces:
    """Put two digits side by side, as in a number."""
    gap = rng.uniform(13, 19, one.count).astype(np.float32)[other.owner]
    beside = other.points + np.stack([gap, np.zeros_like(gap)], axis=1)
    points = np.concatenate([one.points, beside])
    return _sorted(points, np.concatenate([one.owner, other.owner]), one)


def _scribble(one: Traces, other: Traces, rng: np.random.Generator) -> Traces:
    """Make a scribble: a random walk of the pen, 8 to 60 steps long.

    A third are steps in any direction, a third turn a little at each step, as a hand
    does, and a third jump anywhere.
    """
    N, steps, between = one.count, 60, 12
    turn = rng.normal(0, 1, (N, steps)) * rng.uniform(0.35, 1.2, (N, 1))
    heading = turn.cumsum(axis=1) + rng.uniform(0, 2 * np.pi, (N, 1))
    ways = [
        rng.normal(0, 1, (N, steps, 2)).cumsum(axis=1),
        np.stack([np.cos(heading), np.sin(heading)], axis=2).cumsum(axis=1),
        rng.normal(0, 1, (N, steps, 2)),
    ]
    walk = np.stack(ways)[rng.integers(len(ways), size=N), np.arange(N)]
    length = rng.integers(8, steps + 1, (N, 1, 1))
    walk = np.where(np.arange(steps)[None, :, None] < length, walk, np.nan)
    low, high = np.nanmin(walk, axis=1), np.nanmax(walk, axis=1)
    walk = (walk - low[:, None]) / np.maximum(high - low, 0.1)[:, None] * 20 + 3.5
    t = np.arange(between)[:, None] / between
    fine = walk[:, :-1, None] * (1 - t) + walk[:, 1:, None] * t
    fine = fine.reshape(N, -1, 2)
    inside = ~np.isnan(fine[..., 0])
    owner = np.nonzero(inside)[0]
    return Traces(fine[inside].astype(np.float32), owner, N)


def _spiral(one: Traces, other: Traces, rng: np.random.Generator) -> Traces:
    """Make a spiral of one and a half to four turns, to either side."""
    N, steps = one.count, 480
    turns = rng.uniform(1.5, 4, (N, 1)) * rng.choice([-1, 1], (N, 1))
    part = np.linspace(0, 1, steps)
    angle = rng.uniform(0, 2 * np.pi, (N, 1)) + 2 * np.pi * turns * part
    radius = 10 * (0.1 + 0.9 * part) ** rng.uniform(0.6, 1.5, (N, 1))
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=2)
    owner = np.repeat(np.arange(N), steps)
    return Traces(points.reshape(-1, 2).astype(np.float32) + _MIDDLE, owner, N)


def _dot(one: Traces, other: Traces, rng: np.random.Generator) -> Traces:
    """Make one to four dots."""
    N = one.count
    touches = rng.integers(1, 5, N, dtype=np.intp)  # np.repeat refuses wider integers
    owner = np.repeat(np.arange(N), touches)
    spread = rng.choice([0.5, 8.0], N)[owner, None]
    points = _MIDDLE + rng.normal(0, 1, (len(owner), 2)) * spread
    return Traces(points.astype(np.float32), owner, N)


_MAKERS = {
    "halves": _halves,
    "mirrored": _mirrored,
    "turned": _turned,
    "pair": _pair,
    "scribble": _scribble,
    "spiral": _spiral,
    "dot": _dot,
}


def _sorted(points: Array, owner: NDArray[np.intp], like: Traces) -> Traces:
    """Sort the points into traces; a drawing without points gets one in the middle."""
    lone = np.setdiff1d(np.arange(like.count), owner)
    points = np.concatenate([points, np.full((len(lone), 2), _MIDDLE)])
    owner = np.concatenate([owner, lone])
    order = np.argsort(owner, kind="stable")
    return Traces(points[order].astype(np.float32), owner[order], like.count)
