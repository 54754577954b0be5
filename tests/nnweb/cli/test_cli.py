"""The command line as a whole: exit codes, where output goes, one thread of BLAS."""

import importlib
import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import nnweb
from nnweb.cli import COMMANDS, main
from nnweb.cli.blas_threads import _libraries, limit_threads
from nnweb.shipped import find


def run_python(*args, **environment):
    env = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    return subprocess.run(
        [sys.executable, *args],
        capture_output=True,
        text=True,
        env=env | environment,
        timeout=60,
        check=False,
    )


def test_every_command_has_help(capsys):
    for command in COMMANDS:
        with pytest.raises(SystemExit) as stop:
            main([command, "--help"])
        assert stop.value.code == 0
        assert command in capsys.readouterr().out


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])

    assert stop.value.code == 0
    assert capsys.readouterr().out == f"nnweb {nnweb.__version__}\n"


@pytest.mark.parametrize("argv", [[], ["fly"], ["info"], ["info", "a", "b"]])
def test_a_usage_error_exits_with_2_and_goes_to_stderr(argv, capsys):
    with pytest.raises(SystemExit) as stop:
        main(argv)

    out, err = capsys.readouterr()
    assert stop.value.code == 2
    assert out == "" and "usage: nnweb" in err


def test_an_expected_error_is_one_line_on_stderr(tmp_path):
    done = run_python("-m", "nnweb", "info", str(tmp_path / "nowhere.json"))

    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("nnweb info: error: ")
    assert "nowhere.json" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other names cannot exist there")
def test_a_file_name_that_is_no_text_is_printed_all_the_same(tmp_path):
    path = os.fsencode(tmp_path / "n") + b"\xff.json"
    shutil.copyfile(find("models", "cnn-small"), path)

    done = run_python("-m", "nnweb", "info", path, PYTHONIOENCODING="utf-8:strict")

    assert (done.returncode, done.stderr) == (0, "")
    assert "n\\udcff.json" in done.stdout


def test_a_stranger_s_file_does_not_steer_the_terminal(tmp_path, capsys):
    network = nnweb.load("cnn-small")
    network.card = {"by\x1b]0;x\x07": "A\x1b[2J\nB", "of": "Zoë"}
    nnweb.save(network, tmp_path / "n.json")

    assert main(["info", str(tmp_path / "n.json")]) == 0

    out = capsys.readouterr().out
    assert "\x1b" not in out and "\x07" not in out
    assert '"A\\u001b[2J\\nB"' in out and "Zoë" in out
    for field, text in (("name", "n\x1b[31m"), ("labels", ["a\n", *"bcdefghij"])):
        fields = json.loads((tmp_path / "n.json").read_text()) | {field: text}
        (tmp_path / "m.json").write_text(json.dumps(fields))
        assert main(["info", str(tmp_path / "m.json")]) == 1
        assert "expected no control characters" in capsys.readouterr().err


def test_ctrl_c_while_the_commands_are_imported_is_one_line(monkeypatch, capsys):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(importlib, "import_module", interrupted)

    assert main(["info", "cnn"]) == 1

    assert capsys.readouterr().err == "nnweb: interrupted\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_page_that_is_stopped_by_a_signal_leaves_nothing(tmp_path, name):
    """A closed terminal sends its signal twice: by the kernel and by the shell."""
    stop = f"signal.raise_signal(signal.{name})"
    program = (
        "import shutil, signal, sys, nnweb_site, nnweb_site.page as page\n"
        "from pathlib import Path; from nnweb.cli import main\n"
        # ignored if the tests were started by nohup
        f"signal.signal(signal.{name}, signal.SIG_DFL)\n"
        "def copy(site, new):\n"
        f"    (new / 'app').mkdir(parents=True); {stop}\n"
        "def rmtree(*args, rmtree=shutil.rmtree, **options):\n"
        f"    {stop}; rmtree(*args, **options)\n"
        "page._copy, shutil.rmtree = copy, rmtree\n"
        f"nnweb_site.site_folder = lambda: Path({str(tmp_path / 'site')!r})\n"
        f"sys.exit(main(['page', 'cnn', '--out', {str(tmp_path / 'out')!r}]))"
    )

    done = run_python("-c", program)

    assert (done.returncode, done.stderr) == (1, "nnweb page: interrupted\n")
    assert [*tmp_path.iterdir()] == []


def test_debug_shows_the_traceback(tmp_path):
    with pytest.raises(nnweb.NnwebError, match=r"nowhere.json"):
        main(["info", str(tmp_path / "nowhere.json"), "--debug"])


def test_a_closed_pipe_is_no_error(tmp_path):
    """As in `nnweb ... | head -1`."""
    network = tmp_path / "n.json"
    network.write_text('{"W0": [1.0], "b0": [0.0]}')
    program = (
        "import os, sys; r, w = os.pipe(); os.close(r); os.dup2(w, 1)\n"
        f"from nnweb.cli import main; sys.exit(main(['info', {str(network)!r}]))"
    )

    done = run_python("-c", program)

    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


def test_a_closed_pipe_does_not_keep_a_file_from_being_written(tmp_path, bars):
    """As in `nnweb evaluate ... --report r.html | head -1`."""
    data, picture = bars(20), tmp_path / "one.png"
    np.savez(tmp_path / "data.npz", x=data.images, y=data.labels)
    Image.fromarray(255 - data.images[0]).save(picture)
    report, overlay = tmp_path / "r.html", tmp_path / "boxes.png"
    for argv in (
        ["evaluate", "plain", "--data", tmp_path / "data.npz", "--report", report],
        ["read", picture, "--model", "cnn-small", "--overlay", overlay],
    ):
        program = (
            "import os, sys; r, w = os.pipe(); os.close(r); os.dup2(w, 1)\n"
            "sys.stdout.reconfigure(line_buffering=True)\n"
            f"from nnweb.cli import main; sys.exit(main({[*map(str, argv)]}))"
        )
        assert "Traceback" not in run_python("-c", program).stderr

    assert report.exists() and overlay.exists()


THREADS = """
from nnweb.cli import main
from nnweb.cli.blas_threads import _libraries
if {run}:
    main(["info", "nowhere.json"])
for library in _libraries():
    name = "scipy_openblas_get_num_threads64_"
    if hasattr(library, name):
        print(getattr(library, name)())
        break
"""


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core has one thread anyway")
@pytest.mark.skipif(
    not any(
        hasattr(library, "scipy_openblas_get_num_threads64_")
        for library in _libraries()
    ),
    reason="this NumPy has no OpenBLAS of its own to ask",
)
def test_blas_has_one_thread_unless_the_user_says_otherwise():
    before = run_python("-c", THREADS.format(run=False)).stdout.strip()
    by_default = run_python("-c", THREADS.format(run=True)).stdout.strip()
    wanted = run_python(
        "-c", THREADS.format(run=True), OPENBLAS_NUM_THREADS="2"
    ).stdout.strip()

    assert int(before) > 1, "the test would prove nothing"
    assert by_default == "1"
    assert wanted == "2"


def test_child_processes_inherit_the_variable(monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)

    limit_threads()

    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
