"""Training: batches in, a network that has learned out, step by step.

A run is a pure function of its settings, its data and its seed. It can be left after
any step, and be taken up again from a ``state``; it ends in the same weights to the
last bit.
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
from nnweb.layers import Dropout
from nnweb.network import Network
from nnweb.training.batches import Array, Batch, BatchSource, stream
from nnweb.training.optimizers import Optimizer, WeightAverage, clip_gradients
from nnweb.training.settings import Settings

Arrays = dict[str, NDArray[Any]]

_CHUNK = 1000  # images looked at at once in validation: bounds the memory


@dataclass(frozen=True)
class Row:
    """One epoch of a run's history. Losses in nats, accuracies in [0, 1].

    The training figures are means over the epoch's batches, as each was before its
    step; the validation figures are of the weights that would be kept now.
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
    """One batch has been learned. ``step`` counts from 1 over the whole run.

    ``examples_per_second`` and ``seconds_left`` are reckoned over this sitting.
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
    """One epoch has been learned and validated; ``best`` if none was better."""

    row: Row
    best: bool


class Trainer:
    """Trains ``network`` in place; ``run`` does it, an event at a time.

    Parameters
    ----------
    network : Network
        Its weights are changed; when ``run`` has ended they are those to keep.
    batches : BatchSource
    x, labels : (N, 784) float32 and (N,)
        To validate on, as ``inputs_of`` gives them.
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
        """Steps done since the beginning of the run."""
        return self._epoch * self._batches.steps + self._tally.steps

    @property
    def best(self) -> Row | None:
        """The epoch of the best validation accuracy so far, the earliest of equals."""
        return max(self.history, key=lambda row: row.validation_accuracy, default=None)

    @property
    def epochs_done(self) -> float:
        """How far the run is, in epochs and the share of the one that is going on."""
        return self._epoch + self._tally.steps / self._batches.steps

    def change(self, settings: Settings, batches: BatchSource | None = None) -> None:
        """Go on with other settings, and with other batches if there are any.

        To be called between two events, after which ``run`` is to be called anew. The
        run goes on at the same share of the epoch; an optimizer of another kind begins
        with an empty memory. The seed and the weights' average stay as they are.
        """
        if (settings.seed, settings.average) != (
            self.settings.seed,
            self.settings.average,
        ):
            raise TrainingError("change: seed and average are of a run's beginning")
        if batches is not None:
            share = self._tally.steps / self._batches.steps
            self._tally.steps = min(round(share * batches.steps), batches.steps)
            self._batches = batches
        made, ours = settings.make_optimizer(), self._optimizer
        if type(made) is type(ours):
            made.load_state(ours.state())
        self.settings, self._optimizer = settings, made
        self._loss = settings.make_loss()
        self._schedule = settings.make_schedule(self._batches.steps)

    def run(self) -> Iterator[StepDone | EpochDone]:
        """Train to the end, yielding after each step and each epoch.

        Between two events everything is at rest: ``state`` may be called, or the
        iteration left for good.
        """
        clock = _Clock(self._batches, self.step, self.settings.epochs)
        while not self._finished():
            started = time.perf_counter() - self._tally.seconds
            source = self._batches.epoch(self._epoch, self._tally.steps)
            with closing(source) as batches:
                for batch in batches:
                    loss, accuracy = self._learn(batch)
                    self._tally.seconds = time.perf_counter() - started
                    speed, left = clock.read(self.step)
                    steps = self._batches.steps * self.settings.epochs
                    yield StepDone(
                        self._epoch, self.step, steps, loss, accuracy, speed, left
                    )
            yield self._end_epoch()
        self._keep_the_best()

    def _learn(self, batch: Batch) -> tuple[float, float]:
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
        for place, layer in enumerate(self.network.layers):
            if isinstance(layer, Dropout):
                layer.rng = stream(self.settings.seed, "dropout", self.step, place)

    def _end_epoch(self) -> EpochDone:
        loss, accuracy = self.validate()
        tally = self._tally
        row = Row(
            epoch=self._epoch + 1,
            step=self.step,
            learning_rate=self._schedule(self.step - 1),
            # none, if a change of batches has led right to the epoch's end
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
        """Loss and accuracy of the weights that would be kept now."""
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
        """Within it the network has the averaged weights, where there is an average."""
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
        if patience is not None and best is not None:
            stale = self._epoch - best.epoch >= patience
        else:
            stale = False
        return stale or self._epoch >= self.settings.epochs

    def _keep_the_best(self) -> None:
        if self._best:
            _copy_into(self._params, self._best)
        elif self._average is not None:
            _copy_into(self._params, self._average.average)

    @property
    def optimizer(self) -> Optimizer:
        """That of the steps; another one after ``change``."""
        return self._optimizer

    # --- leaving and taking up ---

    def state(self) -> tuple[Arrays, dict[str, Any]]:
        """All that ``load_state`` needs: arrays by name, and plain values for JSON."""
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
            "tally": asdict(self._tally),
            "history": [asdict(row) for row in self.history],
        }
        return arrays, facts

    def load_state(self, arrays: Arrays, facts: dict[str, Any]) -> None:
        """Go on from what ``state`` gave. TrainingError if it is not of this run."""
        self._check_same("batches", facts.get("batches"), self._batches.fingerprint)
        settings = facts.get("settings", {})
        for field in fields(Settings):
            ours = getattr(self.settings, field.name)
            self._check_same(field.name, settings.get(field.name), ours)
        groups: dict[str, Arrays] = {}
        for key, array in arrays.items():
            group, _, name = key.partition("/")
            groups.setdefault(group, {})[name] = array
        expected = {name: p.shape for name, p in self._params.items()}
        for group in ("params", "best"):
            found = {name: a.shape for name, a in groups.get(group, {}).items()}
            if found != expected and (found or group == "params"):
                raise TrainingError(
                    f"resume: the checkpoint's {group} are {found}, expected {expected}"
                )
        try:
            self._epoch = int(facts["epoch"])
            self._tally = _Tally(**facts["tally"])
            self.history = [Row(**row) for row in facts["history"]]
            self._optimizer.load_state(groups["optimizer"])
            if self._average is not None:
                self._average.load_state(groups["average"])
        except (KeyError, TypeError) as error:
            raise TrainingError(f"resume: the checkpoint lacks {error}") from error
        self._best = groups.get("best", {})
        _copy_into(self._params, groups["params"])

    def _check_same(self, name: str, theirs: Any, ours: Any) -> None:
        if theirs != ours:
            raise TrainingError(
                f"resume: the checkpoint was made with {name} {theirs!r}, this run has "
                f"{ours!r}; a run must go on as it began"
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
    """Examples a second and seconds left, from the steps of this sitting."""

    def __init__(self, batches: BatchSource, step: int, epochs: int) -> None:
        self._first, self._last = step, batches.steps * epochs
        self._per_step = batches.examples / batches.steps
        self._started = time.perf_counter()

    def read(self, step: int) -> tuple[float, float]:
        passed = max(time.perf_counter() - self._started, 1e-9)
        done = step - self._first
        return done * self._per_step / passed, (self._last - step) * passed / done


def _count_right(logits: Array, targets: NDArray[Any]) -> tuple[int, int]:
    """How many of the examples that have a label were called by it, and have one."""
    if targets.ndim == 2:  # rows: what has more than half of one label is of it
        labels = np.where(targets.max(axis=1) > 0.5, targets.argmax(axis=1), -1)
    else:
        labels = targets
    right = np.count_nonzero(logits.argmax(axis=1) == labels)
    return int(right), int(np.count_nonzero(labels >= 0))


def _copy_into(params: Arrays, values: Arrays) -> None:
    for name, param in params.items():
        param[...] = values[name]
