"""<digit-pad> for numbers: the sheet, its value and validity, typing, the form."""

import pytest
from playwright.sync_api import expect

from tests.site.accessibility import barriers, fits, screens
from tests.site.conftest import BETWEEN_4_AND_9, BOOT_MS, in_view, trace, until
from tests.site.embed.conftest import as_host
from tests.site.embed.test_typing import KINDS, field
from tests.site.numbers.test_numbers import GAP, SCALE, SIGNS
from tests.site.test_failures import cut_off, routed

ORDER = """<form><label for="a">Code</label>
    <digit-pad id="a" name="code" digits="4" required></digit-pad>
    <label>Amount <digit-pad id="b" name="amount" type="number" decimal max="20"
    value="7.5"></digit-pad></label>
    <button>Send</button><button type="reset">Reset</button></form>"""
IS_SHEET = """(id) =>
    document.getElementById(id).shadowRoot.querySelector(".ink").width > 336"""
MESSAGE = "pad.validationMessage"


def sheet(page, *pads):
    """Wait until the pads are as wide as numbers need."""
    for pad in pads:
        page.page.wait_for_function(IS_SHEET, arg=pad)
    return page


def one(host, attributes):
    pad = f'<form><digit-pad id="a" name="a" aria-label="A" {attributes}></digit-pad>'
    return sheet(host(f"{pad}<button>Send</button></form>"), "a")


def write(page, pad, text, strokes, scale=SCALE):
    """Write with the mouse, from left to right."""
    box, left = in_view(page.canvas(pad)), 20.0
    for character in text:
        shape = {**strokes, **SIGNS}[character]
        xs = [x for stroke in shape for x, _ in stroke]
        trace(page.page, box, shape, scale, (left - scale * min(xs), 0))
        left += scale * (max(xs) - min(xs) + GAP / SCALE)


def reads(page, pad, value):
    page.reads(pad, value)
    expect(field(page, pad)).to_have_value(value)


@pytest.mark.firefox(only="all")
def test_a_pad_for_four_digits_reads_what_is_written_on_it(host, strokes):
    page = sheet(host(ORDER), "a")
    assert page.does("a", MESSAGE) == "Write or type a number."

    write(page, "a", "2026", strokes)

    reads(page, "a", "2026")
    assert page.data() == {"code": "2026", "amount": "7.5"}
    assert page.does("a", "pad.checkValidity()")
    kind, target, detail, value = page.page.evaluate("heard").pop()
    assert (kind, target, value) == ("change", "a", "2026")
    assert detail["digit"] == "2026" and detail["other"] == ""
    assert detail["confidence"] > 0.8 and detail["status"] == "digit"
    assert barriers(page.visit) == []
    assert page.watch.errors == [] and page.watch.foreign == []


def test_an_amount_with_a_point_is_refused_above_max(host, strokes):
    page = one(host, 'type="number" decimal max="500"')

    write(page, "a", "727.5", strokes)

    reads(page, "a", "727.5")  # not 127.5
    assert page.does("a", "pad.validity.rangeOverflow")
    message = "The number must be at most 500."
    assert page.does("a", MESSAGE) == message
    expect(page.page.locator("#a .words")).to_have_text(message)
    page.does("a", "pad.max = 800")
    assert page.does("a", "pad.checkValidity()")


def test_the_second_reading_of_a_number_is_sent_if_it_is_chosen(host, strokes):
    page = one(host, 'digits="2"')

    left, right = BETWEEN_4_AND_9
    write(page, "a", "u2", {**strokes, "u": [[[200, 80], *left[1:]], right]})

    until(page.page, lambda: page.does("a", "pad.reading?.other.length === 2"))
    first, second = page.does("a", "[pad.value, pad.reading.other]")
    assert {first, second} == {"42", "92"}
    page.page.locator("#a").get_by_role("button", name=f"Use {second}").click()
    assert page.data() == {"a": second}
    expect(field(page, "a")).to_have_value(second)
    assert page.page.evaluate("heard.at(-1).slice(0, 2)") == ["change", "a"]
    assert barriers(page.visit) == []


