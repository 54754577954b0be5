"""Start-up time in Chromium, from navigation to the first answer, against others.

Each contestant is a page with a worker that gets one image at once. All compute the
same network, 784-500-300-100-10. A run uses a fresh profile: a cold start, then a warm
start of the reopened browser (on a slow line only the cold one). Contestants take
turns, so that other load on the machine affects all alike; ratios mean more than
milliseconds. Then Firefox, and STARTS cold starts of the page in a row.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import json
import os
import shutil
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from playwright.sync_api import BrowserType, sync_playwright

from nnweb.data.idx import read_idx
from nnweb.images.preprocess import prepare
from nnweb.layers import Dense
from nnweb.weights.convert.onnx_export import to_onnx
from nnweb.weights.json_format import load
from tools.build.site import build
from tools.build.sources import MODELS, ROOT
from tools.build.wheel import cached_wheel, write_pyodide_lock
from tools.dev.browser import launch_options
from tools.dev.serve import Handler, Server, serving
from tools.runtime.fetch import fetch, load_lock

PAGES = Path(__file__).with_name("pages")
RIVALS = Path(__file__).with_name("rivals.lock.json")
# named like the build's folders, to be cached and compressed alike
PARTS, PLAIN = "app-000000000000", "runtime-000000000000"
ROUNDS = int(os.environ.get("NNWEB_BENCH_ROUNDS", "7"))
STARTS = int(os.environ.get("NNWEB_BENCH_STARTS", "50"))
IN_FIREFOX = ("stock", "A", "B")
#: Megabits per second and seconds of latency; the first is unlimited.
LINES = {
    "unthrottled": (0.0, 0.0),
    "25 Mbit/s": (25.0, 0.04),
    "10 Mbit/s": (10.0, 0.06),
}
_COMPRESSED = {".html", ".js", ".mjs", ".json", ".wasm"}  # as most hosts do
_CHUNK = 16384
_DONE = """async () => {
  while (globalThis.done === undefined) await new Promise((r) => setTimeout(r, 20));
  return globalThis.done;
}"""


def run() -> dict[str, Any]:
    """Return medians over ROUNDS: milliseconds, CPU seconds, bytes and memory."""
    with tempfile.TemporaryDirectory() as scratch:
        www = Path(scratch) / "www"
        contestants = _write_files(www)
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

    def ratio(name: str, other: str, kind: str = "cold") -> str:
        return f"{cold[name][f'{kind}_ms'] / cold[other][f'{kind}_ms']:.2f}"

    snapshot, stock = cold["B"], cold["stock"]
    return (
        f"from navigation to the first answer {snapshot['cold_ms'] / 1e3:.2f} s, of "
        f"which {cold['empty']['cold_ms'] / 1e3:.2f} s are an empty worker's; a stock "
        f"Pyodide page {stock['cold_ms'] / 1e3:.2f} s (so {ratio('B', 'stock')} of it, "
        f"{ratio('A', 'stock')} without the snapshot), onnxruntime-web "
        f"{cold['onnxruntime']['cold_ms'] / 1e3:.2f} s, TensorFlow.js "
        f"{cold['tensorflow']['cold_ms'] / 1e3:.2f} s; medians of {stock['runs']}. "
        f"Opened again: {ratio('B', 'stock', 'warm')} of the stock page. In Firefox "
        f"{firefox['B']['cold_of_stock']:.2f} of it. {in_a_row['from_snapshot']} of "
        f"{in_a_row['starts']} cold starts in a row came from the snapshot"
    )


# --- the contestants ------------------------------------------------------------------


def _write_files(www: Path) -> dict[str, str]:
    """Write all files to serve; return the page of each contestant by name."""
    parts = www / PARTS
    shutil.copytree(PAGES, parts)
    rivals = json.loads(RIVALS.read_text(encoding="utf-8"))["files"]
    for name, path in fetch(rivals).items():
        shutil.copyfile(path, parts / name)
    _write_network(parts)
    _write_picture(parts / "picture.js")
    wheel = write_runtime(www / PLAIN)
    wheel.rename(wheel.with_name("nnweb-0.0.0-py3-none-any.whl"))  # as in stock.js
    dist = build(ROOT / "dist")
    for tier in ("a", "b"):
        # gzip for all contestants, as of most hosts
        shutil.copytree(dist, www / tier, ignore=shutil.ignore_patterns("*.br", "*.gz"))
    app = next(path.name for path in (www / "a").glob("app-*"))
    _without_snapshot(www / "a" / app / "js" / "manifest.js")
    (www / "blank.html").write_text("<!doctype html><title>blank</title>")
    for path in list(www.rglob("*")):
        if path.suffix in _COMPRESSED:
            packed = gzip.compress(path.read_bytes(), 9, mtime=0)
            path.with_name(f"{path.name}.gz").write_bytes(packed)
    page = f"{PARTS}/page.html"
    return {
        "stock": f"{page}?worker=stock.js",
        "A": _engine_page(www, "a", app),
        "B": _engine_page(www, "b", app),
        "onnxruntime": f"{page}?worker=onnxruntime.js",
        "tensorflow": f"{page}?worker=tensorflow.js&classic",
        "empty": f"{page}?worker=empty.js",
    }


def _engine_page(www: Path, site: str, app: str) -> str:
    """Write a page for a built site that preloads its modules, as index.html does."""
    js = f"../{site}/{app}/js"
    text = (PAGES / "page.html").read_text(encoding="utf-8")
    script = '  <script type="module"'
    links = [
        f'  <link rel="modulepreload" href="{js}/{name}.js" />\n'
        for name in ("python-client", "manifest")
    ]
    name = f"page-{site}.html"
    (www / PARTS / name).write_text(text.replace(script, "".join([*links, script])))
    return f"{PARTS}/{name}?weights=mlp.json&engine={js}/python-client.js"


def _without_snapshot(script: Path) -> None:
    """Remove the snapshot from a manifest, so that tier B is not tried."""
    text = script.read_text(encoding="utf-8")
    head, begin, rest = text.partition("const RUNTIME = ")
    body, end, rest = rest.partition(";\n")
    runtime = json.loads(body)
    snapshot = runtime["snapshot"]
    theirs = {snapshot["memory"], *(module["file"] for module in snapshot["modules"])}
    theirs.update(snapshot["late"].values())
    runtime["files"] = [f for f in runtime["files"] if f["file"] not in theirs]
    runtime["snapshot"] = None
    text = head + begin + json.dumps(runtime) + end + rest
    script.write_text(text, encoding="utf-8")


def _write_network(parts: Path) -> None:
    """Write the network in each contestant's format."""
    network = load(MODELS / "mlp.json")
    shutil.copyfile(MODELS / "mlp.json", parts / "mlp.json")
    (parts / "mlp.onnx").write_bytes(to_onnx(network))
    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    arrays = [np.ascontiguousarray(a) for d in dense for a in d.params.values()]
    (parts / "mlp.bin").write_bytes(b"".join(a.tobytes() for a in arrays))
    sizes = [dense[0].fan_in, *(layer.fan_out for layer in dense)]
    (parts / "mlp-sizes.json").write_text(json.dumps(sizes))
    numbers = {}
    for i, layer in enumerate(dense):
        for key in ("W", "b"):
            values = layer.params[key].ravel().tolist()
            numbers[f"{key}{i}"] = [round(value, 8) for value in values]
    (parts / "mlp-numbers.json").write_text(json.dumps(numbers))


