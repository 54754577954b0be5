"""The networks of a site: their files, and what js/manifest.js tells of each."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nnweb
from nnweb.errors import FormatError, NnwebError
from nnweb.files.json_text import parse_json
from nnweb.network import DIGITS
from nnweb.weights.json_format import dumps, fields_text, file_bytes
from nnweb_site.errors import PageError
from nnweb_site.hashes import integrity


def checked_file(path: Path, labels: Sequence[str] | None) -> bytes:
    """Return the content of a network's file; with these labels, unless None."""
    if labels is None:
        nnweb.load(path)
        return file_bytes(path)
    file = file_bytes(path)
    try:
        fields = parse_json(file, "weights")
    except FormatError:
        nnweb.load(path)  # whose error has the command that converts it
        raise
    try:
        if "format" not in fields:  # of another project, without room for labels
            fields = json.loads(dumps(nnweb.load(file)))
        fields["labels"] = list(labels)
        nnweb.load(fields)
    except NnwebError as error:
        named = ", ".join(labels)
        raise PageError(f"{path.name} with the labels {named}: {error}") from None
    return f"{fields_text(fields)}\n".encode()


def entries(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the networks' part of the manifest; ``paths`` are in a hashed folder.

    The first is the one that the page opens.
    """
    return [
        {
            "name": path.stem,
            "url": f"../../{path.parent.name}/{quote(path.name)}",
            **_about(path),
            "file": path.name,
            "size": path.stat().st_size,
            "integrity": integrity(path.read_bytes()),
        }
        for path in paths
    ]


def _about(path: Path) -> dict[str, Any]:
    """Return a network's labels, and its test accuracy if its card has it."""
    fields: dict[str, Any] = {}
    accuracy = None
    with contextlib.suppress(ValueError, KeyError, TypeError):
        fields = json.loads(path.read_text(encoding="utf-8"))
        accuracy = float(fields["card"]["accuracy"]["test"])
    return {"labels": fields.get("labels", list(DIGITS)), "accuracy": accuracy}
