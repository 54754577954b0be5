"""The wide sheet: whole numbers, read while one writes, and corrected by a tap."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.site.accessibility import PHONE, barriers, fits, screens
from tests.site.conftest import (
    BOOT_MS,
    Stroke,
    Visit,
    in_view,
    ready_page,
    trace,
    until,
)

NUMBERS = ["0", "7", "42", "2026", "3.14", "-5", "12:30", "24/12/1999"]
#: Signs as a hand would write them, on the paper of the digits in tests/data.
SIGNS: dict[str, list[Stroke]] = {
    "-": [[[40, 180], [80, 178], [120, 180]]],
    ".": [[[60, 284], [62, 286]]],
    ":": [[[60, 140], [62, 142]], [[60, 240], [62, 242]]],
    "/": [[[120, 60], [80, 180], [40, 300]]],
}
SCALE, GAP = 0.8, 28.0
#: From side to side and down, over what is 100 wide.
SCRIBBLE: list[Stroke] = [[[100 * (i % 2), 40 + 24 * i] for i in range(10)]]


class Sheet:
    """A page whose switch is at "Number"."""

    def __init__(self, visit: Visit, strokes: dict[str, list[Stroke]]) -> None:
        self.visit, self.page = visit, visit.page
        self.shapes = {**strokes, **SIGNS}
        self.answer = visit.page.locator("#answer .digit")
        self.said = visit.page.locator("#answer .words")
        self.ends: list[tuple[float, float]] = []  # left and right of what was written

    def write(self, text: str, x: float = 20) -> None:
        """With the mouse, from left to right; x in 336ths of the sheet's height."""
        for character in text:
            shape = self.shapes[character]
            xs = [SCALE * point[0] for stroke in shape for point in stroke]
            self.draw(shape, x - min(xs))
            self.ends.append((x, x + max(xs) - min(xs)))
            x = self.ends[-1][1] + GAP

    def draw(self, drawing: list[Stroke], x: float, scale: float = SCALE) -> None:
        in_view(self.page.locator("#sheet"))
        box = self.page.locator("#drawingCanvas").bounding_box()
        trace(self.page, box, drawing, scale, (x, 0))

    def shows(self, text: str) -> None:
        """Wait until the number is read as this, and nothing is pending."""
        self.visit.be("ready")  # the page may still have to start
        expect(self.answer).to_have_text(text)
        self.visit.be("ready")

    def character(self, place: int) -> Locator:
        return self.page.locator("#characters .row button").nth(place - 1)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self) -> str:
        """The address, below the site's, that the page's button copies."""
        self.visit.more()
        self.page.locator("#share").get_by_role("button", name="Copy link").click()
        self.page.wait_for_function("() => location.hash.includes('mode=number')")
        return self.page.url.removeprefix(self.visit.watch.site)

    def ink(self) -> int:
        return int((self.visit.pixels("#drawingCanvas")[..., 0] < 128).sum())


def switch(visit: Visit, name: str) -> Locator:
    return visit.page.locator("#mode").get_by_label(name, exact=True)


def choose_number(visit: Visit) -> None:
    switch(visit, "Number").check()
    visit.page.locator("body[data-mode=number]").wait_for()


@pytest.fixture(scope="module")
def number_page(browser: Browser, site: str) -> Iterator[Visit]:
    with ready_page(browser, site) as visit:
        choose_number(visit)
        yield visit


@pytest.fixture
def sheet(number_page: Visit, strokes) -> Iterator[Sheet]:
    """The sheet with blank paper; nothing may go wrong on it."""
    choose_number(number_page)
    number_page.clear()
    number_page.be("ready")
    yield Sheet(number_page, strokes)
    assert number_page.watch.errors == []
    assert number_page.watch.foreign == []


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_read_as_it_is_written(sheet: Sheet, text):
    sheet.write(text)

    sheet.shows(text)
    buttons = sheet.page.locator("#characters .row button")
    expect(buttons).to_have_text(list(text))
    expect(sheet.said).to_contain_text("sure")


def test_what_is_about_one_digit_is_hidden_beside_a_number(sheet: Sheet):
    sheet.visit.more()
    expect(sheet.button("Save PNG")).to_be_visible()

    expect(sheet.button("Copy for NumPy")).to_be_hidden()


