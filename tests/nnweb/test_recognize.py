"""Images in, probabilities out: shapes, both fits, blanks, rejection."""

import numpy as np
import pytest

import nnweb
from nnweb.errors import ImageError, WeightsError
from nnweb.images.preprocess import prepare
from nnweb.layers import Dense, ReLU, Sigmoid
from nnweb.network import InputSpec, Network
from nnweb.recognize import examine, recognize


@pytest.fixture
def network(rng):
    return Network([Dense(784, 30, rng=rng), ReLU(), Dense(30, 10, rng=rng)])


def quadrants(**options):
    """Four labels: which quarter of the image has how much ink, as logits."""
    W = np.zeros((28, 28, 4), np.float32)
    for label, (rows, columns) in enumerate(
        [(slice(14), slice(14)), (slice(14), slice(14, 28)), (slice(14, 28),) * 2]
    ):
        W[rows, columns, label] = 0.1
    W[14:, :14, 3] = 0.1
    layer = Dense(784, 4)
    layer.params["W"][:] = W.reshape(784, 4)
    labels = ("top left", "top right", "bottom right", "bottom left")
    return Network([layer], labels=labels, **options)


def rgba(*boxes):
    """Images with one black box each: (top, bottom, left, right), or None for none."""
    images = np.full((len(boxes), 28, 28, 4), 255, np.uint8)
    for image, box in zip(images, boxes, strict=True):
        if box is not None:
            top, bottom, left, right = box
            image[top:bottom, left:right, :3] = 0
    return images


@pytest.mark.parametrize("fit", ["digit", "canvas"])
@pytest.mark.parametrize("shape", [(5, 28, 28, 4), (5, 336, 336, 4), (3, 50, 90)])
def test_every_image_gets_ten_probabilities_that_sum_to_one(rng, network, fit, shape):
    images = rng.integers(0, 256, shape, dtype=np.uint8)

    probabilities = nnweb.recognize(images, network, fit=fit)

    assert probabilities.shape == (shape[0], 10)
    assert recognize(images[:0], network, fit=fit).shape == (0, 10)
    assert probabilities.dtype == np.float32
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


def test_recognize_runs_the_network_on_the_prepared_image(rng, network):
    images = rng.integers(0, 256, (4, 28, 28), dtype=np.uint8)

    for fit in ("digit", "canvas"):
        expected = network.predict_proba(prepare(images, fit=fit))

        np.testing.assert_array_equal(recognize(images, network, fit=fit), expected)
        seen = examine(images, network, fit=fit).seen
        np.testing.assert_array_equal(seen, prepare(images, fit=fit))


@pytest.mark.parametrize("fit", ["digit", "canvas"])
def test_a_network_that_is_called_answers_as_recognize_does(rng, fit):
    layers = [Dense(784, 10, rng=rng)]
    network = Network(layers, input=InputSpec(threshold=99, fit=fit), temperature=2)
    images = rgba((4, 20, 6, 9), None, (8, 22, 4, 18))

    expected = recognize(images, network)

    for batch in (images, images[..., 0]):
        np.testing.assert_array_equal(network(batch), expected)
        np.testing.assert_array_equal(network(batch[1]), expected[1])
        np.testing.assert_allclose(network(batch[2]), expected[2], rtol=1e-5)


@pytest.mark.parametrize(
    ("given", "got"),
    [
        (np.zeros((28, 28)), r"float64 \(28, 28\)"),
        (np.zeros((1, 784), np.uint8), r"uint8 \(1, 784\)"),
        (np.zeros((20, 40), np.uint8), r"uint8 \(20, 40\)"),
        ([[7]], r"int64 \(1, 1\)"),
        ("7", r"<U1 \(\)"),
    ],
)
def test_a_network_that_is_called_names_what_it_got_and_takes(network, given, got):
    with pytest.raises(ImageError, match=rf"got {got}, expected uint8 \(H, W\) or"):
        network(given)


def test_fit_canvas_keeps_the_position_and_fit_digit_centres():
    images = rgba((2, 8, 16, 22))

    plain = recognize(images, quadrants(), fit="canvas")
    centred = recognize(images, quadrants(), fit="digit")

    # 36 pixels of ink, all in one quarter: logits (0, 3.6, 0, 0)
    share = np.exp(3.6) / (np.exp(3.6) + 3)
    np.testing.assert_allclose(
        plain[0], [(1 - share) / 3, share, *[(1 - share) / 3] * 2], rtol=1e-5
    )
    np.testing.assert_allclose(centred[0], [0.25] * 4, atol=1e-4)


