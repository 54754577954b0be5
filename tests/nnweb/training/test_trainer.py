"""The trainer: it learns reproducibly, and resumes exactly."""

import functools
import operator
from dataclasses import replace

import numpy as np
import pytest

from nnweb.architecture import build_layers
from nnweb.errors import TrainingError
from nnweb.initializers import he_normal
from nnweb.network import OUTLIER, InputSpec, Network
from nnweb.training.batches import Batch, PlainBatches, inputs_of, stream
from nnweb.training.losses import softmax_cross_entropy
from nnweb.training.settings import Settings
from nnweb.training.trainer import EpochDone, StepDone, Trainer

CANVAS = InputSpec(fit="canvas")
QUICK = Settings(epochs=3, batch_size=16, learning_rate=0.1, seed=5)
EVERYTHING = Settings(
    epochs=3,
    batch_size=16,
    seed=5,
    optimizer="adamw",
    learning_rate=0.003,
    weight_decay=0.01,
    schedule="cosine",
    warmup_steps=4,
    label_smoothing=0.05,
    clip=1.0,
    average=0.9,
    patience=2,
)


@pytest.fixture
def make(bars):
    """A trainer of a small network on bars, new at each call."""

    def make_trainer(settings=QUICK, *, batches=None, text="784-16-10", dropout=0.2):
        layers = build_layers(
            text,
            activation="relu",
            initializer=he_normal,
            rng=stream(settings.seed, "weights"),
            dropout=dropout,
        )
        if batches is None:
            size, seed = settings.batch_size, settings.seed
            batches = PlainBatches(bars(100), CANVAS, batch_size=size, seed=seed)
        validation = bars(40, seed=1)
        x = inputs_of(validation, CANVAS)
        network = Network(layers, input=CANVAS)
        return Trainer(network, batches, x, validation.labels, settings)

    return make_trainer


def run(trainer):
    return list(trainer.run())


def weights(trainer):
    return {name: array.copy() for name, array in trainer.network.params.items()}


def assert_same_weights(first, second):
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])


# --- learning -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("optimizer", "rate"),
    [("sgd", 0.2), ("momentum", 0.03), ("adam", 0.005), ("adamw", 0.005)],
)
def test_every_optimizer_learns_to_distinguish_bars(make, optimizer, rate):
    settings = replace(QUICK, optimizer=optimizer, learning_rate=rate, epochs=12)
    trainer = make(settings, dropout=0)

    run(trainer)

    first, last = trainer.history[0], trainer.history[-1]
    assert last.validation_accuracy > 0.9
    assert last.train_loss < first.train_loss / 3
    assert last.validation_loss < first.validation_loss / 3


def test_a_step_of_sgd_is_the_gradient_times_the_rate(make):
    trainer = make(replace(QUICK, learning_rate=0.5), dropout=0)
    before, network = weights(trainer), trainer.network

    next(trainer.run())

    for name, gradient in network.grads.items():
        expected = before[name] - np.float32(0.5) * gradient
        np.testing.assert_allclose(network.params[name], expected, rtol=1e-5, atol=1e-7)


def test_the_gradient_is_clipped(make):
    trainer = make(replace(QUICK, clip=1e-3, learning_rate=1.0), dropout=0)
    before = weights(trainer)

    next(trainer.run())

    moved = [trainer.network.params[name] - before[name] for name in before]
    norm = np.sqrt(sum(float((m.astype(np.float64) ** 2).sum()) for m in moved))
    assert norm == pytest.approx(1e-3, rel=1e-2)


def test_the_learning_rate_follows_the_schedule_by_step(make):
    trainer = make(replace(QUICK, schedule="cosine", final_fraction=0.0))

    run(trainer)

    rates = [row.learning_rate for row in trainer.history]
    # 7 steps an epoch: the last steps are 6, 13 and 20 of 21
    expected = [0.1 * (1 + np.cos(np.pi * step / 21)) / 2 for step in (6, 13, 20)]
    assert rates == pytest.approx(expected)


