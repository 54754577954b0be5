"""Imports run one way between the folders of the package, the page and the tools.

The rules name folders, never files: a new file in a folder needs no edit here.
"""

import ast
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import nnweb

ROOT = Path(__file__).resolve().parents[2]

# A folder may import from the lines above its own, and from its own files; folders on
# the same line do not import each other.
PACKAGE = """
errors
files initializers matmul shipped recognition
layers images
network architecture
weights
recognize
numbers
__init__
weights/convert data
data/augment
evaluation
training
page
page/lab page/playground
serve
cli
__main__
"""
PAGE = """
boot
text
shell
worker
pad
answer
input networks preprocessing share
lab
lab/worker
lab/networks
lab/inspect lab/teach
lab/python lab/tour lab/train
numbers
embed/number
embed
.
"""
TOOLS = """
runtime
fuzz
faststart
build
release
dev
bench
"""
# The start of the page needs these and NumPy, and nothing else.
IN_THE_PAGE = {
    *("errors", "initializers", "matmul", "layers", "network", "architecture"),
    *(
        "files",
        "weights",
        "images",
        "recognition",
        "recognize",
        "numbers",
        "page",
        "shipped",
    ),
    "__init__",
}
OPTIONAL = {"rich", "PIL", "matplotlib", "onnx", "onnxruntime"} | {
    *("starlette", "uvicorn")
}
NEEDS_PILLOW = "nnweb/images/files.py"  # reads picture files, on the command line only

# A static import, a re-export, or a dynamic import.
_JS_IMPORT = re.compile(
    r'^(?! \*|/\*\*)[^\n]*?\b(from |import |import\()"(\.\.?/[^"]+)"', re.MULTILINE
)


def ranks(order: str) -> dict[str, int]:
    lines = order.strip().splitlines()
    return {folder: rank for rank, line in enumerate(lines) for folder in line.split()}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python_imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, anywhere in it, as a dotted name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_files(path: Path) -> Iterator[Path]:
    """Yield the files of the package and the tools that a file imports."""
    for name in python_imports(path):
        while name and name not in PYTHON:
            name = name.rpartition(".")[0]  # a function or class, or another package
        if name:
            yield PYTHON[name]


def place(path: Path) -> str:
    """Return a file's folder in the order; a file in the package's root is its own."""
    top, *folders, name = path.relative_to(ROOT).parts
    if top == "tools":
        return folders[0] if folders else ""
    return "/".join(folders) or name.removesuffix(".py")


def violation(order: dict[str, int], importer: str, imported: str) -> str:
    """Describe an import between folders that breaks the order; "" if none does."""
    for folder in (importer, imported):
        if folder not in order:
            return f"{folder}/ has no line in the order"
    if importer == imported or order[imported] < order[importer]:
        return ""
    return f"{importer}/ may not import from {imported}/"


PYTHON = {
    named(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__"): path
    for top in ("nnweb", "tools")
    for path in sorted((ROOT / top).rglob("*.py"))
}
ORDERS = {"nnweb": ranks(PACKAGE), "tools": ranks(TOOLS)}


# --- the package and the tools --------------------------------------------------------


@pytest.mark.parametrize("path", PYTHON.values(), ids=named)
def test_python_imports_one_way_between_its_folders(path):
    top = named(path).split("/")[0]
    assert not any(name.startswith("tests") for name in python_imports(path))
    for target in imported_files(path):
        if named(target).startswith(f"{top}/"):
            assert not violation(ORDERS[top], place(path), place(target)), target


def package_files() -> list[Path]:
    return [path for name, path in PYTHON.items() if name.startswith("nnweb")]


def test_the_page_s_start_needs_only_numpy():
    for path in package_files():
        if place(path) in IN_THE_PAGE and named(path) != NEEDS_PILLOW:
            tops = {name.split(".")[0] for name in python_imports(path)}
            assert not tops & OPTIONAL, path
            assert {place(target) for target in imported_files(path)} <= IN_THE_PAGE


def test_the_package_runs_the_same_everywhere():
    for path in package_files():
        text = path.read_text(encoding="utf-8")
        tops = {name.split(".")[0] for name in python_imports(path)}
        assert not tops & {"js", "pyodide", "pyodide_js", "tools", "tests"}, path
        assert "sys.platform" not in text and "emscripten" not in text.lower(), path


def test_every_public_name_exists():
    assert all(hasattr(nnweb, name) for name in nnweb.__all__)


# --- the page -------------------------------------------------------------------------


def scripts() -> list[Path]:
    return sorted((ROOT / "site" / "js").rglob("*.js"))


def js_folder(path: Path) -> str:
    return path.parent.relative_to(ROOT / "site" / "js").as_posix()


def js_imports(path: Path) -> Iterator[tuple[Path, bool]]:
    """Yield the modules that a module imports, and whether it does so on demand.

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
        assert not violation(order, importer, imported), named(target)


def reached(*entries: str) -> set[Path]:
    """Return modules with everything that they import, directly or indirectly."""
    found: set[Path] = set()
    wanted = [ROOT / "site" / "js" / name for name in entries]
    while wanted:
        path = wanted.pop()
        if path not in found:
            found.add(path)
            wanted += [target for target, _ in js_imports(path)]
    return found


WINDOW = (
    *("main.js", "shell/theme.js", "shell/start-check.js"),
    *("embed/digit-pad.js", "embed/number/number.js"),
)
WORKERS = ("worker/worker.js", "lab/worker/worker.js", "lab/python/worker.js")


def test_every_module_of_the_page_is_used():
    assert reached(*WINDOW, *WORKERS) == set(scripts())


def test_window_and_workers_share_only_messages_and_downloads():
    shared = reached(*WINDOW) & reached(*WORKERS)

    data = {"input"}  # MNIST, which the training worker reads
    assert {js_folder(path) for path in shared} <= {"worker", "boot", *data}


def test_only_the_start_and_the_workers_touch_pyodide():
    touching = {
        js_folder(path)
        for path in scripts()
        if re.search(r"\bpyodide\b|loadPyodide", path.read_text(encoding="utf-8"))
    }

    assert touching <= {"boot", "worker"}
