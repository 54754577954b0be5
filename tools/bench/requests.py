"""Fails every request of the page once each, in every way that a request can fail.

The page is asked which requests it makes: at its start, on a second visit, in each
panel of the lab, as <digit-pad>, while it is stored for offline use, and of a host that
compresses nothing, for companions. Each case has an origin of its own, in which one
request fails. It must end in an answer or in a
message; and when the request works again, what the message offers must lead to an
answer, with the drawing still there. An unhandled error fails the case.
"""

from __future__ import annotations

import asyncio
import collections
import itertools
import os
import random
import re
import sys
import threading
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Sequence,
)
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from playwright.async_api import (
    BrowserContext,
    Error,
    Page,
    ViewportSize,
    async_playwright,
)

from tools.bench.failing_server import FAILURES, FailingServer
from tools.build.site import build
from tools.build.sources import ROOT
from tools.dev.browser import launch_options
from tools.dev.serve import serving

#: A 7, on a canvas of 336 x 336 pixels.
_SEVEN = [(90, 80), (170, 80), (250, 80), (205, 180), (160, 280)]
_NO_SERVICE_WORKER = "delete Navigator.prototype.serviceWorker"
# Only a failure waits as long as this, so that a busy machine makes none.
_LIMIT_MS = 90_000
# What is said after this has no better way on than to reload the page.
_RETRY_MS = 10_000
# Cases at the same time, of which some wait while others compute.
_AT_ONCE = 4
#: Cases of the benchmark, a sample spread over the scenarios; 0: all.
CASES = int(os.environ.get("NNWEB_BENCH_CASES", "0"))
# Timers run faster where a request stalls, so that no case waits for 60 s. The page and
# its workers learn from a channel how much faster.
_HASTY = """
new BroadcastChannel("haste").onmessage = ({ data }) => { globalThis.haste = data; };
for (const name of ["setTimeout", "setInterval"]) {
  const original = globalThis[name];
  globalThis[name] = (call, time, ...rest) => original(call, time / haste, ...rest);
}"""
_SET_HASTE = """(haste) => {
  sessionStorage.haste = globalThis.haste = haste;
  new BroadcastChannel("haste").postMessage(haste);
}"""
# In workers too, of which the page itself starts some from a blob.
_HASTY_WORKERS = """
globalThis.Blob = class extends Blob {
  constructor(parts, options) {
    const hasty = `import "${location.origin}/hasty.js?${haste}";`;
    super(options?.type === "text/javascript" ? [hasty, ...parts] : parts, options);
  }
};
globalThis.Worker = class extends Worker {
  constructor(url, options) {
    const imported = new Blob([`import "${url}";`], { type: "text/javascript" });
    const isBlob = String(url).startsWith("blob:");
    super(isBlob ? url : URL.createObjectURL(imported), { ...options });
  }
};"""

# --- what is asked of the page --------------------------------------------------------

# Each expression is polled: "" while there is nothing to say, "done", or a message.
_PAGE = """() => {
  const stuck = document.querySelector("#stuck");
  if (stuck !== null) return stuck.dataset.certain ? "stuck: " + stuck.innerText : "";
  const problem = document.querySelector("#problem");
  if (problem === null) return ""; // not parsed yet
  // after 10 s without an answer, which is not the end yet
  const isWaiting = problem.innerText.startsWith("This takes longer");
  if (!problem.hidden && !isWaiting) return "problem: " + problem.innerText;
  const { state } = document.body.dataset;
  return state === "ready" && document.querySelector("#answer .digit").innerText === "7"
    ? "done" : "";
}"""
_LIVE = """() => {
  const stuck = document.querySelector("#stuck");
  if (stuck !== null) return stuck.dataset.certain ? "stuck: " + stuck.innerText : "";
  return document.body === null ? "" : "live";
}"""
_PAD = """() => {
  const pad = document.querySelector("#floor");
  if (pad?.shadowRoot == null) return "";
  const problem = pad.shadowRoot.querySelector(".problem");
  if (!problem.hidden) return "problem: " + problem.innerText;
  return pad.value === "7" ? "done" : "";
}"""
_PAD_LIVE = """(stalls) => {
  const pad = document.querySelector("#floor");
  if (pad?.shadowRoot != null) return "live";
  const isLate = stalls || document.readyState === "complete";
  return isLate && pad?.querySelector("input")?.checkVisibility() ? "fallback" : "";
}"""
_PANEL = """([name, isDone]) => {
  const panel = document.querySelector(`#lab-${name}`);
  const notices = document.querySelectorAll(`#lab .lab-notice, #lab-${name} p,
    #lab-${name} [role=alert], #lab-${name} [role=status]`);
  for (const { innerText } of notices) {
    if (/not answered for 10 s/.test(innerText)) continue; // which is not the end yet
    if (/could not|nothing has arrived|stopped:|failed/i.test(innerText)
        || /\\b(404|500|no data for|does not match|sends)\\b/.test(innerText)) {
      return "problem: " + innerText;
    }
  }
  if (panel === null || panel.inert || panel.hidden) return "";
  return panel.querySelector(isDone) === null ? "" : "done";
}"""

