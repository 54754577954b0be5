"""Settings: each value has its effect, and invalid ones are refused."""

from math import inf, nan

import numpy as np
import pytest

from nnweb.errors import TrainingError
from nnweb.training.losses import quadratic, softmax_cross_entropy
from nnweb.training.optimizers import SGD, Adam, AdamW, Momentum
from nnweb.training.settings import Settings


def test_the_optimizer_has_its_settings():
    momentum = Settings(
        optimizer="momentum", momentum=0.8, nesterov=True, weight_decay=0.1
    ).make_optimizer()

    assert isinstance(momentum, Momentum)
    assert (momentum.momentum, momentum.nesterov) == (0.8, True)
    assert momentum.weight_decay == 0.1
    for name, kind in {"sgd": SGD, "adam": Adam, "adamw": AdamW}.items():
        optimizer = Settings(optimizer=name, weight_decay=0.2).make_optimizer()
        assert type(optimizer) is kind and optimizer.weight_decay == 0.2


def test_the_schedule_has_its_settings():
    rate = {"learning_rate": 2.0, "epochs": 4}

    constant = Settings(**rate).make_schedule(10)
    steps = Settings(
        **rate, schedule="step", decay_epochs=2, decay_factor=0.5
    ).make_schedule(10)
    cosine = Settings(**rate, schedule="cosine", final_fraction=0.1).make_schedule(10)
    warm = Settings(**rate, warmup_steps=4).make_schedule(10)

    assert constant(39) == 2.0
    assert (steps(19), steps(20)) == (2.0, 1.0)
    assert [cosine(step) for step in (0, 20, 40)] == pytest.approx([2.0, 1.1, 0.2])
    assert warm(0) == 0.5


def test_the_loss_is_chosen_and_smoothed():
    logits, labels = np.array([[1.0, 2.0]], np.float32), np.array([0])

    assert Settings().make_loss() is softmax_cross_entropy
    assert Settings(loss="quadratic").make_loss() is quadratic
    smooth = Settings(label_smoothing=0.2).make_loss()(logits, labels)[0]
    assert smooth == softmax_cross_entropy(logits, labels, label_smoothing=0.2)[0]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("epochs", 0, ">= 1"),
        ("batch_size", -1, ">= 1"),
        ("decay_epochs", 0, ">= 1"),
        ("patience", 0, ">= 1"),
        ("seed", -1, ">= 0"),
        ("warmup_steps", -1, ">= 0"),
        ("learning_rate", 0, "a number above 0"),
        ("learning_rate", nan, "a number above 0"),
        ("clip", inf, "a number above 0"),
        ("weight_decay", -0.1, "a number, 0 or more"),
        ("momentum", 1.0, "0 <= x < 1"),
        ("label_smoothing", 1.0, "0 <= x < 1"),
        ("average", 1.5, "0 <= x < 1"),
        ("decay_factor", 2, "0 <= x <= 1"),
        ("final_fraction", -1, "0 <= x <= 1"),
        ("optimizer", "newton", "one of sgd, momentum, adam, adamw"),
        ("schedule", "none", "one of constant, step, cosine"),
        ("loss", "hinge", "one of softmax_cross_entropy, "),
    ],
)
def test_invalid_values_are_refused_by_name(name, value, expected):
    with pytest.raises(
        TrainingError, match=rf"{name}: got .*{value}.*, expected {expected}"
    ):
        Settings(**{name: value})


@pytest.mark.parametrize(
    "edges",
    [
        {"epochs": 1, "batch_size": 1, "decay_epochs": 1, "patience": 1},
        {"seed": 0, "warmup_steps": 0, "weight_decay": 0, "momentum": 0, "average": 0},
        {"decay_factor": 0, "final_fraction": 1, "label_smoothing": 0, "clip": 1e-9},
    ],
)
def test_values_at_the_limits_are_accepted(edges):
    settings = Settings(**edges)

    assert all(getattr(settings, name) == value for name, value in edges.items())


def test_label_smoothing_is_refused_for_other_losses():
    with pytest.raises(TrainingError, match=r"label_smoothing: got 0.1 with the loss"):
        Settings(loss="quadratic", label_smoothing=0.1)
