"""A split WebAssembly module computes what the whole one does."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tools.faststart import wasm
from tools.faststart.split import split, traced
from tools.faststart.wasm import leb, section, text, vector
from tools.faststart.wasm_module import Module
from tools.runtime.node import EngineError, node

I32 = b"\x7f"
SEVERAL = b"\x01" * 30  # nop, so that bodies are long enough to be moved
ROOT = Path(__file__).resolve().parents[3]
LOADER = ROOT / "site/js/boot/deferred-wasm.js"

RUN = """
import { readFileSync } from "node:fs";
import { connectDeferred } from "LOADER";
const [first, deferred] = process.argv.slice(2);
const compile = (path) => new WebAssembly.Module(readFileSync(path));
const { exports } = new WebAssembly.Instance(compile(first));
let loads = 0;
if (deferred) {
  connectDeferred(exports, () => {
    loads += 1;
    if (loads <= FAILURES) throw new Error("no connection");
    return compile(deferred);
  });
}
const results = CALLS.map(([name, ...args]) => {
  try {
    return exports[name](...args);
  }
  catch (error) { return error.constructor.name; }
});
const trace = exports.trace;
const called = [];
for (let i = 0; i < (trace?.length ?? 0); i += 1) if (trace.get(i)) called.push(i);
console.log(JSON.stringify({ results, loads, called }));
"""


def function(parameters: int) -> bytes:
    return b"\x60" + vector([I32] * parameters) + vector([I32])


def body(code: bytes) -> bytes:
    whole = b"\0" + SEVERAL + code + wasm.END
    return leb(len(whole)) + whole


def export(name: str, kind: int, index: int) -> bytes:
    return text(name) + bytes([kind]) + leb(index)


def get(*parameters: int) -> bytes:
    return b"".join(b"\x20" + leb(index) for index in parameters)


#: Each function's name, type and code; types: two numbers, one number, none.
FUNCTIONS = [
    ("add", 0, get(0, 1) + b"\x6a"),
    ("twice", 1, get(0, 0) + b"\x10\x00"),
    ("through", 1, get(0) + b"\x41\x00\x11\x01\x00"),  # the table's first: twice
    ("count", 2, b"\x23\x00\x41\x01\x6a\x24\x00\x23\x00"),
    ("hidden", 2, b"\x23\x01"),  # a global that is not exported
    ("load", 1, get(0) + b"\x28\x02\x00"),
    ("fail", 2, b"\x41\x05\x08\x00\x41\x00"),  # throws
]
CALLS = [
    *(["add", 2, 3], ["twice", 21], ["through", 8], ["count"], ["count"]),
    *(["hidden"], ["load", 4], ["fail"], ["load", 1 << 20]),
]
RESULTS = [5, 42, 16, 1, 2, 77, 9, "Exception", "RuntimeError"]


def whole() -> bytes:
    names = [name for name, _, _ in FUNCTIONS]
    exports = [export(name, wasm.FUNC, i) for i, name in enumerate(names)]
    exports += [
        export("memory", wasm.MEMORIES, 0),
        export("table", wasm.TABLES, 0),
        export("counted", wasm.GLOBALS, 0),
        export("tag", wasm.TAGS, 0),
    ]
    a_number = [function(2), function(1), function(0), b"\x60\1\x7f\0"]
    parts = [
        (wasm.TYPE, vector(a_number)),
        (wasm.FUNCTION, vector([leb(kind) for _, kind, _ in FUNCTIONS])),
        (wasm.TABLE, vector([b"\x70\0\1"])),
        (wasm.MEMORY, vector([b"\0\1"])),
        (wasm.TAG, vector([b"\0\3"])),
        (wasm.GLOBAL, vector([b"\x7f\1\x41\0\x0b", b"\x7f\0\x41\xcd\0\x0b"])),
        (wasm.EXPORT, vector(exports)),
        (wasm.ELEMENT, vector([b"\0\x41\0\x0b" + vector([b"\1"])])),
        (wasm.CODE, vector([body(code) for _, _, code in FUNCTIONS])),
        (wasm.DATA, vector([b"\0\x41\4\x0b" + vector([b"\x09"])])),
    ]
    return wasm.MAGIC + b"".join(section(kind, content) for kind, content in parts)


@pytest.fixture
def run(tmp_path):
    try:
        program = node()
    except EngineError as error:
        pytest.skip(str(error))

    def execute(*modules: bytes, calls=CALLS, failures=0) -> dict[str, Any]:
        script = RUN.replace(
            "LOADER", (ROOT / "site/js/boot/deferred-wasm.js").as_uri()
        )
        paths = [tmp_path / "run.mjs"]
        paths[0].write_text(
            script.replace("CALLS", json.dumps(calls)).replace(
                "FAILURES", str(failures)
            )
        )
        for i, module in enumerate(modules):
            paths.append(tmp_path / f"{i}.wasm")
            paths[-1].write_bytes(module)
        done = subprocess.run(
            [program, *map(str, paths)], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    return execute


def test_the_original_module_computes_the_expected_results(run):
    assert run(whole())["results"] == RESULTS


@pytest.mark.parametrize(
    "called", [set(), {0}, {1}, {1, 2}, {0, 1, 2, 3, 5, 6}], ids=str
)
def test_the_two_halves_compute_what_the_whole_does(run, called):
    done = run(*split(whole(), called))

    assert done["results"] == RESULTS
    assert done["loads"] <= 1


def test_the_deferred_half_loads_once_and_only_when_called(run):
    first, deferred = split(whole(), {0, 3})

    assert run(first, deferred, calls=[["add", 1, 2], ["count"]])["loads"] == 0
    calls = [["twice", 1], ["through", 1], ["twice", 2]]
    assert run(first, deferred, calls=calls)["loads"] == 1


def test_a_failed_load_of_the_deferred_half_is_retried_by_the_next_call(run):
    first, deferred = split(whole(), {0, 3})

    done = run(first, deferred, calls=[["twice", 1], ["twice", 1]], failures=1)

    assert done == {"results": ["Error", 2], "loads": 2, "called": []}


def test_the_first_half_lacks_the_deferred_code():
    first, deferred = split(whole(), {0})

    left = [SEVERAL in body for body in Module(first).bodies[: len(FUNCTIONS)]]
    assert left == [True, False, False, False, True, False, False]
    assert len(Module(deferred).bodies) == 5


def test_the_trace_records_which_functions_were_called(run):
    done = run(traced(whole()), calls=[["twice", 4], ["hidden"]])

    assert done["results"] == [8, 77]
    assert done["called"] == [0, 1, 4]  # add, by twice


@pytest.mark.parametrize("code", [b"\xfb\x00", b"\xff", b"\xfc\x7f"])
def test_an_unknown_instruction_is_refused(code):
    with pytest.raises(wasm.UnknownCodeError, match="instruction 0x"):
        list(wasm.references(b"\0" + code + wasm.END))


def test_a_file_that_is_not_webassembly_is_refused():
    with pytest.raises(wasm.UnknownCodeError, match="a module begins with"):
        split(b"<!doctype html>", set())
