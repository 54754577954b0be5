"""Conversion: networks agree with their programs; exports; the command line."""

import json
from dataclasses import replace

import numpy as np
import pytest

from nnweb.cli import main
from nnweb.errors import WeightsError
from nnweb.layers import (
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2D,
    ReLU,
    Sigmoid,
    Tanh,
)
from nnweb.network import InputSpec, Network
from nnweb.weights.convert import Hints, read_network, write_network
from nnweb.weights.json_format import dumps, load, save
from tests.nnweb.weights.convert.samples import (
    CNN,
    DATA,
    EXPECTED,
    IMAGES,
    every_layer,
    mlp,
)
from tools.fuzz import attacks

BY_NAME = Hints(activation="sigmoid", mean=0.1307, std=0.3081)


@pytest.mark.parametrize(
    ("file", "hints", "expected", "architecture"),
    [
        ("mlp.pth", Hints(), "mlp", "784-4-10"),
        ("cnn-checkpoint.pth", CNN, "cnn", "1x28x28-conv3x2-pool2-conv5x3p0-pool2-10"),
        # the order of the names is not that of the layers; the normalization of the
        # pixels goes into the first layer
        ("by-name.safetensors", BY_NAME, "by_name", "784-4-6-10"),
    ],
)
def test_files_of_pytorch_agree_with_pytorch(file, hints, expected, architecture):
    network = read_network(DATA / file, hints)

    logits = network.forward(IMAGES)

    np.testing.assert_allclose(logits, EXPECTED[expected], rtol=1e-4, atol=1e-5)
    assert network.architecture == architecture
    assert network.name == file.split(".")[0]
    assert network.card == {"converted_from": file}
    assert network.input == InputSpec()
    activation = {"tanh": Tanh, "sigmoid": Sigmoid}.get(hints.activation, ReLU)
    assert type(network.layers[1]) is activation


def test_convolutions_without_an_architecture_name_the_option_to_use():
    with pytest.raises(WeightsError) as caught:
        read_network(DATA / "cnn-checkpoint.pth")

    assert str(caught.value) == (
        "architecture: required (--architecture), because the weights do not contain "
        "pooling, strides or padding (conv1 3 x 3, 1 to 2 channels; conv2 5 x 5, 2 to "
        "3 channels; fc 75 to 10); for example "
        "1x28x28-conv3x16-pool2-128-10"
    )


@pytest.mark.parametrize(
    ("architecture", "message"),
    [
        ("conv3x2p1-pool2-conv5x3p0-10", r"^fc 75 to 10: its W is \[75, 10\], but"),
        ("conv3x2p1-pool2-conv3x3-pool2-10", r"^conv2 5 x 5, 2 to 3 channels: its W"),
        ("conv3x2p1-pool2-10", "has 2 layers that learn, expected 3 .conv1 3 x 3, 1"),
        ("conv3x2-what-10", "^architecture: layers: 'what' in"),
        ("784-5-6-10", r"^conv1 3 x 3, 1 to 2 channels: its W is \[2, 1, 3, 3\], but"),
    ],
)
def test_an_architecture_that_does_not_fit_the_weights_is_refused(
    architecture, message
):
    with pytest.raises(WeightsError, match=message):
        read_network(DATA / "cnn-checkpoint.pth", Hints(architecture=architecture))


# Stacks


def torch_like(**arrays):
    """A .safetensors of these float32 arrays, dots for double underscores."""
    header, blob = {}, b""
    for name, array in arrays.items():
        data = np.asarray(array, "<f4").tobytes()
        header[name.replace("__", ".")] = {
            "dtype": "F32",
            "shape": list(np.shape(array)),
            "data_offsets": [len(blob), len(blob) + len(data)],
        }
        blob += data
    return attacks.safetensors(json.dumps(header), blob)


@pytest.fixture
def safetensors(tmp_path):
    def write(**arrays):
        path = tmp_path / "net.safetensors"
        path.write_bytes(torch_like(**arrays))
        return path

    return write


@pytest.mark.parametrize(
    "order",
    [
        [f"layers__{i}" for i in range(12)],  # 10 comes after 9
        ["input", "hidden1", "hidden2", "output"],  # sorted by name, then chained
    ],
    ids=["numbers", "names"],
)
def test_layers_of_one_size_keep_the_order_of_their_names(rng, safetensors, order):
    sizes = [784, *[5] * (len(order) - 1), 10]
    shapes = {name: sizes[i : i + 2] for i, name in enumerate(order)}
    arrays = {f"{name}__weight": rng.normal(size=shapes[name][::-1]) for name in order}

    network = read_network(safetensors(**dict(sorted(arrays.items()))))

    for layer, name in zip(network.layers[::2], order, strict=True):
        expected = arrays[f"{name}__weight"].T.astype(np.float32)
        np.testing.assert_array_equal(layer.params["W"], expected)
        assert not layer.params["b"].any()


