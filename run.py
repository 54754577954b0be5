#!/usr/bin/env python3
"""Set up .venv, then run a command in it: python run.py serve | build | ...

Needs Python 3.12 or newer somewhere on the machine. The Python that runs this file may
be older, so it uses only the syntax of Python 3.8. The packages in .venv are pinned
with hashes (requirements/).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "nnweb-installed"
OLDEST = (3, 12)
NEWEST = (3, 14)  # the last that all pinned packages have wheels for
MINORS = (13, 12, 14)  # of Python 3; the best tested one comes first

USAGE = """usage: python run.py COMMAND

  serve [--port 8000]   build what is stale and serve it on 127.0.0.1
  build [--out dist]    build the site, a folder of static files; --plain: without
                        .br and .gz, --check URL: say what is wrong at that address
  test [pytest args]    all tests, in headless browsers too; --quick: units and one
                        drawing, --all: exhaustive tests as well
  check                 format, lint and types, of Python and JavaScript
  release [--out DIR]   make the files of a release, in release/VERSION
  bench [name]          measure, and write tools/bench/results/
"""

# each command's packages (requirements/NAME.txt) and module
COMMANDS = {
    "serve": ("build", "tools.dev.serve"),
    "build": ("build", "tools.build.site"),
    "test": ("dev", "tools.dev.test"),
    "check": ("dev", "tools.dev.check"),
    "release": ("dev", "tools.release"),
    "bench": ("dev", "tools.bench"),
}

# Settings that would make Python import modules from outside .venv, or pip install
# other packages than the pinned ones, or elsewhere. Indexes, proxies and caches stay.
DROPPED = {
    *("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__"),
    *("PIP_CONSTRAINT", "PIP_REQUIRE_HASHES", "PIP_REQUIREMENT", "PIP_NO_BINARY"),
    *("PIP_PREFIX", "PIP_PYTHON", "PIP_ROOT", "PIP_TARGET", "PIP_USER"),
}


class SetupError(Exception):
    """The setup has failed; the message says why."""


def main(argv: list[str]) -> int:
    if not argv or argv[0] in ("-h", "--help"):
        print(USAGE, end="", file=sys.stdout if argv else sys.stderr)
        return 0 if argv else 2
    command, args = argv[0], argv[1:]
    if command not in COMMANDS:
        print(f"run.py: error: no command {command!r}\n\n{USAGE}", file=sys.stderr)
        return 2
    requirements, module = COMMANDS[command]
    try:
        prepare(requirements)
        return run_inside(["-m", module, *args])
    except (SetupError, OSError) as error:
        print(f"run.py {command}: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1


def prepare(requirements: str) -> None:
    """Install requirements/<requirements>.txt into .venv unless it is up to date."""
    if is_ready(requirements):
        return
    with one_at_a_time(ROOT / ".build" / "setup.lock", "setting up .venv"):
        if is_ready(requirements):  # another run.py was faster
            return
        make_venv()
        say(f"installing requirements/{requirements}.txt into .venv")
        # Without the stamp, the next run repeats an interrupted installation.
        with contextlib.suppress(FileNotFoundError):
            STAMP.unlink()
        pip("install", "--require-hashes", "-r", f"requirements/{requirements}.txt")
        pip("install", "--no-deps", "--no-build-isolation", "-e", ".")
        # dev includes build
        done = ["build"] if requirements == "build" else ["build", "dev"]
        STAMP.write_text("\n".join(fingerprint(name) for name in done) + "\n")


def is_ready(requirements: str) -> bool:
    """Whether .venv runs and has all of requirements/<requirements>.txt."""
    try:
        installed = STAMP.read_text().split()
    except OSError:
        return False
    return fingerprint(requirements) in installed and runs([str(PYTHON), "-S"])


def fingerprint(requirements: str) -> str:
    """Hash everything that .venv's contents depend on."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in (f"requirements/{requirements}.txt", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def make_venv() -> None:
    """Create .venv unless it exists, is complete and runs."""
    if VENV.exists() and not (STAMP.exists() and runs([str(PYTHON), "-m", "pip"])):
        say("removing an incomplete or broken .venv")
        shutil.rmtree(str(VENV))
    if VENV.exists():
        return
    command = find_python()
    say(f"creating .venv with {' '.join(command)}")
    if subprocess.run([*command, "-m", "venv", str(VENV)], env=clean_env()).returncode:
        shutil.rmtree(str(VENV), ignore_errors=True)
        raise SetupError(f"{' '.join(command)} -m venv failed, see above")


