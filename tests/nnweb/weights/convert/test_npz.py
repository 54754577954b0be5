""".npz in and out: W0, b0, W1, ... as NumPy writes them."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from nnweb.errors import WeightsError
from nnweb.weights.convert import read_network, write_network
from nnweb.weights.convert.npz import read_npz
from tests.nnweb.weights.convert.samples import CNN, DATA, IMAGES, mlp


def npz(path, **arrays):
    np.savez(path, **arrays)
    return path


def rezipped(name, data, compression=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as out:
        out.writestr(name, data)
    return file.getvalue()


def npy(shape, data):
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + data


CODE = b"\x93NUMPY\x01\x00\x10\x00__import__('os')"


def test_an_npz_is_read_back_unchanged(rng, tmp_path):
    network = mlp(rng, 784, 20, 15, 10)

    write_network(network, tmp_path / "net.npz")
    back = read_network(tmp_path / "net.npz")

    np.testing.assert_array_equal(back.forward(IMAGES), network.forward(IMAGES))
    with np.load(tmp_path / "net.npz") as arrays:
        assert sorted(arrays) == ["W0", "W1", "W2", "b0", "b1", "b2"]
        np.testing.assert_array_equal(arrays["W1"], network.params["2.W"])


def test_an_npz_of_convolutions_is_read_back_with_its_architecture(tmp_path):
    network = read_network(DATA / "cnn-checkpoint.pth", CNN)

    write_network(network, tmp_path / "net.npz")
    back = read_network(tmp_path / "net.npz", CNN)

    np.testing.assert_array_equal(back.forward(IMAGES), network.forward(IMAGES))


@pytest.mark.parametrize("dtype", ["<f8", ">f4", "<f2", "<i4", "|u1"])
def test_an_npz_of_numpy_is_read_in_every_type_and_order(rng, tmp_path, dtype):
    W = np.asfortranarray(rng.integers(0, 100, (784, 10)).astype(dtype))
    path = npz(tmp_path / "net.npz", W0=W, b0=np.arange(10))

    network = read_network(path)

    np.testing.assert_array_equal(network.params["0.W"], W)
    np.testing.assert_array_equal(network.params["0.b"], np.arange(10))


def test_arrays_of_npy_version_2_are_read():
    file = io.BytesIO()
    np.lib.format.write_array(file, np.arange(6.0).reshape(2, 3), version=(2, 0))

    arrays = read_npz(rezipped("W0.npy", file.getvalue()))

    assert arrays["W0"].tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"W0": np.zeros((784, 10)), "b1": np.zeros(10)}, "^b1: expected b0 to b0,"),
        ({"W1": np.zeros((784, 10))}, "^W0: missing, expected W0 to W0"),
        ({"W0": np.zeros(7840)}, r"^W0: got shape \[7840\], expected 2 or 4 axes"),
        ({"weights": np.zeros((784, 10))}, "^'weights': expected arrays W0, b0, W1"),
        ({"W00": np.zeros((784, 10))}, "^'W00': expected arrays W0"),
        ({"W0": np.zeros((784, 10), "c8")}, r"^W0\.npy: not a \.npy array of numbers"),
        ({"W0": np.array([None])}, r"^W0\.npy: not a \.npy array of numbers"),
        ({"W0": np.array("text")}, "^W0: got <U4, expected numbers"),
        ({"W0": np.zeros((784, 10), "?")}, "^W0: got bool, expected numbers"),
    ],
)
def test_arrays_that_form_no_network_are_refused(tmp_path, arrays, message):
    path = npz(tmp_path / "net.npz", **arrays)

    with pytest.raises(WeightsError, match=message):
        read_network(path)


WHOLE = rezipped("W0.npy", npy("(784, 10)", bytes(4 * 7840)))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (WHOLE[:-40], "^a damaged zip"),
        (WHOLE.replace(b"(784, 10)", b"(999, 10)"), "^a damaged zip .*CRC"),
        (rezipped("W0.npy", npy("(784, 10)", b"abc")), r"^W0\.npy: got 3 bytes"),
        (rezipped("W0.npy", CODE), r"^W0\.npy: not a \.npy array of numbers"),
        (rezipped("W0.npy", b""), r"^W0\.npy: not a \.npy array of numbers"),
        (rezipped("W0.npy", b"", zipfile.ZIP_LZMA), r"^W0\.npy: got compression 14"),
    ],
    ids=["cut", "changed", "short", "code", "empty", "LZMA"],
)
def test_a_damaged_npz_is_refused(data, message):
    with pytest.raises(WeightsError, match=message):
        read_npz(data)
