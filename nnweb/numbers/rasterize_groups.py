"""Draws groups of pieces as the page draws a digit, for the network to see."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnweb.images.brush import PAGE_BRUSH, stamp
from nnweb.images.preprocess import BOX, SIDE, prepare
from nnweb.network import InputSpec
from nnweb.numbers.pieces import Piece, resample

Array = NDArray[np.floating]

_SPACING = 0.25  # pixels between the points that are stamped
_SMALLEST = 0.08  # digit heights; shorter ink stays a dot, as on the page


def draw_groups(
    groups: Sequence[Sequence[Piece]], spec: InputSpec
) -> NDArray[np.float32]:
    """Return the network's input for each group, float32 (N, 784).

    The ink's longer side, brush included, is 20 of 28 pixels, in the middle, drawn with
    the page's brush; then as any drawing.
    """
    points, owner = [], []
    for index, group in enumerate(groups):
        ink = np.concatenate([piece.points for piece in group])
        low, high = ink.min(axis=0), ink.max(axis=0)
        longer = max(float((high - low).max()), _SMALLEST)
        scale = (BOX - PAGE_BRUSH) / longer
        middle = (low + high) / 2
        for piece in group:
            dense = piece.points
            if not piece.cloud:
                dense = resample(dense, _SPACING / scale)
            points.append((dense - middle) * scale + (SIDE - 1) / 2)
            owner.append(np.full(len(dense), index))
    brush = np.full(len(groups), PAGE_BRUSH, np.float32)
    at = np.concatenate(points).astype(np.float32)
    ink_images = stamp(at, np.concatenate(owner), brush)
    paper = (255 - 255 * ink_images).astype(np.uint8)
    return prepare(paper, fit=spec.fit, threshold=spec.threshold)
