"""Other input: images and MNIST's test digits."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

import nnweb
from nnweb.data.datasets import load_mnist
from nnweb.images.files import read_picture
from tests.site.accessibility import barriers
from tests.site.conftest import Visit, without_python
from tools.build.sources import MODELS, ROOT

DROP = """([name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  const event = (kind) => new DragEvent(kind, {
    dataTransfer: transfer, bubbles: true, cancelable: true,
  });
  document.body.dispatchEvent(event("dragover"));
  const drop = event("drop");
  document.body.dispatchEvent(drop);
  return drop.defaultPrevented;
}"""
PASTE = """([name, type, data, markup]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], name, { type }));
  const place = document.createElement("div");
  place.innerHTML = markup;
  document.body.append(place);
  const event =
    new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  place.firstElementChild.dispatchEvent(event);
  place.remove();
  return event.defaultPrevented;
}"""


@pytest.fixture(scope="session")
def mnist():
    """The first test digits: images, ink 0 ... 255, and labels."""
    test = load_mnist(ROOT / "assets" / "mnist").test
    assert test is not None
    return test.images[:1000], test.labels[:1000]


def photo(ink, *, size=(300, 200), turned=0, suffix="PNG", **options) -> bytes:
    """A digit, dark on white, off centre in a larger image."""
    sheet = Image.new("L", size, 255)
    digit = Image.fromarray(255 - ink).resize((112, 112))
    sheet.paste(digit, (150, 60))
    if turned:
        sheet = sheet.rotate(turned, expand=True)
    file = io.BytesIO()
    sheet.save(file, suffix, **options)
    return file.getvalue()


def choose(visit: Visit, name: str, kind: str, data: bytes) -> None:
    visit.page.locator("#pictures input").set_input_files(
        {"name": name, "mimeType": kind, "buffer": data}
    )


def said(visit: Visit, part: str):
    return visit.page.locator(f"#{part} .status")


def go(visit: Visit, where: str) -> None:
    visit.more()
    visit.page.locator("#testset").get_by_role("button", name=where).click()


# --- MNIST's test digits --------------------------------------------------------------


def test_test_digits_are_browsed_in_order_with_their_labels(ready, mnist):
    images, labels = mnist
    network = nnweb.load(MODELS / "cnn.json")
    expected = nnweb.recognize(255 - images[:3], network)
    go(ready, "Next")

    for i in range(3):
        expect(said(ready, "testset")).to_contain_text(
            f"Digit {i + 1} of 10,000, labelled {labels[i]}. Correct. {i + 1} of "
            f"{i + 1} correct so far."
        )
        assert ready.digit() == str(labels[i])
        np.testing.assert_allclose(ready.probabilities(), expected[i], atol=1e-4)
        go(ready, "Next")
    expect(said(ready, "testset")).to_contain_text("Digit 4 of")
    for number in ("3", "2", "1", "10,000"):
        go(ready, "Previous")
        expect(said(ready, "testset")).to_contain_text(f"Digit {number} of")


def test_drawing_on_a_test_digit_clears_its_label(ready, strokes):
    go(ready, "Random")
    told = said(ready, "testset")
    expect(told).to_contain_text("correct so far")
    count = told.inner_text()

    ready.draw(strokes["1"])
    ready.be("ready")
    expect(told).to_have_text("")

    ready.page.get_by_role("button", name="Undo").click()
    expect(told).to_have_text(count)


def test_a_test_block_that_fails_to_load_is_reported_and_changes_nothing(
    visit, strokes
):
    page = visit(
        before=lambda page: page.route("**/mnist-*/test*", lambda route: route.abort())
    )
    page.be("ready")
    page.draw(strokes["7"])
    assert page.digit() == "7"

    go(page, "Random")

    expect(said(page, "testset")).to_contain_text("Your drawing is unchanged")
    assert page.digit() == "7"


# --- pictures -------------------------------------------------------------------------


@pytest.mark.firefox
def test_a_chosen_picture_is_recognized_and_undo_restores_the_drawing(
    ready, strokes, mnist
):
    ready.draw(strokes["1"])
    assert ready.digit() == "1"

    choose(ready, "seven.png", "image/png", photo(mnist[0][0]))

    ready.shows("7")
    assert ready.digit() == "7"
    ready.page.get_by_role("button", name="Undo").click()
    ready.shows("1")
    assert ready.digit() == "1"


def test_a_dropped_picture_is_recognized_without_leaving_the_page(ready, mnist):
    data = base64.b64encode(photo(mnist[0][0])).decode()
    address = ready.page.url

    assert ready.page.evaluate(DROP, ["seven.png", "image/png", data]) is True

    ready.shows("7")
    assert ready.page.url == address


@pytest.mark.parametrize(
    ("focused", "is_text"),
    [
        ("<input>", True),
        ("<textarea></textarea>", True),
        ("<p contenteditable></p>", True),
        ("<p></p>", False),
        ("<input type=radio>", False),
        ("<textarea readonly></textarea>", False),
    ],
)
def test_a_pasted_picture_is_recognized_unless_a_text_field_takes_it(
    ready, mnist, focused, is_text
):
    """A spreadsheet's cells are on the clipboard as text and as a picture."""
    data = base64.b64encode(photo(mnist[0][1])).decode()

    is_taken = ready.page.evaluate(PASTE, ["cells.png", "image/png", data, focused])

    assert is_taken != is_text
    ready.shows("" if is_text else "2")


