"""What a number must satisfy: alphabet, pattern, limits of its value, check digit."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from nnweb.errors import PatternError
from nnweb.numbers.checks import CHECKS
from nnweb.numbers.pattern import NAMED, Pattern
from nnweb.numbers.separators import SIGNS

DIGITS = "0123456789"
_PLAIN = re.compile(r"[-+]?(\d+[.,]?\d*|[.,]\d+)")
_AMOUNT = re.compile(NAMED["amount"])
_THOUSANDS = re.compile(r",(?=\d{3})")  # of an amount: its decimals are two digits


@dataclass(frozen=True)
class Conditions:
    """What a number must satisfy; see ``read_number``."""

    alphabet: str = DIGITS
    pattern: str | None = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    check: str | None = None

    def __post_init__(self) -> None:
        if self.check is not None and self.check not in CHECKS:
            known = ", ".join(CHECKS)
            raise PatternError(f"check: got {self.check!r}, expected one of {known}")
        for name, limit in (("min", self.min), ("max", self.max)):
            if limit is not None and not -math.inf <= limit <= math.inf:
                raise PatternError(f"{name}: got {limit}, expected a number")
        if self.step is not None and not 0 < self.step < math.inf:
            got = f"step: got {self.step}"
            raise PatternError(f"{got}, expected a finite number above 0")

    def fault(self, text: str) -> str:
        """Say what is wrong with the value of a text; "" if nothing is."""
        if self.check is not None and not CHECKS[self.check](text):
            return f"the check digit ({self.check}) does not fit"
        limits = (self.min, self.max, self.step)
        if all(limit is None for limit in limits):
            return ""
        if self.pattern == "amount" and _AMOUNT.fullmatch(text):
            text = _THOUSANDS.sub("", text)
        if not _PLAIN.fullmatch(text):
            return "it is no plain number, and min, max or step is given"
        return self._fault_of_value(text.replace(",", "."))

    def _fault_of_value(self, text: str) -> str:
        # imported here: the page gives no limits, and would have to download these
        from decimal import Decimal
        from fractions import Fraction

        # decimals, not floats: by its float, 2.03 would be no multiple of 0.01
        value = Decimal(text)
        if self.min is not None and value < Decimal(str(self.min)):
            return f"it is less than {self.min:g}"
        if self.max is not None and value > Decimal(str(self.max)):
            return f"it is more than {self.max:g}"
        if self.step is not None:
            start = 0 if self.min in (None, -math.inf) else self.min
            if (Fraction(value) - Fraction(str(start))) % Fraction(str(self.step)):
                return f"it is no multiple of {self.step:g} from {start:g}"
        return ""

    @property
    def restrictive(self) -> bool:
        """Whether they exclude any sequence of known characters, whatever its value."""
        return self.pattern is not None or not set(self.alphabet) >= set(DIGITS + SIGNS)

    @cached_property
    def _pattern(self) -> Pattern | None:
        return None if self.pattern is None else Pattern(self.pattern)

    def advance(self, state: int, label: str) -> int:
        """Return the pattern's state after a label; below 0 if it is not allowed."""
        if label not in self.alphabet:
            return -1
        return 0 if self._pattern is None else self._pattern.step(state, label)

    def accepts(self, state: int) -> bool:
        return self._pattern is None or self._pattern.accepts(state)

    def why_invalid(self, labels: Sequence[str]) -> tuple[str, int | None]:
        """Say why labels do not fit, and which of them is to blame."""
        for place, label in enumerate(labels):
            if label not in self.alphabet:
                reason = f"character {place + 1} is {label!r}, which is not allowed"
                return reason, place
        if fault := self.fault("".join(labels)):
            return fault, None
        return f"it does not match the pattern {self.pattern}", None
