"""Fuzz cases of data sets: IDX, .csv and .npz."""

import gzip
import io
import struct
from functools import cache
from random import Random
from typing import Any

import numpy as np

from nnweb.data.datasets import Dataset
from tools.fuzz.mutations import INTS, damaged, damaged_text, often

CELLS = ["", " ", "-1", "256", "999", "1e3", "0x1f", "nan", "inf", "9" * 400, "1.5"]
CELLS += ['"7"', "#", "label", "\t", "\0", "1_0", "１", "2147483648", "-0", "7\r8", "'"]
CELLS += ["1 2"]


def from_idx(rng: Random) -> bytes:
    """An IDX file, plain or gzipped, whose headers lie."""
    data = digits()
    array = rng.choice([data.images, data.labels])
    shape, body, magic = list(array.shape), array.tobytes(), [0, 0, 8, array.ndim]
    for _ in often(rng):
        action = rng.randrange(5)
        if action == 0:
            magic[rng.randrange(4)] = rng.choice([0, 1, 2, 4, 5, 8, 9, 13, 255])
        elif action == 1:
            shape[rng.randrange(len(shape))] = rng.choice(INTS)
        elif action == 2:
            shape.insert(0, rng.choice(INTS))
        elif action == 3:
            body = damaged(rng, body)
        else:
            body += bytes(rng.choice([1, 784, 10**6]))
    whole = bytes(magic) + b"".join(struct.pack(">I", n % 2**32) for n in shape) + body
    if rng.randrange(2):
        return whole if rng.randrange(3) else damaged(rng, whole)
    packed = gzip.compress(whole, 1, mtime=0)
    if rng.randrange(8) == 0:
        packed += gzip.compress(bytes(rng.choice([1, 10**4, 10**6])), 1, mtime=0)
    return packed if rng.randrange(3) else damaged(rng, packed)


def from_csv(rng: Random) -> bytes:
    lines = [line.split(",") for line in data_csv().splitlines()]
    for _ in often(rng, 9):
        row, action = rng.choice(lines), rng.randrange(7)
        at = rng.choice([0, 1, rng.randrange(len(row) + 1)])
        if action < 2:
            row[at : at + 1] = [rng.choice(CELLS)]
        elif action == 2:
            row[at:] = row[at + rng.randrange(3) :]
        elif action == 3:
            row[at:at] = row[:1] * rng.choice([1, 2, 5000])
        elif action == 4:
            lines.insert(rng.randrange(len(lines)), row)
        elif action == 5:
            lines.append([rng.choice(CELLS)])
        else:
            lines = lines[: rng.randrange(len(lines) + 1)] or [[]]
    end = rng.choice(["\n", "\n", "\n", "\r\n", "\r", "\n\n", ";"])
    text = end.join(map(",".join, lines))
    return text.encode() if rng.randrange(3) else damaged_text(rng, text)


@cache
def digits() -> Dataset:
    images = np.random.default_rng(1).integers(0, 256, (20, 28, 28)).astype(np.uint8)
    images[:, [0, -1]] = images[:, :, [0, -1]] = 0
    return Dataset(images, np.arange(20, dtype=np.uint8) % 10)


@cache
def data_npz() -> bytes:
    data, file = digits(), io.BytesIO()
    images, labels = data.images, data.labels
    test = {"x_test": images[:3] / 255.0, "y_test": labels[:3]}
    arrays: dict[str, Any] = {"x_train": images, "y_train": labels, **test}
    np.savez_compressed(file, **arrays)
    return file.getvalue()


@cache
def data_csv() -> str:
    head = ",".join(["label", *(f"pixel{i}" for i in range(784))])
    data = digits()
    rows = [
        f"{label}," + ",".join(map(str, image.ravel()))
        for image, label in zip(data.images[:3], data.labels[:3], strict=True)
    ]
    return "\n".join([head, *rows]) + "\n"
