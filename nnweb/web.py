"""All that the page's worker may call: buffers in, plain dicts and bytes out."""

from __future__ import annotations

from collections.abc import Buffer
from time import perf_counter
from typing import Any

import numpy as np

from nnweb.errors import ImageError
from nnweb.preprocess import SIDE
from nnweb.recognize import examine
from nnweb.weights import load


class Recognizer:
    """One network, read once, and asked again and again.

    ``weights`` is the text of a weights file in any format that ``nnweb.load`` knows,
    as str or as UTF-8 bytes. Raises WeightsError.
    """

    def __init__(self, weights: str | Buffer) -> None:
        # as bytes, so that no text is taken for a path; what is no UTF-8 is no JSON
        if isinstance(weights, str):
            weights = weights.encode("utf-8", "replace")
        self.network = load(bytes(weights))

    def describe(self) -> dict[str, Any]:
        """What a page shows of the network."""
        network = self.network
        return {
            "name": network.name,
            "labels": list(network.labels),
            "fit": network.input.fit,
            "threshold": network.input.threshold,
            "architecture": network.architecture,
            "parameters": network.parameter_count,
            "can_reject": network.reject_below is not None,
            "card": network.card,
        }

    def recognize(
        self, pixels: Buffer, width: int = 28, height: int = 28, fit: str = ""
    ) -> dict[str, Any]:
        """Recognise one image: ``pixels`` RGBA bytes, row by row.

        ``fit`` "digit" or "canvas"; empty means as the network was trained. ``status``
        is "blank" for an image without ink, "not-a-digit" for ink that the network
        rejects, and only otherwise "digit", with an ``answer``.
        """
        start = perf_counter()
        if min(width, height) < SIDE:
            raise ImageError(
                f"image: got {width} x {height}, expected {SIDE} x {SIDE} or more"
            )
        flat = np.frombuffer(pixels, np.uint8)
        if flat.size != width * height * 4:
            raise ImageError(
                f"pixels: got {flat.size} bytes, expected {width * height * 4} for "
                f"{width} x {height} RGBA"
            )
        image = flat.reshape(1, height, width, 4)
        result = examine(image, self.network, fit=fit or self.network.input.fit)
        index, status = -1, "blank" if result.blank[0] else "not-a-digit"
        if result.accepted[0]:
            index, status = int(result.probabilities[0].argmax()), "digit"
        return {
            "status": status,
            "answer": self.network.labels[index] if index >= 0 else "",
            "index": index,
            "probabilities": result.probabilities[0].tolist(),
            "score": float(result.scores[0]),
            "seen": (result.seen[0] * 255 + 0.5).astype(np.uint8).tobytes(),
            "milliseconds": (perf_counter() - start) * 1e3,
        }
