"""The options of ``nnweb train``: from the command line, a recipe, or a checkpoint.

A recipe is a TOML file of the same options by the same names, ``batch-size = 64``. What
is said on the command line goes before what the recipe says.
"""

from __future__ import annotations

import argparse
import tomllib
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, NoReturn

from nnweb.architecture import ACTIVATIONS
from nnweb.errors import TrainingError
from nnweb.initializers import INITIALIZERS
from nnweb.network import FITS
from nnweb.training.losses import LOSSES
from nnweb.training.optimizers import OPTIMIZERS
from nnweb.training.settings import SCHEDULES, Settings
from nnweb.weights.tensors import DTYPES

Options = dict[str, Any]

AUGMENTATIONS = ("none", "mixture")

#: Every option that decides what comes out, and what it is if nobody says.
DEFAULTS: Options = {
    "layers": "784-500-300-100-10",
    "activation": "relu",
    "init": "he_normal",
    "dropout": 0.0,
    "fit": "digit",
    "data": None,
    "validation": None,
    "test": False,
    "augment": "none",
    "outliers": 0.0,
    "dtype": "float32",
    "name": None,
    "license": None,
    **asdict(Settings()),
}


def add_training_options(parser: argparse.ArgumentParser) -> None:
    """Put every option of DEFAULTS on ``parser``; what is not given is not set."""

    def option(group: Any, name: str, says: str, **how: Any) -> None:
        default = DEFAULTS[name]
        if default is not None and default is not False:
            says = f"{says} ({default})"
        flag = f"--{name.replace('_', '-')}"
        group.add_argument(flag, help=says, default=argparse.SUPPRESS, **how)

    number: Options = {"type": int, "metavar": "N"}
    real: Options = {"type": float, "metavar": "X"}
    flag: Options = {"action": "store_true"}

    group = parser.add_argument_group("the network")
    option(group, "layers", "sizes; also 1x28x28-conv3x16-pool2-128-10", metavar="TEXT")
    option(group, "activation", "after every layer but the last", choices=ACTIVATIONS)
    option(group, "init", "how the weights start", choices=INITIALIZERS)
    option(group, "dropout", "before each dense layer but a first", **real)
    option(group, "fit", "crop and centre the ink, or take it as drawn", choices=FITS)
    option(group, "dtype", "of the weights in the file", choices=DTYPES)
    option(group, "name", "of the network (OUT without .json)", metavar="TEXT")
    option(group, "license", "of the weights, for the card", metavar="TEXT")

    group = parser.add_argument_group("the data")
    kinds = "IDX folder, CSV, .npz or folder of pictures by label (assets/mnist)"
    option(group, "data", kinds, metavar="PATH")
    option(
        group, "validation", "last examples, kept to choose by (a twelfth)", **number
    )
    option(group, "test", "at the end, measure on the test set, once", **flag)
    option(group, "augment", "how the digits are varied", choices=AUGMENTATIONS)
    option(group, "outliers", "made-up non-digits for each digit, with mixture", **real)
    option(group, "seed", "decides every random choice", **number)

    group = parser.add_argument_group("the learning")
    option(group, "epochs", "times through the data", **number)
    option(group, "batch_size", "examples a step", **number)
    option(group, "loss", "what is made small", choices=LOSSES)
    option(group, "label_smoothing", "share of a label spread over all", **real)
    option(group, "optimizer", "how steps are made of gradients", choices=OPTIMIZERS)
    option(group, "learning_rate", "size of a step", **real)
    option(group, "momentum", "of the optimizer momentum", **real)
    option(group, "nesterov", "momentum that looks ahead", **flag)
    option(group, "weight_decay", "pull of the weights to zero", **real)
    option(group, "clip", "greatest norm of a gradient (no limit)", **real)
    option(group, "schedule", "of the learning rate", choices=SCHEDULES)
    option(group, "warmup_steps", "steps in which the rate grows", **number)
    option(group, "decay_epochs", "of the schedule step", **number)
    option(group, "decay_factor", "of the schedule step", **real)
    option(group, "final_fraction", "of the schedule cosine", **real)
    option(group, "average", "decay of a moving average of the weights (none)", **real)
    option(
        group, "patience", "epochs without a better one, then stop (never)", **number
    )


def given_options(args: argparse.Namespace) -> Options:
    """Those options that were said on the command line."""
    return {name: getattr(args, name) for name in DEFAULTS if hasattr(args, name)}


def read_recipe(path: Path) -> Options:
    """The options in a recipe, checked as the command line checks its own."""
    try:
        with path.open("rb") as file:
            recipe = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: cannot be read as a recipe: {error}") from error
    line: list[str] = []
    for key, value in recipe.items():
        name = key.replace("-", "_")
        if name not in DEFAULTS:
            known = ", ".join(sorted(DEFAULTS))
            raise TrainingError(f"{path}: unknown option {key!r}, expected {known}")
        if isinstance(value, bool) != isinstance(DEFAULTS[name], bool):
            raise TrainingError(f"{path}: {key}: got {value!r}, of the wrong type")
        flag = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            line += [flag] if value else []
        else:
            line.append(f"{flag}={value}")
    parser = _RecipeParser(path)
    add_training_options(parser)
    return vars(parser.parse_args(line))


def settings_of(options: Options) -> Settings:
    """That part of the options which is a trainer's."""
    return Settings(**{field.name: options[field.name] for field in fields(Settings)})


def check_augmentation(options: Options) -> None:
    """TrainingError where the options of augmentation do not go together."""
    if not 0 <= options["outliers"] <= 1:
        raise TrainingError(f"outliers: got {options['outliers']}, expected 0 to 1")
    if options["augment"] == "none":
        if options["outliers"]:
            raise TrainingError("outliers: made by the mixture; say --augment mixture")
        return
    if options["fit"] != "digit":
        raise TrainingError("augment: the mixture is cropped; say --fit digit")
    if options["outliers"] and options["loss"] != "open_set_cross_entropy":
        raise TrainingError(
            f"outliers: got the loss {options['loss']}, which has no place for them; "
            "say --loss open_set_cross_entropy"
        )


class _RecipeParser(argparse.ArgumentParser):
    """Raises TrainingError with the recipe's name in place of leaving the program."""

    def __init__(self, path: Path) -> None:
        super().__init__(add_help=False, allow_abbrev=False)
        self._path = path

    def error(self, message: str) -> NoReturn:
        raise TrainingError(f"{self._path}: {message}")
