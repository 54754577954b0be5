"""Small files that ask for much are refused: quickly, in little memory, in words."""

import json
import subprocess
import sys

import pytest

from tools.fuzz import attacks

FILES = attacks.files()
#: That a reader may accept: what they ask for is small after all.
HARMLESS = {"picture, a wide GIF.gif"}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What became of each file: the error's class, its message, the memory used."""
    folder = tmp_path_factory.mktemp("attacks")
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    # in a process of its own, which a crash or a hang may end
    command = [sys.executable, "-m", "tools.fuzz.attacks", folder]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=240)
        printed = done.stdout
    except subprocess.TimeoutExpired as hung:
        printed = (hung.stdout or b"").decode()
    return {name: rest for name, *rest in map(json.loads, printed.splitlines())}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_asks_for_much_is_refused(name, results):
    assert name in results, "the reader crashed, or never returned"
    error, message, memory = results[name]

    if name in HARMLESS:
        assert error == "read"
    else:
        assert error in {"WeightsError", "DatasetError", "TrainingError", "ImageError"}
        assert 10 < len(message) < 700
    assert memory < min(10 * len(FILES[name]) + 64 * attacks.MB, 100 * attacks.MB)
