"""The Inspect panel: why, where it flips, and the flow from drawing to answers."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from nnweb.architecture import build_layers
from nnweb.initializers import INITIALIZERS
from nnweb.network import Network
from nnweb.weights.json_format import dumps
from tests.site.accessibility import faults, out_of_sight
from tests.site.conftest import Visit, until
from tests.site.lab.conftest import LOOK_MS

PANEL = "Inspect"
HIDDEN_WHEN_BLANK = "#lab-inside .parts"
WHY = "#lab-inside .why select"
IMAGE = "#lab-inside canvas.gradient"
CELLS = "#lab-inside .flow li"
SUM = "#lab-inside .sum"
MAPS = "#lab-inside .map canvas"
ALL = "#lab-inside nav [data-do=all]"


def show(page: Page, view: str) -> None:
    page.locator(f"#lab-inside .views [data-do={view}]").click()


@pytest.fixture
def inside(drawn_7: Visit) -> Iterator[Visit]:
    """The panel shows why the default network recognizes a drawn 7."""
    show(drawn_7.page, "why")
    image = drawn_7.page.locator(IMAGE)
    for_7 = re.compile("for 7")
    expect(image).to_have_attribute("aria-label", for_7, timeout=LOOK_MS)
    yield drawn_7
    image.evaluate("image => image.removeAttribute('aria-label')")


@pytest.fixture
def flow(drawn_7: Visit) -> Page:
    """The flow of the default network: ten stages between drawing and answers."""
    page = drawn_7.page
    page.locator(HIDDEN_WHEN_BLANK).wait_for(timeout=LOOK_MS)
    if page.locator(ALL).is_visible():
        page.locator(ALL).click()
    show(page, "stages")
    expect(page.locator(CELLS)).to_have_count(13)
    return page


def numbers(text: str) -> list[float]:
    found = re.findall(r"-?\d[\d,]*\.?\d*(?:E-?\d+)?", text)
    return [float(number.replace(",", "")) for number in found]


def terms(text: str) -> list[float]:
    """Numbers that are added, with their signs."""
    return numbers(text.replace("\u2212 ", "-"))


def fields(page: Page) -> dict[str, str]:
    """The panel's state in the address."""
    found = re.findall(r"[?#&](show|layer|unit)=([^&#]*)", page.url)
    return dict(found)


def test_there_is_nothing_to_inspect_without_a_drawing(opened):
    opened.clear()
    expect(opened.page.locator("#lab-inside > .status")).to_contain_text("Draw")
    expect(opened.page.locator("#lab-inside .parts")).to_be_hidden()


def test_flow_names_what_each_stage_does(drawn_7, flow):
    texts = flow.locator(CELLS).all_inner_texts()
    assert ["".join(text.split("\n")[:1]) for text in texts[:4]] == [
        "Drawing",
        "Input",
        "Edges",
        "Smaller",
    ]
    assert "16 filters of 3 × 3 find edges" in texts[2]
    assert "Keeps the strongest of 2 × 2" in texts[3]
    assert "112 weighted sums of all 576 values" in texts[-3]
    bars = flow.locator(f"{CELLS} .bars span:has(b)")
    expect(bars).to_have_text("7")
    for name in ("Input", "Edges", "Shapes"):
        canvas = flow.locator(CELLS).filter(has_text=name).locator("canvas").first
        assert canvas.evaluate("canvas => canvas.width") >= 28

    drawn_7.network("mlp")

    expect(flow.locator(CELLS)).to_have_count(7)
    expect(flow.locator(CELLS).nth(2)).to_contain_text("500 weighted sums of all 784")


def test_a_stage_opens_at_its_largest_value_and_its_sum(flow):
    flow.locator(CELLS).nth(5).locator("button").click()

    expect(flow.locator(SUM)).to_contain_text("makes it")
    part, others, bias, value, after = terms(flow.locator(SUM).inner_text())[-5:]
    assert part + others + bias == pytest.approx(value, abs=1e-2)
    assert after == max(value, 0) > 0
    products = flow.locator("#lab-inside .grid").nth(2).locator("span")
    written = [numbers(text)[0] for text in products.all_inner_texts()]
    assert sum(written) == pytest.approx(part, abs=0.05)
    expect(flow.locator("#lab-inside pre")).to_contain_text(".sum() + b[")


def test_map_and_value_are_picked_and_back_undoes_it(flow):
    flow.locator(CELLS).nth(5).locator("button").click()
    maps, pixels = (flow.locator(MAPS).nth(i) for i in (0, 1))
    box = maps.bounding_box()
    maps.click(
        position={"x": box["width"] * 0.55, "y": box["height"] * 0.1}
    )  # of 6 x 6
    expect(flow.locator(SUM)).to_contain_text("Map 3,")
    box = pixels.bounding_box()
    pixels.click(position={"x": box["width"] * 0.53, "y": box["height"] * 0.25})
    expect(flow.locator(SUM)).to_contain_text("Map 3, row 3, column 7:")
    assert fields(flow) == {"show": "stages", "layer": "6", "unit": "3.3.7"}

    flow.go_back()
    expect(flow.locator("#lab-inside nav [aria-current=true]")).to_have_text("Map 3")
    flow.go_back()
    flow.go_back()

    expect(flow.locator("#lab-inside .zoom")).to_be_hidden()
    assert fields(flow) == {"show": "stages"}


