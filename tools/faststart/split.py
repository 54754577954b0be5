"""Split a WebAssembly module into code that a page runs and deferred code.

    traced     the module, instrumented to record which functions are called
    first      the module without the bodies of deferred functions: these forward each
               call, through a table, to the function of the second module
    deferred   the second module, with those bodies

The first module exports that table as TABLE. Entry 0 is the loader, a function without
parameters that site/js/boot/deferred-wasm.js sets; it is called where an entry is
empty, and loads the second module. Next are the deferred functions, then the functions
of the first module that they call: the second imports these from "f", by their places
in base 36. Everything else that it shares with the first it imports from "e", by
exported name. No function changes its index, its type or its place in the module's own
tables, so function pointers stay valid.

The method is that of wasm-split (Binaryen), which no package on PyPI has.
"""

from tools.faststart import wasm
from tools.faststart.wasm import Reference, leb, number, section, signed, text, vector
from tools.faststart.wasm_module import Module, Type, more, table_of

TABLE = "deferred"
TRACE = "trace"
_LOADER = 0  # its place in the table
#: Bodies of fewer bytes stay: a forwarding call would be as long.
_SHORT = 24
_KINDS = {"f": wasm.FUNC, "t": wasm.TABLES, "g": wasm.GLOBALS, "x": wasm.TAGS}
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def traced(data: bytes) -> bytes:
    """The module with a table TRACE that records calls.

    Entry k is null until the k-th function that is not imported is called.
    """
    module = Module(data)
    bodies = []
    some = next(e.index for e in module.exports if e.kind == wasm.FUNC)
    for k, body in enumerate(module.bodies):
        at = wasm.after_locals(body)
        note = b"\x41" + signed(k) + b"\xd2" + leb(some)
        note += b"\x26" + leb(module.tables)
        bodies.append(body[:at] + note + body[at:])
    export = text(TRACE) + bytes([wasm.TABLES]) + leb(module.tables)
    return module.with_contents(
        {
            wasm.TABLE: more(module.content(wasm.TABLE), [table_of(len(bodies))]),
            wasm.EXPORT: more(module.content(wasm.EXPORT), [export]),
            wasm.CODE: vector([leb(len(body)) + body for body in bodies]),
        }
    )


def split(data: bytes, called: set[int]) -> tuple[bytes, bytes]:
    """The first and the deferred module.

    The first keeps the bodies of the functions in ``called`` (counted without imported
    functions), short bodies, and bodies that use something that is not exported. Raises
    wasm.UnknownCodeError for a module that cannot be read.
    """
    module = Module(data)
    known = {(export.kind, export.index) for export in module.exports}
    moved: dict[int, list[Reference]] = {}
    for k, body in enumerate(module.bodies):
        if k not in called and len(body) >= _SHORT:
            references = list(wasm.references(body))
            if all(_movable(reference, known) for reference in references):
                moved[module.first_own + k] = references
    places = {function: 1 + i for i, function in enumerate(moved)}
    wanted = {r.index for found in moved.values() for r in found if r.kind == "f"}
    shared = sorted(wanted - moved.keys())
    return (
        _first(module, places, shared),
        _deferred(module, moved, shared),
    )


def _movable(reference: Reference, known: set[tuple[int, int]]) -> bool:
    """Whether another module can import this."""
    kind = _KINDS.get(reference.kind)
    return kind == wasm.FUNC or (kind, reference.index) in known


def _first(module: Module, places: dict[int, int], shared: list[int]) -> bytes:
    """Deferred functions forward their calls, by one new function for each type."""
    types = {form: i for i, form in reversed(list(enumerate(_forms(module))))}
    new: list[bytes] = []

    def type_of(form: bytes) -> int:
        if form not in types:
            types[form] = len(module.types) + len(new)
            new.append(form)
        return types[form]

    used = sorted({module.functions[function] for function in places})
    forwarders = {kind: len(module.functions) + i for i, kind in enumerate(used)}
    loader = type_of(b"\x60\0\0")
    extra = [
        _forwarder(module.types[kind], kind, loader, module.tables) for kind in used
    ]
    kinds = [leb(type_of(_with_place(module.types[kind]))) for kind in used]
    bodies = list(module.bodies)
    for function, place in places.items():
        kind = module.functions[function]
        call = _arguments(module.types[kind].parameters)
        call += b"\x41" + signed(place) + b"\x10" + leb(forwarders[kind])
        bodies[function - module.first_own] = b"\0" + call + wasm.END
    size = 1 + len(places) + len(shared)
    export = text(TABLE) + bytes([wasm.TABLES]) + leb(module.tables)
    offset = b"\x41" + signed(1 + len(places)) + wasm.END
    element = b"\x02" + leb(module.tables) + offset + b"\0"
    element += vector([leb(function) for function in shared])
    return module.with_contents(
        {
            wasm.TYPE: more(module.content(wasm.TYPE), new),
            wasm.FUNCTION: more(module.content(wasm.FUNCTION), kinds),
            wasm.TABLE: more(module.content(wasm.TABLE), [table_of(size)]),
            wasm.EXPORT: more(module.content(wasm.EXPORT), [export]),
            wasm.ELEMENT: more(module.content(wasm.ELEMENT), [element]),
            wasm.CODE: vector([leb(len(body)) + body for body in bodies + extra]),
        }
    )


