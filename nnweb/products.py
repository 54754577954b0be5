"""The three matrix products of a layer, by whichever way this NumPy is quick at.

A NumPy built with BLAS multiplies matrices tens of times faster by ``@``. Without one
(the NumPy that Pyodide ships) ``@`` is a plain triple loop and einsum, whose inner
loops are vectorised, takes a half to a third of its time. What decides is what NumPy
says of its own build, never the platform: results agree to rounding either way.

einsum likes the summed axis to be contiguous in both operands. That is why ``Dense``
keeps its ``W`` in Fortran order: logically (fan_in, fan_out), in memory (out, in).
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
    return np.einsum("nk,km->nm", x, W, out=out)


def matmul_tn(x: Array, dy: Array) -> Array:
    """x.T @ dy: (N, K) by (N, M) to (K, M), in Fortran order as ``W`` is.

    The gradient of the weights. An optimizer walks through both side by side.
    """
    if has_blas():
        return (dy.T @ x).T
    return np.einsum("nm,nk->mk", dy, x).T


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
