"""Code that a person runs reaches no other site, whatever the host sends."""

import socketserver
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.site.conftest import BOOT_MS
from tests.site.lab.conftest import open_panel
from tests.site.lab.test_python import last, run, wait_for_source
from tools.dev.serve import Handler, make_server, serving

POLICY = "Content-Security-Policy"
# Each tries to reach another site, or to run JavaScript that it wrote itself.
ATTEMPTS = {
    "eval": "js.eval('1 + 1')",
    "a function from text": "js.Function.new('return 1')()",
    "XMLHttpRequest": "r = js.XMLHttpRequest.new(); r.open('GET', '{other}'); r.send()",
    "fetch": "js.fetch('{other}', mode='no-cors')",
    "WebSocket": "js.WebSocket.new('{other}'.replace('http', 'ws'))",
    "EventSource": "js.EventSource.new('{other}')",
    "a worker": "js.Worker.new('data:text/javascript,fetch(\"{other}\")')",
}


@pytest.fixture
def bare(dist: Path) -> Iterator[str]:
    """The built site on a host that sends no policy."""

    class Bare(Handler):
        def send_header(self, keyword: str, value: str) -> None:
            if keyword != POLICY:
                super().send_header(keyword, value)

    with serving(make_server(dist, kind=Bare)) as server:
        yield server.url


@pytest.fixture
def other() -> Iterator[tuple[str, list[object]]]:
    """Another site, and what has connected to it."""
    heard: list[object] = []

    class Hear(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            heard.append(self.client_address)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Hear)
    with serving(server):
        yield f"http://127.0.0.1:{server.server_address[1]}/", heard


@pytest.mark.firefox(only="all")
def test_code_in_the_console_reaches_no_other_site(
    visit, bare, other, strokes, browser_name
):
    url, heard = other
    attempts = dict(ATTEMPTS)
    if browser_name == "firefox":  # where a worker's own worker may never return
        del attempts["a worker"]
    opened = visit(at=bare)
    page = open_panel(opened, "Python")
    opened.draw(strokes["7"])
    wait_for_source(page)
    run(page, "import js")

    for name, attempt in attempts.items():
        run(page, f"{attempt.format(other=url)}; print('did', '{name}')")
        expect(last(page, "typed")).to_contain_text(f"'{name}'")
        expect(page.get_by_role("button", name="Stop", exact=True)).to_be_disabled()
    run(page, "print('the end')")
    expect(page.locator("#lab-python .log")).to_contain_text("the end")

    log = page.locator("#lab-python .log").inner_text()
    assert "did eval" not in log and "did a function from text" not in log
    assert heard == []


def test_a_page_whose_policy_forbids_blobs_says_what_code_may_reach(visit, strokes):
    def forbid(page):
        def answer(route):
            response = route.fetch()
            headers = dict(response.headers)
            policy = headers[POLICY.lower()].replace("worker-src 'self' blob:", "")
            headers[POLICY.lower()] = f"{policy}; worker-src 'self'"
            route.fulfill(response=response, headers=headers)

        page.route("**/index.html", answer)

    opened = visit("index.html", before=forbid)
    page = open_panel(opened, "Python")
    opened.draw(strokes["7"])
    wait_for_source(page)

    expect(page.locator("#lab-python .status")).to_contain_text(
        "may reach other sites", timeout=BOOT_MS
    )
