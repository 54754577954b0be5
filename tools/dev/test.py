"""Run the tests: python run.py test [--quick | --all] [pytest args].

Runs pytest on two processes. Exits with 0 (passed), 1 (failed) or 2 (wrong usage).
"""

import sys
from pathlib import Path

import pytest

# In the order of tests/conftest.py, which keeps both processes busy to the end.
PROCESSES = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")

# Hypothesis works without it, and it imports all of hypothesis at the end of each run.
NO_PLUGIN = ("-p", "no:hypothesispytest")


def main(argv: list[str] | None = None) -> int:
    args = sys.argv[1:] if argv is None else argv
    processes = () if _runs_one_file(args) else PROCESSES
    code = pytest.main([*NO_PLUGIN, *processes, *args])
    if code == pytest.ExitCode.USAGE_ERROR:
        return 2
    # interrupted, an internal error, and a selection without tests are failures too
    return 0 if code == pytest.ExitCode.OK else 1


def _runs_one_file(args: list[str]) -> bool:
    """Whether the arguments name tests of one file, so that one process is enough."""
    paths = {Path(arg.split("::")[0]) for arg in args if not arg.startswith("-")}
    tests = [p for p in paths if _is_folder(p) or p.suffix in (".py", ".js")]
    return len(tests) == 1 and tests[0].is_file()


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # it is a long expression for -k
        return False


if __name__ == "__main__":
    sys.exit(main())
