"""Compressed size of the page without its runtime, and of a first visit."""

import gzip
import json
import re
import tempfile
from pathlib import Path
from typing import Any

from tools.build.site import build

#: Maximum compressed size of the page, without Python and the networks.
LIMIT_BYTES = 60_000

# index.html names all that it loads at once, the modules of its bundles too
_LINKED = re.compile(r"""(?:href|src)="([^":]+\.(?:css|js))\"""")
_WORKER = "python-worker.js"


def run() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        dist = build(Path(scratch) / "dist", compressed=True)
        first = first_files(dist)
        packed = packed_bytes(first)
        app = next(dist.glob("app-*"))
        others = {p for p in app.rglob("*") if p.suffix in {".js", ".css"}}
        later = packed_bytes(others - first)
        visit = first_visit(dist)
    scripts = [path for path in first if path.suffix == ".js"]
    return {
        "summary": f"the page with its worker is {len(scripts)} scripts; with its "
        f"style and texts {packed / 1000:.0f} kB compressed, and {later / 1000:.0f} kB "
        "more for everything else; up to the first answer, with Python "
        f"and the network, {visit['gzip'] / 1e6:.2f} MB by gzip, "
        f"{visit['brotli'] / 1e6:.2f} by Brotli",
        "scripts": len(scripts),
        "compressed_bytes": packed,
        "later_bytes": later,
        "first_visit_bytes": visit,
    }


def first_visit(dist: Path) -> dict[str, Any]:
    """Return the bytes up to the first answer, by gzip and by Brotli.

    ``dist`` is a site with compressed files; large files are listed one by one.
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
    page = first_files(dist)
    both = [sum(_sent(path, kind) for path in page) for kind in (".gz", ".br")]
    large["page"] = (both[0], both[1])
    return {
        "gzip": sum(sizes[0] for sizes in large.values()),
        "brotli": sum(sizes[1] for sizes in large.values()),
        "files": {name: {"gzip": g, "brotli": b} for name, (g, b) in large.items()},
    }


def _sent(path: Path, kind: str) -> int:
    """Return the bytes of a file as a host sends it."""
    packed = path.with_name(path.name + kind)
    return (packed if packed.exists() else path).stat().st_size


def first_files(dist: Path) -> set[Path]:
    """All that the page loads before the first answer but the runtime's files."""
    index = dist / "index.html"
    found = {dist / name for name in _LINKED.findall(index.read_text(encoding="utf-8"))}
    return {index, next(dist.glob("app-*")) / "js" / _WORKER, *found}


def packed_bytes(files: set[Path]) -> int:
    """Files in English, each compressed by gzip."""
    return sum(len(gzip.compress(p.read_bytes(), 9, mtime=0)) for p in files)
