"""Conversion of networks from and to other programs' formats.

Reads ONNX, PyTorch's state_dict as .pth or .safetensors, .npz, and the formats of
``nnweb.load``. Writes nnweb's own JSON, formats 1 and 2 of ``nnweb.weights.foreign``,
.npz, .safetensors and ONNX. ``import nnweb`` does not import this package.
"""

from nnweb.weights.convert.layer_stack import Hints
from nnweb.weights.convert.read import read_network
from nnweb.weights.convert.write import KINDS, write_network

__all__ = ["KINDS", "Hints", "read_network", "write_network"]
