"""A guided tour of one network on one drawing: every number that its steps show."""

from __future__ import annotations

from collections.abc import Buffer, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
from nnweb.network import FITS, Network
from nnweb.page.api import Recognizer
from nnweb.page.lab import attribution as explain
from nnweb.page.lab import perturb as vary
from nnweb.page.lab.inspector import Glass
from nnweb.training.losses import softmax_cross_entropy
from nnweb.training.optimizers import SGD

VISIBLE = 250  # a grey below it is something on the paper, however faint
_MOVED = 6  # weights that a step is told by


class Tour:
    """One drawing on its way through a network; a copy of it that may be changed."""

    def __init__(self) -> None:
        self._recognizer: Recognizer | None = None
        self._glass = Glass()
        self._copy: Network | None = None  # after the last step of descent
        self._before: Network | None = None  # it
        self._steps = 0
        self._moved: list[dict[str, Any]] = []
        self._grey: NDArray[np.uint8] | None = None
        self._x = np.zeros((1, SIDE * SIDE), np.float32)
        self._fit = "digit"

    def open(self, weights: Buffer) -> None:
        """Walk through this network from now on. Raises WeightsError."""
        self._recognizer = Recognizer(weights)
        self.put_back()

    def look(
        self, drawn: Buffer, pixels: Buffer, width: int, height: int, fit: str
    ) -> dict[str, Any]:
        """Take a drawing: each layer's numbers, the logits, what is made of them.

        ``drawn`` is the paper as 28 x 28 RGBA, nothing moved; ``pixels`` what the page
        asks the network about, as ``Recognizer.recognize`` takes it.
        """
        recognizer = self._opened()
        network = recognizer.network
        paper = np.frombuffer(drawn, np.uint8)
        if paper.size != SIDE * SIDE * 4:
            raise ImageError(
                f"drawn: got {paper.size} bytes, expected {SIDE * SIDE * 4} for "
                f"{SIDE} x {SIDE} RGBA"
            )
        seen = self._glass.look(recognizer, pixels, width, height, fit)
        image = decode_image(pixels, width, height)
        if image.shape[1:3] == (SIDE, SIDE):
            self._grey = paper.reshape(SIDE, SIDE, 4)[..., 0].copy()
        else:  # a picture: its paper is the one with its light evened
            grey = resample(grey_of(image), whole_windows(image), SIDE)
            self._grey = grey[0].astype(np.uint8)
        self._x = prepare(image, fit=fit, threshold=network.input.threshold)
        self._fit = fit
        logits = network.forward(self._x)
        return {
            **seen,
            "grey": self._grey.tobytes(),
            "threshold": network.input.threshold,
            "logits": logits[0].tolist(),
            "probabilities": network.probabilities(logits)[0].tolist(),
            "temperature": network.temperature,
            "sigmoid": _ends_in_sigmoid(network),
        }

    def cut(self, threshold: int) -> dict[str, Any]:
        """The greys below ``threshold`` as ink: what is kept, what falls away.

        ``answer`` is the label of what is kept, or -1 where nothing is.
        """
        grey = self._paper()
        ink = grey < threshold
        fallen = (grey < VISIBLE) & ~ink
        answer, probability = -1, 0.0
        if ink.any():
            x = vary.as_seen(ink[None].astype(np.float32), self._fit)
            answer, probability = _answer(self._opened().network, x)
        return {
            "ink": ink.astype(np.uint8).tobytes(),
            "fallen": fallen.astype(np.uint8).tobytes(),
            "kept": int(ink.sum()),
            "lost": int(fallen.sum()),
            "answer": answer,
            "probability": probability,
        }

    def softmax(self, logits: Sequence[float]) -> list[float]:
        """What the network would make of other logits: probabilities."""
        network = self._opened().network
        if len(logits) != len(network.labels):
            raise ShapeError(
                f"logits: got {len(logits)}, expected {len(network.labels)}"
            )
        row = np.array([logits], np.float32)
        found: list[float] = network.probabilities(row)[0].tolist()
        return found

    def stand(self, label: int) -> dict[str, Any]:
        """How the copy does on the drawing now, and before its last step.

        Each with its ``loss`` in nats for ``label``, the ``probability`` of that label,
        the ``answer`` and how ``sure`` it is; ``use`` is the network in use.
        """
        use = self._opened().network
        self._paper()
        return {
            "steps": self._steps,
            "use": self._verdict(use, label),
            "before": self._verdict(self._before or use, label),
            "after": self._verdict(self._copy or use, label),
            "moved": self._moved,
        }

    def descend(self, label: int, rate: float) -> dict[str, Any]:
        """One step down the gradient of the loss, on the copy alone; as ``stand``.

        Plain gradient descent: every parameter p becomes p - rate * dL/dp. A step
        beyond what float32 can hold is not kept. Raises TrainingError.
        """
        self._paper()
        if not 0 < rate <= 100:
            raise TrainingError(f"rate: got {rate}, expected more than 0, 100 at most")
        before = self._copy or self._opened().network
        after = deepcopy(before)
        with np.errstate(over="ignore", invalid="ignore"):  # asked for right below
            _, dlogits = loss_of(after, self._x, label)
            explain.gradients(after, self._x, dlogits)
            SGD().step(after.params, after.grads, rate)
            sound = np.isfinite(after.forward(self._x)).all()
        if not sound:
            raise TrainingError(
                f"a step at rate {rate} went beyond what numbers can hold and was not "
                "kept, expected a smaller rate"
            )
        self._before, self._copy = before, after
        self._moved = _most_moved(before, after)
        self._steps += 1
        return self.stand(label)

    def put_back(self) -> None:
        """Throw the copy away: the next step is the first one."""
        self._copy = self._before = None
        self._steps, self._moved = 0, []

    def shift(self, right: float, down: float) -> dict[str, Any]:
        """The drawing moved by pixels of 28: with each fit, what is seen and answered.

        ``along`` has the answer at places along the way to the right, -10 ... 10.
        """
        network = self._opened().network
        ink = (self._paper() < network.input.threshold).astype(np.float32)
        amounts = {"right": right, "down": down}
        moved = vary.varied(ink, amounts)
        sides = {}
        for fit in FITS:
            seen = vary.as_seen(moved[None], fit)
            answer, probability = _answer(network, seen)
            sides[fit] = {
                "image": seen.astype(np.float32).tobytes(),
                "answer": answer if moved.any() else -1,
                "probability": probability,
                "along": vary.along(network, ink, amounts, "right", fit)[1],
            }
        return sides

    def _verdict(self, network: Network, label: int) -> dict[str, Any]:
        loss, _ = loss_of(network, self._x, label)
        probabilities = network.predict_proba(self._x)[0]
        return {
            "loss": loss,
            "probability": float(probabilities[label]),
            "answer": int(probabilities.argmax()),
            "sure": float(probabilities.max()),
        }

    def _opened(self) -> Recognizer:
        if self._recognizer is None:
            raise ImageError("no network is open yet: open one first")
        return self._recognizer

    def _paper(self) -> NDArray[np.uint8]:
        if self._grey is None:
            raise ImageError("no drawing was looked at yet: draw a digit first")
        return self._grey


