"""The round brush on 28 x 28 pixels: what reducing the page's canvas amounts to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnweb.images.preprocess import SIDE

Array = NDArray[np.float32]

PAGE_BRUSH = 20 / 336 * SIDE  # diameter of the page's pen, in pixels of 28 x 28


def stamp(points: Array, owner: NDArray[np.intp], brush: Array) -> Array:
    """Set the pixels whose centres are under a brush of diameter ``brush`` (N,).

    ``points`` (P, 2), x and y in pixels, a quarter of a pixel apart; ``owner`` (P,) is
    the drawing of each. Returns float32 (N, 28, 28), 0 or 1.
    """
    ink = np.zeros((len(brush), SIDE, SIDE), np.float32)
    wide = (brush > 2)[owner]
    for chosen, reach in ((~wide, (0, 1)), (wide, (-1, 0, 1, 2))):
        at, of = points[chosen], owner[chosen]
        radius_2 = (brush / 2)[of] ** 2
        corner = np.floor(at).astype(np.int32)
        part = at - corner
        for dy in reach:
            for dx in reach:
                x, y = corner[:, 0] + dx, corner[:, 1] + dy
                under = (dx - part[:, 0]) ** 2 + (dy - part[:, 1]) ** 2 <= radius_2
                under &= (x >= 0) & (x < SIDE) & (y >= 0) & (y < SIDE)
                ink[of[under], y[under], x[under]] = 1
    return ink
