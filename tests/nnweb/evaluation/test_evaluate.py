"""Evaluation: metrics of the answers that ``recognize`` returns."""

import json

import numpy as np
import pytest

from nnweb.data.datasets import Dataset
from nnweb.errors import DatasetError
from nnweb.evaluation.evaluate import evaluate, evaluate_inputs
from nnweb.images.preprocess import prepare
from nnweb.layers import Dense
from nnweb.network import InputSpec, Network
from nnweb.recognize import recognize
from tests.nnweb.evaluation.three_answers import three_answers


@pytest.fixture
def network(rng):
    return Network([Dense(784, 10, rng=rng)], input=InputSpec(fit="canvas"))


def test_evaluate_runs_the_network_on_black_on_white_images(network, bars):
    data = bars(1005)  # more than are looked at at once

    own, other = evaluate(network, data), evaluate(network, data, fit="digit")

    for result, fit in ((own, "canvas"), (other, "digit")):
        expected = recognize(255 - data.images, network, fit=fit)
        np.testing.assert_allclose(result.probabilities, expected, rtol=1e-5)
        right = (expected.argmax(axis=1) == data.labels).sum()
        assert result.correct == right and result.accuracy == right / 1005
        low, high = result.interval
        assert low < result.accuracy < high
        inputs = prepare(255 - data.images, fit=fit)
        same = evaluate_inputs(network, inputs, data.labels)
        np.testing.assert_allclose(same.scores, result.scores, rtol=1e-5)
        assert same.correct == right and not same.unsure.any()
    assert not np.allclose(own.probabilities, other.probabilities)


def test_labels_are_matched_by_name(rng, bars):
    spec = InputSpec(fit="canvas")
    network = Network([Dense(784, 3, rng=rng)], labels=("b", "a", "c"), input=spec)
    images = bars(4).images
    data = Dataset(images, np.array([0, 1, 1, 0], np.uint8), names=("a", "b"))

    result = evaluate(network, data)

    assert result.truth.tolist() == [1, 0, 0, 1]
    assert result.confusion.shape == (3, 3)


def test_labels_that_the_network_does_not_have_are_refused(network, bars):
    data = Dataset(bars(2).images, np.array([0, 1], np.uint8), names=("7", "x"))

    with pytest.raises(
        DatasetError, match=r"data: has the labels x, which .* not have"
    ):
        evaluate(network, data)


def test_metrics_of_a_worked_example_are_plain_json_without_nan():
    result = three_answers([[0.9, 0.1, 0], [0.6, 0.4, 0], [0.2, 0.8, 0]])

    figures = json.loads(json.dumps(result.as_dict(), allow_nan=False))

    assert (result.correct, result.accuracy) == (2, 2 / 3)
    assert result.confusion.tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 0]]
    assert result.mistakes.tolist() == [1]
    assert result.rejected == pytest.approx(1 / 3)
    assert (result.sure, result.accuracy_when_sure) == (0.5, 1)
    assert result.selective["probability"][0.9] == pytest.approx(2 / 3)
    assert figures["selective_accuracy"]["energy"][0] == {
        "coverage": 1,
        "accuracy": pytest.approx(2 / 3),
    }
    assert figures["examples"] == 3 and figures["correct"] == 2
    assert figures["per_class"]["c"] == {"recall": None, "precision": None, "f1": None}
    assert figures["per_class"]["b"]["recall"] == 0.5
    assert sum(figures["calibration"]["count"]) == 3
    assert figures["mistakes"] == [
        {"image": 1, "is": "b", "called": "a", "probability": pytest.approx(0.6)}
    ]
