"""A page with the lab open, shared by the tests of a file, which names its PANEL."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.conftest import Visit, ready_page

LOOK_MS = 60_000  # all of Python comes first


def open_panel(visit: Visit, name: str) -> Page:
    """Open the lab at a panel that takes input; it is inert while it is loading."""
    visit.be("ready")
    page = visit.page
    if visit.body.get_attribute("data-view") != "learn":
        visit.learn()
    page.get_by_role("tab", name=name).click()
    panel = page.locator("#lab [role=tabpanel]:not([inert]):visible")
    expect(panel).to_have_count(1)
    return page


@pytest.fixture(scope="module")
def opened(browser: Browser, site: str, request) -> Iterator[Visit]:
    """One page for the tests of a file."""
    with ready_page(browser, site) as visit:
        open_panel(visit, request.module.PANEL)
        yield visit


@pytest.fixture
def drawn_7(opened: Visit, strokes, request) -> Iterator[Visit]:
    """The page with a drawn 7, the default network, and the file's panel."""
    page = opened.page
    page.mouse.move(0, 0)
    opened.clear()
    if content := getattr(request.module, "HIDDEN_WHEN_BLANK", ""):
        expect(page.locator(content)).to_be_hidden()
    if page.locator("#networkList").input_value() != "cnn":
        opened.network("cnn")
    if not page.locator("#fit [value=digit]").is_checked():
        opened.fit("digit")
    # put while another panel is shown, so that this one looks once
    page.get_by_role("tab", name="Networks").dispatch_event("click")
    opened.put(strokes["7"])
    page.get_by_role("tab", name=request.module.PANEL).dispatch_event("click")
    yield opened
    assert opened.watch.errors == [] and opened.watch.foreign == []
