"""Train a network from scratch, and write it to a weights file.

The same options and seed give the same weights. Ctrl-C stops after the current step
and saves a checkpoint; --resume continues from it, to exactly the weights that an
uninterrupted run would have ended with.
"""

from __future__ import annotations

import argparse
import math
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from nnweb.architecture import build_layers
from nnweb.cli.default_paths import data_path, open_data, open_written
from nnweb.cli.history import draw_history, need_matplotlib, write_history
from nnweb.cli.options import (
    DEFAULTS,
    Options,
    add_training_options,
    check_augmentation,
    check_teachers,
    check_used,
    given_options,
    read_recipe,
    settings_of,
)
from nnweb.cli.progress import make_progress
from nnweb.cli.resume import (
    add_checkpoint_options,
    check_checkpoint,
    checkpoint_path,
    given_command,
    read_resumed,
    resume_command,
)
from nnweb.data.augment import Mix
from nnweb.data.datasets import Dataset
from nnweb.errors import DatasetError, ShapeError, TrainingError, WeightsError
from nnweb.evaluation.drawn_digits import (
    accepted,
    draw_validation,
    draw_written,
)
from nnweb.evaluation.evaluate import evaluate, truth_of
from nnweb.files.replace import part_of
from nnweb.initializers import INITIALIZERS
from nnweb.layers import Sigmoid
from nnweb.network import InputSpec, Network
from nnweb.shipped import find
from nnweb.training.augmented_batches import AugmentedBatches
from nnweb.training.batches import BatchSource, PlainBatches, inputs_of, stream
from nnweb.training.checkpoints import save_checkpoint
from nnweb.training.distilled_batches import DistilledBatches
from nnweb.training.settings import Settings
from nnweb.training.trainer import EpochDone, Trainer
from nnweb.weights.json_format import dumps, load, save


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.usage = "nnweb train OUT.json [--recipe FILE.toml] [options]"
    parser.add_argument(
        "out", metavar="OUT.json", type=Path, help="weights file to write"
    )
    parser.add_argument(
        "--recipe",
        type=Path,
        metavar="FILE",
        help="options from a TOML file, or the name of a shipped one",
    )
    add_checkpoint_options(parser)
    parser.add_argument(
        "--history", type=Path, metavar="FILE.csv", help="loss and accuracy by epoch"
    )
    parser.add_argument(
        "--plot", type=Path, metavar="FILE.png", help="the same as a picture"
    )
    add_training_options(parser)


def run(args: argparse.Namespace) -> int:
    options, arrays, facts = _read_options(args)
    settings = _settings(args, options)
    _check_files(args, options)
    train, validation, test = _load_data(options)
    network = _network(args, options, settings, train.names)
    if test is not None:
        truth_of(test, network)
    _say(f"{network.architecture}, {network.parameter_count:,} parameters")
    _say(f"{train.source}; validated on {validation.source}")
    started = time.perf_counter()
    checkpoint = checkpoint_path(args)
    with closing(make_batches(train, network, settings, options)) as batches:
        x = inputs_of(validation, network.input)
        trainer = Trainer(network, batches, x, validation.labels, settings)
        if facts:
            trainer.load_state(arrays, facts)
            _say(f"resuming after step {trainer.step:,}")
        elif args.overwrite:
            checkpoint.unlink(missing_ok=True)
        finished = _train(trainer, checkpoint, options)
    _write_history(args, trainer)
    if not finished:
        _say(f"stopped after step {trainer.step:,}; to resume:")
        _say(f"  {resume_command(args)}")
        return 1
    _say(f"{time.perf_counter() - started:.0f} s")
    network = load(dumps(network, dtype=options["dtype"]))  # the weights of the file
    network.card = _card(options, train)
    if isinstance(batches, DistilledBatches):
        network.card["taught by"] = batches.taught_by
    if options["augment"] != "none":
        _measure_drawn(network, validation, options)
    print(_write(network, args.out, options["dtype"], validation, test))
    if args.checkpoint is None:
        checkpoint.unlink(missing_ok=True)
    return 0


def build_network(
    options: Options, settings: Settings, names: tuple[str, ...], name: str
) -> Network:
    """Return the untrained network that the options describe."""
    layers = build_layers(
        options["layers"],
        activation=options["activation"],
        initializer=INITIALIZERS[options["init"]],
        rng=stream(settings.seed, "weights"),
        dropout=options["dropout"],
        labels=len(names),
    )
    if settings.loss == "quadratic":
        layers.append(Sigmoid())  # the targets are 0 and 1
    return Network(
        layers,
        name=options["name"] or name,
        labels=names,
        input=InputSpec(fit=options["fit"]),
    )


def make_batches(
    train: Dataset, network: Network, settings: Settings, options: Options
) -> BatchSource:
    """Return the batches to train ``network`` on."""
    batches = _labelled_batches(train, network.input, settings, options)
    if not options["teacher"]:
        return batches
    return DistilledBatches(
        batches,
        [Path(file) for file in options["teacher"]],
        network,
        share=options["teacher_share"],
        open_set=settings.loss == "open_set_cross_entropy",
    )


def _labelled_batches(
    train: Dataset, spec: InputSpec, settings: Settings, options: Options
) -> BatchSource:
    size, seed = settings.batch_size, settings.seed
    if options["augment"] == "none":
        return PlainBatches(train, spec, batch_size=size, seed=seed)
    mix = Mix(outliers=options["outliers"], pens=options["pens"])
    pens = open_written()[0] if options["pens"] else None
    return AugmentedBatches(train, mix, batch_size=size, seed=seed, pens=pens)


# --- before training ------------------------------------------------------------------