def loss_of(network: Network, x: Array, label: int) -> tuple[float, Array]:
    """Minus the logarithm of the label's probability, in nats, and its dL/dlogits.

    The probability is the one that the network shows: of the softmax at its own
    temperature T (dL/dlogits = (p - target) / T), or, after a Sigmoid, the share of the
    label's output y in their sum (dL/dy = 1 / sum - target / y). x (1, 784).
    """
    count = len(network.labels)
    if not 0 <= label < count:
        raise ShapeError(f"label: got {label}, expected 0 to {count - 1}")
    y = network.forward(x)
    if not _ends_in_sigmoid(network):
        T = y.dtype.type(network.temperature)
        loss, gradient = softmax_cross_entropy(y / T, np.array([label]))
        return loss, gradient / T
    share = y + np.finfo(y.dtype).tiny
    total = share.sum()
    gradient = np.full_like(share, 1 / total)
    gradient[0, label] -= 1 / share[0, label]
    return float(np.log(total) - np.log(share[0, label])), gradient


def _ends_in_sigmoid(network: Network) -> bool:
    return bool(network.layers) and isinstance(network.layers[-1], Sigmoid)


def _answer(network: Network, x: Array) -> tuple[int, float]:
    """The likeliest label of one image x (1, 784), and its probability."""
    probabilities = network.predict_proba(x)[0]
    return int(probabilities.argmax()), float(probabilities.max())


def _most_moved(before: Network, after: Network) -> list[dict[str, Any]]:
    """The parameters that changed most, the greatest first: where, from, to.

    ``layer`` counts from 1, ``at`` is the place in the layer's array ``key``.
    """
    found = []
    old = before.params
    for name, new in after.params.items():
        far = np.abs(new - old[name]).reshape(-1)
        for i in np.argpartition(-far, min(_MOVED, far.size) - 1)[:_MOVED]:
            found.append((float(far[i]), name, int(i)))
    found.sort(key=lambda one: -one[0])
    rows = []
    for _, name, i in found[:_MOVED]:
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
