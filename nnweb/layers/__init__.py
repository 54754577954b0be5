"""The layers a network is made of, forward and backward side by side.

Arrays are (N, features) or (N, C, H, W): N examples, C channels, H rows, W columns.
``x`` and ``y`` are a layer's input and output; ``dx`` and ``dy`` are dL/dx and dL/dy.
``base.Layer`` defines the interface.
"""

from nnweb.layers.activations import LeakyReLU, Linear, ReLU, Sigmoid, Tanh
from nnweb.layers.base import Array, Layer, Shape
from nnweb.layers.conv2d import Conv2D
from nnweb.layers.dense import Dense
from nnweb.layers.dropout import Dropout
from nnweb.layers.flatten import Flatten
from nnweb.layers.maxpool2d import MaxPool2D

__all__ = [
    "Array",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "Layer",
    "LeakyReLU",
    "Linear",
    "MaxPool2D",
    "ReLU",
    "Shape",
    "Sigmoid",
    "Tanh",
]
