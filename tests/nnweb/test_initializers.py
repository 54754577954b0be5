"""Initializers: limits and deviations worked by hand, type, shape, seed."""

import numpy as np
import pytest

from nnweb.initializers import (
    INITIALIZERS,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    normal,
    uniform,
    zeros,
)


@pytest.mark.parametrize("name", sorted(INITIALIZERS))
def test_initializers_return_float32_of_the_fans_or_the_given_shape(rng, name):
    initializer = INITIALIZERS[name]

    matrix = initializer(5, 3, rng)
    kernels = initializer(18, 36, rng, shape=(4, 2, 3, 3))

    assert matrix.shape == (5, 3) and matrix.dtype == np.float32
    assert kernels.shape == (4, 2, 3, 3) and kernels.dtype == np.float32


def test_each_initializer_is_listed_under_its_name():
    names = {name: function.__name__ for name, function in INITIALIZERS.items()}

    assert names == {name: name for name in INITIALIZERS}
    assert len(names) == 7


@pytest.mark.parametrize("name", sorted(set(INITIALIZERS) - {"zeros"}))
def test_the_seed_decides_the_numbers(name):
    draws = [
        INITIALIZERS[name](20, 30, np.random.default_rng(seed)) for seed in (1, 1, 2)
    ]

    np.testing.assert_array_equal(draws[0], draws[1])
    assert (draws[0] != draws[2]).any()


def test_zeros_are_zeros_and_need_no_generator():
    assert not zeros(3, 2).any()


@pytest.mark.parametrize(
    ("initializer", "fan_in", "fan_out", "limit"),
    [
        (uniform, 400, 500, 0.05),  # 1 / sqrt(400)
        (glorot_uniform, 400, 200, 0.1),  # sqrt(6 / 600)
        (glorot_uniform, 200, 400, 0.1),
        (he_uniform, 600, 300, 0.1),  # sqrt(6 / 600)
    ],
)
def test_uniform_draws_fill_their_range_and_stay_in_it(
    rng, initializer, fan_in, fan_out, limit
):
    W = initializer(fan_in, fan_out, rng)

    assert limit * 0.999 < abs(W).max() <= np.float32(limit)
    assert W.std() == pytest.approx(limit / np.sqrt(3), rel=0.01)
    assert abs(W.mean()) < limit * 0.01


@pytest.mark.parametrize(
    ("initializer", "fan_in", "fan_out", "std"),
    [
        (normal, 400, 300, 0.1),
        (normal, 40, 3000, 0.1),
        (glorot_normal, 300, 500, 0.05),  # sqrt(2 / 800)
        (he_normal, 200, 600, 0.1),  # sqrt(2 / 200)
    ],
)
def test_normal_draws_have_their_deviation_and_their_tails(
    rng, initializer, fan_in, fan_out, std
):
    W = initializer(fan_in, fan_out, rng)

    assert W.std() == pytest.approx(std, rel=0.01)
    assert abs(W.mean()) < std * 0.01
    # of a normal distribution 0.27 % lie beyond three deviations; of a uniform one none
    assert (abs(W) > 3 * std).mean() == pytest.approx(0.0027, abs=0.0005)
