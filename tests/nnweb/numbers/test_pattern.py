"""The subset of HTML's patterns, and what it refuses."""

import re

import pytest

from nnweb.errors import PatternError
from nnweb.numbers.pattern import NAMED, Pattern

TEXTS = ["", "1", "12", "123", "1234", "12345", "1.5", "-5", "12:30", "9:5", "a", "1/2"]


@pytest.mark.parametrize(
    "pattern",
    [r"\d{4}", r"\d+", r"\d*", r"-?\d{1,2}", r"[1-3]+|a", r"\d(\.\d|:\d\d)?", r"1{2,}",
     r"(?:1|12)(2|3)?", r"[0-9,.\-]{2,3}", r"\d{1,2}:[0-5]\d", "", r"1.", r"[-5]+"],
)  # fmt: skip
def test_a_pattern_matches_what_a_regular_expression_matches(pattern):
    compiled = Pattern(pattern)

    for text in TEXTS:
        assert compiled.matches(text) == bool(re.fullmatch(pattern, text)), text


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("date", "24/12/1999 3.4.26 2026-01-31", "24/12 1/2/345"),
        ("time", "0:00 12:30 23:59:59", "24:00 12:60 1230"),
        ("phone", "367-4496 +491234567 9-408-327-9634", "12:30 -5"),
        ("amount", "5 3.14 -12,50 1,234,567.00", "3.141 1,23,456.00"),
    ],
)
def test_named_patterns_match_what_their_name_says(name, good, bad):
    pattern = Pattern(name)

    assert name in NAMED
    assert all(pattern.matches(text) for text in good.split())
    assert not any(pattern.matches(text) for text in bad.split())


@pytest.mark.parametrize(
    "pattern",
    ["(1", "1)", "[1", "[^1]", "*1", "1{2", "1{4,2}", "1{3,0}", "1{999}", r"\w", "\\"],
)
def test_a_pattern_outside_the_subset_is_refused_with_its_place(pattern):
    with pytest.raises(PatternError, match="at "):
        Pattern(pattern)


@pytest.mark.parametrize("depth", [17, 400, 100_000])
def test_groups_in_more_groups_than_can_be_parsed_are_refused(depth):
    with pytest.raises(PatternError, match="at 17: expected at most 16 groups"):
        Pattern("(" * depth + "1")


def test_groups_side_by_side_are_not_groups_in_groups():
    assert Pattern("(1)" * 40).matches("1" * 40)


def test_a_count_of_none_or_more_than_none_is_read():
    assert [Pattern("1{0}").matches(text) for text in ("", "1")] == [True, False]
    assert [Pattern("1{0,1}2").matches(text) for text in ("2", "12")] == [True, True]
