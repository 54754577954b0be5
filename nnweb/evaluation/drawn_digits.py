"""Validation on drawn digits: held-out digits redrawn with the pen, and non-digits.

MNIST's own digits do not show how a network performs on drawings, nor what it rejects.
These examples are drawn like those of the training mixture, from digits that were not
used for training.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment.mixture import Mix, Mixture
from nnweb.data.datasets import Dataset
from nnweb.network import Network

Array = NDArray[np.float32]

ACCEPTED = 0.97  # share of the drawn digits that the threshold accepts

_CHUNK = 1000


@dataclass(frozen=True)
class DrawnDigits:
    """Network input drawn with the pen: digits (N, 784) with labels, and non-digits."""

    digits: Array
    labels: NDArray[np.int8]
    others: Array

    def rejection(self, network: Network) -> tuple[float, float]:
        """Return the score threshold that accepts ``ACCEPTED`` of the digits, and the
        share of the non-digits that it accepts too.
        """
        threshold = float(np.quantile(_scores(network, self.digits), 1 - ACCEPTED))
        return threshold, float((_scores(network, self.others) >= threshold).mean())

    def accuracy(self, network: Network) -> float:
        """Return the share of the digits that is recognized."""
        return float((_logits(network, self.digits).argmax(1) == self.labels).mean())


def draw_validation(data: Dataset, seed: int = 0) -> DrawnDigits:
    """Redraw every digit of ``data`` once, and make half as many non-digits."""
    mix = Mix(clean=0, pen=1, outliers=0.5, glyphs=0)
    mixture = Mixture(data.images, data.labels, mix)
    images, labels = mixture.chunk(np.arange(len(data)), [seed, len(data)])
    x = images.astype(np.float32) * np.float32(1 / 255)
    digits = labels >= 0
    return DrawnDigits(x[digits], labels[digits], x[~digits])


def _scores(network: Network, x: Array) -> Array:
    return network.score(_logits(network, x))


def _logits(network: Network, x: Array) -> Array:
    parts = [network.forward(x[i : i + _CHUNK]) for i in range(0, len(x), _CHUNK)]
    return np.concatenate(parts)
