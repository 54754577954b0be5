"""Every panel of the page gives the network the same input for the same pixels."""

import numpy as np
import pytest

from nnweb.images.lighting import black_on_white, luma
from nnweb.images.preprocess import prepare
from nnweb.layers import Dense
from nnweb.network import DIGITS, InputSpec, Network
from nnweb.page.api import Recognizer
from nnweb.page.lab.fine_tune import FineTuning
from nnweb.page.lab.inspector import Inspector
from nnweb.page.lab.tour import Tour
from nnweb.page.playground.api import Playground
from nnweb.weights.json_format import dumps

SIDE = 112


@pytest.fixture(params=["digit", "canvas"])
def weights(rng, request):
    network = Network(
        [Dense(784, 10, rng=rng)], labels=DIGITS, input=InputSpec(fit=request.param)
    )
    return dumps(network).encode()


@pytest.fixture
def photo():
    """A white 1 on a blackboard, lit from the left: RGBA."""
    grey = np.full((SIDE, SIDE), 60, np.float32)
    grey[20:92, 50:60] = 230
    grey *= np.linspace(1, 0.7, SIDE, dtype=np.float32)
    image = np.full((SIDE, SIDE, 4), 255, np.uint8)
    image[..., :3] = grey[..., None]
    return image


@pytest.fixture
def expected(weights, photo):
    """Network input of the photo with its light evened: the 1, not the board."""
    fit = expected_fit(weights)
    x = prepare(black_on_white(luma(photo))[None], fit=fit)
    assert 0 < x.mean() < 0.2
    return x


def seen_by_inspector(weights, photo):
    seen = Inspector().look(
        Recognizer(weights), photo.tobytes(), SIDE, SIDE, expected_fit(weights)
    )
    return input_of(seen)


def learned_by_fine_tuning(weights, photo):
    tuning = FineTuning()
    tuning.start(weights, "careful")
    tuning.add(photo.tobytes(), SIDE, SIDE, tuning.network.input.fit, "1")
    return tuning._drawings.inputs[0]


@pytest.mark.parametrize("look", [seen_by_inspector, learned_by_fine_tuning])
def test_each_panel_sees_the_1_and_not_the_board(weights, photo, expected, look):
    np.testing.assert_array_equal(look(weights, photo), expected[0])


def test_tour_shows_what_the_recognizer_sees(weights, photo, expected):
    tour = Tour()
    tour.open(weights)
    small = np.ascontiguousarray(photo[2::4, 2::4]).tobytes()  # the canvas at 28 x 28

    seen = tour.look(small, photo.tobytes(), SIDE, SIDE, expected_fit(weights))

    np.testing.assert_array_equal(input_of(seen), expected[0])
    logits = Recognizer(weights).network.forward(expected)
    np.testing.assert_allclose(seen["logits"], logits[0], rtol=1e-5)
    ink = np.frombuffer(seen["grey"], np.uint8) < 127
    assert 0 < ink.sum() < 100, "the 1 is ink, the board is not"


def test_playground_answers_as_the_recognizer_does(weights, photo, expected):
    ink = (expected[0] * 255 + np.float32(0.5)).astype(np.uint8)
    expected = Recognizer(weights).recognize(photo.tobytes(), SIDE, SIDE)
    playground = Playground()
    playground.open(weights)

    playground.draw(photo.tobytes(), SIDE, SIDE, expected_fit(weights))
    typed = playground.run(
        "nnweb.recognize(image[None], network)[0].tolist()", [], str, str
    )

    answer = playground.recognize()["answer"]
    assert answer["seen"] == expected["seen"] == ink.tobytes()
    assert answer["probabilities"] == expected["probabilities"]
    assert typed["echo"] == repr(expected["probabilities"])


def expected_fit(weights):
    return Recognizer(weights).network.input.fit


def input_of(seen):
    return np.frombuffer(seen["input"]["bytes"], np.float32)