def _forms(module: Module) -> list[bytes]:
    return [kind.form for kind in module.types]


def _with_place(kind: Type) -> bytes:
    """The type of a forwarder of ``kind``: with a place as last parameter."""
    _, at = number(kind.form, 1)
    parameters = kind.form[at : kind.split] + b"\x7f"
    return b"\x60" + leb(kind.parameters + 1) + parameters + kind.form[kind.split :]


def _arguments(count: int) -> bytes:
    return b"".join(b"\x20" + leb(i) for i in range(count))


def _forwarder(kind: Type, index: int, loader: int, table: int) -> bytes:
    """Call the function at the place (last parameter); load it first if needed."""
    place = b"\x20" + leb(kind.parameters)
    there = place + b"\x25" + leb(table) + b"\xd1"  # table.get, ref.is_null
    load = b"\x41" + signed(_LOADER) + b"\x11" + leb(loader) + leb(table)
    load_it = b"\x04\x40" + load + wasm.END  # if
    call = _arguments(kind.parameters) + place + b"\x11" + leb(index) + leb(table)
    return b"\0" + there + load_it + call + wasm.END


def _deferred(
    module: Module, moved: dict[int, list[Reference]], shared: list[int]
) -> bytes:
    """The second module: it has the first's types, and imports what it uses of it."""
    used = {(r.kind, r.index) for found in moved.values() for r in found}
    used.add(("t", module.tables))
    own = len(shared)
    indices = {("f", function): i for i, function in enumerate([*shared, *moved])}
    imports = [
        text("f")
        + text(_base36(1 + len(moved) + i))
        + bytes([wasm.FUNC])
        + leb(module.functions[function])
        for i, function in enumerate(shared)
    ]
    imports.append(_import(module, wasm.MEMORIES, 0, b"\0\0"))
    for kind in "tgx":
        for i, index in enumerate(sorted(n for what, n in used if what == kind)):
            indices[kind, index] = i
            form = _form(module, kind, index)
            imports.append(_import(module, _KINDS[kind], index, form))
    bodies = [
        _renumbered(module.bodies[function - module.first_own], references, indices)
        for function, references in moved.items()
    ]
    table = indices["t", module.tables]
    element = b"\x02" + leb(table) + b"\x41" + signed(1) + wasm.END + b"\0"
    element += vector([leb(own + i) for i in range(len(moved))])
    parts = [
        (wasm.TYPE, module.content(wasm.TYPE)),
        (wasm.IMPORT, vector(imports)),
        (wasm.FUNCTION, vector([leb(module.functions[f]) for f in moved])),
        (wasm.ELEMENT, vector([element])),
        (wasm.CODE, vector([leb(len(body)) + body for body in bodies])),
    ]
    return wasm.MAGIC + b"".join(section(kind, content) for kind, content in parts)


def _import(module: Module, kind: int, index: int, form: bytes) -> bytes:
    """The import of something that the first module exports."""
    names = {e.index: e.name for e in module.exports if e.kind == kind}
    if kind == wasm.TABLES:
        names[module.tables] = TABLE
    return text("e") + text(names[index]) + bytes([kind]) + form


def _form(module: Module, kind: str, index: int) -> bytes:
    """The type of a table, a global or a tag, as an import has it."""
    if kind == "t":
        return table_of(0)
    return (module.globals if kind == "g" else module.tags)[index]


def _renumbered(
    body: bytes, references: list[Reference], indices: dict[tuple[str, int], int]
) -> bytes:
    """The code with the second module's indices."""
    out, at = [], 0
    for reference in references:
        index = indices[reference.kind, reference.index]
        out += [body[at : reference.start], leb(index)]
        at = reference.end
    return b"".join([*out, body[at:]])


def _base36(value: int) -> str:
    """As JavaScript's Number.toString(36) writes it."""
    out = ""
    while value or not out:
        value, digit = divmod(value, 36)
        out = _DIGITS[digit] + out
    return out
