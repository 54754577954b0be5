"""Inspection of a network on one drawing, for a page: plain values in and out."""

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
from nnweb.page.lab import attribution, layer_outputs, perturb

_TERMS = 12  # of a sum that are listed


class Inspector:
    """One drawing and the network in use."""

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
        """Run the network on an image; return the outputs of every layer.

        Takes the image as ``Recognizer.recognize`` does.
        """
        network = recognizer.network
        image = decode_image(pixels, width, height)
        threshold = network.input.threshold
        x = prepare(image, fit=fit, threshold=threshold)
        ink = prepare(image, fit="canvas", threshold=threshold)
        self._network, self._fit = network, fit
        self._ink = ink.reshape(SIDE, SIDE)
        self._values = layer_outputs.activations(network, x)
        layers = [
            {**layer_outputs.describe(layer), **_numbers(value)}
            for layer, value in zip(network.layers, self._values[1:], strict=True)
        ]
        return {
            "input": _numbers(self._values[0]),
            "layers": layers,
            "labels": list(network.labels),
            "answer": int(self._values[-1].argmax()),
        }

    def unit(self, layer: int, at: int) -> dict[str, Any]:
        """Return how number ``at`` of an output is computed, largest terms first."""
        unit = layer_outputs.unit(self._loaded(), self._values, layer, at)
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
        """Return a layer's weights as images (units, C, H, W); shape [] for none."""
        images = layer_outputs.weight_images(self._loaded(), layer)
        return _numbers(np.zeros(0) if images is None else images)

    def explain(self, label: int) -> dict[str, Any]:
        """Return the evidence for and against a label, 784 numbers by each method."""
        network, x = self._loaded(), self._x()
        return {
            "gradient": _numbers(attribution.saliency(network, x, label)),
            "occlusion": _numbers(attribution.occlusion(network, x, label)),
        }

    def change(self) -> dict[str, Any]:
        """Return the smallest change found that changes the answer."""
        change = attribution.smallest_change(self._loaded(), self._x())
        return {
            "image": _numbers(change.image),
            "difference": _numbers(change.image - self._x()[0]),
            "answer": change.label,
            "size": change.size,
            "found": change.found,
        }

    def vary(self, amounts: Mapping[str, float]) -> dict[str, Any]:
        """Return the perturbed drawing, its answer, and the answers over each range."""
        network = self._loaded()
        image = perturb.perturb(self._ink, amounts)
        seen = perturb.to_input(image[None], self._fit)
        probabilities = network.predict_proba(seen)[0]
        return {
            "image": _numbers(seen[0]),
            "answer": int(probabilities.argmax()),
            "probability": float(probabilities.max()),
            "along": {
                name: perturb.answers_along(
                    network, self._ink, amounts, name, self._fit
                )[1]
                for name in perturb.RANGES
            },
        }

    def learn(self, images: Buffer, labels: Buffer) -> int:
        """Add training digits for ``nearest``; return how many there are now."""
        added = np.frombuffer(images, np.uint8).reshape(-1, SIDE * SIDE).copy()
        self._images.append(added)
        self._labels += np.frombuffer(labels, np.uint8).tolist()
        return len(self._labels)

    def nearest(self, count: int) -> list[dict[str, Any]]:
        """Return the training digits most like the drawing, nearest first."""
        self._loaded()
        if not self._images:
            raise ImageError("there are no training digits to search: load some")
        images = np.concatenate(self._images)
        self._images = [images]
        order, distances = attribution.nearest(self._x(), images, count)
        return [
            {
                "at": int(i),
                "label": self._labels[i],
                "distance": float(distance),
                "image": images[i].tobytes(),
            }
            for i, distance in zip(order, distances, strict=True)
        ]

    def _loaded(self) -> Network:
        if self._network is None:
            raise ImageError("there is no drawing yet: draw something first")
        return self._network

    def _x(self) -> NDArray[np.float32]:
        return self._values[0].reshape(1, -1).astype(np.float32, copy=False)


def _numbers(array: NDArray[Any]) -> dict[str, Any]:
    """Return an array for a page: its shape, and float32 bytes in C order."""
    return {
        "shape": list(array.shape) if array.size else [],
        "bytes": np.ascontiguousarray(array, np.float32).tobytes(),
    }
