"""nnweb: handwritten digits recognised by a neural network in plain NumPy.

>>> network = nnweb.load()
>>> nnweb.recognize(images, network).argmax(axis=1)
"""

__version__ = "0.2.0"

from typing import TYPE_CHECKING, Any

from nnweb.errors import NnwebError
from nnweb.network import InputSpec, Network
from nnweb.recognition import Recognition
from nnweb.recognize import examine, recognize
from nnweb.weights.json_format import load, save

if TYPE_CHECKING:
    from nnweb.numbers import NumberReader, NumberReading, read_number

_NUMBERS = ("NumberReader", "NumberReading", "read_number")

__all__ = [
    "InputSpec",
    "Network",
    "NnwebError",
    "NumberReader",
    "NumberReading",
    "Recognition",
    "examine",
    "load",
    "read_number",
    "recognize",
    "save",
]


def __getattr__(name: str) -> Any:
    """Import ``nnweb.numbers`` on first use: the page starts without it."""
    if name in _NUMBERS:
        from nnweb import numbers

        return getattr(numbers, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
