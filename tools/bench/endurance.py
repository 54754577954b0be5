"""Endurance in Chromium: answers, errors and memory of a page that is used for long.

Four scenarios, each in a browser of its own: drawings, changes of the network, training
beside a second tab that answers, and lessons. Memory is what the browser's renderer
processes have resident, without the pages of program files, which other browsers
share: a curve of POINTS, beside the first page's JavaScript heap. A scenario's first
fifth warms up; from the first half of the rest to the second, the least memory may grow
by BOUND_MB. Training runs beside the others, to save time.
"""

import json
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tools.bench.browser_processes import browser_processes
from tools.build.site import build
from tools.build.sources import ROOT
from tools.dev.browser import launch_options
from tools.dev.serve import make_server, serving

RESULT = Path(__file__).with_name("results") / "endurance.json"
HAND = Path(__file__).with_name("pages") / "endurance.js"
STROKES = ROOT / "tests" / "data" / "strokes.json"
PREDICTIONS = int(os.environ.get("NNWEB_BENCH_PREDICTIONS", "10000"))
CHANGES = int(os.environ.get("NNWEB_BENCH_CHANGES", "500"))
TRAINING_MIN = float(os.environ.get("NNWEB_BENCH_TRAINING_MIN", "30"))
LESSONS = int(os.environ.get("NNWEB_BENCH_LESSONS", "100"))
# names of scenarios to measure; the figures of the others stay as they are
ONLY = os.environ.get("NNWEB_BENCH_ONLY", "training drawing networks teaching").split()
POINTS = 20
WARM = POINTS // 5
BOUND_MB = 30
NOTES = (
    "DevTools, which drive the browser, keep up to 200 MB of fetched files in the "
    "page's process: so weights are fetched once here, and answered from memory after "
    "that. With all of them fetched, 500 changes of the network grew from 231 to 520 "
    "MB, and lessons likewise.",
    "In six minutes and 26,000 steps of training the WebAssembly memory of the two "
    "workers stayed at 135 MB, and the page's JavaScript heap at 3 to 20 MB; pages of "
    "program files, not counted here, vary by 40 MB with the other browsers that run. "
    "What the workers' JavaScript holds was not measured.",
)
WAIT_MS = 300_000  # for a state, on a machine that does much else

Drawings = dict[str, list[list[list[float]]]]
"""Strokes by label, on 336 x 336 pixels."""


def run() -> dict[str, Any]:
    """Return the memory of each scenario, and its failures as ``classes``."""
    scenarios = {
        "training": _training,
        "drawing": _predictions,
        "networks": _changes,
        "teaching": _lessons,
    }
    server = make_server(build(ROOT / "dist"))
    with serving(server), ThreadPoolExecutor(2) as pool:
        running = {name: pool.submit(scenarios[name], server.url) for name in ONLY}
        new = {name: curve.result().figures() for name, curve in running.items()}
    old = {}
    if list(scenarios) != ONLY:
        old = json.loads(RESULT.read_text(encoding="utf-8"))["result"]["scenarios"]
    figures = {name: new.get(name) or old[name] for name in scenarios}
    return {
        "summary": "; ".join(one["summary"] for one in figures.values()),
        "classes": [line for one in figures.values() for line in one["classes"]],
        "bound_mb": BOUND_MB,
        "notes": NOTES,
        "scenarios": figures,
    }


