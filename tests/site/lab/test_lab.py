"""The lab's tabs: loaded when first opened, by hand, by keys or by the address."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.site.accessibility import barriers, faults
from tests.site.conftest import BOOT_MS, until, without_python

REPLACED = "The server has a newer version of this page"
# The chunks of the lab and of its panels.
LAB = re.compile(r"/js/(lab|panel)-[\w-]{8}\.js$")


def test_lab_is_not_downloaded_before_it_is_opened(visit):
    requested: list[str] = []
    page = visit(
        before=lambda page: page.on(
            "request", lambda request: requested.append(request.url)
        )
    )
    page.be("ready")
    assert not any(LAB.search(url) for url in requested)

    page.learn()

    expect(page.page.get_by_role("tabpanel")).to_be_visible()
    assert any(LAB.search(url) for url in requested)


def test_address_of_no_panel_opens_the_first(visit):
    page = visit("#view=learn&panel=nothing")

    expect(page.page.locator("#lab-tour .status")).to_contain_text("Draw")
    expect(page.page).to_have_url(re.compile("#view=learn&panel=tour"))


def test_answer_of_four_lines_is_in_sight_on_a_projector(visit):
    size = {"width": 1920, "height": 1080}
    page = visit("de/#view=learn", before=without_python, viewport=size).page
    expect(page.locator("#lab-tour .status")).to_be_visible()

    above = page.evaluate(
        """() => {
            const answer = document.querySelector("#answer");
            answer.dataset.status = "digit";
            answer.querySelector(".digit").textContent = "4";
            const words = answer.querySelector(".words");
            words.textContent = "Zu 61\u00a0% sicher; vielleicht 9 (22\u00a0%)";
            const box = document.querySelector("#workspace").getBoundingClientRect();
            return box.top - words.getBoundingClientRect().top;
        }"""
    )

    assert above <= 0


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1180, 820)])
def test_all_bars_are_in_sight_on_a_small_projector(visit, width, height):
    size = {"width": width, "height": height}
    page = visit("#view=learn", before=without_python, viewport=size).page
    bars = page.locator("#probabilities li")
    expect(bars).to_have_count(10)

    for box in (bar.bounding_box() for bar in bars.all()):
        assert box["y"] + box["height"] <= height


@pytest.mark.parametrize("address", ["#view=learn&panel=networks", "#lab-networks"])
def test_address_opens_a_panel(visit, address):
    page = visit(address)

    expect(page.page.locator("#lab-networks")).to_be_visible()
    expect(page.page.get_by_role("tab", name="Networks")).to_have_attribute(
        "aria-selected", "true"
    )


@pytest.mark.firefox
def test_view_and_panel_are_in_the_address_and_back_undoes_them(visit, strokes):
    page = visit()
    page.draw(strokes["7"])
    page.learn()
    page.page.get_by_role("tab", name="Networks").click()
    expect(page.page).to_have_url(re.compile("#view=learn&panel=networks$"))

    page.page.evaluate("history.back()")
    expect(page.page.locator("#lab-tour")).to_be_visible()
    page.page.evaluate("history.back()")
    expect(page.page.locator("#lab")).to_be_hidden()
    page.page.evaluate("history.forward()")

    expect(page.page.locator("#lab-tour")).to_be_visible()
    assert page.digit() == "7"  # which no step has replaced


def test_a_touch_enlarges_the_small_pad_of_a_phone(visit, strokes):
    page = visit(
        "#view=learn&panel=networks",
        viewport={"width": 360, "height": 740},
        has_touch=True,
    )
    canvas = page.page.locator("#drawingCanvas")
    assert canvas.bounding_box()["width"] == pytest.approx(120, abs=1)

    page.page.get_by_role("button", name="Enlarge the drawing area").tap()
    assert canvas.bounding_box()["width"] > 300
    page.draw(strokes["7"])
    assert page.digit() == "7"
    assert barriers(page) == []

    page.page.get_by_role("button", name="Done").tap()
    assert canvas.bounding_box()["width"] == pytest.approx(120, abs=1)


@pytest.mark.firefox(only="all")
def test_arrow_keys_move_between_tabs(visit):
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


def test_parts_that_went_with_their_release_ask_for_a_reload(visit, strokes):
    def missing(route: Route) -> None:
        route.fulfill(status=404)

    page = visit()
    page.draw(strokes["7"])
    asked = []

    def newer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(content_type="text/html", body="app-0123456789ab/js/main.js")

    page.page.route(LAB, missing)
    page.page.route("**/models-*/*", missing)
    page.page.route(page.page.url, newer)

    page.learn()
    expect(page.page.locator("#lab .lab-notice")).to_contain_text(REPLACED)
    page.more()
    page.page.locator("#network select").select_option(index=1)
    expect(page.page.locator("#network")).to_contain_text(REPLACED)
    page.page.unroute_all()
    page.page.reload()

    until(page.page, lambda: page.digit() == "7", BOOT_MS)
    assert len(asked) == 2


def test_each_panel_fits_and_has_no_barriers_before_there_is_a_drawing(visit):
    page = visit("#lab")
    page.be("ready")

    assert faults(page) == []
    for tab in page.page.locator("#lab [role=tab]").all():
        tab.click()
        expect(page.page.locator("#lab [role=tabpanel]:visible")).to_have_count(1)
        assert faults(page, "#lab") == [], tab.inner_text()
    assert page.watch.errors == []