def pip(*args: str) -> None:
    # Compiling all modules takes most of pip's time; Python compiles those it imports.
    options = ["--quiet", "--no-compile", "--no-input", "--disable-pip-version-check"]
    command = [str(PYTHON), "-m", "pip", *args, *options, "--no-user"]
    if subprocess.run(command, cwd=str(ROOT), env=clean_env()).returncode:
        raise SetupError(
            "pip failed, see above; if it could not reach its package index, "
            "check the network (or PIP_INDEX_URL) and run this again"
        )


def run_inside(args: list[str]) -> int:
    """Run .venv's Python in the checkout; return its exit code, 1 after a signal."""
    env = clean_env()
    env["PATH"] = str(SCRIPTS) + os.pathsep + env.get("PATH", "")
    env["VIRTUAL_ENV"] = str(VENV)
    command = [str(PYTHON), *args]
    if os.name != "nt":
        # replace this process, so that stopping run.py stops the command
        os.chdir(str(ROOT))
        sys.stdout.flush()
        os.execve(command[0], command, env)  # noqa: S606
    process = subprocess.Popen(command, cwd=str(ROOT), env=env)
    while True:
        try:
            return 1 if process.wait() not in (0, 2) else process.returncode
        except KeyboardInterrupt:
            # the child got the Ctrl-C too; wait until it has stopped
            continue


def clean_env() -> dict[str, str]:
    """Return the environment without the DROPPED settings."""
    return {name: value for name, value in os.environ.items() if name not in DROPPED}


# --- which Python ---------------------------------------------------------------------


def find_python() -> list[str]:
    """Return the command of a Python 3.12 to 3.14 that can create a venv."""
    seen = []
    for command in candidates():
        found = version(command)
        if found is None:
            continue
        if not OLDEST <= found <= NEWEST:
            seen.append(f"{found[0]}.{found[1]} ({command[0]})")
        elif runs([*command, "-c", "import ensurepip, venv"]):
            return command
        else:  # on Debian
            seen.append(f"{command[0]}, which lacks venv: install python3-venv")
    raise SetupError(
        f"Python {dotted(OLDEST)} to {dotted(NEWEST)} is needed; found "
        f"{'; '.join(dict.fromkeys(seen)) or 'none'}. Install one from "
        "https://www.python.org/downloads/, or uv, and run this again"
    )


def candidates() -> Iterator[list[str]]:
    """Yield commands that may be a Python, likely ones first."""
    # in a virtual environment its base Python, which outlives it
    yield [getattr(sys, "_base_executable", None) or sys.executable]
    for minor in MINORS:
        path = shutil.which(f"python3.{minor}")
        if path:
            yield [path]
        if os.name == "nt" and shutil.which("py"):
            yield ["py", f"-3.{minor}"]
    for versions in pyenv_folders():
        for minor in MINORS:
            for folder in sorted(versions.glob(f"3.{minor}.*"), reverse=True):
                yield [str(folder / "bin" / "python")]
                yield [str(folder / "python.exe")]
    uv = shutil.which("uv")
    if uv:
        yield [uv, "run", "--no-project", "--python", ">=3.12,<3.15", "python"]


def pyenv_folders() -> Iterator[Path]:
    root = os.environ.get("PYENV_ROOT")
    if root:
        yield Path(root) / "versions"
    with contextlib.suppress(RuntimeError):  # no home folder at all
        yield Path.home() / ".pyenv" / "versions"
        yield Path.home() / ".pyenv" / "pyenv-win" / "versions"


def version(command: list[str]) -> tuple[int, int] | None:
    """Return a Python's (major, minor), None if the command is not a Python."""
    code = "import sys; print(*sys.version_info[:2])"
    try:
        done = subprocess.run(
            [*command, "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=300,  # uv may have to download one
            env=clean_env(),
        )
        major, minor = done.stdout.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def runs(command: list[str]) -> bool:
    """Whether a command exits with 0, without input."""
    try:
        return not subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=clean_env(),
        ).returncode
    except OSError:
        return False


def dotted(numbers: tuple[int, int]) -> str:
    return ".".join(str(number) for number in numbers)


# --- one at a time --------------------------------------------------------------------


@contextlib.contextmanager
def one_at_a_time(lock: Path, doing: str) -> Iterator[None]:
    """Hold an inter-process lock, which ends with the process that holds it."""
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        if not locked(file.fileno()):
            say(f"waiting for another run.py, which is {doing}")
            while not locked(file.fileno()):
                time.sleep(0.2)
        yield


def locked(handle: int) -> bool:
    """Try to lock an open file until it is closed."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def say(text: str) -> None:
    print(f"run.py: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
