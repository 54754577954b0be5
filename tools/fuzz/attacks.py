"""Small files that ask for much: each broke a reader once, or would break a naive one.

Run as a program, it reads the files in a folder and prints what became of each, so that
a reader that hangs or crashes does not take the tests with it.
"""

import gzip
import io
import itertools
import json
import math
import struct
import sys
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

MB = 2**20


# --- PyTorch's pickles ----------------------------------------------------------------


def torch(pickle: bytes) -> bytes:
    """A .pth whose data.pkl is ``pickle``, and storage 0."""
    return zipped({"net/data.pkl": pickle, "net/data/0": b"\0" * 24_000})


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            # with a date of its own, so that the same files give the same zip
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return file.getvalue()


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def number(value: int) -> bytes:
    data = value.to_bytes((value.bit_length() + 8) // 8, "little", signed=True)
    if len(data) < 256:
        return b"\x8a" + bytes([len(data)]) + data
    return b"\x8b" + struct.pack("<i", len(data)) + data  # LONG4


def several(*values: bytes) -> bytes:
    return b"(" + b"".join(values) + b"t"


def storage(key: bytes, count: int = 6_000, kind: str = "FloatStorage") -> bytes:
    name = f"ctorch\n{kind}\n".encode()
    parts = several(text("storage"), name, key, text("cpu"), number(count))
    return parts + b"Q"


def tensor(
    size: bytes, stride: bytes, stored: bytes | None = None, offset: int = 0
) -> bytes:
    stored = storage(text("0")) if stored is None else stored
    arguments = several(stored, number(offset), size, stride)
    return b"ctorch._utils\n_rebuild_tensor_v2\n" + arguments + b"R"


def state_dict(*tensors: bytes) -> bytes:
    items = b"".join(text(f"{i}.weight") + t for i, t in enumerate(tensors))
    return b"\x80\x02}(" + items + b"u."


def numbers(*values: int) -> bytes:
    return several(*map(number, values))


def doubled(levels: int) -> bytes:
    """A tuple of itself twice, so many times over: 2**levels to hash or to show."""
    steps = (b"q%c" % i + b"h%c" % i + b"\x86" for i in range(levels))
    return text("0") + b"".join(steps)


PICKLES = {
    "a storage's key is a tuple nested in itself": state_dict(
        tensor(numbers(2), numbers(1), storage(doubled(60)))
    ),
    "a storage is a tuple nested in itself": state_dict(doubled(60) + b"Q"),
    "a tensor of a tuple nested in itself": state_dict(
        tensor(doubled(60), doubled(60))
    ),
    "a name is a tuple nested in itself": b"\x80\x02}" + doubled(60) + b"Ns.",
    "a megabyte of nested tuples": b"\x80\x02)" + b"\x85" * MB + b".",
    "a hundred thousand nested tuples": b"\x80\x02)" + b"\x85" * 100_000 + b".",
    "a hundred thousand nested lists": b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999,
    "nested tuples as a storage": state_dict(b")" + b"\x85" * 90_000 + b"Q"),
    "a stride of 0": state_dict(tensor(numbers(30_000, 60_000), numbers(0, 0))),
    "many tensors of stride 0": state_dict(
        *[tensor(numbers(1000, 5000), numbers(0, 1))] * 300
    ),
    "a million axes": state_dict(
        tensor(numbers(*[2] * 20_000), numbers(*[1] * 20_000))
    ),
    "a hundred axes": state_dict(tensor(numbers(*[1] * 100), numbers(*[1] * 100))),
    "an empty shape of a huge size": state_dict(
        tensor(numbers(0, 2**70), numbers(1, 1))
    ),
    "a number of 5,000 digits": state_dict(
        tensor(numbers(10**5000), numbers(1)),
    ),
    "an offset of 5,000 digits": state_dict(number(10**5000)),
}

# --- NumPy's arrays -------------------------------------------------------------------


def npy(descr: str, shape: str, data: bytes = b"", fortran: str = "False") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode() + data


ARRAYS = {
    "a float of one byte": npy("'<f1'", "(1,)", b"\0"),
    "a shape without a comma": npy("'<f4'", "(1 2,)", b"\0" * 8),
    "a huge shape": npy("'<f4'", "(100000, 100000)"),
    "an empty huge shape": npy("'<f4'", "(0, 1180591620717411303424)"),
    "a shape of a hundred axes": npy("'<f4'", f"({'1, ' * 100})", b"\0" * 4),
    "a negative size": npy("'<f4'", "(-1, -4)", b"\0" * 16),
    "a size of 5,000 digits": npy("'<f4'", f"({'9' * 5000},)"),
    "objects": npy("'|O'", "(1,)", b"cos\nsystem\n."),
    "a structure": npy("[('a', '<f4')]", "(1,)", b"\0" * 4),
    "nested brackets": npy("[" * 30_000 + "]" * 30_000, "(1,)", b"\0" * 4),
    "no header": b"\x93NUMPY\1\0",
    "a header longer than the file": b"\x93NUMPY\2\0\xff\xff\xff\x7f{",
    "text": npy("'<U99999999'", "(1,)"),
    "a text of no length": npy("'<U0'", "(1,)"),
    "a text of no characters": npy("'<U1'", "()", b"\xff\xff\xff\x7f"),
}


def npz(array: bytes, *names: str) -> bytes:
    return zipped(
        {f"{name}.npy": array for name in names or ("W0", "network", "facts", "x", "y")}
    )


def with_flags(data: bytes, flags: int = 0, method: int | None = None) -> bytes:
    """A zip whose first file claims to be encrypted, or compressed in another way."""
    changed = bytearray(data)
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = data.index(mark) + at
        if flags:
            changed[start] |= flags
        if method is not None:
            changed[start + 2 : start + 4] = struct.pack("<H", method)
    return bytes(changed)


def zips() -> Iterator[tuple[str, bytes]]:
    plain = npz(npy("'<f4'", "(4,)", b"\0" * 16), "W0")
    yield "an encrypted zip", with_flags(plain, 1)
    yield "an unknown compression", with_flags(plain, method=99)
    yield "a zip cut off", plain[:-30]
    yield "an array that is no zip", npy("'<f4'", "(4,)", b"\0" * 16)
    yield "a zip of zeros", zipped({"W0.npy": b"\0" * 60 * MB})
    yield "many zeros", zipped({f"W{i}.npy": b"\0" * MB for i in range(90)})
    yield "many names", zipped({f"W{i}.npy": b"" for i in range(20_000)})
    yield "an empty zip", zipped({})
    yield "nothing", b""


# --- safetensors, JSON ----------------------------------------------------------------


def safetensors(header: str, data: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header)) + header.encode() + data


