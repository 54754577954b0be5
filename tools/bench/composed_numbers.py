"""Composes numbers from single digits that people wrote: strokes with their text.

The digits of one writer are set side by side with spacing, slant, touching, size and
baseline drawn at random; the signs between them are made up. The six writers are those
of assets/pens that no network was trained on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.build.sources import ROOT

Strokes = list[NDArray[np.float64]]

#: Kinds of numbers, "d" for any digit, and how often each is composed.
KINDS = {
    "dd": 3, "ddd": 2, "dddd": 2, "ddddd": 2, "dddddd": 1, "ddddddd": 1, "dddddddd": 1,
    "dddddddddd": 1, "ddd-dddd": 1, "ddd-ddd-dddd": 1, "ddddd-dddd": 0.5,
    "dd/dd/dd": 1, "d/d": 0.5, "d/dd/dddd": 0.5, "dd-dd-dd": 0.5, "dd:dd": 1.5,
    "d:dd": 0.5, "-d": 0.5, "-ddd": 0.5, "d.dd": 1, "ddd.dd": 0.5, "d,ddd": 0.5,
    "dd,d": 0.5,
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A number and its strokes in the order of writing, in digit heights, y down."""

    text: str
    strokes: Strokes
    writer: str = ""


def compose_numbers(
    count: int, seed: int = 0, held_out: bool = True
) -> Iterator[Written]:
    """Compose numbers of held-out writers or the others, the same for each seed."""
    rng = np.random.default_rng(seed)
    people = list(_writers(held_out).items())
    kinds, weights = list(KINDS), np.array(list(KINDS.values()))
    for _ in range(count):
        writer, digits = people[rng.integers(len(people))]
        kind = kinds[rng.choice(len(kinds), p=weights / weights.sum())]
        yield _compose(kind, digits, rng, writer)


def _compose(
    kind: str, digits: dict[str, list[Strokes]], rng: np.random.Generator, writer: str
) -> Written:
    spacing = rng.uniform(-0.03, 0.45)
    slant = rng.normal(0.05, 0.15)
    rise = rng.normal(0, 0.06)
    unsteady = rng.uniform(0.01, 0.08)
    lean = rng.uniform(0, 0.25)
    joins, plain = rng.uniform() < 0.15, rng.uniform() < 0.6
    text, late = "", []
    strokes: Strokes = []
    x, was_digit = 0.0, False
    for place in kind:
        is_digit = place == "d"
        if is_digit:
            place = "0123456789"[rng.integers(10)]
            choices = digits[place]
            if place == "1" and plain:
                choices = [[_line([lean, -1], [0, 0], rng, hook=0)]]
            character = [s.copy() for s in choices[rng.integers(len(choices))]]
            size = rng.lognormal(0, unsteady)
            character = [s * size for s in character]
        else:
            character = _sign(place, rng)
        text += place
        left = min(s[:, 0].min() for s in character)
        x += spacing + rng.normal(0, 0.05) + (0.08 if not is_digit else 0)
        drop = rng.normal(0, unsteady)
        character = [s + np.array([x - left, drop]) for s in character]
        x = max(s[:, 0].max() for s in character)
        if joins and is_digit and was_digit and rng.uniform() < 0.3:
            strokes[-1] = np.concatenate([strokes[-1], character.pop(0)])
        elif is_digit and len(character) > 1 and place in "70" and rng.uniform() < 0.05:
            late.append(character.pop())
        strokes += character
        was_digit = is_digit
    shear = np.array([[1, rise], [-slant, 1]])
    scale = rng.uniform(8, 200)
    return Written(text, [(s @ shear) * scale for s in strokes + late], writer)


def _sign(sign: str, rng: np.random.Generator) -> Strokes:
    """Make up a sign between the digits; the baseline is at 0, digits are 1 tall."""
    if sign == "-":
        return [_line([0, -0.45], [rng.uniform(0.25, 0.7), -0.45], rng, hook=0.1)]
    if sign == "/":
        height, lean = rng.uniform(1.0, 1.6), rng.uniform(0.2, 0.6)
        below = (height - 1) * rng.uniform(0.2, 0.8)
        return [_line([lean * height, below - height], [0, below], rng, hook=0.0)]
    if sign == ".":
        return [_dot(0, -0.02, rng)]
    if sign == ",":
        return [_line([0.08, -0.08], [0, rng.uniform(0.1, 0.3)], rng, hook=0.02)]
    middle = [rng.uniform(-0.85, -0.6), rng.uniform(-0.3, -0.05)]
    dots = [_dot(rng.normal(0, 0.04), y, rng) for y in middle]
    return dots if rng.uniform() < 0.8 else dots[::-1]


def _line(start: Any, end: Any, rng: np.random.Generator, hook: float) -> Any:
    t = np.linspace(0, 1, 12)[:, None]
    line = np.array(start) * (1 - t) + np.array(end) * t
    bow = np.sin(np.pi * t) * rng.normal(0, 0.04, 2)
    first = line[:1] + rng.normal(0, hook, 2) if hook else line[:1]
    return np.concatenate([first, line + bow]) + rng.normal(0, 0.03, 2)


def _dot(x: float, y: float, rng: np.random.Generator) -> Any:
    """A dot, a small hook or a short dash."""
    size = rng.uniform(0, 0.12)
    steps = rng.normal(0, 1, (rng.integers(1, 5), 2)) * size / 2
    return np.array([x, y]) + np.concatenate([[[0, 0]], np.cumsum(steps, axis=0)])


def _writers(held_out: bool) -> dict[str, dict[str, list[Strokes]]]:
    """Return the digits of each writer by label, 1 tall above a baseline of 0."""
    arrays = np.load(ROOT / "assets" / "pens" / "pendigits_train.npz")
    ends = arrays["stroke_len"].cumsum()
    strokes = np.split(arrays["points"].astype(float), ends[:-1])
    first = np.concatenate([[0], arrays["n_strokes"].cumsum()])
    names = sorted(set(arrays["group"].tolist()), key=lambda n: (len(n), n))
    chosen = set(names[4::5]) if held_out else set(names) - set(names[4::5])
    people: dict[str, dict[str, list[Strokes]]] = {}
    for i, (label, writer) in enumerate(zip(arrays["y"], arrays["group"], strict=True)):
        if writer in chosen:
            character = strokes[first[i] : first[i + 1]]
            of = people.setdefault(str(writer), {})
            of.setdefault(str(label), []).append(character)
    return {name: _scaled(of) for name, of in people.items()}


def _scaled(of: dict[str, list[Strokes]]) -> dict[str, list[Strokes]]:
    """Scale a writer's digits by their median height, and stand each on the line."""
    heights = [np.ptp(np.concatenate(c)[:, 1]) for cs in of.values() for c in cs]
    height = float(np.median(heights))
    scaled: dict[str, list[Strokes]] = {}
    for label, characters in of.items():
        for character in characters:
            bottom = np.concatenate(character)[:, 1].max()
            scaled.setdefault(label, []).append(
                [(s - [0, bottom]) / height for s in character]
            )
    return scaled