class Curve:
    """The memory and the failures of one scenario of ``count`` operations."""

    def __init__(self, name: str, unit: str, count: float) -> None:
        self.name, self.unit, self.count = name, unit, count
        self.done: list[float] = []
        self.megabytes: list[float] = []
        self.cases = 0
        self.wrong: list[str] = []
        self.errors: list[str] = []
        self.heap: list[float] = []  # megabytes of JavaScript in the first page
        self.extra: dict[str, Any] = {}

    def add(self, done: float, megabytes: float) -> None:
        self.done.append(round(done, 2))
        self.megabytes.append(round(megabytes, 1))
        print(f"{self.name}: {done:.6g} {self.unit}, {megabytes:.1f} MB", flush=True)

    def check(self, got: str, wanted: str) -> None:
        self.cases += 1
        if got != wanted:
            self.wrong.append(f"got {got!r}, expected {wanted!r}")

    @property
    def grown(self) -> float:
        """Growth of the memory's floor, between the halves after the warm-up.

        The floor, because garbage that is collected now and then is no growth.
        """
        after = self.megabytes[WARM:]
        half = len(after) // 2
        return min(after[half:]) - min(after[:half])

    def classes(self) -> list[dict[str, Any]]:
        counts = {
            f"{self.name}: wrong or missing answers": (self.cases, len(self.wrong)),
            f"{self.name}: errors on the page": (1, len(self.errors)),
            f"{self.name}: growth of memory by over {BOUND_MB} MB": (
                1,
                int(self.grown > BOUND_MB),
            ),
        }
        return [
            {"class": name, "cases": cases, "failures": failures}
            for name, (cases, failures) in counts.items()
        ]

    def figures(self) -> dict[str, Any]:
        slope = statistics.linear_regression(self.done[WARM:], self.megabytes[WARM:])
        per = 1 if self.unit == "minutes" else 1000
        return {
            "summary": self.summary(),
            "classes": self.classes(),
            "count": self.count,
            "unit": self.unit,
            "start_mb": self.megabytes[0],
            "warm_mb": self.megabytes[WARM],
            "end_mb": self.megabytes[-1],
            "floor_growth_mb": round(self.grown, 1),
            f"mb_per_{per}_{self.unit}": round(slope.slope * per, 2),
            "curve": list(zip(self.done, self.megabytes, self.heap, strict=True)),
            "problems": [*self.wrong, *self.errors][:10],
            **self.extra,
        }

    def summary(self) -> str:
        cases = sum(line["cases"] for line in self.classes())
        failures = sum(line["failures"] for line in self.classes())
        return (
            f"{self.count:g} {self.unit} of {self.name}: {failures} failures in "
            f"{cases} checks, {self.megabytes[0]:.0f} MB at the start, "
            f"{self.megabytes[WARM]:.0f} after the warm-up, "
            f"{self.megabytes[-1]:.0f} at the end"
        )


# --- the scenarios --------------------------------------------------------------------


def _predictions(url: str) -> Curve:
    """Draw digits one after the other; each answer is checked."""
    curve = Curve("drawing", "predictions", PREDICTIONS)
    drawings = list(_drawings().items())
    with _browser(curve) as browser:
        page = browser.open(url)

        def draw(i: int) -> None:
            label, strokes = drawings[i % len(drawings)]
            curve.check(browser.draw(page, label, strokes), label)

        browser.repeat(PREDICTIONS, draw)
    return curve


def _changes(url: str) -> Curve:
    """Choose the networks in turn for one drawing, which all of them recognize."""
    curve = Curve("networks", "changes", CHANGES)
    with _browser(curve) as browser:
        page = browser.open(url)
        browser.draw(page, "7", _drawings()["7"])
        options = page.locator("#networkList option")
        names = options.evaluate_all("all => all.map(({ value }) => value)")

        def change(i: int) -> None:
            name = names[(i + 1) % len(names)]
            answer = page.evaluate("name => endurance.choose('7', name)", name)
            curve.check(answer, "7")

        browser.repeat(CHANGES, change)
    return curve


def _training(url: str) -> Curve:
    """Train in one tab; draw in another at each point."""
    curve = Curve("training", "minutes", TRAINING_MIN)
    drawings = list(_drawings().items())
    with _browser(curve) as browser:
        settings = "view=learn&panel=train&settings=examples:59000,epochs:1000"
        page, beside = browser.open(f"{url}#{settings}"), browser.open(url)
        panel = page.locator("#lab-train:not([inert])")
        panel.locator("[data-do=start]").click(timeout=WAIT_MS)
        page.locator("#lab-train[data-training=running]").wait_for(timeout=WAIT_MS)
        begun, step = time.monotonic(), 0
        for i in range(POINTS + 1):
            wait_s = begun + i * TRAINING_MIN * 60 / POINTS - time.monotonic()
            page.wait_for_timeout(max(0, wait_s) * 1000)
            browser.measure((time.monotonic() - begun) / 60)
            label, strokes = drawings[i % len(drawings)]
            curve.check(browser.draw(beside, label, strokes), label)
            before, step = step, _step(panel.locator(".run .facts").inner_text())
            curve.check("advances" if step > before or i == 0 else "stands", "advances")
        curve.extra["steps"] = step
    return curve


