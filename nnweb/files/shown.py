"""Values as text for error messages: short, whatever a file contains."""

from __future__ import annotations

import reprlib
from typing import Any


def shown(value: Any) -> str:
    """Return a value's repr, shortened for an error message."""
    return _Short(maxstring=60, maxother=60).repr(value)


class _Short(reprlib.Repr):
    def repr_int(self, x: int, level: int) -> str:
        # Python refuses to format more than 4,300 digits
        return repr(x) if abs(x) < 10**20 else "a huge number"
