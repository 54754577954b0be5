"""Metrics: each against numbers worked by hand or printed in its source."""

import numpy as np
import pytest

from nnweb.errors import ShapeError
from nnweb.evaluation.metrics import (
    COVERAGES,
    accuracy,
    calibration,
    confusion,
    mistakes,
    per_class,
    selective_accuracy,
    wilson_interval,
)

LABELS = np.array([0, 0, 0, 1, 1, 2], np.uint8)
PREDICTED = np.array([0, 0, 1, 1, 1, 0])


def test_accuracy_confusion_and_shares_of_a_worked_example():
    matrix = confusion(PREDICTED, LABELS, 3)
    shares = per_class(matrix)

    assert accuracy(PREDICTED, LABELS) == pytest.approx(4 / 6)
    # true labels in rows, answers in columns
    assert matrix.tolist() == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]
    np.testing.assert_allclose(shares.recall, [2 / 3, 1, 0])
    np.testing.assert_allclose(shares.precision, [2 / 3, 2 / 3, np.nan])
    np.testing.assert_allclose(shares.f1, [2 / 3, 4 / 5, 0])


def test_confusion_of_uint8_labels_does_not_overflow():
    matrix = confusion(np.array([99]), np.array([99], np.uint8), 100)

    assert matrix[99, 99] == 1


def test_wilson_interval_of_a_worked_example():
    # 8 of 10: (0.8 + 0.192073 -+ 1.959964 * sqrt(0.016 + 0.0096036)) / 1.384146
    low, high = wilson_interval(8, 10)

    assert (low, high) == pytest.approx((0.490162, 0.943318), abs=1e-6)


@pytest.mark.parametrize("total", [1, 7, 10_000])
def test_wilson_interval_has_a_width_at_the_ends_and_stays_between_0_and_1(total):
    low, high = wilson_interval(total, total)
    assert high == 1 and 0 < low < 1

    low, high = wilson_interval(0, total)
    assert low == 0 and 0 < high < 1


@pytest.mark.parametrize(("correct", "total"), [(0, 0), (3, 2), (-1, 2)])
def test_wilson_interval_refuses_an_invalid_share(correct, total):
    with pytest.raises(ShapeError, match=rf"{correct} of {total}, expected 0 <="):
        wilson_interval(correct, total)


def test_calibration_error_of_a_worked_example():
    # two answers 0.9 sure, one right; two 0.6 sure, both right
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [0.4, 0.6]])
    labels = np.array([0, 1, 1, 1])

    table = calibration(probabilities, labels, bins=10)

    assert table.count.tolist() == [0, 0, 0, 0, 0, 2, 0, 0, 2, 0]
    assert table.accuracy[5] == 1 and table.accuracy[8] == 0.5
    assert np.isnan(table.accuracy[0])
    np.testing.assert_allclose(table.edges, np.arange(11) / 10)
    # (2 * |1 - 0.6| + 2 * |0.5 - 0.9|) / 4
    assert table.error == pytest.approx(0.4)


def test_answers_as_accurate_as_confident_have_no_calibration_error():
    probabilities = np.array([[0.75, 0.25]] * 4)

    assert calibration(probabilities, np.array([0, 0, 0, 1])).error == 0


def test_answers_of_low_confidence_are_in_the_first_bin():
    probabilities = np.full((3, 100), 0.01)

    assert calibration(probabilities, np.array([0, 1, 2])).count[0] == 3


def test_a_probability_a_rounding_error_above_1_is_in_the_last_bin():
    probabilities = np.array([[np.nextafter(np.float32(1), np.float32(2)), 0]])

    assert calibration(probabilities, np.array([0]), bins=10).count[9] == 1


def test_mistakes_are_sorted_by_confidence():
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4], [0.3, 0.7], [0.8, 0.2]])

    assert mistakes(probabilities, np.array([0, 1, 1, 1])).tolist() == [3, 1]


def test_selective_accuracy_leaves_out_the_lowest_ranks():
    # 100 answers, of which the 2 lowest and number 50 are wrong
    ranks = np.arange(100)[::-1]
    right = ~np.isin(ranks, [0, 1, 50])

    curve = selective_accuracy(ranks, right)

    assert curve == {1: 0.97, 0.99: 97 / 99, 0.98: 97 / 98, 0.95: 94 / 95, 0.9: 89 / 90}


def test_selective_accuracy_answers_at_least_one_example():
    assert selective_accuracy(np.array([0.5]), np.array([True])) == dict.fromkeys(
        COVERAGES, 1
    )


@pytest.mark.parametrize("labels", [np.array([0]), np.array([], int)])
def test_counts_that_differ_are_refused(labels):
    with pytest.raises(ShapeError, match=rf"2 predictions and {len(labels)} labels"):
        accuracy(np.array([0, 1]), labels)
