"""ONNX in: the networks agree with onnxruntime; the refusals name a node."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from nnweb.cli import main
from nnweb.data.idx import read_idx
from nnweb.errors import WeightsError
from nnweb.images.preprocess import prepare
from nnweb.layers import Conv2D, Dense, Flatten, Linear, MaxPool2D, ReLU, Sigmoid
from nnweb.network import InputSpec
from nnweb.weights.convert import Hints, read_network, write_network
from nnweb.weights.json_format import dumps, load
from tests.nnweb.weights.convert.samples import DATA, every_layer, mlp

MNIST = Path(__file__).resolve().parents[4] / "assets" / "mnist"


@pytest.fixture(scope="module")
def images():
    """The first hundred images of MNIST's test set, (100, 784)."""
    return prepare(255 - read_idx(MNIST / "t10k-images-idx3-ubyte.gz")[:100])


def run_onnx(path, x):
    """The first output for each image, one at a time: some graphs take no more."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    taken = session.get_inputs()[0]
    shape = [size if isinstance(size, int) else 1 for size in taken.shape]
    images = [image.reshape(1, *shape[1:]).repeat(shape[0], 0) for image in x]
    return np.array([session.run(None, {taken.name: i})[0][0] for i in images])


# Files of other programs


@pytest.mark.parametrize(
    ("file", "architecture", "output"),
    [
        ("zoo", "conv5x3-pool2-conv5x4-pool3-10", "logits"),
        ("pytorch-example", "conv3x3p0-conv3x4p0-pool2-6-10", "log probabilities"),
        # average pooling and BatchNorm after an activation are convolutions
        ("pytorch-batchnorm", "conv5x3s2-conv2x3s2-conv3x4-10", "logits"),
        ("keras", "conv3x3p0-conv1x3-pool2-conv3x4-pool2-10", "probabilities"),
    ],
)
def test_files_of_other_programs_agree_with_onnxruntime(
    images, file, architecture, output
):
    path = DATA / f"{file}.onnx"

    network = read_network(path)

    logits = network.forward(images)
    got = {
        "logits": logits,
        "probabilities": network.probabilities(logits),
        "log probabilities": np.log(network.probabilities(logits)),
    }
    assert np.abs(got[output] - run_onnx(path, images)).max() < 1e-4
    assert network.architecture == f"1x28x28-{architecture}"
    assert (network.name, network.card) == (file, {"converted_from": f"{file}.onnx"})


@pytest.mark.parametrize("build", [every_layer, mlp], ids=["every layer", "dense"])
def test_a_network_that_nnweb_wrote_is_read_back(rng, tmp_path, build):
    network, path = build(rng), tmp_path / "net.onnx"
    write_network(network, path)

    back = read_network(path)

    x = rng.random((5, 784), dtype=np.float32)
    np.testing.assert_array_equal(back.forward(x), network.forward(x))
    assert back.name == network.name and back.labels == network.labels
    assert back.input == network.input
    for name in ("temperature", "reject_below", "unsure_below"):
        assert getattr(back, name) == getattr(network, name)
    assert back.card == (network.card or {"converted_from": "net.onnx"})


def test_an_onnx_becomes_a_json_for_the_page(tmp_path, capsys, images):
    target = tmp_path / "net.json"
    line = ["convert", str(DATA / "zoo.onnx"), str(target), "--std=0.5"]

    code = main([*line, "--labels=a,b,c,d,e,f,g,h,i,j", "--fit=canvas"])

    network = load(target)
    expected = run_onnx(DATA / "zoo.onnx", images / np.float32(0.5))
    assert code == 0
    assert "1x28x28-conv5x3-pool2-conv5x4-pool3-10" in capsys.readouterr().out
    assert network.labels == tuple("abcdefghij")
    assert network.input == InputSpec(fit="canvas")
    np.testing.assert_allclose(network.forward(images), expected, rtol=0, atol=1e-4)


def test_hints_for_what_the_graph_contains_are_refused():
    for name in ("activation", "architecture"):
        with pytest.raises(
            WeightsError, match=rf"^{name}: got 'x', expected none: zoo"
        ):
            read_network(DATA / "zoo.onnx", Hints(**{name: "x"}))


# Graphs


def node(kind, *inputs, output="", **attributes):
    """A node whose output, and name, is its kind in lower case."""
    name = output or kind.lower()
    return helper.make_node(kind, inputs, [name], name, **attributes)


def save_graph(path, nodes, *, shape=("N", 1, 28, 28), opset=17, **constants):
    """Write the graph of these nodes, from "x" to the last one's output."""
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)],
        [
            value
            if isinstance(value, TensorProto)
            else numpy_helper.from_array(value, name)
            for name, value in constants.items()
        ],
    )
    version = helper.make_opsetid("", opset)
    onnx.save(helper.make_model(graph, opset_imports=[version], ir_version=8), path)


