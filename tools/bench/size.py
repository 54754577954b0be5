"""The page without its runtime, and all of a first visit: bytes, compressed."""

from __future__ import annotations

import functools
import gzip
import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.build.site import ENTRIES, SITE, build
from tools.build.words import FIRST, filled, modules, read

#: What the page may weigh at most, compressed, without Python and the networks.
LIMIT_BYTES = 60_000

_LINKED = re.compile(r"""(?:href|src)="([^":]+\.(?:css|js))\"""")
# what a module always brings; an import() is made when a visitor asks for it
_IMPORTED = re.compile(r"""\b(?:from|import|new URL\()\s?"(\.[^"]+\.js)\"""")


def run() -> dict[str, Any]:
    files = first_files()
    scripts = [path for path in _reached(_source) if path.suffix == ".js"]
    lines = sum(len(_source(path).splitlines()) for path in scripts)
    packed = packed_bytes(files)
    others = {p for p in SITE.rglob("*") if p.suffix in {".js", ".css", ".html"}}
    later = packed_bytes((others | set(_made())) - files)
    with tempfile.TemporaryDirectory() as scratch:
        visit = first_visit(build(Path(scratch) / "dist", packed=True))
    return {
        "summary": f"the page is {lines:,} lines of JavaScript in {len(scripts)} "
        f"modules; with its style and words {packed / 1000:.0f} kB compressed, and "
        f"{later / 1000:.0f} kB more for whoever opens all else; up to the first "
        f"answer, with Python and the network, {visit['gzip'] / 1e6:.2f} MB by gzip, "
        f"{visit['brotli'] / 1e6:.2f} by Brotli",
        "lines": lines,
        "modules": len(scripts),
        "compressed_bytes": packed,
        "later_bytes": later,
        "first_visit_bytes": visit,
    }


def first_visit(dist: Path) -> dict[str, Any]:
    """Bytes of all that comes before the first answer, from a host of either kind.

    ``dist`` is a site with compressed companions. By file too, for what is large.
    """
    app = next(dist.glob("app-*"))
    text = (app / "js" / "manifest.js").read_text(encoding="utf-8")
    made = dict(re.findall(r"export const (\w+) = (.*?);\n", text, re.DOTALL))
    runtime, models = json.loads(made["RUNTIME"]), json.loads(made["MODELS"])
    snapshot = runtime["snapshot"]
    names = {*runtime["core"], snapshot["wasm"]["first"], snapshot["memory"]}
    names |= {module["file"] for module in snapshot["modules"]}
    paths = [f["base"] + f["file"] for f in runtime["files"] if f["file"] in names]
    files = [app / "js" / path for path in [*paths, models[0]["url"]]]
    large = {path.name: (_sent(path, ".gz"), _sent(path, ".br")) for path in files}
    page = [dist / "index.html", app / "js" / "manifest.js"]
    page += [app / p.relative_to(SITE) for p in first_files() if p.suffix != ".html"]
    both = [sum(_sent(path, kind) for path in page) for kind in (".gz", ".br")]
    large["page"] = (both[0], both[1])
    return {
        "gzip": sum(sizes[0] for sizes in large.values()),
        "brotli": sum(sizes[1] for sizes in large.values()),
        "files": {name: {"gzip": g, "brotli": b} for name, (g, b) in large.items()},
    }


def _sent(path: Path, kind: str) -> int:
    """Bytes of a file as such a host sends it."""
    packed = path.with_name(path.name + kind)
    return (packed if packed.exists() else path).stat().st_size


def first_files() -> set[Path]:
    """All that a first visit loads: index.html, and what that leads to, worker too."""
    return _reached(_text)


def _reached(text_of: Callable[[Path], str]) -> set[Path]:
    """The files that index.html leads to, and those that a start asks for."""
    found: set[Path] = set()
    made = _made()
    wanted = [SITE / "index.html", *(SITE / name for name in ENTRIES)]
    while wanted:
        path = wanted.pop()
        if path in found or not (path in made or path.exists()):
            continue  # manifest.js is made of what was built
        found.add(path)
        pattern = {".html": _LINKED, ".js": _IMPORTED}.get(path.suffix)
        for name in pattern.findall(text_of(path)) if pattern else ():
            wanted.append((path.parent / name).resolve())
    return found


def packed_bytes(files: set[Path]) -> int:
    """Files as the build has them in English, each compressed by gzip."""
    return sum(len(gzip.compress(_text(p).encode(), 9, mtime=0)) for p in files)


def _text(path: Path) -> str:
    """As a browser gets it, but for what is made of what was built."""
    return _source(path)


def _source(path: Path) -> str:
    made = _made()
    return made[path] if path in made else path.read_text(encoding="utf-8")


@functools.cache
def _made() -> dict[Path, str]:
    """What the build makes of the words: modules, and the page."""
    words = read(FIRST)
    page = (SITE / "index.html").read_text(encoding="utf-8")
    said = {
        SITE / "js" / "say" / f"{part}.js": text
        for part, text in modules(words).items()
    }
    return {**said, SITE / "index.html": filled(page, FIRST, words, "")}
