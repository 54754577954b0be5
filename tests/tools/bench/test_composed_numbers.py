"""Composed numbers are repeatable, and of held-out writers only."""

import re

import numpy as np

from nnweb.numbers.scores import NAMES, reading_features
from tools.bench.composed_numbers import compose_numbers


def test_a_seed_composes_the_same_numbers_again():
    first, again = list(compose_numbers(5, 3)), list(compose_numbers(5, 3))

    assert [n.text for n in first] == [n.text for n in again]
    for a, b in zip(first, again, strict=True):
        assert all(
            np.array_equal(s, t) for s, t in zip(a.strokes, b.strokes, strict=True)
        )


def test_held_out_writers_write_no_numbers_of_the_others():
    held_out = {number.writer for number in compose_numbers(60, 1)}
    others = {number.writer for number in compose_numbers(60, 1, held_out=False)}

    assert len(held_out) == 6 and not held_out & others


def test_composed_dates_and_times_are_possible():
    texts = [number.text for number in compose_numbers(300, 2)]
    dates = [t for t in texts if re.fullmatch(r"\d+/\d+/\d+|\d\d-\d\d-\d\d", t)]
    times = [t for t in texts if ":" in t]

    assert len(dates) > 5 and len(times) > 5
    impossible = NAMES.index("impossible")
    assert not any(reading_features(t)[impossible] for t in dates + times)
