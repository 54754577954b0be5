"""Build the site: site/, the runtime, the wheel and the models as static files.

    dist/index.html           other pages, sw.js and digit-pad.js, which other sites'
                              pages import: they change with a release
    dist/de/index.html        the same in German, and so each language of site/words/
    dist/app-<hash>/          style.css, js/, vendor/, icons, manifest.webmanifest
    dist/de-<hash>/           the same for German
    dist/runtime-<hash>/      Pyodide and NumPy, as they come and for a quick start
                              (tools/faststart): the same until their pins change
    dist/nnweb-<hash>/        the memory snapshot, nnweb's wheels, pyodide-lock.json
    dist/models-<hash>/       the shipped networks
    dist/mnist-<hash>/        MNIST, in blocks that the page fetches when it needs them

A folder is named by the hash of what is in it, so a host may let it be cached for ever,
and a new release never mixes with an old one. Every URL is relative: the site works
under any path of any host.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gzip
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from run import one_at_a_time
from tools.build.bundle import WORKERS, Scripts, bundle, bundles, sources
from tools.build.compress import pack
from tools.build.mnist_blocks import write_blocks
from tools.build.wheel import WheelError, build_wheel
from tools.build.words import FIRST, filled, languages, modules, read
from tools.build.words import manifest as app_manifest
from tools.faststart.compact import (
    CORE,
    SNAPSHOT,
    WASM,
    WHOLE_LIBRARY,
    Compact,
    compact,
    integrity,
)
from tools.runtime.fetch import FetchError, fetch, load_lock
from tools.runtime.node import EngineError

ROOT = Path(__file__).resolve().parents[2]
SITE, MODELS = ROOT / "site", ROOT / "assets" / "models"
MNIST = ROOT / "assets" / "mnist"
STEPS = ROOT / "tools" / "bench" / "results" / "steps.json"
DEFAULT_MODEL = "cnn"  # shown first, if it is there
MANIFEST = "manifest.js"  # the module by which the page knows what was built
STAMP = ".nnweb-build.json"  # in dist: what it was built from, and of what it consists
LOCK = "pyodide-lock.json"
_SCRATCH = ".nnweb-building-"  # in dist, while a build goes on
HASHED = re.compile("(app|runtime|nnweb|models|mnist|[a-z]{2})-[0-9a-f]{12}")
# What keeps its name and its place in dist.
_STABLE = ("*.html", "examples/*.html", "sw.js", "digit-pad.js")

Log = Callable[[str], None]


@dataclass(frozen=True)
class App:
    """The app in one language: its folder, and the names of the scripts in it."""

    folder: Path
    scripts: Scripts


class BuildError(Exception):
    """The site cannot be built; the message says why."""


def build(out: Path, log: Log = print, *, packed: bool = False) -> Path:
    """Build into ``out``, unless it is there already, whole and of the same sources.

    ``packed`` adds compressed companions (compress.py), for hosts that send them.
    """
    with one_at_a_time(ROOT / ".build" / "site.lock", "building"):
        sources = fingerprint(_sources())
        old = _read_stamp(out)
        ready = old["sources"] == sources and (old["packed"] or not packed)
        if ready and _is_whole(out, old["files"]):
            return out
        _refuse_foreign(out)
        log(f"building {out.relative_to(ROOT) if out.is_relative_to(ROOT) else out}")
        out.mkdir(parents=True, exist_ok=True)
        for left in out.glob(f"{_SCRATCH}*"):  # by a build that was cut off
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(dir=out, prefix=_SCRATCH) as scratch:
            fresh = Path(scratch) / "site"
            whole = assemble(fresh, log)
            if packed:
                whole = _packed(fresh, log) and whole
            # a site without the quick start is good, but the next build tries again
            stamp = {
                "sources": sources if whole else "",
                "packed": packed,
                "files": _hashes(fresh),
            }
            _publish(fresh, out, stamp, old["files"])
    return out


def assemble(site: Path, log: Log) -> bool:
    """Make the site in the new folder ``site``; whether it has all that it should."""
    lock = load_lock()
    files = fetch(lock["files"], log=log)
    folders = [site / name for name in ("runtime", "nnweb", "models")]
    for folder in folders:
        folder.mkdir(parents=True)
    runtime, own, models = folders
    for entry in lock["files"]:
        shutil.copyfile(files[entry["file"]], runtime / entry["file"])
    wheel = built_wheel(lock, files["python_stdlib.zip"], log)
    shutil.copyfile(wheel, runtime / wheel.name)
    write_lock(lock["lock"], wheel, runtime / LOCK)
    quick = _made_quick(runtime, lock["lock"], wheel.name, log)
    for model in sorted(MODELS.glob("*.json")):
        shutil.copyfile(model, models / model.name)
    for name in _changing(wheel, quick):
        (runtime / name).rename(own / name)
    runtime, own, models = map(named_by_hash, (runtime, own, models))
    whole = [WHOLE_LIBRARY, lock["lock"]["packages"]["numpy"]["file_name"], wheel.name]
    ways = _ways(whole, quick)
    manifest = _manifest(wheel, [runtime, own], models, ways) + _mnist(site / "mnist")
    apps = _make_apps(site, manifest, fetch(lock["vendor"], log=log), log)
    write_stable(site, apps)
    kept = _first(ways) | _late(ways)
    kept_files = [
        path for path in [*runtime.iterdir(), *own.iterdir()] if path.name in kept
    ]
    _fill_service_worker(
        site, [app.folder for app in apps.values()], [*kept_files, *models.iterdir()]
    )
    return quick is not None and all(app.scripts.preloads for app in apps.values())


def _packed(site: Path, log: Log) -> bool:
    """Add compressed companions in the folders named by hash; whether that was done."""
    folders = [path for path in site.iterdir() if HASHED.fullmatch(path.name)]
    try:
        pack(folders, log)
    except EngineError as error:
        log(f"the site is not compressed beforehand: {error}")
        return False
    return True


# --- the parts ------------------------------------------------------------------------


def built_wheel(lock: dict[str, Any], stdlib_zip: Path, log: Log) -> Path:
    """nnweb's wheel, built unless it was before from the same sources."""
    paths = [*(ROOT / "nnweb").rglob("*.py"), ROOT / "tools" / "build" / "wheel.py"]
    paths += [
        ROOT / "pyproject.toml",
        ROOT / "LICENSE",
        ROOT / "requirements/build.txt",
    ]
    wheels = ROOT / ".build" / "wheels"
    folder = wheels / f"{fingerprint(paths)[:12]}-{lock['pyodide']}"
    if not folder.exists():
        log("compiling the wheel")
        shutil.rmtree(wheels, ignore_errors=True)  # the wheels of older sources
        with tempfile.TemporaryDirectory() as scratch:
            wheel = build_wheel(Path(scratch), lock, stdlib_zip)
            part = folder.with_suffix(".part")
            part.mkdir(parents=True)
            shutil.copyfile(wheel, part / wheel.name)
            part.rename(folder)
    return next(folder.iterdir())


