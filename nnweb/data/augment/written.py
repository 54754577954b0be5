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

_ARRAYS = ("points", "stroke_len", "n_strokes", "y", "group")
_NUMBERS = 2_000_000
_HEIGHT = 20  # pixels of a digit's longer side
_SPACING = 0.25  # pixels between points of a trace


@dataclass(frozen=True)
class WrittenDigits:
    """Written digits.

    Attributes
    ----------
    traces : Traces of N digits, the longer side 20 px, in the middle of 28 x 28
    labels : uint8 (N,)
    writers : str (N,), the name of each digit's writer
    """

    traces: Traces
    labels: NDArray[np.uint8]
    writers: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.labels)

    def split(self, every: int = 5) -> tuple[WrittenDigits, WrittenDigits]:
        """Return (train, validation): every fifth writer, by name, is held out."""
        names = sorted(set(self.writers.tolist()), key=lambda name: (len(name), name))
        held_out = np.isin(self.writers, names[every - 1 :: every])
        return self._take(~held_out), self._take(held_out)

    def _take(self, chosen: NDArray[np.bool_]) -> WrittenDigits:
        which = np.flatnonzero(chosen)
        return WrittenDigits(
            self.traces.take(which), self.labels[which], self.writers[which]
        )


def load_written(path: str | Path) -> WrittenDigits:
    """Read an .npz of strokes; assets/pens/README.md has the arrays.

    Raises DatasetError if it cannot be read or is not of that kind.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error}") from error
    with raised_as(DatasetError, str(path)):
        arrays = read_npz(data, most=8 * _NUMBERS, numbers=_NUMBERS)
    if missing := [name for name in _ARRAYS if name not in arrays]:
        raise DatasetError(
            f"{path}: has no {missing[0]}, expected {', '.join(_ARRAYS)}"
        )
    points, lengths, counts, labels, writers = (arrays[name] for name in _ARRAYS)
    fits = (
        points.shape == (lengths.sum(), 2)
        and counts.sum() == len(lengths)
        and len(counts) == len(labels) == len(writers) > 0
        and min(lengths.min(), counts.min()) > 0
        and labels.dtype == np.uint8
        and labels.max() <= 9
    )
    if not fits:
        raise DatasetError(
            f"{path}: strokes, points and labels do not fit together, expected points "
            "(M, 2), and as many strokes and digits as stroke_len and n_strokes say"
        )
    traces = traces_of(points, lengths.astype(np.intp), counts.astype(np.intp))
    return WrittenDigits(traces, labels, writers.astype(np.str_))


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
