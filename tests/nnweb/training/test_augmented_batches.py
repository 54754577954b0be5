"""Augmented batches: the same from a second process, and from any step on."""

import multiprocessing.util
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from nnweb.cli.default_paths import open_written
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


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals between processes")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_signal_does_not_end_the_second_process_even_as_it_starts(
    digits, monkeypatch, stop
):
    spawn = multiprocessing.util.spawnv_passfds

    def spawn_and_stop(path, args, fds):
        pid = spawn(path, args, fds)
        os.kill(pid, stop)
        return pid

    far = source(digits.take(slice(0, 10), "few"))
    monkeypatch.setattr(multiprocessing.util, "spawnv_passfds", spawn_and_stop)
    try:
        assert len(next(far.epoch(1)).x) > 0
    finally:
        far.close()

    assert not signal.pthread_sigmask(signal.SIG_BLOCK, []) & {stop}


KILLED = """
import os, signal
import numpy as np
from nnweb.data.augment import Mix
from nnweb.data.datasets import Dataset
from nnweb.training.augmented_batches import AugmentedBatches

if __name__ == "__main__":
    images = np.zeros((10, 28, 28), np.uint8)
    images[:, 4:24, 12:16] = 255
    data = Dataset(images, np.arange(10, dtype=np.uint8))
    next(AugmentedBatches(data, Mix(), batch_size=4, seed=0).epoch(0))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_the_second_process_ends_if_the_first_is_killed(tmp_path):
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE)

    process.communicate(timeout=60)  # until nobody has its output open

    assert process.returncode == -signal.SIGKILL


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


def test_few_examples_are_taken_repeatedly_to_fill_a_chunk(digits):
    few = digits.take(slice(0, 10), "few")
    batches = AugmentedBatches(few, Mix(), batch_size=4, seed=0, process=False)

    labels = np.concatenate([batch.targets for batch in batches.epoch(0)])

    counts = np.bincount(labels[labels >= 0], minlength=10)
    wanted = np.bincount(few.labels, minlength=10)
    assert batches.examples == counts.sum() == 32
    assert (counts >= 3 * wanted).all()


def test_other_labels_than_digits_are_warped_and_redrawn(digits):
    letters = Dataset(digits.images, digits.labels // 5, names=("a", "b"))
    mix = Mix(outliers=0.25)
    batches = AugmentedBatches(letters, mix, batch_size=4, seed=0, process=False)

    labels = np.concatenate([batch.targets for batch in batches.epoch(0)])

    assert set(labels.tolist()) == {-1, 0, 1}


def test_written_digits_are_refused_for_other_labels(digits):
    letters = Dataset(digits.images, digits.labels % 2, names=("a", "b"))
    written = open_written()[0]
    with pytest.raises(TrainingError, match="the labels are a, b; expected --pens 0"):
        AugmentedBatches(letters, Mix(), batch_size=4, seed=0, pens=written)
