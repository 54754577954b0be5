"""Layers: numbers worked by hand, gradients, a naive convolution, refusals."""

import numpy as np
import pytest

from nnweb import matmul as products
from nnweb.errors import ShapeError
from nnweb.initializers import glorot_uniform
from nnweb.layers import (
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2D,
    ReLU,
    Sigmoid,
    Tanh,
    conv2d,
)
from nnweb.layers.conv2d import im2col
from nnweb.training.gradcheck import assert_grads_match

ACTIVATIONS = [ReLU, LeakyReLU, Sigmoid, Tanh, Linear]
# kernel, stride, padding, H, W: one of each kind, and all that can go wrong together
CONVOLUTIONS = [
    (1, 1, 0, 3, 3),
    (3, 1, 0, 5, 5),
    (3, 1, 1, 4, 6),
    (5, 1, 2, 5, 5),
    (3, 2, 0, 7, 7),
    (3, 2, 1, 6, 7),  # the last row is never under the kernel's end
    (2, 3, 0, 6, 5),  # pixels between the patches are seen by none
    ((3, 2), 1, 0, 4, 5),
    ((1, 4), 2, 1, 3, 6),
    ((5, 3), 1, 0, 5, 3),  # the kernel fills the image
    (2, 1, 3, 1, 1),  # more padding than image
]


@pytest.fixture(params=[True, False], ids=["blas", "einsum"])
def either_product(request, monkeypatch):
    """Layers as they are with, and without, a BLAS."""
    monkeypatch.setattr(products, "has_blas", lambda: request.param)


