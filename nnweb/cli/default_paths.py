"""Default paths of the command line, and the options that replace them."""

from __future__ import annotations

import argparse
from pathlib import Path

import nnweb
from nnweb.data.augment.written import WrittenDigits, load_written
from nnweb.data.datasets import Splits, load_dataset, load_mnist
from nnweb.errors import DatasetError, WeightsError

#: In a checkout, ``assets/`` is next to the package.
ASSETS = Path(nnweb.__file__).resolve().parent.parent / "assets"


def open_data(path: str | None) -> Splits:
    """Read the data set at ``path``, by default the MNIST of the checkout."""
    if path is not None:
        return load_dataset(path)
    folder = ASSETS / "mnist"
    if not folder.is_dir():
        raise DatasetError(f"{folder}: no such folder; name a data set with --data")
    return load_mnist(folder)


def open_written() -> tuple[WrittenDigits, WrittenDigits]:
    """Return the checkout's digits written by people, to train and to validate on."""
    return load_written(ASSETS / "pens" / "pendigits_train.npz").split()


def default_model() -> Path:
    """Return the weights file to use by default."""
    path = ASSETS / "models" / "cnn.json"
    if not path.is_file():
        raise WeightsError(f"{path}: no such file; name a weights file with --model")
    return path


def add_pictures_and_model(parser: argparse.ArgumentParser) -> None:
    """Add the picture files and the network that reads them."""
    parser.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="picture file"
    )
    parser.add_argument(
        "--model",
        type=Path,
        metavar="FILE",
        help="weights file (assets/models/cnn.json)",
    )
