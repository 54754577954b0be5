"""Inspection: layer outputs, one unit's sum, attribution, perturbed drawings."""

from pathlib import Path

import numpy as np
import pytest

import nnweb
from nnweb.errors import ImageError, ShapeError
from nnweb.layers import Conv2D, Dense, Dropout, Flatten, MaxPool2D, ReLU
from nnweb.network import InputSpec, Network
from nnweb.page.api import Recognizer
from nnweb.page.lab import attribution, layer_outputs, perturb
from nnweb.page.lab.inspector import Inspector
from nnweb.weights.json_format import dumps

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def small():
    """Every kind of layer, with numbers that differ."""
    rng = np.random.default_rng(3)
    layers = [
        Conv2D(1, 3, 3, stride=2, padding=1, rng=rng),
        ReLU(),
        MaxPool2D(2),
        Flatten(),
        Dropout(0.5, rng=rng),
        Dense(147, 10, rng=rng),
    ]
    layers[0].params["b"] += rng.normal(size=3).astype(np.float32)
    return Network(layers, input=InputSpec(fit="canvas"))


@pytest.fixture
def x(rng):
    return rng.random((1, 784), dtype=np.float32)


@pytest.fixture
def ink():
    """A 1, upright, in the middle."""
    image = np.zeros((28, 28), np.float32)
    image[4:24, 13:15] = 1
    return image


def rgba(ink):
    pixels = np.full((28, 28, 4), 255, np.uint8)
    pixels[ink > 0] = 0
    return pixels.tobytes()


def test_activations_are_each_layers_output_and_end_with_the_logits(small, x):
    values = layer_outputs.activations(small, x)

    assert [value.shape for value in values] == [small.x_shape, *small.shapes]
    np.testing.assert_allclose(values[-1], small.forward(x)[0], rtol=1e-6)


@pytest.mark.parametrize("layer", range(6))
def test_a_units_terms_add_up_to_its_value(small, x, layer):
    values = layer_outputs.activations(small, x)

    for at in range(0, values[layer + 1].size, 7):
        unit = layer_outputs.unit(small, values, layer, at)
        assert unit.value == values[layer + 1].reshape(-1)[at]
        if unit.kind == "sum":
            total = (unit.inputs * unit.weights).sum() + unit.bias
            assert total == pytest.approx(unit.value, abs=1e-5)
        elif unit.kind == "greatest":
            assert unit.inputs.max() == unit.value
        else:
            assert max(float(unit.inputs[0]), 0) == max(unit.value, 0)
    kinds = ["sum", "each", "greatest", "each", "each", "sum"]
    assert unit.kind == kinds[layer]


@pytest.mark.parametrize(("layer", "at"), [(6, 0), (-1, 0), (5, 10), (0, -1)])
def test_an_invalid_unit_index_is_refused(small, x, layer, at):
    values = layer_outputs.activations(small, x)

    with pytest.raises(ShapeError, match=rf"got ({layer}|{at}), expected 0 to"):
        layer_outputs.unit(small, values, layer, at)


@pytest.mark.parametrize("layer", [0, 1, 2, 5])
def test_a_units_line_of_python_computes_its_value(small, x, layer):
    values = layer_outputs.activations(small, x)
    names = {"x": values[layer], "np": np, "layer": small.layers[layer]}
    if layer == 0:
        names["x"] = np.pad(values[0], ((0, 0), (1, 1), (1, 1)))
    names |= small.layers[layer].params

    for at in range(0, values[layer + 1].size, 7):
        unit = layer_outputs.unit(small, values, layer, at)
        assert eval(unit.python, names) == pytest.approx(unit.value, abs=1e-5)


def test_the_inputs_of_a_dense_layer_are_images_if_they_came_from_some(small, x, rng):
    values = layer_outputs.activations(small, x)

    unit = layer_outputs.unit(small, values, 5, 2)

    assert unit.inputs.shape == unit.weights.shape == (3, 7, 7)
    np.testing.assert_array_equal(unit.inputs.reshape(-1), values[5])
    two = Network([Dense(784, 5, rng=rng), ReLU(), Dense(5, 10, rng=rng)])
    values = layer_outputs.activations(two, x)
    assert (
        layer_outputs.unit(two, values, 0, 1).weights[0, 3, 4]
        == (two.layers[0].params["W"][3 * 28 + 4, 1])
    )
    assert layer_outputs.unit(two, values, 2, 1).inputs.shape == (5,)


def test_a_stage_is_a_layer_with_those_that_keep_its_order(small):
    assert layer_outputs.stages(small) == [0, 0, 1, 1, 1, 2]
    activated = Network([ReLU(), Dense(784, 10)])
    assert layer_outputs.stages(activated) == [0, 1]


