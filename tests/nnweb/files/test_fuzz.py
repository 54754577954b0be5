"""Whatever bytes they get, the readers raise only nnweb's own errors.

The files are made of valid parts with wrong contents: purely random bytes are refused
at their first byte, and reach nothing.
"""

from __future__ import annotations

import gzip
import io
import json
import struct
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from nnweb.data.datasets import load_dataset
from nnweb.data.idx import read_idx
from nnweb.errors import NnwebError
from nnweb.images.files import read_picture
from nnweb.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU
from nnweb.network import Network
from nnweb.training.checkpoints import read_checkpoint
from nnweb.weights.convert.read import read_network
from nnweb.weights.json_format import dumps
from tests.nnweb.files import attacks

SIZES = st.sampled_from([0, 1, 2, 10, 28, 784, 2**31, 2**63, 2**70, -1])
BYTES = st.binary(max_size=40)
NUMBERS = st.integers(-(2**70), 2**70) | st.sampled_from([0, 1, 10, 784])


def fuzzed(strategy, examples=600):
    """Give a test many files; all of the same seed, so that a failure repeats."""
    options = {
        "max_examples": examples,
        "derandomize": True,
        "deadline": None,
        "database": None,
        "suppress_health_check": [HealthCheck.function_scoped_fixture],
    }
    return lambda test: settings(**options)(given(strategy)(test))


@pytest.fixture
def accept(tmp_path):
    """A function that reads bytes as a file, and accepts nnweb's errors."""

    def read(reader, data: bytes, name: str) -> None:
        path = tmp_path / name
        path.write_bytes(data)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Pillow's, about damaged files
                reader(path)
        except NnwebError as error:
            assert 5 < len(str(error)) < 1000

    return read


# --- pickles --------------------------------------------------------------------------

OPCODES = st.sampled_from(
    [bytes([b]) for b in b"()}]N\x88\x89.0123aesutRQb\x85\x86\x87\x94l"]
)
WORDS = st.one_of(
    OPCODES,
    OPCODES,
    st.builds(attacks.number, NUMBERS),
    st.sampled_from(["0", "storage", "a.weight", "cpu", "little"]).map(attacks.text),
    st.sampled_from(
        [
            b"ctorch\nFloatStorage\n",
            b"ctorch._utils\n_rebuild_tensor_v2\n",
            b"ctorch._utils\n_rebuild_parameter\n",
            b"ccollections\nOrderedDict\n",
            b"cos\nsystem\n",
            attacks.storage(attacks.text("0")),
        ]
    ),
    st.builds(
        lambda size, stride: attacks.tensor(
            attacks.numbers(*size), attacks.numbers(*stride)
        ),
        st.lists(SIZES, max_size=4),
        st.lists(SIZES, max_size=4),
    ),
    st.builds(lambda i: b"q%c" % i, st.integers(0, 3)),
    st.builds(lambda i: b"h%c" % i, st.integers(0, 3)),
    BYTES,
)


@fuzzed(st.lists(WORDS, max_size=30).map(b"".join))
def test_a_pth_of_any_instructions_is_read_or_refused(accept, words):
    accept(read_network, attacks.torch(b"\x80\x02}(" + words + b"u."), "net.pth")


# --- arrays ---------------------------------------------------------------------------

DTYPES = st.sampled_from(["<f4", "<f8", "<f1", ">i2", "|u1", "|O", "<U9", "<c8", "|V4"])
ARRAYS = st.builds(
    lambda dtype, shape, data, fortran: attacks.npy(
        f"'{dtype}'", f"({', '.join(map(str, shape))},)", data, fortran
    ),
    DTYPES,
    st.lists(SIZES, max_size=4),
    st.one_of(BYTES, st.just(bytes(40)), st.just(bytes(7840))),
    st.sampled_from(["True", "False", "1"]),
)
NAMES = st.sampled_from(
    ["W0", "b0", "W1", "x", "y", "x_train", "y_train", "facts", "params/0.W", "../a"]
)
ARCHIVES = st.dictionaries(NAMES, ARRAYS | BYTES, max_size=4).map(
    lambda arrays: attacks.zipped({f"{k}.npy": v for k, v in arrays.items()})
)


@fuzzed(ARCHIVES)
def test_an_npz_of_any_arrays_is_read_or_refused(accept, data):
    accept(read_network, data, "net.npz")
    accept(load_dataset, data, "data.npz")
    accept(read_checkpoint, data, "run.ckpt")