def _write_picture(path: Path) -> None:
    """Write a 7 of the test set, as RGBA and as network input."""
    file = ROOT / "assets" / "mnist" / "t10k-images-idx3-ubyte.gz"
    grey = 255 - read_idx(file)[:1]
    x = prepare(grey)[0]
    pixels = np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=-1)
    path.write_text(
        "// @ts-check\n/** A digit. */\n"
        f"export const PIXELS = Uint8Array.of({','.join(map(str, pixels.ravel()))});\n"
        f"export const INPUT = Float32Array.of({','.join(f'{v:.6g}' for v in x)});\n"
    )


def write_runtime(folder: Path) -> Path:
    """Write Pyodide's unchanged files, and nnweb's wheel, whose path is returned."""
    lock = load_lock()
    files = fetch(lock["files"])
    folder.mkdir()
    for entry in lock["files"]:
        name = Path(entry["url"]).name  # as Pyodide imports it
        shutil.copyfile(files[entry["file"]], folder / name)
    wheel = cached_wheel(lock, files["python_stdlib.zip"], print)
    write_pyodide_lock(lock["lock"], wheel, folder / "pyodide-lock.json")
    return Path(shutil.copyfile(wheel, folder / wheel.name))


# --- the simulated line ---------------------------------------------------------------


