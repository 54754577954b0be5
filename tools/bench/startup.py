"""Start-up time in Chromium, from navigation to the first answer, against others.

Each contestant is a page with a worker that gets one image at once. All compute the
same network, 784-500-300-100-10. A run uses a fresh profile: a cold start, then a warm
start of the reopened browser (on a slow line only the cold one). Contestants take
turns, so that other load on the machine affects all alike; ratios mean more than
milliseconds. Then Firefox, and STARTS cold starts of the page in a row.
"""

import functools
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserType, sync_playwright

from tools.bench.browser_processes import cpu_seconds, memory_bytes
from tools.bench.contestants import write_contestants
from tools.bench.line_server import LineHandler, LineServer
from tools.dev.browser import launch_options
from tools.dev.serve import serving

ROUNDS = int(os.environ.get("NNWEB_BENCH_ROUNDS", "7"))
STARTS = int(os.environ.get("NNWEB_BENCH_STARTS", "50"))
IN_FIREFOX = ("stock", "A", "B")
#: Megabits per second and seconds of latency; the first is unlimited.
LINES = {
    "unthrottled": (0.0, 0.0),
    "25 Mbit/s": (25.0, 0.04),
    "10 Mbit/s": (10.0, 0.06),
}
_DONE = """async () => {
  while (globalThis.done === undefined) await new Promise((r) => setTimeout(r, 20));
  return globalThis.done;
}"""


def run() -> dict[str, Any]:
    """Return medians over ROUNDS: milliseconds, CPU seconds, bytes and memory."""
    with tempfile.TemporaryDirectory() as scratch:
        www = Path(scratch) / "www"
        contestants = write_contestants(www)
        server = LineServer(
            ("127.0.0.1", 0), functools.partial(LineHandler, directory=str(www))
        )
        with serving(server), sync_playwright() as playwright:
            visits = Visits(playwright.chromium, "chromium", server, Path(scratch))
            lines = {}
            for line, (rate, latency) in LINES.items():
                server.megabits, server.latency_s = rate, latency
                kinds = KINDS[:1] if rate else KINDS
                lines[line] = _medians(_take_turns(visits, contestants, ROUNDS, kinds))
            server.megabits = server.latency_s = 0.0
            in_a_row = _in_a_row(visits, contestants["B"])
            some = {name: contestants[name] for name in IN_FIREFOX}
            other = Visits(playwright.firefox, "firefox", server, Path(scratch))
            firefox = _medians(_take_turns(other, some, ROUNDS, KINDS))
            versions = {each.name: each.version() for each in (visits, other)}
    return {
        "summary": _summary(lines["unthrottled"], firefox, in_a_row),
        "versions": versions,
        "lines": lines,
        "firefox": firefox,
        "in_a_row": in_a_row,
    }


def _summary(
    cold: dict[str, Any], firefox: dict[str, Any], in_a_row: dict[str, Any]
) -> str:
    snapshot, stock = cold["B"], cold["stock"]
    return (
        f"from navigation to the first answer {snapshot['cold_ms'] / 1e3:.2f} s, of "
        f"which {cold['empty']['cold_ms'] / 1e3:.2f} s are an empty worker's; a stock "
        f"Pyodide page {stock['cold_ms'] / 1e3:.2f} s (so "
        f"{snapshot['cold_of_stock']:.2f} of it, {cold['A']['cold_of_stock']:.2f} "
        f"without the snapshot), onnxruntime-web "
        f"{cold['onnxruntime']['cold_ms'] / 1e3:.2f} s, TensorFlow.js "
        f"{cold['tensorflow']['cold_ms'] / 1e3:.2f} s; medians of {stock['runs']}. "
        f"Opened again: {snapshot['warm_of_stock']:.2f} of the stock page. In Firefox "
        f"{firefox['B']['cold_of_stock']:.2f} of it. {in_a_row['from_snapshot']} of "
        f"{in_a_row['starts']} cold starts in a row came from the snapshot"
    )


# --- measuring ------------------------------------------------------------------------


KINDS = ("cold", "warm")


