"""Training in the page: it learns, rests, outlives a reload; each lever acts."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from nnweb.data.datasets import load_mnist
from nnweb.page.lab.training_session import TrainingSession
from nnweb.weights.json_format import load
from tests.site.conftest import BOOT_MS, Visit
from tools.build.site import MNIST

ENDS_MS = 180_000  # a machine that does much else at the same time still gets there

LEVERS = {
    "optimizer": ("sgd", "adam"),
    "learning_rate": ("0.05", "0.0001"),
    "batch_size": ("16", "200"),
    "epochs": ("1", "2"),
    "augmentation": ("none", "warps"),
}


class Trainer:
    """The Train panel, and what a person does there."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.page = visit, visit.page
        self.panel = self.page.locator("#lab-train")
        self.facts = self.panel.locator(".run .facts")
        self.said = self.panel.locator(".run .said")
        self.notice = self.panel.locator(".run .notice")

    def lever(self, name: str, value: str) -> None:
        lever = self.panel.locator(f".levers [name={name}]")
        if lever.evaluate("lever => lever.tagName") == "SELECT":
            lever.select_option(value)
        else:
            lever.press("ControlOrMeta+a")
            lever.press_sequentially(value)  # fill() adds to it in Firefox
            lever.blur()

    def press(self, name: str) -> None:
        self.panel.get_by_role("button", name=name, exact=True).click()

    def be(self, state: str) -> None:
        expect(self.panel).to_have_attribute("data-training", state, timeout=ENDS_MS)

    def step(self) -> int:
        found = re.search(r"step ([\d,]+)", self.facts.inner_text())
        return int(found[1].replace(",", "")) if found else 0

    def validated(self) -> float:
        found = re.search(r"validation ([\d.]+)%", self.facts.inner_text())
        return float(found[1]) if found else 0.0

    def weights(self) -> dict[str, np.ndarray]:
        """Those of the network as it is now, by way of the lab's own worker."""
        text = self.page.evaluate(
            """async (url) => {
                const { ask } = await import(url);
                return new TextDecoder().decode(await ask("weights"));
            }""",
            self.visit.module("lab/worker/client.js"),
        )
        return load(text).params


@pytest.fixture
def trainer(visit):
    def open_trainer(**options) -> Trainer:
        page = visit("#lab-train", **options)
        page.be("ready")
        expect(page.page.locator("#lab-train:not([inert]) .levers")).to_be_visible()
        return Trainer(page)

    return open_trainer


def quick(trainer: Trainer, **levers: str) -> None:
    """A training that lasts long enough to be met at work, and no longer."""
    settings = {"layers": "784-16-10", "examples": "1000", "epochs": "200"}
    for name, value in (settings | levers).items():
        trainer.lever(name, value)


def test_it_learns_ten_thousand_digits_in_three_epochs(trainer):
    one = trainer()

    one.press("Start")
    one.be("stopped")

    assert one.validated() >= 90
    assert one.step() == 3 * 157
    assert "784-128-10, 101,770 parameters" in one.facts.inner_text()
    expect(one.said).to_contain_text("of the validation digits are right")
    drawn = one.page.locator("#lab-train .uplot canvas").evaluate_all(
        """all => all.map((canvas) => {
            const { data } = canvas.getContext("2d").getImageData(
                0, 0, canvas.width, canvas.height);
            return new Set(new Uint32Array(data.buffer)).size;
        })"""
    )
    assert len(drawn) == 2 and min(drawn) > 5  # lines, in several colours
    assert one.visit.watch.errors == [] and one.visit.watch.foreign == []


