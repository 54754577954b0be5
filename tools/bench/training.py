"""Training speed in Chromium, against ``@`` and TensorFlow.js.

Steps of plain gradient descent, with batches ready in memory, each contestant in its
own worker: nnweb in Pyodide, the same with every product as ``@``, and TensorFlow.js
with its cpu and wasm backends. They take turns, so that other load on the machine
affects all alike. For comparison, the machine's maximum rate of multiply-adds in
WebAssembly; nnweb's share of it counts all multiply-adds of a step, also those that
nnweb skips.
"""

import json
import shutil
import statistics
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

from nnweb.data.datasets import load_mnist
from nnweb.network import InputSpec
from nnweb.training.batches import inputs_of
from tools.bench.contestants import write_runtime
from tools.bench.machine import ADDS, module
from tools.build.sources import MNIST
from tools.dev.browser import launch_options
from tools.dev.serve import make_server, serving
from tools.runtime.fetch import fetch

PAGES = Path(__file__).with_name("pages") / "training"
RIVALS = Path(__file__).with_name("rivals.lock.json")
NETWORKS = ("784-128-10", "784-500-300-100-10")
BATCHES = (64, 128)
ROUNDS, SECONDS = 5, 1.0
DIGITS = 2048  # to train on
_RIVAL_FILES = ("tf.min.js", "tf-backend-wasm.min.js", "tfjs-backend-wasm-simd.wasm")
_CONTESTANTS: dict[str, tuple[str, bool, dict[str, Any]]] = {
    "nnweb": ("nnweb.js", False, {"plain": False}),
    "nnweb with @": ("nnweb.js", False, {"plain": True}),
    "TensorFlow.js wasm": ("tensorflow.js", True, {"backend": "wasm"}),
    "TensorFlow.js cpu": ("tensorflow.js", True, {"backend": "cpu"}),
}


def run() -> dict[str, Any]:
    """Return medians of ROUNDS rounds of SECONDS each."""
    with tempfile.TemporaryDirectory() as scratch:
        www = Path(scratch)
        _write_files(www)
        # without a policy, because TensorFlow.js needs eval
        server = make_server(www, policy="")
        with serving(server), sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options("chromium"))
            page = browser.new_page()
            page.goto(f"{server.url}training/training.html")
            machine = _machine(page)
            table = _table(page)
            version = browser.version
            browser.close()
    for row in table:
        adds = row["examples_per_second"]["nnweb"] * row["multiply_adds_per_example"]
        row["share_of_machine"] = {
            name: round(adds / rate, 3) for name, rate in machine.items()
        }
    return {
        "summary": _summary(table),
        "chromium": version,
        "multiply_adds_per_second": machine,
        "networks": table,
    }


def _summary(table: list[dict[str, Any]]) -> str:
    parts = []
    for row in table:
        if row["batch"] != BATCHES[0]:
            continue
        speed = row["examples_per_second"]
        others = ", ".join(
            f"{name} {value:,}" for name, value in speed.items() if name != "nnweb"
        )
        parts.append(
            f"{row['network']}: {speed['nnweb']:,} examples per second ({others}), "
            f"{row['share_of_machine']['scalar']:.0%} of the machine's multiply-adds"
        )
    return f"batches of {BATCHES[0]}; " + "; ".join(parts)


def _write_files(www: Path) -> None:
    """Write all files to serve."""
    shutil.copytree(PAGES, www / "training")
    rivals = json.loads(RIVALS.read_text(encoding="utf-8"))["files"]
    wanted = [entry for entry in rivals if entry["file"] in _RIVAL_FILES]
    for name, path in fetch(wanted).items():
        shutil.copyfile(path, www / "training" / name)
    (www / "training" / "machine.wasm").write_bytes(module())
    data = load_mnist(MNIST).train.take(slice(0, DIGITS), "to measure")
    ink = (inputs_of(data, InputSpec()) * 255 + np.float32(0.5)).astype(np.uint8)
    (www / "training" / "digits.bin").write_bytes(ink.tobytes() + data.labels.tobytes())
    write_runtime(www / "runtime")


def _machine(page: Page) -> dict[str, int]:
    """Measure multiply-adds per second, of one number at a time and of four."""
    found = {}
    page.evaluate("async () => { window.machine = await contestant('machine.js'); }")
    for kernel, adds in ADDS.items():
        question = {"kernel": kernel, "adds": adds, "seconds": SECONDS / 2}
        rates = [page.evaluate("q => machine(q)", question) for _ in range(ROUNDS)]
        found[kernel] = round(max(rates))  # the upper limit counts
        print(f"machine, {kernel}: {found[kernel] / 1e9:.2f} G multiply-adds/s")
    return found


def _table(page: Page) -> list[dict[str, Any]]:
    names = list(_CONTESTANTS)
    for at, (worker, classic, _) in enumerate(_CONTESTANTS.values()):
        page.evaluate(
            "async ([at, worker, classic]) => {"
            " (window.contestants ??= [])[at] = await contestant(worker, classic); }",
            [at, worker, classic],
        )
    rows = []
    for network in NETWORKS:
        for batch in BATCHES:
            found: dict[str, list[float]] = {name: [] for name in names}
            for _ in range(ROUNDS):
                for at, name in enumerate(names):
                    question = {"sizes": network, "batch": batch, "seconds": SECONDS}
                    question |= _CONTESTANTS[name][2]
                    rate = page.evaluate(
                        "([at, q]) => contestants[at](q)", [at, question]
                    )
                    found[name].append(rate)
            speeds = {name: round(statistics.median(v)) for name, v in found.items()}
            print(f"{network}, batches of {batch}: {speeds} examples/s", flush=True)
            rows.append(
                {
                    "network": network,
                    "batch": batch,
                    "examples_per_second": speeds,
                    "multiply_adds_per_example": _multiply_adds(network),
                }
            )
    return rows


def _multiply_adds(network: str) -> int:
    """Count multiply-adds of one step: forward, gradients of weights and inputs."""
    sizes = [int(size) for size in network.split("-")]
    layers = [a * b for a, b in pairwise(sizes)]
    return 2 * sum(layers) + sum(layers[1:])
