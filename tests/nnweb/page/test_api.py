"""The API of the page's worker: bytes in, plain dicts out, clear errors."""

import json

import numpy as np
import pytest

from nnweb.errors import ImageError, WeightsError
from nnweb.images.preprocess import prepare
from nnweb.layers import Dense, Linear
from nnweb.network import InputSpec, Network
from nnweb.page.api import STATUSES, Recognizer
from nnweb.recognize import examine
from nnweb.weights.json_format import dumps

BOX = (4, 20, 6, 12)


def network(rng, **options):
    options = {"name": "net", "card": {"seed": 3}, **options}
    return Network([Dense(784, 10, rng=rng), Linear()], **options)


@pytest.fixture
def recognizer(rng):
    return Recognizer(dumps(network(rng)))


def pixels(box=BOX, side=28):
    """RGBA of a black box on white paper, as the page sends it."""
    image = np.full((side, side, 4), 255, np.uint8)
    if box is not None:
        top, bottom, left, right = (edge * side // 28 for edge in box)
        image[top:bottom, left:right, :3] = 0
    return image.tobytes()


def test_describe_returns_the_networks_properties(rng):
    spec = InputSpec(threshold=100, fit="canvas")
    text = dumps(network(rng, input=spec, reject_below=0.5))

    description = Recognizer(text).describe()

    assert description == {
        "name": "net",
        "labels": list("0123456789"),
        "fit": "canvas",
        "threshold": 100,
        "architecture": "784-10",
        "parameters": 7850,
        "can_reject": True,
        "card": {"seed": 3},
    }


def test_recognize_returns_the_packages_answer_in_plain_types(rng, recognizer):
    result = recognizer.recognize(pixels())

    image = np.frombuffer(pixels(), np.uint8).reshape(1, 28, 28, 4)
    expected = examine(image, network(np.random.default_rng(20240229)))
    best = int(expected.probabilities.argmax())
    assert (result["status"], result["index"]) == ("digit", best)
    assert result["answer"] == str(best)
    assert result["probabilities"] == pytest.approx(expected.probabilities[0], abs=1e-6)
    assert result["score"] == pytest.approx(expected.scores[0], rel=1e-6)
    assert 0 < result["milliseconds"] < 10_000
    json.dumps({**result, "seen": list(result["seen"])})  # nothing of NumPy is left


@pytest.mark.parametrize("box", [BOX, None])
def test_answer_writes_what_recognize_returns(recognizer, box):
    expected = recognizer.recognize(pixels(box))
    before = recognizer.pixels, recognizer.numbers, recognizer.seen

    recognizer.pixels[:] = np.frombuffer(pixels(box), np.uint8)
    recognizer.answer(28, 28)

    status, index, other, score, milliseconds, *shares = recognizer.numbers.tolist()
    assert STATUSES[int(status)] == expected["status"]
    assert index == expected["index"]
    assert other == -1 and expected["other"] == ""
    assert score == expected["score"]
    assert 0 < milliseconds < 10_000
    assert shares == expected["probabilities"]
    assert recognizer.seen.tobytes() == expected["seen"]
    after = recognizer.pixels, recognizer.numbers, recognizer.seen
    assert all(a is b for a, b in zip(after, before, strict=True)), "it stays in place"


def test_make_room_resizes_the_pixel_buffer(recognizer):
    large = np.frombuffer(pixels(side=56), np.uint8)
    recognizer.make_room(large.size)
    room = recognizer.pixels
    recognizer.make_room(large.size)
    assert recognizer.pixels is room

    room[:] = large
    recognizer.answer(56, 56)

    expected = recognizer.recognize(large, 56, 56)
    assert recognizer.numbers[5:].tolist() == expected["probabilities"]
    with pytest.raises(ImageError, match="got 12544 bytes, expected 3136"):
        recognizer.answer(28, 28)


def test_recognize_does_not_touch_the_shared_buffers(recognizer):
    recognizer.pixels[:] = 7
    recognizer.numbers[:] = recognizer.seen[:] = 7

    recognizer.recognize(pixels(side=56), 56, 56)

    for array in (recognizer.pixels, recognizer.numbers, recognizer.seen):
        assert (array == 7).all()
    assert recognizer.pixels.size == 28 * 28 * 4


def test_an_answer_is_the_label_even_if_it_is_the_first(rng):
    sure = network(rng, labels=tuple("abcdefghij"))
    sure.params["0.b"][0] = 1000

    result = Recognizer(dumps(sure)).recognize(pixels())

    assert (result["status"], result["answer"], result["index"]) == ("digit", "a", 0)


def test_an_unsure_answer_names_the_second_label_in_both_ways(rng):
    unsure = Recognizer(dumps(network(rng, unsure_below=1.0)))

    result = unsure.recognize(pixels())
    unsure.pixels[:] = np.frombuffer(pixels(), np.uint8)
    unsure.answer(28, 28)

    first, second = np.argsort(result["probabilities"])[:-3:-1]
    assert (result["status"], result["answer"]) == ("digit", str(first))
    assert result["other"] == str(second)
    assert unsure.numbers[:3].tolist() == [0, first, second]


def test_a_blank_and_a_rejected_image_have_no_answer(rng):
    strict = Recognizer(dumps(network(rng, reject_below=1000.0, unsure_below=1.0)))

    blank, rejected = strict.recognize(pixels(None)), strict.recognize(pixels())

    for result, status in ((blank, "blank"), (rejected, "not-a-digit")):
        assert result["status"] == status
        assert (result["answer"], result["index"], result["other"]) == ("", -1, "")
    assert blank["probabilities"] == pytest.approx([0.1] * 10)
    assert blank["seen"] == bytes(784)
    assert sum(rejected["probabilities"]) == pytest.approx(1)


@pytest.mark.parametrize("own", ["digit", "canvas"])
def test_an_empty_fit_is_the_networks_own(rng, own):
    recognizer = Recognizer(dumps(network(rng, input=InputSpec(fit=own))))

    unnamed = recognizer.recognize(pixels())["seen"]

    named = {
        fit: recognizer.recognize(pixels(), fit=fit)["seen"]
        for fit in ("digit", "canvas")
    }
    assert unnamed == named[own]
    assert named["digit"] != named["canvas"]


@pytest.mark.parametrize(("width", "height"), [(28, 28), (90, 60)])
def test_the_networks_input_is_returned_as_bytes(recognizer, width, height):
    image = np.full((height, width, 4), 255, np.uint8)
    image[4:20, 6:12, :3] = 0

    seen = recognizer.recognize(image.tobytes(), width, height)["seen"]

    assert isinstance(seen, bytes) and len(seen) == 784
    assert max(seen) == 255 and min(seen) == 0
    np.testing.assert_allclose(list(seen), prepare(image[None])[0] * 255, atol=0.51)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, "array"])
