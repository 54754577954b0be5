"""What ran: the calls of a run in their order, and one of them line by line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from inspect import CO_GENERATOR
from types import CodeType, FrameType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.page.playground.highlight import Source, source_of

Run = Callable[[], object]
Ours = Callable[[CodeType], bool]
_TEXT = 48  # characters of a value beside its line


@dataclass
class Call:
    """One call of a function.

    Attributes
    ----------
    parent : int
        Number of the call that it was made by, -1 for none.
    name : str
        As ``Dense.forward``.
    instance : object
        Its ``self``, or None.
    gives : ndarray or None
        What it returned, if that is an array.
    """

    code: CodeType
    parent: int
    name: str
    instance: object
    gives: NDArray[Any] | None = None


@dataclass
class Looked:
    """One call, line by line.

    Attributes
    ----------
    ran : dict
        By the number of each line that ran: what it changed, in words.
    made : (int, int) or None
        First and last line of the statement that gave the chosen number its value.
    place : tuple of int
        Of the chosen number in the array that was returned; () if it is none.
    """

    source: Source
    ran: dict[int, str] = field(default_factory=dict)
    made: tuple[int, int] | None = None
    place: tuple[int, ...] = ()
    value: float | None = None


def calls(run: Run, ours: Ours) -> list[Call]:
    """The calls that ``run`` makes of functions whose code is ``ours``.

    Functions that are called only once, because their answer is kept, would make one
    run differ from the next: ``run`` must have run before.
    """
    watch = _Watch(ours)
    with watch.tracing():
        run()
    return watch.calls


def look(run: Run, ours: Ours, index: int, at: int) -> Looked:
    """Look at call number ``index`` of ``calls``, and number ``at`` of what it gives.

    It runs twice: what is returned is known only at its end, and then it is known which
    variables hold the number on its way.
    """
    first = _Watch(ours, index)
    with first.tracing():
        run()
    call, lines = first.calls[index], first.lines
    looked = Looked(source_of(call.code))
    holders: dict[str, tuple[int, ...]] = {}
    result = call.gives
    if result is not None and result.size and result.dtype.kind in "biuf":
        flat = min(max(at, 0), result.size - 1)
        looked.place = tuple(int(i) for i in np.unravel_index(flat, result.shape))
        looked.value = float(result[looked.place])
        holders = _holders(lines.ending, result, looked.place)
    second = _Watch(ours, index, _Lines(looked.source, holders))
    with second.tracing():
        run()
    looked.ran = second.lines.notes
    if looked.value is not None:
        looked.made = looked.source.statement(second.lines.maker)
        where = ", ".join(map(str, looked.place))
        note = f"gives [{where}] = {_text(looked.value)}"
        before = looked.ran.get(second.lines.last, "")
        looked.ran[second.lines.last] = f"{before}; {note}" if before else note
    return looked


def last_line(run: Run, code: CodeType) -> int:
    """The line of ``code`` that ran last."""
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
    """With ``trace`` as the tracer; the one before comes back."""
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


class _Watch:
    """Notes the calls, and every line of one of them."""

    def __init__(self, ours: Ours, index: int = -1, lines: _Lines | None = None):
        self._ours, self._index = ours, index
        self._numbers: dict[FrameType, int] = {}
        self.calls: list[Call] = []
        self.lines = lines or _Lines(None, {})

    @contextmanager
    def tracing(self) -> Iterator[None]:
        try:
            with _traced(self._begun):
                yield
        finally:
            self._numbers.clear()  # frames hold all that was in them

    def _begun(self, frame: FrameType, event: str, arg: object) -> Any:
        code = frame.f_code
        if code.co_name.startswith("<") or not self._ours(code):
            return None
        if frame not in self._numbers:  # a generator begins more than once
            self._numbers[frame] = len(self.calls)
            self.calls.append(self._call(frame))
        watched = self._numbers[frame] == self._index
        frame.f_trace_lines = watched
        if watched:
            self.lines.begin(frame)
        return self._goes_on

    def _goes_on(self, frame: FrameType, event: str, arg: Any) -> Any:
        number = self._numbers[frame]
        if number == self._index and event in ("line", "return"):
            self.lines.step(frame, ended=event == "return")
        generator = frame.f_code.co_flags & CO_GENERATOR
        if event == "return" and isinstance(arg, np.ndarray) and not generator:
            self.calls[number].gives = arg
        return self._goes_on

    def _call(self, frame: FrameType) -> Call:
        back = frame.f_back
        while back is not None and back not in self._numbers:
            back = back.f_back
        parent = -1 if back is None else self._numbers[back]
        instance = frame.f_locals.get("self")
        name = frame.f_code.co_qualname
        return Call(frame.f_code, parent, name, instance)


class _Lines:
    """What each line of a call changed; and which one made the chosen number."""

    def __init__(self, source: Source | None, holders: dict[str, tuple[int, ...]]):
        self._source, self._holders = source, holders
        self._before: dict[str, object] = {}
        self._held: dict[str, bytes] = {}
        self._shapes: dict[str, tuple[int, ...]] = {}
        self.notes: dict[int, str] = {}
        self.ending: dict[str, object] = {}
        self.last = self.maker = 0

    def begin(self, frame: FrameType) -> None:
        if self.last:
            return  # a generator goes on
        self.last = self.maker = frame.f_code.co_firstlineno
        self._settle(frame)
        self.maker = 0

    def step(self, frame: FrameType, *, ended: bool) -> None:
        """The line before has done what it does; the next one begins."""
        self._settle(frame)
        if ended:
            self.ending = dict(frame.f_locals)
            self.maker = self.maker or self.last
        else:
            self.last = self._first(frame.f_lineno)
            self.notes.setdefault(self.last, "")

    def _first(self, line: int) -> int:
        return line if self._source is None else self._source.statement(line)[0]

    def _settle(self, frame: FrameType) -> None:
        now = dict(frame.f_locals)
        said = []
        for name, value in now.items():
            held = self._number(name, value)
            if held is not None and held != self._held.get(name):
                where = ", ".join(map(str, self._holders[name]))
                number = np.frombuffer(held, np.asarray(value).dtype)[0]
                said.append(f"{name}[{where}] = {_text(number)}")
                self._held[name] = held
                self.maker = self.last
            elif value is not self._before.get(name, _Lines) and name != "self":
                said += _words(name, value)
        self._before = now
        if said:
            self.notes[self.last] = "; ".join(said)

    def _number(self, name: str, value: object) -> bytes | None:
        """The chosen number's bytes, if this variable holds it in its place."""
        place = self._holders.get(name)
        if place is None or not isinstance(value, np.ndarray):
            return None
        if len(place) != value.ndim or any(
            i >= n for i, n in zip(place, value.shape, strict=True)
        ):
            return None
        return bytes(value[place].tobytes())


def _holders(
    ending: dict[str, object], result: NDArray[Any], place: tuple[int, ...]
) -> dict[str, tuple[int, ...]]:
    """The variables that hold number ``place`` of the result in the same memory."""
    address = _address(result) + sum(
        i * stride for i, stride in zip(place, result.strides, strict=True)
    )
    found = {}
    for name, value in ending.items():
        if isinstance(value, np.ndarray) and value.dtype == result.dtype:
            where = _place_of(value, address)
            if where is not None:
                found[name] = where
    return found


def _place_of(array: NDArray[Any], address: int) -> tuple[int, ...] | None:
    """Which number of the array lies at an address."""
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


def _words(name: str, value: object) -> list[str]:
    """A variable, if it can be told in a few words."""
    if isinstance(value, np.ndarray):
        return [f"{name}: {value.shape} {value.dtype}"]
    if isinstance(value, bool | int | float | str | tuple | slice | np.generic | None):
        text = _text(value)
        return [f"{name} = {text}"] if len(text) <= _TEXT else []
    return []


def _text(value: object) -> str:
    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    return str(value) if isinstance(value, np.generic) else repr(value)
