"""Links by which a page asks at once for all modules that its first one leads to.

A browser finds a module's imports when it has the module: each link of that chain is a
journey to the host and back. Source: HTML Standard, 4.6.7.12 (link type modulepreload).
"""

from __future__ import annotations

import re
from pathlib import Path

_SCRIPT = re.compile(r'^([ \t]*)<script type="module" src="([^"]*/)main\.js"', re.M)
_IMPORTED = re.compile(r'^(?:import|export|\})[^"\n]*"(\.{1,2}/[^"]+)";$', re.MULTILINE)


def preloaded(page: str, folder: Path, also: list[str]) -> str:
    """The page's text with a link for each module that its main.js imports.

    ``folder`` has main.js; ``also`` names modules in it that main.js imports later.
    """
    script = _SCRIPT.search(page)
    if script is None:
        return page
    indent, url = script.groups()
    names = [
        path.relative_to(folder, walk_up=True).as_posix()
        for path in _imported(folder / "main.js", [folder / name for name in also])
    ]
    links = [f'{indent}<link rel="modulepreload" href="{url}{n}" />\n' for n in names]
    return page[: script.start()] + "".join(links) + page[script.start() :]


def _imported(first: Path, also: list[Path]) -> list[Path]:
    """What ``first`` imports, at any remove, and ``also``; nearest first."""
    found = [first]
    for path in found:
        for name in _IMPORTED.findall(path.read_text(encoding="utf-8")):
            target = (path.parent / name).resolve()
            if target not in found:
                found.append(target)
    return [*found[1:], *(path for path in also if path not in found)]
