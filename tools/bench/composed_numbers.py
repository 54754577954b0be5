"""Composes numbers from single digits that people wrote: strokes with their text.

The digits of one writer are set in a row by a ``Hand`` drawn at random: spacing, slant,
touching, size, baseline, pen lifts. The signs between them are made up. The six writers
are those of assets/pens that no network was trained on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tools.build.sources import ROOT

Strokes = list[NDArray[np.float64]]

#: Kinds of numbers, and how often each is composed: "d" is any digit, "M" a month, "D"
#: a day, "H" an hour, "T" minutes; twice the letter, with a leading zero.
KINDS = {
    "dd": 3, "ddd": 2, "dddd": 2, "ddddd": 2, "dddddd": 1, "ddddddd": 1, "dddddddd": 1,
    "dddddddddd": 1, "ddd-dddd": 1, "ddd-ddd-dddd": 1, "ddddd-dddd": 0.5,
    "DD/MM/dd": 0.5, "MM/DD/dd": 0.5, "d/d": 0.5, "M/D/dddd": 0.5, "MM-DD-dd": 0.5,
    "HH:TT": 1.5, "H:TT": 0.5, "-d": 0.5, "-ddd": 0.5, "d.dd": 1, "ddd.dd": 0.5,
    "d,ddd": 0.5, "dd,d": 0.5,
}  # fmt: skip
_LIMITS = {"d": (0, 9), "M": (1, 12), "D": (1, 31), "H": (0, 23), "T": (0, 59)}


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
    people = list(digits_of_writers(held_out).items())
    kinds, weights = list(KINDS), np.array(list(KINDS.values()))
    for _ in range(count):
        writer, digits = people[rng.integers(len(people))]
        kind = kinds[rng.choice(len(kinds), p=weights / weights.sum())]
        yield _compose(kind, digits, rng, writer)


@dataclass(frozen=True)
class Hand:
    """How somebody writes one number; lengths in digit heights, y down.

    A spread is the standard deviation from one character to the next.
    """

    spacing: float  # between neighbours
    spacing_spread: float
    tucked: float  # 0: spaced by their boxes, 1: by their ink, as 7 over a 4
    sign_gap: float  # beside a sign, beyond the spacing
    slant: float
    slant_spread: float
    rise: float  # of the whole line
    drift: float  # of the baseline, spread of its step to the next character
    unsteady: float  # spread of the logarithm of the height, and of the baseline
    growth: float  # of the size, to the next character
    width: float  # of digits, to the width of the same digits written singly
    loose: float  # spread of a digit's later strokes: those of a 4 may not meet
    skips: float  # probability that the pen loses contact within a stroke
    joins: float  # probability that a digit is joined to the one before
    late: float  # probability that a bar or a slash is added at the end
    one: str  # a line, down and back up, or as the writer writes it singly
    lean: float  # of a 1
    sign_height: float  # where a minus is

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        return cls(
            spacing=rng.uniform(0.0, 0.5),
            spacing_spread=rng.uniform(0.03, 0.1),
            tucked=rng.uniform(0, 1),
            sign_gap=rng.uniform(0.0, 0.25),
            slant=rng.normal(0.05, 0.15),
            slant_spread=rng.uniform(0.01, 0.07),
            rise=rng.normal(0, 0.06),
            drift=rng.uniform(0, 0.04),
            unsteady=rng.uniform(0.01, 0.1),
            growth=rng.normal(0, 0.015),
            width=rng.lognormal(-0.05, 0.15),
            loose=rng.exponential(0.05),
            skips=float(rng.choice([0.0, 0.03])),
            joins=float(rng.choice([0.0, 0.15], p=[0.75, 0.25])),
            late=0.05,
            one=str(rng.choice(["line", "back", "own"], p=[0.5, 0.1, 0.4])),
            lean=rng.uniform(-0.05, 0.3),
            sign_height=rng.normal(-0.47, 0.08),
        )


def _text_of(kind: str, rng: np.random.Generator) -> str:
    def draw(letters: re.Match[str]) -> str:
        low, high = _LIMITS[letters[0][0]]
        return f"{rng.integers(low, high + 1):0{len(letters[0])}d}"

    return re.sub("d|([MDHT])\\1?", draw, kind)


def _compose(
    kind: str, digits: dict[str, list[Strokes]], rng: np.random.Generator, writer: str
) -> Written:
    hand = Hand.draw(rng)
    text, late, baseline, size = "", [], 0.0, 1.0
    strokes: Strokes = []
    before: NDArray[np.float64] | None = None  # the ink of the character before
    was_digit = False
    for place in _text_of(kind, rng):
        is_digit = place.isdigit()
        if is_digit:
            character = _digit(place, digits, hand, rng)
        else:
            character = _sign(place, hand, rng)
        text += place
        size *= np.exp(hand.growth)
        baseline += rng.normal(0, hand.drift)
        character = [s * size + [0, baseline] for s in character]
        if before is not None:
            gap = hand.spacing + rng.normal(0, hand.spacing_spread)
            if not (is_digit and was_digit):
                gap = max(gap, 0) + hand.sign_gap
            shift = gap - _distance(before, np.concatenate(character), hand.tucked)
            character = [s + np.array([shift, 0]) for s in character]
        before = np.concatenate(character)
        if is_digit and was_digit and rng.uniform() < hand.joins:
            strokes[-1] = np.concatenate([strokes[-1], character.pop(0)])
        elif len(character) > 1 and place in "70" and rng.uniform() < hand.late:
            late.append(character.pop())
        strokes += character
        was_digit = is_digit
    shear = np.array([[1, hand.rise], [-hand.slant, 1]])
    scale = rng.uniform(8, 200)
    return Written(text, [(s @ shear) * scale for s in strokes + late], writer)


def _digit(
    label: str, digits: dict[str, list[Strokes]], hand: Hand, rng: np.random.Generator
) -> Strokes:
    """Return a digit of the writer as this hand writes it in a row."""
    choices = digits[label]
    character = [s.copy() for s in choices[rng.integers(len(choices))]]
    if label == "1" and hand.one != "own":
        lean = hand.lean + rng.normal(0, 0.03)
        character = [_line([lean, -1], [0, 0], rng, hook=0)]
        if hand.one == "back":
            end = np.array([lean + rng.normal(0, 0.06), -1]) * rng.uniform(0.5, 1)
            back = _line([0, 0], end, rng, hook=0)
            character = [np.concatenate([character[0], back[1:]])]
    size = rng.lognormal(0, hand.unsteady)
    slant = rng.normal(0, hand.slant_spread)
    width = hand.width * rng.lognormal(0, 0.05)
    change = np.array([[width * size, 0], [-slant, size]])
    low = rng.normal(0, hand.unsteady)
    character = [s @ change + [0, low] for s in character]
    character[1:] = [s + rng.normal(0, hand.loose, 2) for s in character[1:]]
    if rng.uniform() < hand.skips:
        character = _skipped(character, rng)
    return character


def _skipped(character: Strokes, rng: np.random.Generator) -> Strokes:
    """Leave out a few points of a stroke, as if the pen had not touched."""
    which = int(rng.integers(len(character)))
    stroke = character[which]
    if len(stroke) < 12:
        return character
    at = int(rng.integers(4, len(stroke) - 6))
    parts = [stroke[:at], stroke[at + int(rng.integers(1, 3)) :]]
    return [*character[:which], *parts, *character[which + 1 :]]


def _distance(left: Any, right: Any, tucked: float) -> float:
    """How far right is from left across, between their boxes and their ink."""
    boxes = right[:, 0].min() - left[:, 0].max()
    rows = np.arange(-1.5, 0.5, 0.1)
    near = [np.abs(ink[:, 1] - rows[:, None]) < 0.15 for ink in (left, right)]
    both = near[0].any(axis=1) & near[1].any(axis=1)
    if not both.any():
        return float(boxes)
    end = np.where(near[0], left[:, 0], -np.inf).max(axis=1)[both]
    start = np.where(near[1], right[:, 0], np.inf).min(axis=1)[both]
    return float(boxes + tucked * min((start - end).min() - boxes, 0.4))


def _sign(sign: str, hand: Hand, rng: np.random.Generator) -> Strokes:
    """Make up a sign between the digits; the baseline is at 0, digits are 1 tall."""
    if sign == "-":
        y = hand.sign_height + rng.normal(0, 0.05)
        width = rng.lognormal(-0.9, 0.35)
        return [_line([0, y], [width, y + rng.normal(0, 0.06)], rng, hook=0.06)]
    if sign == "/":
        height, lean = rng.uniform(1.0, 1.7), rng.uniform(0.2, 0.6)
        below = (height - 1) * rng.uniform(0.1, 0.9)
        slash = _line([lean * height, below - height], [0, below], rng, hook=0)
        return [slash[::-1] if rng.uniform() < 0.2 else slash]
    if sign == ".":
        return [_dot(0, rng.normal(-0.03, 0.05), rng)]
    if sign == ",":
        top, length = rng.normal(-0.08, 0.06), rng.uniform(0.18, 0.5)
        lean = rng.uniform(0, 0.6) * length
        return [_line([lean, top], [0, top + length], rng, hook=0.02)]
    middle = [rng.uniform(-0.85, -0.55), rng.uniform(-0.35, -0.03)]
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
    if rng.uniform() < 0.4:
        angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(0.05, 0.2)
        end = np.array([np.cos(angle), np.sin(angle)]) * length / 2
        return np.array([x, y]) + np.linspace(-end, end, 4)
    size = rng.uniform(0, 0.12)
    steps = rng.normal(0, 1, (rng.integers(1, 5), 2)) * size / 2
    return np.array([x, y]) + np.concatenate([[[0, 0]], np.cumsum(steps, axis=0)])


def digits_of_writers(held_out: bool) -> dict[str, dict[str, list[Strokes]]]:
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
