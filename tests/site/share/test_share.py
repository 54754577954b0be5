"""Sharing a drawing: links, files, text for NumPy."""

import base64
import io
import json
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

import nnweb
from nnweb.layers import Dense
from tests.site.accessibility import barriers
from tests.site.conftest import Visit, without_python
from tools.fuzz.attacks import png

HUGE = "data:image/png;base64," + base64.b64encode(
    png(20_000, 9_000, 6, b"\0" * 80_000)
).decode("ascii")


@pytest.fixture
def sharing(clipboard: Visit) -> Iterator[Visit]:
    """The booted page with an address that names no drawing, and the clipboard."""
    clipboard.page.evaluate("() => history.replaceState(null, '', location.pathname)")
    yield clipboard
    if clipboard.page.locator("#networkList").input_value() != "cnn":
        clipboard.network("cnn")


def follow_link(visit: Visit, address: str) -> None:
    """Open a link in the page that is open."""
    visit.page.evaluate("url => { location = url; }", address)


def button(visit: Visit, name: str):
    visit.more()
    return visit.page.locator("#share").get_by_role("button", name=name)


def link(visit: Visit) -> str:
    """Press Copy link and return the address."""
    button(visit, "Copy link").click()
    visit.page.wait_for_function("() => location.hash.startsWith('#d=')")
    return visit.page.evaluate("location.href")


# --- links in use ---------------------------------------------------------------------


@pytest.mark.firefox(only="all")
def test_a_link_opens_the_same_drawing_with_the_same_answer(
    sharing: Visit, visit, strokes
):
    sharing.draw(strokes["4"], scale=0.7, shift=(20.3, 11.7))
    answer = sharing.digit()
    address = link(sharing)

    other = visit(address.removeprefix(sharing.watch.site))

    other.be("ready")  # for blank paper, if Python is faster than the link's module
    other.shows("4")
    assert other.digit() == answer == "4"
    for canvas in ("#drawingCanvas", "#seen"):
        np.testing.assert_array_equal(other.pixels(canvas), sharing.pixels(canvas))
    np.testing.assert_array_equal(other.probabilities(), sharing.probabilities())
    expect(other.page.locator("#hint")).to_be_hidden()
    assert other.page.url == address
    assert other.watch.errors == [] and other.watch.foreign == []


@pytest.mark.only_browser("chromium")
def test_copy_link_copies_the_address(sharing: Visit, strokes):
    sharing.draw(strokes["1"])

    address = link(sharing)

    expect(sharing.page.locator("#share .status")).to_contain_text("Link copied")
    assert sharing.page.evaluate("navigator.clipboard.readText()") == address


def test_a_link_names_network_and_fit_unless_they_are_the_defaults(
    sharing: Visit, strokes
):
    sharing.network("plain")
    sharing.fit("digit")
    sharing.draw(strokes["2"])
    sharing.be("ready")
    address, before = link(sharing), sharing.probabilities()
    assert address.endswith("&network=plain&fit=digit")
    sharing.clear()
    sharing.network("cnn")

    follow_link(sharing, address)

    expect(sharing.page.locator("#networkList")).to_have_value("plain")
    sharing.be("ready")
    np.testing.assert_array_equal(sharing.probabilities(), before)


def test_the_address_drops_the_drawing_when_it_changes(sharing: Visit, strokes):
    sharing.draw(strokes["1"])
    link(sharing)

    sharing.draw([[[20, 20], [60, 20]]])

    expect(sharing.page).to_have_url(sharing.watch.site)
    expect(sharing.page.locator("#share .status")).to_be_empty()


@pytest.mark.parametrize("what", ["network", "fit", "mode"])
def test_the_address_drops_the_drawing_when_it_is_read_in_another_way(
    sharing: Visit, strokes, what
):
    sharing.draw(strokes["1"])
    link(sharing)

    if what == "network":
        sharing.network("cnn-small")
    elif what == "fit":
        sharing.fit("canvas")
    else:
        sharing.page.locator("#mode [value=number]").check()

    expect(sharing.page).to_have_url(sharing.watch.site)
    if what == "fit":
        sharing.fit("digit")
    sharing.page.locator("#mode [value=digit]").check()


