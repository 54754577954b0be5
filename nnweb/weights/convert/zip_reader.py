"""Reads all files of a zip into memory, for .pth and .npz files."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from nnweb.errors import WeightsError
from nnweb.weights.json_format import MAX_BYTES

#: Exceptions of zipfile for a damaged, encrypted or truncated file.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def read_zip(data: bytes) -> dict[str, bytes]:
    """Return the files in a zip by name; WeightsError if damaged or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            total = sum(entry.file_size for entry in entries)
            if total > MAX_BYTES:
                raise WeightsError(
                    f"{total:,} bytes unpacked, the limit is {MAX_BYTES:,}"
                )
            for entry in entries:
                if entry.compress_type not in (
                    zipfile.ZIP_STORED,
                    zipfile.ZIP_DEFLATED,
                ):
                    raise WeightsError(
                        f"{entry.filename}: got compression {entry.compress_type}, "
                        "expected none or deflate"
                    )
            return {entry.filename: archive.read(entry) for entry in entries}
    except WeightsError:
        raise
    except _DAMAGE as error:
        raise WeightsError(f"a damaged zip ({str(error)[:200]})") from None
