"""Limits OpenBLAS to one thread, unless the user sets OPENBLAS_NUM_THREADS.

Networks of this size gain little from a second thread. And on shared cores the threads
of OpenBLAS wait for each other by spinning, which makes training 10 to 30 times slower.
The other core is busy with augmentation.

OpenBLAS reads the variable when NumPy is imported, which ``import nnweb`` does before
this code runs. So the limit is set by a call of OpenBLAS; the variable is set for child
processes.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np

VARIABLE = "OPENBLAS_NUM_THREADS"
#: The function's name in NumPy's wheels (64 bit integers, then 32), and elsewhere.
_SETTERS = (
    "scipy_openblas_set_num_threads64_",
    "scipy_openblas_set_num_threads",
    "openblas_set_num_threads64_",
    "openblas_set_num_threads",
)


def limit_threads() -> bool:
    """Set the number of threads to the variable's value, else to 1.

    Returns whether an OpenBLAS was found.
    """
    count = os.environ.setdefault(VARIABLE, "1")
    for library in _libraries():
        for name in _SETTERS:
            if hasattr(library, name):
                getattr(library, name)(int(count) if count.isdecimal() else 1)
                return True
    return False


def _libraries() -> Iterator[ctypes.CDLL]:
    """Yield the libraries that may have the function."""
    core = find_spec("numpy._core._multiarray_umath")
    if core is not None and core.origin is not None:
        yield ctypes.CDLL(core.origin)
    package = Path(np.__file__).parent
    for folder in (package.parent / "numpy.libs", package / ".dylibs"):
        for file in sorted(folder.glob("*openblas*")):
            yield ctypes.CDLL(str(file))
