"""Python starts from the snapshot, or from wheels where the snapshot fails.

body[data-tier] names the way: B is the snapshot, A the compiled wheels.
"""

import gzip
import json
import re
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, Route, expect

from tests.site.boot.conftest import runner, start_probe
from tests.site.conftest import Visit, until, without_integrity
from tests.site.test_failures import (
    SNAPSHOT,
    WHEEL,
    assert_fails,
    damaged,
    missing,
    retry,
    routed,
)
from tools.faststart.build import integrity

FIRST = "**/runtime-*/pyodide.first.wasm"
DEFERRED = "**/runtime-*/pyodide.deferred.wasm"
UMATH = "**/runtime-*/_multiarray_umath.wasm"
LATE = "**/runtime-*/code.bin"
MANIFEST = "**/app-*/js/manifest.js"
PYTHON_WORKER = "**/app-*/js/python-worker.js*"


#: Counts what the page, not its worker, compiles.
COMPILED = """
    window.compiled = { streamed: 0, bytes: 0 };
    const { compileStreaming, compile } = WebAssembly;
    WebAssembly.compileStreaming = async (source) => {
      const module = await compileStreaming(source);
      compiled.streamed += 1;
      return module;
    };
    WebAssembly.compile = (bytes) => {
      if (bytes.byteLength > 1e5) compiled.bytes += 1;
      return compile(bytes);
    };
"""


def tier(page: Visit) -> str | None:
    page.page.locator("body[data-tier]").wait_for(state="attached")
    return page.body.get_attribute("data-tier")


def why(page: Visit) -> str:
    return page.body.get_attribute("data-why") or ""


@pytest.mark.firefox
def test_python_starts_from_the_snapshot_and_requests_no_package(visit, strokes):
    """The code is compiled while it streams: browsers cache only that."""
    asked: list[str] = []

    def before(page: Page) -> None:
        page.add_init_script(COMPILED)
        page.on("request", lambda request: asked.append(request.url.split("/")[-1]))

    page = visit(before=before)
    page.draw(strokes["7"])

    assert page.digit() == "7"
    assert (tier(page), why(page)) == ("B", "")
    assert "snapshot.bin" in asked
    until(page.page, lambda: "pyodide.deferred.wasm" in asked)  # in the background
    others = (".whl", ".zip", "code.bin", "_umath_linalg.wasm", "pyodide.asm.wasm")
    assert [name for name in asked if name.endswith(others)] == []
    assert page.page.evaluate("compiled") == {"streamed": 2, "bytes": 0}
    assert page.watch.errors == []


# How a part may fail is in start-from-snapshot.test.js.
def test_python_starts_from_wheels_if_the_snapshot_cannot_be_loaded(visit, strokes):
    """Nothing of it is prefetched, and the worker's downloads are reported."""
    script = """
        window.words = [];
        new MutationObserver(() => {
          words.push(document.querySelector("#status .words")?.textContent ?? "");
        }).observe(document, { subtree: true, childList: true });
    """

    def before(page: Page) -> None:
        for url in (SNAPSHOT, FIRST, UMATH):
            routed(url, missing)(page)
        page.add_init_script(script)

    page = visit(before=before)
    page.draw(strokes["7"])

    assert page.digit() == "7"
    assert tier(page) == "A"
    assert re.search(r"(bin|wasm): the server answered 404", why(page))
    come = re.findall(r"([\d.]+) of [\d.]+ MB", " ".join(page.page.evaluate("words")))
    assert max(map(float, come)) > 2  # more than the network alone


Change = Callable[[dict[str, Any], bytes], bytes]


