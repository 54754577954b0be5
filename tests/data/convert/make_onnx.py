"""Makes the .onnx files beside it, as PyTorch and Keras export them.

Weights are random, since only the graphs matter. Run when an exporter changes:

    pip install torch==2.13.0 keras==3.15.1 onnx onnxscript
    python tests/data/convert/make_onnx.py
"""

import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy as np
import onnx
import torch
from keras import layers
from onnx import helper, numpy_helper
from torch import nn

HERE = Path(__file__).parent


class Example(nn.Module):
    """The layers of "mnist" in github.com/pytorch/examples, with fewer channels."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 3, 3, 1)
        self.conv2 = nn.Conv2d(3, 4, 3, 1)
        self.dropout1 = nn.Dropout(0.25)
        self.dropout2 = nn.Dropout(0.5)
        self.fc1 = nn.Linear(576, 6)
        self.fc2 = nn.Linear(6, 10)

    def forward(self, x):
        x = nn.functional.relu(self.conv1(x))
        x = nn.functional.relu(self.conv2(x))
        x = self.dropout1(nn.functional.max_pool2d(x, 2))
        x = nn.functional.relu(self.fc1(torch.flatten(x, 1)))
        return nn.functional.log_softmax(self.fc2(self.dropout2(x)), dim=1)


class Normalized(nn.Module):
    """BatchNorm before and after activations, average pooling, and x.view()."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(1, 3, 5, 2, 2, bias=False), nn.BatchNorm2d(3)
        self.conv2, self.bn2 = nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, 10)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.bn2(torch.tanh(self.conv2(nn.functional.avg_pool2d(x, 2))))
        x = nn.functional.adaptive_avg_pool2d(x, 1)
        return self.fc(x.view(x.size(0), -1))


def keras_model():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(3, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )


def zoo(rng):
    """The graph of "mnist-12" in github.com/onnx/models, which CNTK wrote."""

    def node(kind, inputs, output, **attributes):
        return helper.make_node(kind, inputs, [output], output, **attributes)

    def random(*shape):
        return (rng.normal(size=shape) / 4).astype(np.float32)

    constants = {
        "Parameter5": random(3, 1, 5, 5),
        "Parameter6": random(3, 1, 1),
        "Parameter87": random(4, 3, 5, 5),
        "Parameter88": random(4, 1, 1),
        "Parameter193": random(4, 4, 4, 10),
        "Parameter194": random(1, 10),
        "shape0": np.array([1, 64]),
        "shape1": np.array([64, 10]),
    }
    conv = {"kernel_shape": [5, 5], "auto_pad": "SAME_UPPER", "strides": [1, 1]}
    nodes = [
        node("Reshape", ["Parameter193", "shape1"], "Parameter193_reshape1"),
        node("Conv", ["Input3", "Parameter5"], "Convolution28", **conv),
        node("Add", ["Convolution28", "Parameter6"], "Plus30"),
        node("Relu", ["Plus30"], "ReLU32"),
        node("MaxPool", ["ReLU32"], "Pooling66", kernel_shape=[2, 2], strides=[2, 2]),
        node("Conv", ["Pooling66", "Parameter87"], "Convolution110", **conv),
        node("Add", ["Convolution110", "Parameter88"], "Plus112"),
        node("Relu", ["Plus112"], "ReLU114"),
        node("MaxPool", ["ReLU114"], "Pooling160", kernel_shape=[3, 3], strides=[3, 3]),
        node("Reshape", ["Pooling160", "shape0"], "Times212_reshape0"),
        node("MatMul", ["Times212_reshape0", "Parameter193_reshape1"], "Times212"),
        node("Add", ["Times212", "Parameter194"], "Plus214_Output_0"),
    ]
    value, float32 = helper.make_tensor_value_info, onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "CNTKGraph",
        [value("Input3", float32, [1, 1, 28, 28])],
        [value("Plus214_Output_0", float32, [1, 10])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    opset = [helper.make_opsetid("", 12)]
    return helper.make_model(graph, opset_imports=opset, ir_version=7)


def with_random_statistics(model):
    """Give BatchNorm's means and variances values as after training."""
    for name, buffer in model.named_buffers():
        if buffer.dtype.is_floating_point:
            buffer.copy_(torch.rand(buffer.shape) + (0.5 if "var" in name else -0.5))
    return model.eval()


def without_paths(path):
    """Drop the stack traces that PyTorch writes, which name files of this machine."""
    model = onnx.load(path, load_external_data=False)
    for node in model.graph.node:
        del node.metadata_props[:]
    del model.graph.value_info[:], model.graph.metadata_props[:]
    onnx.save(model, path)


def main():
    torch.manual_seed(7)
    x = torch.zeros(1, 1, 28, 28)
    example, normalized = HERE / "pytorch-example.onnx", HERE / "pytorch-batchnorm.onnx"
    # as torch.onnx.export does by default: large weights in a file beside it
    torch.onnx.export(Example().eval(), (x,), example)
    torch.onnx.export(
        with_random_statistics(Normalized()),
        (x,),
        normalized,
        dynamo=False,
        dynamic_axes={"x": {0: "N"}},
        input_names=["x"],
    )
    model = keras_model()
    model(np.zeros((1, 28, 28, 1), np.float32))
    with torch.no_grad():
        for layer in model.layers:
            if isinstance(layer, layers.BatchNormalization):
                shape = (layer.moving_mean.shape[0],)
                layer.moving_mean.assign(np.linspace(-0.2, 0.4, *shape))
                layer.moving_variance.assign(np.linspace(0.5, 1.5, *shape))
    model.export(HERE / "keras.onnx", format="onnx")
    onnx.save(zoo(np.random.default_rng(7)), HERE / "zoo.onnx")
    for path in (example, normalized, HERE / "keras.onnx"):
        without_paths(path)


if __name__ == "__main__":
    main()
