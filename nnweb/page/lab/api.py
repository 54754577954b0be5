"""The API of the lab's worker: buffers and plain values in and out."""

from __future__ import annotations

from collections.abc import Buffer, Mapping
from typing import Any

from nnweb.errors import TrainingError, WeightsError
from nnweb.page.api import Recognizer
from nnweb.page.lab.training_session import TrainingSession
from nnweb.weights.convert.foreign_export import format_1
from nnweb.weights.json_format import dumps, load

#: Formats for export.
KINDS = ("nnweb", "format1")


class Lab:
    """One training run at a time, and named networks to compare."""

    def __init__(self) -> None:
        self._session: TrainingSession | None = None
        self._networks: dict[str, Recognizer] = {}

    # --- training, see TrainingSession ---

    def start(
        self, values: Mapping[str, Any], shown: Buffer | None = None
    ) -> dict[str, Any]:
        """Start a training run, which replaces the current one."""
        self._session = TrainingSession.started(values, shown)
        return self._session.describe()

    def resume(self, checkpoint: Buffer) -> dict[str, Any]:
        """Resume the training run of a checkpoint."""
        self._session = TrainingSession.resumed(checkpoint)
        return self._session.describe()

    def feed(self, split: str, images: Buffer, labels: Buffer) -> int:
        return self._training().feed(split, images, labels)

    def begin(self) -> dict[str, Any]:
        return self._training().begin()

    def run(self, milliseconds: float) -> dict[str, Any]:
        return self._training().run(milliseconds)

    def change(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return self._training().change(values)

    def weights(self) -> bytes:
        return self._training().weights()

    def checkpoint(self) -> bytes:
        return self._training().checkpoint()

    def _training(self) -> TrainingSession:
        if self._session is None:
            raise TrainingError("no training has started: start one")
        return self._session

    # --- networks ---

    def convert(self, weights: Buffer, kind: str) -> bytes:
        """Convert a weights file of any format to one of KINDS. Raises WeightsError."""
        if kind not in KINDS:
            raise WeightsError(
                f"kind: got {kind!r}, expected one of {', '.join(KINDS)}"
            )
        network = load(bytes(weights))
        text = format_1(network) if kind == "format1" else dumps(network)
        return text.encode()

    def hold(self, name: str, weights: Buffer) -> dict[str, Any]:
        """Load a network under ``name``; return its description."""
        self._networks[name] = Recognizer(weights)
        return self._networks[name].describe()

    def ask(
        self, name: str, pixels: Buffer, width: int, height: int, fit: str
    ) -> dict[str, Any]:
        """Recognize an image with the network ``name`` (``Recognizer.recognize``)."""
        return self._networks[name].recognize(pixels, width, height, fit)
