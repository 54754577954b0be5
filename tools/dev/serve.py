"""Serve the built site on 127.0.0.1, as a careful static host would.

Any static host will do for nnweb. This one sends the optional headers too (long caching
for hashed folders, a content security policy), so that tests run under them.
"""

import argparse
import contextlib
import errno
import functools
import http.server
import io
import os
import socket
import socketserver
import sys
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from tools.build.headers import (
    COMPANIONS,
    IMMUTABLE,
    REVALIDATED,
    TYPES,
    headers,
    is_hashed,
    page_policy,
)
from tools.build.site import build
from tools.build.sources import ROOT, BuildError
from tools.runtime.fetch import FetchError


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves static files below ``prefix``, and 404 for everything else."""

    protocol_version = "HTTP/1.1"
    path = ""  # until a request has been read
    prefix = "/"
    policy: str | None = None  # else that of the site's page
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | TYPES

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """Send the headers; return the body, None if there is none."""
        path = urlsplit(self.path).path
        if f"{path}/" == self.prefix:
            self._redirect(self.prefix)
            return None
        if not path.startswith(self.prefix):
            self.send_error(HTTPStatus.NOT_FOUND, f"the site is at {self.prefix}")
            return None
        if not self._is_immutable():
            # a page may be rebuilt within a second, the header's resolution
            del self.headers["If-Modified-Since"]
        elif found := self._compressed():
            return self._send_compressed(*found)
        return super().send_head()

    def end_headers(self) -> None:
        kept = IMMUTABLE if self._is_immutable() and self._ok else REVALIDATED
        self.send_header("Cache-Control", kept)
        policy = page_policy(self.directory) if self.policy is None else self.policy
        for name, value in headers(policy).items():
            self.send_header(name, value)
        super().end_headers()

    def send_response(self, code: int, message: str | None = None) -> None:
        self._ok = code < HTTPStatus.BAD_REQUEST
        super().send_response(code, message)

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix(self.prefix[:-1]))

    def list_directory(self, path: Any) -> None:
        """Send 404 for a folder without a page: static hosts list nothing."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: Any) -> None:
        """Log no successful requests."""

    def log_error(self, format: str, *args: Any) -> None:
        print(f"serve: {self.path}: {format % args}", file=sys.stderr)

    def _is_immutable(self) -> bool:
        return is_hashed(urlsplit(self.path).path)

    def _redirect(self, path: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _compressed(self) -> tuple[Path, str] | None:
        """The compressed companion of the requested file and its encoding, if any."""
        offered = self.headers.get("Accept-Encoding", "")
        accepted = {part.split(";")[0].strip() for part in offered.split(",")}
        path = Path(self.translate_path(self.path))
        for encoding, suffix in COMPANIONS.items():
            packed = path.with_name(path.name + suffix)
            if encoding in accepted and path.is_file() and packed.is_file():
                return packed, encoding
        return None

    def _send_compressed(self, packed: Path, encoding: str) -> BinaryIO:
        file = packed.open("rb")
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(str(packed.with_suffix(""))))
        self.send_header("Content-Encoding", encoding)
        self.send_header("Content-Length", str(packed.stat().st_size))
        self.send_header("Vary", "Accept-Encoding")
        self.end_headers()
        return file


class Server(http.server.ThreadingHTTPServer):
    """A threading server that knows its URL and closes open connections."""

    allow_reuse_address = os.name != "nt"  # Windows would share a port in use
    # of connections that wait: one more is lost, and tried again after a second
    request_queue_size = 128
    prefix = "/"

    def __init__(self, *args: Any) -> None:
        self._connections: set[Any] = set()
        super().__init__(*args)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{self.prefix}"

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close the connections that browsers keep open, then wait for the threads."""
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore browsers that close the connection during a response."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def make_server(
    directory: Path,
    port: int = 0,
    prefix: str = "/",
    policy: str | None = None,
    kind: type[http.server.SimpleHTTPRequestHandler] = Handler,
) -> Server:
    """Return a server for ``directory`` below ``prefix``, such as "/some/path/".

    Port 0 takes a free one. Raises OSError if the port is in use. ``kind`` handles the
    requests.
    """
    if not (prefix.startswith("/") and prefix.endswith("/")):
        raise ValueError(f"prefix: got {prefix!r}, expected one like /some/path/")
    handler = type("SiteHandler", (kind,), {"prefix": prefix, "policy": policy})
    server = Server(
        ("127.0.0.1", port), functools.partial(handler, directory=str(directory))
    )
    server.prefix = prefix
    return server


@contextlib.contextmanager
def serving[Kind: socketserver.BaseServer](server: Kind) -> Iterator[Kind]:
    """Run a server in a thread and close it in the end."""
    with server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def port_number(text: str) -> int:
    """Parse a port for argparse."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"got {text!r}, expected 0 to 65535")
    return int(text)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="run.py serve",
        description="Build what is stale and serve it on 127.0.0.1.",
    )
    parser.add_argument(
        "--port", type=port_number, default=8000, help="default 8000; 0 for a free one"
    )
    args = parser.parse_args(argv)
    dist = ROOT / "dist"
    try:
        # the port first, because it may be in use, and a build takes time
        with make_server(dist, args.port) as server:
            build(dist, log=lambda text: print(text, file=sys.stderr))
            print(f"nnweb is at {server.url} (stop with Ctrl-C)", flush=True)
            server.serve_forever()
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 0
    except (BuildError, FetchError) as error:
        print(f"run.py serve: error: {error}", file=sys.stderr)
    except OSError as error:
        print(f"run.py serve: error: {_why(error, args.port)}", file=sys.stderr)
    return 1


def _why(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use; try another, as --port {port % 65535 + 1}"
    if error.errno == errno.EACCES and error.filename is None:
        return f"port {port} needs privileges; try one above 1023, as --port 8000"
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
