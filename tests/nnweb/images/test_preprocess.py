"""Pixels to network input: the plain pipeline exactly, the crop against a reference."""

from itertools import pairwise

import numpy as np
import pytest

from nnweb.errors import ImageError
from nnweb.images.preprocess import crop, drop_specks, prepare

SEVEN = [(0.0, 0.0), (1.0, 0.0), (0.35, 1.4)]
ONE = [(0.0, 0.3), (0.3, 0.0), (0.3, 1.6)]


def drawn(points, *, size=240.0, at=(80.0, 60.0), pen=20.0, side=336):
    """A pen's line through ``points``, black on white, uint8 (side, side)."""
    rows, columns = np.mgrid[:side, :side] + 0.5
    grey = np.full((side, side), 255, np.uint8)
    ends = np.array(points) * size / 1.6 + at
    for (x0, y0), (x1, y1) in pairwise(ends):
        dx, dy = x1 - x0, y1 - y0
        along = ((columns - x0) * dx + (rows - y0) * dy) / (dx * dx + dy * dy)
        along = np.clip(along, 0, 1)
        away = np.hypot(columns - x0 - along * dx, rows - y0 - along * dy)
        grey[away <= pen / 2] = 0
    return grey


def blob(height, width, top, left):
    """A block of ink, (1, 28, 28)."""
    ink = np.zeros((1, 28, 28), np.float32)
    ink[0, top : top + height, left : left + width] = 1
    return ink


def slow_crop(ink):
    """One (28, 28) image, pixel by pixel: what ``crop`` says that it does."""
    dark = [(r, c) for r in range(28) for c in range(28) if ink[r, c] > 0.5]
    if not dark:
        return ink
    rows, columns = [r for r, _ in dark], [c for _, c in dark]
    longer = max(max(rows) - min(rows), max(columns) - min(columns)) + 1
    mass = sum(ink[r, c] for r in range(28) for c in range(28))
    row = sum(r * ink[r, c] for r in range(28) for c in range(28)) / mass
    column = sum(c * ink[r, c] for r in range(28) for c in range(28)) / mass
    result = np.zeros((28, 28))
    for r in range(28):
        for c in range(28):
            y = row + (r - 13.5) * longer / 20
            x = column + (c - 13.5) * longer / 20
            y0, x0 = int(np.floor(y)), int(np.floor(x))
            for i, share in ((y0, 1 - (y - y0)), (y0 + 1, y - y0)):
                for j, part in ((x0, 1 - (x - x0)), (x0 + 1, x - x0)):
                    if 0 <= i < 28 and 0 <= j < 28:
                        result[r, c] += ink[i, j] * share * part
    return result


