"""Check digits: Luhn, ISBN and IBAN's remainder of 97."""

from __future__ import annotations

from collections.abc import Callable


def luhn(text: str) -> bool:
    """Whether the digits end in their Luhn check digit. Source: ISO/IEC 7812-1."""
    digits = [int(c) for c in text if c.isdigit()]
    doubled = [2 * d - 9 * (d > 4) for d in digits[-2::-2]]
    return len(digits) > 1 and (sum(digits[::-2]) + sum(doubled)) % 10 == 0


def isbn(text: str) -> bool:
    """Whether it is an ISBN of 13 digits, or of 10 whose check digit is no X."""
    digits = [int(c) for c in text if c.isdigit()]
    if len(digits) == 10:
        return sum(d * (10 - i) for i, d in enumerate(digits)) % 11 == 0
    weighted = sum(d * (1 + 2 * (i % 2)) for i, d in enumerate(digits))
    return len(digits) == 13 and weighted % 10 == 0


def iban(text: str) -> bool:
    """Whether digits leave 1 when divided by 97. Source: ISO 7064, MOD 97-10.

    Of an IBAN with its letters replaced by numbers, and its first four characters last.
    """
    digits = "".join(c for c in text if c.isdigit())
    return len(digits) > 2 and int(digits) % 97 == 1


CHECKS: dict[str, Callable[[str], bool]] = {"luhn": luhn, "isbn": isbn, "iban": iban}
