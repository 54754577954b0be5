"""Networks of other programs, in and out.

In: PyTorch's state_dict as .pth or .safetensors, .npz, and all that ``nnweb.load``
reads. Out: nnweb's own JSON, formats 1 and 2 of ``nnweb.weights.foreign``, .npz, ONNX.
Nothing here is imported by ``import nnweb``.
"""

from nnweb.weights.convert.layer_stack import Hints
from nnweb.weights.convert.read import read_network
from nnweb.weights.convert.write import KINDS, write_network

__all__ = ["KINDS", "Hints", "read_network", "write_network"]
