"""Matrix products: both ways agree with float64; NumPy's build decides."""

import numpy as np
import pytest

from nnweb import matmul as products
from nnweb.matmul import column_sums, has_blas, matmul, matmul_nt, matmul_tn


@pytest.fixture(params=[True, False], ids=["blas", "einsum"])
def einsum_calls(request, monkeypatch):
    """The number of einsum calls so far, with and without a BLAS."""
    calls = []

    def einsum(*operands, **options):
        calls.append(operands)
        return original(*operands, **options)

    original = np.einsum
    monkeypatch.setattr(np, "einsum", einsum)
    monkeypatch.setattr(products, "has_blas", lambda: request.param)
    yield calls
    assert bool(calls) is not request.param


def floats(rng, *shape):
    return rng.normal(size=shape).astype(np.float32)


def assert_close(got, expected):
    """``expected`` in float64; ``got`` float32, right to rounding."""
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("N", "K", "M"), [(1, 1, 1), (1, 784, 10), (7, 50, 3)])
def test_forward_product_and_gradients_agree_with_float64(rng, einsum_calls, N, K, M):
    x, W, dy = floats(rng, N, K), floats(rng, K, M), floats(rng, N, M)
    x64, W64, dy64 = (array.astype(np.float64) for array in (x, W, dy))
    out = np.empty((N + 1, M), np.float32)

    matmul(x, W, out=out[1:])
    dW = matmul_tn(x, dy)

    assert_close(out[1:], x64 @ W64)
    assert_close(matmul(x, W), x64 @ W64)
    assert_close(matmul(x, np.asfortranarray(W)), x64 @ W64)
    assert_close(dW, x64.T @ dy64)
    assert dW.flags.f_contiguous, "W lies so, and an optimizer walks through both"
    assert_close(matmul_nt(dy, W), dy64 @ W64.T)
    assert_close(column_sums(dy), dy64.sum(axis=0))


@pytest.mark.parametrize(
    ("dependencies", "expected"),
    [
        ({"blas": {"name": "scipy-openblas", "found": True}}, True),
        ({"blas": {"name": "none", "found": False}}, False),
        ({"blas": {"name": "none", "found": "false"}}, False),
        ({"blas": {}}, False),
        ({}, False),
    ],
)
def test_numpys_own_build_decides(monkeypatch, dependencies, expected):
    config = {"Build Dependencies": dependencies}
    monkeypatch.setattr(np, "show_config", lambda mode: config)
    has_blas.cache_clear()
    try:
        assert has_blas() is expected
    finally:
        has_blas.cache_clear()


def test_numpys_build_information_includes_blas():
    """The true config is read without an error, whatever it says."""
    has_blas.cache_clear()

    assert has_blas() in (True, False)


def test_skipping_columns_of_zeros_does_not_change_the_product(rng, monkeypatch):
    sizes = []
    original = np.einsum

    def einsum(kind, first, second, **options):
        sizes.append(first.shape)
        return original(kind, first, second, **options)

    monkeypatch.setattr(products, "has_blas", lambda: False)
    monkeypatch.setattr(np, "einsum", einsum)
    x, W, dy = floats(rng, 8, 100), floats(rng, 100, 64), floats(rng, 8, 64)
    x[:, 30:70] = 0

    y, dW = matmul(x, np.asfortranarray(W)), matmul_tn(x, dy)

    assert_close(y, x.astype(np.float64) @ W)
    assert_close(dW, x.T.astype(np.float64) @ dy)
    assert sizes[0] == (8, 60)
    assert dW.flags.f_contiguous and (dW[30:70] == 0).all()


def test_a_single_example_only_uses_rows_for_nonzero_inputs(rng, einsum_calls):
    x, W = floats(rng, 1, 100), floats(rng, 100, 64)
    x[:, 10:90] = 0

    y = matmul(x, W)

    assert_close(y, x.astype(np.float64) @ W)
    if einsum_calls:
        _, rows, weights = einsum_calls[0]
        assert rows.shape == (1, 20) and weights.shape == (20, 64)
    assert_close(matmul(0 * x, W), np.zeros((1, 64)))
