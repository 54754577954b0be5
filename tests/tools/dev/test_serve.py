"""The server of the built site works like a careful static host, below any path."""

import contextlib
import html.parser
import http.client
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools.build.headers import CSP
from tools.build.sources import BuildError
from tools.dev import serve
from tools.dev.serve import make_server, serving

ROOT = Path(__file__).resolve().parents[3]
HASHED = "app-0123456789ab"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder like dist, and beside it a file that must not be served."""
    site = tmp_path_factory.mktemp("serve") / "dist"
    for name, data in {
        "index.html": b"<p>page",
        f"{HASHED}/main.js": b"export {};",
        f"{HASHED}/main.js.gz": b"gzipped",
        f"{HASHED}/main.js.br": b"brotli",
        f"{HASHED}/main.mjs": b"export {};",
        f"{HASHED}/core.wasm": b"\0asm",
        f"{HASHED}/core.wasm.gz": b"gzipped wasm",
        f"{HASHED}/nnweb.whl": b"PK",
        "../secret.txt": b"secret",
    }.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return site


@pytest.fixture(scope="module")
def server(site):
    with serving(make_server(site, prefix="/some/deep/path/")) as server:
        yield server


@pytest.fixture
def ask(server):
    """Ask for a path as it is written, on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)

    def ask(path, method="GET", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"/some/deep/path{path}", headers=named)
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read()

    yield ask
    connection.close()


def test_a_page_is_never_cached(ask):
    status, headers, body = ask("/")
    again, _, _ = ask("/", If_Modified_Since=headers["Last-Modified"])

    assert (status, body) == (200, b"<p>page")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-cache"
    assert again == 200  # modification times in seconds are too coarse


def test_files_in_hashed_folders_are_cached_for_a_year(ask):
    status, headers, body = ask(f"/{HASHED}/core.wasm")
    again, _, _ = ask(
        f"/{HASHED}/core.wasm", If_Modified_Since=headers["Last-Modified"]
    )

    assert (status, body, again) == (200, b"\0asm", 304)
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_missing_file_is_not_cached(ask):
    status, headers, _ = ask(f"/{HASHED}/gone.wasm")

    assert (status, headers["Cache-Control"]) == (404, "no-cache")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("main.js", "text/javascript; charset=utf-8"),
        ("main.mjs", "text/javascript; charset=utf-8"),
        ("core.wasm", "application/wasm"),
        ("nnweb.whl", "application/zip"),
    ],
)
def test_files_have_the_types_that_browsers_require(ask, name, kind):
    _, headers, _ = ask(f"/{HASHED}/{name}")

    assert headers["Content-Type"] == kind
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", f"/{HASHED}/main.js", "/gone"])
def test_every_response_has_the_policy_of_the_pages(ask, path):
    class Meta(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes):
            named = dict(attributes)
            if named.get("http-equiv") == "Content-Security-Policy":
                policies.append(named["content"])

    policies = []
    for page in (ROOT / "site").glob("*.html"):
        Meta().feed(page.read_text(encoding="utf-8"))

    assert ask(path)[1]["Content-Security-Policy"] == CSP
    assert policies and set(policies) == {CSP}


@pytest.mark.parametrize(
    ("accepts", "encoding", "body"),
    [
        ("gzip, deflate, br;q=0.9", "br", b"brotli"),
        ("gzip", "gzip", b"gzipped"),
        ("", None, b"export {};"),
    ],
)
def test_a_compressed_companion_is_sent_to_clients_that_accept_it(
    ask, accepts, encoding, body
):
    _, headers, sent = ask(f"/{HASHED}/main.js", Accept_Encoding=accepts)
    _, head, nothing = ask(f"/{HASHED}/main.js", "HEAD", Accept_Encoding=accepts)

    assert (sent, headers["Content-Encoding"]) == (body, encoding)
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert (nothing, head["Content-Length"]) == (b"", str(len(body)))


