"""The guided tour: steps with the current drawing, computed in Python."""

import re
from math import log
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.site.accessibility import faults, out_of_sight
from tests.site.conftest import until
from tests.site.lab.conftest import LOOK_MS
from tests.site.lab.test_inspect import numbers

PANEL = "Tour"
ROOT = Path(__file__).resolve().parents[3]
PIXELS, INPUT, LAYERS, SOFTMAX, LOSS, DESCENT = range(1, 7)
NAMES = ("pixels", "input", "layers", "softmax", "loss", "descent")
FOLLOW = """step => {
    const fields = new URLSearchParams(location.hash.slice(1));
    fields.set("step", step);
    location.hash = fields;
}"""
HIDDEN_WHEN_BLANK = "#lab-tour .body"


def go_to(page: Page, step: int) -> None:
    """By the address, from wherever the tour is: the steps between ask nothing."""
    page.evaluate(FOLLOW, NAMES[step - 1])
    expect(page.locator("#lab-tour .place")).to_have_text(f"{step} of 6")


def body(page: Page) -> Locator:
    """The inside of the step that is shown."""
    return page.locator("#lab-tour .body > :not([hidden])")


def walk(slider: Locator, key: str, times: int) -> None:
    slider.focus()
    for _ in range(times):
        slider.page.keyboard.press(key)


@pytest.fixture
def tour(drawn_7):
    """The first step of the tour, about a drawn 7 and the default network."""
    drawn_7.page.locator("#lab-tour .body").wait_for(timeout=LOOK_MS)
    go_to(drawn_7.page, PIXELS)
    return drawn_7


def test_sample_digit_is_offered_on_a_blank_pad(opened):
    first, page = opened, opened.page
    first.clear()
    expect(page.locator("#lab-tour .status")).to_contain_text("Draw something")

    page.locator("#lab-tour [data-do=sample]").click()

    page.locator("#lab-tour .body").wait_for(timeout=LOOK_MS)
    assert first.digit() == "3"
    expect(page.locator("#lab-tour h3")).to_be_focused()
    first.clear()
    expect(page.locator("#lab-tour .body")).to_be_hidden()


def test_buttons_and_arrow_keys_change_the_step_and_focus_its_heading(tour):
    page = tour.page
    place, title = page.locator("#lab-tour .place"), page.locator("#lab-tour h3")
    expect(page.locator("[data-do=back]")).to_be_disabled()

    page.locator("[data-do=next]").click()
    expect(place).to_have_text("2 of 6")
    expect(title).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(place).to_have_text("3 of 6")
    expect(title).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(place).to_have_text("1 of 6")
    go_to(page, DESCENT)
    expect(page.locator("[data-do=next]")).to_be_disabled()


