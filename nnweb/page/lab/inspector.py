"""Inspection of a network on one drawing, for a page: plain values in and out."""

from __future__ import annotations

from collections.abc import Buffer, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import ImageError
from nnweb.images.decode import decode_image
from nnweb.images.preprocess import SIDE, prepare
from nnweb.layers import Array, Dropout, Flatten
from nnweb.network import Network
from nnweb.page.api import Recognizer
from nnweb.page.lab import attribution, layer_outputs, perturb

_TERMS = 5  # of a sum that are listed


class Inspector:
    """One drawing and the network in use."""

    def __init__(self) -> None:
        self._network: Network | None = None
        self._values: list[Array] = []
        self._ink: NDArray[np.float32] = np.zeros((SIDE, SIDE), np.float32)
        self._fit = "digit"
        self._images: dict[int, NDArray[np.uint8]] = {}  # by block
        self._labels: dict[int, NDArray[np.uint8]] = {}

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
        outputs = zip(
            network.layers,
            self._values[1:],
            layer_outputs.stages(network),
            strict=True,
        )
        layers = [
            {**layer_outputs.describe(layer), **_numbers(value), "stage": stage}
            for layer, value, stage in outputs
        ]
        logits = self._values[-1]
        return {
            "input": _numbers(self._values[0]),
            "layers": layers,
            "labels": list(network.labels),
            "answer": int(logits.argmax()),
            "probabilities": network.probabilities(logits[None])[0].tolist(),
        }

    def unit(self, layer: int, at: int) -> dict[str, Any]:
        """Return how number ``at`` of an output is computed, largest terms first.

        ``lines`` are Python for the layer and for the activations that follow it;
        ``window`` is the part of the inputs' images that contributes most.
        """
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
            "lines": self._lines(layer, at),
            "window": _strongest_window(unit.inputs, weights),
        }

    def _lines(self, layer: int, at: int) -> list[dict[str, Any]]:
        network = self._loaded()
        stages = layer_outputs.stages(network)
        lines = []
        for i in range(layer, len(stages)):
            if stages[i] != stages[layer]:
                break
            if i > layer and isinstance(network.layers[i], (Dropout, Flatten)):
                continue
            unit = layer_outputs.unit(network, self._values, i, at)
            name = type(network.layers[i]).__name__
            lines.append({"layer": name, "python": unit.python, "value": unit.value})
        return lines

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
            "squares": change.squares,
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

    def ideal(self) -> dict[str, Any]:
        """Return for each label the image that the network would like most."""
        images = attribution.ideal_images(self._loaded())
        return _numbers(images.reshape(-1, SIDE, SIDE))

    def learn(self, block: int, images: Buffer, labels: Buffer) -> int:
        """Add training digits for ``nearest``; return how many there are now.

        A block that is sent again replaces the one with its number.
        """
        pixels = np.frombuffer(images, np.uint8).reshape(-1, SIDE * SIDE)
        self._images[block] = pixels.copy()
        self._labels[block] = np.frombuffer(labels, np.uint8).copy()
        return sum(map(len, self._labels.values()))

    def nearest(self, count: int, blocks: int) -> list[dict[str, Any]]:
        """Return the training digits most like the drawing, nearest first.

        None are returned until ``blocks`` blocks of them are here.
        """
        self._loaded()
        if len(self._images) < blocks:
            return []
        images = np.concatenate(list(self._images.values()))
        labels = np.concatenate(list(self._labels.values()))
        order, distances = attribution.nearest(self._x(), images, count)
        return [
            {
                "at": int(i),
                "label": int(labels[i]),
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


def _strongest_window(inputs: Array, weights: Array) -> dict[str, Any] | None:
    """Return of inputs (C, KH, KW) the image whose sum is largest, and its weights."""
    if inputs.ndim != 3:
        return None
    sums = (inputs * weights).sum(axis=(1, 2))
    strongest = int(np.abs(sums).argmax())
    return {
        "map": strongest,
        "inputs": _numbers(inputs[strongest]),
        "weights": _numbers(weights[strongest]),
        "sum": float(sums[strongest]),
    }


def _numbers(array: NDArray[Any]) -> dict[str, Any]:
    """Return an array for a page: its shape, and float32 bytes in C order."""
    return {
        "shape": list(array.shape) if array.size else [],
        "bytes": np.ascontiguousarray(array, np.float32).tobytes(),
    }
