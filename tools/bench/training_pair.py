"""The lab's own training in Chromium: by one worker and by two, taking turns.

The built site, all that a step of the lab has: digits taken from memory, the step of
Adam, what is told to the page. A round is one worker and then two, and the speed-up is
the median over the rounds.
"""

from __future__ import annotations

import statistics
import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tools.build.site import ROOT, build
from tools.dev.browser import launch_options
from tools.dev.serve import make_server

_MEASURE = Path(__file__).with_name("pages") / "pair.js"
_ROUNDS, _SECONDS = 5, 2.0


def by_one_and_by_two(
    networks: tuple[str, ...], batches: tuple[int, ...]
) -> list[dict[str, Any]]:
    """Examples a second of each, and how many times as quick two are."""
    dist = build(ROOT / "dist")
    app = next(path.name for path in dist.iterdir() if path.name.startswith("app-"))
    server = make_server(dist)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options("chromium"))
            page = browser.new_page()
            # a page of the site with nothing on it: only the lab's worker, and its own
            page.route(
                "**/empty.html", lambda route: route.fulfill(content_type="text/html")
            )
            page.add_init_script(path=_MEASURE)
            page.goto(f"{server.url}empty.html")
            module = f"{server.url}{app}/js/lab/worker/client.js"
            rows = [
                _row(page, module, network, batch)
                for network in networks
                for batch in batches
            ]
            browser.close()
    finally:
        server.shutdown()
        server.server_close()
    return rows


def _row(page: Page, module: str, network: str, batch: int) -> dict[str, Any]:
    choices = {"layers": network, "batch_size": batch, "epochs": 1000}
    rounds = page.evaluate(
        "([url, choices, rounds, seconds]) =>"
        " measurePair(url, choices, rounds, seconds)",
        [module, choices, _ROUNDS, _SECONDS],
    )
    one, two = (statistics.median(speeds) for speeds in zip(*rounds, strict=True))
    row = {
        "network": network,
        "batch": batch,
        "one_worker": round(one),
        "two_workers": round(two),
        "speed_up": round(statistics.median(b / a for a, b in rounds), 2),
    }
    print(f"in the lab: {row}", flush=True)
    return row