def test_opening_a_link_is_one_undo_step(sharing: Visit, strokes):
    sharing.draw(strokes["3"])
    three = link(sharing)
    sharing.clear()
    sharing.draw(strokes["1"])
    drawn = sharing.pixels("#drawingCanvas")

    follow_link(sharing, three)
    sharing.shows("3")
    sharing.page.get_by_role("button", name="Undo").click()

    np.testing.assert_array_equal(sharing.pixels("#drawingCanvas"), drawn)
    assert sharing.page.url == sharing.watch.site


def test_a_damaged_link_is_reported_and_the_page_works(visit, strokes):
    page = visit("#d=1AAIAMD")
    notice = page.page.locator("#linkNotice")

    expect(notice).to_contain_text("it is incomplete or damaged")
    page.be("ready")
    expect(notice).to_be_visible()
    page.draw(strokes["7"])

    assert page.digit() == "7"
    expect(notice).to_be_empty()


@pytest.mark.parametrize("mode", ["digit", "number"])
def test_a_damaged_link_is_reported_beside_what_was_kept(visit, site, strokes, mode):
    page = visit()
    if mode == "digit":
        page.draw(strokes["7"])
        page.be("ready")
    else:
        page.page.locator("#mode").get_by_label("Number", exact=True).check()

    page.page.goto("about:blank")
    page.page.goto(f"{site}#d=1AAIAMD")
    page.be("ready")
    if mode == "digit":
        page.shows("7")
    else:
        expect(page.page.locator("#sheet")).to_be_visible()

    expect(page.page.locator("#linkNotice")).to_contain_text("incomplete or damaged")


def test_a_damaged_link_is_forgotten_once_something_else_is_drawn(visit, strokes):
    page = visit("#d=1AAIAMD")
    expect(page.page.locator("#linkNotice")).to_contain_text("damaged")
    page.draw(strokes["7"])
    page.shows("7")

    page.page.reload()

    page.shows("7")
    expect(page.page.locator("#linkNotice")).to_be_empty()
    expect(page.page).to_have_url(page.watch.site)


def test_back_to_a_links_address_does_not_bring_its_drawing_back_later(visit, strokes):
    page = visit()
    page.draw(strokes["4"])
    page.be("ready")
    link(page)
    page.page.reload()
    page.shows("4")
    page.learn()
    page.clear()
    page.draw(strokes["7"])
    page.shows("7")

    page.page.evaluate("history.back()")

    expect(page.page).to_have_url(page.watch.site)
    page.page.reload()
    page.shows("7")


def test_a_damaged_link_in_an_open_page_keeps_the_drawing(sharing: Visit, strokes):
    sharing.draw(strokes["6"])
    sharing.be("ready")
    before = sharing.pixels("#drawingCanvas")

    follow_link(sharing, "#d=nonsense")

    expect(sharing.page.locator("#linkNotice")).to_contain_text("is unchanged")
    np.testing.assert_array_equal(sharing.pixels("#drawingCanvas"), before)
    assert sharing.digit() == "6"


def test_a_link_to_an_unknown_network_names_the_one_used_instead(
    sharing: Visit, strokes
):
    sharing.draw(strokes["1"])
    address = link(sharing)
    sharing.clear()

    follow_link(sharing, f"{address}&network=lenet")

    expect(sharing.page.locator("#linkNotice")).to_contain_text(
        "lenet, which is not available here. Using cnn"
    )
    sharing.shows("1")


def test_a_link_made_with_a_local_weights_file_says_what_it_lacks(
    sharing: Visit, strokes, rng, tmp_path
):
    nnweb.save(nnweb.Network([Dense(784, 10, rng=rng)]), tmp_path / "mine.json")
    sharing.draw(strokes["5"])
    sharing.page.set_input_files("#networkFile", tmp_path / "mine.json")
    expect(sharing.page.locator("#networkList")).to_contain_text("mine.json")
    sharing.be("ready")

    address = link(sharing)

    assert "network" not in address
    expect(sharing.page.locator("#share")).to_contain_text("file")


def test_a_blank_pad_is_not_shared(ready: Visit):
    for name in ("Copy link", "Save PNG", "Save SVG", "Save JSON"):
        button(ready, name).click()
        expect(ready.page.locator("#share .status")).to_contain_text(
            "draw something first"
        )
    button(ready, "Copy for NumPy").click()
    expect(ready.page.locator("#share .status")).to_contain_text("draw something first")
    assert "#" not in ready.page.url


