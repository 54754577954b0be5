"""The page in WebKitGTK, where that is installed: by WebDriver, which is all it speaks.

Source: W3C WebDriver, sections 8 (sessions) and 15 (actions). It needs Debian's
webkit2gtk-driver and xvfb; without either these tests are skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BROWSERS = "webkit2gtk-4.*/MiniBrowser"
PATIENCE_S = 90


class Driver:
    """A session of WebKitWebDriver."""

    def __init__(self, port: int, browser: Path) -> None:
        self._url = f"http://127.0.0.1:{port}/session"
        options = {"binary": str(browser), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        session = self._ask("POST", "", {"capabilities": wanted})
        self._url += f"/{session['sessionId']}"

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            self._url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            return json.load(response)["value"]

    def open(self, url: str) -> None:
        self._ask("POST", "/url", {"url": url})

    def run(self, script: str) -> Any:
        return self._ask("POST", "/execute/sync", {"script": script, "args": []})

    def until(self, script: str) -> Any:
        """The value of the script, once it has one that counts as true."""
        end = time.monotonic() + PATIENCE_S
        while not (value := self.run(script)):
            assert time.monotonic() < end, f"never: {script}"
            time.sleep(0.2)
        return value

    def draw(self, strokes: list[list[list[float]]]) -> None:
        x, y, width = self.run(
            "const pad = document.getElementById('drawingCanvas');"
            "const { x, y, width } = pad.getBoundingClientRect(); return [x, y, width]"
        )
        acts: list[dict[str, Any]] = []
        for stroke in strokes:
            path = [
                {
                    "type": "pointerMove",
                    "duration": 5,
                    "x": round(x + at[0] * width / 336),
                    "y": round(y + at[1] * width / 336),
                }
                for at in stroke
            ]
            down = {"type": "pointerDown", "button": 0}
            acts += [path[0], down, *path[1:], {"type": "pointerUp", "button": 0}]
        mouse = {"type": "pointer", "id": "mouse", "actions": acts}
        self._ask("POST", "/actions", {"actions": [mouse]})

    def close(self) -> None:
        self._ask("DELETE", "")


@pytest.fixture(scope="module")
def webkit(site: str) -> Iterator[Driver]:
    program, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    browsers = [path for lib in ("/usr/lib", "/usr/libexec") for path in _found(lib)]
    if program is None or screen is None or not browsers:
        pytest.skip("WebKitGTK, its driver or Xvfb is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    read, write = os.pipe()
    shown = [screen, "-displayfd", str(write), "-screen", "0", "1300x1000x24"]
    display = subprocess.Popen(shown, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    environment = {**os.environ, "DISPLAY": f":{number}"}
    driver = subprocess.Popen([program, f"--port={port}"], env=environment)
    try:
        _wait_for(port)
        session = Driver(port, browsers[0])
        session.open(site)
        yield session
        session.close()
    finally:
        driver.terminate()
        driver.wait()
        display.terminate()
        display.wait()


def _found(folder: str) -> list[Path]:
    return sorted([*Path(folder).glob(BROWSERS), *Path(folder).glob(f"*/{BROWSERS}")])


def _wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            assert time.monotonic() < end, "WebKitWebDriver does not listen"
            time.sleep(0.1)


def test_what_is_drawn_in_webkit_is_read_there(webkit, strokes):
    for digit in ("7", "4"):
        webkit.run("document.getElementById('clearBtn').click()")
        webkit.draw(strokes[digit])
        webkit.until("return document.body.dataset.state === 'ready'")
        script = "return document.querySelector('#answer .digit').textContent"
        assert webkit.until(script) == digit


def test_webkit_starts_in_one_of_the_quick_ways_and_says_which(webkit):
    tier = webkit.until("return document.body.dataset.tier")

    assert tier in ("A", "B")
    if tier == "A":  # it lacks a type that Pyodide's trampoline needs, or the like
        assert webkit.run("return document.body.dataset.why")
