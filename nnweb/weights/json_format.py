"""Weights files: networks to nnweb's own JSON and back; entry to other formats.

    {"format": "nnweb", "version": 1, "name": "...", "labels": ["0", ... "9"],
     "input": {"shape": [1, 28, 28], "threshold": 127, "fit": "digit"},
     "temperature": 1.0, "reject_below": null, "unsure_below": null,
     "layers": [{"type": "dense", "W": tensor, "b": tensor}, {"type": "relu"}, ...],
     "card": {...}}

``nnweb.weights.tensors`` describes a tensor. ``load`` names every malformation: the
field, what it is, what was expected.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nnweb.errors import ShapeError, WeightsError, raised_as
from nnweb.files.json_text import parse_json
from nnweb.files.replace import replacing
from nnweb.files.shown import shown
from nnweb.images.preprocess import FITS
from nnweb.layers import (
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
from nnweb.network import DIGITS, InputSpec, Network
from nnweb.weights import foreign as formats
from nnweb.weights.tensors import DTYPES, MAX_NUMBERS, Array, decode, encode, expect

VERSION = 1
MAX_BYTES = 64 * 2**20  # of a file; the largest known one has 12 MB
MAX_LAYERS = 100
MAX_STEP = 1000  # of a stride or a pool's size; an image has 28
MAX_WORKING = 10_000_000  # numbers per image in any layer
_PLAIN: dict[str, type[Layer]] = {
    "flatten": Flatten,
    "relu": ReLU,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "linear": Linear,
}
#: Suffixes of files that nnweb convert reads.
_CONVERTED = (".npz", ".onnx", ".pt", ".pth", ".safetensors")
_AXES = {"dense": 2, "conv2d": 4}  # of W
TensorReader = Callable[[Any, str, int], Array]


def load(source: str | bytes | Path | dict[str, Any] = "cnn") -> Network:
    """Read a network from a path, from JSON text (str or UTF-8 bytes), or from a dict.

    If there is no file at the path, it may be the name of a shipped network.
    Detects nnweb's own format and formats 1 to 3 of ``nnweb.weights.foreign`` by their
    keys. Raises WeightsError for anything else.
    """
    if isinstance(source, dict):
        return read_fields(source)
    if isinstance(source, Path) or (
        isinstance(source, str) and not source.lstrip().startswith(("{", "["))
    ):
        from nnweb.shipped import find  # on first use: the page starts without it

        return _load_file(find("models", source))
    return read_fields(_parse(source))


def _load_file(path: Path) -> Network:
    content = file_bytes(path)
    try:
        return read_fields(_parse(content))
    except WeightsError as error:
        hint = ""
        if path.suffix.lower() in _CONVERTED:
            hint = f"; nnweb convert {path.name} my.json makes one of it"
        raise WeightsError(f"{str(path)[:200]}: {error}{hint}") from None


def dumps(network: Network, *, dtype: str = "float32") -> str:
    """Return the network as JSON; weights as ``dtype``, biases always as float32."""
    if dtype not in DTYPES:
        raise WeightsError(f"dtype: got {dtype!r}, expected one of {', '.join(DTYPES)}")

    def tensor(array: Array, key: str, where: str) -> dict[str, Any]:
        return encode(array, dtype if key == "W" else "float32", where)

    return fields_text(write_fields(network, tensor)) + "\n"


def write_fields(
    network: Network, tensor: Callable[[Array, str, str], Any]
) -> dict[str, Any]:
    """Return the network as JSON fields.

    ``tensor`` returns what stands for an array, given the array, its key "W" or "b",
    and its place in the JSON.
    """
    return {
        "format": "nnweb",
        "version": VERSION,
        "name": network.name,
        "labels": list(network.labels),
        "input": {
            "shape": list(network.input.shape),
            "threshold": network.input.threshold,
            "fit": network.input.fit,
        },
        "temperature": network.temperature,
        "reject_below": network.reject_below,
        "unsure_below": network.unsure_below,
        "layers": [
            _layer_fields(layer, tensor, f"layers[{i}]")
            for i, layer in enumerate(network.layers)
        ],
        "card": network.card,
    }


def fields_text(fields: dict[str, Any]) -> str:
    """Return the result of ``write_fields`` as JSON."""
    try:
        return json.dumps(fields, ensure_ascii=False, allow_nan=False)
    except ValueError as error:  # NaN, but not in the arrays, which were checked
        raise WeightsError(
            f"{fields['name']}: cannot be written as JSON ({error}); check card, "
            "temperature, reject_below and unsure_below"
        ) from None


def save(network: Network, path: str | Path, *, dtype: str = "float32") -> None:
    """Write the network to ``path``, replacing a file atomically."""
    text = dumps(network, dtype=dtype)
    with replacing(Path(path)) as file:
        file.write(text.encode())


def file_bytes(path: Path) -> bytes:
    """Return a file's content; WeightsError if it cannot be read, or is too large."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise WeightsError(f"{path}: {size:,} bytes, the limit is {MAX_BYTES:,}")
        return path.read_bytes()
    except WeightsError:
        raise
    except FileNotFoundError as error:
        from nnweb.shipped import hint

        raise WeightsError(
            f"{str(path)[:200]}: cannot be read ({error.strerror}){hint('models')}"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise WeightsError(f"{str(path)[:200]}: cannot be read ({reason})") from None


def _parse(text: str | bytes) -> dict[str, Any]:
    """Parse JSON as a dict; refuse NaN and Infinity, which are not JSON."""
    if len(text) > MAX_BYTES:
        raise WeightsError(f"weights: {len(text):,} bytes, the limit is {MAX_BYTES:,}")
    with raised_as(WeightsError):
        value = parse_json(text, "weights")
    fields: dict[str, Any] = expect(value, dict, "weights")
    return fields


def read_fields(fields: dict[str, Any], tensor: TensorReader = decode) -> Network:
    """Return the network in JSON fields. Raises WeightsError.

    ``tensor`` returns an array, given what stands for it, its place, and its axes.
    """
    if "format" not in fields:
        return formats.read(fields)
    if fields["format"] != "nnweb":
        raise WeightsError(f"format: got {shown(fields['format'])}, expected 'nnweb'")
    if fields.get("version") != VERSION or isinstance(fields["version"], bool):
        raise WeightsError(
            f"version: got {shown(fields.get('version'))}, expected {VERSION}; a newer "
            "file needs a newer nnweb"
        )
    return described(_layers(fields.get("layers"), tensor), fields)


def described(layers: Sequence[Layer], fields: dict[str, Any]) -> Network:
    """Return the network of these layers; ``fields`` are those beside them in JSON."""
    try:
        network = Network(
            layers,
            name=_line(fields.get("name", "network"), "name"),
            labels=checked_labels(fields.get("labels", list(DIGITS))),
            input=_input(fields.get("input", {})),
            temperature=_number(
                fields.get("temperature", 1.0), "temperature", 0.01, 100
            ),
            reject_below=_threshold(fields, "reject_below", -1e6, 1e6),
            unsure_below=_threshold(fields, "unsure_below", 0, 1),
            card=expect(fields.get("card", {}), dict, "card"),
        )
    except ShapeError as error:
        raise WeightsError(str(error)) from None
    _check_working(network)
    return network


def _check_working(network: Network) -> None:
    """Refuse a network whose layers need gigabytes for one image."""
    steps = zip(network.layers, network.shapes, strict=True)
    for i, (layer, shape) in enumerate(steps):
        numbers = math.prod(shape)
        if isinstance(layer, Conv2D):  # the columns of im2col
            numbers = max(numbers, math.prod(shape[1:]) * layer.params["W"][0].size)
        if numbers > MAX_WORKING:
            raise WeightsError(
                f"layers[{i}]: takes {numbers:,} numbers for one image, the limit is "
                f"{MAX_WORKING:,}"
            )


def _layers(value: Any, tensor: TensorReader) -> list[Layer]:
    entries = expect(value, list, "layers")
    if not 1 <= len(entries) <= MAX_LAYERS:
        raise WeightsError(
            f"layers: got {len(entries)} of them, expected 1 to {MAX_LAYERS}"
        )
    layers = []
    for i, entry in enumerate(entries):
        where = f"layers[{i}]"
        try:
            layers.append(_layer(expect(entry, dict, where), where, tensor))
        except ShapeError as error:
            raise WeightsError(f"{where}: {error}") from None
        total = sum(a.size for layer in layers for a in layer.params.values())
        if total > MAX_NUMBERS:
            raise WeightsError(
                f"{where}: {total:,} parameters so far, the limit is {MAX_NUMBERS:,}"
            )
    return layers


def _layer(fields: dict[str, Any], where: str, tensor: TensorReader) -> Layer:
    kind = expect(fields.get("type"), str, f"{where}.type")
    if kind in _PLAIN:
        return _PLAIN[kind]()
    if kind in _AXES:
        W = tensor(fields.get("W"), f"{where}.W", _AXES[kind])
        b = tensor(fields.get("b"), f"{where}.b", 1)
        if kind == "dense":
            return formats.dense(W, b, f"{where}.b")
        return _conv2d(W, b, fields, where)
    if kind not in _READERS:
        known = ", ".join(sorted([*_PLAIN, *_AXES, *_READERS]))
        raise WeightsError(f"{where}.type: got {shown(kind)}, expected one of {known}")
    return _READERS[kind](fields, where)


def _conv2d(W: Array, b: Array, fields: dict[str, Any], where: str) -> Conv2D:
    return formats.conv2d(
        W,
        b,
        f"{where}.b",
        stride=_whole(fields.get("stride", 1), f"{where}.stride", 1, MAX_STEP),
        # with more padding a kernel would see only zeros
        padding=_whole(
            fields.get("padding", 0), f"{where}.padding", 0, max(W.shape[2:]) - 1
        ),
    )


def _maxpool2d(fields: dict[str, Any], where: str) -> MaxPool2D:
    size = _whole(fields.get("size"), f"{where}.size", 1, MAX_STEP)
    stride = _whole(fields.get("stride", size), f"{where}.stride", 1, MAX_STEP)
    return MaxPool2D(size, stride)


def _dropout(fields: dict[str, Any], where: str) -> Dropout:
    return Dropout(_number(fields.get("rate"), f"{where}.rate", 0, 1))


def _leaky_relu(fields: dict[str, Any], where: str) -> LeakyReLU:
    return LeakyReLU(_number(fields.get("slope", 0.01), f"{where}.slope", 0, 1))


_READERS: dict[str, Callable[[dict[str, Any], str], Layer]] = {
    "maxpool2d": _maxpool2d,
    "dropout": _dropout,
    "leaky_relu": _leaky_relu,
}


def _layer_fields(
    layer: Layer, tensor: Callable[[Array, str, str], Any], where: str
) -> dict[str, Any]:
    """One layer as JSON, the inverse of ``_layer``."""
    for kind, plain in _PLAIN.items():
        if isinstance(layer, plain):
            return {"type": kind}
    if isinstance(layer, MaxPool2D):
        return {"type": "maxpool2d", "size": layer.size, "stride": layer.stride}
    if isinstance(layer, Dropout):
        return {"type": "dropout", "rate": layer.rate}
    if isinstance(layer, LeakyReLU):
        return {"type": "leaky_relu", "slope": layer.slope}
    if not isinstance(layer, Dense | Conv2D):
        raise WeightsError(f"{where}: the format has no {type(layer).__name__}")
    tensors = {key: tensor(layer.params[key], key, f"{where}.{key}") for key in "Wb"}
    if isinstance(layer, Dense):
        return {"type": "dense", **tensors}
    options = {"stride": layer.stride, "padding": layer.padding}
    return {"type": "conv2d", **options, **tensors}


def checked_labels(value: Any) -> list[str]:
    """Return the labels of a network. Raises WeightsError."""
    labels = expect(value, list, "labels")
    for i, label in enumerate(labels):
        if not _line(label, f"labels[{i}]"):
            raise WeightsError(f"labels[{i}]: got an empty string, expected a name")
    if len(set(labels)) != len(labels) or len(labels) < 2:
        raise WeightsError(
            f"labels: got {shown(labels)}, expected 2 or more, all different"
        )
    return list(labels)


def _line(value: Any, where: str) -> str:
    """Return a text without control characters, which would steer a terminal."""
    text: str = expect(value, str, where)
    if any(ord(c) < 32 or 127 <= ord(c) < 160 for c in text):
        raise WeightsError(
            f"{where}: got {shown(text)}, expected no control characters"
        )
    return text


def _input(value: Any) -> InputSpec:
    fields, default = expect(value, dict, "input"), InputSpec()
    shape = fields.get("shape", list(default.shape))
    if shape != list(default.shape):
        raise WeightsError(
            f"input.shape: got {shown(shape)}, expected {list(default.shape)}"
        )
    threshold = fields.get("threshold", default.threshold)
    threshold = _whole(threshold, "input.threshold", 1, 255)
    fit = fields.get("fit", default.fit)
    if fit not in FITS:
        raise WeightsError(
            f"input.fit: got {shown(fit)}, expected {' or '.join(map(repr, FITS))}"
        )
    return InputSpec(default.shape, threshold, fit)


def _threshold(
    fields: dict[str, Any], name: str, low: float, high: float
) -> float | None:
    value = fields.get(name)
    return None if value is None else _number(value, name, low, high)


def _whole(value: Any, where: str, low: int, high: int) -> int:
    whole = expect(value, int, where)
    if not low <= whole <= high:
        raise WeightsError(f"{where}: got {shown(whole)}, expected {low} to {high}")
    return int(whole)


def _number(value: Any, where: str, low: float, high: float) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high:  # NaN is in no range
        raise WeightsError(
            f"{where}: got {shown(value)}, expected a number from {low:g} to {high:g}"
        )
    return float(value)
