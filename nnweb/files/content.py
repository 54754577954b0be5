"""A file's content as a whole."""

from __future__ import annotations

from pathlib import Path

from nnweb.errors import NnwebError


def read_content(
    source: str | Path | bytes, kind: type[NnwebError], what: str
) -> tuple[bytes, str]:
    """Return (a file's bytes, its name for errors).

    ``source`` is its path, or the bytes, which errors call ``what``. Raises ``kind``,
    the caller's error.
    """
    if isinstance(source, bytes):
        return source, what
    try:
        return Path(source).read_bytes(), str(source)
    except FileNotFoundError:
        raise kind(f"{source}: no such file") from None
    except OSError as error:
        raise kind(f"{source}: cannot be read: {error.strerror or error}") from error
