"""Source code of running functions, and its tokens for syntax highlighting."""

from __future__ import annotations

import ast
import builtins
import inspect
import io
import keyword
import linecache
import textwrap
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from token import EXACT_TOKEN_TYPES
from types import CodeType

#: A piece of a line: its kind and its text.
Piece = tuple[str, str]

_BUILTINS = frozenset(dir(builtins))
_STRINGS = {
    tokenize.STRING,
    tokenize.FSTRING_START,
    tokenize.FSTRING_MIDDLE,
    tokenize.FSTRING_END,
}


@dataclass(frozen=True)
class Source:
    """The source of one function, dedented.

    ``first`` is the number of its first line in its file.
    """

    text: str
    first: int
    file: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def _statements(self) -> list[tuple[int, int]]:
        """First and last line of each statement, without the body of a compound one."""
        found = []
        for node in ast.walk(ast.parse(self.text)):
            if isinstance(node, ast.stmt):
                body = getattr(node, "body", None)
                last = node.end_lineno if not body else body[0].lineno - 1
                last = max(node.lineno, last or node.lineno)
                found.append((node.lineno + self.first - 1, last + self.first - 1))
        return found

    def statement(self, line: int) -> tuple[int, int]:
        """Return the first and last line of the statement at ``line`` of the file."""
        within = [(a, b) for a, b in self._statements if a <= line <= b]
        return max(within, default=(line, line))


def source_of(code: CodeType) -> Source:
    """Return the source of a code object. Raises OSError if it is not available."""
    first = code.co_firstlineno
    lines = linecache.getlines(code.co_filename)
    if len(lines) < first:
        raise OSError(f"{short_file(code)}: its source is not available")
    block = inspect.getblock(lines[first - 1 :])
    return Source(textwrap.dedent("".join(block)), first, short_file(code))


def short_file(code: CodeType) -> str:
    """Return a code object's file, relative to the folder of the package."""
    before, package, rest = code.co_filename.rpartition("nnweb/")
    return package + rest if before or package else code.co_filename


def highlight(text: str) -> list[list[Piece]]:
    """Split each line of ``text`` into pieces, whose texts join to the line.

    Kinds: "keyword", "string", "number", "comment", "name" (being defined), "builtin",
    "self", and "" for the rest. From the first syntax error on, all is "".
    """
    lines = text.split("\n")
    pieces: list[list[Piece]] = [[] for _ in lines]
    row, column = 0, 0

    def take(until: tuple[int, int], kind: str) -> None:
        nonlocal row, column
        while (row, column) < until and row < len(lines):
            end = until[1] if row == until[0] else len(lines[row])
            if lines[row][column:end]:
                pieces[row].append((kind, lines[row][column:end]))
            column = end
            if row == until[0]:
                return
            row, column = row + 1, 0

    for kind, (start, end) in _tokens(text):
        take((start[0] - 1, start[1]), "")
        take((end[0] - 1, end[1]), kind)
    take((len(lines), 0), "")
    return pieces


def _tokens(text: str) -> Iterator[tuple[str, tuple[tuple[int, int], tuple[int, int]]]]:
    """Yield the kind and position of each token, up to the first syntax error."""
    before = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in EXACT_TOKEN_TYPES.values() or token.string.strip():
                yield _kind(token, before), (token.start, token.end)
                before = token.string
    except (tokenize.TokenError, SyntaxError):
        return


def _kind(token: tokenize.TokenInfo, before: str) -> str:
    if token.type in _STRINGS:
        return "string"
    if token.type == tokenize.NUMBER:
        return "number"
    if token.type == tokenize.COMMENT:
        return "comment"
    if token.type != tokenize.NAME:
        return ""
    if keyword.iskeyword(token.string):
        return "keyword"
    if before in ("def", "class"):
        return "name"
    if token.string == "self":
        return "self"
    return "builtin" if token.string in _BUILTINS and before != "." else ""
