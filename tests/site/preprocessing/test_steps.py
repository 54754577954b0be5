"""The steps of the preparation: each is shown, and may be left out of the answer."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.site.accessibility import barriers, fits, screens
from tests.site.conftest import Visit, ready_page
from tests.site.networks.test_own import choose, photo

RESULT = Path(__file__).resolve().parents[3] / "tools/bench/results/steps.json"
TILES = ["Rescaled", "Downsampled", "Thresholded", "Centred"]
SMALL_IN_A_CORNER = {"scale": 0.4, "shift": (185, 15)}


@pytest.fixture(scope="module")
def opened(browser, site) -> Iterator[Visit]:
    with ready_page(browser, site) as page:
        yield page


@pytest.fixture
def steps(opened) -> Iterator[Visit]:
    """The page with the panel open, every step on, and the default network."""
    opened.clear()
    opened.network("cnn")
    opened.fit("digit")
    if opened.page.locator("#steps").get_attribute("open") is None:
        toggle(opened)
    expect(opened.page.locator("#steps li")).to_have_count(5)
    opened.page.get_by_role("button", name="All steps").click()
    opened.be("ready")
    yield opened
    assert opened.watch.errors == []


def toggle(page: Visit) -> None:
    page.page.locator("#steps summary").click()


def box(page: Visit, name: str):
    return page.page.get_by_role("checkbox", name=name)


def ink(page: Visit, name: str) -> np.ndarray:
    """What the picture of that name shows: 0 paper ... 255 ink."""
    label = page.page.locator(f'#steps canvas[aria-label="{name}"]')
    label.wait_for()
    return 255 - page.pixels(f'#steps canvas[aria-label="{name}"]')[..., 0]


def greys(picture: np.ndarray) -> int:
    """Pixels that are neither black nor white."""
    return int(((picture > 0) & (picture < 255)).sum())


def test_every_step_is_shown_and_the_last_is_the_networks_input(steps, strokes):
    page = steps
    page.draw(strokes["7"], **SMALL_IN_A_CORNER)
    assert page.digit() == "7"

    drawn, size, small, black, seen = (ink(page, name) for name in ["Drawn", *TILES])

    assert drawn.shape == size.shape == (112, 112)
    assert small.shape == black.shape == seen.shape == (28, 28)
    assert np.nonzero(drawn)[1].min() > 50 and np.nonzero(size)[1].min() < 50
    assert len(np.unique(small)) > 10 and set(np.unique(black)) == {0, 255}
    shown = page.pixels("#seen")[..., 0].astype(float)
    assert np.abs((shown - 17) / (255 - 17) * 255 - seen).max() < 2


def test_with_every_step_the_answer_is_the_same_as_with_the_panel_closed(
    steps, strokes
):
    page = steps
    toggle(page)
    page.draw(strokes["2"], **SMALL_IN_A_CORNER)
    assert page.digit() == "2"
    before, seen = page.probabilities(), page.pixels("#seen")

    toggle(page)
    expect(page.page.locator("#steps li")).to_have_count(5)
    page.be("ready")

    np.testing.assert_allclose(page.probabilities(), before, atol=1e-6)
    assert (page.pixels("#seen") == seen).all()


def test_skipping_a_step_changes_the_answer_and_is_noted_next_to_it(steps, strokes):
    page = steps
    page.network("mlp")
    page.draw(strokes["2"], **SMALL_IN_A_CORNER)
    assert page.digit() == "2"
    before = page.probabilities()

    box(page, "Centred").uncheck()

    expect(page.page.locator("#status")).to_contain_text("one step off")
    said = page.page.locator("#steps .status")
    expect(said).to_have_text("Off: Centred.")
    page.be("ready")
    assert abs(page.probabilities() - before).max() > 0.1
    assert (ink(page, TILES[3]) == ink(page, TILES[2])).mean() > 0.98  # not moved

    page.page.get_by_role("button", name="All steps").click()

    expect(page.page.locator("#status")).not_to_contain_text(" off")
    page.be("ready")
    np.testing.assert_allclose(page.probabilities(), before, atol=1e-6)
    assert all(box(page, name).is_checked() for name in TILES)


def test_each_switch_skips_its_step(steps, strokes):
    page = steps
    page.draw(strokes["5"], scale=0.5, shift=(150, 20))
    page.be("ready")

    box(page, "Downsampled").uncheck()
    page.be("ready")
    picked = ink(page, "Downsampled")
    box(page, "Downsampled").check()
    page.be("ready")
    assert greys(picked) < greys(ink(page, "Downsampled")) / 2

    box(page, "Thresholded").uncheck()
    page.be("ready")
    assert len(np.unique(ink(page, "Thresholded"))) > 10
    box(page, "Thresholded").check()

    box(page, "Rescaled").uncheck()
    page.be("ready")
    assert (ink(page, "Rescaled") == ink(page, "Drawn")).mean() > 0.99
    rows = np.flatnonzero((ink(page, "Centred") > 127).any(axis=1))
    assert rows[-1] - rows[0] < 14  # as small as it was drawn


def test_as_drawn_skips_two_steps(steps, strokes):
    page = steps
    page.draw(strokes["3"], **SMALL_IN_A_CORNER)

    page.fit("canvas")

    assert not box(page, "Rescaled").is_checked()
    assert not box(page, "Centred").is_checked()
    page.be("ready")
    with_steps = page.probabilities()
    toggle(page)  # closed: the page answers as ever
    page.be("ready")
    np.testing.assert_allclose(page.probabilities(), with_steps, atol=1e-6)


def test_a_picture_is_preprocessed_in_the_same_steps(steps):
    page = steps
    seven = np.zeros((28, 28), np.uint8)
    seven[5:8, 6:22] = seven[5:24, 19:22] = 255

    choose(page, "seven.png", "image/png", photo(seven))

    page.shows("7")
    assert ink(page, "Drawn").any()
    rows = np.flatnonzero((ink(page, "Centred") > 127).any(axis=1))
    assert 18 <= rows[-1] - rows[0] + 1 <= 20


def test_the_accuracy_without_each_step_is_as_measured(steps, strokes):
    measured = json.loads(RESULT.read_text())["result"]["networks"]
    page = steps
    tile = page.page.locator("#steps li").last

    for name in ("cnn", "cnn-small"):
        page.network(name)
        share = measured[name]["centre"]
        expect(tile).to_contain_text(f"without it, {share * 100:.1f}% correct")
    expect(page.page.locator("#steps .measured")).to_contain_text("2,000 digits")


def test_the_steps_are_accessible(steps, strokes):
    steps.draw(strokes["8"])
    steps.page.get_by_role("button", name="No steps").click()
    steps.be("ready")

    for screen in screens(steps):
        assert barriers(steps, "#steps") == [], screen
        assert fits(steps), screen
