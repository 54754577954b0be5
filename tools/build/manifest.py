"""js/manifest.js: tells the page which files were built, and where they are.

site/js/manifest.d.ts describes it. Paths are relative to the folder js of the app.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nnweb_site.networks import entries
from tools.build.bundle import WORKERS, App, Scripts
from tools.build.hashes import browser_integrity
from tools.build.wheel import LOCK
from tools.faststart.build import CORE, SNAPSHOT, WASM, Manifest

_DEFAULT_MODEL = "cnn"  # comes first, if it is there


def text(**constants: Any) -> str:
    """The module with these constants; ``scripts`` adds the rest."""
    lines = ["// Made by tools/build/manifest.py."]
    lines += [
        f"export const {name} = {json.dumps(value, indent=1)};"
        for name, value in constants.items()
    ]
    return "\n".join(lines) + "\n"


def scripts(folder: Path, names: Scripts, others: dict[str, App]) -> str:
    """The lines about scripts: the workers, and what pads load in each language.

    ``folder`` has the scripts; they do not import what this is part of into themselves.
    ``others`` are the apps in the other languages.
    """

    def located(module: str, app: App | None = None) -> dict[str, str]:
        js, before = folder, ""
        if app is not None:
            js, before = app.folder / "js", f"{base(app.folder)}js/"
        name = names.files[module]
        return {"file": before + name, "integrity": browser_integrity(js / name)}

    workers = {
        name.removesuffix("-worker"): located(module)
        for name, module in WORKERS.items()
    }
    number = "embed/number/number.js"
    texts = {code: located("embed/text.js", app) for code, app in others.items()}
    numbers = {"": located(number)}
    numbers |= {code: located(number, app) for code, app in others.items()}
    return (
        f"export const WORKERS = {json.dumps(workers)};\n"
        f"export const LANGUAGES = {json.dumps(texts)};\n"
        f"export const NUMBER_PADS = {json.dumps(numbers)};\n"
        "export function resolveUrl(path) {\n"
        "  return new URL(path, import.meta.url);\n"
        "}\n"
        'export const sitePath = () => resolveUrl("../../").pathname;\n'
    )


def base(folder: Path) -> str:
    """The URL of a folder of dist."""
    return f"../../{folder.name}/"


def models(folder: Path) -> list[dict[str, Any]]:
    names = sorted(folder.iterdir(), key=lambda p: (p.stem != _DEFAULT_MODEL, p.stem))
    return entries(names)


def runtime(folders: Iterable[Path], roles: dict[str, Any]) -> dict[str, Any]:
    """The runtime's files, the first folder being that of Pyodide."""
    bases = [base(folder) for folder in folders]
    files = [
        {"base": url, **_file(path)}
        for url, folder in zip(bases, folders, strict=True)
        for path in sorted(folder.iterdir())
    ]
    first = first_files(roles)
    first_bytes = sum(file["size"] for file in files if file["file"] in first)
    return {"base": bases[0], "files": files, "firstBytes": first_bytes, **roles}


def roles(library: str, wheels: list[str], quick: Manifest | None) -> dict[str, Any]:
    """Which file of the runtime is for what; manifest.d.ts has the fields.

    ``library`` and ``wheels`` are the whole ones.
    """
    common: dict[str, Any] = {"core": CORE, "wasm": WASM, "lock": LOCK}
    whole = {"library": library, "wheels": wheels}
    if quick is None:
        return {**common, "compiled": False, **whole, "rest": None, "snapshot": None}
    return {
        **common,
        "compiled": True,
        "library": quick.library.name,
        "wheels": [path.name for path in quick.wheels.values()],
        "rest": whole,
        "snapshot": {
            "memory": SNAPSHOT,
            "header": quick.header,
            "wasm": {"first": quick.first.name, "deferred": quick.deferred.name},
            "modules": [
                {"file": file.name, "path": path} for file, path in quick.modules
            ],
            "late": {name: path.name for name, path in quick.late.items()},
        },
    }


def first_files(roles: dict[str, Any]) -> set[str]:
    """The runtime's files that a first visit downloads."""
    snapshot = roles["snapshot"]
    if snapshot is None:
        return {*CORE, WASM, LOCK, roles["library"], *roles["wheels"]}
    modules = (module["file"] for module in snapshot["modules"])
    return {*CORE, snapshot["wasm"]["first"], snapshot["memory"], *modules}


def late_files(roles: dict[str, Any]) -> set[str]:
    """The runtime's files that Python may need at any time, offline as well."""
    snapshot = roles["snapshot"]
    if snapshot is None:
        return set()
    own = roles["rest"]["wheels"][-1]  # see addWheel in full-library.js
    return {snapshot["wasm"]["deferred"], own, *snapshot["late"].values()}


def _file(path: Path) -> dict[str, Any]:
    return {
        "file": path.name,
        "size": path.stat().st_size,
        "integrity": browser_integrity(path),
    }