class Changed(PlainBatches):
    """The same batches of bars, each changed by a function."""

    def __init__(self, data, change):
        super().__init__(data, CANVAS, batch_size=16, seed=5)
        self.change = change

    def epoch(self, epoch, start=0):
        for batch in super().epoch(epoch, start):
            yield self.change(batch)


def silent(batch):
    """No example counts."""
    return Batch(batch.x, batch.targets, np.zeros(len(batch.x)))


def half_outliers(batch):
    labels = batch.targets.astype(np.int8)
    labels[::2] = OUTLIER
    return Batch(batch.x, labels)


def rows(batch):
    """Labels as rows; every fourth example has no label."""
    shares = np.eye(10, dtype=np.float32)[batch.targets]
    shares[::4] = 0.1
    return Batch(batch.x, shares)


def open_rows(batch):
    """Labels as rows of eleven; every second example has no label."""
    shares = np.eye(11, dtype=np.float32)[batch.targets]
    shares[::2] = np.eye(11)[10]
    return Batch(batch.x, shares)


def test_example_weights_affect_the_loss(make, bars):
    trainer = make(batches=Changed(bars(100), silent))
    before = weights(trainer)

    run(trainer)

    assert_same_weights(weights(trainer), before)


@pytest.mark.parametrize(
    ("change", "loss", "epochs"),
    [
        (half_outliers, "open_set_cross_entropy", 25),
        (open_rows, "open_set_cross_entropy", 25),
        (rows, "softmax_cross_entropy", 12),
    ],
)
def test_outliers_and_rows_are_targets_that_do_not_count_as_mistakes(
    make, bars, change, loss, epochs
):
    settings = replace(QUICK, loss=loss, epochs=epochs)
    trainer = make(settings, batches=Changed(bars(100), change), dropout=0)

    run(trainer)

    assert trainer.history[-1].train_accuracy > 0.9
    assert trainer.history[-1].validation_accuracy > 0.9


@pytest.mark.parametrize("size", [16, 100])
def test_a_loss_of_nan_stops_the_training_within_the_epoch(make, size):
    trainer = make(replace(QUICK, batch_size=size, learning_rate=1e38))

    message = r"step \d+: the loss is .*: training has diverged; try a learning rate"
    with np.errstate(all="ignore"), pytest.raises(TrainingError, match=message):
        run(trainer)
    assert not trainer.history


# --- events and history ---------------------------------------------------------------


def test_events_count_steps_and_end_each_epoch(make):
    events = run(make())

    # 100 examples by 16: seven steps an epoch
    kinds = "".join("s" if isinstance(event, StepDone) else "E" for event in events)
    assert kinds == "sssssssE" * 3
    steps = [event for event in events if isinstance(event, StepDone)]
    assert [event.step for event in steps] == list(range(1, 22))
    assert {event.steps for event in steps} == {21}
    assert steps[-1].seconds_left == 0 and steps[0].seconds_left > 0
    assert all(event.examples_per_second > 0 for event in steps)


def test_history_has_the_means_of_each_epoch(make):
    trainer = make(replace(QUICK, epochs=1))

    events = run(trainer)

    (row,) = trainer.history
    sizes = [16] * 6 + [4]
    steps = [event for event in events if isinstance(event, StepDone)]
    losses = [event.loss for event in steps]
    accuracies = [event.accuracy for event in steps]
    assert row.train_loss == pytest.approx(np.average(losses, weights=sizes))
    assert row.train_accuracy == pytest.approx(np.average(accuracies, weights=sizes))
    assert (row.epoch, row.step) == (1, 7)
    assert events[-1] == EpochDone(row, True)