def test_heading_title_and_hint_follow_the_mode(sheet: Sheet):
    page = sheet.page
    heading, hint = page.get_by_role("heading", level=1), page.locator("#hint")
    for mode, title, example in (
        ("Digit", "Draw a digit", "0 to 9"),
        ("Number", "Write a number", "12:30"),
    ):
        switch(sheet.visit, mode).check()

        expect(heading).to_have_text(title)
        expect(page).to_have_title(f"{title} · nnweb")
        expect(hint).to_contain_text(example)


def test_each_character_has_a_box_around_its_ink(sheet: Sheet):
    sheet.write("42")
    sheet.shows("42")

    canvas = sheet.page.locator("#drawingCanvas").bounding_box()
    boxes = [box.bounding_box() for box in sheet.page.locator(".box").all()]

    assert canvas is not None and len(boxes) == 2
    for box, (left, right) in zip(boxes, sheet.ends, strict=True):
        assert box is not None
        unit = canvas["height"] / 336
        edges = [box["x"], box["x"] + box["width"]]
        expected = [canvas["x"] + x * unit for x in (left, right)]
        np.testing.assert_allclose(edges, expected, atol=12)


@pytest.mark.firefox
def test_a_tapped_character_is_corrected_and_undo_takes_that_back(sheet: Sheet):
    sheet.write("42")
    sheet.shows("42")

    sheet.character(1).click()
    expect(sheet.character(1)).to_have_attribute("aria-expanded", "true")
    sheet.button("Change to 9").click()

    sheet.shows("92")
    expect(sheet.character(1)).to_have_accessible_name("9, character 1, corrected")
    expect(sheet.page.locator("#characters .said")).to_contain_text("as 9")
    sheet.write("7", x=sheet.ends[-1][1] + GAP)
    sheet.shows("927")
    for text in ("92", "42"):
        sheet.button("Undo").click()
        sheet.shows(text)


def test_a_corrected_character_is_among_the_drawings_of_the_lab(visit, strokes):
    page = visit()
    choose_number(page)
    sheet = Sheet(page, strokes)
    sheet.write("7")
    sheet.shows("7")

    for text in "91":  # the last correction counts
        sheet.character(1).click()
        sheet.button(f"Change to {text}").click()
        sheet.shows(text)

    page.page.get_by_role("link", name="Teach the network").click()
    album = page.page.locator("#lab-teach .album li")
    expect(album).to_have_count(1)
    expect(album.locator("option:checked")).to_have_text("1")


def test_the_list_of_a_character_works_by_keyboard(sheet: Sheet):
    sheet.write("42")
    sheet.shows("42")
    sheet.character(2).focus()
    press = sheet.page.keyboard.press
    expect(sheet.page.locator(".box").nth(1)).to_have_class("box active")

    press("Enter")
    press("Tab")
    expect(sheet.page.locator("#choices button").first).to_be_focused()
    press("Escape")
    expect(sheet.character(2)).to_be_focused()
    expect(sheet.page.locator("#choices")).to_be_hidden()

    press("Enter")
    sheet.button("Change to 8").focus()
    press("Enter")

    sheet.shows("48")
    expect(sheet.character(2)).to_be_focused()


def test_a_character_is_deleted_from_its_list(sheet: Sheet):
    sheet.write("427")
    sheet.shows("427")

    sheet.character(2).click()
    sheet.button("Delete").click()

    expect(sheet.page.locator("#characters .row button")).to_have_text(["4", "7"])
    sheet.button("Undo").click()
    sheet.shows("427")


@pytest.mark.parametrize(("way", "left_over"), [("scribble", "42"), ("line", "4")])
def test_what_is_crossed_out_is_gone_until_undo(sheet: Sheet, way, left_over):
    sheet.write("427")
    sheet.shows("427")
    ink = sheet.ink()
    left, right = sheet.ends[len(left_over)][0], sheet.ends[-1][1]
    if way == "scribble":
        sheet.draw(SCRIBBLE, left, scale=(right - left) / 100)
    else:
        length = right - left + 100  # longer than the two digits, at both ends
        level: list[Stroke] = [[[0, 130], [length / 2, 128], [length, 130]]]
        sheet.draw(level, left - 50, scale=1)

    sheet.shows(left_over)
    assert sheet.ink() < ink
    sheet.button("Undo").click()
    sheet.shows("427")
    assert sheet.ink() == ink


