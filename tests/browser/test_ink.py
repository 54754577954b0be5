"""The pad: which pointer draws, what is kept of it, and every way to take it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import Stroke, Visit

Event = tuple[str, str, float, float]


class Hand:
    """Pens and fingers on the pad, by events as a browser makes them.

    A pointer is named by its kind and a number: "pen 1", "touch 2".
    """

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.session: CDPSession | None = None

    def do(self, *events: Event, **more: Any) -> None:
        """Each is what happens, who does it, and where on 336 x 336 pixels."""
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
                }
            }""",
            [events, more],
        )

    def line(self, who: str, stroke: Stroke, *, lift: bool = True) -> None:
        events = [("move", who, x, y) for x, y in stroke]
        events[0] = ("down", *events[0][1:])
        if lift:
            events.append(("up", who, *stroke[-1]))
        self.do(*events)

    def fingers(self, kind: str, *points: tuple[float, float]) -> None:
        """Real touches, from the browser's own input; Chromium has a way for that."""
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
def hand(ready: Visit) -> Iterator[Hand]:
    yield Hand(ready)
    ready.page.wait_for_timeout(550)  # for as long as a finger passes for a palm


@pytest.fixture
def touch(visit) -> Hand:
    """On a page that is touched, not clicked. It need not have started Python."""
    return Hand(visit(viewport={"width": 360, "height": 740}, has_touch=True))


def ink(visit: Visit) -> np.ndarray:
    """Where the pad is black, bool (336, 336)."""
    dark: np.ndarray = visit.pixels("#drawingCanvas")[..., 0] < 128
    return dark


DOWN = [[100.0, 60.0], [100.0, 120.0], [100.0, 180.0], [100.0, 276.0]]
ACROSS = [[200.0, 100.0], [220.0, 100.0], [260.0, 100.0], [300.0, 100.0]]


# --- pointers -------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["mouse 1", "pen 1", "touch 1"])
def test_mouse_pen_and_finger_draw_the_same(hand: Hand, who):
    hand.line("mouse 1", DOWN)
    expected = ink(hand.visit)
    hand.visit.clear()

    hand.line(who, DOWN)

    np.testing.assert_array_equal(ink(hand.visit), expected)
    assert expected[60:276, 100].all()


def test_pressure_makes_no_difference(hand: Hand):
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


def test_a_palm_does_not_draw_while_the_pen_is_down_nor_shortly_after(hand: Hand):
    hand.line("pen 1", DOWN, lift=False)
    expected = ink(hand.visit)

    hand.line("touch 2", ACROSS)
    hand.do(("up", "pen 1", 100, 276))
    hand.line("touch 3", ACROSS)

    np.testing.assert_array_equal(ink(hand.visit), expected)
    hand.visit.page.wait_for_timeout(600)
    hand.line("touch 4", ACROSS)
    assert ink(hand.visit)[100, 200:300].all()


def test_what_the_palm_drew_before_the_pen_came_down_is_dropped(hand: Hand):
    hand.line("touch 1", ACROSS, lift=False)
    assert ink(hand.visit)[100, 200:300].all()

    hand.line("pen 2", DOWN)
    hand.do(("move", "touch 1", 250, 250), ("up", "touch 1", 250, 250))

    assert not ink(hand.visit)[:, 190:].any()
    assert ink(hand.visit)[60:276, 100].all()
    hand.visit.page.get_by_role("button", name="Undo").click()
    assert not ink(hand.visit).any()


@pytest.mark.parametrize("end", ["cancel", "lost capture", "unseen"])
def test_a_stroke_that_the_system_ends_is_kept_and_the_next_one_is_new(hand: Hand, end):
    hand.line("touch 1", DOWN, lift=False)
    if end == "cancel":
        hand.do(("cancel", "touch 1", 0, 0))
    elif end == "lost capture":
        hand.visit.page.locator("#drawingCanvas").dispatch_event(
            "lostpointercapture", {"pointerId": 101}
        )
    else:  # lifted over another window: the next move has no button
        hand.do(("move", "touch 1", 300, 300), buttons=0)

    hand.do(("move", "touch 1", 300, 300))
    hand.line("touch 1", ACROSS)

    dark = ink(hand.visit)
    assert dark[60:276, 100].all() and dark[100, 200:300].all()
    assert not dark[200:, 150:].any()
    assert hand.visit.digit() is not None  # it rests, with whatever answer


