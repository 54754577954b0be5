"""What several test files share."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nnweb.data.datasets import Dataset

Bytes = NDArray[np.uint8]


def pytest_configure(config: pytest.Config) -> None:
    """Without --browser: all in Chromium, and what matters most in Firefox as well."""
    line = "firefox: matters enough to run in Firefox as well as in Chromium"
    config.addinivalue_line("markers", line)
    if not config.option.browser:
        config.option.browser = ["chromium", "firefox"]
        config.pluginmanager.register(_MostInOne())


class _MostInOne:
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        twice = [item for item in items if _only_for_chromium(item)]
        config.hook.pytest_deselected(items=twice)
        items[:] = [item for item in items if item not in set(twice)]


def _only_for_chromium(item: pytest.Item) -> bool:
    """Whether it is a test in Firefox that is not marked to be one."""
    call = getattr(item, "callspec", None)
    browser = None if call is None else call.params.get("browser_name")
    return browser == "firefox" and item.get_closest_marker("firefox") is None


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator of its own for each test, always the same."""
    return np.random.default_rng(20240229)


@pytest.fixture
def bars() -> Callable[..., Dataset]:
    return _bars


@pytest.fixture
def idx_bytes() -> Callable[[Bytes], bytes]:
    return _idx_bytes


@pytest.fixture
def write_idx_folder() -> Callable[..., Path]:
    return _write_idx_folder


def _bars(count: int, *, seed: int = 0) -> Dataset:
    """Images that are easy to tell apart: label k is a bar in columns 2k + 4, 2k + 5.

    Ten labels, at random; each bar starts and ends at random rows.
    """
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    images = np.zeros((count, 28, 28), np.uint8)
    for image, label in zip(images, labels, strict=True):
        top, bottom = rng.integers(2, 10), rng.integers(16, 26)
        image[top:bottom, 2 * label + 4 : 2 * label + 6] = 255
    return Dataset(images, labels, source="bars")


def _idx_bytes(array: Bytes) -> bytes:
    """A uint8 array as an IDX file."""
    header = bytes([0, 0, 8, array.ndim])
    return header + np.array(array.shape, ">u4").tobytes() + array.tobytes()


def _write_idx_folder(
    folder: Path, train: Dataset, test: Dataset | None = None, *, zipped: bool = True
) -> Path:
    """``folder`` with the IDX files of a data set in it, named as MNIST's are."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = {"train": train} if test is None else {"train": train, "t10k": test}
    for part, data in parts.items():
        for kind, array in (("images-idx3", data.images), ("labels-idx1", data.labels)):
            name, content = f"{part}-{kind}-ubyte", _idx_bytes(array)
            if zipped:
                (folder / f"{name}.gz").write_bytes(gzip.compress(content, 1))
            else:
                (folder / name).write_bytes(content)
    return folder
