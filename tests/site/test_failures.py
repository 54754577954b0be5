"""Failures are explained, Retry works, and the drawing is kept."""

import re
from collections.abc import Callable
from fnmatch import fnmatch
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, Route, expect

from tests.site.conftest import Visit

WASM = "**/runtime-*/pyodide.asm.wasm"
WHEEL = "**/nnweb-*/nnweb-*.whl"
GLUE = "**/runtime-*/pyodide.mjs.js"
SNAPSHOT = "**/nnweb-*/snapshot.bin"
WEIGHTS = "**/models-*/*.json"
WORKER = "**/app-*/js/python-worker.js"


def missing(route: Route) -> None:
    route.fulfill(status=404, body="not here")


def damaged(route: Route) -> None:
    """Cut short, as by a bad proxy: status 200 and half the bytes."""
    with urlopen(route.request.url) as response:  # route.fetch may outlive the test
        body = response.read()
    route.fulfill(status=200, body=body[: len(body) // 2])


def cut_off(route: Route) -> None:
    route.abort("connectionreset")


def routed(url: str, how: Callable[[Route], None]) -> Callable[[Page], None]:
    def route(page: Page) -> None:
        page.route(url, how)
        if url in (WASM, WHEEL):  # downloaded only if there is no snapshot
            page.route(SNAPSHOT, missing)

    return route


def with_first_worker(script: str, started: list[str]) -> Callable[[Page], None]:
    """The first worker runs ``script``, which imports the real one with ?original.

    The page's own look at the worker's script finds the real one.
    """

    def answer(route: Route) -> None:
        if "original" in route.request.url or route.request.resource_type == "fetch":
            route.continue_()
            return
        started.append(route.request.url)
        if len(started) > 1:
            route.continue_()
            return
        route.fulfill(content_type="text/javascript", body=script)

    return routed(f"{WORKER}*", answer)


def assert_fails(page: Visit, strokes, words: str) -> None:
    """Draw a digit: the page explains the failure and keeps the drawing."""
    page.draw(strokes["7"])
    drawn = page.pixels("#drawingCanvas")
    page.be("failed")
    expect(page.problem).to_be_visible()
    expect(page.problem).to_contain_text(re.compile(words))
    assert (page.pixels("#drawingCanvas") == drawn).all()
    assert (drawn[..., 0] == 0).any()


def retry(page: Visit) -> None:
    page.page.get_by_role("button", name="Retry").click()


# How else a download can fail is in boot/download.test.js.
@pytest.mark.parametrize(
    ("url", "how", "words"),
    [
        pytest.param(
            *(WASM, damaged, r"pyodide\.asm\.wasm: .*4,798,231 bytes"),
            marks=pytest.mark.firefox(only="all"),
        ),
        (GLUE, missing, r"pyodide\.mjs\.js: the server answered 404"),
        (WEIGHTS, missing, r"\.json: the server answered 404"),
    ],
)
def test_a_file_that_does_not_arrive_is_named_until_it_arrives_and_retry_works(
    visit, strokes, url, how, words
):
    page = visit(before=routed(url, how))
    assert_fails(page, strokes, words)
    with page.page.expect_request(lambda request: fnmatch(request.url, url)):
        retry(page)
    page.be("failed")  # again: nothing has changed

    page.page.unroute(url)
    retry(page)

    assert page.digit() == "7"
    expect(page.problem).to_be_hidden()


def test_a_failed_connection_does_not_change_the_network_in_use_after_a_reload(visit):
    page = visit()
    page.network("cnn-small")
    page.page.route(WEIGHTS, cut_off)

    page.page.reload()

    page.be("failed")
    expect(page.problem).to_contain_text("could not be downloaded")
    page.page.unroute(WEIGHTS)
    retry(page)
    page.be("ready")
    expect(page.page.locator("#networkList")).to_have_value("cnn-small")
    expect(page.page.locator("#linkNotice")).to_be_empty()


def test_a_model_that_is_no_network_is_refused_and_python_goes_on(visit, strokes):
    page = visit(
        "?model=other.json",
        before=routed("**/other.json", lambda route: route.fulfill(body='{"a": 1}')),
    )

    assert_fails(page, strokes, "format")

    replaced = []
    page.page.on("worker", lambda worker: replaced.append(worker))
    page.page.get_by_role("button", name="Use the built-in network").click()
    assert page.digit() == "7"
    assert replaced == []  # there was nothing wrong with Python


def test_a_model_of_another_site_is_refused_and_not_asked_for(visit, strokes):
    page = visit("?model=https://example.com/model.json")
    assert_fails(page, strokes, r"https://example\.com/model\.json.*another site")

    assert page.watch.foreign == []
    page.page.get_by_role("button", name="Use the built-in network").click()
    assert page.digit() == "7"


def tampered(route: Route) -> None:
    """The script as it is, and a statement more."""
    with urlopen(route.request.url) as response:
        body = response.read()
    route.fulfill(
        content_type="text/javascript", body=body + b"\nglobalThis.tampered = true;"
    )


@pytest.mark.parametrize("script", ["main", "manifest"])
def test_a_damaged_script_of_the_start_is_not_run_and_retry_works(
    visit, strokes, script
):
    url = f"**/app-*/js/{script}.js"
    page = visit(before=routed(url, tampered))
    expect(page.page.locator("#stuck")).to_have_attribute("data-certain", "true")
    assert page.page.evaluate("globalThis.tampered") is None

    page.page.unroute(url)
    retry(page)
    page.be("ready")  # before that, the page may be the one that is being left
    expect(page.page.locator("#stuck")).to_have_count(0)
    page.draw(strokes["7"])

    assert page.digit() == "7"


def test_a_damaged_part_of_the_lab_is_not_run_and_opening_it_again_works(
    visit, strokes
):
    page = visit(before=routed("**/js/lab-*.js", tampered))
    page.be("ready")
    notice = page.page.locator("#lab .lab-notice")
    page.learn()
    expect(notice).to_contain_text("The lab could not be loaded")
    assert page.page.evaluate("globalThis.tampered") is None
    page.draw(strokes["7"])
    assert page.digit() == "7"

    page.page.unroute("**/js/lab-*.js")
    page.learn()

    expect(page.page.get_by_role("tab", name="Train")).to_be_visible()
    expect(notice).to_be_empty()


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (missing, r"python-worker\.js: the server answered 404"),
        (tampered, r"python-worker\.js: .* does not match its checksum"),
    ],
    ids=["missing", "damaged"],
)
def test_a_missing_or_damaged_worker_is_started_by_retry(visit, strokes, how, words):
    page = visit(before=routed(WORKER, how))
    assert_fails(page, strokes, words)

    page.page.unroute(WORKER)
    retry(page)

    assert page.digit() == "7"