SHEET = """
    window.sent = [];
    Object.defineProperty(navigator, "share", { value: async (what) => {
        window.sent.push(what);
        if (window.refusal) throw new DOMException("the reason", window.refusal);
    }, configurable: true });
"""


def test_the_share_dialog_gets_the_link(visit, strokes):
    page = visit(before=lambda page: without_python(page, SHEET))
    page.draw(strokes["1"])
    said = page.page.locator("#share .status")

    button(page, "Send link").click()
    page.page.wait_for_function("() => sent.length > 0")
    (sent,) = page.page.evaluate("sent")
    assert sent["url"] == page.page.url and "#d=1" in sent["url"]

    page.page.evaluate("window.refusal = 'NotAllowedError'")
    button(page, "Send link").click()
    expect(said).to_contain_text("the reason. Copy it instead")
    page.page.evaluate("window.refusal = 'AbortError'")  # the user cancelled the dialog
    button(page, "Send link").click()
    expect(said).to_be_empty()


def test_there_is_no_send_button_without_a_share_dialog(visit):
    hide = "delete Navigator.prototype.share;"
    page = visit(before=lambda page: without_python(page, hide))

    expect(button(page, "Copy link")).to_be_visible()
    expect(page.page.locator("[data-do=send]")).to_be_hidden()


# --- files ----------------------------------------------------------------------------


# Playwright reports no downloads of an unpatched Firefox
downloads = pytest.mark.only_browser("chromium")


def download(visit: Visit, name: str, tmp_path):
    with visit.page.expect_download() as waiting:
        button(visit, name).click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


@downloads
def test_png_has_the_pixels_of_the_pad(ready: Visit, strokes, tmp_path):
    ready.draw(strokes["2"])

    path = download(ready, "Save PNG", tmp_path)

    assert path.name == "digit.png"
    image = np.array(Image.open(path).convert("RGBA"))
    np.testing.assert_array_equal(image, ready.pixels("#drawingCanvas"))


@downloads
def test_svg_looks_like_the_pad(ready: Visit, strokes, tmp_path, browser):
    ready.draw([*strokes["4"], [[300, 40]]])  # and a dot

    path = download(ready, "Save SVG", tmp_path)

    page = browser.new_page(viewport={"width": 336, "height": 336})
    page.set_content(f"<style>body {{ margin: 0 }}</style>{path.read_text()}")
    shown = np.array(Image.open(io.BytesIO(page.screenshot())).convert("L")).astype(int)
    page.close()
    paper = ready.pixels("#drawingCanvas")[..., 0].astype(int)
    assert (np.abs(shown - paper) > 64).mean() < 0.001  # except for antialiased edges
    assert (shown < 128).sum() > 5000


@downloads
def test_a_saved_svg_is_opened_as_an_image(ready: Visit, strokes, tmp_path):
    ready.draw(strokes["4"])
    path = download(ready, "Save SVG", tmp_path)
    ready.clear()
    ready.draw(strokes["7"])

    ready.page.locator("#pictures input").set_input_files(path)

    ready.shows("4")
    expect(ready.page.locator("#pictures .status")).to_be_empty()


@downloads
def test_json_contains_the_strokes(ready: Visit, tmp_path):
    ready.draw([[[40, 60], [80, 60], [80, 120]], [[200, 200]]])

    drawing = json.loads(download(ready, "Save JSON", tmp_path).read_text())

    assert drawing["format"] == "nnweb-drawing" and drawing["version"] == 1
    assert (drawing["canvas"], drawing["pen"]) == (336, 20)
    first, dot = drawing["strokes"]
    np.testing.assert_allclose(first, [[40, 60], [80, 60], [80, 120]], atol=1)
    np.testing.assert_allclose(dot, [[200, 200]], atol=1)


def open_json(visit: Visit, path) -> None:
    visit.page.locator("#share input[type=file]").set_input_files(path)


