"""Choices: all that a person sets before, and while, a network is trained."""

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
#: What acts from the next step on; the rest is for the next start.
LIVE = ("optimizer", "learning_rate", "batch_size", "epochs", "augmentation")

_LIMITS = {"batch_size": (1, 1000), "epochs": (1, 1000), "examples": (100, 59_000)}
_NAMES = {
    "activation": tuple(ACTIVATIONS),
    "initializer": tuple(INITIALIZERS),
    "augmentation": AUGMENTATIONS,
    "start": STARTS,
}


@dataclass(frozen=True)
class Choices:
    """One value for each; TrainingError for what cannot be meant.

    Attributes
    ----------
    layers : as ``nnweb.architecture`` reads it
    activation, initializer, optimizer : names
    augmentation : "none": MNIST as it is; "warps": three quarters of each batch turned,
        stretched and bent; "pen": half of it drawn anew with the page's pen as well
    examples : int, the first so many of MNIST's training digits
    start : "scratch", or "shown": from the network that is in use
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
            whole = kind is float and isinstance(value, int)
            if isinstance(value, bool) or not (isinstance(value, kind) or whole):
                raise TrainingError(
                    f"{field.name}: got {value!r}, expected a {_WORDS[kind]}"
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
        """As the trainer wants them."""
        return Settings(
            epochs=self.epochs,
            batch_size=self.batch_size,
            seed=self.seed,
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            loss=loss,
        )

    def changed(self, values: Mapping[str, Any]) -> Choices:
        """These with other values; TrainingError for a name that is none of them."""
        unknown = set(values) - {field.name for field in fields(self)}
        if unknown:
            raise TrainingError(f"{min(unknown)}: there is no such choice")
        return replace(self, **values)


_WORDS = {str: "text", int: "whole number", float: "number"}