def _made_quick(
    runtime: Path, base: dict[str, Any], wheel: str, log: Log
) -> Compact | None:
    """Put what starts quickly beside the plain files; None if there is none."""
    try:
        quick = compact(runtime, base["packages"]["numpy"]["file_name"], wheel, log)
    except EngineError as error:
        log(f"the site will start slowly: {error}")
        return None
    modules = [path for path, _ in quick.modules]
    paths = [quick.library, quick.numpy, quick.nnweb, quick.snapshot]
    paths += [quick.first, quick.seldom]
    for path in [*paths, *modules, *quick.late.values()]:
        shutil.copyfile(path, runtime / path.name)
    digest = hashlib.sha256(quick.numpy.read_bytes()).hexdigest()
    numpy = {"file_name": quick.numpy.name, "sha256": digest}
    packages = {"numpy": {**base["packages"]["numpy"], **numpy}}
    lock = {**base, "packages": packages}
    write_lock(lock, quick.nnweb, runtime / LOCK)
    return quick


def _changing(wheel: Path, quick: Compact | None) -> list[str]:
    """What changes with nnweb, of the files in the runtime's folder."""
    made = [] if quick is None else [quick.nnweb.name, quick.snapshot.name]
    return [wheel.name, LOCK, *made]


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
    text = json.dumps(lock, indent=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def _make_apps(
    site: Path, manifest: str, vendor: dict[str, Path], log: Log
) -> dict[str, App]:
    """The app's folder of each language, and the scripts in it; bundled if possible."""
    before = set(site.iterdir())
    try:
        return _apps(site, manifest, vendor, bundled=True)
    except EngineError as error:
        log(f"the modules are served as they are written, not bundled: {error}")
        for folder in set(site.iterdir()) - before:
            shutil.rmtree(folder)
        return _apps(site, manifest, vendor, bundled=False)


def _apps(
    site: Path, manifest: str, vendor: dict[str, Path], *, bundled: bool
) -> dict[str, App]:
    """See ``_make_apps``. English, made last, knows the texts of all the others."""
    apps: dict[str, App] = {}
    for language in reversed(languages(SITE / "words")):
        app = site / ("app" if language == FIRST else language)
        _fill_app(app, language)
        (app / "vendor").mkdir()
        for name, path in vendor.items():
            shutil.copyfile(path, app / "vendor" / name)
        scripts = bundles() if bundled else sources()
        others = apps if language == FIRST else {}
        _write(app / "js" / MANIFEST, manifest + _script_urls(scripts, others))
        if bundled:
            scripts = bundle(app)
        apps[language] = App(named_by_hash(app), scripts)
    return apps


def _script_urls(scripts: Scripts, others: dict[str, App]) -> str:
    """The manifest's lines on scripts: of the workers, and of the other languages."""
    workers = {
        name.removesuffix("-worker"): scripts.files[module]
        for name, module in WORKERS.items()
    }
    text = scripts.files["embed/text.js"]
    known = {code: f"../../{a.folder.name}/js/{text}" for code, a in others.items()}
    return (
        f"export const WORKERS = {json.dumps(workers)};\n"
        f"export const LANGUAGES = {json.dumps(known)};\n"
        "export function resolveUrl(path) {\n"
        "  return new URL(path, import.meta.url);\n"
        "}\n"
    )


def _fill_app(app: Path, language: str) -> None:
    """All of site/ but what has its place elsewhere, and the words of one language."""
    words = read(language, SITE / "words")
    elsewhere = {*stable_files(), *(SITE / "words").iterdir()}
    for path in _visible(SITE):
        if path not in elsewhere and not path.name.endswith(".d.ts"):
            target = app / path.relative_to(SITE)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    for part, text in modules(words).items():
        _write(app / "js" / "say" / f"{part}.js", text)
    _write(app / "js" / "preprocessing" / "measured.js", _steps_measured())
    described = app / "manifest.webmanifest"
    if described.exists():
        text = described.read_text(encoding="utf-8")
        _write(described, app_manifest(text, language, words))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _steps_measured() -> str:
    """What the page says of the preparation's steps: as the benchmark found them."""
    result = json.loads(STEPS.read_text(encoding="utf-8"))["result"]
    told = {name: result[name] for name in ("digits", "networks")}
    return f"export const MEASURED = {json.dumps(told)};\n"


def _mnist(folder: Path) -> str:
    """Make the blocks of MNIST; the manifest's lines on them."""
    splits = write_blocks(MNIST, folder)
    fields = {"base": f"../../{named_by_hash(folder).name}/", **splits}
    return f"export const MNIST = {json.dumps(fields)};\n"


def _ways(whole: list[str], quick: Compact | None) -> dict[str, Any]:
    """Which of the runtime's files a start needs, by the way it is started in.

    ``whole`` are the standard library and the wheels as they come.
    """
    ways: dict[str, Any] = {"core": CORE, "wasm": WASM, "lock": LOCK}
    ways["compiled"] = quick is not None
    if quick is None:
        plain = {"library": whole[0], "wheels": whole[1:]}
        return {**ways, **plain, "rest": None, "snapshot": None}
    modules = [{"file": file.name, "path": path} for file, path in quick.modules]
    late = {name: path.name for name, path in quick.late.items()}
    return {
        **ways,
        "library": quick.library.name,
        "wheels": [quick.numpy.name, quick.nnweb.name],
        "rest": {"library": whole[0], "wheels": whole[1:]},
        "snapshot": {
            "memory": SNAPSHOT,
            "header": quick.header,
            "wasm": {"first": quick.first.name, "seldom": quick.seldom.name},
            "modules": modules,
            "late": late,
        },
    }


def _first(ways: dict[str, Any]) -> set[str]:
    """What a first visit downloads of the runtime."""
    if ways["snapshot"] is None:
        return {*CORE, WASM, LOCK, ways["library"], *ways["wheels"]}
    modules = (module["file"] for module in ways["snapshot"]["modules"])
    return {*CORE, ways["snapshot"]["wasm"]["first"], SNAPSHOT, *modules}


def _late(ways: dict[str, Any]) -> set[str]:
    """What Python may ask for at any time, and must get without a network too."""
    if ways["snapshot"] is None:
        return set()
    return {ways["snapshot"]["wasm"]["seldom"], *ways["snapshot"]["late"].values()}


def _manifest(
    wheel: Path, runtime: list[Path], models: Path, ways: dict[str, Any]
) -> str:
    """The module by which the page knows what was built, and where it lies."""
    shipped = sorted(
        models.iterdir(), key=lambda path: (path.stem != DEFAULT_MODEL, path.stem)
    )
    files = [
        {"base": f"../../{folder.name}/", **_file_entry(path)}
        for folder in runtime
        for path in sorted(folder.iterdir())
    ]
    first = _first(ways)
    parts = {
        "VERSION": wheel.name.split("-")[1],
        "RUNTIME": {
            "base": f"../../{runtime[0].name}/",
            "files": files,
            "firstBytes": sum(e["size"] for e in files if e["file"] in first),
            **ways,
        },
        "MODELS": [
            {
                "name": path.stem,
                "url": f"../../{models.name}/{path.name}",
                "accuracy": _measured(path),
                **_file_entry(path),
            }
            for path in shipped
        ],
    }
    lines = ["// Made by tools/build_site.py. URLs are relative to this file."]
    lines += [
        f"export const {name} = {json.dumps(value, indent=1)};"
        for name, value in parts.items()
    ]
    return "\n".join(lines) + "\n"


def _measured(model: Path) -> float | None:
    """The share of MNIST's test digits that are right, where a card has it."""
    try:
        card = json.loads(model.read_text(encoding="utf-8"))["card"]
        return float(card["accuracy"]["test"])
    except (ValueError, KeyError, TypeError):
        return None


def _file_entry(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {"file": path.name, "size": len(data), "integrity": _integrity(path)}


def _integrity(path: Path) -> str:
    """The hash of what a browser gets; of the snapshot also what is in it, see pack."""
    data = path.read_bytes()
    hashes = [integrity(data)]
    if path.name == SNAPSHOT:
        with contextlib.suppress(gzip.BadGzipFile):
            hashes.append(integrity(gzip.decompress(data)))
    return " ".join(hashes)


def write_stable(site: Path, apps: dict[str, App]) -> None:
    """The pages and stable scripts, their references led into the apps' folders."""
    index = SITE / "index.html"
    for path in stable_files():
        if path != index:
            _write(site / path.relative_to(SITE), _lead(path, apps[FIRST]))
    for language, app in apps.items():
        up = "" if language == FIRST else "../"
        folder = site if language == FIRST else site / language
        words = read(language, SITE / "words")
        page = _lead(index, app, up)
        page = filled(page, language, words, _links(language, up))
        _write(folder / index.name, _preloading(page, app.scripts))


def _preloading(page: str, scripts: Scripts) -> str:
    """The page with a link for each script that its main.js imports.

    A browser finds a module's imports when it has the module: one more round trip.
    Source: HTML Standard, 4.6.7.12 (link type modulepreload).
    """
    script = re.search(r'( *)<script type="module" src="([^"]*/)main\.js"', page)
    if script is None:
        return page
    indent, folder = script.groups()
    links = (
        f'{indent}<link rel="modulepreload" href="{folder}{name}" />\n'
        for name in scripts.preloads
    )
    return page[: script.start()] + "".join(links) + page[script.start() :]


def _links(language: str, up: str) -> str:
    """Links from the page in one language to those in the others, as HTML."""
    links = ""
    for code in languages(SITE / "words"):
        if code != language:
            words = read(code, SITE / "words")
            href = (up if code == FIRST else f"{up}{code}/") or "./"
            links += (
                f'<a href="{href}" hreflang="{code}" lang="{code}" '
                f'title="{words["name"]}">{words["sign"]}</a>'
            )
    return links


def _lead(path: Path, app: App, up: str = "") -> str:
    """A page's or a script's text, its references led into the app's folder."""
    # of a page: href="style.css"; of a script: import "./js/x.js"
    of_page = r'(?P<before>\b(?:href|src)=")(?P<path>[^"]*)(?=")'
    of_script = r"""(?P<before>["']\./)(?P<path>[^"']*)(?=["'])"""

    def lead(found: re.Match[str]) -> str:
        reference = found["path"]
        here = re.match(r"[a-z]+:|//|#|\.?/?$", reference)  # from any place the same
        return found["before"] + ("" if here else up) + _led(reference, path, app)

    reference = of_page if path.suffix == ".html" else of_script
    return re.sub(reference, lead, path.read_text(encoding="utf-8"))


def stable_files() -> list[Path]:
    return [path for pattern in _STABLE for path in sorted(SITE.glob(pattern))]


def _fill_service_worker(site: Path, apps: list[Path], others: list[Path]) -> None:
    """Tell sw.js what to keep, with hashes: the pages, the apps and ``others``."""
    path = site / "sw.js"
    if not path.exists():
        return
    app = (
        file
        for folder in apps
        for file in folder.rglob("*")
        if file.is_file() and file.suffix != ".map"
    )
    pages = [*site.glob("*.html"), *site.glob("??/*.html")]
    files = [
        [file.relative_to(site).as_posix(), _integrity(file)]
        for file in [*pages, *sorted([*app, *others])]
    ]
    for entry in files:
        # as a visitor asks for it
        entry[0] = re.sub(r"(^|/)index\.html$", r"\1", entry[0]) or "./"
    version = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:12]
    build = json.dumps({"version": version, "files": files}, indent=1)
    text = path.read_text(encoding="utf-8")
    text = text.replace('BUILD = { version: "", files: [] }', f"BUILD = {build}")
    path.write_text(text, encoding="utf-8", newline="\n")


def _led(reference: str, page: Path, app: App) -> str:
    """A reference of ``page``, written as from where it lies in dist."""
    name = re.split("[?#]", reference)[0]
    if re.match(r"[a-z]+:|//", reference) or name in ("", ".", "./"):
        return reference
    where = page.relative_to(SITE)
    target = Path(os.path.normpath(where.parent / name))
    stable = (SITE / target) in stable_files() or target == Path()
    if target.is_relative_to("js"):
        module = target.relative_to("js").as_posix()
        target = Path("js") / app.scripts.files.get(module, module)
    if not target.is_absolute() and (stable or (app.folder / target).is_file()):
        if stable:
            return reference
        up = "../" * (len(where.parts) - 1)
        return f"{up}{app.folder.name}/{target.as_posix()}{reference[len(name) :]}"
    raise BuildError(
        f"site/{where.as_posix()}: refers to {reference}, which is not in site/"
    )


def named_by_hash(folder: Path) -> Path:
    """Rename a finished folder to name-<hash of all that is in it>."""
    text = json.dumps(_hashes(folder), sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return folder.rename(folder.with_name(f"{folder.name}-{digest[:12]}"))


# --- into its place -------------------------------------------------------------------


def _publish(
    fresh: Path, out: Path, stamp: dict[str, Any], old: dict[str, str]
) -> None:
    """Put the finished site into ``out``, which is a working site at every moment.

    First come the folders, under names of their own; then the pages, that lead to
    them; only then goes what no page leads to any more.
    """
    for folder in (path for path in fresh.iterdir() if HASHED.fullmatch(path.name)):
        if (out / folder.name).exists():
            if _hashes(out / folder.name) == _hashes(folder):
                continue
            (out / folder.name).rename(fresh / f"damaged-{folder.name}")
        folder.rename(out / folder.name)
    for name in stamp["files"]:
        if not HASHED.fullmatch(name.split("/")[0]):
            (out / name).parent.mkdir(exist_ok=True)
            (fresh / name).replace(out / name)
    (fresh / STAMP).write_text(json.dumps(stamp, indent=1))
    (fresh / STAMP).replace(out / STAMP)
    for name in old.keys() - stamp["files"].keys():
        if not HASHED.fullmatch(name.split("/")[0]):
            (out / name).unlink(missing_ok=True)
            if "/" in name and not any((out / name).parent.iterdir()):
                (out / name).parent.rmdir()
    kept = {name.split("/")[0] for name in stamp["files"]}
    for folder in out.iterdir():  # also of a build that ended before it had its stamp
        if HASHED.fullmatch(folder.name) and folder.name not in kept:
            shutil.rmtree(folder)


def _refuse_foreign(out: Path) -> None:
    """Raise BuildError where a build could overwrite something of a person's."""
    if out.exists() and not out.is_dir():
        raise BuildError(f"{out}: is a file; name a folder")
    if out.exists() and not (out / STAMP).exists():
        # .git, .nojekyll and CNAME are what a folder for GitHub Pages begins with
        names = {path.name for path in out.iterdir() if not path.name.startswith(".")}
        if names - {"CNAME"}:
            raise BuildError(
                f"{out}: is not of nnweb's making, and has {min(names)} in it; "
                "name a new folder, or empty this one"
            )


def _read_stamp(out: Path) -> dict[str, Any]:
    """What the last build left; of one that cannot be read, nothing."""
    try:
        stamp = json.loads((out / STAMP).read_text(encoding="utf-8"))
        return {
            "sources": str(stamp["sources"]),
            "packed": bool(stamp["packed"]),
            "files": dict(stamp["files"]),
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {"sources": "", "packed": False, "files": {}}


def _is_whole(out: Path, files: dict[str, str]) -> bool:
    """Whether all that was built is still there, byte for byte."""
    try:
        return all(_hash(out / name) == digest for name, digest in files.items())
    except OSError:
        return False


# --- hashes ---------------------------------------------------------------------------


def _sources() -> Iterable[Path]:
    """All that the site is made from."""
    yield from _visible(SITE)
    yield from MODELS.glob("*.json")
    yield from MNIST.glob("*.gz")
    yield from (ROOT / "nnweb").rglob("*.py")
    for folder in ("build", "runtime", "faststart"):
        yield from (ROOT / "tools" / folder).rglob("*.py")
        yield from (ROOT / "tools" / folder).rglob("*.mjs")
    for name in (
        *(
            "tools/runtime/lock.json",
            "tools/npm/package-lock.json",
            "requirements/build.txt",
        ),
        "requirements/node.txt",
    ):
        yield ROOT / name
    yield from (ROOT / "pyproject.toml", ROOT / "LICENSE", STEPS)


def _visible(folder: Path) -> list[Path]:
    """The files below a folder, but for those that systems and editors hide."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def fingerprint(paths: Iterable[Path]) -> str:
    """One hash of files, by their names in the checkout and their contents."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(ROOT).as_posix()} {_hash(path)}\n".encode())
    return digest.hexdigest()


def _hashes(folder: Path) -> dict[str, str]:
    """The hash of each file below a folder, by its path in it."""
    return {
        path.relative_to(folder).as_posix(): _hash(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="run.py build", description="Build the site as a folder of static files."
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "dist", help="folder (in the checkout: dist)"
    )
    args = parser.parse_args(argv)
    try:
        log = functools.partial(print, file=sys.stderr)
        out = build(args.out.resolve(), log, packed=True)
    except (BuildError, FetchError, WheelError, OSError) as error:
        print(f"run.py build: error: {error}", file=sys.stderr)
        return 1
    print(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
