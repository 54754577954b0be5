"""A lesson: a network learns a person's own drawings, and is watched not to forget.

A few steps on the drawings, mixed with MNIST's training digits. On those the outputs
are pulled back to what they were, which keeps the rest of what the network knows, and
its sense of what is no digit. Source: Buzzega et al. 2020, "Dark Experience for General
Continual Learning", eq. 5.

It ends as soon as all drawings are read right, and is judged on digits that it is not
taught.
"""

from __future__ import annotations

import time
from collections.abc import Buffer
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.data.augment import Mixture
from nnweb.data.augment.traces import skeletons
from nnweb.data.datasets import Dataset
from nnweb.errors import TrainingError
from nnweb.images.decode import decode_input
from nnweb.images.preprocess import crop
from nnweb.layers import Array, Dropout, Sigmoid
from nnweb.network import DIGITS, OUTLIER, Network
from nnweb.training.batches import inputs_of
from nnweb.training.losses import Loss, open_set_cross_entropy, quadratic
from nnweb.training.losses import softmax_cross_entropy as cross_entropy
from nnweb.training.optimizers import Adam
from nnweb.weights.json_format import dumps, load

Bytes = NDArray[np.uint8]
Index = NDArray[np.intp]

#: Of each batch: drawings, MNIST's digits, made-up non-digits.
OWN, KNOWN, ODD = 16, 48, 8
#: How sure it has to be of each drawing for the lesson to end.
SURE = 0.6

_WARM = 5  # steps in which the learning rate grows to its full size
_CHUNK = 200  # images looked at at once: bounds the memory
_TRACED = 200  # digits that non-digits are made of
_TAUGHT = ", taught"


@dataclass(frozen=True)
class Manner:
    """How hard a lesson tries: ``steps`` at most, and how much the old outputs hold."""

    steps: int
    learning_rate: float
    hold: float


MANNERS = {"careful": Manner(150, 3e-4, 0.2), "hard": Manner(300, 1e-3, 0.0)}


