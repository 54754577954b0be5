"""Training in the page: it learns, pauses and resumes, and each field takes effect."""

import functools
import itertools
import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from nnweb.data.datasets import Dataset, load_mnist
from nnweb.layers import Dense, Sigmoid
from nnweb.network import Network
from nnweb.page.lab.training_session import TrainingSession
from nnweb.weights.json_format import dumps, load
from tests.site.accessibility import faults, out_of_sight
from tests.site.conftest import BOOT_MS, Visit, until
from tools.build.sources import MNIST

PANEL = "Train"
ENDS_MS = 180_000  # generous: the machine may be busy with other tests

#: Two values of each field that takes effect at the next step.
LIVE = {
    "optimizer": ("sgd", "adam"),
    "learning_rate": ("0.05", "0.0001"),
    "batch_size": ("16", "200"),
    "epochs": ("1", "2"),
    "augmentation": ("none", "warps"),
}
#: Reads a value from the page's database, which must exist.
STORED = """([store, key]) => new Promise((resolve, reject) => {
    const opening = indexedDB.open("nnweb");
    opening.onerror = reject;
    opening.onsuccess = () => {
        const reading = opening.result.transaction(store).objectStore(store).get(key);
        reading.onerror = reject;
        reading.onsuccess = () => {
            opening.result.close();
            resolve(reading.result);
        };
    };
})"""
_names = (f"Weights {i}" for i in itertools.count())


