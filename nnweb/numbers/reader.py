"""Reads a whole number: from strokes to a ``NumberReading``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ImageError, PatternError
from nnweb.network import Network
from nnweb.numbers.checks import CHECKS
from nnweb.numbers.crossed import crossed_out
from nnweb.numbers.draw import draw_groups
from nnweb.numbers.from_image import component_pieces, find_components
from nnweb.numbers.groups import Group, make_groups, scaled
from nnweb.numbers.lattice import Edge, Path, best_paths
from nnweb.numbers.line import Line, find_line, median
from nnweb.numbers.pattern import Pattern
from nnweb.numbers.pieces import Piece, make_pieces
from nnweb.numbers.reading import Box, Character, NumberReading
from nnweb.numbers.scores import (
    DIGIT,
    FITTED,
    NEITHER,
    OTHER,
    kind_of,
    label_features,
    pair_features,
    reading_features,
)
from nnweb.numbers.separators import SIGNS
from nnweb.recognize import judge

Array = NDArray[np.floating]

DIGITS = "0123456789"

_PATHS = 16  # readings that are compared
_KEPT = 10.0  # nats below a group's best label that another is worth following
_STRETCH = 4.5  # nats by which a reading that fits a condition may be less likely
_WIDE_GAP = 1.2  # digit heights; and so many times the usual gap: a space
_WIDER = 2.5
_NO_DIGIT = 2.5  # points of score below the network's threshold: no digit
_LIKELY = 0.01  # probability of an alternative that is mentioned
_MOST_POINTS = 100_000


@dataclass(frozen=True)
class Conditions:
    """What a number must satisfy; see ``read_number``."""

    alphabet: str = DIGITS
    pattern: str | None = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    check: str | None = None

    def __post_init__(self) -> None:
        if self.check is not None and self.check not in CHECKS:
            known = ", ".join(CHECKS)
            raise PatternError(f"check: got {self.check!r}, expected one of {known}")

    def fault(self, text: str) -> str:
        """Say what is wrong with the value of a text; "" if nothing is."""
        if self.check is not None and not CHECKS[self.check](text):
            return f"the check digit ({self.check}) does not fit"
        limits = (self.min, self.max, self.step)
        if all(limit is None for limit in limits):
            return ""
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            return "it is no plain number, and min, max or step is given"
        if self.min is not None and value < self.min:
            return f"it is less than {self.min:g}"
        if self.max is not None and value > self.max:
            return f"it is more than {self.max:g}"
        steps = (value - (self.min or 0)) / (self.step or 1)
        if self.step is not None and abs(steps - round(steps)) > 1e-6:
            return f"it is no multiple of {self.step:g} from {self.min or 0:g}"
        return ""


@dataclass(frozen=True)
class Lattice:
    """Everything that may be a character, and the network's answers to it."""

    pieces: list[Piece]
    groups: list[Group]
    probabilities: Array
    scores: Array


