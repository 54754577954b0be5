"""WebAssembly's binary format, as far as splitting a module needs it.

Source: WebAssembly Core Specification, chapter 5 (binary format), with the extensions
that Emscripten uses: exceptions (old and new), reference types, bulk memory, SIMD,
threads. Anything unknown raises UnknownCodeError.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAGIC = b"\0asm\1\0\0\0"
CUSTOM, TYPE, IMPORT, FUNCTION, TABLE, MEMORY, GLOBAL, EXPORT = range(8)
START, ELEMENT, CODE, DATA, DATA_COUNT, TAG = range(8, 14)
#: Kinds of imports and exports.
FUNC, TABLES, MEMORIES, GLOBALS, TAGS = range(5)
FUNCREF = 0x70
END = b"\x0b"

# What follows an opcode: l one LEB128 number, f t g x one that is an index (function,
# table, global, tag), 4 and 8 bytes, m a memory argument. Others have their own code.
_PLAIN = dict.fromkeys(range(0x45, 0xC5), "") | dict.fromkeys(
    (0x00, 0x01, 0x05, 0x0A, 0x0B, 0x0F, 0x19, 0x1A, 0x1B, 0xD1, 0xD3, 0xD4), ""
)
_PLAIN |= dict.fromkeys(range(0x28, 0x3F), "m")
_PLAIN |= dict.fromkeys((0x09, 0x0C, 0x0D, 0x14, 0x15, 0x18, 0xD5, 0xD6), "l")
_PLAIN |= dict.fromkeys((0x20, 0x21, 0x22, 0x3F, 0x40, 0x41, 0x42, 0xD0), "l")
_PLAIN |= {0x07: "x", 0x08: "x", 0x10: "f", 0x12: "f", 0xD2: "f"}
_PLAIN |= {0x11: "lt", 0x13: "lt", 0x23: "g", 0x24: "g", 0x25: "t", 0x26: "t"}
_PLAIN |= {0x43: "4", 0x44: "8"}
# after 0xFC; d: the index of a segment of data or elements
_BULK = dict.fromkeys(range(8), "") | {8: "dl", 9: "d", 10: "ll", 11: "l"}
_BULK |= {12: "dt", 13: "d", 14: "tt", 15: "t", 16: "t", 17: "t"}
_BLOCKS = frozenset((0x02, 0x03, 0x04, 0x06))
_INDICES = frozenset("ftgxd")


class UnknownCodeError(Exception):
    """An instruction or a type that this module does not know."""


@dataclass(frozen=True)
class Reference:
    """An index in a function's body: of what, and at which bytes."""

    kind: str  # of _INDICES
    index: int
    start: int
    end: int


def number(data: bytes, at: int) -> tuple[int, int]:
    """The unsigned LEB128 number at ``at``, and where it ends."""
    result = shift = 0
    while True:
        byte = data[at]
        at += 1
        result |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return result, at


def leb(value: int) -> bytes:
    """``value`` as an unsigned LEB128 number."""
    return _groups(value, 0x7F)


def signed(value: int) -> bytes:
    """``value`` >= 0 as a signed LEB128 number, for i32.const."""
    return _groups(value, 0x3F)


def _groups(value: int, last: int) -> bytes:
    """Groups of seven bits, the last one at most ``last``."""
    out = bytearray()
    while value > last:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(value: str) -> bytes:
    """A name."""
    data = value.encode()
    return leb(len(data)) + data


def vector(items: list[bytes]) -> bytes:
    """The number of items, then the items."""
    return leb(len(items)) + b"".join(items)


def entries(content: bytes, end_of: Callable[[bytes, int], int]) -> list[bytes]:
    """The items of the vector ``content``; ``end_of`` finds where an item ends."""
    count, at = number(content, 0)
    found = []
    for _ in range(count):
        end = end_of(content, at)
        found.append(content[at:end])
        at = end
    return found


def after_number(data: bytes, at: int) -> int:
    return number(data, at)[1]


def after_bytes(data: bytes, at: int) -> int:
    """The end of something prefixed with its length: a name, a function's body."""
    size, at = number(data, at)
    return at + size


