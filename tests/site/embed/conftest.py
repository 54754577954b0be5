"""A third-party page on the same site, with <digit-pad>s in it."""

import pytest

from tests.site.boot.conftest import fulfill
from tests.site.conftest import BOOT_MS, PREFIX, opened_page

# no inline script or style; nothing that is not listed here
STRICT = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'self'"
)
TWO = """<form><label for="a">Floor</label>
    <digit-pad id="a" name="floor" required></digit-pad>
    <label>Flat <digit-pad id="b" name="flat" value="3"></digit-pad></label>
    <fieldset id="set"><digit-pad id="c" name="never" disabled></digit-pad></fieldset>
    <button>Send</button><button type="reset">Reset</button></form>"""
LOG = """window.heard = []; window.sent = 0;
    for (const type of ["input", "change"])
        addEventListener(type, ({ detail, target }) =>
            heard.push([type, target.id, detail, target.value]));"""


class Host:
    """A third-party page on the same site, with pads in it."""

    def __init__(self, visit):
        self.visit, self.page, self.watch = visit, visit.page, visit.watch

    def canvas(self, pad):
        return self.page.locator(f"#{pad} canvas.ink")

    def draw(self, pad, drawing):
        self.visit.draw(drawing, on=f"#{pad} canvas.ink")

    def reads(self, pad, digit):
        """Wait until the pad has this value and is valid."""
        self.page.wait_for_function(
            "([id, digit]) => { const pad = document.getElementById(id);"
            "return pad.value === digit && !pad.validity.badInput; }",
            arg=[pad, digit],
            timeout=BOOT_MS,
        )

    def does(self, pad, script):
        return self.page.evaluate(
            f"pad => {script}", self.page.query_selector(f"#{pad}")
        )

    def data(self):
        return dict(self.page.evaluate("[...new FormData(document.forms[0])]"))


WHERE = "/shop/order.html"  # outside the site's folder


def embedding(body="", script="", follow=lambda page: None):
    """Answers WHERE with a page of ``body`` that runs ``script`` first."""
    html = (
        "<!doctype html><html lang=en><title>Order</title>"
        '<link rel=icon href="data:,">'
        f'<script src="{WHERE}.js"></script>'
        f'<script type=module src="..{PREFIX}digit-pad.js"></script>'
        f"<main><h1>Order</h1><div>{body}</div></main>"
    )
    headers = {"Content-Security-Policy": STRICT, "Content-Type": "text/html"}

    def before(page):
        page.route(
            f"**{WHERE}", lambda route: route.fulfill(body=html, headers=headers)
        )
        fulfill(page, f"{WHERE[1:]}.js", "text/javascript", LOG + script)
        follow(page)

    return before


def as_host(visit):
    visit.page.wait_for_function("() => customElements.get('digit-pad') !== undefined")
    return Host(visit)


@pytest.fixture
def host_anew(visit, site):
    """Open a page of its own with ``body``."""

    def open_host(body=TWO, **options):
        origin = site.removesuffix(PREFIX)
        return as_host(visit(WHERE, before=embedding(body, **options), at=origin))

    return open_host


@pytest.fixture(scope="package")
def shared(browser, site):
    origin = site.removesuffix(PREFIX)
    with opened_page(browser, origin, WHERE, before=embedding()) as visit:
        yield as_host(visit)


@pytest.fixture
def host(shared):
    """Put ``body`` into the page that most tests share, whose worker stays."""

    def fill(body=TWO):
        shared.watch.errors.clear()
        shared.page.mouse.move(0, 0)
        shared.page.evaluate(
            """body => {
                document.querySelector("main > div").innerHTML = body;
                window.heard = [];
                window.sent = 0;
            }""",
            body,
        )
        return shared

    return fill
