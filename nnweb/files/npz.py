"""Reads NumPy's .npz and .npy: arrays of numbers, and text, without pickles.

numpy.load evaluates an array's header as Python, and allocates what it claims. Source:
numpy.lib.format, versions 1 and 2.
"""

from __future__ import annotations

import re
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import FormatError
from nnweb.files.limits import Allowance
from nnweb.files.zip_archive import read_zip

Arrays = dict[str, NDArray[Any]]

# a header is a Python literal: accept only what NumPy writes
_HEADER = re.compile(
    r"\{'descr': '([<>|](?:b1|[iu][1248]|f[248]|U[1-9]\d{0,7}))', "
    r"'fortran_order': (True|False), "
    r"'shape': \(((?:\d{1,12}, ?)*(?:\d{1,12})?)\), \}\s*"
)


def read_npz(data: bytes, *, most: int, numbers: int) -> Arrays:
    """Return the arrays of an .npz by name; they are read-only.

    Raises FormatError if it is damaged, or has more than ``most`` bytes when unpacked
    or more than ``numbers`` numbers in all.
    """
    allowance = Allowance(numbers)
    return {
        name.removesuffix(".npy"): read_npy(content, name[:200], allowance)
        for name, content in read_zip(data, most).items()
    }


def read_npy(data: bytes, name: str, allowance: Allowance) -> NDArray[Any]:
    """Return the array of an .npy; ``name`` is the file's, for messages."""
    wide = data[6:7] == b"\x02"
    start = 12 if wide else 10
    end = start + int.from_bytes(data[8:start], "little")
    header = None
    if data[:6] == b"\x93NUMPY" and end <= len(data):
        text = data[start:end].decode("latin-1")
        header = _HEADER.fullmatch(text)
        if "'descr': '|O'" in text:
            raise FormatError(
                f"{name}: got Python objects, expected numbers or text; convert them "
                "before they are saved, by .astype(float) or .astype(str)"
            )
    if header is None:
        raise FormatError(f"{name}: not a .npy array of numbers")
    dtype, fortran = np.dtype(header[1]), header[2] == "True"
    shape = tuple(int(size) for size in header[3].split(",") if size.strip())
    count = allowance.take(shape, name)
    if count * dtype.itemsize != len(data) - end:
        raise FormatError(
            f"{name}: got {len(data) - end:,} bytes, expected {list(shape)} {dtype}"
        )
    if count == 0:
        return np.empty(shape, dtype)
    if dtype.kind == "U":  # NumPy ends in a SystemError for what is no character
        codes = np.frombuffer(data, f"{dtype.str[0]}u4", offset=end)
        if codes.max() > sys.maxunicode:
            raise FormatError(f"{name}: not Unicode text")
    flat: NDArray[Any] = np.frombuffer(data, dtype, offset=end)
    return flat.reshape(shape, order="F" if fortran else "C")
