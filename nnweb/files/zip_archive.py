"""Reads all files of a zip into memory, for .pth and .npz files."""

from __future__ import annotations

import io
import zipfile

from nnweb.errors import FormatError

MAX_ENTRIES = 10_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENTRY = b"PK\x01\x02"  # starts an entry of the list at a zip's end


def read_zip(data: bytes, most: int) -> dict[str, bytes]:
    """Return the files in a zip by name.

    Raises FormatError if it is damaged or encrypted, or has more than ``most`` bytes
    when unpacked.
    """
    if data.count(_ENTRY) > MAX_ENTRIES:  # zipfile would list them all first
        raise FormatError(f"a zip of more than {MAX_ENTRIES:,} files")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check(entries, most)
            return {entry.filename: archive.read(entry) for entry in entries}
    except FormatError:
        raise
    except Exception as error:  # zipfile and zlib raise a dozen types for damaged files
        raise FormatError(f"a damaged zip ({str(error)[:200]})") from None


def _check(entries: list[zipfile.ZipInfo], most: int) -> None:
    total = sum(entry.file_size for entry in entries)
    if total > most:
        raise FormatError(f"{total:,} bytes unpacked, the limit is {most:,}")
    for entry in entries:
        if entry.compress_type not in _METHODS:
            raise FormatError(
                f"{entry.filename[:200]}: got compression {entry.compress_type}, "
                "expected none or deflate"
            )
