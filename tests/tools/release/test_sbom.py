"""The bill of materials has all that is shipped, with hashes and licences."""

import json

from nnweb_site.hashes import file_hash
from tools.build.sources import MODELS, ROOT
from tools.release.sbom import LICENSES, make_sbom, write_sbom
from tools.runtime.fetch import load_lock

DATE = 1_767_225_600


def every(component):
    yield component
    for part in component.get("components", []):
        yield from every(part)


def test_every_locked_file_and_every_network_is_listed_with_its_hash():
    listed = {
        (part["name"], part["hashes"][0]["content"])
        for part in every(make_sbom("7", DATE))
        if "hashes" in part
    }

    lock = load_lock()
    locked = {(e["file"], e["sha256"]) for e in lock["files"] + lock["vendor"]}
    networks = {(path.name, file_hash(path)) for path in MODELS.glob("*.json")}
    assert locked | networks < listed


def test_every_part_has_a_licence_and_the_software_a_version():
    parts = {part["name"]: part for part in make_sbom("7", DATE)["components"]}

    assert all(part["licenses"] for part in parts.values())
    assert {*LICENSES, "MNIST", "cnn.json"} < set(parts)
    lock = load_lock()
    assert parts["pyodide"]["version"] == lock["pyodide"]
    assert parts["cpython"]["version"] == lock["lock"]["info"]["python"]
    assert parts["numpy"]["version"] == lock["lock"]["packages"]["numpy"]["version"]
    assert parts["uplot"]["purl"] == f"pkg:npm/uplot@{parts['uplot']['version']}"


def test_the_licences_are_those_of_the_credits():
    text = (ROOT / "CREDITS.md").read_text(encoding="utf-8")

    for name in ("Pyodide", "CPython", "NumPy", "uPlot"):
        after = text[text.index(name) :]
        found = after[after.index("(") :] if name == "CPython" else after
        assert LICENSES[name.lower()] in found[:90], name


def test_the_serial_number_depends_on_the_content_only(tmp_path):
    for name, version in (("a", "7"), ("b", "7"), ("c", "8")):
        write_sbom(tmp_path / name, version, DATE)

    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b
    assert json.loads(a)["serialNumber"] != json.loads(c)["serialNumber"]
