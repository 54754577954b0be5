"""Assemble the site in a new folder: runtime, networks, MNIST, app and pages."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnweb_site.hashes import file_hash, rename_by_hash
from tools.build import manifest, sources
from tools.build.bundle import App, bundle, module_names
from tools.build.hosts import NETLIFY, NOT_FOUND, NOT_FOUND_PAGE, netlify_headers
from tools.build.mnist_blocks import write_blocks
from tools.build.pages import (
    fill_service_worker,
    inlined_files,
    stable_files,
    write_pages,
    write_text,
)
from tools.build.wheel import LOCK, cached_wheel, write_pyodide_lock
from tools.build.words import SOURCE_LANGUAGE, languages, modules, read
from tools.build.words import manifest as app_manifest
from tools.faststart import build as faststart
from tools.faststart.build import WHOLE_LIBRARY, Manifest, Workload
from tools.runtime.fetch import fetch, load_lock
from tools.runtime.node import EngineError

Log = Callable[[str], None]


@dataclass(frozen=True)
class Runtime:
    """Python as the site serves it."""

    #: nnweb's version
    version: str
    #: of Pyodide and NumPy; of what changes with nnweb
    folders: tuple[Path, Path]
    #: which file is for what, see manifest.roles
    roles: dict[str, Any]
    quick: bool


def assemble(site: Path, log: Log, *, companions: bool = False) -> bool:
    """Fill the new folder ``site``. Returns False if a step has failed without Node.

    ``companions``: compressed ones will be added, for which the page may ask. Without a
    quick start and bundles the site works, but slowly.
    """
    lock = load_lock()
    runtime = _add_runtime(site, lock, log)
    models = _add_models(site)
    splits = write_blocks(sources.MNIST, site / "mnist")
    mnist = rename_by_hash(site / "mnist")
    text = manifest.text(
        VERSION=runtime.version,
        COMPANIONS=companions,
        RUNTIME=manifest.runtime(runtime.folders, runtime.roles),
        MODELS=manifest.models(models),
        MNIST={"base": manifest.base(mnist), **splits},
    )
    apps = _add_apps(site, text, fetch(lock["vendor"], log=log), log)
    write_pages(site, apps)
    offline = manifest.first_files(runtime.roles) | manifest.late_files(runtime.roles)
    files = [path for folder in runtime.folders for path in folder.iterdir()]
    fill_service_worker(
        site,
        [app.folder for app in apps.values()],
        [*(path for path in files if path.name in offline), *models.iterdir()],
        companions=companions,
    )
    write_text(site / NETLIFY, netlify_headers(site))
    write_text(site / NOT_FOUND, NOT_FOUND_PAGE)
    return runtime.quick and all(app.scripts.preloads for app in apps.values())


# --- Python and the networks ----------------------------------------------------------


def _add_runtime(site: Path, lock: dict[str, Any], log: Log) -> Runtime:
    runtime, own = site / "runtime", site / "nnweb"
    runtime.mkdir(parents=True)
    own.mkdir()
    files = fetch(lock["files"], log=log)
    for name, path in files.items():
        shutil.copyfile(path, runtime / name)
    wheel = cached_wheel(lock, files[WHOLE_LIBRARY], log)
    shutil.copyfile(wheel, runtime / wheel.name)
    write_pyodide_lock(lock["lock"], wheel, runtime / LOCK)
    quick = _add_quick_start(runtime, lock["lock"], wheel.name, log)
    numpy = lock["lock"]["packages"]["numpy"]["file_name"]
    changing = [wheel.name, LOCK]
    if quick is not None:
        changing += [quick.wheels["nnweb"].name, quick.snapshot.name]
    for name in changing:
        (runtime / name).rename(own / name)
    return Runtime(
        version=wheel.name.split("-")[1],
        folders=(rename_by_hash(runtime), rename_by_hash(own)),
        roles=manifest.roles(WHOLE_LIBRARY, [numpy, wheel.name], quick),
        quick=quick is not None,
    )


def _add_quick_start(
    runtime: Path, base: dict[str, Any], wheel: str, log: Log
) -> Manifest | None:
    """Add the files of a quick start to the plain ones. Returns None without Node."""
    numpy = base["packages"]["numpy"]
    try:
        wheels = {"numpy": numpy["file_name"], "nnweb": wheel}
        quick = faststart.build(runtime, wheels, _workload(), runtime, log)
    except EngineError as error:
        log(f"the site will start slowly: {error}")
        return None
    path = quick.wheels["numpy"]
    packages = {"numpy": {**numpy, "file_name": path.name, "sha256": file_hash(path)}}
    lock = {**base, "packages": packages}
    write_pyodide_lock(lock, quick.wheels["nnweb"], runtime / LOCK)
    return quick


def _workload() -> Workload:
    """What the page does with nnweb, which depends on the shipped networks."""
    networks = sorted(sources.MODELS.glob("*.json"))
    digits = sources.MNIST / "train-images-idx3-ubyte.gz"
    worker = sources.SITE / "js" / "worker"
    scripts = [worker / f"{name}.js" for name in ("recognizer", "shared-buffers")]
    here = Path(__file__).with_name("workload.py")
    data = {"networks": [str(path) for path in networks], "digits": str(digits)}
    return Workload(here, here.with_suffix(".mjs"), data, [*networks, digits, *scripts])


def _add_models(site: Path) -> Path:
    models = site / "models"
    models.mkdir()
    for model in sorted(sources.MODELS.glob("*.json")):
        shutil.copyfile(model, models / model.name)
    return rename_by_hash(models)


# --- the app --------------------------------------------------------------------------


def _add_apps(
    site: Path, manifest_text: str, vendor: dict[str, Path], log: Log
) -> dict[str, App]:
    """The app in each language; its modules are bundled if there is a Node."""
    before = set(site.iterdir())
    try:
        return _apps(site, manifest_text, vendor, bundled=True)
    except EngineError as error:
        log(f"the modules are served as they are written, not bundled: {error}")
        for folder in set(site.iterdir()) - before:
            shutil.rmtree(folder)
        return _apps(site, manifest_text, vendor, bundled=False)


def _apps(
    site: Path, manifest_text: str, vendor: dict[str, Path], *, bundled: bool
) -> dict[str, App]:
    apps: dict[str, App] = {}
    # English comes last: its manifest names the texts of all other languages.
    for language in reversed(languages(sources.SITE / "words")):
        folder = site / ("app" if language == SOURCE_LANGUAGE else language)
        _fill_app(folder, language)
        (folder / "vendor").mkdir()
        for name, path in vendor.items():
            shutil.copyfile(path, folder / "vendor" / name)
        scripts = module_names()
        others = apps if language == SOURCE_LANGUAGE else {}
        if bundled:
            scripts = bundle(folder)
        text = manifest_text + manifest.scripts(folder / "js", scripts, others)
        write_text(folder / "js" / "manifest.js", text)
        apps[language] = App(rename_by_hash(folder), scripts)
    return apps


def _fill_app(app: Path, language: str) -> None:
    """Copy site/ without what lies elsewhere, and add the texts of one language."""
    words = read(language, sources.SITE / "words")
    texts = (sources.SITE / "words").iterdir()
    elsewhere = {*stable_files(), *inlined_files(), *texts}
    for path in sources.visible_files(sources.SITE):
        if path not in elsewhere and not path.name.endswith(".d.ts"):
            target = app / path.relative_to(sources.SITE)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    for part, text in modules(words).items():
        write_text(app / "js" / "say" / f"{part}.js", text)
    write_text(app / "js" / "preprocessing" / "measured.js", _steps_module())
    web_manifest = app / "manifest.webmanifest"
    if web_manifest.exists():
        text = web_manifest.read_text(encoding="utf-8")
        write_text(web_manifest, app_manifest(text, language, words))


def _steps_module() -> str:
    """What each preprocessing step is worth, as the benchmark has measured it."""
    result = json.loads(sources.STEPS.read_text(encoding="utf-8"))["result"]
    measured = {name: result[name] for name in ("digits", "networks")}
    return f"export const MEASURED = {json.dumps(measured)};\n"
