"""Metrics: accuracy, confusion, calibration, and selective accuracy.

Shapes: labels and predicted (N,), integers in 0 ... K-1; probabilities (N, K), rows
that sum to 1. Accuracy and error are fractions in [0, 1]; percent only on screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ShapeError

Array = NDArray[np.floating]
Labels = NDArray[np.integer[Any]]

#: The shares of the images that are answered in a selective-accuracy curve.
COVERAGES = (1.0, 0.99, 0.98, 0.95, 0.9)

#: Two-sided 95 % of a normal distribution, in standard deviations.
Z_95 = 1.959964


def accuracy(predicted: Labels, labels: Labels) -> float:
    """Return the share of ``predicted`` that is right."""
    _check(len(predicted), labels)
    return float(np.mean(predicted == labels))


def wilson_interval(correct: int, total: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share: (low, high) in [0, 1].

    Unlike share +- z * standard error it stays within [0, 1], and is wider than 0 for
    a share of 0 or 1. Source: Wilson 1927, "Probable Inference, the Law of Succession,
    and Statistical Inference"; eq. 4 of Brown, Cai and DasGupta 2001.
    """
    if not 0 <= correct <= total or total == 0:
        raise ShapeError(
            f"wilson_interval: {correct} of {total}, expected 0 <= correct <= total "
            "and total of 1 or more"
        )
    z, share = Z_95, correct / total
    middle = share + z * z / (2 * total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    # rounding may exceed [0, 1] by a few 1e-17
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def confusion(predicted: Labels, labels: Labels, K: int) -> NDArray[np.int64]:
    """Return counts (K, K): ``confusion[true, predicted]``."""
    _check(len(predicted), labels)
    pairs = labels.astype(np.int64) * K + predicted
    return np.bincount(pairs, minlength=K * K).reshape(K, K)


@dataclass(frozen=True)
class PerClass:
    """Shares (K,) for each class; NaN for a share of nothing.

    Attributes
    ----------
    recall : share of the class's examples that is predicted as the class
    precision : share of the class's predictions that is right
    f1 : harmonic mean of the two
    """

    recall: Array
    precision: Array
    f1: Array


def per_class(confusion: NDArray[np.int64]) -> PerClass:
    """Return recall, precision and F1 of each class from ``confusion``."""
    right = confusion.diagonal().astype(np.float64)
    true, predicted = confusion.sum(axis=1), confusion.sum(axis=0)
    with np.errstate(invalid="ignore"):  # 0 / 0 is NaN, as documented
        return PerClass(right / true, right / predicted, 2 * right / (true + predicted))


@dataclass(frozen=True)
class Calibration:
    """Answers binned by confidence. Arrays are (bins,).

    Attributes
    ----------
    edges : (bins + 1,) from 0 to 1; a bin holds confidences in (low, high].
    count : answers in the bin
    confidence, accuracy : their means; NaN in an empty bin
    """

    edges: Array
    count: NDArray[np.int64]
    confidence: Array
    accuracy: Array

    @property
    def error(self) -> float:
        """Expected calibration error: mean |accuracy - confidence| over the answers.

        Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", eq. 3.
        """
        gaps = np.nan_to_num(abs(self.accuracy - self.confidence))
        return float((self.count * gaps).sum() / self.count.sum())


def calibration(probabilities: Array, labels: Labels, *, bins: int = 15) -> Calibration:
    """Return the accuracy by confidence, in ``bins`` equal bins."""
    _check(len(probabilities), labels)
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    # a softmax may round to 1.0000001
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    count = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        return Calibration(
            edges=np.linspace(0, 1, bins + 1),
            count=count,
            confidence=np.bincount(place, confidence, bins) / count,
            accuracy=np.bincount(place, right, bins) / count,
        )


def selective_accuracy(ranks: Array, right: NDArray[np.bool_]) -> dict[float, float]:
    """Return the accuracy of the answered examples at each of ``COVERAGES``.

    ``ranks`` (N,): only the examples with the highest are answered. Source: El-Yaniv
    and Wiener 2010, "On the Foundations of Noise-free Selective Classification": the
    risk-coverage curve, with the accuracy instead of the risk.
    """
    _check(len(ranks), right)
    in_order = right[np.argsort(-ranks, kind="stable")]
    counts = {c: max(round(c * len(right)), 1) for c in COVERAGES}
    return {c: float(in_order[:count].mean()) for c, count in counts.items()}


def mistakes(probabilities: Array, labels: Labels) -> NDArray[np.int64]:
    """Return the indices of the wrong answers, the most confident first."""
    _check(len(probabilities), labels)
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    confidence = probabilities[wrong].max(axis=1)
    return wrong[np.argsort(-confidence, kind="stable")]


def _check(count: int, labels: NDArray[Any]) -> None:
    if count != len(labels) or count == 0:
        raise ShapeError(
            f"metrics: {count} predictions and {len(labels)} labels, expected the "
            "same number, at least one"
        )
