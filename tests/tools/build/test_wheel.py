"""The wheel: reproducible, pure Python, only nnweb, and requiring only NumPy."""

import os
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from tools.build import sources
from tools.build import wheel as module
from tools.build.sources import BuildError
from tools.build.wheel import _copy_source, build_wheel, cached_wheel, check_wheel
from tools.runtime.fetch import fetch, load_lock


@pytest.fixture(scope="module")
def stdlib_zip():
    lock = load_lock()
    return fetch(lock["files"], log=lambda text: None)["python_stdlib.zip"]


@pytest.fixture(scope="module")
def wheel(stdlib_zip, tmp_path_factory):
    return build_wheel(tmp_path_factory.mktemp("a"), load_lock(), stdlib_zip)


def test_the_environment_does_not_change_its_bytes(
    wheel, stdlib_zip, tmp_path, monkeypatch
):
    if os.name != "nt":  # where pyodide-build needs no make, and there is no umask
        programs = tmp_path / "bin"
        programs.mkdir()
        for name in ("env", "sh"):
            (programs / name).symlink_to(shutil.which(name))
        monkeypatch.setenv("PATH", str(programs))  # no make
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    monkeypatch.setenv("PIP_CONSTRAINT", "/no/such/file")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setenv("CFLAGS", "-no-such-flag")
    monkeypatch.setenv("PYODIDE_ROOT", "/nowhere")
    umask = os.umask(0o077)

    try:
        other = build_wheel(tmp_path / "b", load_lock(), stdlib_zip)
    finally:
        os.umask(umask)

    assert other.name == wheel.name and other.read_bytes() == wheel.read_bytes()


def test_a_damaged_wheel_in_the_cache_is_built_again(wheel, tmp_path, monkeypatch):
    def build_wheel(out, *_):
        return Path(shutil.copy(wheel, out))

    monkeypatch.setattr(module, "build_wheel", build_wheel)
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    (tmp_path / "nnweb").mkdir()
    for name in ("pyproject.toml", "LICENSE"):
        (tmp_path / name).touch()
    for name in ("requirements/build.txt", "tools/build/wheel.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    cached = cached_wheel(load_lock(), tmp_path, lambda text: None)
    cached.write_bytes(b"?")

    again = cached_wheel(load_lock(), tmp_path, lambda text: None)

    assert again.read_bytes() == wheel.read_bytes()


def test_it_is_pure_python_and_requires_only_numpy(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (info,) = {n.split("/")[0] for n in names if n.endswith("/METADATA")}
        metadata = archive.read(f"{info}/METADATA").decode()

    assert wheel.name.endswith("-py3-none-any.whl")
    assert {n.split("/")[0] for n in names} == {"nnweb", info}
    assert all(n.endswith(".py") for n in names if n.startswith("nnweb/"))
    assert {"nnweb/page/api.py", "nnweb/layers/dense.py"} <= set(names)
    required = re.findall(r"^Requires-Dist: (.*)$", metadata, re.MULTILINE)
    assert [r for r in required if "extra ==" not in r] == ["numpy>=2.1"]


def write_wheel(path, requires=("numpy>=2",), **files):
    with zipfile.ZipFile(path, "w") as archive:
        lines = [f"Requires-Dist: {requirement}\n" for requirement in requires]
        archive.writestr("nnweb-1.dist-info/METADATA", "Name: nnweb\n" + "".join(lines))
        archive.writestr("nnweb/page/api.py", "")
        for name in files.values():
            archive.writestr(name, "")
    return path


def test_a_wheel_that_the_page_could_not_load_is_refused(tmp_path):
    pure = tmp_path / "nnweb-1-py3-none-any.whl"

    check_wheel(write_wheel(pure))  # as it should be, with which the others differ
    check_wheel(write_wheel(pure, ["numpy>=2", 'rich ; extra == "cli"']))
    with pytest.raises(BuildError, match="got other tags, expected py3-none-any"):
        check_wheel(write_wheel(tmp_path / "nnweb-1-cp314-cp314-linux_x86_64.whl"))
    with pytest.raises(BuildError, match="requires .*scipy.* expected only NumPy"):
        check_wheel(write_wheel(pure, ["numpy>=2", "scipy"]))
    for stray in ("nnweb/data.bin", "tests/nnweb/page/test_api.py", "run.py"):
        with pytest.raises(
            BuildError, match=rf"contains {stray}, expected nnweb/\*\.py"
        ):
            check_wheel(write_wheel(pure, stray=stray))


def test_other_files_of_the_checkout_are_not_in_the_wheel(tmp_path, monkeypatch):
    root = tmp_path / "serve" / "cli"  # names of folders that are left out
    for name in (
        "nnweb/a.py",
        "nnweb/cli/b.py",
        "nnweb/serve/c.py",
        "nnweb/a.py.orig",
        "nnweb/__pycache__/a.pyc",
        "x.py",
        "pyproject.toml",
        "LICENSE",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    monkeypatch.setattr(sources, "ROOT", root)

    source = _copy_source(tmp_path / "source")

    files = {p.relative_to(source).as_posix() for p in source.rglob("*") if p.is_file()}
    assert files == {"pyproject.toml", "LICENSE", "nnweb/a.py"}


def test_a_failed_build_shows_what_pyodide_build_said(
    stdlib_zip, tmp_path, monkeypatch
):
    (tmp_path / "nnweb").mkdir()
    (tmp_path / "LICENSE").touch()
    (tmp_path / "pyproject.toml").write_text("no toml at all")
    monkeypatch.setattr(sources, "ROOT", tmp_path)

    with pytest.raises(BuildError, match=r"(?s)pyodide build has failed:\n.*pyproject"):
        build_wheel(tmp_path / "out", load_lock(), stdlib_zip)
    assert not (tmp_path / "out").exists()