@pytest.mark.firefox(only="all")
def test_a_photo_is_rotated_by_its_exif_orientation(ready, mnist):
    """EXIF orientation 6: rotate by 90 degrees clockwise."""
    exif = Image.Exif()
    exif[0x0112] = 6
    data = photo(mnist[0][0], turned=90, suffix="JPEG", exif=exif, quality=95)

    choose(ready, "turned.jpg", "image/jpeg", data)

    ready.shows("7")


def shaded(ink, *, chalk: bool) -> bytes:
    """A photo of a digit, with the hard edge of a shadow across it."""
    digit = np.asarray(Image.fromarray(ink).resize((112, 112))) / 255
    cover = np.zeros((200, 300))
    cover[60:172, 150:262] = digit
    paper, written = (50, 220) if chalk else (230, 40)
    photo = paper + (written - paper) * cover
    rows, columns = np.indices(cover.shape)
    photo = np.where(rows + columns > 320, 0.45 * photo, photo)
    file = io.BytesIO()
    Image.fromarray(np.rint(photo).astype(np.uint8)).save(file, "JPEG", quality=80)
    return file.getvalue()


@pytest.mark.parametrize("chalk", [False, True])
def test_a_photo_half_in_shadow_is_recognized_as_by_the_command_line(
    ready, mnist, tmp_path, chalk
):
    data = shaded(mnist[0][0], chalk=chalk)
    (tmp_path / "photo.jpg").write_bytes(data)
    network = nnweb.load(MODELS / "cnn.json")
    expected = nnweb.recognize(read_picture(tmp_path / "photo.jpg")[None], network)[0]

    choose(ready, "photo.jpg", "image/jpeg", data)

    ready.shows("7")
    assert ready.digit() == str(expected.argmax())
    np.testing.assert_allclose(ready.probabilities(), expected, atol=0.05)


@pytest.mark.parametrize("colour", [0, 255])
def test_ink_of_any_color_on_a_transparent_background_is_recognized(
    ready, mnist, colour
):
    pixels = np.full((28, 28, 4), colour, np.uint8)
    pixels[..., 3] = mnist[0][0]
    file = io.BytesIO()
    Image.fromarray(pixels).resize((224, 224)).save(file, "PNG")

    choose(ready, "clear.png", "image/png", file.getvalue())

    ready.shows("7")


def test_the_paste_button_opens_the_copied_picture(clipboard, mnist):
    page = clipboard
    page.more()
    button = page.page.get_by_role("button", name="Paste")
    page.page.evaluate("navigator.clipboard.writeText('seven')")
    button.click()
    expect(said(page, "pictures")).to_have_text(
        "Could not paste: there is no image on the clipboard; copy one first."
    )

    data = base64.b64encode(photo(mnist[0][0])).decode()
    page.page.evaluate(
        """async (data) => {
            const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
            const blob = new Blob([bytes], { type: "image/png" });
            await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
        }""",
        data,
    )
    button.click()

    page.shows("7")
    expect(said(page, "pictures")).to_have_text("")


