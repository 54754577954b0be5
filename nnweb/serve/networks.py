"""The networks that the server answers with, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnweb.errors import WeightsError
from nnweb.network import Network
from nnweb.shipped import find
from nnweb.weights.json_format import file_bytes, load


@dataclass(frozen=True)
class Served:
    """A network under the name of its file, and that file's content."""

    name: str
    network: Network
    file: bytes

    def describe(self) -> dict[str, Any]:
        network = self.network
        return {
            "name": self.name,
            "labels": list(network.labels),
            "fit": network.input.fit,
            "architecture": network.architecture,
            "parameters": network.parameter_count,
            "can_reject": network.reject_below is not None,
            "card": network.card,
        }


def load_all(sources: Iterable[Path]) -> dict[str, Served]:
    """Load weights files, or shipped networks, by name. Raises WeightsError."""
    loaded: dict[str, Served] = {}
    for source in sources:
        path = find("models", source)
        if path.stem in loaded:
            raise WeightsError(
                f"{source}: got a second network named {path.stem}, expected different "
                "names; rename a file"
            )
        file = file_bytes(path)
        loaded[path.stem] = Served(path.stem, load(file), file)
    return loaded
