"""The numbers of the guided tour: one drawing, from its pixels to a training step."""

from __future__ import annotations

from collections.abc import Buffer, Sequence
from copy import deepcopy
from math import exp
from typing import Any

import numpy as np

from nnweb.errors import ImageError, ShapeError, TrainingError
from nnweb.images.decode import decode_image
from nnweb.images.preprocess import (
    SIDE,
    grey_of,
    prepare,
    resample,
    whole_windows,
)
from nnweb.layers import Array, Sigmoid
from nnweb.network import Network
from nnweb.page.api import Recognizer
from nnweb.page.lab import attribution
from nnweb.page.lab.inspector import Inspector
from nnweb.training.losses import softmax_cross_entropy
from nnweb.training.optimizers import SGD

_LISTED = 6  # of the weights that a step changed most


class Tour:
    """A network, a drawing, and a copy of the network that can be trained on it."""

    def __init__(self) -> None:
        self._recognizer: Recognizer | None = None
        self._inspector = Inspector()
        self._copy: Network | None = None  # after the last training step
        self._before: Network | None = None  # before that step
        self._steps = 0
        self._most_changed: list[dict[str, Any]] = []
        self._x: Array | None = None  # the drawing, (1, 784)

    def open(self, weights: Buffer) -> None:
        """Use this network from now on. Raises WeightsError."""
        self._recognizer = Recognizer(weights)
        self.put_back()

    def look(
        self, drawn: Buffer, pixels: Buffer, width: int, height: int, fit: str
    ) -> dict[str, Any]:
        """Run the network on a drawing; return each layer's output and the result.

        ``pixels`` is what the page recognizes, as ``Recognizer.recognize`` takes it. If
        it is 28 x 28, ``drawn`` is the same drawing as RGBA without refitting.
        """
        recognizer = self._opened()
        network = recognizer.network
        seen = self._inspector.look(recognizer, pixels, width, height, fit)
        image = decode_image(pixels, width, height)
        if image.shape[1:3] == (SIDE, SIDE):
            grey = decode_image(drawn, SIDE, SIDE)[0, ..., 0]
        else:  # a picture: reduced after its light was evened
            grey = resample(grey_of(image), whole_windows(image), SIDE)[0]
        self._x = prepare(image, fit=fit, threshold=network.input.threshold)
        logits = network.forward(self._x)
        return {
            **seen,
            "grey": grey.astype(np.uint8).tobytes(),
            "logits": logits[0].tolist(),
            "temperature": network.temperature,
            "sigmoid": _ends_in_sigmoid(network),
        }

    def softmax(self, logits: Sequence[float]) -> list[float]:
        """Return the probabilities the network would give for other logits."""
        network = self._opened().network
        if len(logits) != len(network.labels):
            raise ShapeError(
                f"logits: got {len(logits)}, expected {len(network.labels)}"
            )
        row = np.array([logits], np.float32)
        probabilities: list[float] = network.probabilities(row)[0].tolist()
        return probabilities

    def stand(self, label: int) -> dict[str, Any]:
        """Evaluate the copy on the drawing: now, before its last step, and at first.

        For each: ``loss`` in nats for ``label``, the ``probability`` of that label, the
        ``answer`` and its probability, ``sure``; ``use`` is the network in use.
        """
        use = self._opened().network
        x = self._drawing()
        return {
            "steps": self._steps,
            "use": _verdict(use, x, label),
            "before": _verdict(self._before or use, x, label),
            "after": _verdict(self._copy or use, x, label),
            "moved": self._most_changed,
        }

    def descend(self, label: int, rate: float) -> dict[str, Any]:
        """Train the copy by one step of gradient descent; return as ``stand``.

        Every parameter p becomes p - rate * dL/dp. A step that overflows float32 is
        discarded. Raises TrainingError.
        """
        x = self._drawing()
        if not 0 < rate <= 100:
            raise TrainingError(f"rate: got {rate}, expected more than 0, 100 at most")
        before = self._copy or self._opened().network
        after = deepcopy(before)
        with np.errstate(over="ignore", invalid="ignore"):  # checked below
            _, dlogits = loss_of(after, x, label)
            attribution.gradients(after, x, dlogits)
            SGD().step(after.params, after.grads, rate)
            finite = np.isfinite(after.forward(x)).all()
        if not finite:
            raise TrainingError(
                f"a step at rate {rate} overflowed and was discarded; choose a smaller "
                "rate"
            )
        self._before, self._copy = before, after
        self._most_changed = _largest_changes(before, after)
        self._steps += 1
        return self.stand(label)

    def put_back(self) -> None:
        """Discard the copy: the next step is the first one."""
        self._copy = self._before = None
        self._steps, self._most_changed = 0, []

    def _opened(self) -> Recognizer:
        if self._recognizer is None:
            raise ImageError("no network is open yet: open one first")
        return self._recognizer

    def _drawing(self) -> Array:
        if self._x is None:
            raise ImageError("there is no drawing yet: draw something first")
        return self._x


def loss_of(network: Network, x: Array, label: int) -> tuple[float, Array]:
    """Return -log(the label's probability), in nats, and dL/dlogits; x (1, 784).

    The probability is the one that the network shows: of the softmax at its own
    temperature T (dL/dlogits = (p - target) / T), or, after a Sigmoid, the share of the
    label's output y in their sum (dL/dy = 1 / sum - target / y). In float64: the loss
    of a clear answer is less than float32 can tell from 0.
    """
    count = len(network.labels)
    if not 0 <= label < count:
        raise ShapeError(f"label: got {label}, expected 0 to {count - 1}")
    y = network.forward(x).astype(np.float64)
    if not _ends_in_sigmoid(network):
        T = network.temperature
        loss, gradient = softmax_cross_entropy(y / T, np.array([label]))
        return loss, (gradient / T).astype(np.float32)
    share = y + np.finfo(np.float32).tiny
    total = share.sum()
    gradient = np.full_like(share, 1 / total)
    gradient[0, label] -= 1 / share[0, label]
    loss = float(np.log(total) - np.log(share[0, label]))
    return loss, gradient.astype(np.float32)


def _ends_in_sigmoid(network: Network) -> bool:
    return bool(network.layers) and isinstance(network.layers[-1], Sigmoid)


def _verdict(network: Network, x: Array, label: int) -> dict[str, Any]:
    loss, _ = loss_of(network, x, label)
    probabilities = network.predict_proba(x)[0]
    return {
        "loss": loss,
        "probability": exp(-loss),
        "answer": int(probabilities.argmax()),
        "sure": float(probabilities.max()),
    }


def _largest_changes(before: Network, after: Network) -> list[dict[str, Any]]:
    """Return the parameters that changed most, largest change first: where, from, to.

    ``layer`` counts from 1; ``at`` is the index into the layer's array ``key``.
    """
    changes = []
    old = before.params
    for name, new in after.params.items():
        change = np.abs(new - old[name]).reshape(-1)
        for i in np.argpartition(-change, min(_LISTED, change.size) - 1)[:_LISTED]:
            changes.append((float(change[i]), name, int(i)))
    changes.sort(key=lambda item: -item[0])
    rows = []
    for _, name, i in changes[:_LISTED]:
        layer, key = name.split(".")
        place = np.unravel_index(i, old[name].shape)
        rows.append(
            {
                "layer": int(layer) + 1,
                "name": type(before.layers[int(layer)]).__name__,
                "key": key,
                "at": [int(p) for p in place],
                "from": float(old[name][place]),
                "to": float(after.params[name][place]),
            }
        )
    return rows
