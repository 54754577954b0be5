"""PyTorch's .pth format: a zip of raw storages, and a pickle of the tensors.

    name/data.pkl       {"fc1.weight": tensor(storage "0", offset, size, stride), ...}
    name/data/0, 1, ... the storages: numbers in a row, nothing else
    name/byteorder      "little" or "big"

Written by ``torch.save`` since PyTorch 1.6. Source: the notes on "Serialization
semantics" of PyTorch's documentation. The pickle is read by
``nnweb.weights.convert.unpickle``, which makes tensors and cannot run code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from nnweb.errors import WeightsError, raised_as
from nnweb.files.limits import Allowance
from nnweb.files.shown import shown
from nnweb.files.zip_archive import read_zip
from nnweb.weights.convert.dtypes import item_size, numbers
from nnweb.weights.convert.unpickle import Known, unpickle
from nnweb.weights.tensors import MAX_NUMBERS, unpacked_limit

Arrays = dict[str, NDArray[Any]]

_STORAGES = {
    "torch.DoubleStorage": "F64",
    "torch.FloatStorage": "F32",
    "torch.HalfStorage": "F16",
    "torch.BFloat16Storage": "BF16",
    "torch.LongStorage": "I64",
    "torch.IntStorage": "I32",
    "torch.ShortStorage": "I16",
    "torch.CharStorage": "I8",
    "torch.ByteStorage": "U8",
    "torch.BoolStorage": "BOOL",
}


def read_torch(data: bytes) -> Arrays:
    """Return the tensors of a state_dict by name, in its order. Raises WeightsError.

    In a checkpoint with other content, the one state_dict is found.
    """
    if not data.startswith(b"PK"):
        raise WeightsError(
            "not a zip, which torch.save writes since PyTorch 1.6; save it again with "
            "a newer PyTorch: torch.save(torch.load(path), path)"
        )
    with raised_as(WeightsError):
        files = read_zip(data, unpacked_limit(data))
    return _state_dict(_Reader(files).value())


class _Reader:
    """Reads one zip: its pickle, and the storages that it refers to."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files
        pickles = [name for name in files if name.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise WeightsError(f"a zip with {len(pickles)} data.pkl, expected one")
        self._pickle = pickles[0]
        self._folder = self._pickle.removesuffix("data.pkl")
        self._byte_order = self._read_byte_order()
        self._storages: dict[tuple[str, str], NDArray[Any]] = {}
        self._allowance = Allowance(MAX_NUMBERS)

    def value(self) -> Any:
        known = {
            "collections.OrderedDict": Known("OrderedDict", _ordered_dict),
            "torch._utils._rebuild_tensor_v2": Known("tensor", self._tensor),
            "torch._utils._rebuild_parameter": Known("parameter", _parameter),
            **{name: Known(name) for name in _STORAGES},
        }
        return unpickle(self._files[self._pickle], known, self._storage, self._pickle)

    def _read_byte_order(self) -> Literal["<", ">"]:
        name = f"{self._folder}byteorder"
        text = self._files.get(name, b"little")
        if text not in (b"little", b"big"):
            raise WeightsError(f"{name}: got {shown(text)}, expected little or big")
        return "<" if text == b"little" else ">"

    def _storage(self, identity: Any) -> _Storage:
        """Return the storage ("storage", type, key, device, numbers) refers to."""
        tag, kind, key, _, count = identity
        # a key of another type could take for ever to hash or to show
        types = (type(tag), type(kind), type(key), type(count))
        if (
            types != (str, Known, str, int)
            or tag != "storage"
            or kind.name not in _STORAGES
        ):
            raise WeightsError(
                f"{self._pickle}: got {shown(identity)}, expected a storage"
            )
        if (kind.name, key) not in self._storages:
            name = f"{self._folder}data/{key}"
            if name not in self._files:
                raise WeightsError(f"{name}: missing, but {self._pickle} refers to it")
            short = _STORAGES[kind.name]
            data = self._files[name]
            if len(data) != count * item_size(short):
                raise WeightsError(
                    f"{name}: got {len(data)} bytes, expected {shown(count)} numbers "
                    f"of {item_size(short)}"
                )
            self._storages[kind.name, key] = numbers(data, short, self._byte_order)
        return _Storage(self._storages[kind.name, key])

    def _tensor(
        self, storage: Any, offset: int, size: Any, stride: Any, *_: Any
    ) -> NDArray[Any]:
        """``torch._utils._rebuild_tensor_v2``: a view of a storage."""
        if not isinstance(storage, _Storage):
            raise TypeError(f"a tensor of {shown(storage)}")
        if not isinstance(size, tuple) or not isinstance(stride, tuple):
            raise TypeError("a tensor whose size or stride is no tuple")
        with raised_as(WeightsError):
            count = self._allowance.take(size, self._pickle)
        if len(size) != len(stride) or not all(map(_is_size, (offset, *stride))):
            raise ValueError(
                f"a tensor of offset {shown(offset)}, size {shown(size)}, stride "
                f"{shown(stride)}"
            )
        array = storage.array[offset:]
        if count == 0:
            return np.zeros(size, array.dtype)
        last = sum((n - 1) * step for n, step in zip(size, stride, strict=True))
        # strides of 0 could make a huge tensor of a small storage
        if last >= array.size or count > array.size + 2**20:
            raise ValueError(
                f"a tensor of offset {offset}, size {size}, stride {stride} in a "
                f"storage of {storage.array.size}"
            )
        return as_strided(
            array, size, [step * array.itemsize for step in stride], writeable=False
        )


@dataclass(frozen=True)
class _Storage:
    """A flat array of numbers that tensors are views of, possibly shared."""

    array: NDArray[Any]


def _is_size(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**40


def _parameter(tensor: Any, *_: Any) -> Any:
    """``torch._utils._rebuild_parameter``: returns the tensor."""
    return tensor


def _ordered_dict() -> dict[str, Any]:
    """Return an empty dict; the pickle adds its items."""
    return {}


def _state_dict(value: Any) -> Arrays:
    """Find the dict of tensors in a .pth: its value, or one item of it."""
    found = _tensors_of(value)
    if found:
        return found
    inside = {}
    if isinstance(value, dict):
        inside = {key: inner for key in value if (inner := _tensors_of(value[key]))}
    if len(inside) != 1:
        held = ", ".join(map(str, inside)) or shown(value)
        raise WeightsError(
            f"contains {held}; expected one state_dict, as torch.save("
            "model.state_dict(), path) writes"
        )
    return next(iter(inside.values()))


def _tensors_of(value: Any) -> Arrays:
    if not isinstance(value, dict):
        return {}
    return {
        str(key): array for key, array in value.items() if isinstance(array, np.ndarray)
    }
