"""Augmentation: examples have their documented form, and are reproducible."""

import numpy as np
import pytest

from nnweb.data.augment import Mix, Mixture, PenStyle
from nnweb.data.augment.digit_glyphs import DIGITS
from nnweb.data.augment.glyphs import parse_glyphs, trace_glyphs
from nnweb.data.augment.other_glyphs import NOT_DIGITS
from nnweb.data.augment.outliers import KINDS, glyphs_for, make_outliers
from nnweb.data.augment.pen import bend, draw, stamp
from nnweb.data.augment.styles import (
    STYLES,
    add_styles,
    in_style,
    same_label,
    style_names,
    swap_in_glyphs,
)
from nnweb.data.augment.traces import Traces, skeletons
from nnweb.data.augment.warp import add_noise, vary_strokes, warp
from nnweb.network import OUTLIER

STILL = dict.fromkeys(("rotation", "shear", "aspect", "shift", "elastic"), 0)
STILL["scale"] = (1, 1)


STEM = [(14, y) for y in np.arange(4, 24, 0.25)]


@pytest.fixture
def digits(bars):
    return bars(96)


def traces_of(*drawings):
    points = np.concatenate([np.array(d, np.float32) for d in drawings])
    owner = np.repeat(np.arange(len(drawings)), [len(d) for d in drawings])
    return Traces(points, owner, len(drawings))


# --- skeletons ------------------------------------------------------------------------


def test_the_skeleton_of_a_bar_runs_along_its_middle():
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 4:24, 12:17] = 255  # columns 12 to 16: the middle is 14

    traces = skeletons(image)

    assert np.abs(traces.points[:, 0] - 14).max() <= 0.5
    assert traces.points[:, 1].min() < 8 and traces.points[:, 1].max() > 20


def test_an_image_without_ink_still_has_a_point():
    traces = skeletons(np.zeros((2, 28, 28), np.uint8))

    assert traces.count == 2 and set(traces.owner) == {0, 1}


# --- traces ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 6, 13])
def test_a_dot_is_drawn_as_one_wherever_it_is_and_whatever_else_there_is(size):
    images = np.zeros((6, 28, 28), np.uint8)
    for i, image in enumerate(images):
        image[3 + i : 3 + i + size, 12 : 12 + size] = 255
    images[1::2, 24] = 255  # a line

    traces = skeletons(images, dots=True)

    low, _ = traces.bounds()
    middle = 3 + np.arange(6) + (size - 1) / 2
    np.testing.assert_allclose(low[:, 1], middle, atol=0.5)
    assert np.bincount(traces.owner)[::2].tolist() == [1, 1, 1]


def test_every_digit_has_a_point_but_specks_beside_one_are_lost(digits):
    images = digits.images[:2].copy()
    before = skeletons(images)
    images[0, 1, 1] = 255
    images[1] = 255

    traces = skeletons(images)

    digit = traces.owner == 0
    np.testing.assert_array_equal(
        traces.points[digit], before.points[before.owner == 0]
    )
    assert np.count_nonzero(~digit) == 1


def test_drawings_can_be_taken_in_any_order_and_twice():
    traces = traces_of([(0, 0), (1, 1)], [(5, 5)], [(7, 7), (8, 8), (9, 9)])

    taken = traces.take(np.array([2, 0, 2]))

    assert taken.owner.tolist() == [0, 0, 0, 1, 1, 2, 2, 2]
    assert taken.points[:, 0].tolist() == [7, 8, 9, 0, 1, 7, 8, 9]


def test_a_stroke_is_added_to_its_drawing():
    traces = traces_of([(0, 0)], [(5, 5)], [(9, 9)])
    stroke = np.full((1, 4, 2), 6, np.float32)

    more = traces.with_strokes([(np.array([1]), stroke)])

    assert more.owner.tolist() == [0, 1, 1, 1, 1, 1, 2]
    low, high = more.bounds()
    assert low[1].tolist() == [5, 5] and high[1].tolist() == [6, 6]


