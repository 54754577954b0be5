"""Call traces: the calls of a run in order, and one of them line by line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from inspect import CO_GENERATOR
from types import CodeType, FrameType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.page.playground.highlight import Source, source_of

Run = Callable[[], object]
Filter = Callable[[CodeType], bool]
#: A returned number's place and value, and its places in the variables that hold it.
_Chosen = tuple[tuple[int, ...], float, dict[str, tuple[int, ...]]]
_MAX_TEXT = 48  # characters of a value beside its line


@dataclass
class Call:
    """One call of a function.

    Attributes
    ----------
    parent : int
        Index of the calling call, -1 for none.
    name : str
        Qualified, as ``Dense.forward``.
    instance : object
        Its ``self``, or None.
    shape : tuple of int
        Of the returned array; () if it returned none.
    greatest : int
        Flat index of that array's greatest number when it was returned, or -1. The
        array itself is not kept: the caller may change it, as layers add their bias.
    """

    code: CodeType
    parent: int
    name: str
    instance: object
    shape: tuple[int, ...] = ()
    greatest: int = -1


@dataclass
class LineTrace:
    """One call, line by line.

    Attributes
    ----------
    notes : dict
        What each line that ran changed, by line number.
    assigned : (int, int) or None
        First and last line of the statement that assigned the chosen number its value.
    place : tuple of int
        Index of the chosen number in the returned array; () if there is none.
    """

    source: Source
    notes: dict[int, str] = field(default_factory=dict)
    assigned: tuple[int, int] | None = None
    place: tuple[int, ...] = ()
    value: float | None = None


def calls(run: Run, included: Filter) -> list[Call]:
    """Return the calls that ``run`` makes to functions whose code is ``included``.

    Call ``run`` once before: cached functions would make the first run differ.
    """
    tracer = _Tracer(included)
    with tracer.tracing():
        run()
    return tracer.calls


def trace_lines(run: Run, included: Filter, index: int, at: int) -> LineTrace:
    """Trace the lines of call ``index`` of ``calls``, and number ``at`` of its result.

    ``run`` runs twice: only when the result is known is it known which variables held
    the number before.
    """
    first = _Tracer(included, index, at=at)
    with first.tracing():
        run()
    traced = LineTrace(source_of(first.calls[index].code))
    holders: dict[str, tuple[int, ...]] = {}
    if first.chosen is not None:
        traced.place, traced.value, holders = first.chosen
    second = _Tracer(included, index, _Lines(traced.source, holders))
    with second.tracing():
        run()
    traced.notes = second.lines.notes
    if traced.value is not None:
        traced.assigned = traced.source.statement(second.lines.assigner)
        where = ", ".join(map(str, traced.place))
        note = f"returns [{where}] = {_text(traced.value)}"
        before = traced.notes.get(second.lines.last, "")
        traced.notes[second.lines.last] = f"{before}; {note}" if before else note
    return traced


def last_line(run: Run, code: CodeType) -> int:
    """Return the line of ``code`` that ran last."""
    last = 0

    def local(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal last
        last = frame.f_lineno
        return local

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        return local if frame.f_code is code else None

    with _traced(trace):
        run()
    return last


@contextmanager
def _traced(trace: Any) -> Iterator[None]:
    """Set ``trace`` as the tracer; restore the previous one afterwards."""
    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(previous)


class _Tracer:
    """Records the calls, and every line of one of them."""

    def __init__(
        self,
        included: Filter,
        index: int = -1,
        lines: _Lines | None = None,
        *,
        at: int = 0,
    ) -> None:
        self._included, self._index, self._at = included, index, at
        self._numbers: dict[FrameType, int] = {}
        self.calls: list[Call] = []
        self.lines = lines or _Lines(None, {})
        self.chosen: _Chosen | None = None  # number ``at`` of that call's result

    @contextmanager
    def tracing(self) -> Iterator[None]:
        try:
            with _traced(self._on_call):
                yield
        finally:
            self._numbers.clear()  # frames keep their variables alive

    def _on_call(self, frame: FrameType, event: str, arg: object) -> Any:
        code = frame.f_code
        if code.co_name.startswith("<") or not self._included(code):
            return None
        if frame not in self._numbers:  # a generator is resumed with a call
            self._numbers[frame] = len(self.calls)
            self.calls.append(self._call(frame))
        is_traced = self._numbers[frame] == self._index
        frame.f_trace_lines = is_traced
        if is_traced:
            self.lines.begin(frame)
        return self._on_event

    def _on_event(self, frame: FrameType, event: str, arg: Any) -> Any:
        number = self._numbers[frame]
        if number == self._index and event in ("line", "return"):
            self.lines.step(frame, ended=event == "return")
        generator = frame.f_code.co_flags & CO_GENERATOR
        if event == "return" and isinstance(arg, np.ndarray) and not generator:
            self._on_result(frame, number, arg)
        return self._on_event

    def _on_result(self, frame: FrameType, number: int, result: NDArray[Any]) -> None:
        call = self.calls[number]
        call.shape = result.shape
        if result.size == 0 or result.dtype.kind not in "biuf":
            return
        call.greatest = int(result.argmax())
        if number == self._index:
            flat = min(max(self._at, 0), result.size - 1)
            place = tuple(int(i) for i in np.unravel_index(flat, result.shape))
            holders = _holders(frame.f_locals, result, place)
            self.chosen = place, float(result[place]), holders

    def _call(self, frame: FrameType) -> Call:
        back = frame.f_back
        while back is not None and back not in self._numbers:
            back = back.f_back
        parent = -1 if back is None else self._numbers[back]
        instance = frame.f_locals.get("self")
        name = frame.f_code.co_qualname
        return Call(frame.f_code, parent, name, instance)


class _Lines:
    """What each line of a call changed, and which one assigned the chosen number."""

    def __init__(
        self, source: Source | None, holders: dict[str, tuple[int, ...]]
    ) -> None:
        self._source, self._holders = source, holders
        self._previous: dict[str, object] = {}
        self._numbers: dict[str, bytes] = {}
        self.notes: dict[int, str] = {}
        self.last = self.assigner = 0

    def begin(self, frame: FrameType) -> None:
        if self.last:
            return  # a generator was resumed
        self.last = self.assigner = frame.f_code.co_firstlineno
        self._record(frame)
        self.assigner = 0

    def step(self, frame: FrameType, *, ended: bool) -> None:
        """Record the changes of the line that ended; the next one begins."""
        self._record(frame)
        if ended:
            self.assigner = self.assigner or self.last
        else:
            self.last = self._first(frame.f_lineno)
            self.notes.setdefault(self.last, "")

    def _first(self, line: int) -> int:
        return line if self._source is None else self._source.statement(line)[0]

    def _record(self, frame: FrameType) -> None:
        now = dict(frame.f_locals)
        notes = []
        for name, value in now.items():
            found = self._number_in(name, value)
            if found is not None and found != self._numbers.get(name):
                where = ", ".join(map(str, self._holders[name]))
                number = np.frombuffer(found, np.asarray(value).dtype)[0]
                notes.append(f"{name}[{where}] = {_text(number)}")
                self._numbers[name] = found
                self.assigner = self.last
            elif value is not self._previous.get(name, _Lines) and name != "self":
                notes += _describe(name, value)
        self._previous = now
        if notes:
            self.notes[self.last] = "; ".join(notes)

    def _number_in(self, name: str, value: object) -> bytes | None:
        """Return the chosen number's bytes if this variable contains it."""
        place = self._holders.get(name)
        if place is None or not isinstance(value, np.ndarray):
            return None
        if len(place) != value.ndim or any(
            i >= n for i, n in zip(place, value.shape, strict=True)
        ):
            return None
        return bytes(value[place].tobytes())


