"""Runs inside Pyodide: write a small standard library and wheels, compiled.

They have only the modules loaded by now. The standard library ships as source, and
compiling it takes most of Python's start. Bytecode depends on the version of Python, so
Pyodide itself compiles it.
"""

import importlib._bootstrap_external as bootstrap
import sys
import zipfile
from pathlib import Path

OUT = Path("/out")
STDLIB = Path(f"/lib/python{sys.version_info[0]}{sys.version_info[1]}.zip")
SITE = Path(sys.modules["numpy"].__file__ or "").parent.parent
# Needed for tracebacks and warnings, whether or not the workload loaded them.
EXTRA = ("linecache", "tokenize", "traceback", "textwrap", "base64", "warnings")


def compiled(source: bytes, name: str) -> bytes:
    """An unchecked .pyc without asserts and most docstrings."""
    # numpy.ma, if it is mounted later, rewrites docstrings of some functions of NumPy,
    # and breaks where they are gone
    documented = (
        b"finalize_array_function_like" in source or b"def apply_over" in source
    )
    optimize = 1 if documented else 2
    code = compile(source, name, "exec", dont_inherit=True, optimize=optimize)
    made: bytes = bootstrap._code_to_hash_pyc(code, b"\0" * 8, False)  # type: ignore[attr-defined]
    return made


def add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a file with a fixed date, so that builds are reproducible."""
    info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    archive.writestr(info, data, zipfile.ZIP_DEFLATED, 9)


def loaded() -> dict[str, str]:
    """Files of the loaded modules, by module name."""
    files = {name: getattr(m, "__file__", None) for name, m in sys.modules.items()}
    return {name: file for name, file in files.items() if isinstance(file, str)}


def library(file_name: str) -> None:
    """Write the loaded modules of the standard library."""
    for name in EXTRA:
        __import__(name)
    inside = f"{STDLIB}/"
    wanted = {f.removeprefix(inside) for f in loaded().values() if f.startswith(inside)}
    with (
        zipfile.ZipFile(STDLIB) as source,
        zipfile.ZipFile(OUT / file_name, "w") as target,
    ):
        for name in sorted(wanted):
            add(target, f"{name}c", compiled(source.read(name), f"{inside}{name}"))


def wheel(package: str, file_name: str) -> None:
    """Write a wheel of the loaded modules of an installed package."""
    paths = {Path(f) for f in loaded().values() if f.startswith(f"{SITE}/{package}/")}
    with zipfile.ZipFile(OUT / file_name, "w") as target:
        for path in sorted(paths):
            name = path.relative_to(SITE).as_posix()
            if path.suffix == ".py":
                add(target, f"{name}c", compiled(path.read_bytes(), str(path)))
            else:
                add(target, name, path.read_bytes())
        info = next(SITE.glob(f"{package}-*.dist-info"))
        licences = sorted(info.glob("licenses/**/*")) or sorted(info.glob("LICENSE*"))
        for path in [info / "METADATA", info / "WHEEL", *licences]:
            if path.is_file():
                add(target, path.relative_to(SITE).as_posix(), path.read_bytes())
        add(target, f"{info.name}/RECORD", b"")


def side_modules() -> list[dict[str, str]]:
    """Copy the loaded side modules out; return them in the order of loading."""
    found = []
    for name, path in loaded().items():
        if path.startswith(f"{SITE}/") and path.endswith(".so"):
            file = f"{name.rpartition('.')[2]}.wasm"
            (OUT / file).write_bytes(Path(path).read_bytes())
            found.append({"file": file, "path": path})
    return found


# precompile.mjs sets JOB: {"library": file name, "wheels": {package: file name}}
RESULT = {"modules": side_modules()}
library(JOB["library"])  # type: ignore[name-defined]  # noqa: F821
for package, file_name in JOB["wheels"].items():  # type: ignore[name-defined]  # noqa: F821
    wheel(package, file_name)
