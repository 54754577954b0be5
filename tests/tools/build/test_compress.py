"""Compressed companions: which files get them, and what is in them."""

import gzip
import shutil
import subprocess

import pytest

from tests.tools.build.conftest import quiet
from tools.build.compress import SNAPSHOT, compress
from tools.runtime import fetch, node

TEXT = b"export const words = 'the same again, ';\n" * 200


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("NNWEB_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "app"
    (folder / "js").mkdir(parents=True)
    (folder / "js" / "main.js").write_bytes(TEXT)
    (folder / "digits.bin").write_bytes(TEXT)
    (folder / "short.json").write_bytes(b"{}")
    (folder / SNAPSHOT).write_bytes(gzip.compress(TEXT * 2))
    return folder


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}


def decompressed(path):
    """The contents of a .br file, by Node."""
    code = "process.stdout.write(zlib.brotliDecompressSync(fs.readFileSync(0)))"
    with path.open("rb") as file:
        done = subprocess.run(
            [node.node(), "-e", code], stdin=file, capture_output=True, check=True
        )
    return done.stdout


def test_files_that_become_smaller_get_both_companions(folder):
    compress([folder], quiet)

    main, memory = folder / "js" / "main.js", folder / SNAPSHOT
    assert names(folder) == {
        *("js/main.js", "js/main.js.br", "js/main.js.gz", "digits.bin", "short.json"),
        *(SNAPSHOT, f"{SNAPSHOT}.br", f"{SNAPSHOT}.gz"),
    }
    assert gzip.decompress((folder / "js" / "main.js.gz").read_bytes()) == TEXT
    assert decompressed(main.with_name("main.js.br")) == TEXT == main.read_bytes()
    assert decompressed(memory.with_name(f"{SNAPSHOT}.br")) == TEXT * 2
    assert gzip.decompress((folder / f"{SNAPSHOT}.gz").read_bytes()) == TEXT * 2


def test_the_cache_saves_compressing_again(folder, monkeypatch):
    logged = []
    compress([folder], logged.append)
    before = (folder / "js" / "main.js.br").read_bytes()
    (folder / "js" / "main.js.br").unlink()
    monkeypatch.setattr(node, "run", None)

    compress([folder], logged.append)

    assert logged == ["compressing 3 files at Brotli's highest level, once"]
    assert (folder / "js" / "main.js.br").read_bytes() == before


def test_a_failed_compression_is_tried_again(folder, tmp_path, monkeypatch):
    def broken(*_):
        raise node.EngineError("no Node")

    with monkeypatch.context() as patched:
        patched.setattr(node, "run", broken)
        with pytest.raises(node.EngineError):
            compress([folder], quiet)
        assert not list(folder.rglob("*.br"))
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]

    compress([folder], quiet)

    assert (folder / "js" / "main.js.br").exists()


@pytest.mark.parametrize("suffix", [".br", ".gz"])
def test_a_damaged_copy_in_the_cache_is_made_again(folder, tmp_path, suffix):
    compress([folder], quiet)
    whole = (folder / "js" / f"main.js{suffix}").read_bytes()
    for path in (tmp_path / "cache").rglob(f"*{suffix}"):
        path.write_bytes(path.read_bytes()[:-1] + b"?")

    compress([folder], quiet)

    assert (folder / "js" / f"main.js{suffix}").read_bytes() == whole


def test_two_builds_may_fill_the_cache_at_once(folder, tmp_path, monkeypatch):
    other = shutil.copytree(folder, tmp_path / "other")
    run = node.run

    def overtaken(*job):
        """Compress as the slower of two builds."""
        monkeypatch.setattr(node, "run", run)
        compress([other], quiet)
        return run(*job)

    monkeypatch.setattr(node, "run", overtaken)

    compress([folder], quiet)

    assert names(folder) == names(other)
    for path in (path for path in folder.rglob("*") if path.is_file()):
        same = other / path.relative_to(folder)
        assert path.read_bytes() == same.read_bytes(), path


def test_a_cache_that_cannot_be_written_is_replaced_by_one_in_the_checkout(
    folder, tmp_path, monkeypatch
):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NNWEB_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(fetch, "ROOT", tmp_path / "checkout")

    compress([folder], quiet)

    assert (folder / "js" / "main.js.br").exists()
    assert list((tmp_path / "checkout" / ".build").rglob("*.br"))
