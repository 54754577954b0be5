"""Join the modules that Python's start waits for into one file for each of its steps.

Each of a dozen small files is a request of its own, which costs a start milliseconds
and its machine as much work; together they were a seventh of all. So in the built site
each of these is all that it imports, every module in a function that returns what it
exports, without the comments that have lines of their own. The other modules lie beside
it as they were written, for whatever imports them later, and for readers.

It knows the forms that site/js has: named imports and exports, no cycles, no variables
that change once they are exported. Others raise JoinError.
"""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"\./([^"/]+)";\n', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:(?:async )?function|class|const) (\w+))", re.MULTILINE
)
_OTHER = re.compile(r"^(?:import\b(?!\()|export\b).*", re.MULTILINE)
# Of no string, as long as none has a line that begins like this.
_COMMENT = re.compile(
    r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/[ \t]*|//[^\n]*)\n", re.MULTILINE | re.DOTALL
)
_HEAD = "// Made by tools/join.py of the modules named below.\n"


class JoinError(Exception):
    """A module that cannot be joined; the message names it and says why."""


def joined(entry: Path, *, without: frozenset[str] = frozenset()) -> str:
    """The text of the module ``entry`` with all that it imports, from its folder.

    ``without`` names files to be left out, which leaves no whole program.
    """
    parts = dict.fromkeys(without, "")
    _add(entry.parent, entry.name, parts, [])
    names = _EXPORT.findall(entry.read_text(encoding="utf-8"))
    shown = f"export const {{ {', '.join(names)} }} = {_variable(entry.name)};\n"
    return _HEAD + "".join(parts.values()) + (shown if names else "")


def _add(folder: Path, name: str, parts: dict[str, str], path: list[str]) -> None:
    """Add the module to ``parts``, after what it imports; ``path`` leads to it."""
    if name in path:
        raise JoinError(f"{name}: is imported in a circle: {' > '.join([*path, name])}")
    if name in parts:
        return
    text = (folder / name).read_text(encoding="utf-8")
    used = []
    for names, file in _IMPORT.findall(text):
        _add(folder, file, parts, [*path, name])
        if names:
            names = names.replace(" as ", ": ")
            used.append(f"const {{{names}}} = {_variable(file)};\n")
    exports = _EXPORT.findall(text)
    body = _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", text)))
    other = _OTHER.search(body)
    if other is not None:
        raise JoinError(f'{name}: cannot be joined: it has "{other[0]}"')
    shown = f"return {{ {', '.join(exports)} }};\n"
    parts[name] = (
        f"\n// {name}\nconst {_variable(name)} = (() => {{\n"
        f"{''.join(used)}{body}{shown}}})();\n"
    )


def _variable(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))