class NumberReader:
    """Reads numbers with one network, and remembers what it has recognized.

    While a number is being written, ``read`` after each stroke recognizes only the
    groups that are new.
    """

    def __init__(self, network: Network, weights: Array = FITTED) -> None:
        self.network, self.weights = network, weights
        self.labels = [*network.labels, *SIGNS, OTHER]
        self._seen: dict[Any, tuple[Array, float]] = {}
        self._line: Line | None = None  # of the number that is being written
        self._start = b""  # its first stroke

    def read(
        self, strokes: Iterable[Any], conditions: Conditions | None = None
    ) -> NumberReading:
        """Read strokes, each (P, 2) points in the order of writing, y down."""
        given = check_strokes(strokes)
        conditions = Conditions() if conditions is None else conditions
        if not given:
            return NumberReading("", 0.0, valid=False, reason="there is no ink")
        lattice, kept = self.lattice(given)
        return self._checked(lattice, kept, given, conditions)

    def read_image(
        self, image: NDArray[np.uint8], conditions: Conditions | None = None
    ) -> NumberReading:
        """Read a picture of one line, uint8 grey (H, W) or colours, dark on light."""
        conditions = Conditions() if conditions is None else conditions
        components = find_components(image)
        if not components:
            return NumberReading("", 0.0, valid=False, reason="there is no ink")
        line = find_line(components, slanted=False)
        pieces = component_pieces([line.to_line(points) for points in components])
        groups = make_groups(pieces)
        keys = [tuple((p.stroke, p.part) for p in group.pieces) for group in groups]
        self._seen = {}
        lattice = Lattice(pieces, groups, *self._recognize(groups, keys))
        kept = list(range(len(components)))
        return self._checked(lattice, kept, components, conditions)

    def _checked(
        self,
        lattice: Lattice,
        kept: list[int],
        given: list[Array],
        conditions: Conditions,
    ) -> NumberReading:
        if not lattice.pieces:
            reason = "everything is crossed out"
            return NumberReading("", 0.0, valid=False, reason=reason)
        return self._read(lattice, [given[i] for i in kept], kept, conditions)

    def lattice(self, strokes: Sequence[Array]) -> tuple[Lattice, list[int]]:
        """Return the lattice, and which strokes are in it: not those crossed out."""
        start = strokes[0].tobytes()
        before = self._line if start == self._start else None
        line = find_line(list(strokes), before)
        gone = crossed_out([line.to_line(stroke) for stroke in strokes])
        kept = [i for i in range(len(strokes)) if i not in gone]
        if not kept:
            return Lattice([], [], np.empty((0, 0)), np.empty(0)), []
        if gone:
            line = find_line([strokes[i] for i in kept], before)
        self._line, self._start = line, start
        pieces = make_pieces([line.to_line(strokes[i]) for i in kept])
        groups = make_groups(pieces)
        names = [(strokes[i] - strokes[i][0]).round(3).tobytes() for i in kept]
        starts = [(strokes[i][0] - strokes[kept[0]][0]).tobytes() for i in kept]
        keys = [
            (
                line.key,
                *(
                    (names[p.stroke], starts[p.stroke], p.part, len(p.points))
                    for p in group.pieces
                ),
            )
            for group in groups
        ]
        probabilities, scores = self._recognize(groups, keys)
        return Lattice(pieces, groups, probabilities, scores), kept

    def _recognize(
        self, groups: Sequence[Group], keys: Sequence[Any]
    ) -> tuple[Array, Array]:
        """Recognize the groups that are new, in one forward pass."""
        new = [i for i, key in enumerate(keys) if key not in self._seen]
        if new:
            drawn = draw_groups([groups[i].pieces for i in new], self.network.input)
            answer = judge(drawn, self.network)
            for i, row, score in zip(
                new, answer.probabilities, answer.scores, strict=True
            ):
                self._seen[keys[i]] = row, float(score)
        self._seen = {key: self._seen[key] for key in keys}  # forget the others
        rows = [self._seen[key] for key in keys]
        count = len(self.network.labels)
        probabilities = np.array([row for row, _ in rows]).reshape(-1, count)
        return probabilities, np.array([score for _, score in rows])

    def solve(
        self, lattice: Lattice, **limits: Any
    ) -> tuple[list[Group], Array, list[Edge], list[Path]]:
        """Return groups measured by the best reading, their features, edges, and paths.

        The first reading tells how tall the digits are and where they stand, without
        slashes and signs; the second one is measured by it.
        """
        groups = lattice.groups
        features, edges, (first, *_) = self._paths(lattice, groups, 1)
        groups = _measured_by(first, edges, groups)
        features, edges, paths = self._paths(lattice, groups, _PATHS, **limits)
        rated = [
            replace(p, score=p.score + float(reading_features(p.labels) @ self.weights))
            for p in paths
        ]
        rated.sort(key=lambda path: -path.score)
        return groups, features, edges, rated

    def _paths(
        self, lattice: Lattice, groups: list[Group], count: int, **limits: Any
    ) -> tuple[Array, list[Edge], list[Path]]:
        features = label_features(
            groups, lattice.probabilities, lattice.scores, self.network.reject_below
        )
        edges = self.edges(groups, features @ self.weights, limits.pop("kept", _KEPT))
        join = self.joins(groups, edges)
        pieces = len(lattice.pieces)
        return features, edges, best_paths(edges, pieces, join, count, **limits)

    def edges(self, groups: list[Group], scores: Array, kept: float) -> list[Edge]:
        """Return a step for each group as a digit, as a sign and as neither."""
        kinds = [kind_of(label) for label in self.labels]
        edges = []
        for i, (group, row) in enumerate(zip(groups, scores.tolist(), strict=True)):
            least = max(row) - kept
            for kind in sorted(set(kinds)):
                labels = tuple(
                    (label, score)
                    for label, score, of in zip(self.labels, row, kinds, strict=True)
                    if of == kind and score > least
                )
                if labels:
                    edges.append(Edge(group.first, group.past, labels, i, kind))
        return edges

    def joins(
        self, groups: list[Group], edges: list[Edge]
    ) -> Callable[[int, int], float]:
        """Return the score of an edge after another; -1 is an end of the number."""
        known: dict[tuple[int, int, int, int], float] = {}

        def join(a: int, b: int) -> float:
            left, right = edges[a] if a >= 0 else None, edges[b] if b >= 0 else None
            kinds = (left.kind if left else NEITHER, right.kind if right else NEITHER)
            at = (left.group if left else -1, right.group if right else -1)
            if (key := (*at, *kinds)) not in known:
                pair = [groups[i] if i >= 0 else None for i in at]
                features = pair_features(pair[0], pair[1], kinds)
                known[key] = float(features @ self.weights)
            return known[key]

        return join

    def _read(
        self,
        lattice: Lattice,
        strokes: list[Array],
        kept: list[int],
        conditions: Conditions,
    ) -> NumberReading:
        groups, features, edges, free = self.solve(lattice)
        scores = features @ self.weights
        pattern = None if conditions.pattern is None else Pattern(conditions.pattern)
        allowed = set(conditions.alphabet)

        def step(state: int, label: str) -> int:
            if label not in allowed:
                return -1
            return 0 if pattern is None else pattern.step(state, label)

        def final(state: int) -> bool:
            return pattern is None or pattern.accepts(state)

        def fault(path: Path) -> str:
            return conditions.fault("".join(path.labels))

        _, _, _, limited = self.solve(lattice, step=step, final=final)
        fitting = [path for path in limited if not fault(path)]
        valid = bool(fitting) and fitting[0].score > free[0].score - _STRETCH
        paths = fitting if valid else free
        best = paths[0]
        readings = _readings(paths)
        characters = [
            self._character(label, groups[edges[e].group], scores[edges[e].group],
                            lattice.scores[edges[e].group], strokes, kept)
            for e, label in zip(best.edges, best.labels, strict=True)
        ]  # fmt: skip
        chosen = [groups[edges[e].group] for e in best.edges]
        text = "".join(
            " " * space + character.text
            for space, character in zip(
                _spaces(chosen, best.labels), characters, strict=True
            )
        )
        reason, place = self._refusal(characters)
        accepted = not reason
        if accepted and not valid:
            reason, place = _invalid(best.labels, allowed, conditions, fault(best))
        confidence = dict(readings)["".join(best.labels)]
        return NumberReading(
            text, confidence, tuple(characters), readings, accepted, valid and accepted,
            reason, place,
        )  # fmt: skip

    def _character(
        self,
        label: str,
        group: Group,
        scores: Array,
        score: float,
        strokes: list[Array],
        kept: list[int],
    ) -> Character:
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        order = np.argsort(-shares)
        probabilities = {
            self.labels[i]: float(shares[i]) for i in order if self.labels[i] != OTHER
        }
        others = tuple(
            text for text, p in probabilities.items() if p > _LIKELY and text != label
        )
        which = sorted({piece.stroke for piece in group.pieces})
        box = _box_of(group, strokes)
        indices = tuple(kept[i] for i in which)
        return Character(label, box, indices, probabilities, others, float(score))

    def _refusal(self, characters: list[Character]) -> tuple[str, int | None]:
        """Return why this is no number, and where."""
        for place, character in enumerate(characters):
            if character.text == OTHER:
                return f"character {place + 1} is no digit and no sign", place
        least = self.network.reject_below
        digits = [c for c in characters if kind_of(c.text) == DIGIT]
        if least is None or not digits:
            return "", None
        worst = min(digits, key=lambda character: character.score)
        together = float(np.mean([min(c.score - least, 2.0) for c in digits]))
        if worst.score < least - _NO_DIGIT or together < 0:
            place = characters.index(worst)
            return f"character {place + 1} does not look like a digit", place
        return "", None


