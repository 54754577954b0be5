"""Losses: worked values, gradients against central differences, refusals."""

import numpy as np
import pytest

from nnweb.errors import ShapeError
from nnweb.network import OUTLIER
from nnweb.training.gradcheck import assert_loss_gradient_matches
from nnweb.training.losses import (
    LOSSES,
    open_set_cross_entropy,
    quadratic,
    softmax_cross_entropy,
)


def test_cross_entropy_is_minus_the_log_of_the_true_labels_share():
    # softmax of (0, ln 3) is (1/4, 3/4); of (0, 0) it is (1/2, 1/2)
    logits = np.array([[0, np.log(3)], [0, 0]], np.float32)

    loss, dlogits = softmax_cross_entropy(logits, np.array([1, 0]))

    assert loss == pytest.approx((np.log(4 / 3) + np.log(2)) / 2, rel=1e-6)
    expected = [[1 / 8, -1 / 8], [-1 / 4, 1 / 4]]
    np.testing.assert_allclose(dlogits, expected, rtol=1e-6)
    assert dlogits.dtype == np.float32


def test_cross_entropy_of_huge_logits_stays_finite():
    logits = np.array([[1e4, -1e4, 0]], np.float32)

    right, _ = softmax_cross_entropy(logits, np.array([0]))
    wrong, dlogits = softmax_cross_entropy(logits, np.array([1]))

    assert right == 0
    assert wrong == pytest.approx(2e4)
    np.testing.assert_array_equal(dlogits, [[1, -1, 0]])


def test_label_smoothing_shares_some_of_the_target_evenly():
    logits = np.array([[0, np.log(3)]], np.float32)

    loss, dlogits = softmax_cross_entropy(logits, np.array([1]), label_smoothing=0.2)

    # targets (0.1, 0.9) against (1/4, 3/4)
    assert loss == pytest.approx(-0.1 * np.log(1 / 4) - 0.9 * np.log(3 / 4), rel=1e-6)
    np.testing.assert_allclose(dlogits, [[0.15, -0.15]], rtol=1e-5)


def test_rows_of_zero_and_one_are_the_same_as_labels(rng):
    logits = rng.normal(size=(5, 3)).astype(np.float32)
    labels = np.array([0, 2, 1, 1, 0])

    by_label = softmax_cross_entropy(logits, labels)
    by_row = softmax_cross_entropy(logits, np.eye(3, dtype=np.float32)[labels])

    assert by_row[0] == pytest.approx(by_label[0], rel=1e-6)
    np.testing.assert_allclose(by_row[1], by_label[1], atol=1e-7)


def test_an_example_without_a_label_has_the_lowest_loss_at_equal_shares():
    equal = np.full((1, 4), 0.25, np.float32)

    at_rest, still = softmax_cross_entropy(np.zeros((1, 4), np.float32), equal)
    sure, pull = softmax_cross_entropy(np.array([[5, 0, 0, 0]], np.float32), equal)

    assert at_rest == pytest.approx(np.log(4))
    np.testing.assert_allclose(still, 0, atol=1e-8)
    assert sure > at_rest and pull[0, 0] > 0 > pull[0, 1]


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_weights_scale_each_examples_part_of_the_mean(rng, loss):
    outputs = rng.normal(size=(2, 3)).astype(np.float32)
    labels = np.array([0, 2])
    first, dfirst = loss(outputs[:1], labels[:1])
    second, dsecond = loss(outputs[1:], labels[1:])

    both, doutputs = loss(outputs, labels, weights=np.array([2.0, 0.5]))

    assert both == pytest.approx((2 * first + 0.5 * second) / 2, rel=1e-6)
    expected = np.concatenate([2 * dfirst, 0.5 * dsecond]) / 2
    np.testing.assert_allclose(doutputs, expected, rtol=1e-6)
    assert doutputs.dtype == np.float32


def test_quadratic_is_half_the_squared_distance():
    outputs = np.array([[1, 0.5], [0, 1]], np.float32)

    loss, doutputs = quadratic(outputs, np.array([0, 0]))

    # distances squared: 0 + 1/4 and 1 + 1
    assert loss == pytest.approx((0.25 / 2 + 2 / 2) / 2)
    np.testing.assert_array_equal(doutputs, [[0, 0.25], [-0.5, 0.5]])


LABELS = np.array([1, 0, 3])
OPEN_ROWS = np.array([[5, 2, 1, 1, 1], [0, 0, 0, 0, 10], [0, 3, 3, 1, 3]]) / 10
WEIGHTS = {"weights": np.array([1.0, 0.25, 2.0])}


