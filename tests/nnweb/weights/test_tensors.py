"""Arrays in JSON: round trips, and the refusal of anything else."""

import tracemalloc
from base64 import b64encode

import numpy as np
import pytest

from nnweb.errors import WeightsError
from nnweb.weights.tensors import (
    MAX_NUMBERS,
    decode,
    encode,
    expect,
    from_lists,
    int8_scale,
    shown,
)

MATRIX = np.array([[1, -2], [0.5, 127]], np.float32)


def tensor(**changes):
    """A good one, 2 x 2 zeros in float32, with some of its fields changed."""
    fields = {"dtype": "float32", "shape": [2, 2], "data": base64(bytes(16))}
    return {**fields, **changes}


def base64(data):
    return b64encode(data).decode("ascii")


def floats(*numbers, dtype="<f4"):
    return base64(np.array(numbers, dtype).tobytes())


def int8(**changes):
    scale = {"dtype": "float32", "shape": [2], "data": floats(0.5, 2)}
    data = base64(np.array([[1, 2], [-127, 0]], np.int8).tobytes())
    return {**tensor(dtype="int8", data=data, scale=scale), **changes}


def scaled(*scale):
    return int8(scale=tensor(shape=[len(scale)], data=floats(*scale)))


def test_float32_is_read_back_unchanged():
    fields = encode(MATRIX, "float32", "W")

    assert fields == {
        "dtype": "float32",
        "shape": [2, 2],
        "data": "AACAPwAAAMAAAAA/AAD+Qg==",  # 3f800000 c0000000 3f000000 42fe0000
    }
    np.testing.assert_array_equal(decode(fields, "W", 2), MATRIX)


def test_float16_is_read_back_rounded_to_eleven_bits(rng):
    array = rng.normal(size=(30, 7)).astype(np.float32)

    back = decode(encode(array, "float16", "W"), "W", 2)

    np.testing.assert_allclose(back, array, rtol=2**-11, atol=1e-7)
    assert back.dtype == np.float32


@pytest.mark.parametrize("shape", [(30, 7), (4, 3, 5, 5), (9,)])
def test_int8_is_read_back_within_half_a_step_of_its_scale(rng, shape):
    array = rng.normal(size=shape).astype(np.float32)
    axes = 0 if len(shape) == 2 else tuple(range(1, len(shape)))

    back = decode(encode(array, "int8", "W"), "W", len(shape))

    step = abs(array).max(axis=axes, keepdims=True) / 127
    assert (abs(back - array) <= step * 0.5001).all()
    assert back.dtype == np.float32


def test_int8_has_a_scale_for_each_column_or_output_channel():
    kernels = np.zeros((2, 3, 1, 2), np.float32)
    kernels[0, 1, 0, 1] = -254

    assert int8_scale(MATRIX).tolist() == [np.float32(1 / 127), 1]
    assert int8_scale(kernels).tolist() == [2, 1]


@pytest.mark.parametrize(("dtype", "kind"), [("float32", "<f4"), ("float16", "<f2")])
def test_int8_worked_by_hand_with_either_type_of_scale(dtype, kind):
    scale = {"dtype": dtype, "shape": [2], "data": floats(0.5, 2, dtype=kind)}

    decoded = decode(int8(scale=scale), "W", 2)

    np.testing.assert_array_equal(decoded, [[0.5, 4], [-63.5, 0]])


def test_int8_of_zeros_and_of_almost_zero_is_zero():
    array = np.array([[0, 1e-44], [0, 3e-38]], np.float32)

    back = decode(encode(array, "int8", "W"), "W", 2)

    np.testing.assert_array_equal(back, np.zeros((2, 2)))


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8"])
def test_memory_order_does_not_matter_and_numbers_are_row_major(dtype):
    assert encode(np.asfortranarray(MATRIX), dtype, "W") == encode(MATRIX, dtype, "W")
    assert encode(MATRIX.T, dtype, "W") != encode(MATRIX, dtype, "W")