@pytest.mark.firefox
def test_it_pauses_and_goes_on_after_a_reload_once_it_is_asked(trainer):
    one = trainer()
    quick(one)
    one.press("Start")
    one.be("running")
    expect(one.facts).to_contain_text("validation", timeout=ENDS_MS)
    one.press("Pause")
    one.be("paused")
    step, before = one.step(), one.weights()
    one.page.wait_for_timeout(400)
    assert one.step() == step
    saved = """async (url) => (await (await import(url)).read("trainings", "last"))"""
    url = one.visit.module("lab/storage.js")
    one.page.wait_for_function(
        f"async ([url, done]) => (await ({saved})(url))?.done >= done",
        arg=[url, step / 16],
    )

    one.page.reload()
    one.visit.be("ready")
    expect(one.panel.locator(".left")).to_contain_text("784-16-10")
    one.page.wait_for_timeout(500)
    assert one.step() == 0  # nothing goes on unasked
    one.press("Go on with it")
    one.be("running")
    one.press("Pause")
    one.be("paused")

    assert one.step() >= step
    assert one.panel.locator("[name=layers]").input_value() == "784-16-10"
    after = one.weights()
    assert {k: v.shape for k, v in after.items()} == {
        k: v.shape for k, v in before.items()
    }
    assert one.visit.watch.errors == []


def test_steps_are_done_one_by_one_and_a_reset_forgets_them(trainer):
    one = trainer()
    quick(one)

    one.press("Step")
    expect(one.facts).to_contain_text("step 1 ", timeout=ENDS_MS)
    one.be("paused")
    one.press("Step")
    expect(one.facts).to_contain_text("step 2 ")
    one.page.once("dialog", lambda dialog: dialog.accept())
    one.press("Reset")

    one.be("idle")
    expect(one.facts).to_have_text("")
    one.page.reload()
    one.visit.be("ready")
    expect(one.page.locator("#lab-train:not([inert]) .levers")).to_be_visible()
    expect(one.panel.locator(".left")).to_be_hidden()


def test_a_reset_forgets_though_the_page_is_left_at_once(trainer):
    one = trainer()
    quick(one)
    one.press("Start")
    one.be("running")
    one.press("Pause")
    one.be("paused")
    one.page.wait_for_function(
        """async (url) => {
            const { read } = await import(url);
            return (await read("trainings", "last")) !== undefined;
        }""",
        arg=one.visit.module("lab/storage.js"),
    )

    one.page.once("dialog", lambda dialog: dialog.accept())
    with one.page.expect_navigation():
        one.panel.locator("[data-do=reset]").evaluate(
            "button => { button.click(); location.reload(); }"
        )
    one.visit.be("ready")

    expect(one.page.locator("#lab-train:not([inert]) .levers")).to_be_visible()
    expect(one.panel.locator(".left")).to_be_hidden()


def test_the_pad_answers_within_a_tenth_of_a_second_while_it_trains(trainer, strokes):
    one = trainer()
    quick(one, layers="784-128-10", examples="10000")
    one.press("Start")
    one.be("running")
    one.visit.draw(strokes["7"])
    one.visit.be("ready")

    waits = one.page.evaluate(
        """async () => {
            const waits = [];
            for (let i = 0; i < 20; i += 1) {
                const start = performance.now();
                document.getElementById("predictBtn").click();
                while (document.body.dataset.state !== "ready") {
                    await new Promise((done) => setTimeout(done, 1));
                }
                waits.push(performance.now() - start);
            }
            return waits;
        }"""
    )

    one.be("running")
    assert np.median(waits) < 100


def test_the_network_in_training_is_on_the_pad_while_it_is_wanted(trainer, strokes):
    one = trainer()
    one.visit.network("mlp")
    quick(one, layers="784-32-10")
    one.press("Start")
    one.be("running")
    facts = one.page.locator("#network .facts")
    expect(facts).to_contain_text("784-500-300-100-10")  # it comes only when asked

    one.panel.get_by_label("Use it on the pad").check()
    expect(facts).to_contain_text("784-32-10")
    one.visit.draw(strokes["0"])
    one.visit.be("ready")
    first = one.visit.probabilities()
    one.page.wait_for_function(
        """before => [...document.querySelectorAll("#probabilities meter")].some(
            (meter, i) => Math.abs(meter.value - before[i]) > 1e-4)""",
        arg=first.tolist(),
        timeout=ENDS_MS,
    )
    one.panel.get_by_label("Use it on the pad").uncheck()

    expect(facts).to_contain_text("784-500-300-100-10")
    assert one.visit.digit() == "0"


