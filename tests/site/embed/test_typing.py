"""Typing into <digit-pad>: keys, its text field, late answers, the form."""

import numpy as np
import pytest
from playwright.sync_api import expect

import nnweb
from nnweb.layers import Dense
from nnweb.network import Network
from tests.site.accessibility import barriers
from tests.site.boot.conftest import fulfill
from tests.site.conftest import until
from tests.site.test_failures import WORKER, cut_off, routed

# Requests wait in the page until the test releases them.
HOLD = """() => {
    const post = Worker.prototype.postMessage;
    window.held = [];
    Worker.prototype.postMessage = function (message, ...rest) {
        if (message.type !== "recognize") return post.call(this, message, ...rest);
        held.push(() => post.call(this, message, ...rest));
    };
    window.release = () => {
        Worker.prototype.postMessage = post;
        for (const send of held) send();
    };
}"""
KINDS = "heard.map(([kind, , , value]) => `${kind} ${value}`)"


def field(page, pad="a"):
    return page.page.locator(f"#{pad}").get_by_role("textbox")


def typed(page, digit, pad="a"):
    """Check all that shows a typed digit."""
    assert page.does(pad, "pad.value") == digit
    assert page.does(pad, "pad.checkValidity()")
    expect(field(page, pad)).to_have_value(digit)
    expect(page.page.locator(f"#{pad} .answer")).to_have_text(f"{digit}Typed")
    expect(page.page.locator(f"#{pad} .answer")).to_have_attribute("aria-busy", "false")


@pytest.mark.firefox(only="all")
def test_a_key_writes_its_digit_before_python_has_started(host_anew):
    page = host_anew(follow=routed(f"{WORKER}*", lambda route: None))
    assert not page.does("a", "pad.checkValidity()")

    page.canvas("a").focus()
    page.page.keyboard.press("7")

    typed(page, "7")
    assert page.data()["floor"] == "7"
    reading = {"digit": "7", "other": "", "probabilities": [], "status": "digit"}
    assert page.page.evaluate("heard") == [
        ["input", "a", reading, "7"],
        ["change", "a", reading, "7"],
    ]
    assert page.does("a", "pad.reading") == reading
    page.page.keyboard.press("2")
    typed(page, "2")


def test_the_text_field_works_when_python_cannot_start(host_anew):
    page = host_anew(follow=routed("**/models-*/**", cut_off))
    page.does("a", "pad.focus()")
    expect(page.page.locator("#a").get_by_role("alert")).to_be_visible()

    field(page).press("4")

    typed(page, "4")
    assert barriers(page.visit) == []


@pytest.mark.firefox
def test_a_screen_reader_finds_one_text_field_with_the_name_of_the_pad(host):
    page = host()
    named = page.page.get_by_role("textbox", name="Floor", exact=True)

    expect(named).to_have_count(1)
    expect(named).to_have_accessible_description(
        "Type a digit, or draw: arrow keys "
        "move the pen, Space lowers or lifts it, Delete clears."
    )
    expect(named).to_have_attribute("aria-required", "true")
    expect(page.page.get_by_role("textbox", name="Flat", exact=True)).to_have_value("3")
    assert barriers(page.visit) == []


def test_the_keys_are_shown_on_blank_paper_only_and_in_place_of_the_hint(host, strokes):
    page = host()
    hint, keys = (page.page.locator(f"#a .{name}") for name in ("hint", "keys"))

    field(page).focus()
    expect(keys).to_have_css("clip-path", "none")
    expect(hint).to_be_hidden()
    page.draw("a", strokes["4"])
    field(page).focus()

    expect(keys).not_to_have_css("clip-path", "none")


def test_a_pad_is_one_tab_stop_before_its_buttons(host):
    page = host()
    page.page.get_by_role("heading").click()
    stops = []
    for _ in range(4):
        page.page.keyboard.press("Tab")
        stops.append(
            page.page.evaluate(
                "`${document.activeElement.id} "
                "${document.activeElement.shadowRoot.activeElement.ariaLabel}`"
            )
        )

    assert stops == ["a Floor", "a Undo", "a Clear", "b Flat"]


