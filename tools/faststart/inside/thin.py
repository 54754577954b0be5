"""Runs inside Pyodide after precompile.py: write the same modules without unused code.

Two thirds of what `import numpy` leaves in memory is bytecode that no page runs. In the
snapshot, a function that the workload has not called keeps only its signature; its body
fetches the code when it is called after all (deferred.py). The complete modules are
written to a file of their own.
"""

import gc
import importlib._bootstrap_external as bootstrap
import inspect
import marshal
import opcode
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

OUT = Path("/out")
STDLIB = Path(f"/lib/python{sys.version_info[0]}{sys.version_info[1]}.zip")
SITE = Path(sys.modules["numpy"].__file__ or "").parent.parent
# Pyodide calls these from JavaScript.
KEPT = (f"{STDLIB}/pyodide/", f"{STDLIB}/_pyodide/")
# Smaller functions stay: a stub would take as much.
SMALL_BYTES = 48
# Modules that only write docstrings into compiled functions; deferred.py runs them.
DOCSTRINGS = {"numpy._core._add_newdocs", "numpy._core._add_newdocs_scalars"}
_ODD = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_HAS_DOCSTRING = 0x4000000  # since Python 3.14
_RESUME = opcode.opmap["RESUME"]

Key = tuple[str, int]


def _stub() -> object:
    return __deferred__()  # type: ignore[name-defined]  # noqa: F821


STUB = _stub.__code__


def was_called(code: CodeType) -> bool:
    """Whether a code object has run: the interpreter then rewrites RESUME."""
    adapted = code._co_code_adaptive  # type: ignore[attr-defined]
    at = range(0, len(adapted), 2)
    return any(code.co_code[i] == _RESUME != adapted[i] for i in at)


def key(code: CodeType) -> Key:
    return code.co_qualname, code.co_firstlineno


def nested(code: CodeType) -> Iterator[CodeType]:
    """A code object and all that are nested in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from nested(constant)


def called() -> dict[str, dict[Key, bool]]:
    """Whether each live function was called; by file, then by key."""
    found: dict[str, dict[Key, bool]] = {}
    for function in gc.get_objects():
        if isinstance(function, FunctionType):
            for code in nested(function.__code__):
                file = found.setdefault(code.co_filename, {})
                file[key(code)] = file.get(key(code), False) or was_called(code)
    return found


def without_body(code: CodeType) -> CodeType:
    """A function's code reduced to its signature."""
    flags = code.co_flags
    consts = STUB.co_consts
    if flags & _HAS_DOCSTRING:
        consts = (code.co_consts[0], *consts[1:])
    several = bool(flags & inspect.CO_VARARGS) + bool(flags & inspect.CO_VARKEYWORDS)
    count = code.co_argcount + code.co_kwonlyargcount + several
    return code.replace(
        co_code=STUB.co_code,
        co_consts=consts,
        co_names=STUB.co_names,
        co_varnames=code.co_varnames[:count],
        co_nlocals=count,
        co_cellvars=(),
        co_stacksize=STUB.co_stacksize,
        co_linetable=STUB.co_linetable,
        co_exceptiontable=b"",
    )


def thinned(module: CodeType, known: dict[Key, bool]) -> CodeType:
    """A module's code; unused functions and methods lose their bodies."""
    keys = [key(each) for each in nested(module)]

    def unused(inner: CodeType) -> bool:
        return (
            known.get(key(inner)) is False
            and keys.count(key(inner)) == 1
            and len(inner.co_code) > SMALL_BYTES
            and not inner.co_freevars
            and not inner.co_flags & _ODD
        )

    def replaced(constant: object) -> object:
        if not isinstance(constant, CodeType):
            return constant
        if not constant.co_flags & inspect.CO_OPTIMIZED:  # a class
            return within(constant)
        return without_body(constant) if unused(constant) else constant

    def within(outer: CodeType) -> CodeType:
        return outer.replace(co_consts=tuple(map(replaced, outer.co_consts)))

    return within(module)


def write(archive: zipfile.ZipFile, name: str, code: CodeType) -> None:
    made: bytes = bootstrap._code_to_hash_pyc(code, b"\0" * 8, False)  # type: ignore[attr-defined]
    archive.writestr(zipfile.ZipInfo(f"{name}c"), made)


def modules() -> Iterator[tuple[str, str, bytes]]:
    """Name, file and source of each loaded module that has all three."""
    files = {getattr(m, "__file__", None): name for name, m in sys.modules.items()}
    with zipfile.ZipFile(STDLIB) as library:
        for file, name in files.items():
            if file is None or not file.endswith(".py"):
                continue
            if file.startswith(f"{STDLIB}/"):
                yield name, file, library.read(file.removeprefix(f"{STDLIB}/"))
            elif file.startswith(f"{SITE}/"):
                yield name, file, Path(file).read_bytes()


def level(source: bytes) -> int:
    """Optimization level for a module; 2 strips docstrings."""
    # numpy.ma, if it is mounted later, rewrites docstrings of some functions of NumPy,
    # and breaks where they are gone
    needed = b"finalize_array_function_like" in source or b"def apply_over" in source
    return 1 if needed else 2


def thin(library: str, site: str, code: str, kept: list[str]) -> None:
    """Write archives of thinned modules, and the file ``code`` of complete ones.

    ``code`` is a marshalled dict of compressed code by file. Packages in ``kept`` are
    not thinned.
    """
    known = called()
    whole: dict[str, bytes] = {}
    untouched = (*KEPT, *(f"{SITE}/{package}/" for package in kept))
    targets = {
        f"{root}/": zipfile.ZipFile(OUT / name, "w")
        for root, name in ((STDLIB, library), (SITE, site))
    }
    for name, file, source in modules():
        module = compile(
            source, file, "exec", dont_inherit=True, optimize=level(source)
        )
        if not file.startswith(untouched):
            whole[file] = zlib.compress(marshal.dumps(module), 9)
            module = thinned(module, known.get(file, {}))
        if name in DOCSTRINGS:
            module = compile("", file, "exec")
        for root, target in targets.items():
            if file.startswith(root):
                write(target, file.removeprefix(root), module)
    for target in targets.values():
        target.close()
    (OUT / code).write_bytes(marshal.dumps(whole))


# precompile.mjs sets JOB: {"thin": arguments}
thin(**JOB["thin"])  # type: ignore[name-defined]  # noqa: F821
