"""<digit-pad> on other pages of the same site: form field, events, failures."""

from urllib.parse import urljoin

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.site.accessibility import barriers, screens
from tests.site.boot.conftest import fulfill
from tests.site.conftest import BETWEEN_4_AND_9, BOOT_MS, PREFIX, until
from tests.site.embed.conftest import WHERE, as_host, embedding
from tests.site.test_failures import cut_off, routed, tampered, with_first_worker


@pytest.fixture
def workers():
    """The workers started by a page, and the listener to add to it."""
    started = []

    def follow(page):
        page.on("worker", lambda worker: started.append(worker))

    return started, follow


@pytest.mark.firefox
def test_a_drawn_digit_becomes_the_value_under_a_strict_csp(host_anew, strokes):
    page = host_anew()

    page.draw("a", strokes["7"])
    page.reads("a", "7")

    assert page.data() == {"floor": "7", "flat": "3"}
    names = page.page.evaluate(
        "performance.getEntriesByType('resource').map(({ name }) => name)"
    )
    assert not any("digit-pad-number" in name for name in names)
    expect(page.page.locator("#a .digit")).to_have_text("7")
    assert page.watch.errors == [] and page.watch.foreign == []


def test_event_details_have_digit_probabilities_and_status(host, strokes):
    page = host()
    page.draw("a", strokes["4"])
    page.reads("a", "4")

    heard = page.page.evaluate("heard")
    kind, target, detail, value = heard[-1]
    assert (kind, target, value) == ("change", "a", "4")
    assert detail["digit"] == "4" and detail["status"] == "digit"
    assert detail["other"] == ""  # sure of the 4
    assert len(detail["probabilities"]) == 10
    assert sum(detail["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert max(detail["probabilities"]) == detail["probabilities"][4]
    assert heard[-2][0] == "input" and heard[-2][2] == detail
    # events fire for the user's drawings, not for values set by the page
    page.page.evaluate("heard.length = 0")
    page.does("a", "pad.value = '5'")
    assert page.page.evaluate("heard") == [] and page.data()["floor"] == "5"
    page.draw("a", strokes["0"])
    page.page.locator("#a").get_by_role("button", name="Clear").click()
    assert page.page.evaluate("heard").pop() == [
        *("change", "a"),
        {"digit": "", "other": "", "probabilities": [], "status": "blank"},
        "",
    ]


def test_an_unsure_pad_has_the_likelier_digit_and_offers_the_other(
    shared, host, unsure_model
):
    file = unsure_model.read_text()
    fulfill(shared.page.context, "unsure.json", "application/json", file)
    page = host(
        '<form><digit-pad id="a" name="a" aria-label="A" model="/unsure.json">'
        "</digit-pad></form>"
    )

    page.draw("a", BETWEEN_4_AND_9)
    page.page.wait_for_function("() => heard.at(-1)?.[0] === 'change'")

    value = page.data()["a"]
    shares = page.does("a", "pad.reading.probabilities")
    best = [str(digit) for digit in np.argsort(shares)[:-3:-1]]
    assert value == best[0] and set(best) == {"4", "9"}
    expect(page.page.locator("#a .digit")).to_have_text(value)
    expect(page.page.locator("#a .answer")).to_have_text(
        f"{value}Unsure: {best[0]}, or {best[1]}"
    )
    assert page.does("a", "[pad.reading.digit, pad.reading.other]") == best
    assert page.does("a", "pad.checkValidity()")

    # a tap says that the other one is right
    page.page.locator("#a").get_by_role("button", name=f"Use {best[1]}").click()

    assert page.data()["a"] == best[1]
    expect(page.page.locator("#a .digit")).to_have_text(best[1])
    assert page.page.evaluate("heard.at(-1).slice(0, 2)") == ["change", "a"]
    page.page.locator("#a").get_by_role("button", name=f"Use {best[0]}").click()
    assert page.data()["a"] == best[0]
    page.page.locator("#a").get_by_role("button", name="Clear").click()
    expect(page.page.locator("#a").get_by_role("button", name="Use")).to_be_hidden()


def test_input_fires_while_the_pen_is_down_and_change_when_it_is_up(host, strokes):
    page = host()
    page.draw("a", strokes["1"])
    page.reads("a", "1")
    page.page.evaluate("heard.length = 0")
    box = page.canvas("a").bounding_box()

    page.page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.page.wait_for_function("() => heard.length > 0")
    before = page.page.evaluate("heard.map(([type]) => type)")
    invalid = page.does("a", "pad.validity.badInput")
    page.page.mouse.up()
    page.page.wait_for_function("() => heard.at(-1)[0] === 'change'")

    assert set(before) == {"input"} and invalid


@pytest.mark.parametrize("kind", ["", "digits=1"])
def test_a_pad_removed_under_a_finger_can_be_drawn_on_later(host, strokes, kind):
    page = host(f"<form><digit-pad id=a aria-label=A {kind}></digit-pad></form>")
    page.does("a", "pad.focus()")  # loads the network
    box = page.canvas("a").bounding_box()
    session = page.page.context.new_cdp_session(page.page)

    def finger(event, *points):
        unit = box["height"] / 336
        at = [{"x": box["x"] + x * unit, "y": box["y"] + y * unit} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": event, "touchPoints": at})

    def stroke(points):
        finger("touchStart", points[0])
        for point in points[1:]:
            finger("touchMove", point)

    stroke(strokes["1"][0])
    page.page.evaluate(
        """() => {
            window.pad = document.getElementById("a");
            pad.remove();
        }"""
    )
    finger("touchEnd")
    page.page.evaluate("document.forms[0].append(pad)")

    page.reads("a", "1")
    page.does("a", "pad.clear()")
    for points in strokes["4"]:
        stroke(points)
        finger("touchEnd")
    page.reads("a", "4")


def wait_until_freed(page, what):
    session = page.page.context.new_cdp_session(page.page)

    def is_freed():
        session.send("HeapProfiler.collectGarbage")
        return page.page.evaluate(f"{what}.deref() === undefined")

    until(page.page, is_freed)


def test_the_memory_of_a_removed_pad_is_freed(host):
    page = host('<digit-pad id="a" aria-label="A"></digit-pad>')

    page.page.evaluate(  # by itself: Playwright would keep what it is given
        """() => {
            const pad = document.getElementById("a");
            window.removed = new WeakRef(pad);
            pad.remove();
        }"""
    )

    wait_until_freed(page, "removed")


# Another screen, which Chromium does not announce if it is emulated.
ANNOUNCE = """{
    const ask = matchMedia.bind(window);
    const lists = [];
    window.matchMedia = (query) => {
        lists.push(ask(query));
        return lists.at(-1);
    };
    window.announce = () => {
        for (const list of lists.splice(0)) list.dispatchEvent(new Event("change"));
    };
}"""


def test_a_pad_that_was_removed_and_inserted_is_sharp_on_other_screens(host_anew):
    body = '<digit-pad id="a" aria-label="A"></digit-pad>'
    page = host_anew(body, script=ANNOUNCE)
    page.does("a", "{ window.pad = pad; pad.remove(); window.it = new WeakRef({}); }")
    wait_until_freed(page, "it")
    page.page.evaluate("document.querySelector('main').append(pad)")
    side = page.canvas("a").bounding_box()["width"]

    for ratio in (1, 2, 3):
        screen = {"width": 1280, "height": 720, "deviceScaleFactor": ratio}
        session = page.page.context.new_cdp_session(page.page)
        session.send("Emulation.setDeviceMetricsOverride", {**screen, "mobile": False})
        page.page.evaluate("announce()")

        sharp = page.page.locator("#a .sharp")
        expect(sharp).to_have_attribute("width", f"{side * ratio:.0f}")


def test_required_rejects_an_empty_pad_and_a_scribble(host, strokes):
    page = host()
    send = page.page.get_by_role("button", name="Send")
    page.page.evaluate(
        "void (document.forms[0].onsubmit = (e) => { e.preventDefault(); sent = 1; })"
    )
    send.click()
    assert page.does("a", "pad.validity.valueMissing")
    assert page.does("a", "pad.validationMessage") == "Draw or type a digit."
    expect(page.canvas("a")).to_be_focused()  # the browser focuses the invalid field

    page.draw("a", strokes["2"])
    page.reads("a", "2")
    assert page.page.evaluate("sent") == 0
    send.click()
    assert page.page.evaluate("self.sent") == 1

    page.page.locator("#a").get_by_role("button", name="Clear").click()
    dot = [[[160, 160], [162, 161]]]
    page.draw("a", dot)
    refused = "does not look like a digit"
    until(page.page, lambda: refused in page.does("a", "pad.validationMessage"))
    assert page.data()["floor"] == ""
    assert not page.does("a", "pad.checkValidity()")


@pytest.mark.firefox(only="all")
def test_reset_restores_the_value_of_the_attribute(host, strokes):
    page = host()
    page.draw("a", strokes["8"])
    page.draw("b", strokes["9"])
    page.reads("a", "8")
    page.reads("b", "9")

    page.page.get_by_role("button", name="Reset").click()

    assert page.data() == {"floor": "", "flat": "3"}
    assert page.does("a", "pad.validity.valueMissing")
    assert page.does("b", "pad.checkValidity()")
    expect(page.page.locator("#b .digit")).to_have_text("3")
    # undo restores the drawing
    page.page.locator("#a").get_by_role("button", name="Undo").click()
    page.reads("a", "8")


@pytest.mark.firefox(only="all")
def test_two_pads_share_one_worker_and_have_their_own_networks(
    host_anew, strokes, workers, dist
):
    started, follow = workers
    url = f"{PREFIX}{next(dist.glob('models-*')).name}/mlp.json"
    page = host_anew(
        '<form><digit-pad id="a" aria-label="One" model="cnn-small"></digit-pad>'
        f'<digit-pad id="b" aria-label="Two" model="{url}"></digit-pad></form>',
        follow=follow,
    )
    for _ in range(2):
        page.does("a", "pad.value = ''")
        page.does("b", "pad.value = ''")
        page.draw("a", strokes["6"])
        page.draw("b", strokes["6"])
        page.reads("a", "6")
        page.reads("b", "6")

    one, two = (page.does(pad, "pad.reading.probabilities") for pad in "ab")
    assert one != two  # from different networks
    assert len(started) == 1
    # and the network can be changed
    page.does("b", "pad.model = 'cnn-small'")
    page.page.wait_for_function(
        "one => document.getElementById('b').reading.probabilities[6] === one[6]",
        arg=one,
    )


def test_the_network_loads_when_the_pad_comes_near_the_viewport(
    host_anew, strokes, workers
):
    started, follow = workers
    far = "".join("<p>.</p>" for _ in range(200))
    page = host_anew(f"{far}<digit-pad id=a aria-label=Far></digit-pad>", follow=follow)
    page.page.wait_for_load_state("networkidle")
    assert started == []

    page.page.mouse.wheel(0, 100_000)
    page.page.wait_for_function("() => document.getElementById('a').reading === null")
    page.draw("a", strokes["5"])
    page.reads("a", "5")

    assert len(started) == 1


def test_focus_loads_the_network(host_anew, workers):
    started, follow = workers
    far = "".join("<p>.</p>" for _ in range(200))
    page = host_anew(f"{far}<digit-pad id=a aria-label=Far></digit-pad>", follow=follow)

    page.does("a", "pad.focus({ preventScroll: true })")

    until(page.page, lambda: len(started) == 1)


def test_the_keyboard_draws_clears_and_submits(host):
    page = host()
    page.page.evaluate(
        "void (document.forms[0].onsubmit = (e) => { e.preventDefault(); sent = 1; })"
    )
    page.page.get_by_text("Floor", exact=True).click()  # a label focuses its field
    expect(page.canvas("a")).to_be_focused()
    keys = page.page.keyboard
    for _ in range(5):
        keys.press("ArrowUp")
    keys.press("Space")
    for _ in range(10):
        keys.press("ArrowDown")
    keys.press("Space")
    page.reads("a", "1")

    keys.press("Enter")
    assert page.page.evaluate("self.sent") == 1
    keys.press("Delete")
    assert page.data()["floor"] == ""
    keys.press("Control+z")
    page.reads("a", "1")


def test_disabled_and_readonly_pads_cannot_be_drawn_on(host, strokes):
    page = host()
    for pad, lock, unlock in (
        ("b", "pad.readOnly = true", "pad.readOnly = false"),
        ("b", "pad.disabled = true", "pad.disabled = false"),
        (
            "c",
            "document.getElementById('set').disabled = !(pad.disabled = false)",
            "document.getElementById('set').disabled = false",
        ),
    ):
        page.does(pad, lock)
        value = page.does(pad, "pad.value")
        page.draw(pad, strokes["7"])
        page.does(pad, "pad.focus()")
        page.page.keyboard.press("Space")
        assert page.does(pad, "pad.value") == value
        assert page.does(pad, "!pad.willValidate")
        expect(page.page.locator(f"#{pad} .hint")).to_be_visible()  # nothing is drawn
        assert ("flat" in page.data()) == (lock != "pad.disabled = true")

        page.does(pad, unlock)
        page.draw(pad, strokes["7"])
        page.reads(pad, "7")
        page.does(pad, "pad.value = ''")


# other browsers keep the whole page, or nothing of it
@pytest.mark.only_browser("chromium")
def test_the_back_button_restores_the_drawing(host_anew, strokes, site):
    page = host_anew()
    page.draw("a", strokes["3"])
    page.reads("a", "3")
    page.page.goto(site)
    page.page.go_back()

    page.reads("a", "3")

    expect(page.page.locator("#a .hint")).to_be_hidden()  # something is drawn
    assert page.page.evaluate("heard") == []


def test_properties_set_before_the_module_loads_are_kept(host_anew):
    page = host_anew(
        "<p></p>",
        script="""addEventListener("DOMContentLoaded", () => {
            const pad = document.createElement("digit-pad");
            const before = { value: "4", defaultValue: "3", required: true, size: 300 };
            Object.assign(pad, { id: "a", ...before });
            document.querySelector("main").append(pad);
        });""",
    )

    assert page.does("a", "[pad.value, pad.getAttribute('value')]") == ["4", "3"]
    assert page.does("a", "pad.outerHTML").count("required") == 1
    assert page.canvas("a").bounding_box()["width"] == pytest.approx(298, abs=2)


def test_strokes_set_before_the_module_loads_are_read(host_anew, strokes):
    page = host_anew(
        "<p></p>",
        script=f"""addEventListener("DOMContentLoaded", () => {{
            for (const [id, strokes] of [["a", {strokes["7"]}], ["b", "none"]]) {{
                const pad = document.createElement("digit-pad");
                Object.assign(pad, {{ id, strokes, innerHTML: "<input />" }});
                document.querySelector("main").append(pad);
            }}
        }});""",
    )

    page.reads("a", "7")
    page.does("a", "pad.clear()")
    assert page.does("a", "pad.strokes") == []
    # a wrong drawing is reported, and the pad works without it
    assert "strokes: expected for each stroke" in str(page.watch.errors)
    assert page.does("b", "pad.strokes") == []
    expect(page.page.locator("#b > input")).to_have_count(0)


def test_undo_and_redo_of_nothing_leave_the_value_alone(host):
    page = host()

    page.page.locator("#b").get_by_role("button", name="Undo").click()
    page.canvas("b").press("Control+y")

    assert page.does("b", "pad.value") == "3"
    assert page.page.evaluate("heard") == []


def test_unsupported_attributes_are_reported_and_invalidate_the_form(host):
    page = host(
        '<form><digit-pad id="a" aria-label="A" digits="x" value="1"></digit-pad>'
        '<digit-pad id="b" aria-label="B" size="9"></digit-pad></form>'
    )

    until(page.page, lambda: not page.does("a", "pad.checkValidity()"))
    assert 'digits="x": expected a count' in page.does("a", "pad.validationMessage")
    assert any('digits="x": expected a count' in said for said in page.watch.errors)
    assert any('size="9": expected a number' in said for said in page.watch.errors)
    assert page.canvas("b").bounding_box()["width"] > 200
    page.does("a", "pad.digits = '1'")
    assert page.does("a", "pad.checkValidity()")


# Words of a pad's messages that go on in the next line; an address may.
BROKEN_WORDS = """[".answer", ".problem"].flatMap((part) => {
    const parts = document.createTreeWalker(
        pad.shadowRoot.querySelector(part), NodeFilter.SHOW_TEXT);
    const broken = [];
    while (parts.nextNode()) {
        const node = parts.currentNode;
        const words = node.data.matchAll(/(?<!\\S)[^\\s/:]+:?(?!\\S)/g);
        for (const { 0: word, index } of words) {
            const range = document.createRange();
            range.setStart(node, index);
            range.setEnd(node, index + word.length);
            const lines = new Set([...range.getClientRects()].map(({ top }) => top));
            if (lines.size > 1) broken.push(word);
        }
    }
    return broken;
})"""


@pytest.mark.parametrize("language", ["en", "de"])
def test_small_pads_break_their_messages_only_between_words(host, language):
    page = host(
        f'<form lang="{language}"><digit-pad id="a" aria-label="A" size="120">'
        '</digit-pad><digit-pad id="b" aria-label="B" size="120" '
        'model="https://example.org/x.json"></digit-pad>'
        '<digit-pad id="c" aria-label="C" size="200"></digit-pad></form>'
    )

    page.draw("a", [[[160, 160], [162, 161]]])
    page.page.wait_for_function("() => heard.at(-1)?.[2].status === 'not-a-digit'")
    page.canvas("c").press("5")

    for pad in "ac":
        expect(page.page.locator(f"#{pad} .words")).not_to_be_empty()
    expect(page.page.locator("#b").get_by_role("alert")).to_contain_text("example.org")
    assert [page.does(pad, BROKEN_WORDS) for pad in "abc"] == [[], [], []]


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("https://example.org/x.json", "is on another site"),
        ("http://[", "expected the name of a shipped network or a URL"),
    ],
)
def test_a_foreign_or_invalid_model_url_is_refused(host, model, says):
    page = host(f'<form><digit-pad id="a" aria-label="A" model="{model}"></digit-pad>')
    problem = page.page.locator("#a").get_by_role("alert")

    expect(problem).to_contain_text(says)

    assert page.page.locator("#a").get_by_role("button", name="Retry").count() == 0
    assert page.watch.foreign == []
    page.does("a", "pad.model = 'plain'")
    expect(problem).to_be_hidden()


def test_a_failure_keeps_the_drawing_and_retry_recognizes_it(host_anew, strokes):
    url = "**/models-*/**"
    page = host_anew(follow=routed(url, cut_off))
    page.draw("a", strokes["9"])

    retry = page.page.locator("#a").get_by_role("button", name="Retry")
    expect(retry).to_be_visible(timeout=BOOT_MS)
    assert "could not be recognised" in page.does("a", "pad.validationMessage")
    assert barriers(page.visit) == []
    page.page.unroute(url)
    retry.click()

    page.reads("a", "9")
    expect(retry).to_be_hidden()


# only Chromium lets a test end a worker from outside
@pytest.mark.only_browser("chromium")
def test_a_dead_worker_is_replaced(host_anew, strokes):
    page = host_anew(
        script="""const All = Worker;
            window.Worker = class extends All {
                constructor(...args) { super(...args); window.last = this; }
            };""",
    )
    page.draw("a", strokes["2"])
    page.reads("a", "2")

    page.page.evaluate("last.dispatchEvent(new ErrorEvent('error', {message: 'gone'}))")
    page.draw("b", strokes["7"])

    page.reads("b", "7")
    page.does("a", "pad.value = ''")
    page.draw("a", strokes["4"])
    page.reads("a", "4")


# Seconds are counted ten times as fast, and not while a pad says that they have passed.
COUNTING = """{
  const { setInterval } = globalThis;
  const isSlow = ({ shadowRoot }) => shadowRoot?.querySelector(".slow")?.textContent;
  const isSaid = () => [...document.querySelectorAll("digit-pad")].some(isSlow);
  globalThis.setInterval = (call, time) =>
    setInterval(() => isSaid() || call(), time / 10);
}"""
LATE = """
// recognizes nothing until the test says so
const held = [];
let isHeld = true;
const test = new BroadcastChannel("test");
addEventListener("message", (event) => {
  if (!isHeld || event.data.type !== "recognize") return;
  event.stopImmediatePropagation();
  held.push(event.data);
  test.postMessage(held.length);
});
test.onmessage = () => {
  isHeld = false;
  for (const data of held) dispatchEvent(new MessageEvent("message", { data }));
};
await import("./python-worker.js?original");
"""

# What the pads say, once the German one does.
SAID = """() => {
  const lines = [...document.querySelectorAll("digit-pad")]
    .map(({ shadowRoot }) => shadowRoot.querySelector(".slow"))
    .map((line) => (line.checkVisibility() ? line.textContent : ""));
  return lines[1].includes("seit 10 s nicht") && lines;
}"""


def test_a_pad_that_waits_for_a_silent_worker_says_so_in_its_language(
    host_anew, strokes
):
    def follow(page):
        page.add_init_script(COUNTING)
        with_first_worker(LATE, [])(page)

    page = host_anew(
        '<form><digit-pad id="a" aria-label="A"></digit-pad>'
        '<digit-pad id="b" aria-label="B" lang="de"></digit-pad>'
        '<digit-pad id="c" aria-label="C"></digit-pad></form>',
        follow=follow,
        script="new BroadcastChannel('test').onmessage = ({ data }) => "
        "(window.held = data);",
    )
    page.draw("a", strokes["7"])
    page.draw("b", strokes["1"])

    page.page.wait_for_function("() => window.held === 2", timeout=BOOT_MS)
    said = page.page.wait_for_function(SAID).json_value()

    assert "not answered for 10 s" in said[0]
    assert said[2] == ""  # nothing is drawn on it
    page.page.evaluate("new BroadcastChannel('test').postMessage('go on')")
    page.reads("a", "7")
    page.reads("b", "1")
    expect(page.page.locator("#a .slow")).to_be_hidden()


def test_the_example_shows_the_form_data_and_has_no_barriers(visit, strokes):
    page = visit("examples/form.html")
    host = as_host(page)
    for screen in screens(page):
        assert barriers(page) == [], screen
    host.draw("floor", strokes["1"])
    host.draw("flat", strokes["0"])
    host.reads("floor", "1")
    host.reads("flat", "0")
    for screen in screens(page):
        assert barriers(page) == [], screen

    page.page.get_by_role("button", name="Submit").click()
    expect(page.page.locator("pre")).to_have_text("floor=1\nflat=0")
    page.page.get_by_role("button", name="Reset").click()

    expect(page.page.locator("pre")).to_have_text("Nothing yet")
    assert host.data() == {"floor": "", "flat": ""}
    assert page.watch.errors == [] and page.watch.foreign == []
    href = page.page.get_by_role("link").get_attribute("href")
    assert page.page.request.get(urljoin(page.page.url, href)).ok


WITH_FALLBACK = (
    '<form><digit-pad id="a" name="floor"><input name="floor" value="3" /></digit-pad>'
    "</form>"
)


def test_a_field_inside_a_pad_is_used_only_where_its_script_is_missing(
    host_anew, visit, site
):
    pad = host_anew(WITH_FALLBACK)
    assert pad.data() == {"floor": ""}
    assert pad.page.locator("digit-pad > input").count() == 0

    before = embedding(WITH_FALLBACK, follow=routed("**/digit-pad.js", cut_off))
    page = visit(WHERE, before=before, at=site.removesuffix(PREFIX)).page

    expect(page.locator("input")).to_be_visible()
    assert page.evaluate("[...new FormData(document.forms[0])]") == [["floor", "3"]]


def test_a_field_put_into_a_pad_later_is_not_sent(host):
    """As by a framework that makes the page what the server sends again."""
    page = host('<form><digit-pad id="a" name="floor" value="7"></digit-pad></form>')

    page.does("a", "pad.innerHTML = '<input name=floor value=1>'")

    sent = page.page.evaluate("new FormData(document.forms[0]).getAll('floor')")
    assert sent == ["7"]


ASKED = """window.asked = [];
    const All = fetch;
    window.fetch = (url, options) => {
        asked.push(`${url} ${options?.cache}`);
        return All(url, options);
    };"""


@pytest.mark.firefox
@pytest.mark.parametrize("script", ["manifest", "digit-pad"])
def test_a_damaged_module_of_the_pad_is_not_run(visit, site, script):
    damage = routed(f"**/app-*/js/{script}.js", tampered)
    before = embedding(WITH_FALLBACK, script=ASKED, follow=damage)
    visited = visit(WHERE, before=before, at=site.removesuffix(PREFIX))

    until(visited.page, lambda: "missing or damaged" in str(visited.watch.errors))

    expect(visited.page.locator("input")).to_be_visible()
    assert visited.page.evaluate("globalThis.tampered") is None
    asked = " ".join(visited.page.evaluate("asked"))
    assert f"/js/{script}.js reload" in asked  # past a bad copy in the cache


def test_damaged_texts_of_the_pad_are_not_run_and_english_stays(host_anew):
    page = host_anew(
        '<digit-pad id="a" lang="de"></digit-pad>',
        follow=routed("**/de-*/js/digit-pad-text.js", tampered),
        script=ASKED,
    )
    texts = "(url) => url.includes('/digit-pad-text.js ')"
    page.page.wait_for_function(f"() => asked.filter({texts}).length === 2")

    expect(page.page.locator("#a .hint")).to_have_text("Draw a digit")
    assert page.page.evaluate("globalThis.tampered") is None
