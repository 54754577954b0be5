"""The page without its runtime: lines of JavaScript, and bytes compressed."""

from __future__ import annotations

import gzip
from typing import Any

from tools.build_site import SITE

#: What the page may weigh at most, compressed, without Python and the networks.
LIMIT_BYTES = 60_000


def run() -> dict[str, Any]:
    files = [p for p in SITE.rglob("*") if p.suffix in {".js", ".css", ".html"}]
    scripts = [path for path in files if path.suffix == ".js"]
    lines = sum(len(p.read_text(encoding="utf-8").splitlines()) for p in scripts)
    packed = packed_bytes()
    return {
        "summary": f"the page is {lines:,} lines of JavaScript in {len(scripts)} "
        f"modules; with its style and words {packed / 1000:.0f} kB compressed",
        "lines": lines,
        "modules": len(scripts),
        "compressed_bytes": packed,
    }


def packed_bytes() -> int:
    """The site's own files, each compressed by gzip."""
    files = [p for p in SITE.rglob("*") if p.suffix in {".js", ".css", ".html"}]
    return sum(len(gzip.compress(path.read_bytes(), 9, mtime=0)) for path in files)