def test_saliency_is_the_input_times_the_derivative(small, x):
    saliency = attribution.saliency(small, x, 4).reshape(-1)

    for pixel in (30, 217, 400):
        more, less = x.astype(np.float64), x.astype(np.float64)
        more[0, pixel] += 1e-4
        less[0, pixel] -= 1e-4
        slope = (small.forward(more) - small.forward(less))[0, 4] / 2e-4
        assert saliency[pixel] == pytest.approx(slope * x[0, pixel], abs=1e-3)


def test_occlusion_is_the_logits_loss_where_ink_is_covered():
    dense = Dense(784, 10)
    dense.params["W"][:, 7] = 1  # the logit of 7 counts the ink
    network = Network([dense])
    image = np.zeros((28, 28), np.float32)
    image[10, 10] = 1

    loss = attribution.occlusion(network, image.reshape(1, 784), 7)

    assert loss[10, 10] == 1  # all that cover it take it away
    assert loss[8, 8] == 0.25  # of the four patches over it, one does
    assert loss[20, 20] == 0


def test_the_smallest_change_of_a_linear_network_is_the_distance_to_the_boundary():
    dense = Dense(784, 10)
    dense.params["W"][:2, 1] = [3, 4]
    dense.params["b"][:] = [1, 0, *[-50] * 8]
    network = Network([dense])

    change = attribution.smallest_change(network, np.zeros((1, 784), np.float32))

    assert change.found and change.label == 1
    # 3 x + 4 y = 1 lies at 1 / 5 from the origin
    assert change.squares == pytest.approx(0.2**2, rel=0.1)
    np.testing.assert_allclose(change.image[:2], [0.12, 0.16], rtol=0.05)


def test_no_change_is_found_if_none_exists():
    dense = Dense(784, 10)
    dense.params["b"][3] = 5
    x = np.zeros((1, 784), np.float32)

    change = attribution.smallest_change(Network([dense]), x)

    assert not change.found and change.label == 3 and change.squares == 0


def test_a_small_change_within_the_pixel_range_changes_the_shipped_networks_answer(ink):
    network = nnweb.load(ROOT / "assets" / "models" / "cnn.json")
    x = perturb.to_input(ink[None], "digit")

    change = attribution.smallest_change(network, x)

    assert change.found
    assert network.forward(change.image[None])[0].argmax() == change.label != 1
    assert change.image.min() >= 0 and change.image.max() <= 1
    assert 0.01 < change.squares < (x**2).sum()


def test_the_nearest_digits_are_sorted_with_their_distances(rng):
    images = rng.integers(0, 256, (2100, 784)).astype(np.uint8)
    x = images[1500:1501].astype(np.float32) / 255

    best, far = attribution.nearest(x, images, 4)

    exact = np.sqrt((((images / 255) - x) ** 2).sum(axis=1))
    assert best.tolist() == np.argsort(exact)[:4].tolist() and best[0] == 1500
    np.testing.assert_allclose(far, np.sort(exact)[:4], atol=1e-4)


def test_perturbations_of_zero_change_nothing(ink):
    for name in perturb.RANGES:
        np.testing.assert_array_equal(perturb.perturb(ink, {name: 0}), ink)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ({"right": 3}, (slice(4, 24), slice(16, 18))),
        ({"down": 2}, (slice(6, 26), slice(13, 15))),
        ({"thickness": 1}, (slice(3, 25), slice(12, 16))),
        ({"rotation": 90}, (slice(13, 15), slice(4, 24))),
        ({"rotation": 90, "right": 2}, (slice(13, 15), slice(6, 26))),
    ],
)
def test_each_perturbation_has_its_effect(ink, amounts, expected):
    image = np.zeros((28, 28), np.float32)
    image[expected] = 1

    np.testing.assert_array_equal(perturb.perturb(ink, amounts), image)


def test_rotation_is_clockwise(ink):
    ink[4:24, 15:24] = 0
    ink[4, 13:20] = 1  # a flag to the upper right

    turned = perturb.perturb(ink, {"rotation": 90})

    assert turned[14:20, 23].all()  # is at the lower right


def test_more_noise_inverts_the_same_pixels_and_others(ink):
    some = perturb.perturb(ink, {"noise": 0.05}) != ink
    more = perturb.perturb(ink, {"noise": 0.2}) != ink

    assert 15 < some.sum() < 65 and 110 < more.sum() < 205
    assert not (some & ~more).any()


@pytest.mark.parametrize("amounts", [{"colour": 1}, {"noise": 0.7}, {"right": -11}])
def test_an_amount_out_of_range_is_refused(ink, amounts):
    with pytest.raises(ImageError, match="expected"):
        perturb.perturb(ink, amounts)


