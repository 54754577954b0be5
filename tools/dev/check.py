"""Check format, lint and types of Python and JavaScript: python run.py check.

The checks run in parallel; each failed one prints its findings.
"""

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
        description="Check format, lint and types of Python and JavaScript.",
    ).parse_args(argv)
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        findings = list(pool.map(lambda check: check(), CHECKS.values()))
    for name, finding in zip(CHECKS, findings, strict=True):
        print(f"check: {name}: {'failed' if finding else 'ok'}")
        if finding:
            print(finding)
    return int(any(findings))


def _tsc() -> str | None:
    """Check the JSDoc types with TypeScript; nothing is compiled."""
    try:
        install()
    except EngineError as error:
        return str(error)
    write_types()
    compiler = FOLDER / "node_modules" / "typescript" / "bin" / "tsc"
    return _run([_script("node"), str(compiler), "--project", "jsconfig.json"])


def _script(name: str) -> str:
    """Return a program of .venv, else of the system."""
    return shutil.which(name, path=str(_SCRIPTS)) or name


def _run(command: list[str]) -> str | None:
    """Run a command; return its output if it fails, else None."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    except OSError as error:
        return f"{command[0]}: {error}"
    if done.returncode == 0:
        return None
    return (done.stdout + done.stderr).strip() or f"exit code {done.returncode}"


OXLINT = "-c tools/npm/oxlint.json --deny-warnings site tests tools"
CHECKS: dict[str, Callable[[], str | None]] = {
    # fix its findings with .venv/bin/ruff format
    "ruff format": lambda: _run([_script("ruff"), "format", "--check", "."]),
    "ruff": lambda: _run([_script("ruff"), "check", "."]),
    "mypy": lambda: _run([sys.executable, "-m", "mypy"]),
    "tsc": _tsc,
    "words": lambda: _run([sys.executable, "-m", "tools.build.words"]),
    "oxlint": lambda: _run([_script("oxlint"), *OXLINT.split()]),
}


if __name__ == "__main__":
    sys.exit(main())
