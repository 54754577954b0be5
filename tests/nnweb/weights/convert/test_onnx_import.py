"""ONNX in: the networks agree with onnxruntime; the refusals name a node."""

import ast
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
from nnweb.layers import (
    Conv2D,
    Dense,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2D,
    ReLU,
    Sigmoid,
    Tanh,
)
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


def parse_nodes(text, before="x"):
    """The nodes of a text such as "Conv W pads=[1,1,1,1]; Relu".

    Each takes the output of the one before it, as its first input or where "_" stands.
    Its name, and its output's, is its kind in lower case; that of a second "relu2".
    """
    nodes = []
    for place, part in enumerate(text.split("; ")):
        kind, *words = part.split()
        inputs = [word for word in words if "=" not in word]
        inputs = inputs if "_" in inputs else ["_", *inputs]
        inputs = [before if name == "_" else name for name in inputs]
        given = (word.split("=") for word in words if "=" in word)
        attributes = {name: ast.literal_eval(value) for name, value in given}
        earlier = [node.op_type for node in nodes[:place]].count(kind)
        before = kind.lower() + (str(earlier + 1) if earlier else "")
        nodes.append(helper.make_node(kind, inputs, [before], before, **attributes))
    return nodes


def save_graph(path, nodes, *, shape=("N", 1, 28, 28), opset=17, **constants):
    """Write the graph of these nodes, from "x" to the last one's output."""
    nodes = parse_nodes(nodes) if isinstance(nodes, str) else nodes
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


STATISTICS = {"g": some(3) + 2, "o": some(3), "m": some(3) / 2, "v": some(3) ** 2 + 1}
SCALARS = {"mean": np.float32(0.1307), "std": np.array([0.3081], np.float32)}
OF_AN_IMAGE = [Conv2D, ReLU, Flatten, Dense]

