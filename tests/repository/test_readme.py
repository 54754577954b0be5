"""The READMEs' figures match the result files, and the example runs."""

from __future__ import annotations

import contextlib
import io
import re

import pytest

from tools.dev.readme import DOCUMENTS, README, ROOT, SECTIONS, render

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


def test_the_python_example_prints_its_comments(monkeypatch):
    example = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)[1]
    expected = re.findall(r"print\(.*\)  # (.+)", example)
    monkeypatch.chdir(ROOT)

    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(example, "README.md", "exec"), {})

    assert out.getvalue().split() == expected != []
