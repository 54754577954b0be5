"""Fine-tuning of a network on a person's own drawings, without forgetting the rest.

The convolutions stay as they are: only the dense layers after them learn. Each step
makes a batch of drawings, digits and, if the network can reject, made-up non-digits,
passes it through the convolutions once, and learns several times from all the batches
so far, mixed. The labels are learned from the drawings only; on the rest the logits are
pulled towards those of the original network, which keeps what it knows. Source: Buzzega
et al. 2020, "Dark Experience for General Continual Learning", eq. 4.

Labels that the network does not have become outputs of it. Without any, it stops once
all drawings are recognized. It is judged on validation digits.
"""

from __future__ import annotations

import time
from collections.abc import Buffer, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.data.datasets import Dataset
from nnweb.errors import TrainingError
from nnweb.images.decode import decode_input
from nnweb.layers import Array, Sigmoid
from nnweb.network import DIGITS, OUTLIER, Network
from nnweb.page.lab.lesson_batches import (
    BATCH_DRAWINGS,
    Drawings,
    Index,
    LessonBatches,
    SeenBatches,
)
from nnweb.training.batches import inputs_of
from nnweb.training.head import Split
from nnweb.training.losses import Loss, open_set_cross_entropy, quadratic
from nnweb.training.losses import softmax_cross_entropy as cross_entropy
from nnweb.training.more_labels import with_labels
from nnweb.training.optimizers import Adam
from nnweb.training.schedules import Schedule, cosine
from nnweb.weights.json_format import dumps, load

#: The label of a drawing that shows none of the network's labels.
NO_LABEL = ""
#: The probability that every drawing's label must reach to stop early.
STOP_PROBABILITY = 0.6

_WARMUP = 5  # updates
_OTHERS = 200  # digits that a new label's first weights separate it from
_NAME_SUFFIX = ", taught"


@dataclass(frozen=True)
class Mode:
    """``steps`` at most, of ``updates`` each, whose rate falls to 0 along a cosine.

    ``distillation`` weighs the distance to the old logits, less and less, so that a
    lesson that is hard to learn is learned in the end.
    """

    steps: int
    updates: int
    learning_rate: float
    distillation: float

    def schedule(self) -> Schedule:
        """Return the learning rate of each update."""
        updates = self.steps * self.updates
        return cosine(self.learning_rate, total_steps=updates, warmup_steps=_WARMUP)


MODES = {"careful": Mode(60, 8, 5e-4, 1.0), "hard": Mode(60, 8, 1e-3, 0.0)}
#: "careful" with new labels, which takes all steps: less than a minute in the page.
NEW_LABELS = Mode(30, 8, 1e-3, 0.5)
#: Weight of the digits and non-digits for a new output: each must stay what it is.
NEW_OUTPUT_WEIGHT = 3