def distinct(rng, *shape):
    """Numbers of which no two are near to each other, nor to 0."""
    count = int(np.prod(shape))
    return (rng.permutation(count).reshape(shape) - count // 2 + 0.5) * 0.1


def naive_convolution(x, W, b, stride, padding):
    """Six loops and no thought: what a convolution is."""
    N, _, H, width = x.shape
    out, _, KH, KW = W.shape
    OH = (H + 2 * padding - KH) // stride + 1
    OW = (width + 2 * padding - KW) // stride + 1
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.zeros((N, out, OH, OW))
    for n in range(N):
        for o in range(out):
            for row in range(OH):
                for column in range(OW):
                    total = b[o]
                    for i in range(KH):
                        for j in range(KW):
                            pixel = padded[n, :, row * stride + i, column * stride + j]
                            total += (pixel * W[o, :, i, j]).sum()
                    y[n, o, row, column] = total
    return y


# Dense


def test_dense_is_matrix_product_plus_bias(either_product):
    layer = Dense(2, 3)
    layer.params["W"][:] = [[1, 2, 3], [4, 5, 6]]
    layer.params["b"][:] = [10, 20, 30]

    y = layer.forward(np.array([[1, -1], [0, 2]], np.float32))

    np.testing.assert_array_equal(y, [[7, 17, 27], [18, 30, 42]])
    assert y.dtype == np.float32


def test_dense_gradients_worked_by_hand(either_product):
    layer = Dense(2, 2)
    layer.params["W"][:] = [[1, 2], [3, 4]]
    layer.forward(np.array([[1, 2], [3, 4]], np.float32), train=True)

    dx = layer.backward(np.array([[1, 0], [0, -1]], np.float32))

    np.testing.assert_array_equal(dx, [[1, 3], [-2, -4]])
    np.testing.assert_array_equal(layer.grads["W"], [[1, -3], [2, -4]])
    np.testing.assert_array_equal(layer.grads["b"], [1, -1])
    assert dx.dtype == layer.grads["W"].dtype == layer.grads["b"].dtype == np.float32


@pytest.mark.parametrize("batch_size", [1, 2, 7])
def test_dense_gradients_match_central_differences(rng, either_product, batch_size):
    x, dy = rng.normal(size=(batch_size, 4)), rng.normal(size=(batch_size, 3))

    assert_grads_match(Dense(4, 3, rng=rng), x, dy)


def test_dense_computes_the_same_in_row_major_order(rng, either_product):
    layer, x = Dense(4, 3, rng=rng), rng.normal(size=(1, 4)).astype(np.float32)
    W, expected = layer.params["W"].copy(), layer.forward(x)
    assert not layer.params["W"].flags.c_contiguous

    layer.use_row_major()

    assert layer.params["W"].flags.c_contiguous
    np.testing.assert_array_equal(layer.params["W"], W)
    np.testing.assert_allclose(layer.forward(x), expected, atol=1e-6)


def test_dense_starts_from_its_initializer_and_a_bias_of_zero():
    layer = Dense(30, 20, initializer=glorot_uniform, rng=np.random.default_rng(3))

    expected = glorot_uniform(30, 20, np.random.default_rng(3))
    np.testing.assert_array_equal(layer.params["W"], expected)
    assert layer.params["W"].flags.f_contiguous
    assert not layer.params["b"].any()
    assert not Dense(30, 20).params["W"].any()
    assert Dense(1, 1).output_shape((1,)) == (1,)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Dense(0, 3), "Dense: 0 -> 3, expected 1 or more each"),
        (lambda: Dense(3, 0), "Dense: 3 -> 0, expected 1 or more each"),
        (lambda: Conv2D(0, 1, 3), "Conv2D: channels 0 -> 1, .* expected 1 or more"),
        (lambda: Conv2D(1, 0, 3), "Conv2D: channels 1 -> 0, .* expected 1 or more"),
        (lambda: Conv2D(1, 1, (3, 0)), "Conv2D: channels .* expected 1 or more each"),
        (lambda: Conv2D(1, 1, 3, stride=0), "Conv2D: .* expected 1 or more each"),
        (lambda: Conv2D(1, 1, 3, padding=-1), "Conv2D: .* expected 1 or more each"),
        (lambda: MaxPool2D(0), "MaxPool2D: size 0, stride None"),
        (lambda: MaxPool2D(2, 0), "MaxPool2D: size 2, stride 0"),
    ],
)
def test_invalid_sizes_are_refused(make, message):
    with pytest.raises(ShapeError, match=message):
        make()


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (Dense(4, 3), (4,), r"x is \(4,\), expected \(N, 4\)"),
        (Dense(4, 3), (2, 3), r"x is \(2, 3\), expected \(N, 4\)"),
        (Dense(4, 3), (1, 2, 4), r"x is \(1, 2, 4\), expected \(N, 4\)"),
        (Conv2D(2, 3, (3, 5)), (2, 9), r"x is \(2, 9\), expected \(N, C, H, W\)"),
        (Conv2D(2, 3, 3), (4, 1, 9, 9), r"input \(1, 9, 9\), expected \(2, H, W\)"),
        (MaxPool2D(2), (2, 9), r"x is \(2, 9\), expected \(N, C, H, W\)"),
    ],
)
def test_forward_refuses_a_wrong_shape_and_names_both_shapes(layer, shape, message):
    with pytest.raises(ShapeError, match=message):
        layer.forward(np.zeros(shape))


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (Dense(4, 3), (5,), r"Dense: input \(5,\), expected \(4,\)"),
        (Conv2D(2, 3, (3, 5)), (2, 9, 4), "input 9 x 4 with padding 0 is smaller than"),
        (MaxPool2D(3), (1, 5, 2), r"expected .* H and W of 3 or more"),
    ],
)
def test_inputs_that_do_not_chain_are_refused(layer, shape, message):
    with pytest.raises(ShapeError, match=message):
        layer.output_shape(shape)


# Conv2D


def test_convolution_worked_by_hand(either_product):
    layer = Conv2D(1, 2, 2)
    layer.params["W"][:] = [[[[1, 0], [0, -1]]], [[[0, 2], [0, 0]]]]
    layer.params["b"][:] = [0, 10]

    y = layer.forward(np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3))

    # first kernel: each pixel minus the one right below it; second: twice the right one
    np.testing.assert_array_equal(y, [[[[-4, -4], [-4, -4]], [[12, 14], [18, 20]]]])
    assert y.dtype == np.float32


