"""NumPy's .npz with W0, b0, W1, b1, ...: the arrays of each layer.

W of a dense layer is (in, out), of a convolution (out, in, KH, KW); b is optional.
"""

from __future__ import annotations

import io
import re
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import WeightsError
from nnweb.network import Network
from nnweb.weights.convert.zip_reader import read_zip
from nnweb.weights.tensors import shown

Arrays = dict[str, NDArray[Any]]

# a header is a Python literal: accept only what NumPy writes for numbers
_HEADER = re.compile(
    r"\{'descr': '([<>|][fiu][1248])', 'fortran_order': (True|False), "
    r"'shape': \(([0-9, ]{0,99})\), \}\s*"
)


def read_npz(data: bytes) -> Arrays:
    """Return the arrays by name, W0, b0, W1, ... Raises WeightsError."""
    arrays = {
        name.removesuffix(".npy"): _read_npy(content, name)
        for name, content in read_zip(data).items()
    }
    for name in arrays:
        if not re.fullmatch(r"[Wb](0|[1-9]\d{0,2})", name):
            raise WeightsError(f"{shown(name)}: expected arrays W0, b0, W1, b1, ...")
    return arrays


def write_npz(network: Network) -> bytes:
    """Return the network's weights and biases as an .npz, float32."""
    learned = [layer.params for layer in network.layers if layer.params]
    arrays = {
        f"{key}{i}": np.ascontiguousarray(array)
        for i, params in enumerate(learned)
        for key, array in params.items()
    }
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _read_npy(data: bytes, name: str) -> NDArray[Any]:
    """Read one array in NumPy's .npy format, version 1 or 2; numbers only."""
    wide = data[6:7] == b"\x02"
    start = 12 if wide else 10
    end = start + int.from_bytes(data[8:start], "little")
    header = _HEADER.fullmatch(data[start:end].decode("latin-1"))
    if data[:6] != b"\x93NUMPY" or header is None:
        raise WeightsError(f"{name}: not a .npy array of numbers")
    dtype, fortran, sizes = np.dtype(header[1]), header[2] == "True", header[3]
    shape = tuple(int(size) for size in sizes.split(",") if size.strip())
    if prod(shape) * dtype.itemsize != len(data) - end:
        raise WeightsError(
            f"{name}: got {len(data) - end:,} bytes, expected {shown(shape)} {dtype}"
        )
    flat: NDArray[Any] = np.frombuffer(data[end:], dtype)
    return flat.reshape(shape, order="F" if fortran else "C")
