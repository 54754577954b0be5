"""A network of letters: on the page, in the lab and in <digit-pad>."""

from string import ascii_lowercase

import pytest
from playwright.sync_api import expect

import nnweb
from nnweb.layers import Dense
from nnweb.network import Network
from tests.characters import STROKES, save_network
from tests.site.accessibility import fits
from tests.site.conftest import PREFIX
from tests.site.embed.conftest import WHERE, as_host, embedding
from tests.site.lab.conftest import LOOK_MS, open_panel

FOR_DIGITS = ("#mode", "#samples", "#testset")
LETTERS = [*"abcde"]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Answers requests for letters.json with a network for a to e."""
    path = save_network("abcde", tmp_path_factory.mktemp("networks") / "letters.json")

    def before(page):
        page.route("**/letters.json", lambda route: route.fulfill(path=path))

    return before


def test_the_page_and_its_lab_offer_the_labels_of_the_network(visit, served):
    def before(page):
        served(page)
        # the last visit was in the mode for numbers
        page.add_init_script("localStorage.setItem('nnweb-mode', 'number')")

    shown = visit("?model=letters.json", before=before)
    shown.be("ready")
    page = shown.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Draw one of a–e")
    expect(page).to_have_title("Draw one of a–e · nnweb")
    expect(page.locator("#hint")).to_have_text("a–e, at any size, anywhere")
    expect(shown.answer).to_have_text("Draw one of a–e")
    expect(page.locator("#probabilities .label")).to_have_text(LETTERS)
    for control in FOR_DIGITS:
        expect(page.locator(control)).to_be_hidden()

    shown.draw(STROKES["e"])
    assert shown.digit() == "e"
    page.locator("#wrong summary").click()
    offered = page.locator("#wrong button[aria-label^='It is']")
    expect(offered).to_have_text(LETTERS)
    page.get_by_role("button", name="It is b").click()
    expect(page.locator("#wrong [role=status]")).to_contain_text("Saved as b")

    open_panel(shown, "Teach")
    teach = page.locator("#lab-teach")
    expect(teach.locator(".label-pad button[value]")).to_have_text(LETTERS)
    expect(teach.locator(".album select")).to_have_value("b")
    expect(teach.locator(".album option")).to_have_text(LETTERS)
    expect(teach.locator("[data-export=csv]")).to_be_enabled()
    expect(teach.locator("[data-export=labels]")).to_be_hidden()
    expect(teach.locator(".tuning")).to_be_hidden()
    open_panel(shown, "Networks")
    expect(page.locator("#lab-networks [data-do=export]")).to_be_visible()
    expect(page.locator("#lab-networks [data-do=export-1]")).to_be_hidden()
    open_panel(shown, "Train")
    shown_option = page.locator("#lab-train [value=shown]")
    expect(shown_option).to_have_attribute("disabled", "")
    open_panel(shown, "Tour")
    expect(page.locator("#lab-tour .body")).to_be_visible(timeout=LOOK_MS)
    for _ in range(4):
        page.locator("#lab-tour [data-do=next]").click()
    options = page.locator("#lab-tour .says:visible option")
    expect(options).to_have_text(LETTERS)
    open_panel(shown, "Inspect")
    expect(page.locator("#lab-inside .parts")).to_be_visible(timeout=LOOK_MS)
    expect(page.locator("#lab-inside [data-do=nearest]")).to_be_hidden()

    shown.network("cnn")
    expect(page.get_by_role("heading", level=1)).to_have_text("Draw a digit")
    for control in FOR_DIGITS:
        expect(page.locator(control)).to_be_visible()
    assert shown.watch.errors == []


def test_many_labels_fit_on_a_phone(visit, tmp_path, rng):
    letters = Network([Dense(784, 26, rng=rng)], labels=[*ascii_lowercase])
    nnweb.save(letters, tmp_path / "letters.json")
    page = visit(viewport={"width": 390, "height": 844})
    page.be("ready")

    page.page.set_input_files("#networkFile", tmp_path / "letters.json")
    expect(page.page.locator("#probabilities li")).to_have_count(26)

    assert fits(page), "in the view for drawing"
    page.learn()
    assert fits(page), "in the lab"


def test_labels_of_several_characters_can_be_typed(visit, site, tmp_path, rng):
    words = Network([Dense(784, 3, rng=rng)], labels=["cat", "car", "dog"])
    nnweb.save(words, tmp_path / "words.json")

    def follow(page):
        page.route(
            "**/words.json", lambda route: route.fulfill(path=tmp_path / "words.json")
        )

    body = '<form><digit-pad id=a name=a model="/words.json"></digit-pad></form>'
    origin = site.removesuffix(PREFIX)
    page = as_host(visit(WHERE, before=embedding(body, follow=follow), at=origin))
    hint = page.page.locator("#a .hint")
    expect(hint).to_have_text("Draw one of cat, car, dog", timeout=LOOK_MS)
    field = page.page.locator("#a").get_by_role("textbox")

    for text, value in (("dog", "dog"), ("cat", "cat"), ("x", "cat"), ("do", "cat")):
        field.press_sequentially(text)
        assert page.does("a", "pad.value") == value
    field.blur()

    expect(field).to_have_value("cat")


def test_a_pad_takes_the_labels_of_its_network(visit, served, site):
    body = '<digit-pad id=a name=a value=e model="/letters.json" required></digit-pad>'
    body = f"<form>{body}<digit-pad id=b name=b model=cnn value=e></digit-pad></form>"
    origin = site.removesuffix(PREFIX)
    page = as_host(visit(WHERE, before=embedding(body, follow=served), at=origin))
    assert page.does("b", "pad.value") == ""  # known before it is loaded
    hint = page.page.locator("#a .hint")
    expect(hint).to_have_text("Draw one of a–e", timeout=LOOK_MS)
    assert page.data() == {"a": "e", "b": ""}

    page.canvas("a").focus()
    page.page.keyboard.press("7")
    assert page.does("a", "pad.value") == "e"
    page.page.keyboard.press("B")
    assert page.does("a", "pad.value") == "b"
    page.does("a", "(pad.value = '3')")
    assert page.does("a", "pad.validationMessage") == "Draw or type one of a–e."
    page.draw("a", STROKES["c"])
    page.reads("a", "c")
    page.does("a", "pad.formStateRestoreCallback('d')")
    assert page.data()["a"] == "d"
    page.does("a", "pad.form.reset()")
    assert page.does("a", "pad.value") == "e"

    page.does("a", "pad.setAttribute('digits', '4')")
    problem = page.page.locator("#a").get_by_role("alert")
    expect(problem).to_contain_text("The network letters recognises a–e; a number")
