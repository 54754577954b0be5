"""Build nnweb's wheel for Pyodide with pyodide-build: the same bytes every time.

pyodide-build needs a cross-build environment, a download with a compiler's headers. A
pure Python package needs none of that, so we make a minimal one from the pinned
Pyodide's own files. The build needs no network.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from typing import Any

from nnweb_site.hashes import file_hash
from tools.build import sources
from tools.build.hashes import fingerprint
from tools.build.sources import BuildError

LOCK = "pyodide-lock.json"
EPOCH = "1767225600"  # 2026-01-01: the date of all files in the wheel
# Kept of the environment; a PIP_CONSTRAINT, CFLAGS or PYTHONPATH must not matter.
_KEPT = ("LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE")
_NOT_IN_THE_PAGE = ("cli", "serve")  # folders of nnweb/
_SYSCONFIG = "_sysconfigdata__emscripten_wasm32-emscripten.py"


def cached_wheel(
    lock: dict[str, Any], stdlib_zip: Path, log: Callable[[str], None]
) -> Path:
    """nnweb's wheel, built unless the last build had the same sources.

    ``lock`` is tools/runtime/lock.json, ``stdlib_zip`` the pinned python_stdlib.zip.
    """
    root = sources.ROOT
    paths = [*(root / "nnweb").rglob("*.py"), root / "tools" / "build" / "wheel.py"]
    others = ("pyproject.toml", "LICENSE", "requirements/build.txt")
    paths += [root / name for name in others]
    wheels = root / ".build" / "wheels"
    folder = wheels / f"{fingerprint(paths)[:12]}-{lock['pyodide']}"
    if not _is_whole(folder):
        log("compiling the wheel")
        shutil.rmtree(wheels, ignore_errors=True)  # the wheels of older sources
        with tempfile.TemporaryDirectory() as scratch:
            wheel = build_wheel(Path(scratch), lock, stdlib_zip)
            part = folder.with_suffix(".part")
            part.mkdir(parents=True)
            shutil.copyfile(wheel, part / wheel.name)
            (part / "SHA256").write_text(file_hash(wheel))
            part.rename(folder)
    return next(folder.glob("*.whl"))


def _is_whole(folder: Path) -> bool:
    """Whether the folder has its wheel, as it was built."""
    try:
        (wheel,) = folder.glob("*.whl")
        return file_hash(wheel) == (folder / "SHA256").read_text()
    except (OSError, ValueError):
        return False


def write_pyodide_lock(base: dict[str, Any], wheel: Path, path: Path) -> None:
    """Write pyodide-lock.json: ``base`` with nnweb's wheel and its hash."""
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


def build_wheel(out: Path, lock: dict[str, Any], stdlib_zip: Path) -> Path:
    """Build the wheel into ``out`` and return its path."""
    # The copy's path has no spaces, and it has no build artefacts of the checkout.
    with tempfile.TemporaryDirectory(prefix="nnweb-wheel-") as scratch:
        source = _copy_source(Path(scratch) / "source")
        env = _cross_build_environment(Path(scratch), lock, stdlib_zip)
        built = Path(scratch) / "out"
        _pyodide_build(source, built, env)
        wheels = list(built.iterdir())
        if len(wheels) != 1:
            names = [path.name for path in wheels]
            raise BuildError(f"pyodide build: got {names}, expected one wheel")
        check_wheel(wheels[0])
        out.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(wheels[0], out))


def check_wheel(wheel: Path) -> None:
    """Raise BuildError unless it is pure Python, only nnweb, and requires only NumPy.

    The page could not load anything else, or would have to download more.
    """
    if not wheel.name.endswith("-py3-none-any.whl"):
        raise BuildError(f"{wheel.name}: got other tags, expected py3-none-any")
    with zipfile.ZipFile(wheel) as archive:
        info = "-".join(wheel.name.split("-")[:2]) + ".dist-info/"
        for name in archive.namelist():
            is_source = name.startswith("nnweb/") and name.endswith(".py")
            if not is_source and not name.startswith(info):
                raise BuildError(f"{wheel.name}: contains {name}, expected nnweb/*.py")
        metadata = message_from_bytes(archive.read(f"{info}METADATA"))
    required = [
        requirement
        for requirement in metadata.get_all("Requires-Dist", [])
        if "extra ==" not in requirement
    ]
    if len(required) != 1 or not required[0].startswith("numpy"):
        raise BuildError(f"{wheel.name}: requires {required}, expected only NumPy")


