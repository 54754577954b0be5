"""Serves files over a simulated line: limited bandwidth, and latency."""

import threading
import time
from typing import Any, BinaryIO

from tools.dev.serve import Handler, Server

_CHUNK = 16384


class LineServer(Server):
    """A server with a limited bandwidth, shared by all requests."""

    megabits = 0.0
    latency_s = 0.0
    sent_bytes = 0

    def __init__(self, *args: Any) -> None:
        self._turn = threading.Lock()
        self._free_at = 0.0
        super().__init__(*args)

    def send(self, chunk: bytes, target: BinaryIO) -> None:
        with self._turn:
            self.sent_bytes += len(chunk)
            if self.megabits:
                now = time.monotonic()
                self._free_at = max(now, self._free_at)
                self._free_at += len(chunk) * 8 / self.megabits / 1e6
                time.sleep(max(0.0, self._free_at - now))
        target.write(chunk)


class LineHandler(Handler):
    """Sends through the server's limited line."""

    server: LineServer
    policy = ""  # none, because TensorFlow.js needs eval

    def log_error(self, format: str, *args: Any) -> None:
        """Do not log errors such as a missing favicon."""

    def send_head(self) -> Any:
        time.sleep(self.server.latency_s)
        return super().send_head()

    def copyfile(self, source: Any, outputfile: Any) -> None:
        while chunk := source.read(_CHUNK):
            self.server.send(chunk, outputfile)
