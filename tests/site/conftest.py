"""The built site in a browser, served under a deep path and watched."""

import base64
import gzip
import io
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Route,
    expect,
)

import nnweb
from run import one_at_a_time
from tests.site.boot.conftest import fulfill
from tools.build import site as build_site
from tools.build.compress import SUFFIXES
from tools.build.site import build
from tools.dev.browser import BrowserError, launch_options
from tools.dev.serve import make_server, serving

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "/some/deep/path/"
# Where there is one, it answers what a test has routed to answers of its own.
NO_SERVICE_WORKER = "delete Navigator.prototype.serviceWorker"
# The pad paints in the next frame, or in a task of its own (pad.js).
PAINTED = """canvas => new Promise(resolve =>
    requestAnimationFrame(() => setTimeout(() => resolve(canvas.toDataURL()))))"""
# Firefox has no way to scroll only if need be.
SCROLLED = """(element) => {
    if (element.scrollIntoViewIfNeeded) element.scrollIntoViewIfNeeded();
    else element.scrollIntoView({ block: "center" });
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height };
}"""
# Each page of Firefox compiles Python's WebAssembly twice, the second time for a speed
# that no test needs; and it keeps processes ready for pages that no test opens.
FIREFOX_PREFERENCES = {
    "javascript.options.wasm_optimizingjit": False,
    "dom.ipc.processPrelaunch.enabled": False,
}
BOOT_MS = 90_000  # a machine that does much else at the same time still gets there

Stroke = list[list[float]]
TOLERANCE = 8.0  # of a simplified stroke: less than half of the pen's width

#: A 4 that is almost closed at the top, so that it may be a 9.
BETWEEN_4_AND_9: list[Stroke] = [
    [[170, 80], [100, 130], [95, 190], [140, 200], [215, 190]],
    [[210, 80], [212, 180], [215, 290]],
]

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_name: str) -> dict[str, Any]:
    # in a thread of its own: it asks Playwright, which runs in this one already
    try:
        # one process at a time: the first may have to install the browser
        lock = one_at_a_time(ROOT / ".build" / "browser.lock", "looking for a browser")
        with lock, ThreadPoolExecutor(1) as pool:
            options = pool.submit(launch_options, browser_name).result()
    except BrowserError as error:
        if browser_name == "chromium":
            raise
        pytest.skip(str(error))  # the tests that matter have run in Chromium
    if browser_name == "chromium":
        options["args"].append("--process-per-site")  # see SharedContext
    else:
        options["firefox_user_prefs"] = FIREFOX_PREFERENCES
    return options


@pytest.fixture(scope="session")
def dist() -> Path:
    """The built site. Its folder is kept: the next run builds only what is stale."""
    return build(ROOT / ".build" / "tests" / "dist")


@pytest.fixture(scope="session")
def dist_with_companions() -> Path:
    """The same with companions by gzip alone: Brotli would take minutes."""

    def compress(folders: list[Path], log: Any) -> None:
        for path in (p for folder in folders for p in folder.rglob("*")):
            if path.suffix in SUFFIXES:
                companion = path.with_name(f"{path.name}.gz")
                companion.write_bytes(gzip.compress(path.read_bytes(), 6, mtime=0))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build_site, "compress", compress)
        return build(ROOT / ".build" / "tests" / "dist-gz", compressed=True)


@pytest.fixture(scope="session")
def site(dist: Path) -> Iterator[str]:
    """The address of the built site, which lies below a path of some depth."""
    with serving(make_server(dist, prefix=PREFIX)) as server:
        yield server.url


@pytest.fixture(scope="session")
def strokes() -> dict[str, list[Stroke]]:
    """A drawing of each digit, as a hand would draw it on 336 x 336 pixels."""
    path = Path(__file__).resolve().parents[1] / "data" / "strokes.json"
    drawings: dict[str, list[Stroke]] = json.loads(path.read_text())
    return {
        digit: [simplified(stroke) for stroke in drawing]
        for digit, drawing in drawings.items()
    }


