"""Draw a sheet of examples of the training mixture: nnweb augment --preview out.png

Two rows for each kind, before and after the crop: MNIST unchanged, warped, redrawn with
the pen and style strokes, glyphs of other countries, and made-up non-digits. With
--styles a row for each way of writing a digit.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnweb.cli.default_paths import open_data
from nnweb.data.augment.mixture import KINDS, Mix, Mixture
from nnweb.data.datasets import Dataset
from nnweb.errors import TrainingError
from nnweb.evaluation.drawn_digits import draw_styles
from nnweb.images.preprocess import crop
from nnweb.network import DIGITS
from nnweb.training.batches import stream

Array = NDArray[np.float32]

_EXAMPLES = 1000  # to choose from; more would only be slower
_GAP = 2  # pixels between the images


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--preview",
        metavar="OUT.png",
        type=Path,
        required=True,
        help="picture file to write",
    )
    parser.add_argument(
        "--styles", action="store_true", help="show each way of writing a digit"
    )
    parser.add_argument("--data", metavar="PATH", help="data set, or demo (MNIST)")
    parser.add_argument("--columns", type=int, default=30, metavar="N", help="(30)")
    parser.add_argument("--zoom", type=int, default=2, metavar="N", help="(2)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="(0)")


def run(args: argparse.Namespace) -> int:
    if not (1 <= args.columns <= _EXAMPLES and 1 <= args.zoom <= 16):
        args.parser.error(f"--columns: 1 to {_EXAMPLES}, --zoom: 1 to 16")
    if args.seed < 0:
        args.parser.error(f"--seed: got {args.seed}, expected 0 or more")
    if not args.preview.parent.is_dir():
        raise TrainingError(f"{args.preview}: cannot be written: no such folder")
    data = open_data(args.data).train
    part = data.take(slice(0, _EXAMPLES), "a sample")
    rows, shown = (_styles if args.styles else _kinds)(part, args.columns, args.seed)
    _write(args.preview, rows, args.zoom)
    print(f"{args.preview}: {shown}")
    return 0


def _kinds(part: Dataset, columns: int, seed: int) -> tuple[list[Array], str]:
    """Return two rows of examples of each kind, and what they are."""
    mixture = Mixture(part.images, part.labels, Mix(), names=part.names)
    kinds = [kind for kind in KINDS if kind != "glyph" or part.names == DIGITS]
    rows: list[Array] = []
    for kind in kinds:
        rng = stream(seed, "augment")
        chosen = rng.choice(len(part), min(columns, len(part)), replace=False)
        chosen = chosen[np.argsort(part.labels[chosen], kind="stable")]
        ink = mixture.make(kind, chosen, rng)
        rows += [ink, crop(ink)]
    return rows, f"{', '.join(kinds)}; each as drawn and cropped"


def _styles(part: Dataset, columns: int, seed: int) -> tuple[list[Array], str]:
    """Return a row of each way of writing, cropped, and their names."""
    if part.names != DIGITS:
        raise TrainingError(f"--styles: {part.source} has other labels than digits")
    drawn = draw_styles(part, seed)
    few = min([columns, *(len(digits.labels) for digits in drawn.values())])
    rows = [digits.digits[:few].reshape(-1, 28, 28) for digits in drawn.values()]
    return rows, "; ".join(drawn)


def _write(path: Path, rows: list[Array], zoom: int) -> None:
    """Write rows of images (N, 28, 28), ink 0 ... 1, as one picture."""
    from nnweb.images.files import write_grey

    border = ((0, 0), (0, _GAP), (0, _GAP))
    lines = [np.concatenate(np.pad(row, border), axis=1) for row in rows]
    paper = 255 - np.round(np.concatenate(lines) * 255).astype(np.uint8)
    write_grey(paper.repeat(zoom, axis=0).repeat(zoom, axis=1), path)
