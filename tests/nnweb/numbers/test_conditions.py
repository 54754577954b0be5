"""Limits of a number's value."""

import math

import pytest

from nnweb.errors import PatternError
from nnweb.numbers.conditions import Conditions


@pytest.mark.parametrize(
    ("conditions", "text"),
    [
        ({"step": 0.01}, "271828182.84"),
        ({"step": 0.01}, "1234567890,12"),
        ({"step": 0.1, "min": 0.05}, "0.35"),
        ({"step": 5, "min": -math.inf, "max": math.inf}, "-10"),
        ({"step": 1e-320}, "5"),
        ({"min": 0.1, "max": 0.1}, "0,1"),
        ({"max": 12345678901234567890}, "12345678901234567890"),
    ],
)
def test_a_value_that_satisfies_the_limits_has_no_fault(conditions, text):
    assert Conditions(**conditions).fault(text) == ""


@pytest.mark.parametrize(
    ("conditions", "text", "fault"),
    [
        ({"step": 0.01}, "271828182.845", "no multiple of 0.01 from 0"),
        ({"step": 1e300}, "5", "no multiple of 1e+300"),
        ({"step": 0.1, "min": 0.05}, "0.3", "no multiple of 0.1 from 0.05"),
        ({"step": 1e-7}, "0.00000005", "no multiple"),
        ({"max": 12345678901234567890}, "12345678901234567891", "more than"),
        ({"min": 1}, "1/2", "no plain number"),
        ({"min": 1}, "nan", "no plain number"),
    ],
)
def test_a_value_that_breaks_a_limit_has_a_fault(conditions, text, fault):
    assert fault in Conditions(**conditions).fault(text)


@pytest.mark.parametrize("step", [0, -1, math.nan, math.inf])
def test_a_step_that_is_not_finite_and_positive_is_refused(step):
    with pytest.raises(PatternError, match=f"step: got {step}, expected .* above 0"):
        Conditions(step=step)


@pytest.mark.parametrize("name", ["min", "max"])
def test_a_limit_that_is_not_a_number_is_refused(name):
    with pytest.raises(PatternError, match=f"{name}: got nan, expected a number"):
        Conditions(**{name: math.nan})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,236", 1236),
        ("-1,234,567", -1234567),
        ("1,234.50", 1234.5),
        ("1,234,50", 1234.5),
        ("1234,50", 1234.5),
        ("3.14", 3.14),
    ],
)
def test_an_amount_that_is_grouped_by_thousands_counts_as_the_whole_number(text, value):
    assert Conditions(pattern="amount", min=value, max=value).fault(text) == ""


def test_a_comma_is_a_decimal_mark_where_no_amount_is_expected():
    assert Conditions(max=2).fault("1,236") == ""
    assert "no plain number" in Conditions(max=2).fault("1,234.50")
