"""Preprocessing step by step: all steps equal ``prepare``; each has its effect."""

import numpy as np
import pytest

from nnweb.errors import ImageError
from nnweb.images.preprocess import prepare
from nnweb.images.stages import STEPS, stages
from tests.nnweb.images.test_preprocess import SEVEN, drawn


def sheet(**options) -> np.ndarray:
    return drawn(SEVEN, **options)[None]


def box(seen: np.ndarray) -> tuple[int, int, int, int]:
    """Top, left, height and width of the ink."""
    rows, columns = (np.flatnonzero((seen > 0.5).any(axis=axis)) for axis in (1, 0))
    return (
        int(rows[0]),
        int(columns[0]),
        int(rows[-1] - rows[0] + 1),
        int(columns[-1] - columns[0] + 1),
    )


@pytest.mark.parametrize("side", [28, 100, 336])
@pytest.mark.parametrize(("size", "at"), [(240.0, (80.0, 60.0)), (90.0, (200.0, 30.0))])
def test_all_steps_together_equal_prepare(side, size, at):
    share = side / 336
    image = sheet(size=size * share, at=(at[0] * share, at[1] * share), side=side)

    seen = stages(image)["seen"]

    np.testing.assert_array_equal(seen.reshape(1, 784), prepare(image, fit="digit"))


@pytest.mark.parametrize("side", [28, 336])
def test_without_size_and_centre_the_result_equals_fit_canvas(side):
    image = sheet(size=150.0 * side / 336, side=side)

    seen = stages(image, without=["size", "centre"])["seen"]

    np.testing.assert_array_equal(seen.reshape(1, 784), prepare(image, fit="canvas"))


def test_without_centre_a_drawing_is_scaled_in_place():
    small = sheet(size=120.0, at=(190.0, 170.0))
    tiny = np.full((1, 28, 28), 255, np.uint8)
    tiny[0, 16:26, 20:24] = 0

    # as low as they can: both were drawn below the middle
    top, left, height, width = box(stages(small, without=["centre"])["seen"][0])
    assert max(height, width) == 20 and top + height == 28
    assert left + width / 2 > 15.5
    top, left, height, width = box(stages(tiny, without=["centre"])["seen"][0])
    assert (top, height, width) == (8, 20, 8)
    assert left + width / 2 == pytest.approx(22, abs=1)


def test_without_size_a_drawing_is_only_centred():
    image = sheet(size=80.0, at=(20.0, 230.0))

    seen = stages(image, without=["size"])["seen"][0]

    rows, columns = np.nonzero(seen > 0.5)
    assert max(box(seen)[2:]) < 10
    assert abs(rows.mean() - 13.5) < 0.6 and abs(columns.mean() - 13.5) < 0.6


def test_without_threshold_greys_are_kept():
    image = sheet()

    with_it, without = stages(image), stages(image, without=["threshold"])

    assert set(np.unique(with_it["ink"])) == {0, 1}
    assert len(np.unique(without["ink"])) > 10


def test_without_averaging_the_middle_pixel_is_taken():
    image = sheet()

    small = stages(image, without=["size", "centre", "average"])["small"]

    np.testing.assert_array_equal(small[0], image[0, 6::12, 6::12] < 127)


def test_a_blank_image_stays_blank_without_any_step():
    paper = np.full((1, 40, 60), 255, np.uint8)
    for without in ([], *[[step] for step in STEPS], STEPS):
        assert not stages(paper, without=without)["seen"].any()


def test_an_unknown_step_is_refused_by_name():
    with pytest.raises(ImageError, match="step: got 'crop', expected one of size"):
        stages(sheet(), without=["crop"])
