"""A limit on the time that somebody's code may take, kept by Python itself."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import CodeType

_TOOL = 4  # of the numbers that sys.monitoring gives no meaning to


class TookTooLong(BaseException):
    """No Exception, so that ``except Exception`` in a loop does not go on for ever."""


@contextmanager
def limited(codes: Iterable[CodeType], seconds: float) -> Iterator[None]:
    """Raise TookTooLong where a loop in one of ``codes`` goes on after that time.

    It is looked for wherever a line jumps back, in functions inside of them too. What
    a function of C does, even for ever, is not seen.
    """
    monitoring = sys.monitoring
    ends = monotonic() + seconds

    def jumped(code: CodeType, at: int, to: int) -> None:
        if monotonic() > ends:
            raise TookTooLong(f"it was not done after {seconds:g} s")

    watched = list(_with_inner(codes))
    monitoring.use_tool_id(_TOOL, "nnweb.page.lab")
    monitoring.register_callback(_TOOL, monitoring.events.JUMP, jumped)
    try:
        for code in watched:
            monitoring.set_local_events(_TOOL, code, monitoring.events.JUMP)
        yield
    finally:
        for code in watched:
            monitoring.set_local_events(_TOOL, code, 0)
        monitoring.register_callback(_TOOL, monitoring.events.JUMP, None)
        monitoring.free_tool_id(_TOOL)


def _with_inner(codes: Iterable[CodeType]) -> Iterator[CodeType]:
    """Each with the code of the functions that are defined in it."""
    for code in codes:
        yield code
        yield from _with_inner(c for c in code.co_consts if isinstance(c, CodeType))
