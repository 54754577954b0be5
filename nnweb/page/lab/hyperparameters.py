"""Hyperparameters of a training run in the lab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from nnweb.architecture import ACTIVATIONS
from nnweb.errors import TrainingError
from nnweb.initializers import INITIALIZERS
from nnweb.training.settings import Settings

AUGMENTATIONS = ("none", "warps", "pen")
STARTS = ("scratch", "shown")
#: Can change during a run; the others need a new start.
LIVE = ("optimizer", "learning_rate", "batch_size", "epochs", "augmentation")

_LIMITS = {"batch_size": (1, 1000), "epochs": (1, 1000), "examples": (100, 59_000)}
_NAMES = {
    "activation": tuple(ACTIVATIONS),
    "initializer": tuple(INITIALIZERS),
    "augmentation": AUGMENTATIONS,
    "start": STARTS,
}


@dataclass(frozen=True)
class Hyperparameters:
    """The hyperparameters of a run; TrainingError for an invalid value.

    Attributes
    ----------
    layers : text for ``nnweb.architecture``
    activation, initializer, optimizer : names
    augmentation : "none": MNIST unchanged; "warps": three quarters of each batch are
        warped; "pen": half of it is redrawn with the page's pen as well
    examples : number of MNIST's training digits, from the first on
    start : "scratch", or "shown": from the network in use
    """

    layers: str = "784-128-10"
    activation: str = "relu"
    initializer: str = "he_normal"
    optimizer: str = "adam"
    learning_rate: float = 0.001
    batch_size: int = 64
    epochs: int = 3
    augmentation: str = "none"
    examples: int = 10_000
    seed: int = 0
    start: str = "scratch"

    def __post_init__(self) -> None:
        for field in fields(self):
            value, kind = getattr(self, field.name), type(field.default)
            allowed = (float, int) if kind is float else kind
            if isinstance(value, bool) or not isinstance(value, allowed):
                raise TrainingError(
                    f"{field.name}: got {value!r}, expected a {_TYPE_NAMES[kind]}"
                )
        for name, (low, high) in _LIMITS.items():
            if not low <= getattr(self, name) <= high:
                raise TrainingError(
                    f"{name}: got {getattr(self, name)}, expected {low} to {high}"
                )
        for name, known in _NAMES.items():
            if getattr(self, name) not in known:
                raise TrainingError(
                    f"{name}: got {getattr(self, name)!r}, expected one of "
                    f"{', '.join(known)}"
                )
        self.settings()

    def settings(self, loss: str = "softmax_cross_entropy") -> Settings:
        """Return the trainer's settings."""
        return Settings(
            epochs=self.epochs,
            batch_size=self.batch_size,
            seed=self.seed,
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            loss=loss,
        )

    def replaced(self, values: Mapping[str, Any]) -> Hyperparameters:
        """Return a copy with other values; TrainingError for an unknown name."""
        unknown = set(values) - {field.name for field in fields(self)}
        if unknown:
            raise TrainingError(f"{min(unknown)}: unknown hyperparameter")
        return replace(self, **values)


_TYPE_NAMES = {str: "text", int: "whole number", float: "number"}
