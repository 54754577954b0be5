"""Pyodide, NumPy and every package have one pinned version each."""

import json
import re
import tomllib
from pathlib import Path

import pytest

import nnweb

ROOT = Path(__file__).resolve().parents[2]
LOCK = json.loads((ROOT / "tools/runtime/lock.json").read_text(encoding="utf-8"))
NUMPY = LOCK["lock"]["packages"]["numpy"]


def pinned(name: str) -> dict[str, str]:
    """Each package of requirements/NAME.txt with its version."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))


def test_pyodide_and_numpy_have_one_version_each():
    for entry in LOCK["files"]:
        for where in (entry["url"], entry.get("npm", [""])[0]):
            for version in re.findall(r"pyodide@([\d.]+)|/v([\d.]+)/", where):
                assert "".join(version) == LOCK["pyodide"], where
        if entry["file"].startswith("numpy"):
            assert entry["file"] == NUMPY["file_name"]
            assert entry["sha256"] == NUMPY["sha256"]
            assert entry["file"].split("-")[1] == NUMPY["version"]


@pytest.mark.parametrize("folder", ["nnweb", "site", "tools"])
def test_no_other_file_names_a_pinned_version(folder):
    for file in (ROOT / folder).rglob("*"):
        if file.suffix in {".py", ".js", ".ts", ".html"} and "npm" not in file.parts:
            text = file.read_text(encoding="utf-8")
            for version in (LOCK["pyodide"], NUMPY["version"]):
                assert version not in text, file


def test_the_version_of_nnweb_is_in_one_file():
    version = re.compile(rf"(?<![\d.]){re.escape(nnweb.__version__)}(?![\d.])")
    files = [ROOT / "pyproject.toml", ROOT / "README.md", *ROOT.glob("docs/*.md")]
    for folder in ("nnweb", "site", "tools"):
        for path in (ROOT / folder).rglob("*"):
            parts = path.relative_to(ROOT).parts
            if path.suffix in {".py", ".js", ".html", ".toml"} and (
                "node_modules" not in parts
            ):
                files.append(path)

    found = [p for p in files if version.search(p.read_text(encoding="utf-8"))]

    assert found == [ROOT / "nnweb" / "__init__.py"]


def test_the_requirements_of_pyproject_are_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    required = sum(project["optional-dependencies"].values(), project["dependencies"])

    names = {re.match(r"[\w.-]+", name)[0].replace("_", "-") for name in required}
    assert names - {"nnweb", "nnweb-site"} <= set(pinned("dev"))


def test_no_package_is_pinned_to_two_versions():
    build, dev, node = pinned("build"), pinned("dev"), pinned("node")

    assert build and build.items() <= dev.items()
    assert node and node.items() <= dev.items()
