"""The generated configurations: in the servers that they are for, and as texts."""

import functools
import gzip
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from run import one_at_a_time
from tools.build import sources
from tools.build.check_host import check
from tools.build.headers import IMMUTABLE
from tools.build.hosts import netlify_headers, write_hosts
from tools.dev.browser import apt_install
from tools.dev.serve import make_server, serving

#: Debian's packages of the servers.
PACKAGES = {"nginx": "nginx", "caddy": "caddy", "apache2": "apache2-bin"}
#: Debian's nginx sends .br files only with a module that is not installed with it.
ENCODINGS = {"nginx": "gzip", "caddy": "br", "apache2": "br"}
PATIENCE_S = 60
SITE = "my site"  # a path with a space
BROTLI = b"compressed by Brotli"

# its default folders belong to root
NGINX = """daemon off; pid {folder}/nginx.pid; error_log stderr; events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {hosts}/nginx.conf;
}}
"""
CADDY = "{{\n admin off\n}}\nimport {hosts}/Caddyfile\n"
# with types and an encoding that some servers have, and that must not count
APACHE = """ServerName localhost
Listen 127.0.0.1:{port}
{modules}
TypesConfig {folder}/mime.types
AddEncoding x-gzip .gz
PidFile {folder}/apache.pid
ErrorLog /dev/stderr
User nobody
Group nogroup
DocumentRoot "{site}"
<Directory "{site}">
    Require all granted
    AllowOverride All
</Directory>
"""
MIME_TYPES = "application/x-javascript js\napplication/x-gzip gz\n"
MODULES = (
    *("mpm_event", "authz_core", "mime", "dir"),
    *("headers", "rewrite", "deflate", "filter"),
)


@pytest.fixture(scope="module")
def folder(dist: Path) -> Iterator[Path]:
    """The site with one file of MNIST and two compressed ones, and configurations.

    Not in pytest's folder: a server that root starts gives up root's rights.
    """
    with tempfile.TemporaryDirectory(prefix="nnweb-hosts-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        site = folder / SITE
        ignored = shutil.ignore_patterns("t*-?[1-9].bin.gz", "*.br", "*.??*.gz")
        shutil.copytree(dist, site, ignore=ignored)
        shutil.copy(next(dist.glob("mnist-*/train-00*")), next(site.glob("mnist-*")))
        for path in (main(site), snapshot(site)):
            data = path.read_bytes()
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(data))
            path.with_name(f"{path.name}.br").write_bytes(BROTLI)
        yield folder


def main(site: Path) -> Path:
    return next(site.glob("app-*/js/main.js"))


def snapshot(site: Path) -> Path:
    return next(site.glob("nnweb-*/snapshot.bin"))


def find_server(name: str) -> str:
    """Return a server's program; install all of them where apt can."""
    folders = os.pathsep.join((os.environ["PATH"], "/usr/sbin"))
    if found := shutil.which(name, path=folders):
        return found
    reason = install_servers()
    if found := shutil.which(name, path=folders):
        return found
    pytest.skip(f"{name} is not installed, and {reason or 'apt has no such program'}")


@functools.cache
def install_servers() -> str:
    lock = sources.ROOT / ".build" / "browser.lock"  # apt installs for one at a time
    with one_at_a_time(lock, "installing programs"):
        return apt_install(*PACKAGES.values(), limit_s=45)


