"""In the snapshot as `_later`: brings what was left out of it, when it is asked for.

Functions that a page does not need have no body there (thin.py), NumPy's linear algebra
has no compiled part, and NumPy's functions have no docstrings. The first two come by a
request that Python waits for, or without one if all of Python was fetched (`complete`).
What brings a function's code must not need such functions itself: so here is little of
the library.
"""

import builtins
import gc
import importlib
import importlib.machinery
import marshal
import sys
import zlib
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

SUFFIX = importlib.machinery.EXTENSION_SUFFIXES[0]
#: What was fetched ahead of need, by name.
REST = "/lib/nnweb-rest"
#: Modules' code, compressed, by file; of a build like this one, as Pyodide itself is.
_whole: dict[str, bytes] = {}
_DOCSTRINGS = ("numpy._core._add_newdocs", "numpy._core._add_newdocs_scalars")


def call() -> Any:
    """Called by a function without a body: do what it was asked with its whole code."""
    frame = sys._getframe(1)
    code, given = frame.f_code, frame.f_locals
    whole = _restore(code.co_filename)[code.co_qualname, code.co_firstlineno]
    names = list(code.co_varnames)
    args = [given[name] for name in names[: code.co_argcount]]
    end = code.co_argcount + code.co_kwonlyargcount
    keywords = {name: given[name] for name in names[code.co_argcount : end]}
    more = names[end:]
    if code.co_flags & 4:  # *args
        args += given[more.pop(0)]
    if code.co_flags & 8:  # **keywords
        keywords |= given[more.pop(0)]
    function = FunctionType(whole, frame.f_globals)
    del frame, given
    return function(*args, **keywords)


def _restore(file: str) -> dict[tuple[str, int], CodeType]:
    """Give every function of a file its body; the file's code by name and line."""
    if not _whole:
        _whole.update(marshal.loads(_read("code")))  # noqa: S302
    found: dict[tuple[str, int], CodeType] = {}
    waiting = [marshal.loads(zlib.decompress(_whole[file]))]  # noqa: S302
    for code in waiting:
        found[code.co_qualname, code.co_firstlineno] = code
        waiting += [c for c in code.co_consts if isinstance(c, CodeType)]
    for function in gc.get_objects():
        if type(function) is FunctionType:
            code = function.__code__
            if code.co_names == ("__later__",) and code.co_filename == file:
                function.__code__ = found[code.co_qualname, code.co_firstlineno]
    return found


def complete() -> None:
    """All of Python is there now: run what only writes docstrings."""
    for name in _DOCSTRINGS:
        importlib.reload(sys.modules[name])


def settle() -> None:
    """Keep no code, it is read again; and be in packages as an import would have it."""
    _whole.clear()
    for name, module in list(sys.modules.items()):
        package, _, leaf = name.rpartition(".")
        if isinstance(module, LateModule):
            setattr(sys.modules[package], leaf, module)


def _read(name: str) -> bytes:
    try:
        with open(f"{REST}/{name}", "rb") as file:  # noqa: PTH123
            return file.read()
    except FileNotFoundError:
        pass
    from _nnweb_rest import read  # type: ignore[import-not-found]  # of JavaScript

    return bytes(read(name).to_bytes())


def delay(name: str, folder: str) -> None:
    """Let a compiled module be imported, but not be there before it is used."""
    late = LateModule(name)
    late.__file__ = f"{folder}/{name.replace('.', '/')}{SUFFIX}"
    sys.modules[name] = late


class LateModule(ModuleType):
    """A compiled module that is loaded when something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_load(self), name)


def _load(late: ModuleType) -> ModuleType:
    name = late.__name__
    path = Path(str(late.__file__))
    if not path.exists():  # all of NumPy is not mounted
        data = _read(name.rpartition(".")[2])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    loader = importlib.machinery.ExtensionFileLoader(name, str(path))
    spec = importlib.machinery.ModuleSpec(name, loader, origin=str(path))
    module = loader.create_module(spec)
    module.__spec__, module.__file__ = spec, str(path)
    sys.modules[name] = module
    loader.exec_module(module)
    for other in [m for m in sys.modules.values() if isinstance(m, ModuleType)]:
        for key, value in list(vars(other).items()):
            if value is late:
                setattr(other, key, module)
    return module


builtins.__later__ = call  # type: ignore[attr-defined]
