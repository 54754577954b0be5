"""The page in German: its own address, the same drawing, the same answer."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.site.accessibility import barriers, fits, screens
from tests.site.conftest import (
    BETWEEN_4_AND_9,
    Visit,
    ready_page,
    without_python,
)
from tools.build.sources import MODELS

PARAMETERS = re.compile(r"\b\d{2,3}\.\d{3} Parameter")  # with a point between thousands


@pytest.fixture(scope="module")
def opened(browser, site):
    size = {"width": 1440, "height": 900}
    with ready_page(browser, site, "de/", viewport=size) as page:
        yield page


@pytest.fixture
def german(opened) -> Visit:
    """The German page, blank; a test that leaves it opens one of its own."""
    opened.clear()
    opened.be("ready")
    return opened


def test_the_page_and_its_numbers_are_in_german(german, strokes):
    page = german.page
    assert page.evaluate("document.documentElement.lang") == "de"
    expect(page.get_by_role("heading", name="Ziffer zeichnen")).to_be_visible()
    expect(page.locator("#network .facts")).to_contain_text(PARAMETERS)

    german.draw(strokes["7"])

    assert german.digit() == "7"
    expect(german.answer).to_contain_text("sicher")
    expect(page.locator("#status")).to_contain_text(
        re.compile(r"Python: (\d,\d|\d\d+) ms")
    )
    assert german.watch.errors == [] and german.watch.foreign == []


def test_an_unsure_answer_is_in_german(german, unsure_model):
    german.draw(BETWEEN_4_AND_9)
    german.page.set_input_files("#networkFile", unsure_model)

    expect(german.answer).to_contain_text(
        re.compile(r"(4 oder 9|9 oder 4)\s*Unsicher: \d+\s% oder \d+\s%")
    )
    german.more()
    german.page.locator("#networkList").select_option(index=0)
    expect(german.answer).to_contain_text("sicher")


def go(page: Visit, language: str) -> None:
    page.page.get_by_role("link", name=language, exact=True).click()
    page.page.wait_for_function(
        "code => document.documentElement.lang === code", arg=language.lower()
    )
    page.be("ready")


def test_the_drawing_is_kept_when_the_language_changes_until_it_is_cleared(
    visit, strokes
):
    page = visit("de/")
    page.draw(strokes["3"])
    assert page.digit() == "3"

    go(page, "EN")
    expect(page.page).to_have_url(re.compile(r"/#d=1"))
    expect(page.answer).to_contain_text("sure")
    assert page.digit() == "3"

    go(page, "DE")
    expect(page.page).to_have_url(re.compile(r"/de/#d=1"))
    assert page.digit() == "3"

    page.clear()
    go(page, "EN")
    expect(page.page.locator("#hint")).to_be_visible()


def test_a_picture_is_kept_when_the_language_changes(visit, tmp_path):
    image = Image.new("L", (80, 80), 255)
    image.paste(0, (37, 10, 43, 70))
    image.save(tmp_path / "one.png")
    page = visit()
    page.page.locator("#pictures input").set_input_files(tmp_path / "one.png")
    page.shows("1")

    go(page, "DE")

    assert page.digit() == "1"


def test_the_network_of_the_address_is_kept_when_the_language_changes(visit):
    text = (MODELS / "cnn-small.json").read_text()
    page = visit(
        "?model=mine/small.json",
        before=lambda page: page.route(
            "**/some/deep/path/mine/small.json", lambda route: route.fulfill(body=text)
        ),
    )
    expect(page.page.locator("#networkList")).to_have_value("small.json")

    go(page, "DE")

    expect(page.page.locator("#networkList")).to_have_value("small.json")


def test_the_network_in_use_is_kept_when_the_language_changes(visit):
    page = visit()
    page.network("cnn-small")

    go(page, "DE")

    expect(page.page.locator("#networkList")).to_have_value("cnn-small")


def test_the_link_names_its_language_and_works_without_a_drawing(visit):
    german = visit("de/", before=without_python)
    link = german.page.get_by_role("link", name="EN", exact=True)
    assert link.get_attribute("lang") == link.get_attribute("hreflang") == "en"

    link.click()

    german.page.wait_for_url(re.compile(r"/$"))
    expect(german.page.get_by_role("heading", name="Draw a digit")).to_be_visible()


def test_long_german_words_overflow_nothing(german):
    for screen in screens(german, (320, 640), (360, 740), (1440, 900)):
        assert fits(german), screen
        overflowing = german.page.evaluate(
            """() => [...document.querySelectorAll("button, .file, label, summary, a")]
                .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1
                    && getComputedStyle(e).display !== "inline")
                .map((e) => e.textContent.trim())"""
        )
        assert overflowing == [], screen


def test_the_page_has_no_barriers_in_german(german, strokes):
    german.draw(strokes["1"])
    german.be("ready")

    assert barriers(german) == []


def test_the_installed_page_starts_in_its_language(german):
    manifest = german.page.evaluate(
        """async () => {
            const link = document.querySelector("[rel=manifest]");
            const fields = await (await fetch(link.href)).json();
            return { ...fields, start: new URL(fields.start_url, link.href).pathname };
        }"""
    )

    assert manifest["lang"] == "de" and manifest["name"].startswith("nnweb: Ziffer")
    assert manifest["start"].endswith("/de/")


@pytest.mark.parametrize("where", ["element", "document"])
def test_a_digit_pad_uses_the_language_of_its_place(visit, where):
    page = visit("examples/form.html").page
    page.evaluate(
        """(where) => {
            const at = where === "element" ? document.querySelector("digit-pad")
                : document.documentElement;
            at.lang = "de-AT";
            const pad = document.createElement("digit-pad");
            if (where === "element") pad.lang = "de-AT";
            pad.id = "new";
            pad.required = true;
            document.querySelector("form").append(pad);
        }""",
        where,
    )
    pad = page.locator("#new")

    expect(pad.get_by_role("button", name="Leeren")).to_be_visible()
    expect(pad).to_contain_text("Zeichne eine Ziffer")
    missing = pad.evaluate("pad => pad.validationMessage")
    assert missing == "Zeichne oder tippe eine Ziffer."
    pad.get_by_role("textbox", name="Ziffer").press("7")
    expect(pad).to_contain_text("7Eingetippt")
    if where == "element":
        first = page.locator("digit-pad").first
        expect(first.get_by_role("button", name="Leeren")).to_be_visible()
