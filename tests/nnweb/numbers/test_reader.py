"""Whole numbers, composed of digits that people wrote."""

import numpy as np
import pytest

import nnweb
from nnweb.errors import ImageError, PatternError
from nnweb.numbers.from_image import find_components
from nnweb.numbers.reader import Conditions, NumberReader
from tests.nnweb.numbers.written import (
    FOUR,
    HYPHEN,
    ONE,
    SEVEN,
    ZERO,
    at,
    circle,
    painted,
    polyline,
)
from tools.bench.composed_numbers import compose_numbers
from tools.build.sources import MODELS

EVERY_SIGN = "0123456789-/.,:"


@pytest.fixture(scope="module")
def network():
    return nnweb.load(MODELS / "cnn.json")


def text_of(strokes, network, **conditions):
    return nnweb.read_number(strokes, network, **conditions).text


def test_a_number_is_read_with_the_place_of_each_character(network):
    strokes = [*at(0, *FOUR), *at(110, SEVEN), *at(210, ZERO)]

    reading = nnweb.read_number(strokes, network)

    assert reading.text == "470" and reading.accepted and reading.valid
    assert [c.strokes for c in reading.characters] == [(0, 1), (2,), (3,)]
    assert reading.characters[1].box == pytest.approx((110, 0, 170, 100))
    assert reading.characters[1].probabilities["7"] > 0.9
    assert reading.readings[0] == ("470", reading.confidence)
    assert 0.5 < reading.confidence <= sum(p for _, p in reading.readings) <= 1.001


@pytest.mark.parametrize("scale", [0.05, 30])
@pytest.mark.parametrize("rise", [-0.15, 0.0, 0.15])
def test_size_and_rise_of_the_line_do_not_matter(network, scale, rise):
    turned = np.array([[1, rise], [-rise, 1]])
    strokes = [*at(0, *FOUR), *at(110, SEVEN), *at(210, ZERO), *at(320, *FOUR)]

    assert text_of([s @ turned * scale for s in strokes], network) == "4704"


def test_a_bar_that_is_added_at_the_end_belongs_to_its_digit(network):
    bar = polyline((5, 55), (50, 50))

    reading = nnweb.read_number([*at(0, SEVEN), *at(110, ZERO), bar], network)

    assert reading.text == "70" and reading.characters[0].strokes == (0, 2)


def test_a_stroke_that_holds_two_digits_is_cut(network):
    joined = np.concatenate([circle(35, 50, 50), circle(125, 50, 50)])

    reading = nnweb.read_number([joined, *at(190, ONE)], network)

    assert reading.text == "001"
    assert [c.strokes for c in reading.characters] == [(0,), (0,), (1,)]
    assert reading.characters[0].box[2] < 85 < reading.characters[1].box[2]


def test_what_is_crossed_out_does_not_count(network):
    x = np.tile([85.0, 165.0], 5)
    scribble = np.stack([x, np.linspace(0, 100, 10)], axis=1)

    strokes = [*at(0, *FOUR), *at(90, ZERO), scribble, *at(180, SEVEN)]

    reading = nnweb.read_number(strokes, network)
    assert reading.text == "47"
    assert [c.strokes for c in reading.characters] == [(0, 1), (4,)]


def test_a_line_through_digits_crosses_them_out(network):
    line = polyline((70, 52), (300, 50))
    strokes = [*at(0, *FOUR), *at(110, ZERO), *at(200, ZERO), line, *at(320, SEVEN)]

    assert text_of(strokes, network).replace(" ", "") == "47"


def test_a_wide_gap_is_a_space(network):
    strokes = [*at(0, SEVEN), *at(90, SEVEN), *at(400, ZERO), *at(490, SEVEN)]

    assert text_of(strokes, network) == "77 07"


def test_a_sign_outside_the_alphabet_is_given_but_not_valid(network):
    strokes = [*at(0, SEVEN), *at(110, HYPHEN), *at(200, ZERO)]

    reading = nnweb.read_number(strokes, network)

    assert reading.text == "7-0" and reading.accepted and not reading.valid
    assert reading.place == 1 and "'-'" in reading.reason
    assert nnweb.read_number(strokes, network, alphabet=EVERY_SIGN).valid


def test_a_letter_is_refused_with_its_place(network):
    letter = [polyline((0, 100), (30, 0), (60, 100)), polyline((12, 60), (48, 60))]
    w = polyline((0, 0), (20, 100), (40, 30), (60, 100), (80, 0))

    reading = nnweb.read_number(
        [*at(0, SEVEN), *at(100, w), *at(220, *letter)], network
    )

    assert not reading.accepted and not reading.valid
    assert reading.characters[reading.place].box[0] >= 99  # the 7 is not to blame
    assert f"character {reading.place + 1}" in reading.reason


def test_conditions_choose_among_the_readings(network):
    strokes = [*at(0, ONE), *at(60, SEVEN)]

    assert text_of(strokes, network) == "17"
    assert nnweb.read_number(strokes, network, pattern=r"1\d", max=17, step=17).valid
    for wrong in ({"pattern": r"\d{3}"}, {"min": 20}, {"max": 5}, {"step": 2}):
        reading = nnweb.read_number(strokes, network, **wrong)
        assert reading.text == "17" and not reading.valid and reading.reason
    assert "luhn" in nnweb.read_number(strokes, network, check="luhn").reason


