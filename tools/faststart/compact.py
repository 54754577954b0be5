"""Make a plain runtime start quickly: compiled and cut to size, with a memory snapshot.

    plain      Pyodide's files, NumPy's and nnweb's wheels, as they come
    compact    beside them, a standard library and two wheels that hold only what is
               used, compiled (precompile.mjs); Pyodide's documented options start it
    snapshot   Python's memory after NumPy and nnweb were imported (snapshot.mjs), and
               NumPy's own WebAssembly module, which must be there before the memory
    trimmed    Pyodide's own WebAssembly with the exports that a start needs (trim.py);
               the memory is of this one
    split      that in two modules (split.py): the code that ran when Python was
               restored from that memory and used (trace.mjs), and all other code
    late       what the memory lacks, for whoever asks: the code of functions that were
               not called (thin.py), and NumPy's linear algebra

These steps are done by Pyodide itself under Node. What they made is kept in the user's
cache, by the hashes of all that it was made from.
"""

from __future__ import annotations

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

from tools.faststart import split, trim
from tools.runtime import node as js_engine
from tools.runtime.fetch import cache_dir

ROOT = Path(__file__).resolve().parents[2]
INSIDE = Path(__file__).with_name("inside")
SCRIPTS = Path(__file__).with_name("js")
LOADER = ROOT / "site" / "js" / "boot" / "side-modules.js"
#: What else of the page the scripts import.
SHARED = [
    ROOT / "site" / "js" / name
    for name in (
        *("boot/memory-image.js", "worker/recognizer.js"),
        "worker/shared-buffers.js",
    )
]
MODELS = ROOT / "assets" / "models"
DIGITS = ROOT / "assets" / "mnist" / "train-images-idx3-ubyte.gz"
# Named .js because many hosts do not know .mjs as JavaScript. Pyodide finds its own
# stack frames by "pyodide.asm.mjs", so that stays in the name.
GLUE = "pyodide.asm.mjs.js"  # Emscripten's
CORE = ("pyodide.mjs.js", GLUE)
WASM = "pyodide.asm.wasm"
FIRST, SELDOM = "pyodide.first.wasm", "pyodide.seldom.wasm"  # WASM in two
WHOLE_LIBRARY = "python_stdlib.zip"  # as Pyodide names it
LIBRARY = "library.zip"
CODE = "code.bin"  # of the functions that the snapshot has no code of
EARLY = ("_multiarray_umath",)  # without these NumPy cannot be imported
SNAPSHOT = "snapshot.bin"
_KEPT = 6  # results in the cache; older ones go

Log = Callable[[str], None]


@dataclass(frozen=True)
class Compact:
    """What joins the plain runtime's files, each under a name of its own."""

    library: Path
    numpy: Path
    nnweb: Path
    snapshot: Path
    #: bytes of its header
    header: int
    #: Pyodide's WebAssembly in two
    first: Path
    seldom: Path
    #: the WebAssembly modules that come before the memory, with their path in Pyodide
    modules: list[tuple[Path, str]]
    #: what Python may ask for later, by the name that it asks for
    late: dict[str, Path]


def compact(plain: Path, numpy: str, nnweb: str, log: Log) -> Compact:
    """Make the compact runtime and its snapshot out of the folder ``plain``.

    ``numpy`` and ``nnweb`` are the names of its wheels. Raises EngineError.
    """
    wheels = {"numpy": _compiled(numpy), "nnweb": _compiled(nnweb)}
    # compiled for one Python only
    wheels["nnweb"] = wheels["nnweb"].replace("py3", numpy.split("-")[2])
    made = _cached(_key(plain), lambda out: _make(plain, out, wheels, log))
    modules = json.loads((made / "modules.json").read_text(encoding="utf-8"))
    early, late = _by_time(modules)
    return Compact(
        made / LIBRARY,
        made / wheels["numpy"],
        made / wheels["nnweb"],
        made / SNAPSHOT,
        _header_size(made / SNAPSHOT),
        made / FIRST,
        made / SELDOM,
        [(made / module["file"], module["path"]) for module in early],
        {"code": made / CODE} | {Path(m["file"]).stem: made / m["file"] for m in late},
    )


def _header_size(snapshot: Path) -> int:
    """Bytes of Pyodide's own header of the snapshot (snapshot.mjs has the format)."""
    with gzip.open(snapshot) as image:
        _, size = struct.unpack("<2I", image.read(8))
    return int(size)


def _by_time(modules: list[dict[str, str]]) -> tuple[list[Any], list[Any]]:
    """Those that must be there before the memory, and those that may come later."""
    early = [m for m in modules if Path(m["file"]).stem in EARLY]
    return early, [m for m in modules if m not in early]


def _compiled(wheel: str) -> str:
    """The name of a wheel's compiled part: the same, with a build tag."""
    name, version, tags = wheel.split("-", 2)
    return f"{name}-{version}-1compiled-{tags}"


