"""The order of the repository: who may import whom, one version everywhere, one map."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest

import nnweb

ROOT = Path(__file__).resolve().parents[2]

# Each line may import from those before it, and from its own.
ORDER = [
    {"errors"},
    {"initializers", "products"},
    {"layers"},
    {"network"},
    {"tensors", "architecture"},
    {"formats", "preprocess", "photos"},
    {"weights"},
    {"recognize", "steps"},
    {"losses", "optimizers", "schedules", "metrics", "web"},
    {"gradcheck"},
    {"datasets", "pictures"},
    {"settings", "batches", "evaluation"},
    {"augment", "training", "convert"},
    {"checkpoints", "corruptions", "report"},
    {"lab"},
    {"cli"},
    {"__main__"},
]
# What the page needs. The rest is for training and the command line.
IN_THE_PAGE = {name for line in ORDER[:8] for name in line} | {"web"}
STANDARD = {"rich", "PIL", "matplotlib", "onnx", "onnxruntime"}


def modules():
    for path in sorted((ROOT / "nnweb").rglob("*.py")):
        parts = path.relative_to(ROOT / "nnweb").with_suffix("").parts
        yield parts[0], path


def imported(path):
    """Every module that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "nnweb":
                yield from (f"nnweb.{alias.name}" for alias in node.names)
            else:
                yield node.module


def rank(name):
    return next(i for i, line in enumerate(ORDER) if name in line)


@pytest.mark.parametrize(
    ("name", "path"), modules(), ids=lambda v: getattr(v, "stem", v)
)
def test_imports_run_one_way(name, path):
    if name == "__init__":
        return

    for module in imported(path):
        top, *rest = module.split(".")
        if top == "nnweb" and rest and rest[0] != "__version__":
            assert rank(rest[0]) <= rank(name), f"{path.name} imports {module}"


def test_what_the_page_needs_imports_numpy_alone():
    for name, path in modules():
        if name not in IN_THE_PAGE:
            continue
        for module in imported(path):
            top, *rest = module.split(".")
            assert top not in STANDARD, f"{path.name} imports {module}"
            if top == "nnweb" and rest:
                assert rest[0] in IN_THE_PAGE, f"{path.name} imports {module}"


def test_the_model_does_not_know_where_it_runs():
    for _, path in modules():
        text = path.read_text(encoding="utf-8")
        for module in imported(path):
            assert module.split(".")[0] not in {"js", "pyodide", "pyodide_js"}, path
        assert "sys.platform" not in text and "emscripten" not in text.lower(), path


def test_tools_and_tests_are_never_imported_by_the_package():
    for _, path in modules():
        for module in imported(path):
            assert module.split(".")[0] not in {"tools", "tests"}, path


@pytest.mark.parametrize("path", ["nnweb", "tools", "tests", "site/js"])
def test_every_file_says_its_job_in_its_first_line(path):
    for file in (ROOT / path).rglob("*"):
        if "node_modules" in file.parts:
            continue
        if file.suffix == ".py":
            doc = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
            assert doc and len(doc.splitlines()[0]) > 10, file
        elif file.suffix == ".js":
            assert file.read_text(encoding="utf-8").startswith(
                ("// @ts-check\n/**",)
            ), file


def test_all_names_what_is_there():
    assert all(hasattr(nnweb, name) for name in nnweb.__all__)


def test_pyodide_and_numpy_have_one_version_each():
    lock = json.loads((ROOT / "tools" / "runtime.lock.json").read_text())
    numpy = lock["lock"]["packages"]["numpy"]

    for entry in lock["files"]:
        for where in (entry["url"], entry.get("npm", [""])[0]):
            for version in re.findall(r"pyodide@([\d.]+)|/v([\d.]+)/", where):
                assert "".join(version) == lock["pyodide"], where
        if entry["file"].startswith("numpy"):
            assert entry["file"] == numpy["file_name"]
            assert entry["sha256"] == numpy["sha256"]
            assert entry["file"].split("-")[1] == numpy["version"]


