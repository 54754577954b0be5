"""Read the number in each picture file: one line of digits, dark ink on light paper.

Prints a line for each file: its name, the number, its confidence, and the box of each
character in pixels. Exit status 1 if any was refused, or does not fit the pattern.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path

from nnweb.cli.default_paths import add_pictures_and_model
from nnweb.errors import ImageError
from nnweb.numbers.reader import read_number
from nnweb.numbers.reading import NumberReading
from nnweb.numbers.separators import SIGNS
from nnweb.weights.json_format import load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_pictures_and_model(parser)
    parser.add_argument(
        "--pattern",
        help="what the number must match, as in HTML, or date, time, phone or amount",
    )
    parser.add_argument(
        "--alphabet", help="characters that it may have (the network's and all signs)"
    )
    parser.add_argument("--json", action="store_true", help="a line of JSON per file")
    parser.add_argument(
        "--overlay", type=Path, metavar="PNG", help="draw the boxes; for a single file"
    )


def run(args: argparse.Namespace) -> int:
    from nnweb.images.files import read_grey, write_boxes

    if args.overlay is not None and len(args.files) > 1:
        print("nnweb read: error: --overlay takes a single file", file=sys.stderr)
        return 2
    network = load(args.model)
    alphabet = args.alphabet
    if alphabet is None:
        alphabet = "".join(network.labels) + SIGNS
    failed = False
    for file in args.files:
        try:
            image = read_grey(file)
            reading = read_number(
                image, network, alphabet=alphabet, pattern=args.pattern
            )
        except ImageError as error:  # continue with the other files
            print(f"nnweb read: error: {error}", file=sys.stderr)
            failed = True
            continue
        if args.overlay is not None:
            boxes = [(c.box, c.text) for c in reading.characters]
            write_boxes(image, boxes, args.overlay)
        print(as_json(file, reading) if args.json else describe(file, reading))
        failed |= not (reading.accepted and reading.valid)
    return 1 if failed else 0


def describe(file: Path, reading: NumberReading) -> str:
    """Return the reading of one file as a line of text."""
    boxes = " ".join(
        f"{c.text}@{','.join(f'{side:.0f}' for side in c.box)}"
        for c in reading.characters
    )
    why = f"  {reading.reason}" if reading.reason else ""
    return f"{file}  {reading.text or '(none)'}  {reading.confidence:.1%}  {boxes}{why}"


def as_json(file: Path, reading: NumberReading) -> str:
    return json.dumps({"file": str(file), **dataclasses.asdict(reading)})
