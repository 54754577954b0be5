""".npz in and out: W0, b0, W1, ... as NumPy writes them."""

import io
import zipfile

import numpy as np
import pytest

from nnweb.errors import WeightsError
from nnweb.weights.convert import Hints, read_network, write_network
from nnweb.weights.convert.npz import read_npz
from nnweb.weights.json_format import dumps
from tests.nnweb.weights.convert.samples import IMAGES, every_layer, mlp
from tools.fuzz import attacks


def npz(path, **arrays):
    np.savez(path, **arrays)
    return path


def rezipped(data, compression=zipfile.ZIP_STORED):
    return attacks.zipped({"W0.npy": data}, compression)


def npy(shape, data):
    return attacks.npy("'<f4'", shape, data)


CODE = b"\x93NUMPY\x01\x00\x10\x00__import__('os')"


def test_an_npz_is_read_back_unchanged(rng, tmp_path):
    network = mlp(rng, 784, 20, 15, 10)

    write_network(network, tmp_path / "net.npz")
    back = read_network(tmp_path / "net.npz")

    np.testing.assert_array_equal(back.forward(IMAGES), network.forward(IMAGES))
    with np.load(tmp_path / "net.npz") as arrays:
        assert sorted(arrays) == ["W0", "W1", "W2", "b0", "b1", "b2", "network"]
        np.testing.assert_array_equal(arrays["W1"], network.params["2.W"])


def test_an_npz_keeps_every_layer_and_what_is_beside_them(rng, tmp_path):
    network = every_layer(rng)

    write_network(network, tmp_path / "net.npz")
    back = read_network(tmp_path / "net.npz")

    assert dumps(back) == dumps(network)
    with pytest.raises(
        WeightsError, match=r"^labels: got 'abcdef', expected none: net"
    ):
        read_network(tmp_path / "net.npz", Hints(labels="abcdef"))


def test_arrays_of_a_described_npz_fit_its_description(rng, tmp_path):
    path = tmp_path / "net.npz"
    write_network(mlp(rng), path)
    with np.load(path) as arrays:
        whole = dict(arrays)

    for changed, message in [
        ({"W0": whole["W0"][0]}, r"^layers\[0\]\.W: got 'W0', expected an array of 2"),
        ({"b1": None}, r"^layers\[2\]\.b: got 'b1', expected an array of 1 axes"),
        ({"W1": whole["W1"] * np.nan}, r"^W1: nan at \[0, 0\], expected finite"),
        ({"W0": whole["W0"][1:]}, r"^layers\[0\]: Dense: input \(784,\), expected"),
        ({"network": np.array("{}")}, "^weights: the keys are none; expected 'format'"),
        ({"network": np.array("[")}, "^network: not JSON"),
        ({"network": np.array(3)}, r"^network: got int64 \[\], expected one text"),
        ({"network": np.array(["{}"])}, r"^network: got <U2 \[1\], expected one text"),
        ({"network": np.array("x" * 10**6 + "x")}, "^network: got <U1000001"),
        (
            {"network": np.array(2**31 - 1, np.int32).view("<U1")},
            r"^network\.npy: not Unicode text",
        ),
    ]:
        arrays = {**whole, **changed}
        npz(
            path, **{name: array for name, array in arrays.items() if array is not None}
        )
        with pytest.raises(WeightsError, match=message):
            read_network(path)


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("bias", [(-1,), (-1, 1), (1, -1), None])
def test_hand_written_networks_are_read_in_every_shape(
    rng, tmp_path, first, transposed, bias
):
    network, arrays = mlp(rng, 784, 12, 12, 10), {}
    for i, layer in enumerate(network.layers[::2], first):
        W, b = layer.params["W"], layer.params["b"]
        arrays[f"W{i}"] = W.T if transposed else W
        if bias is None:
            b[:] = 0
        else:
            arrays[f"b{i}"] = b.reshape(bias)

    back = read_network(npz(tmp_path / "net.npz", **arrays))

    np.testing.assert_array_equal(back.forward(IMAGES), network.forward(IMAGES))


def test_matrices_after_convolutions_are_turned_as_their_biases_show(tmp_path):
    arrays = {"W1": np.ones((2, 1, 28, 28)), "b1": np.ones((2, 1))}
    arrays |= {"W2": np.ones((10, 2)), "b2": np.ones((10, 1))}
    path = npz(tmp_path / "net.npz", **arrays)

    network = read_network(path, Hints(architecture="conv28x2p0-10"))

    assert network.params["3.W"].shape == (2, 10)


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

    arrays = read_npz(rezipped(file.getvalue()))

    assert arrays["W0"].tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"W0": np.zeros((784, 10)), "b1": np.zeros(10)}, "^b1: expected b0 to b0,"),
        ({"W2": np.zeros((784, 10))}, "^W0: missing, expected W0 to W0"),
        ({"W1": np.zeros(1), "W3": np.zeros(1)}, r"^W1: got shape \[1\], expected 2"),
        ({"b1": np.zeros(10)}, "^b1: expected b0 to b-1, one for each W"),
        ({"W0": np.zeros(7840)}, r"^W0: got shape \[7840\], expected 2 or 4 axes"),
        ({"weights": np.zeros((784, 10))}, "^'weights': expected arrays W0, b0, W1"),
        ({"W00": np.zeros((784, 10))}, "^'W00': expected arrays W0"),
        ({"W0": np.zeros((784, 10), "c8")}, r"^W0\.npy: not a \.npy array of numbers"),
        ({"W0": np.array([None])}, r"^W0\.npy: got Python objects"),
        ({"W0": np.array("text")}, "^W0: got <U4, expected numbers"),
        ({"W0": np.zeros((784, 10), "?")}, "^W0: got bool, expected numbers"),
    ],
)
def test_arrays_that_form_no_network_are_refused(tmp_path, arrays, message):
    path = npz(tmp_path / "net.npz", **arrays)

    with pytest.raises(WeightsError, match=message):
        read_network(path)


WHOLE = rezipped(npy("(784, 10)", bytes(4 * 7840)))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (WHOLE[:-40], "^a damaged zip"),
        (WHOLE.replace(b"(784, 10)", b"(999, 10)"), "^a damaged zip .*CRC"),
        (rezipped(npy("(784, 10)", b"abc")), r"^W0\.npy: got 3 bytes"),
        (rezipped(CODE), r"^W0\.npy: not a \.npy array of numbers"),
        (rezipped(b""), r"^W0\.npy: not a \.npy array of numbers"),
        (rezipped(b"", zipfile.ZIP_LZMA), r"^W0\.npy: got compression 14"),
    ],
    ids=["cut", "changed", "short", "code", "empty", "LZMA"],
)
def test_a_damaged_npz_is_refused(data, message):
    with pytest.raises(WeightsError, match=message):
        read_npz(data)
