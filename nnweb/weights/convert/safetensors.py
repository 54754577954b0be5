"""The safetensors format: a JSON header that names tensors, then their numbers.

    8 bytes   N, little-endian: the length of the header
    N bytes   {"fc1.weight": {"dtype": "F32", "shape": [300, 784],
               "data_offsets": [0, 940800]}, ..., "__metadata__": {...}}
    the rest  the numbers, little-endian, row-major; every byte belongs to one tensor

Source: the "Format" section of github.com/huggingface/safetensors.
"""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import WeightsError, raised_as
from nnweb.files.json_text import parse_json
from nnweb.files.limits import Allowance
from nnweb.files.shown import shown
from nnweb.network import Network
from nnweb.weights.convert.dtypes import TYPES, item_size, numbers
from nnweb.weights.tensors import MAX_NUMBERS, expect, finite

Arrays = dict[str, NDArray[Any]]


def read_safetensors(data: bytes) -> Arrays:
    """Return the tensors, sorted naturally by name. Raises WeightsError.

    The file's own order means nothing; naturally, "fc2" comes before "fc10".
    """
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise WeightsError(
            f"got {len(data):,} bytes, expected 8 and a header of "
            f"{shown(length)}; is the file complete?"
        )
    header, buffer = _header(data[8 : 8 + length]), memoryview(data)[8 + length :]
    arrays, end, allowance = {}, 0, Allowance(MAX_NUMBERS)
    entries = sorted(header.items(), key=lambda item: item[1]["data_offsets"])
    for name, entry in entries:
        begin, stop = entry["data_offsets"]
        if begin != end:
            raise WeightsError(
                f"{name[:200]}.data_offsets: starts at {shown(begin)}, expected {end}, "
                "where the tensor before it ends"
            )
        with raised_as(WeightsError):
            count = allowance.take(entry["shape"], name[:200])
        arrays[name] = _tensor(name[:200], entry, count, buffer)
        end = stop
    if end != len(buffer):
        raise WeightsError(f"got {len(buffer):,} bytes of numbers, expected {end:,}")
    return dict(sorted(arrays.items(), key=lambda item: _natural(item[0])))


def write_safetensors(network: Network) -> bytes:
    """Return the weights as .safetensors, float32.

    Their names and shapes are those of a torch.nn.Sequential of the same layers.
    """
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    parts, end = [], 0
    for name, array in network.params.items():
        i, _, key = name.partition(".")
        array = finite(array, name)
        data = np.asarray(array.T if array.ndim == 2 else array, "<f4").tobytes()
        header[f"{i}.{'weight' if key == 'W' else 'bias'}"] = {
            "dtype": "F32",
            "shape": list(array.T.shape if array.ndim == 2 else array.shape),
            "data_offsets": [end, end + len(data)],
        }
        parts.append(data)
        end += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # so that the numbers are aligned
    return len(text).to_bytes(8, "little") + text + b"".join(parts)


def _header(text: bytes) -> dict[str, Any]:
    """Return the header's entries, checked, without the metadata."""
    with raised_as(WeightsError):
        header = parse_json(text, "header")
    expect(header, dict, "header")
    header.pop("__metadata__", None)
    for name, entry in header.items():
        expect(entry, dict, name)
        for field in ("shape", "data_offsets"):
            where = f"{name}.{field}"
            for i, number in enumerate(expect(entry.get(field), list, where)):
                if expect(number, int, f"{where}[{i}]") < 0:
                    raise WeightsError(f"{where}: got {shown(entry[field])}")
        if len(entry["data_offsets"]) != 2:
            raise WeightsError(
                f"{name}.data_offsets: got {shown(entry['data_offsets'])}, expected "
                "begin and end"
            )
    return dict(header)


def _tensor(
    name: str, entry: dict[str, Any], count: int, buffer: memoryview
) -> NDArray[Any]:
    kind, shape = entry.get("dtype"), entry["shape"]
    if not isinstance(kind, str) or kind not in TYPES:
        known = ", ".join(TYPES)
        raise WeightsError(f"{name}.dtype: got {shown(kind)}, expected one of {known}")
    begin, end = entry["data_offsets"]
    size = count * item_size(kind)
    if end - begin != size or end > len(buffer):
        raise WeightsError(
            f"{name}.data_offsets: got {shown([begin, end])}, expected {shown(size)} "
            f"bytes for {shown(shape)} {kind}, within {len(buffer):,}"
        )
    return numbers(buffer[begin:end], kind).reshape(shape)


def _natural(name: str) -> list[Any]:
    """Return a key that sorts "fc2" before "fc10": texts and numbers in turn."""
    parts = re.split(r"0*(\d+)", name)
    # a number as its length and its digits: int() refuses thousands of them
    return [(len(part) * (i % 2), part) for i, part in enumerate(parts)]
