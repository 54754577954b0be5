"""Evaluation: a network's answers on labelled images, and metrics of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.data.datasets import Dataset
from nnweb.errors import DatasetError
from nnweb.evaluation.metrics import (
    Calibration,
    PerClass,
    calibration,
    confusion,
    mistakes,
    per_class,
    wilson_interval,
)
from nnweb.network import Network
from nnweb.recognize import examine

_CHUNK = 1000  # images in one forward pass: bounds the memory


@dataclass(frozen=True)
class Evaluation:
    """A network's answers. Shares are fractions in [0, 1].

    Attributes
    ----------
    labels : names of the K labels
    probabilities : float32 (N, K)
    truth : (N,) indices into ``labels``
    accepted : bool (N,), False where the network rejected the image
    """

    labels: tuple[str, ...]
    probabilities: NDArray[np.float32]
    truth: NDArray[np.uint8]
    accepted: NDArray[np.bool_]

    @property
    def correct(self) -> int:
        right = self.probabilities.argmax(axis=1) == self.truth
        return int(np.count_nonzero(right))

    @property
    def accuracy(self) -> float:
        """The share of right answers, including rejected images."""
        return self.correct / len(self.truth)

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of the accuracy."""
        return wilson_interval(self.correct, len(self.truth))

    @property
    def confusion(self) -> NDArray[np.int64]:
        return confusion(
            self.probabilities.argmax(axis=1), self.truth, len(self.labels)
        )

    @property
    def per_class(self) -> PerClass:
        return per_class(self.confusion)

    @property
    def calibration(self) -> Calibration:
        return calibration(self.probabilities, self.truth)

    @property
    def mistakes(self) -> NDArray[np.int64]:
        """Indices of the wrong answers, the most confident first."""
        return mistakes(self.probabilities, self.truth)

    @property
    def rejected(self) -> float:
        """The share of rejected images."""
        return 1 - float(self.accepted.mean())

    def as_dict(self) -> dict[str, Any]:
        """Return all metrics for JSON; NaN (a share of nothing) becomes None."""
        shares, table = self.per_class, self.calibration
        return {
            "examples": len(self.truth),
            "correct": self.correct,
            "accuracy": self.accuracy,
            "interval_95": list(self.interval),
            "rejected": self.rejected,
            "per_class": {
                name: {
                    "recall": _number(shares.recall[i]),
                    "precision": _number(shares.precision[i]),
                    "f1": _number(shares.f1[i]),
                }
                for i, name in enumerate(self.labels)
            },
            "confusion": self.confusion.tolist(),
            "mistakes": [
                {
                    "image": int(index),
                    "is": self.labels[self.truth[index]],
                    "called": self.labels[self.probabilities[index].argmax()],
                    "probability": float(self.probabilities[index].max()),
                }
                for index in self.mistakes
            ],
            "calibration": {
                "expected_error": table.error,
                "edges": table.edges.tolist(),
                "count": table.count.tolist(),
                "confidence": [_number(value) for value in table.confidence],
                "accuracy": [_number(value) for value in table.accuracy],
            },
        }


def evaluate(network: Network, data: Dataset, *, fit: str | None = None) -> Evaluation:
    """Run the network on every image of ``data``, preprocessed like a drawing.

    ``fit`` defaults to the network's own. The data's label names must be among the
    network's.
    """
    unknown = sorted(
        {data.names[i] for i in np.unique(data.labels)} - {*network.labels}
    )
    if unknown:
        raise DatasetError(
            f"{data.source}: has the labels {', '.join(unknown)}, which the network "
            f"{network.name!r} does not have; it has {', '.join(network.labels)}"
        )
    places = [
        network.labels.index(name) if name in network.labels else 0
        for name in data.names
    ]
    parts = []
    for start in range(0, len(data), _CHUNK):
        # ``examine`` takes black ink on white paper
        paper = 255 - data.images[start : start + _CHUNK]
        parts.append(examine(paper, network, fit=fit))
    return Evaluation(
        labels=network.labels,
        probabilities=np.concatenate([part.probabilities for part in parts]),
        truth=np.array(places, np.uint8)[data.labels],
        accepted=np.concatenate([part.accepted for part in parts]),
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
