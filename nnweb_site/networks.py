"""The networks of a site: their folder, and what js/manifest.js tells of each."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nnweb.network import DIGITS
from nnweb_site.hashes import integrity


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
