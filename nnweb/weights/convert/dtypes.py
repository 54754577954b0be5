"""Numbers as PyTorch and safetensors store them: raw bytes to NumPy arrays.

Types go by safetensors' short names: F32 is a float of 32 bits, BF16 is bfloat16, the
upper half of an F32.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

#: How NumPy reads each type; BF16 has no type of its own there.
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
    """Bytes of one number of type ``kind``."""
    return np.dtype(TYPES[kind]).itemsize


def numbers(
    data: bytes, kind: str, byte_order: Literal["<", ">"] = "<"
) -> NDArray[Any]:
    """The numbers in ``data`` as a flat array; ``byte_order`` "<" little, ">" big."""
    array = np.frombuffer(data, np.dtype(TYPES[kind]).newbyteorder(byte_order))
    if kind == "BF16":
        return (array.astype(np.uint32) << 16).view(np.float32)
    return array
