"""Prediction time in Chromium: of a round trip to the worker, and from pen to bars.

Uses the built site, with separate pages for every network, in turns, so that other load
on the machine affects all alike. Each figure is the median over the turns.

A round trip goes through the page's worker client, worker and Python, for 28 x 28
images of digits that no network was trained on. A stroke is drawn on the page by real
pointer events, about sixty a second: measured is the time from an event to the end of
the frame that shows an answer requested after it; the same without waiting for the
display, which starts a frame 60 times a second; and the share shown in the first frame
after the event, the earliest possible.
"""

import base64
import json
import statistics
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from nnweb.data.datasets import load_mnist
from tools.bench.client_page import open_client
from tools.build.site import build
from tools.build.sources import MODELS, ROOT
from tools.dev.browser import launch_options
from tools.dev.serve import make_server, serving

# during the first ones the browser still optimizes its compiled code
_FIRST, _WARM_UP = 50, 400
_TURNS, _COUNT = 7, 200
_DRAWINGS = ROOT / "tests" / "data" / "strokes.json"
_STROKES = Path(__file__).with_name("pages") / "strokes.js"

_MEASURE = """(pixels) => {
  const all = Uint8Array.from(atob(pixels), (c) => c.charCodeAt(0)).buffer;
  globalThis.measure = async (count) => {
    const measured = [];
    for (let i = 0; i < count; i += 1) {
      const at = (i * 3136) % all.byteLength;
      const picture = { pixels: all.slice(at, at + 3136), width: 28, height: 28 };
      const start = performance.now();
      const { milliseconds } = await engine.recognize({ ...picture, fit: "digit" });
      measured.push([performance.now() - start, milliseconds]);
    }
    return measured;
  };
}"""


def run() -> dict[str, Any]:
    """Return medians and 95th percentiles, after a separate warm-up."""
    dist = build(ROOT / "dist")
    options = launch_options("chromium")
    with serving(make_server(dist)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        networks = [
            _Network(browser, server.url, dist, path.stem)
            for path in sorted(MODELS.glob("*.json"))
        ]
        for i in range(_TURNS):
            print(f"turn {i + 1} of {_TURNS}", flush=True)
            for network in networks:
                network.turn()
        figures = {network.name: network.figures() for network in networks}
        version = browser.version
        browser.close()
    trips = ", ".join(
        f"{name} {f['round_trip_ms']:.1f} ({f['python_ms']:.1f} in Python)"
        for name, f in figures.items()
    )
    return {
        "summary": f"milliseconds from the page to Python and back, median: {trips}",
        "chromium": version,
        "turns": _TURNS,
        "networks": figures,
    }


class _Network:
    """A network, a page for round trips, and a page for drawing."""

    def __init__(self, browser: Browser, url: str, dist: Path, name: str) -> None:
        self.name = name
        self.drawings = json.loads(_DRAWINGS.read_text(encoding="utf-8"))
        self.turns: list[dict[str, float]] = []
        self.bench = open_client(browser, url, dist, name)
        self.bench.evaluate(_MEASURE, _pixels())
        warm_up = self.bench.evaluate("measure", _WARM_UP)
        self.first = statistics.median(trip for trip, _ in warm_up[:_FIRST])
        self.pad = _pad(browser, url, self.name)
        self._draw_all()

    def turn(self) -> None:
        """Measure some round trips, and draw all ten digits."""
        self.bench.bring_to_front()
        trips, python = zip(*self.bench.evaluate("measure", _COUNT), strict=True)
        self.pad.bring_to_front()
        painted = self._draw_all()
        on_time = statistics.mean(event["late"] == 0 for event in painted)
        self.turns.append(
            {
                **_spread("round_trip", trips),
                **_spread("python", python),
                **_spread("stroke", [event["milliseconds"] for event in painted]),
                **_spread("stroke_work", [event["work"] for event in painted]),
                "first_frame": on_time,
            }
        )

    def figures(self) -> dict[str, float]:
        """Return the medians over the turns."""
        medians = {
            name: round(statistics.median(turn[name] for turn in self.turns), 4)
            for name in self.turns[0]
        }
        return {"first_round_trips_ms": round(self.first, 3), **medians}

    def _draw_all(self) -> list[dict[str, float]]:
        """Draw all digits; return what strokes.js measured for each pointer event."""
        for drawing in self.drawings.values():
            _draw(self.pad, drawing)
            self.pad.locator("body[data-state=ready]").wait_for()
        painted: list[dict[str, float]] = self.pad.evaluate("painted.splice(0)")
        return painted


def _pixels() -> str:
    """Return the RGBA of a hundred digits that no network was trained on, as base64."""
    grey = 255 - load_mnist(ROOT / "assets" / "mnist").train.images[-100:]
    pixels = np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=-1)
    return base64.b64encode(pixels.tobytes()).decode("ascii")


def _pad(browser: Browser, url: str, network: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(path=_STROKES)
    page.goto(url)
    page.locator("body[data-state=ready]").wait_for()
    page.locator("#more > summary").click()
    page.get_by_label("Network", exact=True).select_option(network)
    page.locator("body[data-state=ready]").wait_for()
    return page


def _draw(page: Page, drawing: list[list[list[float]]]) -> None:
    page.get_by_role("button", name="Clear").click()
    canvas = page.locator("#drawingCanvas")
    canvas.scroll_into_view_if_needed()
    left, top, side = canvas.evaluate(
        "paper => { const { x, y, width } = paper.getBoundingClientRect();"
        " return [x, y, width]; }"
    )
    for stroke in drawing:
        at = [(left + x * side / 336, top + y * side / 336) for x, y in stroke]
        page.mouse.move(*at[0])
        page.mouse.down()
        for point in at[1:]:
            page.mouse.move(*point)
        page.mouse.up()


def _spread(name: str, values: Any) -> dict[str, float]:
    return {
        f"{name}_ms": statistics.median(values),
        f"{name}_95th_ms": float(np.percentile(values, 95)),
    }
