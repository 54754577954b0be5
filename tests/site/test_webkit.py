"""The page in WebKitGTK: what is drawn is read, a lesson, and a visit without a server.

Debian's WebKitGTK is installed for it where that is possible. Its automation session
keeps service workers and caches in memory, for as long as the session lasts.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from run import one_at_a_time
from tests.site.boot.test_companions import FIRST, hosting
from tests.site.conftest import PREFIX, ROOT
from tests.site.webkit_driver import Driver, driving
from tools.dev.browser import BrowserError, find_webkit
from tools.dev.serve import make_server, serving


@pytest.fixture(scope="module")
def webkit() -> Iterator[Driver]:
    try:
        # the same lock as for the other browsers: apt installs for one at a time
        with one_at_a_time(ROOT / ".build" / "browser.lock", "looking for a browser"):
            programs = find_webkit()
    except BrowserError as error:
        pytest.skip(str(error))
    with driving(programs) as session:
        yield session


@pytest.fixture(scope="module")
def running(dist: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """A server of the site: its address, and what stops it."""
    with ExitStack() as servers:
        server = servers.enter_context(serving(make_server(dist, prefix=PREFIX)))
        yield server.url, servers.close


@pytest.fixture(scope="module")
def visited(webkit: Driver, running: tuple[str, Callable[[], None]]) -> Driver:
    """The page that the tests share, until one stops the server."""
    webkit.open(running[0])
    return webkit


def test_what_is_drawn_in_webkit_is_read_there(visited, strokes):
    for digit in ("7", "4"):
        visited.draw(strokes[digit])
        assert visited.digit() == digit


def test_webkit_starts_in_one_of_the_quick_ways_and_says_which(visited):
    tier = visited.until("return document.body.dataset.tier")

    assert tier in ("A", "B")
    if tier == "A":  # it lacks a type that Pyodide's trampoline needs, or the like
        assert visited.run("return document.body.dataset.why")


def test_a_network_learns_a_drawing_in_webkit(visited, strokes):
    visited.until("return document.body.dataset.state === 'ready'")
    visited.run(
        "const list = document.getElementById('networkList');"
        "list.value = 'plain'; list.dispatchEvent(new Event('change'))"
    )
    # it does not centre, and is in use once the page says so
    visited.until("return document.querySelector('#fit [value=canvas]').checked")
    visited.draw(strokes["4"], scale=0.35, shift=(10, 200))
    assert visited.digit() != "4"

    visited.click("#views [data-view=learn]")
    visited.click("[role=tab][aria-controls=lab-teach]")
    visited.click("#lab-teach:not([inert]) .label-pad [value='4']")
    visited.click("#lab-teach [data-do=teach]")

    visited.until("return document.querySelector('#lab-teach[data-tuning=done]')")
    marks = visited.run(
        "return [...document.querySelectorAll('#lab-teach [data-mark=right] td')]"
        ".map(({ textContent }) => textContent)"
    )
    assert marks == ["0 of 1", "1 of 1"]


def test_webkit_reads_a_drawing_without_a_server_after_one_visit(
    visited, running, strokes
):
    url, stop = running
    visited.until(
        "return document.getElementById('offline').textContent"
        ".includes('now works offline')"
    )
    stop()

    visited.open(f"{url}?again")
    # the drawing of the test before is there again; later, it would join the next one
    visited.until("return document.getElementById('hint').hidden")
    visited.draw(strokes["7"])

    assert visited.digit() == "7"
    # told after the first answer
    assert visited.until("return document.body.dataset.tier") in ("A", "B")


def test_webkit_unpacks_companions_of_a_host_that_compresses_nothing(
    webkit, dist_with_companions, strokes
):
    with hosting(dist_with_companions) as host:
        webkit.open(host.url)
        webkit.draw(strokes["7"])

        assert webkit.digit() == "7"
    assert set(host.companions()) >= FIRST
    assert host.large_files() == []
