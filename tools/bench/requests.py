"""Fails every request of the page once each, in every way that a request can fail.

The page is asked which requests it makes: at its start, on a second visit, in each
panel of the lab, as <digit-pad>, and while it is stored for offline use. Each case has
a browser context of its own, in which one request fails. It must end in an answer or in
a message; and when the request works again, what the message offers must lead to an
answer, with the drawing still there. An unhandled error fails the case.
"""

from __future__ import annotations

import collections
import contextlib
import itertools
import os
import queue
import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Browser, Error, Page, sync_playwright

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
_LANES = 3
#: Cases of the benchmark, a sample spread over the scenarios; 0: all.
CASES = int(os.environ.get("NNWEB_BENCH_CASES", "0"))
# Failures of each file that is stored for offline use: there are many files, all alike.
_OFFLINE_FAILURES = 3

# Timers run faster where a request stalls, so that no case waits for 60 s.
_HASTY = """
for (const name of ["setTimeout", "setInterval"]) {
  const original = globalThis[name];
  globalThis[name] = (call, time, ...rest) => original(call, time / 8, ...rest);
}"""
# In workers too, of which the page itself starts some from a blob.
_HASTY_WORKERS = """
const hasty = `import "${location.origin}/hasty.js";`;
globalThis.Blob = class extends Blob {
  constructor(parts, options) {
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
  const details = document.querySelector("#lab details");
  details.open = false;
  details.addEventListener("toggle", () => { details.open = true; }, { once: true });
}"""

#: The panels of the lab: the clicks that make one work, and what is there when it does.
PANELS = {
    "inside": ([], ".parts:not([hidden]) .layers li"),
    "networks": (["[data-do=export]"], ".status:not(:empty)"),
    "train": (["[data-do=start]"], ":scope[data-training=running] .facts:not(:empty)"),
    "teach": (
        [".label-pad button[value='7']", "[data-do=teach]"],
        ":scope[data-tuning=learning] .facts, :scope[data-tuning=done] .facts",
    ),
    "tour": ([], ".body:not([hidden])"),
    "python": ([], ".calls ol li"),
}
SCENARIOS = ("start", "second visit", *PANELS, "digit-pad", "offline")
# Requests of the page that embeds the pad, and of a first page, which is all that is
# there to say anything.
_NOT_OURS = re.compile(r"(.*/)?examples/.*|")


@dataclass(frozen=True)
class Case:
    scenario: str
    path: str
    failure: str

    def __str__(self) -> str:
        return f"{self.scenario}: {self.path}: {self.failure}"


Item = TypeVar("Item")
Result = TypeVar("Result")


class NoWayOnError(Exception):
    """The page neither answered nor said what to do."""


# --- one case -------------------------------------------------------------------------


@contextmanager
def _opened(browser: Browser, case: Case) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        if case.scenario not in ("second visit", "offline"):
            context.add_init_script(_NO_SERVICE_WORKER)
        if case.failure.startswith("stalled"):
            condition = "location.protocol === 'http:' && !sessionStorage.mended"
            # the page around a pad allows no worker from a blob
            workers = "" if case.scenario == "digit-pad" else _HASTY_WORKERS
            script = f"if ({condition}) {{ {_HASTY}{workers} }}"
            context.add_init_script(script)
        page = context.new_page()
        page.set_default_timeout(_LIMIT_MS)
        yield page
    finally:
        context.close()


def _until(page: Page, expression: str, arg: Any = None, limit: int = _LIMIT_MS) -> str:
    """Wait until an expression is not "", and return it."""
    try:
        return str(
            page.wait_for_function(
                expression, arg=arg, timeout=limit, polling=100
            ).json_value()
        )
    except Error as error:
        raise NoWayOnError(f"nothing was said: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _draw(page: Page, canvas: str) -> None:
    where = page.locator(canvas).first
    where.scroll_into_view_if_needed()
    box = where.bounding_box()
    if box is None:
        raise NoWayOnError(f"{canvas} is not shown")
    step = box["width"] / 336
    points = [(box["x"] + x * step, box["y"] + y * step) for x, y in _SEVEN]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point)
    page.mouse.up()


