"""Drives WebKitGTK by WebDriver, which is all that it speaks.

Source: W3C WebDriver, sections 8 (sessions) and 15 (actions).
"""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tools.dev.browser import WebKit

PATIENCE_S = 240  # a machine that does much else gets there too


class Driver:
    """A session of WebKitWebDriver, with a new profile in memory."""

    def __init__(self, port: int, browser: Path) -> None:
        self._url = f"http://127.0.0.1:{port}/session"
        options = {"binary": str(browser), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        session = self._ask("POST", "", {"capabilities": wanted})
        self._url += f"/{session['sessionId']}"
        self.version: str = session["capabilities"]["browserVersion"]

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            self._url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error

    def open(self, url: str) -> None:
        self._ask("POST", "/url", {"url": url})

    def run(self, script: str) -> Any:
        return self._ask("POST", "/execute/sync", {"script": script, "args": []})

    def until(self, script: str) -> Any:
        """Return the script's value, once that is true; fail if the page has failed."""
        end = time.monotonic() + PATIENCE_S
        while not (value := self.run(script)):
            problem = self.run(
                "return document.body.dataset.state === 'failed'"
                " && document.getElementById('problem').textContent"
            )
            assert not problem, f"the page failed: {problem}"
            if time.monotonic() > end:
                shown = self.run(
                    "return document.body.dataset.state + ', '"
                    " + document.getElementById('answer').textContent"
                )
                raise AssertionError(f"never: {script}; the page is {shown}")
            time.sleep(0.1)
        return value

    def click(self, selector: str) -> None:
        """Click an element, once it is there and enabled."""
        self.until(
            f"const found = document.querySelector({json.dumps(selector)});"
            "if (found === null || found.disabled) return false;"
            "found.click(); return true"
        )

    def draw(
        self,
        strokes: list[list[list[float]]],
        *,
        scale: float = 1,
        shift: tuple[float, float] = (0, 0),
    ) -> None:
        """Replace the drawing: 336 x 336 pixels, times ``scale``, plus ``shift``."""
        # made by the page's script, which hears the pen from then on
        self.until("return document.querySelector('#probabilities meter') !== null")
        self.click("#clearBtn")
        x, y, width = self.run(
            "const pad = document.getElementById('drawingCanvas');"
            "pad.scrollIntoView({ block: 'center' });"
            "const { x, y, width } = pad.getBoundingClientRect(); return [x, y, width]"
        )
        acts: list[dict[str, Any]] = []
        for stroke in strokes:
            path = [
                {
                    "type": "pointerMove",
                    "duration": 20,  # more than a frame: none is merged with the next
                    "x": round(x + (at[0] * scale + shift[0]) * width / 336),
                    "y": round(y + (at[1] * scale + shift[1]) * width / 336),
                }
                for at in stroke
            ]
            down = {"type": "pointerDown", "button": 0}
            acts += [path[0], down, *path[1:], {"type": "pointerUp", "button": 0}]
        mouse = {"type": "pointer", "id": "mouse", "actions": acts}
        self._ask("POST", "/actions", {"actions": [mouse]})

    def digit(self) -> str:
        """Return the answer, once there is one."""
        digit: str = self.until(
            "return document.body.dataset.state === 'ready'"
            " && document.querySelector('#answer .digit').textContent"
        )
        return digit

    def close(self) -> None:
        self._ask("DELETE", "")


@contextmanager
def driving(programs: WebKit) -> Iterator[Driver]:
    """A session on a screen of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with ExitStack() as ending:
        number = ending.enter_context(_screen(programs.screen))
        environment = {**os.environ, "DISPLAY": f":{number}"}
        command = [str(programs.driver), f"--port={port}"]
        ending.enter_context(_running(command, env=environment))
        _wait_for(port)
        session = Driver(port, programs.browser)
        ending.callback(session.close)
        yield session


@contextmanager
def _screen(program: Path) -> Iterator[str]:
    """An X server without a display; its number."""
    read, write = os.pipe()
    shown = ["-displayfd", str(write), "-screen", "0", "1300x1000x24"]
    with _running([str(program), *shown], pass_fds=[write], stderr=subprocess.DEVNULL):
        os.close(write)
        with os.fdopen(read) as numbers:
            yield numbers.readline().strip()


@contextmanager
def _running(command: list[str], **options: Any) -> Iterator[None]:
    process = subprocess.Popen(command, **options)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            assert time.monotonic() < end, "WebKitWebDriver does not listen"
            time.sleep(0.1)
