"""Runs fuzz cases of a reader: python -m tools.fuzz.run_cases READER FIRST COUNT.

A process of its own, so that a crash ends no campaign. Prints a line of JSON: what
failed, and what the block took. Case i is made from the seed "READER/i".
"""

import json
import os
import resource
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from nnweb.errors import NnwebError
from tools.fuzz.readers import READERS, Reader

MB = 2**20
SECONDS = 1  # of the processor, for a file
HANG = 10  # seconds after which a file ends the process
MEMORY = (10, 64 * MB)  # bytes for each of a file's, and on top
_WARM_UP = 40  # cases that load libraries, before memory is measured


def case(name: str, index: int) -> bytes:
    """Return the bytes of one case of a reader."""
    return READERS[name].make(Random(f"{name}/{index}"))  # noqa: S311  no secret


def failure(reader: Reader, path: Path) -> str:
    """Let a reader read a file; return what is wrong with that, or ""."""
    started = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's and NumPy's, about odd files
            reader.read(path)
    except NnwebError as error:
        if not 5 < len(str(error)) < 1000:
            return f"a message of {len(str(error))} characters: {str(error)[:200]}"
        if _is_about_memory(error):
            return "takes too much memory"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    if (took := time.process_time() - started) > SECONDS:
        return f"takes {took:.1f} s"
    return ""


def _is_about_memory(error: BaseException | None) -> bool:
    """Whether a reader hid that no memory was left."""
    while error is not None:
        if isinstance(error, MemoryError):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def limited(size: int) -> Iterator[None]:
    """Let the process allocate only what a file of ``size`` bytes may take."""
    _, hard = before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + MEMORY[0] * size + MEMORY[1]
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def run(name: str, first: int, count: int, folder: Path) -> dict[str, Any]:
    reader, path = READERS[name], folder / READERS[name].name
    for index in range(_WARM_UP):
        path.write_bytes(case(name, -1 - index))
        failure(reader, path)
    failures, slowest, total = [], 0.0, 0.0
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for index in range(first, first + count):
        data = case(name, index)
        path.write_bytes(data)
        signal.setitimer(signal.ITIMER_PROF, HANG)  # then SIGPROF ends the process
        started = time.process_time()
        with limited(len(data)):
            wrong = failure(reader, path)
        took = time.process_time() - started
        if wrong:
            failures.append([index, wrong])
        slowest, total = max(slowest, took), total + took
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base
    return {
        "cases": count,
        "failures": failures,
        "seconds": round(total, 3),
        "slowest_s": round(slowest, 3),
        "peak_mb": round(peak / 1024, 1),
    }


def main() -> None:
    name, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    # libtiff writes its warnings there
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(run(name, first, count, Path(folder))))


if __name__ == "__main__":
    main()