def test_the_way_between_two_frames_is_not_cut_short(hand: Hand):
    """Coalesced events: one move of the browser stands for many of the pen."""
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


def test_other_buttons_do_not_draw(hand: Hand):
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
    page.keyboard.press("Escape")  # a menu may have come up


def test_a_stroke_goes_on_over_the_papers_edge_and_back(ready: Visit):
    ready.draw([[[300, 60], [360, 60], [420, 60], [420, 200], [300, 200]]])

    dark = ink(ready)
    assert dark[60, 300:328].all() and dark[200, 300:328].all()
    assert not dark[100:160, :330].any()


@pytest.mark.only_browser("chromium")
def test_two_real_fingers_draw_one_line_and_the_page_does_not_scroll(touch: Hand):
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


def test_touches_are_not_left_to_scribble_or_to_scrolling(hand: Hand):
    """Scribble on an iPad takes strokes unless touch events are refused it."""
    refused = hand.visit.page.locator("#drawingCanvas").evaluate(
        """(canvas) => ["touchstart", "touchmove"].map((type) => !canvas.dispatchEvent(
            new Event(type, { bubbles: true, cancelable: true })))"""
    )
    action = hand.visit.page.locator("#drawingCanvas").evaluate(
        "(canvas) => getComputedStyle(canvas).touchAction"
    )

    assert refused == [True, True]
    assert action == "none"


# --- what is kept ---------------------------------------------------------------------


def test_ink_is_sharp_on_a_screen_of_high_density(visit):
    page = visit(viewport={"width": 1280, "height": 900}, device_scale_factor=3)
    page.draw([DOWN])

    sharp = page.pixels(".sharp")
    width = page.page.locator("#drawingCanvas").bounding_box()["width"]

    assert len(sharp) == pytest.approx(3 * width, abs=2)
    scale = len(sharp) / 336
    row = sharp[int(168 * scale), :, 0]
    assert (row < 128).sum() == pytest.approx(20 * scale, abs=1)
    # from paper to ink within two pixels of the screen, on either side
    assert ((row > 8) & (row < 247)).sum() <= 4
    assert page.pixels("#drawingCanvas").shape == (336, 336, 4)


def test_turning_the_device_keeps_the_drawing_and_its_place(touch: Hand, strokes):
    page = touch.visit
    page.draw(strokes["5"])
    before = page.pixels("#drawingCanvas")

    page.page.set_viewport_size({"width": 740, "height": 360})
    page.draw([[[20, 20], [40, 20]]])
    page.page.set_viewport_size({"width": 360, "height": 740})
    page.page.get_by_role("button", name="Undo").click()

    np.testing.assert_array_equal(page.pixels("#drawingCanvas"), before)
    side = page.pixels(".sharp").shape[0]
    assert side == page.page.locator("#drawingCanvas").bounding_box()["width"]


def test_undo_goes_back_over_clear_too(ready: Visit, strokes):
    ready.draw(strokes["4"])
    ready.be("ready")
    drawn, answer = ready.pixels("#drawingCanvas"), ready.digit()
    ready.clear()

    ready.page.get_by_role("button", name="Undo").click()

    assert ready.digit() == answer
    np.testing.assert_array_equal(ready.pixels("#drawingCanvas"), drawn)


def test_undo_in_the_middle_of_a_stroke_takes_that_stroke_back(hand: Hand):
    hand.line("mouse 1", DOWN)
    before = ink(hand.visit)
    hand.line("mouse 1", ACROSS, lift=False)

    hand.visit.page.locator("#undoBtn").dispatch_event("click")
    hand.do(("move", "mouse 1", 200, 300), ("up", "mouse 1", 200, 300))

    np.testing.assert_array_equal(ink(hand.visit), before)
    expect(hand.visit.answer).to_have_attribute("aria-busy", "false")


def test_a_dead_pen_leaves_a_page_that_rests(hand: Hand):
    hand.line("touch 1", ACROSS, lift=False)

    hand.line("pen 2", DOWN)

    hand.visit.be("ready")
    expect(hand.visit.answer).to_have_attribute("aria-busy", "false")