def test_an_ambiguous_order_is_kept(safetensors):
    shapes = {"a__weight": (10, 5), "b__weight": (5, 784), "c__weight": (5, 784)}
    arrays = {name: np.ones(shape) for name, shape in shapes.items()}

    with pytest.raises(WeightsError, match=r"^a 5 to 10: expected 784 going in \(a 5"):
        read_network(safetensors(**arrays))


@pytest.mark.parametrize("activation", [None, "relu", "tanh", "leaky_relu", "linear"])
def test_the_named_activation_is_used(rng, safetensors, activation):
    path = safetensors(a__weight=rng.random((3, 784)), b__weight=rng.random((10, 3)))

    network = read_network(path, Hints(activation=activation))

    kinds = {None: ReLU, "relu": ReLU, "tanh": Tanh, "leaky_relu": LeakyReLU}
    expected = [Dense, kinds.get(activation, Linear), Dense]
    assert [type(layer) for layer in network.layers] == expected


def test_a_bare_layer_and_one_of_another_devices_prefix_are_read(rng, safetensors):
    W, b = rng.random((10, 784)), rng.random(10)

    bare = read_network(safetensors(weight=W, bias=b))
    parallel = read_network(safetensors(module__fc__weight=W, module__fc__bias=b))

    for network in (bare, parallel):
        np.testing.assert_allclose(network.params["0.W"], W.T, rtol=1e-6)
        np.testing.assert_allclose(network.params["0.b"], b, rtol=1e-6)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({}, "^it has no weights"),
        ({"a__weight": (10, 783)}, "^a 783 to 10: expected 784 going in"),
        (
            {"a__weight": (5, 784), "b__weight": (10, 6)},
            r"^b 6 to 10: expected 5 going in \(a 784 to 5; b 6 to 10\)",
        ),
        ({"a__weight": (9, 784)}, "^layers: they end in 9 numbers, expected 10"),
        ({"a__weight": (10, 784), "a__bias": (9,)}, r"^a: got a bias of shape \[9\],"),
        ({"a__bias": (10,)}, r"^a\.bias: got shape \[10\], expected the weight or"),
        ({"bn__weight": (16,)}, r"^bn\.weight: got shape \[16\], expected the weight"),
        ({"bn__running_mean": (16,)}, r"^bn\.running_mean: got shape \[16\], expected"),
        ({"a__weight": (2, 3, 4)}, r"^a\.weight: got shape \[2, 3, 4\], expected"),
        ({"a__weight": (0, 784)}, r"^a: got shape \[784, 0\], which is empty"),
    ],
)
def test_stacks_that_do_not_make_a_network_are_refused(safetensors, arrays, message):
    zeros = {name: np.zeros(shape) for name, shape in arrays.items()}

    with pytest.raises(WeightsError, match=message):
        read_network(safetensors(**zeros))


def batch_norm(rng, name, size):
    """The arrays of a BatchNorm, as ``torch_like`` takes them."""
    return {
        f"{name}__weight": rng.uniform(0.5, 2, size),
        f"{name}__bias": rng.normal(size=size),
        f"{name}__running_mean": rng.normal(size=size),
        f"{name}__running_var": rng.uniform(0.5, 2, size),
        f"{name}__num_batches_tracked": 7.0,
    }


def normalized(y, arrays, name):
    """The formula of torch.nn.BatchNorm2d's documentation."""
    weight, bias, mean, variance = (
        arrays[f"{name}__{key}"]
        for key in ("weight", "bias", "running_mean", "running_var")
    )
    return (y - mean) / np.sqrt(variance + 1e-5) * weight + bias