def _read_options(
    args: argparse.Namespace,
) -> tuple[Options, dict[str, Any], dict[str, Any]]:
    """Return the options and, to resume a run, its checkpoint's arrays and facts."""
    given = _with_paths(given_options(args))
    if args.resume is not None:
        return read_resumed(args, given)
    recipe = {} if args.recipe is None else _with_paths(read_recipe(args.recipe))
    # part of the run, so that the card of a resumed one has its first command
    command = {"command": given_command(args)}
    return DEFAULTS | recipe | given | command, {}, {}


def _with_paths(options: Options) -> Options:
    """Replace the names of shipped data and networks by their files."""
    found = dict(options)
    if options.get("data"):
        found["data"] = data_path(options["data"])
    if options.get("teacher"):
        files = [find("models", file).resolve() for file in options["teacher"]]
        found["teacher"] = [str(file) for file in files]
    return found


def _settings(args: argparse.Namespace, options: Options) -> Settings:
    parser: argparse.ArgumentParser = args.parser
    try:
        check_used(given_options(args), options)
        check_augmentation(options)
        check_teachers(options)
        return settings_of(options)
    except TrainingError as error:
        parser.error(str(error))


def _check_files(args: argparse.Namespace, options: Options) -> None:
    """Fail before the training, not after it, if a file cannot be written."""
    checkpoint = checkpoint_path(args)
    written = [p for p in (args.out, args.history, args.plot, checkpoint) if p]
    read = [Path(p) for p in (args.recipe, options["data"]) if p]
    files = [path.resolve() for path in (*written, *read)]
    for path in written:
        if files.count(path.resolve()) > 1:
            raise TrainingError(f"{path}: given twice; expected a file for each")
    for path in (*written, part_of(checkpoint)):
        _check_writable(path)
    if args.plot is not None:
        need_matplotlib()
    check_checkpoint(args)


def _check_writable(path: Path) -> None:
    try:
        exists = path.exists()
        path.open("ab").close()
        if not exists:
            path.unlink()
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror}"
        raise TrainingError(message) from None


def _load_data(options: Options) -> tuple[Dataset, Dataset, Dataset | None]:
    """Return the examples to train on, to validate on and, with --test, to test on."""
    splits = open_data(options["data"])
    if options["test"] and splits.test is None:
        raise DatasetError(f"--test: {splits.train.source} has no test set")
    train, validation = splits.train.split(options["validation"])
    return train, validation, splits.test if options["test"] else None


def _network(
    args: argparse.Namespace,
    options: Options,
    settings: Settings,
    labels: tuple[str, ...],
) -> Network:
    parser: argparse.ArgumentParser = args.parser
    try:
        network = build_network(options, settings, labels, args.out.stem)
        load(dumps(network, dtype=options["dtype"]))  # which has limits
    except ShapeError as error:
        parser.error(str(error))
    except WeightsError as error:
        raise TrainingError(f"the network could not be saved: {error}") from None
    return network


# --- training -------------------------------------------------------------------------


def _train(trainer: Trainer, checkpoint: Path, options: Options) -> bool:
    """Run to the end, saving a checkpoint after each epoch; return False if stopped."""
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
    """Yield a list that stays empty until Ctrl-C, or SIGTERM, asks to stop.

    An exception in the middle of a step would leave half-updated weights. Only a second
    Ctrl-C raises one.
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


# --- after training -------------------------------------------------------------------


def _write(
    network: Network,
    out: Path,
    dtype: str,
    validation: Dataset,
    test: Dataset | None,
) -> str:
    """Write the weights file; return a one-line summary."""
    found = {"validation": evaluate(network, validation)}
    if test is not None:
        found["test"] = evaluate(network, test)
    network.card.setdefault("accuracy", {}).update(
        {name: round(result.accuracy, 5) for name, result in found.items()}
    )
    save(network, out, dtype=dtype)
    figures = ", ".join(
        f"{name} {result.accuracy:.2%} ({result.interval[0]:.2%} to "
        f"{result.interval[1]:.2%})"
        for name, result in found.items()
    )
    return f"{out}: {network.architecture}, {out.stat().st_size:,} bytes, {figures}"


def _measure_drawn(network: Network, validation: Dataset, options: Options) -> None:
    """Add the accuracy on redrawn digits, and on held-out people's, to the card.

    A network trained with outliers gets its rejection threshold here: the share
    ``accept`` of the people's digits pass it, or of the redrawn ones without people.
    Every network gets the probability below which it is unsure.
    """
    redrawn = draw_validation(validation)
    drawn = {"validation drawn by pen": redrawn}
    if options["pens"]:
        drawn["validation writers"] = draw_written(open_written()[1])
    network.card["accuracy"] = {
        name: round(digits.accuracy(network), 5) for name, digits in drawn.items()
    }
    if options["outliers"]:
        written = drawn.get("validation writers", redrawn)
        threshold = written.threshold(network, options["accept"])
        network.reject_below = _rounded_down(threshold)
        share = accepted(network, redrawn.others)
        network.card["non-digits accepted"] = round(share, 5)
    threshold = min(digits.unsure_threshold(network) for digits in drawn.values())
    # 0.99996 must not become 1, which no probability exceeds
    network.unsure_below = _rounded_down(threshold)
    for name, digits in drawn.items():
        result = digits.evaluate(network)
        sure = {"sure": result.sure, "accuracy when sure": result.accuracy_when_sure}
        for key, share in sure.items():
            network.card.setdefault(key, {})[name] = round(share, 5)


def _rounded_down(threshold: float) -> float:
    """Return a threshold of four decimals that all scores at the given one reach."""
    return math.floor(threshold * 1e4) / 1e4


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


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
