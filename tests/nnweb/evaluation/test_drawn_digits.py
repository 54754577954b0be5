"""Held-out digits redrawn with the pen, and the rejection threshold."""

from __future__ import annotations

import pytest

from nnweb.evaluation.drawn_digits import draw_validation
from nnweb.layers import Dense
from nnweb.network import Network


def test_the_threshold_lets_97_of_100_digits_pass(bars, rng):
    drawn = draw_validation(bars(96))
    network = Network([Dense(784, 10, rng=rng)])

    threshold, accepted = drawn.rejection(network)

    scores = network.score(network.forward(drawn.digits))
    assert (scores >= threshold).mean() == pytest.approx(0.97, abs=0.02)
    others = network.score(network.forward(drawn.others))
    assert accepted == pytest.approx((others >= threshold).mean())
    assert len(drawn.digits) == 96 and len(drawn.others) == 48
