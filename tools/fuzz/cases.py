"""Untrusted files for every reader: valid ones, changed where a reader believes them.

Purely random bytes are refused at their first byte. These files come from nnweb's own
writers and from PyTorch's; then a header's field, a type, a shape, a name, an offset or
the encoding is changed, or a part is cut, doubled, swapped or blown up. A case depends
only on the ``random.Random`` it is made with, so that tests (hypothesis), the campaign
(seeds) and atheris (bytes) share this file.
"""

from __future__ import annotations

import ast
import gzip
import io
import json
import pickletools
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image, features

from nnweb.architecture import build_layers
from nnweb.data.datasets import Dataset, load_dataset
from nnweb.data.idx import read_idx
from nnweb.images.files import read_picture
from nnweb.initializers import INITIALIZERS
from nnweb.layers import Array, Dropout, Layer, LeakyReLU, Sigmoid
from nnweb.network import InputSpec, Network
from nnweb.page.api import Recognizer
from nnweb.page.lab.hyperparameters import Hyperparameters
from nnweb.page.lab.training_session import TrainingSession
from nnweb.recognize import examine
from nnweb.training.batches import PlainBatches, inputs_of
from nnweb.training.checkpoints import checkpoint_bytes, read_checkpoint
from nnweb.training.settings import Settings
from nnweb.training.trainer import Trainer
from nnweb.weights.convert.foreign_export import format_1, format_2
from nnweb.weights.convert.npz import write_npz
from nnweb.weights.convert.read import read_network
from nnweb.weights.json_format import dumps
from tools.fuzz import attacks

TORCH_FILES = Path(__file__).parents[2] / "tests" / "data" / "convert"


@dataclass(frozen=True)
class Reader:
    """A way in for files: ``make`` makes one for it, named ``name``."""

    name: str
    make: Callable[[Random], bytes]
    read: Callable[[Path], object]


# --- valid files ----------------------------------------------------------------------


@cache
def networks() -> list[Network]:
    """Every kind of layer, with few weights: files of a few kilobytes."""
    conv = layers("1x28x28-conv5x2-pool2-10", 0)
    kinds = [conv[0], LeakyReLU(0.1), conv[2], Dropout(0.5), *conv[3:]]
    sigmoid = [*layers("784-2-10", 1, "sigmoid"), Sigmoid()]
    return [
        Network(layers("784-2-10", 0)),
        Network(kinds, reject_below=0.5),
        Network(sigmoid),
    ]


def layers(architecture: str, seed: int, activation: str = "relu") -> list[Layer]:
    rng, he = np.random.default_rng(seed), INITIALIZERS["he_normal"]
    return build_layers(architecture, activation=activation, initializer=he, rng=rng)


@cache
def digits() -> Dataset:
    images = np.random.default_rng(1).integers(0, 256, (20, 28, 28)).astype(np.uint8)
    images[:, [0, -1]] = images[:, :, [0, -1]] = 0
    return Dataset(images, np.arange(20, dtype=np.uint8) % 10)


@cache
def own_json() -> list[str]:
    kinds = ("float32", "float16", "int8")
    return [dumps(network, dtype=kind) for network in networks() for kind in kinds]


@cache
def foreign_json() -> list[str]:
    plain = Network(layers("784-1-10", 0))
    sigmoid = Network([*layers("784-1-10", 1, "sigmoid"), Sigmoid()])
    for layer in (*plain.layers, *sigmoid.layers):  # fewer digits: faster
        layer.params = {name: a.round(1) for name, a in layer.params.items()}
    dense = [layer for layer in plain.layers if layer.params]
    weights = [layer.params["W"].astype(float).round(1).tolist() for layer in dense]
    return [format_1(plain), format_2(sigmoid), json.dumps({"weights": weights})]


@cache
def batches() -> tuple[PlainBatches, Array]:
    spec = InputSpec()
    plain = PlainBatches(digits(), spec, batch_size=5, seed=0)
    return plain, inputs_of(digits(), spec)


def trainer() -> Trainer:
    """A run that has everything a checkpoint can contain."""
    plain, x = batches()
    settings = Settings(epochs=3, patience=2, average=0.9)
    network = Network(layers("784-2-10", 0))
    return Trainer(network, plain, x, digits().labels, settings)


@cache
def checkpoint() -> bytes:
    run = trainer()
    for _ in zip(range(7), run.run(), strict=False):
        pass
    choices = asdict(Hyperparameters(layers="784-2-10", examples=1000))
    weights = dumps(run.network, dtype="int8")
    return checkpoint_bytes(run, {"network": weights, "steps": 7, "choices": choices})


@cache
def checkpoint_facts() -> str:
    return str(np.load(io.BytesIO(unzipped(checkpoint())["facts.npy"])))


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


