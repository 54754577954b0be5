"""Train a network from scratch, and write it to a weights file.

The same options and seed give the same weights. Ctrl-C stops after the step that is
being made and saves a checkpoint; --resume goes on from it, to the very weights that
an unbroken run would have ended in.
"""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from nnweb.architecture import build_layers
from nnweb.cli.default_paths import open_data
from nnweb.cli.history import draw_history, need_matplotlib, write_history
from nnweb.cli.options import (
    DEFAULTS,
    Options,
    add_training_options,
    check_augmentation,
    given_options,
    read_recipe,
    settings_of,
)
from nnweb.cli.progress import make_progress
from nnweb.data.augment import AugmentedBatches, Mix, draw_validation
from nnweb.data.datasets import Dataset
from nnweb.errors import DatasetError, ShapeError, TrainingError
from nnweb.evaluation.evaluate import evaluate
from nnweb.initializers import INITIALIZERS
from nnweb.layers import Sigmoid
from nnweb.network import InputSpec, Network
from nnweb.training.batches import BatchSource, PlainBatches, inputs_of, stream
from nnweb.training.checkpoints import read_checkpoint, save_checkpoint
from nnweb.training.settings import Settings
from nnweb.training.trainer import EpochDone, Trainer
from nnweb.weights.json_format import dumps, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.usage = "nnweb train OUT.json [--recipe FILE.toml] [options]"
    parser.add_argument(
        "out", metavar="OUT.json", type=Path, help="weights file to write"
    )
    parser.add_argument(
        "--recipe", type=Path, metavar="FILE", help="options from a TOML file"
    )
    parser.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="where to save the run after each epoch (OUT.json.checkpoint, and that is "
        "removed when the run is done)",
    )
    parser.add_argument(
        "--resume", type=Path, metavar="FILE", help="go on from a checkpoint"
    )
    parser.add_argument(
        "--history", type=Path, metavar="FILE.csv", help="loss and accuracy by epoch"
    )
    parser.add_argument(
        "--plot", type=Path, metavar="FILE.png", help="the same as a picture"
    )
    add_training_options(parser)


def run(args: argparse.Namespace) -> int:
    options, arrays, facts = _gather(args)
    try:
        settings = settings_of(options)
        check_augmentation(options)
    except TrainingError as error:
        args.parser.error(str(error))
    _check_places(args)
    splits = open_data(options["data"])
    if options["test"] and splits.test is None:
        raise DatasetError(f"--test: {splits.train.source} comes without a test set")
    train, validation = splits.train.split(options["validation"])
    try:
        network = build_network(options, settings, train.names, args.out.stem)
    except ShapeError as error:
        args.parser.error(str(error))
    _say(f"{network.architecture}, {network.parameter_count:,} parameters")
    _say(f"{train.source}; validated on {validation.source}")
    started = time.perf_counter()
    checkpoint = args.checkpoint or Path(f"{args.out}.checkpoint")
    with closing(make_batches(train, network.input, settings, options)) as batches:
        x = inputs_of(validation, network.input)
        trainer = Trainer(network, batches, x, validation.labels, settings)
        if facts:
            trainer.load_state(arrays, facts)
            _say(f"going on after step {trainer.step:,}")
        done = _train(trainer, checkpoint, options)
    if not done:
        _write_history(args, trainer)
        _say(f"stopped after step {trainer.step:,}; to go on:")
        _say(f"  nnweb train {_quoted(args.out)} --resume {_quoted(checkpoint)}")
        return 1
    _say(f"{time.perf_counter() - started:.0f} s")
    network.card = _card(options, train)
    if options["augment"] != "none":
        _measure_by_pen(network, validation, options)
    test = splits.test if options["test"] else None
    print(_write(network, args.out, options["dtype"], validation, test))
    _write_history(args, trainer)
    if args.checkpoint is None:
        checkpoint.unlink(missing_ok=True)
    return 0


def build_network(
    options: Options, settings: Settings, names: tuple[str, ...], name: str
) -> Network:
    """The network that the options describe, as it is before training."""
    layers = build_layers(
        options["layers"],
        activation=options["activation"],
        initializer=INITIALIZERS[options["init"]],
        rng=stream(settings.seed, "weights"),
        dropout=options["dropout"],
    )
    if settings.loss == "quadratic":
        layers.append(Sigmoid())  # so that outputs can be near the targets, 0 and 1
    return Network(
        layers,
        name=options["name"] or name,
        labels=names,
        input=InputSpec(fit=options["fit"]),
    )


def make_batches(
    train: Dataset, spec: InputSpec, settings: Settings, options: Options
) -> BatchSource:
    """What the options have to be trained on."""
    size, seed = settings.batch_size, settings.seed
    if options["augment"] == "none":
        return PlainBatches(train, spec, batch_size=size, seed=seed)
    mix = Mix(outliers=options["outliers"])
    return AugmentedBatches(train, mix, batch_size=size, seed=seed)