@fuzzed(st.tuples(ARCHIVES, st.data()))
def test_a_damaged_zip_is_read_or_refused(accept, given):
    data, chance = bytearray(given[0]), given[1]
    for _ in range(chance.draw(st.integers(1, 4))):
        data[chance.draw(st.integers(0, len(data) - 1))] = chance.draw(
            st.integers(0, 255)
        )
    accept(read_network, bytes(data), "net.npz")
    accept(read_checkpoint, bytes(data), "run.ckpt")


ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "dtype": st.sampled_from(["F32", "F64", "BF16", "I8", "F8", 3, None]),
        "shape": st.lists(SIZES | st.floats() | st.none(), max_size=4) | st.none(),
        "data_offsets": st.lists(NUMBERS, max_size=3) | st.text(max_size=3),
    },
)
HEADERS = st.dictionaries(
    st.sampled_from(["a.weight", "a.bias", "fc2.weight", "9" * 30, ""]),
    ENTRIES | st.none() | st.just([]),
    max_size=3,
)


@fuzzed(st.tuples(HEADERS, BYTES | st.just(bytes(7840 * 4))))
def test_a_safetensors_of_any_header_is_read_or_refused(accept, given):
    header, data = given
    whole = attacks.safetensors(json.dumps(header), data)
    accept(read_network, whole, "net.safetensors")


# --- JSON -----------------------------------------------------------------------------


def network_fields():
    layers = [Conv2D(1, 2, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(338, 10)]
    return json.loads(dumps(Network(layers), dtype="int8"))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    NUMBERS,
    st.floats(),
    st.text(max_size=5),
    st.builds(list),
    st.builds(dict),
    st.builds(lambda: [[1, 2], [3]]),
    st.sampled_from(["dense", "conv2d", "relu", "float16", "canvas", "AAAA"]),
)


@fuzzed(st.data())
def test_weights_with_any_field_changed_are_read_or_refused(accept, chance):
    fields = network_fields()
    for _ in range(chance.draw(st.integers(1, 3))):
        place = fields
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            assume(keys)
            key = chance.draw(st.sampled_from(keys))
            if not isinstance(place[key], dict | list) or chance.draw(st.booleans()):
                break
            place = place[key]
        place[key] = chance.draw(VALUES)
    accept(read_network, json.dumps(fields).encode(), "net.json")


OTHERS = st.dictionaries(
    st.sampled_from(["W0", "b0", "W1", "weights", "biases", "format", "version"]),
    VALUES | st.lists(VALUES, max_size=3),
    max_size=4,
)


@fuzzed(OTHERS)
def test_weights_of_other_projects_with_any_values_are_read_or_refused(accept, fields):
    accept(read_network, json.dumps(fields).encode(), "net.json")


# --- data sets and pictures -----------------------------------------------------------


@fuzzed(
    st.tuples(
        st.binary(min_size=4, max_size=4) | st.just(b"\0\0\x08\3"),
        st.lists(st.integers(0, 2**32 - 1) | st.sampled_from([1, 2, 28]), max_size=4),
        BYTES | st.just(bytes(784)),
        st.booleans(),
    )
)
def test_an_idx_file_of_any_header_is_read_or_refused(accept, given):
    magic, sizes, data, packed = given
    whole = magic + struct.pack(f">{len(sizes)}I", *sizes) + data
    accept(read_idx, gzip.compress(whole, 1) if packed else whole, "digits.idx")


def pictures():
    grey = np.random.default_rng(0).integers(0, 255, (40, 30), np.uint8)
    for name in ("png", "jpeg", "gif", "bmp", "webp", "tiff"):
        file = io.BytesIO()
        Image.fromarray(grey).save(file, name.upper())
        yield name, file.getvalue()


@fuzzed(st.tuples(st.sampled_from(list(pictures())), st.data()), examples=900)
def test_a_damaged_picture_is_read_or_refused(accept, given):
    (name, whole), chance = given
    data = bytearray(whole)
    for _ in range(chance.draw(st.integers(1, 5))):
        # most of what a reader believes is at the start
        last = chance.draw(st.sampled_from([40, 120, len(data) - 1]))
        data[chance.draw(st.integers(0, last))] = chance.draw(st.integers(0, 255))
    accept(read_picture, bytes(data), f"photo.{name}")


def test_the_fuzzed_files_are_not_all_refused(accept, tmp_path):
    """The unchanged files are read: what is changed in them is what is refused."""
    path = tmp_path / "net.json"
    path.write_text(json.dumps(network_fields()))
    assert read_network(path).labels

    for name, whole in pictures():
        picture = Path(tmp_path / f"photo.{name}")
        picture.write_bytes(whole)
        assert read_picture(picture).shape == (40, 30)
