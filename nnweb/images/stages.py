"""Preprocessing taken apart: each picture on the way, and what comes without a step.

For whoever wants to see why drawings are prepared at all. With no step left out the
last picture is that of ``nnweb.images.preprocess.prepare``.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ImageError
from nnweb.images.preprocess import (
    BOX,
    SIDE,
    Pixels,
    crop,
    drop_specks,
    grey_of,
    ink_windows,
    resample,
    whole_windows,
    with_faint,
)

Array = NDArray[np.float32]

#: What may be left out. "size": the ink's longer side is brought to 20 of 28 pixels;
#: "average": a pixel of the 28 x 28 is the mean of all that lies under it, else the one
#: in its middle; "threshold": ink is all black; "centre": the centre of mass comes to
#: the middle, else the ink stays where it was drawn.
STEPS = ("size", "average", "threshold", "centre")


def stages(
    images: Pixels, *, threshold: int = 127, without: Collection[str] = ()
) -> dict[str, Array]:
    """Every picture on the way, float32 (N, 28, 28), 0 paper ... 1 ink, in their order.

    "small": 28 x 28 greys; "ink": those that are ink, without dirt; "seen": in size and
    place as the network sees it.

    Parameters
    ----------
    images : uint8, (N, H, W, 4) RGBA or (N, H, W) grey
        Black ink on white paper, H and W of 28 or more. Large images are brought to
        size before they are made small, so that small writing keeps its detail.
    threshold : int
        A grey of ``threshold`` and up is paper.
    without : names of ``STEPS``

    Raises ImageError for other images and other names.
    """
    if unknown := sorted(set(without) - set(STEPS)):
        raise ImageError(f"{unknown[0]!r} is no step; there are {', '.join(STEPS)}")
    size, average, black, centre = (step not in without for step in STEPS)
    grey: NDArray[Any] = grey_of(images)
    if grey.shape[1:] != (SIDE, SIDE):
        windows = ink_windows(grey, threshold) if size else whole_windows(grey)
        if size and not centre:
            windows = _in_place(windows, grey.shape[1:])
        grey = resample(grey, windows, SIDE) if average else _nearest(grey, windows)
    small = 1 - grey.astype(np.float32) / np.float32(255)
    fitted = size or centre
    ink = _black(grey, threshold, fitted) if black else small
    seen = crop(ink, scale=size, centre=centre) if fitted else ink
    return {"small": small, "ink": ink, "seen": seen}


def _black(grey: NDArray[Any], threshold: int, fitted: bool) -> Array:
    """Ink 0 or 1, (N, 28, 28); a fit has care for faint lines and for dirt."""
    dark = grey < threshold
    if not fitted:
        return dark.astype(np.float32)
    return drop_specks(with_faint(dark, grey).astype(np.float32))


def _in_place(windows: Array, shape: tuple[int, ...]) -> Array:
    """Windows in which the ink lies where it does on its sheet, if there is room."""
    top, left, side = windows.T
    margin = BOX / SIDE / 2  # of the ink's middle, as a share of the window
    corners = [
        middle - side * np.clip(middle / length, margin, 1 - margin)
        for middle, length in zip((top + side / 2, left + side / 2), shape, strict=True)
    ]
    return np.stack([*corners, side], axis=1).astype(np.float32)


def _nearest(grey: Pixels, windows: Array) -> Pixels:
    """The pixel in the middle of each cell; what lies outside is paper."""
    N, H, W = grey.shape
    cell = np.arange(SIDE) + 0.5
    at = [
        np.floor(low[:, None] + windows[:, 2:] / SIDE * cell) for low in windows.T[:2]
    ]
    rows, columns = (lines.astype(np.intp) for lines in at)
    inside = ((rows >= 0) & (rows < H))[:, :, None] & ((columns >= 0) & (columns < W))[
        :, None, :
    ]
    picked = grey[
        np.arange(N)[:, None, None],
        rows.clip(0, H - 1)[:, :, None],
        columns.clip(0, W - 1)[:, None, :],
    ]
    return np.where(inside, picked, np.uint8(255))
