"""All that the page's worker may call: buffers in, plain dicts and bytes out."""

from __future__ import annotations

from collections.abc import Buffer, Iterable
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ImageError
from nnweb.images.lighting import black_on_white, grey_of
from nnweb.images.preprocess import SIDE, Pixels
from nnweb.images.stages import stages
from nnweb.layers import Dense
from nnweb.recognize import Recognition, examine, judge
from nnweb.weights.json_format import load

#: What an image can be, in the order of the codes that ``answer`` writes.
STATUSES = ("digit", "blank", "not-a-digit")

Bytes = NDArray[np.uint8]


def image_of(pixels: Buffer, width: int, height: int) -> Pixels:
    """RGBA bytes, row by row, as one image for ``nnweb.recognize``.

    The page has drawings at 28 x 28. What is larger is a picture from elsewhere, and
    has its light evened (``nnweb.images.lighting``).
    """
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
    image = flat.reshape(height, width, 4)
    if max(width, height) > SIDE:
        return black_on_white(grey_of(image))[None]
    return image[None]


class Recognizer:
    """One network, read once, and asked again and again.

    ``weights`` is the text of a weights file in any format that ``nnweb.load`` knows,
    as str or as UTF-8 bytes. Raises WeightsError.

    Two ways to ask: ``recognize``, bytes in and a dict out; and ``answer``, which reads
    and writes memory that both sides keep, so that nothing is converted at a call.

    Attributes
    ----------
    pixels : uint8, (room,)
        What ``answer`` looks at: RGBA, row by row. ``make_room`` has it as it must be.
    numbers : float64, (4 + labels,)
        What it writes: place in ``STATUSES``, index of the label or -1, score,
        milliseconds; then the probability of each label.
    seen : uint8, (784,)
        And what the network saw, 0 paper ... 255 ink.
    """

    def __init__(self, weights: str | Buffer) -> None:
        # as bytes, so that no text is taken for a path; what is no UTF-8 is no JSON
        if isinstance(weights, str):
            weights = weights.encode("utf-8", "replace")
        self.network = load(bytes(weights))
        for layer in self.network.layers:
            if isinstance(layer, Dense):
                layer.lie_by_input()
        self.pixels: Bytes = np.zeros(SIDE * SIDE * 4, np.uint8)
        self.numbers = np.zeros(4 + len(self.network.labels))
        self.seen: Bytes = np.zeros(SIDE * SIDE, np.uint8)

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
        return self._told(self._examined(pixels, width, height, fit), start)

    def steps(
        self, pixels: Buffer, width: int, height: int, without: Iterable[str]
    ) -> dict[str, Any]:
        """As ``recognize``, without some steps of ``nnweb.images.stages``.

        Returns {"stages": 784 bytes of ink for each picture on the way, by its name,
        "answer": what ``recognize`` returns}. Raises ImageError.
        """
        start = perf_counter()
        image = image_of(pixels, width, height)
        threshold = self.network.input.threshold
        made = stages(image, threshold=threshold, without=list(without))
        result = judge(made["seen"].reshape(1, -1), self.network)
        return {
            "stages": {name: _ink(picture) for name, picture in made.items()},
            "answer": self._told(result, start),
        }

    def make_room(self, count: int) -> None:
        """Have ``pixels`` of ``count`` bytes, in another place if that is another."""
        if self.pixels.size != count:
            self.pixels = np.zeros(count, np.uint8)

    def answer(self, width: int, height: int, fit: str = "") -> None:
        """As ``recognize``, from ``pixels`` to ``numbers`` and ``seen``."""
        start = perf_counter()
        result = self._examined(self.pixels, width, height, fit)
        self.numbers[:3] = _verdict(result)
        self.numbers[4:] = result.probabilities[0]
        self.seen[:] = result.seen[0] * 255 + np.float32(0.5)
        self.numbers[3] = (perf_counter() - start) * 1e3

    def _examined(
        self, pixels: Buffer, width: int, height: int, fit: str
    ) -> Recognition:
        image = image_of(pixels, width, height)
        return examine(image, self.network, fit=fit or self.network.input.fit)

    def _told(self, result: Recognition, start: float) -> dict[str, Any]:
        status, index, score = _verdict(result)
        return {
            "status": STATUSES[status],
            "answer": self.network.labels[index] if index >= 0 else "",
            "index": index,
            "probabilities": result.probabilities[0].tolist(),
            "score": score,
            "seen": _ink(result.seen),
            "milliseconds": (perf_counter() - start) * 1e3,
        }


def _ink(picture: NDArray[np.float32]) -> bytes:
    return (picture * 255 + np.float32(0.5)).astype(np.uint8).tobytes()


def _verdict(result: Recognition) -> tuple[int, int, float]:
    """Status by its code, index of the label or -1, score."""
    score = float(result.scores[0])
    if result.accepted[0]:
        return STATUSES.index("digit"), int(result.probabilities[0].argmax()), score
    return STATUSES.index("blank" if result.blank[0] else "not-a-digit"), -1, score
