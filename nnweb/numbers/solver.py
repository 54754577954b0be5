"""Solves a lattice: its best readings by the fitted scores, each with its score."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.numbers.groups import Group, scaled
from nnweb.numbers.lattice import Edge, best_paths
from nnweb.numbers.pattern import Pattern
from nnweb.numbers.pieces import Piece
from nnweb.numbers.scores import (
    DIGIT,
    SIGN,
    USUAL,
    end_features,
    is_usual,
    kind_of,
    label_features,
    pair_features,
    reading_features,
)
from nnweb.numbers.writing_line import median

Array = NDArray[np.floating]

_PATHS = 16  # readings that are compared
_KEPT = 10.0  # nats below a group's best label that another is worth following
_KEPT_FIRST = 1.0  # the same, in search of the first reading
_KEPT_USUAL = 20.0  # the same, in search of usual readings
_MIXED = (DIGIT, SIGN)  # stands for all pairs of kinds that differ, or are neither


@dataclass(frozen=True)
class Lattice:
    """Everything that may be a character, and the network's answers to it."""

    pieces: list[Piece]
    groups: list[Group]
    probabilities: Array  # (groups, digits)
    scores: Array  # (groups,): how much each looks like any digit
    labels: list[str]  # the network's, the signs, and OTHER
    reject_below: float | None  # of the network
    by_trajectory: Array  # (groups, digits): probabilities


@dataclass(frozen=True)
class Hypothesis:
    """One reading of a lattice: which groups, as what, and how likely, in nats."""

    score: float
    groups: tuple[int, ...]
    labels: tuple[str, ...]


@cache
def _usual() -> Pattern:
    return Pattern(USUAL)


class Solver:
    """The scores of one lattice, measured by the digits of its first reading.

    The first reading tells how tall the digits are and where they stand, without
    slashes and signs; everything after it is measured by that.
    """

    def __init__(self, lattice: Lattice, weights: Array) -> None:
        self.lattice, self.weights = lattice, weights
        self._measure(lattice.groups)
        first = self.best(1, _KEPT_FIRST)[0]
        self._measure(_measured_by(first, lattice.groups))

    def _measure(self, groups: list[Group]) -> None:
        lattice = self.lattice
        self.groups = groups
        self.features = label_features(
            lattice.labels[: lattice.probabilities.shape[1]],
            groups,
            lattice.probabilities,
            lattice.scores,
            lattice.reject_below,
            lattice.by_trajectory,
        )
        self.scores = self.features @ self.weights
        self.boxes = np.array([group.box for group in groups])
        first = np.array([group.first for group in groups])
        past = np.array([group.past for group in groups])
        left, right = np.nonzero(past[:, None] == first)
        pairs = list(zip(left.tolist(), right.tolist(), strict=True))
        self.pair_scores = {}
        for kinds in ((DIGIT, DIGIT), (SIGN, SIGN), _MIXED):
            features = pair_features(self.boxes[left], self.boxes[right], kinds)
            scores = (features @ self.weights).tolist()
            self.pair_scores[kinds] = dict(zip(pairs, scores, strict=True))

    def best_free(self) -> list[Hypothesis]:
        """Return the best readings of any form.

        What is unusual of a reading is known at its end only, so the usual ones may be
        missing among the best; if the first is unusual, they are searched for.
        """
        found = self.best()
        if is_usual(found[0].labels):
            return found
        usual = _usual()
        found += self.best(kept=_KEPT_USUAL, step=usual.step, final=usual.accepts)
        known = {
            (hypothesis.groups, hypothesis.labels): hypothesis for hypothesis in found
        }
        return sorted(known.values(), key=lambda hypothesis: -hypothesis.score)[:_PATHS]

    def best(
        self, count: int = _PATHS, kept: float = _KEPT, **automaton: Any
    ) -> list[Hypothesis]:
        """Return the best readings that an automaton (see ``best_paths``) accepts."""
        edges = self._edges(kept)
        pieces = len(self.lattice.pieces)
        mixed = self.pair_scores[_MIXED]
        ends = [float(end_features(edge.kind) @ self.weights) for edge in edges]

        def join(a: int, b: int) -> float:
            """Score edge b after edge a; -1 is an end of the number."""
            if min(a, b) < 0:
                return ends[max(a, b)]
            left, right = edges[a], edges[b]
            scores = self.pair_scores.get((left.kind, right.kind), mixed)
            return scores[left.group, right.group]

        paths = best_paths(edges, pieces, join, count, **automaton)
        found = [
            Hypothesis(
                path.score + float(reading_features(path.labels) @ self.weights),
                tuple(edges[e].group for e in path.edges),
                path.labels,
            )
            for path in paths
        ]
        return sorted(found, key=lambda hypothesis: -hypothesis.score)

    def _edges(self, kept: float) -> list[Edge]:
        """Return a step for each group as a digit, as a sign and as neither."""
        labels = self.lattice.labels
        kinds = [kind_of(label) for label in labels]
        edges = []
        for i, row in enumerate(self.scores.tolist()):
            group, least = self.groups[i], max(row) - kept
            able: dict[int, list[tuple[str, float]]] = {}
            for label, score, kind in zip(labels, row, kinds, strict=True):
                if score > least:
                    able.setdefault(kind, []).append((label, score))
            edges += [
                Edge(group.first, group.past, tuple(likely), i, kind)
                for kind, likely in able.items()
            ]
        return edges

    def features_of(self, hypothesis: Hypothesis) -> Array:
        """Return the sums of the features of a reading: times weights, its score."""
        total = reading_features(hypothesis.labels)
        steps = list(zip(hypothesis.groups, hypothesis.labels, strict=True))
        for group, label in steps:
            total += self.features[group, self.lattice.labels.index(label)]
        kinds = [kind_of(label) for _, label in steps]
        total += end_features(kinds[0]) + end_features(kinds[-1])
        path = [group for group, _ in steps]
        left, right = self.boxes[path[:-1]], self.boxes[path[1:]]
        for i, pair in enumerate(pairwise(kinds)):
            at = slice(i, i + 1)
            total += pair_features(left[at], right[at], pair)[0]
        return total


def _measured_by(first: Hypothesis, groups: list[Group]) -> list[Group]:
    """Measure the groups by the digits of a reading; a 1 may be a slash."""
    found = list(zip(first.groups, first.labels, strict=True))
    digits = [
        groups[i] for i, label in found if kind_of(label) == DIGIT and label != "1"
    ] or [groups[i] for i, label in found if label == "1"]
    if not digits:
        return groups
    height = median([group.height for group in digits])
    baseline = median([group.box[3] for group in digits])
    height = max(height, 0.1)
    return scaled(groups, height, baseline)