def test_validation_evaluates_the_network_in_chunks(make, bars, monkeypatch):
    monkeypatch.setattr("nnweb.training.trainer._CHUNK", 7)  # the last one has 5
    trainer = make()
    run(trainer)
    validation = bars(40, seed=1)

    logits = trainer.network.forward(inputs_of(validation, CANVAS))

    right = (logits.argmax(axis=1) == validation.labels).mean()
    loss, _ = softmax_cross_entropy(logits, validation.labels)
    row = trainer.history[-1]
    assert row.validation_accuracy == pytest.approx(right)
    assert row.validation_loss == pytest.approx(loss, rel=1e-5)


# --- what is kept ---------------------------------------------------------------------


def test_the_averaged_weights_are_validated_and_kept(make):
    trainer = make(replace(QUICK, average=0.5))
    raw = []

    for event in trainer.run():
        if isinstance(event, StepDone):
            raw.append(weights(trainer))

    expected = weights(make(replace(QUICK, average=0.5)))
    for updates, after in enumerate(raw):
        keep = min(0.5, (1 + updates) / (10 + updates))
        expected = {
            name: expected[name] + (1 - keep) * (after[name] - expected[name])
            for name in expected
        }
    for name, array in weights(trainer).items():
        np.testing.assert_allclose(array, expected[name], rtol=1e-4, atol=1e-6)
    row = trainer.history[-1]
    kept = (row.validation_loss, row.validation_accuracy)
    assert kept == pytest.approx(trainer.validate()), "of the averaged weights"


def fickle_validation(trainer, accuracies):
    """Let validation say what the test wants, epoch by epoch."""
    told = iter(accuracies)
    trainer.validate = lambda: (1.0, next(told))


def test_patience_stops_without_improvement_and_keeps_the_best_weights(make):
    trainer = make(replace(QUICK, epochs=50, patience=2))
    fickle_validation(trainer, [0.5, 0.7, 0.7, 0.6])
    after_epoch = []

    for event in trainer.run():
        if isinstance(event, EpochDone):
            after_epoch.append(weights(trainer))

    assert len(trainer.history) == 4
    assert trainer.best is trainer.history[1]
    assert_same_weights(weights(trainer), after_epoch[1])


def test_patience_keeps_the_average_of_the_best_epoch(make):
    settings = replace(QUICK, epochs=3, patience=5, average=0.9)
    whole = make(settings)
    short = make(replace(settings, epochs=1, patience=None))
    fickle_validation(whole, [0.9, 0.2, 0.2])
    run(whole)
    run(short)

    assert_same_weights(weights(whole), weights(short))


def test_without_patience_the_last_weights_are_kept(make):
    trainer = make()
    fickle_validation(trainer, [0.9, 0.2, 0.2])

    for event in trainer.run():
        if isinstance(event, StepDone):
            last = weights(trainer)

    assert_same_weights(weights(trainer), last)


# --- the same again, and resuming -----------------------------------------------------


@pytest.mark.parametrize("settings", [QUICK, EVERYTHING], ids=["quick", "everything"])
def test_the_same_seed_gives_the_same_weights_and_another_does_not(make, settings):
    trainers = [make(settings), make(settings), make(replace(settings, seed=6))]
    for trainer in trainers:
        run(trainer)
    first, second, other = trainers

    assert_same_weights(weights(first), weights(second))
    assert not np.array_equal(weights(first)["0.W"], weights(other)["0.W"])


@pytest.mark.parametrize("settings", [QUICK, EVERYTHING], ids=["quick", "everything"])
@pytest.mark.parametrize("leave_after", [0, 1, 5, 7, 8, 12, 24])
def test_a_resumed_run_ends_with_the_weights_of_an_uninterrupted_one(
    make, settings, leave_after
):
    """``leave_after`` counts events: in an epoch, before and after its validation."""
    unbroken, left, resumed = make(settings), make(settings), make(settings)
    run(unbroken)
    for done, _ in enumerate(left.run(), start=1):
        if done >= leave_after > 0:
            break
    if leave_after == 0:
        left = make(settings)

    resumed.load_state(*left.state())
    run(resumed)

    assert_same_weights(weights(resumed), weights(unbroken))
    assert len(resumed.history) == len(unbroken.history)
    for ours, theirs in zip(resumed.history, unbroken.history, strict=True):
        assert replace(ours, seconds=0) == replace(theirs, seconds=0)


