"""Prediction in Chromium: round trip to the worker and time in Python, by network.

The built site's own engine, worker and Python, on 28 x 28 pictures of digits that no
network was trained on. A round trip goes from the page to Python and back.
"""

from __future__ import annotations

import base64
import statistics
import threading
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from nnweb.datasets import load_mnist
from tools.browser import launch_options
from tools.build_site import MODELS, ROOT, build
from tools.serve import make_server

_WARM_UP, _COUNT = 50, 200

_MEASURE = """async ([app, weights, pixels, count]) => {
  const { createEngine } = await import(new URL(`${app}/js/engine.js`, location.href));
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const engine = createEngine({});
  await engine.open(bytes(weights).buffer);
  const all = bytes(pixels).buffer;
  const measured = [];
  for (let i = 0; i < count; i += 1) {
    const at = (i * 3136) % all.byteLength;
    const picture = { pixels: all.slice(at, at + 3136), width: 28, height: 28 };
    const start = performance.now();
    const { milliseconds } = await engine.recognize({ ...picture, fit: "digit" });
    measured.push([performance.now() - start, milliseconds]);
  }
  engine.dispose();
  return measured;
}"""


def run() -> dict[str, Any]:
    """Medians and 95th percentiles of 200, after 50 that are not counted."""
    dist = build(ROOT / "dist")
    options = launch_options("chromium")
    server = make_server(dist)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = next(path.name for path in dist.iterdir() if path.name.startswith("app-"))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**options)
            page = browser.new_page()
            page.goto(server.url)
            figures = {
                path.stem: _measure(page, app, path)
                for path in sorted(MODELS.glob("*.json"))
            }
            version = browser.version
            browser.close()
    finally:
        server.shutdown()
        server.server_close()
    trips = ", ".join(
        f"{name} {f['round_trip_ms']:.1f} ({f['python_ms']:.1f} in Python)"
        for name, f in figures.items()
    )
    return {
        "summary": f"milliseconds from the page to Python and back, median: {trips}",
        "chromium": version,
        "networks": figures,
    }


def _measure(page: Any, app: str, path: Path) -> dict[str, float]:
    grey = 255 - load_mnist(ROOT / "assets" / "mnist").train.images[-100:]
    opaque = np.full_like(grey, 255)
    pixels = np.stack([grey, grey, grey, opaque], axis=-1)
    arguments = [
        f"./{app}",
        base64.b64encode(path.read_bytes()).decode("ascii"),
        base64.b64encode(pixels.tobytes()).decode("ascii"),
        _WARM_UP + _COUNT,
    ]
    measured = page.evaluate(_MEASURE, arguments)[_WARM_UP:]
    trips, python = zip(*measured, strict=True)
    print(f"{path.stem}: {statistics.median(trips):.2f} ms, {len(trips)} times")
    return {
        "round_trip_ms": round(statistics.median(trips), 3),
        "round_trip_95th_ms": round(float(np.percentile(trips, 95)), 3),
        "python_ms": round(statistics.median(python), 3),
    }
