"""The page without its runtime: lines of JavaScript, and bytes compressed."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

from tools.build_site import SITE

#: What the page may weigh at most, compressed, without Python and the networks.
LIMIT_BYTES = 60_000

_LINKED = re.compile(r"""(?:href|src)="([^":]+\.(?:css|js))\"""")
# what a module always brings; an import() is made when a visitor asks for it
_IMPORTED = re.compile(r"""\b(?:from|import|new URL\()\s?"(\.[^"]+\.js)\"""")


def run() -> dict[str, Any]:
    files = first_files()
    scripts = [path for path in files if path.suffix == ".js"]
    lines = sum(len(p.read_text(encoding="utf-8").splitlines()) for p in scripts)
    packed = packed_bytes(files)
    others = {p for p in SITE.rglob("*") if p.suffix in {".js", ".css", ".html"}}
    later = packed_bytes(others - files)
    return {
        "summary": f"the page is {lines:,} lines of JavaScript in {len(scripts)} "
        f"modules; with its style and words {packed / 1000:.0f} kB compressed, and "
        f"{later / 1000:.0f} kB more for whoever opens all else",
        "lines": lines,
        "modules": len(scripts),
        "compressed_bytes": packed,
        "later_bytes": later,
    }


def first_files() -> set[Path]:
    """All that a first visit loads: index.html, and what that leads to, worker too."""
    found: set[Path] = set()
    wanted = [SITE / "index.html"]
    while wanted:
        path = wanted.pop()
        if path in found or not path.exists():  # manifest.js is made by the build
            continue
        found.add(path)
        text = path.read_text(encoding="utf-8")
        pattern = {".html": _LINKED, ".js": _IMPORTED}.get(path.suffix)
        for name in pattern.findall(text) if pattern else ():
            wanted.append((path.parent / name).resolve())
    return found


def packed_bytes(files: set[Path]) -> int:
    """Files, each compressed by gzip."""
    return sum(len(gzip.compress(path.read_bytes(), 9, mtime=0)) for path in files)
