"""PyTorch's .pth: its tensors, and that it cannot run code."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from nnweb.errors import WeightsError
from nnweb.weights.convert import read_network
from nnweb.weights.convert.torch_zip import read_torch
from tests.nnweb.weights.convert.samples import DATA, EXPECTED
from tools.fuzz import attacks


@pytest.mark.parametrize("name", EXPECTED["kinds"])
def test_every_kind_of_tensor_has_pytorchs_numbers(name):
    tensors = read_torch((DATA / "kinds.pth").read_bytes())

    assert list(tensors) == list(EXPECTED["kinds"])
    assert tensors[name].tolist() == EXPECTED["kinds"][name]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (
            "whole-model.pth",
            r"uses torch\.nn\.modules\.linear\.Linear, .* save model",
        ),
        ("legacy.pth", r"^not a zip, .* save it again .*: torch\.save"),
    ],
    ids=["a pickled model", "before PyTorch 1.6"],
)
def test_other_files_of_pytorch_are_refused_with_advice(file, message):
    with pytest.raises(WeightsError, match=message):
        read_network(DATA / file)


def pickled(*parts):
    """A pickle of protocol 2, of bytes and of texts."""
    texts = [part if isinstance(part, bytes) else attacks.text(part) for part in parts]
    return b"\x80\x02" + b"".join(texts) + b"."


def tensor(key="0", kind="FloatStorage", count=4, offset=0, size=(2, 2), stride=(2, 1)):
    """The pickle's words for one tensor."""
    stored = attacks.storage(attacks.text(key), count, kind)
    size, stride = attacks.numbers(*size), attacks.numbers(*stride)
    return attacks.tensor(size, stride, stored, offset)


def archive(pickle, storages=None, **more):
    """A .pth of this pickle; storage "0" is 0, 1, 2, 3 as float32."""
    storages = storages or {"0": np.arange(4, dtype="<f4").tobytes()}
    files = {"data.pkl": pickle, **more}
    files |= {f"data/{key}": data for key, data in storages.items()}
    return attacks.zipped({f"net/{name}": data for name, data in files.items()})


def state_dict(words):
    return pickled(b"}", "w", words, b"s")


GOOD = state_dict(tensor())
ONE = b"}X\x01\x00\x00\x00w" + tensor() + b"s"
TWO = pickled(b"}", "model", ONE, b"s", "ema", ONE, b"s")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [[0, 1], [2, 3]]),
        ({"offset": 1, "size": (2, 1), "stride": (2, 1)}, [[1], [3]]),
        ({"size": (0, 9), "stride": (1, 1)}, np.zeros((0, 9))),
    ],
    ids=["contiguous", "strides and offset", "empty"],
)
def test_a_handmade_tensor_is_read(changes, expected):
    tensors = read_torch(archive(state_dict(tensor(**changes))))

    np.testing.assert_array_equal(tensors["w"], expected)
    assert tensors["w"].shape == np.shape(expected)


@pytest.mark.parametrize("order", ["little", "big"])
@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        ("DoubleStorage", "f8"),
        ("FloatStorage", "f4"),
        ("HalfStorage", "f2"),
        ("LongStorage", "i8"),
        ("IntStorage", "i4"),
        ("ShortStorage", "i2"),
        ("CharStorage", "i1"),
        ("ByteStorage", "u1"),
    ],
)
def test_every_type_of_storage_is_read_in_either_byte_order(kind, dtype, order):
    numbers = np.array([3, 2, 1, 120], np.dtype(dtype).newbyteorder(order))
    data = {"0": numbers.tobytes()}

    tensors = read_torch(archive(state_dict(tensor(kind=kind)), data, byteorder=order))

    assert tensors["w"].tolist() == [[3, 2], [1, 120]]


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("os.system", b"cos\nsystem\nX\x02\x00\x00\x00id\x85R"),
        ("builtins.eval", b"cbuiltins\neval\nX\x01\x00\x00\x001\x85R"),
        ("builtins.getattr", b"\x8c\x08builtins\x8c\x07getattr\x93"),
        ("collections.OrderedDict.update", b"ccollections\nOrderedDict.update\n"),
        ("torch._utils._rebuild_tensor", b"ctorch._utils\n_rebuild_tensor\n"),
        ("numpy.ndarray", b"cnumpy\nndarray\n"),
    ],
)
def test_every_name_that_tensors_do_not_need_is_refused(name, call):
    with pytest.raises(WeightsError, match=rf"data\.pkl: the pickle uses {name},"):
        read_torch(archive(pickled(b"}", "w", call, b"s")))


