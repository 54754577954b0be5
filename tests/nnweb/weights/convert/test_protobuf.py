"""The wire format of protobuf, by examples of its documentation and by hand."""

import pytest

from nnweb.errors import FormatError
from nnweb.weights.convert.protobuf import MAX_NUMBERS, Field, Parser, Schema

INNER: Schema = {1: Field("a", "int")}
SCHEMA: Schema = {
    1: Field("whole", "int"),
    2: Field("text", "text"),
    3: Field("inner", INNER),
    4: Field("wholes", "int", many=True),
    5: Field("number", "float"),
    6: Field("numbers", "float", many=True),
    7: Field("data", "bytes"),
    8: Field("inners", INNER, many=True),
}


def parse(data):
    message = Parser().parse(memoryview(data), SCHEMA)
    return {
        name: value for name, value in message.items() if value not in (0, "", None)
    }


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x08\x96\x01", {"whole": 150}),
        (b"\x08" + b"\xfe" + b"\xff" * 8 + b"\x01", {"whole": -2}),
        (b"\x12\x07testing", {"text": "testing"}),
        (b"\x12\x02\xff\xc3", {"text": "\ufffd\ufffd"}),
        (b"\x1a\x03\x08\x96\x01", {"inner": {"a": 150}}),
        (b"\x22\x06\x03\x8e\x02\x9e\xa7\x05", {"wholes": [3, 270, 86942]}),
        (b"\x20\x03\x20\x8e\x02", {"wholes": [3, 270]}),  # not packed
        (b"\x2d\x00\x00\x20\x40", {"number": 2.5}),
        (b"\x32\x08\x00\x00\x20\x40\x00\x00\x80\xbf", {"numbers": [2.5, -1]}),
        (b"\x35\x00\x00\x20\x40\x35\x00\x00\x80\xbf", {"numbers": [2.5, -1]}),
        (b"\x3a\x02\x00\xff", {"data": b"\x00\xff"}),
        (b"\x42\x02\x08\x01\x42\x00", {"inners": [{"a": 1}, {"a": 0}]}),
        (b"\x08\x01\x08\x02", {"whole": 2}),  # the last counts
        # fields that are not in the schema, of every type
        (b"\x78\x01\x7a\x01a\x7d1234\x7912345678\x08\x05", {"whole": 5}),
        (b"", {}),
    ],
)
def test_a_message_is_parsed(data, expected):
    empty = {"wholes": [], "numbers": [], "inners": [], "number": 0.0, "data": b""}
    expected = {**empty, **expected}

    got = {**empty, **parse(data)}

    assert got == expected


@pytest.mark.parametrize(
    "data",
    [
        b"\x08",
        b"\x08\x96",
        b"\x08" + b"\xff" * 10,
        b"\x12\x08testing",
        b"\x2d\x00\x00\x20",
        b"\x32\x05\x00\x00\x20\x40\x00",
        b"\x1a\x02\x08\x96",
        b"\x0a\x01a",
        b"\x10\x01",
        b"\x0b\x0c",
        b"\x0f",
    ],
    ids=["cut"] * 3
    + ["short"] * 4
    + ["text for int", "int for text", "group", "type 7"],
)
def test_what_is_no_message_is_refused(data):
    with pytest.raises(FormatError, match="damaged protobuf; is the file complete"):
        parse(data)


def test_the_work_of_a_file_is_limited():
    with pytest.raises(FormatError, match=f"^more than {MAX_NUMBERS:,} numbers in its"):
        parse(b"\x42\x00" * MAX_NUMBERS)
    with pytest.raises(FormatError, match=f"^more than {MAX_NUMBERS:,} numbers in its"):
        parse(b"\x22\x81\x80\x04" + bytes(65537))