class Run:
    """One case, in a browser context of its own."""

    def __init__(self, server: Any, page: Page, case: Case, name: str):
        self.server, self.page, self.case = server, page, case
        self.visit = server.visits[name]
        self.errors: list[str] = []
        self.url = f"{server.url}{name}/"

    def run(self) -> None:
        """Raise NoWayOnError, or an Error of Playwright, if the page does not cope."""
        steps = {"start": self.start, "second visit": self.second_visit}
        steps |= {"digit-pad": self.digit_pad, "offline": self.offline}
        steps.get(self.case.scenario, self.panel)()

    def start(self) -> None:
        """The page itself: a 7 is drawn as soon as the pad is there."""
        self.page.goto(self.url, wait_until="commit")
        said = self.draw_when_live()
        if not said.startswith("stuck"):
            said = _until(self.page, _PAGE)
        if said == "done":
            return
        self.mend()
        if said.startswith("stuck"):  # there was nothing to draw on
            # not there any more if the browser itself has tried again
            self.page.evaluate("document.querySelector('#stuck button')?.click()")
            self.page.locator("#stuck").wait_for(state="detached")
            self.draw_when_live()
        else:
            for _ in range(self.tries() - 1):
                self.page.locator("#retryBtn").click()
                if _until(self.page, _PAGE) == "done":
                    return
            self.page.locator("#retryBtn").click()
        self.answered(f"after {said!r}")

    def mend(self) -> None:
        """From now on nothing fails, and time passes as it does."""
        self.visit.mended.set()
        self.page.evaluate("() => { sessionStorage.mended = '1'; }")

    def tries(self) -> int:
        """How often to try again: a new request may join one that has stalled."""
        return 2 if self.case.failure.startswith("stalled") else 1

    def draw_when_live(self) -> str:
        said = _until(self.page, _LIVE)
        if said == "live":
            _draw(self.page, "#drawingCanvas")
        return said

    def answered(self, when: str) -> None:
        try:
            said = _until(self.page, _PAGE)
        except NoWayOnError as error:
            raise NoWayOnError(f"{when}: {error}") from error
        if said != "done":
            raise NoWayOnError(f"{when}: {said}")

    def second_visit(self) -> None:
        """Opened again, with a service worker that has stored everything."""
        failure, self.visit.failure = self.visit.failure, ""
        self.page.goto(self.url, wait_until="commit")
        self.draw_when_live()
        self.answered("on the first visit")
        self.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        self.visit.requested.clear()
        self.visit.failure = failure
        self.page.reload(wait_until="commit")
        self.answered("on the second visit")

    def panel(self) -> None:
        """A panel of the lab, beside a page that has answered."""
        self.page.goto(self.url, wait_until="commit")
        self.draw_when_live()
        self.answered("at the start")
        self.open_lab()
        said = self.use_panel()
        self.answered("beside the lab")  # nothing that fails there touches the page
        if said == "done":
            return
        self.mend()
        if self.tried_again(_RETRY_MS if "eload" in said else _LIMIT_MS):
            return
        if "eload" not in said:
            raise NoWayOnError(f"no way on after {said!r}")
        self.page.reload(wait_until="commit")
        self.answered(f"reloaded after {said!r}")  # with the drawing
        self.open_lab()
        if (again := self.use_panel()) != "done":
            raise NoWayOnError(f"{again!r}, reloaded after {said!r}")

    def open_lab(self) -> None:
        self.page.evaluate(
            "() => { document.querySelector('#lab details').open = true; }"
        )

    def use_panel(self, limit: int = _LIMIT_MS) -> str:
        """Choose the panel, do what it is for, and return what it says."""
        clicks, is_done = PANELS[self.case.scenario]
        given = [self.case.scenario, is_done, clicks]
        return _until(self.page, f"({_USE_PANEL})({_PANEL})", given, limit)

    def tried_again(self, limit: int) -> bool:
        """Whether it works on the spot: choose the panel again, draw again."""
        self.page.evaluate(_TRY_AGAIN, self.case.scenario)
        self.page.locator("#clearBtn").click()
        _draw(self.page, "#drawingCanvas")
        clicks, is_done = PANELS[self.case.scenario]
        given = [self.case.scenario, is_done, clicks]
        only_done = f"""(given) => {{
          const said = ({_USE_PANEL})({_PANEL})(given);
          return said === "done" ? said : "";
        }}"""
        try:
            return _until(self.page, only_done, given, limit) == "done"
        except NoWayOnError:
            return False

    def digit_pad(self) -> None:
        """A form of another page, with a pad in it."""
        self.page.goto(f"{self.url}examples/form.html", wait_until="commit")
        # a script that never arrives is never reported: the page's own field stays
        is_pads = self.case.path.endswith(("digit-pad.js", "/manifest.js"))
        stalls = is_pads and self.case.failure.startswith("stalled")
        if _until(self.page, _PAD_LIVE, stalls) == "fallback":
            self.errors.clear()  # of a module that is none, in the console of that page
            return
        _draw(self.page, "#floor canvas")
        said = _until(self.page, _PAD)
        if said == "done":
            return
        self.mend()
        for _ in range(self.tries()):
            self.page.locator("#floor [part~=retry]").click()
            if (again := _until(self.page, _PAD)) == "done":
                break
        if again != "done":
            raise NoWayOnError(f"{again!r}, tried again after {said!r}")

    def offline(self) -> None:
        """What the service worker stores is all there, or none of it."""
        self.page.goto(f"{self.url}examples/form.html", wait_until="commit")
        stalls = self.case.failure.startswith("stalled")
        state = self.page.evaluate(_INSTALL, stalls)
        if self.case.path and state == "activated":
            raise NoWayOnError("a service worker was installed without the file")
        self.mend()
        if not self.case.path:
            return
        state = self.page.evaluate(_INSTALL, False)
        if state != "activated":
            raise NoWayOnError(f"the service worker is {state} on the next visit")


