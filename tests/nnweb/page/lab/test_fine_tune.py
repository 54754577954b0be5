"""Fine-tuning: drawings are learned, the rest is not forgotten, both are measured."""

from pathlib import Path

import numpy as np
import pytest

from nnweb.data.augment import Mixture
from nnweb.data.augment.glyphs import trace_glyphs
from nnweb.data.augment.other_glyphs import NOT_DIGITS
from nnweb.data.augment.pen import stamp
from nnweb.data.datasets import load_mnist
from nnweb.errors import TrainingError, WeightsError
from nnweb.images.preprocess import prepare
from nnweb.layers import Conv2D, Dense, Sigmoid
from nnweb.network import DIGITS, InputSpec, Network
from nnweb.page.lab.fine_tune import MODES, NO_LABEL, FineTuning
from nnweb.page.lab.lesson_batches import Drawings, SeenBatches
from nnweb.recognize import examine
from nnweb.weights.json_format import dumps, load

ASSETS = Path(__file__).resolve().parents[4] / "assets"
SLOW = pytest.param("cnn", marks=pytest.mark.exhaustive)
MODELS = ("mlp", SLOW, "cnn-small", "plain")


@pytest.fixture(scope="module")
def mnist():
    return load_mnist(ASSETS / "mnist").train


@pytest.fixture(scope="module")
def drawn(mnist):
    """Other hands' digits, drawn with the pen: grey (N, 28, 28) as a canvas, labels."""
    part = mnist.take(slice(57_000, 58_500), "to be drawn")
    ink = Mixture(part.images, part.labels).make(
        "glyph", np.arange(len(part)), np.random.default_rng(5)
    )
    return ((1 - ink) * 255).astype(np.uint8), part.labels


@pytest.fixture(scope="module")
def non_digits(mnist):
    """Network input of a thousand drawings that are no digits."""
    part = mnist.take(slice(56_000, 57_000), "to be spoilt")
    odd = Mixture(part.images, part.labels).make(
        "outlier", np.arange(1000), np.random.default_rng(3)
    )
    return prepare(((1 - odd) * 255).astype(np.uint8))


def weights_of(name):
    return (ASSETS / "models" / f"{name}.json").read_bytes()


def rgba(grey):
    return np.repeat(grey[..., None], 4, axis=-1).tobytes()


def misread(network, drawn, count=3):
    """The indices of the first drawings that the network gets wrong."""
    images, labels = drawn
    x = prepare(images, fit=network.input.fit)
    return np.flatnonzero(network.forward(x).argmax(axis=1) != labels)[:count]


def started(weights, mode="careful"):
    tuning = FineTuning()
    tuning.start(weights, mode)
    return tuning


def begun(name, drawn, mnist, at, labels, mode="careful"):
    """A fine-tuning that has begun, on the drawings ``at``."""
    tuning = started(weights_of(name), mode)
    for i, label in zip(at, labels, strict=True):
        tuning.add(rgba(drawn[0][i]), 28, 28, tuning.network.input.fit, str(label))
    return fed(tuning, mnist)


def fed(tuning, mnist):
    """The fine-tuning, begun with as many digits as the page has for it."""
    for split, part in (("train", slice(2000)), ("validation", slice(59_000, 60_000))):
        data = mnist.take(part, split)
        tuning.feed(split, data.images.tobytes(), data.labels.tobytes())
    tuning.begin()
    return tuning


def finished(tuning):
    while not tuning.run(50)["finished"]:
        pass
    return tuning.end()


