"""Fuzz cases of .npz files, and of the zip around them and .pth files."""

import ast
import io
import zipfile
from functools import cache
from random import Random

from tools.fuzz import attacks
from tools.fuzz.mutations import INTS, damaged, often

TYPES = ["<f4", "<f8", "<f2", "<f1", ">f4", ">i2", "<i8", "|u1", "|b1", "|O", "<U9"]
TYPES += ["<U99999999", "<c8", "|V4", "|S5", "<M8[s]", "f4", "", "<f4'), ('b", "<u8"]
NAMES = ["W0", "b0", "W1", "b1", "W00", "W", "x", "y", "images", "labels", "facts"]
NAMES += ["../a", "params/0.W", "best/0.W", "optimizer/m/0.W", "average/0.W"]
NAMES += ["x" * 300, "é", ""]
METHODS = [zipfile.ZIP_STORED] * 30 + [zipfile.ZIP_DEFLATED] * 9 + [zipfile.ZIP_BZIP2]
METHODS += [zipfile.ZIP_LZMA]


def from_npz(rng: Random, valid: list[bytes]) -> bytes:
    files = dict(unzipped(rng.choice(valid)))
    for name in rng.sample(list(files), min(len(often(rng)), len(files))):
        files[name] = npy(rng, files[name])
    return zipped(rng, files)


def npy(rng: Random, array: bytes) -> bytes:
    """Change the header of an .npy, or the length of its data."""
    start = 10 + int.from_bytes(array[8:10], "little")
    header = ast.literal_eval(array[10:start].decode())
    descr, shape, data = header["descr"], list(header["shape"]), array[start:]
    fortran = str(header["fortran_order"])
    for _ in often(rng):
        action = rng.randrange(9)
        if action == 0:
            descr = rng.choice(TYPES)
        elif action == 1:
            fortran = rng.choice(["True", "False", "1", "None", "[]"])
        elif action == 2 and shape:
            shape[rng.randrange(len(shape))] = rng.choice(INTS)
        elif action == 3:
            shape.insert(0, rng.choice([0, 1, *INTS]))
        elif action == 4 and shape:
            shape.pop(rng.randrange(len(shape)))
        elif action == 5:
            rng.shuffle(shape)
        elif action == 6:
            data = data[: rng.randrange(len(data) + 1)]
        elif action == 7:
            word = rng.choice([b"\0", b"\xff", b"\0\0\xc0\x7f"])  # the last: NaN
            data = word * (len(data) // len(word))
        else:
            data += data
    sizes = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
    result = attacks.npy(f"'{descr}'", f"({sizes})", data, fortran)
    return damaged(rng, result) if rng.randrange(8) == 0 else result


def zipped(rng: Random, files: dict[str, bytes]) -> bytes:
    """Pack files with a lie in a header of the zip, or a bomb, now and then."""
    for _ in often(rng, 0):
        names = list(files) or [""]
        name, action = rng.choice(names), rng.randrange(12)
        if action == 0:
            files.pop(name, None)
        elif action == 1:
            files[rng.choice(names)] = files.get(name, b"")
        elif action == 2:
            files[f"{rng.choice(NAMES)}.npy"] = files.pop(name, b"")
        elif action == 3:
            files[f"{rng.choice(NAMES)}.npy"] = files.get(name, b"")
        elif action == 4 and rng.randrange(20) == 0:
            files[name] = bytes(rng.choice([2**20, 20 * 2**20]))
        elif action == 5:
            files |= {f"{name}{i}": b"" for i in range(rng.choice([1] * 9 + [300]))}
    data = bytearray(attacks.zipped(files, rng.choice(METHODS)))
    if rng.randrange(4):
        return bytes(data)
    # a field of an entry: flags, method, time, CRC, sizes, lengths, offset
    record = rng.choice([b"PK\3\4", b"PK\1\2", b"PK\5\6"])
    if (start := data.find(record)) >= 0:
        at = start + 4 + 2 * rng.randrange(20 if record == b"PK\1\2" else 9)
        size = rng.choice([2, 4])
        data[at : at + size] = (rng.choice(INTS) % 256**size).to_bytes(size, "little")
    return bytes(data) if rng.randrange(3) else damaged(rng, bytes(data))


@cache
def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