class Lesson:
    """``network`` is taught in place; ``before`` is what it said until then."""

    def __init__(self, weights: Buffer, manner: str) -> None:
        if manner not in MANNERS:
            raise TrainingError(
                f"manner: got {manner!r}, expected one of {', '.join(MANNERS)}"
            )
        self.network, self._before = load(bytes(weights)), load(bytes(weights))
        if self.network.labels != DIGITS:
            raise TrainingError(
                f"the network's labels are {', '.join(self.network.labels[:12])}; what "
                "is taught here are the ten digits"
            )
        self.manner = MANNERS[manner]
        self.steps = 0
        self._optimizer, self._loss = Adam(), _loss_for(self.network)
        self._seen: list[Array] = []
        self._labels: list[int] = []
        self._parts: dict[str, list[Dataset]] = {"train": [], "validation": []}
        self._lesson: _Batches | None = None
        self._marks: dict[str, Any] = {}

    def add(self, pixels: Buffer, width: int, height: int, fit: str, label: str) -> int:
        """A drawing, RGBA, and what it is; how many there are now."""
        if label not in DIGITS:
            raise TrainingError(f"label: got {label!r}, expected one of 0 to 9")
        threshold = self.network.input.threshold
        x = decode_input(pixels, width, height, fit=fit, threshold=threshold)
        if not x.any():
            raise TrainingError(f"drawing {len(self._seen) + 1}: there is no ink in it")
        self._seen.append(x[0])
        self._labels.append(int(label))
        return len(self._seen)

    def feed(self, split: str, images: Buffer, labels: Buffer) -> None:
        """MNIST's digits for "train", or for "validation": 784 bytes of ink each."""
        flat = np.frombuffer(images, np.uint8).reshape(-1, 28, 28)
        data = Dataset(flat.copy(), np.frombuffer(labels, np.uint8).copy())
        self._parts[split].append(data)

    def begin(self) -> dict[str, Any]:
        """All is there: what the network can before the lesson."""
        for what, given in {"drawings": self._seen, **self._parts}.items():
            if not given:
                raise TrainingError(f"{what}: none came, expected some to learn from")
        x, labels = np.stack(self._seen), np.array(self._labels)
        known = _joined(self._parts["train"])
        self._lesson = _Batches(self.network, x, labels.astype(np.uint8), known)
        for place, layer in enumerate(self.network.layers):
            if isinstance(layer, Dropout):
                layer.rng = np.random.default_rng([1, place])
        validation = _joined(self._parts["validation"])
        self._x = inputs_of(validation, self.network.input)
        self._true = validation.labels
        self._marks = {"before": self.marks(), "after": None}
        return self._report()

    def run(self, milliseconds: float) -> dict[str, Any]:
        """Teach for so long, one step at least. How far it is."""
        batches = self._begun()
        end = time.perf_counter() + milliseconds / 1e3
        while not self._finished():
            self._learn(*batches.make(self.steps))
            if time.perf_counter() >= end:
                break
        return self._report()

    def end(self) -> dict[str, Any]:
        """Enough, or over: what the network can now."""
        self._begun()
        self._marks["after"] = self.marks()
        return self._report()

    def weights(self) -> bytes:
        """The network as it is now, as a weights file."""
        network = self.network
        network.card = {**self._before.card, "taught": f"{len(self._seen)} drawings"}
        network.card.pop("accuracy", None)  # no longer true
        name = network.name.removesuffix(_TAUGHT)
        network.name = f"{name}{_TAUGHT}"
        return dumps(network).encode()

    # --- parts ---

    def _learn(self, x: Array, targets: NDArray[Any]) -> None:
        logits = self.network.forward(x, train=True)
        loss, dlogits = self._loss(logits, targets)
        if not np.isfinite(loss):
            raise TrainingError(
                f"step {self.steps + 1}: the loss is {loss}; are the network's weights "
                "damaged?"
            )
        if self.manner.hold:
            past = self._before.forward(x[OWN:])
            dlogits[OWN:] += self.manner.hold * (logits[OWN:] - past) / len(x)
        self.network.backward_params(dlogits)
        self.steps += 1
        rate = self.manner.learning_rate * min(1.0, self.steps / _WARM)
        self._optimizer.step(self.network.params, self.network.grads, rate)

    def _finished(self) -> bool:
        """Whether all are read right, asked as often as costs less than learning."""
        if self.steps >= self.manner.steps:
            return True
        if self.steps % max(2, len(self._seen) // OWN):
            return False
        answers, sure = _answers(self.network, self._begun().x, self._labels)
        return bool((answers == self._labels).all() and (sure >= SURE).all())

    def marks(self) -> dict[str, Any]:
        """What the network makes of the drawings, and of the validation digits.

        ``answers``: a label's index for each drawing, -1 for "not a digit"; ``right``
        of them; of the validation digits ``accuracy``, whatever it takes for none, and
        ``refused``, the share that it takes for none.
        """
        answers, _ = _answers(self.network, self._begun().x, self._labels)
        logits = _forward(self.network, self._x)
        return {
            "answers": answers.tolist(),
            "right": int((answers == self._labels).sum()),
            "accuracy": float((logits.argmax(axis=1) == self._true).mean()),
            "refused": float(1 - _accepted(self.network, logits).mean()),
        }

    def _begun(self) -> _Batches:
        if self._lesson is None:
            raise TrainingError("this lesson has not begun")
        return self._lesson

    def _report(self) -> dict[str, Any]:
        return {
            "step": self.steps,
            "steps": self.manner.steps,
            "finished": self._finished(),
            "drawings": len(self._seen),
            "digits": len(self._true),
            **self._marks,
        }


class Teacher:
    """One lesson at a time, for a page: each method as the Lesson's of that name."""

    def __init__(self) -> None:
        self._now: Lesson | None = None

    def start(self, weights: Buffer, manner: str) -> None:
        """Put a new lesson in the place of the one that is there."""
        self._now = Lesson(weights, manner)

    def add(self, pixels: Buffer, width: int, height: int, fit: str, label: str) -> int:
        return self._lesson().add(pixels, width, height, fit, label)

    def feed(self, split: str, images: Buffer, labels: Buffer) -> None:
        self._lesson().feed(split, images, labels)

    def begin(self) -> dict[str, Any]:
        return self._lesson().begin()

    def run(self, milliseconds: float) -> dict[str, Any]:
        return self._lesson().run(milliseconds)

    def end(self) -> dict[str, Any]:
        return self._lesson().end()

    def weights(self) -> bytes:
        return self._lesson().weights()

    def _lesson(self) -> Lesson:
        if self._now is None:
            raise TrainingError("there is no lesson: start one")
        return self._now


class _Batches:
    """Drawings, digits and non-digits for each step, the same for the same step.

    ``x`` (N, 784): the drawings as the network sees them, with their ``labels``. Half
    of a batch is as it is, half is turned and bent, where the network centres what it
    sees: one that sees drawings as they are is taught them as they are.
    """

    def __init__(
        self, network: Network, x: Array, labels: Bytes, known: Dataset
    ) -> None:
        self.x, self._labels, self._known = x, labels, known
        self._known_x = inputs_of(known, network.input)
        self._varies = network.input.fit == "digit"
        # only who says "not a digit" was taught what is none
        self._odd = ODD if self._varies and network.reject_below is not None else 0
        images = (x * 255 + np.float32(0.5)).astype(np.uint8).reshape(-1, 28, 28)
        self._own = Mixture(images, labels)
        self._digits = Mixture(known.images, known.labels)
        few = known.take(slice(0, _TRACED), "to make non-digits of")
        traces = skeletons(few.images) if self._odd else None
        self._sources = Mixture(few.images, few.labels, traces=traces)

    def make(self, step: int) -> tuple[Array, NDArray[np.intp]]:
        """Images (OWN + KNOWN + ODD, 784) in this order, and their labels."""
        rng = np.random.default_rng([0, step])
        # each as often as any other: all of them in turn, or some of many
        own = rng.permutation(max(OWN, len(self.x)))[:OWN] % len(self.x)
        known = rng.integers(len(self._known), size=KNOWN, dtype=np.intp)
        parts = [
            self._some(self._own, self.x, own, rng),
            self._some(self._digits, self._known_x, known, rng),
        ]
        labels = [self._labels[own], self._known.labels[known]]
        if self._odd:
            few = self._sources.images
            sources = rng.integers(len(few), size=ODD, dtype=np.intp)
            made = self._sources.make("outlier", sources, rng)
            parts.append(crop(made).reshape(ODD, -1))
            labels.append(np.full(ODD, OUTLIER))
        targets = np.concatenate([part.astype(np.intp) for part in labels])
        return np.concatenate(parts), targets

    def _some(
        self, mixture: Mixture, x: Array, at: Index, rng: np.random.Generator
    ) -> Array:
        """The images ``at``, the second half of them varied."""
        if not self._varies:
            return x[at]
        half = len(at) // 2
        bent = crop(mixture.make("warped", at[half:], rng))
        return np.concatenate([x[at[:half]], bent.reshape(-1, x.shape[1])])


def _joined(parts: list[Dataset]) -> Dataset:
    return Dataset(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def _forward(network: Network, x: Array) -> NDArray[np.floating]:
    """The logits of many images, a part at a time."""
    parts = [x[start : start + _CHUNK] for start in range(0, len(x), _CHUNK)]
    return np.concatenate([network.forward(part) for part in parts])


def _loss_for(network: Network) -> Loss:
    """As the network was trained: one that says "not a digit" goes on learning it."""
    if isinstance(network.layers[-1], Sigmoid):
        return quadratic
    return cross_entropy if network.reject_below is None else open_set_cross_entropy


def _accepted(network: Network, logits: NDArray[np.floating]) -> NDArray[np.bool_]:
    if network.reject_below is None:
        return np.ones(len(logits), np.bool_)
    return network.score(logits) >= network.reject_below


def _answers(
    network: Network, x: Array, labels: list[int]
) -> tuple[NDArray[np.intp], NDArray[np.floating]]:
    """What a pad shows for x (N, 784), -1 for none; how sure it is of ``labels``."""
    logits = _forward(network, x)
    answers = np.where(_accepted(network, logits), logits.argmax(axis=1), -1)
    return answers, network.probabilities(logits)[np.arange(len(x)), labels]
