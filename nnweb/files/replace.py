"""Replaces a file by a new one, all of it or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def part_of(path: Path) -> Path:
    """Return the name that a new ``path`` has until it is complete."""
    return path.with_name(f"{path.name}.part")


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file that becomes ``path`` when the block ends and it is on the disk.

    After an error or a power cut ``path`` is what it was. A link stays one.
    """
    given, path = path, Path(os.path.realpath(path))
    part = part_of(path)
    try:
        opened = part.open("wb")
    except OSError as error:
        error.filename = str(given)
        raise
    try:
        with opened as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
