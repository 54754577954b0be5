"""Leave out of Pyodide's WebAssembly the exports that a start does not need.

When a module starts, Emscripten's code makes a JavaScript function of each one that is
exported, and gives it an address: of thousands, of which a page needs some hundred. The
others are put into a table, TABLE. Their names, in that order, and the addresses that
were exported are the section SECTION of the module of what is seldom called (split.py):
whoever loads a further module exports them first (site/js/boot/deferred-wasm.js).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from tools.faststart import wasm
from tools.faststart.wasm import leb, section, text, vector
from tools.faststart.wasm_module import Export, Module, more, table_of

TABLE = SECTION = "later"


@dataclass(frozen=True)
class Later:
    """What was left out: functions as the table has them, and addresses."""

    functions: list[str]
    constants: dict[str, int]


def needed(glue: str, modules: list[bytes]) -> set[str]:
    """The exports that a start needs.

    ``glue`` is Emscripten's code, ``modules`` those that are there at each start, also
    the one that is to be trimmed: it finds some of its own by their names.
    """
    found = set(re.findall(r'wasmExports\["([^"]+)"\]', glue))
    return found.union(*(Module(module).imported_names for module in modules))


def trim(data: bytes, names: set[str]) -> tuple[bytes, Later]:
    """The module with the exports of these names, and what was left out.

    It keeps also what is neither a function nor a constant.
    """
    module = Module(data)
    kept: list[Export] = []
    functions: list[Export] = []
    constants: dict[str, int] = {}
    for export in module.exports:
        constant = export.kind == wasm.GLOBALS and export.index in module.constants
        if export.name in names or not (constant or export.kind == wasm.FUNC):
            kept.append(export)
        elif constant:
            constants[export.name] = module.constants[export.index]
        else:
            functions.append(export)
    kept.append(Export(TABLE, wasm.TABLES, module.tables))
    table = table_of(len(functions))
    element = b"\x02" + leb(module.tables) + b"\x41\x00" + wasm.END + b"\0"
    element += vector([leb(export.index) for export in functions])
    trimmed = module.with_contents(
        {
            wasm.TABLE: more(module.content(wasm.TABLE), [table]),
            wasm.EXPORT: vector([_exported(export) for export in kept]),
            wasm.ELEMENT: more(module.content(wasm.ELEMENT), [element]),
        }
    )
    return trimmed, Later([export.name for export in functions], constants)


def with_names(data: bytes, later: Later) -> bytes:
    """The module with ``later`` as its section SECTION."""
    parts = {"functions": later.functions, "constants": later.constants}
    content = json.dumps(parts, separators=(",", ":")).encode()
    return data + section(wasm.CUSTOM, text(SECTION) + content)


def _exported(export: Export) -> bytes:
    return text(export.name) + bytes([export.kind]) + leb(export.index)