def test_a_scribble_beside_a_digit_is_no_number(host, strokes):
    page = one(host, 'digits="1-4"')
    zigzag = [[20 + 100 * (i % 2), 60 + 24 * i] for i in range(10)]

    write(page, "a", "4x", {**strokes, "x": [zigzag]})

    until(page.page, lambda: "not a number" in page.does("a", MESSAGE))
    assert page.data() == {"a": ""}


def test_undo_and_clear_read_again(host, strokes):
    page = one(host, 'digits="1-4"')
    write(page, "a", "70", strokes)
    reads(page, "a", "70")

    page.page.locator("#a").get_by_role("button", name="Undo").click()
    reads(page, "a", "7")
    page.page.locator("#a").get_by_role("button", name="Clear").click()

    reads(page, "a", "")


DATE = r'pattern="\d{2}[.\/]\d{2}" title="As 24/12."'


@pytest.mark.parametrize(
    ("attributes", "text", "value", "flag", "message"),
    [
        ('digits="4"', "0042", "0042", "", ""),
        ('digits="4"', "042", "042", "tooShort", "Write 4 digits; this has 3."),
        ('digits="1-3"', "2026", "2026", "tooLong", "Write 1–3 digits; this has 4."),
        ('digits="1-3"', "2x", "2x", "patternMismatch", "Use digits only."),
        (DATE, "24/12", "24/12", "", ""),
        (DATE, "24", "24", "patternMismatch", "Use the expected format. As 24/12."),
        ("decimal negative", "−3,５", "-3.5", "", ""),
        ('type="number"', "x", "", "badInput", "This is not a number"),
        ('type="number" min="5"', "4", "4", "rangeUnderflow", "at least 5."),
        ('type="number" step="0.5"', "3.2", "3.2", "stepMismatch", "are 3 and 3.5."),
        (
            'type="number" min="0" max="10" step="4"',
            "9",
            "9",
            "stepMismatch",
            "The nearest valid number is 8.",
        ),
        ('digits="4" lang="de"', "1", "1", "tooShort", "Schreibe 4 Ziffern"),
        ('decimal max="1.5" lang="de"', "2", "2", "rangeOverflow", "höchstens 1,5"),
    ],
)
def test_a_typed_number_has_the_value_and_validity_of_an_input(
    host, attributes, text, value, flag, message
):
    page = one(host, attributes)

    field(page).press_sequentially(text)

    assert page.data() == {"a": value}
    assert message in page.does("a", MESSAGE)
    assert page.does("a", "pad.checkValidity()") == (flag == "")
    assert flag == "" or page.does("a", f"pad.validity.{flag}")
    expect(field(page)).to_have_value(text)
    expect(page.page.locator("#a .words")).to_contain_text(message)


def test_numbers_and_messages_read_from_the_left_on_a_page_that_does_not(host):
    page = one(host, 'type="number" max="5"')
    page.page.evaluate("document.body.dir = 'rtl'")

    field(page).fill("-12")
    direction = "e => getComputedStyle(e).direction"
    assert field(page).evaluate(direction) == "ltr"
    field(page).fill("12")
    words = page.page.locator("#a .words")
    expect(words).to_have_text("The number must be at most 5.")
    full_stop_is_last = """e => {
        const at = (i) => {
            const range = new Range();
            range.setStart(e.firstChild, i);
            range.setEnd(e.firstChild, i + 1);
            return range.getBoundingClientRect().left;
        };
        return at(0) < at(e.textContent.length - 1);
    }"""
    assert words.evaluate(full_stop_is_last)
    page.page.evaluate("document.body.dir = ''")


