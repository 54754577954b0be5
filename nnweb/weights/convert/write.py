"""Writes networks to files that other programs read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nnweb.errors import WeightsError
from nnweb.files.replace import replacing
from nnweb.network import Network
from nnweb.weights.convert.foreign_export import format_1, format_2
from nnweb.weights.convert.npz import write_npz
from nnweb.weights.convert.onnx_export import to_onnx
from nnweb.weights.convert.safetensors import write_safetensors
from nnweb.weights.json_format import dumps

#: Names of the formats; the first four are also file suffixes.
KINDS = ("json", "npz", "onnx", "safetensors", "format1", "format2")


def write_network(
    network: Network, path: str | Path, *, kind: str | None = None, dtype: str = ""
) -> None:
    """Write ``network`` to ``path``, replacing a file atomically.

    Parameters
    ----------
    kind : str or None
        One of KINDS; None: by the suffix of ``path``, .json, .npz, ...
    dtype : str
        "float32", "float16" or "int8" for the weights in nnweb's own JSON; empty:
        float32. The other formats only have float32.
    """
    path = Path(path)
    kind = kind or path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise WeightsError(f"{path}: got {kind!r}, expected to write one of {known}")
    if dtype and kind != "json":
        raise WeightsError(f"dtype: got {dtype}, but {kind} only has float32")
    writers: dict[str, Callable[[], str | bytes]] = {
        "json": lambda: dumps(network, dtype=dtype or "float32"),
        "format1": lambda: format_1(network),
        "format2": lambda: format_2(network),
        "npz": lambda: write_npz(network),
        "onnx": lambda: to_onnx(network),
        "safetensors": lambda: write_safetensors(network),
    }
    content = writers[kind]()
    with replacing(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)