def changed_snapshot(dist: Path, change: Change) -> Callable[[Page], None]:
    """A build whose snapshot is whole and not what it should be.

    ``change`` may alter the description and returns other data.
    """
    image = gzip.decompress(next(dist.glob("nnweb-*/snapshot.bin")).read_bytes())
    text, header, runs, size = struct.unpack("<4I", image[:16])
    description = json.loads(image[16 : 16 + text])
    data = change(description, image[-size:])
    new = json.dumps(description).encode()
    rest = image[16 + -(-text // 16) * 16 : -size]
    sizes = struct.pack("<4I", len(new), header, runs, size)
    made = sizes + new + bytes(-len(new) % 16) + rest + data
    packed = gzip.compress(made, 1)

    def manifest(route: Route) -> None:
        body = route.fetch().text()
        entry = r'("snapshot.bin",\s*"size": )\d+(,\s*"integrity": ")[^"]*'
        listed = rf"\g<1>{len(packed)}\g<2>{integrity(packed)}"
        body, found = re.subn(entry, listed, body)
        assert found == 1
        route.fulfill(content_type="text/javascript", body=body)

    def before(page: Page) -> None:
        without_integrity(page)
        page.route(MANIFEST, manifest)
        page.route(SNAPSHOT, lambda route: route.fulfill(body=packed))

    return before


def of_another_build(description: dict[str, Any], data: bytes) -> bytes:
    description["files"]["pyodide.asm.wasm"] = "sha256-of-another"
    return data


def of_another_layout(description: dict[str, Any], data: bytes) -> bytes:
    description["layout"]["end"] += 16
    return data


def of_nonsense(description: dict[str, Any], data: bytes) -> bytes:
    return bytes(len(data))


def test_a_snapshot_that_arrives_inflated_starts(visit, strokes, dist):
    """As from a host that sends snapshot.bin.br with Content-Encoding: br."""
    image = gzip.decompress(next(dist.glob("nnweb-*/snapshot.bin")).read_bytes())
    page = visit(before=routed(SNAPSHOT, lambda route: route.fulfill(body=image)))
    page.draw(strokes["7"])

    assert page.digit() == "7"
    assert (tier(page), why(page)) == ("B", "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(
            *(of_another_build, r"made with another pyodide\.asm\.wasm"),
            marks=pytest.mark.exhaustive,
        ),
        pytest.param(
            *(of_another_layout, "does not fit: got .* expected"),
            marks=pytest.mark.exhaustive,
        ),
        # by Python itself, after all checks
        (of_nonsense, "^(?!.*(checksum|does not fit|made with))."),
    ],
)
def test_a_snapshot_that_does_not_fit_is_refused(visit, strokes, dist, change, reason):
    page = visit(before=changed_snapshot(dist, change))
    page.draw(strokes["7"])

    assert page.digit() == "7"
    assert tier(page) == "A"
    assert re.search(reason, why(page))


def unable_to_inflate(page: Page) -> None:
    """As a browser whose page and Python worker have no DecompressionStream."""
    script = "delete globalThis.DecompressionStream;"
    worker = f'import "./python-worker.js?original"; {script}'
    page.route(
        PYTHON_WORKER,
        lambda route: (
            route.continue_()
            if "original" in route.request.url or route.request.resource_type == "fetch"
            else route.fulfill(content_type="text/javascript", body=worker)
        ),
    )
    page.add_init_script(script)


def test_a_browser_that_cannot_inflate_starts_from_wheels(visit, strokes):
    page = visit(before=unable_to_inflate)
    page.draw(strokes["7"])

    assert page.digit() == "7"
    assert tier(page) == "A" and "DecompressionStream" in why(page)


UNABLE = """
    delete WebAssembly.compileStreaming; delete WebAssembly.compile;
    delete globalThis.DecompressionStream;
"""


@pytest.mark.parametrize(
    "before",
    [
        routed("**/js/prefetch-*.js", missing),
        lambda page: page.add_init_script(UNABLE),
    ],
    ids=["no prefetch", "neither WebAssembly nor DecompressionStream"],
)
def test_the_worker_decodes_what_the_page_cannot(visit, strokes, before):
    page = visit(before=before)
    page.draw(strokes["7"])

    assert page.digit() == "7"
    assert (tier(page), why(page)) == ("B", "")


