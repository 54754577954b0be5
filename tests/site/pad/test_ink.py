"""The pad: pointers, undo, eraser, shortcuts, drawing by keyboard."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import CDPSession, expect

from tests.site.accessibility import barriers, screens
from tests.site.conftest import Stroke, Visit, without_python

Event = tuple[str, str, float, float]


class Hand:
    """Pens and touches on the pad, by synthetic pointer events.

    A pointer is named by its kind and a number: "pen 1", "touch 2".
    """

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.session: CDPSession | None = None

    def do(self, *events: Event, **more: Any) -> None:
        """Each event: type, pointer and position on 336 x 336 pixels."""
        self.visit.page.evaluate(
            """([events, more]) => {
                const canvas = document.getElementById("drawingCanvas");
                const { left, top, width } = canvas.getBoundingClientRect();
                for (const [type, who, x, y] of events) {
                    const [pointerType, id] = who.split(" ");
                    canvas.dispatchEvent(new PointerEvent(`pointer${type}`, {
                        pointerType, pointerId: 100 + Number(id), bubbles: true,
                        cancelable: true, button: type === "move" ? -1 : 0,
                        buttons: type === "up" ? 0 : 1, pressure: 0.5,
                        clientX: left + x * width / 336, clientY: top + y * width / 336,
                        ...more,
                    }));
                    if (pointerType === "pen") window.penSeen = performance.now();
                }
            }""",
            [events, more],
        )

    def wait_until_fingers_draw_again(self) -> None:
        """Touches count as the palm for 500 ms after a pen's event."""
        self.visit.page.wait_for_function(
            "() => performance.now() - (window.penSeen ?? -1000) > 500"
        )

    def line(self, who: str, stroke: Stroke, *, lift: bool = True) -> None:
        events = [("move", who, x, y) for x, y in stroke]
        events[0] = ("down", *events[0][1:])
        if lift:
            events.append(("up", who, *stroke[-1]))
        self.do(*events)

    def fingers(self, kind: str, *points: tuple[float, float]) -> None:
        """Real touches, by Chromium's own protocol."""
        page = self.visit.page
        box = page.locator("#drawingCanvas").bounding_box()
        assert box is not None
        step = box["width"] / 336
        at = [
            {"x": box["x"] + x * step, "y": box["y"] + y * step, "id": number}
            for number, (x, y) in enumerate(points)
        ]
        if self.session is None:
            self.session = page.context.new_cdp_session(page)
        event = {"type": kind, "touchPoints": at}
        self.session.send("Input.dispatchTouchEvent", event)


@pytest.fixture
def hand(ready: Visit) -> Hand:
    hand = Hand(ready)
    hand.wait_until_fingers_draw_again()
    return hand


@pytest.fixture
def touch(visit) -> Hand:
    """On a page with a touch screen, without Python."""
    phone = {"width": 360, "height": 740}
    return Hand(visit(before=without_python, viewport=phone, has_touch=True))


def ink(visit: Visit) -> np.ndarray:
    """Where the pad is black, bool (336, 336)."""
    dark: np.ndarray = visit.pixels("#drawingCanvas")[..., 0] < 128
    return dark


DOWN = [[100.0, 60.0], [100.0, 120.0], [100.0, 180.0], [100.0, 276.0]]
ACROSS = [[200.0, 100.0], [220.0, 100.0], [260.0, 100.0], [300.0, 100.0]]


# --- pointers -------------------------------------------------------------------------


@pytest.mark.firefox
@pytest.mark.parametrize("who", ["mouse 1", "pen 1", "touch 1"])
def test_mouse_pen_and_touch_draw_the_same(hand: Hand, who):
    hand.line("mouse 1", DOWN)
    expected = ink(hand.visit)
    hand.visit.clear()

    hand.line(who, DOWN)

    np.testing.assert_array_equal(ink(hand.visit), expected)
    assert expected[60:276, 100].all()


def test_pressure_is_ignored(hand: Hand):
    hand.line("pen 1", DOWN)
    expected = ink(hand.visit)
    hand.visit.clear()

    hand.do(("down", "pen 1", 100, 60), pressure=0.01)
    hand.do(*(("move", "pen 1", x, y) for x, y in DOWN[1:]), pressure=1)
    hand.do(("up", "pen 1", 100, 276), pressure=0)

    np.testing.assert_array_equal(ink(hand.visit), expected)


