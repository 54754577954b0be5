"""Recognise the digits in picture files (PNG, JPEG, ...).

Dark on light or light on dark, any size, turned upright by EXIF. Prints a line for each
file: its name, the answer with its probability, and the second guess; or two answers,
if the network is unsure.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nnweb.cli.default_paths import add_pictures_and_model
from nnweb.errors import ImageError
from nnweb.images.preprocess import FITS
from nnweb.network import Network
from nnweb.recognize import examine
from nnweb.weights.json_format import load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_pictures_and_model(parser)
    parser.add_argument(
        "--fit",
        choices=FITS,
        help="digit: crop to the ink and centre it; canvas: as drawn (the model's own)",
    )


def run(args: argparse.Namespace) -> int:
    network = load(args.model)
    fit = args.fit or network.input.fit
    width = max(len(str(file)) for file in args.files)
    failed = False
    for file in args.files:
        try:
            answer = describe(network, file, fit)
        except ImageError as error:  # continue with the other files
            print(f"nnweb predict: error: {error}", file=sys.stderr)
            failed = True
        else:
            print(f"{file!s:<{width}}  {answer}", flush=True)
    return 1 if failed else 0


def describe(network: Network, file: Path, fit: str) -> str:
    """Return the answer for one file as text."""
    from nnweb.images.files import read_picture

    found = examine(read_picture(file)[None], network, fit=fit)
    if found.blank[0]:
        return "blank"
    p, labels = found.probabilities[0], network.labels
    first, second = found.best_two(0)
    if found.unsure[0]:
        return f"{labels[first]}, or {labels[second]}  {p[first]:.1%}, {p[second]:.1%}"
    guess = f"{labels[first]}  {p[first]:6.1%}"
    if len(labels) > 1:
        guess += f"  then {labels[second]}  {p[second]:6.1%}"
    return guess if found.accepted[0] else f"none of the labels; if one: {guess}"