def read_number(
    strokes_or_image: Any,
    network: Network,
    *,
    alphabet: str = DIGITS,
    pattern: str | None = None,
    min: float | None = None,
    max: float | None = None,
    step: float | None = None,
    check: str | None = None,
) -> NumberReading:
    """Read a whole number.

    Parameters
    ----------
    strokes_or_image : list of (P, 2) arrays, or uint8 array
        The strokes in the order of writing: x to the right, y down, in any unit. Or a
        picture of one line of numbers, grey (H, W) or (H, W, 3 or 4) colours, dark ink
        on light paper; shadows and ruled lines do no harm.
    network : Network
    alphabet : str
        The characters that the number may have, of the digits and ``-/.,:``.
    pattern : str or None
        What the whole text must match, as in HTML (``nnweb.numbers.pattern`` has the
        subset), or "date", "time", "phone" or "amount".
    min, max, step : float or None
        Limits of its value.
    check : str or None
        Its check digit: "luhn", "isbn" or "iban".

    Of the readings that satisfy all of these, the best is returned. If there is none
    that is likely, the best reading of all is, with ``valid`` false and a ``reason``.
    Raises ImageError for strokes of another kind, and PatternError.
    """
    if pattern is not None and alphabet == DIGITS:
        alphabet = DIGITS + SIGNS
    conditions = Conditions(alphabet, pattern, min, max, step, check)
    if isinstance(strokes_or_image, np.ndarray) and strokes_or_image.dtype == np.uint8:
        return NumberReader(network).read_image(strokes_or_image, conditions)
    return NumberReader(network).read(strokes_or_image, conditions)


