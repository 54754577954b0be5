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
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_EPOCH = "1767225600"  # 2026-01-01: the date that all files in the wheel bear
_SYSCONFIG = "_sysconfigdata__emscripten_wasm32-emscripten.py"

# The variables that pyodide-build reads from its Makefile; no compiler is called.
_MAKEFILE = """\
export PYVERSION ?= {python}
export PYODIDE_EMSCRIPTEN_VERSION ?= {emscripten}
export PYODIDE_VERSION ?= {pyodide}
export PYODIDE_ABI_VERSION ?= {abi}
export PLATFORM_TRIPLET=wasm32-emscripten
export SYSCONFIG_NAME=_sysconfigdata__emscripten_wasm32-emscripten
export PYMAJOR={major}
export PYMINOR={minor}
export PYMICRO={micro}
export CPYTHONINSTALL=$(PYODIDE_ROOT)/cpython
export SYSCONFIGDATA_DIR=$(CPYTHONINSTALL)/sysconfigdata/
export TARGETINSTALLDIR=$(CPYTHONINSTALL)
export PYTHONINCLUDE=$(CPYTHONINSTALL)/include
export CFLAGS_BASE=
export CXXFLAGS_BASE=
export LDFLAGS_BASE=

.output_vars:
\tset
"""


class WheelError(Exception):
    """pyodide-build has failed, or has made something else than was meant."""


def build_wheel(out: Path, lock: dict[str, Any], stdlib_zip: Path) -> Path:
    """Build the wheel into ``out`` and return its path.

    ``lock`` is runtime.lock.json, ``stdlib_zip`` the pinned python_stdlib.zip.
    """
    # a copy without spaces in its path, and without what builds leave in a checkout
    with tempfile.TemporaryDirectory(prefix="nnweb-wheel-") as scratch:
        source = _copy_source(Path(scratch) / "source")
        root = _cross_build_environment(Path(scratch), lock, stdlib_zip)
        built = Path(scratch) / "out"
        _pyodide_build(source, built, root)
        wheels = list(built.glob("*.whl"))
        if len(wheels) != 1 or not wheels[0].name.endswith("-py3-none-any.whl"):
            names = [wheel.name for wheel in wheels]
            raise WheelError(f"pyodide build: got {names}, expected a py3-none-any.whl")
        out.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(wheels[0], out))


def _copy_source(target: Path) -> Path:
    """What the wheel is made of, and nothing else."""
    target.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, target)
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "nnweb", target / "nnweb", ignore=ignore)
    return target


def _cross_build_environment(
    scratch: Path, lock: dict[str, Any], stdlib_zip: Path
) -> Path:
    """A PYODIDE_ROOT with no compiler in it."""
    root = scratch / "xbuildenv" / "pyodide-root"
    sysconfig = root / "cpython" / "sysconfigdata"
    sysconfig.mkdir(parents=True)
    (root / "dist").mkdir()
    with zipfile.ZipFile(stdlib_zip) as archive:
        (sysconfig / _SYSCONFIG).write_bytes(archive.read(_SYSCONFIG))
    info = lock["lock"]["info"]
    major, minor, micro = info["python"].split(".")
    makefile = _MAKEFILE.format(
        python=info["python"],
        emscripten=info["platform"].removeprefix("emscripten_").replace("_", "."),
        pyodide=lock["pyodide"],
        abi=info["abi_version"],
        major=major,
        minor=minor,
        micro=micro,
    )
    (root / "Makefile.envs").write_text(makefile)
    (root.parent / "requirements.txt").write_text("")
    return root


def _pyodide_build(source: Path, out: Path, root: Path) -> None:
    if shutil.which("make") is None:
        raise WheelError("pyodide build needs make on PATH; install make")
    scripts = str(Path(sys.executable).parent)
    env = {k: v for k, v in os.environ.items() if k != "PIP_CONSTRAINT"}
    env |= {
        "PATH": scripts + os.pathsep + env.get("PATH", ""),
        "PYODIDE_ROOT": str(root),
        "SKIP_EMSCRIPTEN_VERSION_CHECK": "1",
        "SOURCE_DATE_EPOCH": _EPOCH,
    }
    pyodide = shutil.which("pyodide", path=scripts)
    if pyodide is None:
        raise WheelError(f"there is no pyodide command in {scripts}; run run.py build")
    command = [pyodide, "build", ".", "-o", str(out), "--no-isolation"]
    done = subprocess.run(command, cwd=source, env=env, capture_output=True, text=True)
    if done.returncode:
        raise WheelError(f"pyodide build has failed:\n{done.stdout}{done.stderr}")
