"""Build the site: site/, the runtime, the wheel and the models as one static folder.

    dist/index.html           the only page that changes in place, with a release
    dist/app-<hash>/          style.css, js/, vendor/, icons, manifest.webmanifest
    dist/runtime-<hash>/      Pyodide's core, the wheels and their pyodide-lock.json
    dist/models-<hash>/       the shipped networks

A folder is named by the hash of what is in it, so a host may let it be cached for ever,
and a new release never mixes with an old one. Every URL is relative: the site works
under any path of any host.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nnweb import __version__
from tools.build_wheel import WheelError, build_wheel
from tools.fetch_runtime import FetchError, fetch, load_lock

ROOT = Path(__file__).resolve().parent.parent
SITE, MODELS = ROOT / "site", ROOT / "assets" / "models"
DEFAULT_MODEL = "cnn"  # shown first, if it is there
_STAMP = ".nnweb-build.json"  # in dist: says what it was built from

Log = Callable[[str], None]


def build(out: Path, log: Log = print) -> Path:
    """Build into ``out``, unless what lies there is of the same sources already."""
    sources = _fingerprint()
    stamp = out / _STAMP
    if stamp.exists() and json.loads(stamp.read_text()).get("sources") == sources:
        return out
    if out.exists() and any(out.iterdir()) and not stamp.exists():
        raise BuildError(f"{out}: is not empty, and not of nnweb's making; empty it")
    log(f"building {_relative(out)}")
    out.parent.mkdir(parents=True, exist_ok=True)
    # made beside it and then put in its place: a site is never served half made
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".build-") as scratch:
        fresh = Path(scratch) / "dist"
        fresh.mkdir()
        _assemble(fresh, log)
        (fresh / _STAMP).write_text(json.dumps({"sources": sources}))
        _replace(out, fresh)
    return out


class BuildError(Exception):
    """The site cannot be built; the message says why."""


def _assemble(dist: Path, log: Log) -> None:
    lock = load_lock()
    files = fetch(lock["files"], log=log)
    runtime, models, app = dist / "runtime", dist / "models", dist / "app"
    for folder in (runtime, models, app):
        folder.mkdir()
    for entry in lock["files"]:
        if entry["folder"] == "runtime":
            shutil.copyfile(files[entry["file"]], runtime / entry["file"])
    log("compiling the wheel")
    wheel = build_wheel(runtime, lock, files["python_stdlib.zip"])
    write_lock(lock["lock"], wheel, runtime / "pyodide-lock.json")
    for model in sorted(MODELS.glob("*.json")):
        shutil.copyfile(model, models / model.name)
    runtime, models = _named_by_hash(runtime), _named_by_hash(models)
    _fill_app(app, lock, files, runtime, models)
    _write_pages(dist, _named_by_hash(app).name)


def write_lock(base: dict[str, Any], wheel: Path, path: Path) -> None:
    """pyodide-lock.json: NumPy and nnweb with their hashes, which Pyodide checks."""
    name, version = wheel.name.split("-")[:2]
    package = {
        "name": name,
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": [name],
        "depends": ["numpy"],
        "unvendored_tests": False,
    }
    lock = {**base, "packages": {**base["packages"], name: package}}
    path.write_text(json.dumps(lock, indent=1) + "\n", encoding="utf-8")


def _fill_app(
    app: Path,
    lock: dict[str, Any],
    files: dict[str, Path],
    runtime: Path,
    models: Path,
) -> None:
    pages = {path.name for path in SITE.glob("*.html")} | {"sw.js"}
    for path in sorted(SITE.rglob("*")):
        relative = path.relative_to(SITE)
        if (
            path.is_dir()
            or str(relative) in pages
            or path.suffixes[-2:] == [".d", ".ts"]
        ):
            continue
        target = app / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    vendor = app / "vendor"
    vendor.mkdir(exist_ok=True)
    for entry in lock["files"]:
        if entry["folder"] == "vendor":
            shutil.copyfile(files[entry["file"]], vendor / entry["file"])
    (app / "js" / "manifest.js").write_text(
        _manifest(runtime, models), encoding="utf-8"
    )


def _manifest(runtime: Path, models: Path) -> str:
    """The module by which the page knows what was built, and where it lies."""
    shipped = sorted(
        models.iterdir(), key=lambda path: (path.stem != DEFAULT_MODEL, path.stem)
    )
    parts = {
        "VERSION": __version__,
        "RUNTIME": {
            "base": f"../../{runtime.name}/",
            "files": [_file_entry(path) for path in sorted(runtime.iterdir())],
        },
        "MODELS": [
            {
                "name": path.stem,
                "url": f"../../{models.name}/{path.name}",
                **_file_entry(path),
            }
            for path in shipped
        ],
    }
    lines = ["// Made by tools/build_site.py. URLs are relative to this file."]
    lines += [
        f"export const {k} = {json.dumps(v, indent=1)};" for k, v in parts.items()
    ]
    return "\n".join(lines) + "\n"


def _file_entry(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode("ascii")
    return {"file": path.name, "size": len(data), "integrity": f"sha256-{digest}"}


def _write_pages(dist: Path, app: str) -> None:
    """The pages at the top, their relative references led into the app's folder."""
    for path in SITE.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(
            r'\b(href|src)="(?![a-z]+:|[#/.]|[\w-]+\.html)([^"]+)"',
            rf'\1="{app}/\2"',
            text,
        )
        (dist / path.name).write_text(text, encoding="utf-8")


def _named_by_hash(folder: Path) -> Path:
    """Rename a finished folder to name-<hash of all that is in it>."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return folder.rename(folder.with_name(f"{folder.name}-{digest.hexdigest()[:12]}"))


def _replace(out: Path, fresh: Path) -> None:
    old = fresh.with_name("old")
    if out.exists():
        out.rename(old)
    fresh.rename(out)


def _fingerprint() -> str:
    """The hash of all that the site is made from."""
    digest = hashlib.sha256()
    folders = (SITE, MODELS, ROOT / "nnweb", ROOT / "tools")
    paths = [path for folder in folders for path in folder.rglob("*")]
    paths += [ROOT / "pyproject.toml", ROOT / "README.md", ROOT / "LICENSE"]
    for path in sorted(paths):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _relative(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="run.py build", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    args = parser.parse_args(argv)
    try:
        out = build(args.out.resolve(), log=lambda text: print(text, file=sys.stderr))
    except (BuildError, FetchError, WheelError) as error:
        print(f"run.py build: error: {error}", file=sys.stderr)
        return 1
    print(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
