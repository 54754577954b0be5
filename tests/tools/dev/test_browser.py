"""Which browser is taken: the one named, Playwright's, the system's, or one to get."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tools.dev import browser
from tools.dev.browser import BrowserError, find, launch_options

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs are scripts")


def program(path, text="exit 0"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return path


class Machine:
    """Where programs lie, and what was done to get one."""

    def __init__(self, folder, monkeypatch):
        self.path = folder / "bin"
        self.own = folder / "playwright" / "chrome"
        self.done = []
        self.downloads = self.packages = lambda: None
        monkeypatch.setenv("PATH", str(self.path))
        monkeypatch.delenv("NNWEB_CHROMIUM", raising=False)
        monkeypatch.setitem(browser._NAMES, "chromium", ("chromium", "google-chrome"))
        monkeypatch.setattr(browser, "_playwrights_own", lambda name: str(self.own))
        monkeypatch.setattr(browser, "_is_root", lambda: True)
        self._really_run = browser._run
        monkeypatch.setattr(browser, "_run", self._run)

    def _run(self, command, timeout_s=900):
        words = " ".join(command)
        if words.endswith("--version"):
            return self._really_run(command, timeout_s)
        self.done.append(words.replace(sys.executable, "python"))
        if "playwright install " in words:
            self.downloads()
        elif "apt-get" in words and "install" in words:
            self.packages()
        return True


@pytest.fixture
def machine(tmp_path, monkeypatch):
    return Machine(tmp_path, monkeypatch)


def test_the_one_that_is_named_is_taken(machine, tmp_path, monkeypatch):
    named = program(tmp_path / "my browser")
    program(machine.own)
    monkeypatch.setenv("NNWEB_CHROMIUM", str(named))

    assert find("chromium") == named


@pytest.mark.parametrize("text", [None, "exit 127"])
def test_one_that_is_named_and_does_not_run_is_an_error(
    machine, tmp_path, monkeypatch, text
):
    if text is not None:
        program(tmp_path / "mine", text)
    program(machine.own)
    monkeypatch.setenv("NNWEB_CHROMIUM", str(tmp_path / "mine"))

    with pytest.raises(BrowserError, match=r"^NNWEB_CHROMIUM: .*/mine is no program"):
        find("chromium")


def test_playwrights_own_comes_before_the_systems(machine):
    program(machine.own)
    program(machine.path / "chromium")

    assert find("chromium") is None
    assert machine.done == []


def test_what_does_not_run_is_passed_over(machine):
    program(machine.own, "exit 127")  # for lack of a library
    program(machine.path / "chromium", "exit 1")  # a stub that wants a snap installed
    chrome = program(machine.path / "google-chrome")

    assert find("chromium") == chrome


def test_without_any_playwrights_is_downloaded(machine, capsys):
    machine.downloads = lambda: program(machine.own)

    assert find("chromium") is None
    assert machine.done == ["python -m playwright install chromium"]
    assert capsys.readouterr().err == "browser: downloading chromium with Playwright\n"


def test_a_download_that_lacks_libraries_gets_them(machine):
    machine.downloads = lambda: program(machine.own, "exit 127")

    with pytest.raises(BrowserError):
        find("chromium")

    assert machine.done[1] == "python -m playwright install-deps chromium"


def test_where_no_download_comes_debians_package_does(machine):
    program(machine.path / "apt-get")
    machine.packages = lambda: program(machine.path / "chromium")

    assert find("chromium") == machine.path / "chromium"
    assert machine.done[-1].endswith(
        "apt-get -q install -y --no-install-recommends chromium"
    )


def test_without_rights_nothing_is_installed_by_apt(machine, monkeypatch):
    program(machine.path / "apt-get")
    monkeypatch.setattr(browser, "_is_root", lambda: False)

    with pytest.raises(BrowserError):
        find("chromium")

    assert not any("apt-get" in command for command in machine.done)


def test_when_all_fails_it_says_what_to_do(machine):
    with pytest.raises(BrowserError) as caught:
        find("chromium")

    for part in (
        "there is no chromium that runs",
        "NNWEB_CHROMIUM",
        "playwright install",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize("root", [True, False])
def test_the_sandbox_is_off_for_root_alone(machine, monkeypatch, root):
    program(machine.own)
    monkeypatch.setattr(browser, "_is_root", lambda: root)

    options = launch_options("chromium")

    assert ("--no-sandbox" in options["args"]) == root
    assert "--disable-background-networking" in options["args"]
    assert "executable_path" not in options


def test_a_firefox_of_the_system_is_driven_as_one(machine, tmp_path):
    firefox = program(machine.path / "firefox")
    machine.own = tmp_path / "nothing"

    assert launch_options("firefox") == {
        "headless": True,
        "executable_path": str(firefox),
        "channel": "moz-firefox",
    }


def test_playwright_can_be_asked_where_an_event_loop_runs():
    async def ask():
        return browser._playwrights_own("chromium")

    # in a thread of its own: other tests may have left a loop running in this one
    with ThreadPoolExecutor(1) as pool:
        path = pool.submit(asyncio.run, ask()).result()

    assert Path(path).is_absolute()