@pytest.mark.parametrize("fit", ["digit", "canvas"])
def test_the_default_fit_is_the_one_the_network_was_trained_with(fit):
    images = rgba((2, 12, 3, 7))
    network = quadrants(input=InputSpec(fit=fit))

    expected = recognize(images, network, fit=fit)

    np.testing.assert_array_equal(recognize(images, network), expected)
    np.testing.assert_array_equal(examine(images, network).probabilities, expected)


def test_the_threshold_is_the_networks_own():
    images = rgba((2, 8, 16, 22))
    images[images == 0] = 150

    blank = examine(images, quadrants(), fit="canvas").blank
    seen = examine(
        images, quadrants(input=InputSpec(threshold=151)), fit="canvas"
    ).blank

    assert blank.tolist() == [True] and seen.tolist() == [False]


@pytest.mark.parametrize("fit", ["digit", "canvas"])
def test_a_blank_image_has_no_answer(network, fit):
    images = rgba(None, (4, 20, 6, 9))
    network.params["2.b"][3] = 100  # what it would say to everything

    result = examine(images, network, fit=fit)

    np.testing.assert_allclose(result.probabilities[0], [0.1] * 10)
    assert result.probabilities[1].argmax() == 3
    assert result.blank.tolist() == [True, False]
    assert result.accepted.tolist() == [False, True]
    assert not result.seen[0].any() and result.seen[1].any()


def test_a_score_below_the_networks_limit_is_not_accepted():
    # 36 pixels in one quarter, and 4: log(e^3.6 + 3) = 3.68 and log(e^0.4 + 3) = 1.50
    images = rgba((2, 8, 16, 22), (2, 4, 16, 18), None)

    strict = examine(images, quadrants(reject_below=2.0), fit="canvas")
    anything = examine(images, quadrants(), fit="canvas")

    np.testing.assert_allclose(strict.scores, [3.679, 1.502, np.log(4)], atol=1e-3)
    assert strict.accepted.tolist() == [True, False, False]
    assert anything.accepted.tolist() == [True, True, False]
    np.testing.assert_array_equal(strict.probabilities, anything.probabilities)


def test_an_accepted_image_of_low_probability_is_unsure_between_its_best_two():
    # 36 pixels top right; 36 there and 24 bottom right; 4, which is rejected; none
    images = rgba((2, 8, 16, 22), (8, 18, 16, 22), (2, 4, 16, 18), None)

    strict = quadrants(reject_below=2.0, unsure_below=0.9)
    result = examine(images, strict, fit="canvas")
    sure = examine(images, quadrants(), fit="canvas")

    # e^3.6 / (e^3.6 + 3) = 0.924 and e^3.6 / (e^3.6 + e^2.4 + 2) = 0.738
    np.testing.assert_allclose(result.probabilities[:2].max(1), [0.924, 0.738], 1e-3)
    assert result.accepted.tolist() == [True, True, False, False]
    assert result.unsure.tolist() == [False, True, False, False]
    assert result.best_two(1) == (1, 2)
    assert not sure.unsure.any()


def test_a_probability_at_the_networks_limit_is_sure():
    network = Network([Dense(784, 2)], labels=("a", "b"), unsure_below=0.5)

    assert examine(rgba((4, 20, 6, 9)), network).unsure.tolist() == [False]


@pytest.mark.parametrize("last", [[], [Sigmoid()]])
def test_weights_that_overflow_raise(last):
    network = Network([Dense(784, 10), Dense(10, 10), *last], name="damaged")
    network.params["0.W"][:] = 1e38
    network.params["1.W"][:5], network.params["1.W"][5:] = 1, -1

    with pytest.raises(WeightsError, match=r"^damaged: the output overflows"):
        recognize(rgba((4, 20, 6, 9)), network)


def test_weights_that_almost_overflow_still_work():
    network = Network([Dense(784, 10)])
    network.params["0.b"][:] = [3e38, -3e38, *[0] * 8]

    result = examine(rgba((4, 20, 6, 9)), network)

    assert result.probabilities[0].tolist() == [1, *[0] * 9]
    assert result.scores[0] == np.float32(3e38)


def test_scores_are_returned_on_request():
    network = quadrants()
    images = rgba((2, 12, 2, 12), (2, 6, 2, 6))

    probabilities, scores = recognize(images, network, fit="canvas", return_scores=True)

    np.testing.assert_array_equal(
        probabilities, recognize(images, network, fit="canvas")
    )
    assert scores.shape == (2,)
    # the logits are (10, 0, 0, 0) and (1.6, 0, 0, 0): a tenth of the ink
    np.testing.assert_allclose(scores, np.log(np.exp([10, 1.6]) + 3), rtol=1e-5)
