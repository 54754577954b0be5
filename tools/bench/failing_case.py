"""One visit of the page in which one request fails: it must answer or say what to do.

When the request works again, what the message offers must lead to an answer, with the
drawing still there. An unhandled error fails the case.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import BrowserContext, Error, Page

from tools.bench.failing_scripts import (
    HASTY,
    HASTY_WORKERS,
    INSTALL,
    LIVE,
    PAD_LIVE,
    PAD_STATE,
    PAGE,
    PANEL,
    SET_HASTE,
    TRY_AGAIN,
    UPDATE,
    USE_PANEL,
)
from tools.bench.failing_server import FailingServer

#: A 7, on a canvas of 336 x 336 pixels.
_SEVEN = [(90, 80), (170, 80), (250, 80), (205, 180), (160, 280)]
_NO_SERVICE_WORKER = "delete Navigator.prototype.serviceWorker"
# Only a failure waits as long as this, so that a busy machine makes none.
_LIMIT_MS = 90_000
# What is said after this has no better way on than to reload the page.
_RETRY_MS = 10_000
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


@dataclass(frozen=True)
class Case:
    """What a visit does, and which of its requests fails how."""

    scenario: str
    path: str
    failure: str

    @property
    def stalls(self) -> bool:
        return self.failure.startswith("stalled")

    def __str__(self) -> str:
        return f"{self.scenario}: {self.path}: {self.failure}"


class NoWayOnError(Exception):
    """The page neither answered nor said what to do."""


@asynccontextmanager
async def opened(context: BrowserContext, case: Case) -> AsyncIterator[Page]:
    page = await context.new_page()
    page.set_default_timeout(_LIMIT_MS)
    if case.scenario not in ("second visit", "offline"):
        await page.add_init_script(_NO_SERVICE_WORKER)
    if case.stalls:
        # from blobs a pad allows none, and one would ask for fewer companions
        is_blobless = case.scenario in ("digit-pad", PLAIN)
        workers = "" if is_blobless else HASTY_WORKERS
        haste = 8 if case.scenario in ("start", PLAIN, "digit-pad") else 1
        setting = f"globalThis.haste = sessionStorage.haste ?? {haste};"
        condition = "if (location.protocol === 'http:')"
        await page.add_init_script(f"{condition} {{ {setting} {HASTY} {workers} }}")
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
            said = await _until(self.page, PAGE)
        if said == "done":
            return
        await self.mend()
        if not said.startswith("stuck"):
            return await self.retry("#retryBtn", PAGE, said)
        # there was nothing to draw on; no button if the browser itself has tried again
        await self.page.evaluate("document.querySelector('#stuck button')?.click()")
        await self.page.locator("#stuck").wait_for(state="detached")
        await self.draw_when_live()
        await self.answered(f"after {said!r}")

    async def mend(self) -> None:
        """From now on nothing fails, and time passes as it does."""
        self.visit.mended.set()
        await self.page.evaluate(SET_HASTE, 1)

    async def retry(self, button: str, look: str, said: str) -> None:
        """Try again; twice where a new request may join one that has stalled."""
        for _ in range(2 if self.case.stalls else 1):
            await self.page.locator(button).click()
            if (again := await _until(self.page, look)) == "done":
                return
        raise NoWayOnError(f"{again!r}, tried again after {said!r}")

    async def draw_when_live(self) -> str:
        said = await _until(self.page, LIVE)
        if said == "live":
            await _draw(self.page, "#drawingCanvas")
        return said

    async def answered(self, when: str) -> None:
        try:
            said = await _until(self.page, PAGE)
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
        await self.page.evaluate(UPDATE)
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
            await self.page.evaluate(SET_HASTE, 8)
        await self.page.evaluate(
            "() => { document.querySelector('#views [data-view=learn]').click(); }"
        )

    async def use_panel(self, condition: str = "said", limit: int = _LIMIT_MS) -> str:
        """Choose the panel, do what it is for, and return what it says."""
        clicks, is_done = PANELS[self.case.scenario]
        look = f"""(given) => {{
          const said = ({USE_PANEL})({PANEL})(given);
          return {condition} ? said : "";
        }}"""
        given = [self.case.scenario, is_done, clicks]
        return await _until(self.page, look, given, limit)

    async def tried_again(self, limit: int) -> bool:
        """Whether it works on the spot: choose the panel again, draw again."""
        await self.page.evaluate(TRY_AGAIN, self.case.scenario)
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
        if await _until(self.page, PAD_LIVE, stalls) == "fallback":
            # of a module that is none, in the console of that page; maybe only later
            self.page.remove_listener("pageerror", self.note)
            self.errors.clear()
            return
        await _draw(self.page, "#floor canvas")
        said = await _until(self.page, PAD_STATE)
        if said == "done":
            return
        await self.mend()
        await self.retry("#floor [part~=retry]", PAD_STATE, said)

    async def offline(self) -> None:
        """What the service worker stores is all there, or none of it."""
        # a page that is not there: nothing starts on it
        await self.page.goto(f"{self.url}examples/", wait_until="commit")
        state = await self.page.evaluate(INSTALL, self.case.stalls)
        if self.case.path and state == "activated" and not self.is_harmless():
            raise NoWayOnError("a service worker was installed without the file")
        await self.mend()
        if not self.case.path:
            return
        state = await self.page.evaluate(INSTALL, False)
        if state != "activated":
            raise NoWayOnError(f"the service worker is {state} on the next visit")

    def is_harmless(self) -> bool:
        """Whether a file is right in the wrong type, or such that nothing checks it."""
        is_typed = re.search(r"(/|\.(html|css|js|svg))$", self.case.path)
        is_right = self.case.failure == "wrong content type" and not is_typed
        return is_right or self.case.path == "sw.js"


async def problem_of(
    context: BrowserContext, server: FailingServer, case: Case, name: str
) -> str:
    """Run a case; return what is wrong with how the page took it, "" for nothing."""
    try:
        async with opened(context, case) as page:
            one = Run(server, page, case, name)
            try:
                await one.run()
            finally:
                one.visit.mended.set()
    except (NoWayOnError, Error) as error:
        return _first_line(error)
    return "" if not one.errors else f"unhandled: {one.errors[0]}"
