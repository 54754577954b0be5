"""Fits the weights of nnweb/numbers/scores.py: python -m tools.bench.fit_numbers.

Those of strokes, or of pictures.

Maximizes the probability of the right text among the best readings of numbers, which
are found again with the new weights in every round. It sees nothing but composed
numbers, not even the weights so far, so that numbers that people wrote can measure the
result. Prints the weights; the seed is fixed.
Source: Och 2003, "Minimum Error Rate Training", whose lists of best paths these are.
"""

import argparse

import numpy as np
from numpy.typing import NDArray

from nnweb.numbers.from_image import find_components
from nnweb.numbers.reader import DIGITS, Conditions, NumberReader
from nnweb.numbers.scores import NAMES, UNSEEN
from nnweb.numbers.separators import SIGNS
from nnweb.numbers.solver import Solver
from nnweb.weights.json_format import load
from tools.bench.composed_numbers import compose_numbers
from tools.bench.number_pictures import photograph
from tools.build.sources import MODELS

Array = NDArray[np.floating]

_SEED, _COUNT, _ROUNDS, _STEPS = 7, 700, 4, 800
_KEPT = 60.0  # nats: the right reading is found however unlikely
_PRIOR = 1e-3  # pull towards the start
#: Share of pictures whose right reading cannot be the best, since digits that touch
#: may be one piece.
_HOPELESS = 0.02
_SEED_UNSEEN, _COUNT_UNSEEN = 11, 600

#: Log likelihoods count as such, at first by half: they are not independent.
_LIKELIHOODS = ("label", "digit", "clear", "height", "middle", "width", "upright",
                "strokes", *(f"shape {sign}" for sign in SIGNS))  # fmt: skip
_FREE = ("each digit", *(f"sign {sign}" for sign in SIGNS))  # may have either sign
START = np.array([0.5 if name in _LIKELIHOODS else -2.0 for name in NAMES])
#: What cannot be fitted. All ink of composed numbers is known characters; ink is none
#: if every reading of it is e^10 times less likely than a usual one. And the pens of
#: these people move like those that the trajectory's network was trained on: for
#: others, a greater weight than this misleads.
_FIXED = {"other": -10.0, "trajectory": 0.3}
_AT = [NAMES.index(name) for name in _FIXED]
START[_AT] = list(_FIXED.values())

_Found = dict[tuple[tuple[int, ...], tuple[str, ...]], Array]  # features of readings


def main(kind: str) -> None:
    numbers = list(compose_numbers(_COUNT, _SEED))
    reader = NumberReader(load(MODELS / "cnn.json"), START)
    if kind == "pictures":
        rng = np.random.default_rng(_SEED)
        pictures = (photograph(number.strokes, rng) for number in numbers)
        lattices = [reader.picture_lattice(find_components(p)) for p in pictures]
    else:
        lattices = [reader.lattice(number.strokes)[0] for number in numbers]
    found: list[tuple[_Found, _Found]] = [({}, {}) for _ in numbers]
    for round_ in range(_ROUNDS):
        for number, lattice, (right, wrong) in zip(
            numbers, lattices, found, strict=True
        ):
            _add_readings(Solver(lattice, reader.weights), number.text, right, wrong)
        lists = [
            (np.array([*right.values()]), np.array([*wrong.values()]))
            for right, wrong in found
            if right
        ]
        # at first everything is unlikely
        hopeless = _HOPELESS if kind == "pictures" and round_ else 0.0
        reader.weights, loss = fit(lists, reader.weights, hopeless)
        print(f"# {len(lists)} numbers, {loss:.4f} nats each", flush=True)
    for name, weight in zip(NAMES, reader.weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    if kind == "pictures":
        print(f"# unseen: {fit_unseen(reader.weights):.4f}")


def fit_unseen(weights: Array) -> float:
    """Return the probability of UNSEEN that best explains which pictures are wrong.

    Of numbers that the weights were not fitted on.
    """
    reader = NumberReader(load(MODELS / "cnn.json"), picture_weights=weights)
    every, rng = Conditions(DIGITS + SIGNS), np.random.default_rng(_SEED_UNSEEN)
    lengths, shares, right = [], [], []
    for number in compose_numbers(_COUNT_UNSEEN, _SEED_UNSEEN):
        reading = reader.read_image(photograph(number.strokes, rng), every)
        if reading.accepted:
            length = len(reading.characters)
            lengths.append(length)
            shares.append(reading.confidence / (1 - UNSEEN[1]) ** length)
            right.append(reading.text.replace(" ", "") == number.text)

    def loss(unseen: float) -> float:
        confidence = np.array(shares) * (1 - unseen) ** np.array(lengths)
        confidence = np.clip(confidence, 1e-4, 1 - 1e-4)
        return -float(np.log(np.where(right, confidence, 1 - confidence)).mean())

    return min(np.arange(0, 0.05, 5e-4).tolist(), key=loss)


def _add_readings(solver: Solver, text: str, right: _Found, wrong: _Found) -> None:
    """Add the best readings, right and wrong, or replace their features."""

    def step(state: int, label: str) -> int:
        return state + 1 if text[state : state + 1] == label else -1

    exact = solver.best(3, _KEPT, step=step, final=lambda state: state == len(text))
    for hypothesis in [*exact, *solver.best_free()]:
        of = right if "".join(hypothesis.labels) == text else wrong
        key = (hypothesis.groups, hypothesis.labels)
        of[key] = solver.features_of(hypothesis)


def fit(
    lists: list[tuple[Array, Array]], weights: Array, hopeless: float = 0.0
) -> tuple[Array, float]:
    """Minimize the mean of -log P by Adam; no penalty becomes a reward.

    P is the probability of the right readings, or of a number to be ``hopeless``:
    otherwise a few whose right reading is very unlikely may outweigh all others.
    """
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
    scale = np.abs(START)
    bound = np.array([name not in _FREE for name in NAMES])
    w, m, v, loss = weights.copy(), np.zeros_like(weights), np.zeros_like(weights), 0.0
    for step in range(1, _STEPS + 1):
        z = X @ w
        total, share = _log_sums(z, owner)
        good, right_share = _log_sums(np.where(is_right, z, -np.inf), owner)
        either = np.logaddexp(_log(hopeless), _log(1 - hopeless) + good - total)
        loss = float(-either.mean())
        hope = np.exp(_log(1 - hopeless) + good - total - either)
        excess = (share - right_share) * hope[owner]
        g = excess @ X / len(rows) + _PRIOR * (w - START) / scale**2
        m, v = 0.9 * m + 0.1 * g, 0.98 * v + 0.02 * g**2
        pace = 0.05 if step < 0.6 * _STEPS else 0.01
        change = m / (1 - 0.9**step) / (np.sqrt(v / (1 - 0.98**step)) + 1e-8)
        w = w - pace * scale * change
        w = np.where(bound & (w * START < 0), 0, w)
        w[_AT] = START[_AT]
    return w, loss


def _log(x: float) -> float:
    return float(np.log(x)) if x else -np.inf


def _log_sums(z: Array, owner: NDArray[np.intp]) -> tuple[Array, Array]:
    """Return the log-sum-exp of each owner's scores, and each one's share of it."""
    peak = np.full(owner[-1] + 1, -np.inf)
    np.maximum.at(peak, owner, z)
    e = np.exp(z - peak[owner])
    total = np.bincount(owner, e)
    return peak + np.log(total), e / total[owner]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", nargs="?", choices=("strokes", "pictures"))
    main(parser.parse_args().kind or "strokes")