# Chooses the panel and makes its clicks, each once, as soon as it can be made.
_USE_PANEL = """(look) => ([name, isDone, clicks]) => {
  const tab = document.querySelector(`#tab-${name}`);
  if (tab !== null && tab.ariaSelected !== "true") tab.click();
  const few = document.querySelector("#lab-train [name=examples]");
  if (few !== null) few.value = "1000";
  const panel = document.querySelector(`#lab-${name}`);
  globalThis.clicked ??= 0;
  const next = panel?.inert === false ? clicks[globalThis.clicked] : undefined;
  const button = next && panel.querySelector(next);
  if (button && !button.disabled) {
    globalThis.clicked += 1;
    button.click();
  }
  return look([name, isDone]);
}"""
_TRY_AGAIN = """(name) => {
  globalThis.clicked = 0;
  const tab = document.querySelector(`#tab-${name}`);
  if (tab !== null) return tab.click();
  document.querySelector("#views [data-view=learn]").click();
}"""

#: The panels of the lab: the clicks that make one work, and what is there when it does.
PANELS = {
    "inside": ([], ".parts:not([hidden])"),
    "networks": (["[data-do=export]"], ".status:not(:empty)"),
    "train": (["[data-do=start]"], ":scope[data-training=running] .facts:not(:empty)"),
    "teach": (
        [".label-pad button[value='7']", "[data-do=teach]"],
        ":scope[data-tuning=learning] .facts, :scope[data-tuning=done] .facts",
    ),
    "tour": ([], ".body:not([hidden])"),
    "python": ([], ".calls ol li"),
}
PLAIN = "plain host"
SCENARIOS = ("start", PLAIN, "second visit", *PANELS, "digit-pad", "offline")
# Requests of the page that embeds the pad, of a first page, which is all that is
# there to say anything, and of an icon, which the browser makes by itself.
_NOT_OURS = re.compile(r"(.*/)?examples/.*|favicon\.ico|")


@dataclass(frozen=True)
class Case:
    scenario: str
    path: str
    failure: str

    @property
    def stalls(self) -> bool:
        return self.failure.startswith("stalled")

    def __str__(self) -> str:
        return f"{self.scenario}: {self.path}: {self.failure}"


Result = TypeVar("Result")
Act = Callable[[BrowserContext, FailingServer, Case, str], Awaitable[Result]]


class NoWayOnError(Exception):
    """The page neither answered nor said what to do."""


# --- one case -------------------------------------------------------------------------


@asynccontextmanager
async def _opened(context: BrowserContext, case: Case) -> AsyncIterator[Page]:
    page = await context.new_page()
    page.set_default_timeout(_LIMIT_MS)
    if case.scenario not in ("second visit", "offline"):
        await page.add_init_script(_NO_SERVICE_WORKER)
    if case.stalls:
        # from blobs a pad allows none, and one would ask for fewer companions
        is_blobless = case.scenario in ("digit-pad", PLAIN)
        workers = "" if is_blobless else _HASTY_WORKERS
        haste = 8 if case.scenario in ("start", PLAIN, "digit-pad") else 1
        setting = f"globalThis.haste = sessionStorage.haste ?? {haste};"
        condition = "if (location.protocol === 'http:')"
        await page.add_init_script(f"{condition} {{ {setting} {_HASTY} {workers} }}")
    try:
        yield page
    finally:
        await page.close()


