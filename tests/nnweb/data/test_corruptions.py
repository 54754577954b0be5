"""Corruptions: each has the effect of its name, and is reproducible."""

import numpy as np
import pytest

from nnweb.data.corruptions import CORRUPTIONS, corrupt
from nnweb.data.datasets import Dataset


@pytest.fixture
def stem():
    """Forty images of one upright stem, 4 px wide and 16 high, right in the middle."""
    images = np.zeros((40, 28, 28), np.uint8)
    images[:, 6:22, 12:16] = 255
    return Dataset(images, np.ones(40, np.uint8), source="stems")


def ink(data: Dataset) -> np.ndarray:
    return data.images > 127


def extent(image: np.ndarray) -> tuple[int, int, int, int]:
    """First row, last row, first column, last column with ink."""
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])


def extents(data: Dataset) -> np.ndarray:
    return np.array([extent(image) for image in ink(data)])


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_each_corruption_changes_the_images_and_keeps_the_labels(bars, name):
    data = bars(1010)  # more than are corrupted at once
    before = data.images.copy()

    corrupted = corrupt(data, name)

    changed = (corrupted.images != data.images).any(axis=(1, 2))
    assert changed.mean() > 0.95
    assert ink(corrupted).any(axis=(1, 2)).all(), "an image has lost all its ink"
    np.testing.assert_array_equal(corrupted.labels, data.labels)
    np.testing.assert_array_equal(data.images, before)
    assert corrupted.source == f"bars, {name}"
    again = corrupt(data, name).images
    np.testing.assert_array_equal(corrupted.images, again)


@pytest.mark.parametrize(
    "name", ["shifted", "in a corner", "wobbly", "noisy", "specks"]
)
def test_random_corruptions_differ_by_image_and_by_seed(stem, name):
    first, other = corrupt(stem, name).images, corrupt(stem, name, seed=1).images

    assert len({image.tobytes() for image in first}) > 1
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_images_without_ink_are_no_error(name):
    blank = Dataset(np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.uint8))

    images = corrupt(blank, name).images

    if name not in ("noisy", "specks", "ruled line"):
        assert not images.any()


def test_shifted_only_moves_by_four_pixels(stem):
    shifted = corrupt(stem, "shifted").images.astype(float)

    mass = shifted.sum(axis=(1, 2))
    rows = (shifted.sum(axis=2) @ np.arange(28)) / mass - 13.5
    columns = (shifted.sum(axis=1) @ np.arange(28)) / mass - 13.5
    np.testing.assert_allclose(np.hypot(rows, columns), 4, atol=0.02)
    np.testing.assert_allclose(mass, stem.images[0].sum(), rtol=0.01)


def test_in_a_corner_leaves_one_pixel_to_two_edges(stem):
    found = {tuple(e) for e in extents(corrupt(stem, "in a corner")).tolist()}

    assert found == {
        (top, top + 15, left, left + 3) for top in (1, 11) for left in (1, 23)
    }


@pytest.mark.parametrize(
    ("name", "height", "width"),
    [
        ("small", 0.65 * 16, 0.65 * 4),
        ("tiny", 0.45 * 16, 0.45 * 4),
        ("large", 1.3 * 16, 1.3 * 4),
        ("narrow", 16, 0.6 * 4),
        ("wide", 0.7 * 16, 1.2 * 4),
    ],
)
def test_scaled_corruptions_have_the_size_of_their_name(stem, name, height, width):
    top, bottom, left, right = extents(corrupt(stem, name))[0]

    assert bottom - top + 1 == pytest.approx(height, abs=1.01)
    assert right - left + 1 == pytest.approx(width, abs=1.01)
    assert top + bottom == left + right == 27  # still in the middle


def tilt(image: np.ndarray) -> float:
    """Columns by which the ink of the top row lies to the right of the bottom row's."""
    top, bottom, _, _ = extent(image)
    return (
        np.flatnonzero(image[top + 1]).mean() - np.flatnonzero(image[bottom - 1]).mean()
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # 13 rows apart: tan 20 degrees of them, or 0.4 of them
        ("turned right", 13 * np.tan(np.deg2rad(20))),
        ("turned left", -13 * np.tan(np.deg2rad(20))),
        ("slanted right", 13 * 0.4),
        ("slanted left", -13 * 0.4),
    ],
)
def test_turned_and_slanted_corruptions_lean_to_their_side(stem, name, expected):
    assert tilt(ink(corrupt(stem, name))[0]) == pytest.approx(expected, abs=1)


def test_a_slanted_stem_ends_flat_and_a_turned_one_in_a_corner(stem):
    slanted, turned = (
        ink(corrupt(stem, name))[0] for name in ("slanted left", "turned left")
    )

    top, bottom, _, _ = extent(slanted)
    assert bottom - top + 1 == 16 and slanted[top].sum() == 4
    assert turned[extent(turned)[0]].sum() < 4


def test_thin_strokes_have_one_pixel_and_thick_ones_two_more(stem):
    thin, thick = ink(corrupt(stem, "thin")), ink(corrupt(stem, "thick"))

    assert set(thin[0].sum(axis=1)) == {0, 1}
    assert set(thick[0].sum(axis=1)) == {0, 6}


def test_blurred_digits_have_greys_and_the_same_maximum(stem):
    image = corrupt(stem, "blurred").images[0]

    assert image.max() == 255
    assert 0 < image[13, 10] < image[13, 11] < image[13, 13]


def test_a_gap_is_two_pixels_wide_across_the_longer_side(stem):
    lying = Dataset(stem.images.transpose(0, 2, 1).copy(), stem.labels)

    for data, axis in ((stem, 2), (lying, 1)):
        lines = ink(corrupt(data, "with a gap")).any(axis=axis)
        assert set(lines.sum(axis=1)) == {16 - 2}
        assert lines[:, [6, 21]].all(), "the ends stay"


def test_noise_inverts_two_percent_of_the_pixels(stem):
    changed = ink(corrupt(stem, "noisy")) != ink(stem)

    assert changed.mean() == pytest.approx(0.02, abs=0.003)


def test_specks_are_three_dots_of_four_pixels(stem):
    added = (ink(corrupt(stem, "specks")) & ~ink(stem)).sum(axis=(1, 2))

    assert added.max() == 12 and np.median(added) >= 8


def test_a_ruled_line_runs_across_the_bottom(stem):
    for image in ink(corrupt(stem, "ruled line")):
        (row,) = np.flatnonzero(image.all(axis=1))
        assert row >= 24
