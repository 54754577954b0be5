"""Hashes of files and folders: for names, for change detection, and for browsers."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

from tools.build import sources
from tools.faststart.build import SNAPSHOT, integrity

#: The name of a folder in dist that rename_by_hash has named.
HASHED = re.compile("(app|runtime|nnweb|models|mnist|[a-z]{2})-[0-9a-f]{12}")


def file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def folder_hashes(folder: Path) -> dict[str, str]:
    """The hash of each file below a folder, by its path in the folder."""
    return {
        path.relative_to(folder).as_posix(): file_hash(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def fingerprint(paths: Iterable[Path]) -> str:
    """One hash of many files, by their paths in the checkout and their contents."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        name = path.relative_to(sources.ROOT).as_posix()
        digest.update(f"{name} {file_hash(path)}\n".encode())
    return digest.hexdigest()


def rename_by_hash(folder: Path) -> Path:
    """Rename a finished folder to name-<hash of everything in it>."""
    text = json.dumps(folder_hashes(folder), sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return folder.rename(folder.with_name(f"{folder.name}-{digest[:12]}"))


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
