"""The page's layout on any screen, and its accessibility."""

import pytest
from playwright.sync_api import expect

from tests.site.accessibility import barriers, faults, out_of_sight, screens
from tests.site.conftest import BETWEEN_4_AND_9, BOOT_MS, Visit

SIZES = [(320, 568), (360, 740), (740, 360), (820, 1180), (1440, 900), (2560, 1440)]


# Elements that stick out of the window, and pairs of parts that cover each other.
CUT_OFF = """() => {
    const outside = [...document.querySelectorAll("body *")]
        .filter((element) => element.checkVisibility())
        .filter((element) => !element.classList.contains("unseen"))
        .filter((element) => {
            const { left, right } = element.getBoundingClientRect();
            return left < 0 || right > innerWidth;
        }).map((element) => element.outerHTML);
    const boxes = [..."answer status probabilities seen".split(" ")].map(
        (id) => [id, document.getElementById(id).getBoundingClientRect()]);
    const less = (a, b) => b - a > 1;  // pixel, for rounding
    const overlaps = boxes.flatMap(([a, p]) => boxes
        .filter(([b, q]) => a < b
            && less(p.left, q.right) && less(q.left, p.right)
            && less(p.top, q.bottom) && less(q.top, p.bottom))
        .map(([b]) => `${a} and ${b}`));
    return [...outside, ...overlaps];
}"""


@pytest.mark.firefox(only="all")
def test_nothing_is_cut_off_on_any_screen(ready: Visit, strokes):
    before = ready.page.viewport_size
    ready.draw(strokes["0"])
    ready.be("ready")

    found = {}
    for width, height in SIZES:
        ready.page.set_viewport_size({"width": width, "height": height})
        found[width, height] = ready.page.evaluate(CUT_OFF)
    ready.page.set_viewport_size(before)

    assert found == {size: [] for size in SIZES}


def test_the_ten_bars_are_on_the_first_screen_of_a_phone_and_stay(visit, strokes):
    page = visit(viewport={"width": 360, "height": 740}, has_touch=True)
    page.be("ready")
    bars = page.page.locator("#probabilities")
    before = bars.bounding_box()
    page.draw(strokes["7"])
    page.be("ready")

    box = bars.bounding_box()

    assert box["y"] == before["y"]  # the links above them have their space reserved
    assert box["y"] + box["height"] < 740
    assert page.page.evaluate("scrollY") == 0


def test_the_first_screen_has_at_most_14_tab_stops(ready: Visit, strokes):
    ready.draw(strokes["7"])
    ready.be("ready")
    page = ready.page
    page.evaluate(
        """document.querySelector("#more").open = false;
        document.body.tabIndex = -1; document.body.focus()"""
    )

    stops = []
    while len(stops) < 20:
        page.keyboard.press("Tab")
        at = page.evaluate("document.activeElement.outerHTML.slice(0, 60)")
        if at.startswith("<body") or at in stops:
            break
        stops.append(at)

    assert 'id="skip"' in stops[0] and len(stops) <= 14, stops


def test_how_does_it_know_starts_the_tour_beside_pad_answer_and_bars(visit, strokes):
    page = visit()
    page.draw(strokes["7"])
    page.be("ready")
    page.page.get_by_role("button", name="How does it know?").click()
    panel = page.page.locator("#lab-tour")
    expect(panel.locator(".body")).to_be_visible(timeout=BOOT_MS)
    expect(panel.locator(".place")).to_have_text("1 of 6")

    # the first is a window enlarged to 200 %
    for width, height in [(720, 450), (1280, 720), (1366, 768), (1440, 900)]:
        page.page.set_viewport_size({"width": width, "height": height})
        parts = [
            page.page.locator(f"#{name}")
            for name in ("drawingCanvas", "answer", "probabilities")
        ]
        boxes = [part.bounding_box() for part in parts]
        page.page.mouse.wheel(0, 4000)
        boxes += [part.bounding_box() for part in parts]

        left = panel.bounding_box()["x"]
        for box in boxes:
            assert box["x"] + box["width"] <= left
            assert box["y"] >= 0 and box["y"] + box["height"] <= height


@pytest.mark.parametrize("size", [(360, 740), (1440, 900)], ids=str)
def test_nothing_moves_as_things_arrive(visit, strokes, size):
    page = visit(
        viewport={"width": size[0], "height": size[1]},
        before=lambda page: page.add_init_script(
            """window.moved = 0;
            new PerformanceObserver((list) => {
                for (const { value } of list.getEntries()) window.moved += value;
            }).observe({ type: "layout-shift", buffered: true });"""
        ),
    )
    page.be("ready")

    page.draw(strokes["4"])
    page.be("ready")

    assert page.page.evaluate("moved") < 0.015


def test_every_state_of_the_view_for_drawing_fits_and_has_no_barriers(
    ready: Visit, strokes
):
    page = ready.page
    assert faults(ready) == [], "blank"
    ready.draw(strokes["3"])
    ready.be("ready")
    scale = page.get_by_role("button", name="Show small probabilities")
    scale.click()
    expect(scale).to_have_attribute("aria-pressed", "true")
    page.locator("#wrong summary").click()
    expect(page.locator("#wrong button")).to_have_count(12)
    assert faults(ready) == [], "an answer, and the menu to correct it"
    assert out_of_sight(ready, "#probabilities") == [], "beside the menu"
    page.locator("#wrong button").first.click()
    undo = page.locator("#wrong [data-do=undo]")
    expect(undo).to_be_visible()
    assert out_of_sight(ready, "#probabilities") == [], "beside what is stored"
    undo.click()
    expect(undo).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#wrong")).not_to_have_attribute("open", "")
    scale.click()
    expect(scale).to_have_attribute("aria-pressed", "false")
    ready.clear()
    ready.draw(BETWEEN_4_AND_9)
    ready.more()
    for name in ("card", "steps"):
        page.locator(f"#{name} summary").click()
    expect(page.locator("#steps canvas")).to_have_count(5)
    assert faults(ready) == [], "everything folded is open"
    for name in ("card", "steps"):
        page.locator(f"#{name} summary").click()
    ready.clear()
    ready.draw([[[40 * i, 40 + 250 * (i % 2)] for i in range(1, 8)]])
    expect(ready.answer).to_contain_text("does not look like a digit")
    assert faults(ready) == [], "no answer"


def test_a_failed_page_has_no_barriers(visit):
    page = visit("?model=nowhere.json")
    page.be("failed")

    for screen in screens(page):
        assert barriers(page) == [], screen