def test_answers_along_a_range_are_the_networks(ink):
    dense = Dense(784, 10)
    dense.params["W"].reshape(28, 28, 10)[:, 14:, 1] = 1  # ink at the right is a 1
    network = Network([dense], input=InputSpec(fit="canvas"))

    places, labels = perturb.answers_along(network, ink, {}, "right", "canvas")

    assert places[0] == -10 and places[-1] == 10
    # with all ink at the left both logits are 0, and 0 is the first label
    assert [place > -0.5 for place in places] == [label == 1 for label in labels]


def test_the_inspector_returns_plain_values_about_the_network(small, ink, rng):
    recognizer = Recognizer(dumps(small))
    inspector = Inspector()

    seen = inspector.look(recognizer, rgba(ink), 28, 28, "canvas")
    unit = inspector.unit(5, 2)
    change = inspector.change()

    logits = np.frombuffer(seen["layers"][5]["bytes"], np.float32)
    expected = recognizer.network.forward(ink.reshape(1, -1))[0]
    np.testing.assert_allclose(logits, expected, rtol=1e-5)
    assert seen["answer"] == expected.argmax()
    parts = sum(term["product"] for term in unit["terms"]) + unit["rest"]
    assert parts + unit["bias"] == pytest.approx(unit["value"], abs=1e-5)
    assert (
        unit["value"] == pytest.approx(expected[2], abs=1e-6) and unit["count"] == 147
    )
    assert [layer["window"] for layer in seen["layers"]][:3] == [[3, 3], [], [2, 2]]
    assert seen["probabilities"] == pytest.approx(
        recognizer.network.predict_proba(ink.reshape(1, -1))[0]
    )
    assert len(inspector.explain(3)["occlusion"]["bytes"]) == 784 * 4
    assert len(change["difference"]["bytes"]) == 784 * 4
    assert set(inspector.vary({"right": 2})["along"]) == set(perturb.RANGES)
    assert inspector.ideal()["shape"] == [10, 28, 28]


def test_the_ideal_image_of_a_label_is_recognized_as_it():
    network = nnweb.load(ROOT / "assets" / "models" / "cnn-small.json")

    images = attribution.ideal_images(network)

    assert images.shape == (10, 784) and images.min() >= 0 and images.max() <= 1
    probabilities = network.predict_proba(images)
    assert probabilities.argmax(axis=1).tolist() == list(range(10))
    assert probabilities.max(axis=1).min() > 0.8


def test_the_inspector_writes_out_a_units_sum(small, ink):
    inspector = Inspector()
    inspector.look(Recognizer(dumps(small)), rgba(ink), 28, 28, "canvas")
    at = 7 * 14 + 6  # of the first map, where the ink begins

    unit = inspector.unit(0, at)

    window = unit["window"]
    inputs, weights = (
        np.frombuffer(window[name]["bytes"], np.float32)
        for name in ("inputs", "weights")
    )
    assert window["map"] == 0 and window["inputs"]["shape"] == [3, 3]
    assert window["sum"] == pytest.approx((inputs * weights).sum(), abs=1e-6)
    first, last = unit["lines"]
    assert (first["layer"], last["layer"]) == ("Conv2D", "ReLU")
    assert window["sum"] + unit["bias"] == pytest.approx(first["value"], abs=1e-5)
    assert last["value"] == max(first["value"], 0)
    assert [line["layer"] for line in inspector.unit(2, 0)["lines"]] == ["MaxPool2D"]


def test_the_inspector_finds_the_nearest_of_its_digits(small, ink, rng):
    inspector = Inspector()
    inspector.look(Recognizer(dumps(small)), rgba(ink), 28, 28, "canvas")
    images = rng.integers(0, 256, (3, 784)).astype(np.uint8)
    images[1] = ink.reshape(-1) * 255

    assert inspector.learn(0, images[:2].tobytes(), bytes([4, 1])) == 2
    assert inspector.learn(1, images[2:].tobytes(), bytes([5])) == 3

    (best, *_) = inspector.nearest(2, blocks=2)
    assert best == {"at": 1, "label": 1, "distance": 0.0, "image": images[1].tobytes()}


def test_the_inspector_has_a_block_of_digits_once_however_often_it_is_sent(small, ink):
    inspector = Inspector()
    inspector.look(Recognizer(dumps(small)), rgba(ink), 28, 28, "canvas")
    image = (ink.reshape(-1) * 255).astype(np.uint8).tobytes()

    for _ in range(2):
        assert inspector.learn(0, image, bytes([1])) == 1
        assert len(inspector.nearest(6, blocks=1)) == 1
        assert inspector.nearest(6, blocks=2) == [], "a block is missing"


def test_an_inspector_without_a_drawing_raises(small, ink):
    inspector = Inspector()
    with pytest.raises(ImageError, match="draw something first"):
        inspector.change()

    inspector.look(Recognizer(dumps(small)), rgba(ink), 28, 28, "canvas")
    assert inspector.nearest(3, blocks=1) == []