def test_a_drawn_digit_appears_in_the_text_field_and_undo_brings_it_back(host, strokes):
    page = host()
    page.draw("a", strokes["4"])
    page.reads("a", "4")
    expect(field(page)).to_have_value("4")

    field(page).press("9")

    typed(page, "9")
    expect(page.page.locator("#a .keys")).to_have_css(
        "clip-path", "none"
    )  # it is blank
    page.page.keyboard.press("Control+z")
    page.reads("a", "4")
    expect(field(page)).to_have_value("4")
    expect(page.page.locator("#a .answer")).not_to_contain_text("Typed")


def test_a_typed_digit_is_not_replaced_by_a_late_answer(host, strokes):
    page = host()
    page.draw("a", strokes["1"])
    page.reads("a", "1")  # the network is loaded
    page.page.evaluate(HOLD)
    try:
        page.draw("a", strokes["7"])
        page.page.wait_for_function("() => held.length > 0")
        page.page.keyboard.press("3")
        page.page.evaluate("heard.length = 0")
    finally:
        page.page.evaluate("release()")

    page.draw("b", strokes["2"])
    page.reads("b", "2")  # answered after the 7
    typed(page, "3")
    assert page.page.evaluate("heard.every(([, id]) => id === 'b')")


def test_drawing_replaces_a_typed_digit(host, strokes):
    page = host()
    field(page).press("5")

    page.page.evaluate(HOLD)
    try:
        page.draw("a", strokes["2"])
        assert page.data()["floor"] == ""  # the 5 is not the value of this drawing
        assert page.does("a", "pad.validity.badInput")
        expect(field(page)).to_have_value("")
    finally:
        page.page.evaluate("release()")

    page.reads("a", "2")
    expect(field(page)).to_have_value("2")


@pytest.mark.parametrize("key", ["Backspace", "Delete"])
@pytest.mark.parametrize("place", ["textbox", "application"])
def test_backspace_and_delete_remove_a_typed_digit(host, place, key):
    page = host()
    page.page.locator("#a").get_by_role(place).focus()
    page.page.keyboard.press("6")
    typed(page, "6")

    page.page.keyboard.press(key)

    assert page.data()["floor"] == ""
    assert page.does("a", "pad.validity.valueMissing")
    assert page.page.evaluate(KINDS) == ["input 6", "change 6", "input ", "change "]


@pytest.mark.firefox
def test_text_without_keys_is_typed_and_what_is_no_digit_is_refused(host):
    page = host()
    field(page).focus()
    insert = page.page.keyboard.insert_text  # as dictation and on-screen keyboards do

    for text, value in (("6", "6"), ("8", "8"), ("8", "8"), ("x", "8"), ("12", "8")):
        insert(text)
        typed(page, value)
    insert("３")
    typed(page, "3")
    page.page.keyboard.press("x")
    typed(page, "3")
    page.page.keyboard.press("Control+5")
    typed(page, "3")
    expected = [f"{kind} {value}" for value in "683" for kind in ("input", "change")]
    assert page.page.evaluate(KINDS) == expected  # and none of the inner field


def test_arrow_keys_in_the_text_field_draw(host):
    page = host()
    keys = page.page.keyboard
    field(page).focus()
    for _ in range(5):
        keys.press("ArrowUp")
    keys.press("Space")
    for _ in range(10):
        keys.press("ArrowDown")
    expect(page.page.locator("#a .cursor")).to_be_visible()

    page.page.locator("#b").get_by_role("textbox").focus()  # lifts the pen

    page.reads("a", "1")
    expect(field(page)).to_have_value("1")
    expect(page.page.locator("#a .cursor")).to_be_hidden()


@pytest.mark.firefox
def test_reset_and_enter_work_with_a_typed_digit(host):
    page = host()
    page.page.evaluate(
        "void (document.forms[0].onsubmit = (e) => { e.preventDefault(); sent = 1; })"
    )
    field(page).press("Enter")
    assert page.page.evaluate("sent") == 0  # required
    field(page).press("6")
    field(page, "b").press("0")
    field(page).press("Enter")
    assert page.page.evaluate("sent") == 1
    assert page.data() == {"floor": "6", "flat": "0"}

    page.page.get_by_role("button", name="Reset").click()

    assert page.data() == {"floor": "", "flat": "3"}
    expect(field(page)).to_have_value("")
    expect(field(page, "b")).to_have_value("3")
    expect(page.page.locator("#b .answer")).to_have_text("3")


