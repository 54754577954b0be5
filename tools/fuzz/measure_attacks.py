"""Measures what it takes to read each file of tools/fuzz/attacks.py.

``python -m tools.fuzz.measure_attacks`` prints a line of JSON for each. It is read in a
fork of a process in which all is loaded. Its resident memory is the fork's at its peak,
above that of a fork that reads nothing.
"""

import json
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

from nnweb.errors import NnwebError
from tools.fuzz import attacks

_CRASHED = 77  # exit code for an exception that is none of nnweb's


def main() -> None:
    warnings.simplefilter("ignore")
    known = attacks.readers()
    with tempfile.TemporaryDirectory() as folder:
        for name, data in attacks.files().items():
            (Path(folder) / name).write_bytes(data)
        del data
        base = _measured(lambda _: None, Path())[2]
        for path in sorted(Path(folder).iterdir()):
            code, seconds, peak = _measured(known[path.name.partition(",")[0]], path)
            rise = round(peak - base, 1)
            print(json.dumps([path.name, path.stat().st_size, code, seconds, rise]))


def _measured(read: Callable[[Path], object], path: Path) -> tuple[int, float, float]:
    """Return exit code, processor seconds and MB of reading a file."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = _CRASHED
        try:
            read(path)
            code = 0
        except NnwebError:
            code = 0
        finally:
            os._exit(code)
    _, status, used = os.wait4(child, 0)
    seconds = used.ru_utime + used.ru_stime
    return os.waitstatus_to_exitcode(status), round(seconds, 3), used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
