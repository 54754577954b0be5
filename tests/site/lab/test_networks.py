"""The Networks panel: save on this device, export, import, compare."""

import re

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

import nnweb
from nnweb.weights.json_format import dumps
from tests.site.accessibility import faults, out_of_sight
from tests.site.conftest import BOOT_MS, until
from tests.site.lab.conftest import open_panel

PANEL = "Networks"


def save(page: Page, name: str) -> None:
    page.get_by_label("Save the current network as").fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#lab-networks .status")).to_have_text(f"Saved {name}.")


def confirm(page: Page, button: str, *, yes: bool) -> None:
    """Click, and answer the dialog."""
    with page.expect_event("dialog") as dialog:
        page.once("dialog", lambda d: d.accept() if yes else d.dismiss())
        page.get_by_role("button", name=button, exact=True).click()
    assert "Mine" in dialog.value.message


@pytest.fixture
def networks(opened):
    """The shared panel, with no saved network and the default one in use."""
    yield opened
    page = opened.page
    opened.clear()
    opened.network("cnn")
    page.on("dialog", accept)
    saved = page.locator("#lab-networks .saved li")
    while count := saved.count():
        saved.first.get_by_role("button", name=re.compile("^Delete ")).click()
        expect(saved).to_have_count(count - 1)
    page.remove_listener("dialog", accept)
    assert opened.watch.errors == []


def chosen(page: Page) -> Locator:
    """The network that the page's list shows as the one in use."""
    return page.locator("#networkList option:checked")


def accept(dialog: Dialog) -> None:
    dialog.accept()


@pytest.fixture
def answer_of_mlp(networks, strokes):
    """The probabilities of a drawn 4 by the network mlp."""
    networks.network("mlp")
    networks.draw(strokes["4"])
    networks.be("ready")
    return networks.probabilities()


@pytest.mark.firefox(only="all")
def test_saved_network_survives_a_reload_and_answers_as_before(
    networks, answer_of_mlp, strokes
):
    page = networks.page
    save(page, "My MLP")
    page.get_by_role("button", name="Use My MLP").click()
    expect(chosen(page)).to_have_text("My MLP (saved)")

    page.reload()

    networks.be("ready")  # the drawing survives, too
    expect(chosen(page)).to_have_text("My MLP (saved)")
    expect(page.locator("#network .facts")).to_contain_text("784-500-300-100-10")
    assert abs(networks.probabilities() - answer_of_mlp).max() < 1e-6
    for language, name in ("DE", "My MLP (gespeichert)"), ("EN", "My MLP (saved)"):
        page.get_by_role("link", name=language, exact=True).click()
        expect(chosen(page)).to_have_text(name, timeout=BOOT_MS)
        networks.be("ready")
        assert abs(networks.probabilities() - answer_of_mlp).max() < 1e-6
    page.get_by_role("link", name="Draw", exact=True).click()
    for name in ("cnn-small", "cnn"):
        networks.network(name)
        page.reload()
        networks.be("ready")
        expect(chosen(page)).to_contain_text(f"{name}: ")
    # without the lab
    expect(page.locator("#networkList option", has_text="My MLP")).to_have_count(1)
    open_panel(networks, PANEL)


def test_network_that_was_deleted_gives_way_to_the_default_after_a_reload(networks):
    page = networks.page
    save(page, "Mine")
    page.get_by_role("button", name="Use Mine").click()
    expect(chosen(page)).to_have_text("Mine (saved)")
    confirm(page, "Delete Mine", yes=True)

    page.reload()

    networks.be("ready")
    notice = page.locator("#linkNotice")
    expect(notice).to_contain_text("no longer saved on this device")
    expect(chosen(page)).to_contain_text("cnn: ")
    expect(page.locator("#networkList option", has_text="Mine")).to_have_count(0)
    open_panel(networks, PANEL)


def test_replacing_and_deleting_a_network_must_be_confirmed(networks):
    page = networks.page
    save(page, "Mine")
    networks.network("mlp")
    saved = page.locator("#lab-networks .saved li")

    confirm(page, "Save", yes=False)
    expect(saved).to_contain_text("conv")
    confirm(page, "Save", yes=True)
    expect(saved).to_contain_text("784-500-300-100-10")

    confirm(page, "Delete Mine", yes=False)
    expect(saved).to_have_count(1)
    confirm(page, "Delete Mine", yes=True)
    expect(saved).to_have_count(0)


def test_network_is_not_saved_under_a_name_of_spaces(networks):
    page = networks.page
    name = page.get_by_label("Save the current network as")
    name.fill("   ")

    page.get_by_role("button", name="Save", exact=True).click()

    assert name.evaluate("input => input.validity.patternMismatch")
    expect(name).to_be_focused()  # where the browser says what is wrong
    save(page, "My  network")
    expect(page.locator("#lab-networks .saved li")).to_have_count(1)


def test_browser_without_storage_reports_that(visit):
    first = visit(
        before=lambda page: page.add_init_script(
            "Object.defineProperty(window, 'indexedDB', { value: undefined });"
        )
    )
    page = open_panel(first, PANEL)

    page.get_by_label("Save the current network as").fill("Mine")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("#lab-networks .status")).to_contain_text("does not store data")