def test_a_second_finger_does_not_draw(hand: Hand):
    hand.line("touch 1", DOWN, lift=False)
    expected = ink(hand.visit)

    hand.line("touch 2", ACROSS)
    np.testing.assert_array_equal(ink(hand.visit), expected)

    hand.do(("up", "touch 1", 100, 276))
    np.testing.assert_array_equal(ink(hand.visit), expected)


@pytest.mark.firefox
def test_a_palm_does_not_draw_while_the_pen_is_down_or_shortly_after(hand: Hand):
    hand.line("pen 1", DOWN, lift=False)
    expected = ink(hand.visit)

    hand.line("touch 2", ACROSS)
    hand.do(("up", "pen 1", 100, 276))
    hand.line("touch 3", ACROSS)

    np.testing.assert_array_equal(ink(hand.visit), expected)
    hand.wait_until_fingers_draw_again()
    hand.line("touch 4", ACROSS)
    assert ink(hand.visit)[100, 200:300].all()


def test_a_palms_stroke_is_dropped_when_the_pen_goes_down(hand: Hand):
    hand.line("touch 1", ACROSS, lift=False)
    assert ink(hand.visit)[100, 200:300].all()

    hand.line("pen 2", DOWN)
    hand.do(("move", "touch 1", 250, 250), ("up", "touch 1", 250, 250))

    assert not ink(hand.visit)[:, 190:].any()
    assert ink(hand.visit)[60:276, 100].all()
    hand.visit.be("ready")
    expect(hand.visit.answer).to_have_attribute("aria-busy", "false")
    hand.visit.page.get_by_role("button", name="Undo").click()
    assert not ink(hand.visit).any()


@pytest.mark.parametrize("end", ["cancel", "lost capture", "unseen"])
def test_a_canceled_stroke_is_kept_and_the_next_one_is_new(hand: Hand, end):
    hand.line("touch 1", DOWN, lift=False)
    if end == "cancel":
        hand.do(("cancel", "touch 1", 0, 0))
    elif end == "lost capture":
        hand.visit.page.locator("#drawingCanvas").dispatch_event(
            "lostpointercapture", {"pointerId": 101}
        )
    else:  # released over another window: the next move has no button
        hand.do(("move", "touch 1", 300, 300), buttons=0)

    hand.do(("move", "touch 1", 300, 300))
    hand.line("touch 1", ACROSS)

    dark = ink(hand.visit)
    assert dark[60:276, 100].all() and dark[100, 200:300].all()
    assert not dark[200:, 150:].any()
    assert hand.visit.digit() is not None  # idle, with any answer


@pytest.mark.firefox
def test_coalesced_points_between_two_frames_are_drawn(hand: Hand):
    """One pointermove may stand for several coalesced events."""
    hand.do(("down", "pen 1", 60, 100))
    hand.visit.page.evaluate(
        """() => {
            const canvas = document.getElementById("drawingCanvas");
            const { left, top, width } = canvas.getBoundingClientRect();
            const at = (x, y) => ({
                pointerId: 101, pointerType: "pen", buttons: 1, button: -1,
                clientX: left + x * width / 336, clientY: top + y * width / 336,
            });
            const way = [];
            for (let x = 60; x <= 260; x += 4) {
                const y = 100 + 120 * Math.sin(Math.PI * (x - 60) / 200);
                way.push(new PointerEvent("pointermove", at(x, y)));
            }
            canvas.dispatchEvent(new PointerEvent("pointermove", {
                ...at(260, 100), coalescedEvents: way }));
        }"""
    )
    hand.do(("up", "pen 1", 260, 100))

    assert ink(hand.visit)[220, 160]  # the arc's lowest point
    assert not ink(hand.visit)[100, 100:220].any()  # where a straight line would be


@pytest.mark.firefox(only="all")
def test_drawing_by_mouse_shows_no_keyboard_hints(visit, strokes):
    page = visit()
    page.be("ready")
    page.draw(strokes["7"])
    page.be("ready")

    paper = page.page.locator("#drawingCanvas")
    expect(paper).to_be_focused()
    assert not paper.evaluate("paper => paper.matches(':focus-visible')")


def test_the_focus_moves_after_the_pointer_event(ready, strokes):
    """Focusing in the event would delay the answer by a frame."""
    ready.page.evaluate(
        """() => addEventListener("mousedown", () => setTimeout(() => {
            window.focusedThen = document.activeElement.id; // right after the event
        }), true)"""
    )
    ready.page.locator("#clearBtn").focus()

    ready.draw(strokes["1"])

    assert ready.page.evaluate("focusedThen") == "clearBtn"
    expect(ready.page.locator("#drawingCanvas")).to_be_focused()


