"""Arrays in JSON: base64 of little-endian, row-major numbers, or lists of numbers.

    {"dtype": "float16", "shape": [784, 500], "data": "<base64>"}
    {"dtype": "int8", "shape": [784, 500], "data": ..., "scale": {"dtype": ..., ...}}

int8 is ``data * scale``, with one scale for each column of a matrix or each output
channel of a convolution. Sizes are checked before memory is allocated.
"""

from __future__ import annotations

import binascii
from base64 import b64encode
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import WeightsError
from nnweb.files.shown import shown

Array = NDArray[np.float32]

DTYPES = {"float32": "<f4", "float16": "<f2", "int8": "<i1"}
FLOATS = ("float32", "float16")
MAX_NUMBERS = 10_000_000  # of one network; ten times more than digits need


def unpacked_limit(data: bytes) -> int:
    """Return how many bytes a compressed file of weights may have when unpacked.

    Numbers that were trained hardly compress: more than this is no network.
    """
    return 16 * 2**20 + 5 * len(data) // 2


def encode(array: Array, dtype: str, where: str) -> dict[str, Any]:
    """Return one float32 array as JSON, its numbers as ``dtype``.

    WeightsError for NaN, infinity, and numbers too large for float16.
    """
    finite(array, where)
    shape = list(array.shape)
    if dtype == "int8":
        scale = int8_scale(array)
        whole = np.rint(array / _spread(scale, array.shape)).astype(np.int8)
        scale_fields = encode(scale, "float32", where)
        data = _base64(whole)
        return {"dtype": dtype, "shape": shape, "scale": scale_fields, "data": data}
    with np.errstate(over="ignore"):  # an overflow is infinite, and refused
        numbers = finite(array.astype(DTYPES[dtype]), where)
    return {"dtype": dtype, "shape": shape, "data": _base64(numbers)}


def decode(
    value: Any, where: str, ndim: int, dtypes: Sequence[str] = tuple(DTYPES)
) -> Array:
    """Return the float32 array that ``encode`` wrote. Raises WeightsError."""
    fields = expect(value, dict, where)
    dtype = fields.get("dtype")
    if dtype not in dtypes:
        raise WeightsError(
            f"{where}.dtype: got {shown(dtype)}, expected one of {', '.join(dtypes)}"
        )
    shape = _shape(fields.get("shape"), f"{where}.shape", ndim)
    numbers = np.frombuffer(
        _bytes(fields.get("data"), shape, dtype, f"{where}.data"), DTYPES[dtype]
    )
    array = numbers.astype(np.float32).reshape(shape)
    if dtype == "int8":
        scale = decode(fields.get("scale"), f"{where}.scale", 1, FLOATS)
        if len(scale) != _scales(shape):
            raise WeightsError(
                f"{where}.scale: got {len(scale)} numbers, expected {_scales(shape)}"
            )
        with np.errstate(over="ignore"):  # as above
            array *= _spread(scale, shape)
    return finite(array, where)


def from_lists(value: Any, where: str, ndim: int) -> Array:
    """Return nested lists of numbers as a float32 array of ``ndim`` axes."""
    _check_lists(value, where, ndim)
    try:
        array = np.array(value, np.float64)
    except ValueError:
        raise WeightsError(f"{where}: its rows have different lengths") from None
    except OverflowError:
        raise WeightsError(f"{where}: a number too large for float32") from None
    with np.errstate(over="ignore"):  # an overflow is infinite, and refused
        return finite(array.astype(np.float32), where)


def _check_lists(value: Any, where: str, ndim: int) -> None:
    """Check for lists, ``ndim`` deep, of int and float, not of bool, str or None."""
    expect(value, list, where)
    if not value:
        raise WeightsError(f"{where}: got an empty list, expected numbers")
    if ndim > 1:
        for i, row in enumerate(value):
            _check_lists(row, f"{where}[{i}]", ndim - 1)
        return
    # all types at once: fast for long lists
    if not set(map(type, value)) <= {int, float}:
        i, bad = next(
            (i, x) for i, x in enumerate(value) if type(x) not in (int, float)
        )
        raise WeightsError(f"{where}[{i}]: got {shown(bad)}, expected a number")


def finite(array: Any, where: str) -> Any:
    """Return the array; WeightsError if it contains NaN or infinity."""
    bad = ~np.isfinite(array)
    if bad.any():
        at = tuple(int(i) for i in np.argwhere(bad)[0])
        raise WeightsError(
            f"{where}: {array[at]} at {list(at)}, expected finite {array.dtype} numbers"
        )
    return array


def expect(value: Any, kind: type, where: str) -> Any:
    """Return the value; WeightsError if it has another JSON type."""
    names = {dict: "an object", list: "a list", str: "a string", int: "a whole number"}
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        got = "nothing" if value is None else type(value).__name__
        raise WeightsError(f"{where}: got {got}, expected {names[kind]}")
    return value


def int8_scale(array: Array) -> Array:
    """Return the scale of each column or output channel: max / 127."""
    axis = 0 if array.ndim == 2 else tuple(range(1, array.ndim))
    scale: Array = (np.abs(array).max(axis=axis) / 127).astype(np.float32)
    # 1 for zeros, and for scales below float32's normal range, which lose digits
    scale[scale < np.finfo(np.float32).tiny] = 1
    return scale


def _scales(shape: tuple[int, ...]) -> int:
    return shape[-1] if len(shape) == 2 else shape[0]


def _spread(scale: Array, shape: tuple[int, ...]) -> Array:
    """Reshape the scales to broadcast over an array of ``shape``."""
    return scale if len(shape) == 2 else scale.reshape(-1, *[1] * (len(shape) - 1))


def _base64(numbers: NDArray[Any]) -> str:
    return b64encode(numbers.tobytes()).decode("ascii")


def _shape(value: Any, where: str, ndim: int) -> tuple[int, ...]:
    expect(value, list, where)
    shape = tuple(expect(size, int, f"{where}[{i}]") for i, size in enumerate(value))
    if len(shape) != ndim or any(size < 1 for size in shape):
        raise WeightsError(
            f"{where}: got {shown(value)}, expected {ndim} sizes of 1 or more"
        )
    if prod(shape) > MAX_NUMBERS:
        raise WeightsError(
            f"{where}: got [{', '.join(map(shown, shape))}], expected at most "
            f"{MAX_NUMBERS:,} numbers in all"
        )
    return shape


def _bytes(value: Any, shape: tuple[int, ...], dtype: str, where: str) -> bytes:
    text = expect(value, str, where)
    size = prod(shape) * np.dtype(DTYPES[dtype]).itemsize
    length = (size + 2) // 3 * 4
    if len(text) != length:
        raise WeightsError(
            f"{where}: got {len(text)} characters of base64, expected {length} for "
            f"{list(shape)} {dtype}"
        )
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise WeightsError(f"{where}: not base64 ({error})") from None
    if len(data) != size:
        raise WeightsError(f"{where}: got {len(data)} bytes, expected {size}")
    return data