def simplified(stroke: Stroke) -> Stroke:
    """Fewer points for a line as it was: each takes the browser a prediction."""
    points, kept = np.array(stroke), [0, len(stroke) - 1]
    while True:
        line = smooth(points[kept])
        apart = np.linalg.norm(points[:, None] - line, axis=2).min(axis=1)
        apart[kept] = 0
        if apart.max() <= TOLERANCE:
            return [stroke[i] for i in kept]
        kept = sorted([*kept, int(apart.argmax())])


def smooth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points of the line that the page draws (paint-drawing.js)."""
    line, t = [points[:1]], np.linspace(0, 1, 16)[:, None]
    for point, following in pairwise(points[1:]):
        start, end = line[-1][-1], (point + following) / 2
        line.append((1 - t) ** 2 * start + 2 * t * (1 - t) * point + t**2 * end)
    return np.concatenate([*line, line[-1][-1] + t * (points[-1] - line[-1][-1])])


@pytest.fixture
def unsure_model(tmp_path: Path) -> Path:
    """The default network's file, changed to be unsure of every digit."""
    network = nnweb.load(ROOT / "assets" / "models" / "cnn.json")
    network.unsure_below = 1.0
    nnweb.save(network, tmp_path / "unsure.json")
    return tmp_path / "unsure.json"


@dataclass
class Watch:
    """What a page did that a visitor would not want, or not see."""

    site: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    @contextmanager
    def recording(self, context: BrowserContext) -> Iterator[None]:
        events = {
            "request": self._request,
            "weberror": self._error,
            "console": self._console,
        }
        for name, act in events.items():
            context.on(name, act)
        yield
        for name, act in events.items():
            context.remove_listener(name, act)

    def _error(self, error: Any) -> None:
        self.errors.append(str(error.error))

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.foreign.append(request.url)

    def _console(self, message: Any) -> None:
        # a breach of the content security policy is said here too
        if message.type in ("error", "warning"):
            self.errors.append(message.text)


def until(page: Page, holds: Callable[[], Any], timeout_ms: int = 15_000) -> None:
    """Wait for a state that only Python can see: ``holds`` is asked in every frame."""
    frames = timeout_ms // 20
    while not holds():
        frames -= 1
        assert frames > 0, "the expected state was not reached"
        page.evaluate("new Promise((done) => setTimeout(done, 20))")


def in_view(element: Locator) -> dict[str, float]:
    """Scroll to an element if need be, and return its box.

    Playwright's own way waits for two frames more, in which nothing may move.
    """
    element.wait_for()
    box: dict[str, float] = element.evaluate(SCROLLED)
    return box


def trace(
    page: Page,
    box: dict[str, float],
    drawing: list[Stroke],
    scale: float = 1,
    shift: tuple[float, float] = (0, 0),
) -> None:
    """Draw with the mouse in a canvas's box, whose height is 336 of the points."""
    unit = box["height"] / 336
    for stroke in drawing:
        for i, (x, y) in enumerate(stroke):
            across, down = x * scale + shift[0], y * scale + shift[1]
            page.mouse.move(box["x"] + across * unit, box["y"] + down * unit)
            if i == 0:
                page.mouse.down()
        page.mouse.up()