@pytest.mark.parametrize("kernel", [784, 28], ids=["Linear", "Conv2d"])
@pytest.mark.parametrize(
    ("names", "norms"),
    [
        (("fc1", "fc2"), ("bn1", "bn2")),  # in a .safetensors, bn1 comes first
        (("0", "3"), ("1", "4")),  # nn.Sequential: by their order
        (("body.0", "head.0"), ("body.1", "head.1")),
        (("fc1", "fc2"), ("bn1", None)),
    ],
)
def test_batch_norm_is_folded_into_the_layer_before_it(
    rng, safetensors, names, norms, kernel
):
    shape = (10, 784) if kernel == 784 else (10, 1, 28, 28)
    names = [name.replace(".", "__") for name in names]
    norms = [norm and norm.replace(".", "__") for norm in norms]
    arrays = {f"{names[0]}__weight": rng.normal(size=shape) / 10}
    arrays |= {f"{names[0]}__bias": rng.normal(size=10)}
    arrays |= {f"{names[1]}__weight": rng.normal(size=(10, 10))}
    for norm in filter(None, norms):
        arrays |= batch_norm(rng, norm, 10)
    hints = Hints(architecture=None if kernel == 784 else "conv28x10p0-10")

    network = read_network(safetensors(**arrays), hints)

    W = arrays[f"{names[0]}__weight"].reshape(10, 784)
    y = IMAGES @ W.T + arrays[f"{names[0]}__bias"]
    y = np.maximum(normalized(y, arrays, norms[0]), 0)
    y = y @ arrays[f"{names[1]}__weight"].T
    y = normalized(y, arrays, norms[1]) if norms[1] else y
    np.testing.assert_allclose(network.forward(IMAGES), y, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ({"bn__running_mean": (5,), "bn__running_var": (5,)}, "^bn: a BatchNorm, exp"),
        (
            {
                "norm__running_mean": (5,),
                "norm__running_var": (5,),
                "z__weight": (5, 784),
            },
            "^norm: a BatchNorm, expected a name or place that says which layer it fol",
        ),
        (
            {
                "a__weight": (5, 784),
                "b__running_mean": (5,),
                "b__running_var": (5,),
                "a1__weight": (10, 5),
                "b__weight": (4,),
            },
            r"^b: its arrays differ in shape, expected \[5\] each",
        ),
        (
            {
                "fc1__weight": (10, 784),
                "bn1__running_mean": (10,),
                "bn1__running_var": (10,),
                "norm1__running_mean": (10,),
                "norm1__running_var": (10,),
            },
            "^bn1: a BatchNorm, expected",
        ),
    ],
    ids=["no layer", "at the start", "shapes", "two of one layer"],
)
def test_a_batch_norm_that_follows_no_one_layer_is_refused(
    safetensors, shapes, message
):
    with pytest.raises(WeightsError, match=message):
        read_network(safetensors(**{name: np.ones(s) for name, s in shapes.items()}))


def test_a_batch_norm_without_variance_is_refused(safetensors):
    arrays = {"fc1__weight": np.ones((10, 784)), "bn1__running_mean": np.zeros(10)}
    arrays |= {"bn1__running_var": -np.ones(10)}

    with pytest.raises(WeightsError, match=r"^fc1 with bn1: nan at \[0, 0\], expected"):
        read_network(safetensors(**arrays))


def test_nan_and_infinity_are_refused_with_their_index(safetensors):
    W, b = np.zeros((10, 784)), np.zeros(10)
    W[3, 5], b[2] = np.nan, np.inf

    with pytest.raises(WeightsError, match=r"^a: nan at \[5, 3\], expected finite"):
        read_network(safetensors(a__weight=W))
    with pytest.raises(WeightsError, match=r"^a, bias: inf at \[2\], expected finite"):
        read_network(safetensors(a__weight=np.zeros((10, 784)), a__bias=b))


def test_labels_fit_and_normalization_come_from_the_hints(rng, safetensors):
    W, b = rng.normal(size=(3, 784)), rng.normal(size=3)
    hints = Hints(labels=("x", "y", "z"), fit="canvas", mean=0.5, std=0.25)

    network = read_network(safetensors(a__weight=W, a__bias=b), hints)

    expected = ((IMAGES - 0.5) / 0.25) @ W.T + b
    np.testing.assert_allclose(network.forward(IMAGES), expected, rtol=1e-4, atol=1e-4)
    assert network.labels == ("x", "y", "z")
    assert network.input.fit == "canvas"