@pytest.mark.parametrize("event", ["pointerdown", "pointerup"])
def test_pen_down_and_up_request_no_frame_in_their_event(ready: Visit, strokes, event):
    """Chromium delays messages after such an event until the next frame."""
    ready.draw(strokes["7"])
    ready.be("ready")
    ready.page.evaluate(
        """(event) => {
            const observer = new MutationObserver(() => {});
            observer.observe(document, {
                subtree: true, childList: true, characterData: true,
                attributes: true, attributeOldValue: true,
            });
            const changes = [];
            const { requestAnimationFrame } = window;
            const { stroke } = CanvasRenderingContext2D.prototype;
            const paper = document.getElementById("drawingCanvas");
            const begin = () => {
                observer.takeRecords();
                changes.length = 0;
                window.requestAnimationFrame = (callback) => {
                    changes.push("frame");
                    return requestAnimationFrame.call(window, callback);
                };
                CanvasRenderingContext2D.prototype.stroke = function (...path) {
                    if (this.canvas.checkVisibility()) changes.push("ink");
                    return stroke.apply(this, path);
                };
            };
            const end = () => {
                window.requestAnimationFrame = requestAnimationFrame;
                CanvasRenderingContext2D.prototype.stroke = stroke;
                for (const { type, target, attributeName, oldValue }
                    of observer.takeRecords()) {
                    // hidden once more is a style to be computed once more
                    const same = type === "attributes" && attributeName !== "hidden"
                        && target.getAttribute(attributeName) === oldValue;
                    if (!same) changes.push(`${target.nodeName} ${attributeName}`);
                }
                window.changes = [...changes];
            };
            addEventListener(event, begin, { capture: true, once: true });
            addEventListener(event, end, { once: true });
        }""",
        event,
    )

    ready.draw([[[100, 200], [140, 200], [180, 200]]])
    ready.be("ready")

    changes = ready.page.evaluate("window.changes")
    assert [what for what in changes if "aria-busy" not in what] == []
    assert ready.page.evaluate("document.activeElement.id") == "drawingCanvas"
    assert (ready.pixels("#drawingCanvas")[200, 100:180, 0] < 128).all()


def test_other_mouse_buttons_do_not_draw(hand: Hand):
    hand.line("pen 1", DOWN[:1])
    expected = ink(hand.visit)
    page = hand.visit.page
    box = page.locator("#drawingCanvas").bounding_box()

    for button in ("right", "middle"):
        page.mouse.move(box["x"] + 200, box["y"] + 200)
        page.mouse.down(button=button)
        page.mouse.move(box["x"] + 250, box["y"] + 220, steps=3)
        page.mouse.up(button=button)

    np.testing.assert_array_equal(ink(hand.visit), expected)
    page.keyboard.press("Escape")  # close a context menu


def test_a_stroke_ends_with_its_button_while_another_one_is_pressed(hand: Hand):
    page = hand.visit.page
    box = page.locator("#drawingCanvas").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.down(button="middle")
    page.mouse.up()
    before = ink(hand.visit)

    page.mouse.move(box["x"] + 250, box["y"] + 220, steps=3)
    page.mouse.up(button="middle")

    np.testing.assert_array_equal(ink(hand.visit), before)


def test_a_stroke_continues_across_the_pads_edge(ready: Visit):
    ready.draw([[[300, 60], [360, 60], [420, 60], [420, 200], [300, 200]]])

    dark = ink(ready)
    assert dark[60, 300:328].all() and dark[200, 300:328].all()
    assert not dark[100:160, :330].any()


@pytest.mark.only_browser("chromium")
def test_two_touches_draw_one_line_and_the_page_does_not_scroll(touch: Hand):
    touch.fingers("touchStart", (60, 60))
    for y in range(80, 280, 20):
        touch.fingers("touchMove", (60, y))
    alone = ink(touch.visit)
    touch.fingers("touchStart", (60, 260), (200, 60))
    for y in range(80, 280, 20):
        touch.fingers("touchMove", (60, 260), (200, y))
    touch.fingers("touchEnd")

    np.testing.assert_array_equal(ink(touch.visit), alone)
    assert alone[60:260, 60].all() and not alone[:, 150:].any()
    assert touch.visit.page.evaluate("scrollY") == 0