class Visit:
    """One page of the site, and what a person does there."""

    def __init__(self, page: Page, watch: Watch) -> None:
        self.page, self.watch = page, watch
        self.body = page.locator("body")
        self.answer = page.locator("#answer")
        self.problem = page.locator("#problem")

    def be(self, state: str, *, timeout: float = BOOT_MS) -> None:
        """Wait for the page's state. An unexpected failure ends the waiting."""
        # a locator looks every half a second after the first
        self.page.wait_for_function(
            "(wanted) => [wanted, 'failed'].includes(document.body?.dataset.state)",
            arg=state,
            polling=20,
            timeout=timeout,
        )
        if state != "failed" and self.body.get_attribute("data-state") == "failed":
            pytest.fail(f"the page failed: {self.problem.inner_text()}")

    def draw(
        self,
        drawing: list[Stroke],
        *,
        scale: float = 1,
        shift: tuple[float, float] = (0, 0),
        on: str = "#drawingCanvas",
    ) -> None:
        """With the mouse: points of the 336 x 336 canvas, times scale, plus shift."""
        trace(self.page, in_view(self.page.locator(on)), drawing, scale, shift)

    def put(self, drawing: list[Stroke]) -> None:
        """All strokes at once, as from a file, in the place of what is there.

        For tests of what follows: each move of the mouse asks for an answer.
        """
        self.clear()
        expect(self.answer).to_have_attribute("data-status", "none")
        saved = {"format": "nnweb-drawing", "version": 1, "canvas": 336}
        content = json.dumps({**saved, "strokes": drawing}).encode()
        self.page.locator("#pictures input").set_input_files(
            {"name": "drawing.json", "mimeType": "application/json", "buffer": content}
        )
        expect(self.answer).not_to_have_attribute("data-status", "none")
        self.be("ready")

    def digit(self) -> str:
        """The answer, once it stands."""
        self.be("ready")
        return self.page.locator("#answer .digit").inner_text()

    def shows(self, digit: str) -> None:
        """Wait until this digit is the answer."""
        expect(self.page.locator("#answer .digit")).to_have_text(digit)

    def probabilities(self) -> NDArray[np.float64]:
        meters = self.page.locator("#probabilities meter")
        values = meters.evaluate_all("meters => meters.map((meter) => meter.value)")
        return np.array(values)

    def pixels(self, canvas: str) -> NDArray[np.uint8]:
        """RGBA (H, W, 4) of a canvas, with what the page is about to paint."""
        url = self.page.locator(canvas).evaluate(PAINTED)
        png = base64.b64decode(url.removeprefix("data:image/png;base64,"))
        return np.array(Image.open(io.BytesIO(png)).convert("RGBA"))

    def clear(self) -> None:
        self.page.locator("#clearBtn").click()

    def more(self) -> None:
        """Open what is folded, if it is not open."""
        if self.page.locator("#more").get_attribute("open") is None:
            self.page.locator("#more > summary").click()

    def learn(self) -> None:
        """Open the view with the lab."""
        self.page.get_by_role("link", name="Learn", exact=True).click()

    def fit(self, fit: str) -> None:
        self.more()
        self.page.locator(f"#fit [value={fit}]").check()

    def network(self, name: str) -> None:
        """Choose one of the shipped networks; its own fit comes with it."""
        self.more()
        select = self.page.get_by_label("Network", exact=True)
        chosen = select.select_option(name)
        self.be("ready")
        if [select.input_value()] != chosen:
            notice = self.page.locator("#network .notice").inner_text()
            pytest.fail(f"the page refused {name}: {notice}")


def without_integrity(tab: Page) -> None:
    """Let a test serve other modules than the build's, whose hashes the page has."""

    def page(route: Route) -> None:
        response = route.fetch()
        checks = r' integrity="[^"]*"|<script type="importmap">.*?</script>'
        body = re.sub(checks, "", response.text())
        route.fulfill(response=response, body=body)

    tab.route(re.compile(r"/(\?.*)?$"), page)


def without_python(tab: Page, script: str = "") -> None:
    """Python never arrives: for a test of what the page does by itself.

    ``script`` runs before the page's own.
    """
    tab.route(re.compile(r"/(runtime|nnweb)-[0-9a-f]+/"), lambda route: None)
    tab.add_init_script(script)


@contextmanager
def opened_page(
    browser: Browser,
    site: str,
    path: str = "",
    *,
    before: Callable[[Page], None] = lambda page: None,
    offline: bool = False,
    wait: str = "load",
    **options: Any,
) -> Iterator[Visit]:
    """A page in a context of its own; ``before`` may change the page first."""
    context = browser.new_context(**options)
    try:
        with _visited(context, site, path, before, offline=offline, wait=wait) as visit:
            yield visit
    finally:
        context.close()


@contextmanager
def _visited(
    context: BrowserContext,
    site: str,
    path: str,
    before: Callable[[Page], None] = lambda page: None,
    *,
    offline: bool = False,
    wait: str = "load",
) -> Iterator[Visit]:
    watch = Watch(site)
    with watch.recording(context):
        page = context.new_page()
        if not offline:
            page.add_init_script(NO_SERVICE_WORKER)
        before(page)
        page.goto(site + path, wait_until=wait)
        yield Visit(page, watch)