@pytest.mark.parametrize(
    "path",
    [
        *(f"/{HASHED}/", f"/{HASHED}", "/../../../secret.txt"),
        *("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt"),
    ],
)
def test_folders_and_files_outside_the_site_are_not_served(ask, path):
    status, _, body = ask(path)

    assert status == (301 if path == f"/{HASHED}" else 404)
    assert b"secret" not in body and b"core" not in body


def test_the_site_is_served_below_its_prefix_only(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    found = {}
    for end in ("", "index.html", "some/deep", "some/deep/path", "some/deep/paths/"):
        path = f"/{end}"
        connection.request("GET", path)
        reply = connection.getresponse()
        reply.read()
        found[path] = reply.status, reply.headers["Location"]
    connection.close()

    assert found.pop("/some/deep/path") == (301, "/some/deep/path/")
    assert set(found.values()) == {(404, None)}


def test_the_server_survives_an_invalid_request(server, ask, capfd):
    with socket.create_connection(("127.0.0.1", server.server_port), 10) as client:
        client.sendall(b"nonsense\r\n\r\n")
        with client.makefile("rb") as reply:
            answer = reply.read()

    assert b"Error code: 400" in answer
    assert ask("/")[0] == 200
    assert "Traceback" not in capfd.readouterr().err


def test_the_server_closes_open_connections(site):
    with serving(make_server(site)) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, 10)
        connection.request("GET", "/")
        connection.getresponse().read()  # the connection stays open

    connection.request("GET", "/")
    with pytest.raises(ConnectionError):
        connection.getresponse()
    connection.close()


@pytest.mark.parametrize("prefix", ["", "x/", "/x"])
def test_a_prefix_begins_and_ends_with_a_slash(site, prefix):
    with pytest.raises(
        ValueError, match=f"got '{prefix}', expected one like /some/path/"
    ):
        make_server(site, prefix=prefix)


@pytest.mark.parametrize("port", ["65536", "-1", "http", ""])
def test_an_invalid_port_is_wrong_usage(capsys, port):
    with pytest.raises(SystemExit, match="2"):
        serve.main([f"--port={port}"])

    assert f"got '{port}', expected 0 to 65535" in capsys.readouterr().err


def test_a_port_in_use_is_reported_before_the_build(capsys, monkeypatch):
    monkeypatch.setattr(serve, "build", lambda *args, **kwargs: pytest.fail("built"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert serve.main(["--port", str(port)]) == 1

    error = f"port {port} is in use; try another, as --port {port + 1}"
    assert capsys.readouterr().err == f"run.py serve: error: {error}\n"


def test_a_failed_build_is_reported(capsys, monkeypatch):
    def fail(out, log):
        raise BuildError("no page")

    monkeypatch.setattr(serve, "build", fail)

    assert serve.main(["--port", "0"]) == 1
    assert capsys.readouterr().err == "run.py serve: error: no page\n"


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT on Windows")
def test_serve_prints_its_address_and_ends_with_ctrl_c(site):
    code = (
        "import sys; from pathlib import Path; from tools.dev import serve\n"
        "serve.ROOT, serve.build = Path(sys.argv[1]), lambda *args, **kwargs: None\n"
        "sys.exit(serve.main(['--port', '0']))"
    )
    command = [sys.executable, "-c", code, str(site.parent)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # shells ignore SIGINT in background jobs
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    line = process.stdout.readline()
    address = re.fullmatch(
        r"nnweb is at http://(127\.0\.0\.1:\d+)/ \(stop with Ctrl-C\)\n", line
    )
    connection = http.client.HTTPConnection(address[1], timeout=10)
    connection.request("GET", "/")
    status = connection.getresponse().status
    connection.close()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)

    assert status == 200
    assert process.returncode == 0 and "Traceback" not in err


def test_connections_that_come_at_once_wait_for_their_turn(site):
    with make_server(site) as server, contextlib.ExitStack() as connections:
        for _ in range(50):  # nobody takes them yet; one that is lost ends in an error
            address = server.server_address
            connection = socket.create_connection(address, timeout=5)
            connections.enter_context(connection)
