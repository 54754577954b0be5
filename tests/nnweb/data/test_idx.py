"""IDX files are read exactly; malformed ones are refused."""

import gzip

import numpy as np
import pytest

from nnweb.data.idx import read_idx
from nnweb.errors import DatasetError

ARRAY = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
HEADER = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4])


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_an_idx_file_is_read_gzipped_or_plain(tmp_path, pack):
    path = tmp_path / "file"
    path.write_bytes(pack(HEADER + ARRAY.tobytes()))

    array = read_idx(path)

    np.testing.assert_array_equal(array, ARRAY)
    assert array.dtype == np.uint8


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "starts with nothing, expected 0000"),
        (b"\x00\x00\x08", "starts with 000008, expected 0000"),
        (b"PNG\x03" + HEADER[4:], "starts with 504e4703, expected 0000"),
        (b"\0\0\x0d\3" + HEADER[4:], "IDX type 0x0d, expected 0x08, unsigned bytes"),
        (b"\0\0\x08\0", "0 dimensions, expected 1 to 4"),
        (b"\0\0\x08\x05" + b"\0\0\0\1" * 5 + b"x", "5 dimensions, expected 1 to 4"),
        (HEADER[:15], "ends within its header"),
        (HEADER[:4] + b"\0\0\0\0" + HEADER[8:], r"shape \(0, 3, 4\), expected no zero"),
        (HEADER[:4] + b"\xff" * 12, r"shape \(4294967295, .* at most 50,331,[0-9]+ b"),
        (HEADER + ARRAY.tobytes()[:-1], r"23 bytes of data, expected 24 .*\(2, 3, 4\)"),
        (HEADER + ARRAY.tobytes() + b"x", "more than 24 bytes of data, expected 24"),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_malformed_idx_file_is_refused(tmp_path, pack, content, message):
    path = tmp_path / "damaged"
    path.write_bytes(pack(content))

    with pytest.raises(DatasetError, match=rf"damaged: {message}"):
        read_idx(path)


def test_a_missing_truncated_or_damaged_gzip_is_refused(tmp_path):
    whole = gzip.compress(HEADER + ARRAY.tobytes())
    path = tmp_path / "damaged.gz"

    with pytest.raises(DatasetError, match=r"damaged.gz: no such file"):
        read_idx(path)
    for content in (whole[:-9], whole[:-12] + b"\0" * 12, whole[:20]):
        path.write_bytes(content)
        with pytest.raises(DatasetError, match=r"damaged.gz: cannot be read: "):
            read_idx(path)
