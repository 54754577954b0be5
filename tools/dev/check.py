"""Check form and types, of Python and of JavaScript: python run.py check.

All checks run, side by side, and each that fails prints what it found.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.build.words import write_types
from tools.runtime.node import EngineError
from tools.runtime.npm import FOLDER, install

ROOT = Path(__file__).resolve().parents[2]
_SCRIPTS = Path(sys.executable).parent


def main(argv: list[str] | None = None) -> int:
    argparse.ArgumentParser(
        prog="run.py check",
        description="Check form and types, of Python and of JavaScript.",
    ).parse_args(argv)
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        found = dict(zip(CHECKS, pool.map(lambda c: c(), CHECKS.values()), strict=True))
    for name, problem in found.items():
        print(f"check: {name}: {'failed' if problem else 'ok'}")
        if problem:
            print(problem)
    return 1 if any(found.values()) else 0


def _tsc() -> str | None:
    """TypeScript, as a checker of the JSDoc types; nothing is compiled."""
    try:
        install()
    except EngineError as error:
        return str(error)
    write_types()
    compiler = FOLDER / "node_modules" / "typescript" / "bin" / "tsc"
    return _run([_script("node"), str(compiler), "--project", "jsconfig.json"])


def _script(name: str) -> str:
    """A program of .venv, else of the system."""
    return shutil.which(name, path=str(_SCRIPTS)) or name


def _run(command: list[str]) -> str | None:
    """What a command printed if it failed, None if all is well."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    except OSError as error:
        return f"{command[0]}: {error}"
    if done.returncode == 0:
        return None
    return (done.stdout + done.stderr).strip() or f"exit code {done.returncode}"


CHECKS: dict[str, Callable[[], str | None]] = {
    # to mend what this one finds: .venv/bin/ruff format
    "ruff format": lambda: _run([_script("ruff"), "format", "--check", "."]),
    "ruff": lambda: _run([_script("ruff"), "check", "."]),
    "mypy": lambda: _run([sys.executable, "-m", "mypy"]),
    "tsc": _tsc,
    "words": lambda: _run([sys.executable, "-m", "tools.build.words"]),
    "oxlint": lambda: _run(
        [
            _script("oxlint"),
            "-c",
            "tools/npm/oxlint.json",
            "--deny-warnings",
            "site",
            "tests",
        ]
    ),
}


if __name__ == "__main__":
    sys.exit(main())
