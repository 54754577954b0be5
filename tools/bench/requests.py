"""Fails every request of the page once each, in every way that a request can fail.

The page is asked which requests it makes: at its start, on a second visit, in each
panel of the lab, as <digit-pad>, while it is stored for offline use, and of a host that
compresses nothing, for companions. Each case has an origin of its own, in which one
request fails.
"""

import asyncio
import collections
import itertools
import os
import random
import re
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self, TypeVar

from playwright.async_api import BrowserContext, ViewportSize, async_playwright

from tools.bench.failing_case import (
    PANELS,
    PLAIN,
    SCENARIOS,
    Case,
    Run,
    opened,
    problem_of,
)
from tools.bench.failing_scripts import HASTY
from tools.bench.failing_server import FAILURES, FailingServer
from tools.build.site import build
from tools.build.sources import ROOT
from tools.dev.browser import launch_options
from tools.dev.serve import serving

# Cases at the same time, of which some wait while others compute.
_AT_ONCE = 4
#: Cases of the benchmark, a sample spread over the scenarios; 0: all.
CASES = int(os.environ.get("NNWEB_BENCH_CASES", "0"))
# Requests of the page that embeds the pad, of a first page, which is all that is
# there to say anything, and of an icon, which the browser makes by itself.
_NOT_OURS = re.compile(r"(.*/)?examples/.*|favicon\.ico|")

Result = TypeVar("Result")
Act = Callable[[BrowserContext, FailingServer, Case, str], Awaitable[Result]]


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
        self.server = FailingServer(self.site, HASTY)
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
        keeping = opened(self.context, keeper)
        page = await self.opened.enter_async_context(keeping)
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
    async with opened(context, case) as page:
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