@pytest.fixture(scope="module", params=PACKAGES)
def server(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[str, int]]:
    """A server with its configuration: its name and its port."""
    name = request.param
    program = find_server(name)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    site, hosts = folder / SITE, folder / "site-hosts"
    for path in write_hosts(site, hosts):
        text = path.read_text().replace("8080", str(port))
        path.write_text(text.replace(f"/srv/{SITE}", str(site)))
    shutil.copy(hosts / "apache.conf", site / ".htaccess")
    text = {"nginx": NGINX, "caddy": CADDY, "apache2": APACHE}[name]
    (folder / "mime.types").write_text(MIME_TYPES)
    config = folder / f"{name}.conf"
    lines = (
        f"LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so"
        for module in MODULES
    )
    values = {"folder": folder, "site": site, "hosts": hosts, "port": port}
    config.write_text(text.format(**values, modules="\n".join(lines)))
    arguments = {
        "nginx": ["-e", "stderr", "-p", str(folder), "-c", str(config)],
        "caddy": ["run", "--adapter", "caddyfile", "--config", str(config)],
        "apache2": ["-D", "FOREGROUND", "-f", str(config)],
    }[name]
    # as in the container, where it may not write anywhere
    user = container_user(hosts) if name == "caddy" and os.geteuid() == 0 else None
    with running([program, *arguments], port, folder, user):
        yield name, port


@contextmanager
def running(
    command: list[str], port: int, folder: Path, user: int | None
) -> Iterator[None]:
    log = folder / "log"
    environment = {**os.environ, "HOME": str(folder)}
    groups: list[int] | None = None if user is None else []
    with log.open("w") as errors:
        process = subprocess.Popen(
            command,
            stdout=errors,
            stderr=errors,
            env=environment,
            user=user,
            group=user,
            extra_groups=groups,
        )
    try:
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < end, f"{command[0]} does not listen"
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def instructions(hosts: Path) -> list[tuple[str, list[str]]]:
    """Return the instructions of the Containerfile with their words.

    Words with spaces are in lists of JSON.
    """
    lines = (hosts / "Containerfile").read_text().splitlines()
    words = [line.partition(" ") for line in lines if not line.startswith("#")]
    return [
        (name, json.loads(rest) if rest.startswith("[") else rest.split())
        for name, _, rest in words
    ]


def container_user(hosts: Path) -> int:
    """Return the user that the container's server runs as."""
    users = [words for name, words in instructions(hosts) if name == "USER"]
    return int(users[-1][0].partition(":")[0])