def test_network_is_exported_in_both_formats_and_imported(
    networks, answer_of_mlp, tmp_path
):
    page = networks.page
    panel = page.locator("#lab-networks")

    for button, name in (
        ("Export the current network", "mlp.json"),
        ("Export as format 1", "mlp.format1.json"),
    ):
        with page.expect_download(timeout=BOOT_MS) as saved:
            page.get_by_role("button", name=button, exact=True).click()
        assert saved.value.suggested_filename == name
        path = tmp_path / name
        saved.value.save_as(path)
        assert nnweb.load(path).architecture == "784-500-300-100-10"

        panel.locator("[type=file]").set_input_files(path)
        title = name.removesuffix(".json")
        expect(panel.locator(".status")).to_contain_text(f"saved {title}")
        page.get_by_role("button", name=f"Use {title}", exact=True).click()
        expect(chosen(page)).to_have_text(f"{title} (saved)")
        networks.be("ready")
        assert abs(networks.probabilities() - answer_of_mlp).max() < 1e-3


def test_convolution_cannot_be_exported_as_format_1_nor_a_letter_imported(
    networks, tmp_path
):
    page = networks.page
    said = page.locator("#lab-networks .status")

    page.get_by_role("button", name="Export as format 1").click()
    expect(said).to_contain_text("format 1: got Conv2D", timeout=BOOT_MS)
    letter = tmp_path / "letter.json"
    letter.write_text("Dear all")
    page.locator("#lab-networks [type=file]").set_input_files(letter)

    expect(said).to_contain_text("Could not import letter.json")
    expect(page.locator("#lab-networks .saved li")).to_have_count(0)


@pytest.fixture
def compare(networks):
    """The comparison as it is at first."""
    page, box = networks.page, networks.page.locator("#lab-networks .compare")
    yield box
    page.get_by_label("First network").select_option("plain")
    page.get_by_label("Second network").select_option("cnn")
    page.get_by_label("Move the drawing to a corner").check()


def test_plain_and_cnn_differ_on_a_drawing_in_the_corner(networks, compare, strokes):
    sides = compare.locator(".side")
    plain, cnn = (sides.nth(i).locator(".verdict-words") for i in range(2))
    expect(cnn).to_contain_text("4: ", timeout=BOOT_MS)  # a sample: nothing is drawn

    networks.draw(strokes["7"])

    expect(cnn).to_contain_text("7: ")
    expect(plain).not_to_contain_text("7: ")
    expect(sides.first.locator(".differs").last).to_be_visible()
    expect(compare.locator(".difference")).to_contain_text("cnn crops and centres it")
    seen = [networks.pixels(f".side:nth-of-type({i}) canvas")[..., 0] for i in (2, 3)]
    assert seen[0][13:, 13:].max() == 255 and seen[0][:13].max() < 255
    assert seen[1][6:22, 6:22].max() == 255 and seen[1][:3].max() < 255
    assert networks.digit() == "7"  # the pad's own is where it was


def test_bars_of_networks_with_other_labels_are_not_compared(
    networks, compare, strokes
):
    page = networks.page
    letters = nnweb.load("plain")
    letters.labels = tuple("ABCDEFGHIJ")
    page.locator("#lab-networks [type=file]").set_input_files(
        {
            "name": "letters.json",
            "mimeType": "application/json",
            "buffer": dumps(letters).encode(),
        }
    )
    said = compare.locator(".difference")
    expect(page.locator("#lab-networks .saved li")).to_have_count(1, timeout=BOOT_MS)

    page.get_by_label("Second network").select_option("letters (saved)")

    expect(said).to_have_text(
        "The two networks know different labels, so their bars cannot be compared."
    )
    expect(compare.locator(".differs")).to_have_count(0)


def test_two_networks_answer_the_drawing_as_it_is(networks, compare, strokes):
    page = networks.page
    page.get_by_label("First network").select_option("mlp")
    page.get_by_label("Second network").select_option("plain")
    page.get_by_label("Move the drawing to a corner").uncheck()

    networks.draw(strokes["4"], scale=0.4)
    networks.be("ready")
    networks.network("mlp")
    networks.be("ready")

    def differences() -> list[float]:
        own = networks.probabilities()
        meters = [side.locator("meter") for side in compare.locator(".side").all()]
        shares = [m.evaluate_all("all => all.map((m) => m.value)") for m in meters]
        return [abs(own - share).max() for share in shares]

    expect(compare.locator(".differs").last).to_be_visible(timeout=BOOT_MS)
    until(page, lambda: differences()[0] < 1e-3)
    assert differences()[1] > 0.1


def test_comparison_and_saved_networks_fit_and_have_no_barriers(
    networks, compare, strokes
):
    networks.draw(strokes["7"])
    expect(compare.locator(".differs").last).to_be_visible(timeout=BOOT_MS)
    save(networks.page, "Mine")

    assert faults(networks) == []
    assert out_of_sight(networks, ".side:last-child ol") == []
