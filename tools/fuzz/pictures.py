"""Fuzz cases of picture files, in every format that can be opened."""

import io
import struct
import zlib
from functools import cache
from random import Random
from typing import Any

import numpy as np
from PIL import Image, features

from tools.fuzz.mutations import INTS, damaged, often


def from_picture(rng: Random) -> bytes:
    name, data = rng.choice(pictures())
    if name == "png" and rng.randrange(5):
        return png(rng, data)
    if name == "tiff" and rng.randrange(5):
        return tiff(rng, data)
    for _ in often(rng):
        data = damaged(rng, data)
    return data


def png(rng: Random, data: bytes) -> bytes:
    """Change the chunks of a PNG; their checksums are right again."""
    chunks, at = [], 8
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += size + 12
    for _ in often(rng):
        at, action = rng.randrange(len(chunks)), rng.randrange(6)
        kind, body = chunks[at]
        if action < 2:
            chunks[at] = (kind, damaged(rng, body))
        elif action == 2:
            kinds = (
                b"IHDR",
                b"PLTE",
                b"tRNS",
                b"IDAT",
                b"iCCP",
                b"zTXt",
                b"fcTL",
                b"IEND",
            )
            chunks.insert(at, (rng.choice(kinds), body))
        elif action == 3:
            bomb = zlib.compress(bytes(rng.choice([99, 10**5, 2 * 10**6])), 1)
            chunks.insert(1, (rng.choice([b"zTXt", b"iCCP", b"iTXt"]), b"a\0\0" + bomb))
        elif action == 4 and len(chunks) > 1:
            del chunks[at]
        else:
            head = bytearray(chunks[0][1].ljust(13, b"\0"))
            place = rng.randrange(13)
            word = struct.pack(">I", rng.choice(INTS) % 2**32)
            head[place : place + 4] = word[: max(1, min(4, 8 - place))]
            chunks[0] = (b"IHDR", bytes(head[:13]))
    parts = (
        struct.pack(">I", len(body))
        + kind
        + body
        + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    return data[:8] + b"".join(parts)


def tiff(rng: Random, data: bytes) -> bytes:
    """Change the entries of a TIFF's directory: tag, type, count, value."""
    changed, start = bytearray(data), int.from_bytes(data[4:8], "little")
    count = int.from_bytes(data[start : start + 2], "little")
    for _ in often(rng):
        at = start + 2 + 12 * rng.randrange(max(1, count))
        field, size = rng.choice([(0, 2), (2, 2), (4, 4), (8, 4), (8, 4), (8, 4)])
        word = rng.choice([*INTS, 8, 16, 32, 277, 32844, 34712]) % 256**size
        changed[at + field : at + field + size] = word.to_bytes(size, "little")
    return bytes(changed)


@cache
def pictures() -> list[tuple[str, bytes]]:
    """Each format in several of its modes, as (format, content)."""
    rng = np.random.default_rng(0)
    grey = Image.fromarray(rng.integers(0, 255, (40, 30)).astype(np.uint8))
    moving = {"save_all": True, "append_images": [grey.rotate(90)]}
    turned = Image.Exif()
    turned[0x0112] = 6
    kinds: list[tuple[str, str, dict[str, Any]]] = [
        *(("png", mode, {}) for mode in ("1", "L", "LA", "P", "RGBA", "I;16")),
        *(("png", "L", moving), ("gif", "P", moving), ("gif", "L", {})),
        *(("jpeg", "L", {"exif": turned}), ("jpeg", "CMYK", {"progressive": True})),
        *(("bmp", "L", {}), ("bmp", "RGB", {}), ("bmp", "1", {})),
        *(("webp", "RGB", {"lossless": True}), ("webp", "RGBA", moving)),
        *(("tiff", mode, {}) for mode in ("1", "L", "P", "RGB", "I;16", "F", "CMYK")),
    ]
    if features.check("libtiff"):
        packing = ("tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits")
        kinds += [("tiff", "RGB", {"compression": name}) for name in packing]
    found = []
    for name, mode, options in kinds:
        file = io.BytesIO()
        grey.convert(mode).save(file, name.upper(), **options)
        found.append((name, file.getvalue()))
    return found