def one(shape: str, offsets: str = "[0, 0]", name: str = "a.weight") -> str:
    entry = f'{{"dtype": "F32", "shape": {shape}, "data_offsets": {offsets}}}'
    return f'{{"{name}": {entry}}}'


SAFETENSORS = {
    "a million axes": safetensors(one(f"[{'2, ' * 300_000}2]")),
    "a hundred axes": safetensors(one(f"[{'1, ' * 99}1]", "[0, 4]"), b"\0" * 4),
    "an empty shape of a huge size": safetensors(one(f"[0, {2**70}]")),
    "a name of 5,000 digits": safetensors(
        one("[1]", "[0, 4]", "9" * 5000 + ".weight"), b"\0" * 4
    ),
    "a size of 5,000 digits": safetensors(one(f"[{'9' * 5000}]")),
    "an offset of 4,000 digits": safetensors(one("[1]", f"[{'9' * 4000}, 4]")),
    "nested brackets": safetensors("[" * 200_000),
    "a header of empty lists": safetensors("[" + "[]," * 500_000 + "[]]"),
    "a header longer than the file": b"\xff" * 8 + b"{}",
}
JSONS = {
    "nested 200,000 deep": "[" * 200_000,
    "nested 200,000 deep in an object": '{"a":' * 200_000,
    "nested behind a text that closes as many": '["' + "]" * 500 + '",' + "[" * 500,
    "two million empty lists": '{"weights": [' + "[]," * 2_000_000 + "[]]}",
    "a million empty objects": '{"weights": [' + "{}," * 1_000_000 + "{}]}",
    "a million texts": '{"weights": [' + '"ab",' * 1_000_000 + '"ab"]}',
    "three million numbers": '{"weights": [[' + "1.5," * 3_000_000 + "0]]}",
    "two million numbers, few enough": '{"weights": [[' + "1.5," * 2_000_000 + "0]]}",
    "an integer of 5,000 digits": '{"version": ' + "9" * 5000 + "}",
    "a huge tensor": json.dumps(
        {
            "format": "nnweb",
            "version": 1,
            "layers": [
                {"type": "dense", "W": {"dtype": "float32", "shape": [9**9, 9**9]}}
            ],
        }
    ),
    "no UTF-8": "\udcff",
}

# --- ONNX -----------------------------------------------------------------------------


