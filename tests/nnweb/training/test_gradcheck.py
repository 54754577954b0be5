"""The gradient check itself: it accepts right gradients and names wrong ones."""

import numpy as np
import pytest

from nnweb.layers import Dense
from nnweb.training.gradcheck import assert_grads_match, numeric_gradient


def test_numeric_gradient_of_a_cube_restores_the_array():
    x = np.array([1.0, -2.0])

    gradient = numeric_gradient(lambda: float((x**3).sum()), x)

    np.testing.assert_allclose(gradient, [3, 12], rtol=1e-8)
    np.testing.assert_array_equal(x, [1, -2])


def test_a_correct_layer_passes_and_keeps_its_float32_parameters(rng):
    layer = Dense(4, 3, rng=rng)
    before = layer.params["W"]

    assert_grads_match(layer, rng.normal(size=(2, 4)), rng.normal(size=(2, 3)))

    assert layer.params["W"] is before and before.dtype == np.float32


@pytest.mark.parametrize(
    ("name", "spoil", "message"),
    [
        ("x", lambda gradient: gradient * 1.0001, r"'x': .* but central"),
        ("W", lambda gradient: gradient * 1.0001, r"'W': .* but central"),
        ("b", lambda gradient: gradient * 1.0001, r"'b': .* but central"),
        ("x", lambda gradient: gradient * np.nan, "'x': nan"),
        ("b", lambda gradient: gradient[None], r"'b': shape \(1, 3\), expected \(3,\)"),
    ],
    ids=["x", "W", "b", "nan", "shape"],
)
def test_a_wrong_gradient_is_detected_and_named(rng, name, spoil, message):
    class Wrong(Dense):
        def backward(self, dy):
            gradients = {"x": super().backward(dy), **self.grads}
            gradients[name] = spoil(gradients[name])
            dx = gradients.pop("x")
            self.grads = gradients
            return dx

    with pytest.raises(AssertionError, match=message):
        assert_grads_match(Wrong(4, 3, rng=rng), np.ones((2, 4)), np.ones((2, 3)))


def test_large_gradients_are_compared_by_their_ratio(rng):
    """In 1e4 a difference of 1e-4 is rounding; in 1 it is an error."""
    x, dy = rng.normal(size=(2, 4)), np.ones((2, 3))

    class Off(Dense):
        def backward(self, dy):
            return super().backward(dy) + 1e-4

    layer = Off(4, 3, rng=rng)
    layer.params["W"][:] = 1

    assert_grads_match(layer, x, 1e4 * dy)
    with pytest.raises(AssertionError, match=r"gradient of 'x'"):
        assert_grads_match(layer, x, dy)
