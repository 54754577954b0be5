"""Where the command line finds what it is not told: the networks and MNIST."""

from __future__ import annotations

from pathlib import Path

import nnweb
from nnweb.data.datasets import Splits, load_dataset, load_mnist
from nnweb.errors import DatasetError, WeightsError

#: Of a checkout, where the package and ``assets/`` lie side by side.
ASSETS = Path(nnweb.__file__).resolve().parent.parent / "assets"


def open_data(path: str | None) -> Splits:
    """The data set at ``path``, or else the MNIST that the checkout has."""
    if path is not None:
        return load_dataset(path)
    folder = ASSETS / "mnist"
    if not folder.is_dir():
        raise DatasetError(
            f"{folder}: no such folder; say where the data is with --data"
        )
    return load_mnist(folder)


def default_model() -> Path:
    """The weights file of the network to use where none is named."""
    path = ASSETS / "models" / "cnn.json"
    if not path.is_file():
        raise WeightsError(f"{path}: no such file; name a weights file with --model")
    return path
