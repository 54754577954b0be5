"""safetensors: every type of number, and the refusal of malformed files."""

import json

import numpy as np
import pytest

from nnweb.errors import WeightsError
from nnweb.weights.convert import read_network, write_network
from nnweb.weights.convert.safetensors import read_safetensors
from tests.nnweb.weights.convert.samples import IMAGES, every_layer, mlp
from tools.fuzz import attacks


def header(**entries):
    return attacks.safetensors(json.dumps(entries))


def entry(dtype="F32", shape=(2,), data_offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(data_offsets)}


@pytest.mark.parametrize(
    ("dtype", "data", "expected"),
    [
        ("F64", np.array([1.5, -2], "<f8").tobytes(), [1.5, -2]),
        ("F32", np.array([1.5, -2], "<f4").tobytes(), [1.5, -2]),
        ("F16", np.array([1.5, -2], "<f2").tobytes(), [1.5, -2]),
        ("BF16", b"\xc0\x3f\x00\xc0", [1.5, -2]),
        ("I64", np.array([1, -2], "<i8").tobytes(), [1, -2]),
        ("U8", b"\x01\xff", [1, 255]),
    ],
)
def test_every_type_of_number_is_read(dtype, data, expected):
    entries = {
        "a": entry(dtype, data_offsets=(0, len(data))),
        "__metadata__": {"k": "v"},
    }

    arrays = read_safetensors(header(**entries) + data)

    assert arrays["a"].tolist() == expected


def test_a_network_is_written_with_the_names_and_shapes_of_nn_sequential(rng, tmp_path):
    network, path = every_layer(rng), tmp_path / "net.safetensors"

    write_network(network, path)

    arrays = read_safetensors(path.read_bytes())
    assert {name: array.shape for name, array in arrays.items()} == {
        "0.weight": (2, 1, 3, 5),
        "0.bias": (2,),
        "6.weight": (7, 72),
        "6.bias": (7,),
        "8.weight": (6, 7),
        "8.bias": (6,),
    }
    np.testing.assert_array_equal(arrays["0.weight"], network.params["0.W"])
    np.testing.assert_array_equal(arrays["6.weight"], network.params["6.W"].T)
    assert int.from_bytes(path.read_bytes()[:8], "little") % 8 == 0


def test_a_safetensors_is_read_back_unchanged(rng, tmp_path):
    network = mlp(rng, 784, 20, 15, 10)

    write_network(network, tmp_path / "net.safetensors")
    back = read_network(tmp_path / "net.safetensors")

    np.testing.assert_array_equal(back.forward(IMAGES), network.forward(IMAGES))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "^got 0 bytes, expected 8 and a header"),
        (b"\xff" * 8, "^got 8 bytes, expected 8 and a header of 18446744073709551615"),
        (header(a=entry())[:-1], "^got .* bytes, expected 8 and a header of"),
        (attacks.safetensors("{x}"), "^header: not JSON"),
        (attacks.safetensors("[" * 100_000), "^header: nested more"),
        (attacks.safetensors("[]"), "^header: got list, expected an object"),
        (header(a=3), "^a: got int, expected an object"),
        (header(a={"dtype": "F32"}), r"^a\.shape: got nothing, expected a list"),
        (header(a=entry(shape=(2.5,))), r"^a\.shape\[0\]: got float, expected a whole"),
        (header(a=entry(shape=(-2,))), r"^a\.shape: got \[-2\]"),
        (header(a=entry(data_offsets=(0,))), r"^a\.data_offsets: got \[0\], expected"),
        (header(a=entry(data_offsets=(0, 8, 9))), r"^a\.data_offsets: got \[0, 8, 9\]"),
        (header(a=entry("F8_E4M3")), r"^a\.dtype: got 'F8_E4M3', expected one of F64"),
        (header(a=entry(None)), r"^a\.dtype: got None, expected one of F64"),
        (header(a=entry([])), r"^a\.dtype: got \[\], expected one of F64"),
        (
            header(a=entry()),
            r"^a\.data_offsets: got \[0, 8\], expected 8 bytes .* within 0",
        ),
        (header(a=entry()) + bytes(9), "^got 9 bytes of numbers, expected 8"),
        (header(a=entry(shape=(3,))) + bytes(8), r"^a\.data_offsets: .* expected 12"),
        (
            header(a=entry(data_offsets=(4, 12))) + bytes(12),
            "^a.data_offsets: starts at 4",
        ),
        (header(a=entry(data_offsets=(8, 0))) + bytes(8), r"^a\.data_offsets: "),
        (
            header(a=entry(), b=entry(data_offsets=(4, 12))) + bytes(12),
            "^b.data_offsets: starts at 4, expected 8, where the tensor before it ends",
        ),
        (
            header(a=entry(shape=(10**30,), data_offsets=(0, 4 * 10**30))),
            "^a: got shape .*a huge number",
        ),
    ],
    ids=range(22),
)
def test_files_that_are_not_safetensors_are_refused(data, message):
    with pytest.raises(WeightsError, match=message):
        read_safetensors(data)