def test_breadcrumb_and_keyboard_lead_to_a_value_and_back(flow):
    cell = flow.locator(CELLS).nth(2).locator("button")
    cell.focus()
    flow.keyboard.press("Enter")
    path = flow.locator("#lab-inside nav button:visible")
    expect(path.first).to_be_focused()
    flow.locator(MAPS).nth(1).focus()
    flow.keyboard.press("ArrowRight")
    expect(path).to_have_count(4)
    row, column = (int(number) for number in numbers(path.nth(3).inner_text()))
    flow.keyboard.press("ArrowLeft")
    expect(path.nth(3)).to_have_text(f"row {row}, column {column - 1}")

    path.first.press("Enter")

    expect(cell).to_be_focused()


def test_sum_of_a_hidden_layers_input_lists_its_terms(drawn_7, flow):
    drawn_7.network("mlp")
    expect(flow.locator(CELLS)).to_have_count(7)
    flow.locator(CELLS).nth(3).locator("button").click()

    rows = flow.locator("#lab-inside tbody tr")
    expect(rows).to_have_count(5)
    value, weight, product = (
        numbers(t)[0] for t in rows.nth(0).locator("td").all_inner_texts()
    )
    assert value * weight == pytest.approx(product, rel=2e-3)


def test_largest_of_a_pooled_window_is_marked_even_if_others_are_far_below_0(
    drawn_7: Visit, flow
):
    rng = np.random.default_rng(0)
    layers = build_layers(
        "1x28x28-conv3x1-pool7-10",
        activation="tanh",
        initializer=INITIALIZERS["zeros"],
        rng=rng,
    )
    layers[0].params["W"][0, 0, 1, 1] = 1
    layers[0].params["b"][:] = -0.9  # paper becomes -0.72, ink 0.1
    content = dumps(Network(layers)).encode()
    drawn_7.page.locator("#pictures input").set_input_files(
        {"name": "mine.json", "mimeType": "application/json", "buffer": content}
    )
    expect(flow.locator(CELLS)).to_have_count(6)

    flow.locator(CELLS).nth(3).locator("button").click()

    expect(flow.locator(SUM)).to_contain_text(
        "The largest of these 49 values is 0.09967"
    )
    expect(flow.locator("#lab-inside .grid .chosen")).to_have_text("0.1")


def test_values_follow_the_drawing(drawn_7: Visit, flow, strokes):
    flow.locator(CELLS).nth(-2).locator("button").click()
    flow.locator(MAPS).focus()
    for _ in range(9):
        flow.keyboard.press("ArrowLeft")
    sum_ = flow.locator(SUM)
    expect(sum_).to_contain_text("Value 0:")
    before = sum_.inner_text()

    drawn_7.clear()
    drawn_7.draw(strokes["0"])

    expect(sum_).not_to_have_text(before)
    expect(sum_).to_contain_text("Value 0:")
    until(flow, lambda: numbers(sum_.inner_text())[-1] > numbers(before)[-1])


def test_attribution_is_painted_for_the_answer_and_for_another_label(inside):
    page = inside.page
    expect(page.locator(WHY)).to_have_value("7")
    before = inside.pixels(IMAGE)
    assert before.max() == 255 and before.std() > 5

    page.locator(WHY).select_option("1")

    expect(page.locator(IMAGE)).to_have_attribute("aria-label", re.compile("for 1"))
    assert (inside.pixels(IMAGE) != before).any()


def test_label_chosen_before_the_drawing_has_rested_stays(inside: Visit, strokes):
    page = inside.page
    page.evaluate(
        """([why, parts]) => {
            const list = document.querySelector(why);
            const shown = document.querySelector(parts);
            const changed = document.querySelector("#lab-inside .changed");
            globalThis.hasRested = () => false;
            new MutationObserver((_, observer) => {
                if (shown.hidden) return;
                observer.disconnect();
                list.value = "1";
                list.dispatchEvent(new Event("change"));
                changed.textContent = "of the drawing before";
                globalThis.hasRested = () => changed.textContent === "";
            }).observe(shown, { attributes: true });
        }""",
        [WHY, HIDDEN_WHEN_BLANK],
    )
    inside.put(strokes["7"])

    until(page, lambda: page.evaluate("hasRested()"))
    expect(page.locator(IMAGE)).to_have_attribute("aria-label", re.compile("for 1"))
    expect(page.locator(WHY)).to_have_value("1")