_INSTALL = """async (gives_up) => {
  let registration;
  try {
    registration = await navigator.serviceWorker.register("../sw.js", { scope: "../" });
  } catch (error) {
    return `refused: ${error.message}`;
  }
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  if (gives_up) return "stalled";
  while (!["activated", "redundant"].includes(worker.state)) {
    await new Promise((resolve) => worker.addEventListener("statechange", resolve,
      { once: true }));
  }
  if (worker.state === "redundant" && (await caches.keys()).length > 0) {
    return "redundant, with half a build";
  }
  return worker.state;
}"""


def problem_of(browser: Browser, server: Any, case: Case, name: str) -> str:
    """Run a case; return what is wrong with how the page took it, "" for nothing."""
    visit = server.visits[name]
    visit.path, visit.failure = case.path, case.failure
    try:
        with _opened(browser, case) as page:
            try:
                one = Run(server, page, case, name)
                page.context.on("weberror", lambda e: one.errors.append(str(e.error)))
                one.run()
            finally:
                visit.mended.set()
    except (NoWayOnError, Error) as error:
        return _first_line(error)
    return "" if not one.errors else f"unhandled: {one.errors[0]}"


# --- all cases ------------------------------------------------------------------------


class Browsers:
    """Runs cases in a few threads, each with a browser of its own."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.options = launch_options("chromium")

    def run(self, cases: Iterable[Case]) -> dict[Case, str]:
        """Return what is wrong, by case."""
        names = {case: f"visit-{n}" for n, case in enumerate(cases)}
        with serving(FailingServer(self.site, _HASTY)) as server:
            return self._each(
                names,
                lambda browser, case: problem_of(browser, server, case, names[case]),
            )

    def cases(self) -> list[Case]:
        """Every way to fail, for every request that each scenario makes."""
        with serving(FailingServer(self.site, _HASTY)) as server:
            asked = self._each(
                SCENARIOS,
                lambda browser, scenario: _requests(browser, server, scenario),
            )
        first, lab = asked["start"], asked["train"]
        rest = {path for path in lab if path.startswith(("runtime-", "nnweb-"))}
        found = []
        for scenario in SCENARIOS:
            paths = asked[scenario]
            if scenario in PANELS:
                # what opens the lab fails once; what all of Python needs in each panel
                paths -= first | (set() if scenario == "train" else lab - rest)
            failures = itertools.cycle(FAILURES)
            each = _OFFLINE_FAILURES if scenario == "offline" else len(FAILURES)
            for path in sorted(paths):
                if _NOT_OURS.fullmatch(path):
                    continue
                found += [Case(scenario, path, next(failures)) for _ in range(each)]
        return found

    def _each(
        self, items: Iterable[Item], act: Callable[[Browser, Item], Result]
    ) -> dict[Item, Result]:
        """Return what ``act`` returns, by item."""
        waiting: queue.SimpleQueue[Item] = queue.SimpleQueue()
        for item in items:
            waiting.put(item)
        found: dict[Item, Result] = {}

        def lane() -> None:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(**self.options)
                with contextlib.suppress(queue.Empty):
                    while True:
                        item = waiting.get_nowait()
                        found[item] = act(browser, item)
                browser.close()

        with ThreadPoolExecutor(_LANES) as pool:
            for done in [pool.submit(lane) for _ in range(_LANES)]:
                done.result()
        return found


def _requests(browser: Browser, server: Any, scenario: str) -> set[str]:
    """The paths that are requested by a visit in which nothing fails."""
    case, visit = Case(scenario, "", ""), server.visits[scenario]
    with _opened(browser, case) as page:
        Run(server, page, case, scenario).run()
        _until_quiet(page, visit.requested)
    return {*visit.requested}


def _until_quiet(page: Page, requested: list[str]) -> None:
    """Wait until there was no request for longer than the page puts any off."""
    before = -1
    while before != len(requested):
        before = len(requested)
        page.evaluate("new Promise((done) => setTimeout(done, 2500))")


def sample(cases: list[Case], count: int, seed: int) -> list[Case]:
    """Some of the cases, spread over the scenarios."""
    shuffled = random.Random(seed).sample(cases, len(cases))  # noqa: S311
    turns = itertools.count()
    place: dict[str, Iterator[int]] = collections.defaultdict(itertools.count)
    order = {case: (next(place[case.scenario]), next(turns)) for case in shuffled}
    return sorted(shuffled, key=order.__getitem__)[:count]


def run() -> list[dict[str, Any]]:
    """Return the number of cases and of failures, by the way to fail."""
    browsers = Browsers(build(ROOT / "dist"))
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
