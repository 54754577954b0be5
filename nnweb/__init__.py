"""nnweb: handwritten digits recognised by a neural network in plain NumPy.

>>> network = nnweb.load("assets/models/cnn.json")
>>> nnweb.recognize(images, network).argmax(axis=1)
"""

__version__ = "0.1.0"

from nnweb.errors import NnwebError
from nnweb.network import InputSpec, Network
from nnweb.recognize import Recognition, examine, recognize
from nnweb.weights.json_format import load, save

__all__ = [
    "InputSpec",
    "Network",
    "NnwebError",
    "Recognition",
    "examine",
    "load",
    "recognize",
    "save",
]
