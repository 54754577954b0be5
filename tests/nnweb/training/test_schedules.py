"""Schedules: the learning rate at the steps where it is known."""

import pytest

from nnweb.training.schedules import constant, cosine, step_decay, warm_up


def test_constant_returns_the_same_rate():
    assert [constant(0.1)(step) for step in (0, 1, 10**6)] == [0.1] * 3


def test_step_decay_multiplies_at_regular_steps():
    schedule = step_decay(0.8, every=10, factor=0.5)

    assert [schedule(step) for step in (0, 9, 10, 19, 20)] == [0.8, 0.8, 0.4, 0.4, 0.2]


def test_cosine_falls_from_the_rate_to_its_final_fraction():
    schedule = cosine(2.0, total_steps=100, final_fraction=0.1)

    assert schedule(0) == 2.0
    assert schedule(50) == pytest.approx(2.0 * (0.1 + 0.9 / 2))
    assert schedule(100) == pytest.approx(0.2)
    assert schedule(1000) == pytest.approx(0.2)


def test_warm_up_rises_linearly_to_one():
    assert [warm_up(step, 4) for step in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]
    assert warm_up(0, 0) == 1


@pytest.mark.parametrize(
    "maker",
    [
        lambda **w: constant(1.0, **w),
        lambda **w: step_decay(1.0, every=1000, factor=0.5, **w),
        lambda **w: cosine(1.0, total_steps=1000, **w),
    ],
)
def test_every_schedule_has_a_warm_up(maker):
    slow, plain = maker(warmup_steps=10), maker()

    assert slow(4) == pytest.approx(plain(4) / 2)
    assert slow(9) == plain(9)
