"""What is measured of a whole reading."""

import pytest

from nnweb.numbers.scores import NAMES, reading_features


def has(name, text):
    return bool(reading_features(text)[NAMES.index(name)])


def is_impossible(text):
    return has("impossible", text)


@pytest.mark.parametrize(
    "text",
    ["05/83/94", "8-76-88", "00/12/1999", "13/13/20", "32.1.2020", "25:00", "19:75"],
)
def test_a_date_or_time_that_cannot_be_is_found(text):
    assert is_impossible(text)


@pytest.mark.parametrize(
    "text",
    ["05/03/94", "31/12/1999", "12-31-99", "24:00", "7:05:59", "98/76", "555-1234",
     "98-76-54-32", "98/76-54", "3.75", "99"],
)  # fmt: skip
def test_a_date_a_time_and_any_other_number_can_be(text):
    assert not is_impossible(text)


@pytest.mark.parametrize("text", ["71/24", "8/43", "0/6", "13/13"])
def test_two_numbers_and_a_slash_may_be_no_day(text):
    assert has("no day", text)


@pytest.mark.parametrize("text", ["7/24", "31/1", "12/12", "8/43/99", "7124", "71-24"])
def test_a_day_and_what_is_written_otherwise_are_not_held_against_a_reading(text):
    assert not has("no day", text)
