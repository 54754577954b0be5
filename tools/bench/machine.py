"""A WebAssembly module that only multiplies and adds, to measure a machine's limit.

    scalar(n)   n times 16 multiply-adds of one number
    simd(n)     n times 16 multiply-adds of four numbers

Sixteen independent sums hide the latency of each. Their rate is the upper limit for any
program on this machine; a matrix product also reads memory.
"""

import struct

from tools.faststart import wasm
from tools.faststart.wasm import leb, vector

SUMS = 16
#: Multiply-adds per iteration of each kernel's loop.
ADDS = {"scalar": SUMS, "simd": SUMS * 4}

_I32, _F32, _V128 = b"\x7f", b"\x7d", b"\x7b"
_MULTIPLY = {"scalar": b"\x94", "simd": b"\xfd\xe6\x01"}
_ADD = {"scalar": b"\x92", "simd": b"\xfd\xe4\x01"}
_SPLAT = {"scalar": b"", "simd": b"\xfd\x13"}  # splat: one number to all four lanes
_FIRST = {"scalar": b"", "simd": b"\xfd\x1f\x00"}  # extract the first lane


def module() -> bytes:
    """Return the module's bytes; it exports the two kernels."""
    kind = b"\x60" + vector([_I32]) + vector([_F32])
    exports = [wasm.text(name) + bytes([wasm.FUNC, i]) for i, name in enumerate(ADDS)]
    bodies = [_body(name) for name in ADDS]
    sections = {
        wasm.TYPE: [kind],
        wasm.FUNCTION: [b"\x00"] * len(ADDS),
        wasm.EXPORT: exports,
        wasm.CODE: [leb(len(body)) + body for body in bodies],
    }
    return wasm.MAGIC + b"".join(
        wasm.section(kind, vector(items)) for kind, items in sections.items()
    )


def _body(name: str) -> bytes:
    """Compute sum = sum * factor + term in SUMS locals n times; return their sum."""
    kind = {"scalar": _F32, "simd": _V128}[name]
    factor, term = 1 + SUMS, 2 + SUMS  # local 0 is n, 1 ... SUMS are the sums
    code = vector([leb(SUMS + 2) + kind])
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
    return code + _FIRST[name] + wasm.END


def _get(local: int) -> bytes:
    return b"\x20" + leb(local)


def _set(local: int) -> bytes:
    return b"\x21" + leb(local)
