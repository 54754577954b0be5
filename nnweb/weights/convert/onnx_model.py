"""Reads ONNX files: the graph's nodes in order, and its constants as arrays.

Source: onnx.proto of github.com/onnx/onnx, from which the numbers of the fields are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import WeightsError, raised_as
from nnweb.files.limits import Allowance
from nnweb.files.shown import shown
from nnweb.weights.convert.dtypes import item_size, numbers
from nnweb.weights.convert.protobuf import Field, Message, Parser, Schema
from nnweb.weights.tensors import MAX_NUMBERS

MAX_NODES = 250
OLDEST_OPSET = 7  # before it, Add and Mul aligned their shapes in another way

_ENTRY: Schema = {1: Field("key", "text"), 2: Field("value", "text")}
_TENSOR: Schema = {
    1: Field("dims", "int", many=True),
    2: Field("type", "int"),
    4: Field("float_data", "bytes", many=True),
    5: Field("int32_data", "int", many=True),
    7: Field("int64_data", "int", many=True),
    8: Field("name", "text"),
    9: Field("raw_data", "bytes"),
    10: Field("double_data", "bytes", many=True),
    13: Field("external_data", _ENTRY, many=True),
    14: Field("data_location", "int"),
}
_ATTRIBUTE: Schema = {
    1: Field("name", "text"),
    2: Field("f", "float"),
    3: Field("i", "int"),
    4: Field("s", "text"),
    5: Field("t", _TENSOR),
    7: Field("floats", "float", many=True),
    8: Field("ints", "int", many=True),
    20: Field("type", "int"),
}
_NODE: Schema = {
    1: Field("inputs", "text", many=True),
    2: Field("outputs", "text", many=True),
    3: Field("name", "text"),
    4: Field("kind", "text"),
    5: Field("attributes", _ATTRIBUTE, many=True),
    7: Field("domain", "text"),
}
_DIM: Schema = {1: Field("size", "int"), 2: Field("name", "text")}
_SHAPE: Schema = {1: Field("dims", _DIM, many=True)}
_TYPE: Schema = {1: Field("tensor", {2: Field("shape", _SHAPE)})}
_VALUE: Schema = {1: Field("name", "text"), 2: Field("type", _TYPE)}
_GRAPH: Schema = {
    1: Field("nodes", _NODE, many=True),
    2: Field("name", "text"),
    5: Field("initializers", _TENSOR, many=True),
    11: Field("inputs", _VALUE, many=True),
    12: Field("outputs", _VALUE, many=True),
}
_OPSET: Schema = {1: Field("domain", "text"), 2: Field("version", "int")}
_MODEL: Schema = {
    2: Field("producer", "text"),
    7: Field("graph", _GRAPH),
    8: Field("opsets", _OPSET, many=True),
    14: Field("metadata", _ENTRY, many=True),
}

#: TensorProto.DataType, by the names of ``nnweb.weights.convert.dtypes``.
_TYPES = {1: "F32", 2: "U8", 3: "I8", 5: "I16", 6: "I32", 7: "I64", 9: "BOOL"}
_TYPES |= {10: "F16", 11: "F64", 16: "BF16"}
#: The field of an attribute's value, by AttributeProto.AttributeType.
_VALUES = {1: "f", 2: "i", 3: "s", 4: "t", 6: "floats", 7: "ints"}


@dataclass(frozen=True, eq=False)
class Node:
    """One operation: what it is, and the names of what it takes and gives."""

    kind: str
    name: str
    inputs: Sequence[str]
    outputs: Sequence[str]
    attributes: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"node {shown(self.name or self.outputs[0])} ({shown(self.kind)[1:-1]})"

    def get(self, name: str, default: Any) -> Any:
        """Return an attribute of the type of ``default``, else WeightsError.

        A list must be as long as ``default``, unless that is empty.
        """
        value = self.attributes.get(name, default)
        expected = type(default)
        if type(value) is not expected or (
            expected is list and default and len(value) != len(default)
        ):
            raise WeightsError(
                f"{name} is {shown(value)}, expected {default!r} or such"
            )
        return value


@dataclass(frozen=True, eq=False)
class Model:
    """What a file says about one network.

    Attributes
    ----------
    nodes : sequence of Node
        In the order in which they are computed.
    constants : dict
        Arrays by name, read-only.
    input, outputs : str, sequence of str
        Names of what the graph takes and gives.
    shape : sequence of int
        Of the input; 0: any size.
    metadata : dict
        Texts by name.
    """

    producer: str
    name: str
    nodes: Sequence[Node]
    constants: dict[str, NDArray[Any]]
    input: str
    shape: Sequence[int]
    outputs: Sequence[str]
    metadata: dict[str, str]


def parse_model(data: bytes, beside: Callable[[str], bytes]) -> Model:
    """Return the model in an ONNX file. Raises WeightsError.

    ``beside`` returns the content of a file in the same folder, where PyTorch puts the
    weights.
    """
    with raised_as(WeightsError, "onnx"):
        model = Parser().parse(memoryview(data), _MODEL)
    graph = model["graph"]
    if graph is None or not graph["nodes"]:
        raise WeightsError("onnx: no graph in it, expected an ONNX model")
    _check_opset(model["opsets"])
    tensors = _Tensors(beside)
    constants = {part["name"]: tensors.array(part) for part in graph["initializers"]}
    inputs = [value for value in graph["inputs"] if value["name"] not in constants]
    if len(inputs) != 1 or not graph["outputs"]:
        raise WeightsError(
            f"onnx: the graph has {len(inputs)} inputs and {len(graph['outputs'])} "
            "outputs, expected one input, the image"
        )
    return Model(
        model["producer"],
        graph["name"],
        list(_nodes(graph["nodes"], tensors)),
        constants,
        inputs[0]["name"],
        _shape(inputs[0]),
        [value["name"] for value in graph["outputs"]],
        {entry["key"]: entry["value"] for entry in model["metadata"]},
    )


def _check_opset(opsets: Sequence[Message]) -> None:
    version = max((o["version"] for o in opsets if o["domain"] in _STANDARD), default=0)
    if version < OLDEST_OPSET:
        raise WeightsError(
            f"onnx: opset {version}, expected {OLDEST_OPSET} or newer; convert it with "
            "onnx.version_converter"
        )


#: Names of the domain of ONNX's own operators.
_STANDARD = ("", "ai.onnx")


def _nodes(messages: Sequence[Message], tensors: _Tensors) -> Iterator[Node]:
    if len(messages) > MAX_NODES:
        raise WeightsError(
            f"onnx: {len(messages):,} nodes, expected at most {MAX_NODES}"
        )
    for message in messages:
        if not message["outputs"]:
            raise WeightsError(f"onnx: a node {shown(message['kind'])} has no output")
        kind, domain = message["kind"], message["domain"]
        attributes = {
            part["name"]: _value(part, tensors) for part in message["attributes"]
        }
        yield Node(
            kind if domain in _STANDARD else f"{domain}.{kind}",
            message["name"],
            message["inputs"],
            message["outputs"],
            attributes,
        )


def _value(attribute: Message, tensors: _Tensors) -> Any:
    """Return an attribute's value; None for a type that no layer has."""
    value = attribute.get(_VALUES.get(attribute["type"], ""))
    return tensors.array(value) if isinstance(value, dict) else value


