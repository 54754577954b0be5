"""<digit-pad> for scripts: strokes, pictures, buttons as methods, events, its look."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.site.boot.conftest import fulfill
from tests.site.conftest import BOOT_MS, in_view, until

ONE = '<form><digit-pad id="a" name="a" aria-label="A" {}></digit-pad></form>'
PICTURE = """pad.toBlob({}).then(async (blob) => {{
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return [blob.type, btoa(String.fromCharCode(...bytes))];
}})"""


def picture(page, args=""):
    kind, text = page.does("a", PICTURE.format(args))
    return kind, Image.open(io.BytesIO(base64.b64decode(text)))


def test_strokes_that_a_script_sets_are_read_like_a_drawing(host, strokes):
    page = host(ONE.format(""))
    pairs = [[[float(x), float(y)] for x, y in stroke] for stroke in strokes["7"]]

    page.page.evaluate(
        "pairs => { document.getElementById('a').strokes = pairs }", pairs
    )

    page.reads("a", "7")
    assert page.does("a", "pad.strokes") == pairs
    assert page.data() == {"a": "7"}
    assert page.page.evaluate("heard.at(-1).slice(0, 2)") == ["change", "a"]
    expected = "strokes: expected for each stroke a list of its points [x, y]"
    for wrong in ("null", "[[1, 2]]", "[[]]", "[[[1]]]", "[[[NaN, 2]]]", "'7'"):
        code = f"{{ try {{ pad.strokes = {wrong} }} catch (e) {{ return e.message }} }}"
        assert page.does("a", code) == expected, wrong
    assert page.does("a", "pad.value") == "7"


def test_clear_and_undo_do_what_the_buttons_do(host, strokes):
    page = host(ONE.format(""))
    page.draw("a", strokes["4"])
    page.reads("a", "4")

    page.does("a", "pad.clear()")
    assert page.data() == {"a": ""} and page.does("a", "pad.strokes") == []
    assert page.page.evaluate("heard.at(-1).slice(0, 2)") == ["change", "a"]

    page.does("a", "pad.undo()")
    page.reads("a", "4")
    page.does("a", "pad.undo()")  # the second stroke of the 4
    until(page.page, lambda: page.does("a", "pad.strokes.length") == 1)


@pytest.mark.firefox(only="all")
def test_a_page_s_colour_and_width_of_lines_are_not_the_network_s(host, strokes):
    page = host(ONE.format('size="240"'))
    page.page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync("digit-pad { --digit-pad-ink: rgb(0 0 255);"
                + " --digit-pad-pen: 4px; }");
            document.adoptedStyleSheets = [sheet];
        }"""
    )
    page.draw("a", strokes["1"])
    page.reads("a", "1")

    kind, seen = picture(page)
    shown = Image.open(io.BytesIO(page.canvas("a").screenshot()))
    page.page.evaluate("document.adoptedStyleSheets = []")

    assert kind == "image/png" and seen.size == (336, 336)
    black = np.asarray(seen.convert("L")) < 128
    red, _, blue = (np.asarray(shown.convert("RGB"))[..., i] < 128 for i in range(3))
    assert black.any() and red.any() and not blue[20:-40, 20:-20].any()
    # a line of 4 of 240 pixels instead of 20 of 336
    share = red[20:-40].mean() / black.mean()
    assert 0.15 < share < 0.45
    assert picture(page, "'image/jpeg', 0.5")[0] == "image/jpeg"


def test_an_attribute_that_is_set_to_what_it_is_changes_nothing(host, strokes):
    page = host('<digit-pad id="a" model="mlp"></digit-pad>')
    page.draw("a", strokes["7"])
    page.reads("a", "7")
    page.page.evaluate(
        """() => {
            window.told = [];
            const pad = document.querySelector("digit-pad");
            pad.addEventListener("ready", () => told.push(1));
            heard.length = 0;
        }"""
    )

    page.does("a", "pad.setAttribute('model', 'mlp')")

    assert page.does("a", "[pad.value, pad.reading !== null, pad.validity.valid]") == [
        "7",
        True,
        True,
    ]
    page.does("a", "pad.model = 'cnn'")
    page.page.wait_for_function("() => heard.at(-1)?.[0] === 'change'")
    assert page.page.evaluate("told") == [1], "only the other network was loaded"