#: Nodes and constants, and the layers that they become.
GRAPHS = {
    "a product and a bias": (
        "Flatten; MatMul W; Add b _",
        {"W": some(784, 10), "b": some(10)},
        [Dense],
    ),
    "Gemm with factors, transposed": (
        "Flatten; Gemm W b alpha=0.5 beta=2.0 transB=1",
        {"W": some(10, 784), "b": some(1, 10)},
        [Dense],
    ),
    "pixels normalized in the graph": (
        "Sub mean; Div std; Conv W b; Relu; Flatten; Gemm V",
        {**SCALARS, "W": some(3, 1, 5, 5), "b": some(3), "V": some(1728, 10)},
        OF_AN_IMAGE,
    ),
    "pixels inverted before padding": (
        "Sub one _; Conv W pads=[1,1,1,1]; Relu; Flatten; Gemm V",
        {"one": np.float32(1), "W": some(2, 1, 3, 3), "V": some(1568, 10)},
        [Conv2D, *OF_AN_IMAGE],
    ),
    "pixels scaled before padding": (
        "Mul c _; Conv W auto_pad='SAME_LOWER' strides=[3,3]; Relu; Flatten; Gemm V",
        {"c": np.float32(3), "W": some(2, 1, 4, 4), "V": some(200, 10)},
        OF_AN_IMAGE,
    ),
    "padding that differs between the sides": (
        "Conv W pads=[0,2,1,0] strides=[2,2]; Relu; Flatten; Gemm V",
        {"W": some(2, 1, 3, 5), "V": some(364, 10)},
        OF_AN_IMAGE,
    ),
    "BatchNormalization after a convolution": (
        "Conv W; BatchNormalization g o m v epsilon=0.1; Relu; Flatten; Gemm V",
        {"W": some(3, 1, 9, 9), "V": some(1200, 10), **STATISTICS},
        OF_AN_IMAGE,
    ),
    "BatchNormalization between ReLU and a padded convolution": (
        "Conv W; Relu; BatchNormalization g o m v; Conv U pads=[1,1,1,1]; Relu; "
        "Flatten; Gemm V",
        {"W": some(3, 1, 9, 9), "U": some(2, 3, 3, 3), "V": some(800, 10)} | STATISTICS,
        [Conv2D, ReLU, Conv2D, *OF_AN_IMAGE],
    ),
    "BatchNormalization of numbers, before an activation and before a product": (
        "Flatten; Gemm W; Relu; BatchNormalization g o m v; Tanh; "
        "BatchNormalization g o m v; MatMul V",
        {"W": some(784, 3), "V": some(3, 10), **STATISTICS},
        [Dense, ReLU, Dense, Tanh, Dense],
    ),
    "BatchNormalization of flattened pixels": (
        "MaxPool kernel_shape=[14,14] strides=[14,14]; Reshape s; "
        "BatchNormalization g o m v; MatMul W",
        {"g": some(4), "o": some(4) + 1, "m": some(4) + 2, "v": some(4) ** 2}
        | {"s": ints(0, -1), "W": some(4, 10)},
        [MaxPool2D, Flatten, Dense],
    ),
    "an image with channels last": (
        "Transpose perm=[0,3,1,2]; Conv W; Relu; Transpose perm=[0,2,3,1]; Add b; "
        "Reshape s; MatMul V",
        {"W": some(3, 1, 9, 9), "b": some(1, 1, 1, 3), "V": some(1200, 10)}
        | {"s": ints(-1, 1200), "shape": ("N", 28, 28, 1)},
        OF_AN_IMAGE,
    ),
    "a mean over the pixels of an image with channels last": (
        "Conv W; Relu; Transpose perm=[0,2,3,1]; ReduceMean axes=[1,-2] keepdims=0; "
        "Mul c; Softmax",
        {"W": some(10, 1, 9, 9), "c": some(10)},
        OF_AN_IMAGE,
    ),
    "global average pooling before a product": (
        "Conv W; Relu; GlobalAveragePool; Squeeze a; MatMul V",
        {"W": some(3, 1, 9, 9), "a": ints(2, 3), "V": some(3, 10)},
        OF_AN_IMAGE,
    ),
    "global average pooling before an activation": (
        "Conv W; GlobalAveragePool; Relu; Flatten; Gemm V",
        {"W": some(3, 1, 9, 9), "V": some(3, 10)},
        [Conv2D, Flatten, Dense, ReLU, Dense],
    ),
    "average pooling": (
        "Conv W; AveragePool kernel_shape=[3,2] strides=[2,2]; Relu; Flatten; Gemm V",
        {"W": some(2, 1, 9, 9), "V": some(180, 10)},
        [Conv2D, *OF_AN_IMAGE],
    ),
    "average pooling of padded images": (
        "AveragePool kernel_shape=[3,3] pads=[1,1,1,1] count_include_pad=1; Relu; "
        "Flatten; Gemm V",
        {"V": some(784, 10)},
        OF_AN_IMAGE,
    ),
    "a softmax after sigmoids": (
        "Flatten; MatMul W; Sigmoid; Softmax axis=1",
        {"W": some(784, 10)},
        [Dense, Sigmoid, Linear],
    ),
    "a convolution to the labels": (
        "Conv W; LeakyRelu alpha=0.2; Softmax axis=1; Flatten",
        {"W": some(10, 1, 28, 28)},
        [Conv2D, LeakyReLU, Flatten],
    ),
    "steps without effect": (
        [
            *parse_nodes("Transpose perm=[1,0]", "W"),
            *parse_nodes(
                f"Unsqueeze a; Identity; Cast to={TensorProto.FLOAT}; Dropout; "
                "Squeeze a; Shape; Gather first; Unsqueeze a0; Concat rest axis=0; "
                "Reshape squeeze _; MatMul transpose"
            ),
        ],
        {"a": ints(1), "a0": ints(0), "rest": ints(-1), "first": np.array(0)}
        | {"W": some(10, 784), "shape": ("N", 28, 28)},
        [Dense],
    ),
    "a batch of fixed size": (
        "Reshape s; MatMul W",
        {"s": ints(4, 784), "W": some(784, 10), "shape": (4, 1, 28, 28)},
        [Dense],
    ),
    "an order of the outputs that is not that of the pixels": (
        "Conv W; Transpose perm=[0,2,3,1]; Flatten",
        {"W": some(2, 1, 24, 28)},
        [Conv2D, Flatten, Dense],
    ),
    "weights of other types": (
        [
            helper.make_node(
                "Constant", [], ["W"], value=numpy_helper.from_array(some(784, 5))
            ),
            *parse_nodes("Flatten; MatMul W; Reshape s; Gemm V b"),
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

    assert [type(layer) for layer in network.layers] == layers
    ends = "Softmax" in nodes
    got = network.predict_proba(images) if ends else network.forward(images)
    expected = run_onnx(tmp_path / "net.onnx", images)
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-4)
    assert load(dumps(network)).architecture == network.architecture


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_weights_of_16_and_64_bits_are_read(tmp_path, dtype):
    W = some(784, 10).astype(dtype)
    save_graph(tmp_path / "net.onnx", "Flatten; MatMul W", W=W)

    network = read_network(tmp_path / "net.onnx")

    np.testing.assert_array_equal(network.params["0.W"], W.astype(np.float32))


# Refusals


DENSE = {"W": some(784, 10)}
IMAGES_8 = {"W": some(8, 1, 3, 3)}


@pytest.mark.parametrize(
    ("nodes", "constants", "message"),
    [
        (
            "Flatten; Erf",
            {},
            r"node 'erf' \(Erf\): nnweb has no such layer, expected only Add, .* or re",
        ),
        (
            "Flatten; Add _ _",
            {},
            r"node 'add' \(Add\): it joins 'flatten' and 'flatten', expected layers on",
        ),
        (
            "Conv W; Relu; Add conv _",
            IMAGES_8,
            r"node 'add' \(Add\): it joins 'relu' and 'conv', expected layers one afte",
        ),
        (
            [*parse_nodes("Relu"), *parse_nodes("Sigmoid; Add relu _")],
            {},
            r"node 'sigmoid' \(Sigmoid\): it takes \['x'\], expected 'relu': nnweb's",
        ),
        (
            "Flatten; MatMul W _",
            {"W": some(10, 1)},
            r"node 'matmul' .*: its input 'flatten' is not the first, expected x @ W",
        ),
        (
            "Flatten; MatMul W",
            {"W": some(783, 10)},
            r"node 'matmul' .*: W is \[783, 10\], its input \[1, 784\]; expected \[1, ",
        ),
        (
            "Conv W group=1 dilations=[2,2]",
            IMAGES_8,
            r"node 'conv' \(Conv\): dilations are not 1, expected none",
        ),
        (
            "Conv W strides=[1,2]",
            IMAGES_8,
            r"node 'conv' \(Conv\): strides are \[1, 2\], expected twice the same",
        ),
        (
            "Conv W; Conv V group=8",
            {**IMAGES_8, "V": some(8, 1, 3, 3)},
            r"node 'conv2' \(Conv\): group is not 1, expected kernels over all channe",
        ),
        (
            "MaxPool kernel_shape=[2,2] pads=[1,1,0,0] strides=[2,2]",
            {},
            r"node 'maxpool' .*: kernel_shape \[2, 2\], pads \[1, 1, 0, 0\]; expected ",
        ),
        (
            "MaxPool kernel_shape=[3,3] ceil_mode=1 strides=[2,2]",
            {},
            r"node 'maxpool' .*: ceil_mode is 1, expected windows that fit",
        ),
        (
            "AveragePool kernel_shape=[3,3] pads=[1,1,1,1]",
            {},
            r"node 'averagepool' .*: pads \[1, 1, 1, 1\] without count_include_pad",
        ),
        (
            "Transpose perm=[0,1,3,2]; Conv W",
            IMAGES_8,
            r"node 'conv' .*: its images are in another order than \(N, C, H, W\)",
        ),
        (
            "ReduceMean axes=[0,2,3]",
            {},
            r"node 'reducemean' .*: axes are \[0, 2, 3\] of 4, expected some, but not",
        ),
        (
            f"Cast to={TensorProto.INT64}",
            {},
            r"node 'cast' \(Cast\): to is 7, expected a type of floats",
        ),
        (
            "Relu; Mul c; Tanh",
            {"c": some(28, 28)},
            r"node 'tanh' .*: the pixels of a channel are shifted or scaled differentl",
        ),
        (
            "Flatten; Softmax; MatMul W",
            DENSE,
            r"node 'matmul' .*: it follows node 'softmax' \(Softmax\), expected nothin",
        ),
        (
            "Softmax axis=1",
            {},
            r"node 'softmax' .*: axis 1 of \[1, 1, 28, 28\], expected all labels",
        ),
        (
            "Flatten; Reshape s",
            {"s": ints(5, 5)},
            r"node 'reshape' .*: cannot reshape array of size 784 into shape \(5,5\)",
        ),
        (
            [*parse_nodes("Add a", "a"), *parse_nodes("Flatten; MatMul add")],
            {"a": some(784, 10)},
            r"node 'add' .*: it computes on constants, .*onnxsim",
        ),
        (
            "BatchNormalization g g g g",
            {"g": -(some(1) ** 2) - 1},
            r"node 'batchnormalization' .*: its scale: nan at",
        ),
        (
            [*parse_nodes("Flatten"), *parse_nodes("Identity", "W")],
            {"W": some(784, 10)},
            r"output 'identity' is not computed",
        ),
    ],
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
    save_graph(tmp_path / "net.onnx", "Relu", shape=shape)

    with pytest.raises(
        WeightsError, match=rf"^onnx: input 'x' is {shown}, expected \[N,"
    ):
        read_network(tmp_path / "net.onnx")


@pytest.mark.parametrize(
    ("nodes", "constants", "message"),
    [
        ("Relu; " * 250 + "Relu", {}, "251 nodes, expected at most 250"),
        (
            "Relu; " * 100 + "Relu",
            {},
            r"node 'relu101' \(Relu\): more than 100 layers",
        ),
        (
            "Conv W",
            {"W": some(200, 1, 1, 1)},
            r"node 'conv' .*: gives \(200, 28, 28\), more than 150,000 numbers",
        ),
        (
            "Reshape s; Conv W; GlobalAveragePool",
            {"W": some(180, 1, 1, 1), "s": ints(-1, 1, 28, 28)},
            r"output 'globalaveragepool': its weights: got shape \[141120, 180\], exp",
        ),
        (
            parse_nodes("Transpose; " * 10 + "MatMul W", "W"),
            {"W": np.zeros((1100, 1000), np.float32)},
            r"node 'transpose10' .*: its result: got shape \[1100, 1000\], expected",
        ),
    ],
    ids=["nodes", "layers", "numbers of an image", "weights made", "constants made"],
)
def test_a_small_file_cannot_ask_for_much(tmp_path, nodes, constants, message):
    save_graph(tmp_path / "net.onnx", nodes, **constants)

    with pytest.raises(WeightsError, match=f"^onnx: {message}"):
        read_network(tmp_path / "net.onnx")


def test_an_old_opset_a_quantized_type_and_labels_that_do_not_fit_are_refused(tmp_path):
    nodes = "Flatten; MatMul W"
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
    save_graph(tmp_path / "net.onnx", "Flatten; MatMul W", W=tensor)

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
