"""Evaluation: a network's answers on labelled images, and metrics of them."""

from __future__ import annotations

from collections.abc import Callable
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
    selective_accuracy,
    wilson_interval,
)
from nnweb.network import Network
from nnweb.recognition import Recognition
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
    scores, accepted, unsure : (N,), as of ``Recognition``
    """

    labels: tuple[str, ...]
    probabilities: NDArray[np.float32]
    truth: NDArray[np.integer]
    scores: NDArray[np.float32]
    accepted: NDArray[np.bool_]
    unsure: NDArray[np.bool_]

    @property
    def right(self) -> NDArray[np.bool_]:
        """(N,), whether the likeliest label is the true one."""
        right: NDArray[np.bool_] = self.probabilities.argmax(axis=1) == self.truth
        return right

    @property
    def correct(self) -> int:
        return int(np.count_nonzero(self.right))

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
    def selective(self) -> dict[str, dict[float, float]]:
        """The selective accuracy by coverage, for each way to rank the answers."""
        ranks = {"probability": self.probabilities.max(axis=1), "energy": self.scores}
        return {
            name: selective_accuracy(rank, self.right) for name, rank in ranks.items()
        }

    @property
    def mistakes(self) -> NDArray[np.int64]:
        """Indices of the wrong answers, the most confident first."""
        return mistakes(self.probabilities, self.truth)

    @property
    def rejected(self) -> float:
        """The share of rejected images."""
        return 1 - float(self.accepted.mean())

    @property
    def sure(self) -> float:
        """The share of the accepted images that the network is sure of."""
        return _share(~self.unsure[self.accepted])

    @property
    def accuracy_when_sure(self) -> float:
        return _share(self.right[self.accepted & ~self.unsure])

    def as_dict(self) -> dict[str, Any]:
        """Return all metrics for JSON; NaN (a share of nothing) becomes None."""
        shares, table = self.per_class, self.calibration
        return {
            "examples": len(self.truth),
            "correct": self.correct,
            "accuracy": self.accuracy,
            "interval_95": list(self.interval),
            "rejected": self.rejected,
            "sure": _number(self.sure),
            "accuracy_when_sure": _number(self.accuracy_when_sure),
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
            "selective_accuracy": {
                name: [{"coverage": c, "accuracy": a} for c, a in curve.items()]
                for name, curve in self.selective.items()
            },
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

    ``fit`` defaults to the network's own.
    """
    # ``examine`` takes black ink on white paper
    return _evaluation(
        network,
        truth_of(data, network),
        lambda at: examine(255 - data.images[at], network, fit=fit),
    )


def truth_of(data: Dataset, network: Network) -> NDArray[np.integer]:
    """Return the data's labels as indices into the network's.

    DatasetError unless all of them are among these.
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
    return np.array(places)[data.labels]


def evaluate_inputs(
    network: Network, x: NDArray[np.float32], truth: NDArray[np.integer]
) -> Evaluation:
    """Run the network on prepared input (N, 784); ``truth`` has indices of labels."""
    return _evaluation(network, truth, lambda at: network.judge(x[at]))


def _evaluation(
    network: Network,
    truth: NDArray[np.integer],
    recognize: Callable[[slice], Recognition],
) -> Evaluation:
    starts = range(0, len(truth), _CHUNK)
    parts = [recognize(slice(start, start + _CHUNK)) for start in starts]

    def join(field: str) -> NDArray[Any]:
        return np.concatenate([getattr(part, field) for part in parts])

    return Evaluation(
        labels=network.labels,
        probabilities=join("probabilities"),
        truth=truth,
        scores=join("scores"),
        accepted=join("accepted"),
        unsure=join("unsure"),
    )


def _share(good: NDArray[np.bool_]) -> float:
    return float(good.mean()) if len(good) else float("nan")


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
