"""The three matrix products of a layer, by whichever way this NumPy is quick at.

A NumPy built with BLAS multiplies matrices tens of times faster by ``@``. Without one
(the NumPy that Pyodide ships) ``@`` is a plain triple loop and einsum, whose inner
loops are vectorised, takes a half to a third of its time. What decides is what NumPy
says of its own build, never the platform: results agree to rounding either way.

einsum likes the summed axis to be contiguous in both operands. That is why ``Dense``
keeps its ``W`` in Fortran order: logically (fan_in, fan_out), in memory (out, in).

Where there is no BLAS, pixels that are paper in every image of a batch are left out: a
third of them all, at batches of 64. Each adds zero to the sums, so nothing changes.
Of a single image four fifths are paper, and half of what a ReLU gives is zero: where
``W`` lies in C order, only the rows of what is not zero are added up.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@cache
def has_blas() -> bool:
    """Whether this NumPy was built with a BLAS library."""
    config: Any = np.show_config(mode="dicts")
    blas = config.get("Build Dependencies", {}).get("blas", {})
    # meson writes the found flag as a bool, or as "false" where the build had none
    return str(blas.get("found", False)).lower() == "true"


def matmul(x: Array, W: Array, *, out: Array | None = None) -> Array:
    """x @ W: (N, K) by (K, M) to (N, M), or into ``out``. The forward product."""
    if has_blas():
        return np.matmul(x, W, out=out)
    if len(x) == 1 and W.flags.c_contiguous:
        lit = x[0].astype(bool).nonzero()[0]  # bools are quicker to look through
        x, W = x.take(lit, 1), W.take(lit, 0)
    elif (lit := _lit(x, W.shape[1])) is not None:
        x, W = x[:, lit], W.T[:, lit].T
    return np.einsum("nk,km->nm", x, W, out=out)


def matmul_tn(x: Array, dy: Array) -> Array:
    """x.T @ dy: (N, K) by (N, M) to (K, M), in Fortran order as ``W`` is.

    The gradient of the weights. An optimizer walks through both side by side.
    """
    if has_blas():
        return (dy.T @ x).T
    lit = _lit(x, dy.shape[1])
    if lit is None:
        return np.einsum("nm,nk->mk", dy, x).T
    dW = np.zeros((dy.shape[1], x.shape[1]), np.result_type(dy, x))
    dW[:, lit] = np.einsum("nm,nk->mk", dy, x[:, lit])
    return dW.T


def matmul_nt(dy: Array, W: Array) -> Array:
    """dy @ W.T: (N, M) by (K, M) to (N, K). The gradient of the input."""
    if has_blas():
        return dy @ W.T
    return np.einsum("nm,km->nk", dy, W)


def column_sums(x: Array) -> Array:
    """x.sum(axis=0): (N, M) to (M,). The gradient of a bias.

    As a product, for NumPy's own sum is slow where a row is short.
    """
    if has_blas():
        return np.ones(len(x), x.dtype) @ x
    return np.einsum("nm->m", x)


def _lit(x: Array, M: int) -> NDArray[np.intp] | None:
    """The columns of x that are not all zero; None if to leave out the rest is no gain.

    A look at all of x is a fiftieth of the work where M, the other side of the product,
    is 100; leaving out takes about as long as 40 columns of M would.
    """
    if M < _WORTH_A_LOOK or x.shape[1] < _WORTH_A_LOOK or len(x) < 2:
        return None
    lit = np.flatnonzero(x.any(axis=0))
    return lit if len(lit) < _FEW * x.shape[1] else None


_WORTH_A_LOOK = 64
_FEW = 0.8
