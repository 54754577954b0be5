"""Batches of fine-tuning: a person's drawings, digits and made-up non-digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment import Mixture, PenStyle
from nnweb.data.augment.outliers import (
    KINDS,
    KINDS_OF_OTHERS,
    glyphs_for,
    make_outliers,
)
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

_SOURCES = 200  # digits that are redrawn by pen, and that non-digits are made from


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
        traces = skeletons(self.images(), dots=True)
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
    are redrawn by pen, a quarter is warped, the rest is as drawn. A quarter each of the
    digits is as it is, warped, redrawn by pen, and in ways of writing that MNIST does
    not show. If the network does not centre its input, all are as they are.

    ``has_new``: the network did not know one of the labels, which may look like parts
    of digits or mirrored ones. These are then no non-digits.
    """

    def __init__(
        self,
        network: Network,
        drawings: Drawings,
        targets: Index,
        digits: Dataset,
        has_new: bool,
    ) -> None:
        self.x, self.targets, self._digits = drawings.x(), targets, digits
        self.has_new = has_new
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
            few = digits.take(slice(0, _SOURCES), "to be redrawn")
            self._sources = Mixture(few.images, few.labels)
        self._kinds = KINDS_OF_OTHERS if has_new else KINDS
        self._glyphs = glyphs_for(network.labels)

    def make(self, step: int) -> tuple[Array, Index]:
        """Return the batch's images (N, 784), drawings first, and their labels."""
        rng, rest = (np.random.default_rng([kind, step]) for kind in range(2))
        # every drawing equally often: all of them in turn, or a sample of many
        order = rng.permutation(max(BATCH_DRAWINGS, len(self.x)))
        drawings = order[:BATCH_DRAWINGS] % len(self.x)
        parts, labels = self._varied(drawings, rng), [self.targets[drawings]]
        for x, of_digits in self._replayed(rest):
            parts.append(x)
            labels.append(of_digits.astype(np.intp))
        if self._outliers:
            parts.append(self._non_digits(rest))
            labels.append(np.full(self._outliers, OUTLIER))
        return np.concatenate(parts), np.concatenate(labels)

    def _varied(self, which: Index, rng: np.random.Generator) -> list[Array]:
        if not self._augment:
            return [self.x[which]]
        quarter = len(which) // 4
        warped = self._mixture.make("warped", which[quarter : 2 * quarter], rng)
        redrawn = _by_pen(self._traces.take(which[2 * quarter :]), rng)
        return [self.x[which[:quarter]], _flat(warped), redrawn]

    def _replayed(
        self, rng: np.random.Generator
    ) -> Iterator[tuple[Array, NDArray[np.integer]]]:
        """Yield digits and their labels, BATCH_DIGITS in all."""
        if not self._augment:
            which = _any(len(self._digits), BATCH_DIGITS, rng)
            yield self._digits_x[which], self._digits.labels[which]
            return
        quarter = BATCH_DIGITS // 4
        which = _any(len(self._digits), quarter, rng)
        yield self._digits_x[which], self._digits.labels[which]
        for kind, of in (
            ("warped", self._digit_mixture),
            ("pen", self._sources),
            ("glyph", self._sources),
        ):
            which = _any(len(of.labels), quarter, rng)
            yield _flat(of.make(kind, which, rng)), of.labels[which]

    def _non_digits(self, rng: np.random.Generator) -> Array:
        which = _any(len(self._sources.labels), self._outliers, rng)
        traces, labels = self._sources.traces.take(which), self._sources.labels[which]
        made = make_outliers(traces, labels, rng, self._glyphs, self._kinds)
        return _by_pen(made, rng)


class SeenBatches:
    """Batches that have been made, as features, of which others are mixed."""

    def __init__(self, most: int) -> None:
        self._most, self._count = most, 0

    def add(self, features: Array, targets: Index) -> None:
        """Add a batch: features (N, ...) and their labels, in the same order always."""
        if self._count == 0:
            self._features = np.empty((self._most, *features.shape), np.float32)
            self._targets = np.empty((self._most, *targets.shape), np.intp)
        self._features[self._count] = features
        self._targets[self._count] = targets
        self._count += 1

    def mixed(self, number: int) -> tuple[Array, Index]:
        """Return a batch of which each place is from a random one of the batches."""
        rng = np.random.default_rng([2, self._count, number])
        places = np.arange(self._targets.shape[1])
        which = rng.integers(self._count, size=len(places))
        return self._features[which, places], self._targets[which, places]


def _any(count: int, size: int, rng: np.random.Generator) -> Index:
    return rng.integers(count, size=size, dtype=np.intp)


def _by_pen(traces: Traces, rng: np.random.Generator) -> Array:
    style = PenStyle()
    return _flat(draw(bend(traces, rng, style), rng, style))


def _flat(ink: Array) -> Array:
    """Return images as network input (N, 784)."""
    return crop(ink).reshape(len(ink), -1)