# --- warp -----------------------------------------------------------------------------


def test_a_warp_with_zero_parameters_changes_nothing(rng):
    images = rng.random((3, 28, 28)).astype(np.float32)

    np.testing.assert_allclose(warp(images, rng, **STILL), images, atol=1e-5)


def test_a_warp_moves_rotates_and_scales_by_its_parameters(rng):
    image = np.zeros((200, 28, 28), np.float32)
    image[:, 8:20, 8:20] = 1

    moved = warp(image, rng, **{**STILL, "shift": 3})
    grown = warp(image, rng, **{**STILL, "scale": (1.5, 1.5)})

    columns = moved.sum(axis=1) @ np.arange(28) / 144
    assert 2 < np.abs(columns - 13.5).max() <= 3.01
    assert columns.std() > 1
    np.testing.assert_allclose(grown.sum(axis=(1, 2)), 144 * 2.25, rtol=0.02)


def test_pixels_warped_out_of_the_image_are_replaced_by_paper(rng):
    full = np.ones((1, 28, 28), np.float32)

    small = warp(full, rng, **{**STILL, "scale": (0.5, 0.5)})

    assert small[0, 0].max() == 0 and small[0, 13, 13] == 1


def test_strokes_get_wider_and_narrower_and_stay_black_or_white(rng):
    image = np.zeros((400, 28, 28), np.float32)
    image[:, :, 12:15] = 1

    varied = vary_strokes(image, rng)

    widths = varied[:, 14].sum(axis=1)
    assert set(np.unique(varied)) == {0, 1}
    assert widths.min() < 3 < widths.max()
    assert np.median(widths) == 3


def test_noise_inverts_the_given_share_of_pixels(rng):
    noisy = add_noise(np.zeros((50, 28, 28), np.float32), rng, 0.1)

    assert 0.09 < noisy.mean() < 0.11


# --- the pen --------------------------------------------------------------------------


def test_the_pen_sets_the_pixels_whose_centres_it_covers():
    ink = stamp(
        traces_of([(10.0, 5.0)], [(10.4, 5.0)]), np.array([1.9, 3.9], np.float32)
    )

    assert ink[0].sum() == 1 and ink[0, 5, 10] == 1
    rows, columns = np.mgrid[:28, :28]
    under = (columns - 10.4) ** 2 + (rows - 5) ** 2 <= 1.95**2
    np.testing.assert_array_equal(ink[1], under)


def test_drawings_have_the_given_size_and_stay_on_the_canvas(rng):
    traces = traces_of(*[STEM] * 300)
    style = PenStyle(size=(0.5, 0.5), magnified=0, centred=0)

    ink = draw(traces, rng, style)

    heights = ink.any(axis=2).sum(axis=1)
    tops = ink.any(axis=2).argmax(axis=1)
    assert set(heights) <= {13, 14, 15}
    assert tops.min() <= 1 and 12 <= tops.max() <= 15


def test_a_magnified_drawing_has_a_wider_pen_and_the_size_of_the_box(rng):
    style = PenStyle(brush=(1.6, 1.6), size=(0.35, 0.35), magnified=1)

    ink = draw(traces_of(STEM), rng, style)

    assert 19 <= ink[0].any(axis=1).sum() <= 21
    assert 3 <= ink[0].any(axis=0).sum() <= 4


def test_bending_keeps_nearby_points_together(rng):
    bent = bend(traces_of(STEM, STEM), rng, PenStyle())

    for n in range(2):
        steps = np.diff(bent.points[bent.owner == n], axis=0)
        assert np.hypot(*steps.T).max() < 0.6


# --- styles and glyphs ----------------------------------------------------------------


def test_styles_are_added_to_their_digit_in_their_share_only(rng):
    labels = np.repeat(np.arange(10), 400)
    traces = traces_of(*[STEM] * 4000)

    styled = add_styles(traces, labels, rng)

    more = np.bincount(styled.owner) > len(STEM)
    share = more.reshape(10, 400).mean(axis=1)
    for label in range(10):
        ranges = [style.share for style in STYLES.values() if style.label == label]
        drawn = np.linspace(0, 1, 1001)
        wanted = np.any([(drawn >= a) & (drawn < b) for a, b in ranges or [(0, 0)]], 0)
        assert share[label] == pytest.approx(wanted.mean(), abs=0.1)