def section(kind: int, content: bytes) -> bytes:
    """A section's id, its length, its content."""
    return bytes([kind]) + leb(len(content)) + content


def sections(module: bytes) -> Iterator[tuple[int, bytes]]:
    """Each section's id and content, in order."""
    if module[: len(MAGIC)] != MAGIC:
        raise UnknownCodeError(f"a module begins with {MAGIC!r}, not {module[:8]!r}")
    at = len(MAGIC)
    while at < len(module):
        kind = module[at]
        size, at = number(module, at + 1)
        yield kind, module[at : at + size]
        at += size


def references(body: bytes) -> Iterator[Reference]:
    """All indices in a function's body (locals and code), in order."""
    at = after_locals(body)
    size = len(body)
    while at < size:
        code = body[at]
        at += 1
        plan = _PLAIN.get(code)
        if plan is None:
            if code in _BLOCKS:
                at = _after_block_type(body, at)
                continue
            if code == 0xFC:
                sub, at = number(body, at)
                plan = _BULK.get(sub)
            elif code == 0x1F:
                at, tags = _catches(body, _after_block_type(body, at))
                yield from tags
                continue
            else:
                at = _after_rare(body, code, at)
                continue
        if plan is None:
            raise UnknownCodeError(f"instruction 0x{code:02x}")
        for part in plan:
            start = at
            if part == "m":
                at = _after_memory_argument(body, at)
            elif part in "48":
                at += int(part)
            else:
                value, at = number(body, at)
                if part in _INDICES:
                    yield Reference(part, value, start, at)


def after_locals(body: bytes) -> int:
    """Where a function's code begins in its body."""
    groups, at = number(body, 0)
    for _ in range(groups):
        _, at = number(body, at)
        at = after_type(body, at)
    return at


def after_type(data: bytes, at: int) -> int:
    """The end of a value type: one byte, or a reference and its heap type."""
    long = data[at] in (0x63, 0x64)
    return number(data, at + 1)[1] if long else at + 1


def after_constant(data: bytes, at: int) -> int:
    """The end of a constant expression of one instruction."""
    code, at = data[at], at + 1
    size = {0x43: 4, 0x44: 8}.get(code)
    at = number(data, at)[1] if size is None else at + size
    if data[at : at + 1] != END:
        raise UnknownCodeError(f"constant expression 0x{code:02x}")
    return at + 1


def _after_block_type(body: bytes, at: int) -> int:
    if body[at] in (0x63, 0x64):
        return after_type(body, at)
    return number(body, at)[1]


def _after_memory_argument(body: bytes, at: int) -> int:
    align, at = number(body, at)
    if align & 0x40:  # an explicit memory index
        _, at = number(body, at)
    return number(body, at)[1]


def _catches(body: bytes, at: int) -> tuple[int, list[Reference]]:
    """The clauses of a try_table."""
    count, at = number(body, at)
    tags = []
    for _ in range(count):
        kind = body[at]
        at += 1
        if kind < 2:  # those that catch one tag
            start = at
            value, at = number(body, at)
            tags.append(Reference("x", value, start, at))
        _, at = number(body, at)
    return at, tags


def _after_rare(body: bytes, code: int, at: int) -> int:
    if code in (0x0E, 0x1C):
        count, at = number(body, at)
        for _ in range(count):
            at = number(body, at)[1] if code == 0x0E else after_type(body, at)
        return number(body, at)[1] if code == 0x0E else at
    if code == 0xFD:
        return _after_vector_code(body, at)
    if code == 0xFE:
        sub, at = number(body, at)
        return at + 1 if sub == 3 else _after_memory_argument(body, at)
    raise UnknownCodeError(f"instruction 0x{code:02x}")


def _after_vector_code(body: bytes, at: int) -> int:
    sub, at = number(body, at)
    if sub <= 11 or sub in (92, 93):
        return _after_memory_argument(body, at)
    if sub in (12, 13):
        return at + 16
    if 21 <= sub <= 34:
        return at + 1
    if 84 <= sub <= 91:
        return _after_memory_argument(body, at) + 1
    return at
