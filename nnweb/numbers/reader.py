"""Reads a whole number: from strokes to a ``NumberReading``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ImageError
from nnweb.network import Network
from nnweb.numbers.conditions import DIGITS, Conditions
from nnweb.numbers.crossed_out import crossed_out
from nnweb.numbers.from_image import component_pieces, find_components
from nnweb.numbers.groups import Group, make_groups
from nnweb.numbers.pieces import Piece, make_pieces
from nnweb.numbers.rasterize_groups import draw_groups
from nnweb.numbers.reading import Box, Character, NumberReading
from nnweb.numbers.scores import (
    DIGIT,
    OF_PICTURES,
    OF_STROKES,
    OTHER,
    UNSEEN,
    digits_of,
    kind_of,
)
from nnweb.numbers.separators import SIGNS
from nnweb.numbers.solver import Hypothesis, Lattice, Solver
from nnweb.numbers.trajectory import judge_trajectories
from nnweb.numbers.writing_line import Line, find_line, median

__all__ = ["DIGITS", "Conditions", "NumberReader", "check_strokes", "read_number"]

Array = NDArray[np.floating]

_STRETCH = 4.0  # nats by which a reading that fits a condition may be less likely
_WIDE_GAP = 1.2  # digit heights; and so many times the usual gap: a space
_WIDER = 2.5
#: Points of score below the network's threshold, which is for digits that stand alone:
#: one digit of a number is none, or all are none on average.
_NO_DIGIT, _NO_DIGITS = 2.75, 0.25
_LIKELY = 0.01  # probability of an alternative that is mentioned
_MOST_POINTS = 100_000
_FARTHEST = 1e100  # of a coordinate: the square of a length is a number as well


class NumberReader:
    """Reads numbers with one network, and remembers what it has recognized.

    While a number is being written, ``read`` after each stroke recognizes only the
    groups that are new.
    """

    def __init__(
        self,
        network: Network,
        weights: Array = OF_STROKES,
        picture_weights: Array = OF_PICTURES,
    ) -> None:
        self.network = network
        self.weights, self.picture_weights = weights, picture_weights
        self.labels = [*network.labels, *SIGNS, OTHER]
        self._seen: dict[Any, tuple[Array, float, Array]] = {}
        self._line: Line | None = None  # of the number that is being written
        self._start = b""  # its first stroke

    def read(
        self, strokes: Iterable[Any], conditions: Conditions | None = None
    ) -> NumberReading:
        """Read strokes, each (P, 2) points in the order of writing, y down."""
        given = check_strokes(strokes)
        conditions = Conditions() if conditions is None else conditions
        inked = [i for i, stroke in enumerate(given) if len(stroke)]
        if not inked:
            return NumberReading("", 0.0, valid=False, reason="there is no ink")
        lattice, kept = self.lattice([given[i] for i in inked])
        return self._checked(lattice, [inked[i] for i in kept], given, conditions)

    def read_image(
        self, image: NDArray[np.uint8], conditions: Conditions | None = None
    ) -> NumberReading:
        """Read a picture of one line, uint8 grey (H, W) or colours, dark on light."""
        conditions = Conditions() if conditions is None else conditions
        components = find_components(image)
        if not components:
            return NumberReading("", 0.0, valid=False, reason="there is no ink")
        lattice = self.picture_lattice(components)
        kept = list(range(len(components)))
        return self._checked(lattice, kept, components, conditions)

    def picture_lattice(self, components: list[Array]) -> Lattice:
        """Return the lattice of the ink of a picture (``find_components``)."""
        line = find_line(components, slanted=False)
        pieces = component_pieces([line.to_line(points) for points in components])
        groups = make_groups(pieces)
        keys = [tuple((p.stroke, p.part) for p in group.pieces) for group in groups]
        self._seen = {}
        return self._recognize(pieces, groups, keys)

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
        placed = [line.to_line(stroke) for stroke in strokes]
        gone = crossed_out(placed)
        kept = [i for i in range(len(strokes)) if i not in gone]
        if not kept:
            return self._recognize([], [], []), []
        if gone:
            line = find_line([strokes[i] for i in kept], before)
            placed = [line.to_line(stroke) for stroke in strokes]
        self._line, self._start = line, start
        pieces = make_pieces([placed[i] for i in kept])
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
        return self._recognize(pieces, groups, keys), kept

    def _recognize(
        self, pieces: list[Piece], groups: list[Group], keys: Sequence[Any]
    ) -> Lattice:
        """Recognize the groups that are new, in one forward pass."""
        new = [i for i, key in enumerate(keys) if key not in self._seen]
        if new:
            drawn = draw_groups([groups[i].pieces for i in new], self.network.input)
            answer = self.network.judge(drawn)
            others = self._judge_trajectories([groups[i] for i in new])
            for i, row, score, other in zip(
                new, answer.probabilities, answer.scores, others, strict=True
            ):
                self._seen[keys[i]] = row, float(score), other
        self._seen = {key: self._seen[key] for key in keys}  # forget the others
        rows = [self._seen[key] for key in keys]
        count = len(self.network.labels)
        probabilities = np.array([row for row, _, _ in rows]).reshape(-1, count)
        scores = np.array([score for _, score, _ in rows])
        by_trajectory = np.array([other for _, _, other in rows]).reshape(-1, count)
        return Lattice(
            pieces, groups, probabilities, scores, self.labels,
            self.network.reject_below, by_trajectory,
        )  # fmt: skip

    def _judge_trajectories(self, groups: list[Group]) -> Array:
        """Return probabilities (N, digits), 1 where none is known."""
        digits = digits_of(self.network.labels)
        is_picture = groups[0].pieces[0].cloud
        if is_picture or digits is None:
            return np.ones((len(groups), len(self.network.labels)))
        return judge_trajectories(groups)[:, digits]

    def _read(
        self,
        lattice: Lattice,
        strokes: list[Array],
        kept: list[int],
        conditions: Conditions,
    ) -> NumberReading:
        is_picture = lattice.pieces[0].cloud
        weights = self.picture_weights if is_picture else self.weights
        solver = Solver(lattice, weights)
        free = solver.best_free()
        limited = free
        if conditions.restrictive or any(OTHER in found.labels for found in free):
            limited = solver.best(step=conditions.advance, final=conditions.accepts)
        fitting = [h for h in limited if not conditions.fault("".join(h.labels))]
        valid = bool(fitting) and fitting[0].score > free[0].score - _STRETCH
        found = fitting if valid else free
        best = found[0]
        readings = _readings(found, (1 - UNSEEN[is_picture]) ** len(best.labels))
        chosen = [solver.groups[i] for i in best.groups]
        characters = [
            self._character(label, group, solver.scores[i], lattice.scores[i], strokes,
                            kept)
            for i, label, group in zip(best.groups, best.labels, chosen, strict=True)
        ]  # fmt: skip
        text = "".join(
            " " * space + label
            for space, label in zip(
                _spaces(chosen, best.labels), best.labels, strict=True
            )
        )
        reason, place = self._refusal(characters)
        accepted = not reason
        if accepted and not valid:
            reason, place = conditions.why_invalid(best.labels)
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
        if worst.score < least - _NO_DIGIT or together < -_NO_DIGITS:
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
    """Return strokes as float arrays (P, 2), P 0 of empty ones. Raises ImageError."""
    checked = []
    for index, stroke in enumerate(strokes):
        try:
            points = np.asarray(stroke, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            points = np.empty((1, 0))
        if points.size == 0 and points.ndim < 3 and len(points) == 0:
            points = np.empty((0, 2))
        if points.ndim != 2 or points.shape[1] != 2:
            raise ImageError(
                f"strokes[{index}]: got shape {points.shape}, expected points (P, 2)"
            )
        far = points[~(np.abs(points) <= _FARTHEST)]  # NaN, too
        if far.size:
            raise ImageError(
                f"strokes[{index}]: got the coordinate {far[0]:g}, expected finite "
                f"ones of {_FARTHEST:g} at most"
            )
        checked.append(points)
    if (count := sum(map(len, checked))) > _MOST_POINTS:
        raise ImageError(f"strokes: got {count:,} points, at most {_MOST_POINTS:,}")
    return checked


def _readings(found: list[Hypothesis], known: float) -> tuple[tuple[str, float], ...]:
    """Return the texts of readings with their probabilities: a softmax of scores.

    ``known``: the probability that any of them is right.
    """
    scores = np.array([hypothesis.score for hypothesis in found])
    shares = np.exp(scores - scores[0])
    totals: dict[str, float] = {}
    for hypothesis, share in zip(found, shares / shares.sum(), strict=True):
        text = "".join(hypothesis.labels)
        totals[text] = totals.get(text, 0.0) + known * float(share)
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
