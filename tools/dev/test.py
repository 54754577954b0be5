"""Run the tests: python run.py test [pytest args]. Exits with 0, 1 or 2 as all do."""

from __future__ import annotations

import sys

import pytest


def main(argv: list[str] | None = None) -> int:
    code = pytest.main(sys.argv[1:] if argv is None else argv)
    if code == pytest.ExitCode.USAGE_ERROR:
        return 2
    # interrupted, an internal error, and a selection without tests are failures too
    return 0 if code == pytest.ExitCode.OK else 1


if __name__ == "__main__":
    sys.exit(main())