@pytest.mark.parametrize(("kernel", "stride", "padding", "H", "W"), CONVOLUTIONS)
def test_convolution_agrees_with_six_loops(
    rng, either_product, kernel, stride, padding, H, W
):
    layer = Conv2D(2, 3, kernel, stride=stride, padding=padding, rng=rng)
    layer.params["b"][:] = rng.normal(size=3)
    x = rng.normal(size=(2, 2, H, W)).astype(np.float32)

    y = layer.forward(x)

    expected = naive_convolution(
        x.astype(np.float64), layer.params["W"], layer.params["b"], stride, padding
    )
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-5)
    assert y.shape == (2, *layer.output_shape((2, H, W)))


@pytest.mark.parametrize(("kernel", "stride", "padding", "H", "W"), CONVOLUTIONS)
def test_convolution_gradients_match_central_differences(
    rng, either_product, kernel, stride, padding, H, W
):
    layer = Conv2D(2, 3, kernel, stride=stride, padding=padding, rng=rng)
    x = rng.normal(size=(2, 2, H, W))
    dy = rng.normal(size=(2, *layer.output_shape((2, H, W))))

    assert_grads_match(layer, x, dy)


def test_a_convolution_of_a_batch_is_that_of_each_image(rng, monkeypatch):
    """Taken two at a time, and the fifth alone."""
    monkeypatch.setattr(conv2d, "_COLUMNS", 2 * 6 * 6 * 3 * 3 * 2)
    layer = Conv2D(2, 3, 3, padding=1, rng=rng)
    x = rng.normal(size=(5, 2, 6, 6)).astype(np.float32)
    dy = rng.normal(size=(5, 3, 6, 6)).astype(np.float32)

    y = layer.forward(x, train=True)
    dx = layer.backward(dy)

    dW = np.zeros_like(layer.params["W"])
    for i in range(5):
        alone = Conv2D(2, 3, 3, padding=1)
        alone.params = layer.params
        np.testing.assert_allclose(alone.forward(x[[i]], train=True), y[[i]], atol=1e-5)
        np.testing.assert_allclose(alone.backward(dy[[i]]), dx[[i]], atol=1e-5)
        dW += alone.grads["W"]
    np.testing.assert_allclose(layer.grads["W"], dW, rtol=1e-4, atol=1e-4)
    assert dx.dtype == layer.grads["W"].dtype == layer.grads["b"].dtype == np.float32


@pytest.mark.parametrize("channels", [1, 2])
def test_im2col_has_a_row_per_position_with_channels_last(channels):
    """One channel, four places across: pixel by pixel; two: run by run."""
    x = np.arange(2 * 5 * channels).reshape(1, 2, 5, channels)
    columns = np.empty((1, 1, 4, 2, 2 * channels), x.dtype)

    im2col(x, (2, 2), 1, out=columns)

    if channels == 1:
        assert columns[0, 0, 0].tolist() == [[0, 1], [5, 6]]
        assert columns[0, 0, 3].tolist() == [[3, 4], [8, 9]]
    else:
        assert columns[0, 0, 0].tolist() == [[0, 1, 2, 3], [10, 11, 12, 13]]
        assert columns[0, 0, 3].tolist() == [[6, 7, 8, 9], [16, 17, 18, 19]]


def test_convolution_counts_its_fans_over_the_kernel():
    layer = Conv2D(3, 40, 5, initializer=glorot_uniform, rng=np.random.default_rng(3))

    W = layer.params["W"]
    limit = np.sqrt(6 / (3 * 25 + 40 * 25))
    assert W.shape == (40, 3, 5, 5)
    assert limit * 0.99 < abs(W).max() <= limit
    assert not layer.params["b"].any()


# MaxPool2D