def test_a_malicious_pickle_runs_no_code(tmp_path):
    class Evil:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "was here",))

    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(WeightsError):
            read_torch(archive(pickle.dumps({"w": Evil()}, protocol)))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": "1"}, "^net/data/1: missing, but net/data.pkl refers to it"),
        ({"key": "../0"}, r"^net/data/\.\./0: missing"),
        ({"count": 3}, "^net/data/0: got 16 bytes, expected 3 numbers of 4"),
        (
            {"kind": "DoubleStorage"},
            "^net/data/0: got 16 bytes, expected 4 numbers of 8",
        ),
        ({"kind": "ComplexFloatStorage"}, "uses torch.ComplexFloatStorage, which is"),
        ({"offset": 1}, "a tensor of offset 1, size .* in a storage of 4"),
        ({"offset": -1}, "a tensor of offset -1"),
        ({"stride": (3, 1)}, r"a tensor of .* stride \(3, 1\) in a storage of 4"),
        ({"stride": (-1, 1)}, r"stride \(-1, 1\)"),
        ({"stride": (1,)}, r"stride \(1,\)"),
        ({"size": (2, 3)}, r"size \(2, 3\), .* in a storage of 4"),
        (
            {"size": (10**5, 10**5), "stride": (0, 0)},
            "expected at most 10,000,000 more",
        ),
        ({"size": (10**18, 0)}, r"got shape \[1000000000000000000, 0\]"),
    ],
)
def test_tensors_that_do_not_fit_their_storage_are_refused(changes, message):
    with pytest.raises(WeightsError, match=message):
        read_torch(archive(state_dict(tensor(**changes))))


STORAGE = b"X\x07\x00\x00\x00storage"
KEY = b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x04"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (b"(K\x01ctorch\nFloatStorage\n" + KEY + b"tQ", r"got \(1, .*, expected a"),
        (
            b"(" + STORAGE + b"K\x01" + KEY + b"tQ",
            r"got \('storage', 1, .*, expected a storage",
        ),
        (
            b"(" + STORAGE + b"ccollections\nOrderedDict\n" + KEY + b"tQ",
            r"got \('storage', .*, expected a storage",
        ),
        (
            b"ctorch._utils\n_rebuild_tensor_v2\n(K\x01K\x00)))tR",
            r"not a valid pickle \(a tensor of 1\)",
        ),
    ],
)
def test_invalid_storages_are_refused(words, message):
    with pytest.raises(WeightsError, match=rf"^net/data\.pkl: {message}"):
        read_torch(archive(state_dict(words)))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "^not a zip"),
        (b"PK", "^a damaged zip"),
        (archive(GOOD)[:-30], "^a damaged zip"),
        (
            attacks.zipped({"a/data.pkl": b"", "b/data.pkl": b""}),
            "^a zip with 2 data.pkl, expected one",
        ),
        (archive(b"", byteorder="middle"), "^net/byteorder: got b'middle', expected"),
        (archive(pickled(b"}")), "^contains {}; expected one state_dict"),
        (archive(pickled(b"K\x01")), "^contains 1; expected one state_dict"),
        (archive(state_dict(b"K\x01")), "^contains {'w': 1}; expected one state_dict"),
        (archive(TWO), "^contains model, ema; expected one state_dict"),
    ],
    ids=range(9),
)
def test_damaged_and_other_zips_are_refused(data, message):
    with pytest.raises(WeightsError, match=message):
        read_torch(data)
