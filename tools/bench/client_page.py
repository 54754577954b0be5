"""An empty page of the built site with a worker client, ``engine``, for benchmarks."""

import base64
from pathlib import Path

from playwright.sync_api import Browser, Page

from tools.build.sources import MODELS

_OPEN = """async ([app, weights]) => {
  const { createPythonClient } = await import(
    new URL(`./${app}/js/python-client.js`, location.href));
  globalThis.engine = createPythonClient({});
  await engine.open(Uint8Array.from(atob(weights), (c) => c.charCodeAt(0)).buffer);
}"""


def open_client(browser: Browser, url: str, dist: Path, network: str) -> Page:
    """Open a page without a worker of its own; its client has opened the network."""
    page = browser.new_page()
    page.route("**/empty.html", lambda route: route.fulfill(content_type="text/html"))
    page.goto(f"{url}empty.html")
    weights = (MODELS / f"{network}.json").read_bytes()
    app = next(dist.glob("app-*")).name
    page.evaluate(_OPEN, [app, base64.b64encode(weights).decode("ascii")])
    return page
