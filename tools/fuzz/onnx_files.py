"""Fuzz cases of ONNX files: changed fields of protobuf messages, at any depth."""

from functools import cache
from random import Random

from tools.fuzz.attacks import varint
from tools.fuzz.mutations import INTS, damaged, often
from tools.fuzz.tensors import files

TEXTS = [
    b"",
    b"x",
    b"Conv",
    b"Add",
    b"Relu",
    b"Reshape",
    b"MatMul",
    b"Shape",
    b"Gather",
]
TEXTS += [b"Softmax", b"Concat", b"GlobalAveragePool", b"Transpose", b"axes", b"pads"]
TEXTS += [b"SAME_UPPER", b"nnweb", b"location", b"../a", b"\xff\xfe", b"a" * 5000]

#: A key, and what is behind it: the bytes of a varint or a fixed number, or a message.
Fields = list[tuple[int, bytes]]


def from_onnx(rng: Random, valid: list[bytes]) -> bytes:
    data = rng.choice(valid)
    for _ in often(rng, 5):
        data = changed(rng, data)
    return damaged(rng, data) if rng.randrange(6) == 0 else data


def changed(rng: Random, data: bytes) -> bytes:
    """Change one field of a message, or of one within it."""
    fields = split(data)
    if not fields:
        return rng.choice(TEXTS) if rng.randrange(2) else packed(rng)
    at = rng.randrange(len(fields))
    key, value = fields[at]
    if key & 7 == 2 and rng.randrange(4):
        fields[at] = key, changed(rng, value)
        return join(fields)
    action = rng.randrange(8)
    if action == 0:
        del fields[at]
    elif action == 1:
        fields[at:at] = fields[at : at + rng.choice([1, 1, 5])] * rng.choice([1, 99])
    elif action == 2:
        fields[at] = rng.choice(fields)
    elif action == 3:
        fields[at] = rng.choice(INTS) % 2**29, value
    elif key & 7 == 0:
        fields[at] = key, varint(rng.choice(INTS))
    elif key & 7 == 2:
        fields[at] = key, rng.choice([*TEXTS, packed(rng), damaged(rng, value)])
    return join(fields)


def packed(rng: Random) -> bytes:
    """Return packed numbers, as of a shape."""
    sizes = [1, 2, 4, 10, 28, 784, *INTS]
    return b"".join(varint(rng.choice(sizes)) for _ in range(rng.choice([1, 2, 4, 40])))


def split(data: bytes) -> Fields:
    """Return the fields of a message; none if it is something else, such as a text."""
    fields, at = [], 0
    while at < len(data):
        key, at = number(data, at)
        kind = key & 7
        if kind == 0:
            _, end = number(data, at)
        elif kind == 2:
            size, at = number(data, at)
            end = at + size
        else:
            end = at + {1: 8, 5: 4}.get(kind, len(data))
        if end > len(data) or key < 8:
            return []
        fields.append((key, data[at:end]))
        at = end
    return fields


def join(fields: Fields) -> bytes:
    return b"".join(
        varint(key) + (varint(len(value)) if key & 7 == 2 else b"") + value
        for key, value in fields
    )


def number(data: bytes, at: int) -> tuple[int, int]:
    """Return a varint and where it ends, beyond the data if it is cut off."""
    value = 0
    for shift, byte in enumerate(data[at : at + 10]):
        value |= (byte & 127) << 7 * shift
        if byte < 128:
            return value, at + shift + 1
    return value, len(data) + 1


@cache
def onnx_files() -> list[bytes]:
    return files("zoo.onnx", "keras.onnx", "pytorch-batchnorm.onnx")