def some(*shape):
    """Numbers around 0, the same for the same shape."""
    rng = np.random.default_rng(shape)
    return (rng.normal(size=shape) / 5).astype(np.float32)


def ints(*numbers):
    return np.array(numbers, np.int64)


CONV = node("Conv", "x", "W")
HEAD = [node("Flatten", "relu"), node("Gemm", "flatten", "V")]
STATISTICS = {"g": some(3) + 2, "o": some(3), "m": some(3) / 2, "v": some(3) ** 2 + 1}
NORM = ["g", "o", "m", "v"]
STRIDES = {"strides": [2, 2]}

#: Nodes and constants, and the layers that they become.
GRAPHS = {
    "a product and a bias": (
        [
            node("Flatten", "x"),
            node("MatMul", "flatten", "W"),
            node("Add", "b", "matmul"),
        ],
        {"W": some(784, 10), "b": some(10)},
        [Dense],
    ),
    "Gemm with factors, transposed": (
        [
            node("Flatten", "x"),
            node("Gemm", "flatten", "W", "b", alpha=0.5, beta=2.0, transB=1),
        ],
        {"W": some(10, 784), "b": some(1, 10)},
        [Dense],
    ),
    "pixels normalized in the graph": (
        [
            node("Sub", "x", "mean"),
            node("Div", "sub", "std"),
            node("Conv", "div", "W", "b"),
            node("Relu", "conv"),
            *HEAD,
        ],
        {
            "mean": np.float32(0.1307),
            "std": np.array([0.3081], np.float32),
            "W": some(3, 1, 5, 5),
            "b": some(3),
            "V": some(1728, 10),
        },
        [Conv2D, ReLU, Flatten, Dense],
    ),
    "pixels inverted before padding": (
        [
            node("Sub", "one", "x"),
            node("Conv", "sub", "W", pads=[1, 1, 1, 1]),
            node("Relu", "conv"),
            *HEAD,
        ],
        {"one": np.float32(1), "W": some(2, 1, 3, 3), "V": some(1568, 10)},
        [Conv2D, Conv2D, ReLU, Flatten, Dense],
    ),
    "pixels scaled before padding": (
        [
            node("Mul", "c", "x"),
            node("Conv", "mul", "W", auto_pad="SAME_LOWER", strides=[3, 3]),
            node("Relu", "conv"),
            *HEAD,
        ],
        {"c": np.float32(3), "W": some(2, 1, 4, 4), "V": some(200, 10)},
        [Conv2D, ReLU, Flatten, Dense],
    ),
    "padding that differs between the sides": (
        [
            node("Conv", "x", "W", pads=[0, 2, 1, 0], strides=[2, 2]),
            node("Relu", "conv"),
            *HEAD,
        ],
        {"W": some(2, 1, 3, 5), "V": some(364, 10)},
        [Conv2D, ReLU, Flatten, Dense],
    ),
    "BatchNormalization after a convolution": (
        [
            CONV,
            node("BatchNormalization", "conv", *NORM, epsilon=0.1),
            node("Relu", "batchnormalization"),
            *HEAD,
        ],
        {"W": some(3, 1, 9, 9), "V": some(1200, 10), **STATISTICS},
        [Conv2D, ReLU, Flatten, Dense],
    ),
    "BatchNormalization between ReLU and a padded convolution": (
        [
            CONV,
            node("Relu", "conv", output="r"),
            node("BatchNormalization", "r", *NORM),
            node("Conv", "batchnormalization", "U", output="c", pads=[1] * 4),
            node("Relu", "c"),
            *HEAD,
        ],
        {
            "W": some(3, 1, 9, 9),
            "U": some(2, 3, 3, 3),
            "V": some(800, 10),
            **STATISTICS,
        },
        [Conv2D, ReLU, Conv2D, Conv2D, ReLU, Flatten, Dense],
    ),
    "BatchNormalization of numbers, before an activation and before a product": (
        [
            node("Flatten", "x"),
            node("Gemm", "flatten", "W"),
            node("Relu", "gemm"),
            node("BatchNormalization", "relu", *NORM),
            node("Tanh", "batchnormalization"),
            node("BatchNormalization", "tanh", *NORM, output="n"),
            node("MatMul", "n", "V"),
        ],
        {"W": some(784, 3), "V": some(3, 10), **STATISTICS},
        [Dense, ReLU, Dense, "Tanh", Dense],
    ),
    "BatchNormalization of flattened pixels": (
        [
            node("MaxPool", "x", kernel_shape=[14, 14], strides=[14, 14]),
            node("Reshape", "maxpool", "s"),
            node("BatchNormalization", "reshape", "g", "o", "m", "v"),
            node("MatMul", "batchnormalization", "W"),
        ],
        {
            "g": some(4),
            "o": some(4) + 1,
            "m": some(4) + 2,
            "v": some(4) ** 2,
            "s": ints(0, -1),
            "W": some(4, 10),
        },
        [MaxPool2D, Flatten, Dense],
    ),
    "an image with channels last": (
        [
            node("Transpose", "x", perm=[0, 3, 1, 2]),
            node("Conv", "transpose", "W"),
            node("Relu", "conv"),
            node("Transpose", "relu", perm=[0, 2, 3, 1], output="t"),
            node("Add", "t", "b"),
            node("Reshape", "add", "s"),
            node("MatMul", "reshape", "V"),
        ],
        {
            "W": some(3, 1, 9, 9),
            "b": some(1, 1, 1, 3),
            "V": some(1200, 10),
            "s": ints(-1, 1200),
            "shape": ("N", 28, 28, 1),
        },
        [Conv2D, ReLU, Flatten, Dense],
    ),
    "a mean over the pixels of an image with channels last": (
        [
            CONV,
            node("Relu", "conv"),
            node("Transpose", "relu", perm=[0, 2, 3, 1]),
            node("ReduceMean", "transpose", axes=[1, -2], keepdims=0),
            node("Mul", "reducemean", "c"),
            node("Softmax", "mul"),
        ],
        {"W": some(10, 1, 9, 9), "c": some(10)},
        [Conv2D, ReLU, Flatten, Dense],
    ),
    "global average pooling before a product": (
        [
            CONV,
            node("Relu", "conv"),
            node("GlobalAveragePool", "relu"),
            node("Squeeze", "globalaveragepool", "a"),
            node("MatMul", "squeeze", "V"),
        ],
        {"W": some(3, 1, 9, 9), "a": ints(2, 3), "V": some(3, 10)},
        [Conv2D, ReLU, Flatten, Dense],
    ),
    "global average pooling before an activation": (
        [
            CONV,
            node("GlobalAveragePool", "conv"),
            node("Relu", "globalaveragepool"),
            *HEAD,
        ],
        {"W": some(3, 1, 9, 9), "V": some(3, 10)},
        [Conv2D, Flatten, Dense, ReLU, Dense],
    ),
    "average pooling": (
        [
            CONV,
            node("AveragePool", "conv", kernel_shape=[3, 2], strides=[2, 2]),
            node("Relu", "averagepool"),
            *HEAD,
        ],
        {"W": some(2, 1, 9, 9), "V": some(180, 10)},
        [Conv2D, Conv2D, ReLU, Flatten, Dense],
    ),
    "average pooling of padded images": (
        [
            node(
                "AveragePool",
                "x",
                kernel_shape=[3, 3],
                pads=[1] * 4,
                count_include_pad=1,
            ),
            node("Relu", "averagepool"),
            *HEAD,
        ],
        {"V": some(784, 10)},
        [Conv2D, ReLU, Flatten, Dense],
    ),
    "a softmax after sigmoids": (
        [
            node("Flatten", "x"),
            node("MatMul", "flatten", "W"),
            node("Sigmoid", "matmul"),
            node("Softmax", "sigmoid", axis=1),
        ],
        {"W": some(784, 10)},
        [Dense, Sigmoid, Linear],
    ),
    "a convolution to the labels": (
        [
            CONV,
            node("LeakyRelu", "conv", alpha=0.2),
            node("Softmax", "leakyrelu", axis=1),
            node("Flatten", "softmax"),
        ],
        {"W": some(10, 1, 28, 28)},
        [Conv2D, "LeakyReLU", Flatten],
    ),
    "steps without effect": (
        [
            node("Unsqueeze", "x", "a"),
            node("Identity", "unsqueeze"),
            node("Cast", "identity", to=TensorProto.FLOAT),
            node("Dropout", "cast"),
            node("Squeeze", "dropout", "a"),
            node("Shape", "squeeze"),
            node("Gather", "shape", "first"),
            node("Unsqueeze", "gather", "a0", output="u"),
            node("Concat", "u", "rest", axis=0),
            node("Reshape", "squeeze", "concat"),
            node("Transpose", "W", perm=[1, 0]),
            node("MatMul", "reshape", "transpose"),
        ],
        {
            "a": ints(1),
            "a0": ints(0),
            "rest": ints(-1),
            "W": some(10, 784),
            "first": np.array(0),
            "shape": ("N", 28, 28),
        },
        [Dense],
    ),
    "a batch of fixed size": (
        [node("Reshape", "x", "s"), node("MatMul", "reshape", "W")],
        {"s": ints(4, 784), "W": some(784, 10), "shape": (4, 1, 28, 28)},
        [Dense],
    ),
    "an order of the outputs that is not that of the pixels": (
        [
            CONV,
            node("Transpose", "conv", perm=[0, 2, 3, 1]),
            node("Flatten", "transpose"),
        ],
        {"W": some(2, 1, 24, 28)},
        [Conv2D, Flatten, Dense],
    ),
    "weights of other types": (
        [
            node("Flatten", "x"),
            node("Constant", value=numpy_helper.from_array(some(784, 5)), output="W"),
            node("MatMul", "flatten", "W"),
            node("Reshape", "matmul", "s"),
            node("Gemm", "reshape", "V", "b"),
        ],
        {
            "V": helper.make_tensor(
                "V", TensorProto.FLOAT, (5, 10), some(5, 10).ravel()
            ),
            "b": helper.make_tensor("b", TensorProto.FLOAT, (10,), some(10)),
            "s": helper.make_tensor("s", TensorProto.INT64, (2,), [-1, 5]),
        },
        [Dense, Dense],
    ),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_graphs_agree_with_onnxruntime(tmp_path, images, name):
    nodes, constants, layers = GRAPHS[name]
    save_graph(tmp_path / "net.onnx", nodes, **constants)

    network = read_network(tmp_path / "net.onnx")

    kinds = [kind if isinstance(kind, str) else kind.__name__ for kind in layers]
    assert [type(layer).__name__ for layer in network.layers] == kinds
    ends = any(node.op_type == "Softmax" for node in nodes)
    got = network.predict_proba(images) if ends else network.forward(images)
    expected = run_onnx(tmp_path / "net.onnx", images)
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-4)
    assert load(dumps(network)).architecture == network.architecture


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_weights_of_16_and_64_bits_are_read(tmp_path, dtype):
    W = some(784, 10).astype(dtype)
    save_graph(
        tmp_path / "net.onnx",
        [node("Flatten", "x"), node("MatMul", "flatten", "W")],
        W=W,
    )

    network = read_network(tmp_path / "net.onnx")

    np.testing.assert_array_equal(network.params["0.W"], W.astype(np.float32))


