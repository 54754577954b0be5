"""Functions of the library, edited while they are in use, and brought back."""

from __future__ import annotations
import __future__

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

import nnweb.layers
from nnweb.errors import NnwebError
from nnweb.page.playground.time_limit import limited
from nnweb.page.playground.user_traceback import remember

#: Where the functions are that may be edited: all that is between a drawing and its
#: answer.
MODULES = ("images.preprocess", "recognize", "network", "matmul")
_FLAGS = __future__.annotations.compiler_flag  # annotations are not looked at


class EditError(NnwebError, ValueError):
    """What was written cannot stand in the place of the function."""


@dataclass(frozen=True)
class _Original:
    """A function as we wrote it, and where it belongs."""

    owner: Any
    name: str
    function: FunctionType
    code: CodeType
    defaults: tuple[Any, ...] | None
    kwdefaults: dict[str, Any] | None

    @property
    def changed(self) -> bool:
        there = vars(self.owner).get(self.name)
        return there is not self.function or self.function.__code__ is not self.code

    def bring_back(self) -> None:
        setattr(self.owner, self.name, self.function)
        _give(self.function, self.code, self.defaults, self.kwdefaults)


class Edits:
    """What of the library is not as we wrote it.

    A function is not replaced: it gets other code. So whoever has it, has the edit.
    """

    def __init__(self) -> None:
        self._originals = dict(_functions())
        self._keys = {o.code: key for key, o in self._originals.items()}
        self._globals: dict[tuple[str, str], Any] = {}
        self.texts: dict[str, str] = {}

    def key_of(self, code: CodeType) -> str:
        """The name by which a function is edited; "" if it is not to be."""
        return self._keys.get(code, "")

    @property
    def codes(self) -> list[CodeType]:
        """Of all that was edited."""
        return [self._originals[key].function.__code__ for key in self.texts]

    @property
    def changed(self) -> list[str]:
        """The functions that are not as we wrote them, as ``Dense.forward``.

        Also those that were replaced by hand, from outside.
        """
        return [
            key.partition(":")[2] for key, o in self._originals.items() if o.changed
        ]

    def apply(self, key: str, text: str, seconds: float) -> None:
        """Have the function do what ``text`` defines, within ``seconds``.

        Raises EditError, and whatever the text itself raises; nothing is changed then.
        """
        original = self._originals.get(key)
        if original is None:
            raise EditError(f"got {key!r}, expected a function that may be edited")
        file = f"<your {key.partition(':')[2]}>"
        remember(file, text)
        scope: dict[str, Any] = {}
        world = original.function.__globals__
        code = compile(text, file, "exec", flags=_FLAGS, dont_inherit=True)
        with limited([code], seconds):
            exec(code, world, scope)  # noqa: S102 the person's own, in their own page
        function = scope.pop(original.name, None)
        if not isinstance(function, FunctionType):
            raise EditError(
                f"got {_names(code, text)}, expected a function by the name of "
                f"{original.name}: keep its first line, def {original.name}(...)"
            )
        if function.__code__.co_freevars:
            raise EditError(f"{original.name}: got a closure, expected a function")
        # it stands where a class has it, whatever the text is indented by
        own = function.__code__.replace(co_qualname=original.code.co_qualname)
        defaults, keywords = function.__defaults__, function.__kwdefaults__
        _give(original.function, own, defaults, keywords)
        self._keys[own] = key
        self.texts[key] = text
        for name, value in scope.items():  # helpers that stand beside it
            at = (key, name)
            self._globals.setdefault(at, (world, world.get(name, _MISSING)))
            world[name] = value

    def reset(self, key: str = "") -> None:
        """Bring our function back, or with "" all of them."""
        for (owner, name), (world, value) in list(self._globals.items()):
            if key in ("", owner):
                del self._globals[(owner, name)]
                if value is _MISSING:
                    world.pop(name, None)
                else:
                    world[name] = value
        for name, original in self._originals.items():
            if key in ("", name):
                original.bring_back()
                self.texts.pop(name, None)


_MISSING = object()


def _give(
    function: FunctionType,
    code: CodeType,
    defaults: tuple[Any, ...] | None,
    kwdefaults: dict[str, Any] | None,
) -> None:
    function.__code__ = code
    function.__defaults__ = defaults
    function.__kwdefaults__ = kwdefaults


def _functions() -> Iterator[tuple[str, _Original]]:
    """Every function and method of MODULES and of the layers, under its name."""
    layers = [
        f"layers.{module.name}"
        for module in pkgutil.iter_modules(nnweb.layers.__path__)
    ]
    for module in (importlib.import_module(f"nnweb.{m}") for m in (*MODULES, *layers)):
        for owner in (module, *_classes(module)):
            for name, value in vars(owner).items():
                if isinstance(value, FunctionType) and _is_of(value, module):
                    key = f"{module.__name__}:{value.__qualname__}"
                    code, defaults = value.__code__, value.__defaults__
                    keywords = value.__kwdefaults__
                    yield key, _Original(owner, name, value, code, defaults, keywords)


def _is_of(value: FunctionType, module: ModuleType) -> bool:
    """Written in this module, by us: not what a decorator has made."""
    # a module that was compiled beforehand has a .pyc for its file
    file = (module.__file__ or "").removesuffix("c")
    return value.__module__ == module.__name__ and value.__code__.co_filename == file


def _classes(module: ModuleType) -> list[type]:
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__
    ]


def _names(code: CodeType, text: str) -> str:
    """What a text defines, to be told."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    found = [node.name for node in ast.parse(text).body if isinstance(node, kinds)]
    return ", ".join(found) or "nothing that is defined"
