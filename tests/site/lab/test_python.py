"""The Python panel: running source, edits that answer the pad, console, errors."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.repository.test_imports import ROOT
from tests.site.accessibility import faults, out_of_sight
from tests.site.conftest import opened_page
from tests.site.lab.conftest import LOOK_MS, open_panel
from tests.site.lab.test_inspect import numbers

PANEL = "Python"
OUT = "#lab-python .log pre"


def wait_for_source(page: Page) -> None:
    """Python has started, and shows a call."""
    page.locator("#lab-python .code .line").first.wait_for(timeout=LOOK_MS)


@pytest.fixture
def python(drawn_7):
    """The panel shows the code that recognised a drawn 7, with nothing edited."""
    page = drawn_7.page
    wait_for_source(page)
    expect(page.locator("#lab-python .status")).not_to_contain_text("Draw something")
    yield drawn_7
    page.get_by_role("tab", name="Python").click()
    for button in (
        page.get_by_role("button", name="Stop", exact=True),
        page.get_by_role("button", name="Close the editor"),
        page.locator("#edited").get_by_role("button"),
        page.get_by_role("button", name="Clear the log"),
    ):
        if button.is_visible() and button.is_enabled():
            button.click()
    expect(page.locator("#edited")).to_be_hidden()
    page.get_by_label("Python to run").fill("")


def pick(page: Page, name: str, which: int = 0) -> None:
    """Choose a call in the list by its name."""
    entry = page.locator("#lab-python .calls button").filter(
        has=page.locator(".name").get_by_text(name, exact=True)
    )
    entry.nth(which).click()
    expect(page.locator("#lab-python .source h3")).to_have_text(name)
    expect(entry.nth(which)).to_have_attribute("aria-current", "true")


def pick_value(page: Page, label: str) -> None:
    """Choose the value of a label among those that the call returned."""
    values = page.get_by_role("group", name="Value")
    values.get_by_role("button", name=label, exact=True).click()


def edit(page: Page, name: str, text: str) -> None:
    """Write ``text`` in the place of a function, and use it."""
    pick(page, name)
    page.get_by_role("button", name="Edit", exact=True).click()
    area = page.get_by_role("textbox", name=f"Your version of {name}")
    expect(area).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    page.get_by_role("button", name="Apply").click()


def run(page: Page, text: str) -> None:
    """Write into the console and run it."""
    page.get_by_label("Python to run").focus()
    page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")


def last(page: Page, kind: str):
    return page.locator(f"{OUT}.{kind}").last


LEAKY = "def forward(self, x, *, train=False):\n    return np.maximum(x, x / 3)"
# fine with a 7 in the middle, not with one further to the left
PICKY = """def prepare(images, *, fit, threshold):
    dark = images[..., 0] < threshold
    if dark.sum() > 100:
        raise ValueError("too much ink for me")
    return dark.reshape(1, 784).astype(np.float32)"""
ONES = """def prepare(images, *, fit, threshold):
    ink = np.zeros((1, 28, 28), np.float32)
    ink[0, 4:24, 13:15] = 1
    return ink.reshape(1, 784)"""
FLAT = """def forward(self, x, *, train=False):
    if x.ndim > 2:
        raise ValueError("images are not for me")
    return np.maximum(x, 0)"""


# --- source ---------------------------------------------------------------------------


def test_status_shows_progress_and_asks_for_a_drawing(visit, strokes):
    first = visit()
    page = open_panel(first, PANEL)
    said = page.locator("#lab-python .status")
    expect(said).to_contain_text("Python")
    expect(said).to_contain_text("Draw something", timeout=LOOK_MS)

    first.draw(strokes["3"])
    wait_for_source(page)
    expect(said).to_have_text("")


def test_calls_are_listed_with_the_source_of_their_files(python):
    page = python.page
    names = page.locator("#lab-python .calls .name").all_inner_texts()
    assert names[:4] == ["examine", "prepare", "Network.judge", "Network.forward"]
    assert names.count("Conv2D.forward") == 5 and names[-1] == "Network.score"

    pick(page, "prepare")

    lines = page.locator("#lab-python .code .line code").all_inner_texts()
    assert lines[0].startswith("def prepare(images: Pixels, *, fit")
    where = page.locator("#lab-python .where").inner_text()
    first = int(re.search(r"nnweb/images/preprocess\.py, from line (\d+)", where)[1])
    file = (ROOT / "nnweb/images/preprocess.py").read_text().split("\n")[first - 1 :]
    assert [line.replace("\u200b", "") for line in lines] == file[: len(lines)]


def test_picked_value_marks_the_line_that_computed_it(python):
    page = python.page
    pick(page, "Dense.forward", 1)
    made = page.locator("#lab-python .code .made")
    logits = {}
    for label in ("7", "2"):
        pick_value(page, label)
        output = page.locator("#lab-python output")
        expect(output).to_contain_text(f"[0, {label}]")
        expect(made).to_have_count(1)
        expect(made.locator("code")).to_have_text(
            re.compile(r'y \+= self.params\["b"\]')
        )
        logits[label] = numbers(output.inner_text())[-1]
        assert numbers(made.locator(".note").inner_text())[-1] == logits[label]
    assert logits["7"] > logits["2"]  # a 7 is drawn

    pick(page, "ReLU.forward")
    expect(made.locator("code")).to_have_text(re.compile(r"y = np.maximum\(x, 0\)"))
    field = page.get_by_role("spinbutton", name="Value")
    field.press("ControlOrMeta+a")
    field.press_sequentially("3")  # fill() adds to it in Firefox
    page.keyboard.press("Enter")
    expect(page.locator("#lab-python output")).to_contain_text("[0, 0, 0, 3]")


def test_value_picked_in_the_inspector_leads_to_its_line(python):
    page = python.page
    page.get_by_role("tab", name="Inspect").click()
    page.get_by_role("button", name="Step by step").click()
    page.get_by_role("button", name="48 filters").click(timeout=LOOK_MS)
    sum_ = page.locator("#lab-inside .sum")
    expect(sum_).to_contain_text("makes it")
    place = [int(number) for number in re.findall(r"\d+", sum_.inner_text())[:3]]
    value = numbers(sum_.inner_text())[-2]  # before the ReLU

    page.get_by_role("button", name="Open in Python").click()

    expect(page.get_by_role("tab", name="Python")).to_be_focused()
    output = page.locator("#lab-python output")
    expect(output).to_contain_text(f"Conv2D.forward returns {[0, *place]}")
    assert numbers(output.inner_text())[-1] == pytest.approx(value, abs=1e-3)
    current = page.locator("#lab-python .calls [aria-current]")
    expect(current).to_contain_text("layer 9")


def test_callees_and_caller_of_a_function_can_be_opened(python):
    page = python.page
    pick(page, "prepare")
    around = page.locator("#lab-python .around")

    around.get_by_role("button", name="_cropped").click()

    title = page.locator("#lab-python .source h3")
    expect(title).to_have_text("_cropped")
    current = page.locator("#lab-python .calls [aria-current] .name")
    expect(current).to_have_text("prepare")
    around.get_by_role("button", name="prepare").click()
    expect(title).to_have_text("prepare")


def test_call_and_value_are_in_the_address_and_back_undoes_them(python):
    page = python.page
    title = page.locator("#lab-python .source h3")
    output = page.locator("#lab-python output")
    pick(page, "Dense.forward", 1)
    pick(page, "Conv2D.forward", 1)
    expect(page).to_have_url(re.compile(r"&call=Conv2D\.forward:2(&|$)"))
    pick(page, "Network.probabilities")
    pick_value(page, "3")
    expect(output).to_contain_text("[0, 3] = ")
    expect(page).to_have_url(
        re.compile(r"&call=Network\.probabilities:1&(.*&)?value=3(&|$)")
    )

    page.evaluate("history.back()")
    expect(output).to_contain_text("[0, 7] = ")
    page.evaluate("history.back()")
    expect(title).to_have_text("Conv2D.forward")
    page.evaluate("history.forward()")
    expect(title).to_have_text("Network.probabilities")


def test_values_follow_the_drawing(python, strokes):
    page = python.page
    pick(page, "Network.probabilities")
    pick_value(page, "0")
    output = page.locator("#lab-python output")
    expect(output).to_contain_text("[0, 0] = ")
    assert numbers(output.inner_text())[-1] < 0.5

    python.clear()
    python.draw(strokes["0"])

    expect(output).to_contain_text(re.compile(r"\[0, 0\] = (1|0\.9)"))


def test_source_is_highlighted(python):
    page = python.page
    pick(page, "ReLU.forward")

    colours = {
        kind: page.locator(f"#lab-python .code .py-{kind}").first.evaluate(
            "element => getComputedStyle(element).color"
        )
        for kind in ("keyword", "name", "number", "builtin")
    }

    assert len(set(colours.values())) == 4


# --- edits ----------------------------------------------------------------------------


def test_edited_forward_answers_the_pad_until_it_is_reset(python, strokes):
    page = python.page
    before = python.probabilities()
    badge = page.locator("#edited")

    edit(page, "ReLU.forward", LEAKY)

    expect(badge).to_be_visible()
    expect(badge).to_contain_text("Answered with your version of ReLU.forward")
    python.be("ready")
    edited = python.probabilities()
    assert abs(edited - before).max() > 1e-4
    python.clear()
    python.draw(strokes["7"])
    python.be("ready")
    assert abs(python.probabilities() - edited).max() < 1e-6
    assert (
        page.locator("#lab-python .calls small").filter(has_text="edited").count() == 6
    )

    badge.get_by_role("button", name="Restore the original").click()

    expect(badge).to_be_hidden()
    python.be("ready")
    assert abs(python.probabilities() - before).max() < 1e-6
    expect(page.locator("#lab-python .status")).to_have_text(
        "All original code is restored."
    )


def test_edited_preprocessing_changes_the_network_input(python):
    page = python.page

    edit(page, "prepare", ONES)

    expect(page.locator("#edited")).to_contain_text("your version of prepare")
    python.shows("1")  # whatever is drawn
    python.be("ready")
    seen = python.pixels("#seen")[:, :, 0]
    columns = (seen != seen[0, 0]).any(axis=0).nonzero()[0]
    assert columns.max() - columns.min() <= columns.size  # one upright stroke


# How other edits fail is in tests/nnweb/page/playground/test_playground.py.
FAULTS = [
    ("    return x +", "SyntaxError", 2),
    ("    y = x * 2\n    return y[:, :3]", "returned an array of (1, 3, 28, 28)", 3),
    ("    while True:\n        pass", "not finished after 1 s", 3),
]


@pytest.mark.parametrize(("body", "said", "line"), FAULTS, ids=lambda v: str(v)[:24])
def test_error_is_shown_with_its_line_and_the_built_in_code_answers(
    python, strokes, body, said, line
):
    page = python.page
    before = python.probabilities()

    edit(page, "ReLU.forward", f"def forward(self, x, *, train=False):\n{body}")

    fault = page.locator("#lab-python .source .fault")
    expect(fault).to_contain_text(said)
    expect(fault).to_contain_text(f'File "<your ReLU.forward>", line {line}')
    assert "/lab/" not in fault.inner_text() and "python.js" not in fault.inner_text()
    wrong = page.locator("#lab-python .editor .wrong")
    expect(wrong).to_have_count(1)
    assert wrong.evaluate("e => [...e.parentNode.children].indexOf(e)") == line - 1
    expect(page.locator("#edited")).to_be_hidden()
    python.clear()
    python.draw(strokes["7"])
    assert python.digit() == "7"
    assert abs(python.probabilities() - before).max() < 1e-6
    area = page.get_by_role("textbox", name="Your version of ReLU.forward")
    assert body.strip()[:8] in area.input_value()  # nothing typed is lost
    page.get_by_role("button", name="Close the editor").click()


def test_error_at_another_drawing_restores_the_built_in_code(python, strokes):
    page = python.page
    edit(page, "prepare", PICKY)
    expect(page.locator("#edited")).to_be_visible()

    python.draw(strokes["0"])
    python.draw(strokes["8"])

    fault = page.locator("#lab-python .source .fault")
    expect(fault).to_contain_text("ValueError: too much ink for me")
    expect(fault).to_contain_text("the built-in code answers the pad")
    expect(page.locator("#edited")).to_be_hidden()
    python.be("ready")
    python.clear()
    python.draw(strokes["7"])
    assert python.digit() == "7"


def test_error_at_another_drawing_stays_when_the_editor_is_closed(python, strokes):
    page = python.page
    edit(page, "prepare", PICKY)
    expect(page.locator("#edited")).to_be_visible()
    page.get_by_role("button", name="Close the editor").click()
    restore = page.locator("#lab-python .source [data-do=reset]")
    expect(restore).to_be_visible()

    python.draw(strokes["0"])
    python.draw(strokes["8"])

    expect(page.locator("#edited")).to_be_hidden()
    expect(restore).to_be_hidden()  # the built-in code is shown
    fault = page.locator("#lab-python .source .fault")
    expect(fault).to_contain_text("ValueError: too much ink for me")
    pick(page, "ReLU.forward")
    expect(fault).to_have_text("")


def test_endless_c_code_is_ended_by_the_page(python, strokes):
    """No loop of Python, so Python itself cannot notice."""
    page = python.page
    body = "    import itertools\n    return max(itertools.count())"

    edit(page, "ReLU.forward", f"def forward(self, x, *, train=False):\n{body}")
    python.clear()
    python.draw(strokes["7"])  # while it runs
    assert python.digit() == "7"

    fault = page.locator("#lab-python .source .fault")
    expect(fault).to_contain_text("did not finish within 4 s", timeout=20_000)
    run(page, "1 + 1")
    expect(last(page, "echo")).to_have_text("2", timeout=LOOK_MS)


def test_endless_edit_does_not_cost_the_edits_before_it(python):
    page = python.page
    edit(page, "prepare", ONES)
    python.shows("1")

    body = "    import itertools\n    return max(itertools.count())"
    edit(page, "ReLU.forward", f"def forward(self, x, *, train=False):\n{body}")

    fault = page.locator("#lab-python .source .fault")
    expect(fault).to_contain_text("did not finish within 4 s", timeout=20_000)
    expect(fault).to_contain_text("the previous code stays in use")
    badge = page.locator("#edited")
    expect(badge).to_contain_text("your version of prepare", timeout=LOOK_MS)
    run(page, "nnweb.images.preprocess.prepare.__code__.co_filename")
    expect(last(page, "echo")).to_have_text("'<your prepare>'", timeout=LOOK_MS)


def test_edit_that_crashes_python_at_another_drawing_is_undone(python, strokes):
    page = python.page
    text = re.sub("raise .*", "import os; os._exit(1)", PICKY)
    edit(page, "prepare", text)
    expect(page.locator("#edited")).to_be_visible()

    python.draw(strokes["0"])
    python.draw(strokes["8"])

    said = page.locator("#lab-python .status")
    expect(said).to_contain_text("Your edited code crashed Python", timeout=LOOK_MS)
    expect(page.locator("#edited")).to_be_hidden()
    run(page, "1 + 1")
    expect(last(page, "echo")).to_have_text("2", timeout=LOOK_MS)


def test_editor_indents_and_escape_then_tab_leaves_it(python):
    page = python.page
    pick(page, "ReLU.forward")
    page.get_by_role("button", name="Edit", exact=True).click()
    area = page.get_by_role("textbox", name="Your version of ReLU.forward")
    page.keyboard.press("Control+a")
    page.keyboard.type("def forward(self, x):")
    page.keyboard.press("Enter")
    page.keyboard.type("if x:")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("pass")

    assert area.input_value() == "def forward(self, x):\n    if x:\n            pass"
    shown = page.locator("#lab-python .editor pre .line").all_inner_texts()
    assert [line.rstrip("\u200b") for line in shown] == area.input_value().split("\n")
    expect(page.locator("#lab-python .editor .py-keyword")).to_have_count(3)
    page.keyboard.press("Control+z")
    assert "pass" not in area.input_value()

    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Apply")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(area).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(area).not_to_be_focused()
    page.get_by_role("button", name="Close the editor").click()


def test_edits_stay_with_another_network(python):
    page = python.page
    edit(page, "prepare", ONES)
    expect(page.locator("#edited")).to_be_visible()

    python.network("cnn-small")

    python.shows("1")
    expect(page.locator("#edited")).to_contain_text("with your version of prepare")
    expect(
        page.locator("#lab-python .calls small").filter(has_text="edited")
    ).to_have_count(1)


@pytest.mark.parametrize("way", ["drawn", "blank", "hidden panel"])
def test_edit_that_fails_with_another_network_is_named_and_waits(python, way):
    page = python.page
    python.network("mlp")
    if way != "hidden panel":  # else nothing is left that is in use
        edit(page, "prepare", ONES)
    edit(page, "ReLU.forward", FLAT)
    badge = page.locator("#edited")
    expect(badge).to_contain_text("ReLU.forward")
    if way == "blank":
        python.clear()
    if way == "hidden panel":
        page.get_by_role("tab", name="Networks").click()

    python.network("cnn")

    said = page.locator("#lab-python .status")
    expect(said).to_contain_text("Your version of ReLU.forward does not work with cnn")
    expect(badge).not_to_contain_text("ReLU.forward")
    assert ("prepare" in badge.inner_text()) == (way != "hidden panel")
    expect(page.locator("#lab-python .source .fault")).to_be_empty()

    python.network("mlp")

    expect(badge).to_contain_text("ReLU.forward")
    expect(said).not_to_contain_text("does not work")


# --- the console ----------------------------------------------------------------------


def test_console_has_the_network_the_image_and_the_strokes(python):
    page = python.page

    run(page, "network.name, image.shape, len(strokes), strokes[0].shape[1], np.pi > 3")

    expect(last(page, "echo")).to_have_text(
        re.compile(r"\('cnn', \(28, 28\), \d+, 2, True\)")
    )
    run(page, "nnweb.recognize(image[None], network).argmax()")
    expect(last(page, "echo")).to_have_text(re.compile(r"np\.int\d+\(7\)"))


def test_examples_run_at_a_click_and_draw_into_the_log(python):
    page = python.page
    examples = page.get_by_role("group", name="Examples to run").get_by_role("button")
    expect(examples).to_have_count(5)
    figures = page.locator("#lab-python .log").get_by_role("img")

    examples.nth(0).click()
    expect(last(page, "echo")).to_contain_text("117,922")
    expect(page).to_have_url(re.compile("&example=layers$"))
    expect(examples.nth(0)).to_have_attribute("aria-current", "true")
    examples.nth(1).click()
    chart = "10 values from .* to .*, the largest at 7"
    expect(figures).to_have_accessible_name(re.compile(chart))
    examples.nth(2).click()
    maps = figures.nth(1)
    expect(maps).to_have_accessible_name(re.compile("16 images of 28 × 28 values"))
    canvas = python.pixels("#lab-python .log figure:last-child canvas")
    assert canvas.shape[:2] == (2 * 29 - 1, 8 * 29 - 1) and canvas.std() > 10
    examples.nth(3).click()
    expect(last(page, "echo")).to_contain_text("['7', ")
    examples.nth(4).click()
    python.shows("0")


def test_link_opens_a_call_a_value_and_an_example(visit, strokes):
    first = visit(
        "#view=learn&panel=python&call=Conv2D.forward:2&value=5&example=answer"
    )
    page = first.page
    first.draw(strokes["7"])
    wait_for_source(page)

    expect(page.locator("#lab-python .source h3")).to_have_text("Conv2D.forward")
    expect(page.locator("#lab-python output")).to_contain_text("[0, 0, 0, 5] = ")
    area = page.get_by_label("Python to run")
    expect(area).to_have_value("plot(network(image), network.labels)")
    examples = page.get_by_role("group", name="Examples to run").get_by_role("button")
    expect(examples.nth(1)).to_have_attribute("aria-current", "true")
    expect(page.locator("#lab-python .log > *")).to_have_count(0)  # it starts nothing

    page.evaluate("location.hash = '#view=learn&panel=python&example=layers'")
    expect(area).to_have_value("network")
    area.fill("mine")
    page.evaluate("history.back()")
    expect(examples.nth(1)).to_have_attribute("aria-current", "true")
    expect(area).to_have_value("mine")


def test_block_ends_at_an_empty_line(python):
    page = python.page
    page.get_by_label("Python to run").focus()

    page.keyboard.type("def double(x):")
    page.keyboard.press("Enter")
    page.keyboard.type("return x * 2")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("double(21)")
    page.keyboard.press("Enter")

    expect(last(page, "typed")).to_have_text("double(21)")
    expect(last(page, "echo")).to_have_text("42")


def test_input_submitted_while_code_runs_is_queued(python):
    page = python.page
    run(page, "order = [sum(range(10_000_000))]; order = [1]")
    run(page, "order.append(2)")
    run(page, "order")

    expect(last(page, "typed")).to_have_text("order")
    expect(last(page, "echo")).to_have_text("[1, 2]")


def test_run_without_an_input_leads_to_the_input(python):
    page = python.page

    page.get_by_role("button", name="Run", exact=True).click()

    expect(page.get_by_label("Python to run")).to_be_focused()


def test_arrow_keys_recall_earlier_inputs(python):
    page = python.page
    run(page, "first = 1")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()
    run(page, "second = 2")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()
    area = page.get_by_label("Python to run")
    page.keyboard.type("third")

    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(area).to_have_value("first = 1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(area).to_have_value("third")
    area.fill("")


def test_tab_completes_names_and_does_not_trap_the_focus(python):
    page = python.page
    area = page.get_by_label("Python to run")
    area.focus()

    page.keyboard.type("network.archi")
    page.keyboard.press("Tab")
    expect(area).to_have_value("network.architecture")
    page.keyboard.press("Control+a")
    page.keyboard.type("network.pr")
    page.keyboard.press("Tab")
    names = page.locator("#lab-python .names")
    expect(names).to_contain_text("predict_proba")
    expect(names).to_contain_text("probabilities")
    expect(area).to_be_focused()

    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(area).not_to_be_focused()
    area.fill("")
    area.focus()
    page.keyboard.press("Tab")  # there is nothing to complete
    expect(area).not_to_be_focused()


@pytest.mark.firefox(only="all")
def test_endless_printing_does_not_freeze_the_page_and_can_be_stopped(python, strokes):
    page = python.page
    run(page, "kept = 5")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()
    run(page, "while True:\n    print('again')")
    expect(last(page, "out")).to_contain_text("again")
    run(page, "kept + 1")  # waits for its turn

    python.clear()
    python.draw(strokes["3"])  # meanwhile
    assert python.digit() == "3"
    shown = page.locator(f"{OUT}.out").evaluate_all(
        "all => all.reduce((sum, one) => sum + one.textContent.length, 0)"
    )
    assert shown <= 20_000
    page.get_by_role("button", name="Stop", exact=True).click()

    expect(last(page, "cut")).to_contain_text("Stopped. Python was restarted")
    assert python.digit() == "3"  # the drawing is there
    area = page.get_by_label("Python to run")
    expect(area).to_have_value("kept + 1")
    area.fill("")
    run(page, "kept")
    expect(last(page, "fault")).to_contain_text(
        "name 'kept' is not defined", timeout=LOOK_MS
    )
    run(page, "network.name")
    expect(last(page, "echo")).to_have_text("'cnn'")


def test_silent_code_runs_on_when_another_network_is_chosen(browser, site):
    # a context of its own, whose clock no other page has
    with opened_page(browser, site, before=lambda page: page.clock.install()) as first:
        page = open_panel(first, "Python")
        run(page, "kept = 5")
        run(page, "kept + 1")
        expect(last(page, "echo")).to_have_text("6", timeout=LOOK_MS)
        run(page, "while True: pass")

        first.network("mlp")
        page.clock.run_for(120_000)  # twice as long as a worker may be silent otherwise

        stop = page.get_by_role("button", name="Stop", exact=True)
        expect(last(page, "typed")).to_have_text("while True: pass")
        expect(stop).to_be_enabled()
        expect(page.locator("#lab-python .log .fault")).to_have_count(0)
        stop.click()
        expect(last(page, "cut")).to_contain_text("Stopped")


def test_source_can_be_edited_while_the_pad_is_blank_whatever_has_happened(python):
    page = python.page
    pick(page, "ReLU.forward")
    python.clear()
    said = page.locator("#lab-python .status")
    expect(said).to_contain_text("Draw something")

    python.network("mlp")  # with fewer calls

    names = page.locator("#lab-python .calls .name")
    expect(names.get_by_text("Conv2D.forward")).to_have_count(0)
    pick(page, "Network.score")
    run(page, "while True: pass")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(last(page, "cut")).to_contain_text("Stopped")
    page.get_by_role("button", name="Edit", exact=True).click()
    area = page.get_by_role("textbox", name="Your version of Network.score")
    expect(area).to_have_value(re.compile("^def score"), timeout=LOOK_MS)
    assert "list index" not in said.inner_text()


def test_calls_can_be_shown_after_a_stop(python):
    page = python.page
    run(page, "while True: pass")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(last(page, "cut")).to_contain_text("Stopped")

    page.locator("#lab-python .calls button").filter(has_text="Network.judge").click()

    title = page.locator("#lab-python .source h3")
    expect(title).to_have_text("Network.judge", timeout=LOOK_MS)
    expect(page.locator("#lab-python .status")).to_have_text("")


def test_edits_survive_a_stop(python, strokes):
    page = python.page
    edit(page, "prepare", ONES)
    expect(page.locator("#edited")).to_be_visible()

    run(page, "while True: pass")
    expect(page.locator("#lab-python .names")).to_contain_text("Still running")
    python.clear()
    python.draw(strokes["7"])
    assert python.digit() == "7"
    expect(page.locator("#edited")).to_contain_text("Answered by the built-in code")
    page.get_by_role("button", name="Stop", exact=True).click()

    expect(page.locator("#edited")).to_contain_text(
        "with your version of prepare", timeout=LOOK_MS
    )
    python.be("ready")
    run(page, "nnweb.recognize(np.full((1, 28, 28), 255, np.uint8), network)[0, 1]")
    expect(last(page, "echo")).to_contain_text("np.float32(")
    python.shows("1")


def test_network_changed_in_the_console_answers_the_pad_until_reset(python):
    page = python.page
    assert python.digit() == "7"

    run(page, "network.layers[-1].params['b'][4] += 1000")

    expect(page.locator("#edited")).to_contain_text("your version of network")
    python.shows("4")

    page.locator("#edited").get_by_role("button").click()
    python.shows("7")
    expect(page.locator("#edited")).to_be_hidden()


def test_network_that_is_broken_in_the_console_is_restored(python):
    page = python.page

    run(page, "network.layers.append(5)\nlen(network.layers)")

    expect(last(page, "echo")).to_have_text(re.compile(r"\d+"))
    broken = int(last(page, "echo").inner_text())
    fault = page.locator("#lab-python .source .fault")
    expect(fault).to_contain_text("the built-in code answers the pad")
    expect(page.locator("#edited")).to_be_hidden()
    run(page, "len(network.layers)")
    expect(last(page, "echo")).to_have_text(str(broken - 1))
    python.shows("7")


def test_python_that_console_code_has_crashed_is_started_again_with_the_edits(python):
    page = python.page
    edit(page, "prepare", ONES)
    expect(page.locator("#edited")).to_be_visible()

    run(page, "import os; os._exit(1)")

    expect(last(page, "fault")).to_contain_text("Python broke down")
    said = page.locator("#lab-python .status")
    expect(said).to_contain_text("Python crashed and was restarted", timeout=LOOK_MS)
    run(page, "2 + 2")
    expect(last(page, "echo")).to_have_text("4", timeout=LOOK_MS)
    expect(page.locator("#edited")).to_contain_text("your version of prepare")
    python.shows("1")


def test_python_whose_parts_the_console_has_replaced_is_started_again(python):
    page = python.page

    run(page, "np.array = 5")
    run(page, "2 + 2")  # needs it for `strokes`

    said = page.locator("#lab-python .status")
    expect(said).to_contain_text("Python crashed and was restarted", timeout=LOOK_MS)
    run(page, "np.array([3])")
    expect(last(page, "echo")).to_have_text("array([3])", timeout=LOOK_MS)


def test_output_of_an_edited_function_is_shown(python):
    page = python.page
    head = "def forward(self, x, *, train=False):\n"
    text = head + "    print(x.shape)\n    return x * (x > 0)"

    edit(page, "ReLU.forward", text)

    expect(last(page, "out")).to_contain_text("(1, 16, 28, 28)")
    assert python.digit() == "7"


# --- how it looks ---------------------------------------------------------------------


def test_panel_fits_and_has_no_barriers(python):
    page = python.page
    assert faults(python) == [], "a call"

    run(page, "network(image)")
    page.locator("[data-example=answer]").click()
    expect(page.locator("#lab-python .log canvas")).to_be_visible()
    assert faults(python, "#lab-python") == [], "a plot"
    assert out_of_sight(python, "#lab-python .log", "#python-input") == []

    edit(page, "prepare", ONES)
    expect(page.locator("#edited")).to_be_visible()
    run(page, "print(1)\nnp.arange(3)")
    expect(last(page, "echo")).to_be_visible()
    run(page, "nowhere")
    expect(last(page, "fault")).to_be_visible()
    assert faults(python) == [], "an edit and an error"
