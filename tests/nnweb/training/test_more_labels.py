"""Outputs that are added to a trained network."""

import numpy as np
import pytest

from nnweb.errors import ShapeError
from nnweb.layers import Conv2D, Dense, Flatten, ReLU
from nnweb.network import Network
from nnweb.training.more_labels import LOGIT, with_labels


@pytest.fixture
def network(rng):
    layers = [Dense(784, 8, rng=rng), ReLU(), Dense(8, 3, rng=rng)]
    return Network(layers, labels="012", name="three", reject_below=1.5)


def test_the_old_outputs_stay_and_the_new_one_tells_its_examples_from_others(
    network, rng
):
    others, examples = rng.random((2, 5, 784), dtype=np.float32)

    more = with_labels(network, {"A": examples}, others)

    assert more.labels == ("0", "1", "2", "A")
    assert (more.name, more.reject_below) == ("three", 1.5)
    before, after = network.forward(others), more.forward(others)
    np.testing.assert_allclose(after[:, :3], before, rtol=1e-6)
    assert after[:, 3].mean() == pytest.approx(-LOGIT, rel=1e-4)
    assert more.forward(examples)[:, 3].mean() == pytest.approx(LOGIT, rel=1e-4)
    assert network.labels == ("0", "1", "2"), "which is not changed"


def test_a_network_that_does_not_end_in_dense_is_refused(rng):
    layers = [Conv2D(1, 2, 28, padding=0, rng=rng), Flatten()]
    network = Network(layers, labels="01")
    x = np.zeros((1, 784), np.float32)

    with pytest.raises(ShapeError, match=r"layers\[0\]: got Conv2D, expected Dense"):
        with_labels(network, {"A": x}, x)