@pytest.mark.parametrize("name", style_names())
def test_digits_of_one_label_can_be_had_in_each_style(name, rng):
    labels = np.repeat(np.arange(10), 5)
    traces = traces_of(*[STEM] * 50)

    styled, which = in_style(traces, labels, name, rng)

    assert styled.count == len(which) == 5
    assert set(labels[which]) == {int(name[0])}
    lone = traces.take(which)
    assert all(
        set(map(tuple, styled.points[styled.owner == n]))
        != set(map(tuple, lone.points[lone.owner == n]))
        for n in range(5)
    )


def test_the_bar_of_a_7_crosses_its_stem(rng):
    styled, _ = in_style(traces_of(*[STEM] * 50), np.full(50, 7), "7 with a bar", rng)

    low, high = styled.bounds()
    assert (high[:, 0] > 14).all() and (low[:, 0] < 14).all()


def test_a_slash_goes_beyond_a_0_and_a_dash_stays_inside(rng):
    round_ = [
        (14 + 6 * np.cos(a), 14 + 9 * np.sin(a)) for a in np.linspace(0, 6.28, 60)
    ]
    zeros, labels = traces_of(*[round_] * 40), np.zeros(40, int)

    def reach(name):
        styled, _ = in_style(zeros, labels, name, rng)
        added = styled.points.reshape(40, -1, 2)[:, len(round_) :]
        return np.hypot(*((added - 14) / (6, 9)).transpose(2, 0, 1)).max(axis=1)

    assert (reach("0 with a long slash") > 1.2).all()
    assert (reach("0 with a dash inside") < 1.2).all()


def test_each_wanted_label_gets_a_random_example_of_it(rng):
    labels = np.array([3, 1, 3, 2, 3])

    chosen = same_label(labels, np.array([3] * 60 + [2] * 5), rng)

    assert set(chosen[:60]) == {0, 2, 4} and set(chosen[60:]) == {3}


def test_glyphs_replace_the_given_share_and_no_drawing_is_empty(rng):
    labels = rng.integers(0, 10, 300)
    traces = traces_of(*[[(14, 14)]] * 300)

    swapped = swap_in_glyphs(traces, labels, rng, 0.4)

    sizes = np.bincount(swapped.owner, minlength=300)
    assert sizes.min() >= 1
    assert 0.3 < (sizes > 1).mean() < 0.5


def test_there_are_glyphs_for_each_digit_and_no_digit_among_the_others():
    assert {glyph.label for glyph in DIGITS} == set("0123456789")
    assert not {glyph.label for glyph in NOT_DIGITS} & set("0123456789OIlSZBqgb")


def test_a_glyphs_trace_follows_its_strokes():
    glyphs = parse_glyphs("L 0.5 line 0,0 0,1 line 0,1 1,1")

    traces = trace_glyphs(glyphs, np.array([0]), np.random.default_rng(0), shake=0)

    low, high = traces.bounds()
    assert (high - low)[0, 1] == pytest.approx(20, abs=0.1)
    assert 7 < (high - low)[0, 0] < 13
    gaps = np.hypot(*np.diff(traces.points, axis=0).T)
    assert np.sort(gaps)[-2] < 0.35  # but for the jump from stroke to stroke


def test_a_glyphs_row_goes_on_below_it_and_an_arc_is_points_of_an_ellipse():
    first, second = parse_glyphs("""
a 0.5 line 0,0
    1,1

[b with an arc]
b 1 curve 0.5,2 arc(0,0,2,1,0,90)
""")

    assert first.strokes[0].points == [(0, 0), (1, 1)] and first.style == ""
    assert (second.label, second.width, second.style) == ("b", 1, "b with an arc")
    curve = second.strokes[0]
    assert curve.smooth and len(curve.points) == 5
    np.testing.assert_allclose(curve.points[1::3], [(2, 0), (0, 1)], atol=1e-9)