def _step(facts: str) -> int:
    """Return the number of training steps in the panel's line of facts."""
    _, _, rest = facts.partition("step ")
    digits = rest.split(" ")[0].rstrip(",").replace(",", "")
    return int(digits) if digits.isdigit() else 0


def _lessons(url: str) -> Curve:
    """Teach the plain network three small drawings in a corner, and forget it."""
    curve = Curve("teaching", "lessons", LESSONS)
    drawings = _drawings()
    with _browser(curve) as browser:
        page = browser.open(f"{url}#lab-teach")
        page.on("dialog", lambda dialog: dialog.accept())
        page.evaluate("endurance.choose('', 'plain')")
        panel = page.locator("#lab-teach:not([inert])")

        def teach(i: int) -> None:
            for label in "407":
                small = [
                    [[x * 0.35 + 10, y * 0.35 + 200] for x, y in stroke]
                    for stroke in drawings[label]
                ]
                browser.draw(page, "any", small)
                panel.locator(f".label-pad [value='{label}']").click()
            panel.locator("[data-do=teach]").click()
            page.locator("#lab-teach[data-tuning=done]").wait_for(timeout=WAIT_MS)
            after = panel.locator("[data-mark=right] td").last
            curve.check(after.inner_text(), "3 of 3")
            panel.locator("[data-do=forget]").click()
            panel.locator(".album:not(:has(li))").wait_for(state="attached")

        browser.repeat(LESSONS, teach)
    return curve


def _drawings() -> Drawings:
    """Return a drawing of each digit; every third point will do."""
    everything: Drawings = json.loads(STROKES.read_text(encoding="utf-8"))
    return {
        label: [[*stroke[:-1:3], stroke[-1]] for stroke in strokes]
        for label, strokes in everything.items()
    }


# --- the browser ----------------------------------------------------------------------


class Browser:
    """A browser with a profile of its own, whose memory and errors a curve takes."""

    def __init__(self, context: BrowserContext, profile: Path, curve: Curve) -> None:
        self._context, self._profile, self._curve = context, profile, curve
        context.add_init_script(path=HAND)
        errors = curve.errors
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on(
            "console",
            lambda line: errors.append(line.text) if line.type == "error" else None,
        )

    def open(self, url: str) -> Page:
        used = self._context.pages[-1]
        page = used if used.url == "about:blank" else self._context.new_page()
        if used is page:
            self._devtools = self._context.new_cdp_session(page)
            self._devtools.send("Performance.enable")
        page.goto(url)
        ready = page.locator("body[data-state=ready]")
        ready.wait_for(state="attached", timeout=WAIT_MS)
        return page

    def draw(self, page: Page, label: str, strokes: list[list[list[float]]]) -> str:
        """Replace the drawing; return the answer, which should be the label."""
        answer: str = page.evaluate(
            "([label, strokes]) => endurance.draw(label, strokes)", [label, strokes]
        )
        return answer

    def repeat(self, count: int, act: Callable[[int], None]) -> None:
        """Do something ``count`` times, and measure at POINTS moments and before."""
        at = {round(count * i / POINTS) for i in range(POINTS + 1)}
        for i in range(count + 1):
            if i in at:
                self.measure(i)
            if i < count:
                act(i)

    def measure(self, done: float) -> None:
        kilobytes = 0
        for process in browser_processes(self._profile):
            if b"--type=renderer" in (process / "cmdline").read_bytes():
                status = (process / "status").read_text()
                found = re.findall(r"Rss(?:Anon|Shmem):\s*(\d+)", status)
                kilobytes += sum(map(int, found))
        self._curve.add(done, kilobytes * 1024 / 1e6)
        metrics = self._devtools.send("Performance.getMetrics")["metrics"]
        heap = next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize")
        self._curve.heap.append(round(heap / 1e6, 1))


@contextmanager
def _browser(curve: Curve) -> Iterator[Browser]:
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        options = launch_options("chromium")
        context = playwright.chromium.launch_persistent_context(scratch, **options)
        try:
            yield Browser(context, Path(scratch), curve)
        finally:
            context.close()
