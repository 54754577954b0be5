"""The IDX file format, in which MNIST is published.

Two zero bytes, the type (8: unsigned byte), the number of dimensions, each dimension as
4 bytes big-endian, the data. Source: http://yann.lecun.com/exdb/mnist
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import DatasetError

Bytes = NDArray[np.uint8]

# A file's array may have so many bytes, and so many more for each of the file's own;
# MNIST's largest, compressed, has a fifth of its 47 million.
_SMALL, _RATIO = 48 * 2**20, 8


def read_idx(path: str | Path) -> Bytes:
    """Return the uint8 array in an IDX file, gzipped or not.

    Raises DatasetError.
    """
    return read_idx_with_sha256(Path(path))[0]


def read_idx_with_sha256(path: Path) -> tuple[Bytes, str]:
    """Return the array, and the SHA-256 of the whole file, uncompressed."""
    with _opened(path) as file:
        magic = file.read(4)
        if len(magic) < 4 or magic[:2] != b"\0\0":
            raise DatasetError(
                f"{path}: starts with {magic.hex() or 'nothing'}, expected 0000, the "
                "start of an IDX file"
            )
        if magic[2] != 8:
            raise DatasetError(
                f"{path}: IDX type 0x{magic[2]:02x}, expected 0x08, unsigned bytes"
            )
        if not 1 <= magic[3] <= 4:
            raise DatasetError(f"{path}: {magic[3]} dimensions, expected 1 to 4")
        sizes = file.read(4 * magic[3])
        if len(sizes) < 4 * magic[3]:
            raise DatasetError(f"{path}: ends within its header")
        shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
        size, most = prod(shape), _SMALL + _RATIO * path.stat().st_size
        if not 0 < size <= most:
            raise DatasetError(
                f"{path}: shape {shape}, expected no zero and at most {most:,} bytes "
                f"in a file of {path.stat().st_size:,}"
            )
        # one byte more than expected, to detect a longer file
        data = file.read(size + 1)
    if len(data) != size:
        got = f"more than {size}" if len(data) > size else str(len(data))
        raise DatasetError(
            f"{path}: {got} bytes of data, expected {size} for shape {shape}"
        )
    digest = hashlib.sha256(magic + sizes)
    digest.update(data)
    return np.frombuffer(data, np.uint8).reshape(shape), digest.hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file, gunzipped if it is gzip; DatasetError if it is damaged."""
    try:
        with path.open("rb") as raw:
            is_gzip = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if is_gzip:
                with gzip.open(raw) as file:
                    yield cast(BinaryIO, file)
            else:
                yield raw
    except FileNotFoundError:
        raise DatasetError(f"{path}: no such file") from None
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path}: cannot be read: {error}") from error