def test_a_framework_that_sets_the_value_it_was_told_keeps_the_drawing(host, strokes):
    page = host()
    page.page.evaluate(
        """() => {
            const pad = document.querySelector("#a");
            for (const type of ["input", "change"])
                pad.addEventListener(type, () =>
                    queueMicrotask(() => (pad.value = pad.value)));
        }"""
    )

    box = in_view(page.canvas("a"))
    (first, *others), mouse = strokes["7"][0], page.page.mouse

    def go(x: float, y: float) -> None:
        mouse.move(box["x"] + x * box["width"] / 336, box["y"] + y * box["width"] / 336)

    go(*first)
    mouse.down()
    go(first[0] + 2, first[1])  # no digit so far
    page.page.wait_for_function("() => heard.length > 0", timeout=BOOT_MS)
    assert page.page.evaluate("heard[0].slice(0, 2)") == ["input", "a"]
    for point in others:
        go(*point)
    mouse.up()
    page.reads("a", "7")
    assert page.does("a", "pad.strokes.length") == 1
    assert page.does("a", "pad.reading.digit") == "7"

    page.does("a", "pad.value = '8'")
    assert page.does("a", "[pad.value, pad.strokes.length, pad.reading]") == [
        "8",
        0,
        None,
    ]
    page.does("b", "void (pad.strokes = [[[40, 40], [300, 300]]])")
    assert page.does("b", "pad.strokes.length") == 1
    page.does("b", "pad.value = ''")
    assert page.does("b", "pad.strokes.length") == 0


def test_a_listener_that_refuses_an_answer_hears_no_further_event_about_it(host):
    page = host()
    page.page.evaluate(
        """() => {
            const pad = document.querySelector("#a");
            pad.addEventListener("input", ({ detail }) => {
                if (detail.digit !== "") pad.value = "";
            });
        }"""
    )

    page.page.locator("#a .field").press("6")

    assert page.does("a", "pad.value") == ""
    heard = page.page.evaluate(
        "heard.map(([type, id, detail]) => [type, detail?.digit])"
    )
    assert heard == [["input", "6"]]


def test_a_framework_may_set_each_attribute_as_a_property_and_take_it_back(host):
    """As React 19 does; it sets undefined for a property that is no longer there."""
    page = host('<digit-pad id="a"></digit-pad><form id="far"></form>')
    took_back = """names => {
        "use strict";
        const pad = document.querySelector("#a");
        return names.filter((name) => {
            for (const none of [undefined, null]) {
                pad[name] = "1";
                if (pad.getAttribute(name) !== "1") return true;
                pad[name] = none;
                if (pad.hasAttribute(name)) return true;
            }
            return false;
        });
    }"""
    names = "name model size theme digits min max step pattern type form"

    assert page.page.evaluate(took_back, names.split()) == []
    page.does("a", "pad.form = 'far'")
    assert page.does("a", "pad.form.id") == "far"


@pytest.mark.parametrize("given", ["undefined", "null", "7"])
def test_a_custom_validity_is_a_text_as_that_of_an_input(host, given):
    page = host()
    page.page.evaluate("void (window.input = document.createElement('input'))")
    for of in ("pad", "input"):
        page.does("b", f"{of}.setCustomValidity({given})")

    assert page.does("b", "pad.validationMessage === input.validationMessage")
    page.does("b", "pad.setCustomValidity('')")
    assert page.does("b", "pad.checkValidity()")


def test_ready_and_error_are_events_that_do_not_bubble(shared, host):
    fulfill(shared.page.context, "broken.json", "application/json", "{")
    page = host("")
    page.page.evaluate(
        """() => {
            const pad = document.createElement("digit-pad");
            pad.id = "a";
            window.told = [];
            for (const type of ["ready", "error"]) {
                document.addEventListener(type, () => told.push("bubbled"));
                pad.addEventListener(type, ({ detail }) => told.push([type, detail]));
            }
            document.querySelector("main > div").append(pad);
        }"""
    )
    until(page.page, lambda: page.page.evaluate("told.length") == 1, 60_000)
    assert page.page.evaluate("told") == [["ready", None]]

    page.does("a", "pad.model = '/broken.json'")
    until(page.page, lambda: page.page.evaluate("told.length") == 2)
    kind, detail = page.page.evaluate("told[1]")
    assert kind == "error"
    expect(page.page.locator("#a .problem strong")).to_have_text(detail["title"])
    expect(page.page.locator("#a .problem p")).to_have_text(detail["text"])
    assert all("<digit-pad>" in text for text in page.watch.errors)
