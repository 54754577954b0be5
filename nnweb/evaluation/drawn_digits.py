"""Validation by pen: held-out digits re-drawn, and non-digits to be refused.

MNIST's own digits do not show how a network does on what people draw, and say nothing
of what is no digit. The same pen that made the training examples draws these, from
digits that no training example was made of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment.mixture import Mix, Mixture
from nnweb.data.datasets import Dataset
from nnweb.network import Network

Array = NDArray[np.float32]

PASSED = 0.97  # share of pen-drawn digits that a network shall accept as such

_CHUNK = 1000


@dataclass(frozen=True)
class Drawn:
    """Network input drawn with the pen: digits (N, 784) with labels, and non-digits."""

    digits: Array
    labels: NDArray[np.int8]
    others: Array

    def rejection(self, network: Network) -> tuple[float, float]:
        """(threshold, accepted): the score under which an image is no digit, such that
        ``PASSED`` of the digits stay, and the share of non-digits that stay with them.
        """
        threshold = float(np.quantile(_scores(network, self.digits), 1 - PASSED))
        return threshold, float((_scores(network, self.others) >= threshold).mean())

    def accuracy(self, network: Network) -> float:
        """The share of the digits that are called what they are."""
        return float((_logits(network, self.digits).argmax(1) == self.labels).mean())


def draw_validation(data: Dataset, seed: int = 0) -> Drawn:
    """Every digit of ``data`` re-drawn once, and half as many non-digits."""
    mix = Mix(clean=0, pen=1, outliers=0.5, glyphs=0)
    mixture = Mixture(data.images, data.labels, mix)
    images, labels = mixture.chunk(np.arange(len(data)), [seed, len(data)])
    x = images.astype(np.float32) * np.float32(1 / 255)
    digits = labels >= 0
    return Drawn(x[digits], labels[digits], x[~digits])


def _scores(network: Network, x: Array) -> Array:
    return network.score(_logits(network, x))


def _logits(network: Network, x: Array) -> Array:
    parts = [network.forward(x[i : i + _CHUNK]) for i in range(0, len(x), _CHUNK)]
    return np.concatenate(parts)