def ask(port: int, path: str, accepts: str = "identity") -> tuple[int, Any, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("GET", f"/{path}", headers={"Accept-Encoding": accepts})
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    return reply.status, reply.headers, body


def path_of(folder: Path, file: Callable[[Path], Path]) -> str:
    return file(folder / SITE).relative_to(folder / SITE).as_posix()


def test_a_check_of_the_server_finds_nothing_wrong(server):
    assert check(f"http://127.0.0.1:{server[1]}/") == []


def test_the_server_sends_what_the_development_server_sends(server, folder):
    site = folder / SITE
    first: dict[str, str] = {}
    for path in sorted(site.rglob("*.*")):
        if path.suffix not in (".br", ".gz") and not path.name.startswith("."):
            first.setdefault(path.suffix, path.relative_to(site).as_posix())
    names = ("Content-Type", "Cache-Control", "Content-Security-Policy")
    names += ("X-Content-Type-Options", "Access-Control-Allow-Origin")
    names += ("Referrer-Policy", "Content-Encoding")

    with serving(make_server(site)) as ours:
        for path in ("", "de/", *first.values()):
            status, headers, body = ask(server[1], path)
            expected = ask(ours.server_port, path)
            assert (status, body) == (200, expected[2]), path
            sent = {name: headers.get_all(name) for name in names}
            assert sent == {name: expected[1].get_all(name) for name in names}, path
    assert {".html", ".js", ".wasm", ".webmanifest", ".whl"} <= first.keys()


@pytest.mark.parametrize("file", [main, snapshot])
def test_the_server_sends_companions_to_clients_that_accept_them(server, folder, file):
    path = path_of(folder, file)
    best = ENCODINGS[server[0]]

    _, headers, body = ask(server[1], path, "gzip, deflate, br")
    _, zipped, small = ask(server[1], path, "gzip")

    assert headers["Content-Encoding"] == best
    assert body == BROTLI if best == "br" else gzip.decompress(body)
    assert (zipped["Content-Encoding"], zipped["Cache-Control"]) == ("gzip", IMMUTABLE)
    assert zipped["Vary"] == "Accept-Encoding"
    assert gzip.decompress(small) == file(folder / SITE).read_bytes()


def test_the_server_sends_gzipped_digits_as_a_file(server, folder):
    digits = path_of(folder, lambda site: next(site.glob("mnist-*/*.bin.gz")))

    _, headers, body = ask(server[1], digits, "gzip, deflate, br")

    assert "Content-Encoding" not in headers
    assert body == (folder / SITE / digits).read_bytes()


def test_the_server_says_that_a_file_is_missing_and_lets_nobody_keep_that(
    server, folder
):
    app = main(folder / SITE).parents[1].name

    for path in ("gone", f"{app}/js/gone.js"):
        status, headers, _ = ask(server[1], path)
        assert (status, headers.get_all("Cache-Control")) == (404, ["no-cache"])
        assert headers["Access-Control-Allow-Origin"] == "*"
    assert ask(server[1], f"{app}/")[0] in (403, 404)  # no list of files


def test_the_server_redirects_to_the_folder_of_a_language(server):
    status, headers, _ = ask(server[1], "de")

    assert status in (301, 308)
    assert headers["Location"].endswith("/de/")


def test_no_rule_for_netlify_or_cloudflare_gives_a_header_twice(dist):
    rules: dict[str, list[str]] = {}
    for line in netlify_headers(dist).splitlines():
        if line.startswith("/"):
            rules[line] = []
        elif line.startswith("  "):
            assert len(line) <= 2000  # Cloudflare's limit
            rules[[*rules][-1]].append(line.split(":")[0].strip())

    everywhere = set(rules.pop("/*"))
    assert {"Content-Security-Policy", "Access-Control-Allow-Origin"} <= everywhere
    assert all(names == ["Cache-Control"] for names in rules.values())
    assert {rule.strip("/*") for rule in rules} == {
        path.name for path in dist.iterdir() if path.is_dir() and "-" in path.name
    }
    assert "Cache-Control" not in everywhere


def test_a_host_that_would_send_the_page_for_missing_files_has_a_page_for_them(dist):
    """Cloudflare Pages takes a site without a 404.html for a single-page app."""
    assert "404" in (dist / "404.html").read_text()


def test_configurations_name_the_folder_of_the_site_and_leave_nothing_to_fill_in(
    dist, tmp_path
):
    written = write_hosts(dist, tmp_path / "nnweb-hosts", "nnweb")

    texts = {path.name: path.read_text() for path in written}
    assert not any(re.search(r"\{\{\w+\}\}", text) for text in texts.values())
    assert all("/srv/nnweb" in texts[name] for name in ("nginx.conf", "Caddyfile"))


def test_the_container_serves_the_site_by_the_tested_caddyfile_and_not_as_root(
    dist, tmp_path
):
    site = tmp_path / SITE
    site.symlink_to(dist)
    hosts = tmp_path / f"{SITE}-hosts"
    caddyfile = next(
        path for path in write_hosts(site, hosts) if path.name == "Caddyfile"
    ).read_text()

    found = instructions(hosts)

    assert [name for name, _ in found] == [
        *("FROM", "RUN", "COPY", "COPY", "USER", "EXPOSE")
    ]
    copies = dict(words for name, words in found if name == "COPY")
    assert all((tmp_path / source).exists() for source in copies)
    # where the image's own command looks for it
    assert copies[f"{SITE}-hosts/Caddyfile"] == "/etc/caddy/Caddyfile"
    assert f'root * "{copies[SITE]}"\n' in caddyfile
    assert container_user(hosts) > 0
    (port,) = dict(found)["EXPOSE"]
    assert f"\n:{port} {{\n" in caddyfile
