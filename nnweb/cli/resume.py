"""A training run's checkpoint file: where it is, going on from it, not losing it."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any

from nnweb.cli.options import DEFAULTS, Options, given_options
from nnweb.errors import TrainingError
from nnweb.training.checkpoints import read_checkpoint


def add_checkpoint_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="where to save the run after each epoch (OUT.json.checkpoint, which is "
        "removed when the run has finished)",
    )
    parser.add_argument(
        "--resume", type=Path, metavar="FILE", help="continue from a checkpoint"
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="discard the checkpoint of an unfinished run",
    )


def checkpoint_path(args: argparse.Namespace) -> Path:
    return args.checkpoint or Path(f"{args.out}.checkpoint")


def read_resumed(
    args: argparse.Namespace, given: Options
) -> tuple[Options, dict[str, Any], dict[str, Any]]:
    """Return the resumed run's options, and its checkpoint's arrays and facts.

    A usage error if the command line contradicts the options the run began with.
    """
    if args.recipe is not None:
        args.parser.error("--resume has its options from the checkpoint: no --recipe")
    arrays, facts = read_checkpoint(args.resume)
    options = DEFAULTS | facts["options"]
    if "data" in given:  # it may have moved: what is in it is compared later
        options["data"] = given["data"]
    for name, value in given.items():
        if value != options[name]:
            args.parser.error(
                f"--{name.replace('_', '-')}: the run to resume has {options[name]!r}, "
                f"not {value!r}; a run must continue with the options it began with"
            )
    return options, arrays, facts


def check_checkpoint(args: argparse.Namespace) -> None:
    """TrainingError if this run would overwrite the checkpoint of an unfinished one."""
    path = checkpoint_path(args)
    resumed = args.resume is not None and args.resume.resolve() == path.resolve()
    if resumed or args.overwrite or not path.exists():
        return
    _, facts = read_checkpoint(path)
    epoch, epochs = facts["epoch"], facts["settings"]["epochs"]
    # without --checkpoint it would have been removed with the weights written
    if args.checkpoint is None or not facts.get("finished"):
        raise TrainingError(
            f"{path}: the checkpoint of an unfinished run ({epoch} of {epochs} epochs "
            f"done); --resume {shlex.quote(str(path))} continues it, --overwrite "
            "discards it"
        )


def resume_command(args: argparse.Namespace) -> str:
    """Return the command line that continues this run from its checkpoint."""
    command = ["nnweb", "train", args.out, "--resume", checkpoint_path(args)]
    for name in ("checkpoint", "history", "plot"):
        if getattr(args, name) is not None:
            command += [f"--{name}", getattr(args, name)]
    return shlex.join(map(str, command))


def given_command(args: argparse.Namespace) -> str:
    """Return the command line, without the options that do not affect the weights."""
    command = ["nnweb", "train", args.out.name]
    if args.recipe is not None:
        command += ["--recipe", args.recipe.as_posix()]
    for name, value in sorted(given_options(args).items()):
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            command.append(flag)
            continue
        for one in value if isinstance(value, list) else [value]:
            command += [flag, str(one)]
    return shlex.join(command)
