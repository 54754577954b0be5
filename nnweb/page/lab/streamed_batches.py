"""Batches for the lab, from digits that arrive in blocks.

Batches are made one at a time, so that a pause takes effect at once. Skeletons, which
are expensive, are made when a digit is first drawn with the pen, and kept.
"""

from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment import Mix, Mixture
from nnweb.data.augment.traces import Traces, skeletons
from nnweb.data.datasets import Dataset
from nnweb.network import InputSpec
from nnweb.training.batches import Batch, inputs_of, stream

Array = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Index = NDArray[np.intp]

_MIXES = {
    "warps": Mix(clean=0.25, pen=0.0, outliers=0.0),
    "pen": Mix(outliers=0.0),
}


class DigitBuffer:
    """Room for ``count`` labelled digits, filled in parts, and their network input."""

    def __init__(self, spec: InputSpec, count: int) -> None:
        self.spec, self.count = spec, count
        self.filled = 0
        self.images = np.empty((count, 28, 28), np.uint8)
        self.labels = np.empty(count, np.uint8)
        # a byte per pixel: 60,000 digits in float32 would take 190 MB
        self._ink = np.empty((count, 784), np.uint8)
        self._traces: dict[int, Array] = {}

    def add(self, data: Dataset) -> None:
        """Add digits; those beyond ``count`` are dropped."""
        data = data.take(slice(0, self.count - self.filled), "the first ones")
        place = slice(self.filled, self.filled + len(data))
        self.images[place], self.labels[place] = data.images, data.labels
        self._ink[place] = inputs_of(data, self.spec) * 255 + np.float32(0.5)
        self.filled = place.stop

    @property
    def fingerprint(self) -> str:
        return Dataset(self.images, self.labels).fingerprint

    def inputs(self, at: Index | slice) -> Array:
        """Return the digits as network input: (N, 784), 0 paper ... 1 ink."""
        return self._ink[at].astype(np.float32) * np.float32(1 / 255)

    def traces(self, at: Index) -> Traces:
        """Return the digits' skeletons."""
        missing = [int(i) for i in at if int(i) not in self._traces]
        if missing:
            made = skeletons(self.images[missing])
            edges = made.starts[1:]
            self._traces |= zip(missing, np.split(made.points, edges), strict=True)
        lines = [self._traces[int(i)] for i in at]
        owner = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
        return Traces(np.concatenate(lines), owner, len(lines))


class StreamedBatches:
    """A BatchSource over ``digits``, with or without augmentation.

    Each epoch has every digit once, in an order of its own that does not depend on the
    batch size: so the size can change in the middle of an epoch.
    """

    def __init__(
        self, digits: DigitBuffer, *, batch_size: int, seed: int, augmentation: str
    ) -> None:
        self._digits, self._batch_size, self._seed = digits, batch_size, seed
        self._mix = _MIXES.get(augmentation)
        self.examples = digits.count
        self.steps = math.ceil(self.examples / batch_size)
        self.fingerprint = f"lab, {digits.spec}, {digits.fingerprint}"

    def epoch(self, epoch: int, start: int = 0) -> Generator[Batch]:
        """Yield the batches of an epoch from step ``start`` on; see ``BatchSource``."""
        order = stream(self._seed, "shuffle", epoch).permutation(self.examples)
        for step in range(start, self.steps):
            at = order[step * self._batch_size : (step + 1) * self._batch_size]
            if self._mix is None:
                yield Batch(self._digits.inputs(at), self._digits.labels[at])
            else:
                yield self._augmented(at, self._mix, [self._seed, epoch, step])

    def _augmented(self, at: Index, mix: Mix, seed: list[int]) -> Batch:
        digits = self._digits
        traces = digits.traces(at) if mix.pen else None
        mixture = Mixture(digits.images[at], digits.labels[at], mix, traces=traces)
        ink, labels = mixture.chunk(np.arange(len(at)), seed)
        x = ink.astype(np.float32) * np.float32(1 / 255)
        return Batch(x, labels.astype(np.intp))

    def close(self) -> None:
        """There is nothing to release."""
