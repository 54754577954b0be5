"""Drawn digits are recognised as by native Python on the same pixels."""

import numpy as np
import pytest

import nnweb
from nnweb.images.preprocess import FITS
from tests.site.conftest import Visit
from tools.build.sources import MODELS

NETWORKS = sorted(path.stem for path in MODELS.glob("*.json"))
DIGITS = "0123456789"


@pytest.mark.parametrize("name", NETWORKS)
def test_ten_digits_are_recognised_as_natively_on_the_same_pixels(
    ready: Visit, strokes, name
):
    network = nnweb.load(MODELS / f"{name}.json")
    ready.network(name)
    answers = ""

    for digit in DIGITS:
        ready.clear()
        ready.draw(strokes[digit])
        for fit in FITS:
            ready.fit(fit)
            answer = ready.digit()

            image = ready.pixels("#scaledCanvas")[None]
            native = nnweb.recognize(image, network, fit=fit)[0]
            np.testing.assert_allclose(ready.probabilities(), native, atol=1e-5)
            # a network may say that something is no digit
            assert answer in (DIGITS[native.argmax()], "")
            if fit == network.input.fit:
                answers += answer

    assert answers == DIGITS


@pytest.mark.parametrize("corner", [(0, 0), (230, 0), (0, 230), (230, 230)])
def test_small_digits_in_a_corner_look_like_large_ones(ready: Visit, strokes, corner):
    ready.fit("digit")
    ready.draw(strokes["3"])
    ready.be("ready")
    large = ready.pixels("#scaledCanvas")

    ready.clear()
    ready.draw(strokes["3"], scale=0.3, shift=corner)
    ready.be("ready")
    small = ready.pixels("#scaledCanvas")

    # the mouse has whole pixels, of which a small digit has few
    ink_differs = (large[..., 0] < 127) != (small[..., 0] < 127)
    assert ink_differs.mean() < 0.05


def test_as_drawn_means_that_nothing_is_moved(ready: Visit, strokes):
    ready.fit("canvas")

    ready.draw(strokes["1"], scale=0.4, shift=(180, 10))
    ready.be("ready")

    rows, columns = np.nonzero(ready.pixels("#scaledCanvas")[..., 0] < 127)
    assert columns.min() >= 18 and rows.max() <= 11


def test_the_preview_shows_the_input_of_the_network(ready: Visit, strokes):
    ready.fit("digit")

    ready.draw(strokes["2"])
    ready.be("ready")

    grey = ready.pixels("#scaledCanvas")[None]
    ink = nnweb.images.preprocess.prepare(grey, fit="digit").reshape(28, 28)
    shown = ready.pixels("#seen")[..., 0].astype(float)
    ground = shown.min()
    np.testing.assert_allclose((shown - ground) / (255 - ground), ink, atol=0.01)


def test_ink_is_black_on_white_and_20_pixels_wide(ready: Visit):
    ready.draw([[[100, 168], [130, 168], [160, 168], [190, 168], [236, 168]]])

    pixels = ready.pixels("#drawingCanvas")

    assert pixels.shape == (336, 336, 4)
    assert (pixels[..., 3] == 255).all()
    assert (pixels[0, 0] == 255).all() and (pixels[168, 168, :3] == 0).all()
    assert 19 <= (pixels[:, 168, 0] < 128).sum() <= 21  # across
    assert 155 <= (pixels[168, :, 0] < 128).sum() <= 157  # along, pen included


def test_bars_change_without_an_animation(ready: Visit, strokes):
    ready.draw(strokes["1"])  # until then the progress bar is still
    ready.be("ready")
    session = ready.page.context.new_cdp_session(ready.page)
    moving: list[object] = []
    session.on(
        "Animation.animationStarted",
        lambda event: moving.append(event["animation"]),
    )
    session.send("Animation.enable")

    ready.clear()
    ready.draw(strokes["8"])
    ready.be("ready")

    assert ready.digit() == "8"
    assert moving == []
