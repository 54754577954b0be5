"""Raw numbers, as PyTorch and safetensors store them, to NumPy arrays.

Types have safetensors' names: F32 is a 32-bit float, BF16 is bfloat16, the upper half
of an F32.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

#: NumPy's type for each; it has none for BF16.
TYPES = {
    "F64": "f8",
    "F32": "f4",
    "F16": "f2",
    "BF16": "u2",
    "I64": "i8",
    "I32": "i4",
    "I16": "i2",
    "I8": "i1",
    "U8": "u1",
    "BOOL": "?",
}


def item_size(kind: str) -> int:
    """Return the bytes of one number of type ``kind``."""
    return np.dtype(TYPES[kind]).itemsize


def numbers(
    data: bytes | memoryview, kind: str, byte_order: Literal["<", ">"] = "<"
) -> NDArray[Any]:
    """Return ``data`` as a flat array; ``byte_order`` "<" little, ">" big."""
    array = np.frombuffer(data, np.dtype(TYPES[kind]).newbyteorder(byte_order))
    if kind == "BF16":
        return (array.astype(np.uint32) << 16).view(np.float32)
    return array
