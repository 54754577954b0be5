"""Measure how right a network is on labelled images, and where it is wrong."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from nnweb.cli.places import open_data
from nnweb.datasets import Dataset, Splits
from nnweb.errors import DatasetError
from nnweb.evaluation import Evaluation, evaluate
from nnweb.network import FITS
from nnweb.weights import load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL.json", type=Path, help="weights file")
    parser.add_argument(
        "--data",
        metavar="PATH",
        help="IDX folder, CSV, .npz or folder of pictures by label (assets/mnist)",
    )
    parser.add_argument(
        "--split",
        choices=("test", "validation", "train", "all"),
        help="which part of the data (test, or all where the data has no test set); "
        "validation: the last twelfth of what there is to train on",
    )
    parser.add_argument(
        "--fit",
        choices=FITS,
        help="crop to the ink and centre it, or take it as drawn (the model's own)",
    )


def run(args: argparse.Namespace) -> int:
    network = load(args.model)
    data = _part(open_data(args.data), args.split)
    fit = args.fit or network.input.fit
    result = evaluate(network, data, fit=fit)
    print(f"{network.name}, {network.architecture}, fit {fit}")
    print(f"{data.source}: {len(data):,} images")
    print()
    print(describe(result))
    return 0


def describe(result: Evaluation) -> str:
    """The figures as text, widths fit for a terminal."""
    low, high = result.interval
    total = len(result.truth)
    lines = [
        f"accuracy           {result.accuracy:7.2%}  ({low:.2%} to {high:.2%}, 95 %)",
        f"wrong              {total - result.correct:7,}  of {total:,}",
        f"calibration error  {result.calibration.error:7.2%}",
    ]
    if not result.accepted.all():
        lines.append(f"rejected           {result.rejected:7.2%}")
    return "\n".join([*lines, "", *_per_class(result), "", *_confusion(result)])


def _per_class(result: Evaluation) -> list[str]:
    shares, counts = result.per_class, result.confusion.sum(axis=1)
    lines = [f"{'label':>6} {'images':>8} {'recall':>8} {'precision':>10} {'F1':>8}"]
    for i, name in enumerate(result.labels):
        lines.append(
            f"{name:>6} {counts[i]:>8,} {_percent(shares.recall[i]):>8} "
            f"{_percent(shares.precision[i]):>10} {_percent(shares.f1[i]):>8}"
        )
    return lines


def _confusion(result: Evaluation) -> list[str]:
    """Truth down, answers across; the wrong ones stand out as zeros are dots."""
    matrix = result.confusion
    width = max(len(str(matrix.max())), *(len(name) for name in result.labels)) + 1
    side = max(len("true"), *(len(name) for name in result.labels))
    lines = ["answered as:", f"{'true':>{side}} " + _row(result.labels, width)]
    for name, counts in zip(result.labels, matrix, strict=True):
        lines.append(f"{name:>{side}} " + _row([str(n or ".") for n in counts], width))
    return lines


def _row(cells: tuple[str, ...] | list[str], width: int) -> str:
    return "".join(f"{cell:>{width}}" for cell in cells)


def _percent(share: float) -> str:
    return "-" if np.isnan(share) else f"{share:.2%}"


def _part(splits: Splits, name: str | None) -> Dataset:
    """The part of the data that is asked for."""
    if name is None:
        name = "all" if splits.test is None else "test"
    if name == "test":
        if splits.test is None:
            raise DatasetError(
                f"--split test: {splits.train.source} comes without a test set; "
                "expected validation, train or all"
            )
        return splits.test
    if name == "all":
        return _whole(splits)
    train, validation = splits.train.split()
    return validation if name == "validation" else train


def _whole(splits: Splits) -> Dataset:
    train, test = splits.train, splits.test
    if test is None:
        return train
    if train.names != test.names:
        raise DatasetError(
            f"--split all: {train.source} has the labels {train.names}, "
            f"{test.source} has {test.names}; expected the same"
        )
    return Dataset(
        np.concatenate([train.images, test.images]),
        np.concatenate([train.labels, test.labels]),
        train.names,
        f"{train.source} and test",
    )
