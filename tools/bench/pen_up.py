"""Time to read a number again after its last stroke, in Chromium.

Numbers of ten digits, composed of the digits of six held-out people, are sent to the
page's worker as they are written: all strokes so far, after each one. Measured is the
last: in Python, and the whole round trip; and the processor time in native Python. Of
each number the best of ROUNDS, so that other load on the machine counts little; the
figures are over all numbers.
"""

import statistics
from itertools import islice
from time import process_time
from typing import Any

from playwright.sync_api import sync_playwright

from nnweb.network import Network
from nnweb.numbers.reader import Conditions, NumberReader
from nnweb.numbers.separators import SIGNS
from nnweb.weights.json_format import load
from tools.bench.client_page import open_client
from tools.bench.composed_numbers import Strokes, compose_numbers
from tools.build.site import build
from tools.build.sources import MODELS, ROOT
from tools.dev.browser import launch_options
from tools.dev.serve import make_server, serving

DIGITS, COUNT, ROUNDS, SEED = 10, 12, 7, 3

_WRITE = """async (strokes) => {
  let measured;
  for (let end = 1; end <= strokes.length; end += 1) {
    const written = strokes.slice(0, end);
    const points = Float32Array.from(written.flat(2)).buffer;
    const lengths = written.map((stroke) => stroke.length);
    const start = performance.now();
    const { milliseconds } = await engine.request("read", { points, lengths });
    measured = [milliseconds, performance.now() - start];
  }
  return measured;
}"""


def run() -> dict[str, Any]:
    """Return medians and the worst over the numbers, in milliseconds."""
    composed = (n for n in compose_numbers(1000, SEED) if _is_plain(n.text))
    drawn = [number.strokes for number in islice(composed, COUNT)]
    numbers = [[stroke.tolist() for stroke in strokes] for strokes in drawn]
    network = load(MODELS / "cnn.json")
    native = [min(_native_ms(network, s) for _ in range(ROUNDS)) for s in drawn]
    dist = build(ROOT / "dist")
    with serving(make_server(dist)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options("chromium"))
        page = open_client(browser, server.url, dist, "cnn")
        rounds = [
            [page.evaluate(_WRITE, number) for number in numbers] for _ in range(ROUNDS)
        ]
        version = browser.version
        browser.close()
    figures = {"native_cpu_ms": round(statistics.median(native), 1)}
    for place, name in enumerate(("python_ms", "round_trip_ms")):
        best = [min(of[i][place] for of in rounds) for i in range(len(numbers))]
        figures[name] = round(statistics.median(best), 1)
        figures[f"worst_{name}"] = round(max(best), 1)
    summary = (
        f"a number of {DIGITS} digits is read again {figures['round_trip_ms']:.0f} ms "
        f"after its last stroke ({figures['python_ms']:.0f} in Python; the slowest of "
        f"{COUNT} numbers {figures['worst_round_trip_ms']:.0f}); in native Python that "
        f"is {figures['native_cpu_ms']:.0f} ms of processor time"
    )
    return {"summary": summary, "chromium": version, **figures}


def _native_ms(network: Network, strokes: Strokes) -> float:
    reader, every = NumberReader(network), Conditions("".join(network.labels) + SIGNS)
    for end in range(1, len(strokes)):
        reader.read(strokes[:end], every)
    start = process_time()
    reader.read(strokes, every)
    return (process_time() - start) * 1e3


def _is_plain(text: str) -> bool:
    return len(text) == DIGITS and text.isdigit()