def check_strokes(strokes: Iterable[Any]) -> list[Array]:
    """Return strokes as float arrays (P, 2), without empty ones. Raises ImageError."""
    checked = []
    for index, stroke in enumerate(strokes):
        try:
            points = np.asarray(stroke, dtype=np.float64)
        except (TypeError, ValueError):
            points = np.empty((1, 0))
        if points.size == 0 and points.ndim < 3 and len(points) == 0:
            continue
        if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
            raise ImageError(
                f"strokes[{index}]: got shape {points.shape}, expected points (P, 2), "
                "all finite"
            )
        checked.append(points)
    if (count := sum(map(len, checked))) > _MOST_POINTS:
        raise ImageError(f"strokes: got {count:,} points, at most {_MOST_POINTS:,}")
    return checked


def _measured_by(path: Path, edges: list[Edge], groups: list[Group]) -> list[Group]:
    """Measure the groups by the digits of a reading; a 1 may be a slash."""
    found = [
        (groups[edges[e].group], label)
        for e, label in zip(path.edges, path.labels, strict=True)
    ]
    digits = [group for group, label in found if label in DIGITS and label != "1"]
    digits = digits or [group for group, label in found if label == "1"]
    if not digits:
        return groups
    height = median([group.height for group in digits])
    baseline = median([group.box[3] for group in digits])
    height = max(height, 0.1)
    return [scaled(group, height, baseline) for group in groups]


def _readings(paths: list[Path]) -> tuple[tuple[str, float], ...]:
    """Return the texts of paths with their probabilities, a softmax of the scores."""
    shares = np.exp(np.array([path.score for path in paths]) - paths[0].score)
    totals: dict[str, float] = {}
    for path, share in zip(paths, shares / shares.sum(), strict=True):
        text = "".join(path.labels)
        totals[text] = totals.get(text, 0.0) + float(share)
    return tuple(sorted(totals.items(), key=lambda item: -item[1]))


def _spaces(groups: list[Group], labels: Sequence[str]) -> list[bool]:
    """Whether there is a space before each character: an unusually wide gap."""
    gaps = [b.box[0] - a.box[2] for a, b in pairwise(groups)]
    spaces = [False]
    for i, gap in enumerate(gaps):
        others = gaps[:i] + gaps[i + 1 :]
        usual = max(median(others), 0.0) if others else 0.5
        digits = kind_of(labels[i]) == DIGIT == kind_of(labels[i + 1])
        spaces.append(digits and gap > max(_WIDE_GAP, _WIDER * usual))
    return spaces


def _box_of(group: Group, strokes: list[Array]) -> Box:
    """Return the box of a group's ink in the units of the strokes."""
    points = np.concatenate([strokes[p.stroke][p.span] for p in group.pieces])
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _invalid(
    labels: Sequence[str], allowed: set[str], conditions: Conditions, fault: str
) -> tuple[str, int | None]:
    for place, label in enumerate(labels):
        if label not in allowed:
            return f"character {place + 1} is {label!r}, which is not allowed", place
    if fault:
        return fault, None
    return f"it does not match the pattern {conditions.pattern}", None
