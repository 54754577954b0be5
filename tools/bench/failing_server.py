"""Serves the built site to many visits, and fails one request of each in a chosen way.

A visit has its own origin, so that visits share a server and nothing else. All origins
are of one site, so that a browser can share a process between them. What fails does so
until the visit is mended.
"""

import functools
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tools.build.headers import page_policy
from tools.dev.serve import Handler, Server

#: The ways in which a request can fail.
FAILURES = (
    "404",
    "500",
    "HTML with status 200",
    "empty",
    "cut short",
    "cut off",
    "one byte flipped",
    "wrong content type",
    "redirect to nowhere",
    "stalled at first",
    "stalled halfway",
)
_LONGEST_STALL_S = 120


@dataclass
class Visit:
    """Which file fails and how ("" for none), and what was requested.

    A plain visit is one to a host that compresses nothing and sends no policy.
    """

    path: str = ""
    failure: str = ""
    is_plain: bool = False
    mended: threading.Event = field(default_factory=threading.Event)
    requested: list[str] = field(default_factory=list)


class _Handler(Handler):
    server: "FailingServer"
    is_plain = False

    def do_GET(self) -> None:  # noqa: N802 (http.server's name)
        visit = self.server.visits[self.headers["Host"].partition(".")[0]]
        self.is_plain = visit.is_plain
        if visit.is_plain:
            del self.headers["Accept-Encoding"]
        _, _, path, query, _ = urlsplit(self.path.removeprefix("/"))
        if path == "hasty.js":
            script = f"globalThis.haste = {query};{self.server.hasty}"
            return self._send(script.encode(), "text/javascript")
        visit.requested.append(path)
        if path == visit.path and visit.failure and not visit.mended.is_set():
            self._fail(visit)
        else:
            super().do_GET()

    def send_header(self, keyword: str, value: str) -> None:
        if not (self.is_plain and keyword == "Content-Security-Policy"):
            super().send_header(keyword, value)

    def log_error(self, format: str, *args: object) -> None:
        """Log nothing: errors are what this server is for."""

    def _fail(self, visit: Visit) -> None:
        file = Path(self.translate_path(self.path))
        if file.is_dir():
            file /= "index.html"
        body, kind = file.read_bytes(), self.guess_type(str(file))
        half = len(body) // 2
        match visit.failure:
            case "404" | "500":
                self.send_error(int(visit.failure))
            case "HTML with status 200":
                self._send(b"<!doctype html><title>Hello</title>", "text/html")
            case "empty":
                self._send(b"", kind)
            case "cut short":
                self._send(body[:half], kind)
            case "one byte flipped":
                self._send(
                    body[:half] + bytes([body[half] ^ 1]) + body[half + 1 :], kind
                )
            case "wrong content type":
                self._send(body, "application/octet-stream")
            case "redirect to nowhere":
                self.send_response(302)
                self.send_header("Location", "gone")
                self._send(b"", kind, is_begun=True)
            case "stalled at first":
                visit.mended.wait(_LONGEST_STALL_S)
                self.close_connection = True
            case "cut off" | "stalled halfway":
                self._send(body, kind, only=half)
                self.wfile.flush()
                if visit.failure != "cut off":
                    visit.mended.wait(_LONGEST_STALL_S)
                self.close_connection = True

    def _send(
        self, body: bytes, kind: str, only: int | None = None, is_begun: bool = False
    ) -> None:
        if not is_begun:
            self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:only])


class FailingServer(Server):
    """Serves a folder; ``visits`` has what fails, by the name of the visit.

    ``hasty`` is a script that workers import as /hasty.js?8, to be 8 times faster.
    """

    request_queue_size = 128  # each origin has connections of its own

    def __init__(self, site: Path, hasty: str) -> None:
        self.hasty = hasty
        self.visits: dict[str, Visit] = defaultdict(Visit)
        kind = type("FailingHandler", (_Handler,), {"policy": page_policy(str(site))})
        super().__init__(("127.0.0.1", 0), functools.partial(kind, directory=str(site)))

    def url_of(self, visit: str) -> str:
        """Return the page's address in a visit."""
        return f"http://{visit}.nnweb.localhost:{self.server_port}/"
