"""The lattice of candidate groups, and its best paths by dynamic programming."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Step = Callable[[int, str], int]  # an automaton: the state after a label
#: The end of a path: score, label, state, the edge before, and the path's rank there.
_End = tuple[float, str, int, int, int]


@dataclass(frozen=True)
class Edge:
    """A group as a step of a path: from piece ``first`` to ``past``, and its labels."""

    first: int
    past: int
    labels: tuple[tuple[str, float], ...]  # label and score
    group: int = 0  # index of the group
    kind: int = 0  # of the labels, see ``nnweb.numbers.scores``


@dataclass(frozen=True)
class Path:
    """A reading: the edges in order, their labels, and the sum of the scores."""

    score: float
    edges: tuple[int, ...]
    labels: tuple[str, ...]


def best_paths(
    edges: Sequence[Edge],
    pieces: int,
    join: Callable[[int, int], float],
    count: int,
    step: Step | None = None,
    final: Callable[[int], bool] = lambda state: True,
) -> list[Path]:
    """Return up to ``count`` best paths through all pieces, best first.

    ``join(a, b)`` scores edge b right after edge a; -1 is an end of the number.
    ``step`` and ``final`` are an automaton that the labels must satisfy: the state
    after a label, below 0 if there is none. It begins in state 0.
    """
    # whatever follows the best paths to an edge follows the others as well, unless an
    # automaton forbids it
    most = count if step is None else 2 * count
    ending: list[list[int]] = [[] for _ in range(pieces + 1)]
    best: list[list[_End]] = [[] for _ in edges]
    order = sorted(range(len(edges)), key=lambda e: (edges[e].past, edges[e].first))
    for e in order:
        edge = edges[e]
        before: list[tuple[float, int, int, int]] = []
        if edge.first == 0:
            before = [(join(-1, e), 0, -1, 0)]
        for other in ending[edge.first]:
            if best[other]:
                joined = join(other, e)
                before += [
                    (path[0] + joined, path[2], other, rank)
                    for rank, path in enumerate(best[other])
                ]
        before = sorted(before, reverse=True)[:most]
        labels = sorted(edge.labels, key=lambda item: -item[1])
        candidates = [
            (score + gain, label, state, other, rank)
            for i, (score, state, other, rank) in enumerate(before, 1)
            # the j-th label after the i-th path has i * j - 1 better ones
            for label, gain in (labels if step else labels[: count // i])
        ]
        candidates.sort(reverse=True)
        best[e] = _allowed(candidates, step, count) if step else candidates[:count]
        ending[edge.past].append(e)
    ends = [
        (path[0] + join(e, -1), e, rank)
        for e in ending[pieces]
        for rank, path in enumerate(best[e])
        if final(path[2])
    ]
    return [
        _trace(best, e, rank, score)
        for score, e, rank in sorted(ends, reverse=True)[:count]
    ]


def _allowed(candidates: list[_End], step: Step, count: int) -> list[_End]:
    """Return the first ``count`` that the automaton accepts, with the state after."""
    found: list[_End] = []
    for score, label, state, other, rank in candidates:
        if (after := step(state, label)) >= 0:
            found.append((score, label, after, other, rank))
            if len(found) == count:
                break
    return found


def _trace(best: list[list[_End]], e: int, rank: int, score: float) -> Path:
    edges, labels = [], []
    while e >= 0:
        _, label, _, before, before_rank = best[e][rank]
        edges.append(e)
        labels.append(label)
        e, rank = before, before_rank
    return Path(score, tuple(edges[::-1]), tuple(labels[::-1]))
