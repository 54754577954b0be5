"""The guided tour: its numbers are the network's, its step agrees with one by hand."""

import numpy as np
import pytest

from nnweb.errors import ImageError, ShapeError, TrainingError
from nnweb.layers import Dense, Dropout, ReLU, Sigmoid
from nnweb.network import InputSpec, Network
from nnweb.page.lab import attribution
from nnweb.page.lab.tour import Tour, loss_of
from nnweb.weights.json_format import dumps, load


@pytest.fixture
def network():
    rng = np.random.default_rng(5)
    layers = [Dense(784, 8, rng=rng), ReLU(), Dropout(0.5, rng=rng)]
    layers.append(Dense(8, 10, rng=rng))
    return Network(layers, input=InputSpec(fit="canvas"), temperature=1.5)


@pytest.fixture
def paper():
    """An upright stroke, black, with a grey edge of 180 at its right."""
    grey = np.full((28, 28), 255, np.uint8)
    grey[4:24, 12:15] = 0
    grey[4:24, 15] = 180
    return grey


def rgba(grey):
    return np.repeat(grey[..., None], 4, axis=2).tobytes()


def walk(network, paper, fit="canvas"):
    tour = Tour()
    tour.open(dumps(network).encode())
    return tour, tour.look(rgba(paper), rgba(paper), 28, 28, fit)


def by_hand(network, x):
    """Logits of 784-8-10 in float64, and what leads to them."""
    p = {name: array.astype(np.float64) for name, array in network.params.items()}
    sums = x @ p["0.W"] + p["0.b"]
    hidden = np.maximum(sums, 0)
    return p, sums, hidden, hidden @ p["3.W"] + p["3.b"]


def probabilities(logits, T):
    e = np.exp(logits / T - (logits / T).max())
    return e / e.sum()


def test_look_returns_greys_layers_and_probabilities(network, paper):
    _, seen = walk(network, paper)
    x = (paper < 127).reshape(-1).astype(float)
    *_, logits = by_hand(network, x)

    assert seen["grey"] == paper.tobytes()
    learned = [layer["learned"] for layer in seen["layers"]]
    assert learned == [784 * 8 + 8, 0, 0, 90]
    np.testing.assert_allclose(seen["logits"], logits, atol=1e-5)
    expected = probabilities(logits, 1.5)
    np.testing.assert_allclose(seen["probabilities"], expected, atol=1e-6)
    assert seen["temperature"] == 1.5 and not seen["sigmoid"]


def test_softmax_uses_the_networks_temperature(network, paper):
    tour, seen = walk(network, paper)
    logits = seen["logits"]
    logits[3] += 4

    found = tour.softmax(logits)

    np.testing.assert_allclose(found, probabilities(np.array(logits), 1.5), atol=1e-6)
    assert sum(found) == pytest.approx(1, abs=1e-6)
    with pytest.raises(ShapeError, match="got 9, expected 10"):
        tour.softmax(logits[:9])


def test_a_training_step_agrees_with_one_computed_by_hand(network, paper):
    tour, _ = walk(network, paper)
    x = (paper < 127).reshape(-1).astype(float)
    p, sums, hidden, logits = by_hand(network, x)
    dlogits = probabilities(logits, 1.5)
    before = -np.log(dlogits[4])
    dlogits[4] -= 1
    dlogits /= 1.5
    dhidden = (p["3.W"] @ dlogits) * (sums > 0)
    p["3.W"] -= 0.02 * np.outer(hidden, dlogits)
    p["3.b"] -= 0.02 * dlogits
    p["0.W"] -= 0.02 * np.outer(x, dhidden)
    p["0.b"] -= 0.02 * dhidden
    logits = np.maximum(x @ p["0.W"] + p["0.b"], 0) @ p["3.W"] + p["3.b"]
    after = -np.log(probabilities(logits, 1.5)[4])

    found = tour.descend(4, 0.02)

    assert found["before"]["loss"] == pytest.approx(before, abs=1e-5)
    assert found["after"]["loss"] == pytest.approx(after, abs=1e-4)
    assert after < before - 0.01
    assert found["after"]["probability"] == pytest.approx(np.exp(-after), abs=1e-4)


