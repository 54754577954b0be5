"""Reads networks from the files of other programs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nnweb.errors import WeightsError
from nnweb.images.preprocess import FITS
from nnweb.network import Network
from nnweb.weights.convert.layer_stack import (
    Hints,
    from_numbered,
    from_state_dict,
    network_of,
    with_normalization,
)
from nnweb.weights.convert.npz import DESCRIPTION, described_network, read_npz
from nnweb.weights.convert.safetensors import read_safetensors
from nnweb.weights.convert.torch_zip import read_torch
from nnweb.weights.json_format import checked_labels, file_bytes, load

_LONGEST_NAME = 200  # of an array


def read_network(path: str | Path, hints: Hints | None = None) -> Network:
    """Read the network in a .onnx, .pth, .pt, .safetensors, .npz or .json file.

    ``hints`` supply what the file does not contain. Raises WeightsError.
    """
    path, hints = Path(path), hints or Hints()
    if hints.fit is not None and hints.fit not in FITS:
        raise WeightsError(f"fit: got {hints.fit!r}, expected {' or '.join(FITS)}")
    if path.suffix.lower() == ".json":
        network = _read_json(path, hints)
    elif path.suffix.lower() == ".onnx":
        network = _read_onnx(path, hints)
    else:
        network = _read_arrays(path, hints)
    checked_labels(list(network.labels))
    network = with_normalization(network, hints)
    if hints.fit is not None:
        network.input = replace(network.input, fit=hints.fit)
    return network


def _read_json(path: Path, hints: Hints) -> Network:
    """Read a .json, which describes its layers and takes no hints."""
    _expect_none(hints, path, "activation", "architecture", "labels")
    return load(path)


def _read_onnx(path: Path, hints: Hints) -> Network:
    """Read an .onnx, whose weights may be in a file beside it."""
    from nnweb.weights.convert.onnx_import import read_onnx  # the page never does

    _expect_none(hints, path, "activation", "architecture")
    data = file_bytes(path)
    network = read_onnx(
        data, path.stem, lambda name: file_bytes(path.with_name(name)), hints.labels
    )
    if not network.card:
        network.card["converted_from"] = path.name
    return network


def _expect_none(hints: Hints, path: Path, *names: str) -> None:
    """Refuse hints for what a file contains."""
    for name in names:
        if getattr(hints, name) is not None:
            raise WeightsError(
                f"{name}: got {getattr(hints, name)!r}, expected none: {path.name} "
                "contains it"
            )


def _read_arrays(path: Path, hints: Hints) -> Network:
    """Read a file of named arrays, most often without a description of the layers."""
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        known = ", ".join([*_READERS, ".onnx", ".json"])
        keras = suffix in (".keras", ".h5")
        hint = '; in Keras, model.export("model.onnx", format="onnx")' if keras else ""
        raise WeightsError(
            f"{path}: got {suffix or 'no suffix'}, expected {known}{hint}"
        )
    read, to_layers = _READERS[suffix]
    arrays = read(file_bytes(path))
    for name in arrays:
        if len(name) > _LONGEST_NAME:
            raise WeightsError(
                f"{name[:40]}...: a name of {len(name):,} characters, expected at most "
                f"{_LONGEST_NAME}"
            )
    if DESCRIPTION in arrays and suffix == ".npz":
        _expect_none(hints, path, "activation", "architecture", "labels")
        return described_network(arrays)
    network = network_of(to_layers(arrays), hints, path.stem)
    network.card["converted_from"] = path.name
    return network


#: By suffix: a function from bytes to named arrays, and one from these to layers.
_READERS = {
    ".pth": (read_torch, from_state_dict),
    ".pt": (read_torch, from_state_dict),
    ".safetensors": (read_safetensors, from_state_dict),
    ".npz": (read_npz, from_numbered),
}
