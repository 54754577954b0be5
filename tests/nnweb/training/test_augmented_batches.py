"""Augmented batches: the same from a second process, and from any step on."""

from __future__ import annotations

import numpy as np
import pytest

from nnweb.data.augment import Mix
from nnweb.data.datasets import Dataset
from nnweb.errors import TrainingError
from nnweb.training.augmented_batches import AugmentedBatches


@pytest.fixture
def digits(bars):
    return bars(96)


def source(digits, **options):
    return AugmentedBatches(digits, Mix(outliers=0.25), batch_size=4, seed=5, **options)


def test_a_second_process_makes_the_same_batches(digits):
    near, far = source(digits, process=False), source(digits)

    try:
        for one, other in zip(near.epoch(1), far.epoch(1), strict=True):
            np.testing.assert_array_equal(one.x, other.x)
            np.testing.assert_array_equal(one.targets, other.targets)
    finally:
        far.close()


def test_an_epoch_started_in_the_middle_has_the_same_batches(digits):
    batches = source(digits, process=False)

    whole = list(batches.epoch(2))
    rest = list(batches.epoch(2, 11))

    assert len(whole) == batches.steps == 24 and len(rest) == 13
    for one, other in zip(whole[11:], rest, strict=True):
        np.testing.assert_array_equal(one.x, other.x)


def test_each_epoch_has_other_examples(digits):
    batches = source(digits, process=False)

    assert (next(batches.epoch(0)).x != next(batches.epoch(1)).x).any()


def test_too_few_examples_and_other_labels_than_digits_are_refused(bars, digits):
    with pytest.raises(TrainingError, match="96 examples, expected 800 or more"):
        AugmentedBatches(digits, Mix(), batch_size=100, seed=0)
    letters = Dataset(
        digits.images, digits.labels % 2, names=("a", "b"), source="letters"
    )
    with pytest.raises(TrainingError, match="the labels are a, b"):
        AugmentedBatches(letters, Mix(), batch_size=4, seed=0)
