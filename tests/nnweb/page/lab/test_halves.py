"""Two halves of a network, in step, learn what the whole one learns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnweb.errors import TrainingError
from nnweb.page.lab.training_session import Session

DIGITS = 300


def digits(seed: int, count: int) -> tuple[bytes, bytes]:
    """Blots that differ by label: something to learn, quickly made."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    images = rng.integers(0, 60, (count, 28, 28)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[4 + 2 * label : 8 + 2 * label, 6:22] = 255
    return images.tobytes(), labels.tobytes()


def session(checkpoint: bytes = b"", **choices: Any) -> Session:
    wanted = {"layers": "784-16-10", "examples": DIGITS, "epochs": 90, **choices}
    one = Session.resumed(checkpoint) if checkpoint else Session.begun(wanted)
    one.feed("validation", *digits(2, 1000))
    one.feed("train", *digits(1, DIGITS))
    one.begin()
    return one


def together(one: Session, other: Session, steps: int) -> None:
    """Both, for so many steps, one stretch after the other."""
    until = one.steps + steps
    while one.steps < until:
        boxes = [one.share(0), other.share(1)]
        last = False
        while True:
            counts = [one.turn(last), other.turn(last)]
            if counts == [0, 0]:
                break
            last = one.steps >= until - 1
            (ours, their_inbox), (theirs, our_inbox) = boxes[0], boxes[1]
            our_inbox[: counts[0]] = ours[: counts[0]]
            their_inbox[: counts[1]] = theirs[: counts[1]]


def pair(**choices: Any) -> tuple[Session, Session]:
    one = session(**choices)
    return one, session(one.checkpoint())


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize(
    "layers", ["784-10", "784-15-10", "784-21-14-10", "784-20-15-12-10"]
)
def test_fifty_steps_give_the_weights_of_one_worker(layers, optimizer):
    choices = {"layers": layers, "optimizer": optimizer, "learning_rate": 0.003}
    alone = session(**choices)
    one, other = pair(**choices)
    start = {name: p.copy() for name, p in one.network.params.items()}

    for _ in range(50):
        alone.run(0)
    together(one, other, 50)

    assert one.steps == 50
    for name, array in alone.network.params.items():
        assert np.abs(array - start[name]).max() > 0.001, "it has learned"
        np.testing.assert_allclose(one.network.params[name], array, atol=1e-4, rtol=0)
        np.testing.assert_array_equal(
            other.network.params[name], one.network.params[name]
        )


@pytest.mark.parametrize("activation", ["leaky_relu", "sigmoid", "tanh"])
def test_other_activations_are_halved_too(activation):
    choices = {"layers": "784-14-12-10", "activation": activation}
    alone = session(**choices)
    one, other = pair(**choices)

    for _ in range(20):
        alone.run(0)
    together(one, other, 20)

    for name, array in alone.network.params.items():
        np.testing.assert_allclose(one.network.params[name], array, atol=1e-4, rtol=0)


def test_history_and_checkpoints_are_those_of_one_worker():
    alone = session()
    one, other = pair()

    for _ in range(12):
        alone.run(0)
    together(one, other, 12)

    ours, theirs = one.told(), alone.run(0)
    one.run(0)
    assert [row[0] for row in ours["rows"]] == [1, 2]
    np.testing.assert_allclose(ours["rows"], theirs["rows"][:2], atol=1e-4)
    resumed = session(one.checkpoint())
    resumed.run(0)
    one.run(0)
    for name, array in one.network.params.items():
        np.testing.assert_array_equal(resumed.network.params[name], array)


def test_a_stretch_that_breaks_off_has_never_been():
    alone = session()
    one, _ = pair()
    for both in (alone, one):
        for _ in range(3):
            both.run(0)

    outbox, inbox = one.share(0)
    for _ in range(2):  # the other half sends nothing that makes sense, then nothing
        inbox[: one.turn(False)] = 7
    assert one.steps > 3
    one.alone()

    assert one.steps == 3
    for _ in range(5):
        alone.run(0)
        one.run(0)
    for name, array in alone.network.params.items():
        np.testing.assert_array_equal(one.network.params[name], array)
    assert outbox.any()


def test_one_that_missed_steps_and_a_change_catches_up():
    one, other = pair()
    alone = session()
    for both in (one, alone):
        both.run(0)
        both.change({"optimizer": "sgd", "batch_size": 20})
        both.run(0)

    other.catch_up(one.checkpoint())
    together(one, other, 10)
    for _ in range(10):
        alone.run(0)

    for name, array in alone.network.params.items():
        np.testing.assert_allclose(one.network.params[name], array, atol=1e-4, rtol=0)


def test_one_that_diverges_says_so_and_can_go_back():
    one, other = pair(activation="linear", optimizer="sgd", learning_rate=100.0)

    with pytest.raises(TrainingError, match="diverged"), np.errstate(all="ignore"):
        together(one, other, 50)
    steps = one.steps
    one.alone()

    assert one.steps < steps
    assert all(np.isfinite(p).all() for p in one.network.params.values())


@pytest.mark.parametrize(
    ("layers", "can"),
    [
        ("784-32-10", True),
        ("784-10", True),
        ("784-32-drop0.2-10", False),
        ("1x28x28-conv3x4-pool2-10", False),
    ],
)
def test_it_says_which_networks_can_be_halved(layers, can):
    about = Session.begun({"layers": layers, "examples": 100}).describe()

    assert about["for_two"] is can
