"""From the body of a request to the fields of its answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.images.files import read_grey, read_picture
from nnweb.images.preprocess import SIDE, Pixels
from nnweb.network import Network
from nnweb.numbers.reader import read_number
from nnweb.numbers.separators import SIGNS
from nnweb.recognize import examine
from nnweb.serve.strokes import draw_strokes, parse_strokes

RAW = SIDE * SIDE  # bytes


@dataclass(frozen=True)
class Body:
    """What was sent: ``type`` is its media type, in small letters, "" if not said."""

    content: bytes
    type: str

    @property
    def is_strokes(self) -> bool:
        return self.type == "application/json"

    @property
    def is_raw(self) -> bool:
        return self.type == "application/octet-stream" and len(self.content) == RAW


def predict(network: Network, body: Body, fit: str | None) -> dict[str, Any]:
    """Recognize one image or drawing. Raises NnwebError."""
    fit = fit or network.input.fit
    if body.is_strokes:
        images = draw_strokes(parse_strokes(body.content), fit)
    elif body.is_raw:
        images = _raw(body.content)[None]
    else:
        images = read_picture(body.content)[None]
    found = examine(images, network, fit=fit)
    labels, accepted = network.labels, bool(found.accepted[0])
    first, second = found.best_two(0)
    status = "accepted" if accepted else "blank" if found.blank[0] else "rejected"
    return {
        "status": status,
        "answer": labels[first] if accepted else None,
        "other": labels[second] if found.unsure[0] else None,
        "probabilities": dict(
            zip(labels, found.probabilities[0].tolist(), strict=True)
        ),
        "score": float(found.scores[0]),
    }


def read(network: Network, body: Body, conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Read a whole number; ``conditions`` as of ``read_number``. Raises NnwebError."""
    written: Any
    if body.is_strokes:
        written = parse_strokes(body.content)
    else:
        written = _raw(body.content) if body.is_raw else read_grey(body.content)
    allowed = {"alphabet": "".join(network.labels) + SIGNS, **conditions}
    return dataclasses.asdict(read_number(written, network, **allowed))


def _raw(content: bytes) -> NDArray[np.uint8]:
    """Return 28 x 28 greys, black on white; most of them are paper."""
    grey: Pixels = np.frombuffer(content, np.uint8).reshape(SIDE, SIDE)
    return 255 - grey if np.median(grey) < 128 else grey
