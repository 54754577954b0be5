"""Preprocessing step by step: the image after each step, with steps left out.

Shows why drawings are preprocessed. With all steps the last image is that of
``nnweb.images.preprocess.prepare``.
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

#: Steps that can be left out. "size": the ink's longer side is scaled to 20 of 28
#: pixels; "average": each of the 28 x 28 pixels is the mean of the area under it, else
#: its middle pixel; "threshold": ink becomes black; "centre": the centre of mass is
#: moved to the middle.
STEPS = ("size", "average", "threshold", "centre")


def stages(
    images: Pixels, *, threshold: int = 127, without: Collection[str] = ()
) -> dict[str, Array]:
    """Return the image after each step, float32 (N, 28, 28), 0 paper ... 1 ink.

    "small": 28 x 28 greys; "ink": thresholded, without specks; "seen": scaled and
    centred, the network's input.

    Parameters
    ----------
    images : uint8, (N, H, W, 4) RGBA or (N, H, W) grey
        Black ink on white paper, H and W of 28 or more. Large images are cropped before
        they are reduced, so that small writing keeps its detail.
    threshold : int
        Greys below ``threshold`` are ink.
    without : names of ``STEPS``

    Raises ImageError for invalid images and unknown names.
    """
    if unknown := sorted(set(without) - set(STEPS)):
        raise ImageError(
            f"step: got {unknown[0]!r}, expected one of {', '.join(STEPS)}"
        )
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
    """Threshold to ink 0 or 1, (N, 28, 28); with a fit, as ``prepare`` does."""
    dark = grey < threshold
    if not fitted:
        return dark.astype(np.float32)
    return drop_specks(with_faint(dark, grey).astype(np.float32))


def _in_place(windows: Array, shape: tuple[int, ...]) -> Array:
    """Move the windows so that the ink keeps its position in the image, if it fits."""
    top, left, side = windows.T
    margin = BOX / SIDE / 2  # of the ink's middle, as a share of the window
    corners = [
        middle - side * np.clip(middle / length, margin, 1 - margin)
        for middle, length in zip((top + side / 2, left + side / 2), shape, strict=True)
    ]
    return np.stack([*corners, side], axis=1).astype(np.float32)


def _nearest(grey: Pixels, windows: Array) -> Pixels:
    """Pick the pixel in the middle of each cell; the outside is paper."""
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
