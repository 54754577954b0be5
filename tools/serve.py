"""Serve the built site on 127.0.0.1, as a careful static host would.

Nothing here is needed to run nnweb, any static host will do. This one sends the headers
that a host may send (long caching for what is named by its hash, a content security
policy), so that tests see the site work under them.
"""

from __future__ import annotations

import argparse
import errno
import functools
import http.server
import re
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tools.build_site import ROOT, BuildError, build
from tools.build_wheel import WheelError
from tools.fetch_runtime import FetchError

CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'"
)
_IMMUTABLE = re.compile(r"/(app|runtime|models|data)-[0-9a-f]{12}/")


class Handler(http.server.SimpleHTTPRequestHandler):
    """Static files below ``prefix``, and 404 for all else."""

    protocol_version = "HTTP/1.1"
    prefix = "/"
    extensions_map = {  # noqa: RUF012  as the base class has it
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
        ".json": "application/json",
        ".webmanifest": "application/manifest+json",
    }

    def do_GET(self) -> None:
        if self._inside():
            super().do_GET()

    def do_HEAD(self) -> None:
        if self._inside():
            super().do_HEAD()

    def end_headers(self) -> None:
        forever = "public, max-age=31536000, immutable"
        hashed = _IMMUTABLE.search(self.path)
        self.send_header("Cache-Control", forever if hashed else "no-cache")
        self.send_header("Content-Security-Policy", CSP)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        super().end_headers()

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix(self.prefix[:-1]))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of what went well."""

    def log_error(self, format: str, *args: Any) -> None:
        print(f"serve: {self.path}: {format % args}", file=sys.stderr)

    def _inside(self) -> bool:
        if urlsplit(self.path).path.startswith(self.prefix):
            return True
        self.send_error(HTTPStatus.NOT_FOUND, f"the site is at {self.prefix}")
        return False


class Server(http.server.ThreadingHTTPServer):
    """A server whose address can be asked for."""

    daemon_threads = True
    prefix = "/"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{self.prefix}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of an answer is no news."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def make_server(directory: Path, port: int = 0, prefix: str = "/") -> Server:
    """A server of ``directory`` under ``prefix``, which begins and ends with "/".

    Port 0 takes a free one. OSError where the port is taken.
    """
    if not (prefix.startswith("/") and prefix.endswith("/")):
        raise ValueError(f"prefix: got {prefix!r}, expected one like /some/path/")
    handler = type("PrefixHandler", (Handler,), {"prefix": prefix})
    server = Server(
        ("127.0.0.1", port), functools.partial(handler, directory=str(directory))
    )
    server.prefix = prefix
    return server


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="run.py serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    args = parser.parse_args(argv)
    try:
        dist = build(ROOT / "dist", log=lambda text: print(text, file=sys.stderr))
        server = make_server(dist, args.port)
    except (BuildError, FetchError, WheelError) as error:
        print(f"run.py serve: error: {error}", file=sys.stderr)
        return 1
    except (OSError, OverflowError) as error:
        taken = getattr(error, "errno", None) == errno.EADDRINUSE
        reason = "is taken; try another, as --port 8001" if taken else f"{error}"
        print(f"run.py serve: error: port {args.port}: {reason}", file=sys.stderr)
        return 1
    print(f"nnweb is at {server.url} (stop with Ctrl-C)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print(file=sys.stderr)
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
