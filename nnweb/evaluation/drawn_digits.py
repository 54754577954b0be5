"""Validation on drawn digits: by style, by writer, and on what is no digit.

MNIST's own digits do not show how a network performs on drawings, nor what it rejects.
These examples are drawn like those of the training mixture, from digits that were not
used for training.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment.mixture import Mix, Mixture
from nnweb.data.augment.outliers import KINDS, make_outliers
from nnweb.data.augment.pen import PenStyle, bend, draw
from nnweb.data.augment.styles import in_style, style_names
from nnweb.data.augment.traces import Traces, skeletons
from nnweb.data.augment.written import WrittenDigits
from nnweb.data.datasets import Dataset
from nnweb.evaluation.evaluate import Evaluation, evaluate_inputs
from nnweb.images.preprocess import crop
from nnweb.network import Network

Array = NDArray[np.float32]

SURE = 0.97  # share of the accepted ones that are shown as one digit, not as two

_CHUNK = 1000
_SEED = 0


@dataclass(frozen=True)
class DrawnDigits:
    """Network input drawn with the pen: digits (N, 784) with labels, and non-digits."""

    digits: Array
    labels: NDArray[np.integer]
    others: Array

    def threshold(self, network: Network, share: float) -> float:
        """Return the score that a share of the digits reach."""
        return float(np.quantile(self.evaluate(network).scores, 1 - share))

    def unsure_threshold(self, network: Network) -> float:
        """Return the confidence that ``SURE`` of the accepted digits reach."""
        result = self.evaluate(network)
        best = result.probabilities[result.accepted].max(axis=1)
        return float(np.quantile(best, 1 - SURE))

    def accuracy(self, network: Network) -> float:
        """Return the share of the digits that is recognized."""
        return self.evaluate(network).accuracy

    def evaluate(self, network: Network) -> Evaluation:
        return evaluate_inputs(network, self.digits, self.labels)


def accepted(network: Network, x: Array) -> float:
    """Return the share of ``x`` (N, 784) that a network accepts."""
    parts = [network.judge(x[i : i + _CHUNK]) for i in range(0, len(x), _CHUNK)]
    return float(np.concatenate([part.accepted for part in parts]).mean())


def draw_validation(data: Dataset) -> DrawnDigits:
    """Redraw every image of ``data`` once, and make half as many non-digits."""
    mix = Mix(clean=0, pen=1, outliers=max(0.5, 1 / len(data)), glyphs=0)
    mixture = Mixture(data.images, data.labels, mix, names=data.names)
    images, labels = mixture.chunk(np.arange(len(data)), [_SEED, len(data)])
    x = images.astype(np.float32) * np.float32(1 / 255)
    digits = labels >= 0
    return DrawnDigits(x[digits], labels[digits], x[~digits])


def draw_written(written: WrittenDigits) -> DrawnDigits:
    """Draw every written digit once, as it was written."""
    x = _drawn(written.traces, np.random.default_rng([_SEED, len(written)]))
    return DrawnDigits(x, written.labels, x[:0])


def draw_styles(data: Dataset, seed: int = _SEED) -> dict[str, DrawnDigits]:
    """Redraw the digits of ``data`` in each of the ways that MNIST does not show."""
    traces, rng = skeletons(data.images), np.random.default_rng(seed)
    drawn = {}
    for name in style_names():
        if not (data.labels == int(name[0])).any():
            continue
        styled, which = in_style(traces, data.labels, name, rng)
        x = _drawn(bend(styled, rng, PenStyle()), rng)
        drawn[name] = DrawnDigits(x, data.labels[which], x[:0])
    return drawn


def draw_others(data: Dataset) -> dict[str, Array]:
    """Make a non-digit of every digit of ``data``, of each kind: (N, 784) by kind."""
    traces, rng = skeletons(data.images), np.random.default_rng(_SEED)
    drawn = {}
    for kind in KINDS:
        made = make_outliers(traces, data.labels, rng, kinds={kind: 1.0})
        drawn[kind] = _drawn(bend(made, rng, PenStyle()), rng)
    return drawn


def _drawn(traces: Traces, rng: np.random.Generator) -> Array:
    return crop(draw(traces, rng, PenStyle())).reshape(traces.count, -1)