@pytest.mark.parametrize("name", MODELS)
def test_corrected_drawings_are_learned_and_little_else_changes(
    name, drawn, mnist, non_digits
):
    at = misread(load(weights_of(name)), drawn)
    tuning = begun(name, drawn, mnist, at, drawn[1][at])

    def accepted(network):
        limit = -np.inf if network.reject_below is None else network.reject_below
        return float((network.score(network.forward(non_digits)) >= limit).mean())

    accepted_before, report = accepted(tuning.network), finished(tuning)

    before, after = report["before"], report["after"]
    assert before["right"] == 0 and after["right"] == 3
    assert after["answers"] == drawn[1][at].tolist()
    assert round(before["accuracy"] - after["accuracy"], 6) <= 0.003
    assert report["digits"] == 1000
    assert report["step"] <= MODES["careful"].steps
    assert accepted(tuning.network) <= accepted_before + 0.015
    assert after["refused"] <= before["refused"] + 0.01
    assert load(tuning.weights()).reject_below == load(weights_of(name)).reject_below


def write(label, count):
    """Drawings of a letter by one hand: points and stroke lengths, and as pixels."""
    glyph = next(one for one in NOT_DIGITS if one.label == label)
    traces = trace_glyphs([glyph], np.zeros(count, np.intp), np.random.default_rng(2))
    brush = np.full(count, 5 / 3, np.float32)
    grey = ((1 - stamp(traces, brush)) * 255).astype(np.uint8)
    points = np.split(traces.points, traces.starts[1:])
    return [(xy.tobytes(), [len(xy)]) for xy in points], grey


def test_new_label_is_learned_from_ten_drawings_and_costs_the_digits_little(mnist):
    strokes, grey = write("R", 20)
    tuning = started(weights_of("cnn-small"))
    for image, (points, lengths) in zip(grey[:10], strokes, strict=False):
        tuning.add(rgba(image), 28, 28, "digit", "R", points, lengths)
    fed(tuning, mnist)

    report = finished(tuning)

    taught = load(tuning.weights())
    assert taught.labels == (*DIGITS, "R") == tuple(report["labels"])
    result = examine(grey[10:], taught)
    read = result.accepted & (result.probabilities.argmax(axis=1) == 10)
    assert read.mean() >= 0.9
    before, after = report["before"], report["after"]
    assert before["right"] == 0 and after["right"] == 10
    assert before["accuracy"] - after["accuracy"] <= 0.003
    assert after["refused"] <= before["refused"] + 0.01


def test_drawing_without_a_label_is_rejected_after_the_lesson(mnist, non_digits):
    network = load(weights_of("cnn-small"))
    scores = network.score(network.forward(non_digits))
    x = non_digits[np.flatnonzero(scores >= network.reject_below)[0]]
    grey = (255 - np.round(x * 255)).astype(np.uint8)
    tuning = started(weights_of("cnn-small"))
    tuning.add(rgba(grey), 28, 28, "digit", NO_LABEL)
    fed(tuning, mnist)

    report = finished(tuning)

    assert report["before"]["answers"] != [-1] and report["before"]["right"] == 0
    assert report["after"]["answers"] == [-1] and report["after"]["right"] == 1
    assert report["labels"] == list(DIGITS)
    assert report["before"]["accuracy"] - report["after"]["accuracy"] <= 0.003


def test_only_the_dense_layers_learn(drawn, mnist):
    tuning = begun("cnn-small", drawn, mnist, [0], (drawn[1][:1] + 1) % 10, "hard")
    tuning.run(0)

    before, network = load(weights_of("cnn-small")), tuning.network
    for old, new in zip(before.layers, network.layers, strict=True):
        for name, param in old.params.items():
            stays = np.array_equal(param, new.params[name])
            assert stays == isinstance(new, Conv2D), (type(new).__name__, name)


def test_batches_are_mixed_of_all_that_were_made():
    seen = SeenBatches(2)
    seen.add(np.zeros((40, 3), np.float32), np.arange(40))
    seen.add(np.ones((40, 3), np.float32), np.arange(40))

    features, targets = seen.mixed(0)

    assert targets.tolist() == list(range(40)), "each place keeps its kind"
    assert set(features[:, 0]) == {0, 1}
    assert not np.array_equal(features, seen.mixed(1)[0])


