"""The page's modules one by one, in a browser but without a page."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Route


@pytest.fixture
def run(modules: Page):
    """Run the body of an async JavaScript function; ``use`` imports a module."""

    def run_body(body: str, argument: Any = None) -> Any:
        return modules.evaluate(
            f"""async (given) => {{
                const use = (name) => import(`${{js}}/${{name}}.js`);
                const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
                const told = (promise) => promise.then(
                    (value) => value,
                    (error) => `${{error.name}}: ${{error.message}}`);
                {body}
            }}""",
            argument,
        )

    return run_body


# unzip.js

UNZIP = """
    const { unzip } = await use("boot/unzip");
    const archive = Uint8Array.from(given).buffer;
    const files = await unzip(archive);
    return files.map(([name, content]) => [name, [...content]]);
"""


def archive_of(files: dict[str, bytes], method: int) -> list[int]:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return list(made.getvalue())


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_what_is_in_a_wheel_is_unpacked(run, method):
    files = {
        "nn/__init__.py": b"",
        "nn/w\u00e4g.py": b"x = 1\n" * 99,
        "nn/a.so": b"\0a",
    }

    unpacked = run(UNZIP, archive_of(files, method))

    assert {name: bytes(content) for name, content in unpacked} == files


@pytest.mark.parametrize("size", [0, 21, 60])
def test_what_is_no_archive_is_not_unpacked(run, size):
    broken = archive_of({"a.py": b"a" * 99}, zipfile.ZIP_STORED)[:size]

    with pytest.raises(Error, match="it is no zip archive"):
        run(UNZIP, broken)


# wrappers.js


def test_small_modules_that_are_alike_are_compiled_once_until_that_ends(run):
    same = run(
        """const { compileOnce } = await use("boot/wrapper-cache");
        const empty = [0, 97, 115, 109, 1, 0, 0, 0];
        const small = () => new WebAssembly.Module(Uint8Array.of(...empty));
        const other = () => new WebAssembly.Module(
            Uint8Array.of(...empty, 1, 4, 1, 0x60, 0, 0));
        const large = () => new WebAssembly.Module(
            Uint8Array.of(...empty, 0, 70, 1, 97, ...Array(68).fill(0)));
        const end = compileOnce();
        const during = [small() === small(), small() === other(), large() === large(),
            small() instanceof WebAssembly.Module];
        end();
        return [...during, small() === small()];"""
    )

    assert same == [True, False, False, True, False]


# download.js

FETCH = """
    const { fetchBytes } = await use("boot/download");
    const url = new URL("../../data.bin", js + "/");
    const counts = [];
    const get = (integrity) => told(fetchBytes(
        url, { integrity, onBytes: (loaded) => counts.push(loaded) }).then(
            (buffer) => [...new Uint8Array(buffer)]));
"""
INTEGRITY = "sha256-A5BYxvLAy0ksUzsKTRTvd8wPeKvMztUofYShogEc+4E="  # of bytes 1 2 3


@pytest.fixture
def data_bin(modules: Page):
    """What /data.bin answers, one after the other; the last one goes on."""
    answers: list[Any] = []

    def serve(route: Route) -> None:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer == "silence":
            return
        route.fulfill(body=answer)

    modules.context.route("**/data.bin", serve)
    yield answers
    modules.context.unroute("**/data.bin")


@pytest.mark.parametrize("secure", [True, False])
def test_bytes_are_counted_and_checked(run, data_bin, secure):
    """Without SHA-256 for pages (plain http) the browser itself checks."""
    data_bin[:] = [b"\1\2\3"]
    hide = 'Object.defineProperty(crypto, "subtle", { value: undefined, %s });'
    hide = "" if secure else hide % "configurable: true"

    good, bad, counts = run(
        FETCH
        + hide
        + """try {
            return [await get(given), await get("sha256-" + "A".repeat(43) + "="),
                counts];
        } finally { delete crypto.subtle; }""",
        INTEGRITY,
    )

    assert good == [1, 2, 3]
    assert bad == "DownloadError: data.bin: " + (
        "what came (3 bytes) is not the file expected"
        if secure
        else "the connection failed"
    )
    assert counts[0] == 3


def test_silence_for_45_seconds_counts_as_broken_off(run, modules, data_bin):
    data_bin[:] = ["silence"]
    modules.clock.install()

    run(FETCH + "window.silence = get();")
    modules.clock.run_for(44_000)
    run("(await use('download')).signOfLife();")  # another file still comes
    modules.clock.run_for(44_000)
    run("window.before = await Promise.race([silence, 'waiting']);")
    modules.clock.run_for(2_000)
    modules.clock.resume()

    assert modules.evaluate("before") == "waiting"
    assert modules.evaluate("silence") == (
        "DownloadError: data.bin: nothing came for 45 s"
    )