# Seconds are counted ten times as fast, and not while a problem is shown.
COUNTING = """{
  const { setInterval } = globalThis;
  const isShown = () => document.querySelector("#problem")?.hidden === false;
  globalThis.setInterval = (call, time) =>
    setInterval(() => isShown() || call(), time / 10);
}"""
SILENT = """
import "./python-worker.js?original";
// after a first answer nothing is answered any more
let asked = 0;
addEventListener("message", (event) => {
  if (event.data.type !== "recognize" || ++asked < 2) return;
  event.stopImmediatePropagation();
  for (;;);
});
"""


def test_a_worker_that_does_not_answer_can_be_started_again_after_10_s(visit, strokes):
    started: list[str] = []

    def before(page: Page) -> None:
        page.add_init_script(COUNTING)
        with_first_worker(SILENT, started)(page)

    page = visit(before=before)
    page.be("ready")
    page.draw(strokes["7"])
    expect(page.problem).to_contain_text("Python has not answered for 10 s")

    retry(page)

    assert page.digit() == "7"
    assert len(started) == 2
    expect(page.problem).to_be_hidden()


MORTAL = """
import "./python-worker.js?original";
// the second recognition, and each one after it, is the end of this worker
let asked = 0;
addEventListener("message", ({ data }) => {
  if (data.type !== "recognize" || ++asked < 2) return;
  setTimeout(() => { throw new Error("out of memory"); });
});
"""


def test_a_worker_that_dies_is_replaced_and_the_drawing_recognised(visit, strokes):
    started: list[str] = []
    page = visit(before=with_first_worker(MORTAL, started))
    page.be("ready")

    page.draw(strokes["7"])  # which asks at least twice

    assert page.digit() == "7"
    assert len(started) == 2
    expect(page.problem).to_be_hidden()


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ("delete window.WebAssembly", "WebAssembly"),
        ("delete window.Worker", "web workers"),
        (
            # as in browsers without module workers
            "window.Worker = class { terminate() {} addEventListener() {} }",
            "module workers",
        ),
    ],
)
def test_a_missing_browser_feature_is_named(visit, strokes, lacking, words):
    page = visit(before=lambda page: page.add_init_script(lacking))

    assert_fails(page, strokes, f"It lacks {words}, which Python needs")

    retry(page)
    page.be("failed")


def test_without_javascript_the_page_explains_itself(visit):
    page = visit(java_script_enabled=False).page
    said = page.get_by_text("This page could not start")
    expect(said).to_be_hidden()

    # the 10 s that a page has to start
    page.evaluate("document.getAnimations().forEach((one) => one.finish())")

    expect(said).to_be_visible()
