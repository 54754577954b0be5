"""NumPy's .npz with W0, b0, W1, b1, ...: the arrays of each layer.

W of a dense layer is (in, out), of a convolution (out, in, KH, KW). nnweb also writes
"network": its JSON, with the names of arrays for the arrays. Files without it are those
of other programs, which ``nnweb.weights.convert.layer_stack`` makes sense of.
"""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import WeightsError, raised_as
from nnweb.files import npz
from nnweb.files.json_text import parse_json
from nnweb.files.shown import shown
from nnweb.layers import Array
from nnweb.network import Network
from nnweb.weights.json_format import fields_text, read_fields, write_fields
from nnweb.weights.tensors import MAX_NUMBERS, expect, finite, unpacked_limit

Arrays = dict[str, NDArray[Any]]

DESCRIPTION = "network"
_MAX_TEXT = 1_000_000  # characters of the description


def read_npz(data: bytes) -> Arrays:
    """Return the arrays by name, W0, b0, W1, ... Raises WeightsError."""
    with raised_as(WeightsError):
        arrays = npz.read_npz(data, most=unpacked_limit(data), numbers=MAX_NUMBERS)
    for name, array in arrays.items():
        if name == DESCRIPTION:
            continue
        if not re.fullmatch(r"[Wb](0|[1-9]\d{0,2})", name):
            raise WeightsError(f"{shown(name)}: expected arrays W0, b0, W1, b1, ...")
        if array.dtype.kind not in "fiu":
            raise WeightsError(f"{name}: got {array.dtype}, expected numbers")
    return arrays


def described_network(arrays: Arrays) -> Network:
    """Return the network of an .npz that has a description."""

    def tensor(value: Any, where: str, ndim: int) -> Array:
        name = expect(value, str, where)
        array = arrays.get(name)
        if name == DESCRIPTION or array is None or array.ndim != ndim or not array.size:
            raise WeightsError(
                f"{where}: got {shown(name)}, expected an array of {ndim} axes"
            )
        with np.errstate(over="ignore"):  # an overflow is infinite, and refused
            return finite(array.astype(np.float32), name)

    text = arrays[DESCRIPTION]
    if text.dtype.kind != "U" or text.ndim or text.nbytes > 4 * _MAX_TEXT:
        raise WeightsError(
            f"{DESCRIPTION}: got {text.dtype} {list(text.shape)}, expected one text of "
            f"at most {_MAX_TEXT:,} characters"
        )
    with raised_as(WeightsError):
        fields = parse_json(str(text), DESCRIPTION)
    return read_fields(expect(fields, dict, DESCRIPTION), tensor)


def write_npz(network: Network) -> bytes:
    """Return the network as an .npz, float32."""
    arrays: Arrays = {}

    def tensor(array: Array, key: str, where: str) -> str:
        name = f"{key}{len(arrays) // 2}"
        arrays[name] = np.ascontiguousarray(finite(array, where))
        return name

    description = fields_text(write_fields(network, tensor))
    arrays[DESCRIPTION] = np.array(description)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()
