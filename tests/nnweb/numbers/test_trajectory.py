"""The trajectory of the pen: what is measured of it, and what it tells of digits."""

import numpy as np
import pytest

from nnweb.numbers.groups import make_groups
from nnweb.numbers.pieces import make_pieces
from nnweb.numbers.trajectory import (
    MEASURES,
    POINTS,
    inputs_of,
    judge_trajectories,
    sample,
)
from tests.nnweb.numbers.written import FOUR, ONE, SEVEN, ZERO
from tools.bench.composed_numbers import digits_of_writers


def group_of(strokes):
    """All strokes, 100 units tall or with a height of 1, as one character."""
    tall = max(np.ptp(np.concatenate(strokes)[:, 1]), 1e-3)
    pieces = make_pieces([np.asarray(stroke) / tall for stroke in strokes])
    return next(g for g in make_groups(pieces) if len(g.pieces) == len(pieces))


def trajectory_of(*strokes):
    """The measures of one drawing, (20, 5)."""
    points, lifts = sample(strokes)
    return inputs_of(points[None], lifts[None]).reshape(POINTS, MEASURES)


def line(start, end):
    return np.linspace(start, end, 40)


def test_a_trajectory_has_places_directions_and_lifts():
    found = trajectory_of(line((0, 0), (0, 10)), line((10, 10), (10, 0)))

    assert found[:10, 0].max() == found[10:, 0].min() * -1 == -1  # left, then right
    assert found[:9, 2:4] == pytest.approx(np.tile([0, 1], (9, 1)), abs=1e-6)
    assert found[10:, 2:4] == pytest.approx(np.tile([0, -1], (10, 1)), abs=1e-6)
    assert found[:, 4].tolist() == [float(i == 9) for i in range(POINTS)]


def test_neither_size_nor_place_changes_a_trajectory():
    drawn = line((0, 0), (30, 100))

    assert trajectory_of(drawn * 7 + [300, -50]) == pytest.approx(
        trajectory_of(drawn), abs=1e-5
    )


def test_a_dot_has_a_trajectory():
    assert np.isfinite(trajectory_of(np.zeros((1, 2)))).all()
    assert np.isfinite(judge_trajectories([group_of([np.zeros((1, 2))])])).all()


@pytest.mark.parametrize(
    "digit, strokes",
    [(0, [ZERO]), (1, [ONE]), (4, FOUR), (7, [SEVEN])],
    ids=["0", "1", "4", "7"],
)
def test_plain_digits_are_known_by_their_trajectories(digit, strokes):
    found = judge_trajectories([group_of(strokes)])[0]

    assert found.sum() == pytest.approx(1)
    assert found.argmax() == digit


def test_a_digit_is_mostly_known_even_if_the_pen_goes_the_other_way():
    people = digits_of_writers(held_out=True).values()
    sixes = [strokes for of in people for strokes in of["6"][:8]]
    back = [group_of([stroke[::-1] for stroke in strokes]) for strokes in sixes]

    assert (judge_trajectories(back).argmax(axis=1) == 6).mean() > 0.7


def test_most_digits_of_people_that_it_was_not_trained_on_are_known():
    right = count = 0
    for of in digits_of_writers(held_out=True).values():
        for label, characters in of.items():
            some = [group_of(strokes) for strokes in characters[:8]]
            right += (judge_trajectories(some).argmax(axis=1) == int(label)).sum()
            count += len(some)

    assert count > 400
    assert right / count > 0.95
