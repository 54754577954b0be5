"""The unpickler: plain data agrees with Python's pickle, and the rest is refused."""

import io
import pickle
from collections import Counter, OrderedDict
from datetime import date

import pytest

from nnweb.errors import WeightsError
from nnweb.weights.convert.unpickle import Known, unpickle

PLAIN = {
    "integers": [0, 1, -1, 255, 256, 65535, 65536, -(2**31), 2**31, 2**60, -(2**90)],
    "floats": [0.5, -1e300, float("inf")],
    "constants": (None, True, False),
    "texts": ["", "é", "x" * 300],
    "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((), ((1,),))],
    "lists": [[], [[]], [1], list(range(2000))],
    "many texts": [str(i) for i in range(600)],
    1: {"one": {}, "two": {2: 2}},
}


def read(data, known=(), persistent=None):
    names = {name: Known(name, call) for name, call in known}
    return unpickle(data, names, persistent, "p")


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_plain_data_agrees_with_pythons_pickle(protocol):
    data = pickle.dumps(PLAIN, protocol)

    value = read(data)

    assert value == PLAIN
    assert list(value) == list(PLAIN)
    assert [type(x) for x in value["constants"]] == [type(None), bool, bool]


@pytest.mark.parametrize("protocol", [2, 4])
def test_a_shared_object_stays_shared(protocol):
    shared = ["shared"]

    first, second = read(pickle.dumps([shared, shared], protocol))

    assert first is second


@pytest.mark.parametrize("protocol", [2, 4])
def test_known_names_are_called_with_the_pickles_arguments(protocol):
    known = [("collections.OrderedDict", dict)]
    ordered = OrderedDict(a=1, b=OrderedDict(c=2))
    ordered.version = 3  # an attribute: BUILD

    value = read(pickle.dumps({"x": ordered, "y": 4}, protocol), known)

    assert value == {"x": {"a": 1, "b": {"c": 2}}, "y": 4}


@pytest.mark.parametrize("value", [{1, 2}, Counter(a=1), b"bytes", 1j, len, date])
@pytest.mark.parametrize("protocol", range(6))
def test_unknown_names_and_instructions_are_refused(value, protocol):
    with pytest.raises(WeightsError, match="^p: the pickle (uses|has the instruction)"):
        read(pickle.dumps(value, protocol))


def test_persistent_ids_are_looked_up():
    class Pickler(pickle.Pickler):
        def persistent_id(self, obj):
            return ("storage", 7) if obj is PLAIN else None

    file = io.BytesIO()
    Pickler(file, 2).dump([PLAIN, 1])

    assert read(file.getvalue(), persistent=lambda identity: identity) == [
        ("storage", 7),
        1,
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (b"}K\x01a", "appends to {}"),
        (b"]K\x01K\x02s", r"sets items of \[\]"),
        (b"}(K\x01u", "argument 2 is shorter"),
        (b"})K\x01s", r"the key \(\)"),
        (b"}]K\x01s", r"the key \[\]"),
        (b"ca\nb\nK\x01R", "a.b is called without a tuple"),
        (b"K\x01)R", "calls 1"),
        (b"K\x01\x86", "the stack is empty"),
        (b"h\x07", "the memo has no entry 7"),
        (b"X\x09\x00\x00\x00abc", "expected 9 bytes"),
    ],
)
def test_errors_name_their_cause(words, message):
    with pytest.raises(WeightsError, match=rf"^p: not a valid pickle \(.*{message}"):
        read(b"\x80\x02" + words + b".", [("a.b", dict)])


def test_a_truncated_pickle_is_refused():
    data = pickle.dumps(PLAIN, 4)[:2000]

    for end in range(0, len(data), 7):
        with pytest.raises(WeightsError, match="^p: "):
            read(data[:end])