def slow_drop_specks(ink):
    """One (H, W) image, by following every patch of ink to its end."""
    left = {(r, c) for r, c in np.argwhere(ink > 0.5).tolist()}
    writing = set()
    while left:
        patch, edge = set(), [left.pop()]
        while edge:
            r, c = edge.pop()
            patch.add((r, c))
            near = {(r + i, c + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left
            left -= near
            edge += near
        if len(patch) >= 4:
            writing |= patch
    cleaned = np.zeros_like(ink)
    for pixel in writing:
        cleaned[pixel] = 1
    return cleaned if writing else ink


def paper(*shape):
    return np.full(shape, 255, np.uint8)


def centre_of_mass(image):
    rows, columns = np.mgrid[:28, :28]
    return (image * rows).sum() / image.sum(), (image * columns).sum() / image.sum()


def extent(image):
    """Rows and columns that hold more than a faint edge of ink."""
    rows, columns = np.nonzero(image > 0.25)
    return np.ptp(rows) + 1, np.ptp(columns) + 1


# The plain pipeline


def test_with_fit_canvas_greys_below_127_are_ink():
    grey = np.full((1, 28, 28), 255, np.uint8)
    grey[0, :, 0] = np.arange(0, 252, 9)
    grey[0, 3, 5:9] = [126, 127, 128, 0]

    x = prepare(grey, fit="canvas")

    expected = np.zeros((28, 28))
    expected[:14, 0] = 1  # 0, 9, ... 117; the next is 126
    expected[14, 0] = 1
    expected[3, 5], expected[3, 8] = 1, 1
    np.testing.assert_array_equal(x.reshape(28, 28), expected)
    assert x.dtype == np.float32 and x.shape == (1, 784)


def test_only_the_red_channel_is_read(rng):
    images = rng.integers(0, 256, (3, 28, 28, 4), dtype=np.uint8)

    x = prepare(images, fit="canvas")

    expected = np.where(images[..., 0] >= 127, 0, 1).reshape(3, 784)
    np.testing.assert_array_equal(x, expected)


@pytest.mark.parametrize("threshold", [1, 100, 255])
def test_the_threshold_separates_ink_and_paper(threshold):
    grey = np.full((1, 28, 28), threshold, np.uint8)
    grey[0, 0] -= 1

    x = prepare(grey, fit="canvas", threshold=threshold)

    assert x.sum() == 28 and x[0, :28].all()


@pytest.mark.parametrize(
    "size", [(28, 28), (336, 336), (100, 150), (29, 31), (28, 300)]
)
def test_paper_of_127_stays_paper_and_ink_of_126_stays_ink_at_every_size(size):
    paper = prepare(np.full((1, *size), 127, np.uint8), fit="canvas")
    ink = prepare(np.full((1, *size), 126, np.uint8), fit="canvas")

    assert not paper.any()
    assert ink.reshape(28, 28)[14, 14] == 1


def test_large_images_are_averaged_over_each_pixels_area():
    grey = np.full((1, 336, 336), 255, np.uint8)
    grey[0, 24:36, 48:54] = 0  # half of the cell at (2, 4): on average 127.5, paper
    grey[0, 60:72, 60:67] = 0  # seven twelfths of (5, 5): on average 106.25, ink

    x = prepare(grey, fit="canvas").reshape(28, 28)

    assert np.argwhere(x).tolist() == [[5, 5]]


def test_averaging_splits_pixels_between_cells():
    """42 to 28: each cell is one pixel and a half, both ways."""
    grey = np.full((1, 42, 42), 255, np.uint8)
    grey[0, 0, 0] = 0  # 1 of 2.25: 44 % ink, paper
    grey[0, 3:5, 3] = 0  # 1.5 of 2.25: 67 % ink
    grey[0, 40, 40] = 0  # 0.5 * 0.5 of four cells

    x = prepare(grey, fit="canvas").reshape(28, 28)

    assert np.argwhere(x).tolist() == [[2, 2]]


def test_images_that_are_not_square_are_padded_with_paper():
    wide = prepare(np.zeros((1, 100, 150), np.uint8), fit="canvas").reshape(28, 28)
    tall = prepare(np.zeros((1, 150, 100), np.uint8), fit="canvas").reshape(28, 28)

    # 100 of 150 is 18.67 of 28: 18 whole rows, and a third of one at either end
    np.testing.assert_array_equal(wide.sum(axis=0), np.full(28, 18))
    assert wide[5:23].all() and not wide[:5].any() and not wide[23:].any()
    np.testing.assert_array_equal(tall, wide.T)


@pytest.mark.parametrize("fit", ["canvas", "digit"])
def test_rgba_and_grey_give_the_same(fit):
    grey = drawn(SEVEN)[None]
    rgba = np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=-1)

    np.testing.assert_array_equal(prepare(rgba, fit=fit), prepare(grey, fit=fit))


@pytest.mark.parametrize("fit", ["canvas", "digit"])
@pytest.mark.parametrize("side", [28, 336])
def test_an_image_alone_has_the_pixels_it_has_in_a_batch(fit, side):
    scale = side / 336
    images = np.stack(
        [
            drawn(
                SEVEN, size=240 * scale, at=(60 * scale,) * 2, pen=20 * scale, side=side
            ),
            drawn(
                ONE, size=90 * scale, at=(200 * scale,) * 2, pen=20 * scale, side=side
            ),
            np.full((side, side), 255, np.uint8),
        ]
    )
    before = images.copy()

    together = prepare(images, fit=fit)

    alone = np.concatenate([prepare(image[None], fit=fit) for image in images])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_array_equal(images, before)


@pytest.mark.parametrize("fit", ["canvas", "digit"])
@pytest.mark.parametrize("side", [28, 56, 336])
def test_a_blank_image_stays_blank(fit, side):
    blank = paper(2, side, side)

    assert not prepare(blank, fit=fit).any()
    assert prepare(blank[:0], fit=fit).shape == (0, 784)


@pytest.mark.parametrize(
    ("images", "options", "message"),
    [
        (np.zeros((1, 28, 28)), {}, "^images: got float64, expected a uint8 array"),
        (np.zeros((1, 28, 28), np.int8), {}, "^images: got int8, expected a uint8"),
        ([[0] * 28] * 28, {}, "^images: got list, expected a uint8 array"),
        (paper(28, 28), {}, r"^images: got shape \(28, 28\), expected \(N"),
        (paper(1, 28, 28, 3), {}, r"^images: got shape \(1, 28, 28, 3\)"),
        (paper(1, 27, 28), {}, r"^images: got shape \(1, 27, 28\), expect"),
        (paper(1, 28, 27, 4), {}, r"^images: got shape \(1, 28, 27, 4\)"),
        (paper(1, 0, 28), {}, r"^images: got shape \(1, 0, 28\), expected"),
        (paper(1, 28, 28), {"fit": "wide"}, "^fit: got 'wide', expected 'digit' or 'c"),
    ],
)
def test_invalid_images_and_fits_are_refused(images, options, message):
    with pytest.raises(ImageError, match=message):
        prepare(images, **options)


# The crop


def test_crop_agrees_with_a_slow_reference(rng):
    drawings = [
        drawn(points, size=size, at=(4.3, 3.1), pen=2.2, side=28) < 127
        for points in (SEVEN, ONE)
        for size in (8, 14, 21)
    ]
    greys = np.zeros((4, 28, 28))
    greys[:, 6:20, 9:17] = rng.random((4, 14, 8))
    single_pixel = blob(1, 1, 20, 3)
    ink = np.concatenate([drawings, greys, single_pixel]).astype(np.float32)

    cropped = crop(ink)

    for image, original in zip(cropped, ink, strict=True):
        np.testing.assert_allclose(image, slow_crop(original), atol=1e-5)
    assert cropped.dtype == np.float32


@pytest.mark.parametrize(
    ("height", "width", "expected"),
    [(10, 5, (20, 10)), (5, 10, (10, 20)), (20, 8, (20, 8)), (4, 4, (20, 20))],
)
def test_crop_scales_the_longer_side_to_20(height, width, expected):
    cropped = crop(blob(height, width, 3, 6))[0]

    # bilinear edges blur by half an input pixel
    blur = 20 / max(height, width)
    assert abs(np.subtract(extent(cropped), expected)).max() <= blur
    assert centre_of_mass(cropped) == pytest.approx((13.5, 13.5), abs=0.01)


def test_crop_without_scaling_only_moves():
    ink = blob(20, 4, 0, 1)
    ink[0, 0, 1:11] = 1  # a flag, to make it lopsided

    cropped = crop(ink)[0]

    assert cropped.sum() == pytest.approx(ink.sum(), rel=1e-5)
    assert centre_of_mass(cropped) == pytest.approx((13.5, 13.5), abs=1e-4)


@pytest.mark.parametrize("move", [(0, 1), (5, 0), (7, 9), (0, 11)])
def test_crop_does_not_depend_on_the_position(move):
    ink = (drawn(SEVEN, size=14, at=(2, 2), pen=2.2, side=28) < 127).astype(np.float32)
    moved = np.roll(ink, move, axis=(0, 1))

    np.testing.assert_allclose(crop(moved[None]), crop(ink[None]), atol=1e-4)


def test_crop_does_not_change_an_image_without_ink():
    faint = np.full((1, 28, 28), 0.5, np.float32)

    np.testing.assert_array_equal(crop(np.zeros_like(faint)), np.zeros_like(faint))
    np.testing.assert_allclose(crop(faint), faint)


@pytest.mark.parametrize("how", [{}, {"scale": False}, {"centre": False}])
def test_an_image_without_ink_does_not_affect_the_others(how):
    seven = (drawn(SEVEN, size=14, at=(4, 3), pen=2, side=28) < 127).astype(np.float32)
    blank = np.zeros_like(seven)

    together = crop(np.stack([blank, seven, blank]), **how)

    np.testing.assert_array_equal(together[1], crop(seven[None], **how)[0])
    assert not together[0].any() and not together[2].any()


# Specks


@pytest.mark.parametrize(
    "pixels",
    [
        [(2, 2)],
        [(2, 2), (3, 3)],
        [(2, 2), (2, 3), (3, 2)],
        [(2, 2), (3, 3), (4, 2), (5, 3)],  # connected by their corners
        [(2, 2), (2, 3), (3, 2), (3, 3)],
        [(0, 0), (0, 1), (0, 2), (0, 3)],
        [(27, 27), (26, 27), (27, 26), (25, 27)],
    ],
)
def test_specks_of_up_to_three_pixels_are_erased_and_larger_ones_kept(pixels):
    clean = blob(12, 4, 10, 12)
    dirty = clean.copy()
    dirty[0, *np.transpose(pixels)] = 1
    before = dirty.copy()

    cleaned = drop_specks(dirty)

    np.testing.assert_array_equal(cleaned, clean if len(pixels) < 4 else before)
    np.testing.assert_array_equal(dirty, before)


@pytest.mark.parametrize("share", [0.03, 0.1, 0.2])
@pytest.mark.parametrize("size", [(28, 28), (7, 112)])
def test_specks_agree_with_a_slow_search(rng, share, size):
    ink = (rng.random((40, *size)) < share).astype(np.float32)
    ink[:5] *= rng.random((5, *size)) < 0.05  # nothing but specks, or nothing at all

    cleaned = drop_specks(ink)

    expected = np.stack([slow_drop_specks(image) for image in ink])
    np.testing.assert_array_equal(cleaned, expected)
    assert (cleaned != ink).any() and cleaned[:5].any()


@pytest.mark.parametrize("side", [28, 336])
def test_a_speck_does_not_move_the_digit(side):
    scale = side / 336
    clean = drawn(
        SEVEN, at=(90 * scale,) * 2, size=200 * scale, pen=24 * scale, side=side
    )
    dirty = clean.copy()
    dirty[: round(5 * scale) or 1, : round(5 * scale) or 1] = 0

    np.testing.assert_allclose(prepare(dirty[None]), prepare(clean[None]), atol=0.02)


# Faint lines


def faint(grey, *, edge=255):
    """A bar of this grey, with one pixel of ``edge`` around it, (1, 28, 28)."""
    image = np.full((1, 28, 28), 255, np.uint8)
    image[0, 3:25, 11:17] = edge
    image[0, 4:24, 12:16] = grey
    return image


NOTHING = np.zeros((1, 784))


@pytest.mark.parametrize(
    ("image", "options", "expected"),
    [
        (faint(127), {}, prepare(faint(0))),
        (faint(160), {}, prepare(faint(0))),
        (faint(199), {}, prepare(faint(0))),
        (faint(200), {}, NOTHING),  # lighter than faint: paper
        (faint(127), {"fit": "canvas"}, NOTHING),  # the plain pipeline does not look
        # 80 pixels of ink and 52 of its edge: more than 45 % of 132 are ink already
        (faint(0, edge=180), {}, prepare(faint(0))),
    ],
    ids=["127", "160", "199", "200", "fit canvas", "a soft edge"],
)
def test_faint_lines_are_ink_if_there_is_no_darker_ink(image, options, expected):
    np.testing.assert_array_equal(prepare(image, **options), expected)


def test_the_edge_counts_if_most_of_a_line_would_be_lost():
    image = faint(180, edge=180)
    image[0, 4:24, 12] = 0  # 20 of 132 pixels are ink: less than 45 %

    seen = prepare(image)

    np.testing.assert_array_equal(seen, prepare(faint(0, edge=0)))


# All of it


@pytest.mark.parametrize("points", [SEVEN, ONE])
@pytest.mark.parametrize("at", [(20, 20), (160, 40), (90, 180)])
def test_input_does_not_depend_on_a_drawings_position(points, at):
    images = np.stack(
        [drawn(points, size=130, at=at), drawn(points, size=130, at=(60, 60))]
    )

    one, other = prepare(images)

    assert abs(one - other).mean() < 0.03
    assert abs(one - other).max() < 1


@pytest.mark.parametrize("points", [SEVEN, ONE])
@pytest.mark.parametrize("size", [60, 120, 300])
def test_input_does_not_depend_on_a_drawings_size(points, size):
    """With a pen that grows with it: a photograph from nearer or farther away."""
    images = np.stack(
        [
            drawn(points, size=size, at=(20, 20), pen=size / 10),
            drawn(points, size=240, at=(40, 40), pen=24),
        ]
    )

    one, other = prepare(images)

    assert abs(one - other).mean() < 0.03
    assert max(extent(one.reshape(28, 28))) == pytest.approx(20, abs=1)


@pytest.mark.parametrize("at", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_input_does_not_depend_on_the_canvas_shape(at):
    digit = drawn(SEVEN, size=130, at=(30, 30), side=200)
    down, across = at
    wide, tall = np.full((2, 600, 600), 255, np.uint8)
    wide, tall = wide[:250], tall[:, :250]
    wide[50 * down :][:200, 400 * across :][:, :200] = digit
    tall[400 * down :][:200, 50 * across :][:, :200] = digit

    expected = prepare(digit[None])

    for page in (wide, tall):
        assert abs(prepare(page[None]) - expected).mean() < 0.03


@pytest.mark.parametrize("side", [28, 56, 100, 336, 1000])
def test_input_does_not_depend_on_the_canvas_size(side):
    scale = side / 336
    image = drawn(
        SEVEN, size=240 * scale, at=(60 * scale,) * 2, pen=24 * scale, side=side
    )

    x = prepare(image[None])[0]

    assert abs(x - prepare(drawn(SEVEN, at=(60, 60), pen=24)[None])[0]).mean() < 0.06
    assert x.min() >= 0 and x.max() <= 1


@pytest.mark.parametrize("grey", [126, 127, 150, 199, 229, 255])
def test_a_uniformly_grey_image_has_no_faint_lines(grey):
    sheet = np.full((1, 28, 28), grey, np.uint8)

    assert prepare(sheet, fit="digit").any() == (grey < 127)