@pytest.mark.parametrize("folder", ["nnweb", "site", "tools"])
def test_no_other_file_names_a_pinned_version(folder):
    lock = json.loads((ROOT / "tools" / "runtime.lock.json").read_text())
    pinned = [lock["pyodide"], lock["lock"]["packages"]["numpy"]["version"]]

    for file in (ROOT / folder).rglob("*"):
        if file.suffix in {".py", ".js", ".ts", ".html"} and "tools/js" not in str(
            file
        ):
            text = file.read_text(encoding="utf-8")
            assert not any(version in text for version in pinned), file


def test_what_pyproject_asks_for_is_pinned():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = sum(extras["optional-dependencies"].values(), extras["dependencies"])

    pinned = re.findall(
        r"^([\w.-]+)==", (ROOT / "requirements" / "dev.txt").read_text(), re.MULTILINE
    )
    names = {re.match(r"[\w.-]+", name)[0].replace("_", "-") for name in asked}
    assert names - {"nnweb"} <= set(pinned)


def test_no_two_pins_differ():
    build, dev = (
        dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))
        for text in (
            (ROOT / "requirements" / f"{name}.txt").read_text()
            for name in ("build", "dev")
        )
    )

    node = re.findall(
        r"^(\S+)==(\S+)", (ROOT / "requirements/node.txt").read_text(), re.M
    )

    assert build and build.items() <= dev.items()
    assert node and set(node) <= dev.items()


def js_imports(name, seen=None):
    """A module of the page with all that it imports, at any remove, now or later."""
    seen = set() if seen is None else seen
    scripts = ROOT / "site" / "js"
    path = scripts / name
    if name not in seen and path.exists():  # manifest.js is made by the build
        seen.add(name)
        text = path.read_text(encoding="utf-8")
        for found in re.findall(
            r'^(?! \*|/\*\*)[^\n]*\b(?:from |import |import\()"(\.\.?/[^"]+)"',
            text,
            re.M,
        ):
            target = (path.parent / found).resolve()
            if target.is_relative_to(scripts):
                js_imports(target.relative_to(scripts).as_posix(), seen)
    return seen


def test_worker_and_window_share_the_protocol_and_how_files_come_alone():
    window, worker = js_imports("main.js"), js_imports("worker.js")
    trainer = js_imports("lab/trainer.js")
    workshop = js_imports("lab/python/worker.js")
    helper = js_imports("lab/helper.js")

    for ours in (worker, trainer, workshop, helper):
        # what MNIST is, the lab may want on both sides; to its helper, the lab's worker
        # is what the window is to that; and for its own worker the window fetches ahead
        both = {"mnist.js"}
        both |= {"engine.js", "ahead.js"} if ours is trainer else set()
        both |= {"ahead.js"} if ours is worker else set()
        fetching = {"download.js", "inflate.js", "making.js", "runtime.js", "unzip.js"}
        assert window & ours - both == {"protocol.js", *fetching}
        assert "python.js" in ours and "python.js" not in window
    assert "engine.js" in window and "lab/train.js" in window
    scripts = ROOT / "site" / "js"
    modules = {path.relative_to(scripts).as_posix() for path in scripts.rglob("*.js")}
    # each is used by somebody: theme.js by index.html, before any module
    embedded = js_imports("embed/digit-pad.js")
    assert "engine.js" in embedded and "python.js" not in embedded
    assert modules == window | embedded | worker | trainer | workshop | helper | {
        "theme.js"
    }


def test_pyodide_is_touched_in_python_js_and_in_its_ways_to_start_alone():
    touching = {
        path.name
        for path in (ROOT / "site" / "js").rglob("*.js")
        if re.search("pyodide|loadPyodide", path.read_text(encoding="utf-8"))
    }

    assert touching == {
        "python.js",
        "recognizer.js",
        "image.js",
        "folders.js",
        "packages.js",
        "snapshot.js",
        "whole.js",
        "facade.js",
    }


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_path_in_a_map_or_a_link_exists(name):
    text = (ROOT / name).read_text(encoding="utf-8")

    paths = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
    for block in re.findall(r"```text\n(.*?)```", text, re.DOTALL):
        folder = ""
        for indent, name_in_map in re.findall(r"^( *)(\S+) ", block, re.MULTILINE):
            folder = folder if indent else name_in_map
            paths.append(f"{folder}{name_in_map}" if indent else name_in_map)

    for path in paths:
        if not path.startswith(("dist", ".venv")):
            assert (ROOT / path).exists(), f"{name}: {path}"
