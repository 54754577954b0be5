"""Parses JSON from untrusted files.

Python's parser recurses, which ends Pyodide where its stack ends, and makes an object
of every bracket: depth and number of values are checked in the text first.
"""

from __future__ import annotations

import json
import re
from typing import Any

from nnweb.errors import FormatError

MAX_DEPTH = 64
_FEW = 500  # brackets: even nested in each other, Pyodide's parser bears them
# Bytes that the values of a file may take, and how many more for each of its own: a
# million numbers of any length, and more if they have ten characters on average.
_SPACE = 48 * 2**20
_SPACE_PER_BYTE = 4
# Bytes in memory, at most, of an object, a list, a text, and a number with its place.
_OBJECT, _LIST, _TEXT, _NUMBER = 232, 96, 72, 40
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


def parse_json(text: str | bytes, where: str) -> Any:
    """Return the value of JSON text, str or UTF-8 bytes.

    Raises FormatError if it is not JSON, has NaN or an infinity, is nested deeper than
    MAX_DEPTH with more than _FEW brackets, or its values may take more than 48 MB and
    four times its own size.
    """
    try:
        text = text if isinstance(text, str) else str(text, "utf-8")
    except UnicodeDecodeError:
        raise FormatError(f"{where}: not UTF-8 text, expected JSON") from None
    text = text.removeprefix("\ufeff")
    _check(text, where)

    def refuse(constant: str) -> None:
        raise FormatError(f"{where}: {constant}, expected finite numbers")

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise FormatError(
            f"{where}: not JSON ({error.msg} at line {error.lineno}, column "
            f"{error.colno}); is the file complete?"
        ) from None
    except FormatError:
        raise
    except ValueError:  # only for integers of more than 4,300 digits
        raise FormatError(f"{where}: an integer of thousands of digits") from None


def _check(text: str, where: str) -> None:
    # Counting is fast, and enough for a network: it has few brackets and long texts.
    opening = text.count("{") + text.count("[")
    if opening <= _FEW and _space(text) <= _SPACE:
        return
    bare, texts = _STRING.subn('""', text)
    space = _space(bare)
    if space > _SPACE + _SPACE_PER_BYTE * len(text):
        raise FormatError(
            f"{where}: {bare.count('{') + bare.count('['):,} lists and objects, "
            f"{texts:,} texts and {bare.count(','):,} commas in {len(text):,} "
            "characters, which is more than a file of this kind has"
        )
    depth = 0
    for bracket in _BRACKET.findall(bare):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise FormatError(f"{where}: nested more than {MAX_DEPTH} deep")


def _space(text: str) -> int:
    """Return the bytes that the values may take in memory, at most."""
    texts = text.count('"') // 2
    counts = (text.count("{"), text.count("["), texts, text.count(","))
    sizes = (_OBJECT, _LIST, _TEXT, _NUMBER)
    return sum(n * size for n, size in zip(counts, sizes, strict=True))