def test_a_state_is_not_changed_by_training_on(make):
    trainer = make(EVERYTHING)
    events = trainer.run()
    next(events)
    arrays, facts = trainer.state()
    before = {name: array.copy() for name, array in arrays.items()}

    next(events)

    assert_same_weights(arrays, before)
    assert facts["tally"]["steps"] == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"learning_rate": 0.2}, "made with learning_rate 0.1, this run has 0.2"),
        ({"seed": 6}, "made with seed 5, this run has 6"),
        ({"average": 0.5}, "made with average None, this run has 0.5"),
    ],
)
def test_resuming_under_other_settings_is_refused(make, change, message):
    with pytest.raises(TrainingError, match=message):
        make(replace(QUICK, **change)).load_state(*make().state())


def test_resuming_on_other_data_or_another_network_is_refused(make, bars):
    other = PlainBatches(bars(100, seed=3), CANVAS, batch_size=16, seed=5)

    with pytest.raises(TrainingError, match=r'made with batches "plain, InputSpec'):
        make(batches=other).load_state(*make().state())
    with pytest.raises(TrainingError, match=r"params .*\(784, 16\).* expected .*17"):
        make(text="784-17-10").load_state(*make().state())


@pytest.mark.parametrize("lost", ["epoch", "tally", "history"])
def test_an_incomplete_state_is_refused(make, lost):
    arrays, facts = make().state()
    del facts[lost]

    with pytest.raises(TrainingError, match=rf"lacks '{lost}'"):
        make().load_state(arrays, facts)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        *((("epoch",), value) for value in ("7", -1, 0.5, True, None)),
        *((("tally", "steps"), value) for value in ("7", -1, [], 2**70)),
        *((("history", 0, name), []) for name in ("step", "seconds")),
        (("history", 0), 7),
    ],
)
def test_a_state_with_a_fact_that_is_no_such_number_is_refused(make, place, value):
    trainer = make()
    run(trainer)
    arrays, facts = trainer.state()
    *path, last = place
    functools.reduce(operator.getitem, path, facts)[last] = value

    with pytest.raises(TrainingError, match="damaged checkpoint"):
        make().load_state(arrays, facts)


@pytest.mark.parametrize("steps", [np.nan, np.inf, -1.0, np.zeros(2), "7"])
def test_a_state_whose_count_of_steps_is_no_count_is_refused(make, steps):
    arrays, facts = make().state()

    with pytest.raises(TrainingError, match="steps"):
        make().load_state(arrays | {"optimizer/steps": np.array(steps)}, facts)


def test_a_change_of_batches_continues_at_the_same_share_of_the_epoch(make, bars):
    trainer = make()
    events = trainer.run()
    for _ in range(4):  # of 7
        next(events)
    half = PlainBatches(bars(100), CANVAS, batch_size=8, seed=5)

    trainer.change(replace(QUICK, batch_size=8), half)
    seen = [event for event in trainer.run() if isinstance(event, StepDone)]

    assert trainer.epochs_done == 3
    assert [step.epoch for step in seen].count(0) == 13 - round(4 / 7 * 13)


def test_a_change_keeps_the_state_of_an_optimizer_of_the_same_kind(make):
    adam = replace(QUICK, optimizer="adam")
    one, other = make(adam), make(adam)
    for trainer in (one, other):
        next(trainer.run())
    one.change(replace(adam, epochs=5))

    for trainer in (one, other):
        next(trainer.run())

    assert_same_weights(weights(one), weights(other))


def test_seed_and_average_cannot_be_changed(make):
    with pytest.raises(TrainingError, match="cannot change during a run"):
        make().change(replace(QUICK, seed=6))