def test_what_is_no_number_says_so_with_the_place(sheet: Sheet):
    sheet.write("42")
    sheet.draw(SCRIBBLE, sheet.ends[-1][1] + 60)

    expect(sheet.answer).to_have_text("42?")
    expect(sheet.said).to_have_text(
        "Not a number: character 3 is neither a digit nor a sign"
    )
    expect(sheet.page.locator("#answer")).to_have_attribute(
        "data-status", "not-a-digit"
    )


def test_a_link_opens_the_number_on_the_sheet(sheet: Sheet, visit, strokes):
    sheet.write("3.14")
    sheet.shows("3.14")

    other = visit(sheet.link())

    Sheet(other, strokes).shows("3.14")
    expect(switch(other, "Number")).to_be_checked()
    assert other.page.evaluate("localStorage.getItem('nnweb-mode')") is None


def test_a_link_opens_a_number_as_it_was_corrected(sheet: Sheet, visit, strokes):
    sheet.write("42")
    sheet.shows("42")
    sheet.character(1).click()
    sheet.button("Change to 9").click()
    sheet.shows("92")

    other = visit(sheet.link())

    opened = Sheet(other, strokes)
    opened.shows("92")
    expect(opened.character(1)).to_have_accessible_name("9, character 1, corrected")
    expect(opened.said).to_contain_text("sure, corrected by hand")
    opened.character(1).click()
    opened.button("Change to 4").click()
    opened.shows("42")
    assert "fixed" not in other.page.url


def test_the_mode_and_the_number_are_there_again_after_a_reload(visit, strokes):
    page = visit()
    choose_number(page)
    sheet = Sheet(page, strokes)
    sheet.write("42")  # not so wide that only the sheet can show it
    sheet.shows("42")

    page.page.reload()

    sheet.shows("42")
    expect(switch(page, "Number")).to_be_checked()
    switch(page, "Digit").check()
    page.page.reload()
    page.be("ready")
    expect(switch(page, "Digit")).to_be_checked()


def test_a_correction_is_there_again_after_a_reload_and_in_another_language(
    visit, strokes
):
    page = visit()
    choose_number(page)
    sheet = Sheet(page, strokes)
    sheet.write("42")
    sheet.shows("42")
    sheet.character(2).click()
    sheet.button("Change to 7").click()
    sheet.shows("47")

    page.page.reload()

    sheet.shows("47")
    expect(sheet.character(2)).to_have_accessible_name("7, character 2, corrected")
    page.page.get_by_role("link", name="DE", exact=True).click()
    expect(page.page.locator("html")).to_have_attribute("lang", "de")
    sheet.shows("47")


def test_one_digit_stays_when_the_mode_changes_and_a_number_comes_back_by_undo(
    sheet: Sheet,
):
    sheet.write("4")
    sheet.shows("4")
    switch(sheet.visit, "Digit").check()
    sheet.visit.shows("4")
    assert sheet.visit.pixels("#drawingCanvas").shape[:2] == (336, 336)

    choose_number(sheet.visit)
    sheet.write("42", x=sheet.ends[-1][1] + GAP)
    sheet.shows("442")
    switch(sheet.visit, "Digit").check()
    expect(sheet.answer).to_be_empty()
    sheet.button("Undo").click()

    sheet.shows("442")
    expect(switch(sheet.visit, "Number")).to_be_checked()


def test_a_digit_drawn_while_the_sheet_was_awaited_is_read_without_it(visit, strokes):
    page = visit()
    page.be("ready")
    page.page.route("**/sheet-*.js", lambda route: None)  # it never arrives
    switch(page, "Number").check()
    page.draw(strokes["3"])

    switch(page, "Digit").check()

    page.shows("3")
    assert page.digit() == "3"


def test_the_lab_leads_from_a_number_back_to_one_digit(sheet: Sheet):
    sheet.write("4")
    sheet.shows("4")
    sheet.visit.learn()
    tour = sheet.page.locator("#lab-tour:not([inert])")
    tour.wait_for(state="attached")
    expect(tour).to_be_hidden()

    sheet.button("Draw a digit instead").click()

    expect(tour.locator(".body")).to_be_visible(timeout=BOOT_MS)
    expect(switch(sheet.visit, "Digit")).to_be_checked()
    expect(sheet.page.get_by_role("tab", name="Tour")).to_be_focused()
    expect(sheet.button("Draw a digit instead")).to_be_hidden()
    sheet.page.get_by_role("link", name="Draw", exact=True).click()


