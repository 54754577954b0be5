"""Pickles without Python's pickle: plain data, and calls of a few known functions.

A pickle is a program for a small stack machine, and Python's own machine will import
and call whatever the file names. This one has a list of the names it knows, each with
what it stands for here; for every other name, and for every other instruction, it
stops. Nothing in a file can make it run code. The instructions are described, byte by
byte, in the standard library's ``pickletools``, which also takes them apart.
"""

from __future__ import annotations

import pickletools
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nnweb.errors import WeightsError
from nnweb.weights.tensors import shown


@dataclass(frozen=True)
class Known:
    """What a name in a pickle stands for: a function, or a thing that has no call."""

    name: str
    call: Callable[..., Any] | None = None


def unpickle(
    data: bytes,
    known: Mapping[str, Known],
    persistent: Callable[[Any], Any],
    where: str,
) -> Any:
    """The value that the pickle ``data`` describes.

    Parameters
    ----------
    known
        By "module.name", what a pickle may name.
    persistent
        Gives what a persistent id stands for: in PyTorch's files, a storage.
    where
        What messages call the pickle.

    Raises WeightsError for all that is damaged, or that is not in ``known``.
    """
    machine = _Machine(known, persistent, where)
    try:
        with warnings.catch_warnings():
            # of strange escapes in a name, which is refused right after
            warnings.simplefilter("ignore", DeprecationWarning)
            for opcode, argument, _ in pickletools.genops(data):
                machine.step(opcode.name, argument)
        return machine.stack.pop()
    except WeightsError:
        raise
    # what a damaged or made-up pickle does to the stack, the memo, or a call
    except (IndexError, TypeError, ValueError) as error:
        raise WeightsError(f"{where}: not a good pickle ({str(error)[:200]})") from None


@dataclass
class _Machine:
    known: Mapping[str, Known]
    persistent: Callable[[Any], Any]
    where: str
    stack: list[Any] = field(default_factory=list)
    marks: list[list[Any]] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)

    def step(self, name: str, argument: Any) -> None:
        """Do one instruction."""
        if name in _VALUES:
            self.stack.append(argument)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name]())
        elif name in _INSTRUCTIONS:
            _INSTRUCTIONS[name](self, argument)
        elif name not in _IGNORED:
            raise WeightsError(
                f"{self.where}: the pickle has the instruction {name}, expected none "
                "but those that tensors need"
            )

    def pop(self, count: int) -> list[Any]:
        """The topmost ``count`` values, lowest first."""
        if len(self.stack) < count:
            raise IndexError("its stack is empty")
        taken = self.stack[len(self.stack) - count :]
        del self.stack[len(self.stack) - count :]
        return taken

    def pop_to_mark(self) -> list[Any]:
        taken, self.stack = self.stack, self.marks.pop()
        return taken

    def mark(self, _: Any) -> None:
        self.marks.append(self.stack)
        self.stack = []

    def put(self, place: int) -> None:
        self.memo[place] = self.stack[-1]

    def memoize(self, _: Any) -> None:
        self.memo[len(self.memo)] = self.stack[-1]

    def get(self, place: int) -> None:
        if place not in self.memo:
            raise IndexError(f"nothing was put at {place}")
        self.stack.append(self.memo[place])

    def tuple_of(self, count: int) -> None:
        self.stack.append(tuple(self.pop(count)))

    def tuple_to_mark(self, _: Any) -> None:
        values = tuple(self.pop_to_mark())  # first: it changes which stack is the stack
        self.stack.append(values)

    def append(self, values: list[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not list:
            raise TypeError(f"appends to {shown(target)}")
        target.extend(values)

    def set_items(self, values: list[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not dict:
            raise TypeError(f"sets items of {shown(target)}")
        for key, value in zip(values[::2], values[1::2], strict=True):
            if not isinstance(key, str | int):
                raise TypeError(f"the key {shown(key)}")
            target[key] = value

    def find(self, name: str) -> None:
        if name not in self.known:
            raise WeightsError(
                f"{self.where}: the pickle wants {name[:200]}, which is no tensor and "
                "is not loaded; save model.state_dict() alone, not the model"
            )
        self.stack.append(self.known[name])

    def find_persistent(self, _: Any) -> None:
        (identity,) = self.pop(1)
        self.stack.append(self.persistent(identity))

    def build(self, _: Any) -> None:
        """Attributes for what lies below: left off. A state_dict has versions there."""
        self.pop(1)

    def reduce(self, _: Any) -> None:
        function, arguments = self.pop(2)
        if not isinstance(function, Known) or function.call is None:
            raise TypeError(f"calls {shown(function)}")
        if not isinstance(arguments, tuple):
            raise TypeError(f"{function.name} is called with no tuple")
        self.stack.append(function.call(*arguments))


#: Instructions that put their argument on the stack.
_VALUES = {
    *("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"),
    *("BINUNICODE", "SHORT_BINUNICODE"),
}
#: Instructions that put something new on the stack.
_CONSTANTS: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_TUPLE": tuple,
    "EMPTY_LIST": list,
    "EMPTY_DICT": dict,
}
_IGNORED = {"PROTO", "FRAME", "STOP"}
_INSTRUCTIONS: dict[str, Callable[[_Machine, Any], None]] = {
    "MARK": _Machine.mark,
    "BINPUT": _Machine.put,
    "LONG_BINPUT": _Machine.put,
    "MEMOIZE": _Machine.memoize,
    "BINGET": _Machine.get,
    "LONG_BINGET": _Machine.get,
    "TUPLE1": lambda machine, _: machine.tuple_of(1),
    "TUPLE2": lambda machine, _: machine.tuple_of(2),
    "TUPLE3": lambda machine, _: machine.tuple_of(3),
    "TUPLE": _Machine.tuple_to_mark,
    "APPEND": lambda machine, _: machine.append(machine.pop(1)),
    "APPENDS": lambda machine, _: machine.append(machine.pop_to_mark()),
    "SETITEM": lambda machine, _: machine.set_items(machine.pop(2)),
    "SETITEMS": lambda machine, _: machine.set_items(machine.pop_to_mark()),
    "GLOBAL": lambda machine, name: machine.find(name.replace(" ", ".")),
    "STACK_GLOBAL": lambda machine, _: machine.find(".".join(machine.pop(2))),
    "REDUCE": _Machine.reduce,
    "BUILD": _Machine.build,
    "BINPERSID": _Machine.find_persistent,
}
