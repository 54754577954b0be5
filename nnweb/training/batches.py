"""Batches: examples as a network takes them, a handful for each step of training.

Each random choice of a run is drawn from a generator made of the run's seed, what it is
for and where in the run it is made (``stream``), never from one that was passed along.
So any step's batch can be made without those before it, by any process, and a run that
was left is taken up again as if it had not been.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nnweb.data.datasets import Dataset
from nnweb.images.preprocess import prepare
from nnweb.network import InputSpec

Array = NDArray[np.float32]

_PURPOSES = ("weights", "shuffle", "dropout", "augment")
_CHUNK = 1000  # images prepared at once: bounds the memory


def stream(seed: int, purpose: str, *place: int) -> np.random.Generator:
    """The generator for one purpose at one place of the run with this seed."""
    return np.random.default_rng([seed, _PURPOSES.index(purpose), *place])


@dataclass(frozen=True)
class Batch:
    """Examples of one step.

    Attributes
    ----------
    x : float32 (N, 784), 0 paper ... 1 ink
    targets : integers (N,), or rows (N, labels), as ``nnweb.training.losses`` has them
    weights : (N,), how much each counts, or None
    """

    x: Array
    targets: NDArray[Any]
    weights: Array | None = None


class BatchSource(Protocol):
    """Where batches come from.

    Attributes
    ----------
    steps : batches in an epoch
    examples : examples in an epoch, to reckon a rate with
    fingerprint : text that is the same only for the same batches
    """

    steps: int
    examples: int
    fingerprint: str

    def epoch(self, epoch: int, start: int = 0) -> Generator[Batch]:
        """The batches of an epoch from step ``start`` on.

        A pure function of ``epoch`` and ``start``.
        """
        ...

    def close(self) -> None:
        """Let go of processes and files, where there are any."""
        ...


class PlainBatches:
    """A data set as it is, each example once an epoch, in an order new each epoch."""

    def __init__(
        self, data: Dataset, spec: InputSpec, *, batch_size: int, seed: int
    ) -> None:
        self._x, self._labels = inputs_of(data, spec), data.labels
        self._batch_size, self._seed = batch_size, seed
        self.examples = len(data)
        self.steps = math.ceil(len(data) / batch_size)
        self.fingerprint = f"plain, {spec}, {data.fingerprint}"

    def epoch(self, epoch: int, start: int = 0) -> Generator[Batch]:
        order = stream(self._seed, "shuffle", epoch).permutation(self.examples)
        for step in range(start, self.steps):
            at = order[step * self._batch_size : (step + 1) * self._batch_size]
            yield Batch(self._x[at], self._labels[at])

    def close(self) -> None:
        """Nothing is held."""


def inputs_of(data: Dataset, spec: InputSpec) -> Array:
    """The images of ``data`` as a network of this input sees them, (N, 784)."""
    x = np.empty((len(data), 28 * 28), np.float32)
    for start in range(0, len(data), _CHUNK):
        part = slice(start, start + _CHUNK)
        # ``prepare`` takes what a canvas gives: black ink on white paper
        paper = 255 - data.images[part]
        x[part] = prepare(paper, fit=spec.fit, threshold=spec.threshold)
    return x