def _copy_source(target: Path) -> Path:
    """Copy the wheel's sources, and nothing else."""
    target.mkdir()
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(sources.ROOT / name, target)
    for path in (sources.ROOT / "nnweb").rglob("*.py"):
        relative = path.relative_to(sources.ROOT)
        if relative.parts[1] in _NOT_IN_THE_PAGE:
            continue
        copy = target / relative
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return target


def _cross_build_environment(
    scratch: Path, lock: dict[str, Any], stdlib_zip: Path
) -> dict[str, str]:
    """The environment variables for a PYODIDE_ROOT that has no compiler."""
    root = scratch / "xbuildenv" / "pyodide-root"
    sysconfig = root / "cpython" / "sysconfigdata"
    sysconfig.mkdir(parents=True)
    (root / "dist").mkdir()
    with zipfile.ZipFile(stdlib_zip) as archive:
        (sysconfig / _SYSCONFIG).write_bytes(archive.read(_SYSCONFIG))
    (root.parent / "requirements.txt").write_text("")
    # pyodide-build asks make for the variables of Makefile.envs. They are in the
    # environment already, so a script replaces make.
    (root / "Makefile.envs").write_text("")
    programs = scratch / "bin"
    programs.mkdir()
    (programs / "make").write_text("#!/bin/sh\nexec env\n")
    (programs / "make").chmod(0o755)
    info = lock["lock"]["info"]
    major, minor, micro = info["python"].split(".")
    scripts = str(Path(sys.executable).parent)
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {
        **kept,
        "PATH": os.pathsep.join([str(programs), scripts, os.environ.get("PATH", "")]),
        "HOME": str(scratch),  # where pyodide-build looks for a cross-build environment
        "PYODIDE_ROOT": str(root),
        "SKIP_EMSCRIPTEN_VERSION_CHECK": "1",
        "SOURCE_DATE_EPOCH": EPOCH,
        "PYODIDE_VERSION": lock["pyodide"],
        "PYODIDE_ABI_VERSION": info["abi_version"],
        "PYODIDE_EMSCRIPTEN_VERSION": (
            info["platform"].removeprefix("emscripten_").replace("_", ".")
        ),
        "PYVERSION": info["python"],
        "PYMAJOR": major,
        "PYMINOR": minor,
        "PYMICRO": micro,
        "PLATFORM_TRIPLET": "wasm32-emscripten",
        "SYSCONFIG_NAME": _SYSCONFIG.removesuffix(".py"),
        "CPYTHONINSTALL": str(root / "cpython"),
        "TARGETINSTALLDIR": str(root / "cpython"),
        "SYSCONFIGDATA_DIR": str(sysconfig),
        "PYTHONINCLUDE": str(root / "cpython" / "include"),
        "CFLAGS_BASE": "",
        "CXXFLAGS_BASE": "",
        "LDFLAGS_BASE": "",
    }


def _pyodide_build(source: Path, out: Path, env: dict[str, str]) -> None:
    scripts = Path(sys.executable).parent
    pyodide = shutil.which("pyodide", path=str(scripts))
    if pyodide is None:
        raise BuildError(f"no pyodide command in {scripts}; run run.py build")
    command = [pyodide, "build", ".", "-o", str(out), "--no-isolation"]
    done = subprocess.run(command, cwd=source, env=env, capture_output=True, text=True)
    if done.returncode:
        raise BuildError(f"pyodide build has failed:\n{done.stdout}{done.stderr}")
