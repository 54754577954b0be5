"""Lines through knots, straight or smooth, as matrices: samples = matrix @ knots."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def straight(at: NDArray[np.float64], knots: int) -> NDArray[np.float64]:
    """Return the matrix (len(at), knots) of lines; ``at`` in 0 ... knots - 1."""
    left, t = _split(at, knots)
    return _matrix(left, {0: 1 - t, 1: t}, knots)


def smooth(at: NDArray[np.float64], knots: int) -> NDArray[np.float64]:
    """As ``straight``, by cubic splines that pass through the knots.

    Source: Catmull & Rom 1974, "A Class of Local Interpolating Splines"; the first and
    the last knot are doubled, so that the line begins and ends at them.
    """
    left, t = _split(at, knots)
    shares = {
        -1: (-(t**3) + 2 * t**2 - t) / 2,
        0: (3 * t**3 - 5 * t**2 + 2) / 2,
        1: (-3 * t**3 + 4 * t**2 + t) / 2,
        2: (t**3 - t**2) / 2,
    }
    return _matrix(left, shares, knots)


def _split(
    at: NDArray[np.float64], knots: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the knot before each sample, and the fraction to the next."""
    left = np.minimum(at.astype(np.intp), max(knots - 2, 0))
    return left, at - left


def _matrix(
    left: NDArray[np.intp], shares: dict[int, NDArray[np.float64]], knots: int
) -> NDArray[np.float64]:
    matrix = np.zeros((len(left), knots))
    for step, share in shares.items():
        knot = np.clip(left + step, 0, knots - 1)
        np.add.at(matrix, (np.arange(len(left)), knot), share)
    return matrix
