"""The lab's door and tabs: what opens it, what keys do there, what it costs nobody."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.site.accessibility import barriers, fits, screens
from tests.site.conftest import BOOT_MS

# The chunk of the lab, and of its panels.
LAB = re.compile(r"/js/(lab|panel)-[A-Z0-9]{8}\.js$")

SIZES = [(320, 568), (360, 740), (1440, 900)]


def test_nothing_of_the_lab_is_fetched_before_it_is_opened(visit):
    asked: list[str] = []
    page = visit(
        before=lambda context: context.on(
            "request", lambda request: asked.append(request.url)
        )
    )
    page.be("ready")
    assert not any(LAB.search(url) for url in asked)

    page.page.locator("#lab summary").click()

    expect(page.page.get_by_role("tabpanel")).to_be_visible()
    assert any(LAB.search(url) for url in asked)


def test_the_address_opens_the_lab_and_one_of_its_panels(visit):
    page = visit("#lab-networks")

    expect(page.page.locator("#lab-networks")).to_be_visible()
    expect(page.page.get_by_role("tab", name="Networks")).to_have_attribute(
        "aria-selected", "true"
    )


@pytest.mark.firefox
def test_tabs_are_walked_by_arrow_keys(visit):
    page = visit("#lab")
    tabs = page.page.locator("#lab [role=tab]")
    chosen = page.page.locator("#lab [role=tab][aria-selected=true]")
    expect(chosen).to_have_count(1)
    count = tabs.count()

    tabs.first.focus()
    page.page.keyboard.press("ArrowLeft")

    expect(tabs.nth(count - 1)).to_be_focused()
    expect(tabs.nth(count - 1)).to_have_attribute("aria-selected", "true")
    page.page.keyboard.press("Home")
    expect(tabs.first).to_have_attribute("aria-selected", "true")
    expect(page.page.locator("#lab [role=tabpanel]:visible")).to_have_count(1)


def test_a_lab_that_does_not_come_says_so_and_the_pad_goes_on(visit, strokes):
    def refuse(route: Route) -> None:
        route.fulfill(status=503)

    page = visit(before=lambda context: context.route(LAB, refuse))
    page.be("ready")

    page.page.locator("#lab summary").click()

    notice = page.page.locator("#lab .lab-notice")
    expect(notice).to_contain_text("could not be loaded")
    page.draw(strokes["7"])
    assert page.digit() == "7"


def test_each_panel_fits_and_has_no_barriers(visit):
    page = visit("#lab")
    page.be("ready")

    for tab in page.page.locator("#lab [role=tab]").all():
        tab.click()
        expect(page.page.locator("#lab [role=tabpanel]:visible")).to_have_count(1)
        for screen in screens(page, *SIZES):
            assert fits(page), (tab.inner_text(), screen)
            assert barriers(page) == [], (tab.inner_text(), screen)
    assert page.watch.errors == []


def test_a_training_with_its_charts_has_no_barriers(visit):
    # in dark, whose colours are easier to get wrong: the charts are drawn on canvases
    page = visit("#lab-train", color_scheme="dark")
    page.be("ready")
    panel = page.page.locator("#lab-train")
    panel.locator("[name=examples]").select_option("1000")

    panel.get_by_role("button", name="Start").click()
    expect(panel).to_have_attribute("data-training", "stopped", timeout=BOOT_MS)

    assert barriers(page) == []
    faint = page.page.locator("#lab-train .uplot canvas").first.evaluate(
        """(canvas) => {
            const { data } = canvas.getContext("2d").getImageData(
                0, 0, canvas.width, canvas.height);
            let brightest = 0;
            for (let i = 0; i < data.length; i += 4) {
                if (data[i + 3] > 200) brightest = Math.max(brightest, data[i + 2]);
            }
            return brightest;
        }"""
    )
    assert faint > 120  # lines and words of the page's colours, not black