class TrainPanel:
    """The Train panel and a person's actions there."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.page = visit, visit.page
        self.panel = self.page.locator("#lab-train")
        self.facts = self.panel.locator(".run .facts")
        self.notice = self.panel.locator(".run .notice")
        self.status = self.panel.locator(".run .status")
        self.on_pad = self.panel.locator(".on-pad input")
        self.whose = self.panel.locator(".on-pad .whose")

    def stored(self) -> Any:
        """The run that is stored, without its checkpoint."""
        return self.page.evaluate(
            f"""async () => {{
                const run = await ({STORED})(["trainings", "last"]);
                return run && {{ done: run.done }};
            }}"""
        )

    def set(self, **fields: str) -> None:
        self.panel.locator(".advanced").evaluate("details => { details.open = true; }")
        for name, value in fields.items():
            field = self.panel.locator(f".hyperparameters [name={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.press("ControlOrMeta+a")
                field.press_sequentially(value)  # fill() appends in Firefox
                field.blur()

    def note(self, name: str) -> Any:
        """When a field takes effect."""
        return self.panel.locator(f".hyperparameters label:has([name={name}]) small")

    def press(self, action: str) -> None:
        self.panel.locator(f"[data-do={action}]").click()

    def be(self, state: str) -> None:
        expect(self.panel).to_have_attribute("data-training", state, timeout=ENDS_MS)

    def start(self) -> None:
        self.press("start")
        self.be("running")

    def pause(self) -> None:
        self.press("start")
        self.be("paused")

    def train_steps(self, count: int) -> None:
        for _ in range(count):
            step = self.step() + 1
            self.press("step")
            expect(self.facts).to_contain_text(f"step {step:,} ", timeout=ENDS_MS)

    def reset(self) -> None:
        def accept(dialog: Dialog) -> None:
            dialog.accept()

        self.page.on("dialog", accept)
        self.press("reset")
        self.be("idle")
        self.page.remove_listener("dialog", accept)

    def step(self) -> int:
        found = re.search(r"step ([\d,]+)", self.facts.inner_text())
        return int(found[1].replace(",", "")) if found else 0

    def validated(self) -> float:
        found = re.search(r"validation ([\d.]+)%", self.facts.inner_text())
        return float(found[1]) if found else 0.0

    def save(self, name: str) -> None:
        self.panel.locator(".save input").fill(name)
        self.panel.locator(".save button").click()
        expect(self.status).to_contain_text(name)

    def weights(self) -> dict[str, np.ndarray]:
        """Those of the network in training, which is saved for it."""
        name = next(_names)
        self.save(name)
        text = self.page.evaluate(
            f"""async (key) => new TextDecoder().decode(
                (await ({STORED})(["networks", key])).bytes)""",
            name,
        )
        return load(text).params


@pytest.fixture
def train(opened):
    """The panel without a run, with its default hyperparameters."""
    panel = _visible(opened)
    panel.panel.locator(".hyperparameters").evaluate("form => form.reset()")
    yield panel
    if panel.panel.get_attribute("data-training") != "idle":
        panel.reset()
    if panel.page.locator("#network select").input_value() != "cnn":
        opened.network("cnn")
    opened.clear()
    assert opened.watch.errors == [] and opened.watch.foreign == []


@pytest.fixture
def train_anew(visit):
    """Opens the panel in a page of its own."""

    def open_panel(**options: Any) -> TrainPanel:
        page = visit("#lab-train", **options)
        page.be("ready")
        return _visible(page)

    return open_panel


def _visible(page: Visit) -> TrainPanel:
    expect(
        page.page.locator("#lab-train:not([inert]) .hyperparameters")
    ).to_be_visible()
    return TrainPanel(page)


def small(panel: TrainPanel, **fields: str) -> None:
    """A small network and few digits, for many epochs."""
    panel.set(**{"layers": "784-16-10", "examples": "1000", "epochs": "200"} | fields)


@pytest.mark.exhaustive
def test_network_learns_ten_thousand_digits_in_three_epochs(train):
    train.press("start")
    train.be("stopped")

    assert train.validated() >= 90
    assert train.step() == 3 * 157
    assert "784-128-10, 101,770 parameters" in train.facts.inner_text()
    colours = train.page.locator("#lab-train .uplot canvas").evaluate_all(
        """all => all.map((canvas) => {
            const { data } = canvas.getContext("2d").getImageData(
                0, 0, canvas.width, canvas.height);
            return new Set(new Uint32Array(data.buffer)).size;
        })"""
    )
    assert len(colours) == 2 and min(colours) > 5, "each chart has lines"


@pytest.mark.firefox(only="all")
def test_paused_run_resumes_after_a_reload_when_asked(train):
    small(train)
    train.start()
    expect(train.facts).to_contain_text("validation", timeout=ENDS_MS)
    train.pause()
    step = train.step()
    train.press("step")  # also counts those of the slice that the pause waited for
    expect(train.facts).not_to_contain_text(f"step {step:,} ", timeout=ENDS_MS)
    train.train_steps(1)  # none was trained meanwhile
    before = train.weights()
    until(train.page, lambda: (train.stored() or {"done": 0})["done"] >= step / 16)

    train.page.reload()
    train.visit.be("ready")
    expect(train.panel.locator(".resume")).to_contain_text("784-16-10")
    train.be("idle")
    train.press("resume")
    train.be("running")
    train.pause()

    assert train.step() >= step
    assert train.panel.locator("[name=layers]").input_value() == "784-16-10"
    after = train.weights()
    assert {k: v.shape for k, v in after.items()} == {
        k: v.shape for k, v in before.items()
    }


def test_name_that_one_types_is_not_replaced_by_a_proposal(train):
    small(train)
    train.panel.locator(".save").evaluate(
        """(form) => new MutationObserver((_, observer) => {
            if (form.hidden) return;
            observer.disconnect();
            const input = form.querySelector("input");
            input.value = "My own";  // while the proposal is still being looked for
            input.dispatchEvent(new Event("input", { bubbles: true }));
        }).observe(form, { attributes: true })"""
    )
    train.start()
    expect(train.facts).to_contain_text("validation", timeout=ENDS_MS)
    train.pause()
    step = train.step()
    train.press("step")
    expect(train.facts).not_to_contain_text(f"step {step:,} ", timeout=ENDS_MS)
    train.train_steps(1)

    expect(train.panel.locator(".save input")).to_have_value("My own")
    train.reset()
    train.start()
    train.pause()
    expect(train.panel.locator(".save input")).to_have_value(re.compile("^784-16-10"))


def test_reset_forgets_the_run_even_if_the_page_is_left_at_once(train):
    small(train)
    train.start()
    train.pause()
    until(train.page, lambda: train.stored() is not None)

    train.page.once("dialog", lambda dialog: dialog.accept())
    with train.page.expect_navigation():
        train.panel.locator("[data-do=reset]").evaluate(
            "button => { button.click(); location.reload(); }"
        )
    train.visit.be("ready")

    _visible(train.visit)
    expect(train.panel.locator(".resume")).to_be_hidden()


def test_pad_shows_what_the_network_in_training_says(train, strokes):
    train.visit.network("mlp")
    small(train, layers="784-32-10")
    facts = train.page.locator("#network .facts")
    train.start()

    expect(facts).to_contain_text("784-32-10")
    expect(train.whose).to_contain_text("the network in training")
    train.visit.draw(strokes["0"])
    train.visit.be("ready")
    train.page.wait_for_function(
        """before => [...document.querySelectorAll("#probabilities meter")].some(
            (meter, i) => Math.abs(meter.value - before[i]) > 1e-4)""",
        arg=train.visit.probabilities().tolist(),
        timeout=ENDS_MS,
    )
    train.be("running")
    train.on_pad.uncheck()

    expect(facts).to_contain_text("784-500-300-100-10")
    expect(train.whose).to_contain_text("mlp")
    assert train.visit.digit() == "0"
    train.press("stop")
    train.start()
    expect(train.on_pad).not_to_be_checked()  # it stays as the person left it
    train.on_pad.check()


def test_network_chosen_during_training_stays_in_use(train):
    small(train, layers="784-32-10")
    train.start()
    facts = train.page.locator("#network .facts")
    expect(facts).to_contain_text("784-32-10")

    train.visit.network("mlp")

    expect(train.on_pad).not_to_be_checked()
    train.pause()  # which would update the pad's network at once
    train.visit.be("ready")
    expect(facts).to_contain_text("784-500-300-100-10")


# Each of them by itself is in tests/nnweb/page/lab/test_training_session.py.
def test_live_fields_take_effect_at_the_next_step(train):
    small(train, **{name: before for name, (before, _) in LIVE.items()})
    train.train_steps(1)
    first = _choices(train)

    train.set(**{name: after for name, (_, after) in LIVE.items()})
    for name in LIVE:
        expect(train.note(name)).to_have_text("")
    train.train_steps(1)

    then = {name: _choices(train)[name] for name in LIVE}
    expected, actual = _in_cpython(first, steps=2, then=then), train.weights()
    for key, array in expected.items():
        np.testing.assert_allclose(actual[key], array, atol=1e-5)


@pytest.mark.parametrize(
    ("fields", "steps"),
    [
        pytest.param(
            {"layers": "784-128-10", "augmentation": "warps"},
            20,
            marks=pytest.mark.firefox(only="all"),
        ),
        (
            {
                "layers": "1x28x28-conv3x8-pool2-conv3x16-pool2-10",
                "optimizer": "momentum",
                "learning_rate": "0.01",
                "seed": "3",
            },
            8,
        ),
    ],
    ids=["dense", "convolutions"],
)
def test_some_steps_give_the_same_weights_as_in_cpython(train, fields, steps):
    small(train, **fields)

    train.train_steps(steps)

    choices = _choices(train)
    expected, actual = _in_cpython(choices, steps=steps), train.weights()
    initial = _in_cpython(choices, steps=0)
    for key, array in expected.items():
        assert np.abs(array - initial[key]).max() > 0.003, "it has learned"
        np.testing.assert_allclose(actual[key], array, rtol=0, atol=1e-4)


def test_other_fields_take_effect_at_the_next_start_and_say_so(train):
    small(train)
    train.train_steps(1)
    waiting = {
        "layers": "784-12-10",
        "activation": "tanh",
        "initializer": "uniform",
        "examples": "10000",
        "seed": "7",
    }
    train.set(**waiting)
    for name in waiting:
        expect(train.note(name)).to_contain_text("next start")
    train.press("stop")
    train.be("stopped")
    train.press("step")
    expect(train.facts).to_contain_text("784-12-10", timeout=ENDS_MS)

    choices = _choices(train)
    assert choices["layers"] == "784-12-10" and choices["seed"] == 7
    expect(train.facts).to_contain_text("step 1 ", timeout=ENDS_MS)
    expected, actual = _in_cpython(choices, steps=1), train.weights()
    for key, array in expected.items():
        np.testing.assert_allclose(actual[key], array, atol=1e-5)


def test_run_can_start_from_the_network_in_use(train):
    train.visit.network("mlp")
    train.set(start="shown", examples="1000", learning_rate="0.0001")

    train.train_steps(1)

    expect(train.facts).to_contain_text("784-500-300-100-10")


def test_loss_of_a_network_that_ends_with_a_sigmoid_is_not_in_nats(train):
    caption = train.panel.locator("figure:has(.loss) figcaption")
    expect(caption).to_have_text("Loss in nats")
    rng = np.random.default_rng(0)
    network = Network([Dense(784, 10, rng=rng), Sigmoid()])
    train.page.locator("#pictures input").set_input_files(
        {
            "name": "mine.json",
            "mimeType": "application/json",
            "buffer": dumps(network).encode(),
        }
    )
    expect(train.page.locator("#network .facts")).to_contain_text("784-10")
    train.set(start="shown", examples="1000")

    train.train_steps(1)

    expect(caption).to_have_text("Loss: half the squared errors")


@pytest.mark.parametrize(
    ("layers", "message"), [("784-x-10", "'x'"), ("784-9", "expected 10")]
)
def test_layers_that_cannot_be_built_are_refused(train, layers, message):
    train.set(layers=layers)

    train.press("start")

    expect(train.notice).to_contain_text(message, timeout=BOOT_MS)
    train.be("idle")
    train.set(layers="784-8-10", examples="1000")
    train.train_steps(1)
    expect(train.facts).to_contain_text("784-8-10")


def test_run_that_has_diverged_is_not_resumed_at_another_rate(train):
    train.set(layers="784-500-300-100-10", optimizer="sgd", learning_rate="100")
    train.set(examples="1000")
    train.press("start")
    train.be("stopped")
    expect(train.notice).to_contain_text("training has diverged")

    train.set(learning_rate="0.01")

    expect(train.note("learning_rate")).to_have_text("next start")
    train.press("start")
    train.be("running")
    expect(train.notice).to_have_text("")


def test_change_while_digits_are_downloaded_takes_effect(train_anew):
    held: list[Route] = []
    is_held = True

    def hold(route: Route) -> None:
        if is_held:
            held.append(route)
        else:
            route.continue_()

    train = train_anew(before=lambda page: page.route("**/mnist-*/*", hold))
    small(train, learning_rate="0.001")
    train.press("start")
    train.be("loading")
    until(train.page, lambda: held)

    train.set(learning_rate="0.05", epochs="300")
    is_held = False
    for route in held:
        route.continue_()

    train.be("running")
    expect(train.facts).to_contain_text("of 300")
    expect(train.note("learning_rate")).to_have_text("")
    expect(train.panel.locator(".marks li")).to_contain_text("Learning rate 0.05")


def test_invalid_number_is_not_sent(train):
    train.set(batch_size="0")

    train.press("start")

    train.be("idle")
    expect(train.panel.locator("[name=batch_size]:invalid")).to_be_focused()


def test_failed_download_of_digits_is_reported_and_can_be_repeated(train_anew):
    broken = [True]

    def refuse(route):
        return route.fulfill(status=503) if broken[0] else route.continue_()

    train = train_anew(before=lambda page: page.route("**/mnist-*/**", refuse))
    small(train)
    train.press("start")
    expect(train.notice).to_contain_text("503", timeout=BOOT_MS)
    train.be("idle")

    broken[0] = False
    train.start()


def test_stop_while_digits_are_downloaded_keeps_the_run_before(train_anew):
    train = train_anew()
    small(train, epochs="1")
    train.press("start")
    train.be("stopped")
    until(train.page, lambda: train.stored() is not None)

    train.page.route("**/mnist-*/**", lambda route: None)  # as slow as can be
    train.set(examples="59000")
    train.press("start")
    train.be("loading")
    train.press("stop")

    train.be("idle")
    expect(train.panel.locator(".earlier li")).to_contain_text("784-16-10")
    expect(train.panel.locator(".resume")).to_contain_text("784-16-10")


def test_finished_network_is_kept_by_a_proposed_name_and_stays_on_the_pad(train):
    small(train, layers="784-32-10", epochs="3")
    train.press("start")
    train.be("stopped")
    share = train.validated()
    expect(train.status).to_have_text(
        f"Finished: {share}% of 1,000 validation digits right"
    )
    name = train.panel.locator(".save input")
    expect(name).to_have_value(re.compile(rf"^784-32-10, {share}%"))

    train.panel.get_by_role("button", name="Keep", exact=True).click()

    expect(train.whose).to_contain_text("784-32-10")
    chosen = train.page.locator("#network option:checked")
    expect(chosen).to_contain_text(name.input_value())


def test_runs_are_compared_and_an_earlier_one_can_be_kept(train):
    small(train, layers="784-8-10", epochs="1")
    train.press("start")
    train.be("stopped")

    train.set(layers="784-16-10")
    train.press("start")
    expect(train.facts).to_contain_text("784-16-10", timeout=ENDS_MS)
    train.be("stopped")

    earlier = train.panel.locator(".earlier li")
    expect(earlier).to_contain_text("784-8-10")
    for chart in ("loss", "accuracy"):
        legend = train.panel.locator(f".{chart} .u-legend")
        expect(legend).to_contain_text("784-8-10")
    earlier.get_by_role("button").click()
    expect(train.status).to_contain_text("784-8-10")
    train.reset()
    expect(train.facts).to_have_text("")
    expect(earlier).to_have_count(0)
    expect(train.panel.locator(".u-series")).to_have_count(6)


def test_legend_shows_all_values_at_the_pointer(train):
    small(train, layers="784-8-10", epochs="1")
    train.press("start")
    train.be("stopped")
    plot = train.panel.locator(".accuracy .u-over")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    charts = train.panel.locator(".charts")
    before = charts.bounding_box()

    train.page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)

    legend = train.panel.locator(".accuracy .u-legend")
    expect(legend).to_contain_text(
        re.compile(r"training:?\s*\d+%\s*validation:?\s*\d+%")
    )
    assert charts.bounding_box() == before  # nothing moves


def test_panel_fits_and_has_no_barriers_before_while_and_after_it_trains(train):
    small(train, layers="784-8-10", epochs="1")
    assert faults(train.visit, "#lab-train") == [], "settings"
    train.press("start")
    train.be("stopped")
    assert faults(train.visit) == [], "finished"

    train.set(layers="784-16-10")
    train.press("start")
    expect(train.panel.locator(".earlier li")).to_be_visible()
    train.be("stopped")
    train.set(epochs="200")
    train.start()  # it goes on
    train.set(learning_rate="0.05")
    expect(train.panel.locator(".marks li").last).to_contain_text("Learning rate")
    assert out_of_sight(train.visit, "#lab-train .u-over") == [], "beside settings"
    train.pause()
    assert faults(train.visit, "#lab-train") == [], "two runs"
    # the charts are drawn on canvases, which axe does not see
    train.page.emulate_media(color_scheme="dark")
    until(train.page, lambda: _brightest_blue(train) > 120)
    marker = train.panel.locator(".loss .u-series:nth-child(3) .u-marker")
    expect(marker).to_have_css("border-top-color", "rgb(140, 174, 255)")  # --accent
    train.page.emulate_media(color_scheme="light")


def test_change_while_training_is_marked_and_undone_by_back(train):
    small(train, learning_rate="0.001")
    train.start()
    marks = train.panel.locator(".marks li")

    train.set(learning_rate="0.05")
    expect(marks).to_have_text([re.compile(r"^Epoch [\d.]+: Learning rate 0\.05$")])
    train.page.go_back()

    expect(marks.nth(1)).to_contain_text("Learning rate 0.001")
    assert "learning_rate" not in train.page.url


def test_link_fills_in_settings_and_refuses_damaged_ones(train):
    def follow(settings: str) -> None:
        train.page.evaluate(
            """settings => { const fields = new URLSearchParams(location.hash.slice(1));
                fields.set("settings", settings); location.hash = fields; }""",
            settings,
        )

    follow("preset:cnn,examples:1000,epochs:7")
    preset = train.panel.locator("[name=preset]")
    expect(preset).to_have_value("cnn")
    assert _choices(train) | {"examples": 1000, "epochs": 7} == _choices(train)
    expect(train.panel.locator("[name=epochs]")).to_be_visible()

    for settings, expected in {
        "preset:cnn,epochs:0": "1 – 1000",
        "examples:77": "1000, 10000",
        "speed:3": "learning_rate",
    }.items():
        follow(settings)
        expect(train.notice).to_contain_text(expected)
        expect(train.notice).to_contain_text(settings.split(",")[-1])
    expect(preset).to_have_value("cnn")
    train.be("idle")


def test_link_without_settings_leaves_those_of_the_run(train):
    small(train, learning_rate="0.05")
    train.start()

    train.page.evaluate("location.hash = 'view=learn&panel=train'")

    expect(train.page).to_have_url(re.compile("learning_rate:0.05"))
    expect(train.panel.locator("[name=learning_rate]")).to_have_value("0.05")
    train.page.evaluate("history.back()")
    train.page.evaluate("history.forward()")
    train.pause()
    expect(train.panel.locator(".marks li")).to_have_count(0)


def test_training_continues_after_an_import_was_refused(train, tmp_path):
    small(train, epochs="1000")
    train.start()
    letter = tmp_path / "letter.json"
    letter.write_text("Dear all")

    train.page.get_by_role("tab", name="Networks").click()
    networks = train.page.locator("#lab-networks:not([inert])")
    networks.locator("[type=file]").set_input_files(letter)
    expect(networks.locator(".status")).to_contain_text("letter.json", timeout=ENDS_MS)
    train.page.get_by_role("tab", name="Train").click()
    train.pause()
    step = train.step()
    train.press("step")

    assert step > 0
    until(train.page, lambda: train.step() > step)  # a new worker would begin at 0
    train.be("paused")


def test_training_continues_when_teach_is_opened_for_the_first_time(train):
    small(train, epochs="1000")
    train.start()

    train.page.get_by_role("tab", name="Teach").click()
    expect(train.page.locator("#lab-teach:not([inert])")).to_be_visible()
    train.page.get_by_role("tab", name="Train").click()

    train.set(epochs="1")  # a run that goes on ends at its next step
    train.be("stopped")


def test_training_continues_in_a_background_tab(train):
    small(train)
    train.start()
    other: Page = train.page.context.new_page()
    other.goto("about:blank")
    other.bring_to_front()
    before = train.step()

    train.page.wait_for_function(
        """before => Number(/step ([\\d,]+)/.exec(document.querySelector(
            "#lab-train .run .facts").textContent)[1].replaceAll(",", "")) > before""",
        arg=before + 20,
        polling=100,
        timeout=ENDS_MS,
    )
    other.close()


# --- helpers --------------------------------------------------------------------------


def _brightest_blue(panel: TrainPanel) -> int:
    """Of the first chart: its lines and words, which are not black in dark."""
    pixels = panel.visit.pixels("#lab-train .loss .uplot canvas")
    return int(pixels[pixels[..., 3] > 200][:, 2].max(initial=0))


def _choices(panel: TrainPanel) -> dict[str, Any]:
    """The values of the form."""
    values: dict[str, Any] = panel.panel.locator(
        ".hyperparameters [name]"
    ).evaluate_all(
        """fields => Object.fromEntries(fields
            .filter(({ name }) => name !== "preset")
            .map((field) => [field.name,
                field.type === "number" || field.name === "examples"
                    ? Number(field.value) : field.value]))"""
    )
    return values


@functools.cache
def _digits() -> Dataset:
    return load_mnist(MNIST).train


def _in_cpython(
    choices: dict[str, Any], *, steps: int, then: dict[str, Any] | None = None
) -> dict[str, np.ndarray]:
    """The weights after so many steps in CPython; ``then`` changes after the first."""
    session = TrainingSession.started(choices)
    digits = _digits()
    for split, part in (
        ("train", slice(0, session.hyper.examples)),
        ("validation", slice(59_000, 60_000)),
    ):
        images, labels = digits.images[part], digits.labels[part]
        session.feed(split, images.tobytes(), labels.tobytes())
    session.begin()
    for i in range(steps):
        if i == 1 and then is not None:
            session.change(then)
        session.run(0)
    return session.network.params


def test_run_whose_worker_dies_resumes_without_a_reload(train_anew):
    train = train_anew(
        before=lambda page: page.add_init_script(
            """globalThis.workers = [];
            globalThis.Worker = class extends Worker {
                constructor(...given) { super(...given); workers.push(this); }
            };"""
        )
    )
    small(train)
    train.start()
    expect(train.facts).to_contain_text("validation", timeout=ENDS_MS)
    until(train.page, lambda: train.stored() is not None)

    train.page.evaluate(
        """() => {
            const worker = workers.at(-1);
            worker.terminate();
            worker.dispatchEvent(new ErrorEvent("error", { message: "out of memory" }));
        }"""
    )
    expect(train.notice).to_have_text("The lab's Python stopped: out of memory.")
    expect(train.panel.locator(".resume")).to_contain_text("784-16-10")
    train.press("resume")
    train.be("running")
    train.pause()

    assert train.step() > 0