def test_enter_presses_the_form_s_first_submit_button_unless_it_is_disabled(host):
    page = host(
        """<form><button type="button">None</button>
        <digit-pad id="a" name="floor"></digit-pad>
        <button id="first" name="do" value="save">Save</button>
        <button name="do" value="send">Send</button></form>"""
    )
    page.page.evaluate(
        """() => {
            window.sent = [];
            document.forms[0].onsubmit = (event) => {
                event.preventDefault();
                sent.push([...new FormData(event.target, event.submitter)].join(" "));
            };
        }"""
    )
    field(page).press("6")

    field(page).press("Enter")
    assert page.page.evaluate("sent") == ["floor,6 do,save"]

    page.does("first", "(pad.disabled = true)")
    field(page).press("Enter")
    assert page.page.evaluate("sent.length") == 1


def test_disabled_and_readonly_pads_cannot_be_typed_into(host):
    page = host()
    for pad, lock in (("b", "pad.readOnly = true"), ("c", "true")):
        page.does(pad, lock)
        value = page.does(pad, "pad.value")

        page.canvas(pad).focus()
        page.page.keyboard.press("7")
        page.page.keyboard.press("Backspace")

        assert page.does(pad, "pad.value") == value
        expect(field(page, pad)).not_to_be_editable()
    expect(field(page, "c")).to_be_disabled()
    field(page, "b").press("7")
    field(page, "b").press("Backspace")
    assert page.does("b", "pad.value") == "3"
    page.does("b", "pad.readOnly = false")
    field(page, "b").press("7")
    typed(page, "7", "b")


def test_the_keys_of_a_network_with_letters_are_its_labels(host, shared, tmp_path):
    layer = Dense(784, 3, rng=np.random.default_rng(0))
    nnweb.save(Network([layer], labels=("A", "b", "C")), tmp_path / "letters.json")
    waiting = []
    shared.page.route("**/letters.json", lambda route: waiting.append(route))
    try:
        page = host(
            '<form><digit-pad id="a" name="a" aria-label="A" model="/letters.json">'
            "</digit-pad></form>"
        )
        field(page).press("5")
        typed(page, "5")  # no labels are known yet
        until(page.page, lambda: waiting)
        waiting[0].fulfill(path=tmp_path / "letters.json")
        page.page.wait_for_function("() => document.querySelector('#a').value === ''")
    finally:
        shared.page.unroute("**/letters.json")

    for key, value in (("b", "b"), ("a", "A"), ("C", "C"), ("5", "C"), ("d", "C")):
        field(page).press(key)
        typed(page, value)
    expect(field(page)).to_have_attribute("inputmode", "text")
    expect(field(page)).to_have_attribute("placeholder", "")


def test_a_label_of_several_characters_is_typed_over_those_in_it_and_with_its_space(
    host, shared, tmp_path
):
    labels = ("a", "cat", "my home", "t")
    layer = Dense(784, len(labels), rng=np.random.default_rng(0))
    nnweb.save(Network([layer], labels=labels), tmp_path / "words.json")
    fulfill(
        shared.page.context,
        "words.json",
        "application/json",
        (tmp_path / "words.json").read_text(),
    )
    page = host(
        '<form><digit-pad id="a" name="a" model="/words.json"></digit-pad></form>'
    )
    field(page).focus()
    expect(field(page)).to_have_attribute("inputmode", "text")  # its labels are known
    for text in ("cat", "t", "my home", "a"):
        field(page).press_sequentially(text)

        typed(page, text)
        field(page).press("Delete")
        assert page.does("a", "pad.value") == ""

    field(page).press_sequentially("ca")
    field(page).press("Space")
    assert page.does("a", "pad.strokes.length") == 0