def test_the_loss_of_a_clear_answer_is_not_rounded_to_zero(network, paper):
    network.params["3.b"][7] += 30
    tour, seen = walk(network, paper)
    behind = (np.delete(seen["logits"], 7) - seen["logits"][7]) / 1.5

    found = tour.stand(7)["use"]

    assert found["loss"] == pytest.approx(np.log1p(np.exp(behind).sum()), rel=1e-6)
    assert 0 < found["loss"] < 1e-7
    assert found["probability"] == pytest.approx(np.exp(-found["loss"]), abs=1e-15)


def test_the_largest_weight_changes_are_listed(network, paper):
    tour, _ = walk(network, paper)

    moved = tour.descend(4, 0.02)["moved"]

    far = [abs(one["to"] - one["from"]) for one in moved]
    assert far == sorted(far, reverse=True) and len(far) == 6 and far[-1] > 0
    for one in moved:
        array = network.params[f"{one['layer'] - 1}.{one['key']}"]
        assert one["from"] == pytest.approx(float(array[tuple(one["at"])]), abs=1e-7)
        assert one["name"] == "Dense"


def test_steps_accumulate_on_the_copy_until_put_back(network, paper):
    tour, seen = walk(network, paper)
    first = tour.descend(4, 0.02)
    second = tour.descend(4, 0.02)

    assert second["before"] == first["after"] and second["steps"] == 2
    assert second["use"] == first["before"]
    again = tour.look(rgba(paper), rgba(paper), 28, 28, "canvas")
    assert again["logits"] == seen["logits"]

    tour.put_back()
    back = tour.stand(4)
    assert back["steps"] == 0 and back["moved"] == []
    assert back["after"] == back["use"] == first["before"]
    assert tour.descend(4, 0.02) == first


def test_a_step_that_overflows_is_discarded(network, paper):
    network.layers[0].params["W"] *= np.float32(1e18)
    network.layers[3].params["W"] *= np.float32(1e18)
    tour, _ = walk(network, paper)

    with pytest.raises(TrainingError, match="was discarded"):
        tour.descend(4, 100)
    assert tour.stand(4)["steps"] == 0


@pytest.mark.parametrize("rate", [0, -1, 101, float("nan")])
def test_a_rate_out_of_range_is_refused(network, paper, rate):
    tour, _ = walk(network, paper)

    with pytest.raises(TrainingError, match="rate: got"):
        tour.descend(4, rate)


def test_a_network_that_ends_in_a_sigmoid_reduces_its_own_loss(network, paper):
    network.layers.append(Sigmoid())
    network.temperature = 1.0
    network = load(dumps(network).encode())
    tour, seen = walk(network, paper)
    share = np.array(seen["logits"]) / np.sum(seen["logits"])

    found = tour.descend(4, 0.05)

    assert seen["sigmoid"]
    np.testing.assert_allclose(seen["probabilities"], share, atol=1e-6)
    assert found["before"]["loss"] == pytest.approx(-np.log(share[4]), abs=1e-5)
    assert found["after"]["loss"] < found["before"]["loss"]


@pytest.mark.parametrize("ending", [[], [Sigmoid()]], ids=["softmax", "sigmoid"])
def test_the_loss_gradient_matches_central_differences(network, paper, ending):
    x = (paper < 127).reshape(1, -1).astype(np.float32)
    bias = network.layers[3].params["b"]
    one = Network([*network.layers, *ending], temperature=1.5)

    attribution.gradients(one, x, loss_of(one, x, 2)[1])

    for unit in (2, 6):
        bias[unit] += 0.01
        more, _ = loss_of(one, x, 2)
        bias[unit] -= 0.02
        less, _ = loss_of(one, x, 2)
        bias[unit] += 0.01
        slope = (more - less) / 0.02
        assert one.grads["3.b"][unit] == pytest.approx(slope, abs=1e-3)


def test_calls_before_a_drawing_raise(network, paper):
    tour = Tour()
    with pytest.raises(ImageError, match="no network is open"):
        tour.look(rgba(paper), rgba(paper), 28, 28, "canvas")
    tour.open(dumps(network).encode())
    for early in (lambda: tour.stand(1), lambda: tour.descend(1, 0.1)):
        with pytest.raises(ImageError, match="draw something first"):
            early()
    tour.look(rgba(paper), rgba(paper), 28, 28, "canvas")
    with pytest.raises(ShapeError, match="label: got 10"):
        tour.stand(10)
    with pytest.raises(ImageError, match="pixels: got 4 bytes"):
        tour.look(b"1234", rgba(paper), 28, 28, "canvas")