def test_another_network_that_is_chosen_meanwhile_stays(trainer):
    one = trainer()
    quick(one, layers="784-32-10")
    one.press("Start")
    one.be("running")
    box = one.panel.get_by_label("Use it on the pad")
    box.check()
    facts = one.page.locator("#network .facts")
    expect(facts).to_contain_text("784-32-10")

    one.visit.network("mlp")

    expect(box).not_to_be_checked()
    one.page.wait_for_timeout(1500)
    expect(facts).to_contain_text("784-500-300-100-10")


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_that_acts_at_once_acts_between_two_steps(trainer, name):
    one = trainer()
    before, after = LEVERS[name]
    quick(one, **{"epochs": "2", name: before})
    one.press("Step")
    expect(one.facts).to_contain_text("step 1 ", timeout=ENDS_MS)

    one.lever(name, after)
    note = one.panel.locator(f".levers label:has([name={name}]) small")
    expect(note).to_have_text("")
    one.press("Step")
    expect(one.facts).to_contain_text("step 2 ")

    changed, choices = one.weights(), _choices(one)
    then = {name: choices[name]}
    choices[name] = type(choices[name])(before)
    expected = _natively(choices, steps=2, then=then)
    for key, array in expected.items():
        np.testing.assert_allclose(changed[key], array, atol=1e-5)


@pytest.mark.parametrize(
    "levers",
    [
        {"layers": "784-128-10", "augmentation": "warps"},
        {
            "layers": "1x28x28-conv3x8-pool2-conv3x16-pool2-10",
            "optimizer": "momentum",
            "learning_rate": "0.01",
            "seed": "3",
        },
    ],
    ids=["dense", "convolutions"],
)
def test_fifty_steps_give_the_weights_that_they_give_on_the_command_line(
    trainer, levers
):
    one = trainer()
    quick(one, **levers)
    one.press("Step")
    expect(one.facts).to_contain_text("step 1 ", timeout=ENDS_MS)

    one.page.evaluate(
        """async (url) => {
            const { ask } = await import(url);
            for (let i = 0; i < 49; i += 1) await ask("step");
        }""",
        one.visit.module("lab/worker/client.js"),
    )

    trained, expected = one.weights(), _natively(_choices(one), steps=50)
    start = _natively(_choices(one), steps=0)
    for key, array in expected.items():
        assert np.abs(array - start[key]).max() > 0.01, "it has learned"
        np.testing.assert_allclose(trained[key], array, rtol=0, atol=1e-4)


def test_levers_that_wait_say_so_and_act_at_the_next_start(trainer):
    one = trainer()
    quick(one)
    one.press("Step")
    expect(one.facts).to_contain_text("784-16-10", timeout=ENDS_MS)
    waiting = {
        "layers": "784-12-10",
        "activation": "tanh",
        "initializer": "uniform",
        "examples": "10000",
        "seed": "7",
    }
    for name, value in waiting.items():
        one.lever(name, value)
        note = one.panel.locator(f".levers label:has([name={name}]) small")
        expect(note).to_have_text("at the next start")
    one.page.once("dialog", lambda dialog: dialog.accept())
    one.press("Stop")
    one.be("stopped")
    one.press("Step")
    expect(one.facts).to_contain_text("784-12-10", timeout=ENDS_MS)

    choices = _choices(one)
    assert choices["layers"] == "784-12-10" and choices["seed"] == 7
    expected, actual = _natively(choices, steps=1), one.weights()
    for key, array in expected.items():
        np.testing.assert_allclose(actual[key], array, atol=1e-5)


