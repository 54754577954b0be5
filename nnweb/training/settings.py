"""Training settings: everything but the network and the data."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from nnweb.errors import TrainingError
from nnweb.training.losses import LOSSES, Loss, softmax_cross_entropy
from nnweb.training.optimizers import OPTIMIZERS, Optimizer
from nnweb.training.schedules import Schedule, constant, cosine, step_decay

SCHEDULES = ("constant", "step", "cosine")


@dataclass(frozen=True)
class Settings:
    """The settings of a run; TrainingError for an invalid value.

    Attributes
    ----------
    epochs, batch_size, seed : int
    optimizer : a name of OPTIMIZERS
    learning_rate : float, before the schedule
    momentum, nesterov : for the optimizer "momentum"
    weight_decay : float
    schedule : "constant"; "step": multiply by ``decay_factor`` every ``decay_epochs``;
        "cosine": half a cosine down to ``final_fraction``
    warmup_steps : int, steps over which the learning rate rises to its full value
    loss : a name of LOSSES
    label_smoothing : float, for "softmax_cross_entropy"
    clip : maximum global norm of the gradient, or None
    average : decay of a moving average of the weights, which is validated and kept
        instead of the weights; or None
    patience : stop after this many epochs without a better validation accuracy, and
        keep the best weights; None: run to the end, and keep the last
    """

    epochs: int = 10
    batch_size: int = 64
    seed: int = 0
    optimizer: str = "sgd"
    learning_rate: float = 0.1
    momentum: float = 0.9
    nesterov: bool = False
    weight_decay: float = 0.0
    schedule: str = "constant"
    decay_epochs: int = 10
    decay_factor: float = 0.1
    final_fraction: float = 0.01
    warmup_steps: int = 0
    loss: str = "softmax_cross_entropy"
    label_smoothing: float = 0.0
    clip: float | None = None
    average: float | None = None
    patience: int | None = None

    def __post_init__(self) -> None:
        for names, valid, expected in _LIMITS:
            for name in names:
                value = getattr(self, name)
                if value is not None and not valid(value):
                    raise TrainingError(f"{name}: got {value!r}, expected {expected}")
        if self.label_smoothing and self.loss != "softmax_cross_entropy":
            raise TrainingError(
                f"label_smoothing: got {self.label_smoothing} with the loss "
                f"{self.loss}, expected softmax_cross_entropy"
            )

    def make_optimizer(self) -> Optimizer:
        options: dict[str, Any] = {"weight_decay": self.weight_decay}
        if self.optimizer == "momentum":
            options |= {"momentum": self.momentum, "nesterov": self.nesterov}
        return OPTIMIZERS[self.optimizer](**options)

    def make_schedule(self, steps_per_epoch: int) -> Schedule:
        options: dict[str, Any] = {"warmup_steps": self.warmup_steps}
        if self.schedule == "step":
            every = self.decay_epochs * steps_per_epoch
            factor = self.decay_factor
            return step_decay(self.learning_rate, every=every, factor=factor, **options)
        if self.schedule == "cosine":
            options["total_steps"] = self.epochs * steps_per_epoch
            options["final_fraction"] = self.final_fraction
            return cosine(self.learning_rate, **options)
        return constant(self.learning_rate, **options)

    def make_loss(self) -> Loss:
        if self.label_smoothing:
            return partial(softmax_cross_entropy, label_smoothing=self.label_smoothing)
        return LOSSES[self.loss]


def _one_of(names: Any) -> tuple[Callable[[Any], bool], str]:
    return (lambda value: value in names), f"one of {', '.join(names)}"


# checked as "not valid(value)", so that a NaN, which fails every comparison, is refused
_LIMITS: list[tuple[tuple[str, ...], Callable[[Any], bool], str]] = [
    (("epochs", "batch_size", "decay_epochs", "patience"), lambda v: v >= 1, ">= 1"),
    (("seed", "warmup_steps"), lambda v: v >= 0, ">= 0"),
    (("learning_rate", "clip"), lambda v: 0 < v < math.inf, "a number above 0"),
    (("weight_decay",), lambda v: 0 <= v < math.inf, "a number, 0 or more"),
    (("momentum", "label_smoothing", "average"), lambda v: 0 <= v < 1, "0 <= x < 1"),
    (("decay_factor", "final_fraction"), lambda v: 0 <= v <= 1, "0 <= x <= 1"),
    (("optimizer",), *_one_of(OPTIMIZERS)),
    (("schedule",), *_one_of(SCHEDULES)),
    (("loss",), *_one_of(LOSSES)),
]