def test_touches_do_not_start_scribble_or_scrolling(hand: Hand):
    """Scribble on an iPad takes strokes unless touch events are cancelled."""
    refused = hand.visit.page.locator("#drawingCanvas").evaluate(
        """(canvas) => ["touchstart", "touchmove"].map((type) => !canvas.dispatchEvent(
            new Event(type, { bubbles: true, cancelable: true })))"""
    )
    action = hand.visit.page.locator("#drawingCanvas").evaluate(
        "(canvas) => getComputedStyle(canvas).touchAction"
    )

    assert refused == [True, True]
    assert action == "none"


# --- display --------------------------------------------------------------------------


def test_ink_is_sharp_on_a_high_density_screen(visit):
    page = visit(viewport={"width": 1280, "height": 900}, device_scale_factor=3)
    page.draw([DOWN])

    sharp = page.pixels(".sharp")
    width = page.page.locator("#drawingCanvas").bounding_box()["width"]

    assert len(sharp) == pytest.approx(3 * width, abs=2)
    scale = len(sharp) / 336
    row = sharp[int(168 * scale), :, 0]
    assert (row < 128).sum() == pytest.approx(20 * scale, abs=1)
    # edges are at most two device pixels wide
    assert ((row > 8) & (row < 247)).sum() <= 4
    assert page.pixels("#drawingCanvas").shape == (336, 336, 4)


def test_undo_restores_a_cleared_drawing(ready: Visit, strokes):
    ready.draw(strokes["4"])
    ready.be("ready")
    drawn, answer = ready.pixels("#drawingCanvas"), ready.digit()
    ready.clear()

    ready.page.get_by_role("button", name="Undo").click()

    assert ready.digit() == answer
    np.testing.assert_array_equal(ready.pixels("#drawingCanvas"), drawn)


def test_undo_during_a_stroke_removes_that_stroke(hand: Hand):
    hand.line("mouse 1", DOWN)
    before = ink(hand.visit)
    hand.line("mouse 1", ACROSS, lift=False)

    hand.visit.page.locator("#undoBtn").dispatch_event("click")
    hand.do(("move", "mouse 1", 200, 300), ("up", "mouse 1", 200, 300))

    np.testing.assert_array_equal(ink(hand.visit), before)
    expect(hand.visit.answer).to_have_attribute("aria-busy", "false")


# --- undo, eraser --------------------------------------------------------------------


def press(visit: Visit, name: str) -> None:
    visit.page.get_by_role("button", name=name, exact=True).click()


def test_redo_restores_undone_strokes_until_the_next_stroke(ready: Visit):
    ready.draw([DOWN])
    ready.draw([ACROSS])
    both = ink(ready)
    redo = ready.page.get_by_role("button", name="Redo")
    expect(redo).to_be_disabled()

    press(ready, "Undo")
    assert not ink(ready)[:, 190:].any()
    press(ready, "Redo")
    np.testing.assert_array_equal(ink(ready), both)
    expect(redo).to_be_disabled()

    press(ready, "Undo")
    ready.draw([[[50, 300]]])
    expect(redo).to_be_disabled()
    assert not ink(ready)[100, 200:].any()


def test_undo_stops_at_the_initial_drawing(visit):
    page = visit(before=without_python)
    undo = page.page.get_by_role("button", name="Undo")
    expect(undo).to_be_disabled()

    page.draw([DOWN])
    undo.click()

    expect(undo).to_be_disabled()
    assert not ink(page).any()


@pytest.mark.firefox
def test_the_eraser_removes_whole_strokes_and_one_sweep_is_one_undo_step(ready: Visit):
    ready.draw([DOWN, ACROSS, [[300, 300]]])
    all_three = ink(ready)
    eraser = ready.page.get_by_role("button", name="Erase a stroke")

    eraser.click()
    expect(eraser).to_have_attribute("aria-pressed", "true")
    ready.draw([[[30, 150], [60, 150], [150, 150], [240, 104], [250, 104]]])

    left = ink(ready)
    assert not left[:, :280].any() and left[300, 300]
    press(ready, "Undo")
    np.testing.assert_array_equal(ink(ready), all_three)
    eraser.click()
    ready.draw([[[150, 30]]])  # the pen is active again
    assert ink(ready)[30, 150]


def test_the_eraser_is_switched_off_when_the_pad_is_empty(ready: Visit):
    ready.draw([DOWN])
    press(ready, "Erase a stroke")
    ready.draw([[[100, 168]]])

    eraser = ready.page.get_by_role("button", name="Erase a stroke")
    expect(eraser).to_have_attribute("aria-pressed", "false")
    expect(eraser).to_be_disabled()
    ready.draw([ACROSS])
    assert ink(ready)[100, 200:300].all()


