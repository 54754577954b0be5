"""nnweb serve: the real command answers, and ends cleanly."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from nnweb.cli import main


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT on Windows")
def test_the_command_answers_and_ends_with_ctrl_c():
    process = subprocess.Popen(
        [sys.executable, "-m", "nnweb", "serve", "cnn-small", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # shells ignore SIGINT in background jobs
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        line = process.stdout.readline()
        address = re.fullmatch(
            r"nnweb answers at (http://127\.0\.0\.1:\d+/) \(stop with Ctrl-C\)\n", line
        )
        request = urllib.request.Request(
            f"{address[1]}predict",
            json.dumps({"strokes": [[[100, 20], [100, 300]]]}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            answer = json.load(reply)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()

    assert answer["answer"] == "1"
    assert (process.returncode, out, err) == (0, "", "")


def test_a_port_in_use_is_one_line(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert main(["serve", "cnn-small", "--port", str(port)]) == 1

    error = f"port {port} is in use; try another, as --port {port + 1}"
    assert capsys.readouterr().err == f"nnweb serve: error: {error}\n"


def test_an_address_of_another_machine_is_one_line(capsys):
    assert main(["serve", "cnn-small", "--host", "192.0.2.1"]) == 1

    assert "192.0.2.1 port 8001: cannot listen: " in capsys.readouterr().err


@pytest.mark.parametrize("port", ["65536", "-1", "http", ""])
def test_an_invalid_port_is_wrong_usage(capsys, port):
    with pytest.raises(SystemExit, match="2"):
        main(["serve", f"--port={port}"])

    assert f"got '{port}', expected 0 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["uvicorn", "starlette.applications", "PIL"])
def test_a_missing_package_is_named_with_its_extra(capsys, monkeypatch, missing):
    for name in list(sys.modules):
        if name.startswith(("nnweb.serve.a", "nnweb.images.files")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)

    assert main(["serve"]) == 1

    assert "pip install nnweb[serve]" in capsys.readouterr().err
