"""run.py finds a Python, sets up .venv once, and runs the command in it."""

import ast
import hashlib
import importlib.util
import os
import signal
import stat
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = "Scripts" if os.name == "nt" else "bin"

posix = pytest.mark.skipif(os.name == "nt", reason="needs shell scripts")

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""

# Builds an editable wheel: the checkout's path and the program nnweb.
BACKEND = """\
import zipfile
from pathlib import Path

METADATA = "Metadata-Version: 2.1\\nName: nnweb\\nVersion: 1\\n"

def build_editable(folder, config_settings=None, metadata_directory=None):
    files = {
        "nnweb.pth": str(Path.cwd()),
        "nnweb-1.dist-info/METADATA": METADATA,
        "nnweb-1.dist-info/WHEEL": "Wheel-Version: 1.0\\nTag: py3-none-any\\n",
        "nnweb-1.dist-info/entry_points.txt": "[console_scripts]\\nnnweb = cli:main\\n",
        "nnweb-1.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(Path(folder) / "nnweb-1-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
    return "nnweb-1-py3-none-any.whl"
"""

# The checkout's command: waits, or exits with the given code.
SERVE = """\
import os, signal, sys
import pinned
print(sys.prefix, os.getcwd(), os.getpid(), pinned.VERSION, flush=True)
if sys.argv[1:] == ["wait"]:
    signal.pause()
sys.exit(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
"""