def test_a_pens_eraser_end_erases(hand: Hand):
    hand.line("pen 1", DOWN)
    hand.line("pen 1", ACROSS)

    hand.do(("down", "pen 1", 100, 200), buttons=32, button=5)
    hand.do(("up", "pen 1", 100, 200), buttons=0, button=5)

    assert not ink(hand.visit)[:, :190].any()
    assert ink(hand.visit)[100, 200:300].all()


# --- keys -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("undo", "redo"),
    [
        ("Control+z", "Control+Shift+z"),
        ("Control+z", "Control+y"),
        ("Meta+z", "Meta+Shift+z"),
    ],
)
def test_shortcuts_undo_and_redo(ready: Visit, undo, redo):
    ready.draw([DOWN])
    ready.page.locator("#drawingCanvas").focus()

    ready.page.keyboard.press(undo)
    assert not ink(ready).any()
    ready.page.keyboard.press(redo)
    assert ink(ready)[60:276, 100].all()


def test_shortcuts_work_on_keyboards_for_other_scripts(ready: Visit):
    ready.draw([DOWN])

    ready.page.locator("body").dispatch_event(
        "keydown", {"key": "я", "code": "KeyZ", "ctrlKey": True}
    )

    assert not ink(ready).any()


def test_delete_clears_and_enter_predicts(ready: Visit):
    ready.draw([DOWN])
    ready.page.locator("#drawingCanvas").focus()

    ready.page.keyboard.press("Delete")
    assert not ink(ready).any()
    ready.page.keyboard.press("Enter")
    expect(ready.answer).to_contain_text("draw something first")


def test_shortcuts_are_ignored_in_text_fields(ready: Visit):
    ready.draw([DOWN])
    ready.be("ready")
    before = ink(ready)

    ready.more()
    ready.page.locator("#networkList").focus()
    for key in ("Control+z", "Delete"):
        ready.page.keyboard.press(key)
    ready.page.get_by_role("button", name="Undo").focus()
    ready.page.keyboard.press("Delete")

    np.testing.assert_array_equal(ink(ready), before)


# --- drawing by keyboard --------------------------------------------------------------


def reach_paper(visit: Visit) -> None:
    """By key, so that the browser shows the focus ring."""
    visit.page.locator("#undoBtn").focus()
    keys(visit, "Shift+Tab")
    expect(visit.page.locator("#drawingCanvas")).to_be_focused()


@pytest.fixture
def typing(visit) -> Visit:
    """A page without Python, with the keyboard pen at its initial position."""
    size = {"width": 1280, "height": 900}
    page = visit(before=without_python, viewport=size)
    reach_paper(page)
    return page


def keys(visit: Visit, *names: str) -> None:
    for name in names:
        visit.page.keyboard.press(name)


def test_a_seven_is_drawn_and_recognized_by_keyboard_alone(visit):
    page = visit()
    reach_paper(page)
    keys(page, *["ArrowUp"] * 5, *["ArrowLeft"] * 4, "Space")
    keys(page, *["ArrowRight"] * 8)
    for _ in range(5):
        keys(page, "ArrowDown", "End")
    keys(page, "Space", "Enter")

    assert page.digit() == "7"
    dark = ink(page)
    assert dark[63, 90:240].all()  # the bar, on the grid's third line of sixteen
    press(page, "Undo")
    assert not ink(page).any()  # one stroke


def test_the_keyboard_pens_position_is_shown_and_announced(typing: Visit):
    cursor = typing.page.locator("#cursor")
    said = typing.page.locator("#penSays")
    canvas = typing.page.locator("#drawingCanvas").bounding_box()
    expect(cursor).to_be_visible()
    expect(typing.page.locator("#padKeys")).to_be_in_viewport()

    keys(typing, "ArrowRight")
    expect(said).to_have_text("Column 9, row 8")
    box = cursor.bounding_box()
    middle = box["x"] + box["width"] / 2 - canvas["x"]
    assert middle == pytest.approx(canvas["width"] * 9 / 16, abs=1)

    keys(typing, "Space")
    expect(said).to_have_text("Pen down, column 9, row 8")
    expect(cursor).to_have_attribute("data-pen", "down")
    keys(typing, "Escape")
    expect(said).to_have_text("Pen up")
    expect(cursor).to_have_attribute("data-pen", "up")
    assert ink(typing).any()

    typing.page.mouse.click(canvas["x"] + 30, canvas["y"] + 30)
    expect(cursor).to_be_hidden()