def test_a_page_for_digits_loads_nothing_of_the_sheet(visit, strokes):
    asked: list[str] = []

    def before(page):
        page.context.on("request", lambda request: asked.append(request.url))

    page = visit(before=before)
    page.draw(strokes["7"])
    page.be("ready")
    late = ("/sheet-", "number.css", "-py3-none-any.whl")
    assert not [url for url in asked if any(part in url for part in late)]

    choose_number(page)
    Sheet(page, strokes).shows("7")

    assert all(any(part in url for url in asked) for part in late)
    assert not any("python_stdlib" in url for url in asked)


def test_a_reader_that_cannot_be_loaded_to_make_an_offer_stops_nothing(visit, strokes):
    page = visit()
    page.be("ready")
    lost: list[str] = []
    wheel = "**/*-py3-none-any.whl*"

    def cut_off(route):
        route.abort("connectionreset")
        lost.append(route.request.url)

    page.page.route(wheel, cut_off)
    page.draw(strokes["4"], scale=0.45, shift=(0, 80))
    page.draw(strokes["2"], scale=0.45, shift=(160, 80))
    until(page.page, lambda: lost)
    page.clear()
    page.draw(strokes["3"])

    page.shows("3")
    assert page.digit() == "3"
    expect(page.problem).to_be_hidden()


def test_a_digit_is_read_although_the_reader_of_numbers_could_not_be_loaded(
    visit, strokes
):
    page = visit()
    page.be("ready")
    page.page.route("**/*-py3-none-any.whl*", lambda route: route.abort())
    choose_number(page)
    Sheet(page, strokes).write("3")
    expect(page.problem).to_contain_text("could not be downloaded")

    switch(page, "Digit").check()

    page.shows("3")
    expect(page.problem).to_be_hidden()
    assert page.digit() == "3"


def test_the_reader_is_loaded_before_the_first_stroke(visit):
    asked: list[str] = []
    page = visit()
    page.page.context.on("request", lambda request: asked.append(request.url))
    page.be("ready")

    choose_number(page)

    until(page.page, lambda: "-py3-none-any.whl" in " ".join(asked))
    assert page.page.locator("#answer .digit").inner_text() == ""


def test_the_sheet_grows_and_moves_on_when_a_phone_is_full(visit, strokes):
    page = visit(viewport={"width": 360, "height": 740})
    choose_number(page)
    sheet = Sheet(page, strokes)
    width = "document.getElementById('sheet').scrollWidth"
    before = page.page.evaluate(width)

    sheet.write("7777")

    sheet.shows("7777")
    assert page.page.evaluate(width) > before
    until(page.page, lambda: page.page.evaluate("sheet.scrollLeft") > 0)
    assert fits(page)


def test_a_number_can_be_drawn_with_the_keyboard(sheet: Sheet):
    sheet.page.locator("#drawingCanvas").focus()
    press = sheet.page.keyboard.press
    for _ in range(30):  # beyond the square
        press("ArrowRight")
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "Space", *["ArrowDown"] * 8, "Space"):
        press(key)

    sheet.shows("1")
    expect(sheet.page.locator("#penSays")).to_have_text("Pen up")
    assert (sheet.visit.pixels("#drawingCanvas")[:, 336:, 0] < 128).any()


def test_the_keyboard_pen_comes_back_to_the_paper_for_one_digit(sheet: Sheet):
    paper = sheet.page.locator("#drawingCanvas")
    paper.focus()
    for _ in range(30):
        sheet.page.keyboard.press("ArrowRight")

    switch(sheet.visit, "Digit").check()
    sheet.page.locator("#undoBtn").focus()
    sheet.page.keyboard.press("Shift+Tab")

    cursor, side = sheet.page.locator("#cursor"), paper.bounding_box()
    expect(cursor).to_be_visible()
    assert cursor.bounding_box()["x"] < side["x"] + side["width"]


def test_the_sheet_has_no_barriers_on_any_screen(sheet: Sheet):
    sheet.write("3.14")
    sheet.shows("3.14")
    sheet.character(1).click()

    for screen in screens(sheet.visit, PHONE, (360, 740), (720, 450), (1440, 900)):
        assert barriers(sheet.visit) == [], screen
        assert fits(sheet.visit), screen
