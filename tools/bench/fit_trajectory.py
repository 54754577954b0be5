"""Trains the network of the trajectory: python -m tools.bench.fit_trajectory.

On the digits of 24 people (assets/pens), with strokes added as people join and begin
them, and on glyphs of other ways of writing. Writes
nnweb/numbers/trajectory_weights.py. The seed is fixed; it takes half a minute.
"""

import argparse
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnweb.architecture import build_layers
from nnweb.data.augment.digit_glyphs import DIGITS
from nnweb.data.augment.glyphs import strokes_of
from nnweb.initializers import INITIALIZERS
from nnweb.network import InputSpec, Network
from nnweb.numbers.pieces import STEP, resample
from nnweb.numbers.trajectory import MEASURES, POINTS, inputs_of, sample
from nnweb.training.batches import Batch, stream
from nnweb.training.settings import Settings
from nnweb.training.trainer import EpochDone, Trainer
from nnweb.weights.tensors import encode
from tools.bench.composed_numbers import Strokes, digits_of_writers
from tools.build.sources import ROOT

Array = NDArray[np.float64]
_Samples = tuple[Array, NDArray[np.bool_], NDArray[np.intp]]  # points, lifts, labels

_OUT = ROOT / "nnweb" / "numbers" / "trajectory_weights.py"
_SEED, _COPIES, _GLYPHS = 1, 3, 2500  # of each digit written, and for each label
_SETTINGS = Settings(
    batch_size=128, seed=_SEED, optimizer="adamw", learning_rate=0.003,
    weight_decay=0.01, schedule="cosine", label_smoothing=0.05,
)  # fmt: skip


def main(epochs: int = 30) -> None:
    settings = replace(_SETTINGS, epochs=epochs)
    samples = _sampled(_written(np.random.default_rng(_SEED)))
    others = [
        (int(label), character)
        for of in digits_of_writers(held_out=True).values()
        for label, characters in of.items()
        for character in characters
    ]
    points, lifts, labels = _sampled(others)
    layers = build_layers(
        f"{POINTS * MEASURES}-64-32-10",
        activation="relu",
        initializer=INITIALIZERS["he_normal"],
        rng=stream(_SEED, "weights"),
    )
    network = Network(
        layers, name="trajectory", input=InputSpec(shape=(1, POINTS, MEASURES))
    )
    trainer = Trainer(
        network, _Bent(samples), inputs_of(points, lifts), labels, settings
    )
    for event in trainer.run():
        if isinstance(event, EpochDone) and event.row.epoch % 10 == 0:
            right = event.row.validation_accuracy
            print(f"epoch {event.row.epoch}: {right:.2%} of six other people's digits")
    _write(network)


class _Bent:
    """Batches of trajectories, bent in another way in each epoch."""

    def __init__(self, samples: _Samples) -> None:
        self._points, self._lifts, self._labels = samples
        self.examples = len(self._labels)
        self.steps = self.examples // _SETTINGS.batch_size
        self.fingerprint = f"trajectories, {self.examples}"

    def epoch(self, epoch: int, start: int = 0) -> Generator[Batch]:
        rng = stream(_SEED, "augment", epoch)
        bent = inputs_of(_bend(self._points, rng), self._lifts)
        order = rng.permutation(self.examples)
        for step in range(start, self.steps):
            at = order[step * _SETTINGS.batch_size :][: _SETTINGS.batch_size]
            yield Batch(bent[at], self._labels[at])

    def close(self) -> None:
        """There is nothing to release."""


def _written(rng: np.random.Generator) -> Iterator[tuple[int, Strokes]]:
    """Yield digits of 24 people, varied, and glyphs."""
    for of in digits_of_writers(held_out=False).values():
        for label, characters in of.items():
            for character in characters * _COPIES:
                if label == "1" and rng.uniform() < 0.4:
                    given = [_one(rng)]
                elif label == "7" and rng.uniform() < 0.5:
                    given = [max(character, key=_length)]  # without its bar
                else:
                    given = character
                yield int(label), _vary(given, rng)
    for digit in range(10):
        glyphs = [glyph for glyph in DIGITS if int(glyph.label) == digit]
        for _ in range(_GLYPHS):
            glyph = glyphs[rng.integers(len(glyphs))]
            yield digit, _vary(strokes_of(glyph, rng), rng)


