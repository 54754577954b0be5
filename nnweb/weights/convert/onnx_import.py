"""Networks from ONNX files: a graph that is a chain, as nnweb's layers.

What the operators mean is in onnx.ai/onnx/operators. Convolutions, products, pooling
and activations become layers; biases, normalization and the order of axes go into
their weights (``nnweb.weights.convert.layer_chain``). Softmax at the end is left out,
since ``Network.predict_proba`` has it. Average pooling becomes a convolution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ShapeError, WeightsError, raised_as
from nnweb.files.json_text import parse_json
from nnweb.files.limits import MAX_AXES, Allowance
from nnweb.files.shown import shown
from nnweb.layers import Layer, LeakyReLU, MaxPool2D, ReLU, Sigmoid, Tanh
from nnweb.network import InputSpec, Network
from nnweb.weights.convert.layer_chain import Chain
from nnweb.weights.convert.onnx_model import Model, Node, parse_model
from nnweb.weights.json_format import described
from nnweb.weights.tensors import MAX_NUMBERS

_MADE = 1_000_000  # weights that a file need not contain: of means, of average pooling
_SHAPE = 64  # numbers of a constant that computes a shape
_FLOATS = (1, 10, 11, 16)  # of TensorProto.DataType
_INPUT = InputSpec()

Arrays = Sequence[NDArray[Any] | None]


def read_onnx(
    data: bytes,
    name: str,
    beside: Callable[[str], bytes],
    labels: Sequence[str] | None = None,
) -> Network:
    """Return the network in an ONNX file, as far as its first output.

    ``name`` and ``labels`` are for files that nnweb did not write. ``beside`` returns
    the content of a file in the same folder. Raises WeightsError, which names the node
    that is not a layer of nnweb.
    """
    model = parse_model(data, beside)
    fields: dict[str, Any] = {"name": name}
    if model.producer == "nnweb":
        fields = _facts(model)
    if labels is not None:
        fields["labels"] = list(labels)
    with np.errstate(all="ignore"):  # what is not finite is refused
        return described(_Walk(model).layers(), fields)


def _facts(model: Model) -> dict[str, Any]:
    """Return what ``onnx_export`` writes beside the graph, as JSON fields."""
    with raised_as(WeightsError):
        facts = {
            key: parse_json(text, f"onnx: metadata {shown(key)}")
            for key, text in model.metadata.items()
        }
    keys = ("threshold", "fit")
    image = {key: facts.pop(key) for key in keys if key in facts}
    return {"name": model.name, "input": image, **facts}


class _Walk:
    """Goes through a graph, from its input to its first output."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._constants = dict(model.constants)
        self._folded = Allowance(MAX_NUMBERS)
        self._current = model.input  # the tensor that the chain has come to
        self._batch, *sizes = _input_shape(model)
        self._shapes = {model.input: (self._batch or 1, *sizes)}
        given = sum(array.size for array in _arrays(model))
        self._chain = Chain(_INPUT.shape, (1, *sizes), Allowance(given + _MADE))
        self._softmax: Node | None = None

    def layers(self) -> list[Layer]:
        output = self._model.outputs[0]
        for node in _needed(self._model):
            try:
                self._step(node)
            except (ValueError, IndexError) as error:  # nnweb's, or NumPy's of shapes
                raise WeightsError(f"onnx: {node}: {error}") from None
        if self._current != output:
            raise WeightsError(f"onnx: output {shown(output)} is not computed")
        try:
            return self._chain.finish()
        except ValueError as error:
            raise WeightsError(f"onnx: output {shown(output)}: {error}") from None

    def _step(self, node: Node) -> None:
        """Execute one node: on constants, or on the chain."""
        if node.kind == "Shape" and node.inputs[0] in self._shapes:
            self._constants[node.outputs[0]] = np.array(self._shapes[node.inputs[0]])
            return
        arrays = [self._constants.get(name) for name in node.inputs]
        if self._current not in node.inputs:
            self._constants[node.outputs[0]] = self._fold(node, arrays)
            return
        self._check_inputs(node)
        if node.kind in _VIEWS:
            self._chain.view(_VIEWS[node.kind](node, arrays, self._batch))
        elif self._softmax is not None:
            raise WeightsError(f"it follows {self._softmax}, expected nothing after it")
        elif node.kind in ("Softmax", "LogSoftmax"):
            self._end(node)
        elif node.kind in _LAYERS:
            _LAYERS[node.kind](self._chain, node, arrays)
        else:
            known = ", ".join(sorted([*_VIEWS, *_LAYERS, "LogSoftmax", "Softmax"]))
            raise WeightsError(
                f"nnweb has no such layer, expected only {known}; change the network, "
                "or replace the operator before export"
            )
        self._current = node.outputs[0]
        self._shapes[self._current] = (self._batch or 1, *self._chain.tensor_shape[1:])

    def _check_inputs(self, node: Node) -> None:
        """Refuse a node that joins branches, or needs the chain in another place."""
        unknown = [
            name
            for name in node.inputs
            if name and name != self._current and name not in self._constants
        ]
        if unknown or node.inputs.count(self._current) > 1:
            raise WeightsError(
                f"it joins {shown(self._current)} and "
                f"{shown((unknown or [self._current])[0])}, expected layers one after "
                "another, without branches"
            )
        if node.inputs[0] != self._current and node.kind not in ("Add", "Mul", "Sub"):
            raise WeightsError(
                f"its input {shown(self._current)} is not the first, expected x @ W, "
                "x / c, and so on"
            )

    def _fold(self, node: Node, arrays: Arrays) -> NDArray[Any]:
        """Return what a node computes of constants."""
        if node.kind == "Constant":
            value: Any = node.attributes.get("value")
            for name in ("value_ints", "value_int", "value_floats", "value_float"):
                value = node.attributes.get(name) if value is None else value
            if value is None:
                raise WeightsError("its value is no tensor, expected numbers")
            return np.asarray(value)
        known = [array for array in arrays if array is not None]
        if not known or len(known) < len([name for name in node.inputs if name]):
            raise WeightsError(
                f"it takes {shown(list(node.inputs))}, expected "
                f"{shown(self._current)}: nnweb's layers follow one another, without "
                "branches"
            )
        if node.kind in _VIEWS:
            result = _VIEWS[node.kind](node, arrays, 0)(known[0])
            with raised_as(WeightsError):
                self._folded.take(result.shape, "its result")
            return result
        if sum(array.size for array in known) <= _SHAPE:
            if node.kind == "Concat":
                return np.concatenate([np.atleast_1d(array) for array in known])
            if node.kind == "Gather" and len(known) == 2:
                return np.asarray(known[0][known[1]])
        raise WeightsError(
            "it computes on constants, expected them computed already; simplify the "
            "file first, for example with onnxsim"
        )

    def _end(self, node: Node) -> None:
        """Check that a softmax is over all labels, and leave it out."""
        shape = self._chain.tensor_shape
        axis = node.get("axis", 1 if len(shape) == 2 else -1)
        if not -len(shape) <= axis < len(shape) or shape[axis] != prod(shape):
            raise WeightsError(f"axis {axis} of {list(shape)}, expected all labels")
        self._chain.end()
        self._softmax = node