def test_the_keyboard_pen_stops_at_the_pads_edge(typing: Visit):
    keys(typing, *["PageUp"] * 20)

    expect(typing.page.locator("#penSays")).to_have_text("Column 15, row 1")


def test_losing_the_focus_lifts_the_keyboard_pen(typing: Visit):
    keys(typing, "Space", "ArrowRight", "Tab")
    before = ink(typing)
    expect(typing.page.locator("#cursor")).to_be_hidden()

    keys(typing, "Shift+Tab", "ArrowDown", "ArrowDown")

    np.testing.assert_array_equal(ink(typing), before)
    assert before.any()


def test_undo_brings_back_a_stroke_that_was_cleared_while_it_was_drawn(typing: Visit):
    paper = typing.page.locator("#drawingCanvas").bounding_box()
    mouse = typing.page.mouse
    mouse.move(paper["x"] + 50, paper["y"] + 50)
    mouse.down()
    mouse.move(paper["x"] + 90, paper["y"] + 90)
    drawn = ink(typing)

    keys(typing, "Delete")
    mouse.up()
    assert not ink(typing).any()
    press(typing, "Undo")

    np.testing.assert_array_equal(ink(typing), drawn)


def test_clearing_lifts_the_keyboard_pen(typing: Visit):
    keys(typing, "Space", "ArrowRight", "Delete", "ArrowDown", "ArrowDown")
    assert not ink(typing).any()

    keys(typing, "Space")
    assert ink(typing).any()


@pytest.mark.parametrize("key", ["ArrowDown", "Control+z"])
def test_the_mouse_draws_a_stroke_of_its_own_while_the_keyboard_pen_is_down(
    typing: Visit, key
):
    keys(typing, "Space", key)
    before = ink(typing)

    typing.draw([DOWN])

    keyboard_and_mouse = ink(typing)
    press(typing, "Undo")
    np.testing.assert_array_equal(ink(typing), before)
    typing.clear()
    typing.draw([DOWN])
    np.testing.assert_array_equal(ink(typing) | before, keyboard_and_mouse)


# --- sample digits --------------------------------------------------------------------


@pytest.mark.parametrize("digit", "0123456789")
def test_a_sample_digit_is_drawn_and_recognized(ready: Visit, digit):
    ready.draw([DOWN])

    ready.page.locator("#samples summary").click()
    press(ready, f"Draw an example of {digit}")

    assert ready.digit() == digit
    expect(ready.page.locator("#samples .labels")).to_be_hidden()
    press(ready, "Undo")
    assert ink(ready)[60:276, 100].all()  # nothing is lost


def test_the_digit_menu_closes_by_escape_and_by_a_click_elsewhere(visit):
    page = visit(before=without_python)
    summary, menu = (
        page.page.locator("#samples summary"),
        page.page.locator("#samples .labels"),
    )
    summary.press("Enter")
    expect(menu.get_by_role("button")).to_have_count(10)
    keys(page, "Tab", "Escape")
    expect(menu).to_be_hidden()
    expect(summary).to_be_focused()

    summary.click()
    page.page.mouse.click(5, 5)
    expect(menu).to_be_hidden()
    assert not ink(page).any()


@pytest.mark.parametrize("state", ["menu open", "drawing by keyboard", "erasing"])
def test_the_toolbar_is_accessible(ready: Visit, strokes, state):
    ready.draw(strokes["3"])
    if state == "menu open":
        ready.page.locator("#samples summary").click()
        expect(ready.page.locator("#samples button")).to_have_count(10)
    elif state == "erasing":
        press(ready, "Erase a stroke")
    else:
        reach_paper(ready)
        keys(ready, "ArrowDown")
        expect(ready.page.locator("#padKeys")).to_be_in_viewport()
    ready.be("ready")

    found = [barriers(ready) for _ in screens(ready)]

    ready.page.keyboard.press("Escape")
    assert found == [[], []]


def test_toolbar_buttons_are_large_enough_for_touch(touch: Hand):
    page = touch.visit.page
    page.locator("#samples summary").click()
    expect(page.locator("#samples button")).to_have_count(10)
    page.set_viewport_size({"width": 320, "height": 568})

    sizes = page.locator("#tools :is(button, summary)").evaluate_all(
        """(all) => all.map((one) => {
            const { width, height } = one.getBoundingClientRect();
            return [Math.round(width), Math.round(height)];
        })"""
    )

    assert len(sizes) == 16
    assert [size for size in sizes if size[0] < 36 or size[1] < 44] == []