@downloads
def test_json_round_trips_the_drawing(ready: Visit, strokes, tmp_path):
    ready.draw(strokes["6"])
    ready.be("ready")
    drawn, answer = ready.pixels("#drawingCanvas"), ready.probabilities()
    path = download(ready, "Save JSON", tmp_path)
    ready.clear()
    ready.draw(strokes["1"])

    open_json(ready, path)

    ready.shows("6")
    ready.be("ready")
    np.testing.assert_array_equal(ready.pixels("#drawingCanvas"), drawn)
    np.testing.assert_array_equal(ready.probabilities(), answer)
    ready.page.get_by_role("button", name="Undo").click()
    assert ready.digit() == "1"


def drawing_json(**fields) -> dict:
    drawing = {"format": "nnweb-drawing", "version": 1, "canvas": 336, "pen": 20}
    return {**drawing, "strokes": [[[50, 50], [60, 60]]], **fields}


@downloads
def test_json_round_trips_a_picture(ready: Visit, tmp_path):
    """A landscape picture is centred, with the strokes on top of it."""
    image = Image.new("RGB", (80, 40), "white")
    image.paste("black", (38, 5, 42, 35))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    url = f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    (tmp_path / "one.json").write_text(
        json.dumps(drawing_json(picture=url, strokes=[[[170, 150]]]))
    )

    open_json(ready, tmp_path / "one.json")

    expect(ready.page.locator("#hint")).to_be_hidden()
    assert ready.digit() == "1"  # as pixels, its stroke included
    dark = ready.pixels("#drawingCanvas")[..., 0] < 128
    rows = np.flatnonzero(dark.any(axis=1))
    assert rows.min() == 84 + 5 * 4.2 and rows.max() == pytest.approx(
        84 + 35 * 4.2, abs=1
    )
    assert dark[150, 178] and not dark[180, 178]  # the stroke is on top
    saved = json.loads(download(ready, "Save JSON", tmp_path).read_text())
    assert saved["picture"].startswith("data:image/png;base64,")
    button(ready, "Copy link").click()
    expect(ready.page.locator("#share .status")).to_contain_text("image beneath")


# What else is refused is in pad/read-drawing.test.js.
@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (json.dumps(drawing_json(strokes="x")), '"strokes" is "x"'),
        (json.dumps(drawing_json(picture="data:image/png;base64,AA")), "is not a PNG"),
        (json.dumps(drawing_json(picture=HUGE)), "20,000 by 9,000 pixels are too many"),
    ],
    ids=["strokes", "picture", "a huge picture"],
)
def test_a_file_that_is_not_a_drawing_is_refused_by_name(
    ready: Visit, tmp_path, content, complaint
):
    ready.draw([[[100, 100]]])
    before = ready.pixels("#drawingCanvas")
    (tmp_path / "odd.json").write_text(content)

    open_json(ready, tmp_path / "odd.json")

    said = ready.page.locator("#share .status")
    expect(said).to_contain_text("Could not open odd.json")
    expect(said).to_contain_text(complaint)
    np.testing.assert_array_equal(ready.pixels("#drawingCanvas"), before)


@pytest.mark.only_browser("chromium")
def test_numpy_text_is_the_networks_input(sharing: Visit, strokes):
    sharing.draw(strokes["9"])
    sharing.be("ready")

    button(sharing, "Copy for NumPy").click()
    expect(sharing.page.locator("#share .status")).to_contain_text("Copied")
    text = sharing.page.evaluate("navigator.clipboard.readText()")

    array = eval(text, {"np": np})
    assert array.shape == (28, 28) and array.dtype == np.uint8
    network = nnweb.load("assets/models/cnn.json")
    logits = network.forward(array.reshape(1, 784).astype(np.float32) / 255)
    assert logits.argmax() == 9
    shown = sharing.pixels("#seen")[..., 0].astype(float)
    ground = shown.min()
    np.testing.assert_allclose(
        (shown - ground) / (255 - ground), array / 255, atol=0.01
    )


def test_without_clipboard_access_the_text_is_shown_to_copy(visit, strokes):
    hide = "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
    page = visit(before=lambda page: without_python(page, hide))
    page.draw(strokes["1"])

    address = link(page)

    by_hand = page.page.get_by_role("textbox", name="Text to copy")
    expect(by_hand).to_have_value(address)
    assert barriers(page) == []
    selected = by_hand.evaluate("(area) => area.selectionEnd - area.selectionStart")
    assert selected == len(address)