@pytest.fixture
def run_py():
    """A fresh import of run.py."""
    spec = importlib.util.spec_from_file_location("run_py", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def program(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return str(path)


class Checkout:
    """A checkout with the real run.py and little else; works offline."""

    def __init__(self, root, wheels):
        self.root, self.wheels = root, wheels
        for folder in (root / "tools" / "dev", root / "requirements", wheels):
            folder.mkdir(parents=True)
        (root / "run.py").write_bytes((ROOT / "run.py").read_bytes())
        (root / "pyproject.toml").write_text(PYPROJECT)
        (root / "backend.py").write_text(BACKEND)
        (root / "cli.py").write_text("def main(): print('the command line')")
        (root / "tools" / "__init__.py").write_text("")
        (root / "tools" / "dev" / "serve.py").write_text(SERVE)
        self.pin("1")
        (root / "requirements" / "dev.txt").write_text("")

    def pin(self, version, hashed=None):
        """Pin a version of a package, if given with the hash of other contents."""
        info = f"pinned-{version}.dist-info"
        path = self.wheels / f"pinned-{version}-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr("pinned.py", f"VERSION = {version!r}")
            wheel.writestr(f"{info}/METADATA", f"Name: pinned\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
        digest = hashlib.sha256(hashed or path.read_bytes()).hexdigest()
        (self.root / "requirements" / "build.txt").write_text(
            f"pinned=={version} --hash=sha256:{digest}\n"
        )

    def start(self, *args, **env):
        return subprocess.Popen(
            [sys.executable, self.root / "run.py", *args],
            env={
                **os.environ,
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": str(self.wheels),
                **env,
            },
            cwd=self.root.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *args, **env):
        with self.start(*args, **env) as process:
            out, err = process.communicate()
        return process.returncode, out, err


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """Set up once, under settings that would mislead pip and Python."""
    folder = tmp_path_factory.mktemp("run")
    checkout = Checkout(folder / "a check out", folder / "wheels")
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "pinned.py").write_text("VERSION = 'of PYTHONPATH'")
    checkout.first = checkout.run(
        "serve",
        PIP_CONSTRAINT="/no/such/file",
        PIP_REQUIRE_HASHES="1",
        PIP_TARGET=str(folder / "elsewhere"),
        PIP_USER="1",
        PYTHONPATH=str(folder / "elsewhere"),
    )
    return checkout


def test_a_bare_checkout_is_set_up_and_the_command_runs_in_its_venv(checkout):
    code, out, err = checkout.first
    nnweb = checkout.root / ".venv" / SCRIPTS / "nnweb"

    assert code == 0, err
    venv = str(checkout.root / ".venv")
    assert out.startswith(f"{venv} {checkout.root} ") and out.endswith(" 1\n")
    making, installing = err.splitlines()
    assert making.startswith("run.py: creating .venv with ")
    assert installing == "run.py: installing requirements/build.txt into .venv"
    assert subprocess.check_output([nnweb], text=True) == "the command line\n"


def test_an_up_to_date_venv_is_left_alone(checkout):
    code, _, err = checkout.run("serve", PIP_FIND_LINKS="/nowhere")

    assert (code, err) == (0, "")


@pytest.mark.parametrize("code", [0, 1, 2])
def test_run_py_exits_with_the_command_s_code(checkout, code):
    assert checkout.run("serve", str(code))[0] == code


@posix
def test_stopping_run_py_stops_the_command(checkout):
    with checkout.start("serve", "wait") as process:
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)

        assert int(line.split()[-2]) == process.pid
        assert process.wait() == -signal.SIGTERM


@pytest.mark.exhaustive
def test_packages_with_a_wrong_or_missing_hash_are_not_installed(checkout):
    checkout.pin("2", hashed=b"other contents")
    code, out, err = checkout.run("serve")
    pins = checkout.root / "requirements" / "build.txt"
    pins.write_text("pinned==2\n")
    _, _, without = checkout.run("serve")

    assert code == 1 and out == "" and "DO NOT MATCH THE HASHES" in err
    assert "run.py serve: error: pip failed, see above" in err
    assert "Hashes are required" in without


@pytest.mark.exhaustive
def test_concurrent_runs_install_a_changed_pin_once(checkout):
    checkout.pin("3")

    both = [checkout.start("serve") for _ in range(2)]
    outputs = [process.communicate() for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert all(out.endswith(" 3\n") for out, _ in outputs)
    assert (
        sum(err.count("installing requirements/build.txt") for _, err in outputs) == 1
    )


@posix
@pytest.mark.parametrize("state", ["incomplete", "broken", "complete"])
def test_an_incomplete_or_broken_venv_is_created_again(run_py, tmp_path, state):
    run_py.VENV = tmp_path / ".venv"
    run_py.STAMP = run_py.VENV / "stamp"
    run_py.VENV.mkdir()
    run_py.PYTHON = program(run_py.VENV / "old", f"exit {int(state == 'broken')}")
    if state != "incomplete":
        run_py.STAMP.touch()
    maker = program(tmp_path / "maker", 'mkdir "$3"')
    run_py.find_python = lambda: [maker]

    run_py.make_venv()

    assert run_py.VENV.exists()
    assert (run_py.VENV / "old").exists() == (state == "complete")


@posix
@pytest.mark.parametrize("text", ["exit 0", "exit 127", None])
def test_a_venv_whose_python_is_gone_or_broken_is_not_ready(run_py, tmp_path, text):
    run_py.STAMP, run_py.PYTHON = tmp_path / "stamp", tmp_path / "python"
    run_py.STAMP.write_text(run_py.fingerprint("dev"))
    if text:
        program(run_py.PYTHON, text)

    assert run_py.is_ready("dev") == (text == "exit 0")


def test_one_setup_waits_for_another(run_py, tmp_path, capsys):
    lock, order = tmp_path / "lock", []

    def second():
        with run_py.one_at_a_time(lock, "setting up"):
            order.append("second")

    with run_py.one_at_a_time(lock, "setting up"):
        thread = threading.Thread(target=second)
        thread.start()
        while "waiting" not in capsys.readouterr().err:
            time.sleep(0.01)
        order.append("first")
    thread.join()

    assert order == ["first", "second"]


def test_run_py_without_a_known_command_prints_usage_and_exits_with_2(run_py, capsys):
    assert run_py.main(["--help"]) == 0
    usage = capsys.readouterr().out
    assert run_py.main([]) == 2
    assert capsys.readouterr().err == usage
    assert run_py.main(["fly"]) == 2

    assert capsys.readouterr().err.startswith("run.py: error: no command 'fly'\n")
    assert all(f"  {command} " in usage for command in run_py.COMMANDS)


@posix
def test_pythons_that_are_too_old_too_new_or_broken_are_skipped(run_py, tmp_path):
    texts = ["echo 3 9", "echo 3 99", "exit 1", "echo not a version", "echo 3 13"]
    found = [[program(tmp_path / str(i), text)] for i, text in enumerate(texts)]
    run_py.candidates = lambda: iter([["/no/such/python"], *found])

    assert run_py.find_python() == found[-1]


@posix
def test_the_error_without_a_python_names_those_found_and_what_to_do(run_py, tmp_path):
    old = program(tmp_path / "old", "echo 3 9")
    bare = program(
        tmp_path / "bare", 'case "$2" in *ensurepip*) exit 1;; esac\necho 3 12'
    )
    run_py.candidates = lambda: iter([[old], [bare]])

    with pytest.raises(run_py.SetupError) as caught:
        run_py.find_python()

    text = str(caught.value)
    assert text.startswith("Python 3.12 to 3.14 is needed; found 3.9 (")
    assert f"{bare}, which lacks venv: install python3-venv" in text
    assert "https://www.python.org/downloads/" in text


@posix
def test_pythons_are_searched_on_path_in_pyenv_and_with_uv(
    run_py, tmp_path, monkeypatch
):
    pyenv = tmp_path / "pyenv" / "versions" / "3.12.7" / "bin" / "python"
    for path in (tmp_path / "bin" / "python3.13", tmp_path / "bin" / "uv", pyenv):
        path.parent.mkdir(parents=True, exist_ok=True)
        program(path, "")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("HOME", str(tmp_path))

    first, *rest = run_py.candidates()

    assert Path(first[0]).name.startswith("python")
    assert [command[0] for command in rest if Path(command[0]).exists()] == [
        str(tmp_path / "bin" / "python3.13"),
        str(pyenv),
        str(tmp_path / "bin" / "uv"),
    ]


def test_run_py_uses_only_syntax_of_python_3_8():
    text = (ROOT / "run.py").read_text(encoding="utf-8")

    ast.parse(text, feature_version=(3, 8))
    assert "from __future__ import annotations" in text


def test_every_pin_has_a_hash():
    for name in ("build", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        blocks = [b for b in text.replace("\\\n", " ").splitlines() if "==" in b]
        assert blocks and all("--hash=sha256:" in block for block in blocks)


def test_ci_runs_the_commands_of_the_readme():
    text = (ROOT / ".ci" / "run").read_text()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert '"$python" run.py check && "$python" run.py test' in text
    assert "python run.py serve" in readme and "python run.py test" in readme
