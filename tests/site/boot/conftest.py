"""A worker whose Python runs what a test sends, made of the modules in site/js."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

SOURCES = Path(__file__).resolve().parents[3] / "site" / "js"
PROBE = """
import { start } from "./boot/start.js";
import * as manifest from "./manifest.js";
const RUNTIME = { ...manifest.RUNTIME };
if (self.name !== "B") RUNTIME.snapshot = null;
const started = start({ ...manifest, RUNTIME }, { report: () => {} });
started.catch(() => {});
const reports = [];
addEventListener("message", async ({ data }) => {
  try {
    const { pyodide, complete } = await started;
    const report = (...progress) => reports.push(progress);
    if (data.code === undefined) await complete(report);
    const value = data.code === undefined ? reports : pyodide.runPython(data.code);
    postMessage(pyodide.isPyProxy?.(value) ? String(value) : value);
  } catch (error) {
    postMessage(`failed: ${error}`);
  }
});
"""
ASK = """data => new Promise((resolve, reject) => {
    probe.onmessage = ({ data }) => resolve(data);
    probe.onerror = (event) => reject(new Error(event.message));
    probe.postMessage(data);
})"""


def fulfill(where: Page | BrowserContext, path: str, kind: str, body: str) -> None:
    where.route(f"**/{path}", lambda route: route.fulfill(content_type=kind, body=body))


def start_probe(page: Page, site: str, dist: Path, tier: str = "B") -> None:
    """Make ``window.probe``, which starts Python in the way that ``tier`` says."""

    def source(route: Route) -> None:
        path = SOURCES / route.request.url.partition("/app-source/js/")[2]
        if path.name == "manifest.js":
            if tier == "plain":  # the test has its own
                route.fallback()
                return
            path = next(dist.glob("app-*")) / "js" / "manifest.js"
        route.fulfill(content_type="text/javascript", body=path.read_text("utf-8"))

    page.context.route("**/app-source/js/**", source)
    fulfill(page.context, "app-source/js/probe.js", "text/javascript", PROBE)
    url = f"{site}app-source/js/probe.js"
    page.evaluate(
        """([url, name]) => {
            window.probe = new Worker(url, { type: "module", name });
        }""",
        [url, tier],
    )


def runner(page: Page) -> Callable[[str], Any]:
    """A function that runs Python in the probe; the value of the last line."""
    return lambda code: page.evaluate(ASK, {"code": code})
