"""Find a browser for tests and benchmarks, or install one.

Tries in order: the one named by NNWEB_CHROMIUM or NNWEB_FIREFOX, Playwright's own, the
system's, a download by Playwright, Debian's package. Skips a browser that does not
start, for example because a library is missing, and a Firefox that is too old for
Playwright. WebKitGTK is Debian's.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ),
    "firefox": ("firefox-esr", "firefox"),
}
_PACKAGES = {"chromium": "chromium", "firefox": "firefox-esr"}
# Playwright 1.64 asks Firefox for network.addDataCollector, which 140 does not know.
_OLDEST_FIREFOX = 143
_WEBKIT_PACKAGES = ("webkit2gtk-driver", "xvfb")
_USR = Path("/usr")
_WEBKIT_FOLDERS = ("lib/*", "lib", "libexec")


class BrowserError(Exception):
    """No browser was found, and none could be installed."""


@dataclass(frozen=True)
class WebKit:
    """The programs that it takes to drive WebKitGTK."""

    driver: Path
    browser: Path
    screen: Path  # an X server without a display


def launch_options(name: str) -> dict[str, Any]:
    """Return Playwright's ``launch`` arguments for "chromium" or "firefox"."""
    path = find(name)
    options: dict[str, Any] = {"headless": True}
    if path is not None:
        options["executable_path"] = str(path)
    if name == "chromium":
        options["args"] = launch_args()
    elif path is not None:
        # an unpatched Firefox needs WebDriver BiDi
        options["channel"] = "moz-firefox"
    return options


def launch_args() -> list[str]:
    """Return Chromium's arguments: no background traffic, no GPU."""
    args = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-features=OptimizationHints,MediaRouter,Translate",
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
    ]
    # Chromium's sandbox refuses to run as root, for example in a container
    return [*args, "--no-sandbox"] if _is_root() else args


def find(name: str) -> Path | None:
    """Return the browser's path, None for Playwright's own; install one if needed.

    Raises BrowserError, which says what to do.
    """
    variable = f"NNWEB_{name.upper()}"
    if named := os.environ.get(variable):
        if not _works(named):
            raise BrowserError(f"{variable}: {named} does not run")
        return Path(named)
    if _works(_playwrights_own(name)):
        return None
    if found := _on_system(name):
        return found
    if _install_playwrights_own(name):
        return None
    apt_install(_PACKAGES[name])
    if found := _on_system(name):
        return found
    newer = f" of version {_OLDEST_FIREFOX} or newer" if name == "firefox" else ""
    raise BrowserError(
        f"no working {name}{newer} found, and none could be installed; install one, or "
        f"name its program in {variable}, or run '{sys.executable} -m playwright "
        f"install --with-deps {name}'"
    )


def _on_system(name: str) -> Path | None:
    found = (shutil.which(candidate) for candidate in _NAMES[name])
    works = (path for path in found if path and _works(path))
    return next((Path(path) for path in works if not _is_too_old(name, path)), None)


def _is_too_old(name: str, program: str) -> bool:
    """Whether it is a Firefox that Playwright cannot drive."""
    if name != "firefox" or os.name == "nt":
        return False
    command = [program, "--version"]
    text = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    version = re.search(r"Firefox (\d+)", text)
    return version is not None and int(version[1]) < _OLDEST_FIREFOX


def _works(program: str) -> bool:
    """Whether a browser exists and starts."""
    if not Path(program).is_file():
        return False
    # on Windows, --version opens a window instead
    return os.name == "nt" or _run([program, "--version"], timeout_s=60)


def _playwrights_own(name: str) -> str:
    """Return the path of Playwright's own browser, which may not exist."""

    def ask() -> str:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            path: str = getattr(playwright, name).executable_path
            return path

    # in another thread, because a test's Playwright may be running in this one
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ask).result()


def _install_playwrights_own(name: str) -> bool:
    playwright = [sys.executable, "-m", "playwright"]
    _say(f"downloading {name} with Playwright")
    if not _run([*playwright, "install", name]):
        return False
    if not _works(_playwrights_own(name)) and _is_root():
        _say(f"installing the libraries that {name} needs")
        _run([*playwright, "install-deps", name])
    return _works(_playwrights_own(name))


def find_webkit() -> WebKit:
    """Return WebKitGTK's programs; install them if needed, in about a minute or never.

    Raises BrowserError with the reason.
    """
    if found := _webkit_on_system():
        return found
    reason = apt_install(*_WEBKIT_PACKAGES, limit_s=45)
    if found := _webkit_on_system():
        return found
    packages = " and ".join(_WEBKIT_PACKAGES)
    if not reason:
        raise BrowserError(f"{packages}: installed, but not where Debian has them")
    raise BrowserError(f"{packages} are not installed, and {reason}")


def _webkit_on_system() -> WebKit | None:
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    browsers = [
        path
        for folder in _WEBKIT_FOLDERS
        for path in sorted(_USR.glob(f"{folder}/webkit2gtk-4.*/MiniBrowser"))
    ]
    if driver is None or screen is None or not browsers:
        return None
    return WebKit(Path(driver), browsers[0], Path(screen))


def apt_install(*packages: str, limit_s: float = 900) -> str:
    """Install Debian packages; return why that failed, "" if it did not.

    ``limit_s`` is for what may stall: locks and downloads.
    """
    apt, sudo = shutil.which("apt-get"), shutil.which("sudo")
    if apt is None:
        return "there is no apt-get"
    if not (_is_root() or sudo):
        return "apt-get needs root"
    prefix = [] if _is_root() else ["sudo", "-n"]  # without asking for a password
    options = ["-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=15"]
    options += ["-o", "Acquire::http::Timeout=10", "-o", "Acquire::Retries=0"]
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", apt, *options]
    end = time.monotonic() + limit_s

    def run(*args: str) -> bool:
        return _run([*command, *args], timeout_s=max(1, end - time.monotonic()))

    _say(f"installing {' and '.join(packages)} with apt-get")
    # the lists of packages may be missing, or name versions that are too old
    run("update")
    if not run("install", "--download-only", *packages):
        return "apt-get could not download them"
    # not under the limit: dpkg, once begun, must not be stopped
    if not _run([*command, "install", *packages]):
        return "apt-get could not install them"
    return ""


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _run(command: list[str], timeout_s: float = 900) -> bool:
    """Run a command quietly; return whether it succeeded."""
    # do not wait long for a download that cannot start
    env = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000", **os.environ}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            env=env,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _say(text: str) -> None:
    print(f"browser: {text}", file=sys.stderr, flush=True)
