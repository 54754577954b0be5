"""<digit-pad> from another origin: its worker is a blob under the page's policy."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from tests.site.conftest import BOOT_MS, PREFIX
from tests.site.embed.conftest import as_host
from tools.dev.serve import make_server, serving

BODY = (
    '<form><label for="a">Floor</label><digit-pad id="a" name="floor"></digit-pad>'
    "<button>Send</button></form>"
)


@pytest.fixture
def abroad(visit, site, tmp_path):
    """Open a page of another origin, whose policy is ``policy``, with a pad in it."""
    (tmp_path / "order.html").write_text(
        "<!doctype html><html lang=en><title>Order</title>"
        '<link rel=icon href="data:,">'
        f'<script type=module src="{site}digit-pad.js"></script>'
        f"<main><h1>Order</h1>{BODY}</main>",
        encoding="utf-8",
    )
    files = site.removesuffix(PREFIX)
    with ExitStack() as servers:

        def open_page(policy):
            server = make_server(tmp_path, policy=policy.format(files=files))
            servers.enter_context(serving(server))
            return as_host(visit("order.html", at=server.url))

        yield open_page


LEAST = (
    "default-src 'none'; script-src {files} 'wasm-unsafe-eval'; "
    "worker-src blob: {files}; connect-src {files}; img-src data:; form-action 'self'"
)


@pytest.mark.firefox
def test_a_pad_of_another_origin_reads_under_the_least_policy(abroad, site, strokes):
    page = abroad(LEAST)

    page.draw("a", strokes["7"])
    page.reads("a", "7")

    assert page.data() == {"floor": "7"}
    assert page.watch.errors == []
    # nothing but the files of the pad
    assert all(url.startswith(site) for url in page.watch.foreign)


@pytest.mark.firefox(only="all")
@pytest.mark.parametrize("policy", ["worker-src blob:;", "worker-src {files};"])
def test_what_a_policy_lacks_is_named_by_a_pad_of_another_origin(abroad, site, policy):
    page = abroad(LEAST.replace("worker-src blob: {files};", policy))
    files = site.removesuffix(PREFIX)

    problem = page.page.locator("#a .problem")
    expect(problem).to_contain_text(f"worker-src blob: {files}.", timeout=BOOT_MS)
    problem.get_by_role("button", name="Retry").click()
    expect(problem).to_contain_text(f"worker-src blob: {files}.", timeout=BOOT_MS)
    page.page.locator("#a").get_by_role("textbox").fill("4")
    assert page.data() == {"floor": "4"}  # typed
