"""A time limit for the user's code, enforced through ``sys.monitoring``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import CodeType

_TOOL = 4  # a tool id without a predefined meaning


class TimeLimitExceeded(BaseException):
    """Not an Exception, so that ``except Exception`` in a loop does not catch it."""


@contextmanager
def time_limit(codes: Iterable[CodeType], seconds: float) -> Iterator[None]:
    """Raise TimeLimitExceeded if a loop in ``codes`` runs for over ``seconds``.

    The clock is checked at every jump, in nested functions too, but not within a C
    function.
    """
    monitoring = sys.monitoring
    end = monotonic() + seconds

    def check(code: CodeType, at: int, to: int) -> None:
        if monotonic() > end:
            raise TimeLimitExceeded(f"not finished after {seconds:g} s")

    checked = list(_with_nested(codes))
    monitoring.use_tool_id(_TOOL, "nnweb.page.playground")
    monitoring.register_callback(_TOOL, monitoring.events.JUMP, check)
    try:
        for code in checked:
            monitoring.set_local_events(_TOOL, code, monitoring.events.JUMP)
        yield
    finally:
        for code in checked:
            monitoring.set_local_events(_TOOL, code, 0)
        monitoring.register_callback(_TOOL, monitoring.events.JUMP, None)
        monitoring.free_tool_id(_TOOL)


def _with_nested(codes: Iterable[CodeType]) -> Iterator[CodeType]:
    """Yield each code object and those of the functions nested in it."""
    for code in codes:
        yield code
        yield from _with_nested(c for c in code.co_consts if isinstance(c, CodeType))
