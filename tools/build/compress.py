"""Compress what is served: beside each file that gains by it, its .br and its .gz.

A host that sends these to whoever accepts them (nginx with gzip_static, Caddy with
precompressed, tools/dev/serve.py) need not compress, and they can be compressed well.
The snapshot is compressed as it lies there, for hosts that send files only as they are:
its two companions are made of what is in it. What was compressed once is kept in the
user's cache.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from tools.faststart.compact import SNAPSHOT
from tools.runtime import node as js_engine
from tools.runtime.fetch import cache_dir

SUFFIXES = {".css", ".html", ".js", ".json", ".svg", ".wasm", ".webmanifest"}
#: A companion that saves less than this share is left out.
GAIN = 0.05

Log = Callable[[str], None]


def pack(folders: list[Path], log: Log) -> None:
    """Add the companions to the files below these folders.

    Raises EngineError where there is no Node, which has Brotli.
    """
    kept = cache_dir() / "packed"
    kept.mkdir(parents=True, exist_ok=True)
    contents = {}
    for path in (p for folder in folders for p in sorted(folder.rglob("*"))):
        if path.suffix in SUFFIXES or path.name == SNAPSHOT:
            data = path.read_bytes()
            contents[path] = gzip.decompress(data) if path.name == SNAPSHOT else data
    made = {
        path: kept / hashlib.sha256(data).hexdigest() for path, data in contents.items()
    }
    missing = {
        stem: path for path, stem in made.items() if not _of(stem, ".br").exists()
    }
    if missing:
        log(f"compressing {len(missing)} files as far as Brotli goes, once")
        _compress({stem: contents[path] for stem, path in missing.items()})
    for path, stem in made.items():
        for suffix in (".br", ".gz"):
            packed = _of(stem, suffix)
            if packed.stat().st_size < len(contents[path]) * (1 - GAIN):
                shutil.copyfile(packed, path.with_name(path.name + suffix))


def _of(stem: Path, suffix: str) -> Path:
    return stem.with_name(stem.name + suffix)


def _compress(contents: dict[Path, bytes]) -> None:
    """Write <stem>.gz and <stem>.br of each; the .br, by which it is known, last."""
    jobs = []
    for stem, data in contents.items():
        stem.write_bytes(data)
        _of(stem, ".gz").write_bytes(gzip.compress(data, 9, mtime=0))
        jobs.append([str(stem), str(_of(stem, ".br"))])
    try:
        js_engine.run(Path(__file__).with_name("brotli.mjs"), {"files": jobs})
    finally:
        for stem in contents:
            stem.unlink()
