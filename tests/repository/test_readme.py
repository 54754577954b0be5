"""The READMEs' figures match the result files, and the example runs."""

import contextlib
import io
import json
import re

import pytest

from tools.dev import readme
from tools.dev.readme import (
    DOCUMENTS,
    README,
    ROOT,
    SECTIONS,
    faults_table,
    render,
)

TEXT = README.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_tables_match_the_result_files(path):
    text = path.read_text(encoding="utf-8")

    assert render(text) == text, "run .venv/bin/python -m tools.dev.readme"
    assert re.findall("<!-- (.*): made by", text), path


@pytest.mark.parametrize("name", ["accuracy", "predict", "bench"])
def test_a_wrong_figure_is_noticed(name):
    assert name in SECTIONS
    begin = f"<!-- {name}: made by tools/dev/readme.py -->\n"
    assert TEXT.count(begin) == 1

    forged = TEXT.replace(begin, f"{begin}100 % of everything\n")

    assert render(forged) == TEXT


def test_the_test_of_every_mended_fault_exists():
    attacks = (ROOT / "tools" / "fuzz" / "attacks.py").read_text(encoding="utf-8")
    tests = re.findall(r"\| `(tests/.*?)::(.*?)(?:\[(.*)\])?` \|", faults_table())
    assert len(tests) == faults_table().count("\n") - 1

    for path, name, file in tests:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert (f"def {name}(" if path.endswith(".py") else name) in text, name
        assert file in attacks, file


ROW = {"class": "picture", "cases": 1000, "failures": 2}


@pytest.mark.parametrize("result", [[ROW], {"classes": [ROW]}], ids=["list", "dict"])
def test_a_benchmark_that_was_not_run_is_named(tmp_path, monkeypatch, result):
    monkeypatch.setattr(readme, "RESULTS", tmp_path)
    stamp = {"date": "2026-01-02", "result": result}
    (tmp_path / "fuzz.json").write_text(json.dumps(stamp))

    table = readme.reliability_table()

    assert "| picture | 1,000 | 2 | 2026-01-02 | `python run.py bench fuzz` |" in table
    assert "Not yet measured here: `python run.py bench endurance`" in table


@pytest.mark.parametrize("name", ["README.md", "docs/numbers.md"])
def test_the_python_example_prints_its_comments_in_any_folder(
    name, tmp_path, monkeypatch
):
    text = (ROOT / name).read_text(encoding="utf-8")
    example = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    expected = re.findall(r"print\(.*\)  # (.+)", example)
    monkeypatch.chdir(tmp_path)

    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(example, name, "exec"), {})

    assert out.getvalue().split() == expected != []


def test_each_of_four_ways_to_use_it_takes_at_most_four_lines():
    section = TEXT.partition("\n## Use it\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)

    assert len(blocks) == 4
    assert all(0 < len(block.splitlines()) <= 4 for block in blocks)
