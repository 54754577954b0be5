"""The Inside panel: activations and explanations of the current drawing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.site.accessibility import barriers, fits, screens
from tests.site.conftest import Visit, until
from tests.site.lab.conftest import LOOK_MS

PANEL = "Inspect"
HIDDEN_WHEN_BLANK = "#lab-inside .parts"
WHY = "#lab-inside .attribution select"


def wait_for_layers(page: Page) -> None:
    page.locator("#lab-inside .layers li").first.wait_for(timeout=LOOK_MS)


@pytest.fixture
def inside(drawn_7: Visit) -> Iterator[Visit]:
    """The panel shows what the default network computes for a drawn 7."""
    why = drawn_7.page.locator(WHY)
    wait_for_layers(drawn_7.page)
    expect(why).to_have_value("7")  # also the slow questions are asked
    yield drawn_7
    why.evaluate("select => { select.selectedIndex = 0; }")


def pick_number(layer: Locator, number: int) -> None:
    """Choose one of a layer's ten numbers by the keyboard."""
    layer.focus()
    for _ in range(9):
        layer.press("ArrowLeft")
    for _ in range(number):
        layer.press("ArrowRight")


def numbers(text: str) -> list[float]:
    found = re.findall(r"-?\d[\d,]*\.?\d*(?:E-?\d+)?", text)
    return [float(number.replace(",", "")) for number in found]


def test_every_layer_is_shown_once_there_is_a_drawing(opened, strokes):
    first, page = opened, opened.page
    first.clear()
    expect(page.locator("#lab-inside > .status")).to_contain_text("Draw something")
    expect(page.locator("#lab-inside .parts")).to_be_hidden()

    first.network("mlp")
    first.draw(strokes["7"])
    wait_for_layers(page)

    titles = page.locator("#lab-inside .layers p").all_inner_texts()
    assert titles[0].startswith("Dense · 500 · 392,500")
    assert titles[-1].startswith("Dense · 10 ·")
    first.clear()
    expect(page.locator("#lab-inside .parts")).to_be_hidden()


def test_picked_value_is_shown_as_the_sum_of_its_terms(inside: Visit):
    page = inside.page
    inside.network("mlp")
    expect(page.locator("#lab-inside .layers li").first).to_contain_text("500")
    last = page.locator("#lab-inside .map canvas").last
    last.scroll_into_view_if_needed()

    pick_number(last, 7)

    sum_ = page.locator("#lab-inside .sum")
    expect(sum_).to_contain_text("Dense, value 7: 100 inputs")
    _, _, product, bias, value = numbers(sum_.inner_text().rstrip("."))
    assert product + bias == pytest.approx(value, abs=1e-2)
    cells = page.locator("#lab-inside .unit tbody td:last-child").all_inner_texts()
    total = sum(numbers(cell)[0] for cell in cells)
    assert total == pytest.approx(value, abs=2e-2)


def test_pointer_picks_the_value_below_it(inside: Visit):
    page = inside.page
    last = page.locator("#lab-inside .map canvas").last
    last.scroll_into_view_if_needed()
    box = last.bounding_box()

    page.mouse.move(box["x"] + box["width"] * 0.35, box["y"] + box["height"] / 2)

    expect(page.locator("#lab-inside .sum")).to_contain_text("value 3:")


def test_values_follow_the_drawing(inside: Visit, strokes):
    page = inside.page
    last = page.locator("#lab-inside .map canvas").last
    pick_number(last, 0)
    sum_ = page.locator("#lab-inside .sum")
    expect(sum_).to_contain_text("value 0:")
    before = sum_.inner_text()

    inside.clear()
    inside.draw(strokes["0"])

    expect(sum_).not_to_have_text(before)
    expect(sum_).to_contain_text("value 0:")
    value = numbers(sum_.inner_text().rstrip("."))[-1]
    assert value > numbers(before.rstrip("."))[-1]  # a 0 speaks more for 0 than a 7


def test_attribution_is_painted_for_the_answer_and_for_another_label(inside):
    page = inside.page
    expect(page.locator(WHY)).to_have_value("7")
    canvas = "#lab-inside canvas.gradient"
    expect(page.locator(canvas)).to_have_attribute("aria-label", re.compile("for 7"))
    before = inside.pixels(canvas)
    assert before.max() == 255 and before.std() > 5

    page.locator(WHY).select_option("1")

    expect(page.locator(canvas)).to_have_attribute("aria-label", re.compile("for 1"))
    assert (inside.pixels(canvas) != before).any()


def test_smallest_change_leads_to_another_answer(inside: Visit):
    page = inside.page
    expect(page.locator(WHY)).to_have_value("7")
    expect(page.locator("#lab-inside .strip b").first).to_be_visible()

    page.get_by_role("button", name="Find the smallest change").click()

    said = page.locator("#lab-inside .changed")
    expect(said).to_contain_text("it is recognised as")
    assert "recognised as 7" not in said.inner_text()
    assert inside.pixels("#lab-inside canvas.difference").std() > 1


def test_sliders_perturb_the_drawing_and_strips_show_the_answers(
    inside: Visit,
):
    page = inside.page
    strips = page.locator("#lab-inside .strip")
    expect(strips.first.locator("b").first).to_be_visible()
    # upside down a 7 is read as something else
    until(page, lambda: len(set(strips.first.locator("b").all_inner_texts())) > 1)
    caption = page.locator("#lab-inside .perturb figcaption")
    expect(caption).to_contain_text("Recognised as 7")
    canvas = "#lab-inside .perturb canvas"
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


def test_nearest_training_digits_have_the_same_label(inside: Visit):
    page = inside.page

    page.get_by_role("button", name="Search 10,000 digits").click()

    found = page.locator("#lab-inside .nearest li")
    expect(found).to_have_count(6, timeout=LOOK_MS)
    texts = found.all_inner_texts()
    assert sum(text.startswith("7,") for text in texts) >= 4
    far = [numbers(text)[-1] for text in texts]
    assert far == sorted(far)


def test_sliders_are_not_covered_while_the_panel_is_scrolled(inside: Visit):
    page = inside.page
    page.locator("#lab-inside .map canvas").last.focus()
    covered = """() => {
        const box = (name) =>
            document.querySelector(`#lab-inside .${name}`).getBoundingClientRect();
        scrollBy(0, box("perturb").top - 100);
        return box("unit").bottom > box("perturb").top;
    }"""

    assert not page.evaluate(covered)


def test_source_button_does_not_touch_the_table_above_it(inside: Visit):
    page = inside.page
    page.locator("#lab-inside .map canvas").last.focus()
    unit = page.locator("#lab-inside .unit")
    expect(unit.locator("tbody tr").first).to_be_visible()

    table, button = (
        unit.locator(s).bounding_box() for s in ("table", "[data-do=source]")
    )

    assert button["y"] - (table["y"] + table["height"]) >= 8


def test_full_panel_fits_and_has_no_barriers(inside: Visit):
    page = inside.page
    expect(page.locator("#lab-inside .strip b").first).to_be_visible()
    page.locator("#lab-inside .map canvas").first.focus()
    expect(page.locator("#lab-inside .learned")).to_be_visible()

    for screen in screens(inside):
        assert fits(inside), screen
        assert barriers(inside) == [], screen
