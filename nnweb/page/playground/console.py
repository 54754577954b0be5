"""A console: code that a person typed, what it prints, its value, or its fault."""

from __future__ import annotations

import ast
import contextlib
import io
import keyword
import re
import sys
from collections.abc import Callable
from time import monotonic
from types import CodeType
from typing import Any

import numpy as np

from nnweb.page.playground.user_traceback import remember, told

Tell = Callable[[str], object]

PRINTED = 20_000  # characters that one run may print; more is counted, not told
ECHOED = 4_000  # characters of a value
_PAUSE = 0.05  # seconds, at least, from one piece of output to the next
_SHOWN = 40  # names that a completion lists

_EXPRESSION = re.compile(r"((?:\w+|\[[\w'\"-]+\]|\.)*?)(\w*)$")
_STEP = re.compile(r"\.?(\w+)|\[([\w'\"-]+)\]")


class Printed(io.TextIOBase):
    """Hands on what is printed, a piece at a time, and no more than PRINTED."""

    def __init__(self, tell: Tell) -> None:
        self._tell, self._waiting = tell, ""
        self._count, self._last = 0, 0.0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        room = PRINTED - self._count
        self._count += len(text)
        if room > 0:
            self._waiting += text[:room]
            if monotonic() - self._last > _PAUSE or room <= len(text):
                self.flush()
        return len(text)

    def flush(self) -> None:
        if self._waiting:
            self._tell(self._waiting)
            self._waiting, self._last = "", monotonic()

    @property
    def cut(self) -> int:
        """How many characters were not told."""
        return max(0, self._count - PRINTED)


class Console:
    """One person's names, from one run to the next."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__name__": "__console__"}
        self._runs = 0

    def run(self, text: str, tell: Tell) -> dict[str, Any]:
        """Run ``text``; what is printed is told while it runs.

        Returns the value of its last line, as text ("" for none); how many characters
        of output were cut; and its fault, or None.
        """
        self._runs += 1
        file = f"<console {self._runs}>"
        remember(file, text)
        printed, echo, fault = Printed(tell), "", None
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            _nobody_types(),
            np.printoptions(threshold=200, edgeitems=3, precision=4, linewidth=76),
        ):
            try:
                echo = self._value(text, file)
            except BaseException as error:  # whatever it is, it is theirs
                fault = told(error)
            printed.flush()
        return {"echo": echo, "cut": printed.cut, "fault": fault}

    def _value(self, text: str, file: str) -> str:
        tree = ast.parse(text, file)
        last = tree.body.pop() if tree.body and _is_value(tree.body[-1]) else None
        self._run(compile(tree, file, "exec", dont_inherit=True))
        if not isinstance(last, ast.Expr):
            return ""
        expression = ast.Expression(last.value)
        value = self._run(compile(expression, file, "eval", dont_inherit=True))
        if value is None:
            return ""
        self.names["_"] = value
        return _bounded(repr(value))

    def _run(self, code: CodeType) -> Any:
        return eval(code, self.names)  # noqa: S307 what they typed, in their own page

    def suggest(self, text: str) -> dict[str, Any]:
        """How the last word of ``text`` may go on: ``names``, and where they ``begin``.

        Attributes and numbers in brackets are followed; nothing is called.
        """
        found = _EXPRESSION.search(text)
        before, begun = found.groups() if found else ("", "")
        begin = len(text) - len(begun)
        goes_on = text[: begin - len(before)].endswith((".", ")", "]", "'", '"'))
        if goes_on or (before and not before.endswith(".")):
            return {"begin": begin, "names": []}
        try:
            names = self._known(before.rstrip("."))
        except Exception:  # what is not there has no attributes
            names = []
        fit = sorted(n for n in set(names) if n.startswith(begun) and n != begun)
        open_ones = [name for name in fit if not name.startswith("_")]
        return {"begin": begin, "names": (fit if "_" in begun else open_ones)[:_SHOWN]}

    def _known(self, path: str) -> list[str]:
        if not path:
            builtins = dir(__import__("builtins"))
            return [*self.names, *keyword.kwlist, *builtins]
        value: Any = None
        for i, step in enumerate(_STEP.finditer(path)):
            name, index = step.groups()
            if i == 0:
                value = self.names[name]
            elif name is not None:
                value = getattr(value, name)
            else:
                value = value[ast.literal_eval(index)]
        return dir(value)


def _is_value(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr)


def _bounded(text: str) -> str:
    if len(text) <= ECHOED:
        return text
    half = ECHOED // 2
    return f"{text[:half]}\n... {len(text) - ECHOED:,} characters ...\n{text[-half:]}"


@contextlib.contextmanager
def _nobody_types() -> Any:
    """input() finds an end of file: there is no line that it could wait for."""
    before, sys.stdin = sys.stdin, io.StringIO()
    try:
        yield
    finally:
        sys.stdin = before