def test_it_starts_from_the_network_in_use_if_told_to(trainer):
    one = trainer()
    one.visit.network("mlp")
    one.lever("start", "shown")
    one.lever("examples", "1000")
    one.lever("learning_rate", "0.0001")

    one.press("Step")

    expect(one.facts).to_contain_text("784-500-300-100-10", timeout=ENDS_MS)
    expect(one.facts).to_contain_text("step 1 ")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("layers", "784-x-10", "'x'"), ("layers", "784-9", "expected 10")],
)
def test_what_cannot_be_built_is_refused_in_words(trainer, name, value, said):
    one = trainer()
    one.lever(name, value)

    one.press("Start")

    expect(one.notice).to_contain_text(said, timeout=BOOT_MS)
    one.be("idle")
    one.lever(name, "784-8-10")
    one.press("Step")
    expect(one.facts).to_contain_text("784-8-10", timeout=ENDS_MS)


def test_a_number_that_is_none_is_not_sent(trainer):
    one = trainer()
    one.lever("batch_size", "0")

    one.press("Start")

    one.be("idle")
    wrong = one.panel.locator("[name=batch_size]:invalid")
    expect(wrong).to_be_focused()


def test_digits_that_do_not_come_are_told_and_another_try_goes_well(trainer):
    broken = [True]

    def refuse(route):
        return route.fulfill(status=503) if broken[0] else route.continue_()

    one = trainer(before=lambda context: context.route("**/mnist-*/**", refuse))
    quick(one)
    one.press("Start")
    expect(one.notice).to_contain_text("503", timeout=BOOT_MS)
    one.be("idle")

    broken[0] = False
    one.press("Start")
    one.be("running")


def test_a_trained_network_is_kept_by_name_and_used(trainer, strokes):
    one = trainer()
    quick(one, layers="784-32-10", epochs="3")
    one.press("Start")
    one.be("stopped")
    one.panel.get_by_label("Keep it as").fill("Mine")
    one.panel.get_by_role("button", name="Keep").click()
    expect(one.notice).to_have_text("Mine is kept.")

    one.page.get_by_role("tab", name="Networks").click()
    one.page.get_by_role("button", name="Use Mine").click()

    expect(one.page.locator("#network .facts")).to_contain_text("784-32-10")


@pytest.mark.firefox
def test_fifty_steps_end_in_the_weights_that_they_end_in_natively(trainer):
    one = trainer()
    one.lever("layers", "784-32-10")
    one.lever("batch_size", "100")
    one.lever("examples", "10000")
    one.lever("seed", "3")
    for step in range(50):
        one.press("Step")
        expect(one.facts).to_contain_text(f"step {step + 1} ", timeout=ENDS_MS)

    choices = {"layers": "784-32-10", "batch_size": 100, "seed": 3}
    expected, actual = _natively(choices, steps=50), one.weights()

    for key, array in expected.items():
        assert np.abs(actual[key] - array).max() < 1e-4


def test_training_goes_on_in_a_tab_that_is_not_seen(trainer, browser):
    one = trainer()
    quick(one)
    one.press("Start")
    one.be("running")

    other: Page = one.page.context.new_page()
    other.goto("about:blank")
    other.bring_to_front()
    before = one.step()
    other.wait_for_timeout(1500)

    assert one.step() > before + 20


# --- helpers --------------------------------------------------------------------------


def _choices(one: Trainer) -> dict[str, Any]:
    """What the levers say, as Python takes it."""
    values: dict[str, Any] = one.panel.locator(".levers [name]").evaluate_all(
        """levers => Object.fromEntries(levers
            .filter(({ name }) => name !== "preset")
            .map((lever) => [lever.name,
                lever.type === "number" || lever.name === "examples"
                    ? Number(lever.value) : lever.value]))"""
    )
    return values


def _natively(
    choices: dict[str, Any], *, steps: int, then: dict[str, Any] | None = None
) -> dict[str, np.ndarray]:
    """The weights after so many steps, here; ``then`` comes after the first."""
    session = TrainingSession.started(choices)
    digits = load_mnist(MNIST).train
    for split, part in (
        ("train", slice(0, session.choices.examples)),
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
