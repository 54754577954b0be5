"""The commands check, test and bench: their findings and exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.bench import __main__ as bench
from tools.dev import check
from tools.dev import test as test_command

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (pytest.ExitCode.OK, 0),
        (pytest.ExitCode.TESTS_FAILED, 1),
        (pytest.ExitCode.INTERRUPTED, 1),  # a file that is no Python, for example
        (pytest.ExitCode.INTERNAL_ERROR, 1),
        (pytest.ExitCode.NO_TESTS_COLLECTED, 1),
        (pytest.ExitCode.USAGE_ERROR, 2),
    ],
)
def test_the_test_command_exits_with_0_if_tests_passed(monkeypatch, outcome, code):
    monkeypatch.setattr(test_command.pytest, "main", lambda args: outcome)

    assert test_command.main([]) == code


def test_a_failing_test_fails_the_test_command(tmp_path):
    path = tmp_path / "test_it.py"
    path.write_text("def test_fails():\n    assert False\n")
    config = tmp_path / "pytest.ini"
    config.write_text("[pytest]")
    command = [sys.executable, "-m", "tools.dev.test", "-q", "-c", config, path]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 1, done.stdout


@pytest.mark.parametrize(
    ("args", "processes"),
    [
        ([], 2),
        (["--quick"], 2),
        (["tests/nnweb"], 2),
        (["-x", "tests/site/conftest.py", "tests/conftest.py"], 2),
        (["tests/conftest.py::test_a", "tests/conftest.py::test_b", "-x"], 1),
        (["tests/nnweb", "-k", " or ".join(["a_long_name"] * 30)], 2),
    ],
)
def test_two_processes_run_the_tests_of_more_than_one_file(
    monkeypatch, args, processes
):
    given = []
    monkeypatch.setattr(test_command.pytest, "main", given.append)

    test_command.main(args)

    assert given[0][len(given[0]) - len(args) :] == args
    assert ("-n" in given[0]) == (processes == 2)


def test_wrong_usage_of_the_test_command_exits_with_2():
    assert test_command.main(["--no-such-option"]) == 2


def test_every_check_runs_and_shows_its_findings(monkeypatch, capsys):
    checks = {"a": lambda: None, "b": lambda: "b.py:1: wrong", "c": lambda: None}
    monkeypatch.setattr(check, "CHECKS", checks)

    assert check.main([]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "check: a: ok",
        "check: b: failed",
        "b.py:1: wrong",
        "check: c: ok",
    ]
    del checks["b"]
    assert check.main([]) == 0


@pytest.mark.parametrize(
    ("name", "file", "text", "problem"),
    [
        ("ruff format", "nnweb/x.py", "x=1\n", "would be reformatted"),
        ("ruff", "nnweb/x.py", "import os\n", "F401"),
        ("mypy", "nnweb/x.py", "def f(x): return x\n", "no-untyped-def"),
        ("tsc", "site/js/x.js", "// @ts-check\nexport const x = y;\n", "TS2304"),
        (
            "oxlint",
            "site/js/x.js",
            "export const f = (x) => (x.innerHTML = '');",
            "text",
        ),
    ],
)
def test_each_check_finds_its_kind_of_problem(
    tmp_path, monkeypatch, name, file, text, problem
):
    for config in ("pyproject.toml", "jsconfig.json"):
        (tmp_path / config).write_bytes((ROOT / config).read_bytes())
    for folder in ("nnweb", "nnweb_site", "site/js", "tools/npm"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "nnweb_site" / "__init__.py").touch()
    (tmp_path / "tools" / "y.py").touch()
    (tmp_path / "run.py").touch()
    lint = ROOT / "tools" / "npm" / "oxlint.json"
    (tmp_path / "tools" / "npm" / "oxlint.json").write_bytes(lint.read_bytes())
    (tmp_path / file).write_text(text)
    monkeypatch.setattr(check, "ROOT", tmp_path)

    found = check.CHECKS[name]()

    assert found is not None and problem in found


def test_the_benchmarks_are_listed_without_importing_them(
    tmp_path, monkeypatch, capsys
):
    (tmp_path / "b.py").write_text(
        '"""Second.\n\nMore."""\nimport nowhere\ndef run(): 1'
    )
    (tmp_path / "a.py").write_text('"""First."""\ndef run(): 1')
    (tmp_path / "helper.py").write_text('"""No benchmark."""')
    monkeypatch.setattr(bench, "FOLDER", tmp_path)

    assert bench.main([]) == 0

    assert capsys.readouterr().out.split() == ["a", "First.", "b", "Second."]


def test_an_unknown_benchmark_is_wrong_usage(capsys):
    with pytest.raises(SystemExit, match="2"):
        bench.main(["flying"])

    assert "unknown benchmark 'flying', expected one of " in capsys.readouterr().err


def test_a_result_is_written_with_the_machine_and_the_date(tmp_path, monkeypatch):
    class Module:
        run = staticmethod(lambda: {"seconds": 0.5})

    monkeypatch.setattr(bench, "benchmarks", lambda: {"a": "First."})
    monkeypatch.setattr(bench.importlib, "import_module", lambda name: Module)
    monkeypatch.setattr(bench, "RESULTS", tmp_path / "results")

    assert bench.main(["a"]) == 0

    written = json.loads((tmp_path / "results" / "a.json").read_text())
    assert written["result"] == {"seconds": 0.5}
    assert written["date"][:2] == "20" and " cores, " in written["machine"]
