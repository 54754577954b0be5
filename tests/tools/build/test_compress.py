"""Compressed companions of what is served."""

import gzip

import pytest

from tools.build import compress as pack
from tools.build.compress import SNAPSHOT
from tools.runtime import node as js_engine

TEXT = b"export const words = 'the same again, ';\n" * 200


def quiet(text):
    pass


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(pack, "cache_dir", lambda: tmp_path / "cache")
    folder = tmp_path / "app"
    (folder / "js").mkdir(parents=True)
    (folder / "js" / "main.js").write_bytes(TEXT)
    (folder / "digits.bin").write_bytes(TEXT)
    (folder / "short.json").write_bytes(b"{}")
    (folder / SNAPSHOT).write_bytes(gzip.compress(TEXT * 2))
    return folder


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}


def unpacked(path):
    """What Node makes of a .br file."""
    code = "process.stdout.write(zlib.brotliDecompressSync(fs.readFileSync(0)))"
    with path.open("rb") as file:
        done = js_engine.subprocess.run(
            [js_engine.node(), "-e", code], stdin=file, capture_output=True, check=True
        )
    return done.stdout


def test_files_that_gain_by_it_have_both_companions(folder):
    pack.pack([folder], quiet)

    main, memory = folder / "js" / "main.js", folder / SNAPSHOT
    assert names(folder) == {
        *("js/main.js", "js/main.js.br", "js/main.js.gz", "digits.bin", "short.json"),
        *(SNAPSHOT, f"{SNAPSHOT}.br", f"{SNAPSHOT}.gz"),
    }
    assert gzip.decompress((folder / "js" / "main.js.gz").read_bytes()) == TEXT
    assert unpacked(main.with_name("main.js.br")) == TEXT == main.read_bytes()
    assert unpacked(memory.with_name(f"{SNAPSHOT}.br")) == TEXT * 2
    assert gzip.decompress((folder / f"{SNAPSHOT}.gz").read_bytes()) == TEXT * 2


def test_what_was_compressed_once_is_not_compressed_again(folder, monkeypatch):
    said = []
    pack.pack([folder], said.append)
    before = (folder / "js" / "main.js.br").read_bytes()
    (folder / "js" / "main.js.br").unlink()
    monkeypatch.setattr(js_engine, "run", None)

    pack.pack([folder], said.append)

    assert said == ["compressing 3 files as far as Brotli goes, once"]
    assert (folder / "js" / "main.js.br").read_bytes() == before


def test_one_that_failed_is_tried_again(folder, monkeypatch):
    def broken(*_):
        raise js_engine.EngineError("no Node")

    with monkeypatch.context() as patched:
        patched.setattr(js_engine, "run", broken)
        with pytest.raises(js_engine.EngineError):
            pack.pack([folder], quiet)
        assert not list(folder.rglob("*.br"))

    pack.pack([folder], quiet)

    assert (folder / "js" / "main.js.br").exists()