def test_max_pooling_worked_by_hand():
    x = np.array([[1, 5, 2, 0], [3, 4, 8, 1], [0, 0, -1, -2], [0, 7, -3, -4]])

    y = MaxPool2D(2).forward(x[None, None].astype(np.float32))

    np.testing.assert_array_equal(y, [[[[5, 8], [7, -1]]]])
    np.testing.assert_array_equal(MaxPool2D(1).forward(y), y)


def test_max_pooling_drops_rows_and_columns_that_fill_no_window():
    x = np.arange(5 * 4, dtype=np.float32).reshape(1, 1, 5, 4)
    layer = MaxPool2D(2)

    y = layer.forward(x, train=True)
    dx = layer.backward(np.ones_like(y))

    np.testing.assert_array_equal(y, [[[[5, 7], [13, 15]]]])
    assert not dx[0, 0, 4].any()
    assert layer.output_shape((1, 5, 4)) == (1, 2, 2)


def test_overlapping_windows_may_share_a_maximum_and_its_gradients_add_up():
    x = np.zeros((1, 1, 3, 3), np.float32)
    x[0, 0, 1, 1] = 9
    layer = MaxPool2D(2, stride=1)

    y = layer.forward(x, train=True)
    dx = layer.backward(np.array([[[[1, 2], [3, 4]]]], np.float32))

    np.testing.assert_array_equal(y, np.full((1, 1, 2, 2), 9))
    assert dx[0, 0, 1, 1] == 10 and dx.sum() == 10


@pytest.mark.parametrize("stride", [1, 2])
def test_the_first_of_equal_maxima_gets_the_whole_gradient(stride):
    x = np.array([[0, 7, 0], [7, 7, 0], [0, 0, 0]], np.float32)[None, None]
    layer = MaxPool2D(2, stride)

    y = layer.forward(x, train=True)
    dx = layer.backward(np.full_like(y, 1))

    # stride 1: windows at the right and at the bottom find a 7 of their own first
    by_stride = {
        1: [[0, 2, 0], [1, 1, 0], [0, 0, 0]],
        2: [[0, 1, 0], [0, 0, 0], [0] * 3],
    }
    np.testing.assert_array_equal(dx[0, 0], by_stride[stride])


@pytest.mark.parametrize(
    ("size", "stride", "H", "W"),
    [(2, None, 4, 6), (2, 1, 4, 4), (3, 2, 7, 5), (2, 3, 5, 8), (3, 1, 3, 4)],
)
def test_max_pooling_gradients_match_central_differences(rng, size, stride, H, W):
    layer = MaxPool2D(size, stride)
    x = distinct(rng, 2, 3, H, W)
    dy = rng.normal(size=(2, *layer.output_shape((3, H, W))))

    assert_grads_match(layer, x, dy)


# Flatten, Dropout


def test_flatten_orders_channels_rows_columns_in_any_memory_order():
    x = np.arange(2 * 2 * 2 * 3).reshape(2, 2, 2, 3)
    channels_last = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    layer = Flatten()

    y = layer.forward(channels_last, train=True)

    assert y.tolist() == [list(range(12)), list(range(12, 24))]
    np.testing.assert_array_equal(layer.backward(y), x)
    assert layer.output_shape((2, 2, 3)) == (12,)


class SameMask:
    """Stands in for a generator: draws the same numbers at every call."""

    def random(self, shape, dtype):
        return np.random.default_rng(7).random(shape, dtype=dtype)


def test_dropout_gradients_match_central_differences_under_one_mask(rng):
    x, dy = rng.normal(size=(3, 8)), rng.normal(size=(3, 8))

    assert_grads_match(Dropout(0.5, rng=SameMask()), x, dy)


def test_dropout_zeroes_its_rate_and_scales_the_rest(rng):
    x = np.ones((100, 1000), np.float32)

    y = Dropout(0.25, rng=rng).forward(x, train=True)

    assert set(np.unique(y).tolist()) == {0, np.float32(1 / 0.75)}
    assert (y == 0).mean() == pytest.approx(0.25, abs=0.01)
    assert y.mean() == pytest.approx(1, abs=0.01)
    assert y.dtype == np.float32