# Refusals


def chained(*nodes):
    """The nodes after one another, each taking the output before it first."""
    for before, after in itertools.pairwise(nodes):
        after.input.insert(0, before.output[0])
    nodes[0].input.insert(0, "x")
    return nodes


DENSE = {"W": some(784, 10)}
IMAGES_8 = {"W": some(8, 1, 3, 3)}


@pytest.mark.parametrize(
    ("nodes", "constants", "message"),
    [
        (
            chained(node("Flatten"), node("Erf")),
            {},
            r"node 'erf' \(Erf\): nnweb has no such layer, expected only Add, .* or re",
        ),
        (
            [node("Flatten", "x"), node("Add", "flatten", "flatten")],
            {},
            r"node 'add' \(Add\): it joins 'flatten' and 'flatten', expected layers on",
        ),
        (
            [CONV, node("Relu", "conv"), node("Add", "conv", "relu")],
            IMAGES_8,
            r"node 'add' \(Add\): it joins 'relu' and 'conv', expected layers one afte",
        ),
        (
            [node("Relu", "x"), node("Sigmoid", "x"), node("Add", "relu", "sigmoid")],
            {},
            r"node 'sigmoid' \(Sigmoid\): it takes \['x'\], expected 'relu': nnweb's",
        ),
        (
            [node("Flatten", "x"), node("MatMul", "W", "flatten")],
            {"W": some(10, 1)},
            r"node 'matmul' .*: its input 'flatten' is not the first, expected x @ W",
        ),
        (
            chained(node("Flatten"), node("MatMul", "W")),
            {"W": some(783, 10)},
            r"node 'matmul' .*: W is \[783, 10\], its input \[1, 784\]; expected \[1, ",
        ),
        (
            chained(node("Conv", "W", group=1, dilations=[2, 2])),
            IMAGES_8,
            r"node 'conv' \(Conv\): dilations are not 1, expected none",
        ),
        (
            chained(node("Conv", "W", strides=[1, 2])),
            IMAGES_8,
            r"node 'conv' \(Conv\): strides are \[1, 2\], expected twice the same",
        ),
        (
            chained(node("Conv", "W", output="c"), node("Conv", "V", group=8)),
            {**IMAGES_8, "V": some(8, 1, 3, 3)},
            r"node 'conv' \(Conv\): group is not 1, expected kernels over all channels",
        ),
        (
            chained(node("MaxPool", kernel_shape=[2, 2], pads=[1, 1, 0, 0], **STRIDES)),
            {},
            r"node 'maxpool' .*: kernel_shape \[2, 2\], pads \[1, 1, 0, 0\]; expected ",
        ),
        (
            chained(node("MaxPool", kernel_shape=[3, 3], ceil_mode=1, **STRIDES)),
            {},
            r"node 'maxpool' .*: ceil_mode is 1, expected windows that fit",
        ),
        (
            chained(node("AveragePool", kernel_shape=[3, 3], pads=[1, 1, 1, 1])),
            {},
            r"node 'averagepool' .*: pads \[1, 1, 1, 1\] without count_include_pad",
        ),
        (
            chained(node("Transpose", perm=[0, 1, 3, 2]), node("Conv", "W")),
            IMAGES_8,
            r"node 'conv' .*: its images are in another order than \(N, C, H, W\)",
        ),
        (
            chained(node("ReduceMean", axes=[0, 2, 3])),
            {},
            r"node 'reducemean' .*: axes are \[0, 2, 3\] of 4, expected some, but not",
        ),
        (
            chained(node("Cast", to=TensorProto.INT64)),
            {},
            r"node 'cast' \(Cast\): to is 7, expected a type of floats",
        ),
        (
            chained(node("Relu"), node("Mul", "c"), node("Tanh")),
            {"c": some(28, 28)},
            r"node 'tanh' .*: the pixels of a channel are shifted or scaled differentl",
        ),
        (
            chained(node("Flatten"), node("Softmax"), node("MatMul", "W")),
            DENSE,
            r"node 'matmul' .*: it follows node 'softmax' \(Softmax\), expected nothin",
        ),
        (
            chained(node("Softmax", axis=1)),
            {},
            r"node 'softmax' .*: axis 1 of \[1, 1, 28, 28\], expected all labels",
        ),
        (
            chained(node("Flatten"), node("Reshape", "s")),
            {"s": ints(5, 5)},
            r"node 'reshape' .*: cannot reshape array of size 784 into shape \(5,5\)",
        ),
        (
            [
                node("Add", "a", "a"),
                node("Flatten", "x"),
                node("MatMul", "flatten", "add"),
            ],
            {"a": some(784, 10)},
            r"node 'add' .*: it computes on constants, .*onnxsim",
        ),
        (
            chained(node("BatchNormalization", "g", "g", "g", "g")),
            {"g": -(some(1) ** 2) - 1},
            r"node 'batchnormalization' .*: its scale: nan at",
        ),
        (
            [node("Identity", "W"), node("Flatten", "x")][::-1],
            {"W": some(784, 10)},
            r"output 'identity' is not computed",
        ),
    ],
    ids=lambda value: value[-1].op_type if isinstance(value, list | tuple) else "",
)
def test_what_is_no_layer_is_refused_by_its_node(tmp_path, nodes, constants, message):
    save_graph(tmp_path / "net.onnx", nodes, **constants)

    with pytest.raises(WeightsError, match=f"^onnx: {message}"):
        read_network(tmp_path / "net.onnx")


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        (("N", 3, 224, 224), r"\['\?', 3, 224, 224\]"),
        (("N", 1, "H", "W"), r"\['\?', 1, '\?', '\?'\]"),
        ((784,), r"\[784\]"),
        ((), r"\[\]"),
    ],
)
def test_an_input_that_is_not_784_pixels_is_refused(tmp_path, shape, shown):
    save_graph(tmp_path / "net.onnx", [node("Relu", "x")], shape=shape)

    with pytest.raises(
        WeightsError, match=rf"^onnx: input 'x' is {shown}, expected \[N,"
    ):
        read_network(tmp_path / "net.onnx")


