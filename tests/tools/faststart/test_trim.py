"""What Pyodide's WebAssembly does not export at first can be exported later."""

from __future__ import annotations

import json

import pytest

from tests.tools.faststart.test_split import FUNCTIONS, RESULTS, run, whole
from tools.faststart import wasm
from tools.faststart.split import split
from tools.faststart.trim import Later, needed, trim, with_names
from tools.faststart.wasm_module import Module

__all__ = ["run"]  # a fixture

NAMES = [name for name, _, _ in FUNCTIONS]
GLUE = """
var _add,_twice;
function assignWasmExports(wasmExports){_add=Module["_add"]=wasmExports["add"]}
var start=()=>wasmExports["count"]();
"""


def test_the_exports_that_are_not_needed_are_named_in_the_order_of_their_table():
    trimmed, later = trim(whole(), {"add", "count"})

    exports = {export.name: export for export in Module(trimmed).exports}
    assert set(exports) - {"memory", "table", "counted", "tag"} == {
        "add",
        "count",
        "later",
    }
    assert later == Later(
        [name for name in NAMES if name not in ("add", "count")], {"address": 1024}
    )


def test_a_trimmed_module_splits_and_computes_as_before(run):
    trimmed, _ = trim(whole(), set(NAMES))

    assert run(*split(trimmed, {0, 3}))["results"] == RESULTS


def test_what_is_called_through_the_table_is_what_was_exported(run):
    trimmed, later = trim(whole(), set())
    at = {name: place for place, name in enumerate(later.functions)}

    calls = [["later", at["add"], 2, 3], ["later", at["twice"], 21]]
    assert run(trimmed, calls=calls)["results"] == [5, 42]


def test_the_names_travel_in_a_section_of_the_other_module():
    _, later = trim(whole(), {"add"})
    module = with_names(split(whole(), {0})[1], later)

    kind, content = list(wasm.sections(module))[-1]
    assert kind == wasm.CUSTOM
    assert content.startswith(b"\x05later")
    assert json.loads(content[6:]) == {
        "functions": later.functions,
        "constants": later.constants,
    }


def test_a_start_needs_what_the_script_names_and_what_the_modules_import():
    assert needed(GLUE, []) == {"add", "count"}
    other = split(whole(), {0})[1]  # imports the memory, and add by its place
    assert {"add", "count", "memory"} < needed(GLUE, [other])


@pytest.mark.parametrize("value", [0, 63, 64, 1024, 70_000, 2**31 - 1])
def test_an_address_is_read_as_it_was_written(value):
    assert wasm.signed_number(wasm.signed(value), 0) == value
