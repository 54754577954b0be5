"""The demo data: 2,000 digits of MNIST, for a first training without a download."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nnweb.data.datasets import Dataset, load_dataset, load_mnist

FILE = "demo.npz"  # in an installed package, which has no MNIST
_EACH = 200  # of each digit
_SOURCE = "2,000 digits of MNIST train"


def load_demo(assets: Path) -> Dataset:
    """Return the demo data of a package's or a checkout's ``assets``."""
    if (assets / FILE).is_file():
        data = load_dataset(assets / FILE).train
        return Dataset(data.images, data.labels, source=_SOURCE)
    return pick(load_mnist(assets / "mnist").train)


def pick(train: Dataset) -> Dataset:
    """Return 200 of each digit, in random order, always the same ones.

    None is of the last twelfth, on which the shipped networks are validated.
    """
    rng = np.random.default_rng(0)
    labels = train.split()[0].labels
    chosen = rng.permutation(
        np.concatenate(
            [
                rng.choice(np.flatnonzero(labels == digit), _EACH, replace=False)
                for digit in range(10)
            ]
        )
    )
    return Dataset(train.images[chosen], labels[chosen], source=_SOURCE)
