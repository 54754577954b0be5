"""Thinning: strokes of a binary image down to lines one pixel wide.

Source: Zhang and Suen 1984, "A Fast Parallel Algorithm for Thinning Digital Patterns".
The algorithm is boolean algebra on a pixel and its eight neighbours, so eight images
are packed into the bits of each byte, and one NumPy operation handles them all: the
60,000 digits of MNIST, enlarged four times, take seconds instead of many minutes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint8]
Bools = NDArray[np.bool_]

_CHUNK = 512  # images at a time: the working set stays in the processor's cache


def thin(images: Bools) -> Bools:
    """Return the skeletons of ``images`` (N, H, W), of the same shape."""
    skeletons = np.empty_like(images)
    for start in range(0, len(images), _CHUNK):
        part = images[start : start + _CHUNK]
        # bit n of byte [row, column, i] belongs to image 8 * i + n
        bits = np.packbits(np.pad(part, ((0, 0), (1, 1), (1, 1))), axis=0)
        bits = np.ascontiguousarray(bits.transpose(1, 2, 0))
        _thin_packed(bits)
        whole = np.unpackbits(bits[1:-1, 1:-1].transpose(2, 0, 1), axis=0)
        skeletons[start : start + _CHUNK] = whole[: len(part)]
    return skeletons


def _thin_packed(bits: Bits) -> None:
    """Thin (H + 2, W + 2, images / 8) in place; the border has no ink."""
    changed = True
    while changed:
        changed = False
        for first in (True, False):
            removed = _removable(bits, first)
            if removed.any():
                bits[1:-1, 1:-1] &= ~removed
                changed = True


def _removable(bits: Bits, first: bool) -> Bits:
    """Return the pixels that the first or the second pass of an iteration removes."""
    # P2 ... P9 of the paper: the neighbours clockwise from the one above
    ring = [
        bits[1 + dy : bits.shape[0] - 1 + dy, 1 + dx : bits.shape[1] - 1 + dx]
        for dy, dx in (
            (-1, 0),
            (-1, 1),
            (0, 1),
            (1, 1),
            (1, 0),
            (1, -1),
            (0, -1),
            (-1, -1),
        )
    ]
    up, right, down, left = ring[::2]
    rises = [~a & b for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)]
    any_rise, two_rises = _one_and_two(rises)
    _, two_set = _one_and_two(ring)
    _, two_clear = _one_and_two([~a for a in ring])
    if first:
        corner = (up & right & down) | (right & down & left)
    else:
        corner = (up & right & left) | (up & down & left)
    one_rise = any_rise & ~two_rises
    return bits[1:-1, 1:-1] & one_rise & two_set & two_clear & ~corner


def _one_and_two(terms: list[Bits]) -> tuple[Bits, Bits]:
    """Return where at least one of the terms is set, and where at least two are."""
    one = terms[0].copy()
    two = np.zeros_like(one)
    for term in terms[1:]:
        two |= one & term
        one |= term
    return one, two