def test_a_pattern_wins_over_a_slightly_likelier_reading(network):
    slash = polyline((40, -15), (0, 115))
    strokes = [*at(0, SEVEN), *at(80, slash), *at(150, ZERO)]

    assert text_of(strokes, network, pattern=r"\d/\d") == "7/0"


def test_no_ink_is_no_number(network):
    for nothing in ([], [np.empty((0, 2))]):
        reading = nnweb.read_number(nothing, network)
        assert reading.text == "" and not reading.valid and reading.reason


def test_empty_strokes_count_in_the_indices_of_the_others(network):
    strokes = [[], *at(0, *FOUR), np.empty((0, 2)), *at(110, SEVEN), []]

    reading = nnweb.read_number(strokes, network)

    assert [c.strokes for c in reading.characters] == [(1, 2), (4,)]
    assert reading.characters[1].box == pytest.approx((110, 0, 170, 100))


def test_a_bar_that_is_almost_level_takes_little_memory(network):
    reading = nnweb.read_number([[(0, 0), (1e6, 1e-3)]], network)

    assert reading.characters[0].strokes == (0,)


def test_a_dot_alone_is_read_without_failing(network):
    reading = nnweb.read_number([polyline((5, 5))], network)

    assert len(reading.characters) == 1


@pytest.mark.parametrize(
    "strokes",
    [[[1, 2, 3]], [[[1, 2, 3]]], [[[10**400, 1]]], ["1"], [np.zeros((1, 2, 2))]],
)
def test_strokes_of_another_kind_are_refused(network, strokes):
    with pytest.raises(ImageError, match=r"strokes\[0\]: got shape"):
        nnweb.read_number(strokes, network)


@pytest.mark.parametrize(("far", "name"), [(np.nan, "nan"), (1e306, r"1e\+306")])
def test_a_coordinate_that_is_no_place_is_named(network, far, name):
    with pytest.raises(ImageError, match=rf"strokes\[1\]: got the coordinate {name}"):
        nnweb.read_number([ONE, [[1, 0], [far, 2e306]]], network)


def test_an_unknown_check_is_refused(network):
    with pytest.raises(PatternError, match="luhn"):
        nnweb.read_number([ONE], network, check="sum")


def test_the_trajectory_counts_for_digits_that_were_written(network):
    strokes = [*at(0, *FOUR), *at(110, SEVEN)]
    letters = nnweb.load(MODELS / "cnn.json")
    letters.labels = tuple("abcdefghij")
    components = find_components(painted(strokes, width=8))

    assert (NumberReader(network).lattice(strokes)[0].by_trajectory < 1).any()
    assert (NumberReader(letters).lattice(strokes)[0].by_trajectory == 1).all()
    assert (NumberReader(network).picture_lattice(components).by_trajectory == 1).all()


def test_a_reading_does_not_depend_on_the_order_of_the_labels(network):
    turned = nnweb.load(MODELS / "cnn.json")
    for name, values in turned.layers[-1].params.items():
        turned.layers[-1].params[name] = values[..., ::-1].copy()
    turned.labels = network.labels[::-1]
    usual, other = NumberReader(network), NumberReader(turned)

    for number in compose_numbers(10, seed=5):
        expected, reading = usual.read(number.strokes), other.read(number.strokes)
        assert reading.text == expected.text
        assert reading.confidence == pytest.approx(expected.confidence, abs=1e-3)


def test_a_reader_recognizes_only_what_is_new(network, monkeypatch):
    counts = []
    drawn = nnweb.numbers.reader.draw_groups
    monkeypatch.setattr(
        "nnweb.numbers.reader.draw_groups",
        lambda groups, spec: counts.append(len(groups)) or drawn(groups, spec),
    )
    reader = NumberReader(network)
    strokes = [*at(0, *FOUR), *at(110, SEVEN), *at(210, ZERO), *at(320, *FOUR)]

    texts = [reader.read(strokes[:n]).text for n in (4, 6)]

    assert texts == ["470", "4704"]
    assert counts[1] < counts[0]
    assert reader.read(strokes).text == "4704" and len(counts) == 2


@pytest.mark.parametrize(
    ("conditions", "searches"),
    [(Conditions(EVERY_SIGN), 2), (Conditions(EVERY_SIGN, r"\d{3}"), 3)],
)
def test_a_reader_searches_the_lattice_again_only_for_conditions(
    network, monkeypatch, conditions, searches
):
    counts = []
    best_paths = nnweb.numbers.solver.best_paths
    monkeypatch.setattr(
        "nnweb.numbers.solver.best_paths",
        lambda *given, **automaton: counts.append(1) or best_paths(*given, **automaton),
    )

    reading = NumberReader(network).read([*at(0, *FOUR), *at(110, SEVEN)], conditions)

    assert reading.text == "47"
    assert len(counts) == searches  # the first one measures the line


def test_most_composed_numbers_are_read(network):
    reader, conditions = NumberReader(network), Conditions(EVERY_SIGN)
    numbers = list(compose_numbers(25, seed=5))

    right = [
        reader.read(number.strokes, conditions).text.replace(" ", "") == number.text
        for number in numbers
    ]

    assert np.mean(right) > 0.75