def without_snapshot(page: Page) -> None:
    """The same build as if no snapshot could have been taken."""

    def manifest(route: Route) -> None:
        body = route.fetch().text()
        body, found = re.subn(
            r'"snapshot": \{.*?\n \}(?=,?\n)', '"snapshot": null', body, flags=re.S
        )
        assert found == 1
        route.fulfill(content_type="text/javascript", body=body)

    without_integrity(page)
    page.route(MANIFEST, manifest)


@pytest.mark.firefox(only="all")
def test_without_a_snapshot_python_starts_from_wheels_fetched_once(visit, strokes):
    asked: list[str] = []

    def before(page: Page) -> None:
        without_snapshot(page)
        page.add_init_script(COMPILED)
        page.on("request", lambda request: asked.append(request.url.split("/")[-1]))

    page = visit(before=before)
    page.draw(strokes["7"])

    assert page.digit() == "7"
    assert (tier(page), why(page)) == ("A", "this build has no snapshot")
    of_packages = (".whl", ".zip", ".wasm", "pyodide-lock.json")
    names = [name for name in asked if name.endswith(of_packages)]
    assert len(names) == 5 and len(set(names)) == 5
    assert page.page.evaluate("compiled") == {"streamed": 1, "bytes": 0}
    assert page.watch.errors == []


def test_if_both_ways_fail_the_page_says_so_and_retry_works(visit, strokes):
    page = visit(before=routed(WHEEL, damaged))  # and the snapshot is missing
    assert_fails(page, strokes, r"nnweb.*\.whl: .* does not match its checksum")

    page.page.unroute(SNAPSHOT)
    retry(page)

    assert page.digit() == "7"
    expect(page.problem).to_be_hidden()
    assert tier(page) == "B"


def test_no_digit_needs_the_deferred_code(visit, strokes):
    page = visit(before=routed(DEFERRED, missing))
    for digit, drawing in strokes.items():
        page.clear()
        page.draw(drawing)
        assert page.digit() == digit
    assert (tier(page), why(page)) == ("B", "")


# --- the Python that was restored -----------------------------------------------------


@pytest.fixture(scope="module")
def probe(modules: Page, site: str, dist: Path) -> Iterator[Page]:
    """A page with ``window.probe``: a worker whose Python was restored."""
    modules.context.unroute_all()
    start_probe(modules, site, dist)
    yield modules
    modules.evaluate("() => probe.terminate()")


@pytest.fixture(scope="module")
def python(probe: Page) -> Callable[[str], Any]:
    """Run Python in a restored interpreter; the value of its last line."""
    return runner(probe)


@pytest.fixture
def restart(probe: Page, site: str, dist: Path) -> Callable[[], None]:
    """Start another restored interpreter in place of the last."""

    def again() -> None:
        probe.evaluate("() => probe.terminate()")
        start_probe(probe, site, dist)

    return again


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("import numpy as np; int(np.arange(10).sum())", 45),
        (
            "(np.ones((3, 4), np.float32) @ np.ones((4, 2), np.float32)).sum().item()",
            24,
        ),
        (
            "np.linalg.solve(np.diag([2.0, 4.0]), np.ones(2)).tolist() == [0.5, 0.25]",
            True,
        ),
        ("np.round(np.linalg.svd(np.eye(3) * 2)[1]).tolist() == [2, 2, 2]", True),
        ("np.sort(np.array([3, 1, 2])).tolist() == [1, 2, 3]", True),
        ("np.array([[1, 'a'], [None, 2]], dtype=object).size", 4),
        ("np.einsum('ij,jk->ik', np.eye(2), np.eye(2)).trace().item()", 2),
        ("repr(np.float32([1, 0.5]))", "array([1. , 0.5], dtype=float32)"),
        ("import json; json.dumps({'a': [1.5, None]})", '{"a": [1.5, null]}'),
        ("import re; re.sub('a+', 'b', 'caat')", "cbt"),
        ("import js; js.JSON.parse('[1, 2]').to_py() == [1, 2]", True),
        ("from js import Object; len(Object.keys(Object.new()))", 0),
        ("import os; os.environ['HOME'] == os.getcwd() == '/home/pyodide'", True),
        ("import sys; sys.getrecursionlimit() > 100", True),
    ],
)
def test_the_restored_python_computes(python, code, value):
    assert python(code) == value


