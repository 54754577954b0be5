"""The lab on a phone: what a panel shows is in sight below the pad, and near."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.site.conftest import BOOT_MS, Visit, ready_page
from tests.site.lab.conftest import LOOK_MS, open_panel

PHONE: Any = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
TRAINED_MS = 180_000

#: Scrolls each control of the panel under the strip, then focuses it.
COVERED = """() => {
    const strip = document.getElementById("workspace");
    const found = [];
    let scrolled = 0;
    const all = "#lab :is(button, input, select, summary, [tabindex])";
    for (const one of document.querySelectorAll(all)) {
        if (!one.checkVisibility() || one.matches(":disabled")) continue;
        scrollBy(0, one.getBoundingClientRect().top - 40);
        const under = () =>
            one.getBoundingClientRect().top < strip.getBoundingClientRect().bottom;
        if (under()) scrolled += 1;
        one.focus();
        if (under()) found.push(one.outerHTML);
    }
    scrollTo(0, 0);
    return [scrolled, found];
}"""


@pytest.fixture(scope="module")
def phone(browser: Browser, site: str, strokes) -> Iterator[Visit]:
    """A phone with a drawn 7, for all tests of this file that only look."""
    with ready_page(browser, site, **PHONE) as visit:
        visit.draw(strokes["7"])
        visit.be("ready")
        visit.learn()
        yield visit
        assert visit.watch.errors == []


def below(page: Visit, selector: str) -> dict[str, float]:
    """Pixels that the lowest of some elements is below the window, if it is."""
    page.page.evaluate("scrollTo(0, 0)")
    ends: list[float] = page.page.locator(selector).evaluate_all(
        """(all) => all.filter((one) => one.checkVisibility())
            .map((one) => one.getBoundingClientRect().bottom - innerHeight)"""
    )
    assert ends, selector
    return {selector: max(ends)} if max(ends) > 0 else {}


def test_each_step_of_the_tour_is_in_sight(phone):
    page = open_panel(phone, "Tour")
    tour = page.locator("#lab-tour")
    tour.locator(".body").wait_for(timeout=LOOK_MS)

    outside = {}
    for step in range(1, 7):
        expect(tour.locator(".place")).to_have_text(f"{step} of 6")
        if step == 6:
            tour.locator("[data-do=descend]").tap()
            tour.locator(".moved").wait_for()
        outside |= below(phone, f"#lab-tour .body > :nth-child({step})")
        if step < 6:
            tour.locator("[data-do=next]").tap()

    assert outside == {}


def test_the_step_with_the_most_rows_is_in_sight_in_german_too(visit, strokes):
    german = visit("de/#view=learn&panel=tour&step=softmax", **PHONE)
    german.page.locator("#enlargeBtn").tap()
    german.draw(strokes["7"])
    german.page.locator("#shrinkBtn").tap()
    german.page.locator("#lab-tour .logits li").first.wait_for(timeout=LOOK_MS)

    assert below(german, "#lab-tour .body > :nth-child(4)") == {}


def test_each_view_of_inspect_is_in_sight(phone):
    page = open_panel(phone, "Inspect")
    panel = page.locator("#lab-inside")

    def show(view: str, result: str, act: str = "") -> dict[str, float]:
        panel.locator(f".views [data-do={view}]").tap()
        if act != "":
            panel.locator(act).first.tap()
        panel.locator(result).first.wait_for(timeout=LOOK_MS)
        return below(phone, f"#lab-inside {result}")

    outside = {
        **show("why", ".change canvas", ".change button"),
        **show("flips", ".strip b"),
        **show("stages", ".flow button"),
        **show("stages", ".zoom :is(.sum, .product)", ".flow button"),
        **show("nearest", ".nearest li", ".nearest button"),
        **show("ideal", ".ideal li"),
    }

    assert outside == {}


def test_both_answers_of_a_comparison_are_in_sight(phone):
    page = open_panel(phone, "Networks")
    expect(page.locator("#lab .compare .difference")).to_contain_text(
        "Different", timeout=LOOK_MS
    )

    assert below(phone, "#lab .compare li") == {}


def test_a_lesson_is_in_sight(phone):
    page = open_panel(phone, "Teach")
    page.locator("#lab-teach .label-pad [value='7']").tap()
    expect(page.locator("#lab-teach .album li")).to_have_count(1)

    assert below(phone, "#lab-teach .outcome") == {}


def test_input_and_output_of_python_are_in_sight(phone):
    page = open_panel(phone, "Python")
    page.locator("#lab-python [data-example=maps]").tap()
    page.locator("#lab-python .log canvas").wait_for(timeout=LOOK_MS)

    assert below(phone, "#lab-python .log, #python-input") == {}


@pytest.mark.parametrize("panel", ["Train", "Python"])
def test_the_strip_covers_nothing_that_has_the_focus(phone, panel):
    open_panel(phone, panel)
    if panel == "Train":
        phone.page.locator("#lab-train .advanced summary").tap()

    scrolled, covered = phone.page.evaluate(COVERED)

    assert scrolled > 5
    assert covered == []


def test_the_strip_of_a_number_is_as_low_as_that_of_a_digit(visit):
    page = visit("#view=learn&panel=networks&mode=number", **PHONE).page
    page.locator("body[data-mode=number]").wait_for()

    strip = page.locator("#workspace").bounding_box()

    assert strip is not None and strip["height"] < 144  # scroll-padding-top


class Newcomer:
    """Somebody with a phone who has just drawn a first digit."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.page, self.taps = visit, visit.page, 0

    def tap(self, *names: str) -> None:
        """Tap links, tabs or buttons by their names."""
        for name in names:
            self.tap_on(
                self.page.locator("a, button").filter(visible=True, has_text=name).first
            )

    def tap_on(self, element: Locator) -> None:
        self.taps += 1
        element.tap()


@pytest.fixture
def newcomer(visit, strokes) -> Newcomer:
    shown = visit(**PHONE)
    shown.draw(strokes["7"])
    shown.be("ready")
    return Newcomer(shown)


def test_a_newcomer_sees_one_multiplication_after_at_most_5_taps(newcomer):
    newcomer.tap("Learn", "Inspect", "Step by step", "Edges")

    product = newcomer.page.locator("#lab-inside .product")
    expect(product).to_contain_text("The largest product", timeout=LOOK_MS)
    assert below(newcomer.visit, "#lab-inside .product") == {}
    assert newcomer.taps <= 5


def test_a_newcomer_s_own_network_answers_the_pad_after_at_most_8_taps(newcomer):
    page = newcomer.page
    newcomer.tap("Learn", "Train")
    newcomer.taps += 2  # a list and its option
    page.locator("#lab-train [name=examples]").select_option("1000")
    newcomer.tap("Start")

    panel = page.locator("#lab-train")
    expect(panel.locator(".result .status")).to_contain_text(
        "Finished", timeout=TRAINED_MS
    )
    expect(panel.locator(".whose")).to_contain_text("the network in training")
    newcomer.visit.be("ready", timeout=BOOT_MS)
    expect(newcomer.visit.answer).to_have_attribute("data-status", "digit")
    assert below(newcomer.visit, "#lab-train .loss") == {}
    newcomer.tap("Keep")
    expect(panel.locator(".result .status")).to_contain_text("Saved")
    assert newcomer.taps <= 8
