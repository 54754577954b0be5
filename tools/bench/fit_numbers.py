"""Fits the weights of nnweb/numbers/scores.py: python -m tools.bench.fit_numbers.

Maximizes the probability of the right text among the best readings of numbers, which
are found again with the new weights in every round. Composed numbers, and with
NNWEB_BENCH_NUMBERS=FILE.npz written ones. Prints the weights; the seed is fixed.
Source: Och 2003, "Minimum Error Rate Training", whose lists of best paths these are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.numbers.groups import Group
from nnweb.numbers.lattice import Edge
from nnweb.numbers.lattice import Path as Reading
from nnweb.numbers.reader import Lattice, NumberReader
from nnweb.numbers.scores import (
    FITTED,
    NAMES,
    NEITHER,
    pair_features,
    reading_features,
)
from nnweb.weights.json_format import load
from tools.bench.composed_numbers import Written, compose_numbers
from tools.bench.numbers import NUMBERS, written_numbers
from tools.build.sources import MODELS

Array = NDArray[np.floating]

_SEED, _COUNT, _ROUNDS, _STEPS = 7, 700, 4, 600
_WRITTEN = 2.0  # weight of a written number
_PRIOR = 1e-3  # pull towards the weights so far


def main() -> None:
    numbers = [(number, 1.0) for number in compose_numbers(_COUNT, _SEED)]
    if NUMBERS:
        numbers += [(n, _WRITTEN) for n in written_numbers(Path(NUMBERS))]
    reader = NumberReader(load(MODELS / "cnn.json"))
    lattices = [reader.lattice(number.strokes)[0] for number, _ in numbers]
    right: list[Any] = [[] for _ in numbers]
    wrong: list[Any] = [[] for _ in numbers]
    for _ in range(_ROUNDS):
        for i, ((number, _), lattice) in enumerate(zip(numbers, lattices, strict=True)):
            good, bad = _readings(reader, lattice, number)
            right[i] += good
            wrong[i] += bad
        used = [i for i, found in enumerate(right) if found]
        lists = [(np.array(right[i]), np.array(wrong[i])) for i in used]
        shares = np.array([numbers[i][1] for i in used])
        reader.weights, loss = fit(lists, shares, reader.weights)
        print(f"# {len(used)} numbers, {loss:.4f} nats each", flush=True)
    for name, weight in zip(NAMES, reader.weights, strict=True):
        print(f'    "{name}": {weight:.2f},')


def _readings(
    reader: NumberReader, lattice: Lattice, number: Written
) -> tuple[list[Array], list[Array]]:
    """Return the features of right readings and of wrong ones."""
    text = number.text

    def step(state: int, label: str) -> int:
        return state + 1 if text[state : state + 1] == label else -1

    found = reader.solve(lattice)
    wrong = [p for p in found[3] if "".join(p.labels) != text]
    limits = {"step": step, "final": lambda state: state == len(text), "kept": 60.0}
    exact = reader.solve(lattice, **limits)
    return (
        [_features(reader, *exact[:3], path) for path in exact[3][:3]],
        [_features(reader, *found[:3], path) for path in wrong],
    )


def _features(
    reader: NumberReader,
    groups: list[Group],
    features: Array,
    edges: list[Edge],
    path: Reading,
) -> Array:
    """Return the sums of the features of a reading."""
    total = reading_features(path.labels)
    steps = [edges[e] for e in path.edges]
    for edge, label in zip(steps, path.labels, strict=True):
        total += features[edge.group, reader.labels.index(label)]
    for left, right in zip([None, *steps], [*steps, None], strict=True):
        kinds = (left.kind if left else NEITHER, right.kind if right else NEITHER)
        total += pair_features(
            groups[left.group] if left else None,
            groups[right.group] if right else None,
            kinds,
        )
    return total


def fit(
    lists: list[tuple[Array, Array]], shares: Array, weights: Array
) -> tuple[Array, float]:
    """Minimize the mean of -log P(right) by Adam; no weight changes its sign."""
    rows = [np.concatenate([right, wrong]) if len(wrong) else right
            for right, wrong in lists]  # fmt: skip
    X = np.concatenate(rows)
    owner = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    is_right = np.concatenate(
        [
            np.arange(len(row)) < len(pair[0])
            for row, pair in zip(rows, lists, strict=True)
        ]
    )
    share = shares / shares.sum()
    scale = np.maximum(np.abs(FITTED), 0.5)
    w, m, v, loss = weights.copy(), np.zeros_like(weights), np.zeros_like(weights), 0.0
    for step in range(1, _STEPS + 1):
        z = X @ w
        peak = np.full(len(rows), -np.inf)
        np.maximum.at(peak, owner, z)
        e = np.exp(z - peak[owner])
        total = np.bincount(owner, e, len(rows))
        good = np.bincount(owner, e * is_right, len(rows)) + 1e-12
        loss = float((share * (np.log(total) - np.log(good))).sum())
        excess = e / total[owner] - e * is_right / good[owner]
        g = (excess * share[owner]) @ X + _PRIOR * (w - FITTED) / scale**2
        m, v = 0.9 * m + 0.1 * g, 0.98 * v + 0.02 * g**2
        pace = 0.05 if step < 0.6 * _STEPS else 0.01
        change = m / (1 - 0.9**step) / (np.sqrt(v / (1 - 0.98**step)) + 1e-8)
        w = w - pace * scale * change
        bound = np.array([not name.startswith(("sign ", "each")) for name in NAMES])
        w = np.where(bound & (w * FITTED < 0), 0, w)
    return w, loss


if __name__ == "__main__":
    main()
