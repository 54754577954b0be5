"""Numbers for the page: buffers in, plain dicts out."""

import json

import numpy as np
import pytest

import nnweb
from nnweb.network import Network
from nnweb.page.api import Recognizer
from nnweb.page.numbers import Numbers
from tests.nnweb.numbers.written import FOUR, HYPHEN, SEVEN, ZERO, at
from tools.build.sources import MODELS

SCRIBBLE = np.stack([np.tile([210.0, 290], 5), np.linspace(0, 100, 10)], axis=1)


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer((MODELS / "cnn.json").read_bytes())


@pytest.fixture
def recognized(monkeypatch):
    """How many groups of strokes the network is given, call by call."""
    counts = []

    def judge(network, x, real=Network.judge):
        counts.append(len(x))
        return real(network, x)

    monkeypatch.setattr(Network, "judge", judge)
    return counts


def read(numbers, recognizer, *strokes, **conditions):
    points = np.concatenate(strokes).astype(np.float32).tobytes()
    lengths = [len(stroke) for stroke in strokes]
    return numbers.read(recognizer, points, lengths, conditions)


def test_strokes_in_a_buffer_are_read_as_the_package_reads_them(recognizer):
    strokes = [*at(-60, HYPHEN), *at(0, *FOUR), *at(110, SEVEN), *at(210, ZERO)]

    got = read(Numbers(), recognizer, *strokes)

    expected = nnweb.read_number(
        strokes, recognizer.network, alphabet="0123456789-/.,:"
    )
    assert got["text"] == expected.text == "-470"
    assert got["confidence"] == pytest.approx(expected.confidence, abs=1e-3)
    assert [c["strokes"] for c in got["characters"]] == [[0], [1, 2], [3], [4]]
    assert got["characters"][2]["box"] == pytest.approx([110, 0, 170, 100])
    assert got["accepted"] and got["place"] == -1 and got["crossed"] == []
    assert json.loads(json.dumps(got)) == got


def test_of_the_readings_those_that_satisfy_the_conditions_come_first(recognizer):
    strokes = [*at(-60, HYPHEN), *at(0, *FOUR), *at(110, SEVEN), *at(210, ZERO)]

    free = read(Numbers(), recognizer, *strokes)
    limited = read(Numbers(), recognizer, *strokes, pattern=r"-\d{2}0", max=-450)
    odd = read(Numbers(), recognizer, *strokes, pattern=r"(?=-).\d{3}")

    assert free["text"] == limited["text"] == "-470"
    assert {text[0] + text[3:] for text, _ in limited["readings"]} == {"-0"}
    assert odd["readings"] == free["readings"]  # a pattern beyond nnweb's subset


def test_crossed_out_strokes_are_named(recognizer):
    strokes = [*at(0, SEVEN), *at(110, *FOUR), *at(210, ZERO), SCRIBBLE]

    got = read(Numbers(), recognizer, *strokes)

    assert got["text"] == "74" and got["crossed"] == [3, 4]


def test_the_place_of_what_is_no_number_is_an_index(recognizer):
    got = read(Numbers(), recognizer, *at(0, SEVEN), SCRIBBLE)

    assert not got["accepted"] and got["place"] == 1


def test_only_what_is_new_is_recognized(recognizer, recognized):
    numbers = Numbers()
    strokes = [*at(0, SEVEN), *at(110, *FOUR), *at(210, ZERO)]
    read(numbers, recognizer, *strokes)
    read(numbers, recognizer, *strokes)
    assert len(recognized) == 1

    read(numbers, recognizer, *strokes, *at(320, SEVEN))

    assert recognized[1] < recognized[0]


def test_another_network_reads_everything_again(recognizer, recognized):
    numbers = Numbers()
    read(numbers, recognizer, *at(0, SEVEN))

    read(numbers, Recognizer((MODELS / "plain.json").read_bytes()), *at(0, SEVEN))

    assert recognized[0] == recognized[1] > 0
