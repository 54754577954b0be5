"""What a file may ask for, whatever it claims to contain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nnweb.errors import FormatError
from nnweb.files.shown import shown

MAX_AXES = 8  # of an array


@dataclass
class Allowance:
    """How many numbers the arrays of a file may still have.

    Each array takes from it before it is made, so that many small claims are refused
    like a large one.
    """

    numbers: int

    def take(self, shape: Sequence[Any], where: str) -> int:
        """Return the numbers of an array of ``shape``.

        Raises FormatError if these are not sizes, or more than are left. An empty array
        counts as if its axes of 0 were of 1, since NumPy limits these too.
        """
        sizes = list(shape[: MAX_AXES + 1])
        if len(shape) > MAX_AXES or not all(type(n) is int and n >= 0 for n in sizes):
            raise FormatError(
                f"{where}: got shape {shown(sizes)}, expected up to {MAX_AXES} sizes"
            )
        claimed = 1
        for size in sizes:
            claimed *= max(1, size)
            if claimed > self.numbers:
                raise FormatError(
                    f"{where}: got shape {shown(sizes)}, expected at most "
                    f"{self.numbers:,} more numbers in this file"
                )
        self.numbers -= claimed
        return 0 if 0 in sizes else claimed