def test_a_restored_python_raises_and_reads_its_tracebacks(python):
    said = python("1 / 0")
    assert said.startswith("failed: PythonError") and "ZeroDivisionError" in said

    assert python(
        """
import traceback
try:
    np.linalg.inv(np.zeros((2, 2)))
except np.linalg.LinAlgError:
    text = traceback.format_exc()
"numpy/linalg/_linalg.py" in text and "Singular matrix" in text
"""
    )


def test_a_restored_python_ends_a_recursion_without_end(python):
    said = python("f = lambda: f()\nf()")

    assert "RecursionError" in said
    assert python("1 + 1") == 2


def test_a_restored_python_gets_more_memory(python):
    assert python("float(np.ones((96, 1024, 256), np.float32).sum())") == 96 * 2**18
    assert python("np.arange(3).tolist() == [0, 1, 2]")


LATE_CALLS = [
    ("np.vander([1, 2, 3], N=2).tolist()", "[[1, 1], [2, 1], [3, 1]]"),  # keywords
    ("np.ix_([0, 1], [2])[1].tolist()", "[[2]]"),  # *args
    ("np.diagflat([1, 2]).trace().item()", "3"),
    ("import textwrap; textwrap.shorten('a b c d', 4, placeholder='')", "'a b'"),
    (
        "import inspect; str(inspect.signature(np.vander))",
        "'(x, N=None, increasing=False)'",
    ),
    ("np.linalg.det(np.eye(2) * 2).item()", "4.0"),
]


@pytest.mark.parametrize(("code", "value"), LATE_CALLS)
def test_code_that_the_snapshot_lacks_is_fetched_when_called(python, code, value):
    *before, last = code.split("; ")
    said = python("\n".join([*before, f"repr({last})"]))

    assert said == value


def test_deferred_files_are_fetched_once_and_only_when_needed(probe, python, restart):
    asked: list[str] = []
    probe.context.on("request", lambda r: asked.append(r.url.split("/")[-1]))
    restart()

    assert python("import numpy as np; int(np.ones(3).sum())") == 3
    assert "code.bin" not in asked and "_umath_linalg.wasm" not in asked
    for _ in range(2):
        assert python("int(np.vander([2, 3]).sum())") == 7
        assert python("round(np.linalg.det(np.eye(2)))") == 1
    assert asked.count("code.bin") == asked.count("_umath_linalg.wasm") == 1


def corrupted(route: Route) -> None:
    """Of the right length."""
    with urlopen(route.request.url) as response:
        body = bytearray(response.read())
    body[1000] ^= 1
    route.fulfill(status=200, body=bytes(body))


def test_a_deferred_file_that_fails_is_an_error_and_is_fetched_again(
    probe, python, restart
):
    restart()
    python("import numpy as np")
    for how in (missing, corrupted):
        probe.context.route(LATE, how)
        said = python("np.vander([2, 3])")
        probe.context.unroute(LATE)

        assert "code.bin: could not be downloaded, or arrived damaged" in said
    assert python("int(np.vander([2, 3]).sum())") == 7


def test_visitors_draw_different_random_numbers_and_have_one_hash_seed(python, restart):
    """tools/faststart/README.md says why the hash seed may be the snapshot's."""
    asked = ("import random; random.random()", "hash('nnweb')")
    number, digest = map(python, asked)
    restart()

    assert 0 <= number < 1
    assert python(asked[0]) != number
    assert python(asked[1]) == digest
    python("import numpy as np, json")


def test_a_restored_python_knows_the_time(python):
    """Not when the snapshot was taken: by this machine's clock, which both have."""
    before = time.time()
    now = python("import time; time.time()")

    # the browser rounds, to some milliseconds
    assert before - 1 < now < time.time() + 1
    hour = time.localtime().tm_hour
    assert (hour - python("time.localtime().tm_hour")) % 24 in (0, 1)
