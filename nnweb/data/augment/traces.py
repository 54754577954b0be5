"""Traces: drawings as points along their lines, any number of points per drawing.

Coordinates are (x, y) in pixels of the 28 x 28 image, whole numbers at the pixels'
centres. Points are so close (a quarter of a pixel) that stamping a round brush at each
of them draws the line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnweb.images.components import label_components
from nnweb.images.thinning import thin

Array = NDArray[np.float32]
Index = NDArray[np.intp]

_ENLARGE = 4
_THICKEST = 16  # enlarged pixels from a line to the edge of its ink


@dataclass(frozen=True)
class Traces:
    """N drawings in one list of points.

    Attributes
    ----------
    points : float32, (P, 2)
        x and y.
    owner : intp, (P,)
        The drawing of each point, 0 ... N - 1, in ascending order.
    count : int
        N; every drawing has at least one point.
    """

    points: Array
    owner: Index
    count: int

    @property
    def starts(self) -> Index:
        """Index of each drawing's first point, (N,)."""
        return np.searchsorted(self.owner, np.arange(self.count))

    def bounds(self) -> tuple[Array, Array]:
        """Return the minimum and maximum x and y of each drawing, (N, 2) each."""
        starts = self.starts
        return (
            np.minimum.reduceat(self.points, starts, axis=0),
            np.maximum.reduceat(self.points, starts, axis=0),
        )

    def moved(self, points: Array) -> Traces:
        """Return the same drawings with other coordinates."""
        return Traces(points.astype(np.float32, copy=False), self.owner, self.count)

    def take(self, which: Index) -> Traces:
        """Return the drawings ``which``, in that order; repetitions are allowed."""
        starts = np.append(self.starts, len(self.points))
        lengths = np.diff(starts)[which]
        owner = np.repeat(np.arange(len(which)), lengths)
        first = np.cumsum(lengths) - lengths
        index = np.arange(len(owner)) + np.repeat(starts[which] - first, lengths)
        return Traces(self.points[index], owner, len(which))

    def with_strokes(self, strokes: list[tuple[Index, Array]]) -> Traces:
        """Add strokes: pairs of k drawings' indices, and points (k, S, 2) for them."""
        owners = [self.owner]
        points = [self.points]
        for which, stroke in strokes:
            owners.append(np.repeat(which, stroke.shape[1]))
            points.append(stroke.reshape(-1, 2).astype(np.float32))
        owner = np.concatenate(owners)
        order = np.argsort(owner, kind="stable")
        return Traces(np.concatenate(points)[order], owner[order], self.count)

    def replaced(self, which: Index, by: Traces) -> Traces:
        """Return the drawings, those of ``which`` (k,) replaced by the k of ``by``."""
        kept = ~np.isin(self.owner, which)
        owner = np.concatenate([self.owner[kept], which[by.owner]])
        points = np.concatenate([self.points[kept], by.points])
        order = np.argsort(owner, kind="stable")
        return Traces(points[order], owner[order], self.count)

    def keep(self, kept: NDArray[np.bool_]) -> Traces:
        """Return only the points where ``kept`` (P,); every drawing must keep one."""
        return Traces(self.points[kept], self.owner[kept], self.count)


def skeletons(images: NDArray[np.uint8], *, dots: bool = False) -> Traces:
    """Return the skeletons of digits (N, 28, 28), ink 0 ... 255.

    Each digit is enlarged four times (bilinear), thresholded and thinned, to about 150
    points, a quarter of a pixel apart.

    Of a dot nothing may be left. One that is a whole drawing becomes a point; with
    ``dots`` so does one beside lines, as of an i. Of a digit it is a speck.
    """
    enlarge = _enlarging(images.shape[1])
    points, owners = [], []
    for start in range(0, len(images), 2048):
        part = images[start : start + 2048].astype(np.float32)
        large = np.matmul(np.matmul(enlarge, part), enlarge.T) > 127
        blank = ~large.any(axis=(1, 2))
        large[blank, large.shape[1] // 2, large.shape[2] // 2] = True
        lines = thin(large)
        lost = _lost(large, lines) if dots else ~lines.any(axis=(1, 2))
        for i in np.flatnonzero(lost):
            _add_dots(large[i], lines[i])
        owner, row, column = np.nonzero(lines)
        pixels = np.stack([column, row], axis=1).astype(np.float32)
        points.append((pixels + 0.5) / _ENLARGE - 0.5)
        owners.append(owner + start)
    return Traces(np.concatenate(points), np.concatenate(owners), len(images))


def _lost(ink: NDArray[np.bool_], lines: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether images (N, H, W) may have ink that is connected with none of its lines.

    Lines are widened within the ink; as in ``thin``, a byte has eight images.
    """
    packed, reached = np.packbits(ink, axis=0), np.packbits(lines, axis=0)
    for _ in range(_THICKEST):
        for axis in (1, 2):
            step = reached.swapaxes(1, axis)
            wide = step.copy()
            wide[:, 1:] |= step[:, :-1]
            wide[:, :-1] |= step[:, 1:]
            reached = wide.swapaxes(1, axis)
        reached &= packed
    left = np.bitwise_or.reduce(packed & ~reached, axis=(1, 2))
    return np.unpackbits(left)[: len(ink)].astype(bool)


def _add_dots(ink: NDArray[np.bool_], lines: NDArray[np.bool_]) -> None:
    """Add the middle of each connected piece of an image's ink that has no line."""
    pieces = label_components(ink)
    for name in np.setdiff1d(pieces[ink], pieces[lines]):
        at = np.argwhere(pieces == name)
        row, column = at[np.square(at - at.mean(axis=0)).sum(axis=1).argmin()]
        lines[row, column] = True


def _enlarging(size: int) -> Array:
    """Return the matrix (4 * size, size) of linear interpolation between centres."""
    at = (np.arange(size * _ENLARGE, dtype=np.float32) + 0.5) / _ENLARGE - 0.5
    distance = np.abs(at[:, None] - np.arange(size, dtype=np.float32))
    return np.maximum(1 - distance, 0)
