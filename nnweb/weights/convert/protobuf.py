"""Reads protobuf messages by a schema; fields that it does not name are skipped.

    message  field after field: a key, then a value
    key      varint: 8 * number of the field + type
    type 0   varint: seven bits a byte, lowest first, the high bit: more follow
    type 1   8 bytes
    type 2   a length (varint), then so many bytes: text, a message, packed numbers
    type 5   4 bytes

Source: "Encoding" of protobuf.dev. Messages nest only as deep as their schemas.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from nnweb.errors import FormatError

Kind = Literal["int", "float", "text", "bytes"]

# Varints and floats that are read one by one: keys, lengths, sizes. A network's file
# has some thousands.
MAX_NUMBERS = 50_000


@dataclass(frozen=True)
class Field:
    """A field of a schema: its name, what it holds, and whether it is a list."""

    name: str
    kind: Kind | Schema
    many: bool = False


Schema = dict[int, Field]
Message = dict[str, Any]
_EMPTY: dict[str, Any] = {"int": 0, "float": 0.0, "text": "", "bytes": b""}
_DAMAGED = "damaged protobuf; is the file complete?"


class Parser:
    """Parses the messages of one file, and limits the work that it makes."""

    def __init__(self) -> None:
        self._left = MAX_NUMBERS

    def parse(self, data: memoryview, schema: Schema) -> Message:
        """Return a message's fields by name; those that are missing have defaults.

        The default of a message in it is None. Raises FormatError.
        """
        message = {field.name: _default(field) for field in schema.values()}
        for number, wire_type, value in self._fields(data):
            if number in schema:
                field = schema[number]
                values = self._values(field, wire_type, value)
                if field.many:
                    message[field.name] += values
                elif values:
                    message[field.name] = values[-1]
        return message

    def _fields(self, data: memoryview) -> Iterator[tuple[int, int, Any]]:
        """Yield number, type and value of each field."""
        at = 0
        while at < len(data):
            key, at = self._varint(data, at)
            if key & 7 == 0:
                value, at = self._varint(data, at)
                yield key >> 3, 0, value
                continue
            size = {1: 8, 5: 4}.get(key & 7)
            if key & 7 == 2:
                size, at = self._varint(data, at)
            if size is None or size > len(data) - at:
                raise FormatError(_DAMAGED)
            yield key >> 3, key & 7, data[at : at + size]
            at += size

    def _values(self, field: Field, wire_type: int, value: Any) -> list[Any]:
        """Return the value of a field, or the numbers that are packed in it."""
        kind, packed = field.kind, wire_type == 2 and field.many
        if kind == "int" and wire_type == 0:
            return [_signed(value)]
        if kind == "int" and packed:
            return [_signed(number) for number in self._packed(value)]
        if kind == "float" and (wire_type == 5 or packed) and len(value) % 4 == 0:
            self._count(len(value) // 4)
            return list(struct.unpack(f"<{len(value) // 4}f", value))
        if wire_type == 2 and kind == "bytes":
            return [value]
        if wire_type == 2 and kind == "text":
            return [str(value, "utf-8", "replace")]
        if wire_type == 2 and isinstance(kind, dict):
            return [self.parse(value, kind)]
        raise FormatError(f"{field.name}: {_DAMAGED}")

    def _packed(self, data: memoryview) -> Iterator[int]:
        at = 0
        while at < len(data):
            number, at = self._varint(data, at)
            yield number

    def _varint(self, data: memoryview, at: int) -> tuple[int, int]:
        """Return the number that starts at ``at``, and where it ends."""
        self._count(1)
        number = 0
        for shift, byte in enumerate(data[at : at + 10]):
            number |= (byte & 127) << 7 * shift
            if byte < 128:
                return number % 2**64, at + shift + 1
        raise FormatError(_DAMAGED)

    def _count(self, numbers: int) -> None:
        self._left -= numbers
        if self._left < 0:
            raise FormatError(f"more than {MAX_NUMBERS:,} numbers in its protobuf")


def _default(field: Field) -> Any:
    if field.many:
        return []
    return _EMPTY[field.kind] if isinstance(field.kind, str) else None


def _signed(number: int) -> int:
    """Return a 64-bit number in two's complement as an int."""
    return number - 2**64 if number >= 2**63 else number