def test_denied_clipboard_access_is_reported(ready, strokes):
    ready.page.context.grant_permissions([])  # and nothing else
    ready.draw(strokes["3"])
    assert ready.digit() == "3"

    ready.more()
    ready.page.get_by_role("button", name="Paste").click()

    expect(said(ready, "pictures")).to_contain_text(
        "Could not paste: the browser does not allow this page to read the clipboard"
    )
    assert ready.digit() == "3"


def test_there_is_no_paste_button_without_clipboard_access(visit):
    hide = "delete Clipboard.prototype.read"
    page = visit(before=lambda page: without_python(page, hide))

    page.more()
    expect(page.page.locator("#pictures .file")).to_be_visible()
    expect(page.page.get_by_role("button", name="Paste")).to_be_hidden()


def test_a_file_that_is_not_an_image_is_refused_and_the_drawing_stays(ready, strokes):
    ready.draw(strokes["3"])
    assert ready.digit() == "3"

    choose(ready, "broken.png", "image/png", b"no picture at all")

    expect(said(ready, "pictures")).to_contain_text(
        "Could not open broken.png: this browser cannot decode it as an image. "
        "Your drawing is unchanged."
    )
    assert ready.digit() == "3"


@pytest.mark.parametrize(
    ("name", "kind", "where"),
    [
        ("a.txt", "text/plain", "#pictures .status"),
        ("a.json", "application/json", "#network .notice"),
    ],
)
def test_what_is_wrong_with_a_dropped_file_is_said_in_view(visit, name, kind, where):
    page = visit(viewport={"width": 1366, "height": 768})
    page.be("ready")
    data = base64.b64encode(b"hello").decode()

    page.page.evaluate(DROP, [name, kind, data])

    expect(page.page.locator(where)).to_contain_text(name)
    expect(page.page.locator(where)).to_be_in_viewport(ratio=0.9)


def test_a_small_file_of_a_huge_image_is_refused_before_decoding(ready, strokes):
    ready.draw(strokes["3"])
    assert ready.digit() == "3"
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000), 1).save(file, "PNG")
    assert len(file.getvalue()) < 1e6

    choose(ready, "wide.png", "image/png", file.getvalue())

    expect(said(ready, "pictures")).to_contain_text("20,000 by 20,000 pixels")
    assert ready.digit() == "3"


def test_a_dropped_network_is_opened(ready):
    data = base64.b64encode((MODELS / "cnn-small.json").read_bytes()).decode()

    ready.page.evaluate(DROP, ["mine.json", "application/json", data])

    expect(ready.page.locator("#network .facts")).to_contain_text("15,394")
    ready.be("ready")
    ready.network("cnn")


def test_pictures_and_test_digits_are_accessible(ready):
    go(ready, "Next")
    expect(said(ready, "testset")).to_contain_text("labelled")

    assert barriers(ready) == []


# --- the networks ---------------------------------------------------------------------


def test_the_list_of_networks_shows_accuracy_and_size(ready):
    options = ready.page.locator("#networkList option").all_inner_texts()
    offered = [text for text in options if "your file" not in text]

    for text in offered:
        path = MODELS / f"{text.partition(':')[0]}.json"
        accuracy = nnweb.load(path).card["accuracy"]["test"]
        kilobytes = f"{path.stat().st_size / 1000:,.0f} kB"
        assert text == f"{path.stem}: {accuracy:.2%} correct, {kilobytes}"
    assert len(offered) == len(list(MODELS.glob("*.json")))


# --- the network's card ---------------------------------------------------------------


def test_the_card_of_the_current_network_is_shown(ready):
    ready.more()
    card = ready.page.locator("#card")
    card.locator("summary").click()

    network = nnweb.load(MODELS / "cnn.json")
    expect(card).to_contain_text(network.architecture)
    expect(card).to_contain_text(network.card["command"])
    kilobytes = round((MODELS / "cnn.json").stat().st_size / 1000)
    expect(card).to_contain_text(f"{kilobytes} kB")
    expect(card).to_contain_text(f"{network.card['accuracy']['test']:.2%}")
    assert barriers(ready) == []

    ready.network("plain")
    expect(card).to_contain_text("784-500-300-100-10")
    expect(card).to_contain_text("as drawn")
    ready.network("cnn")
    card.locator("summary").click()
