"""NumPy's .npz with W0, b0, W1, b1, ...: the arrays of each layer.

W of a dense layer is (in, out), of a convolution (out, in, KH, KW); b is optional.
"""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import WeightsError, raised_as
from nnweb.files import npz
from nnweb.files.shown import shown
from nnweb.network import Network
from nnweb.weights.tensors import MAX_NUMBERS, unpacked_limit

Arrays = dict[str, NDArray[Any]]


def read_npz(data: bytes) -> Arrays:
    """Return the arrays by name, W0, b0, W1, ... Raises WeightsError."""
    with raised_as(WeightsError):
        arrays = npz.read_npz(data, most=unpacked_limit(data), numbers=MAX_NUMBERS)
    for name, array in arrays.items():
        if not re.fullmatch(r"[Wb](0|[1-9]\d{0,2})", name):
            raise WeightsError(f"{shown(name)}: expected arrays W0, b0, W1, b1, ...")
        if array.dtype.kind not in "fiu":
            raise WeightsError(f"{name}: got {array.dtype}, expected numbers")
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
