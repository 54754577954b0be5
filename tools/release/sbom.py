"""Write the bill of materials of the site and the package, as CycloneDX 1.6 JSON.

Source: https://cyclonedx.org/docs/1.6/json/. Versions and hashes come from the lock
file, licences from the projects (CREDITS.md).
"""

import json
import time
import uuid
from collections import defaultdict
from pathlib import Path
from typing import Any

from nnweb_site.hashes import file_hash
from tools.build import sources
from tools.runtime.fetch import load_lock

Component = dict[str, Any]

#: SPDX identifiers.
LICENSES = {
    "pyodide": "MPL-2.0",
    "cpython": "PSF-2.0",
    "emscripten": "MIT",
    "numpy": "BSD-3-Clause",
    "uplot": "MIT",
}
#: Files of assets/ that are shipped, or that shipped files are made from.
_DATA = {
    "MNIST": ("mnist/*.gz", "CC-BY-SA-3.0"),
    "Pen-Based Recognition of Handwritten Digits": ("pens/*.npz", "CC-BY-4.0"),
}


def write_sbom(path: Path, version: str, date: int) -> None:
    """Write the bill of materials of nnweb ``version``, made at ``date`` (seconds)."""
    bom = make_sbom(version, date)
    path.write_text(json.dumps(bom, indent=1) + "\n", encoding="utf-8", newline="\n")


def make_sbom(version: str, date: int) -> dict[str, Any]:
    """Return the bill of materials; the same sources give the same serial number."""
    components = [*_software(load_lock()), *_data(), *_networks()]
    content = json.dumps([version, components], sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(date)),
            "component": {
                "type": "application",
                "bom-ref": "nnweb",
                "name": "nnweb",
                "version": version,
                "purl": f"pkg:pypi/nnweb@{version}",
                **_license("MIT"),
            },
        },
        "components": components,
        "dependencies": [
            {"ref": "nnweb", "dependsOn": [c["bom-ref"] for c in components]}
        ],
        # Pyodide's WebAssembly has C libraries, such as zlib, that no lock file names
        "compositions": [{"aggregate": "incomplete", "assemblies": ["pyodide"]}],
    }


def _software(lock: dict[str, Any]) -> list[Component]:
    """Return Pyodide with what it is made of, NumPy, and the page's libraries."""
    info, numpy = lock["lock"]["info"], lock["lock"]["packages"]["numpy"]
    files: dict[str, list[dict[str, Any]]] = defaultdict(list)
    versions = {
        "pyodide": lock["pyodide"],
        "cpython": info["python"],
        "emscripten": info["platform"].partition("_")[2].replace("_", "."),
        "numpy": numpy["version"],
    }
    for entry in lock["files"] + lock["vendor"]:
        if entry["file"] == numpy["file_name"]:
            name = "numpy"
        elif entry["file"] == "python_stdlib.zip":
            name = "cpython"
        else:
            name, _, version = entry["npm"][0].partition("@")
            versions[name] = version
        files[name].append(entry)
    kinds = {"numpy": "pypi", "cpython": "generic", "emscripten": "generic"}
    return [
        {
            "type": "library",
            "bom-ref": name,
            "name": name,
            "version": version,
            "purl": f"pkg:{kinds.get(name, 'npm')}/{name}@{version}",
            **_license(LICENSES[name]),
            "components": [_locked(entry) for entry in files[name]],
        }
        for name, version in versions.items()
    ]


def _locked(entry: dict[str, Any]) -> Component:
    """Return a file of the lock file, with where it comes from."""
    return {
        **_file("file", entry["file"], entry["sha256"]),
        "externalReferences": [{"type": "distribution", "url": entry["url"]}],
    }


def _data() -> list[Component]:
    return [
        {
            "type": "data",
            "bom-ref": name,
            "name": name,
            **_license(spdx),
            "components": [
                _file("file", path.name, file_hash(path))
                for path in sorted((sources.ROOT / "assets").glob(pattern))
            ],
        }
        for name, (pattern, spdx) in _DATA.items()
    ]


def _networks() -> list[Component]:
    """Return the shipped networks, with the licences on their cards."""
    found = []
    for path in sorted(sources.MODELS.glob("*.json")):
        card = json.loads(path.read_text(encoding="utf-8"))["card"]
        network = _file("machine-learning-model", path.name, file_hash(path))
        licenses = [{"license": {"name": card["license"]}}]
        found.append({**network, "bom-ref": path.name, "licenses": licenses})
    return found


def _file(kind: str, name: str, sha256: str) -> Component:
    hashes = [{"alg": "SHA-256", "content": sha256}]
    return {"type": kind, "name": name, "hashes": hashes}


def _license(spdx: str) -> dict[str, Any]:
    return {"licenses": [{"license": {"id": spdx}}]}
