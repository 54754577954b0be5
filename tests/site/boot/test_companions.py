"""A host that compresses nothing sends companions, which the page unpacks itself."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler
from itertools import filterfalse
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.site.conftest import BOOT_MS, Visit
from tools.dev.serve import Handler, make_server, serving

#: Of a first visit, with its answer.
LIMIT_BYTES = 6_500_000
#: The companions that a start needs.
FIRST = {
    *("pyodide.mjs.js.gz", "pyodide.asm.mjs.js.gz", "pyodide.first.wasm.gz"),
    *("_multiarray_umath.wasm.gz", "cnn.json.gz"),
}
#: What browsers note in their console by themselves.
BROWSERS_OWN = re.compile("404|blob:|input data is corrupted")


class Plain(SimpleHTTPRequestHandler):
    """Sends files as they are, without headers of its own."""

    protocol_version = "HTTP/1.1"


class PageForMissing(Plain):
    """The same, with the page in place of what is missing."""

    def send_head(self) -> Any:
        if not Path(self.translate_path(self.path)).exists():
            self.path = "/index.html"
        return super().send_head()


class Uncompressed(Handler):
    """As it is configured, but that it compresses nothing."""

    def _compressed(self) -> None:
        return None


@dataclass
class Host:
    url: str = ""
    sent: int = 0  # bytes
    asked: list[str] = field(default_factory=list)

    def companions(self) -> list[str]:
        return [name for name in self.asked if name.endswith(".gz")]

    def large_files(self) -> list[str]:
        """Those that were asked for as they are, and have companions."""
        return [name for name in self.asked if name.endswith((".wasm", ".mjs.js"))]


@contextmanager
def hosting(
    folder: Path, kind: type[SimpleHTTPRequestHandler] = Plain
) -> Iterator[Host]:
    host = Host()

    class Counting(kind):  # type: ignore[misc,valid-type]
        def send_head(self) -> Any:
            host.asked.append(self.path.rpartition("/")[2])
            return super().send_head()

        def copyfile(self, source: Any, outputfile: Any) -> None:
            while chunk := source.read(65_536):
                outputfile.write(chunk)
                host.sent += len(chunk)

        def log_message(self, format: str, *args: Any) -> None:
            pass

        log_error = log_message

    with serving(make_server(folder, kind=Counting)) as server:
        host.url = server.url
        yield host


@pytest.fixture
def host() -> Iterator[Callable[..., Host]]:
    """Make a host of a folder, of a kind that may be given."""
    with ExitStack() as hosts:
        yield lambda *given: hosts.enter_context(hosting(*given))


def assert_quick_answer(page: Visit, strokes: dict[str, Any]) -> None:
    """A 7 is read, by a Python that has started from the snapshot."""
    page.draw(strokes["7"])
    assert page.digit() == "7"
    page.page.locator("body[data-tier=B]").wait_for(state="attached")


@pytest.mark.firefox
def test_a_host_that_compresses_nothing_sends_little(
    visit, host, dist_with_companions, strokes
):
    plain = host(dist_with_companions)
    page = visit(at=plain.url)

    assert_quick_answer(page, strokes)
    assert set(plain.companions()) >= FIRST
    assert plain.large_files() == []
    assert plain.sent < LIMIT_BYTES
    assert page.watch.errors == []


def test_a_host_that_compresses_is_asked_for_the_files_themselves(
    visit, host, dist_with_companions, strokes
):
    compressing = host(dist_with_companions, Handler)
    page = visit(at=compressing.url)

    assert_quick_answer(page, strokes)
    assert compressing.companions() == []
    assert compressing.sent < LIMIT_BYTES
    for name in ("pyodide.first.wasm", "_multiarray_umath.wasm", "cnn.json"):
        assert compressing.asked.count(name) == 1


def test_a_build_without_companions_is_asked_for_none(visit, host, dist, strokes):
    plain = host(dist)
    page = visit(at=plain.url)
    page.draw(strokes["7"])

    assert page.digit() == "7"
    assert plain.companions() == []
    assert page.watch.errors == []


@pytest.mark.firefox(only="all")
@pytest.mark.parametrize("kind", [Plain, PageForMissing])
def test_where_companions_are_missing_the_files_are_used(
    visit, host, dist_with_companions, tmp_path, strokes, kind
):
    """As where somebody has deleted them, or a host does not publish them."""
    ignored = shutil.ignore_patterns("mnist-*", "*.gz")
    shutil.copytree(dist_with_companions, tmp_path / "site", ignore=ignored)
    plain = host(tmp_path / "site", kind)
    page = visit(at=plain.url)

    assert_quick_answer(page, strokes)
    asked = plain.companions()
    assert len(asked) == len(set(asked)) > 0
    expect(page.problem).to_be_hidden()
    assert not set(filterfalse(BROWSERS_OWN.search, page.watch.errors))


def test_a_damaged_companion_is_replaced_by_its_file(
    visit, host, dist_with_companions, tmp_path, strokes
):
    ignored = shutil.ignore_patterns("mnist-*")
    shutil.copytree(dist_with_companions, tmp_path / "site", ignore=ignored)
    companion = next((tmp_path / "site").glob("*/pyodide.first.wasm.gz"))
    body = bytearray(companion.read_bytes())
    body[len(body) // 2] ^= 1
    companion.write_bytes(body)
    plain = host(tmp_path / "site")
    page = visit(at=plain.url)

    assert_quick_answer(page, strokes)
    assert plain.large_files() == ["pyodide.first.wasm"]
    assert not set(filterfalse(BROWSERS_OWN.search, page.watch.errors))


def test_a_policy_that_forbids_modules_from_blobs_costs_only_bytes(
    visit, host, dist_with_companions, strokes
):
    """Hosts that send one are configured, and so compress."""
    configured = host(dist_with_companions, Uncompressed)
    page = visit(at=configured.url)

    assert_quick_answer(page, strokes)
    assert {*configured.large_files()} == {"pyodide.mjs.js", "pyodide.asm.mjs.js"}
    assert not set(filterfalse(BROWSERS_OWN.search, page.watch.errors))


@pytest.mark.firefox(only="all")
def test_what_is_stored_for_offline_use_is_unpacked(
    visit, host, dist_with_companions, strokes
):
    plain = host(dist_with_companions)
    page = visit(at=plain.url, offline=True)
    stored = page.page.locator("#offline")
    expect(stored).to_contain_text("This page now works offline.", timeout=BOOT_MS)
    assert plain.large_files() == []

    plain.asked.clear()
    page.page.reload()

    assert_quick_answer(page, strokes)
    assert {*plain.asked} <= {"sw.js"}
    assert page.watch.errors == []


def test_a_digit_pad_unpacks_companions_too(visit, host, dist_with_companions, strokes):
    plain = host(dist_with_companions)
    page = visit("examples/form.html", at=plain.url)
    page.draw(strokes["7"], on="#floor canvas.ink")

    floor = page.page.locator("#floor")
    expect(floor).to_have_js_property("value", "7", timeout=BOOT_MS)
    assert plain.large_files() == []
    assert page.watch.errors == []
