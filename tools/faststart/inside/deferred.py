"""In the snapshot as `_deferred`: loads on first use what the snapshot lacks.

It lacks the bodies of functions that the workload does not call (thin.py), side modules
that can wait, and NumPy's docstrings. The first two are fetched synchronously, or read
from FOLDER once the full library is mounted. This module itself must not call functions
without bodies, so it uses little of the standard library.
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
#: Where full-library.js puts the deferred files, by name.
FOLDER = "/lib/deferred"
#: Marshalled, compressed code of modules, by file.
_code: dict[str, bytes] = {}
_DOCSTRINGS = ("numpy._core._add_newdocs", "numpy._core._add_newdocs_scalars")


def call() -> Any:
    """Called by a function without a body: run its real body with its arguments."""
    frame = sys._getframe(1)
    code, values = frame.f_code, frame.f_locals
    restored = _restore(code.co_filename)[code.co_qualname, code.co_firstlineno]
    names = list(code.co_varnames)
    args = [values[name] for name in names[: code.co_argcount]]
    end = code.co_argcount + code.co_kwonlyargcount
    keywords = {name: values[name] for name in names[code.co_argcount : end]}
    more = names[end:]
    if code.co_flags & 4:  # *args
        args += values[more.pop(0)]
    if code.co_flags & 8:  # **keywords
        keywords |= values[more.pop(0)]
    function = FunctionType(restored, frame.f_globals)
    del frame, values
    return function(*args, **keywords)


def _restore(file: str) -> dict[tuple[str, int], CodeType]:
    """Give all functions of a file their bodies; return these by name and line."""
    if not _code:
        _code.update(marshal.loads(_read("code")))  # noqa: S302
    found: dict[tuple[str, int], CodeType] = {}
    waiting = [marshal.loads(zlib.decompress(_code[file]))]  # noqa: S302
    for code in waiting:
        found[code.co_qualname, code.co_firstlineno] = code
        waiting += [c for c in code.co_consts if isinstance(c, CodeType)]
    for function in gc.get_objects():
        if type(function) is FunctionType:
            code = function.__code__
            if code.co_names == ("__deferred__",) and code.co_filename == file:
                function.__code__ = found[code.co_qualname, code.co_firstlineno]
    return found


def complete() -> None:
    """The full library is mounted: run the modules that only write docstrings."""
    for name in _DOCSTRINGS:
        importlib.reload(sys.modules[name])


def prepare_snapshot() -> None:
    """Drop the code, and make deferred modules attributes of their packages."""
    _code.clear()
    for name, module in list(sys.modules.items()):
        package, _, leaf = name.rpartition(".")
        if isinstance(module, DeferredModule):
            setattr(sys.modules[package], leaf, module)


def _read(name: str) -> bytes:
    try:
        with open(f"{FOLDER}/{name}", "rb") as file:  # noqa: PTH123
            return file.read()
    except FileNotFoundError:
        pass
    from _deferred_files import read  # type: ignore[import-not-found]  # memory-image.js

    return bytes(read(name).to_bytes())


def defer_import(name: str, folder: str) -> None:
    """Make a side module importable, and load it on first use."""
    module = DeferredModule(name)
    module.__file__ = f"{folder}/{name.replace('.', '/')}{SUFFIX}"
    sys.modules[name] = module


class DeferredModule(ModuleType):
    """A side module that loads when one of its attributes is used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_load(self), name)


def _load(stand_in: ModuleType) -> ModuleType:
    name = stand_in.__name__
    path = Path(str(stand_in.__file__))
    if not path.exists():  # the full library is not mounted
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
            if value is stand_in:
                setattr(other, key, module)
    return module


builtins.__deferred__ = call  # type: ignore[attr-defined]
