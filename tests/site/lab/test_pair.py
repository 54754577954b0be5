"""Two workers do each step of a training together: the same training, in less time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Error, Route, expect

from tests.site.lab.test_train import (
    ENDS_MS,
    Trainer,
    _choices,
    _natively,
    quick,
    trainer,  # noqa: F401  a fixture
)

BY_TWO = "told.some(({ workers }) => workers === 2)"
#: What the others get to see of a helper's end: a word, or nothing at all.
DEATHS = {"with an error": 'throw Error("it dies")', "in silence": "close()"}
MORTAL = """
addEventListener("message", ({ data: { port } }) => port.addEventListener("message",
    ({ data }) => data.type === "stretch" && setTimeout(() => { %s; }, 150)));
"""


@pytest.fixture
def pair(trainer):  # noqa: F811
    """The panel, with what the worker tells in ``told``; 50 steps of training."""

    def open_pair(layers: str, **options: Any) -> Trainer:
        one = trainer(**options)
        quick(one, layers=layers, batch_size="20", epochs="1")
        one.page.evaluate(
            """async (url) => {
                globalThis.told = [];
                (await import(url)).listen((message) => {
                    if (message.type === "trained") told.push(message.progress);
                });
            }""",
            one.visit.module("lab/worker/client.js"),
        )
        one.press("Step")
        expect(one.facts).to_contain_text("step 1 ", timeout=ENDS_MS)
        return one

    return open_pair


def adding(worker: str, code: str) -> Callable[[BrowserContext], None]:
    """JavaScript at the end of a worker's program."""

    def fulfil(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + code)

    return lambda context: context.route(f"**/lab/{worker}.js", fulfil)


def has_helper(one: Trainer) -> bool:
    return any(worker.url.endswith("helper.js") for worker in one.page.workers)


def ask(one: Trainer, request: str, **payload: Any) -> Any:
    return one.page.evaluate(
        """async ([url, request, payload]) =>
            (await import(url)).ask(request, payload)""",
        [one.visit.module("lab/worker/client.js"), request, payload],
    )


def wait(one: Trainer, condition: str) -> None:
    one.page.wait_for_function(f"() => {condition}", timeout=ENDS_MS)


def assert_learned_as_one(one: Trainer, steps: int) -> None:
    choices = _choices(one)
    start, expected = (_natively(choices, steps=count) for count in (0, steps))
    actual = one.weights()
    for key, array in expected.items():
        assert np.abs(array - start[key]).max() > 0.005, "it has learned"
        np.testing.assert_allclose(actual[key], array, rtol=0, atol=1e-4)


@pytest.mark.firefox
@pytest.mark.parametrize("layers", ["784-128-10", "784-60-40-30-10"])
def test_fifty_steps_by_two_workers_end_in_the_weights_of_one(pair, layers):
    one = pair(layers)

    ask(one, "go", workers=2)
    wait(one, "told.at(-1)?.finished")

    last = one.page.evaluate("told.at(-1)")
    assert (last["step"], last["workers"]) == (50, 2)
    assert [row[0] for row in last["rows"]] == [1]
    assert_learned_as_one(one, 50)
    assert one.visit.watch.errors == []


@pytest.mark.parametrize("death", DEATHS)
def test_a_helper_that_dies_loses_nothing(pair, death):
    one = pair("784-500-300-100-10", before=adding("helper", MORTAL % DEATHS[death]))

    ask(one, "go", workers=2)
    wait(one, "told.at(-1)?.finished")

    last = one.page.evaluate("told.at(-1)")
    assert (last["step"], last["workers"]) == (50, 1)
    assert one.page.evaluate(f"() => {BY_TWO}")
    steps = one.page.evaluate("told.map(({ step }) => step)")
    assert steps == sorted(steps)  # what is done anew is not told anew
    assert_learned_as_one(one, 50)