def _one(rng: np.random.Generator) -> Array:
    """A line from top to bottom, now and then with a way back up."""
    lean = rng.normal(0.15, 0.15)
    ends = [[lean, -1.0], [0.0, 0.0]]
    if rng.uniform() < 0.25:
        back = np.array([lean + rng.normal(0, 0.06), -1]) * rng.uniform(0.3, 1)
        ends.append(back.tolist())
    line = resample(np.array(ends), STEP)
    return line + np.sin(np.linspace(0, np.pi, len(line)))[:, None] * rng.normal(
        0, 0.04, 2
    )


def _vary(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """Write strokes in another order, joined, cut short, with lead-ins."""
    strokes = [stroke.copy() for stroke in strokes]
    size = float(np.ptp(np.concatenate(strokes), axis=0).max())
    if len(strokes) > 1 and rng.uniform() < 0.1:
        strokes = [strokes[i] for i in rng.permutation(len(strokes))]
    if len(strokes) > 1 and rng.uniform() < 0.06:
        i = int(rng.integers(len(strokes) - 1))
        strokes[i : i + 2] = [np.concatenate(strokes[i : i + 2])]
    strokes = [s[::-1] if rng.uniform() < 0.05 else s for s in strokes]
    i = int(rng.integers(len(strokes)))
    if len(strokes[i]) > 10 and rng.uniform() < 0.06:  # the pen is lifted
        at = int(rng.integers(4, len(strokes[i]) - 5))
        strokes[i : i + 1] = [strokes[i][:at], strokes[i][at:]]
    for end in (0, -1):
        stroke = strokes[end][:: 1 if end == 0 else -1]  # from this end
        if len(stroke) > 10 and rng.uniform() < 0.2:
            stroke = stroke[rng.integers(1, max(2, len(stroke) // 7)) :]
        if rng.uniform() < 0.3:
            lead = rng.normal(0, 1, 2) * [1.3, 0.7] * rng.exponential(0.2) * size
            stroke = np.concatenate([stroke[:1] + lead, stroke])
        strokes[end] = stroke[:: 1 if end == 0 else -1]
    return strokes


def _sampled(characters: Iterable[tuple[int, Strokes]]) -> _Samples:
    points, lifts, labels = [], [], []
    for label, strokes in characters:
        size = float(np.ptp(np.concatenate(strokes), axis=0).max())
        at, lifted = sample([resample(s, STEP * size) for s in strokes])
        points.append(at)
        lifts.append(lifted)
        labels.append(label)
    return np.array(points), np.array(lifts), np.array(labels)


def _bend(points: Array, rng: np.random.Generator) -> Array:
    """Distort points (N, 20, 2): waves, rotation, slant, width, a little noise."""
    N = len(points)
    low, high = points.min(axis=1, keepdims=True), points.max(axis=1, keepdims=True)
    longer = (high - low).max(axis=2, keepdims=True)
    placed = (points - (low + high) / 2) * (2 / np.maximum(longer, 1e-3))
    bent = placed + rng.normal(0, 0.015, placed.shape)
    for wave in (1.0, 1.6, 2.2):
        size, phase = rng.normal(0, 0.07, (N, 1, 2)), rng.uniform(0, 6.28, (N, 1, 2))
        bent += size * np.sin(placed * wave + phase)
    turn, slant = rng.normal(0, 0.1, N), rng.uniform(-0.25, 0.45, N)
    width = np.exp(rng.normal(0, 0.15, N))
    cos, sin = np.cos(turn), np.sin(turn)
    M = np.empty((N, 2, 2))
    M[:, 0, 0], M[:, 0, 1] = cos * width, sin
    M[:, 1, 0], M[:, 1, 1] = -sin * width - slant * cos, cos - slant * sin
    return np.einsum("nti,nij->ntj", bent, M)


def _length(stroke: Array) -> float:
    return float(np.hypot(*np.diff(stroke, axis=0).T).sum())


def _write(network: Network) -> None:
    """Write the weights as a module: the page's wheel has modules only."""
    pairs = [
        (encode(p["W"], "int8", "W"), encode(p["b"], "float32", "b"))
        for layer in network.layers
        if (p := layer.params)
    ]
    lines = "".join(f"    ({W},\n     {b}),\n" for W, b in pairs)
    _OUT.write_text(
        '"""The network of trajectory.py, made by tools.bench.fit_trajectory."""\n\n'
        "from typing import Any\n\n"
        "#: Weights and biases of the dense layers, as in weights files.\n"
        f"LAYERS: list[tuple[dict[str, Any], dict[str, Any]]] = [\n{lines}]"
        "  # fmt: skip\n# ruff: noqa: E501\n"
    )


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    main()
