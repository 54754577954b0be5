"""The browser in use: the named one, Playwright's, the system's, or a new one."""

import asyncio
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tools.dev import browser
from tools.dev.browser import BrowserError, find, find_webkit, launch_options

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs shell scripts")


def program(path, text="exit 0"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return path


class Machine:
    """A machine's programs, and the commands that were run on it."""

    def __init__(self, folder, monkeypatch):
        self.path = folder / "bin"
        self.own = folder / "playwright" / "chrome"
        self.done, self.limits = [], []
        self.downloads = self.packages = self.lists = lambda: None
        self.fails: tuple[str, ...] = ()  # ends of the commands that do
        monkeypatch.setenv("PATH", str(self.path))
        monkeypatch.delenv("NNWEB_CHROMIUM", raising=False)
        monkeypatch.setitem(browser._NAMES, "chromium", ("chromium", "google-chrome"))
        monkeypatch.setattr(browser, "_playwrights_own", lambda name: str(self.own))
        monkeypatch.setattr(browser, "_USR", folder / "usr")
        monkeypatch.setattr(browser, "_is_root", lambda: True)
        self._really_run = browser._run
        monkeypatch.setattr(browser, "_run", self._run)

    def _run(self, command, timeout_s=900):
        words = " ".join(command)
        if words.endswith("--version"):
            return self._really_run(command, timeout_s)
        self.done.append(words.replace(sys.executable, "python"))
        self.limits.append(timeout_s)
        if words.endswith(self.fails):
            return False
        if "playwright install " in words:
            self.downloads()
        elif words.endswith(" update"):
            self.lists()
        elif "apt-get" in words and "--download-only" not in words:
            self.packages()
        return True


@pytest.fixture
def machine(tmp_path, monkeypatch):
    return Machine(tmp_path, monkeypatch)


@pytest.mark.parametrize("text", ["exit 0", "exit 127", None])
def test_a_named_browser_is_used_or_refused(machine, tmp_path, monkeypatch, text):
    named = tmp_path / "my browser"
    if text:
        program(named, text)
    program(machine.own)
    monkeypatch.setenv("NNWEB_CHROMIUM", str(named))

    if text == "exit 0":
        assert find("chromium") == named
    else:
        with pytest.raises(BrowserError, match=r"^NNWEB_CHROMIUM: .* does not run"):
            find("chromium")


def test_playwright_s_browser_comes_before_the_system_s(machine):
    program(machine.own)
    program(machine.path / "chromium")

    assert find("chromium") is None
    assert machine.done == []


def test_browsers_that_do_not_start_are_skipped(machine):
    program(machine.own, "exit 127")  # a library is missing
    program(machine.path / "chromium", "exit 1")  # a stub that wants a snap installed
    chrome = program(machine.path / "google-chrome")

    assert find("chromium") == chrome


def test_without_a_browser_playwright_downloads_one(machine, capsys):
    machine.downloads = lambda: program(machine.own)

    assert find("chromium") is None
    assert machine.done == ["python -m playwright install chromium"]
    assert capsys.readouterr().err == "browser: downloading chromium with Playwright\n"


def test_missing_libraries_of_a_download_are_installed(machine):
    machine.downloads = lambda: program(machine.own, "exit 127")

    with pytest.raises(BrowserError):
        find("chromium")

    assert machine.done[1] == "python -m playwright install-deps chromium"


def test_debian_s_package_is_installed_if_the_download_fails(machine):
    program(machine.path / "apt-get")
    machine.packages = lambda: program(machine.path / "chromium")

    assert find("chromium") == machine.path / "chromium"
    assert machine.done[-1].endswith(" install chromium")
    for option in ("-y", "--no-install-recommends", "DEBIAN_FRONTEND=noninteractive"):
        assert option in machine.done[-1].split()


def test_without_root_or_any_browser_the_error_says_what_to_do(machine, monkeypatch):
    program(machine.path / "apt-get")
    monkeypatch.setattr(browser, "_is_root", lambda: False)

    with pytest.raises(BrowserError) as caught:
        find("chromium")

    assert not any("apt-get" in command for command in machine.done)
    for part in ("no working chromium", "NNWEB_CHROMIUM", "playwright install"):
        assert part in str(caught.value)


def install_webkit(machine):
    program(machine.path / "WebKitWebDriver")
    program(machine.path / "Xvfb")
    program(browser._USR / "lib" / "x86_64" / "webkit2gtk-4.1" / "MiniBrowser")


WEBKIT = " install webkit2gtk-driver xvfb"
DOWNLOAD = " install --download-only webkit2gtk-driver xvfb"


def test_an_installed_webkit_is_used(machine):
    install_webkit(machine)

    assert find_webkit().browser.name == "MiniBrowser"
    assert machine.done == []


@pytest.mark.parametrize("fails", [(), (" update",)])
def test_webkit_is_installed_after_a_download_with_a_time_limit(machine, fails):
    program(machine.path / "apt-get")
    machine.packages = lambda: install_webkit(machine)
    machine.fails = fails

    assert find_webkit().screen == machine.path / "Xvfb"
    ends = zip(machine.done, [" update", DOWNLOAD, WEBKIT], strict=True)
    assert all(command.endswith(end) for command, end in ends)
    assert max(machine.limits[:-1]) <= 60 < machine.limits[-1], "dpkg is not stopped"


@pytest.mark.parametrize(
    ("lack", "reason"),
    [
        ("apt", "there is no apt-get"),
        ("root", "apt-get needs root"),
        ("network", "apt-get could not download them"),
        ("space", "apt-get could not install them"),
    ],
)
def test_where_webkit_cannot_be_installed_the_error_has_the_reason(
    machine, monkeypatch, lack, reason
):
    if lack != "apt":
        program(machine.path / "apt-get")
    monkeypatch.setattr(browser, "_is_root", lambda: lack != "root")
    machine.fails = {"network": (DOWNLOAD, " update"), "space": (WEBKIT,)}.get(lack, ())

    with pytest.raises(BrowserError, match=f"xvfb are not installed, and {reason}"):
        find_webkit()


@pytest.mark.parametrize("root", [True, False])
def test_the_sandbox_is_off_for_root_only(machine, monkeypatch, root):
    program(machine.own)
    monkeypatch.setattr(browser, "_is_root", lambda: root)

    options = launch_options("chromium")

    assert ("--no-sandbox" in options["args"]) == root
    assert "--disable-background-networking" in options["args"]
    assert "executable_path" not in options


def test_the_system_s_firefox_is_driven_by_webdriver_bidi(machine, tmp_path):
    firefox = program(machine.path / "firefox")
    machine.own = tmp_path / "nothing"

    assert launch_options("firefox") == {
        "headless": True,
        "executable_path": str(firefox),
        "channel": "moz-firefox",
    }


def test_a_firefox_too_old_for_playwright_is_replaced_by_debian_s_newer_one(machine):
    program(machine.path / "apt-get")
    old = program(machine.path / "firefox-esr", "echo Mozilla Firefox 140.12.0esr")
    new = "echo Mozilla Firefox 153.8.0esr"
    machine.packages = lambda: program(machine.path / "firefox-esr", new)

    assert find("firefox") == old
    assert machine.done[-3].endswith(" update")

    machine.packages = lambda: None
    program(old, "echo Mozilla Firefox 142.0")
    with pytest.raises(BrowserError, match=r"^no working firefox of version 143 or"):
        find("firefox")


def test_playwright_s_path_is_found_while_an_event_loop_runs():
    async def ask():
        return browser._playwrights_own("chromium")

    # in another thread, because other tests may have left a loop running in this one
    with ThreadPoolExecutor(1) as pool:
        path = pool.submit(asyncio.run, ask()).result()

    assert Path(path).is_absolute()
