"""nnweb read: numbers in picture files."""

import json

import numpy as np
import pytest
from PIL import Image

import nnweb
from nnweb.cli import main
from tests.nnweb.numbers.written import FOUR, SEVEN, ZERO, at, painted


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "number.png"
    strokes = [*at(0, *FOUR), *at(110, SEVEN), *at(210, ZERO)]
    Image.fromarray(painted(strokes, 6)).save(path)
    return path


def test_read_prints_number_confidence_and_boxes(picture, capsys):
    assert main(["read", str(picture)]) == 0

    name, number, confidence, *boxes = capsys.readouterr().out.split()
    assert (name, number) == (str(picture), "470")
    assert confidence.endswith("%") and len(boxes) == 3 and boxes[1].startswith("7@")


def test_read_writes_json_and_an_overlay(picture, tmp_path, capsys):
    overlay = tmp_path / "boxes.png"

    assert main(["read", str(picture), "--json", "--overlay", str(overlay)]) == 0

    reading = json.loads(capsys.readouterr().out)
    assert reading["text"] == "470" and reading["file"] == str(picture)
    plain, drawn = (np.array(Image.open(p).convert("RGB")) for p in (picture, overlay))
    assert plain.shape == drawn.shape and (plain != drawn).any()


def test_read_exits_with_1_if_a_number_does_not_fit(picture, tmp_path, capsys):
    assert main(["read", str(picture), "--pattern", r"\d{2}"]) == 1
    assert "pattern" in capsys.readouterr().out
    assert main(["read", str(picture), str(tmp_path / "none.png")]) == 1
    assert "no such file" in capsys.readouterr().err


def test_read_refuses_an_overlay_of_no_known_format(picture, tmp_path, capsys):
    assert main(["read", str(picture), "--overlay", str(tmp_path / "out")]) == 1
    assert "out: cannot be written: got no suffix, expected .png" in (
        capsys.readouterr().err
    )


def test_read_names_an_overlay_that_cannot_be_written(picture, tmp_path, capsys):
    overlay = tmp_path / "nowhere" / "boxes.png"

    assert main(["read", str(picture), "--overlay", str(overlay)]) == 1

    error = f"nnweb read: error: {overlay}: cannot be written: No such file"
    assert capsys.readouterr().err.startswith(error)


def test_read_refuses_an_overlay_of_several_files(picture, capsys):
    assert main(["read", str(picture), str(picture), "--overlay", "x.png"]) == 2
    assert "single file" in capsys.readouterr().err


def test_read_allows_the_labels_of_the_network_by_default(picture, tmp_path, capsys):
    network = nnweb.load("cnn")
    network.labels = tuple("abcdefghij")
    letters = tmp_path / "letters.json"
    nnweb.save(network, letters)

    args = ["read", str(picture), "--model", str(letters), "--pattern", "e[f-h]a"]
    assert main(args) == 0
    assert capsys.readouterr().out.split()[1] == "eha"
    assert main([*args, "--alphabet", "eh"]) == 1
    assert "'a', which is not allowed" in capsys.readouterr().out