class FineTuning:
    """One fine-tuning at a time: start, add and feed, begin, run, end.

    ``network`` is the one that is trained, from ``start`` on.
    """

    def __init__(self) -> None:
        self._network: Network | None = None
        self._batches: LessonBatches | None = None

    def start(self, weights: Buffer, mode: str) -> None:
        """Start with a network; a fine-tuning that was under way is dropped."""
        if mode not in MODES:
            raise TrainingError(
                f"mode: got {mode!r}, expected one of {', '.join(MODES)}"
            )
        network, original = load(bytes(weights)), load(bytes(weights))
        if network.labels[: len(DIGITS)] != DIGITS:
            raise TrainingError(
                f"the network's labels are {', '.join(network.labels[:12])}; only "
                "networks whose first ten are the digits can be fine-tuned"
            )
        self._network, self._original = network, original
        self._mode = MODES[mode]
        self._steps = 0
        self._optimizer, self._loss = Adam(), _loss_of(network)
        self._drawings = Drawings()
        self._mnist: dict[str, list[Dataset]] = {"train": [], "validation": []}
        self._batches = None
        self._results: dict[str, Any] = {}

    @property
    def network(self) -> Network:
        if self._network is None:
            raise TrainingError("no fine-tuning has started: start one")
        return self._network

    def add(
        self,
        pixels: Buffer,
        width: int,
        height: int,
        fit: str,
        label: str,
        points: Buffer = b"",
        lengths: Sequence[int] = (),
    ) -> int:
        """Add a drawing, RGBA, with its label; return how many there are now.

        ``points``, float32, x and y in turn, and ``lengths``, the points of each
        stroke, are what was drawn; a picture has none.
        """
        network, place = self.network, len(self._drawings) + 1
        if label == NO_LABEL and network.reject_below is None:
            raise TrainingError(
                f"drawing {place}: it has no label, but the network cannot reject"
            )
        threshold = network.input.threshold
        x = decode_input(pixels, width, height, fit=fit, threshold=threshold)
        if not x.any():
            raise TrainingError(f"drawing {place}: it has no ink")
        xy = np.frombuffer(points, np.float32).reshape(-1, 2).copy()
        self._drawings.add(x[0], label, xy, list(lengths))
        return len(self._drawings)

    def feed(self, split: str, images: Buffer, labels: Buffer) -> None:
        """Add MNIST digits to "train" or "validation": 784 bytes of ink each."""
        flat = np.frombuffer(images, np.uint8).reshape(-1, 28, 28)
        data = Dataset(flat.copy(), np.frombuffer(labels, np.uint8).copy())
        self._mnist[split].append(data)

    def begin(self) -> dict[str, Any]:
        """Prepare to train, now that all data is here; return the first report."""
        drawings, train = self._drawings, self._mnist["train"]
        for name, data in {"drawings": drawings.labels, **self._mnist}.items():
            if not data:
                raise TrainingError(f"{name}: got none, expected at least one")
        digits = _joined(train)
        network = self._network = self._with_new_labels(digits)
        self._parts, self._old_head = Split(network), Split(self._original).head
        place = {label: i for i, label in enumerate(network.labels)}
        targets = np.array([place.get(label, OUTLIER) for label in drawings.labels])
        has_new = len(network.labels) > len(self._original.labels)
        self._batches = LessonBatches(network, drawings, targets, digits, has_new)
        self._seen = SeenBatches(self._mode.steps)
        self._schedule = self._mode.schedule()
        self._drawings_x = self._parts.features(self._batches.x)
        validation = _joined(self._mnist["validation"])
        self._validation_x = self._parts.features(inputs_of(validation, network.input))
        self._validation_labels = validation.labels
        self._results = {"before": self._evaluate(self._old_head), "after": None}
        return self._report()

    def run(self, milliseconds: float) -> dict[str, Any]:
        """Train for ``milliseconds``, one step at least; return a report."""
        batches = self._begun()
        end = time.perf_counter() + milliseconds / 1e3
        while not self._finished():
            x, targets = batches.make(self._steps)
            self._seen.add(self._parts.features(x), targets)
            self._steps += 1
            for update in range(self._mode.updates):
                self._learn(*self._seen.mixed(update))
                if self._has_learned_all():
                    break
            if time.perf_counter() >= end:
                break
        return self._report()

    def end(self) -> dict[str, Any]:
        """Evaluate the network as it is now; return the last report."""
        self._begun()
        self._results["after"] = self._evaluate(self._parts.head)
        return self._report()

    def weights(self) -> bytes:
        """Return the network as it is now, as a weights file."""
        network = self.network
        network.card = {
            **self._original.card,
            "taught": f"{len(self._drawings)} drawings",
        }
        network.card.pop("accuracy", None)  # no longer true
        network.name = f"{network.name.removesuffix(_NAME_SUFFIX)}{_NAME_SUFFIX}"
        return dumps(network).encode()

    def _with_new_labels(self, digits: Dataset) -> Network:
        """Add the drawings' labels that the network does not have yet; return it."""
        network, drawings = self.network, self._drawings
        known = {*network.labels, NO_LABEL}
        new = [label for label in dict.fromkeys(drawings.labels) if label not in known]
        if not new:
            return network
        if self._mode is MODES["careful"]:
            self._mode = NEW_LABELS
        x, labels = drawings.x(), np.array(drawings.labels)
        few = digits.take(slice(0, _OTHERS), "to be told from")
        examples = {label: x[labels == label] for label in new}
        return with_labels(network, examples, inputs_of(few, network.input))

    def _learn(self, features: Array, targets: Index) -> None:
        """Update the head's parameters once."""
        mode, head = self._mode, self._parts.head
        logits = head.forward(features, train=True)
        # the network's threshold decides about drawings, so for them it is the logit of
        # "none of the labels"
        measured = logits.copy()
        if self._loss is open_set_cross_entropy:
            measured[:BATCH_DRAWINGS] -= self.network.reject_below or 0
        loss, dlogits = self._loss(measured, targets)
        if not np.isfinite(loss):
            raise TrainingError(
                f"step {self._steps}: the loss is {loss}; are the network's "
                "weights damaged?"
            )
        rest, K = slice(BATCH_DRAWINGS, None), len(self._original.labels)
        dlogits[rest, K:] *= NEW_OUTPUT_WEIGHT
        if mode.distillation:
            difference = logits[rest, :K] - self._old_head.forward(features[rest])
            pull = mode.distillation * (1 - (self._steps - 1) / mode.steps)
            dlogits[rest, :K] = pull * difference / len(features)
        head.backward_params(dlogits)
        rate = self._schedule(self._optimizer.steps)
        self._optimizer.step(head.params, head.grads, rate)

    def _finished(self) -> bool:
        return self._steps >= self._mode.steps or self._has_learned_all()

    def _has_learned_all(self) -> bool:
        """Whether all drawings are recognized, as far as that ends the lesson.

        Checked only every few updates, so that checking costs less than training. A new
        label takes all steps: it is to be recognized however it is drawn.
        """
        batches = self._begun()
        if batches.has_new:
            return False
        if self._optimizer.steps % max(1, len(self._drawings) // BATCH_DRAWINGS):
            return False
        logits = self._parts.head.forward(self._drawings_x)
        sure = _probabilities(self.network, logits, batches.targets) >= STOP_PROBABILITY
        return bool(
            (_answers(self.network, logits) == batches.targets).all() and sure.all()
        )

    def _evaluate(self, head: Network) -> dict[str, Any]:
        """Measure a head on the drawings and on the validation digits.

        ``answers``: a label's index for each drawing, -1 for "not a digit"; ``right``:
        how many of them; ``accuracy`` on the validation digits, rejected or not, and
        ``refused``, the share of them that is rejected.
        """
        batches = self._begun()
        answers = _answers(head, head.forward(self._drawings_x))
        logits = head.forward(self._validation_x)
        right = logits.argmax(axis=1) == self._validation_labels
        return {
            "answers": answers.tolist(),
            "right": int((answers == batches.targets).sum()),
            "accuracy": float(right.mean()),
            "refused": float((_answers(head, logits) == OUTLIER).mean()),
        }

    def _begun(self) -> LessonBatches:
        if self._network is None or self._batches is None:
            raise TrainingError("this fine-tuning has not begun: start one")
        return self._batches

    def _report(self) -> dict[str, Any]:
        return {
            "labels": list(self.network.labels),
            "step": self._steps,
            "steps": self._mode.steps,
            "finished": self._finished(),
            "drawings": len(self._drawings),
            "digits": len(self._validation_labels),
            **self._results,
        }


def _joined(parts: list[Dataset]) -> Dataset:
    return Dataset(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def _loss_of(network: Network) -> Loss:
    """Return the loss the network was trained with, as far as its layers show it."""
    if isinstance(network.layers[-1], Sigmoid):
        return quadratic
    return cross_entropy if network.reject_below is None else open_set_cross_entropy


def _answers(network: Network, logits: NDArray[np.floating]) -> NDArray[np.intp]:
    """Return each row's label, -1 if it is rejected."""
    answers = logits.argmax(axis=1)
    if network.reject_below is not None:
        answers[network.score(logits) < network.reject_below] = OUTLIER
    return answers


def _probabilities(
    network: Network, logits: NDArray[np.floating], targets: NDArray[np.intp]
) -> NDArray[np.floating]:
    """Return the probability of each row's label.

    That of none is a half at the threshold (``open_set_cross_entropy``).
    """
    of_label = network.probabilities(logits)[np.arange(len(logits)), targets]
    above = network.score(logits) - (network.reject_below or 0)
    of_none = 1 / (1 + np.exp(np.minimum(above, 80)))
    return np.where(targets == OUTLIER, of_none, of_label)
