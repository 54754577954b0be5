"""The training loop, step by step.

A run is a pure function of its settings, data and seed. It can stop after any step and
resume from its ``state``, to exactly the same weights.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import TrainingError
from nnweb.files.shown import shown
from nnweb.layers import Dropout
from nnweb.network import OUTLIER, Network
from nnweb.training.batches import Array, Batch, BatchSource, stream
from nnweb.training.optimizers import WeightAverage, clip_gradients
from nnweb.training.settings import Settings

Arrays = dict[str, NDArray[Any]]

_CHUNK = 1000  # validation images in one forward pass: bounds the memory


@dataclass(frozen=True)
class Row:
    """One epoch of a run's history. Losses in nats, accuracies in [0, 1].

    The training figures are means over the epoch's batches, each before its step; the
    validation figures are of the weights to keep (see ``Settings.average``).
    """

    epoch: int
    step: int
    learning_rate: float
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float


@dataclass(frozen=True)
class StepDone:
    """A step has ended. ``step`` counts from 1 over the whole run.

    ``examples_per_second`` and ``seconds_left`` are measured since the run or its
    resumption.
    """

    epoch: int
    step: int
    steps: int
    loss: float
    accuracy: float
    examples_per_second: float
    seconds_left: float


@dataclass(frozen=True)
class EpochDone:
    """An epoch has ended and was validated; ``best`` if none was better."""

    row: Row
    best: bool


class Trainer:
    """Trains ``network`` in place; ``run`` yields an event at a time.

    Parameters
    ----------
    network : Network
        After ``run`` has ended, it has the weights to keep.
    batches : BatchSource
    x, labels : (N, 784) float32 and (N,)
        The validation examples, ``x`` as of ``inputs_of``.
    settings : Settings
    """

    def __init__(
        self,
        network: Network,
        batches: BatchSource,
        x: Array,
        labels: NDArray[Any],
        settings: Settings,
    ) -> None:
        self.network, self.settings = network, settings
        self.history: list[Row] = []
        self._batches = batches
        self._validation = (x, labels)
        self._params = network.params
        self._loss = settings.make_loss()
        self._schedule = settings.make_schedule(batches.steps)
        self._optimizer = settings.make_optimizer()
        self._average: WeightAverage | None = None
        if settings.average is not None:
            self._average = WeightAverage(self._params, decay=settings.average)
        self._best: Arrays = {}
        self._epoch = 0
        self._tally = _Tally()

    @property
    def step(self) -> int:
        """The number of steps done since the start of the run."""
        return self._epoch * self._batches.steps + self._tally.steps

    @property
    def best(self) -> Row | None:
        """The first epoch with the best validation accuracy so far."""
        return max(self.history, key=lambda row: row.validation_accuracy, default=None)

    @property
    def epochs_done(self) -> float:
        """The progress of the run in epochs, including the share of the current one."""
        return self._epoch + self._tally.steps / self._batches.steps

    def change(self, settings: Settings, batches: BatchSource | None = None) -> None:
        """Continue with other settings and, if given, other batches.

        Call it between two events, then call ``run`` again. The run continues at the
        same share of the epoch; an optimizer of another kind starts with an empty
        state. The seed and the weights' average cannot change.
        """
        if (settings.seed, settings.average) != (
            self.settings.seed,
            self.settings.average,
        ):
            raise TrainingError("change: seed and average cannot change during a run")
        if batches is not None:
            share = self._tally.steps / self._batches.steps
            self._tally.steps = min(round(share * batches.steps), batches.steps)
            self._batches = batches
        optimizer = settings.make_optimizer()
        if type(optimizer) is type(self._optimizer):
            optimizer.load_state(self._optimizer.state())
        self.settings, self._optimizer = settings, optimizer
        self._loss = settings.make_loss()
        self._schedule = settings.make_schedule(self._batches.steps)

    def run(self) -> Iterator[StepDone | EpochDone]:
        """Train to the end, yielding after each step and each epoch.

        Between two events ``state`` may be called, or the iteration abandoned.
        """
        clock = _Clock(self._batches, self.step, self.settings.epochs)
        while not self._finished():
            started = time.perf_counter() - self._tally.seconds
            source = self._batches.epoch(self._epoch, self._tally.steps)
            with closing(source) as batches:
                for batch in batches:
                    loss, accuracy = self._step(batch)
                    self._tally.seconds = time.perf_counter() - started
                    speed, left = clock.read(self.step)
                    steps = self._batches.steps * self.settings.epochs
                    yield StepDone(
                        self._epoch, self.step, steps, loss, accuracy, speed, left
                    )
            yield self._end_epoch()
        self._keep_the_best()

    def _step(self, batch: Batch) -> tuple[float, float]:
        """Take one step; return the loss and the accuracy on the batch before it."""
        rate = self._schedule(self.step)
        self._seed_dropout()
        logits = self.network.forward(batch.x, train=True)
        loss, dlogits = self._loss(logits, batch.targets, weights=batch.weights)
        self._check_finite(loss)
        self.network.backward_params(dlogits)
        grads = self.network.grads
        if self.settings.clip is not None:
            clip_gradients(grads, self.settings.clip)
        self._optimizer.step(self._params, grads, rate)
        if self._average is not None:
            self._average.update(self._params)
        right, counted = _count_right(logits, batch.targets)
        self._tally.add(len(logits), loss, right, counted)
        return loss, right / max(counted, 1)

    def _check_finite(self, loss: float) -> None:
        if not math.isfinite(loss):
            raise TrainingError(
                f"step {self.step + 1}: the loss is {loss}: training has diverged; try "
                f"a learning rate below {self.settings.learning_rate:g}, or clip"
            )

    def _seed_dropout(self) -> None:
        for i, layer in enumerate(self.network.layers):
            if isinstance(layer, Dropout):
                layer.rng = stream(self.settings.seed, "dropout", self.step, i)

    def _end_epoch(self) -> EpochDone:
        loss, accuracy = self.validate()
        self._check_finite(loss)  # no checkpoint can hold it
        tally = self._tally
        row = Row(
            epoch=self._epoch + 1,
            step=self.step,
            learning_rate=self._schedule(self.step - 1),
            # 0 examples if a change of batches led straight to the epoch's end
            train_loss=tally.loss / max(tally.examples, 1),
            train_accuracy=tally.right / max(tally.counted, 1),
            validation_loss=loss,
            validation_accuracy=accuracy,
            seconds=tally.seconds,
        )
        self.history.append(row)
        best = self.best is row
        if best and self.settings.patience is not None:
            with self._weights_to_keep():
                self._best = {name: p.copy() for name, p in self._params.items()}
        self._epoch, self._tally = self._epoch + 1, _Tally()
        return EpochDone(row, best)

    def validate(self) -> tuple[float, float]:
        """Return the validation loss and accuracy of the weights to keep."""
        x, labels = self._validation
        loss, right = 0.0, 0
        with self._weights_to_keep():
            for start in range(0, len(x), _CHUNK):
                part = slice(start, start + _CHUNK)
                logits = self.network.forward(x[part])
                loss += self._loss(logits, labels[part])[0] * len(logits)
                right += _count_right(logits, labels[part])[0]
        return loss / len(x), right / len(x)

    @contextmanager
    def _weights_to_keep(self) -> Iterator[None]:
        """Give the network the averaged weights, if any, within the context."""
        if self._average is None:
            yield
            return
        trained = {name: p.copy() for name, p in self._params.items()}
        try:
            _copy_into(self._params, self._average.average)
            yield
        finally:
            _copy_into(self._params, trained)

    def _finished(self) -> bool:
        patience, best = self.settings.patience, self.best
        if self._epoch >= self.settings.epochs:
            return True
        if patience is None or best is None:
            return False
        return self._epoch - best.epoch >= patience

    def _keep_the_best(self) -> None:
        if self._best:
            _copy_into(self._params, self._best)
        elif self._average is not None:
            _copy_into(self._params, self._average.average)

    # --- checkpoints ---

    def state(self) -> tuple[Arrays, dict[str, Any]]:
        """Return what ``load_state`` needs: arrays by name, and values for JSON."""
        groups = {"params": self._params, "optimizer": self._optimizer.state()}
        if self._average is not None:
            groups["average"] = self._average.state()
        groups["best"] = self._best
        arrays = {
            f"{group}/{name}": array.copy()
            for group, members in groups.items()
            for name, array in members.items()
        }
        facts = {
            "settings": asdict(self.settings),
            "batches": self._batches.fingerprint,
            "epoch": self._epoch,
            "finished": self._finished(),
            "tally": asdict(self._tally),
            "history": [asdict(row) for row in self.history],
        }
        return arrays, facts

    def load_state(self, arrays: Arrays, facts: dict[str, Any]) -> None:
        """Restore a ``state``; TrainingError if it is not of this run."""
        self._check_same("batches", facts.get("batches"), self._batches.fingerprint)
        settings = facts.get("settings", {})
        for field in fields(Settings):
            expected = getattr(self.settings, field.name)
            self._check_same(field.name, settings.get(field.name), expected)
        groups: dict[str, Arrays] = {}
        for key, array in arrays.items():
            group, _, name = key.partition("/")
            groups.setdefault(group, {})[name] = array
        shapes = {name: p.shape for name, p in self._params.items()}
        for group in ("params", "best"):
            found = {name: a.shape for name, a in groups.get(group, {}).items()}
            if found != shapes and (found or group == "params"):
                raise TrainingError(
                    f"resume: the checkpoint's {group} are {found}, expected {shapes}"
                )
        sizes = {name: p.size for name, p in self._params.items()}
        for key, array in groups.get("optimizer", {}).items():
            name = key.partition("/")[2]
            if array.dtype.kind != "f" or (name and array.size != sizes.get(name)):
                raise TrainingError(
                    f"resume: the checkpoint's optimizer has {key} {array.dtype} "
                    f"{array.shape}, expected {sizes.get(name)} floats"
                )
        try:
            self._epoch = _number(facts["epoch"], "epoch", int)
            self._tally = _of_numbers(_Tally, facts["tally"])
            self.history = [_of_numbers(Row, row) for row in facts["history"]]
            self._optimizer.load_state(groups["optimizer"])
            if self._average is not None:
                self._average.load_state(groups["average"])
        except KeyError as error:
            raise TrainingError(f"resume: the checkpoint lacks {error}") from error
        except (TypeError, ValueError) as error:
            if isinstance(error, TrainingError):
                raise
            raise TrainingError(f"resume: damaged checkpoint: {error}") from error
        self._best = groups.get("best", {})
        _copy_into(self._params, groups["params"])

    def _check_same(self, name: str, found: Any, expected: Any) -> None:
        if found != expected:
            raise TrainingError(
                f"resume: the checkpoint was made with {name} {found!r}, this run has "
                f"{expected!r}; a run must continue as it began"
            )


# --- helpers --------------------------------------------------------------------------


@dataclass
class _Tally:
    """Sums over the steps of the current epoch."""

    steps: int = 0
    examples: int = 0
    loss: float = 0.0
    right: int = 0
    counted: int = 0
    seconds: float = 0.0

    def add(self, examples: int, loss: float, right: int, counted: int) -> None:
        self.steps += 1
        self.examples += examples
        self.loss += loss * examples
        self.right += right
        self.counted += counted


class _Clock:
    """Measures examples per second and the seconds left, from its creation on."""

    def __init__(self, batches: BatchSource, step: int, epochs: int) -> None:
        self._first, self._last = step, batches.steps * epochs
        self._per_step = batches.examples / batches.steps
        self._started = time.perf_counter()

    def read(self, step: int) -> tuple[float, float]:
        passed = max(time.perf_counter() - self._started, 1e-9)
        done = step - self._first
        return done * self._per_step / passed, (self._last - step) * passed / done


def _of_numbers[T: (Row, _Tally)](kind: type[T], values: Any) -> T:
    """Return the ``kind`` of a checkpoint's numbers; TypeError for other values."""
    made = kind(**values)
    for field in fields(made):
        kind_of = int if field.type == "int" else float
        _number(getattr(made, field.name), field.name, kind_of)
    return made


def _number(value: Any, name: str, kind: type[float]) -> Any:
    """Return a checkpoint's number, if it is one that a run can have."""
    # a whole float is written as one, but a hand may have written 1 for 1.0
    allowed = (int,) if kind is int else (int, float)
    if type(value) not in allowed or not 0 <= value < 2**53:
        raise TypeError(f"{name} is {shown(value)}, expected a number of 0 or more")
    return value


def _count_right(logits: Array, targets: NDArray[Any]) -> tuple[int, int]:
    """Return how many examples are right, and how many have a label."""
    if targets.ndim == 2:  # rows: a label needs a share of more than a half
        labels = np.where(targets.max(axis=1) > 0.5, targets.argmax(axis=1), OUTLIER)
        labels[labels == logits.shape[1]] = OUTLIER  # open_set_cross_entropy's column
    else:
        labels = targets
    right = np.count_nonzero(logits.argmax(axis=1) == labels)
    return int(right), int(np.count_nonzero(labels >= 0))


def _copy_into(params: Arrays, values: Arrays) -> None:
    for name, param in params.items():
        param[...] = values[name]