async def _until(
    page: Page, expression: str, arg: Any = None, limit: int = _LIMIT_MS
) -> str:
    """Wait until an expression is not "", and return it."""
    try:
        found = await page.wait_for_function(
            expression, arg=arg, timeout=limit, polling=100
        )
        return str(await found.json_value())
    except Error as error:
        raise NoWayOnError(f"nothing was said: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


async def _draw(page: Page, canvas: str) -> None:
    where = page.locator(canvas).first
    await where.scroll_into_view_if_needed()
    box = await where.bounding_box()
    if box is None:
        raise NoWayOnError(f"{canvas} is not shown")
    step = box["width"] / 336
    points = [(box["x"] + x * step, box["y"] + y * step) for x, y in _SEVEN]
    await page.mouse.move(*points[0])
    await page.mouse.down()
    for point in points[1:]:
        await page.mouse.move(*point)
    await page.mouse.up()


class Run:
    """One case, on a page and an origin of its own."""

    def __init__(self, server: FailingServer, page: Page, case: Case, name: str):
        self.page, self.case = page, case
        self.visit = server.visits[name]
        self.visit.path, self.visit.failure = case.path, case.failure
        self.visit.is_plain = case.scenario == PLAIN
        self.errors: list[str] = []
        page.on("pageerror", self.note)
        self.url = server.url_of(name)

    def note(self, error: Error) -> None:
        self.errors.append(str(error))

    async def run(self) -> None:
        """Raise NoWayOnError, or an Error of Playwright, if the page does not cope."""
        steps = {"start": self.start, PLAIN: self.start}
        steps["second visit"] = self.second_visit
        steps |= {"digit-pad": self.digit_pad, "offline": self.offline}
        await steps.get(self.case.scenario, self.panel)()
        # some requests are put off until the page has answered
        for _ in range(_LIMIT_MS // 100):
            asked = {*self.visit.requested, ""}
            await self.page.wait_for_timeout(100)  # an error may follow
            if self.case.path in asked:
                return
        raise NoWayOnError("what was to fail was not requested")

    async def start(self) -> None:
        """The page itself: a 7 is drawn as soon as the pad is there."""
        await self.page.goto(self.url, wait_until="commit")
        said = await self.draw_when_live()
        if not said.startswith("stuck"):
            said = await _until(self.page, _PAGE)
        if said == "done":
            return
        await self.mend()
        if not said.startswith("stuck"):
            return await self.retry("#retryBtn", _PAGE, said)
        # there was nothing to draw on; no button if the browser itself has tried again
        await self.page.evaluate("document.querySelector('#stuck button')?.click()")
        await self.page.locator("#stuck").wait_for(state="detached")
        await self.draw_when_live()
        await self.answered(f"after {said!r}")

    async def mend(self) -> None:
        """From now on nothing fails, and time passes as it does."""
        self.visit.mended.set()
        await self.page.evaluate(_SET_HASTE, 1)

    async def retry(self, button: str, look: str, said: str) -> None:
        """Try again; twice where a new request may join one that has stalled."""
        for _ in range(2 if self.case.stalls else 1):
            await self.page.locator(button).click()
            if (again := await _until(self.page, look)) == "done":
                return
        raise NoWayOnError(f"{again!r}, tried again after {said!r}")

    async def draw_when_live(self) -> str:
        said = await _until(self.page, _LIVE)
        if said == "live":
            await _draw(self.page, "#drawingCanvas")
        return said

    async def answered(self, when: str) -> None:
        try:
            said = await _until(self.page, _PAGE)
        except NoWayOnError as error:
            raise NoWayOnError(f"{when}: {error}") from error
        if said != "done":
            raise NoWayOnError(f"{when}: {said}")

    async def second_visit(self) -> None:
        """Opened again, with a service worker that has stored everything."""
        failure, self.visit.failure = self.visit.failure, ""
        await self.page.goto(self.url, wait_until="commit")
        await self.draw_when_live()
        await self.answered("on the first visit")
        await self.page.evaluate("navigator.serviceWorker.ready.then(() => {})")
        self.visit.requested.clear()
        self.visit.failure = failure
        await self.page.reload(wait_until="commit")
        await self.page.evaluate(_UPDATE)
        await self.answered("on the second visit")

    async def panel(self) -> None:
        """A panel of the lab, beside a page that has answered."""
        await self.page.goto(self.url, wait_until="commit")
        await self.draw_when_live()
        await self.answered("at the start")
        await self.open_lab()
        said = await self.use_panel()
        await self.answered("beside the lab")  # which does not touch the page
        if said == "done":
            return
        await self.mend()
        if await self.tried_again(_RETRY_MS if "eload" in said else _LIMIT_MS):
            return
        if "eload" not in said:
            raise NoWayOnError(f"no way on after {said!r}")
        await self.page.reload(wait_until="commit")
        await self.answered(f"reloaded after {said!r}")  # with the drawing
        await self.open_lab()
        if (again := await self.use_panel()) != "done":
            raise NoWayOnError(f"{again!r}, reloaded after {said!r}")

    async def open_lab(self) -> None:
        if not self.visit.mended.is_set():
            await self.page.evaluate(_SET_HASTE, 8)
        await self.page.evaluate(
            "() => { document.querySelector('#views [data-view=learn]').click(); }"
        )

    async def use_panel(self, condition: str = "said", limit: int = _LIMIT_MS) -> str:
        """Choose the panel, do what it is for, and return what it says."""
        clicks, is_done = PANELS[self.case.scenario]
        look = f"""(given) => {{
          const said = ({_USE_PANEL})({_PANEL})(given);
          return {condition} ? said : "";
        }}"""
        given = [self.case.scenario, is_done, clicks]
        return await _until(self.page, look, given, limit)

    async def tried_again(self, limit: int) -> bool:
        """Whether it works on the spot: choose the panel again, draw again."""
        await self.page.evaluate(_TRY_AGAIN, self.case.scenario)
        await self.page.locator("#clearBtn").click()
        await _draw(self.page, "#drawingCanvas")
        try:
            return await self.use_panel("said === 'done'", limit) == "done"
        except NoWayOnError:
            return False

    async def digit_pad(self) -> None:
        """A form of another page, with a pad in it."""
        await self.page.goto(f"{self.url}examples/form.html", wait_until="commit")
        # a script that never arrives is never reported: the page's own field stays
        is_pads = self.case.path.endswith(("digit-pad.js", "/manifest.js"))
        stalls = is_pads and self.case.stalls
        if await _until(self.page, _PAD_LIVE, stalls) == "fallback":
            # of a module that is none, in the console of that page; maybe only later
            self.page.remove_listener("pageerror", self.note)
            self.errors.clear()
            return
        await _draw(self.page, "#floor canvas")
        said = await _until(self.page, _PAD)
        if said == "done":
            return
        await self.mend()
        await self.retry("#floor [part~=retry]", _PAD, said)

    async def offline(self) -> None:
        """What the service worker stores is all there, or none of it."""
        # a page that is not there: nothing starts on it
        await self.page.goto(f"{self.url}examples/", wait_until="commit")
        state = await self.page.evaluate(_INSTALL, self.case.stalls)
        if self.case.path and state == "activated" and not self.is_harmless():
            raise NoWayOnError("a service worker was installed without the file")
        await self.mend()
        if not self.case.path:
            return
        state = await self.page.evaluate(_INSTALL, False)
        if state != "activated":
            raise NoWayOnError(f"the service worker is {state} on the next visit")

    def is_harmless(self) -> bool:
        """Whether a file is right in the wrong type, or such that nothing checks it."""
        is_typed = re.search(r"(/|\.(html|css|js|svg))$", self.case.path)
        is_right = self.case.failure == "wrong content type" and not is_typed
        return is_right or self.case.path == "sw.js"


# as the browser does by itself some time after a visit begins
_UPDATE = """navigator.serviceWorker.ready.then((registration) => {
  registration.update().catch(() => {});
})"""
_INSTALL = """async (gives_up) => {
  let registration;
  try {
    registration = await navigator.serviceWorker.register("../sw.js", { scope: "../" });
  } catch (error) {
    return `refused: ${error.message}`;
  }
  if (registration.active) await registration.update();
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (gives_up) return "stalled";
  while (!["activated", "redundant"].includes(worker.state)) {
    await new Promise((resolve) => worker.addEventListener("statechange", resolve,
      { once: true }));
  }
  const isStored = (await caches.keys()).length > 0;
  if (isStored === (worker.state === "activated")) return worker.state;
  return `${worker.state}, with ${isStored ? "half a build" : "nothing stored"}`;
}"""


async def problem_of(
    context: BrowserContext, server: FailingServer, case: Case, name: str
) -> str:
    """Run a case; return what is wrong with how the page took it, "" for nothing."""
    try:
        async with _opened(context, case) as page:
            one = Run(server, page, case, name)
            try:
                await one.run()
            finally:
                one.visit.mended.set()
    except (NoWayOnError, Error) as error:
        return _first_line(error)
    return "" if not one.errors else f"unhandled: {one.errors[0]}"


# --- all cases ------------------------------------------------------------------------


class Browsers:
    """Runs cases in a browser, a few at a time. Open while it is a context."""

    def __init__(self, site: Path) -> None:
        self.site = site
        # a thread of its own: the caller's may have a loop that runs
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.names = map("visit-{}".format, itertools.count())

    def __enter__(self) -> Self:
        self.thread.start()
        self.opened = AsyncExitStack()
        self._wait(self._open())
        return self

    def __exit__(self, *error: object) -> None:
        self._wait(self.opened.aclose())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def _wait(self, act: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(act, self.loop).result()

    def run(self, cases: Iterable[Case]) -> dict[Case, str]:
        """Return what is wrong, by case."""
        return self._wait(self._in_turn(cases, problem_of))

    def cases(self, scenarios: Sequence[str] = SCENARIOS) -> list[Case]:
        """Every way to fail, for every request that each scenario makes.

        Those of the panels need "start" and "train" to be among the scenarios.
        """
        visits = [Case(scenario, "", "") for scenario in scenarios]
        found = self._wait(self._in_turn(visits, _requests))
        asked = {case.scenario: paths for case, paths in found.items()}
        first, lab = asked["start"], asked["train"]
        rest = {path for path in lab if path.startswith(("runtime-", "nnweb-"))}
        cases = []
        for scenario in scenarios:
            paths = asked[scenario]
            if scenario in PANELS:
                # what opens the lab fails once; what all of Python needs in each panel
                paths -= first | (set() if scenario == "train" else lab - rest)
            if scenario == PLAIN:
                paths -= first  # what is left are companions
            failures = itertools.cycle(FAILURES)
            for path in sorted(paths):
                if _NOT_OURS.fullmatch(path):
                    continue
                # one way each, in turn, of the files for offline use, which are all
                # alike, and of what each panel needs of Python as Train does
                is_again = scenario in PANELS and scenario != "train" and path in rest
                each = 1 if is_again or scenario == "offline" else len(FAILURES)
                cases += [Case(scenario, path, next(failures)) for _ in range(each)]
        return cases

    async def _open(self) -> None:
        """Make a context, and a session that can clear what its pages store."""
        self.server = FailingServer(self.site, _HASTY)
        self.opened.enter_context(serving(self.server))
        playwright = await self.opened.enter_async_context(async_playwright())
        options = launch_options("chromium")
        options["args"] += ["--process-per-site"]
        self.browser = await playwright.chromium.launch(**options)
        self.opened.push_async_callback(self.browser.close)
        viewport: ViewportSize = {"width": 1280, "height": 900}
        self.context = await self.browser.new_context(viewport=viewport)
        # what this page has compiled is there for the other pages of its process
        keeper = Case("inside", "", "")
        opened = _opened(self.context, keeper)
        page = await self.opened.enter_async_context(opened)
        await Run(self.server, page, keeper, "keeper").run()
        self.session = await self.context.new_cdp_session(page)

    async def _in_turn(
        self, cases: Iterable[Case], act: Act[Result]
    ) -> dict[Case, Result]:
        """Return what ``act`` returns, by case."""
        found: dict[Case, Result] = {}
        waiting = zip(cases, self.names, strict=False)

        async def work() -> None:
            for case, name in waiting:
                if case.scenario == "offline":
                    # only with its context does a service worker end, which keeps in
                    # memory what it has fetched
                    own = await self.browser.new_context()
                    found[case] = await act(own, self.server, case, name)
                    await own.close()
                    continue
                found[case] = await act(self.context, self.server, case, name)
                # without a disk, the browser keeps in memory what a page stores
                stored = {"origin": self.server.url_of(name), "storageTypes": "all"}
                await self.session.send("Storage.clearDataForOrigin", stored)

        await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
        return found


async def _requests(
    context: BrowserContext, server: FailingServer, case: Case, name: str
) -> set[str]:
    """The paths that are requested by a visit in which nothing fails."""
    async with _opened(context, case) as page:
        one = Run(server, page, case, name)
        await one.run()
        before = -1
        while before != (before := len(one.visit.requested)):
            # longer than the page puts any request off
            await page.wait_for_timeout(2500)
    return {*one.visit.requested}


def sample(cases: list[Case], count: int, seed: int) -> list[Case]:
    """Some of the cases, spread over the scenarios; the lab counts as one of them.

    Of those that start Python twice, the lab and a second visit, there are half as many
    as of the others.
    """
    shuffled = random.Random(seed).sample(cases, len(cases))  # noqa: S311
    place: dict[str, Iterator[int]] = collections.defaultdict(itertools.count)

    def order(case: Case) -> int:
        group = "lab" if case.scenario in PANELS else case.scenario
        return next(place[group]) * (2 if group in ("lab", "second visit") else 1)

    return sorted(shuffled, key=order)[:count]


def run() -> list[dict[str, Any]]:
    """Return the number of cases and of failures, by the way to fail."""
    with Browsers(build(ROOT / "dist", compressed=True)) as browsers:
        cases = browsers.cases()
        found = browsers.run(sample(cases, CASES or len(cases), seed=0))
    for case, problem in found.items():
        if problem:
            print(f"{case}: {problem}", file=sys.stderr)
    counts = collections.Counter(case.failure for case in found)
    wrong = collections.Counter(
        case.failure for case, problem in found.items() if problem
    )
    return [
        {"class": f"a request: {way}", "cases": counts[way], "failures": wrong[way]}
        for way in FAILURES
    ]