# --- non-digits -----------------------------------------------------------------------


def test_every_digit_becomes_one_non_digit_with_ink(digits, rng):
    traces = skeletons(digits.images)

    made = make_outliers(traces, digits.labels, rng)

    assert made.count == traces.count
    assert np.bincount(made.owner, minlength=96).min() >= 1
    assert np.isfinite(made.points).all()
    assert (np.diff(made.owner) >= 0).all()


def test_the_shares_of_the_kinds_add_up_to_one():
    assert sum(KINDS.values()) == pytest.approx(1)


# --- the mixture ----------------------------------------------------------------------


@pytest.fixture
def mixture(digits):
    return Mixture(digits.images, digits.labels, Mix(outliers=0.25))


def test_a_chunk_has_every_digit_once_and_its_share_of_non_digits(mixture, digits):
    indices = np.arange(10, 74)

    images, labels = mixture.chunk(indices, [1, 2])

    assert images.shape == (80, 784) and images.dtype == np.uint8
    assert (labels == OUTLIER).sum() == 16
    np.testing.assert_array_equal(
        np.sort(labels[labels != OUTLIER]), np.sort(digits.labels[10:74])
    )


def test_a_chunk_depends_on_its_seed_only(mixture):
    one, again, other = (mixture.chunk(np.arange(64), [7, s])[0] for s in (1, 1, 2))

    np.testing.assert_array_equal(one, again)
    assert (one != other).any()


def test_labels_stay_with_their_images(rng):
    """Label k is a block 20 high and k + 3 wide, which a crop leaves as it is."""
    labels = rng.integers(0, 10, 64).astype(np.uint8)
    images = np.zeros((64, 28, 28), np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[4:24, 5 : 8 + label] = 255
    mixture = Mixture(images, labels, Mix(clean=1, pen=0, outliers=0))

    blocks, shuffled = mixture.chunk(np.arange(64), [0])

    widths = (blocks.reshape(-1, 28, 28) > 127).any(axis=1).sum(axis=1)
    assert (shuffled != labels).any()
    np.testing.assert_allclose(widths, shuffled + 3, atol=1)


def test_every_example_is_cropped_like_a_drawing(mixture):
    images, _ = mixture.chunk(np.arange(64), [3])

    ink = images.reshape(-1, 28, 28) > 127
    rows, columns = ink.any(axis=2).sum(axis=1), ink.any(axis=1).sum(axis=1)
    longer = np.maximum(rows, columns)
    assert np.median(longer) in (19, 20, 21)


def test_outliers_of_other_labels_look_like_none_of_them():
    letters = {glyph.label for glyph in glyphs_for("abcde")}
    assert not letters & set("aAdDceEC68") and {"K", "7", "star", "heart"} <= letters
    signs = {glyph.label for glyph in glyphs_for("+-x/")}
    assert not signs & {"+", "dash", "x", "X", "*", "1", "t"} and {"A", "8"} <= signs
    # a word may name a shape
    assert all(len(glyph.label) == 1 for glyph in glyphs_for(["box", "cross"]))
    beside_digits = {glyph.label for glyph in glyphs_for([*"0123456789", "A"])}
    assert not beside_digits & set("A0123456789") and {"K", "heart"} <= beside_digits


def test_images_of_other_labels_get_no_strokes_or_glyphs_of_digits(digits):
    names, labels = tuple("abcdefghij"), np.full(len(digits), 7, np.uint8)
    mixture = Mixture(digits.images, labels, Mix(glyphs=1), names=names)
    indices = np.arange(8)

    drawn = mixture.make("pen", indices, np.random.default_rng(0))

    rng = np.random.default_rng(0)
    bent = bend(mixture.traces.take(indices), rng, PenStyle())
    np.testing.assert_array_equal(drawn, draw(bent, rng, PenStyle()))