def varint(value: int) -> bytes:
    value %= 2**64
    data = bytearray()
    while value >= 128:
        data.append(value & 127 | 128)
        value >>= 7
    return bytes([*data, value])


def message(*fields: tuple[int, int | str | bytes]) -> bytes:
    """A protobuf message of numbers, texts and messages."""
    parts = []
    for key, value in fields:
        if isinstance(value, int):
            parts.append(varint(8 * key) + varint(value))
        else:
            data = value.encode() if isinstance(value, str) else value
            parts.append(varint(8 * key + 2) + varint(len(data)) + data)
    return b"".join(parts)


def onnx_node(kind: str, *inputs: str, output: str = "y", window: int = 0) -> bytes:
    parts: list[tuple[int, int | str | bytes]] = [(1, name) for name in inputs]
    parts += [(2, output), (4, kind)]
    for name in ("kernel_shape", "strides") if window else ():
        parts.append((5, message((1, name), (8, window), (8, window), (20, 7))))
    return message(*parts)


def onnx_tensor(name: str, *sizes: int, data: bytes | None = None) -> bytes:
    """A constant of float32, zero by default."""
    raw = bytes(4 * math.prod(sizes)) if data is None else data
    return message(*[(1, n) for n in sizes], (2, 1), (8, name), (9, raw))


def onnx(*nodes: bytes, constants: Iterable[bytes] = (), more: bytes = b"") -> bytes:
    """A model of these nodes, from "x" to "z"."""
    dims = [(1, message((1, size))) for size in (1, 1, 28, 28)]
    shape = message((1, message((2, message(*dims)))))
    graph = message(
        *[(1, node) for node in nodes],
        *[(5, constant) for constant in constants],
        (11, message((1, "x"), (2, shape))),
        (12, message((1, "z"))),
    )
    return message((7, graph + more), (8, message((2, 17))))


def repeated(kind: str, first: str, *constants: str) -> list[bytes]:
    """Nodes of one kind, each on the output of the one before it, as many as may be."""
    names = [first, *map(str, range(240)), "z"]
    pairs = itertools.pairwise(names)
    return [onnx_node(kind, a, *constants, output=b) for a, b in pairs]


WIDE = onnx_node("Conv", "x", "W")  # 148,960 numbers of an image
WIDE_W = onnx_tensor("W", 190, 1, 1, 1)
ONNX = {
    "half a million empty nodes": onnx(more=b"\x0a\x00" * 500_000),
    "a million sizes": onnx(
        WIDE, constants=[message((1, b"\x01" * MB), (2, 1), (8, "W"))]
    ),
    "a huge shape": onnx(WIDE, constants=[onnx_tensor("W", 10**5, 10**5, data=b"")]),
    "an empty huge shape": onnx(WIDE, constants=[onnx_tensor("W", 0, 2**62, data=b"")]),
    "a negative size": onnx(WIDE, constants=[onnx_tensor("W", -1, -4, data=bytes(16))]),
    "a length beyond the end": b"\x3a\xff\xff\xff\xff\x7f",
    "a number that never ends": b"\xff" * MB,
    "a group in a group": b"\x3b" * MB,
    "a graph without end": onnx(*repeated("Relu", "z")),
    "averages of 50,000 channels": onnx(
        onnx_node("MaxPool", "x", output="a", window=28),
        onnx_node("Conv", "a", "W", output="b"),
        onnx_node("AveragePool", "b", output="z", window=1),
        constants=[onnx_tensor("W", 50_000, 1, 1, 1)],
    ),
    "a mean of 1,000 numbers of 190 channels, moved often": onnx(
        WIDE,
        onnx_node("GlobalAveragePool", "y", output="m"),
        *repeated("Transpose", "m"),
        constants=[WIDE_W],
    ),
    "many sums": onnx(
        WIDE,
        *repeated("Add", "y", "b"),
        constants=[onnx_tensor("b", 190, 1, 1), WIDE_W],
    ),
    "a large product, often": onnx(
        onnx_node("Flatten", "x"),
        *repeated("MatMul", "y", "W"),
        constants=[onnx_tensor("W", 784, 784)],
    ),
    "constants transposed often": onnx(
        *repeated("Transpose", "W"), constants=[onnx_tensor("W", 1000, 1000)]
    ),
}

# --- data sets ------------------------------------------------------------------------


def idx(*sizes: int) -> bytes:
    return struct.pack(f">BBBB{len(sizes)}I", 0, 0, 8, len(sizes), *sizes)


