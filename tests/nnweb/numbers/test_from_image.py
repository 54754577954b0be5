"""Numbers read from pixels."""

import numpy as np
import pytest

import nnweb
from nnweb.errors import ImageError
from nnweb.images.components import label_components
from nnweb.numbers.from_image import find_components, find_ink
from tests.nnweb.numbers.written import FOUR, SEVEN, ZERO, at, painted
from tools.build.sources import MODELS

NUMBER = [*at(0, *FOUR), *at(110, SEVEN), *at(210, ZERO), *at(320, *FOUR)]


@pytest.fixture(scope="module")
def network():
    return nnweb.load(MODELS / "cnn.json")


def ruled(image):
    lines = image.copy()
    for row in range(20, len(image), 45):
        lines[row : row + 2] = np.minimum(lines[row : row + 2], 150)
    return lines


def shaded(image):
    light = np.linspace(0.4, 1, image.shape[1])
    return (image * light).astype(np.uint8)


@pytest.mark.parametrize("width", [4, 10])
@pytest.mark.parametrize("change", [lambda image: image, ruled, shaded])
def test_a_number_is_read_from_pixels_with_its_boxes(network, change, width):
    image = change(painted(NUMBER, width))

    reading = nnweb.read_number(image, network)

    assert reading.text == "4704" and reading.accepted
    left, top, right, bottom = reading.characters[1].box  # painted with a margin of 40
    assert (left, top, right, bottom) == pytest.approx((150, 40, 210, 140), abs=6)


def test_specks_and_rules_however_many_are_not_part_of_a_number(network):
    image = painted(NUMBER, 6)
    image[8:31:4, 2::4] = image[8:31:4, 3::4] = 40

    assert nnweb.read_number(image, network).text == "4704"
    assert len(find_components(image)) == 4


def test_an_empty_page_has_no_number(network):
    page = np.full((60, 200, 3), 240, np.uint8)

    assert nnweb.read_number(page, network).text == ""
    assert find_components(page) == []


def test_a_picture_with_more_ink_than_a_number_is_refused(network):
    page = np.full((200, 600), 255, np.uint8)
    for i in range(6):
        for j in range(6):
            page[i::10, j::10] = 0

    with pytest.raises(ImageError, match=r"1,200 pieces of ink.* at most 300; crop it"):
        nnweb.read_number(page, network)


def test_touching_pixels_are_one_component_diagonally_too():
    ink = np.array([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 0, 0], [1, 1, 0, 0]], bool)

    labels = label_components(ink)

    assert len(set(labels[ink])) == 3 and not labels[~ink].any()
    assert labels[0, 0] == labels[1, 1] != labels[0, 3] == labels[1, 3]


def test_ink_is_found_in_the_shade():
    paper = np.tile(np.linspace(80, 240, 200, dtype=np.float32), (60, 1))
    paper[20:40, 10:14] = 20
    paper[20:40, 180:184] = 120

    ink = find_ink(paper)

    assert ink[20:40, 10:14].all() and ink[20:40, 180:184].all() and ink.sum() == 160


@pytest.mark.parametrize("shape", [(9,), (2, 50), (9, 9, 2), (9, 9, 3, 1)])
def test_what_is_no_picture_is_refused(network, shape):
    with pytest.raises(ImageError, match="expected uint8"):
        nnweb.read_number(np.zeros(shape, np.uint8), network)


@pytest.mark.parametrize("shape", [(28, 50_000), (5, 1601, 3), (50_000, 95)])
def test_a_strip_that_is_too_narrow_once_reduced_is_refused(network, shape):
    with pytest.raises(ImageError, match=r"expected at least \d+ pixels each way"):
        nnweb.read_number(np.full(shape, 255, np.uint8), network)


def test_a_long_line_is_read_after_it_is_reduced(network):
    image = painted(NUMBER, 10)
    line = np.pad(image, ((0, 0), (0, 5000)), mode="edge")

    assert nnweb.read_number(line, network).text == "4704"
