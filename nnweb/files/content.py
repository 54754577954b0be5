"""A file's content as a whole."""

from __future__ import annotations

from pathlib import Path

from nnweb.errors import NnwebError


def read_content(path: str | Path, kind: type[NnwebError]) -> bytes:
    """Return a file's bytes; raise ``kind``, the caller's error, if that fails."""
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise kind(f"{path}: no such file") from None
    except OSError as error:
        raise kind(f"{path}: cannot be read: {error}") from error
