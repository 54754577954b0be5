"""The mixture that the shipped networks are trained on, one chunk at a time.

By default an eighth of each chunk is the data unchanged, three eighths are warped, a
half is redrawn with the pen; made-up non-digits are added. Everything is then cropped
like drawings. A chunk is a pure function of its indices and its seed, independent of
process and order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment.other_glyphs import NOT_DIGITS
from nnweb.data.augment.outliers import KINDS as OUTLIER_KINDS
from nnweb.data.augment.outliers import (
    KINDS_OF_OTHERS,
    glyphs_for,
    make_outliers,
)
from nnweb.data.augment.pen import PenStyle, bend, draw
from nnweb.data.augment.styles import add_styles, same_label, swap_in_glyphs
from nnweb.data.augment.traces import Traces, skeletons
from nnweb.data.augment.warp import add_noise, vary_strokes, warp
from nnweb.data.augment.written import WrittenDigits
from nnweb.images.preprocess import crop
from nnweb.network import DIGITS, OUTLIER

Array = NDArray[np.float32]
Pixels = NDArray[np.uint8]
Index = NDArray[np.intp]

KINDS = ("clean", "warped", "pen", "glyph", "outlier")
THRESHOLD = 127  # MNIST's ink 0 ... 255 above this is ink


@dataclass(frozen=True)
class Mix:
    """Shares of the kinds in a chunk, and the style of its pen.

    ``clean`` and ``pen`` are shares of the digits, the rest of which is warped;
    ``outliers`` are added, as a share of the number of digits; ``glyphs`` is the share
    of pen drawings that are glyphs, ``pens`` the share that people have written;
    ``noise`` the share of warped images with single inverted pixels.
    """

    clean: float = 0.125
    pen: float = 0.5
    outliers: float = 0.125
    glyphs: float = 0.12
    pens: float = 0.0
    noise: float = 0.05
    pen_style: PenStyle = field(default_factory=PenStyle)


class Mixture:
    """Digits (N, 28, 28), ink 0 ... 255, with their labels, as a source of examples.

    ``traces`` are the digits' skeletons if known; else they are made on first use.
    ``pens`` are needed for a share of them in the mix. With other ``names`` of the
    labels than the ten digits', the images are of these; no glyphs are mixed in.
    """

    def __init__(
        self,
        images: Pixels,
        labels: Pixels,
        mix: Mix | None = None,
        *,
        traces: Traces | None = None,
        pens: WrittenDigits | None = None,
        names: Sequence[str] = DIGITS,
    ) -> None:
        self.images, self.labels, self.pens = images, labels, pens
        self._digits = tuple(names) == DIGITS
        self._outlier_kinds = OUTLIER_KINDS if self._digits else KINDS_OF_OTHERS
        self._outlier_glyphs = NOT_DIGITS if self._digits else glyphs_for(names)
        self.mix = Mix() if mix is None else mix
        self._known_traces = traces

    @cached_property
    def traces(self) -> Traces:
        if self._known_traces is not None:
            return self._known_traces
        return skeletons(self.images, dots=not self._digits)

    def chunk(
        self, indices: Index, seed: list[int]
    ) -> tuple[Pixels, NDArray[np.int16]]:
        """Return images (K, 784) uint8, ink, and labels (K,), OUTLIER for a non-digit.

        K is ``len(indices)`` plus the outliers. Every index is used once as a digit;
        the order is shuffled.
        """
        rng = np.random.default_rng(seed)
        mix, K = self.mix, len(indices)
        kind = rng.permutation(K)
        first, last = round(K * mix.clean), K - round(K * mix.pen)
        clean, pen = indices[kind < first], indices[kind >= last]
        warped = np.sort(indices[(kind >= first) & (kind < last)])
        outliers = rng.choice(indices, round(K * mix.outliers), replace=False)
        ink = np.concatenate(
            [
                self.make(kind_of, part, rng)
                for kind_of, part in zip(
                    ("clean", "warped", "pen", "outlier"),
                    (clean, warped, pen, outliers),
                    strict=True,
                )
                if len(part)
            ]
        )
        labels = self.labels[np.concatenate([clean, warped, pen])].astype(np.int16)
        labels = np.concatenate([labels, np.full(len(outliers), OUTLIER, np.int16)])
        order = rng.permutation(len(ink))
        seen = crop(ink[order]).reshape(len(ink), -1)
        return (seen * 255 + np.float32(0.5)).astype(np.uint8), labels[order]

    def make(self, kind: str, indices: Index, rng: np.random.Generator) -> Array:
        """Make images of one of KINDS from digits: (K, 28, 28), 0 ... 1.

        Not cropped yet. "glyph" is a glyph with the same label.
        """
        makers = {
            "clean": self._clean,
            "warped": self._warped,
            "pen": self._pen,
            "glyph": self._glyphs,
            "outlier": self._outliers,
        }
        return makers[kind](indices, rng)

    def _clean(self, indices: Index, rng: np.random.Generator) -> Array:
        return (self.images[indices] > THRESHOLD).astype(np.float32)

    def _warped(self, indices: Index, rng: np.random.Generator) -> Array:
        images = self.images[indices].astype(np.float32) / np.float32(255)
        ink = vary_strokes(warp(images, rng), rng)
        noisy = rng.random(len(ink)) < self.mix.noise
        ink[noisy] = add_noise(ink[noisy], rng, 0.01)
        return ink

    def _pen(self, indices: Index, rng: np.random.Generator) -> Array:
        labels, style = self.labels[indices], self.mix.pen_style
        traces = self.traces.take(indices)
        if self._digits:
            traces = add_styles(traces, labels, rng)
            traces = swap_in_glyphs(traces, labels, rng, self.mix.glyphs)
        if self.pens is not None:
            written = np.flatnonzero(rng.random(len(indices)) < self.mix.pens)
            which = same_label(self.pens.labels, labels[written], rng)
            traces = traces.replaced(written, self.pens.traces.take(which))
        return draw(bend(traces, rng, style), rng, style)

    def _glyphs(self, indices: Index, rng: np.random.Generator) -> Array:
        style, traces = self.mix.pen_style, self.traces.take(indices)
        traces = swap_in_glyphs(traces, self.labels[indices], rng, 1)
        return draw(bend(traces, rng, style), rng, style)

    def _outliers(self, indices: Index, rng: np.random.Generator) -> Array:
        style = self.mix.pen_style
        traces: Traces = make_outliers(
            self.traces.take(indices),
            self.labels[indices],
            rng,
            self._outlier_glyphs,
            self._outlier_kinds,
        )
        return draw(bend(traces, rng, style), rng, style)
