"""Patterns: a subset of HTML's ``pattern``, as an automaton that the lattice follows.

Literals, ``\\d``, ``.``, classes such as ``[0-9,.]``, groups ``( )``, alternatives
``|``, and counts ``? * + {2} {2,} {2,4}``. As in HTML the whole text must match. A
backslash makes the next character a literal. Source: HTML Living Standard, the pattern
attribute; the construction is Thompson's (1968).
"""

from __future__ import annotations

from nnweb.errors import PatternError

#: Patterns with a name.
NAMED = {
    "date": r"\d{1,2}([/.\-])\d{1,2}([/.\-])(\d{4}|\d{2})|\d{4}-\d{2}-\d{2}",
    "time": r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?",
    "phone": r"\+?\d{1,5}([\-/]?\d{1,5}){1,5}",
    "amount": r"-?(\d{1,3}(,\d{3})+|\d+)([.,]\d{2})?",
}
_DIGITS = frozenset("0123456789")
_MOST = 64  # of a count, and the length of a number that is read
_DEEPEST = 16  # groups in one another; 12 of them have too many states already

_Move = tuple[frozenset[str] | None, int]  # characters, or None for any; next state


class Pattern:
    """A compiled pattern; states are whole numbers, 0 at the beginning.

    Raises PatternError for what is not in the subset.
    """

    def __init__(self, text: str) -> None:
        self.text = NAMED.get(text, text)
        self._moves: list[list[_Move]] = []
        self._free: list[list[int]] = []  # moves that need no character
        self._at = 0
        self._depth = 0
        begin = self._state()
        self._end = self._alternatives(begin)
        if self._at < len(self.text):
            raise self._error("a ) without (")
        self._sets = [self._closure({begin})]
        self._known: dict[tuple[int, str], int] = {}

    def step(self, state: int, character: str) -> int:
        """Return the state after a character; -1 if the pattern does not allow it."""
        key = (state, character)
        if key not in self._known:
            after = {
                target
                for at in self._sets[state]
                for allowed, target in self._moves[at]
                if allowed is None or character in allowed
            }
            closed = self._closure(after)
            if not closed:
                self._known[key] = -1
            else:
                if closed not in self._sets:
                    self._sets.append(closed)
                self._known[key] = self._sets.index(closed)
        return self._known[key]

    def accepts(self, state: int) -> bool:
        """Whether a text that leads to this state matches."""
        return self._end in self._sets[state]

    def matches(self, text: str) -> bool:
        state = 0
        for character in text:
            state = self.step(state, character)
            if state < 0:
                return False
        return self.accepts(state)

    # --- the parser: each method continues from a state and returns the last one ------

    def _alternatives(self, begin: int) -> int:
        end = self._state()
        while True:
            start = self._state()
            self._free[begin].append(start)
            self._free[self._sequence(start)].append(end)
            if self._peek() != "|":
                return end
            self._at += 1

    def _sequence(self, state: int) -> int:
        while self._peek() not in ("", "|", ")"):
            start = self._at
            past = self._atom(self._state())
            least, most = self._count()
            after = self._at
            if (least, most) == (1, 1):
                self._at = start
                state = self._atom(state)
            else:
                state = self._repeat(state, start, past, least, most)
            self._at = after
        return state

    def _repeat(
        self, state: int, start: int, past: int, least: int, most: int | None
    ) -> int:
        """Append the atom at ``start`` as often as it may occur."""
        end = self._state()
        copies = least if most is None else most
        for copy in range(copies):
            if copy >= least:
                self._free[state].append(end)
            self._at = start
            state = self._atom(state)
        if most is None:
            loop = self._state()
            self._free[state].append(loop)
            self._at = start
            self._free[self._atom(loop)].append(loop)
            state = loop
        self._free[state].append(end)
        return end

    def _atom(self, state: int) -> int:
        character = self._next("a character")
        if character == "(":
            return self._group(state)
        if character in "*+?{}]^$":
            self._at -= 1
            raise self._error(f"{character} has no meaning here; write \\{character}")
        end = self._state()
        allowed: frozenset[str] | None = frozenset(character)
        if character == "[":
            allowed = self._class()
        elif character == "\\":
            allowed = self._escaped()
        elif character == ".":
            allowed = None
        self._moves[state].append((allowed, end))
        return end

    def _group(self, state: int) -> int:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._error(f"expected at most {_DEEPEST} groups in one another")
        if self.text.startswith("?:", self._at):
            self._at += 2
        end = self._alternatives(state)
        if self._peek() != ")":
            raise self._error("a ( without )")
        self._at += 1
        self._depth -= 1
        return end

    def _class(self) -> frozenset[str]:
        allowed: set[str] = set()
        while (character := self._next("a ]")) != "]":
            found = self._escaped() if character == "\\" else frozenset(character)
            if character == "^" and not allowed:
                raise self._error("classes of what is not allowed are not supported")
            if self._peek() == "-" and self.text[self._at + 1 : self._at + 2] != "]":
                self._at += 1
                last = self._next("the end of a range")
                if len(found) > 1 or ord(last) < ord(character):
                    raise self._error(f"{character}-{last} is no range")
                found = frozenset(map(chr, range(ord(character), ord(last) + 1)))
            allowed |= found
        return frozenset(allowed)

    def _escaped(self) -> frozenset[str]:
        character = self._next("a character after \\")
        if character == "d":
            return _DIGITS
        if character.isalnum():
            raise self._error(f"\\{character} is not supported, only \\d")
        return frozenset(character)

    def _count(self) -> tuple[int, int | None]:
        character = self._peek()
        if character in ("?", "*", "+"):
            self._at += 1
            return {"?": (0, 1), "*": (0, None), "+": (1, None)}[character]
        if character != "{":
            return 1, 1
        end = self.text.find("}", self._at)
        least, comma, most = self.text[self._at + 1 : end].partition(",")
        valid = end > 0 and least.isdecimal() and (most == "" or most.isdecimal())
        low = int(least) if valid else 0
        high = (int(most) if most else None) if comma else low
        if not valid or not low <= (low if high is None else high) <= _MOST:
            raise self._error(f"expected a count such as {{2,4}}, at most {_MOST}")
        self._at = end + 1
        return low, high

    def _closure(self, states: set[int]) -> frozenset[int]:
        found, left = set(states), list(states)
        while left:
            for target in self._free[left.pop()]:
                if target not in found:
                    found.add(target)
                    left.append(target)
        return frozenset(found)

    def _state(self) -> int:
        self._moves.append([])
        self._free.append([])
        if len(self._moves) > 20_000:
            raise self._error("the pattern is too large")
        return len(self._moves) - 1

    def _peek(self) -> str:
        return self.text[self._at : self._at + 1]

    def _next(self, expected: str) -> str:
        if not (character := self._peek()):
            raise self._error(f"expected {expected}")
        self._at += 1
        return character

    def _error(self, message: str) -> PatternError:
        return PatternError(f"pattern {self.text!r}, at {self._at}: {message}")
