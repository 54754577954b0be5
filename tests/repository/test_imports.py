"""Imports run one way between the folders of the package, the page and the tools.

The rules name folders, never files: a new file in a folder needs no edit here.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import nnweb

ROOT = Path(__file__).resolve().parents[2]

# A folder may import from the lines above its own, and from its own files; folders that
# share a line do not import each other. "" is the files that lie in the root itself.
PACKAGE = """
errors
initializers matmul
layers
network architecture
weights images
recognize
__init__
weights/convert data
data/augment
evaluation
training
page
page/lab page/playground
cli
__main__
"""
PAGE = """
text
shell
boot
worker
pad
answer
input networks preprocessing share
lab
lab/worker
lab/networks
lab/inspect lab/teach
lab/python lab/tour lab/train
embed
.
"""
TOOLS = """
runtime
faststart
build
dev
bench
"""
# The start of the page needs these and NumPy, and nothing else.
IN_THE_PAGE = {
    *("errors", "initializers", "matmul", "layers", "network", "architecture"),
    *("weights", "images", "recognize", "page", "__init__"),
}
OPTIONAL = {"rich", "PIL", "matplotlib", "onnx", "onnxruntime"}
NEEDS_PILLOW = "nnweb/images/files.py"  # reads picture files, on the command line only

# A static import, an export of another module's, or an import that is made when needed.
_JS_IMPORT = re.compile(
    r'^(?! \*|/\*\*)[^\n]*?\b(from |import |import\()"(\.\.?/[^"]+)"', re.MULTILINE
)


def ranks(order: str) -> dict[str, int]:
    lines = order.strip().splitlines()
    return {folder: rank for rank, line in enumerate(lines) for folder in line.split()}


def python_imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, anywhere in it, as a dotted name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def package_folder(dotted: str) -> str | None:
    """The place in the package of an imported name, None if it is another's."""
    top, *parts = dotted.split(".")
    if top != "nnweb":
        return None
    while parts and not any(
        (ROOT / "nnweb" / "/".join(parts)).with_suffix(suffix).exists()
        for suffix in (".py", "")
    ):
        parts.pop()  # the name of a function or class
    if not parts:
        return "__init__"
    return folder_of(
        "/".join(parts), is_folder=(ROOT / "nnweb" / "/".join(parts)).is_dir()
    )


def folder_of(place: str, *, is_folder: bool) -> str:
    return place if is_folder else posixpath.dirname(place) or place


def package_files() -> list[Path]:
    return sorted((ROOT / "nnweb").rglob("*.py"))


def place(path: Path) -> str:
    """The folder of a file of the package; a file in its root is one by itself."""
    relative = path.relative_to(ROOT / "nnweb").with_suffix("").as_posix()
    return folder_of(relative, is_folder=False)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def why_not(order: dict[str, int], importer: str, imported: str) -> str:
    """What is wrong with an import from one folder to another; "" if nothing is."""
    for folder in (importer, imported):
        if folder not in order:
            return f"{folder}/ has no line in the order"
    if importer == imported or order[imported] < order[importer]:
        return ""
    return f"{importer}/ may not import from {imported}/"


# --- the package ----------------------------------------------------------------------


@pytest.mark.parametrize("path", package_files(), ids=named)
def test_the_package_imports_one_way_between_its_folders(path):
    order = ranks(PACKAGE)
    found = {package_folder(name) for name in python_imports(path)} - {None}

    problems = [why_not(order, place(path), folder) for folder in found]

    assert not any(problems), problems


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in package_files()
        if place(path) in IN_THE_PAGE and named(path) != NEEDS_PILLOW
    ],
    ids=named,
)
def test_what_the_page_starts_with_needs_numpy_alone(path):
    for name in python_imports(path):
        assert name.split(".")[0] not in OPTIONAL, name
        folder = package_folder(name)
        assert folder is None or folder in IN_THE_PAGE, name


def test_the_package_does_not_know_where_it_runs():
    for path in package_files():
        text = path.read_text(encoding="utf-8")
        tops = {name.split(".")[0] for name in python_imports(path)}
        assert not tops & {"js", "pyodide", "pyodide_js", "tools", "tests"}, path
        assert "sys.platform" not in text and "emscripten" not in text.lower(), path


def test_every_public_name_exists():
    assert all(hasattr(nnweb, name) for name in nnweb.__all__)


# --- the tools ------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((ROOT / "tools").rglob("*.py")), ids=named)
def test_the_tools_import_one_way_between_their_folders(path):
    order = ranks(TOOLS)
    importer = path.relative_to(ROOT / "tools").parts[0]
    for name in python_imports(path):
        top, *rest = name.split(".")
        assert top != "tests", name
        if top == "tools" and len(rest) > 1:
            assert not why_not(order, importer, rest[0]), name


# --- the page -------------------------------------------------------------------------


def scripts() -> list[Path]:
    return sorted((ROOT / "site" / "js").rglob("*.js"))


def js_folder(path: Path) -> str:
    return path.parent.relative_to(ROOT / "site" / "js").as_posix()


def js_imports(path: Path) -> Iterator[tuple[Path, bool]]:
    """The modules of site/js that one imports, and whether it does so on demand.

    Modules that the build makes (manifest.js, say/) are below all folders.
    """
    for kind, name in _JS_IMPORT.findall(path.read_text(encoding="utf-8")):
        target = Path(posixpath.normpath(path.parent / name))
        if target.exists() and target.is_relative_to(ROOT / "site" / "js"):
            yield target, kind == "import("


@pytest.mark.parametrize("path", scripts(), ids=named)
def test_the_page_imports_one_way_between_its_folders(path):
    order = ranks(PAGE)
    for target, on_demand in js_imports(path):
        importer, imported = js_folder(path), js_folder(target)
        if on_demand and imported.startswith(f"{importer}/"):
            continue  # a folder opens its own subfolders
        assert not why_not(order, importer, imported), named(target)


def reached(*entries: str) -> set[Path]:
    """Modules with all that they import, at any remove, at once or on demand."""
    found: set[Path] = set()
    wanted = [ROOT / "site" / "js" / name for name in entries]
    while wanted:
        path = wanted.pop()
        if path not in found:
            found.add(path)
            wanted += [target for target, _ in js_imports(path)]
    return found


WINDOW = ("main.js", "embed/digit-pad.js", "shell/theme.js", "shell/start-check.js")
WORKERS = ("worker/worker.js", "lab/worker/worker.js", "lab/python/worker.js")


def test_every_module_of_the_page_is_used():
    assert reached(*WINDOW, *WORKERS) == set(scripts())


def test_window_and_workers_share_messages_and_downloads_alone():
    shared = reached(*WINDOW) & reached(*WORKERS)

    data = {"input"}  # what MNIST is; the training worker reads it
    assert {js_folder(path) for path in shared} <= {"worker", "boot", *data}


def test_only_the_start_and_the_workers_touch_pyodide():
    touching = {
        js_folder(path)
        for path in scripts()
        if re.search(r"\bpyodide\b|loadPyodide", path.read_text(encoding="utf-8"))
    }

    assert touching <= {"boot", "worker"}
