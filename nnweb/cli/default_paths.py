"""Default paths of the command line, and the options that replace them."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from nnweb.data.augment.written import WrittenDigits, load_written
from nnweb.data.datasets import MNIST_SHA256, Splits, load_dataset, load_mnist
from nnweb.data.demo import load_demo
from nnweb.errors import DatasetError
from nnweb.shipped import ASSETS, names

DEMO = "demo"


def open_data(path: str | None) -> Splits:
    """Read the data set at ``path``, or the demo data; by default MNIST."""
    if path is None:
        return load_mnist(_mnist())
    if data_path(path) == DEMO:
        return Splits(load_demo(ASSETS))
    return load_dataset(path)


def data_path(path: str) -> str:
    """Return a data set's absolute path; "demo" unless there is a file of that name."""
    if path == DEMO and not Path(path).exists():
        return DEMO
    return str(Path(path).resolve())


def _mnist_folders() -> list[Path]:
    """Where MNIST may be: in the checkout, else in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return [ASSETS / "mnist", cache / "nnweb" / "mnist"]


def _mnist() -> Path:
    folders = _mnist_folders()
    for folder in folders:
        if folder.is_dir():
            return folder
    files = ", ".join(
        f"{name}-idx{3 if 'images' in name else 1}-ubyte.gz" for name in MNIST_SHA256
    )
    raise DatasetError(
        f"MNIST: no such folder: {folders[-1]}; put its four files there ({files}), "
        "name a data set with --data PATH, or try 2,000 of its digits with "
        f"nnweb train my.json --data {DEMO}"
    )


def open_written() -> tuple[WrittenDigits, WrittenDigits]:
    """Return the shipped digits written by people, to train and to validate on."""
    return load_written(ASSETS / "pens" / "pendigits_train.npz").split()


def add_pictures_and_model(parser: argparse.ArgumentParser) -> None:
    """Add the picture files and the network that reads them."""
    parser.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="picture file"
    )
    parser.add_argument(
        "--model",
        type=Path,
        default="cnn",
        metavar="FILE",
        help=f"weights file, or {', '.join(names('models'))} (cnn)",
    )
