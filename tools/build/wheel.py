"""Compile nnweb into its Pyodide wheel with pyodide-build: the same bytes every time.

pyodide-build wants a cross-build environment, a download with a compiler's headers. A
pure Python package needs none of that, so the environment is made here, out of the
pinned Pyodide's own files: the build is the same with a network and without.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_EPOCH = "1767225600"  # 2026-01-01: the date that all files in the wheel bear
_SYSCONFIG = "_sysconfigdata__emscripten_wasm32-emscripten.py"


class WheelError(Exception):
    """pyodide-build has failed, or has made something else than was meant."""


def build_wheel(out: Path, lock: dict[str, Any], stdlib_zip: Path) -> Path:
    """Build the wheel into ``out`` and return its path.

    ``lock`` is runtime.lock.json, ``stdlib_zip`` the pinned python_stdlib.zip.
    """
    # a copy without spaces in its path, and without what builds leave in a checkout
    with tempfile.TemporaryDirectory(prefix="nnweb-wheel-") as scratch:
        source = _copy_source(Path(scratch) / "source")
        env = _cross_build_environment(Path(scratch), lock, stdlib_zip)
        built = Path(scratch) / "out"
        _pyodide_build(source, built, env)
        wheels = list(built.iterdir())
        if len(wheels) != 1:
            names = [path.name for path in wheels]
            raise WheelError(f"pyodide build: got {names}, expected one wheel")
        check_wheel(wheels[0])
        out.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(wheels[0], out))


def check_wheel(wheel: Path) -> None:
    """Raise WheelError unless it is pure Python, holds nnweb alone, wants NumPy alone.

    Anything else could not be loaded by the page, or would be a download more.
    """
    if not wheel.name.endswith("-py3-none-any.whl"):
        raise WheelError(f"{wheel.name}: got other tags, expected py3-none-any")
    with zipfile.ZipFile(wheel) as archive:
        info = "-".join(wheel.name.split("-")[:2]) + ".dist-info/"
        for name in archive.namelist():
            is_source = name.startswith("nnweb/") and name.endswith(".py")
            if not is_source and not name.startswith(info):
                raise WheelError(f"{wheel.name}: holds {name}, expected nnweb/*.py")
        metadata = message_from_bytes(archive.read(f"{info}METADATA"))
    wants = [
        requirement
        for requirement in metadata.get_all("Requires-Dist", [])
        if "extra ==" not in requirement
    ]
    if len(wants) != 1 or not wants[0].startswith("numpy"):
        raise WheelError(f"{wheel.name}: requires {wants}, expected NumPy alone")


def _copy_source(target: Path) -> Path:
    """What the wheel is made of, and nothing else."""
    target.mkdir()
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, target)
    for path in (ROOT / "nnweb").rglob("*.py"):
        copy = target / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return target


def _cross_build_environment(
    scratch: Path, lock: dict[str, Any], stdlib_zip: Path
) -> dict[str, str]:
    """The variables of a build under a PYODIDE_ROOT with no compiler in it."""
    root = scratch / "xbuildenv" / "pyodide-root"
    sysconfig = root / "cpython" / "sysconfigdata"
    sysconfig.mkdir(parents=True)
    (root / "dist").mkdir()
    with zipfile.ZipFile(stdlib_zip) as archive:
        (sysconfig / _SYSCONFIG).write_bytes(archive.read(_SYSCONFIG))
    (root.parent / "requirements.txt").write_text("")
    # pyodide-build asks make for the variables of Makefile.envs. They are in the
    # environment already, and a machine without make can do this much.
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
        "HOME": str(scratch),  # where it would look for a cross-build environment
        "PYODIDE_ROOT": str(root),
        "SKIP_EMSCRIPTEN_VERSION_CHECK": "1",
        "SOURCE_DATE_EPOCH": _EPOCH,
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


# of the caller's environment; a PIP_CONSTRAINT, CFLAGS or PYTHONPATH must not matter
_KEPT = ("LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE")


def _pyodide_build(source: Path, out: Path, env: dict[str, str]) -> None:
    scripts = Path(sys.executable).parent
    pyodide = shutil.which("pyodide", path=str(scripts))
    if pyodide is None:
        raise WheelError(f"there is no pyodide command in {scripts}; run run.py build")
    command = [pyodide, "build", ".", "-o", str(out), "--no-isolation"]
    done = subprocess.run(command, cwd=source, env=env, capture_output=True, text=True)
    if done.returncode:
        raise WheelError(f"pyodide build has failed:\n{done.stdout}{done.stderr}")
