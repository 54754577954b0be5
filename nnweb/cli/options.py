"""The options of ``nnweb train``: from the command line, a recipe, or a checkpoint.

A recipe is a TOML file of the same options, ``batch-size = 64``. The command line takes
precedence over the recipe.
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

#: Every option that affects the result, with its default.
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
    """Add the options of DEFAULTS to ``parser``; absent options are not set."""

    def option(group: Any, name: str, text: str, **kwargs: Any) -> None:
        default = DEFAULTS[name]
        if default is not None and default is not False:
            text = f"{text} ({default})"
        flag = f"--{name.replace('_', '-')}"
        group.add_argument(flag, help=text, default=argparse.SUPPRESS, **kwargs)

    number: Options = {"type": int, "metavar": "N"}
    real: Options = {"type": float, "metavar": "X"}
    flag: Options = {"action": "store_true"}

    group = parser.add_argument_group("the network")
    option(
        group,
        "layers",
        "the layers; also 1x28x28-conv3x16-pool2-128-10",
        metavar="TEXT",
    )
    option(
        group,
        "activation",
        "activation after every layer but the last",
        choices=ACTIVATIONS,
    )
    option(group, "init", "initializer of the weights", choices=INITIALIZERS)
    option(
        group,
        "dropout",
        "rate of dropout before each dense layer but the first",
        **real,
    )
    option(
        group, "fit", "digit: crop and centre the ink; canvas: as drawn", choices=FITS
    )
    option(group, "dtype", "type of the weights in the file", choices=DTYPES)
    option(group, "name", "name of the network (OUT without .json)", metavar="TEXT")
    option(group, "license", "license of the weights, for the card", metavar="TEXT")

    group = parser.add_argument_group("the data")
    kinds = "IDX folder, CSV, .npz or folders of pictures by label (assets/mnist)"
    option(group, "data", kinds, metavar="PATH")
    option(group, "validation", "examples held out from the end (a twelfth)", **number)
    option(group, "test", "evaluate the result on the test set", **flag)
    option(group, "augment", "augmentation of the digits", choices=AUGMENTATIONS)
    option(group, "outliers", "made-up non-digits per digit, with mixture", **real)
    option(group, "seed", "seed of all random choices", **number)

    group = parser.add_argument_group("training")
    option(group, "epochs", "passes over the data", **number)
    option(group, "batch_size", "examples per step", **number)
    option(group, "loss", "loss function", choices=LOSSES)
    option(
        group, "label_smoothing", "share of each label spread over all labels", **real
    )
    option(group, "optimizer", "optimizer", choices=OPTIMIZERS)
    option(group, "learning_rate", "learning rate", **real)
    option(group, "momentum", "momentum of the optimizer momentum", **real)
    option(group, "nesterov", "Nesterov momentum", **flag)
    option(group, "weight_decay", "weight decay", **real)
    option(group, "clip", "maximum norm of the gradient (no limit)", **real)
    option(group, "schedule", "learning rate schedule", choices=SCHEDULES)
    option(group, "warmup_steps", "steps of learning rate warm-up", **number)
    option(group, "decay_epochs", "epochs between two decays, schedule step", **number)
    option(group, "decay_factor", "factor of each decay, schedule step", **real)
    option(
        group,
        "final_fraction",
        "final share of the learning rate, schedule cosine",
        **real,
    )
    option(group, "average", "decay of a moving average of the weights (none)", **real)
    option(
        group,
        "patience",
        "epochs without improvement before stopping (never)",
        **number,
    )


def given_options(args: argparse.Namespace) -> Options:
    """Return the options given on the command line."""
    return {name: getattr(args, name) for name in DEFAULTS if hasattr(args, name)}


def read_recipe(path: Path) -> Options:
    """Read a recipe's options, checked like the command line's."""
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
    """Return the options that are the trainer's settings."""
    return Settings(**{field.name: options[field.name] for field in fields(Settings)})


def check_augmentation(options: Options) -> None:
    """TrainingError if the augmentation options are inconsistent."""
    if not 0 <= options["outliers"] <= 1:
        raise TrainingError(f"outliers: got {options['outliers']}, expected 0 to 1")
    if options["augment"] == "none":
        if options["outliers"]:
            raise TrainingError("outliers: they need --augment mixture")
        return
    if options["fit"] != "digit":
        raise TrainingError("augment: the mixture is cropped; it needs --fit digit")
    if options["outliers"] and options["loss"] != "open_set_cross_entropy":
        raise TrainingError(
            f"outliers: got the loss {options['loss']}, which cannot use them; they "
            "need --loss open_set_cross_entropy"
        )


class _RecipeParser(argparse.ArgumentParser):
    """Raises TrainingError with the recipe's name instead of exiting."""

    def __init__(self, path: Path) -> None:
        super().__init__(add_help=False, allow_abbrev=False)
        self._path = path

    def error(self, message: str) -> NoReturn:
        raise TrainingError(f"{self._path}: {message}")
