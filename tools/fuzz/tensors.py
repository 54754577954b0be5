"""Fuzz cases of PyTorch's weights files: .pth, a pickle in a zip, and .safetensors."""

import json
import pickletools
import struct
from functools import cache
from pathlib import Path
from random import Random

from tools.fuzz import attacks
from tools.fuzz.mutations import INTS, TEXTS, changed, damaged, damaged_text, often
from tools.fuzz.zips import unzipped, zipped

TORCH_FILES = Path(__file__).parents[2] / "tests" / "data" / "convert"
GLOBALS = ["torch FloatStorage", "torch HalfStorage", "torch BFloat16Storage"]
GLOBALS += ["os system", "torch._utils _rebuild_tensor_v2", "collections OrderedDict"]
GLOBALS += ["torch Size"]
OPCODES = [bytes([b]) for b in b"()}]N\x88\x89.0123aesutRQb\x85\x86\x87\x94lq\0h\0"]


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


@cache
def instructions(pickle: bytes) -> list[bytes]:
    places = [place for _, _, place in pickletools.genops(pickle)]
    return [
        pickle[a:b] for a, b in zip(places, [*places[1:], len(pickle)], strict=True)
    ]


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


def files(*names: str) -> list[bytes]:
    return [(TORCH_FILES / name).read_bytes() for name in names]


@cache
def torch_files() -> list[bytes]:
    return files("mlp.pth", "cnn-checkpoint.pth", "kinds.pth", "whole-model.pth")


@cache
def safetensors_files() -> list[bytes]:
    entry = {"dtype": "F32", "shape": [10, 784], "data_offsets": [0, 31_360]}
    bias = {"dtype": "BF16", "shape": [10], "data_offsets": [31_360, 31_380]}
    header = json.dumps({"a.weight": entry, "a.bias": bias, "__metadata__": {"a": "b"}})
    return [*files("by-name.safetensors"), attacks.safetensors(header, bytes(31_380))]
