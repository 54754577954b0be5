"""Redrawing with a pen: traces drawn with a round brush, anywhere and at any size.

A digit of MNIST, thinned to its skeleton, is distorted, sheared and rotated a little,
then drawn with the page's brush: small or large, anywhere on the canvas. A pixel is ink
if its centre is under the brush, which is what reducing the canvas from 336 to 28
pixels and thresholding it amounts to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment.traces import Traces
from nnweb.data.augment.warp import affine_matrices
from nnweb.images.brush import stamp as brush_images

Array = NDArray[np.float32]

SIDE = 28
BOX = 20  # the ink's longer side when the page redraws the strokes, in pixels


@dataclass(frozen=True)
class PenStyle:
    """How drawings vary. Lengths in pixels of the 28 x 28 image.

    Attributes
    ----------
    brush : (float, float)
        Diameter of the pen; the page's is 20 / 336 * 28 = 1.67.
    size : (float, float)
        Longer side of the ink, as a share of the canvas.
    centred : float
        Share of drawings in the middle of the canvas.
    magnified : float
        Share of drawings that are cropped before they are reduced to 28 pixels: their
        ink is 20 px, and the brush is magnified accordingly.
    wild : float
        Share of drawings with a pen and a slant, to the right, of the wider ranges.
    elastic, rotation, shear, aspect
        As in ``warp``, the field on a 5 x 5 grid.
    """

    brush: tuple[float, float] = (1.5, 1.95)
    size: tuple[float, float] = (0.33, 1.0)
    centred: float = 0.2
    magnified: float = 0.3
    wild: float = 0.15
    wild_brush: tuple[float, float] = (1.0, 3.0)
    wild_slant: float = 0.7
    elastic: float = 0.9
    rotation: float = 12
    shear: float = 0.25
    aspect: float = 0.15


def bend(traces: Traces, rng: np.random.Generator, style: PenStyle) -> Traces:
    """Distort traces, elastically and affinely, about the middle of the image."""
    owner, points = traces.owner, traces.points - np.float32((SIDE - 1) / 2)
    points = points + _field_at(points, owner, traces.count, rng, style.elastic)
    # a hand slants to the right; a 7 that leans to the left is another hand's 1
    wild = rng.random(traces.count) < style.wild
    least = -np.where(wild, style.wild_slant, style.shear)
    M = affine_matrices(
        traces.count,
        rng,
        rotation=style.rotation,
        scale=(1, 1),
        shear=(least, style.shear),
        aspect=style.aspect,
    )[owner]
    x, y = points[:, 0], points[:, 1]
    moved = [M[:, 0, 0] * x + M[:, 0, 1] * y, M[:, 1, 0] * x + M[:, 1, 1] * y]
    return traces.moved(np.stack(moved, axis=1))


def draw(traces: Traces, rng: np.random.Generator, style: PenStyle) -> Array:
    """Draw the traces on canvases of 28 x 28: float32 (N, 28, 28), 0 or 1."""
    N = traces.count
    brush = rng.uniform(*style.brush, N).astype(np.float32)
    wild = rng.random(N) < style.wild
    brush[wild] = rng.uniform(*style.wild_brush, np.count_nonzero(wild))
    share = rng.uniform(*style.size, N).astype(np.float32)
    magnified = rng.random(N) < style.magnified
    brush = np.where(magnified, brush * (BOX / SIDE) / share, brush)
    brush = np.minimum(brush, np.float32(4))
    length = np.where(magnified, np.float32(BOX), share * SIDE)
    low, high = traces.bounds()
    extent = np.maximum((high - low).max(axis=1), np.float32(1e-3))
    scale = np.maximum(length - brush, 1) / extent
    margin = np.maximum(SIDE - (high - low) * scale[:, None] - brush[:, None], 0)
    position = rng.random((N, 2), dtype=np.float32)
    position[rng.random(N) < style.centred] = 0.5
    position[magnified] = 0.5
    corner = brush[:, None] / 2 + position * margin - np.float32(0.5)
    owner = traces.owner
    points = (traces.points - low[owner]) * scale[owner, None] + corner[owner]
    return stamp(traces.moved(points), brush)


def stamp(traces: Traces, brush: Array) -> Array:
    """Draw traces with brushes of diameter ``brush`` (N,): float32 (N, 28, 28)."""
    return brush_images(traces.points, traces.owner, brush)


def _field_at(
    points: Array,
    owner: NDArray[np.intp],
    count: int,
    rng: np.random.Generator,
    std: float,
) -> Array:
    """Return a random bilinear field for each drawing, at its points: (P, 2)."""
    grid = 5
    knots = rng.standard_normal((count, grid, grid, 2), dtype=np.float32)
    knots *= np.float32(std)
    at = np.clip((points / SIDE + np.float32(0.5)) * (grid - 1), 0, grid - 1.001)
    low = at.astype(np.int32)
    part = at - low
    px, py = part[:, :1], part[:, 1:]
    flat = knots.reshape(-1, 2)
    index = (owner * grid + low[:, 1]) * grid + low[:, 0]
    above = flat[index] * (1 - px) + flat[index + 1] * px
    below = flat[index + grid] * (1 - px) + flat[index + grid + 1] * px
    field: Array = above * (1 - py) + below * py
    return field
