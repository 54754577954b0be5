"""Measure a network's accuracy on labelled images, and list its mistakes."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from nnweb.cli.default_paths import open_data, open_written
from nnweb.data.augment.written import WrittenDigits, load_written
from nnweb.data.corruptions import CORRUPTIONS, corrupt
from nnweb.data.datasets import Dataset, Splits
from nnweb.errors import DatasetError
from nnweb.evaluation.drawn_digits import (
    accepted,
    draw_others,
    draw_styles,
    draw_validation,
    draw_written,
)
from nnweb.evaluation.evaluate import Evaluation, evaluate
from nnweb.evaluation.metrics import COVERAGES
from nnweb.evaluation.report import write_report
from nnweb.images.preprocess import FITS
from nnweb.network import DIGITS, Network
from nnweb.shipped import names
from nnweb.weights.json_format import load

_LISTED = 10  # mistakes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model",
        metavar="MODEL.json",
        type=Path,
        help=f"weights file, or {', '.join(names('models'))}",
    )
    parser.add_argument(
        "--data",
        metavar="PATH",
        help="IDX folder, CSV, .npz, folders of pictures by label, or demo (MNIST)",
    )
    parser.add_argument(
        "--split",
        choices=("test", "validation", "train", "all"),
        help="part of the data (test, or all if there is no test set); validation: the "
        "last twelfth of the training data",
    )
    parser.add_argument(
        "--fit",
        choices=FITS,
        help="digit: crop to the ink and centre it; canvas: as drawn (the model's own)",
    )
    parser.add_argument(
        "--corruptions",
        action="store_true",
        help=f"evaluate also on {len(CORRUPTIONS)} corruptions of the images",
    )
    parser.add_argument(
        "--drawn",
        action="store_true",
        help="evaluate also on drawings: accuracy by way of writing and by writer, "
        "share of made-up non-digits accepted, accuracy of the surest answers",
    )
    parser.add_argument(
        "--others",
        type=Path,
        metavar="FILE.npz",
        help="written characters that are no digits, to count how many are accepted "
        "(arrays as in assets/pens, with char instead of y)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print JSON instead of tables"
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE.html",
        help="write a page with plots and images of mistakes",
    )


def run(args: argparse.Namespace) -> int:
    if args.report is not None:
        _check_report(args.report)
    network = load(args.model)
    data = _part(open_data(args.data), args.split)
    fit = args.fit or network.input.fit
    result = evaluate(network, data, fit=fit)
    corrupted: dict[str, Evaluation] = {}
    for name in CORRUPTIONS if args.corruptions else ():
        corrupted[name] = evaluate(network, corrupt(data, name), fit=fit)
        if not args.json:
            print(f"{name}: {corrupted[name].accuracy:.2%}", file=sys.stderr)
    drawn = _drawn(network, args)
    if args.report is not None:  # first, as what is printed may be read by `head`
        page = write_report(network, data, result, fit=fit, corrupted=corrupted)
        args.report.write_text(page, encoding="utf-8")
    if args.json:
        figures = as_dict(network, data, result, fit, corrupted) | drawn
        print(json.dumps(figures, indent=2, allow_nan=False))
    else:
        print(f"{network.name}, {network.architecture}, fit {fit}")
        print(f"{data.source}: {len(data):,} images")
        print()
        print(describe(result, corrupted))
        for title, shares in drawn.items():
            print("\n".join(["", title, *_shares(shares)]))
    return 0


def _check_report(path: Path) -> None:
    if path.suffix.lower() not in (".html", ".htm"):  # such as the network's own file
        raise DatasetError(f"{path}: cannot be written: expected a name in .html")
    if not path.parent.is_dir():
        raise DatasetError(f"{path}: cannot be written: no such folder")


def _drawn(network: Network, args: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Return shares by name, for each table that ``args`` ask for."""
    tables: dict[str, dict[str, float]] = {}
    if (args.drawn or args.others) and network.labels != DIGITS:
        raise DatasetError(
            "--drawn and --others compare with written digits; the labels of "
            f"{network.name!r} are {', '.join(network.labels[:12])}"
        )
    if args.drawn:
        validation, people = open_data(args.data).train.split()[1], open_written()[1]
        tables["accuracy by way of writing"] = {
            name: digits.accuracy(network)
            for name, digits in draw_styles(validation).items()
        }
        right = draw_written(people).evaluate(network).right
        tables["accuracy by writer"] = {
            name: float(right[theirs].mean())
            for name, theirs in people.by_writer().items()
        }
        tables["non-digits accepted"] = {
            name: accepted(network, x) for name, x in draw_others(validation).items()
        }
        tables |= _drawn_selective(network, validation, people)
    if args.others is not None:
        others = load_written(args.others, labels="char")
        # at once, so that no two labels are drawn with the same pens
        x = draw_written(others).digits
        tables[f"accepted of {args.others.name}"] = {
            f"all {len(others)}": accepted(network, x)
        } | {
            label: accepted(network, x[theirs])
            for label, theirs in others.by_label().items()
        }
    return tables


