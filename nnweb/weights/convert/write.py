"""A network to a file that other programs read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nnweb.errors import WeightsError
from nnweb.network import Network
from nnweb.weights.convert.foreign_export import format_1, format_2
from nnweb.weights.convert.npz import write_npz
from nnweb.weights.convert.onnx_export import to_onnx
from nnweb.weights.json_format import dumps

#: What can be written, by name; of the first three, a file's suffix is enough.
KINDS = ("json", "npz", "onnx", "format1", "format2")


def write_network(
    network: Network, path: str | Path, *, kind: str | None = None, dtype: str = ""
) -> None:
    """Write ``network`` to ``path``, replacing what was there whole or not at all.

    Parameters
    ----------
    kind : str or None
        One of KINDS; None goes by the suffix of ``path``: .json, .npz, .onnx.
    dtype : str
        "float32", "float16" or "int8", of the weights in nnweb's own JSON; empty means
        float32. The other kinds have float32 alone.
    """
    path = Path(path)
    kind = kind or path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise WeightsError(f"{path}: got {kind!r}, expected to write one of {known}")
    if dtype and kind != "json":
        raise WeightsError(f"dtype: got {dtype}, but {kind} has float32 alone")
    writers: dict[str, Callable[[], str | bytes]] = {
        "json": lambda: dumps(network, dtype=dtype or "float32"),
        "format1": lambda: format_1(network),
        "format2": lambda: format_2(network),
        "npz": lambda: write_npz(network),
        "onnx": lambda: to_onnx(network),
    }
    content = writers[kind]()
    part = path.with_name(path.name + ".part")
    part.write_bytes(content.encode() if isinstance(content, str) else content)
    part.replace(path)
