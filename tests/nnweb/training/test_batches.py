"""Batches: every example once per epoch, in an order decided by the seed."""

import numpy as np

from nnweb.images.preprocess import prepare
from nnweb.network import InputSpec
from nnweb.training.batches import PlainBatches, inputs_of, stream

CANVAS = InputSpec(fit="canvas")


def plain(data, batch_size=8, seed=1, spec=CANVAS):
    return PlainBatches(data, spec, batch_size=batch_size, seed=seed)


def labels_of(batches):
    return [batch.targets.tolist() for batch in batches]


def test_inputs_are_preprocessed_like_a_drawing(bars):
    data = bars(1003)  # more than are prepared at once

    for spec in (CANVAS, InputSpec(fit="digit"), InputSpec(fit="canvas", threshold=1)):
        x = inputs_of(data, spec)
        expected = prepare(255 - data.images, fit=spec.fit, threshold=spec.threshold)
        np.testing.assert_array_equal(x, expected)
        assert x.dtype == np.float32


def test_an_epoch_has_every_example_once_with_a_smaller_last_batch(bars):
    data = bars(20)
    source = plain(data)

    batches = list(source.epoch(0))

    assert [len(batch.x) for batch in batches] == [8, 8, 4]
    assert (source.steps, source.examples) == (3, 20)
    seen = np.concatenate([batch.x for batch in batches])
    everything = inputs_of(data, CANVAS)
    assert sorted(map(bytes, seen)) == sorted(map(bytes, everything))


def test_images_stay_with_their_labels(bars):
    data = bars(50)
    columns = {  # of a bar's left edge, as in the fixture
        label: 2 * label + 4 for label in range(10)
    }

    for batch in plain(data).epoch(0):
        for x, label in zip(batch.x.reshape(-1, 28, 28), batch.targets, strict=True):
            assert x.any(axis=0).argmax() == columns[label]


def test_the_order_depends_on_the_epoch_and_the_seed(bars):
    data = bars(50)

    first = labels_of(plain(data).epoch(0))

    assert labels_of(plain(data).epoch(0)) == first
    assert labels_of(plain(data).epoch(1)) != first
    assert labels_of(plain(data, seed=2).epoch(0)) != first
    assert np.concatenate(first).tolist() != data.labels.tolist()


def test_an_epoch_can_start_at_any_step(bars):
    source = plain(bars(50))

    whole = labels_of(source.epoch(3))

    assert labels_of(source.epoch(3, start=4)) == whole[4:]
    assert labels_of(source.epoch(3, start=source.steps)) == []


def test_the_fingerprint_depends_on_the_data_and_its_preprocessing(bars):
    data = bars(5)
    prints = {
        plain(data).fingerprint,
        plain(bars(5, seed=9)).fingerprint,
        plain(data, spec=InputSpec(fit="digit")).fingerprint,
    }

    assert len(prints) == 3
    assert plain(bars(5)).fingerprint in prints


def test_streams_differ_by_seed_purpose_and_position():
    draws = {
        stream(*key).random()
        for key in [
            (0, "shuffle", 0),
            (1, "shuffle", 0),
            (0, "dropout", 0),
            (0, "shuffle", 1),
            (0, "weights"),
        ]
    }

    assert len(draws) == 5
    assert stream(0, "shuffle", 0).random() in draws