@pytest.mark.parametrize("options", [{}, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize(
    ("loss", "targets", "more"),
    [
        (softmax_cross_entropy, LABELS, {}),
        (softmax_cross_entropy, LABELS, {"label_smoothing": 0.1}),
        (softmax_cross_entropy, np.full((3, 4), 0.25), {}),
        (open_set_cross_entropy, np.array([1, OUTLIER, 3]), {}),
        (open_set_cross_entropy, OPEN_ROWS, {}),
        (quadratic, LABELS, {}),
    ],
    ids=["cross entropy", "smoothed", "rows", "open set", "open rows", "quadratic"],
)
def test_gradients_match_central_differences(rng, loss, targets, more, options):
    outputs = rng.normal(size=(3, 4))

    assert_loss_gradient_matches(loss, outputs, targets, **more, **options)


def test_open_set_cross_entropy_has_one_more_class_with_a_logit_of_0():
    # exp: 1, 3 and 1 for "none": shares 1/5, 3/5, 1/5
    logits = np.array([[0, np.log(3)], [0, np.log(3)]], np.float32)

    loss, dlogits = open_set_cross_entropy(logits, np.array([1, OUTLIER], np.int8))

    assert loss == pytest.approx((np.log(5 / 3) + np.log(5)) / 2, rel=1e-6)
    np.testing.assert_allclose(dlogits, [[0.1, -0.2], [0.1, 0.3]], rtol=1e-6)


def test_the_last_column_of_open_set_rows_is_none_of_the_labels(rng):
    logits = rng.normal(size=(3, 2)).astype(np.float32)

    by_label = open_set_cross_entropy(logits, np.array([1, OUTLIER, 0]))
    by_row = open_set_cross_entropy(logits, np.eye(3, dtype=np.float32)[[1, 2, 0]])

    assert by_row[0] == pytest.approx(by_label[0], rel=1e-6)
    np.testing.assert_allclose(by_row[1], by_label[1], atol=1e-7)


def test_the_check_detects_a_gradient_not_divided_by_n(rng):
    def wrong(outputs, targets, *, weights=None):
        loss, doutputs = softmax_cross_entropy(outputs, targets, weights=weights)
        return loss, doutputs * len(outputs)

    with pytest.raises(AssertionError, match=r"gradient of 'outputs'"):
        assert_loss_gradient_matches(
            wrong, rng.normal(size=(3, 4)), np.array([1, 0, 3])
        )


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize(
    ("targets", "weights", "message"),
    [
        (np.array([0, 3]), None, "labels go from 0 to 3, expected -?[01] to 2"),
        (np.array([-2, 0]), None, "labels go from -2 to 0, expected -?[01] to 2"),
        (np.array([0.0, 1.0]), None, r"float64 \(2,\), expected integers \(2,\) or"),
        (
            np.array([0]),
            None,
            r"int64 \(1,\), expected integers \(2,\) or rows \(2, [34]",
        ),
        (np.array([0, 1]), np.ones(3), r"weights are \(3,\), expected \(2,\)"),
    ],
)
def test_targets_of_the_wrong_shape_are_refused(loss, targets, weights, message):
    with pytest.raises(ShapeError, match=message):
        loss(np.zeros((2, 3), np.float32), targets, weights=weights)


@pytest.mark.parametrize("loss", [softmax_cross_entropy, quadratic])
def test_invalid_labels_and_rows_are_refused(loss):
    outputs = np.zeros((2, 3), np.float32)

    with pytest.raises(ShapeError, match=r"labels go from -1 to 0, expected 0 to 2"):
        loss(outputs, np.array([OUTLIER, 0]))
    with pytest.raises(ShapeError, match=r"\(2, 4\), expected .* rows \(2, 3\)"):
        loss(outputs, np.zeros((2, 4)))


def test_open_set_cross_entropy_refuses_rows_without_a_column_for_none():
    with pytest.raises(ShapeError, match=r"\(2, 3\), expected .* rows \(2, 4\)"):
        open_set_cross_entropy(np.zeros((2, 3), np.float32), np.zeros((2, 3)))


@pytest.mark.parametrize("shape", [(3,), (0, 3), (2, 3, 1)])
def test_outputs_that_are_not_rows_are_refused(shape):
    with pytest.raises(ShapeError, match=r"outputs are \(.*\), expected \(N, K\)"):
        softmax_cross_entropy(np.zeros(shape, np.float32), np.array([0, 1]))