def test_smallest_change_leads_to_another_answer(inside: Visit):
    page = inside.page
    page.get_by_role("button", name="Find the smallest change").click()

    said = page.locator("#lab-inside .changed")
    expect(said).to_contain_text("it is recognised as")
    assert "recognised as 7" not in said.inner_text()
    assert inside.pixels("#lab-inside canvas.difference").std() > 1
    expect(said).to_contain_text(re.compile(r"squares of all differences add up to \d"))


def test_sliders_perturb_the_drawing_and_strips_show_the_answers(
    inside: Visit,
):
    page = inside.page
    inside.network("mlp")  # which is quicker
    show(page, "flips")
    strips = page.locator("#lab-inside .strip")
    expect(strips.first.locator("b").first).to_be_visible()
    # upside down a 7 is read as something else
    until(page, lambda: len(set(strips.first.locator("b").all_inner_texts())) > 1)
    caption = page.locator("#lab-inside .flips figcaption")
    expect(caption).to_contain_text("Recognised as 7")
    canvas = "#lab-inside .flips canvas"
    straight = inside.pixels(canvas)

    amounts = {"rotation": 20, "right": 2, "down": 2, "thickness": 1, "noise": 0.2}
    for name, amount in amounts.items():
        slider = page.locator(f"#lab-inside input[name={name}]")
        slider.fill(str(amount))
        shown = slider.locator("xpath=../output")
        expect(shown).to_have_text(str(amount))

        def changed() -> bool:
            far = np.abs(inside.pixels(canvas).astype(int) - straight).max()
            return far > 8  # of 255; less is rounding

        if name in ("right", "down"):
            assert not changed()  # this network centres what it sees
        else:
            until(page, changed)
        page.get_by_role("button", name="Reset").click()
        expect(shown).to_have_text("0")


SENT = """() => {
    window.sent = [];
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...rest) {
        sent.push(message.type);
        return post.call(this, message, ...rest);
    };
}"""


def search(page: Page) -> Locator:
    """Search the training digits; return the six found."""
    button = page.get_by_role("button", name="Search 10,000 digits")
    button.click()
    expect(button).to_be_enabled(timeout=LOOK_MS)  # the digits are those of this search
    found = page.locator("#lab-inside .nearest li")
    expect(found).to_have_count(6)
    return found


def test_nearest_training_digits_have_the_same_label(inside: Visit):
    page = inside.page
    show(page, "nearest")

    found = search(page)
    texts = found.all_inner_texts()
    assert sum(text.startswith("7,") for text in texts) >= 4
    far = [numbers(text)[-1] for text in texts]
    assert far == sorted(far)


def test_nearest_training_digits_are_found_once_with_another_network(inside: Visit):
    page = inside.page
    show(page, "nearest")
    found = search(page)
    names = "all => all.map((canvas) => canvas.ariaLabel)"
    before = found.locator("canvas").evaluate_all(names)
    found.evaluate_all("all => all.forEach((item) => { item.className = 'old'; })")
    page.evaluate(SENT)

    inside.network("mlp")

    old = page.locator("#lab-inside .nearest li.old")
    expect(old).to_have_count(0, timeout=LOOK_MS)
    assert found.locator("canvas").evaluate_all(names) == before
    sent = page.evaluate("sent")
    assert "nearest" in sent and "learn" not in sent, "the digits were sent again"


def test_every_view_fits_and_has_no_barriers(inside: Visit):
    page = inside.page
    panel = page.locator("#lab-inside")
    page.get_by_role("button", name="Find the smallest change").click()
    expect(panel.locator("canvas.difference")).to_be_visible()
    assert faults(inside) == [], "why"
    assert out_of_sight(inside, "#lab-inside .parts") == [], "why"
    show(page, "flips")
    assert faults(inside, "#lab-inside") == [], "flips"
    show(page, "nearest")
    panel.locator("[data-do=look]").click()
    expect(panel.locator(".nearest li")).to_have_count(6, timeout=LOOK_MS)
    assert faults(inside, "#lab-inside") == [], "nearest"
    show(page, "ideal")
    expect(panel.locator(".ideal li")).to_have_count(10, timeout=LOOK_MS)
    assert faults(inside, "#lab-inside") == [], "ideal"
    show(page, "stages")
    assert faults(inside, "#lab-inside") == [], "stages"
    page.locator(CELLS).nth(2).locator("button").click()
    expect(panel.locator(".grid").first).to_be_visible()
    assert faults(inside, "#lab-inside") == [], "one map"
    assert out_of_sight(inside, "#lab-inside pre") == [], "one map"
    panel.locator("nav [data-do=all]").click()
    page.locator(CELLS).nth(-2).locator("button").click()
    expect(panel.locator("tbody tr").first).to_be_visible()
    assert faults(inside, "#lab-inside") == [], "one value"
    show(page, "why")
