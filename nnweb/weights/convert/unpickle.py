"""A safe unpickler: plain data, and calls of a few known functions.

A pickle is a program for a stack machine, and Python's own pickle imports and calls
whatever the program names. This one knows a list of names, and what each stands for;
any other name or instruction is an error. So no file can make it run code. The standard
library's ``pickletools`` documents the instructions, and decodes them.
"""

from __future__ import annotations

import pickletools
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nnweb.errors import WeightsError
from nnweb.files.shown import shown

#: Of a pickle, whose instructions are executed one by one; that of a hundred layers has
#: 30 kB.
MAX_BYTES = 256 * 2**10


@dataclass(frozen=True)
class Known:
    """What a name in a pickle stands for: a function, or an object without a call."""

    name: str
    call: Callable[..., Any] | None = None


def unpickle(
    data: bytes,
    known: Mapping[str, Known],
    persistent: Callable[[Any], Any],
    where: str,
) -> Any:
    """Return the value that the pickle ``data`` describes.

    Parameters
    ----------
    known
        The names that a pickle may use, as "module.name".
    persistent
        Returns the object of a persistent id: in PyTorch's files, a storage.
    where
        The pickle's name in messages.

    Raises WeightsError if it is damaged, or uses a name that is not in ``known``.
    """
    if len(data) > MAX_BYTES:
        raise WeightsError(
            f"{where}: {len(data):,} bytes, expected at most {MAX_BYTES:,}; save "
            "model.state_dict() only, not the model"
        )
    machine = _Machine(known, persistent, where)
    try:
        with warnings.catch_warnings():
            # about invalid escapes in a name, which is refused anyway
            warnings.simplefilter("ignore", DeprecationWarning)
            for opcode, argument, _ in pickletools.genops(data):
                machine.step(opcode.name, argument)
        return machine.stack.pop()
    except WeightsError:
        raise
    # a damaged or malicious pickle: stack, memo, or arguments do not match
    except (IndexError, TypeError, ValueError, RecursionError) as error:
        raise WeightsError(
            f"{where}: not a valid pickle ({str(error)[:200]})"
        ) from None


@dataclass
class _Machine:
    known: Mapping[str, Known]
    persistent: Callable[[Any], Any]
    where: str
    stack: list[Any] = field(default_factory=list)
    marks: list[list[Any]] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)

    def step(self, name: str, argument: Any) -> None:
        """Execute one instruction."""
        if name in _VALUES:
            self.stack.append(argument)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name]())
        elif name in _INSTRUCTIONS:
            _INSTRUCTIONS[name](self, argument)
        elif name not in _IGNORED:
            raise WeightsError(
                f"{self.where}: the pickle has the instruction {name}, expected only "
                "those that tensors need"
            )

    def pop(self, count: int) -> list[Any]:
        """Pop the top ``count`` values, lowest first."""
        if len(self.stack) < count:
            raise IndexError("the stack is empty")
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
            raise IndexError(f"the memo has no entry {place}")
        self.stack.append(self.memo[place])

    def tuple_of(self, count: int) -> None:
        self.stack.append(tuple(self.pop(count)))

    def tuple_to_mark(self, _: Any) -> None:
        values = tuple(self.pop_to_mark())  # pops first, which replaces self.stack
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
                f"{self.where}: the pickle uses {name[:200]}, which is not part of a "
                "tensor; save model.state_dict() only, not the model"
            )
        self.stack.append(self.known[name])

    def find_persistent(self, _: Any) -> None:
        (identity,) = self.pop(1)
        self.stack.append(self.persistent(identity))

    def build(self, _: Any) -> None:
        """Drop attributes for the object below, as the versions of a state_dict."""
        self.pop(1)

    def reduce(self, _: Any) -> None:
        function, arguments = self.pop(2)
        if not isinstance(function, Known) or function.call is None:
            raise TypeError(f"calls {shown(function)}")
        if not isinstance(arguments, tuple):
            raise TypeError(f"{function.name} is called without a tuple")
        self.stack.append(function.call(*arguments))


#: Instructions that push their argument.
_VALUES = {
    *("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"),
    *("BINUNICODE", "SHORT_BINUNICODE"),
}
#: Instructions that push a new value.
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
