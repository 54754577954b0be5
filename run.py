#!/usr/bin/env python3
"""Set up all that a command needs, then run it: python run.py serve | test | ...

Needs nothing but a Python of 3.12 or newer somewhere on the machine, which need not be
the one that runs this file: so this file keeps to what Python 3.8 understands. It makes
.venv from pins with hashes (requirements/), and runs the command in there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterator

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 12)
NEWEST = (3, 14)  # of those that all pinned packages have wheels for

USAGE = """usage: python run.py COMMAND

  serve [--port 8000]   build what is stale and serve it on 127.0.0.1
  build [--out dist]    build the site, a folder of static files
  test [pytest args]    all tests, in a headless browser too
  check                 format, lint and types, of Python and JavaScript
  bench [name]          measure, and write tools/bench/results/
"""

# what is installed for a command (requirements/NAME.txt), and what is then run
COMMANDS = {
    "serve": ("build", ["-m", "tools.serve"]),
    "build": ("build", ["-m", "tools.build_site"]),
    "test": ("dev", ["-m", "pytest"]),
    "check": ("dev", ["-m", "tools.check"]),
    "bench": ("dev", ["-m", "tools.bench"]),
}


def main(argv: list[str]) -> int:
    if not argv or argv[0] in ("-h", "--help"):
        print(USAGE, end="")
        return 0 if argv else 2
    command, args = argv[0], argv[1:]
    if command not in COMMANDS:
        print(f"run.py: error: no command {command!r}\n\n{USAGE}", file=sys.stderr)
        return 2
    requirements, run = COMMANDS[command]
    try:
        prepare(requirements)
        return run_inside([*run, *args])
    except SetupError as error:
        print(f"run.py {command}: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1


class SetupError(Exception):
    """The command cannot be run; the message says why."""


def prepare(requirements: str) -> None:
    """Bring .venv up to requirements/<requirements>.txt, if it is not there yet."""
    wanted = {name: _fingerprint(name) for name in ("build", "dev")}
    stamp = VENV / "nnweb-installed"
    if PYTHON.exists() and stamp.exists():
        installed = stamp.read_text().split()
        if wanted[requirements] in installed:
            return
    _make_venv()
    say(f"installing what {requirements} needs into .venv")
    _pip("install", "--require-hashes", "-r", f"requirements/{requirements}.txt")
    _pip("install", "--no-deps", "--no-build-isolation", "-e", ".")
    # what dev installs holds all of build
    done = [wanted["build"]] if requirements == "build" else list(wanted.values())
    stamp.write_text("\n".join(done) + "\n")


def run_inside(args: list[str]) -> int:
    """Run .venv's Python in the checkout; its exit code, 1 if a signal ended it."""
    env = dict(os.environ)
    env["PATH"] = str(SCRIPTS) + os.pathsep + env.get("PATH", "")
    env["VIRTUAL_ENV"] = str(VENV)
    env.pop("PYTHONHOME", None)
    process = subprocess.Popen([str(PYTHON), *args], cwd=str(ROOT), env=env)
    while True:
        try:
            code = process.wait()
            return code if code >= 0 else 1
        except KeyboardInterrupt:
            # the child has had its own Ctrl-C; let it say its last word
            continue


def find_python() -> list[str]:
    """The command of a Python from 3.12 to 3.14, newest of the first kind found."""
    seen = []
    for command in _candidates():
        version = _version(command)
        if version is None:
            continue
        if OLDEST <= version <= NEWEST:
            return command
        seen.append("{}.{} ({})".format(*version, command[0]))
    raise SetupError(
        "Python {}.{} to {}.{} is needed; found {}. Install one from "
        "https://www.python.org/downloads/, or uv, and run this again".format(
            *OLDEST, *NEWEST, ", ".join(seen) or "none"
        )
    )


def say(text: str) -> None:
    print(f"run.py: {text}", file=sys.stderr, flush=True)


def _candidates() -> Iterator[list[str]]:
    """Commands that may be a Python, likely ones first."""
    yield [sys.executable]
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        path = shutil.which(f"python3.{minor}")
        if path:
            yield [path]
        if os.name == "nt" and shutil.which("py"):
            yield ["py", f"-3.{minor}"]
    pyenv = Path(os.environ.get("PYENV_ROOT", str(_home() / ".pyenv"))) / "versions"
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        for folder in sorted(pyenv.glob(f"3.{minor}.*"), reverse=True):
            yield [str(folder / "bin" / "python")]
    uv = shutil.which("uv")
    if uv:
        yield [uv, "run", "--no-project", "--python", ">=3.12,<3.15", "python"]


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # no home folder at all
        return ROOT


def _version(command: list[str]) -> tuple[int, int] | None:
    """(major, minor) of a Python, None if it is none, or cannot make a venv."""
    code = "import sys, venv, ensurepip; print(*sys.version_info[:2])"
    try:
        done = subprocess.run(
            [*command, "-c", code], capture_output=True, text=True, timeout=120
        )
        major, minor = done.stdout.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def _fingerprint(requirements: str) -> str:
    """What .venv's contents depend on, as one word."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in (f"requirements/{requirements}.txt", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _make_venv() -> None:
    """Make .venv, unless one is there that runs."""
    if PYTHON.exists() and _version([str(PYTHON)]) is not None:
        return
    if VENV.exists():
        say("removing a .venv that does not run")
        shutil.rmtree(str(VENV))
    command = find_python()
    say("making .venv with {}".format(" ".join(command)))
    done = subprocess.run([*command, "-m", "venv", str(VENV)])
    if done.returncode:
        shutil.rmtree(str(VENV), ignore_errors=True)
        raise SetupError("{} -m venv has failed, see above".format(" ".join(command)))


def _pip(*args: str) -> None:
    env = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    # a constraint, a target or a user install set outside would break the pins
    for name in ("PIP_CONSTRAINT", "PIP_TARGET", "PIP_PREFIX", "PIP_USER"):
        env.pop(name, None)
    command = [str(PYTHON), "-m", "pip", args[0], "--quiet", *args[1:]]
    if subprocess.run(command, cwd=str(ROOT), env=env).returncode:
        raise SetupError(
            "pip has failed, see above; without a network, run this once with one"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
