"""Fine-tuning of a network on a person's own drawings, without forgetting the rest.

Each step takes a batch of drawings, MNIST digits and, if the network can reject,
made-up non-digits. On the digits the logits are pulled towards those of the original
network, which keeps what it knows. Source: Buzzega et al. 2020, "Dark Experience for
General Continual Learning", eq. 5.

It stops once all drawings are recognized, and is judged on validation digits.
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

#: Images of each kind in a batch.
BATCH_DRAWINGS, BATCH_DIGITS, BATCH_OUTLIERS = 16, 48, 8
#: The probability that every drawing's label must reach to stop early.
STOP_PROBABILITY = 0.6

_WARMUP_STEPS = 5
_CHUNK = 200  # images in one forward pass: bounds the memory
_OUTLIER_SOURCES = 200  # digits that non-digits are made from
_NAME_SUFFIX = ", taught"


@dataclass(frozen=True)
class Mode:
    """``steps`` at most; ``distillation`` weighs the distance to the old logits."""

    steps: int
    learning_rate: float
    distillation: float


MODES = {"careful": Mode(150, 3e-4, 0.2), "hard": Mode(300, 1e-3, 0.0)}


class FineTuning:
    """One fine-tuning at a time: start, add and feed, begin, run, end.

    ``network`` is the one that is trained, from ``start`` on.
    """

    def __init__(self) -> None:
        self._network: Network | None = None
        self._batches: _Batches | None = None

    def start(self, weights: Buffer, mode: str) -> None:
        """Start with a network; a fine-tuning that was under way is dropped."""
        if mode not in MODES:
            raise TrainingError(
                f"mode: got {mode!r}, expected one of {', '.join(MODES)}"
            )
        network, original = load(bytes(weights)), load(bytes(weights))
        if network.labels != DIGITS:
            raise TrainingError(
                f"the network's labels are {', '.join(network.labels[:12])}; only "
                "networks for the ten digits can be fine-tuned"
            )
        self._network, self._original = network, original
        self._mode = MODES[mode]
        self._steps = 0
        self._optimizer, self._loss = Adam(), _loss_of(network)
        self._inputs: list[Array] = []
        self._labels: list[int] = []
        self._mnist: dict[str, list[Dataset]] = {"train": [], "validation": []}
        self._batches = None
        self._results: dict[str, Any] = {}

    @property
    def network(self) -> Network:
        if self._network is None:
            raise TrainingError("no fine-tuning has started: start one")
        return self._network

    def add(self, pixels: Buffer, width: int, height: int, fit: str, label: str) -> int:
        """Add a drawing, RGBA, with its label; return how many there are now."""
        if label not in DIGITS:
            raise TrainingError(f"label: got {label!r}, expected one of 0 to 9")
        threshold = self.network.input.threshold
        x = decode_input(pixels, width, height, fit=fit, threshold=threshold)
        if not x.any():
            raise TrainingError(f"drawing {len(self._inputs) + 1}: it has no ink")
        self._inputs.append(x[0])
        self._labels.append(int(label))
        return len(self._inputs)

    def feed(self, split: str, images: Buffer, labels: Buffer) -> None:
        """Add MNIST digits to "train" or "validation": 784 bytes of ink each."""
        flat = np.frombuffer(images, np.uint8).reshape(-1, 28, 28)
        data = Dataset(flat.copy(), np.frombuffer(labels, np.uint8).copy())
        self._mnist[split].append(data)

    def begin(self) -> dict[str, Any]:
        """Prepare to train, now that all data is here; return the first report."""
        network = self.network
        for name, data in {"drawings": self._inputs, **self._mnist}.items():
            if not data:
                raise TrainingError(f"{name}: got none, expected at least one")
        x, labels = np.stack(self._inputs), np.array(self._labels, np.uint8)
        self._batches = _Batches(network, x, labels, _joined(self._mnist["train"]))
        for i, layer in enumerate(network.layers):
            if isinstance(layer, Dropout):
                layer.rng = np.random.default_rng([1, i])
        validation = _joined(self._mnist["validation"])
        self._validation_x = inputs_of(validation, network.input)
        self._validation_labels = validation.labels
        self._results = {"before": self._evaluate(), "after": None}
        return self._report()

    def run(self, milliseconds: float) -> dict[str, Any]:
        """Train for ``milliseconds``, one step at least; return a report."""
        batches = self._begun()
        end = time.perf_counter() + milliseconds / 1e3
        while not self._finished():
            self._step(*batches.make(self._steps))
            if time.perf_counter() >= end:
                break
        return self._report()

    def end(self) -> dict[str, Any]:
        """Evaluate the network as it is now; return the last report."""
        self._begun()
        self._results["after"] = self._evaluate()
        return self._report()

    def weights(self) -> bytes:
        """Return the network as it is now, as a weights file."""
        network = self.network
        network.card = {
            **self._original.card,
            "taught": f"{len(self._inputs)} drawings",
        }
        network.card.pop("accuracy", None)  # no longer true
        network.name = f"{network.name.removesuffix(_NAME_SUFFIX)}{_NAME_SUFFIX}"
        return dumps(network).encode()

    def _step(self, x: Array, targets: NDArray[Any]) -> None:
        logits = self.network.forward(x, train=True)
        loss, dlogits = self._loss(logits, targets)
        if not np.isfinite(loss):
            raise TrainingError(
                f"step {self._steps + 1}: the loss is {loss}; are the network's "
                "weights damaged?"
            )
        if self._mode.distillation:
            rest = slice(BATCH_DRAWINGS, None)
            difference = logits[rest] - self._original.forward(x[rest])
            dlogits[rest] += self._mode.distillation * difference / len(x)
        self.network.backward_params(dlogits)
        self._steps += 1
        rate = self._mode.learning_rate * min(1.0, self._steps / _WARMUP_STEPS)
        self._optimizer.step(self.network.params, self.network.grads, rate)

    def _finished(self) -> bool:
        """Whether all drawings are recognized, or the steps are used up.

        Checked only every few steps, so that checking costs less than training.
        """
        if self._steps >= self._mode.steps:
            return True
        if self._steps % max(2, len(self._inputs) // BATCH_DRAWINGS):
            return False
        answers, probability = self._answers()
        right = (answers == self._labels).all()
        return bool(right and (probability >= STOP_PROBABILITY).all())

    def _evaluate(self) -> dict[str, Any]:
        """Measure the network on the drawings and on the validation digits.

        ``answers``: a label's index for each drawing, -1 for "not a digit"; ``right``:
        how many of them; ``accuracy`` on the validation digits, rejected or not, and
        ``refused``, the share of them that is rejected.
        """
        answers, _ = self._answers()
        logits = _forward(self.network, self._validation_x)
        right = logits.argmax(axis=1) == self._validation_labels
        return {
            "answers": answers.tolist(),
            "right": int((answers == self._labels).sum()),
            "accuracy": float(right.mean()),
            "refused": float(1 - _accepted(self.network, logits).mean()),
        }

    def _answers(self) -> tuple[NDArray[np.intp], NDArray[np.floating]]:
        """Return each drawing's answer, -1 if rejected, and its label's probability."""
        x = self._begun().x
        logits = _forward(self.network, x)
        accepted = _accepted(self.network, logits)
        answers = np.where(accepted, logits.argmax(axis=1), -1)
        probabilities = self.network.probabilities(logits)
        return answers, probabilities[np.arange(len(x)), self._labels]

    def _begun(self) -> _Batches:
        if self._network is None or self._batches is None:
            raise TrainingError("this fine-tuning has not begun: start one")
        return self._batches

    def _report(self) -> dict[str, Any]:
        return {
            "step": self._steps,
            "steps": self._mode.steps,
            "finished": self._finished(),
            "drawings": len(self._inputs),
            "digits": len(self._validation_labels),
            **self._results,
        }


class _Batches:
    """Drawings, digits and non-digits for each step; a pure function of the step.

    ``x`` (N, 784) are the drawings as network input, with their ``labels``. The second
    half of the drawings and of the digits is warped, unless the network does not centre
    its input: it is trained on the drawings as they are.
    """

    def __init__(
        self, network: Network, x: Array, labels: Bytes, digits: Dataset
    ) -> None:
        self.x, self._labels, self._digits = x, labels, digits
        self._digits_x = inputs_of(digits, network.input)
        self._augment = network.input.fit == "digit"
        # only networks that reject were trained on non-digits
        rejects = network.reject_below is not None
        self._outliers = BATCH_OUTLIERS if self._augment and rejects else 0
        images = (x * 255 + np.float32(0.5)).astype(np.uint8).reshape(-1, 28, 28)
        self._drawing_mixture = Mixture(images, labels)
        self._digit_mixture = Mixture(digits.images, digits.labels)
        few = digits.take(slice(0, _OUTLIER_SOURCES), "sources of non-digits")
        traces = skeletons(few.images) if self._outliers else None
        self._outlier_mixture = Mixture(few.images, few.labels, traces=traces)

    def make(self, step: int) -> tuple[Array, NDArray[np.intp]]:
        """Return the batch's images (N, 784), drawings first, and their labels."""
        rng = np.random.default_rng([0, step])
        # every drawing equally often: all of them in turn, or a sample of many
        order = rng.permutation(max(BATCH_DRAWINGS, len(self.x)))
        drawings = order[:BATCH_DRAWINGS] % len(self.x)
        digits = rng.integers(len(self._digits), size=BATCH_DIGITS, dtype=np.intp)
        parts = [
            self._half_warped(self._drawing_mixture, self.x, drawings, rng),
            self._half_warped(self._digit_mixture, self._digits_x, digits, rng),
        ]
        labels = [self._labels[drawings], self._digits.labels[digits]]
        if self._outliers:
            count = len(self._outlier_mixture.images)
            sources = rng.integers(count, size=self._outliers, dtype=np.intp)
            ink = self._outlier_mixture.make("outlier", sources, rng)
            parts.append(crop(ink).reshape(self._outliers, -1))
            labels.append(np.full(self._outliers, OUTLIER))
        targets = np.concatenate([part.astype(np.intp) for part in labels])
        return np.concatenate(parts), targets

    def _half_warped(
        self, mixture: Mixture, x: Array, indices: Index, rng: np.random.Generator
    ) -> Array:
        if not self._augment:
            return x[indices]
        half = len(indices) // 2
        warped = crop(mixture.make("warped", indices[half:], rng))
        return np.concatenate([x[indices[:half]], warped.reshape(-1, x.shape[1])])


def _joined(parts: list[Dataset]) -> Dataset:
    return Dataset(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def _forward(network: Network, x: Array) -> NDArray[np.floating]:
    """Return the logits of many images, computed in chunks."""
    chunks = [x[start : start + _CHUNK] for start in range(0, len(x), _CHUNK)]
    return np.concatenate([network.forward(chunk) for chunk in chunks])


def _loss_of(network: Network) -> Loss:
    """Return the loss the network was trained with, as far as its layers show it."""
    if isinstance(network.layers[-1], Sigmoid):
        return quadratic
    return cross_entropy if network.reject_below is None else open_set_cross_entropy


def _accepted(network: Network, logits: NDArray[np.floating]) -> NDArray[np.bool_]:
    if network.reject_below is None:
        return np.ones(len(logits), np.bool_)
    return network.score(logits) >= network.reject_below
