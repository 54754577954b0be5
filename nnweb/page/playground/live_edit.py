"""Live edits: replace the code of library functions while they run, and undo it."""

from __future__ import annotations
import __future__

import ast
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

import nnweb.layers
from nnweb.errors import NnwebError
from nnweb.page.playground.time_limit import time_limit
from nnweb.page.playground.user_traceback import remember

#: Modules whose functions may be edited, with those of the layers: all that computes
#: the answer to a drawing.
MODULES = ("images.preprocess", "recognize", "network", "matmul")
_FLAGS = __future__.annotations.compiler_flag  # do not evaluate annotations


class EditError(NnwebError, ValueError):
    """The edited text cannot replace the function."""


@dataclass(frozen=True)
class _Original:
    """A function as it was before any edit, and its owner, a module or class."""

    owner: Any
    name: str
    function: FunctionType
    code: CodeType
    defaults: tuple[Any, ...] | None
    kwdefaults: dict[str, Any] | None

    @property
    def changed(self) -> bool:
        current = vars(self.owner).get(self.name)
        return current is not self.function or self.function.__code__ is not self.code

    def restore(self) -> None:
        setattr(self.owner, self.name, self.function)
        _set_code(self.function, self.code, self.defaults, self.kwdefaults)


@dataclass(frozen=True)
class _Edit:
    """The text of an edit: new code of a function, and helpers defined next to it."""

    text: str
    compiled: CodeType  # of the whole text
    code: CodeType
    defaults: tuple[Any, ...] | None
    kwdefaults: dict[str, Any] | None
    helpers: dict[str, Any]


class LiveEdits:
    """The current edits of library functions.

    We swap ``__code__`` instead of replacing the function, so existing references see
    the edit. ``edits`` are the current ones by key, the latest last.
    """

    def __init__(self) -> None:
        self._originals = dict(_functions())
        self._keys = {o.code: key for key, o in self._originals.items()}
        self.edits: Mapping[str, _Edit] = {}
        # what helpers replaced: the globals of a module, a name and its value
        self._replaced: list[tuple[dict[str, Any], str, Any]] = []

    def key_of(self, code: CodeType) -> str:
        """Return the key to edit a function by; "" if it may not be edited."""
        return self._keys.get(code, "")

    @property
    def codes(self) -> list[CodeType]:
        """The code of all edited functions and of their helpers."""
        edits = self.edits.values()
        return [code for edit in edits for code in (edit.code, edit.compiled)]

    @property
    def changed(self) -> list[str]:
        """The qualified names of changed functions, as ``Dense.forward``.

        Includes functions that the user replaced by assignment.
        """
        return [
            key.partition(":")[2] for key, o in self._originals.items() if o.changed
        ]

    def apply(self, key: str, text: str, seconds: float) -> None:
        """Replace a function's code by the definition in ``text``.

        The text must execute within ``seconds``. Raises EditError, and whatever the
        text raises; nothing is changed then, but tracebacks show the lines of ``text``
        until the next ``use``.
        """
        original = self._originals.get(key)
        if original is None:
            raise EditError(f"got {key!r}, expected a function that may be edited")
        file = _file_of(key)
        remember(file, text)
        scope: dict[str, Any] = {}
        module_globals = original.function.__globals__
        compiled = compile(text, file, "exec", flags=_FLAGS, dont_inherit=True)
        with time_limit([compiled], seconds):
            exec(compiled, module_globals, scope)  # noqa: S102 the user's own code, in their own page
        function = scope.pop(original.name, None)
        if not isinstance(function, FunctionType):
            raise EditError(
                f"got {_defined_names(text)}, expected a function named "
                f"{original.name}: keep its first line, def {original.name}(...)"
            )
        if function.__code__.co_freevars:
            raise EditError(f"{original.name}: got a closure, expected a function")
        # the qualified name of a method, whatever the indentation of the text
        code = function.__code__.replace(co_qualname=original.code.co_qualname)
        defaults, keywords = function.__defaults__, function.__kwdefaults__
        edit = _Edit(text, compiled, code, defaults, keywords, scope)
        others = {k: other for k, other in self.edits.items() if k != key}
        self.use({**others, key: edit})

    def use(self, edits: Mapping[str, _Edit]) -> None:
        """Make ``edits`` the only ones; of helpers of one name, the last is in use."""
        while self._replaced:  # backwards: two edits may have replaced the same name
            module_globals, name, value = self._replaced.pop()
            if value is _MISSING:
                module_globals.pop(name, None)
            else:
                module_globals[name] = value
        for key in self.edits.keys() - edits.keys():
            self._originals[key].restore()
        for key, edit in edits.items():
            function = self._originals[key].function
            _set_code(function, edit.code, edit.defaults, edit.kwdefaults)
            self._keys[edit.code] = key
            remember(_file_of(key), edit.text)  # a refused one has the same file name
            module_globals = function.__globals__
            for name, value in edit.helpers.items():
                previous = module_globals.get(name, _MISSING)
                self._replaced.append((module_globals, name, previous))
                module_globals[name] = value
        self.edits = edits

    def reset(self, key: str = "") -> None:
        """Restore a function, or with "" all of them."""
        self.use({k: edit for k, edit in self.edits.items() if key not in ("", k)})
        for name, original in self._originals.items():
            if key in ("", name):
                original.restore()


_MISSING = object()


def _file_of(key: str) -> str:
    return f"<your {key.partition(':')[2]}>"


def _set_code(
    function: FunctionType,
    code: CodeType,
    defaults: tuple[Any, ...] | None,
    kwdefaults: dict[str, Any] | None,
) -> None:
    function.__code__ = code
    function.__defaults__ = defaults
    function.__kwdefaults__ = kwdefaults


def _functions() -> Iterator[tuple[str, _Original]]:
    """Yield every function and method that may be edited, by its key."""
    layers = [
        f"layers.{module.name}"
        for module in pkgutil.iter_modules(nnweb.layers.__path__)
    ]
    for module in (importlib.import_module(f"nnweb.{m}") for m in (*MODULES, *layers)):
        for owner in (module, *_classes(module)):
            for name, value in vars(owner).items():
                if isinstance(value, FunctionType) and _is_defined_in(value, module):
                    key = f"{module.__name__}:{value.__qualname__}"
                    code, defaults = value.__code__, value.__defaults__
                    keywords = value.__kwdefaults__
                    yield key, _Original(owner, name, value, code, defaults, keywords)


def _is_defined_in(value: FunctionType, module: ModuleType) -> bool:
    """Whether a function is written in this module, not made by a decorator."""
    # the file of a precompiled module is a .pyc
    file = (module.__file__ or "").removesuffix("c")
    return value.__module__ == module.__name__ and value.__code__.co_filename == file


def _classes(module: ModuleType) -> list[type]:
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__
    ]


def _defined_names(text: str) -> str:
    """List the functions and classes that a text defines."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    found = [node.name for node in ast.parse(text).body if isinstance(node, kinds)]
    return ", ".join(found) or "no definition"
