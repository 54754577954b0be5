"""The README tells the truth: its figures are the files', its example runs."""

from __future__ import annotations

import contextlib
import io
import re

import pytest

from tools.dev.readme import DOCUMENTS, README, ROOT, SECTIONS, render

TEXT = README.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_the_tables_are_what_the_files_say(path):
    text = path.read_text(encoding="utf-8")

    assert render(text) == text, "run .venv/bin/python -m tools.dev.readme"
    assert re.findall("<!-- (.*): made by", text), path


@pytest.mark.parametrize("name", ["accuracy", "predict", "bench"])
def test_a_wrong_figure_would_be_noticed(name):
    assert name in SECTIONS
    begin = f"<!-- {name}: made by tools/dev/readme.py -->\n"
    assert TEXT.count(begin) == 1

    forged = TEXT.replace(begin, f"{begin}100 % of everything\n")

    assert render(forged) == TEXT


def test_the_example_in_python_prints_what_it_says(monkeypatch):
    example = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)[1]
    said = re.findall(r"print\(.*\)  # (.+)", example)
    monkeypatch.chdir(ROOT)

    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(example, "README.md", "exec"), {})

    assert out.getvalue().split() == said != []
