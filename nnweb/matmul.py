"""The three matrix products of a layer, in the way that is fastest with this NumPy.

A NumPy built with BLAS multiplies matrices tens of times faster with ``@``. Without one
(the NumPy that Pyodide ships) ``@`` is a plain triple loop, and einsum, whose inner
loops are vectorized, takes a half to a third of its time. NumPy's own build information
decides, never the platform; the results agree to rounding.

einsum is fastest if the summed axis is contiguous in both operands. That is why
``Dense`` keeps its ``W`` in Fortran order: (fan_in, fan_out), in memory (out, in).

Without BLAS, columns of x that are zero in the whole batch are skipped: a third of the
pixels, at batches of 64. They add nothing to the sums. In a single image four fifths of
the pixels are zero, and so is half of a ReLU's output: if ``W`` is in C order, only the
rows for nonzero inputs are added up.
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
    # meson writes the flag as a bool, or as the text "false"
    return str(blas.get("found", False)).lower() == "true"


def matmul(x: Array, W: Array, *, out: Array | None = None) -> Array:
    """x @ W: (N, K) by (K, M) to (N, M), or into ``out``. The forward product."""
    if has_blas():
        return np.matmul(x, W, out=out)
    if len(x) == 1 and W.flags.c_contiguous:
        used = x[0].astype(bool).nonzero()[0]  # faster than nonzero on floats
        x, W = x.take(used, 1), W.take(used, 0)
    elif (used := _used_columns(x, W.shape[1])) is not None:
        x, W = x[:, used], W.T[:, used].T
    return np.einsum("nk,km->nm", x, W, out=out)


def matmul_tn(x: Array, dy: Array) -> Array:
    """x.T @ dy: (N, K) by (N, M) to (K, M), in Fortran order like ``W``.

    The gradient of the weights. Optimizers traverse both in the same order.
    """
    if has_blas():
        return (dy.T @ x).T
    used = _used_columns(x, dy.shape[1])
    if used is None:
        return np.einsum("nm,nk->mk", dy, x).T
    dW = np.zeros((dy.shape[1], x.shape[1]), np.result_type(dy, x))
    dW[:, used] = np.einsum("nm,nk->mk", dy, x[:, used])
    return dW.T


def matmul_nt(dy: Array, W: Array) -> Array:
    """dy @ W.T: (N, M) by (K, M) to (N, K). The gradient of the input."""
    if has_blas():
        return dy @ W.T
    return np.einsum("nm,km->nk", dy, W)


def column_sums(x: Array) -> Array:
    """x.sum(axis=0): (N, M) to (M,). The gradient of a bias.

    Written as a product, because NumPy's sum is slow for short rows.
    """
    if has_blas():
        return np.ones(len(x), x.dtype) @ x
    return np.einsum("nm->m", x)


def _used_columns(x: Array, M: int) -> NDArray[np.intp] | None:
    """Return the columns of x that are not all zero; None if skipping is no gain.

    Finding them costs a fiftieth of the product if M, its other side, is 100; skipping
    costs about as much as 40 columns of M.
    """
    if min(M, x.shape[1]) < _MIN_SIZE or len(x) < 2:
        return None
    used = np.flatnonzero(x.any(axis=0))
    return used if len(used) < _MAX_USED * x.shape[1] else None


_MIN_SIZE = 64  # below it, looking for zero columns costs more than it saves
_MAX_USED = 0.8  # share of the columns
