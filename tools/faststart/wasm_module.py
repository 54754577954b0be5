"""A WebAssembly module, parsed as far as splitting needs it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from tools.faststart import wasm
from tools.faststart.wasm import leb, number, section


@dataclass(frozen=True)
class Export:
    name: str
    kind: int
    index: int


@dataclass(frozen=True)
class Type:
    """The type of a function: its binary form and number of parameters."""

    form: bytes
    parameters: int
    split: int  # where the results begin in the form


class Module:
    def __init__(self, data: bytes) -> None:
        self.sections = list(wasm.sections(data))

    def content(self, kind: int) -> bytes:
        """A section's content; an empty vector if there is no such section."""
        return next((c for k, c in self.sections if k == kind), b"\0")

    def entries(self, kind: int, end_of: Callable[[bytes, int], int]) -> list[bytes]:
        """The items of a section that is a vector; see wasm.entries."""
        return wasm.entries(self.content(kind), end_of)

    @cached_property
    def types(self) -> list[Type]:
        return [_function_type(form) for form in self.entries(wasm.TYPE, _after_form)]

    @cached_property
    def imported(self) -> dict[int, list[bytes]]:
        """The types of imports, by kind."""
        found: dict[int, list[bytes]] = {kind: [] for kind in range(5)}
        for entry in self.entries(wasm.IMPORT, _after_import):
            at = wasm.after_bytes(entry, wasm.after_bytes(entry, 0))
            found[entry[at]].append(entry[at + 1 :])
        return found

    @cached_property
    def functions(self) -> list[int]:
        """The types of all functions, the imported ones first."""
        own = self.entries(wasm.FUNCTION, wasm.after_number)
        return [number(kind, 0)[0] for kind in (*self.imported[wasm.FUNC], *own)]

    @cached_property
    def globals(self) -> list[bytes]:
        """The types of all globals, the imported ones first."""
        own = self.entries(wasm.GLOBAL, _after_global)
        types = [entry[: wasm.after_type(entry, 0) + 1] for entry in own]
        return [*self.imported[wasm.GLOBALS], *types]

    @cached_property
    def tags(self) -> list[bytes]:
        """The types of all tags, the imported ones first."""
        return [*self.imported[wasm.TAGS], *self.entries(wasm.TAG, _after_tag)]

    @cached_property
    def bodies(self) -> list[bytes]:
        """The bodies of the functions that are not imported."""
        own = self.entries(wasm.CODE, wasm.after_bytes)
        return [entry[number(entry, 0)[1] :] for entry in own]

    @cached_property
    def exports(self) -> list[Export]:
        found = []
        for entry in self.entries(wasm.EXPORT, _after_export):
            end = wasm.after_bytes(entry, 0)
            index, _ = number(entry, end + 1)
            found.append(Export(_text(entry, 0), entry[end], index))
        return found

    @property
    def first_own(self) -> int:
        """The index of the first function that is not imported."""
        return len(self.imported[wasm.FUNC])

    @property
    def tables(self) -> int:
        return len(self.imported[wasm.TABLES]) + number(self.content(wasm.TABLE), 0)[0]

    def with_contents(self, changed: dict[int, bytes]) -> bytes:
        """The module with other contents of these sections, which it must have."""
        out = [section(kind, changed.get(kind, c)) for kind, c in self.sections]
        return wasm.MAGIC + b"".join(out)


def _text(data: bytes, at: int) -> str:
    """A name at ``at``."""
    return data[number(data, at)[1] : wasm.after_bytes(data, at)].decode()


def _function_type(form: bytes) -> Type:
    parameters, at = number(form, 1)
    for _ in range(parameters):
        at = wasm.after_type(form, at)
    return Type(form, parameters, at)


def _after_form(data: bytes, at: int) -> int:
    """The end of a function's type."""
    if data[at] != 0x60:
        raise wasm.UnknownCodeError(f"type 0x{data[at]:02x}")
    at += 1
    for _ in ("parameters", "results"):
        count, at = number(data, at)
        for _ in range(count):
            at = wasm.after_type(data, at)
    return at


def _after_import(data: bytes, at: int) -> int:
    at = wasm.after_bytes(data, wasm.after_bytes(data, at))
    kind, at = data[at], at + 1
    if kind == wasm.FUNC:
        return wasm.after_number(data, at)
    if kind == wasm.TAGS:
        return _after_tag(data, at)
    if kind == wasm.GLOBALS:
        return wasm.after_type(data, at) + 1
    at = wasm.after_type(data, at) if kind == wasm.TABLES else at
    limits, at = data[at], wasm.after_number(data, at + 1)
    return wasm.after_number(data, at) if limits & 1 else at


def _after_tag(data: bytes, at: int) -> int:
    return wasm.after_number(data, at + 1)


def _after_global(data: bytes, at: int) -> int:
    return wasm.after_constant(data, wasm.after_type(data, at) + 1)


def _after_export(data: bytes, at: int) -> int:
    return wasm.after_number(data, wasm.after_bytes(data, at) + 1)


def more(content: bytes, items: list[bytes]) -> bytes:
    """A vector with ``items`` appended."""
    count, at = number(content, 0)
    return leb(count + len(items)) + content[at:] + b"".join(items)


def table_of(size: int) -> bytes:
    """The type of a table for this many functions."""
    return bytes([wasm.FUNCREF, 0]) + leb(size)