def test_a_decoded_array_is_writable():
    for fields in (tensor(), int8()):
        array = decode(fields, "W", 2)

        array += 1


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_writing_refuses_nan_and_infinity_with_their_index(dtype, bad):
    array = np.array([[0, 0, bad]], np.float32)

    with pytest.raises(WeightsError, match=r"^W: -?(nan|inf) at \[0, 2\], expected"):
        encode(array, dtype, "W")


def test_writing_refuses_numbers_too_large_for_float16():
    with pytest.raises(WeightsError, match=r"W: inf at \[0\], expected finite float16"):
        encode(np.array([70000], np.float32), "float16", "W")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (None, "^W: got nothing, expected an object"),
        ([1], "^W: got list, expected an object"),
        (tensor(dtype="float64"), r"^W\.dtype: got 'float64', expected one of float32"),
        (tensor(dtype=None), r"^W\.dtype: got None"),
        (tensor(dtype=[]), r"^W\.dtype: got \[\]"),
        (tensor(dtype={}), r"^W\.dtype: got {}"),
        (tensor(shape=None), r"^W\.shape: got nothing, expected a list"),
        (tensor(shape="2 2"), r"^W\.shape: got str, expected a list"),
        (tensor(shape=[]), r"^W\.shape: got \[\], expected 2 sizes of 1 or more"),
        (tensor(shape=[4]), r"^W\.shape: got \[4\], expected 2 sizes of 1 or more"),
        (tensor(shape=[2, 2, 1]), r"^W\.shape: got \[2, 2, 1\], expected 2 sizes"),
        (tensor(shape=[0, 2]), r"^W\.shape: got \[0, 2\], expected 2 sizes"),
        (tensor(shape=[-2, -2]), r"^W\.shape: got \[-2, -2\], expected 2 sizes"),
        (tensor(shape=[2, 2.0]), r"^W\.shape\[1\]: got float, expected a whole number"),
        (tensor(shape=[True, 4]), r"^W\.shape\[0\]: got bool, expected a whole number"),
        (tensor(data=None), r"^W\.data: got nothing, expected a string"),
        (tensor(data=[0.0] * 4), r"^W\.data: got list, expected a string"),
        (tensor(data=""), r"^W\.data: got 0 characters of base64, expected 24 for \[2"),
        (tensor(data=base64(bytes(15))), r"^W\.data: got 20 char.*expected 24"),
        (tensor(data=base64(bytes(17))), r"^W\.data: got 17 bytes, expected 16"),
        (tensor(data=base64(bytes(18))), r"^W\.data: got 18 bytes, expected 16"),
        (tensor(data="A" * 21 + "*=="), r"^W\.data: not base64"),
        (tensor(data="A" * 20 + "\n\n=="), r"^W\.data: not base64"),
        (tensor(data="A" * 20 + "\u0101A=="), r"^W\.data: not base64"),
        (tensor(data="==" + "A" * 22), r"^W\.data: not base64"),
        (tensor(data="A" * 21 + "=" * 3), r"^W\.data: not base64"),
        (tensor(data=floats(0, np.nan, 0, 0)), r"^W: nan at \[0, 1\], expected finite"),
        (tensor(data=floats(0, 0, -np.inf, 0)), r"^W: -inf at \[1, 0\]"),
        (tensor(data=floats(0, 0, 0, np.inf)), r"^W: inf at \[1, 1\]"),
        (int8(scale=None), r"^W\.scale: got nothing, expected an object"),
        (int8(scale=tensor()), r"^W\.scale\.shape: got \[2, 2\], expected 1 sizes"),
        (int8(scale=int8()), r"^W\.scale\.dtype: got 'int8', expected one of float32,"),
        (scaled(1, 1, 1), r"^W\.scale: got 3 numbers, expected 2"),
        (scaled(1, np.nan), r"^W\.scale: nan at \[1\]"),
        (scaled(1e38, 1), r"^W: -inf at \[1, 0\]"),
    ],
)
def test_reading_refuses_invalid_tensors(fields, message):
    with pytest.raises(WeightsError, match=message):
        decode(fields, "W", 2)