@pytest.mark.parametrize(
    ("nodes", "constants", "message"),
    [
        ([node("Relu") for _ in range(251)], {}, "251 nodes, expected at most 250"),
        (
            [node("Relu") for _ in range(101)],
            {},
            r"node '100' \(Relu\): more than 100 layers",
        ),
        (
            [node("Conv", "W")],
            {"W": some(200, 1, 1, 1)},
            r"node '0' .*: gives \(200, 28, 28\), more than 150,000 numbers",
        ),
        (
            [node("Reshape", "s"), node("Conv", "W"), node("GlobalAveragePool")],
            {"W": some(180, 1, 1, 1), "s": ints(-1, 1, 28, 28)},
            r"output '2': its weights: got shape \[141120, 180\], expected at most",
        ),
        (
            [node("MatMul", "W"), *[node("Transpose") for _ in range(10)]][::-1],
            {"W": np.zeros((1100, 1000), np.float32)},
            r"node '9' \(Transpose\): its result: got shape \[1100, 1000\], expected",
        ),
    ],
    ids=["nodes", "layers", "numbers of an image", "weights made", "constants made"],
)
def test_a_small_file_cannot_ask_for_much(tmp_path, nodes, constants, message):
    for i, step in enumerate(nodes):
        constant = step.op_type == "Transpose" and i == 0
        step.input.insert(0, "W" if constant else str(i - 1) if i else "x")
        step.output[0] = step.name = str(i)
    save_graph(tmp_path / "net.onnx", nodes, **constants)

    with pytest.raises(WeightsError, match=f"^onnx: {message}"):
        read_network(tmp_path / "net.onnx")


