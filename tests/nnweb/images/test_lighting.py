"""Photos: in any light the paper becomes white and the writing black."""

import numpy as np
import pytest

from nnweb.images.lighting import black_on_white, luma


def seven(side: int = 300, thickness: int = 24) -> np.ndarray:
    """A mask of ink: a bar at the top and a stem on the right."""
    ink = np.zeros((side, side), bool)
    ink[40 : 40 + thickness, 60:-80] = True
    ink[40:-40, -80 - thickness : -80] = True
    return ink


def lit(ink: np.ndarray, light: np.ndarray, *, chalk: bool = False) -> np.ndarray:
    """A photo of ink under a light of 0 ... 1: on paper, or chalk on a board."""
    surface = np.where(ink, 0.9, 0.2) if chalk else np.where(ink, 0.2, 0.9)
    return np.rint(surface * light * 255).astype(np.uint8)


def slope(turn: int) -> np.ndarray:
    """Four times as much light on one side as on the other."""
    light = np.linspace(0.25, 1, 300)[:, None] * np.ones(300)
    return np.rot90(light, turn)


def shadow(turn: int) -> np.ndarray:
    """The slanted edge of a shadow through the middle, a pixel wide."""
    rows, columns = np.indices((300, 300))
    return np.rot90(np.where(rows + 0.4 * columns > 210, 0.4, 1.0), turn)


def mistaken(photo: np.ndarray, ink: np.ndarray) -> float:
    """The share of the pixels that come out as the other one."""
    return float(((black_on_white(photo) < 127) != ink).mean())


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
@pytest.mark.parametrize("chalk", [False, True])
@pytest.mark.parametrize("light", [slope, shadow])
def test_lamps_and_shadows_are_not_ink(turn, chalk, light):
    photo = lit(seven(), light(turn), chalk=chalk)

    assert mistaken(photo, seven()) < 0.003


def test_noise_and_ruled_lines_are_not_ink(rng):
    light = np.ones((300, 300))
    light[::20] = 0.75
    photo = lit(seven(), light) + rng.normal(0, 9, (300, 300))

    assert mistaken(np.clip(photo, 0, 255).astype(np.uint8), seven()) < 0.003


@pytest.mark.parametrize("base", [0, 100, 230])
def test_paper_without_ink_stays_blank_however_noisy(rng, base):
    noisy = base + rng.integers(0, 26, (40, 40)).astype(np.uint8)

    assert (black_on_white(noisy) == 255).all()


def test_a_table_next_to_the_paper_is_removed():
    photo = lit(seven(), np.ones((300, 300)))
    photo[:, :20] = 30
    photo[-12:, 100:] = 60

    assert mistaken(photo, seven()) < 0.003


def test_ink_from_edge_to_edge_is_kept_if_there_is_no_other():
    photo, ink = lit(seven(), slope(1)), seven()

    assert mistaken(photo[:-60], ink[:-60]) < 0.003


@pytest.mark.parametrize("greys", [(255, 0), (0, 255), (200, 150)])
def test_a_clean_picture_may_be_cut_close_to_its_ink(greys):
    tight = seven()[40:-40, 60:-80]

    assert mistaken(np.where(tight, greys[1], greys[0]).astype(np.uint8), tight) == 0


@pytest.mark.parametrize("thickness", [16, 40])
def test_strokes_keep_their_width(thickness):
    ink = seven(thickness=thickness)

    assert mistaken(lit(ink, np.ones((300, 300))), ink) < 0.0005


def test_thin_lines_are_thickened():
    fine = lit(seven(thickness=2), np.ones((300, 300)))

    middle = black_on_white(fine)[150] < 127

    assert 10 < middle.sum() < 20


def test_a_small_picture_keeps_its_pixels():
    ink = np.zeros((28, 28), bool)
    ink[4:24, 13:15] = True

    assert mistaken(np.where(ink, 0, 255).astype(np.uint8), ink) == 0


def test_one_black_speck_does_not_make_faint_ink_vanish():
    grey = np.full((400, 400), 250, np.uint8)
    grey[100:300, 180:200] = 190
    grey[5, 5] = 0

    assert black_on_white(grey)[200, 190] < 127


@pytest.mark.parametrize(
    "colour", [(200, 30, 40), (20, 40, 160), (20, 130, 60), (110, 110, 110)]
)
def test_pens_of_any_colour_are_ink(colour):
    photo = np.where(seven()[..., None], colour, (240, 238, 230)).astype(np.uint8)

    assert mistaken(luma(photo), seven()) < 0.001