def test_every_kind_of_buffer_is_accepted(recognizer, kind):
    data = pixels()
    given = np.frombuffer(data, np.uint8) if kind == "array" else kind(data)

    result = recognizer.recognize(given)

    assert result["seen"] == recognizer.recognize(data)["seen"]


@pytest.mark.parametrize("kind", [str, str.encode, lambda s: memoryview(s.encode())])
def test_weights_are_accepted_as_text_or_bytes(rng, kind):
    text = dumps(network(rng, name="Nº 1"))

    assert Recognizer(kind(text)).describe()["name"] == "Nº 1"


@pytest.mark.parametrize(
    "weights", ["", b"", "model.json", "/etc/hostname", "\ud800", "[]"]
)
def test_invalid_text_is_refused_and_never_used_as_a_path(weights):
    with pytest.raises(WeightsError, match=r"^weights: (not JSON|got list)"):
        Recognizer(weights)


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((29, 28), "^pixels: got 3136 bytes, expected 3248 for 29 x 28 RGBA"),
        ((28, 280), "^pixels: got 3136 bytes, expected 31360 for 28 x 280 RGBA"),
        ((14, 56), "^image: got 14 x 56, expected 28 x 28 or more"),
        ((28, 27), "^image: got 28 x 27, expected 28 x 28 or more"),
        ((-28, -28), "^image: got -28 x -28, expected 28 x 28 or more"),
        ((0, 0), "^image: got 0 x 0, expected 28 x 28 or more"),
    ],
)
def test_pixels_that_do_not_fill_the_image_are_refused(recognizer, size, message):
    with pytest.raises(ImageError, match=message):
        recognizer.recognize(pixels(), *size)
    with pytest.raises(ImageError, match=r"^pixels: got 0 bytes, expected 3136"):
        recognizer.recognize(b"")


@pytest.mark.parametrize(
    ("without", "fit"), [([], "digit"), (["size", "centre"], "canvas")]
)
def test_steps_return_every_image_and_the_final_answer(recognizer, without, fit):
    expected = recognizer.recognize(pixels(), fit=fit)

    steps = recognizer.steps(pixels(), 28, 28, without)

    assert list(steps["stages"]) == ["small", "ink", "seen"]
    assert {len(made) for made in steps["stages"].values()} == {784}
    assert (steps["stages"]["seen"] == steps["stages"]["ink"]) == bool(without)
    for field in (
        "status",
        "answer",
        "index",
        "other",
        "probabilities",
        "score",
        "seen",
    ):
        assert steps["answer"][field] == expected[field]