def _input_shape(model: Model) -> list[int]:
    """Return the sizes of the input, which must make one image; N may be 0, any."""
    sizes, pixels = list(model.shape), prod(_INPUT.shape)
    if (
        not 2 <= len(sizes) <= MAX_AXES
        or min(sizes[1:]) < 1
        or prod(sizes[1:]) != pixels
    ):
        got = [size if size > 0 else "?" for size in sizes[:9]]
        raise WeightsError(
            f"onnx: input {shown(model.input)} is {got}, expected [N, 1, 28, 28] or "
            f"another shape of {pixels} pixels"
        )
    return sizes


def _arrays(model: Model) -> Iterator[NDArray[Any]]:
    """Yield every array in a file."""
    yield from model.constants.values()
    for node in model.nodes:
        values = node.attributes.values()
        yield from (value for value in values if isinstance(value, np.ndarray))


def _needed(model: Model) -> list[Node]:
    """Return the nodes that the first output depends on, in order."""
    needed, names = [], {model.outputs[0]}
    for node in reversed(model.nodes):
        if names & set(node.outputs[:1]):
            needed.append(node)
            names |= set(node.inputs)
    return needed[::-1]


# --- views: operations that only move numbers -----------------------------------------

View = Callable[[NDArray[Any]], NDArray[Any]]


def _reshape(node: Node, arrays: Arrays, batch: int) -> View:
    sizes = _wholes(arrays[1]) if len(arrays) > 1 else node.get("shape", [])
    if node.get("allowzero", 0) and 0 in sizes:
        raise WeightsError(f"allowzero with a shape of {sizes}")
    if batch and sizes[:1] == [batch]:  # the chain has one image
        sizes = [1, *sizes[1:]]

    def view(array: NDArray[Any]) -> NDArray[Any]:
        if 0 in sizes[array.ndim :]:
            raise ShapeError(f"shape {sizes} of {list(array.shape)}")
        shape = [size or array.shape[i] for i, size in enumerate(sizes)]
        return array.reshape(shape)

    return view