def _holders(
    variables: Mapping[str, object], result: NDArray[Any], place: tuple[int, ...]
) -> dict[str, tuple[int, ...]]:
    """Find the variables that share the memory of number ``place`` of the result."""
    address = _address(result) + sum(
        i * stride for i, stride in zip(place, result.strides, strict=True)
    )
    found = {}
    for name, value in variables.items():
        if isinstance(value, np.ndarray) and value.dtype == result.dtype:
            where = _place_of(value, address)
            if where is not None:
                found[name] = where
    return found


def _place_of(array: NDArray[Any], address: int) -> tuple[int, ...] | None:
    """Return the index of the number at an address, if it is in the array."""
    rest = address - _address(array)
    place = [0] * array.ndim
    if array.size == 0 or rest < 0 or any(stride < 0 for stride in array.strides):
        return None
    for axis in sorted(range(array.ndim), key=lambda axis: -array.strides[axis]):
        stride = array.strides[axis]
        if array.shape[axis] > 1 and stride:
            place[axis] = min(rest // stride, array.shape[axis] - 1)
            rest -= place[axis] * stride
    return tuple(place) if rest == 0 else None


def _address(array: NDArray[Any]) -> int:
    return int(array.__array_interface__["data"][0])


def _describe(name: str, value: object) -> list[str]:
    """Describe a variable if that takes a few words."""
    if isinstance(value, np.ndarray):
        return [f"{name}: {value.shape} {value.dtype}"]
    if isinstance(value, bool | int | float | str | tuple | slice | np.generic | None):
        text = _text(value)
        return [f"{name} = {text}"] if len(text) <= _MAX_TEXT else []
    return []


def _text(value: object) -> str:
    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    return str(value) if isinstance(value, np.generic) else repr(value)
