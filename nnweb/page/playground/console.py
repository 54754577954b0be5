"""The console: runs typed code; returns its output, its value or its error."""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import keyword
import re
import sys
from collections.abc import Callable
from time import monotonic
from types import CodeType
from typing import Any, NoReturn

import numpy as np

from nnweb.page.playground.user_traceback import describe_error, remember

Write = Callable[[str], object]

MAX_OUTPUT = 20_000  # characters that one run may print; the rest is only counted
MAX_ECHO = 4_000  # characters of a value
_PAUSE_S = 0.05  # minimum time between two pieces of output
_MAX_SUGGESTIONS = 40

# of the reversed text, so that it takes linear time: a prefix, and the path before it
_REVERSED = re.compile(r"(\w*)((?:[\w.]+|\][\w'\"-]+\[)*)")
_STEP = re.compile(r"\.?(\w+)|\[([\w'\"-]+)\]")


class OutputStream(io.TextIOBase):
    """Passes printed text on in pieces, at most MAX_OUTPUT characters in total."""

    def __init__(self, write: Write) -> None:
        self._write, self._pending = write, ""
        self._count, self._last = 0, 0.0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        remaining = MAX_OUTPUT - self._count
        self._count += len(text)
        if remaining > 0:
            self._pending += text[:remaining]
            if monotonic() - self._last > _PAUSE_S or remaining <= len(text):
                self.flush()
        return len(text)

    def flush(self) -> None:
        if self._pending:
            self._write(self._pending)
            self._pending, self._last = "", monotonic()

    @property
    def cut(self) -> int:
        """The number of characters that were dropped."""
        return max(0, self._count - MAX_OUTPUT)


class Console:
    """The user's variables, kept from one run to the next."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__name__": "__console__"}
        self._runs = 0

    def run(self, text: str, write: Write) -> dict[str, Any]:
        """Run ``text``; pass its output to ``write`` while it runs.

        Returns the value of its last line as text, or ""; how many characters of output
        were cut; and the error, or None.
        """
        self._runs += 1
        file = f"<console {self._runs}>"
        remember(file, text)
        output, echo, fault = OutputStream(write), "", None
        with (
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(output),
            _no_input(),
            np.printoptions(threshold=200, edgeitems=3, precision=4, linewidth=76),
        ):
            try:
                echo = self._value(text, file)
            except BaseException as error:  # whatever it is, the user caused it
                fault = describe_error(error)
            output.flush()
        return {"echo": echo, "cut": output.cut, "fault": fault}

    def _value(self, text: str, file: str) -> str:
        tree = ast.parse(text, file)
        last = tree.body.pop() if tree.body and _is_expression(tree.body[-1]) else None
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
        return eval(code, self.names)  # noqa: S307 the user's own code, in their own page

    def suggest(self, text: str) -> dict[str, Any]:
        """Complete the last word of ``text``: ``names``, and where they ``begin``.

        Follows attributes and literal indices; calls nothing.
        """
        found = _REVERSED.match(text[::-1])
        prefix, path = (part[::-1] for part in found.groups()) if found else ("", "")
        begin = len(text) - len(prefix)
        follows_value = text[: begin - len(path)].endswith((".", ")", "]", "'", '"'))
        if follows_value or (path and not path.endswith(".")):
            return {"begin": begin, "names": []}
        try:
            names = self._names_in(path.rstrip("."))
        except Exception:  # an undefined name has no attributes
            names = []
        matches = sorted(n for n in set(names) if n.startswith(prefix) and n != prefix)
        public = [name for name in matches if not name.startswith("_")]
        return {
            "begin": begin,
            "names": (matches if "_" in prefix else public)[:_MAX_SUGGESTIONS],
        }

    def _names_in(self, path: str) -> list[str]:
        if not path:
            return [*self.names, *keyword.kwlist, *dir(builtins)]
        value: Any = None
        for i, step in enumerate(_STEP.finditer(path)):
            name, index = step.groups()
            if i == 0:
                found = name in self.names
                value = self.names[name] if found else getattr(builtins, name)
            elif name is not None:
                value = getattr(value, name)
            else:
                value = value[ast.literal_eval(index)]
        return dir(value)


def _is_expression(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr)


def _bounded(text: str) -> str:
    if len(text) <= MAX_ECHO:
        return text
    half = MAX_ECHO // 2
    return f"{text[:half]}\n... {len(text) - MAX_ECHO:,} characters ...\n{text[-half:]}"


class _NoInput(io.StringIO):
    """An input that nobody can type into."""

    def readline(self, *_: object) -> NoReturn:
        raise EOFError(
            "input() got no answer: nothing can be typed while code runs here; write "
            "the value in its place, such as '7'"
        )


@contextlib.contextmanager
def _no_input() -> Any:
    """Make input() raise EOFError, since nobody can answer it."""
    previous, sys.stdin = sys.stdin, _NoInput()
    try:
        yield
    finally:
        sys.stdin = previous
