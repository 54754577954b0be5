"""One thread of BLAS, unless the user wants more.

Networks of this size gain little by a second thread. And where cores are shared, the
threads of OpenBLAS wait for each other by spinning, which makes training 10 to 30 times
slower. The other core has augmentation to do.

OpenBLAS reads OPENBLAS_NUM_THREADS when NumPy is first imported. ``import nnweb`` does
that before the command line has a say, so OpenBLAS is told once more, by its own call;
the variable stands for the processes that are started from this one.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np

VARIABLE = "OPENBLAS_NUM_THREADS"
#: As NumPy's wheels name it (64 bit integers, then 32), and as everybody else does.
_SETTERS = (
    "scipy_openblas_set_num_threads64_",
    "scipy_openblas_set_num_threads",
    "openblas_set_num_threads64_",
    "openblas_set_num_threads",
)


def limit_threads() -> bool:
    """Have OpenBLAS use what the variable says, else one thread.

    Returns whether there was an OpenBLAS to tell.
    """
    count = os.environ.setdefault(VARIABLE, "1")
    for library in _libraries():
        for name in _SETTERS:
            if hasattr(library, name):
                getattr(library, name)(int(count) if count.isdecimal() else 1)
                return True
    return False


def _libraries() -> Iterator[ctypes.CDLL]:
    """Where the call may be found: what NumPy is linked to, then what it brought."""
    core = find_spec("numpy._core._multiarray_umath")
    if core is not None and core.origin is not None:
        yield ctypes.CDLL(core.origin)
    package = Path(np.__file__).parent
    for folder in (package.parent / "numpy.libs", package / ".dylibs"):
        for file in sorted(folder.glob("*openblas*")):
            yield ctypes.CDLL(str(file))