def test_two_that_are_paused_changed_and_kept_stay_together(pair):
    one = pair("784-32-10")
    one.lever("epochs", "1000")

    ask(one, "go", workers=2)
    wait(one, BY_TWO)
    kept = ask(one, "checkpoint")
    one.lever("learning_rate", "0.0001")
    wait(one, "told.splice(0)")
    wait(one, BY_TWO)
    ask(one, "pause")

    step = ask(one, "change", choices={})["step"]
    one.page.wait_for_timeout(300)
    assert ask(one, "change", choices={})["step"] == step
    assert len(kept) > 1000
    ask(one, "abandon")
    ask(one, "go", workers=2)
    wait(one, "told.splice(0)")
    wait(one, BY_TWO)
    assert one.visit.watch.errors == []


def test_no_worker_makes_another(pair):
    """In Firefox (153) it may wait for it for ever."""
    one = pair("784-32-10", before=adding("trainer", "delete globalThis.Worker;"))

    ask(one, "go", workers=2)
    wait(one, "told.at(-1)?.finished")

    assert one.page.evaluate("told.at(-1).workers") == 2


@pytest.mark.parametrize("end", ["is given up", "breaks off"])
def test_the_helper_goes_when_the_training(pair, end):
    dying = """addEventListener("message", ({ data }) => {
        if (data.then === "die") throw Error("it dies");
    });"""
    one = pair("784-32-10", before=adding("trainer", dying))
    one.lever("epochs", "1000")
    ask(one, "go", workers=2)
    wait(one, BY_TWO)
    assert has_helper(one)

    if end == "is given up":
        ask(one, "abandon")
    else:
        with pytest.raises(Error, match="it dies"):
            ask(one, "pause", then="die")

    for _ in range(100):
        if has_helper(one):
            one.page.wait_for_timeout(50)
    assert not has_helper(one)


def test_a_training_that_lasts_gets_a_helper_by_itself(trainer):  # noqa: F811
    one = trainer()
    asked: list[str] = []
    one.page.context.on("request", lambda request: asked.append(request.url))
    quick(one, layers="784-300-100-10", examples="10000", epochs="50")

    one.press("Start")
    one.be("running")
    wait_for = one.page.wait_for_event
    if not any(url.endswith("helper.js") for url in asked):
        wait_for("request", lambda r: r.url.endswith("helper.js"), timeout=ENDS_MS)
    before = one.step()
    one.page.wait_for_timeout(4000)

    assert one.step() > before + 20
    one.press("Stop")
    one.be("stopped")
    assert one.visit.watch.errors == []


# --- lab/pace.js ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alone", "together", "kept"), [(1.0, 1.5, 2), (1.0, 1.05, 1), (1.0, 0.6, 1)]
)
def test_the_quicker_number_of_workers_is_kept_and_tried_again(
    modules, alone, together, kept
):
    runs = modules.evaluate(
        """async ([alone, together]) => {
            const { createPace } = await import(`${js}/lab/pace.js`);
            const pace = createPace();
            const runs = [];
            for (let ms = 0; ms < 25000; ms += 100) {
                const ready = ms >= 2000;
                const workers = pace.next(ready);
                if (runs.at(-1)?.[0] === workers) runs.at(-1)[1] += 100;
                else runs.push([workers, 100]);
                pace.took(100 * (workers === 1 ? alone : together), 100, ready);
            }
            return runs;
        }""",
        [alone, together],
    )

    assert runs[0][0] == 1 and runs[0][1] >= 2000
    assert runs[1][0] == 2
    longest = max(runs[1:], key=lambda run: run[1])
    assert longest[0] == kept and longest[1] >= 10_000
    assert {ms for workers, ms in runs[2:-1] if workers != kept} == {500}


def test_one_goes_on_where_the_other_is_lost(modules):
    workers = modules.evaluate(
        """async () => {
            const { createPace } = await import(`${js}/lab/pace.js`);
            const pace = createPace();
            pace.took(1, 600, true);
            return [pace.next(true), pace.next(false)];
        }"""
    )

    assert workers == [2, 1]