def test_dropout_does_nothing_when_predicting_and_needs_no_generator():
    x = np.array([[1, 2, 3]], np.float32)

    assert Dropout(0.5).forward(x) is x
    assert Dropout(0).rate == 0


def test_dropout_refuses_a_rate_of_1_and_training_without_a_generator():
    for rate in (-0.1, 1.0, float("nan")):
        with pytest.raises(ShapeError, match=r"rate is .*, expected 0 <= rate < 1"):
            Dropout(rate)
    with pytest.raises(RuntimeError, match="training needs a generator"):
        Dropout(0.5).forward(np.ones((1, 2), np.float32), train=True)


# Activations


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (ReLU(), [0, 0, 0, 3]),
        (LeakyReLU(), [-0.02, -0.005, 0, 3]),
        (LeakyReLU(0.5), [-1, -0.25, 0, 3]),
        (Sigmoid(), [0.11920292, 0.37754067, 0.5, 0.95257413]),
        (Tanh(), [-0.96402758, -0.46211716, 0, 0.99505475]),
        (Linear(), [-2, -0.5, 0, 3]),
    ],
)
def test_activations_have_their_known_values(layer, expected):
    x = np.array([[-2, -0.5, 0, 3]], np.float32)

    y = layer.forward(x)

    np.testing.assert_allclose(y, [expected], rtol=1e-6)
    assert y.dtype == np.float32
    np.testing.assert_array_equal(x, [[-2, -0.5, 0, 3]])


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 2, 2)])
def test_activation_gradients_match_central_differences(rng, activation, shape):
    layer = activation()

    assert_grads_match(layer, distinct(rng, *shape), rng.normal(size=shape))
    assert layer.output_shape(shape[1:]) == shape[1:]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations_of_huge_numbers_are_finite_without_warnings(activation):
    x = np.array([[-1e30, 1e30, 1000, -1000]], np.float32)
    layer = activation()

    y = layer.forward(x, train=True)
    dx = layer.backward(np.ones_like(y))

    assert np.isfinite(y).all() and np.isfinite(dx).all()


def test_relu_passes_no_gradient_at_zero():
    layer = ReLU()
    layer.forward(np.array([[0, -1, 1]], np.float32), train=True)

    dx = layer.backward(np.array([[5, 5, 5]], np.float32))

    np.testing.assert_array_equal(dx, [[0, 0, 5]])


# All


def every_layer(rng):
    return [
        Dense(4, 3, rng=rng),
        Conv2D(1, 2, 3, rng=rng),
        MaxPool2D(2),
        Flatten(),
        Dropout(0.5, rng=rng),
        *(activation() for activation in ACTIVATIONS),
    ]


def test_backward_without_a_training_forward_raises(rng):
    for layer in every_layer(rng):
        if isinstance(layer, Linear):  # has nothing to remember
            continue
        x = np.ones((2, 4) if isinstance(layer, Dense) else (2, 1, 4, 4), np.float32)
        y = layer.forward(x, train=True)
        layer.forward(x)  # predicting forgets what training had kept

        with pytest.raises(RuntimeError, match=r"call forward\(x, train=True\) first"):
            layer.backward(np.ones_like(y))


def test_forward_returns_the_announced_shape_and_does_not_change_x(rng):
    for layer in every_layer(rng):
        shape = (4,) if isinstance(layer, Dense) else (1, 6, 5)
        x = rng.normal(size=(2, *shape)).astype(np.float32)
        before = x.copy()

        y = layer.forward(x, train=True)

        assert y.shape == (2, *layer.output_shape(shape))
        np.testing.assert_array_equal(x, before)
        if not isinstance(layer, Dropout):
            np.testing.assert_array_equal(layer.forward(x), y)