def _flatten(node: Node, arrays: Arrays, batch: int) -> View:
    axis = node.get("axis", 1)
    return lambda array: array.reshape(prod(array.shape[:axis]), -1)


def _transpose(node: Node, arrays: Arrays, batch: int) -> View:
    order = node.get("perm", [])
    return lambda array: array.transpose(order or None)


def _squeeze(node: Node, arrays: Arrays, batch: int) -> View:
    axes = tuple(_axes(node, arrays))
    if not axes:
        raise WeightsError("it has no axes, expected those to remove")
    return lambda array: np.squeeze(array, axes)


def _unsqueeze(node: Node, arrays: Arrays, batch: int) -> View:
    axes = tuple(_axes(node, arrays))
    return lambda array: np.expand_dims(array, axes)


def _same(node: Node, arrays: Arrays, batch: int) -> View:
    return lambda array: array


def _cast(node: Node, arrays: Arrays, batch: int) -> View:
    if arrays[0] is None and node.get("to", 0) not in _FLOATS:
        raise WeightsError(f"to is {node.get('to', 0)}, expected a type of floats")
    return lambda array: array


_VIEWS: dict[str, Callable[[Node, Arrays, int], View]] = {
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Transpose": _transpose,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Identity": _same,
    "Dropout": _same,
    "Cast": _cast,
}


# --- layers ---------------------------------------------------------------------------


def _conv(chain: Chain, node: Node, arrays: Arrays) -> None:
    W = _array(arrays, 1)
    if W.ndim != 4:
        raise WeightsError(f"W is {list(W.shape)}, expected (out, in, rows, columns)")
    if node.get("group", 1) != 1:
        raise WeightsError("group is not 1, expected kernels over all channels")
    pads, stride = _window(chain, node, W.shape[2:])
    chain.conv(W, pads=pads, stride=stride)
    if len(arrays) > 2:
        chain.affine(1, _array(arrays, 2).reshape(-1, 1, 1))


def _gemm(chain: Chain, node: Node, arrays: Arrays) -> None:
    W = _array(arrays, 1)
    if node.get("transA", 0) or W.ndim != 2:
        raise WeightsError("it transposes its input, expected x @ W with a matrix W")
    alpha, beta = node.get("alpha", 1.0), node.get("beta", 1.0)
    chain.dense((W.T if node.get("transB", 0) else W) * alpha)
    if len(arrays) > 2:
        chain.affine(1, _array(arrays, 2) * beta)


def _matmul(chain: Chain, node: Node, arrays: Arrays) -> None:
    W = _array(arrays, 1)
    if W.ndim != 2:
        raise WeightsError(f"W is {list(W.shape)}, expected a matrix")
    chain.dense(W)


def _add(chain: Chain, node: Node, arrays: Arrays) -> None:
    chain.affine(1, _constant(arrays))


def _sub(chain: Chain, node: Node, arrays: Arrays) -> None:
    constant = _constant(arrays).astype(np.float64)
    if arrays[0] is None:
        chain.affine(1, -constant)
    else:
        chain.affine(-1, constant)


def _mul(chain: Chain, node: Node, arrays: Arrays) -> None:
    chain.affine(_constant(arrays), 0)


def _div(chain: Chain, node: Node, arrays: Arrays) -> None:
    chain.affine(1 / _constant(arrays).astype(np.float64), 0)


def _batch_norm(chain: Chain, node: Node, arrays: Arrays) -> None:
    if node.get("training_mode", 0):
        raise WeightsError("training_mode is 1, expected a graph for inference")
    columns = (-1, *[1] * (len(chain.tensor_shape) - 2))  # axis 1 has the channels
    gamma, beta, mean, variance = (
        _array(arrays, i).astype(np.float64).reshape(columns) for i in range(1, 5)
    )
    scale = gamma / np.sqrt(variance + node.get("epsilon", 1e-5))
    chain.affine(scale, beta - mean * scale)


def _max_pool(chain: Chain, node: Node, arrays: Arrays) -> None:
    size = _kernel_shape(node)
    pads, stride = _window(chain, node, size)
    if max(pads) or size[0] != size[1]:
        raise WeightsError(
            f"kernel_shape {list(size)}, pads {pads}; expected a square without padding"
        )
    chain.append(MaxPool2D(size[0], stride))


