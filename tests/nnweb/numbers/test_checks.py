"""Check digits."""

import pytest

from nnweb.numbers.checks import iban, isbn, luhn


@pytest.mark.parametrize(
    ("check", "good"),
    [(luhn, "79927398713"), (isbn, "9780306406157"), (isbn, "0306406152"),
     (iban, "3214282912345698765432161182")],
)  # fmt: skip
def test_a_check_digit_finds_every_single_wrong_digit(check, good):
    assert check(good)
    for place, digit in enumerate(good):
        other = str((int(digit) + 1) % 10)
        assert not check(good[:place] + other + good[place + 1 :])
