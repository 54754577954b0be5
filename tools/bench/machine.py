"""A WebAssembly module that only multiplies and adds, to measure a machine's limit.

    scalar(n)   n times 16 multiply-adds of one number
    simd(n)     n times 16 multiply-adds of four numbers

Sixteen independent sums hide the latency of each. Their rate is the upper limit for any
program on this machine; a matrix product also reads memory.
"""

from __future__ import annotations

import struct

SUMS = 16
#: Multiply-adds per iteration of each kernel's loop.
ADDS = {"scalar": SUMS, "simd": SUMS * 4}

_I32, _F32, _V128 = 0x7F, 0x7D, 0x7B
_MULTIPLY = {"scalar": b"\x94", "simd": b"\xfd\xe6\x01"}
_ADD = {"scalar": b"\x92", "simd": b"\xfd\xe4\x01"}
_SPLAT = {"scalar": b"", "simd": b"\xfd\x13"}  # splat: one number to all four lanes
_FIRST = {"scalar": b"", "simd": b"\xfd\x1f\x00"}  # extract the first lane


def module() -> bytes:
    """Return the module's bytes; it exports the two kernels."""
    names = list(ADDS)
    kind = b"\x60" + _list([bytes([_I32])]) + _list([bytes([_F32])])
    exports = [_text(name) + b"\x00" + _leb128(i) for i, name in enumerate(names)]
    bodies = [_sized(_body(name)) for name in names]
    sections = [
        (1, _list([kind])),
        (3, _list([b"\x00"] * len(names))),
        (7, _list(exports)),
        (10, _list(bodies)),
    ]
    return b"\0asm\1\0\0\0" + b"".join(
        bytes([number]) + _sized(content) for number, content in sections
    )


def _body(name: str) -> bytes:
    """Compute sum = sum * factor + term in SUMS locals n times; return their sum."""
    kind = {"scalar": _F32, "simd": _V128}[name]
    factor, term = 1 + SUMS, 2 + SUMS  # local 0 is n, 1 ... SUMS are the sums
    code = _list([_leb128(SUMS + 2) + bytes([kind])])
    for local, value in ((factor, 0.5), (term, 1.0)):
        code += b"\x43" + struct.pack("<f", value) + _SPLAT[name] + _set(local)
    code += b"\x03\x40"  # loop
    for at in range(1, SUMS + 1):
        code += _get(at) + _get(factor) + _MULTIPLY[name]
        code += _get(term) + _ADD[name] + _set(at)
    code += _get(0) + b"\x41\x01\x6b\x22\x00"  # n = n - 1
    code += b"\x0d\x00\x0b"  # repeat unless n is 0
    code += _get(1)
    for at in range(2, SUMS + 1):
        code += _get(at) + _ADD[name]
    return code + _FIRST[name] + b"\x0b"


def _get(local: int) -> bytes:
    return b"\x20" + _leb128(local)


def _set(local: int) -> bytes:
    return b"\x21" + _leb128(local)


def _leb128(value: int) -> bytes:
    """Encode an integer as LEB128."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _sized(content: bytes) -> bytes:
    return _leb128(len(content)) + content


def _text(text: str) -> bytes:
    return _sized(text.encode())


def _list(items: list[bytes]) -> bytes:
    return _leb128(len(items)) + b"".join(items)