def test_normalization_is_folded_into_an_unpadded_convolution(rng, safetensors):
    path = safetensors(
        c__weight=rng.normal(size=(1, 1, 5, 5)), d__weight=np.eye(10, 576)
    )
    shape = "1x28x28-conv5x1p0-10"

    plain = read_network(path, Hints(architecture=shape))
    folded = read_network(path, Hints(architecture=shape, mean=0.3, std=0.5))

    normalised = (IMAGES - np.float32(0.3)) / np.float32(0.5)
    np.testing.assert_allclose(
        folded.forward(IMAGES), plain.forward(normalised), rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize(
    ("hints", "message"),
    [
        (Hints(activation="gelu"), "^activation: got 'gelu', expected one of relu"),
        (Hints("gelu", "784-4-10"), "^activation: got 'gelu', expected one of relu"),
        (Hints(fit="wide"), "^fit: got 'wide', expected digit or canvas"),
        (Hints(std=0.0), "^mean, std: got 0, 0, expected a finite mean and a std"),
        (Hints(std=-1.0), "^mean, std: got 0, -1, expected"),
        (Hints(mean=float("nan")), "^mean, std: got nan, 1, expected"),
        (Hints(labels=("a", "b")), "^layers: they end in 10 numbers, expected 2"),
        (Hints(labels=tuple("aacdefghij")), "^labels: got .*, expected .* different"),
        (Hints(labels=("", *"bcdefghij")), r"^labels\[0\]: got an empty string"),
    ],
)
def test_invalid_hints_are_refused(hints, message):
    with pytest.raises(WeightsError, match=message):
        read_network(DATA / "mlp.pth", hints)


def test_normalization_before_padding_is_a_layer_of_its_own():
    plain = read_network(DATA / "cnn-checkpoint.pth", CNN)
    x = (IMAGES - np.float32(0.1)) / np.float32(0.3)

    network = read_network(DATA / "cnn-checkpoint.pth", replace(CNN, mean=0.1, std=0.3))

    np.testing.assert_allclose(network.forward(IMAGES), plain.forward(x), atol=1e-4)
    assert network.architecture == plain.architecture.replace("-", "-conv1x1-", 1)
    assert (network.name, network.card) == (plain.name, plain.card)


def test_normalization_needs_weights(tmp_path):
    path = tmp_path / "net.json"
    layers = [MaxPool2D(27, stride=1), Flatten()]
    save(Network(layers, labels=tuple("abcd")), path)

    with pytest.raises(WeightsError, match="^mean, std: there is no layer with"):
        read_network(path, Hints(mean=0.1))


# JSON


def without_effect(rng):
    first, relu, second = mlp(rng).layers
    layers = [Flatten(), first, relu, Dropout(0.5, rng=rng), second, Linear()]
    return Network(layers)


@pytest.mark.parametrize(
    ("kind", "build"),
    [
        ("format1", lambda rng: mlp(rng, 784, 10)),
        ("format1", lambda rng: mlp(rng, 784, 20, 15, 10)),
        ("format1", without_effect),
        ("format2", lambda rng: mlp(rng, activation=Sigmoid, last=[Sigmoid()])),
    ],
    ids=["format 1, one layer", "format 1", "layers without effect", "format 2"],
)
def test_the_plain_formats_are_read_back_with_the_same_outputs(
    rng, tmp_path, kind, build
):
    network = build(rng)

    write_network(network, tmp_path / "net.json", kind=kind)
    back = load(tmp_path / "net.json")

    np.testing.assert_array_equal(back.forward(IMAGES), network.forward(IMAGES))
    first = {"format1": "W0", "format2": "weights"}[kind]
    assert next(iter(json.loads((tmp_path / "net.json").read_text()))) == first


def test_the_temperature_is_folded_into_the_last_layer_of_format_1(rng, tmp_path):
    network = mlp(rng)
    network.temperature = 2.5

    write_network(network, tmp_path / "net.json", kind="format1")
    back = load(tmp_path / "net.json")

    expected = network.predict_proba(IMAGES)
    np.testing.assert_allclose(back.predict_proba(IMAGES), expected, rtol=1e-4)


@pytest.mark.parametrize("kind", ["format1", "format2"])
def test_networks_that_a_format_cannot_express_are_refused(rng, tmp_path, kind):
    path = tmp_path / "net.json"
    name = f"format {kind[-1]}"

    with pytest.raises(WeightsError, match=rf"^{name}: got Dense, Tanh, Dense;"):
        write_network(mlp(rng, activation=Tanh), path, kind=kind)
    with pytest.raises(WeightsError, match=rf"^{name}: labels are the ten digits, got"):
        write_network(every_layer(rng), path, kind=kind)
    with pytest.raises(WeightsError, match=rf"^{name}: got Conv2D, "):
        conv = [Conv2D(1, 1, 3, rng=rng), Flatten(), Dense(676, 10, rng=rng)]
        write_network(Network(conv), path, kind=kind)
    with pytest.raises(WeightsError, match=rf"^{name}: got Dense, (Sigmoid, )?Dense"):
        other = {"format1": [Sigmoid()], "format2": []}[kind]
        write_network(mlp(rng, activation=Sigmoid, last=other), path, kind=kind)
    assert not path.exists()


def test_nan_is_never_written(rng, tmp_path):
    network = mlp(rng)
    network.params["2.b"][4] = np.nan

    for kind in ("json", "format1", "npz", "safetensors"):
        with pytest.raises(WeightsError, match=r"nan at \[4\], expected finite"):
            write_network(network, tmp_path / "net.json", kind=kind)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("dtype", ["", "float32", "float16", "int8"])
def test_own_json_is_written_as_save_writes_it(rng, tmp_path, dtype):
    network = every_layer(rng)

    write_network(network, tmp_path / "net.json", dtype=dtype)

    text = (tmp_path / "net.json").read_text(encoding="utf-8")
    assert text == dumps(network, dtype=dtype or "float32")


def test_hints_for_a_json_are_refused(rng, tmp_path):
    path = tmp_path / "net.json"
    save(mlp(rng), path)

    for name in ("activation", "architecture", "labels"):
        with pytest.raises(WeightsError, match=rf"^{name}: got 'x', expected none:"):
            read_network(path, Hints(**{name: "x"}))
    network = read_network(path, Hints(fit="canvas"))

    assert (network.name, network.input.fit) == ("mlp", "canvas")
    assert network.card == {}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("net.h5", r"net\.h5: got \.h5, expected \.pth, .* Keras, model\.export\("),
        ("net.pkl", r"net\.pkl: got \.pkl, expected \.pth, .*, \.onnx, \.json$"),
        ("net", "net: got no suffix, expected"),
        ("net.pth", r"net\.pth: cannot be read \(No such file"),
    ],
)
def test_unknown_suffixes_and_missing_files_are_refused(tmp_path, name, message):
    with pytest.raises(WeightsError, match=message):
        read_network(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "dtype", "message"),
    [
        ("net.h5", "", "got 'h5', expected to write one of json, npz"),
        ("net.npz", "int8", "^dtype: got int8, but npz only has float32"),
    ],
)
def test_unknown_formats_are_not_written(rng, tmp_path, name, dtype, message):
    with pytest.raises(WeightsError, match=message):
        write_network(mlp(rng), tmp_path / name, dtype=dtype)


