"""The committed icons are what tools/build/icons.py draws."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tools.build.icons import FINER, GROUND, ICONS, SIDE, pngs, svg


def test_the_svg_is_the_one_that_is_described():
    assert (ICONS / "icon.svg").read_text(encoding="utf-8") == svg()


@pytest.fixture(scope="module")
def made():
    return pngs()


def test_every_picture_is_as_it_would_be_drawn_now(made):
    assert {path.name for path in ICONS.glob("*.png")} == set(made)
    for name, picture in made.items():
        committed = np.asarray(Image.open(ICONS / name).convert("RGBA"), np.int16)
        # another Pillow may round otherwise
        assert np.abs(committed - np.asarray(picture, np.int16)).max() <= 8, name


def test_a_maskable_icon_has_its_stroke_in_the_circle_that_is_never_cut(made):
    pixels = np.asarray(made["maskable-512.png"].convert("RGB"), np.int16)
    ground = np.array([int(GROUND[i : i + 2], 16) for i in (1, 3, 5)])
    y, x = np.nonzero(np.abs(pixels - ground).max(axis=2) > 8)

    assert np.hypot(x - 255.5, y - 255.5).max() <= 0.4 * 512 + SIDE / FINER
    assert np.asarray(made["maskable-512.png"])[..., 3].min() == 255