def _shape(value: Message) -> list[int]:
    """Return the sizes of the graph's input, 0 for those that are not fixed."""
    tensor = (value["type"] or {}).get("tensor") or {}
    return [dim["size"] for dim in (tensor.get("shape") or {}).get("dims", [])]


class _Tensors:
    """Makes arrays of the tensors of one file, as views of it."""

    def __init__(self, beside: Callable[[str], bytes]) -> None:
        self._allowance = Allowance(MAX_NUMBERS)
        self._beside = beside
        self._files: dict[str, memoryview] = {}

    def array(self, tensor: Message) -> NDArray[Any]:
        where = f"onnx: {shown(tensor['name'])}"
        kind = _TYPES.get(tensor["type"])
        if kind is None:
            raise WeightsError(
                f"{where}: numbers of type {tensor['type']}, expected floats; export "
                "the network before it is quantized"
            )
        with raised_as(WeightsError):
            count = self._allowance.take(tensor["dims"], where)
        array = self._numbers(tensor, kind, where)
        if array.size != count:
            raise WeightsError(
                f"{where}: got {array.size:,} numbers, expected {tensor['dims']}"
            )
        return array.reshape(tensor["dims"])

    def _numbers(self, tensor: Message, kind: str, where: str) -> NDArray[Any]:
        listed = tensor["int64_data"] or tensor["int32_data"]
        if listed and kind in ("I64", "I32", "U8", "I8", "BOOL"):
            return np.array(listed, np.int64)
        if tensor["data_location"] == 1:
            data = self._external(tensor, where)
        elif kind == "F32" and tensor["float_data"]:
            data = memoryview(b"".join(tensor["float_data"]))
        elif kind == "F64" and tensor["double_data"]:
            data = memoryview(b"".join(tensor["double_data"]))
        else:
            data = memoryview(tensor["raw_data"])
        if len(data) % item_size(kind):
            raise WeightsError(f"{where}: {len(data):,} bytes, expected {kind}")
        return numbers(data, kind)

    def _external(self, tensor: Message, where: str) -> memoryview:
        """Return the part of another file that has the numbers."""
        about = {entry["key"]: entry["value"] for entry in tensor["external_data"]}
        name = about.get("location", "")
        start, length = about.get("offset", "0"), about.get("length", "")
        if not (name and _is_plain(name) and _is_size(start) and _is_size(length)):
            raise WeightsError(
                f"{where}: in another file, {shown(about)}, expected the location of a "
                "file beside it, offset and length"
            )
        if name not in self._files:
            self._files[name] = memoryview(self._beside(name))
        return self._files[name][int(start) : int(start) + int(length)]


def _is_plain(name: str) -> bool:
    """Whether this is the name of a file in the same folder."""
    return not set(name) & set("/\\:\0") and name not in (".", "..")


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16
