"""Make a Pyodide runtime start fast: compile it, cut it, take a memory snapshot.

    library, wheels   the standard library and the packages, compiled, with only the
                      modules that the workload loads; for Pyodide's documented options
    snapshot          Python's memory after the workload, and the side modules (NumPy's
                      WebAssembly) that must be loaded before it
    first, deferred   Pyodide's WebAssembly split in two: the code that ran when the
                      snapshot was restored and used, and all other code
    late              what the snapshot lacks, loaded on first use: bodies of functions
                      that the workload does not call, and the other side modules

Pyodide does this work itself, under Node. Results are kept in the user's cache.
"""

import base64
import contextlib
import gzip
import hashlib
import json
import shutil
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import deflate

from tools.faststart import split
from tools.runtime import node as js_engine
from tools.runtime.fetch import result_dir

ROOT = Path(__file__).resolve().parents[2]
INSIDE = Path(__file__).with_name("inside")
SCRIPTS = Path(__file__).with_name("js")
#: Modules of the page that the scripts import.
BOOT = [
    ROOT / "site" / "js" / "boot" / name
    for name in ("side-modules.js", "memory-image.js")
]
# Named .js because many hosts do not know .mjs as JavaScript. Pyodide finds its own
# stack frames by "pyodide.asm.mjs", so that stays in the name.
CORE = ("pyodide.mjs.js", "pyodide.asm.mjs.js")
WASM = "pyodide.asm.wasm"
FIRST, DEFERRED = "pyodide.first.wasm", "pyodide.deferred.wasm"  # WASM in two
WHOLE_LIBRARY = "python_stdlib.zip"  # Pyodide's name for it
LIBRARY = "library.zip"
CODE = "code.bin"  # bodies of functions that the snapshot lacks
EARLY = ("_multiarray_umath",)  # side modules that `import numpy` needs
SNAPSHOT = "snapshot.bin"
GZIP_LEVEL = 12  # libdeflate's highest: 2.5 % smaller than by zlib
_KEPT = 6  # results in the cache; older ones are deleted

Log = Callable[[str], None]


@dataclass(frozen=True)
class Workload:
    """What exercises the user's packages; what it loads and calls will start fast."""

    #: a script, run inside Pyodide
    python: Path
    #: a module that exports ``run(pyodide, data, isLong)``
    script: Path
    #: passed to ``run``; JSON
    data: dict[str, Any]
    #: further files that the result depends on
    sources: list[Path]

    def job(self) -> dict[str, Any]:
        paths = {"python": str(self.python), "script": str(self.script)}
        return {**paths, "data": self.data}


@dataclass(frozen=True)
class Manifest:
    """The files that ``build`` added to the plain runtime's, each with its own name."""

    library: Path
    #: by package
    wheels: dict[str, Path]
    snapshot: Path
    #: size in bytes of Pyodide's header in the snapshot
    header: int
    #: Pyodide's WebAssembly in two
    first: Path
    deferred: Path
    #: the side modules to load before the snapshot, with their paths in Pyodide
    modules: list[tuple[Path, str]]
    #: what Python may load later, by the name that it asks for
    late: dict[str, Path]

    def files(self) -> list[Path]:
        early = (path for path, _ in self.modules)
        parts = (self.library, self.snapshot, self.first, self.deferred)
        return [*parts, *self.wheels.values(), *early, *self.late.values()]


def build(
    runtime: Path, wheels: dict[str, str], workload: Workload, out: Path, log: Log
) -> Manifest:
    """Make a fast runtime of the folder ``runtime``, and put its files into ``out``.

    ``runtime`` has Pyodide's files, and ``wheels`` by package: NumPy and the user's, of
    which the latter are not thinned. Raises EngineError, and FetchError if there is no
    folder for results.
    """
    numpy_tag = wheels["numpy"].split("-")[2]
    # compiled, so for one Python only
    names = {p: _compiled(w).replace("py3", numpy_tag) for p, w in wheels.items()}
    key = _key([*runtime.iterdir()], workload)
    made = _cached(key, lambda folder: _make(runtime, folder, names, workload, log))
    modules = json.loads((made / "modules.json").read_text(encoding="utf-8"))
    early, late = _by_time(modules)
    manifest = Manifest(
        out / LIBRARY,
        {package: out / name for package, name in names.items()},
        out / SNAPSHOT,
        _header_size(made / SNAPSHOT),
        out / FIRST,
        out / DEFERRED,
        [(out / module["file"], module["path"]) for module in early],
        {"code": out / CODE} | {Path(m["file"]).stem: out / m["file"] for m in late},
    )
    for path in manifest.files():
        shutil.copyfile(made / path.name, path)
    return manifest


def _header_size(snapshot: Path) -> int:
    """Size of Pyodide's own header in the snapshot; snapshot.mjs has the format."""
    with gzip.open(snapshot) as image:
        _, size = struct.unpack("<2I", image.read(8))
    return int(size)


def _by_time(modules: list[dict[str, str]]) -> tuple[list[Any], list[Any]]:
    """Side modules that must be loaded before the snapshot, and those that can wait."""
    early = [m for m in modules if Path(m["file"]).stem in EARLY]
    return early, [m for m in modules if m not in early]


def _compiled(wheel: str) -> str:
    """The name of a wheel's compiled part: the same, with a build tag."""
    name, version, tags = wheel.split("-", 2)
    return f"{name}-{version}-1compiled-{tags}"