def test_swipe_and_the_browser_s_back_change_the_step(tour):
    page = tour.page
    place = page.locator("#lab-tour .place")
    at = page.locator("#lab-tour .lead").bounding_box()
    x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
    session = page.context.new_cdp_session(page)

    def touch(kind: str, dx: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x + dx, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart")
    for dx in (-20, -60, -120):
        touch("touchMove", dx)
    touch("touchEnd")
    expect(place).to_have_text("2 of 6")
    assert "step=input" in page.url

    page.go_back()

    expect(place).to_have_text("1 of 6")


def test_doubtful_example_is_offered_and_the_own_drawing_comes_back(tour):
    page = tour.page
    own = tour.probabilities()
    button = page.locator("#lab-tour [data-do=doubt]")
    expect(button).to_be_hidden()
    go_to(page, SOFTMAX)

    button.click()

    expect(button).to_have_text("Back to your own drawing")
    expect(body(page).locator(".winner .label")).to_have_text(re.compile("4|9"))
    tour.be("ready")
    shares = tour.probabilities()
    assert max(shares) < 0.85 and shares[4] + shares[9] > 0.95
    page.locator("#undoBtn").click()
    expect(body(page).locator(".winner .label")).to_have_text("7")
    tour.be("ready")
    assert (tour.probabilities() == own).all()


def test_lines_of_python_in_the_tour_are_in_the_files_it_names():
    text = (ROOT / "site/js/lab/tour/code-lines.js").read_text()
    lines = re.findall(r"""\[\s*"(nnweb/[\w/]+\.py)",\s*["'](.+)["'],?\s*\]""", text)
    assert len(lines) == 15
    for path, line in lines:
        assert f" {line}\n" in (ROOT / path).read_text(), (path, line)


def test_step_is_kept_while_another_panel_is_shown(tour):
    page = tour.page
    go_to(page, LOSS)

    page.get_by_role("tab", name="Networks").click()
    expect(page.locator("#lab-tour")).to_be_hidden()
    page.get_by_role("tab", name="Tour").click()

    expect(page.locator("#lab-tour .place")).to_have_text("5 of 6")
    expect(body(page)).to_contain_text("The loss is")


def test_pointing_at_a_pixel_shows_its_grey_level(tour):
    page = tour.page
    canvas = page.locator("#lab-tour .map canvas")
    canvas.scroll_into_view_if_needed()
    tour.fit("canvas")  # the pixels on the way to the network are then those as drawn
    tour.be("ready")
    grey = tour.pixels("#scaledCanvas")[..., 0]
    row, column = [int(i) for i in divmod(int(grey.argmin()), 28)]
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    cell = box["width"] / 28

    page.mouse.move(box["x"] + (column + 0.5) * cell, box["y"] + (row + 0.5) * cell)

    value = body(page).locator(".reading")
    expect(value).to_contain_text(f"Row {row + 1}, column {column + 1}:")
    assert numbers(value.inner_text())[2] == grey[row, column]
    canvas.focus()
    page.keyboard.press("ArrowUp")
    expect(value).to_contain_text(f"Row {row}, column {column + 1}:")
    assert numbers(value.inner_text())[2] == grey[row - 1, column]


def test_ink_is_black_as_drawn_and_white_for_the_network(tour):
    page = tour.page
    page.emulate_media(color_scheme="dark")
    drawn = tour.pixels("#lab-tour .map canvas")[..., 0]
    assert drawn[0, 0] == 255 and drawn.min() < 20

    go_to(page, INPUT)
    seen = tour.pixels("#lab-tour figure:last-of-type canvas")[..., 0]
    page.emulate_media(color_scheme="light")

    assert seen[0, 0] == 0 and seen.max() == 255
    expect(body(page)).to_contain_text("moved to the centre")


def test_second_step_opens_the_preprocessing_steps_of_the_page(tour):
    page = tour.page
    go_to(page, INPUT)

    page.locator("#lab-tour [data-do=steps]").click()

    expect(page.locator("#steps canvas").first).to_be_in_viewport()
    expect(page.locator("#steps summary")).to_be_focused()
    page.keyboard.press("Enter")  # closes them, for the tests that share the page
    expect(page.locator("#steps canvas").first).to_be_hidden()


def test_each_layer_shows_input_output_and_parameters(tour):
    page = tour.page
    go_to(page, LAYERS)

    tour.network("mlp")

    expect(body(page)).to_contain_text("784 in, 500 out, 392,500 parameters")
    expect(body(page)).to_contain_text("1 of 10: Dense")
    walk(body(page).locator("[name=layer]"), "ArrowRight", 1)
    expect(body(page)).to_contain_text("500 in, 500 out, no parameters")
    expect(body(page).locator("code")).to_have_text("y = np.maximum(x, 0)")
    walk(body(page).locator("[name=layer]"), "End", 1)
    expect(body(page)).to_contain_text("10 out, 1,010 parameters")


def test_one_logit_changes_all_probabilities_and_can_be_reset(tour):
    page = tour.page
    go_to(page, SOFTMAX)
    meters = body(page).locator("meter")
    own = meters.evaluate_all("all => all.map((meter) => meter.value)")
    assert sum(own) == pytest.approx(1, abs=1e-4) and own.index(max(own)) == 7
    one = body(page).locator("[name=logit-1]")

    walk(one, "End", 1)
    expect(body(page).locator(".winner .label")).to_have_text("1")

    moved = meters.evaluate_all("all => all.map((meter) => meter.value)")
    assert sum(moved) == pytest.approx(1, abs=1e-4)
    assert moved[1] > own[1]
    assert all(moved[i] < own[i] for i in range(10) if i != 1)
    page.get_by_role("button", name="Reset the logits").click()
    assert meters.evaluate_all("all => all.map((meter) => meter.value)") == own


def test_loss_is_minus_the_logarithm_of_the_label_s_probability(tour):
    page = tour.page
    go_to(page, LOSS)
    result = body(page).locator(".result")
    expect(result).to_contain_text("gives 7 a probability")
    *_, p, right = numbers(result.inner_text())

    body(page).locator("select").select_option("4")

    expect(result).to_contain_text("gives 4 a probability")
    expect(result).not_to_contain_text(f"{p}")
    found = re.search(r"probability of (\S+)\. .* = ([\d.,]+)\.$", result.inner_text())
    p, loss = float(found[1]), float(found[2].replace(",", ""))
    assert loss == pytest.approx(-log(p), rel=0.01) and loss > right
    tour.clear()
    tour.draw([[(170, 40), (168, 290)]])
    expect(result).not_to_contain_text(found[1])  # the label stays, the numbers follow
    expect(body(page).locator("select")).to_have_value("4")


def test_gradient_step_lowers_the_loss_of_a_copy_and_can_be_undone(tour):
    page = tour.page
    before = tour.probabilities()
    go_to(page, DESCENT)
    rows = body(page).locator("tbody").first.locator("tr")
    as_read = rows.first.inner_text()
    body(page).locator("select").select_option("1")
    expect(body(page).locator("thead").first).to_contain_text("Probability of 1")
    expect(rows.first).not_to_have_text(as_read, use_inner_text=True)
    expect(rows).to_have_count(1)
    used = rows.first.inner_text()
    back = page.get_by_role("button", name="Reset")
    expect(back).to_be_disabled()
    slider = body(page).locator("[name=rate]")
    expect(body(page).locator("output")).to_have_text("0.01")
    walk(slider, "ArrowRight", 2)
    expect(body(page).locator("output")).to_have_text("0.03162")

    page.get_by_role("button", name="Take one step").click()

    expect(rows).to_have_count(3)
    losses = [numbers(row.locator("td").first.inner_text())[0] for row in rows.all()]
    assert losses[0] == losses[1] > losses[2]
    assert rows.first.inner_text() == used
    moved = body(page).locator(".moved tbody tr")
    assert moved.count() == 6 and "to" in body(page).locator(".moved").inner_text()
    page.get_by_role("button", name="Take one step").click()
    expect(body(page).locator(".result")).to_contain_text("Step 2")
    # the pad's own network answers as it did
    page.locator("#drawingCanvas").press("Enter")
    tour.be("ready")
    assert (tour.probabilities() == before).all()
    back.click()
    expect(rows).to_have_count(1)
    assert rows.first.inner_text() == used
    expect(page.get_by_role("button", name="Take one step")).to_be_focused()


# chooses two digits at once; the headings above the numbers of the two replies
CHOOSE_TWO = """([element, digits]) => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error("no two replies, each under its name")), 15_000);
  const step = element.querySelector(":scope > :not([hidden])");
  const select = step.querySelector("select");
  const choose = () => {
    for (select.selectedIndex of digits) select.dispatchEvent(new Event("change"));
  };
  const headings = new Map();
  const shown = () => {
    const [heads, row] = step.querySelector("table").rows;
    return [row.cells[1].textContent, heads.cells[2].textContent];
  };
  const before = shown();
  const observer = new MutationObserver(() => {
    const [value, heading] = shown();
    if (value === before[0] && heading === before[1]) return; // written once more
    headings.set(value, heading);
    if (headings.size === digits.length) {
      observer.disconnect();
      resolve([...headings.values()]);
    } else if (heading.endsWith(select.value)) {
      headings.clear(); // only the last was asked, as a request was under way
      choose();
    }
  });
  observer.observe(step, { subtree: true, childList: true });
  choose();
})"""


def test_numbers_of_one_digit_are_never_shown_under_the_name_of_another(tour):
    page = tour.page
    go_to(page, DESCENT)
    body(page).locator("select").select_option("2")
    expect(body(page).locator("thead").first).to_contain_text("Probability of 2")

    element = page.locator("#lab-tour .body").element_handle()
    headings = page.evaluate(CHOOSE_TWO, [element, [4, 1]])

    assert headings == ["Probability of 4", "Probability of 1"]


def test_arrow_keys_scroll_a_table_that_is_too_wide(tour):
    page = tour.page
    go_to(page, DESCENT)
    page.get_by_role("button", name="Take one step").click()
    table = body(page).locator(".moved .scroll")
    expect(table).to_be_visible()
    table.evaluate("box => { box.style.width = '5rem'; }")

    table.focus()
    page.keyboard.press("ArrowRight")
    until(page, lambda: table.evaluate("box => box.scrollLeft") > 0)
    page.keyboard.press("ArrowLeft")

    expect(page.locator("#lab-tour .place")).to_have_text("6 of 6")
    table.evaluate("box => box.removeAttribute('style')")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#lab-tour .place")).to_have_text("5 of 6")


def test_each_step_fits_and_has_no_barriers(tour):
    page = tour.page
    for step in range(PIXELS, DESCENT + 1):
        go_to(page, step)
        if step == PIXELS:
            page.locator("#lab-tour .map canvas").focus()
        elif step == DESCENT:
            page.get_by_role("button", name="Take one step").click()
            expect(body(page).locator(".moved")).to_be_visible()
        assert faults(tour, None if step == PIXELS else "#lab-tour") == [], step
        assert out_of_sight(tour, "#lab-tour .body") == [], step