def _drawn_selective(
    network: Network, validation: Dataset, people: WrittenDigits
) -> dict[str, dict[str, float]]:
    """Return a selective-accuracy curve for each set of digits and way to rank."""
    drawn = {
        "validation drawn by pen": draw_validation(validation),
        "validation writers": draw_written(people),
    }
    return {
        f"accuracy of the answered by {rank}, {name}": {
            f"{coverage:.0%} answered": share for coverage, share in curve.items()
        }
        for name, digits in drawn.items()
        for rank, curve in digits.evaluate(network).selective.items()
    }


def _shares(shares: dict[str, float]) -> list[str]:
    width = max(map(len, shares))
    return [f"  {name:<{width}} {share:7.2%}" for name, share in shares.items()]


def as_dict(
    network: Network,
    data: Dataset,
    result: Evaluation,
    fit: str,
    corrupted: dict[str, Evaluation],
) -> dict[str, Any]:
    """Return all metrics for JSON."""
    figures: dict[str, Any] = {
        "network": network.name,
        "architecture": network.architecture,
        "parameters": network.parameter_count,
        "data": data.source,
        "fit": fit,
        **result.as_dict(),
    }
    if corrupted:
        figures["corruptions"] = {
            name: {"accuracy": it.accuracy, "interval_95": list(it.interval)}
            for name, it in corrupted.items()
        }
    return figures


def describe(result: Evaluation, corrupted: dict[str, Evaluation]) -> str:
    """Return the metrics as text for a terminal."""
    low, high = result.interval
    total = len(result.truth)
    lines = [
        f"accuracy           {result.accuracy:7.2%}  ({low:.2%} to {high:.2%}, 95 %)",
        f"wrong              {total - result.correct:7,}  of {total:,}",
        f"calibration error  {result.calibration.error:7.2%}",
    ]
    if not result.accepted.all():
        lines.append(f"rejected           {result.rejected:7.2%}")
    if result.unsure.any():
        lines.append(f"sure               {result.sure:7.2%}  of the accepted")
        lines.append(f"accuracy when sure {_percent(result.accuracy_when_sure):>7}")
    tables = [_per_class(result), _confusion(result), _calibration(result)]
    tables.append(_selective(result))
    if corrupted:
        tables.append(_corruptions(corrupted))
    if len(result.mistakes):
        tables.append(_mistakes(result))
    return "\n".join([*lines, *(line for table in tables for line in ["", *table])])


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
    """Return the confusion matrix, with dots for zeros so that mistakes stand out."""
    matrix = result.confusion
    width = max(len(str(matrix.max())), *(len(name) for name in result.labels)) + 1
    side = max(len("true"), *(len(name) for name in result.labels))
    lines = ["answered as:", f"{'true':>{side}} " + _row(result.labels, width)]
    for name, counts in zip(result.labels, matrix, strict=True):
        lines.append(f"{name:>{side}} " + _row([str(n or ".") for n in counts], width))
    return lines


def _calibration(result: Evaluation) -> list[str]:
    table = result.calibration
    lines = [f"{'confidence':>14} {'images':>8} {'mean':>8} {'accuracy':>8}"]
    for i in np.flatnonzero(table.count):
        span = f"{table.edges[i]:.1%} to {table.edges[i + 1]:.1%}"
        lines.append(
            f"{span:>14} {table.count[i]:>8,} {table.confidence[i]:>8.2%} "
            f"{table.accuracy[i]:>8.2%}"
        )
    return lines


def _selective(result: Evaluation) -> list[str]:
    """Return the accuracy of the answers that rank highest."""
    curves = result.selective
    lines = ["answered" + "".join(f"{f'by {name}':>16}" for name in curves)]
    for coverage in COVERAGES:
        cells = "".join(f"{curve[coverage]:>16.2%}" for curve in curves.values())
        lines.append(f"{coverage:>8.0%}{cells}")
    return lines


def _corruptions(corrupted: dict[str, Evaluation]) -> list[str]:
    lines = [f"{'corruption':<14} {'accuracy':>9}  95 %"]
    for name, it in corrupted.items():
        low, high = it.interval
        lines.append(f"{name:<14} {it.accuracy:>9.2%}  {low:.2%} to {high:.2%}")
    return lines


def _mistakes(result: Evaluation) -> list[str]:
    worst = result.mistakes[:_LISTED]
    lines = [f"the {len(worst)} most confident of {len(result.mistakes):,} mistakes:"]
    for index in worst:
        p = result.probabilities[index]
        truth, answer = result.labels[result.truth[index]], result.labels[p.argmax()]
        lines.append(f"  image {index}: {truth}, answered {answer}, {p.max():.1%}")
    return lines


def _row(cells: tuple[str, ...] | list[str], width: int) -> str:
    return "".join(f"{cell:>{width}}" for cell in cells)


def _percent(share: float) -> str:
    return "-" if np.isnan(share) else f"{share:.2%}"


def _part(splits: Splits, name: str | None) -> Dataset:
    """Return one part of the data."""
    if name is None:
        name = "all" if splits.test is None else "test"
    if name == "test":
        if splits.test is None:
            raise DatasetError(
                f"--split test: {splits.train.source} has no test set; "
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
