"""The page in use: undo, clear, live answers, networks from files, window sizes."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import Route, expect

import nnweb
from nnweb.layers import Dense
from tests.site.accessibility import barriers
from tests.site.conftest import BETWEEN_4_AND_9, BOOT_MS, Visit, until
from tests.site.test_failures import SNAPSHOT


def test_blank_paper_gets_no_answer(ready: Visit):
    ready.page.get_by_role("button", name="Predict").click()

    expect(ready.answer).to_contain_text("draw something first")
    assert ready.page.locator("#answer .digit").inner_text() == ""
    assert ready.probabilities().sum() == 0


def test_clear_takes_back_drawing_and_answer(ready: Visit, strokes):
    ready.draw(strokes["7"])
    assert ready.digit() != ""

    ready.clear()

    assert ready.digit() == ""
    assert ready.probabilities().sum() == 0
    assert (ready.pixels("#drawingCanvas") == 255).all()
    seen = ready.pixels("#seen")
    assert (seen == seen[0, 0]).all()


@pytest.mark.firefox(only="all")
def test_the_network_input_is_shown_before_python_is_there(visit, strokes):
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page: Visit = visit(before=lambda page: page.route(SNAPSHOT, hold))

    def ink() -> int:
        return int((page.pixels("#seen")[..., 0] > 200).sum())

    page.draw(strokes["7"])
    until(page.page, lambda: ink() > 20)
    page.clear()
    assert ink() == 0
    page.draw(strokes["7"])
    until(page.page, lambda: ink() > 20)
    preview = page.pixels("#seen")
    for route in held:
        route.continue_()

    assert page.digit() == "7"
    assert (page.pixels("#seen") != preview).any()  # Python's, which centres the ink
    page.clear()
    assert ink() == 0


def test_bars_name_their_digit_and_sum_to_one(ready: Visit, strokes):
    ready.draw(strokes["8"])
    answer = ready.digit()

    for digit in "0123456789":
        expect(ready.page.get_by_role("meter", name=digit, exact=True)).to_be_visible()
    assert ready.probabilities().sum() == pytest.approx(1, abs=1e-5)
    winner = ready.page.locator("#probabilities .winner .label").inner_text()
    assert winner == answer


def test_the_same_answer_again_changes_nothing_of_what_is_shown(ready: Visit, strokes):
    """Writing even the same value would cost layout and paint."""
    ready.draw(strokes["8"])
    ready.digit()
    ready.page.evaluate(
        """() => {
            globalThis.written = [];
            const seen = (all) => written.push(...all.map(({ target }) => target));
            for (const id of ["answer", "probabilities", "seen"]) {
                new MutationObserver(seen).observe(document.getElementById(id), {
                    characterData: true, childList: true, subtree: true,
                    attributeFilter: ["data-status", "aria-label", "value", "width"],
                });
            }
        }"""
    )

    ready.page.get_by_role("button", name="Predict").click()
    ready.be("ready")
    same = ready.page.evaluate("written.splice(0).map(({ nodeName }) => nodeName)")
    ready.draw(strokes["1"])
    ready.digit()

    assert same == []
    assert ready.page.evaluate("written.length") > 0


@pytest.mark.firefox
def test_the_answer_follows_the_moving_pen(ready: Visit):
    """Screen readers announce it once the pen is up."""
    box = ready.page.locator("#drawingCanvas").bounding_box()
    mouse = ready.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    mouse.down()
    for y in range(60, int(box["height"]) - 60, 40):
        mouse.move(box["x"] + box["width"] / 2, box["y"] + y)

    expect(ready.page.locator("#answer .words")).to_contain_text("sure")
    assert ready.answer.get_attribute("aria-busy") == "true"
    assert ready.body.get_attribute("data-state") == "busy"

    mouse.up()
    ready.be("ready")
    assert ready.answer.get_attribute("aria-busy") == "false"


def test_clearing_in_the_middle_of_a_stroke_leaves_a_pad_that_works(
    ready: Visit, strokes
):
    box = ready.page.locator("#drawingCanvas").bounding_box()
    mouse = ready.page.mouse
    mouse.move(box["x"] + 50, box["y"] + 50)
    mouse.down()
    mouse.move(box["x"] + 90, box["y"] + 90, steps=4)

    ready.page.locator("#clearBtn").focus()
    ready.page.keyboard.press("Enter")
    mouse.move(box["x"] + 150, box["y"] + 90, steps=4)
    mouse.up()

    assert ready.digit() == ""
    assert (ready.pixels("#drawingCanvas") == 255).all()
    ready.draw(strokes["1"])
    assert ready.digit() != ""


@pytest.mark.firefox
def test_the_drawing_stays_when_the_window_changes(ready: Visit, strokes):
    ready.draw(strokes["5"])
    before = ready.pixels("#drawingCanvas")
    size = ready.page.viewport_size

    ready.page.set_viewport_size({"width": 400, "height": 800})
    ready.draw([[[20, 20], [30, 20], [40, 20]]])
    after = ready.pixels("#drawingCanvas")
    side = ready.pixels(".sharp").shape[0]
    shown = ready.page.locator("#drawingCanvas").bounding_box()["width"]
    ready.page.set_viewport_size(size)

    changed = (before != after).any(axis=2)
    assert changed.any() and np.argwhere(changed).max() < 60
    assert side == shown


@pytest.mark.firefox
def test_a_network_is_opened_from_a_file(ready: Visit, strokes, rng, tmp_path):
    """It has two labels, which shows that it is the one that answers."""
    network = nnweb.Network([Dense(784, 2, rng=rng)], name="coin", labels=("a", "b"))
    nnweb.save(network, tmp_path / "coin.json")
    ready.draw(strokes["6"])
    ready.be("ready")

    ready.page.set_input_files("#networkFile", tmp_path / "coin.json")

    expect(ready.page.locator("#network .facts")).to_contain_text("784-2")
    assert ready.digit() in ("a", "b")
    assert len(ready.probabilities()) == 2
    image = ready.pixels("#scaledCanvas")[None]
    native = nnweb.recognize(image, network)[0]
    np.testing.assert_allclose(ready.probabilities(), native, atol=1e-5)
    _back_to_the_shipped_network(ready)


def test_a_rejected_drawing_is_not_called_a_digit(ready: Visit, rng, tmp_path):
    layers = [Dense(784, 10, rng=rng)]
    nnweb.save(nnweb.Network(layers, reject_below=1e6), tmp_path / "strict.json")
    ready.draw([[[50, 50], [200, 90], [60, 200], [280, 280], [40, 150]]])
    ready.be("ready")

    ready.page.set_input_files("#networkFile", tmp_path / "strict.json")

    expect(ready.answer).to_have_text(
        re.compile("^\\s*This does not look like a digit")
    )
    assert ready.digit() == ""
    assert ready.probabilities().sum() == pytest.approx(1, abs=1e-5)
    expect(ready.page.locator("#probabilities .winner")).to_have_count(0)
    _back_to_the_shipped_network(ready)


def test_an_unsure_answer_shows_both_digits_side_by_side_on_a_phone(
    ready: Visit, unsure_model
):
    before = ready.page.viewport_size
    ready.draw(BETWEEN_4_AND_9)

    ready.page.set_input_files("#networkFile", unsure_model)
    expect(ready.page.locator("#answer .digit")).to_contain_text(", or ")
    ready.page.set_viewport_size({"width": 320, "height": 640})
    both = ready.digit()
    best = np.argsort(ready.probabilities())[:-3:-1]
    digits, image = (
        ready.page.locator(place).bounding_box()
        for place in ("#answer .digit", "#seen")
    )
    ready.page.set_viewport_size(before)

    assert set(both.split(", or ")) == {"4", "9"}
    assert both == f"{best[0]}, or {best[1]}"
    expect(ready.page.locator("#answer .words")).to_have_text(
        re.compile(r"^Unsure: \d+% or \d+%$")
    )
    assert f"recognised as {both}:" in ready.page.locator("#seen").get_attribute(
        "aria-label"
    )
    assert digits["x"] + digits["width"] <= image["x"] and digits["height"] < 60
    _back_to_the_shipped_network(ready)


# All formats are in tests/nnweb/weights/test_foreign.py.
def test_weights_in_a_foreign_format_are_opened(ready: Visit, strokes, rng, tmp_path):
    shapes = [(784, 10), (10, 10)]
    content = {
        "weights": [rng.normal(size=shape).tolist() for shape in shapes],
        "biases": [rng.normal(size=size).tolist() for _, size in shapes],
    }
    path = tmp_path / "foreign.json"
    path.write_text(json.dumps(content))
    ready.draw(strokes["2"])
    ready.be("ready")

    ready.page.set_input_files("#networkFile", path)

    expect(ready.page.locator("#networkList")).to_contain_text(path.name)
    expect(ready.page.locator("#network .notice")).to_be_empty()
    ready.be("ready")
    fit = ready.page.locator("#fit :checked").get_attribute("value")
    image = ready.pixels("#scaledCanvas")[None]
    native = nnweb.recognize(image, nnweb.load(path), fit=fit)[0]
    np.testing.assert_allclose(ready.probabilities(), native, atol=1e-5)
    _back_to_the_shipped_network(ready)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("no weights at all", "JSON"),
        ('{"weights": [[[1, 2], [3]]], "biases": [[1, 2]]}', "weights"),
    ],
)
def test_a_bad_file_is_explained_and_the_network_in_use_stays(
    ready: Visit, strokes, tmp_path, content, complaint
):
    ready.draw(strokes["0"])
    answer = ready.digit()
    facts = ready.page.locator("#network .facts").inner_text()
    (tmp_path / "bad.json").write_text(content)

    ready.page.set_input_files("#networkFile", tmp_path / "bad.json")

    notice = ready.page.locator("#network .notice")
    expect(notice).to_contain_text("bad.json")
    expect(notice).to_contain_text(complaint)
    expect(notice).not_to_contain_text("Traceback")
    assert ready.digit() == answer
    assert ready.page.locator("#network .facts").inner_text() == facts
    expect(ready.problem).to_be_hidden()
    _back_to_the_shipped_network(ready)
    expect(notice).to_be_empty()


def _back_to_the_shipped_network(ready: Visit) -> None:
    ready.more()
    ready.page.locator("#networkList").select_option(index=0)
    expect(ready.page.locator("#probabilities meter")).to_have_count(10)
    ready.be("ready")


def test_the_page_is_busy_until_the_chosen_network_is_open(ready: Visit, strokes):
    """Meanwhile the previous network answers."""
    held: list[Route] = []
    models = "**/models-*/plain.json"
    ready.page.context.route(models, lambda route: held.append(route))

    ready.more()
    ready.page.locator("#networkList").select_option("plain")
    ready.draw(strokes["2"])
    expect(ready.page.locator("#answer .digit")).not_to_be_empty()
    expect(ready.answer).to_have_attribute("aria-busy", "true")
    state = ready.body.get_attribute("data-state")
    held[0].continue_()
    ready.page.context.unroute(models)

    assert state == "busy"
    assert ready.digit() == "2"
    expect(ready.page.locator("#network .facts")).to_contain_text("784-500-300-100-10")
    _back_to_the_shipped_network(ready)


def test_two_digits_are_no_answer_and_lead_to_the_sheet_for_numbers(visit, strokes):
    page = visit()
    bars, offer = (
        page.page.locator("#probabilities"),
        page.page.locator("#twoDigitsBtn"),
    )
    page.draw(strokes["4"], scale=0.45, shift=(0, 80))
    page.draw(strokes["2"], scale=0.45, shift=(160, 80))

    expect(offer).to_be_visible(timeout=BOOT_MS)
    expect(page.answer).to_contain_text("does not look like a digit")
    expect(bars).to_have_attribute("data-answer", "false")
    expect(page.page.locator("#scale")).to_contain_text("Not an answer")
    assert barriers(page) == []
    offer.click()

    page.shows("42")
    expect(page.page.locator("h1")).to_have_text("Write a number")
    page.page.reload()
    page.be("ready")
    page.shows("42")
    page.page.locator("#mode").get_by_label("Digit", exact=True).check()
    expect(page.page.locator("h1")).to_have_text("Draw a digit")
    assert page.watch.errors == []


def test_small_probabilities_have_bars_on_the_logarithmic_scale(ready: Visit, strokes):
    ready.draw(strokes["7"])
    ready.be("ready")
    before = ready.probabilities()
    scale = ready.page.get_by_role("button", name="Show small probabilities")

    scale.click()

    expect(scale).to_have_attribute("aria-pressed", "true")
    expected = np.maximum(0, 1 + np.log10(np.maximum(before, 1e-9)) / 4)
    np.testing.assert_allclose(ready.probabilities(), expected, atol=1e-6)
    values = ready.page.locator("#probabilities .value").all_inner_texts()
    assert [text for text in values if re.fullmatch(r"\d\.\d\d%", text)]
    scale.click()
    np.testing.assert_allclose(ready.probabilities(), before)


def test_a_repeated_enter_has_the_answer_read_out_again(ready: Visit, strokes):
    ready.draw(strokes["7"])
    ready.be("ready")
    ready.page.locator("#drawingCanvas").focus()
    said = ready.page.locator("#penSays")

    ready.page.keyboard.press("Enter")
    first = said.text_content()
    ready.be("ready")
    ready.page.keyboard.press("Enter")

    assert first.startswith("7 ") and said.text_content() == first + "\u00a0"


@pytest.mark.firefox(only="all")
def test_a_drawing_made_during_start_up_is_recognised_once_python_runs(visit, strokes):
    held: list[Route] = []
    early = visit(
        before=lambda page: page.route(
            "**/models-*/*.json", lambda route: held.append(route)
        )
    )
    early.draw(strokes["7"])

    assert early.body.get_attribute("data-state") == "booting"
    expect(early.answer).to_contain_text("as soon as Python is ready")

    for route in held:
        route.continue_()
    assert early.digit() == "7"
    assert early.watch.errors == [] and early.watch.foreign == []


def test_loading_shows_bytes_and_stages(visit):
    """Recorded in the page, since they pass quickly."""
    page = visit(
        before=lambda page: page.add_init_script(
            """document.addEventListener("DOMContentLoaded", () => {
                window.shown = [];
                const status = document.getElementById("status");
                const bar = status.querySelector("progress");
                new MutationObserver(() => {
                    window.shown.push([status.innerText.trim(), bar.value]);
                }).observe(status, { subtree: true, childList: true });
            });"""
        )
    )
    page.be("ready")

    shown = page.page.evaluate("window.shown")
    words = [text for text, _ in shown if text]
    assert len([text for text in words if " MB" in text]) >= 3
    # the snapshot contains NumPy; without a snapshot it is a stage of its own
    stages = ["Starting Python", "Opening the network"]
    assert [text for text in words if text in stages] == stages
    done = [value for text, value in shown if text]
    assert done == sorted(done) and done[-1] == 1  # page and worker report one download


def test_model_in_the_address_opens_that_network(visit, strokes, rng):
    network = nnweb.Network([Dense(784, 2, rng=rng)], labels=("x", "y"))
    text = nnweb.weights.json_format.dumps(network)
    page = visit(
        "?model=mine/xy.json",
        before=lambda page: page.route(
            "**/some/deep/path/mine/xy.json", lambda route: route.fulfill(body=text)
        ),
    )
    page.be("ready", timeout=BOOT_MS)

    page.draw(strokes["1"])

    assert page.digit() in ("x", "y")
    expect(page.page.locator("#networkList")).to_have_value("xy.json")
