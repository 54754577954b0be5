"""Optimizers: worked steps, a float64 reference, state, clipping, averaging."""

import numpy as np
import pytest

from nnweb.errors import TrainingError
from nnweb.training.optimizers import (
    BLOCK,
    OPTIMIZERS,
    SGD,
    Adam,
    AdamW,
    Momentum,
    WeightAverage,
    clip_gradients,
)


def one(value: float, name: str = "0.W") -> dict[str, np.ndarray]:
    return {name: np.array([value], np.float32)}


def two_steps(optimizer, gradients=(1.0, 3.0), rate=0.5, start=1.0, name="0.W"):
    """Return a parameter after a step for each gradient."""
    params, path = one(start, name), []
    for gradient in gradients:
        optimizer.step(params, one(gradient, name), rate)
        path.append(float(params[name][0]))
    return path


@pytest.mark.parametrize(
    ("optimizer", "gradients", "expected"),
    [
        (SGD(), (1, 3), [1 - 0.5, 1 - 0.5 - 1.5]),
        # v = 1, then 0.5 * 1 + 3
        (Momentum(momentum=0.5), (1, 3), [0.5, 0.5 - 0.5 * 3.5]),
        # g + 0.5 v: 1 + 0.5 * 1, then 3 + 0.5 * 3.5
        (Momentum(momentum=0.5, nesterov=True), (1, 3), [1 - 0.75, 1 - 0.75 - 2.375]),
        # the first step is the learning rate, whatever the gradient
        (Adam(), [1e-3], [0.5]),
        (Adam(), [-1e3], [1.5]),
        # without a gradient Adam moves nothing: (1 - 0.5 * 0.1) remains, twice
        (AdamW(weight_decay=0.1), (0, 0), [0.95, 0.95**2]),
    ],
    ids=["SGD", "momentum", "Nesterov", "Adam", "Adam, large", "AdamW's decay"],
)
def test_first_steps_worked_by_hand(optimizer, gradients, expected):
    assert two_steps(optimizer, gradients) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("optimizer", [SGD, Momentum, Adam])
def test_l2_decay_equals_a_squared_weight_in_the_loss(optimizer):
    params, twin = one(2.0), one(2.0)
    decaying, plain = optimizer(weight_decay=0.1), optimizer()

    for _ in range(3):
        decaying.step(params, one(0.5), 0.1)
        plain.step(twin, one(0.5 + 0.1 * float(twin["0.W"][0])), 0.1)

    assert params["0.W"] == pytest.approx(twin["0.W"], rel=1e-6)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_biases_do_not_decay(name):
    decaying, plain = (
        OPTIMIZERS[name](weight_decay=0.1),
        OPTIMIZERS[name](weight_decay=0),
    )

    assert two_steps(decaying, name="0.b") == two_steps(plain, name="0.b")


def adamw_in_float64(p, gradients, rate, decay=0.01, b1=0.9, b2=0.999):
    """Algorithm 2 of Loshchilov and Hutter, line by line."""
    m = v = np.zeros_like(p)
    for t, g in enumerate(gradients, start=1):
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)
        p = p - rate * (m_hat / (np.sqrt(v_hat) + 1e-8) + decay * p)
    return p