def _average_pool(chain: Chain, node: Node, arrays: Arrays) -> None:
    size = _kernel_shape(node)
    pads, stride = _window(chain, node, size)
    if max(pads) and not node.get("count_include_pad", 0):
        raise WeightsError(f"pads {pads} without count_include_pad, expected none")
    chain.average_pool(size, pads=pads, stride=stride)


def _global_average_pool(chain: Chain, node: Node, arrays: Arrays) -> None:
    chain.mean(range(2, len(chain.tensor_shape)), keep=True)


def _reduce_mean(chain: Chain, node: Node, arrays: Arrays) -> None:
    chain.mean(_axes(node, arrays), keep=bool(node.get("keepdims", 1)))


def _activation(make: Callable[[Node], Layer]) -> Callable[[Chain, Node, Arrays], None]:
    return lambda chain, node, arrays: chain.append(make(node))


_LAYERS: dict[str, Callable[[Chain, Node, Arrays], None]] = {
    "Conv": _conv,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "Add": _add,
    "Sub": _sub,
    "Mul": _mul,
    "Div": _div,
    "BatchNormalization": _batch_norm,
    "MaxPool": _max_pool,
    "AveragePool": _average_pool,
    "GlobalAveragePool": _global_average_pool,
    "ReduceMean": _reduce_mean,
    "Relu": _activation(lambda node: ReLU()),
    "LeakyRelu": _activation(lambda node: LeakyReLU(node.get("alpha", 0.01))),
    "Sigmoid": _activation(lambda node: Sigmoid()),
    "Tanh": _activation(lambda node: Tanh()),
}


# --- attributes -----------------------------------------------------------------------


def _kernel_shape(node: Node) -> tuple[int, int]:
    rows, columns = node.get("kernel_shape", [0, 0])
    if min(rows, columns) < 1:
        raise WeightsError(f"kernel_shape is {[rows, columns]}, expected two sizes")
    return rows, columns


def _window(
    chain: Chain, node: Node, kernel: Sequence[int]
) -> tuple[Sequence[int], int]:
    """Return pads (top, left, bottom, right) and stride of a kernel or window."""
    strides = node.get("strides", [1, 1])
    if strides[0] != strides[1] or strides[0] < 1:
        raise WeightsError(f"strides are {strides}, expected twice the same")
    if node.get("dilations", [1, 1]) != [1, 1]:
        raise WeightsError("dilations are not 1, expected none")
    sizes, stride = chain.tensor_shape[2:], strides[0]
    if len(sizes) != 2:
        raise WeightsError(f"its input is {list(chain.tensor_shape)}, expected images")
    pads = _padding(node, sizes, kernel, stride)
    if min(pads) < 0:
        raise WeightsError(f"pads are {pads}, expected 0 or more")
    over = [
        (size + pads[i] + pads[i + 2] - kernel[i]) % stride
        for i, size in enumerate(sizes)
    ]
    if node.get("ceil_mode", 0) and any(over):
        raise WeightsError("ceil_mode is 1, expected windows that fit into the image")
    return pads, stride


def _padding(
    node: Node, sizes: Sequence[int], kernel: Sequence[int], stride: int
) -> list[int]:
    auto = node.get("auto_pad", "NOTSET")
    if auto == "NOTSET":
        return list(node.get("pads", [0, 0, 0, 0]))
    if auto == "VALID":
        return [0, 0, 0, 0]
    totals = [
        max(0, (-(-size // stride) - 1) * stride + k - size)
        for size, k in zip(sizes, kernel, strict=True)
    ]
    less = [total // 2 for total in totals]
    more = [total - half for total, half in zip(totals, less, strict=True)]
    return [*more, *less] if auto == "SAME_LOWER" else [*less, *more]


def _array(arrays: Arrays, place: int) -> NDArray[Any]:
    array = arrays[place] if place < len(arrays) else None
    if array is None:
        raise WeightsError(f"input {place} is missing, expected constant numbers")
    return array


def _constant(arrays: Arrays) -> NDArray[Any]:
    """Return the one constant of two inputs."""
    known = [array for array in arrays if array is not None]
    if len(known) != 1:
        raise WeightsError(f"it has {len(known)} constants, expected one")
    return known[0]


def _axes(node: Node, arrays: Arrays) -> list[int]:
    """Return the axes, an attribute until opset 12, later an input."""
    return _wholes(arrays[1]) if len(arrays) > 1 else node.get("axes", [])


def _wholes(array: NDArray[Any] | None) -> list[int]:
    """Return a shape or axes as ints."""
    if array is None or array.size > _SHAPE or array.dtype.kind not in "iub":
        raise WeightsError("its shape or axes are not constant whole numbers")
    return [int(number) for number in array.ravel()]
