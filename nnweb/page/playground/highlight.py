"""The source of what runs, read from the running Python, in pieces to be coloured."""

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

#: A piece of a line: what it is, and its text.
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
    """The text of one function, without the indentation of its class.

    ``first`` is the number of its first line in the file that it comes from.
    """

    text: str
    first: int
    file: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def _statements(self) -> list[tuple[int, int]]:
        """First and last line of each statement; of one with a body, its head."""
        found = []
        for node in ast.walk(ast.parse(self.text)):
            if isinstance(node, ast.stmt):
                body = getattr(node, "body", None)
                last = node.end_lineno if not body else body[0].lineno - 1
                last = max(node.lineno, last or node.lineno)
                found.append((node.lineno + self.first - 1, last + self.first - 1))
        return found

    def statement(self, line: int) -> tuple[int, int]:
        """First and last line of the statement that ``line`` of the file is in."""
        within = [(a, b) for a, b in self._statements if a <= line <= b]
        return max(within, default=(line, line))


def source_of(code: CodeType) -> Source:
    """Read where the running code comes from. Raises OSError where that is not kept."""
    first = code.co_firstlineno
    lines = linecache.getlines(code.co_filename)
    if len(lines) < first:
        raise OSError(f"{short(code)}: its source is not here")
    block = inspect.getblock(lines[first - 1 :])
    return Source(textwrap.dedent("".join(block)), first, short(code))


def short(code: CodeType) -> str:
    """The file of a piece of code, as from the package on."""
    before, package, rest = code.co_filename.rpartition("nnweb/")
    return package + rest if before or package else code.co_filename


def coloured(text: str) -> list[list[Piece]]:
    """``text`` by lines, each in pieces, which join to the line.

    Kinds: "keyword", "string", "number", "comment", "name" (that is being defined),
    "builtin", "self", and "" for all else. What is no Python is left plain.
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
    """Kind and place of each token, up to where it is no Python any more."""
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
