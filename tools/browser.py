"""Find a browser for tests and benchmarks, or get one.

In this order: the one that NNWEB_CHROMIUM or NNWEB_FIREFOX names, Playwright's own, one
that the system has, Playwright's own by download, Debian's package by apt.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

_NAMES = {
    "chromium": (
        "chromium",
        "chromium-browser",
        "google-chrome-stable",
        "google-chrome",
        "chrome",
        "msedge",
        "microsoft-edge",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ),
    "firefox": ("firefox-esr", "firefox"),
}
_PACKAGES = {"chromium": "chromium", "firefox": "firefox-esr"}

# A test browser has nobody to call: no updates, no field trials, no GPU, no sync.
_QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


class BrowserError(Exception):
    """There is no such browser, and none could be had."""


def launch_options(name: str) -> dict[str, Any]:
    """Keyword arguments for Playwright's ``launch`` of "chromium" or "firefox"."""
    path = find(name)
    options: dict[str, Any] = {"headless": True}
    if path is not None:
        options["executable_path"] = str(path)
    if name == "chromium":
        # Chromium's sandbox refuses to run as root, as in a container
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        options["args"] = [*_QUIET, *(["--no-sandbox"] if root else [])]
    elif path is not None:
        # a Firefox that Playwright did not patch is driven by WebDriver BiDi
        options["channel"] = "moz-firefox"
    return options


def find(name: str) -> Path | None:
    """Where the browser lies, None for Playwright's own. Installs one if need be.

    Raises BrowserError with what to do.
    """
    variable = f"NNWEB_{name.upper()}"
    if named := os.environ.get(variable):
        if not Path(named).exists():
            raise BrowserError(f"{variable}: {named} does not exist")
        return Path(named)
    if _playwright_has(name):
        return None
    if found := _on_system(name):
        return found
    if _run([sys.executable, "-m", "playwright", "install", name]) and _playwright_has(
        name
    ):
        return None
    _apt_install(_PACKAGES[name])
    if found := _on_system(name):
        return found
    raise BrowserError(
        f"there is no {name}; install it, or name its program in {variable}, or run "
        f"'python -m playwright install {name}' in .venv"
    )


def _playwright_has(name: str) -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path: str = getattr(playwright, name).executable_path
    return Path(path).exists()


def _on_system(name: str) -> Path | None:
    for candidate in _NAMES[name]:
        if found := shutil.which(candidate):
            return Path(found)
    return None


def _apt_install(package: str) -> None:
    apt = shutil.which("apt-get")
    if apt is None:
        return
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    sudo = [] if root else ["sudo", "-n"]
    if sudo and shutil.which("sudo") is None:
        return
    env = "DEBIAN_FRONTEND=noninteractive"
    install = "install -y --no-install-recommends"
    print(f"installing {package} with apt-get", file=sys.stderr, flush=True)
    _run([*sudo, "env", env, apt, "-q", "update"])
    _run([*sudo, "env", env, apt, "-q", *install.split(), package])


def _run(command: list[str]) -> bool:
    """Run quietly; whether it went well."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=900)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