def _make(plain: Path, out: Path, wheels: dict[str, str], log: Log) -> None:
    log("compiling Python's library for a quick start")
    thin = {"library": "thin-library.zip", "site": "thin-site.zip", "rest": CODE}
    used = {"inside": str(INSIDE), "networks": [str(path) for path in _networks()]}
    job = {"runtime": str(plain), "out": str(out), **used}
    parts = {"library": LIBRARY, "wheels": wheels, "thin": thin}
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
            "runtime": str(runtime),
            "library": thin["library"],
            "site": str(site),
            "loader": str(LOADER),
            "rest": str(out / CODE),
            "out": str(image),
            **used,
        }
        hashes = {file: integrity((runtime / file).read_bytes()) for file in files}
        later = _trim(runtime, early)
        parts = {"modules": early, "late": _folders_of(late), "files": hashes}
        js_engine.run(SCRIPTS / "snapshot.mjs", {**job, **parts})
        packed = gzip.compress(image.read_bytes(), 9, mtime=0)
        (out / SNAPSHOT).write_bytes(packed)
        _split(runtime, image, out, later, log)


def _trim(runtime: Path, early: list[dict[str, str]]) -> trim.Later:
    """Leave out the exports that a start does not need; what these are."""
    glue = (runtime / GLUE).read_text(encoding="utf-8")
    files = [WASM, *(module["file"] for module in early)]
    modules = [(runtime / file).read_bytes() for file in files]
    trimmed, later = trim.trim(modules[0], trim.needed(glue, modules))
    (runtime / WASM).write_bytes(trimmed)
    return later


def _split(runtime: Path, image: Path, out: Path, later: trim.Later, log: Log) -> None:
    """Part the code that a page runs from what is seldom called."""
    log("splitting Pyodide's WebAssembly")
    whole = (runtime / WASM).read_bytes()
    with tempfile.TemporaryDirectory() as scratch:
        traced, nothing = Path(scratch) / "traced.wasm", Path(scratch) / "nothing.zip"
        traced.write_bytes(split.traced(whole))
        zipfile.ZipFile(nothing, "w").close()
        job = {
            "runtime": str(runtime),
            "library": str(nothing),
            "image": str(image),
            "traced": str(traced),
            "networks": [str(path) for path in _networks()],
            "digits": str(DIGITS),
        }
        called = js_engine.run(SCRIPTS / "trace.mjs", job)["called"]
    first, seldom = split.split(whole, set(called))
    (out / FIRST).write_bytes(first)
    (out / SELDOM).write_bytes(trim.with_names(seldom, later))


def _networks() -> list[Path]:
    """What the functions are that recognising needs depends on the network."""
    return sorted(MODELS.glob("*.json"))


def _fill_site(site: Path, packages: Path, early: list[dict[str, str]]) -> None:
    """What the snapshot's Python finds in its site-packages."""
    with zipfile.ZipFile(packages) as archive:
        archive.extractall(site)
    packages.unlink()
    shutil.copyfile(INSIDE / "later.py", site / "_later.py")
    for module in early:  # loaded by then: only that they are there is asked
        path = site / module["path"].partition("site-packages/")[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def _folders_of(modules: list[dict[str, str]]) -> dict[str, str]:
    """The folder that each module's package is in, by the module's full name."""
    found = {}
    for module in modules:
        root, _, path = module["path"].partition("site-packages/")
        name = path.split(".")[0].replace("/", ".")
        found[name] = f"{root}site-packages"
    return found


def integrity(data: bytes) -> str:
    """A hash as browsers want it: "sha256-<base64>"."""
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode("ascii")
    return f"sha256-{digest}"


# --- the cache ------------------------------------------------------------------------


def _key(plain: Path) -> str:
    """One hash of all that the result depends on."""
    paths = [*plain.iterdir(), *INSIDE.glob("*.py"), *SCRIPTS.glob("*.mjs")]
    digest = hashlib.sha256()
    own = [
        Path(__file__).with_name(name)
        for name in ("split.py", "trim.py", "wasm.py", "wasm_module.py")
    ]
    for path in sorted([*paths, *_networks(), LOADER, *SHARED, *own, Path(__file__)]):
        digest.update(f"{path.name} {_hash(path)}\n".encode())
    return digest.hexdigest()[:16]


def _cached(key: str, make: Callable[[Path], None]) -> Path:
    """The folder of this key, made now unless it is there whole."""
    base = _base()
    folder = base / key
    if not _is_whole(folder):
        shutil.rmtree(folder, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=base, prefix=".making-") as scratch:
            fresh = Path(scratch) / "fresh"
            fresh.mkdir()
            make(fresh)
            sums = {path.name: _hash(path) for path in fresh.iterdir()}
            (fresh / "SUMS.json").write_text(json.dumps(sums), encoding="utf-8")
            with contextlib.suppress(OSError):  # another build was quicker
                fresh.rename(folder)
    folder.touch()
    for old in sorted(_folders(base), key=lambda path: -path.stat().st_mtime)[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def _base() -> Path:
    """The folder of all results: in the user's cache, or in the checkout."""
    for base in (cache_dir() / "compact", ROOT / ".build" / "compact"):
        try:
            base.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=base):
                return base
        except OSError:
            continue
    raise js_engine.EngineError(f"{cache_dir()}: cannot be written")


def _folders(base: Path) -> Iterator[Path]:
    return (path for path in base.iterdir() if not path.name.startswith("."))


def _is_whole(folder: Path) -> bool:
    try:
        sums: dict[str, Any] = json.loads((folder / "SUMS.json").read_text())
        return all(_hash(folder / name) == digest for name, digest in sums.items())
    except (OSError, ValueError):
        return False


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