# --- before ---------------------------------------------------------------------------


def _gather(args: argparse.Namespace) -> tuple[Options, dict[str, Any], dict[str, Any]]:
    """The options, and a checkpoint's arrays and facts where one is resumed."""
    given = given_options(args)
    if given.get("data"):
        given["data"] = str(Path(given["data"]).resolve())
    if args.resume is None:
        recipe = {} if args.recipe is None else read_recipe(args.recipe)
        # the command goes with the run: a card says how it was begun, not resumed
        return DEFAULTS | recipe | given | {"command": _command(args)}, {}, {}
    if args.recipe is not None:
        args.parser.error("--resume has its options from the checkpoint: no --recipe")
    arrays, facts = read_checkpoint(args.resume)
    options = DEFAULTS | facts["options"]
    for name, value in given.items():
        if value != options[name]:
            args.parser.error(
                f"--{name.replace('_', '-')}: the run to resume has {options[name]!r}, "
                f"not {value!r}; a run must go on as it began"
            )
    return options, arrays, facts


def _check_places(args: argparse.Namespace) -> None:
    """Find out before the training, not after it, that a file cannot be written."""
    for path in (args.out, args.checkpoint, args.history, args.plot):
        if path is not None and (not path.parent.is_dir() or path.is_dir()):
            raise TrainingError(f"{path}: cannot be written: no such folder, or is one")
    if args.plot is not None:
        need_matplotlib()


# --- while ----------------------------------------------------------------------------


def _train(trainer: Trainer, checkpoint: Path, options: Options) -> bool:
    """Run to the end, with a checkpoint after each epoch. False: stopped before it."""
    with make_progress(trainer.settings.epochs) as progress, _stop_signals() as stop:
        for event in trainer.run():
            progress.show(event)
            if isinstance(event, EpochDone) or stop:
                save_checkpoint(checkpoint, trainer, options)
            if stop:
                return False
    return True


@contextmanager
def _stop_signals() -> Iterator[list[int]]:
    """A list that is empty until Ctrl-C, or a kill, is to stop the training.

    An exception in the midst of a step would leave weights that are half changed. A
    second Ctrl-C does raise one.
    """
    caught: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        caught.append(number)
        signal.signal(number, before[number])

    before: dict[int, Any] = {}
    for number in map(int, (signal.SIGINT, signal.SIGTERM)):
        before[number] = signal.signal(number, note)
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# --- after ----------------------------------------------------------------------------


def _write(
    network: Network,
    out: Path,
    dtype: str,
    validation: Dataset,
    test: Dataset | None,
) -> str:
    """Write the weights file. Returns the result in a line.

    The accuracies on the card are those of the file: of weights as they are rounded.
    """
    saved = load(dumps(network, dtype=dtype))
    found = {"validation": evaluate(saved, validation)}
    if test is not None:
        found["test"] = evaluate(saved, test)
    network.card.setdefault("accuracy", {}).update(
        {name: round(result.accuracy, 5) for name, result in found.items()}
    )
    text = dumps(network, dtype=dtype)
    out.write_text(text, encoding="utf-8")
    figures = ", ".join(
        f"{name} {result.accuracy:.2%} ({result.interval[0]:.2%} to "
        f"{result.interval[1]:.2%})"
        for name, result in found.items()
    )
    return f"{out}: {network.architecture}, {len(text.encode()):,} bytes, {figures}"


def _measure_by_pen(network: Network, validation: Dataset, options: Options) -> None:
    """Put on the card how the network does on held-out digits drawn with a pen.

    One that has learned what no digit looks like gets its threshold here.
    """
    drawn = draw_validation(validation)
    accuracy = round(drawn.accuracy(network), 5)
    network.card["accuracy"] = {"validation drawn by pen": accuracy}
    if options["outliers"]:
        threshold, accepted = drawn.rejection(network)
        network.reject_below = round(threshold, 4)
        network.card["non-digits accepted"] = round(accepted, 5)


def _command(args: argparse.Namespace) -> str:
    """What was typed, as far as it decides what comes out."""
    command = ["nnweb", "train", args.out.name]
    if args.recipe is not None:
        command += ["--recipe", args.recipe.as_posix()]
    for name, value in sorted(given_options(args).items()):
        flag = f"--{name.replace('_', '-')}"
        command += [flag] if value is True else [flag, str(value)]
    return shlex.join(command)


def _card(options: Options, train: Dataset) -> dict[str, Any]:
    card = {
        "trained_on": train.source,
        "augmentation": options["augment"],
        "seed": options["seed"],
        "command": options["command"],
    }
    return card | ({"license": options["license"]} if options["license"] else {})


def _write_history(args: argparse.Namespace, trainer: Trainer) -> None:
    if args.history is not None:
        write_history(args.history, trainer.history)
    if args.plot is not None:
        draw_history(args.plot, trainer.history, trainer.network.name)


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