# The command line


def test_a_pth_becomes_a_json_for_the_page(tmp_path, capsys):
    target = tmp_path / "net.json"
    line = ["convert", str(DATA / "cnn-checkpoint.pth"), str(target)]
    line += ["--activation=tanh", f"--architecture={CNN.architecture}"]
    line += ["--dtype=float16", "--name=mine", "--fit=canvas"]

    code = main(line)

    out, err = capsys.readouterr()
    network = load(target)
    assert code == 0 and err == ""
    assert out == (
        f"{target}: 1x28x28-conv3x2-pool2-conv5x3p0-pool2-10, 933 parameters, "
        f"{target.stat().st_size:,} bytes\n"
    )
    assert (network.name, network.input.fit) == ("mine", "canvas")
    np.testing.assert_allclose(network.forward(IMAGES), EXPECTED["cnn"], atol=1e-2)


def test_hints_and_the_format_come_from_the_command_line(tmp_path):
    target = tmp_path / "net.json"
    line = ["convert", str(DATA / "by-name.safetensors"), str(target)]
    line += ["--activation=sigmoid", "--mean=0.1307", "--std=0.3081"]

    assert main([*line, "--labels=a, b,c,d,e,f,g,h,i,j"]) == 0

    network = load(target)
    assert network.labels == tuple("abcdefghij")
    np.testing.assert_allclose(network.forward(IMAGES), EXPECTED["by_name"], atol=1e-5)
    line = ["convert", str(DATA / "mlp.pth"), str(target), "--to=format1"]
    assert main(line) == 0
    np.testing.assert_allclose(load(target).forward(IMAGES), EXPECTED["mlp"], atol=1e-5)


def test_a_failed_conversion_is_reported_in_one_line(tmp_path, capsys):
    code = main(["convert", str(DATA / "legacy.pth"), str(tmp_path / "net.json")])

    out, err = capsys.readouterr()
    assert code == 1 and out == ""
    assert err.startswith("nnweb convert: error: not a zip") and err.count("\n") == 1