def test_strokes_are_redrawn_as_strokes_and_a_picture_along_its_skeleton():
    x = np.zeros(784, np.float32)
    x.reshape(28, 28)[4:24, 12:16] = 1
    drawings = Drawings()
    drawings.add(x, "1", np.zeros((0, 2), np.float32), [])
    drawings.add(x, "-", np.array([[0, 50], [300, 50]], np.float32), [2])

    picture, strokes = (drawings.traces().take(np.array([i])) for i in (0, 1))

    assert np.ptp(picture.points[:, 1]) > 15 and np.ptp(picture.points[:, 0]) < 3
    assert np.ptp(strokes.points[:, 0]) == 20 and np.ptp(strokes.points[:, 1]) == 0


def test_fine_tuning_is_reproducible(drawn, mnist):
    at = misread(load(weights_of("cnn-small")), drawn)
    made = [begun("cnn-small", drawn, mnist, at, drawn[1][at]) for _ in range(2)]

    made[0].run(0)
    made[0].run(0)
    while made[1].run(0)["step"] < 2:
        pass

    assert made[0].weights() == made[1].weights()


def test_wrong_labels_in_hard_mode_cost_validation_accuracy(drawn, mnist):
    labels = (drawn[1][:10] + 1) % 10
    tuning = begun("cnn-small", drawn, mnist, range(10), labels, "hard")

    report = finished(tuning)

    assert report["before"]["accuracy"] - report["after"]["accuracy"] > 0.003


def test_the_result_has_a_new_name_and_no_accuracy_on_its_card(drawn, mnist):
    tuning = begun("cnn-small", drawn, mnist, [0], drawn[1][:1])
    tuning.run(0)

    network = load(tuning.weights())

    assert network.name == "cnn-small, taught"
    assert network.card["taught"] == "1 drawings"
    assert "accuracy" not in network.card and "license" in network.card
    again = started(tuning.weights())
    again.add(rgba(drawn[0][0]), 28, 28, "digit", "1")
    assert load(again.weights()).name == "cnn-small, taught"


def test_a_network_that_ends_in_a_sigmoid_can_be_fine_tuned(drawn, mnist, rng):
    layers = [Dense(784, 10, rng=rng), Sigmoid()]
    network = Network(layers, input=InputSpec(fit="canvas"))
    tuning = started(dumps(network).encode(), "hard")
    tuning.add(rgba(drawn[0][0]), 28, 28, "canvas", str(drawn[1][0]))
    for split in ("train", "validation"):
        data = mnist.take(slice(500), split)
        tuning.feed(split, data.images.tobytes(), data.labels.tobytes())
    tuning.begin()

    report = finished(tuning)

    assert report["after"]["right"] == 1
    assert report["after"]["accuracy"] > report["before"]["accuracy"]


def test_invalid_input_is_refused(drawn):
    with pytest.raises(TrainingError, match="mode: got 'gently', expected one of"):
        started(weights_of("cnn-small"), "gently")
    with pytest.raises(WeightsError):
        started(b"Dear all")
    letters = Network([Dense(784, 2, rng=np.random.default_rng(0))], labels="ab")
    with pytest.raises(TrainingError, match="labels are a, b; .* first ten are"):
        started(dumps(letters).encode())
    tuning = started(weights_of("cnn-small"))
    with pytest.raises(TrainingError, match="drawing 1: .* the network cannot reject"):
        started(weights_of("plain")).add(rgba(drawn[0][0]), 28, 28, "canvas", NO_LABEL)
    with pytest.raises(TrainingError, match="drawing 1: it has no ink"):
        tuning.add(rgba(np.full((28, 28), 255, np.uint8)), 28, 28, "digit", "1")
    with pytest.raises(TrainingError, match="drawings: got none"):
        tuning.begin()
    with pytest.raises(TrainingError, match="this fine-tuning has not begun"):
        tuning.run(0)
    with pytest.raises(TrainingError, match="has not begun: start one"):
        FineTuning().run(0)
    with pytest.raises(TrainingError, match="no fine-tuning has started"):
        FineTuning().weights()
