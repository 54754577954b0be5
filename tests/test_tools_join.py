"""Modules joined into one file do what they did in several."""

from __future__ import annotations

import json
import subprocess

import pytest

from tools.build_site import JOINED, SITE
from tools.join import JoinError, joined
from tools.js_engine import EngineError, node

COUNT = """// @ts-check
/** Counts. */
export const START = 40; // not of a line of its own

let calls = 0;
/**
 * One more.
 * @param {number} by
 */
export function count(by) {
  calls += by;
  return START + calls;
}
export class Told extends Error {}
"""
TWICE = """import { count as more, Told } from "./count.js";
import "./quiet.js";

export async function twice() {
  more(1);
  if (globalThis.told) throw new Told("oh");
  return more(1);
}
const note = "/** kept: it does not begin its line */";
export const text = () => note;
"""
QUIET = "globalThis.quiet = (globalThis.quiet ?? 0) + 1;\n"
ENTRY = """import { START, count } from "./count.js";
import { text, twice } from "./twice.js";

export const result = async () => [START, await twice(), count(0), text(), quiet];
export const here = () => import.meta.url;
"""


@pytest.fixture
def modules(tmp_path):
    names = ("count", "twice", "quiet", "entry")
    for name, source in zip(names, (COUNT, TWICE, QUIET, ENTRY), strict=True):
        (tmp_path / f"{name}.js").write_text(source)
    return tmp_path


def result(path):
    try:
        program = node()
    except EngineError as error:
        pytest.skip(str(error))
    script = (
        f"const {{ result, here }} = await import({json.dumps(path.as_uri())});"
        "console.log(JSON.stringify([await result(), here()]));"
    )
    command = [program, "--input-type=module", "-e", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_is_joined_computes_what_the_modules_do(modules):
    one = modules / "one.js"
    one.write_text(joined(modules / "entry.js"))

    expected = [40, 42, 42, "/** kept: it does not begin its line */", 1]
    assert result(modules / "entry.js")[0] == expected
    assert result(one) == [expected, one.as_uri()]


def test_each_module_is_there_once_after_what_it_imports(modules):
    text = joined(modules / "entry.js")

    at = [text.index(f"// {name}.js") for name in ("count", "quiet", "twice", "entry")]
    assert at == sorted(at)
    assert text.count("calls += by") == 1


def test_comments_with_lines_of_their_own_are_left_out(modules):
    text = joined(modules / "entry.js")

    assert "One more" not in text and "Counts" not in text
    assert "not of a line of its own" in text


def test_what_is_to_be_left_out_is(modules):
    assert "calls" not in joined(modules / "entry.js", without=frozenset({"count.js"}))


@pytest.mark.parametrize(
    "line",
    [
        "export default 1;",
        "export { x };",
        'export * from "./count.js";',
        "export let x = 1;",
        'import * as all from "./count.js";',
        'import one from "./count.js";',
        'import { count } from "../count.js";',
    ],
)
def test_a_form_that_it_does_not_know_is_named(modules, line):
    (modules / "quiet.js").write_text(f"{line}\n")

    with pytest.raises(JoinError) as caught:
        joined(modules / "entry.js")

    assert str(caught.value) == f'quiet.js: cannot be joined: it has "{line}"'


def test_a_circle_is_named(modules):
    (modules / "quiet.js").write_text('import { result } from "./entry.js";\n')

    with pytest.raises(JoinError, match=r"entry\.js > twice\.js > quiet\.js > entry"):
        joined(modules / "entry.js")


@pytest.mark.parametrize("name", JOINED)
def test_what_a_start_waits_for_can_be_joined(name):
    text = joined(SITE / name, without=frozenset({"manifest.js"}))

    assert "import {" not in text and text.count("(() => {") > 1