def _make(
    plain: Path, out: Path, wheels: dict[str, str], workload: Workload, log: Log
) -> None:
    log("compiling Python's library for a quick start")
    common = {"core": CORE, "inside": str(INSIDE), "workload": workload.job()}
    thin = {"library": "thin-library.zip", "site": "thin-site.zip", "code": CODE}
    job = {**common, "runtime": str(plain), "out": str(out), "library": LIBRARY}
    kept = [package for package in wheels if package != "numpy"]
    parts = {"wheels": wheels, "thin": thin, "kept": kept}
    modules = js_engine.run(SCRIPTS / "precompile.mjs", {**job, **parts})["modules"]
    (out / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    log("taking a snapshot of Python with NumPy in its memory")
    early, late = _by_time(modules)
    with tempfile.TemporaryDirectory() as scratch:
        runtime, site = Path(scratch) / "runtime", Path(scratch) / "site"
        shutil.copytree(plain, runtime)
        (out / thin["library"]).rename(runtime / thin["library"])
        _fill_site(site, out / thin["site"], early)
        for module in early:
            shutil.copyfile(out / module["file"], runtime / module["file"])
        image = Path(scratch) / "image"
        files = [*CORE, WASM, *(module["file"] for module in early)]
        job = {
            **common,
            "runtime": str(runtime),
            "library": thin["library"],
            "site": str(site),
            "code": str(out / CODE),
            "out": str(image),
            "modules": early,
            "late": _folders_of(late),
            "files": {f: integrity((runtime / f).read_bytes()) for f in files},
        }
        js_engine.run(SCRIPTS / "snapshot.mjs", job)
        packed = deflate.gzip_compress(image.read_bytes(), GZIP_LEVEL)
        (out / SNAPSHOT).write_bytes(packed)
        log("splitting Pyodide's WebAssembly")
        _split({**common, "runtime": str(runtime), "image": str(image)}, out)


def _split(job: dict[str, Any], out: Path) -> None:
    """Split the code that the workload runs from all other code."""
    whole = (Path(job["runtime"]) / WASM).read_bytes()
    with tempfile.TemporaryDirectory() as scratch:
        traced, nothing = Path(scratch) / "traced.wasm", Path(scratch) / "nothing.zip"
        traced.write_bytes(split.traced(whole))
        zipfile.ZipFile(nothing, "w").close()
        parts = {"library": str(nothing), "traced": str(traced)}
        called = js_engine.run(SCRIPTS / "trace.mjs", {**job, **parts})["called"]
    first, deferred = split.split(whole, set(called))
    (out / FIRST).write_bytes(first)
    (out / DEFERRED).write_bytes(deferred)


def _fill_site(site: Path, packages: Path, early: list[dict[str, str]]) -> None:
    """Fill the site-packages of the Python of which the snapshot is taken."""
    with zipfile.ZipFile(packages) as archive:
        archive.extractall(site)
    packages.unlink()
    shutil.copyfile(INSIDE / "deferred.py", site / "_deferred.py")
    for module in early:  # loaded by then, so Python only checks that they exist
        path = site / module["path"].partition("site-packages/")[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def _folders_of(modules: list[dict[str, str]]) -> dict[str, str]:
    """The site-packages folder of each side module, by the module's full name."""
    found = {}
    for module in modules:
        root, _, path = module["path"].partition("site-packages/")
        name = path.split(".")[0].replace("/", ".")
        found[name] = f"{root}site-packages"
    return found


def integrity(data: bytes) -> str:
    """The hash of ``data`` as browsers take it: "sha256-<base64>"."""
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode("ascii")
    return f"sha256-{digest}"


# --- the cache ------------------------------------------------------------------------


def _key(plain: list[Path], workload: Workload) -> str:
    """One hash of everything that the result depends on."""
    own = [*Path(__file__).parent.glob("*.py"), *INSIDE.glob("*.py"), *BOOT]
    used = [workload.python, workload.script, *workload.sources]
    digest = hashlib.sha256()
    for path in sorted([*plain, *own, *SCRIPTS.glob("*.mjs"), *used]):
        digest.update(f"{path.name} {_hash(path)}\n".encode())
    return digest.hexdigest()[:16]


def _cached(key: str, make: Callable[[Path], None]) -> Path:
    """The folder of this key; made now unless it is complete."""
    base = result_dir("compact")
    folder = base / key
    if not _is_complete(folder):
        shutil.rmtree(folder, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=base, prefix=".making-") as scratch:
            fresh = Path(scratch) / "fresh"
            fresh.mkdir()
            make(fresh)
            sums = {path.name: _hash(path) for path in fresh.iterdir()}
            (fresh / "SUMS.json").write_text(json.dumps(sums), encoding="utf-8")
            with contextlib.suppress(OSError):  # another build was faster
                fresh.rename(folder)
    folder.touch()
    for old in sorted(_folders(base), key=lambda path: -path.stat().st_mtime)[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def _folders(base: Path) -> Iterator[Path]:
    return (path for path in base.iterdir() if not path.name.startswith("."))


def _is_complete(folder: Path) -> bool:
    try:
        sums: dict[str, Any] = json.loads((folder / "SUMS.json").read_text())
        return all(_hash(folder / name) == digest for name, digest in sums.items())
    except (OSError, ValueError):
        return False


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
