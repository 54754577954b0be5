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
from nnweb.images.preprocess import FITS
from nnweb.initializers import INITIALIZERS
from nnweb.shipped import find, hint
from nnweb.training.losses import LOSSES
from nnweb.training.optimizers import OPTIMIZERS
from nnweb.training.settings import SCHEDULES, Settings
from nnweb.weights.tensors import DTYPES

Options = dict[str, Any]

AUGMENTATIONS = ("none", "mixture")

#: Every option that affects the result, with its default.
DEFAULTS: Options = {
    "layers": "784-500-300-100-labels",
    "activation": "relu",
    "init": "he_normal",
    "dropout": 0.0,
    "fit": "digit",
    "data": None,
    "validation": None,
    "test": False,
    "augment": "none",
    "outliers": 0.0,
    "pens": 0.0,
    "accept": 0.97,
    "teacher": None,
    "teacher_share": 0.5,
    "dtype": "float32",
    "name": None,
    "license": None,
    **asdict(Settings()),
}


_INT: Options = {"type": int, "metavar": "N"}
_FLOAT: Options = {"type": float, "metavar": "X"}
_TEXT: Options = {"metavar": "TEXT"}
_FLAG: Options = {"action": "store_true"}
_FILES: Options = {"action": "append", "metavar": "FILE.json"}

#: Help and argparse settings of each option, by group.
_GROUPS: dict[str, dict[str, tuple[str, Options]]] = {
    "the network": {
        "layers": ("the layers; also 1x28x28-conv3x16-pool2-128-labels", _TEXT),
        "activation": ("after every layer but the last", {"choices": ACTIVATIONS}),
        "init": ("initializer of the weights", {"choices": INITIALIZERS}),
        "dropout": ("dropout rate before each dense layer but the first", _FLOAT),
        "fit": ("digit: centre the ink; canvas: as drawn", {"choices": FITS}),
        "dtype": ("type of the weights in the file", {"choices": DTYPES}),
        "name": ("name of the network (OUT without .json)", _TEXT),
        "license": ("licence of the weights, for the card", _TEXT),
    },
    "the data": {
        "data": (
            "IDX folder, CSV, .npz, folders of pictures by label, or demo (MNIST)",
            {"metavar": "PATH"},
        ),
        "validation": ("examples held out from the end (a twelfth)", _INT),
        "test": ("evaluate the result on the test set", _FLAG),
        "augment": ("augmentation of the images", {"choices": AUGMENTATIONS}),
        "outliers": ("made-up images of no label, per image, with mixture", _FLOAT),
        "pens": ("share of redrawn digits that people wrote, with mixture", _FLOAT),
        "accept": ("share of drawn validation digits to accept, with outliers", _FLOAT),
        "seed": ("seed of all random choices", _INT),
    },
    "training": {
        "epochs": ("passes over the data", _INT),
        "batch_size": ("examples per step", _INT),
        "loss": ("loss function", {"choices": LOSSES}),
        "teacher": (
            "network (file or name) whose answers are learned too; repeatable",
            _FILES,
        ),
        "teacher_share": ("share of the teachers in the targets", _FLOAT),
        "label_smoothing": ("share of each label spread over all labels", _FLOAT),
        "optimizer": ("optimizer", {"choices": OPTIMIZERS}),
        "learning_rate": ("learning rate", _FLOAT),
        "momentum": ("for the optimizer momentum", _FLOAT),
        "nesterov": ("Nesterov momentum", _FLAG),
        "weight_decay": ("weight decay", _FLOAT),
        "clip": ("maximum norm of the gradient (no limit)", _FLOAT),
        "schedule": ("learning rate schedule", {"choices": SCHEDULES}),
        "warmup_steps": ("steps of learning rate warm-up", _INT),
        "decay_epochs": ("epochs between two decays, schedule step", _INT),
        "decay_factor": ("factor of each decay, schedule step", _FLOAT),
        "final_fraction": ("final share of the learning rate, cosine", _FLOAT),
        "average": ("decay of a moving average of the weights (none)", _FLOAT),
        "patience": ("epochs without improvement before stopping (never)", _INT),
    },
}


#: Options that need a value of another one.
_ONLY_WITH = {
    "momentum": ("optimizer", "momentum"),
    "nesterov": ("optimizer", "momentum"),
    "decay_epochs": ("schedule", "step"),
    "decay_factor": ("schedule", "step"),
    "final_fraction": ("schedule", "cosine"),
}


def add_training_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of DEFAULTS to ``parser``; absent options are not set."""
    for title, options in _GROUPS.items():
        group = parser.add_argument_group(title)
        for name, (text, kwargs) in options.items():
            if DEFAULTS[name] is not None and DEFAULTS[name] is not False:
                text = f"{text} ({DEFAULTS[name]})"
            flag = f"--{name.replace('_', '-')}"
            group.add_argument(flag, help=text, default=argparse.SUPPRESS, **kwargs)


def given_options(args: argparse.Namespace) -> Options:
    """Return the options given on the command line."""
    return {name: getattr(args, name) for name in DEFAULTS if hasattr(args, name)}


def read_recipe(path: Path) -> Options:
    """Read a recipe's options, checked like the command line's.

    ``path`` may be the name of a shipped recipe.
    """
    path = find("recipes", path)
    try:
        # as Windows' editors may write it, too
        recipe = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        more = hint("recipes") if isinstance(error, FileNotFoundError) else ""
        reason = getattr(error, "strerror", None) or error
        raise TrainingError(
            f"{path}: cannot be read as a recipe: {reason}{more}"
        ) from error
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
        elif isinstance(value, list) and name == "teacher":
            line += [f"{flag}={file}" for file in value]
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
    for name in ("outliers", "pens"):
        if not 0 <= options[name] <= 1:
            raise TrainingError(f"{name}: got {options[name]}, expected 0 to 1")
    accept = options["accept"]
    if not 0 < accept <= 1:
        raise TrainingError(f"accept: got {accept}, expected more than 0, at most 1")
    if options["augment"] == "none":
        for name in ("outliers", "pens"):
            if options[name]:
                raise TrainingError(f"{name}: they need --augment mixture")
        return
    if options["fit"] != "digit":
        raise TrainingError("augment: the mixture is cropped; it needs --fit digit")
    if options["outliers"] and options["loss"] != "open_set_cross_entropy":
        raise TrainingError(
            f"outliers: got the loss {options['loss']}, which cannot use them; they "
            "need --loss open_set_cross_entropy"
        )


def check_used(given: Options, options: Options) -> None:
    """TrainingError if an option of the command line would change nothing."""
    for name, (other, value) in _ONLY_WITH.items():
        if name in given and options[other] != value:
            raise TrainingError(
                f"{name}: it needs --{other} {value}, got {options[other]}"
            )
    if "accept" in given and not options["outliers"]:
        raise TrainingError("accept: it needs --outliers, got 0")


def check_teachers(options: Options) -> None:
    """TrainingError if the options of distillation are inconsistent."""
    share = options["teacher_share"]
    if not 0 <= share <= 1:
        raise TrainingError(f"teacher_share: got {share}, expected 0 to 1")
    if not options["teacher"] and share != DEFAULTS["teacher_share"]:
        raise TrainingError("teacher_share: it needs a --teacher")


class _RecipeParser(argparse.ArgumentParser):
    """Raises TrainingError with the recipe's name instead of exiting."""

    def __init__(self, path: Path) -> None:
        super().__init__(add_help=False, allow_abbrev=False)
        self._path = path

    def error(self, message: str) -> NoReturn:
        raise TrainingError(f"{self._path}: {message}")
