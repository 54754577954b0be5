"""Batches: the network input and targets of each training step.

Every random choice of a run uses a generator derived from the run's seed, its purpose
and its position in the run (``stream``). So any step's batch can be made without the
previous ones, in any process, and a resumed run continues as if never interrupted.
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
_CHUNK = 1000  # images in one call: bounds the memory


def stream(seed: int, purpose: str, *place: int) -> np.random.Generator:
    """Return the generator for one purpose at one position of a run."""
    return np.random.default_rng([seed, _PURPOSES.index(purpose), *place])


@dataclass(frozen=True)
class Batch:
    """The examples of one step.

    Attributes
    ----------
    x : float32 (N, 784), 0 paper ... 1 ink
    targets : integers (N,), or rows of shares, as ``nnweb.training.losses`` has them
    weights : (N,), the weight of each example, or None
    """

    x: Array
    targets: NDArray[Any]
    weights: Array | None = None


class BatchSource(Protocol):
    """A source of batches.

    Attributes
    ----------
    steps : batches in an epoch
    examples : examples in an epoch
    fingerprint : text that identifies the batches
    """

    steps: int
    examples: int
    fingerprint: str

    def epoch(self, epoch: int, start: int = 0) -> Generator[Batch]:
        """Yield the batches of an epoch from step ``start`` on.

        A pure function of ``epoch`` and ``start``.
        """
        ...

    def close(self) -> None:
        """Release processes and files."""
        ...


class PlainBatches:
    """A data set without augmentation, in a different order in each epoch."""

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
        """There is nothing to release."""


def inputs_of(data: Dataset, spec: InputSpec) -> Array:
    """Return the images of ``data`` as network input, (N, 784)."""
    x = np.empty((len(data), 28 * 28), np.float32)
    for start in range(0, len(data), _CHUNK):
        part = slice(start, start + _CHUNK)
        # ``prepare`` takes black ink on white paper
        paper = 255 - data.images[part]
        x[part] = prepare(paper, fit=spec.fit, threshold=spec.threshold)
    return x
