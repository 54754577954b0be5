"""Hashes of files: for change detection, and for browsers."""

import contextlib
import gzip
import hashlib
from collections.abc import Iterable
from pathlib import Path

from nnweb_site.hashes import file_hash
from tools.build import sources
from tools.faststart.build import SNAPSHOT, integrity


def fingerprint(paths: Iterable[Path]) -> str:
    """One hash of many files, by their paths in the checkout and their contents."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        name = path.relative_to(sources.ROOT).as_posix()
        digest.update(f"{name} {file_hash(path)}\n".encode())
    return digest.hexdigest()


def browser_integrity(path: Path) -> str:
    """The value for fetch's ``integrity`` option.

    A host may send the snapshot unpacked, by its compressed companions (compress.py):
    it has a second hash, of its contents.
    """
    data = path.read_bytes()
    hashes = [integrity(data)]
    if path.name == SNAPSHOT:
        with contextlib.suppress(gzip.BadGzipFile):
            hashes.append(integrity(gzip.decompress(data)))
    return " ".join(hashes)