def read_shape(shape):
    return lambda: decode(tensor(shape=shape), "W", 2)


LONG = [1.0] * 10_000 + ["x" * 10_000]  # NumPy would make every number as long


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (read_shape([MAX_NUMBERS, 2]), r"^W\.shape: got .*, expected at most"),
        (read_shape([2, 10**15]), r"^W\.shape: got .*, expected at most"),
        (read_shape([10**4000, 10**4000]), r"^W\.shape: got .*, expected at most"),
        (read_shape([10**5000, 1]), r"^W\.shape: got .*, expected at most"),
        (read_shape([3000, 3000]), r"^W\.data: got 24 characters of base64"),
        (lambda: from_lists(LONG, "b", 1), r"^b\[10000\]: got 'xxx.*, expected a"),
    ],
    ids=["20 million", "2e15", "1e8000", "1e5000", "little data", "a long string"],
)
def test_absurd_values_are_refused_without_allocating_memory(read, message):
    tracemalloc.start()
    try:
        with pytest.raises(WeightsError, match=message):
            read()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 200_000


def test_lists_become_float32():
    flat, rows = from_lists([1, 2.5], "b", 1), from_lists([[1, 2], [3, 4.5]], "W", 2)

    assert flat.dtype == rows.dtype == np.float32
    assert flat.tolist() == [1, 2.5] and rows.tolist() == [[1, 2], [3, 4.5]]


@pytest.mark.parametrize(
    ("value", "ndim", "message"),
    [
        (None, 1, "^b: got nothing, expected a list"),
        ({}, 1, "^b: got dict, expected a list"),
        ("123", 1, "^b: got str, expected a list"),
        ([], 1, "^b: got an empty list, expected numbers"),
        ([[]], 2, r"^b\[0\]: got an empty list, expected numbers"),
        ([[1], []], 2, r"^b\[1\]: got an empty list, expected numbers"),
        ([[1, 2]], 1, r"^b\[0\]: got \[1, 2\], expected a number"),
        ([1, 2], 2, r"^b\[0\]: got int, expected a list"),
        ([[[1]]], 2, r"^b\[0\]\[0\]: got \[1\], expected a number"),
        ([[1, 2], [3]], 2, "^b: its rows have different lengths"),
        ([1, "2"], 1, r"^b\[1\]: got '2', expected a number"),
        ([1, None], 1, r"^b\[1\]: got None, expected a number"),
        ([1.5, True], 1, r"^b\[1\]: got True, expected a number"),
        ([0, float("nan")], 1, r"^b: nan at \[1\], expected finite float32"),
        ([0, 1e39], 1, r"^b: inf at \[1\], expected finite float32"),
        ([0, -(10**300)], 1, r"^b: -inf at \[1\]"),
        ([0, 10**400], 1, "^b: a number too large for float32"),
    ],
)
def test_lists_of_other_things_than_numbers_are_refused(value, ndim, message):
    with pytest.raises(WeightsError, match=message):
        from_lists(value, "b", ndim)


def test_expect_returns_a_value_of_the_type_and_refuses_bool():
    assert expect(3, int, "n") == 3
    with pytest.raises(WeightsError, match=r"^n: got bool, expected a whole number"):
        expect(True, int, "n")
    with pytest.raises(WeightsError, match=r"^n: got int, expected a string"):
        expect(3, str, "n")


@pytest.mark.parametrize(
    "value",
    ["x" * 10**6, [[[[[[[[[1]]]]]]]]] * 999, 10**5000, [10**5000]],
    ids=["long", "deep", "huge", "huge inside"],
)
def test_values_in_messages_are_short(value):
    assert len(shown(value)) < 200
