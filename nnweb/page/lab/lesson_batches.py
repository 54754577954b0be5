"""Batches of fine-tuning: a person's drawings, MNIST digits and made-up non-digits."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment import Mixture, PenStyle
from nnweb.data.augment.outliers import glyphs_for, make_outliers
from nnweb.data.augment.pen import bend, draw
from nnweb.data.augment.traces import Traces, skeletons
from nnweb.data.augment.written import traces_of
from nnweb.data.datasets import Dataset
from nnweb.images.preprocess import crop
from nnweb.layers import Array
from nnweb.network import OUTLIER, Network
from nnweb.training.batches import inputs_of

Index = NDArray[np.intp]

#: Images of each kind in a batch.
BATCH_DRAWINGS, BATCH_DIGITS, BATCH_OUTLIERS = 16, 48, 8

_OUTLIER_SOURCES = 200  # digits that non-digits are made from


@dataclass
class Drawings:
    """A person's drawings, one more with each ``add``.

    ``labels`` are texts, "" for what is none of a network's labels.
    """

    inputs: list[Array] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    _strokes: list[tuple[Array, list[int]] | None] = field(default_factory=list)

    def add(self, x: Array, label: str, points: Array, lengths: list[int]) -> None:
        """Add network input (784,); ``points`` (P, 2) of its strokes, if it has any."""
        self.inputs.append(x)
        self.labels.append(label)
        self._strokes.append((points, lengths) if lengths else None)

    def __len__(self) -> int:
        return len(self.labels)

    def x(self) -> Array:
        return np.stack(self.inputs)

    def images(self) -> NDArray[np.uint8]:
        """Return them as ink, uint8 (N, 28, 28)."""
        return (self.x() * 255 + np.float32(0.5)).astype(np.uint8).reshape(-1, 28, 28)

    def traces(self) -> Traces:
        """Return the strokes; of a picture, which has none, the skeleton of its ink."""
        traces = skeletons(self.images())
        drawn = [(i, *one) for i, one in enumerate(self._strokes) if one is not None]
        if not drawn:
            return traces
        which, points, lengths = zip(*drawn, strict=True)
        counts = np.array([len(one) for one in lengths])
        written = traces_of(np.concatenate(points), np.concatenate(lengths), counts)
        return traces.replaced(np.array(which), written)


class LessonBatches:
    """Drawings, digits and non-digits for each step; a pure function of the step.

    ``targets`` (N,) are the labels of the drawings, as numbers. Half of the drawings
    are redrawn by pen, a quarter is warped, the rest is as drawn; of the digits half is
    warped. If the network does not centre its input, all are as they are.
    """

    def __init__(
        self, network: Network, drawings: Drawings, targets: Index, digits: Dataset
    ) -> None:
        self.x, self.targets, self._digits = drawings.x(), targets, digits
        self._digits_x = inputs_of(digits, network.input)
        self._augment = network.input.fit == "digit"
        # only networks that reject were trained on non-digits
        rejects = network.reject_below is not None
        self._outliers = BATCH_OUTLIERS if self._augment and rejects else 0
        images = drawings.images()
        self._mixture = Mixture(images, np.zeros(len(images), np.uint8))
        self._digit_mixture = Mixture(digits.images, digits.labels)
        if self._augment:
            self._traces = drawings.traces()
        if self._outliers:
            self._sources = digits.take(slice(0, _OUTLIER_SOURCES), "for non-digits")
            self._source_traces = skeletons(self._sources.images)
            self._glyphs = glyphs_for(network.labels)

    def make(self, step: int) -> tuple[Array, Index]:
        """Return the batch's images (N, 784), drawings first, and their labels."""
        rng = np.random.default_rng([0, step])
        # every drawing equally often: all of them in turn, or a sample of many
        order = rng.permutation(max(BATCH_DRAWINGS, len(self.x)))
        drawings = order[:BATCH_DRAWINGS] % len(self.x)
        digits = rng.integers(len(self._digits), size=BATCH_DIGITS, dtype=np.intp)
        parts = [*self._varied(drawings, rng), *self._half_warped(digits, rng)]
        labels = [self.targets[drawings], self._digits.labels[digits].astype(np.intp)]
        if self._outliers:
            parts.append(self._non_digits(rng))
            labels.append(np.full(self._outliers, OUTLIER))
        return np.concatenate(parts), np.concatenate(labels)

    def _varied(self, which: Index, rng: np.random.Generator) -> list[Array]:
        if not self._augment:
            return [self.x[which]]
        quarter = len(which) // 4
        warped = self._mixture.make("warped", which[quarter : 2 * quarter], rng)
        redrawn = _by_pen(self._traces.take(which[2 * quarter :]), rng)
        return [self.x[which[:quarter]], _flat(warped), redrawn]

    def _half_warped(self, which: Index, rng: np.random.Generator) -> list[Array]:
        if not self._augment:
            return [self._digits_x[which]]
        half = len(which) // 2
        warped = self._digit_mixture.make("warped", which[half:], rng)
        return [self._digits_x[which[:half]], _flat(warped)]

    def _non_digits(self, rng: np.random.Generator) -> Array:
        count = len(self._sources)
        which = rng.integers(count, size=self._outliers, dtype=np.intp)
        traces, labels = self._source_traces.take(which), self._sources.labels[which]
        return _by_pen(make_outliers(traces, labels, rng, self._glyphs), rng)


def _by_pen(traces: Traces, rng: np.random.Generator) -> Array:
    style = PenStyle()
    return _flat(draw(bend(traces, rng, style), rng, style))


def _flat(ink: Array) -> Array:
    """Return images as network input (N, 784)."""
    return crop(ink).reshape(len(ink), -1)
