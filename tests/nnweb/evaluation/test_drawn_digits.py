"""Held-out digits redrawn with the pen, and the rejection threshold."""

import numpy as np
import pytest

from nnweb.data.augment.outliers import KINDS
from nnweb.data.augment.styles import style_names
from nnweb.evaluation.drawn_digits import (
    accepted,
    draw_others,
    draw_styles,
    draw_validation,
)
from nnweb.layers import Dense
from nnweb.network import Network


def test_the_threshold_lets_a_given_share_of_the_digits_pass(bars, rng):
    drawn = draw_validation(bars(96))
    network = Network([Dense(784, 10, rng=rng)])

    threshold = drawn.threshold(network, 0.9)

    scores = network.score(network.forward(drawn.digits))
    assert (scores >= threshold).mean() == pytest.approx(0.9, abs=0.02)
    others = network.score(network.forward(drawn.others))
    assert accepted(network, drawn.others) == 1  # without a threshold
    network.reject_below = threshold
    assert accepted(network, drawn.others) == pytest.approx(
        (others >= threshold).mean()
    )
    assert len(drawn.digits) == 96 and len(drawn.others) == 48


def test_the_network_is_sure_of_97_of_100_digits_that_it_accepts(bars, rng):
    drawn = draw_validation(bars(96))
    network = Network([Dense(784, 10, rng=rng)])
    network.reject_below = np.quantile(drawn.evaluate(network).scores, 0.5)

    network.unsure_below = drawn.unsure_threshold(network)

    result = drawn.evaluate(network)
    assert result.accepted.sum() == 48
    assert result.sure == pytest.approx(0.97, abs=0.02)


def test_there_are_drawings_in_each_style_and_of_each_kind_of_non_digit(bars):
    styles, others = draw_styles(bars(96)), draw_others(bars(96))

    assert list(styles) == style_names() and list(others) == list(KINDS)
    for name, drawn in styles.items():
        assert set(drawn.labels) == {int(name[0])}
        assert drawn.digits.shape == (len(drawn.labels), 784)
        assert (drawn.digits.max(axis=1) > 0).all()
    for x in others.values():
        assert x.shape == (96, 784) and (x.max(axis=1) > 0).all()
