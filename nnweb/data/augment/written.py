"""Digits that people wrote with a pen, as strokes, split by writer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment.traces import Traces
from nnweb.errors import DatasetError, raised_as
from nnweb.files.npz import read_npz

_ARRAYS = ("points", "stroke_len", "n_strokes")
_NUMBERS = 2_000_000
_HEIGHT = 20  # pixels of a digit's longer side
_SPACING = 0.25  # pixels between points of a trace


@dataclass(frozen=True)
class WrittenDigits:
    """Written digits, or other characters.

    Attributes
    ----------
    traces : Traces of N characters, the longer side 20 px, in the middle of 28 x 28
    labels : uint8 (N,), or str (N,) of characters that are no digits
    writers : str (N,), the name of each one's writer; "" where it is not known
    """

    traces: Traces
    labels: NDArray[Any]
    writers: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.labels)

    def split(self, every: int = 5) -> tuple[WrittenDigits, WrittenDigits]:
        """Return (train, validation): every fifth writer, by name, is held out."""
        held_out = np.isin(self.writers, self._names()[every - 1 :: every])
        return self.take(~held_out), self.take(held_out)

    def by_writer(self) -> dict[str, NDArray[np.bool_]]:
        """Return which ones each writer wrote: (N,) by name."""
        return {name: self.writers == name for name in self._names()}

    def by_label(self) -> dict[str, NDArray[np.bool_]]:
        """Return which ones have each label: (N,) by its text."""
        return {str(label): self.labels == label for label in np.unique(self.labels)}

    def _names(self) -> list[str]:
        names = set(self.writers.tolist())
        return sorted(names, key=lambda name: (len(name), name))

    def take(self, chosen: NDArray[np.bool_]) -> WrittenDigits:
        at = np.flatnonzero(chosen)
        return WrittenDigits(self.traces.take(at), self.labels[at], self.writers[at])


def load_written(path: str | Path, labels: str = "y") -> WrittenDigits:
    """Read an .npz of strokes; assets/pens/README.md has the arrays.

    ``labels`` is the name of the array of labels. Raises DatasetError if the file
    cannot be read or is not of that kind.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error}") from error
    with raised_as(DatasetError, str(path)):
        arrays = read_npz(data, most=8 * _NUMBERS, numbers=_NUMBERS)
    needed = (*_ARRAYS, labels)
    if missing := [name for name in needed if name not in arrays]:
        raise DatasetError(f"{path}: has no {missing[0]}, expected {', '.join(needed)}")
    points, lengths, counts, names = (arrays[name] for name in needed)
    whole = all(array.dtype.kind in "iu" for array in (lengths, counts))
    fits = (
        whole
        and points.dtype.kind in "iuf"
        and points.shape == (lengths.sum(), 2)
        and counts.sum() == len(lengths)
        and names.shape == counts.shape
        and len(counts) > 0
        and min(lengths.min(), counts.min()) > 0
        and bool(np.isfinite(points).all())
        and (names.dtype.kind == "U" or bool(np.isin(names, range(10)).all()))
    )
    if not fits:
        raise DatasetError(
            f"{path}: strokes, points and labels do not fit together, expected points "
            "(M, 2), and as many strokes and characters as stroke_len and n_strokes say"
        )
    traces = traces_of(points, lengths.astype(np.intp), counts.astype(np.intp))
    writers = arrays.get("group", np.full(len(names), ""))
    return WrittenDigits(traces, names, writers.astype(np.str_))


def traces_of(
    points: NDArray[Any], stroke_lengths: NDArray[np.intp], counts: NDArray[np.intp]
) -> Traces:
    """Return strokes as traces: points (M, 2), points of each stroke, and strokes of
    each of the N drawings.
    """
    stroke = np.repeat(np.arange(len(stroke_lengths)), stroke_lengths)
    owner = np.repeat(np.arange(len(counts)), counts)[stroke]
    sparse = Traces(points.astype(np.float32), owner, len(counts))
    low, high = sparse.bounds()
    scale = _HEIGHT / np.maximum((high - low).max(axis=1), np.float32(1e-3))
    xy = (sparse.points - ((low + high) / 2)[owner]) * scale[owner, None]
    start = np.flatnonzero(stroke[1:] == stroke[:-1])
    step = xy[start + 1] - xy[start]
    pieces = np.maximum(np.ceil(np.hypot(*step.T) / _SPACING), 1).astype(np.intp)
    segment = np.repeat(np.arange(len(start)), pieces)
    place = np.arange(len(segment)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    part = (place / pieces[segment]).astype(np.float32)[:, None]
    between = xy[start][segment] + step[segment] * part
    owners = np.concatenate([owner[start][segment], owner])
    order = np.argsort(owners, kind="stable")
    dense = np.concatenate([between, xy])[order] + np.float32(27 / 2)
    return Traces(dense, owners[order], len(counts))