def idx_files() -> Iterator[tuple[str, bytes]]:
    yield "two gigabytes claimed", idx(2_739_137, 28, 28)
    yield (
        "a gigabyte of zeros, packed",
        gzip.compress(idx(1_000_000, 28, 28))
        + b"".join([gzip.compress(b"\0" * 16 * MB)] * 49),
    )
    yield "cut off within the packed data", gzip.compress(idx(9, 28, 28))[:-9]


# --- pictures -------------------------------------------------------------------------


def png(width: int, height: int, colour: int, row: bytes, depth: int = 8) -> bytes:
    """A PNG whose rows are all the same, so that it is small."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    packer = zlib.compressobj(9)
    parts = [packer.compress(b"\0" + row) for _ in range(height)]
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", b"".join([*parts, packer.flush()]))
        + chunk(b"IEND", b"")
    )


def gif(width: int, height: int) -> bytes:
    """One frame of a screen of this size; the frame itself is a single pixel."""
    screen = struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\2D\1\0"
    return b"GIF89a" + screen + frame + b";"


def tiff(width: int, height: int, tags: dict[int, int]) -> bytes:
    """A TIFF of one strip that is not there, with further tags."""
    entries = {256: width, 257: height, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1}
    entries |= {278: height, 279: width * height, **tags}
    table = b"".join(
        struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(entries.items())
    )
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + table + b"\0" * 4


def pictures() -> Iterator[tuple[str, bytes]]:
    yield "a large PNG in colour.png", png(20_000, 9_000, 6, b"\0" * 80_000)
    yield "a large PNG with a palette.png", png(13_000, 13_000, 0, b"\0" * 13_000)
    yield "a PNG of one bit a pixel.png", png(16_000, 11_000, 0, b"\0" * 2_000, 1)
    yield (
        "a PNG of one bit that becomes colours.png",
        png(8_000, 5_000, 0, b"\0" * 1_000, 1),
    )
    yield "a PNG of 16 bits.png", png(9_000, 9_000, 0, b"\0" * 18_000, 16)
    yield "a wide GIF.gif", gif(65_535, 36)
    yield "a huge GIF.gif", gif(65_535, 65_535)
    yield "a TIFF without its data.tif", tiff(3_000, 3_000, {})
    yield "a TIFF of a strange kind.tif", tiff(64, 64, {258: 77, 277: 9, 262: 32_844})
    yield "a TIFF of no bits.tif", tiff(64, 64, {258: 0, 339: 9})
    yield "a PNG cut off.png", png(64, 64, 0, b"\0" * 64)[:40]


# --- all of them ----------------------------------------------------------------------


def files() -> dict[str, bytes]:
    """Return every attack by the name of its file: "reader, what.suffix"."""
    found = {f"weights, {name}.pth": torch(data) for name, data in PICKLES.items()}
    for name, array in ARRAYS.items():
        for reader, suffix in (("weights", "npz"), ("data", "npz"), ("run", "ckpt")):
            found[f"{reader}, {name}.{suffix}"] = npz(array)
    for name, data in zips():
        for reader, suffix in (("weights", "npz"), ("data", "npz"), ("run", "ckpt")):
            found[f"{reader}, {name}.{suffix}"] = data
        found[f"weights, {name}.pth"] = data
    for name, data in SAFETENSORS.items():
        found[f"weights, {name}.safetensors"] = data
    for name, data in ONNX.items():
        found[f"weights, {name}.onnx"] = data
    for name, value in JSONS.items():
        found[f"weights, {name}.json"] = value.encode("utf-8", "surrogateescape")
    for name, data in idx_files():
        found[f"idx, {name}.idx"] = data
    for name, data in pictures():
        found[f"picture, {name}"] = data
    return found


def readers() -> dict[str, Callable[[Path], object]]:
    from nnweb.data.datasets import load_dataset
    from nnweb.data.idx import read_idx
    from nnweb.images.files import read_picture
    from nnweb.training.checkpoints import read_checkpoint
    from nnweb.weights.convert.read import read_network

    return {
        "weights": read_network,
        "data": load_dataset,
        "run": read_checkpoint,
        "idx": read_idx,
        "picture": read_picture,
    }


def main(folder: Path) -> None:
    known = readers()
    for path in sorted(folder.iterdir()):
        tracemalloc.start()
        try:
            known[path.name.partition(",")[0]](path)
            result = ["read", ""]
        except Exception as error:
            result = [type(error).__name__, str(error)]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(json.dumps([path.name, *result, peak]), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
