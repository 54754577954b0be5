"""The best readings of a lattice, and which weights they are scored with."""

import numpy as np
import pytest

import nnweb
from nnweb.numbers.reader import NumberReader
from nnweb.numbers.scores import NAMES, OF_PICTURES, OF_STROKES, UNSEEN, is_usual
from nnweb.numbers.solver import Solver
from tests.nnweb.numbers.written import FOUR, ONE, SEVEN, ZERO, at, painted
from tools.bench.composed_numbers import compose_numbers
from tools.build.sources import MODELS


@pytest.fixture(scope="module")
def network():
    return nnweb.load(MODELS / "cnn.json")


class Narrow(Solver):
    """Finds one reading at a time."""

    def best(self, count=1, *args, **automaton):
        return super().best(1, *args, **automaton)


def test_a_usual_reading_is_found_behind_any_number_of_unusual_ones(network):
    reader, mended = NumberReader(network), 0
    for number in compose_numbers(25, 4):
        solver = Narrow(reader.lattice(number.strokes)[0], OF_STROKES)
        (first,), found = solver.best(), solver.best_free()
        assert found[0].score >= first.score
        assert found == sorted(found, key=lambda h: -h.score)
        mended += is_usual(found[0].labels) and not is_usual(first.labels)

    assert mended


def test_the_score_of_a_reading_is_that_of_its_features(network):
    strokes = [*at(0, *FOUR), *at(110, SEVEN), *at(210, ZERO)]
    solver = Solver(NumberReader(network).lattice(strokes)[0], OF_STROKES)

    for hypothesis in solver.best():
        score = solver.features_of(hypothesis) @ OF_STROKES
        assert hypothesis.score == pytest.approx(score)


@pytest.mark.parametrize("labels", ["abcdefghij", "012345678x"])
def test_labels_beside_the_digits_get_no_measures_of_a_digits_shape(network, labels):
    other = nnweb.load(MODELS / "cnn.json")
    other.labels = tuple(labels)
    strokes = [*at(0, ONE), *at(110, SEVEN)]
    shapes = [NAMES.index(name) for name in ("width", "narrow", "strokes")]

    features = Solver(NumberReader(other).lattice(strokes)[0], OF_STROKES).features
    digits = Solver(NumberReader(network).lattice(strokes)[0], OF_STROKES).features

    assert not features[..., shapes].any() and digits[..., shapes].any()
    upright = features[..., NAMES.index("upright")]
    assert upright.any() == ("1" in labels)


def test_pictures_have_weights_of_their_own(network):
    strokes = [*at(0, *FOUR), *at(110, SEVEN), *at(210, ZERO)]
    usual = NumberReader(network)
    other = NumberReader(network, picture_weights=OF_PICTURES / 4)
    image = painted(strokes, 8)

    assert other.read(strokes) == usual.read(strokes)
    assert other.read_image(image).confidence < usual.read_image(image).confidence
    assert not np.array_equal(OF_STROKES, OF_PICTURES)


def test_of_a_picture_each_character_may_be_wrong_in_a_way_that_no_reading_knows(
    network,
):
    strokes = [*at(0, *FOUR), *at(110, SEVEN), *at(210, ZERO)]
    reader = NumberReader(network)

    stroke_sum = sum(p for _, p in reader.read(strokes).readings)
    picture_sum = sum(p for _, p in reader.read_image(painted(strokes, 8)).readings)

    assert stroke_sum == pytest.approx(1)
    assert picture_sum == pytest.approx((1 - UNSEEN[1]) ** 3)
