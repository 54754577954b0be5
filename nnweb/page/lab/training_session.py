"""One training in the lab: made of choices, fed with digits, run a slice at a time.

Who runs it calls ``run`` again and again, for a tenth of a second each time; in between
the choices may be changed, the weights taken, the state kept. What it answers are plain
values, to be drawn.
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
from nnweb.initializers import INITIALIZERS
from nnweb.layers import Sigmoid
from nnweb.network import DIGITS, Network
from nnweb.page.lab.hyperparameters import LIVE, Choices
from nnweb.page.lab.streamed_batches import Digits, LabBatches
from nnweb.training.batches import stream
from nnweb.training.checkpoints import checkpoint_bytes, read_checkpoint
from nnweb.training.settings import Settings
from nnweb.training.trainer import EpochDone, StepDone, Trainer
from nnweb.weights.json_format import dumps, load

VALIDATION = 1000  # digits; more would hold up a pause
_SPEED_OVER_S = 3.0


class Session:
    """A training of ``network`` as ``choices`` have it. Made by ``begun``, ``resumed``.

    Raises TrainingError where they do not go together.
    """

    def __init__(self, choices: Choices, network: Network, state: bytes = b"") -> None:
        self.choices, self.network = choices, network
        self.steps = 0  # counted, for the size of a batch may change
        self._check_augmentation(choices)
        self._train = Digits(network.input, choices.examples)
        self._validation = Digits(network.input, VALIDATION)
        self._trainer: Trainer | None = None
        self._events: Iterator[StepDone | EpochDone] = iter(())
        self._state = state
        self._recent: deque[tuple[int, float]] = deque()  # examples, seconds

    @classmethod
    def begun(cls, choices: Mapping[str, Any], shown: Buffer | None = None) -> Session:
        """A new one; ``shown``: the weights file to start from, if they say so.

        Raises TrainingError, ShapeError, WeightsError.
        """
        ours = Choices().changed(choices)
        if ours.start == "scratch":
            return cls(ours, _made(ours))
        if shown is None:
            raise TrainingError("start: got 'shown', expected a network to start from")
        return cls(ours, _taken(bytes(shown)))

    @classmethod
    def resumed(cls, checkpoint: Buffer) -> Session:
        """The one that ``checkpoint`` was taken of, to be fed anew."""
        _, facts = read_checkpoint(bytes(checkpoint))
        options = facts["options"]
        network = load(options["network"])
        session = cls(Choices(**options["choices"]), network, bytes(checkpoint))
        session.steps = options["steps"]
        return session

    def describe(self) -> dict[str, Any]:
        """What will be trained, and with how many digits."""
        return {
            "architecture": self.network.architecture,
            "parameters": self.network.parameter_count,
            "choices": asdict(self.choices),
            "examples": self._train.count,
            "validation": self._validation.count,
        }

    def feed(self, split: str, images: Buffer, labels: Buffer) -> int:
        """Take digits, 784 bytes of ink each; how many more of them are wanted.

        ``split`` "train": the first ones of MNIST's training digits, in their order; or
        "validation": the last ones of them. MNIST's test digits are for no choice.
        """
        digits = self._train if split == "train" else self._validation
        flat = np.frombuffer(images, np.uint8)
        data = Dataset(flat.reshape(-1, 28, 28), np.frombuffer(labels, np.uint8))
        digits.add(data)
        return digits.count - digits.there

    def begin(self) -> dict[str, Any]:
        """All digits are there: be ready to run, or to go on. What ``run`` answers."""
        for split, digits in (("train", self._train), ("validation", self._validation)):
            if digits.there < digits.count:
                raise TrainingError(
                    f"{split}: {digits.there} digits came, expected {digits.count}"
                )
        validation = self._validation
        self._trainer = Trainer(
            self.network,
            self._batches(),
            validation.inputs(slice(None)),
            validation.labels,
            self._settings(),
        )
        if self._state:
            self._trainer.load_state(*read_checkpoint(self._state))
            self._state = b""
        self._events = self._trainer.run()
        return self._report([])

    def run(self, milliseconds: float) -> dict[str, Any]:
        """Train for so long, one step at least; 0 for one step. How far it is.

        The validation at an epoch's end belongs to the epoch's last step. ``point`` is
        the mean over these steps.
        """
        started = time.perf_counter()
        end = started + milliseconds / 1e3
        steps: list[StepDone] = []
        examples = self._seen()
        for event in self._events:
            if isinstance(event, StepDone):
                steps.append(event)
            if steps and not self._at_an_end() and time.perf_counter() >= end:
                break
        self.steps += len(steps)
        self._took(self._seen() - examples, time.perf_counter() - started)
        return self._report(steps)

    def change(self, choices: Mapping[str, Any]) -> dict[str, Any]:
        """Other choices: of LIVE at once, the rest has to wait for the next start."""
        trainer = self._running()
        live = {name: choices[name] for name in LIVE if name in choices}
        changed = self.choices.changed(live)
        self._check_augmentation(changed)
        before, self.choices = self.choices, changed
        same = (before.batch_size, before.augmentation) == (
            changed.batch_size,
            changed.augmentation,
        )
        trainer.change(self._settings(), None if same else self._batches())
        self._events = trainer.run()
        self._recent.clear()
        return self._report([])

    # --- taken ---

    def weights(self) -> bytes:
        """The network as it is now, as a weights file."""
        return dumps(self.network).encode()

    def checkpoint(self) -> bytes:
        """All that ``resumed`` needs, but for the digits."""
        # for all but the weights, of which the checkpoint has better ones
        network = dumps(self.network, dtype="int8")
        options = {"network": network, "steps": self.steps}
        options["choices"] = asdict(self.choices)
        return checkpoint_bytes(self._running(), options)

    # --- parts ---

    def _check_augmentation(self, choices: Choices) -> None:
        if choices.augmentation != "none" and self.network.input.fit != "digit":
            raise TrainingError(
                "augmentation: it centres its digits, and this network was trained on "
                'drawings as they are; choose "none"'
            )

    def _batches(self) -> LabBatches:
        return LabBatches(
            self._train,
            batch_size=self.choices.batch_size,
            seed=self.choices.seed,
            augmentation=self.choices.augmentation,
        )

    def _settings(self) -> Settings:
        # what ends in a sigmoid gives no logits that a softmax could take
        sigmoid = isinstance(self.network.layers[-1], Sigmoid)
        return self.choices.settings(
            "quadratic" if sigmoid else "softmax_cross_entropy"
        )

    def _running(self) -> Trainer:
        if self._trainer is None:
            raise TrainingError("this training has not begun")
        return self._trainer

    def _at_an_end(self) -> bool:
        """Whether all of an epoch is learned, but not validated."""
        done = self._running().epochs_done
        return done.is_integer() and done > len(self._running().history)

    def _took(self, examples: int, seconds: float) -> None:
        self._recent.append((examples, seconds))
        while len(self._recent) > 1 and self._busy_s() > _SPEED_OVER_S:
            self._recent.popleft()

    def _seen(self) -> int:
        return round(self._running().epochs_done * self._train.count)

    def _busy_s(self) -> float:
        return sum(seconds for _, seconds in self._recent)

    def _report(self, steps: list[StepDone]) -> dict[str, Any]:
        trainer = self._running()
        done, epochs = trainer.epochs_done, self.choices.epochs
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


def _made(choices: Choices) -> Network:
    """A new network, its weights drawn from the seed."""
    layers = build_layers(
        choices.layers,
        activation=choices.activation,
        initializer=INITIALIZERS[choices.initializer],
        rng=stream(choices.seed, "weights"),
    )
    network = Network(layers, name="trained here")
    network.card = {"trained_on": f"MNIST, {choices.examples:,} digits"}
    return network


def _taken(weights: bytes) -> Network:
    """A network to go on with; what it says of itself is no longer so."""
    network = load(weights)
    if network.labels != DIGITS:
        raise TrainingError(
            f"the network's labels are {', '.join(network.labels[:12])}; MNIST teaches "
            "the ten digits"
        )
    network.card = {"trained_from": network.name, **network.card}
    network.card.pop("accuracy", None)
    network.name, network.reject_below = f"{network.name}, trained on", None
    return network