@pytest.mark.firefox
def test_a_key_on_the_paper_goes_on_in_the_text_field(host):
    page = one(host, 'digits="4"')
    page.page.evaluate(
        "void (document.forms[0].onsubmit = (e) => { e.preventDefault(); sent += 1; })"
    )
    press = page.page.keyboard.press

    page.canvas("a").focus()
    for key in ("2", "0", "4", "Backspace", "2", "Enter"):
        press(key)
    assert page.page.evaluate("sent") == 0  # it has three digits
    press("6")
    press("Enter")
    assert page.page.evaluate("sent") == 1
    field(page).blur()

    kinds = page.page.evaluate(KINDS)
    typed = ("2", "20", "204", "20", "202", "2026")
    assert [kind for kind in kinds if "input" in kind] == [f"input {v}" for v in typed]
    assert kinds[-1] == "change 2026"
    page.canvas("a").press("Backspace")
    assert page.data() == {"a": "202"}


def test_a_reset_restores_the_number_of_the_attribute(host):
    page = sheet(host(ORDER), "a", "b")
    field(page).press_sequentially("2026")
    field(page, "b").fill("12.50")
    assert page.data() == {"code": "2026", "amount": "12.50"}

    page.page.get_by_role("button", name="Reset").click()

    assert page.data() == {"code": "", "amount": "7.5"}
    expect(field(page)).to_have_value("")
    expect(field(page, "b")).to_have_value("7.5")


def test_a_locked_sheet_takes_no_number(host, strokes):
    page = one(host, 'digits="1-4" readonly value="12"')

    write(page, "a", "7", strokes)
    field(page).press("7")
    page.canvas("a").press("Backspace")

    assert page.data() == {"a": "12"}
    expect(field(page)).not_to_be_editable()
    page.does("a", "pad.disabled = true")
    expect(field(page)).to_be_disabled()
    assert page.data() == {}


def test_a_pad_becomes_a_sheet_when_its_attributes_ask_for_it(host):
    page = host('<form><digit-pad id="a" name="a" aria-label="A"></digit-pad></form>')
    assert page.canvas("a").bounding_box()["width"] == pytest.approx(240, abs=3)

    page.does("a", "(pad.digits = '1-6', pad.value = '2026')")

    sheet(page, "a")
    assert page.data() == {"a": "2026"}
    expect(page.page.locator("#a .hint")).to_have_text("Write a number")
    page.does("a", "pad.type = 'number'")
    assert page.does("a", "[pad.type, pad.getAttribute('type')]") == ["number"] * 2


# other browsers keep the whole page, or nothing of it
@pytest.mark.only_browser("chromium")
def test_the_back_button_restores_a_number(host_anew, site):
    page = sheet(host_anew(ORDER), "a")
    field(page).press_sequentially("2026")
    page.page.goto(site)
    page.page.go_back()

    page = sheet(as_host(page.visit), "a")

    reads(page, "a", "2026")
    assert page.does("a", "pad.checkValidity()")


def test_a_sheet_that_could_not_be_loaded_is_tried_again(host_anew):
    url = "**/digit-pad-number.js"
    page = host_anew(ORDER, follow=routed(url, cut_off))
    retry = page.page.locator("#a").get_by_role("button", name="Retry")
    expect(retry).to_be_visible(timeout=BOOT_MS)

    page.page.unroute(url)
    retry.click()

    sheet(page, "a")
    expect(retry).to_be_hidden()


def test_the_example_sends_a_date_an_amount_a_phone_number_and_a_code(visit, strokes):
    page = visit("examples/numbers.html")
    host = sheet(as_host(page), "date", "amount", "phone", "code")
    page.page.set_viewport_size({"width": 390, "height": 844})  # a phone
    data = {"date": "7/2/1999", "amount": "12.50", "phone": "04270", "code": "2026"}
    for pad, text in data.items():
        write(host, pad, text, strokes, scale=0.42)
        reads(host, pad, text)
    for screen in screens(page):
        assert barriers(page) == [] and fits(page), screen

    page.page.get_by_role("button", name="Submit").click()

    sent = "\n".join(f"{name}={value}" for name, value in data.items())
    expect(page.page.locator("pre")).to_have_text(sent)
    assert page.watch.errors == [] and page.watch.foreign == []
