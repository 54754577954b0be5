"""Networks of other programs, in and out.

In: PyTorch's state_dict as .pth or .safetensors, .npz, and all that ``nnweb.load``
reads. Out: nnweb's own JSON, formats 1 and 2 of ``nnweb.formats``, .npz, ONNX. Nothing
here is imported by ``import nnweb``.
"""

from nnweb.convert.reading import read_network
from nnweb.convert.stacks import Hints
from nnweb.convert.writing import KINDS, write_network

__all__ = ["KINDS", "Hints", "read_network", "write_network"]