class Visits:
    """Visits of one browser to the pages of a server."""

    def __init__(
        self, kind: BrowserType, name: str, server: LineServer, scratch: Path
    ) -> None:
        self.name = name
        self._kind, self._server, self._scratch = kind, server, scratch
        self._options = launch_options(name)
        self._profiles = 0

    def profile(self) -> Path:
        """Return a folder for a new browser profile."""
        self._profiles += 1
        return self._scratch / f"{self.name}-{self._profiles}"

    def version(self) -> str:
        browser = self._kind.launch(**self._options)
        version = browser.version
        browser.close()
        return version

    def visit(self, path: str, profile: Path, *, again: bool = False) -> dict[str, Any]:
        """Measure one start. ``again``: the profile will be used again."""
        server = self._server
        context = self._kind.launch_persistent_context(str(profile), **self._options)
        try:
            page = context.pages[0] if context.pages else context.new_page()
            page.goto(f"{server.url}blank.html")
            time.sleep(1.2)
            server.sent_bytes, cpu = 0, cpu_seconds(profile)
            page.goto(f"{server.url}{path}", wait_until="commit")
            done = page.evaluate(_DONE)
            used, memory = cpu_seconds(profile) - cpu, memory_bytes(profile)
            sent = server.sent_bytes
            if done["digit"] != 7:
                raise AssertionError(f"{path}: recognized a 7 as {done['digit']}")
            if again:
                time.sleep(1)  # browsers write their caches with a delay
            return {
                "ms": done["milliseconds"],
                "cpu_s": used,
                "bytes": sent,
                "memory_bytes": memory,
                "tier": done.get("tier"),
                "marks": done.get("marks"),
            }
        finally:
            context.close()


def _take_turns(
    visits: Visits, contestants: dict[str, str], rounds: int, kinds: tuple[str, ...]
) -> list[dict[str, Any]]:
    runs = []
    for i in range(rounds):
        for name, path in contestants.items():
            profile = visits.profile()
            for kind in kinds:
                run = visits.visit(path, profile, again=kind != kinds[-1])
                runs.append({"name": name, "kind": kind, **run})
                print(
                    f"{visits.name} {i} {name:<12} {kind} {run['ms']:7.0f} ms "
                    f"{run['cpu_s']:5.2f} s CPU {run['bytes'] / 1e6:6.2f} MB",
                    flush=True,
                )
            shutil.rmtree(profile, ignore_errors=True)
    return runs


def _in_a_row(visits: Visits, path: str) -> dict[str, Any]:
    """Measure cold starts of one page; a wrong answer raises."""
    runs = []
    for _ in range(STARTS):
        profile = visits.profile()
        runs.append(visits.visit(path, profile))
        shutil.rmtree(profile, ignore_errors=True)
    times = [run["ms"] for run in runs]
    return {
        "starts": len(runs),
        "from_snapshot": sum(run["tier"] == "B" for run in runs),
        "median_ms": round(statistics.median(times)),
        "slowest_ms": round(max(times)),
    }


def _medians(runs: list[dict[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for name in dict.fromkeys(run["name"] for run in runs):
        row: dict[str, Any] = {}
        for kind in dict.fromkeys(run["kind"] for run in runs):
            some = [r for r in runs if (r["name"], r["kind"]) == (name, kind)]
            row["runs"] = len(some)
            row[f"{kind}_ms"] = round(statistics.median(r["ms"] for r in some))
            row[f"{kind}_cpu_s"] = round(statistics.median(r["cpu_s"] for r in some), 2)
            for key in ("bytes", "memory_bytes"):
                row[f"{kind}_{key}"] = round(statistics.median(r[key] for r in some))
        tiers = {r["tier"] for r in runs if r["name"] == name} - {None}
        if tiers:
            row["tier"] = "/".join(sorted(tiers))
            row["stages_ms"] = _stages([r for r in runs if r["name"] == name])
        table[name] = row
    stock = table["stock"]
    for row in table.values():
        for kind in KINDS:
            if f"{kind}_ms" in row:
                row[f"{kind}_of_stock"] = row[f"{kind}_ms"] / stock[f"{kind}_ms"]
    return table


def _stages(runs: list[dict[str, Any]]) -> dict[str, int]:
    """Return when each stage of a cold start began, after the worker's start."""
    marks = [run["marks"] for run in runs if run["kind"] == "cold"]
    return {
        name: round(statistics.median(m[name] for m in marks if name in m))
        for name in marks[0]
    }
