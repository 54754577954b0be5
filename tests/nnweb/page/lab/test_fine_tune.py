"""A lesson: drawings are learned, the rest is not forgotten, and that is measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnweb.data.augment import Mixture
from nnweb.data.datasets import load_mnist
from nnweb.errors import TrainingError, WeightsError
from nnweb.images.preprocess import prepare
from nnweb.layers import Dense, Sigmoid
from nnweb.network import InputSpec, Network
from nnweb.page.lab.fine_tune import MANNERS, Lesson, Teacher
from nnweb.weights.json_format import dumps, load

ASSETS = Path(__file__).resolve().parents[4] / "assets"
MODELS = ("mlp", "cnn", "cnn-small", "plain")


@pytest.fixture(scope="module")
def mnist():
    return load_mnist(ASSETS / "mnist").train


@pytest.fixture(scope="module")
def drawn(mnist):
    """Other hands' digits, drawn with the pen: grey (N, 28, 28) as a canvas, labels."""
    part = mnist.take(slice(57_000, 58_500), "to be drawn")
    made = Mixture(part.images, part.labels).make(
        "glyph", np.arange(len(part)), np.random.default_rng(5)
    )
    return ((1 - made) * 255).astype(np.uint8), part.labels


def weights_of(name):
    return (ASSETS / "models" / f"{name}.json").read_bytes()


def rgba(grey):
    return np.repeat(grey[..., None], 4, axis=-1).tobytes()


def misread(network, drawn, count=3):
    """The first few that a network calls by another name."""
    images, labels = drawn
    x = prepare(images, fit=network.input.fit)
    return np.flatnonzero(network.forward(x).argmax(axis=1) != labels)[:count]


def lesson(name, drawn, mnist, at, labels, manner="careful"):
    """One that has begun, on the drawings ``at``."""
    made = Lesson(weights_of(name), manner)
    for i, label in zip(at, labels, strict=True):
        made.add(rgba(drawn[0][i]), 28, 28, made.network.input.fit, str(label))
    for split, part in (("train", slice(2000)), ("validation", slice(59_000, 60_000))):
        data = mnist.take(part, split)
        made.feed(split, data.images.tobytes(), data.labels.tobytes())
    made.begin()
    return made


def taught(made):
    while not made.run(50)["finished"]:
        pass
    return made.end()


@pytest.mark.parametrize("name", MODELS)
def test_three_corrected_drawings_are_learned_and_little_is_forgotten(
    name, drawn, mnist
):
    at = misread(load(weights_of(name)), drawn)
    made = lesson(name, drawn, mnist, at, drawn[1][at])

    report = taught(made)

    before, after = report["before"], report["after"]
    assert before["right"] == 0 and after["right"] == 3
    assert after["answers"] == drawn[1][at].tolist()
    assert before["accuracy"] - after["accuracy"] <= 0.003
    assert report["digits"] == 1000
    assert report["step"] <= MANNERS["careful"].steps


@pytest.mark.parametrize("name", ["mlp", "cnn", "cnn-small"])
def test_what_is_no_digit_is_told_as_well_as_before(name, drawn, mnist):
    at = misread(load(weights_of(name)), drawn)
    made = lesson(name, drawn, mnist, at, drawn[1][at])
    part = mnist.take(slice(56_000, 57_000), "to be spoilt")
    odd = Mixture(part.images, part.labels).make(
        "outlier", np.arange(1000), np.random.default_rng(3)
    )
    x = prepare(((1 - odd) * 255).astype(np.uint8))

    def taken(network):
        return float((network.score(network.forward(x)) >= network.reject_below).mean())

    before, report = taken(made.network), taught(made)

    assert taken(made.network) <= before + 0.015
    assert report["after"]["refused"] <= report["before"]["refused"] + 0.01
    assert load(made.weights()).reject_below == load(weights_of(name)).reject_below


def test_the_same_lesson_teaches_the_same(drawn, mnist):
    at = misread(load(weights_of("cnn-small")), drawn)
    made = [lesson("cnn-small", drawn, mnist, at, drawn[1][at]) for _ in range(2)]

    made[0].run(0)
    made[0].run(0)
    while made[1].steps < 2:
        made[1].run(0)

    assert made[0].weights() == made[1].weights()


def test_wrong_labels_hard_taught_do_harm_that_is_seen(drawn, mnist):
    labels = (drawn[1][:10] + 1) % 10
    made = lesson("cnn-small", drawn, mnist, range(10), labels, "hard")

    report = taught(made)

    assert report["before"]["accuracy"] - report["after"]["accuracy"] > 0.003


def test_what_was_taught_is_another_network_that_says_so(drawn, mnist):
    made = lesson("cnn-small", drawn, mnist, [0], drawn[1][:1])
    made.run(0)

    network = load(made.weights())

    assert network.name == "cnn-small, taught"
    assert network.card["taught"] == "1 drawings"
    assert "accuracy" not in network.card and "license" in network.card
    again = Lesson(made.weights(), "careful")
    again.add(rgba(drawn[0][0]), 28, 28, "digit", "1")
    assert load(again.weights()).name == "cnn-small, taught"


def test_a_network_that_ends_in_sigmoids_is_taught_too(drawn, mnist, rng):
    layers = [Dense(784, 10, rng=rng), Sigmoid()]
    network = Network(layers, input=InputSpec(fit="canvas"))
    made = Lesson(dumps(network).encode(), "hard")
    made.add(rgba(drawn[0][0]), 28, 28, "canvas", str(drawn[1][0]))
    for split in ("train", "validation"):
        data = mnist.take(slice(500), split)
        made.feed(split, data.images.tobytes(), data.labels.tobytes())
    made.begin()

    report = taught(made)

    assert report["after"]["right"] == 1
    assert report["after"]["accuracy"] > report["before"]["accuracy"]


def test_what_cannot_be_taught_is_said(drawn):
    with pytest.raises(TrainingError, match="manner: got 'gently', expected one of"):
        Lesson(weights_of("cnn-small"), "gently")
    with pytest.raises(WeightsError):
        Lesson(b"Dear all", "careful")
    letters = Network([Dense(784, 2, rng=np.random.default_rng(0))], labels="ab")
    with pytest.raises(TrainingError, match="labels are a, b; .* the ten digits"):
        Lesson(dumps(letters).encode(), "careful")
    made = Lesson(weights_of("cnn-small"), "careful")
    with pytest.raises(TrainingError, match="label: got 'x', expected one of 0 to 9"):
        made.add(rgba(drawn[0][0]), 28, 28, "digit", "x")
    with pytest.raises(TrainingError, match="drawing 1: there is no ink"):
        made.add(rgba(np.full((28, 28), 255, np.uint8)), 28, 28, "digit", "1")
    with pytest.raises(TrainingError, match="drawings: none came"):
        made.begin()
    with pytest.raises(TrainingError, match="this lesson has not begun"):
        made.run(0)
    with pytest.raises(TrainingError, match="there is no lesson: start one"):
        Teacher().run(0)
