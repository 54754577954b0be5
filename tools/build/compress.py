"""Add compressed companions, .br and .gz, to each file that gains from compression.

Hosts that can send them (nginx with gzip_static, Caddy with precompressed,
tools/dev/serve.py) need not compress on each request, and they are smaller. The
snapshot itself is gzipped, for hosts that send files only as they are; its companions
compress its contents. libdeflate makes files for gzip that are 3 to 6 % smaller than
zlib's. Results are kept in the user's cache, and checked by hash when they are used.
"""

import gzip
import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import deflate

from tools.faststart.build import GZIP_LEVEL, SNAPSHOT
from tools.runtime import node
from tools.runtime.fetch import result_dir

SUFFIXES = {".css", ".html", ".js", ".json", ".svg", ".txt", ".wasm", ".webmanifest"}
#: A companion that saves less than this share is left out.
GAIN = 0.05

Log = Callable[[str], None]


def compress(folders: list[Path], log: Log) -> None:
    """Add the companions to the files below these folders.

    Raises EngineError if there is no Node, which has Brotli.
    """
    cache = result_dir("packed-by-libdeflate")
    contents = {}
    for path in (p for folder in folders for p in sorted(folder.rglob("*"))):
        if path.suffix in SUFFIXES or path.name == SNAPSHOT:
            data = path.read_bytes()
            contents[path] = gzip.decompress(data) if path.name == SNAPSHOT else data
    # The cache's files are named by the hash of what they compress.
    stems = {
        path: cache / hashlib.sha256(data).hexdigest()
        for path, data in contents.items()
    }
    missing = {
        stem: contents[path] for path, stem in stems.items() if not _is_whole(stem)
    }
    if missing:
        log(f"compressing {len(missing)} files at Brotli's highest level, once")
        _compress_into(cache, missing)
    for path, stem in stems.items():
        for suffix in (".br", ".gz"):
            compressed = _with_suffix(stem, suffix)
            if compressed.stat().st_size < len(contents[path]) * (1 - GAIN):
                shutil.copyfile(compressed, _with_suffix(path, suffix))


def _with_suffix(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _is_whole(stem: Path) -> bool:
    """Whether both companions are in the cache, as they were written."""
    try:
        sums = _with_suffix(stem, ".sums").read_text()
        return sums == _sums(stem)
    except OSError:
        return False


def _sums(stem: Path) -> str:
    pair = (_with_suffix(stem, suffix).read_bytes() for suffix in (".gz", ".br"))
    return " ".join(hashlib.sha256(data).hexdigest() for data in pair)


def _compress_into(cache: Path, contents: dict[Path, bytes]) -> None:
    """Write <stem>.gz and <stem>.br, and then their hashes, <stem>.sums.

    Other builds may do the same at this time, so that files are moved when finished.
    """
    with tempfile.TemporaryDirectory(dir=cache, prefix=".making-") as scratch:
        jobs = []
        for stem, data in contents.items():
            path = Path(scratch) / stem.name
            path.write_bytes(data)
            packed = deflate.gzip_compress(data, GZIP_LEVEL)
            _with_suffix(path, ".gz").write_bytes(packed)
            jobs.append([str(path), str(_with_suffix(path, ".br"))])
        node.run(Path(__file__).with_name("brotli.mjs"), {"files": jobs})
        for stem in contents:
            path = Path(scratch) / stem.name
            _with_suffix(path, ".sums").write_text(_sums(path))
            for suffix in (".gz", ".br", ".sums"):
                _with_suffix(path, suffix).replace(_with_suffix(stem, suffix))
