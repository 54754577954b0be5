"""Training sessions: fed in parts, run in slices, changed between steps, resumed."""

import json

import numpy as np
import pytest

from nnweb.data.datasets import Dataset
from nnweb.errors import NnwebError, ShapeError, TrainingError, WeightsError
from nnweb.layers import Dense, Sigmoid
from nnweb.network import InputSpec, Network
from nnweb.page.lab.api import Lab
from nnweb.page.lab.hyperparameters import Hyperparameters
from nnweb.page.lab.training_session import VALIDATION, TrainingSession
from nnweb.training.batches import PlainBatches
from nnweb.training.checkpoints import checkpoint_bytes
from nnweb.training.trainer import Trainer
from nnweb.weights.foreign import read
from nnweb.weights.json_format import dumps, load

SMALL = {"layers": "784-8-10", "examples": 300, "batch_size": 50, "epochs": 2}


@pytest.fixture(scope="module")
def digits():
    """Bars at ten places of the paper: a digit each, easy to learn."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 1000).astype(np.uint8)
    images = np.zeros((1000, 28, 28), np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[4:24, 13:15] = 255
        image[4 + 2 * label : 6 + 2 * label, 4:24] = rng.integers(200, 256)
    return images, labels


def fed(session, digits):
    images, labels = digits
    for start in range(0, 1000, 100):
        part = slice(start, start + 100)
        if session.feed("train", images[part].tobytes(), labels[part].tobytes()) <= 0:
            break
    session.feed("validation", images.tobytes(), labels.tobytes())
    session.begin()
    return session


def begun(digits, **values):
    return fed(TrainingSession.started(SMALL | values), digits)


def finished(session, slice_ms=20):
    for _ in range(10_000):
        progress = session.run(slice_ms)
        if progress["finished"]:
            return progress
    raise AssertionError("it never ended")


def params(session):
    return {name: array.copy() for name, array in session.network.params.items()}


def assert_same_params(one, other):
    theirs = params(other)
    for name, array in params(one).items():
        np.testing.assert_array_equal(array, theirs[name])


def test_a_session_learns_and_reports_its_progress(digits):
    session = begun(digits, epochs=12, learning_rate=0.01)
    assert session.describe()["architecture"] == "784-8-10"

    first = session.run(0)
    assert first["step"] == 1 and first["done"] == pytest.approx(1 / 6)
    assert first["point"][0] == first["done"] and not first["finished"]
    last = finished(session)

    assert last["done"] == last["epochs"] == 12 and last["step"] == 72
    assert [row[0] for row in last["rows"]] == list(range(1, 13))
    assert last["rows"][-1][2] > 0.9
    assert last["examples_per_second"] > 0 and last["seconds_left"] == 0
    json.dumps(last)  # plain values, all of it


def test_slices_do_not_affect_the_weights(digits):
    at_once, by_steps = begun(digits), begun(digits)
    finished(at_once, 10_000)
    while not by_steps.run(0)["finished"]:
        pass

    assert_same_params(at_once, by_steps)


def test_a_session_trains_like_the_command_line(digits):
    images, labels = digits
    session = begun(digits, layers="784-8-10")
    network = load(session.weights())
    data = Dataset(images[:300], labels[:300])
    batches = PlainBatches(data, InputSpec(), batch_size=50, seed=0)
    settings = Hyperparameters(**SMALL).settings()
    x = np.zeros((1, 784), np.float32)
    trainer = Trainer(network, batches, x, np.zeros(1, int), settings)

    finished(session)
    for _ in trainer.run():
        pass

    ours = params(session)
    for name, array in network.params.items():  # the lab keeps inks as bytes
        np.testing.assert_allclose(ours[name], array, atol=1e-4)


@pytest.mark.parametrize("when", [1, 6, 8], ids=["in mid-epoch", "at its end", "later"])
def test_a_resumed_session_ends_with_the_same_weights(digits, when):
    unbroken, left = begun(digits, optimizer="adam"), begun(digits, optimizer="adam")
    finished(unbroken)
    for _ in range(when):
        left.run(0)
    kept = left.checkpoint()

    resumed = fed(TrainingSession.resumed(kept), digits)
    assert resumed.run(0)["step"] == when + 1
    finished(resumed)

    assert_same_params(unbroken, resumed)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"network": 7}, "its network is 7, expected str"),
        ({"choices": 7}, "its choices is 7, expected dict"),
        ({"steps": "7"}, "its steps is '7', expected int"),
        ({"choices": {"layer": ""}}, "layer: unknown hyperparameter"),
    ],
)
def test_a_checkpoint_with_other_options_is_refused(digits, changes, message):
    session = begun(digits)
    options = {"network": dumps(session.network), "steps": 0, "choices": {}}
    kept = checkpoint_bytes(session._trainer, options | changes)

    with pytest.raises(TrainingError, match=message):
        TrainingSession.resumed(kept)


def test_a_checkpoint_cannot_name_a_file_as_its_network(digits, tmp_path):
    session = begun(digits)
    path = tmp_path / "net.json"
    path.write_text(dumps(session.network))
    options = {"network": str(path), "steps": 0, "choices": {}}

    with pytest.raises(WeightsError, match="not JSON"):
        TrainingSession.resumed(checkpoint_bytes(session._trainer, options))


def test_the_learning_rate_changes_from_the_next_step_on(digits):
    slow, quick = begun(digits, optimizer="sgd"), begun(digits, optimizer="sgd")
    for session in (slow, quick):
        session.run(0)
    before = params(slow)
    quick.change({"learning_rate": 0.1})
    for session in (slow, quick):
        session.run(0)

    moved = [params(s)["0.W"] - before["0.W"] for s in (slow, quick)]
    np.testing.assert_allclose(moved[1], 100 * moved[0], atol=1e-6)


def test_the_batch_size_can_change_within_an_epoch_and_epochs_be_added_at_the_end(
    digits,
):
    session = begun(digits)
    for _ in range(3):
        session.run(0)
    progress = session.change({"batch_size": 25})
    assert progress["done"] == pytest.approx(0.5)

    assert session.run(0)["done"] == pytest.approx(7 / 12)
    assert finished(session)["step"] == 3 + 6 + 12
    assert not session.change({"epochs": 3})["finished"]
    assert finished(session)["done"] == 3


def test_another_optimizer_starts_with_an_empty_state(digits):
    session, fresh = begun(digits, optimizer="sgd"), begun(digits, optimizer="sgd")
    for one in (session, fresh):
        one.run(0)

    session.change({"optimizer": "adam"})
    for one in (session, fresh):
        one.run(0)

    change = session.network.params["0.b"] - fresh.network.params["0.b"]
    assert np.abs(change).max() > 1e-4


@pytest.mark.parametrize("augmentation", ["warps", "pen"])
def test_augmentation_changes_the_examples_and_can_be_switched(digits, augmentation):
    plain, switched = begun(digits), begun(digits)
    again, twin = (begun(digits, augmentation=augmentation) for _ in range(2))
    plain.run(0)
    switched.run(0)

    switched.change({"augmentation": augmentation})
    for session in (plain, switched, again, twin):
        session.run(0)

    theirs = params(plain)
    assert any((theirs[name] != W).any() for name, W in params(switched).items())
    assert_same_params(again, twin)


def test_the_network_in_use_can_be_trained_further(digits):
    network = Network([Dense(784, 10, rng=np.random.default_rng(1))], name="mine")
    network.reject_below, network.unsure_below = 3.0, 0.9
    network.temperature = 2.0
    network.card = {"accuracy": {"test": 0.9}}
    shown = dumps(network).encode()

    session = fed(TrainingSession.started({**SMALL, "start": "shown"}, shown), digits)
    trained = load(session.weights())

    np.testing.assert_array_equal(trained.params["0.W"], network.params["0.W"])
    assert trained.name == "mine, trained on"
    again = TrainingSession.started({**SMALL, "start": "shown"}, session.weights())
    assert again.network.name == "mine, trained on"
    assert trained.reject_below is None and trained.unsure_below is None
    assert trained.temperature == 1
    assert "accuracy" not in trained.card
    finished(session)
    assert (session.network.params["0.W"] != network.params["0.W"]).any()


def test_a_network_that_ends_in_a_sigmoid_uses_the_quadratic_loss(digits):
    layers = [Dense(784, 10, rng=np.random.default_rng(1)), Sigmoid()]
    shown = dumps(Network(layers)).encode()
    options = {**SMALL, "start": "shown", "learning_rate": 0.01, "epochs": 10}

    session = fed(TrainingSession.started(options, shown), digits)

    assert finished(session)["rows"][-1][2] > 0.9


@pytest.mark.parametrize(
    ("values", "error", "said"),
    [
        ({"batch_size": 0}, TrainingError, "batch_size: got 0, expected 1 to 1000"),
        ({"batch_size": 2.5}, TrainingError, "expected a whole number"),
        ({"learning_rate": "fast"}, TrainingError, "expected a number"),
        ({"learning_rate": 0}, TrainingError, "learning_rate"),
        ({"optimizer": "magic"}, TrainingError, "optimizer: got 'magic'"),
        ({"augmentation": "salt"}, TrainingError, "none, warps, pen"),
        ({"seed": -1}, TrainingError, "seed"),
        ({"examples": 70_000}, TrainingError, "100 to 59000"),
        ({"hats": 1}, TrainingError, "hats: unknown hyperparameter"),
        ({"layers": "784-x"}, ShapeError, "'x'"),
        ({"start": "shown"}, TrainingError, "a network to start from"),
    ],
)
def test_an_invalid_hyperparameter_is_refused_by_name(values, error, said):
    with pytest.raises(error, match=said.replace("(", r"\(")):
        TrainingSession.started(values)


def test_a_refused_change_leaves_the_session_unchanged(digits):
    session = begun(digits)
    session.run(0)

    with pytest.raises(TrainingError, match="batch_size"):
        session.change({"batch_size": -3})

    assert session.hyper.batch_size == 50
    assert session.run(0)["step"] == 2


def test_augmentation_is_refused_for_networks_with_fit_canvas():
    network = Network([Dense(784, 10)], input=InputSpec(fit="canvas"))
    shown = dumps(network).encode()

    with pytest.raises(TrainingError, match="augmentation"):
        TrainingSession.started({"start": "shown", "augmentation": "warps"}, shown)


def test_a_session_begins_only_with_all_digits(digits):
    images, labels = digits
    session = TrainingSession.started(SMALL)
    assert session.feed("train", images[:200].tobytes(), labels[:200].tobytes()) == 100

    with pytest.raises(TrainingError, match="got 200 digits, expected 300"):
        session.begin()
    assert VALIDATION == 1000


# --- the worker's API -----------------------------------------------------------------


def test_a_refused_start_keeps_the_current_session(digits):
    images, labels = digits
    lab = Lab()
    with pytest.raises(TrainingError, match="start one"):
        lab.run(10)
    lab.start(SMALL)
    lab.feed("train", images[:300].tobytes(), labels[:300].tobytes())
    lab.feed("validation", images.tobytes(), labels.tobytes())
    lab.begin()
    lab.run(0)

    with pytest.raises(NnwebError):
        lab.start({"layers": "784-nothing"})

    assert lab.run(0)["step"] == 2


def test_networks_are_exported_in_nnwebs_own_format_and_as_format_1():
    network = Network([Dense(784, 10, rng=np.random.default_rng(2))])
    weights = dumps(network, dtype="float16").encode()
    lab = Lab()

    own = load(lab.convert(weights, "nnweb"))
    other = read(json.loads(lab.convert(weights, "format1")))

    for made in (own, other):
        np.testing.assert_allclose(made.params["0.W"], network.params["0.W"], atol=1e-3)
    with pytest.raises(WeightsError, match="expected one of nnweb, format1"):
        lab.convert(weights, "png")


def test_networks_are_compared_by_name(digits):
    paper = np.full((28, 28, 4), 255, np.uint8)
    paper[4:24, 12:15, :3] = 0
    lab = Lab()
    network = Network([Dense(784, 10, rng=np.random.default_rng(2))], name="left")

    described = lab.hold("a", dumps(network).encode())
    answer = lab.ask("a", paper.tobytes(), 28, 28, "digit")

    assert described["name"] == "left"
    assert answer["status"] == "digit" and len(answer["probabilities"]) == 10