# --- changes of anything --------------------------------------------------------------

INTS = [0, 1, 2, 3, 7, 10, 28, 100, 255, 256, 784, 4096, 2**15, 2**16 - 1, 10**6]
INTS += [2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1, 2**64, 2**70, 10**25, -1, -784]
TEXTS = ["", "0", "dense", "conv2d", "relu", "maxpool2d", "flatten", "dropout", "int8"]
TEXTS += [
    "float16",
    "canvas",
    "AAAA",
    "A" * 1000,
    "../a",
    "\0",
    "é" * 9,
    "F16",
    "1e999",
]
TEXTS += ["F99", "big", "data", "\ud800", "a.weight", "weight", "bias", "9" * 5000]


def value(rng: Random, depth: int = 0) -> Any:
    """Return any value that JSON has."""
    kind = rng.randrange(9 if depth < 3 else 6)
    if kind < 3:
        return rng.choice(INTS)
    if kind == 3:
        return rng.choice(TEXTS)
    if kind == 4:
        return rng.choice([None, True, False, 0.5, -1e-9, 1e38, 1e308, -0.0, {}, []])
    if kind == 5:
        return rng.uniform(-1e6, 1e6)
    items = [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    if kind == 6:
        return items * rng.choice([1, 1, 1, 50])
    return {rng.choice(TEXTS): item for item in items} if kind == 7 else [items]


def changed(rng: Random, whole: Any) -> Any:
    """Change one place of a nested value, in place; return the value."""
    here = whole
    while isinstance(here, dict | list) and here:
        keys = list(here) if isinstance(here, dict) else range(len(here))
        key = rng.choice(keys)
        inner = here[key]
        if isinstance(inner, dict | list) and inner and rng.randrange(4):
            here = inner
            continue
        action = rng.randrange(8)
        if action < 4:
            here[key] = value(rng)
        elif action == 4:
            del here[key]
        elif action == 5:
            here[key] = [inner]
        elif action == 6:
            here[key] = here[rng.choice(keys)]
        elif isinstance(here, dict):
            here[rng.choice(TEXTS)] = here.pop(key)
        else:
            here.insert(key, inner)
        return whole
    return value(rng)


def damaged(rng: Random, data: bytes) -> bytes:
    """Cut, double, swap or overwrite parts of ``data``, most often of its start."""
    if not data:
        return data
    at = rng.randrange(min(len(data), rng.choice([16, 64, 256, len(data)])))
    end = min(len(data), at + rng.choice([1, 2, 4, 8, 32, 1000]))
    action = rng.randrange(9)
    if action == 0:
        return data[:at]
    if action == 1:
        return data[:at] + data[end:]
    if action == 2:
        return data[:end] + data[at:end] * rng.choice([1, 2, 50]) + data[end:]
    if action == 3:
        other = rng.randrange(len(data))
        return data[:at] + data[other : other + end - at] + data[end:]
    if action == 4:
        return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
    if action == 5:
        return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
    size = rng.choice([2, 4, 8])
    word = rng.choice(INTS) % 256**size
    packed = word.to_bytes(size, rng.choice(["little", "big"]))
    return data[:at] + packed + data[at + (0 if action == 6 else size) :]


SNIPPETS = [
    "NaN",
    "-Infinity",
    "1e999",
    "9" * 5000,
    "[" * 600,
    '{"a":' * 600,
    '"',
    "\\",
]
SNIPPETS += [
    "[[],[]," * 200,
    "\\ud800",
    "\0",
    ",",
    "]",
    "}",
    ":",
    "//",
    "\ufeff",
    "1_0",
]


def damaged_text(rng: Random, text: str) -> bytes:
    """Return text in some encoding, with a wrong part."""
    action = rng.randrange(6)
    if action < 2:
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(SNIPPETS) + text[at + rng.randrange(3) :]
    elif action == 2:
        return text.encode(
            rng.choice(["utf-16", "utf-8-sig", "utf-32", "utf-7"]), "replace"
        )
    data = text.encode("utf-8", "replace")
    return damaged(rng, data) if action > 3 else data


def often(rng: Random, times: int = 3) -> range:
    """Return a range to loop over: once most often, never rarely."""
    return range(rng.choice([1, 1, 1, 1, 1, 2, times, 0]))


# --- files that readers get -----------------------------------------------------------


def from_json(rng: Random, valid: list[str]) -> bytes:
    text = rng.choice(valid)
    if rng.randrange(4):
        fields = json.loads(text)
        for _ in often(rng):
            fields = changed(rng, fields)
        text = json.dumps(fields)
        if rng.randrange(4):
            return text.encode()
    return damaged_text(rng, text)


NPY_TYPES = ["<f4", "<f8", "<f2", "<f1", ">f4", ">i2", "<i8", "|u1", "|b1", "|O", "<U9"]
NPY_TYPES += [
    "<U99999999",
    "<c8",
    "|V4",
    "|S5",
    "<M8[s]",
    "f4",
    "",
    "<f4'), ('b",
    "<u8",
]


def npy(rng: Random, array: bytes) -> bytes:
    """Change the header of an .npy, or the length of its data."""
    start = 10 + int.from_bytes(array[8:10], "little")
    header = ast.literal_eval(array[10:start].decode())
    descr, shape, data = header["descr"], list(header["shape"]), array[start:]
    fortran = str(header["fortran_order"])
    for _ in often(rng):
        action = rng.randrange(9)
        if action == 0:
            descr = rng.choice(NPY_TYPES)
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


NAMES = [
    "W0",
    "b0",
    "W1",
    "b1",
    "W00",
    "W",
    "x",
    "y",
    "images",
    "labels",
    "facts",
    "../a",
]
NAMES += [
    "params/0.W",
    "best/0.W",
    "optimizer/m/0.W",
    "average/0.W",
    "x" * 300,
    "é",
    "",
]
METHODS = [zipfile.ZIP_STORED] * 30 + [zipfile.ZIP_DEFLATED] * 9 + [zipfile.ZIP_BZIP2]
METHODS += [zipfile.ZIP_LZMA]


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


def from_npz(rng: Random, valid: list[bytes]) -> bytes:
    files = dict(unzipped(rng.choice(valid)))
    for name in rng.sample(list(files), min(len(often(rng)), len(files))):
        files[name] = npy(rng, files[name])
    return zipped(rng, files)


def from_checkpoint(rng: Random) -> bytes:
    files = dict(unzipped(checkpoint()))
    if rng.randrange(2):
        facts = json.loads(checkpoint_facts())
        if rng.randrange(3) == 0:
            network = json.loads(facts["options"]["network"])
            facts["options"]["network"] = json.dumps(changed(rng, network))
        for _ in often(rng):
            facts = changed(rng, facts)
        with io.BytesIO() as file:
            np.save(file, np.array(json.dumps(facts)))
            files["facts.npy"] = file.getvalue()
    else:
        name = rng.choice(list(files))
        files[name] = npy(rng, files[name])
    return zipped(rng, files)


@cache
def instructions(pickle: bytes) -> list[bytes]:
    places = [place for _, _, place in pickletools.genops(pickle)]
    return [
        pickle[a:b] for a, b in zip(places, [*places[1:], len(pickle)], strict=True)
    ]


GLOBALS = [
    "torch FloatStorage",
    "torch HalfStorage",
    "torch BFloat16Storage",
    "os system",
]
GLOBALS += ["torch._utils _rebuild_tensor_v2", "collections OrderedDict", "torch Size"]
OPCODES = [bytes([b]) for b in b"()}]N\x88\x89.0123aesutRQb\x85\x86\x87\x94lq\0h\0"]


def instruction(rng: Random) -> bytes:
    """Return an instruction of a pickle, or a whole tensor."""
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice(OPCODES)
    if kind == 1:
        return attacks.number(rng.choice(INTS))
    if kind == 2:
        return attacks.text(rng.choice(TEXTS).encode("utf-8", "replace").decode())
    if kind == 3:
        return b"c%b\n" % rng.choice(GLOBALS).replace(" ", "\n").encode()
    if kind == 4:
        return rng.choice([b"q", b"h"]) + bytes([rng.randrange(4)])
    return a_tensor(rng)


def a_tensor(rng: Random) -> bytes:
    axes = rng.choice([0, 1, 1, 2, 2, 2, 4, 9])
    sizes = [rng.choice([1, 2, 4, 10, 784, *INTS]) for _ in range(axes)]
    strides = [rng.choice([0, 1, 1, 2, 10, 784, *INTS]) for _ in range(axes)]
    return attacks.tensor(attacks.numbers(*sizes), attacks.numbers(*strides))


def from_torch(rng: Random, valid: list[bytes]) -> bytes:
    if rng.randrange(5) == 0:
        tensors = [a_tensor(rng) for _ in range(rng.randrange(1, 4))]
        return attacks.torch(attacks.state_dict(*tensors))
    files = dict(unzipped(rng.choice(valid)))
    name = next(name for name in files if name.endswith("data.pkl"))
    steps = list(instructions(files[name]))
    for _ in often(rng, 5):
        at, action = rng.randrange(len(steps)), rng.randrange(7)
        if action == 0:
            del steps[at]
        elif action == 1:
            steps.insert(at, instruction(rng))
        elif action == 2:
            steps[at:at] = steps[at : at + rng.choice([1, 1, 5, 30])] * rng.choice(
                [1, 99]
            )
        elif action == 3:
            steps[at : at + 2] = steps[at : at + 2][::-1]
        elif action == 4:
            steps[at] = rng.choice(steps)
        else:  # most often an argument: of a size, a stride, an offset, a name
            steps[at] = instruction(rng)
        if not steps:
            break
    files[name] = b"".join(steps)
    if rng.randrange(6) == 0:
        other = rng.choice(list(files))
        files[other] = damaged(rng, files[other])
    if rng.randrange(12) == 0:
        files[
            rng.choice([f"{name}/data.pkl", name.replace("data.pkl", "byteorder")])
        ] = b"big"
    return zipped(rng, files)


def from_safetensors(rng: Random, valid: list[bytes]) -> bytes:
    whole = rng.choice(valid)
    end = 8 + int.from_bytes(whole[:8], "little")
    header, data = json.loads(whole[8:end]), whole[end:]
    for _ in often(rng):
        header = changed(rng, header)
    text = json.dumps(header).encode()
    if rng.randrange(5) == 0:
        text = damaged_text(rng, text.decode())
    if rng.randrange(6) == 0:
        data = damaged(rng, data)
    length = len(text) if rng.randrange(9) else rng.choice(INTS) % 2**64
    return struct.pack("<Q", length) + text + data


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


CELLS = [
    "",
    " ",
    "-1",
    "256",
    "999",
    "1e3",
    "0x1f",
    "nan",
    "inf",
    "9" * 400,
    "1.5",
    '"7"',
]
CELLS += ["#", "label", "\t", "\0", "1_0", "１", "2147483648", "-0", "7\r8", "'", "1 2"]


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


def from_picture(rng: Random) -> bytes:
    name, data = rng.choice(pictures())
    if name == "png" and rng.randrange(5):
        return png(rng, data)
    if name == "tiff" and rng.randrange(5):
        return tiff(rng, data)
    for _ in often(rng):
        data = damaged(rng, data)
    return data


# --- readers --------------------------------------------------------------------------


def use(path: Path) -> None:
    """Read a network, and recognize with it, as a person would."""
    network = read_network(path)
    examine(np.full((1, 28, 28), 90, np.uint8), network)


def use_in_the_page(path: Path) -> None:
    recognizer = Recognizer(path.read_bytes())
    recognizer.describe()
    recognizer.recognize(bytes(28 * 28 * 4))


def resume(path: Path) -> None:
    """Read a checkpoint, and take its run a step further."""
    arrays, facts = read_checkpoint(path)
    run = trainer()
    run.load_state(arrays, facts)
    next(run.run(), None)


def resume_in_the_page(path: Path) -> None:
    TrainingSession.resumed(path.read_bytes()).describe()


def files(*names: str) -> list[bytes]:
    return [(TORCH_FILES / name).read_bytes() for name in names]


@cache
def npz_files() -> list[bytes]:
    return [write_npz(network) for network in networks()]


@cache
def torch_files() -> list[bytes]:
    return files("mlp.pth", "cnn-checkpoint.pth", "kinds.pth", "whole-model.pth")


@cache
def safetensors_files() -> list[bytes]:
    entry = {"dtype": "F32", "shape": [10, 784], "data_offsets": [0, 31_360]}
    bias = {"dtype": "BF16", "shape": [10], "data_offsets": [31_360, 31_380]}
    header = json.dumps({"a.weight": entry, "a.bias": bias, "__metadata__": {"a": "b"}})
    return [*files("by-name.safetensors"), attacks.safetensors(header, bytes(31_380))]


READERS = {
    "weights, JSON": Reader("net.json", lambda r: from_json(r, own_json()), use),
    "weights, JSON of other projects": Reader(
        "net.json", lambda r: from_json(r, foreign_json()), use
    ),
    "weights, JSON, in the page": Reader(
        "net.json", lambda r: from_json(r, own_json()), use_in_the_page
    ),
    "weights, .npz": Reader("net.npz", lambda r: from_npz(r, npz_files()), use),
    "weights, .pth": Reader("net.pth", lambda r: from_torch(r, torch_files()), use),
    "weights, .safetensors": Reader(
        "net.safetensors", lambda r: from_safetensors(r, safetensors_files()), use
    ),
    "checkpoint": Reader("run.ckpt", from_checkpoint, resume),
    "checkpoint, in the page": Reader("run.ckpt", from_checkpoint, resume_in_the_page),
    "data set, .npz": Reader(
        "data.npz", lambda r: from_npz(r, [data_npz()]), load_dataset
    ),
    "data set, .csv": Reader("data.csv", from_csv, load_dataset),
    "data set, IDX": Reader("images.idx", from_idx, read_idx),
    "picture": Reader("photo.png", from_picture, read_picture),
}