class SharedContext:
    """A context of Chromium for one page after the other, emptied after each.

    Each context has its own process, which compiles Python's WebAssembly again: half of
    the processor time of a start. Here one page stays, and so the process does too. A
    clock that is installed in a context stays too: such a test needs one of its own.
    """

    def __init__(self, browser: Browser, site: str) -> None:
        self.context = browser.new_context()
        with _visited(self.context, site, "") as visit:
            visit.be("ready")
        self.keeper = visit.page
        self.session = self.context.new_cdp_session(self.keeper)
        self.is_free = True

    @contextmanager
    def opened_page(
        self,
        site: str,
        path: str,
        *,
        before: Callable[[Page], None] = lambda page: None,
        viewport: Any = None,
        color_scheme: Any = None,
        wait: str = "load",
    ) -> Iterator[Visit]:
        """A page; the options are those of the function ``opened_page``."""

        def prepare(page: Page) -> None:
            if viewport is not None:
                page.set_viewport_size(viewport)
            if color_scheme is not None:
                page.emulate_media(color_scheme=color_scheme)
            before(page)

        self.is_free = False
        try:
            with _visited(self.context, site, path, prepare, wait=wait) as visit:
                yield visit
        finally:
            self._empty("/".join(site.split("/")[:3]))
            self.is_free = True

    def _empty(self, origin: str) -> None:
        for page in self.context.pages:
            if page != self.keeper:
                page.close()
        self.session.send(
            "Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"}
        )
        self.session.send("Network.clearBrowserCache")


@contextmanager
def ready_page(
    browser: Browser, site: str, path: str = "", **options: Any
) -> Iterator[Visit]:
    """A page in which Python has started: for fixtures that many tests share."""
    options = {"viewport": {"width": 1440, "height": 900}, **options}
    with opened_page(browser, site, path, **options) as visit:
        visit.be("ready")
        yield visit


@pytest.fixture(scope="session")
def shared_context(browser: Browser, browser_name: str, site: str) -> SharedContext:
    """Chromium's only: elsewhere each page is in a context of its own."""
    return SharedContext(browser, site)


@pytest.fixture
def visit(
    request: pytest.FixtureRequest, browser: Browser, browser_name: str, site: str
) -> Iterator[Callable[..., Visit]]:
    """Open a page that shares nothing with others; for the options see opened_page."""
    with ExitStack() as pages:

        def open_page(path: str = "", *, at: str = site, **options: Any) -> Visit:
            own = options.keys() - {"before", "wait", "viewport", "color_scheme"}
            if browser_name == "chromium" and not own:
                shared = request.getfixturevalue("shared_context")
                if shared.is_free:
                    opened = shared.opened_page(at, path, **options)
                    return pages.enter_context(opened)
            return pages.enter_context(opened_page(browser, at, path, **options))

        yield open_page


@pytest.fixture(scope="session")
def booted(browser: Browser, site: str) -> Iterator[Visit]:
    """One page for many tests: Python has started in it."""
    with ready_page(browser, site, viewport={"width": 1280, "height": 900}) as page:
        yield page


@pytest.fixture
def ready(booted: Visit) -> Iterator[Visit]:
    """The booted page with blank paper; nothing may go wrong in it."""
    booted.page.locator("#clearBtn").dispatch_event("click")
    booted.be("ready")
    yield booted
    assert booted.watch.errors == []
    assert booted.watch.foreign == []


@pytest.fixture
def clipboard(ready: Visit, browser_name: str) -> Iterator[Visit]:
    """The booted page with access to the clipboard, where that can be granted."""
    context = ready.page.context
    if browser_name == "chromium":
        context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield ready
    context.clear_permissions()


@pytest.fixture(scope="session")
def modules(browser: Browser, site: str, dist: Path) -> Iterator[Page]:
    """An empty page of the site, for its modules, which are at ``js``."""
    context = browser.new_context()
    fulfill(context, "empty.html", "text/html", "<!doctype html><title>modules</title>")
    page = context.new_page()
    page.goto(f"{site}empty.html")
    app = next(dist.glob("app-*")).name
    page.evaluate("url => { window.js = url; }", f"{site}{app}/js")
    yield page
    context.close()