@pytest.mark.parametrize("order", ["C", "F"])
def test_adamw_over_many_blocks_agrees_with_the_published_algorithm(rng, order):
    shape = (3, BLOCK // 2 + 1)
    start = np.array(rng.normal(size=shape), np.float32, order=order)
    gradients = [rng.normal(size=shape).astype(np.float32) for _ in range(5)]
    params, optimizer = {"0.W": start.copy(order="K")}, AdamW()

    for gradient in gradients:
        optimizer.step(params, {"0.W": gradient}, 0.01)

    expected = adamw_in_float64(start.astype(np.float64), gradients, 0.01)
    np.testing.assert_allclose(params["0.W"], expected, rtol=1e-4, atol=1e-5)
    assert params["0.W"].dtype == np.float32


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_step_changes_the_parameters_in_place_and_not_the_gradients(rng, name):
    params = {"0.W": np.asfortranarray(rng.normal(size=(4, 3)), np.float32)}
    grads = {"0.W": rng.normal(size=(4, 3)).astype(np.float32)}
    live, before, gradient = params["0.W"], params["0.W"].copy(), grads["0.W"].copy()

    OPTIMIZERS[name](weight_decay=0.1).step(params, grads, 0.1)

    assert params["0.W"] is live
    assert np.all(live != before)
    np.testing.assert_array_equal(grads["0.W"], gradient)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_loaded_state_continues_exactly(rng, name):
    gradients = [{"0.W": rng.normal(size=7).astype(np.float32)} for _ in range(6)]
    unbroken, resumed = OPTIMIZERS[name](), OPTIMIZERS[name]()
    params = {"0.W": np.ones(7, np.float32)}
    for gradient in gradients[:3]:
        unbroken.step(params, gradient, 0.1)
    copy = {"0.W": params["0.W"].copy()}
    resumed.load_state(unbroken.state())

    for gradient in gradients[3:]:
        unbroken.step(params, gradient, 0.1)
        resumed.step(copy, gradient, 0.1)

    np.testing.assert_array_equal(params["0.W"], copy["0.W"])


def test_a_state_is_a_copy():
    optimizer, params = Momentum(), one(1.0)
    optimizer.step(params, one(1.0), 0.1)
    state = optimizer.state()

    optimizer.step(params, one(1.0), 0.1)

    assert state["v/0.W"].tolist() == [1.0] and state["steps"] == 1


@pytest.mark.parametrize(
    ("optimizer", "state", "message"),
    [
        (Momentum(), {"m/0.W", "steps"}, "Momentum.*: got 'm/0.W', expected v"),
        (SGD(), {"m/0.W", "steps"}, "SGD.load_state: got 'm/0.W', expected nothing"),
        (SGD(), {}, "'steps' is missing"),
    ],
)
def test_the_state_of_another_optimizer_is_refused(optimizer, state, message):
    with pytest.raises(TrainingError, match=message):
        optimizer.load_state(dict.fromkeys(state, np.ones(1)))


def test_a_parameter_that_is_not_contiguous_is_refused():
    params = {"0.W": np.zeros((4, 4), np.float32)[:, ::2]}

    with pytest.raises(TypeError, match=r"must be contiguous"):
        SGD().step(params, {"0.W": np.ones((4, 2), np.float32)}, 0.1)


@pytest.mark.parametrize("turn", [lambda a: a, np.asfortranarray, lambda a: a[:, ::2]])
def test_clipping_scales_all_gradients_equally_in_any_memory_order(turn):
    grads = {
        "0.W": turn(np.array([[3, 0, 0, 0]] * 4, np.float32)),
        "0.b": np.array([8.0], np.float32),
    }

    norm = clip_gradients(grads, 1.0)

    assert norm == pytest.approx(10)
    np.testing.assert_allclose(grads["0.W"][:, 0], 0.3, rtol=1e-6)
    np.testing.assert_allclose(grads["0.b"], [0.8], rtol=1e-6)


def test_clipping_does_not_change_short_gradients():
    grads = one(0.5)

    assert clip_gradients(grads, 1.0) == 0.5
    assert grads["0.W"][0] == 0.5


def test_the_average_follows_closely_at_first_and_slowly_later():
    average = WeightAverage(one(0.0), decay=0.15)

    # keeps (1 + 0) / (10 + 0) = 0.1, then min(0.15, 2 / 11)
    average.update(one(1.0))
    assert average.average["0.W"][0] == pytest.approx(0.9)
    average.update(one(0.0))
    assert average.average["0.W"][0] == pytest.approx(0.9 * 0.15)


def test_the_average_is_a_copy_in_the_parameters_memory_order(rng):
    params = {"0.W": np.asfortranarray(rng.normal(size=(300, 200)), np.float32)}
    start = params["0.W"].copy()
    average = WeightAverage(params)

    params["0.W"] += 1
    average.update(params)

    assert average.average["0.W"].flags.f_contiguous
    np.testing.assert_allclose(
        average.average["0.W"], start + 0.9, rtol=1e-5, atol=1e-5
    )


def test_a_loaded_average_continues_exactly():
    unbroken, resumed = WeightAverage(one(0.0)), WeightAverage(one(9.0))
    unbroken.update(one(1.0))
    resumed.load_state(unbroken.state())

    unbroken.update(one(2.0))
    resumed.update(one(2.0))

    assert unbroken.average == resumed.average
    assert resumed.updates == 2


def test_the_average_of_another_network_is_refused():
    state = WeightAverage(one(0.0, "3.W")).state()

    with pytest.raises(TrainingError, match=r"\['3.W', 'updates'\], expected \['0.W'"):
        WeightAverage(one(0.0)).load_state(state)
