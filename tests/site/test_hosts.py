"""The page on hosts of other kinds: it works, or explains what to do."""

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest
from playwright.sync_api import Page, Route, expect

from tests.site.conftest import Visit
from tools.dev.serve import Handler, make_server, serving

# nginx's own types of all endings in dist. Source: /etc/nginx/mime.types of Debian 12
# (nginx-common 1.22.1-9+deb12u11); what it does not list goes out as the default type
# of Debian's nginx.conf.
NGINX_TYPES = {
    ".bin": "application/octet-stream",
    ".css": "text/css",
    ".html": "text/html",
    ".js": "application/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".zip": "application/zip",
}
NGINX_DEFAULT_TYPE = "application/octet-stream"


# Time passes ten times as fast, for what the page waits for.
HASTY = """{
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (call, time, ...rest) => setTimeout(call, time / 10, ...rest);
}"""


@pytest.fixture(scope="module")
def nginx(dist: Path) -> Iterator[str]:
    """The built site, each file with the type that nginx would send it with."""

    class Nginx(Handler):
        def guess_type(self, path: str) -> str:
            return NGINX_TYPES.get(PurePosixPath(path).suffix, NGINX_DEFAULT_TYPE)

    with serving(make_server(dist, kind=Nginx)) as server:
        yield server.url


def test_nginx_with_its_own_types_serves_a_working_page(visit, nginx, strokes):
    """At the root of its host, where the other tests have a path."""
    page = visit(at=nginx)
    page.draw(strokes["7"])

    assert page.digit() == "7"
    assert page.watch.errors == []


def assert_explained(page: Page, explanation: str) -> None:
    expect(page.locator("#stuck").get_by_text(explanation)).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("You can start drawing")


def as_html(route: Route) -> None:
    route.fulfill(content_type="text/html", body="<!doctype html><title>Hello</title>")


def as_bytes(route: Route) -> None:
    route.fulfill(response=route.fetch(), content_type="application/octet-stream")


@pytest.mark.parametrize(
    ("files", "answer"),
    [
        ("**/app-*/**", as_html),
        ("**/app-*/**/*.js", as_html),
        ("**/app-*/**/*.js", as_bytes),
        ("**/app-*/js/main.js", lambda route: route.abort()),
    ],
    ids=["HTML for everything", "HTML for scripts", "scripts as bytes", "no main.js"],
)
def test_a_page_whose_scripts_do_not_load_explains_it(
    visit: Callable[..., Visit], files, answer
):
    page = visit(before=lambda page: page.route(files, answer))

    assert_explained(page.page, "sends .js files as text/javascript")


def test_files_that_never_arrive_leave_no_blank_page(visit):
    def before(page):
        page.route("**/app-*/**", lambda route: None)
        page.add_init_script(HASTY)

    page = visit(before=before, wait="commit").page

    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
    assert_explained(page, "have not arrived for 20 seconds")


def test_a_page_opened_as_a_file_names_a_web_server(browser, dist):
    page = browser.new_page()
    page.goto((dist / "index.html").as_uri())

    assert_explained(page, "python -m http.server")
    expect(page.get_by_text("text/javascript")).to_be_hidden()
    page.close()