def test_an_old_opset_a_quantized_type_and_labels_that_do_not_fit_are_refused(tmp_path):
    nodes = [node("Flatten", "x"), node("MatMul", "flatten", "W")]
    path = tmp_path / "net.onnx"

    save_graph(path, nodes, opset=6, **DENSE)
    with pytest.raises(WeightsError, match="^onnx: opset 6, expected 7 or newer; conv"):
        read_network(path)
    text = helper.make_tensor("W", TensorProto.STRING, (1,), [b"a"])
    save_graph(path, nodes, W=text)
    with pytest.raises(
        WeightsError, match="^onnx: 'W': numbers of type 8, expected fl"
    ):
        read_network(path)
    save_graph(path, nodes, W=some(784, 9))
    with pytest.raises(
        WeightsError, match="^layers: they end in 9 numbers, expected 10"
    ):
        read_network(path)
    assert read_network(path, Hints(labels="abcdefghi")).labels == tuple("abcdefghi")


@pytest.mark.parametrize("location", ["../W.data", "/etc/passwd", "..", "a\\b", ""])
def test_weights_are_only_read_from_a_file_in_the_same_folder(tmp_path, location):
    tensor = TensorProto(name="W", dims=[784, 10], data_type=TensorProto.FLOAT)
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", "0"), ("length", "31360")):
        tensor.external_data.add(key=key, value=value)
    nodes = [node("Flatten", "x"), node("MatMul", "flatten", "W")]
    save_graph(tmp_path / "net.onnx", nodes, W=tensor)

    with pytest.raises(WeightsError, match="^onnx: 'W': in another file, "):
        read_network(tmp_path / "net.onnx")


def test_a_missing_or_short_file_of_weights_is_named(tmp_path):
    shutil.copy(DATA / "pytorch-example.onnx", tmp_path)
    path = tmp_path / "pytorch-example.onnx"

    with pytest.raises(
        WeightsError, match=r"pytorch-example\.onnx\.data: cannot be read"
    ):
        read_network(path)
    (tmp_path / "pytorch-example.onnx.data").write_bytes(bytes(400))
    with pytest.raises(WeightsError, match=r"^onnx: '.*': got .* numbers, expected \["):
        read_network(path)
