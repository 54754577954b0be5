"""All that the lab's worker may call: buffers and plain values in, and out."""

from __future__ import annotations

from collections.abc import Buffer, Mapping
from typing import Any

from nnweb.errors import TrainingError, WeightsError
from nnweb.page.api import Recognizer
from nnweb.page.lab.training_session import Session
from nnweb.weights.convert.foreign_export import format_1
from nnweb.weights.json_format import dumps, load

#: What a network can be written as, for others to read.
KINDS = ("nnweb", "format1")


class Lab:
    """One training at a time, and networks side by side."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._networks: dict[str, Recognizer] = {}

    # --- training: each as the Session's of the same name ---

    def start(
        self, choices: Mapping[str, Any], shown: Buffer | None = None
    ) -> dict[str, Any]:
        """Put a new training in the place of the one that is there."""
        self._session = Session.begun(choices, shown)
        return self._session.describe()

    def resume(self, checkpoint: Buffer) -> dict[str, Any]:
        """Take up the training that ``checkpoint`` was taken of."""
        self._session = Session.resumed(checkpoint)
        return self._session.describe()

    def feed(self, split: str, images: Buffer, labels: Buffer) -> int:
        return self._training().feed(split, images, labels)

    def begin(self) -> dict[str, Any]:
        return self._training().begin()

    def run(self, milliseconds: float) -> dict[str, Any]:
        return self._training().run(milliseconds)

    def change(self, choices: Mapping[str, Any]) -> dict[str, Any]:
        return self._training().change(choices)

    def weights(self) -> bytes:
        return self._training().weights()

    def checkpoint(self) -> bytes:
        return self._training().checkpoint()

    def _training(self) -> Session:
        if self._session is None:
            raise TrainingError("there is no training: start one")
        return self._session

    # --- networks in and out ---

    def convert(self, weights: Buffer, kind: str) -> bytes:
        """A weights file of any format as one of KINDS. Raises WeightsError."""
        if kind not in KINDS:
            raise WeightsError(f"got {kind!r}, expected one of {', '.join(KINDS)}")
        network = load(bytes(weights))
        text = format_1(network) if kind == "format1" else dumps(network)
        return text.encode()

    def hold(self, name: str, weights: Buffer) -> dict[str, Any]:
        """Have a network ready to be asked, by ``name``; what it says of itself."""
        self._networks[name] = Recognizer(weights)
        return self._networks[name].describe()

    def ask(
        self, name: str, pixels: Buffer, width: int, height: int, fit: str
    ) -> dict[str, Any]:
        """What the network of this name makes of an image (``Recognizer``)."""
        return self._networks[name].recognize(pixels, width, height, fit)
