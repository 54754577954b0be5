"""A training run in the lab: fed with digits, run in short slices, changed in between.

The worker calls ``run`` repeatedly, for a tenth of a second each time; in between it
may change hyperparameters, export the weights and save a checkpoint. Reports are plain
values.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Buffer, Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from nnweb.architecture import build_layers
from nnweb.data.datasets import Dataset
from nnweb.errors import TrainingError
from nnweb.files.shown import shown
from nnweb.initializers import INITIALIZERS
from nnweb.layers import Sigmoid
from nnweb.network import DIGITS, Network
from nnweb.page.lab.hyperparameters import LIVE, Hyperparameters
from nnweb.page.lab.streamed_batches import DigitBuffer, StreamedBatches
from nnweb.training.batches import stream
from nnweb.training.checkpoints import checkpoint_bytes, read_checkpoint
from nnweb.training.settings import Settings
from nnweb.training.trainer import EpochDone, StepDone, Trainer
from nnweb.weights.json_format import dumps, load

VALIDATION = 1000  # digits; more would delay a pause
_SPEED_WINDOW_S = 3.0
_NAME_SUFFIX = ", trained on"


class TrainingSession:
    """One training run of ``network``. Created by ``started`` or ``resumed``.

    Raises TrainingError if network and hyperparameters do not match.
    """

    def __init__(
        self, hyper: Hyperparameters, network: Network, checkpoint: bytes = b""
    ) -> None:
        self.hyper, self.network = hyper, network
        self.steps = 0  # counted, because the batch size may change
        self._check_augmentation(hyper)
        self._train = DigitBuffer(network.input, hyper.examples)
        self._validation = DigitBuffer(network.input, VALIDATION)
        self._trainer: Trainer | None = None
        self._events: Iterator[StepDone | EpochDone] = iter(())
        self._checkpoint = checkpoint
        self._recent: deque[tuple[int, float]] = deque()  # examples, seconds

    @classmethod
    def started(
        cls, values: Mapping[str, Any], shown: Buffer | None = None
    ) -> TrainingSession:
        """Start a new run; ``shown``: the weights file for start "shown".

        Raises TrainingError, ShapeError, WeightsError.
        """
        hyper = Hyperparameters().replaced(values)
        if hyper.start == "scratch":
            return cls(hyper, _new_network(hyper))
        if shown is None:
            raise TrainingError("start: got 'shown', expected a network to start from")
        return cls(hyper, _loaded_network(bytes(shown)))

    @classmethod
    def resumed(cls, checkpoint: Buffer) -> TrainingSession:
        """Resume the run of a checkpoint; it must be fed the same digits again."""
        _, facts = read_checkpoint(bytes(checkpoint))
        options = facts["options"]
        for name, kind in {"network": str, "choices": dict, "steps": int}.items():
            if type(options.get(name)) is not kind:
                raise TrainingError(
                    f"checkpoint: its {name} is {shown(options.get(name))}, expected "
                    f"{kind.__name__}; it is damaged, or not a training of the lab's"
                )
        # as bytes, so that ``load`` cannot take the text for a path
        network = load(options["network"].encode("utf-8", "replace"))
        hyper = Hyperparameters().replaced(options["choices"])
        session = cls(hyper, network, bytes(checkpoint))
        session.steps = options["steps"]
        return session

    def describe(self) -> dict[str, Any]:
        """Return the network's size, the run's settings and the numbers of digits."""
        return {
            "architecture": self.network.architecture,
            "parameters": self.network.parameter_count,
            "choices": asdict(self.hyper),
            "loss": self._loss,
            "examples": self._train.count,
            "validation": self._validation.count,
        }

    def feed(self, split: str, images: Buffer, labels: Buffer) -> int:
        """Add digits, 784 bytes of ink each; return how many are still missing.

        ``split`` "train": MNIST's first training digits, in their order; "validation":
        the last ones. MNIST's test digits must not influence any choice.
        """
        digits = self._train if split == "train" else self._validation
        flat = np.frombuffer(images, np.uint8)
        data = Dataset(flat.reshape(-1, 28, 28), np.frombuffer(labels, np.uint8))
        digits.add(data)
        return digits.count - digits.filled

    def begin(self) -> dict[str, Any]:
        """Prepare to run, now that all digits are here; return a report."""
        for split, digits in (("train", self._train), ("validation", self._validation)):
            if digits.filled < digits.count:
                raise TrainingError(
                    f"{split}: got {digits.filled} digits, expected {digits.count}"
                )
        validation = self._validation
        self._trainer = Trainer(
            self.network,
            self._batches(),
            validation.inputs(slice(None)),
            validation.labels,
            self._settings(),
        )
        if self._checkpoint:
            self._trainer.load_state(*read_checkpoint(self._checkpoint))
            self._checkpoint = b""
        self._events = self._trainer.run()
        return self._report([])

    def run(self, milliseconds: float) -> dict[str, Any]:
        """Train for ``milliseconds``, at least one step; return a report.

        The validation at an epoch's end belongs to the epoch's last step. ``point`` is
        the mean over the steps of this call.
        """
        started = time.perf_counter()
        end = started + milliseconds / 1e3
        steps: list[StepDone] = []
        examples = self._examples_seen()
        for event in self._events:
            if isinstance(event, StepDone):
                steps.append(event)
            if steps and not self._validation_pending() and time.perf_counter() >= end:
                break
        self.steps += len(steps)
        self._record_speed(
            self._examples_seen() - examples, time.perf_counter() - started
        )
        return self._report(steps)

    def change(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Change the LIVE hyperparameters now; the others need a new start."""
        trainer = self._begun()
        live = {name: values[name] for name in LIVE if name in values}
        before, after = self.hyper, self.hyper.replaced(live)
        self._check_augmentation(after)
        self.hyper = after
        same_batches = (before.batch_size, before.augmentation) == (
            after.batch_size,
            after.augmentation,
        )
        trainer.change(self._settings(), None if same_batches else self._batches())
        self._events = trainer.run()
        self._recent.clear()
        return self._report([])

    def weights(self) -> bytes:
        """Return the network as it is now, as a weights file."""
        return dumps(self.network).encode()

    def checkpoint(self) -> bytes:
        """Return what ``resumed`` needs, except the digits."""
        # int8, because the checkpoint has the exact weights
        network = dumps(self.network, dtype="int8")
        options = {"network": network, "steps": self.steps}
        options["choices"] = asdict(self.hyper)
        return checkpoint_bytes(self._begun(), options)

    def _check_augmentation(self, hyper: Hyperparameters) -> None:
        if hyper.augmentation != "none" and self.network.input.fit != "digit":
            raise TrainingError(
                "augmentation: it centres the digits, but this network was trained on "
                'drawings as they are; choose "none"'
            )

    def _batches(self) -> StreamedBatches:
        return StreamedBatches(
            self._train,
            batch_size=self.hyper.batch_size,
            seed=self.hyper.seed,
            augmentation=self.hyper.augmentation,
        )

    @property
    def _loss(self) -> str:
        # a sigmoid's outputs are not logits for a softmax
        sigmoid = isinstance(self.network.layers[-1], Sigmoid)
        return "quadratic" if sigmoid else "softmax_cross_entropy"

    def _settings(self) -> Settings:
        return self.hyper.settings(self._loss)

    def _begun(self) -> Trainer:
        if self._trainer is None:
            raise TrainingError("this training has not begun")
        return self._trainer

    def _validation_pending(self) -> bool:
        """Whether all steps of an epoch are done, but not its validation."""
        done = self._begun().epochs_done
        return done.is_integer() and done > len(self._begun().history)

    def _record_speed(self, examples: int, seconds: float) -> None:
        self._recent.append((examples, seconds))
        while len(self._recent) > 1 and self._busy_s() > _SPEED_WINDOW_S:
            self._recent.popleft()

    def _examples_seen(self) -> int:
        return round(self._begun().epochs_done * self._train.count)

    def _busy_s(self) -> float:
        return sum(seconds for _, seconds in self._recent)

    def _report(self, steps: list[StepDone]) -> dict[str, Any]:
        trainer = self._begun()
        done, epochs = trainer.epochs_done, self.hyper.epochs
        examples = sum(count for count, _ in self._recent)
        speed = examples / self._busy_s() if self._recent else 0.0
        left = max(epochs - done, 0.0) * self._train.count
        point = None
        if steps:
            point = [
                done,
                float(np.mean([step.loss for step in steps])),
                float(np.mean([step.accuracy for step in steps])),
            ]
        rows = [
            [row.epoch, row.validation_loss, row.validation_accuracy]
            for row in trainer.history
        ]
        return {
            "done": done,
            "epochs": epochs,
            "step": self.steps,
            "finished": len(trainer.history) >= epochs,
            "point": point,
            "rows": rows,
            "examples_per_second": speed,
            "seconds_left": left / speed if speed else None,
        }


def _new_network(hyper: Hyperparameters) -> Network:
    """Return a new network with random weights from the seed."""
    layers = build_layers(
        hyper.layers,
        activation=hyper.activation,
        initializer=INITIALIZERS[hyper.initializer],
        rng=stream(hyper.seed, "weights"),
    )
    network = Network(layers, name="trained here")
    network.card = {"trained_on": f"MNIST, {hyper.examples:,} digits"}
    return network


def _loaded_network(weights: bytes) -> Network:
    """Load a network to continue with, without what was measured of its weights."""
    network = load(weights)
    if network.labels != DIGITS:
        raise TrainingError(
            f"the network's labels are {', '.join(network.labels[:12])}; training on "
            "MNIST needs the ten digits"
        )
    network.card = {"trained_from": network.name, **network.card}
    network.card.pop("accuracy", None)
    network.name = f"{network.name.removesuffix(_NAME_SUFFIX)}{_NAME_SUFFIX}"
    network.reject_below = network.unsure_below = None
    network.temperature = 1.0
    return network
