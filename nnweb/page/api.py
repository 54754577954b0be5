"""The Python API of the page's worker: buffers in, plain dicts and bytes out."""

from __future__ import annotations

import sys
from collections.abc import Buffer, Iterable
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.images.decode import decode_image
from nnweb.images.preprocess import SIDE, Pixels
from nnweb.images.stages import stages
from nnweb.layers import Dense
from nnweb.recognition import Recognition
from nnweb.recognize import examine
from nnweb.weights.json_format import load

#: Possible results for an image; ``answer`` writes the index of one of them.
STATUSES = ("digit", "blank", "not-a-digit")

Bytes = NDArray[np.uint8]


class Recognizer:
    """One network that is loaded once and recognizes many images.

    ``weights`` is the text of a weights file in any format that ``nnweb.load`` reads,
    as str or as UTF-8 bytes. Raises WeightsError.

    There are two ways to use it: ``recognize`` takes bytes and returns a dict;
    ``answer`` reads and writes buffers that JavaScript shares, so that a call converts
    nothing.

    Attributes
    ----------
    pixels : uint8, (size,)
        Input of ``answer``: RGBA, row by row. ``make_room`` sets its size.
    numbers : float64, (5 + labels,)
        Output of ``answer``: index into ``STATUSES``, index of the label or -1, that of
        the second label if unsure or -1, score, milliseconds; then the probability of
        each label.
    seen : uint8, (784,)
        Output of ``answer``: the network's input, 0 paper ... 255 ink.
    """

    def __init__(self, weights: str | Buffer) -> None:
        # as bytes, so that ``load`` cannot take the text for a path; surrogates, which
        # have no UTF-8, become "?" and are refused as bad JSON
        if isinstance(weights, str):
            weights = weights.encode("utf-8", "replace")
        self.network = load(bytes(weights))
        for layer in self.network.layers:
            if isinstance(layer, Dense):
                layer.use_row_major()
        self.pixels: Bytes = np.zeros(SIDE * SIDE * 4, np.uint8)
        self.numbers = np.zeros(5 + len(self.network.labels))
        self.seen: Bytes = np.zeros(SIDE * SIDE, np.uint8)

    def describe(self) -> dict[str, Any]:
        """Return the network's properties for display."""
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
        """Recognize one image: ``pixels`` RGBA bytes, row by row.

        ``fit`` is "digit" or "canvas"; empty: the network's own. ``status`` is "blank"
        for an image without ink, "not-a-digit" for ink that the network rejects, and
        otherwise "digit", with an ``answer``; ``other`` is the second-likeliest label
        if the network is unsure, and otherwise empty.
        """
        start = perf_counter()
        result = self._examine(decode_image(pixels, width, height), fit)
        return self._result(result, start)

    def recognize_image(self, image: Pixels, fit: str = "") -> dict[str, Any]:
        """As ``recognize``, for an image that ``decode_image`` returned."""
        start = perf_counter()
        return self._result(self._examine(image, fit), start)

    def steps(
        self, pixels: Buffer, width: int, height: int, without: Iterable[str]
    ) -> dict[str, Any]:
        """Recognize one image without some of the steps of ``nnweb.images.stages``.

        Returns {"stages": {name: 784 bytes of ink}, "answer": as of ``recognize``}.
        Raises ImageError.
        """
        start = perf_counter()
        images = stages(
            decode_image(pixels, width, height),
            threshold=self.network.input.threshold,
            without=list(without),
        )
        result = self.network.judge(images["seen"].reshape(1, -1))
        return {
            "stages": {name: _to_bytes(image) for name, image in images.items()},
            "answer": self._result(result, start),
        }

    def make_room(self, count: int) -> None:
        """Make ``pixels`` ``count`` bytes long; another size is another array."""
        if self.pixels.size != count:
            self.pixels = np.zeros(count, np.uint8)

    def answer(self, width: int, height: int, fit: str = "") -> None:
        """Recognize the image in ``pixels``; write ``numbers`` and ``seen``."""
        start = perf_counter()
        result = self._examine(decode_image(self.pixels, width, height), fit)
        self.numbers[:4] = _verdict(result)
        self.numbers[5:] = result.probabilities[0]
        self.seen[:] = result.seen[0] * 255 + np.float32(0.5)
        self.numbers[4] = (perf_counter() - start) * 1e3

    def _examine(self, image: Pixels, fit: str) -> Recognition:
        return examine(image, self.network, fit=fit or None)

    def _result(self, result: Recognition, start: float) -> dict[str, Any]:
        status, index, other, score = _verdict(result)
        labels = self.network.labels
        return {
            "status": STATUSES[status],
            "answer": labels[index] if index >= 0 else "",
            "index": index,
            "other": labels[other] if other >= 0 else "",
            "probabilities": result.probabilities[0].tolist(),
            "score": score,
            "seen": _to_bytes(result.seen),
            "milliseconds": (perf_counter() - start) * 1e3,
        }


def add_modules(archive: str) -> None:
    """Let nnweb find those of its modules that only a wheel has, unpacked or not."""
    for name, module in list(sys.modules.items()):
        paths = getattr(module, "__path__", None)
        if name.split(".")[0] == "nnweb" and isinstance(paths, list):
            paths.append(f"{archive}/{name.replace('.', '/')}")


def _to_bytes(ink: NDArray[np.float32]) -> bytes:
    return (ink * 255 + np.float32(0.5)).astype(np.uint8).tobytes()


def _verdict(result: Recognition) -> tuple[int, int, int, float]:
    """Return the first four ``numbers``."""
    score = float(result.scores[0])
    if result.accepted[0]:
        first, second = result.best_two(0)
        return STATUSES.index("digit"), first, second if result.unsure[0] else -1, score
    return STATUSES.index("blank" if result.blank[0] else "not-a-digit"), -1, -1, score
