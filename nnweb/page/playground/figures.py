"""Figures in the console's log: arrays as images, numbers as a chart."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Sequence
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnweb.errors import ShapeError

Send = Callable[[str], object]

MAX_FIGURES = 40  # of one run: a loop must not flood the page
MAX_SHOWN = 500_000  # numbers of an array that is shown: four pictures of 336 px
MAX_PLOTTED = 2_000  # numbers of a chart
_SMALLEST_SQUARE = 16  # numbers of a vector that is shown as a square image


class Figures:
    """The console's ``show`` and ``plot``. They send JSON texts to the page."""

    def __init__(self) -> None:
        self._send: Send = lambda text: None
        self._count = 0

    def begin(self, send: Send) -> None:
        """Send the figures of a new run to ``send``."""
        self._send, self._count = send, 0

    def show(self, array: ArrayLike) -> None:
        """Show an array as an image: (H, W); as images: (N, H, W) or (..., H, W).

        A vector whose length is a square number, as a network's input (784,) or
        (1, 784), is shown as a square. Light blue is positive, orange negative, dark
        is 0.
        """
        values = _numbers("show", array, MAX_SHOWN)
        largest = float(np.abs(values).max()) or 1.0
        shares = np.rint(values / largest * 127).astype(np.int8)
        self._draw(
            shape=_layout(values.shape),
            shares=base64.b64encode(shares.tobytes()).decode(),
            low=float(values.min()),
            high=float(values.max()),
        )

    def plot(self, values: ArrayLike, labels: Sequence[str] = ()) -> None:
        """Draw a chart of one row of numbers: bars, or a line if there are many.

        ``labels`` are written below the bars instead of 0, 1, 2, ...
        """
        numbers = _numbers("plot", values, MAX_PLOTTED)
        if numbers.size != max(numbers.shape):
            raise ShapeError(
                f"plot: got {numbers.shape}, expected one row of numbers, (N,); "
                "show(array) draws an image"
            )
        if len(labels) not in (0, numbers.size):
            raise ShapeError(
                f"plot: got {len(labels)} labels, expected {numbers.size}, one for "
                "each number"
            )
        row = [float(f"{number:.6g}") for number in numbers.ravel()]
        self._draw(values=row, labels=[str(label) for label in labels])

    def _draw(self, **figure: Any) -> None:
        self._count += 1
        if self._count > MAX_FIGURES:
            raise RuntimeError(f"one run may draw {MAX_FIGURES} figures, no more")
        sys.stdout.flush()  # what was printed before stays before
        self._send(json.dumps(figure))


def _numbers(name: str, array: ArrayLike, most: int) -> NDArray[np.float64]:
    """Return finite numbers with at least one axis. Raises ShapeError."""
    values = np.atleast_1d(np.asarray(array))
    if values.dtype.kind not in "buif":
        raise ShapeError(f"{name}: got {values.dtype}, expected numbers")
    if not 0 < values.size <= most:
        raise ShapeError(
            f"{name}: got {values.shape}, {values.size:,} numbers; expected 1 to "
            f"{most:,}: choose a part, as array[:8]"
        )
    values = values.astype(np.float64)
    if bad := int(values.size - np.isfinite(values).sum()):
        raise ShapeError(f"{name}: {bad:,} of {values.size:,} numbers are not finite")
    return values


def _layout(shape: tuple[int, ...]) -> list[int]:
    """Return the shape as the page paints it: (N, H, W), or (count,)."""
    count = int(np.prod(shape))
    if count == max(shape):
        side = isqrt(count)
        square = side * side == count >= _SMALLEST_SQUARE
        return [1, side, side] if square else [count]
    H, W = shape[-2:]
    return [count // (H * W), H, W]
