"""What the page may ask of a network about one drawing: plain values in, and out."""

from __future__ import annotations

from collections.abc import Buffer, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ImageError
from nnweb.images.decode import decode_image
from nnweb.images.preprocess import SIDE, prepare
from nnweb.layers import Array
from nnweb.network import Network
from nnweb.page.api import Recognizer
from nnweb.page.lab import attribution as explain
from nnweb.page.lab import layer_outputs as inside
from nnweb.page.lab import perturb as vary

_TERMS = 12  # of a sum, that are shown one by one


class Glass:
    """One drawing, looked at with the network that is in use."""

    def __init__(self) -> None:
        self._network: Network | None = None
        self._values: list[Array] = []
        self._ink: NDArray[np.float32] = np.zeros((SIDE, SIDE), np.float32)
        self._fit = "digit"
        self._images: list[NDArray[np.uint8]] = []
        self._labels: list[int] = []

    def look(
        self, recognizer: Recognizer, pixels: Buffer, width: int, height: int, fit: str
    ) -> dict[str, Any]:
        """Take an image, as ``Recognizer.recognize`` does: every layer's numbers."""
        network = recognizer.network
        image = decode_image(pixels, width, height)
        threshold = network.input.threshold
        x = prepare(image, fit=fit, threshold=threshold)
        ink = prepare(image, fit="canvas", threshold=threshold)
        self._network, self._fit = network, fit
        self._ink = ink.reshape(SIDE, SIDE)
        self._values = inside.activations(network, x)
        layers = [
            {**inside.named(layer), **_numbers(value)}
            for layer, value in zip(network.layers, self._values[1:], strict=True)
        ]
        return {
            "input": _numbers(self._values[0]),
            "layers": layers,
            "labels": list(network.labels),
            "answer": int(self._values[-1].argmax()),
        }

    def unit(self, layer: int, at: int) -> dict[str, Any]:
        """One number of a layer: what it is made of, the greatest terms one by one."""
        unit = inside.unit(self._seen(), self._values, layer, at)
        weights = unit.weights if unit.kind == "sum" else np.ones_like(unit.inputs)
        terms = (unit.inputs * weights).reshape(-1)
        order = np.argsort(-np.abs(terms), kind="stable")[:_TERMS]
        shown = terms[order]
        return {
            "kind": unit.kind,
            "value": unit.value,
            "bias": unit.bias,
            "count": int(terms.size),
            "terms": [
                {
                    "at": int(i),
                    "input": float(unit.inputs.reshape(-1)[i]),
                    "weight": float(weights.reshape(-1)[i]),
                    "product": float(terms[i]),
                }
                for i in order
            ],
            "rest": float(terms.sum() - shown.sum()),
        }

    def pictures(self, layer: int) -> dict[str, Any]:
        """What a layer learned, as images (units, C, H, W); shape [] for none."""
        images = inside.pictures(self._seen(), layer)
        return _numbers(np.zeros(0) if images is None else images)

    def explain(self, label: int) -> dict[str, Any]:
        """What speaks for and against a label: 784 numbers each way."""
        network, x = self._seen(), self._x()
        return {
            "gradient": _numbers(explain.saliency(network, x, label)),
            "occlusion": _numbers(explain.occlusion(network, x, label)),
        }

    def change(self) -> dict[str, Any]:
        """The smallest change that was found to another answer."""
        change = explain.smallest_change(self._seen(), self._x())
        return {
            "image": _numbers(change.image),
            "difference": _numbers(change.image - self._x()[0]),
            "answer": change.label,
            "size": change.size,
            "found": change.found,
        }

    def vary(self, amounts: Mapping[str, float]) -> dict[str, Any]:
        """The drawing with levers set, the answer to it, and answers along each."""
        network = self._seen()
        image = vary.varied(self._ink, amounts)
        seen = vary.as_seen(image[None], self._fit)
        probabilities = network.predict_proba(seen)[0]
        return {
            "image": _numbers(seen[0]),
            "answer": int(probabilities.argmax()),
            "probability": float(probabilities.max()),
            "along": {
                name: vary.along(network, self._ink, amounts, name, self._fit)[1]
                for name in vary.LEVERS
            },
        }

    def learn(self, images: Buffer, labels: Buffer) -> int:
        """Take training digits to look among; how many there are now."""
        found = np.frombuffer(images, np.uint8).reshape(-1, SIDE * SIDE).copy()
        self._images.append(found)
        self._labels += np.frombuffer(labels, np.uint8).tolist()
        return len(self._labels)

    def nearest(self, count: int) -> list[dict[str, Any]]:
        """The training digits most like the drawing, best first."""
        self._seen()
        if not self._images:
            raise ImageError("there are no training digits to look among: load some")
        images = np.concatenate(self._images)
        self._images = [images]
        best, far = explain.nearest(self._x(), images, count)
        return [
            {
                "at": int(i),
                "label": self._labels[i],
                "distance": float(distance),
                "image": images[i].tobytes(),
            }
            for i, distance in zip(best, far, strict=True)
        ]

    def _seen(self) -> Network:
        if self._network is None:
            raise ImageError("no drawing was looked at yet: draw a digit first")
        return self._network

    def _x(self) -> NDArray[np.float32]:
        return self._values[0].reshape(1, -1).astype(np.float32, copy=False)


def _numbers(array: NDArray[Any]) -> dict[str, Any]:
    """An array for a page: its shape, and float32 bytes in C order."""
    return {
        "shape": list(array.shape) if array.size else [],
        "bytes": np.ascontiguousarray(array, np.float32).tobytes(),
    }