class LineServer(Server):
    """A server with a limited bandwidth, shared by all requests."""

    megabits = 0.0
    latency_s = 0.0
    sent_bytes = 0

    def __init__(self, *args: Any) -> None:
        self._turn = threading.Lock()
        self._free_at = 0.0
        super().__init__(*args)

    def send(self, chunk: bytes, target: BinaryIO) -> None:
        with self._turn:
            self.sent_bytes += len(chunk)
            if self.megabits:
                now = time.monotonic()
                self._free_at = max(now, self._free_at)
                self._free_at += len(chunk) * 8 / self.megabits / 1e6
                time.sleep(max(0.0, self._free_at - now))
        target.write(chunk)


class LineHandler(Handler):
    """Sends through the server's limited line."""

    server: LineServer
    policy = ""  # none, because TensorFlow.js needs eval

    def log_error(self, format: str, *args: Any) -> None:
        """Do not log errors such as a missing favicon."""

    def send_head(self) -> Any:
        time.sleep(self.server.latency_s)
        return super().send_head()

    def copyfile(self, source: Any, outputfile: Any) -> None:
        while chunk := source.read(_CHUNK):
            self.server.send(chunk, outputfile)


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
            server.sent_bytes, cpu = 0, _cpu_seconds(profile)
            page.goto(f"{server.url}{path}", wait_until="commit")
            done = page.evaluate(_DONE)
            used, memory = _cpu_seconds(profile) - cpu, _memory_bytes(profile)
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


def browser_processes(profile: Path) -> list[Path]:
    """Return the /proc folders of the browser with this profile, if /proc exists."""
    parents, roots = {}, []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            parents[int(folder.name)] = int(_fields(folder)[1])
        except OSError:
            continue
        if str(profile).encode() in command and b"--type=" not in command:
            roots.append(int(folder.name))

    def is_ours(pid: int) -> bool:
        while pid in parents:
            if pid in roots:
                return True
            pid = parents[pid]
        return False

    return [Path("/proc") / str(pid) for pid in parents if is_ours(pid)]


def _fields(process: Path) -> list[str]:
    """Return the fields of /proc/<pid>/stat, from the state on."""
    return (process / "stat").read_text().rpartition(")")[2].split()


def _cpu_seconds(profile: Path) -> float:
    ticks = 0
    for process in browser_processes(profile):
        with contextlib.suppress(OSError):  # the process has just ended
            ticks += sum(int(field) for field in _fields(process)[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def _memory_bytes(profile: Path) -> int:
    """Return the memory of all the browser's processes, shared pages proportionally."""
    kilobytes = 0
    for process in browser_processes(profile):
        with contextlib.suppress(OSError):
            for line in (process / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
    return kilobytes * 1024


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
                share = row[f"{kind}_ms"] / stock[f"{kind}_ms"]
                row[f"{kind}_of_stock"] = round(share, 3)
    return table


def _stages(runs: list[dict[str, Any]]) -> dict[str, int]:
    """Return when each stage of a cold start began, after the worker's start."""
    marks = [run["marks"] for run in runs if run["kind"] == "cold"]
    return {
        name: round(statistics.median(m[name] for m in marks if name in m))
        for name in marks[0]
    }
