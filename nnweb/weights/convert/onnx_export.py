"""Export to ONNX, for onnxruntime and other programs.

Input "x" (N, 784), or (N, 1, 28, 28) if the first layer takes images: float32, 0 paper
... 1 ink, from ``nnweb.images.preprocess``. Outputs "logits" and "probabilities" (N,
labels). The labels, threshold, temperature and card are in the metadata. Source: the
operators of onnx.ai/onnx, version 17.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np

import nnweb
from nnweb.errors import WeightsError
from nnweb.layers import (
    Array,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2D,
    ReLU,
    Sigmoid,
    Tanh,
)
from nnweb.network import Network

OPSET, IR = 17, 8  # old enough for every runtime in use


def to_onnx(network: Network) -> bytes:
    """Return the network as an ONNX model; WeightsError if onnx is not installed."""
    try:
        import onnx
    except ImportError:
        raise WeightsError(
            "onnx: the package is not installed, expected it for .onnx files; "
            "pip install nnweb[convert]"
        ) from None
    graph = _Graph(onnx)
    logits = graph.chain("x", network.layers)
    graph.node("Identity", [logits], "logits")
    _probabilities(graph, network)
    model = onnx.helper.make_model(
        graph.finish(network),
        producer_name="nnweb",
        producer_version=nnweb.__version__,
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=IR,
    )
    onnx.helper.set_model_props(model, _facts(network))
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def _probabilities(graph: _Graph, network: Network) -> None:
    """Add the nodes that compute ``Network.probabilities``."""
    if network.layers and isinstance(network.layers[-1], Sigmoid):
        tiny = np.finfo(np.float32).tiny
        shifted = graph.node("Add", ["logits", graph.constant(np.float32(tiny))])
        axes = graph.constant(np.array([1], np.int64))
        total = graph.node("ReduceSum", [shifted, axes])
        graph.node("Div", [shifted, total], "probabilities")
        return
    temperature = graph.constant(np.float32(network.temperature))
    scaled = graph.node("Div", ["logits", temperature])
    graph.node("Softmax", [scaled], "probabilities", axis=1)


class _Graph:
    """A graph under construction; each node has one output."""

    def __init__(self, onnx: Any) -> None:
        self._onnx = onnx
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def node(
        self, kind: str, inputs: Iterable[str], output: str = "", **attributes: Any
    ) -> str:
        """Add a node; return the name of its output."""
        output = output or f"{kind.lower()}{len(self._nodes)}"
        make = self._onnx.helper.make_node
        self._nodes.append(make(kind, list(inputs), [output], **attributes))
        return output

    def constant(self, array: Array | Any) -> str:
        name = f"constant{len(self._constants)}"
        array = np.array(array, order="C")
        self._constants.append(self._onnx.numpy_helper.from_array(array, name))
        return name

    def chain(self, x: str, layers: Iterable[Layer]) -> str:
        """Add the layers; return the name of the last output."""
        for layer in layers:
            x = self._layer(x, layer)
        return x

    def finish(self, network: Network) -> Any:
        """Return the graph from "x" to "logits" and "probabilities"."""
        helper, float32 = self._onnx.helper, self._onnx.TensorProto.FLOAT
        label_count = len(network.labels)
        return helper.make_graph(
            self._nodes,
            network.name or "network",
            [helper.make_tensor_value_info("x", float32, ["N", *network.x_shape])],
            [
                helper.make_tensor_value_info(name, float32, ["N", label_count])
                for name in ("logits", "probabilities")
            ],
            self._constants,
        )

    def _layer(self, x: str, layer: Layer) -> str:
        if isinstance(layer, Dropout | Linear):
            return x
        if isinstance(layer, Dense):
            params = [self.constant(layer.params[key]) for key in "Wb"]
            return self.node("Gemm", [x, *params])
        if isinstance(layer, Conv2D):
            params = [self.constant(layer.params[key]) for key in "Wb"]
            return self.node(
                "Conv",
                [x, *params],
                kernel_shape=layer.kernel_size,
                strides=[layer.stride] * 2,
                pads=[layer.padding] * 4,
            )
        if isinstance(layer, MaxPool2D):
            size, stride = [layer.size] * 2, [layer.stride] * 2
            return self.node("MaxPool", [x], kernel_shape=size, strides=stride)
        if isinstance(layer, LeakyReLU):
            return self.node("LeakyRelu", [x], alpha=float(layer.slope))
        if type(layer) in _PLAIN:
            return self.node(_PLAIN[type(layer)], [x])
        raise WeightsError(f"onnx: nnweb cannot export {type(layer).__name__}")


_PLAIN: dict[type, str] = {
    ReLU: "Relu",
    Sigmoid: "Sigmoid",
    Tanh: "Tanh",
    Flatten: "Flatten",
}


def _facts(network: Network) -> dict[str, str]:
    """Return the network's metadata as JSON texts."""
    facts = {
        "labels": list(network.labels),
        "threshold": network.input.threshold,
        "fit": network.input.fit,
        "temperature": network.temperature,
        "reject_below": network.reject_below,
        "unsure_below": network.unsure_below,
        "card": network.card,
    }
    return {name: json.dumps(value) for name, value in facts.items()}
