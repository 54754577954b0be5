"""Arrays in JSON: base64 of little-endian, row-major numbers, or lists of numbers.

    {"dtype": "float16", "shape": [784, 500], "data": "<base64>"}
    {"dtype": "int8", "shape": [784, 500], "data": ..., "scale": {"dtype": ..., ...}}

int8 is ``data * scale``, with one scale for each column of a matrix, and for each
output channel of a convolution. All is checked before memory is taken for it.
"""

from __future__ import annotations

import binascii
from base64 import b64encode
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import WeightsError

Array = NDArray[np.float32]

DTYPES = {"float32": "<f4", "float16": "<f2", "int8": "<i1"}
MAX_NUMBERS = 20_000_000  # of one network; 20 times what a digit could ever need


def encode(array: Array, dtype: str) -> dict[str, Any]:
    """One float32 array as JSON, its numbers as ``dtype``."""
    shape = list(array.shape)
    if dtype != "int8":
        return {"dtype": dtype, "shape": shape, "data": _base64(array, dtype)}
    scale = int8_scale(array)
    whole = np.rint(array / _spread(scale, array.shape))
    return {
        "dtype": dtype,
        "shape": shape,
        "scale": encode(scale, "float32"),
        "data": _base64(whole, dtype),
    }


def decode(value: Any, where: str, ndim: int) -> Array:
    """The float32 array that ``encode`` wrote; WeightsError names what is wrong."""
    fields = expect(value, dict, where)
    dtype = fields.get("dtype")
    if dtype not in DTYPES:
        known = ", ".join(DTYPES)
        raise WeightsError(f"{where}.dtype: got {dtype!r}, expected one of {known}")
    shape = _shape(fields.get("shape"), f"{where}.shape", ndim)
    numbers = np.frombuffer(
        _bytes(fields.get("data"), shape, dtype, f"{where}.data"), DTYPES[dtype]
    )
    array = numbers.astype(np.float32).reshape(shape)
    if dtype == "int8":
        scale = decode(fields.get("scale"), f"{where}.scale", 1)
        if len(scale) != _scales(shape):
            raise WeightsError(
                f"{where}.scale: got {len(scale)} numbers, expected {_scales(shape)}"
            )
        array *= _spread(scale, shape)
    return finite(array, where)


def from_lists(value: Any, where: str, ndim: int) -> Array:
    """Nested lists of numbers as a float32 array of ``ndim`` axes."""
    expect(value, list, where)
    try:
        array = np.asarray(value)
    except ValueError:
        raise WeightsError(f"{where}: its rows are not equally long") from None
    if array.dtype.kind not in "if":
        raise WeightsError(f"{where}: holds something else than numbers")
    if array.ndim != ndim or array.size == 0:
        kind = "a flat list" if ndim == 1 else "a list of rows"
        raise WeightsError(f"{where}: got shape {array.shape}, expected {kind}")
    with np.errstate(over="ignore"):  # what overflows is infinite, and refused below
        return finite(array.astype(np.float32), where)


def finite(array: Array, where: str) -> Array:
    """The array itself; WeightsError where it holds NaN or infinity."""
    bad = ~np.isfinite(array)
    if bad.any():
        at = tuple(int(i) for i in np.argwhere(bad)[0])
        raise WeightsError(
            f"{where}: {array[at]} at {list(at)}, expected finite float32 numbers"
        )
    return array


def expect(value: Any, kind: type, where: str) -> Any:
    """The value itself; WeightsError where JSON has it of another type."""
    names = {dict: "an object", list: "a list", str: "a string", int: "a whole number"}
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        got = "nothing" if value is None else type(value).__name__
        raise WeightsError(f"{where}: got {got}, expected {names[kind]}")
    return value


def int8_scale(array: Array) -> Array:
    """The scale of each column (matrix) or output channel (convolution): max / 127."""
    axis = 0 if array.ndim == 2 else tuple(range(1, array.ndim))
    largest: Array = np.abs(array).max(axis=axis)
    return np.where(largest > 0, largest / 127, 1).astype(np.float32)


def _scales(shape: tuple[int, ...]) -> int:
    return shape[-1] if len(shape) == 2 else shape[0]


def _spread(scale: Array, shape: tuple[int, ...]) -> Array:
    """The scales in the shape that multiplies an array of ``shape``."""
    return scale if len(shape) == 2 else scale.reshape(-1, *[1] * (len(shape) - 1))


def _base64(array: NDArray[np.floating], dtype: str) -> str:
    return b64encode(array.astype(DTYPES[dtype]).tobytes()).decode("ascii")


def _shape(value: Any, where: str, ndim: int) -> tuple[int, ...]:
    expect(value, list, where)
    shape = tuple(expect(size, int, f"{where}[{i}]") for i, size in enumerate(value))
    if len(shape) != ndim or any(size < 1 for size in shape):
        raise WeightsError(f"{where}: got {value}, expected {ndim} sizes of 1 or more")
    if prod(shape) > MAX_NUMBERS:
        raise WeightsError(
            f"{where}: {value} is {prod(shape):,} numbers, expected at most "
            f"{MAX_NUMBERS:,}"
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
