"""The result of reading a number."""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Character:
    """One character of a number.

    Attributes
    ----------
    text : str
        A digit or a sign; "?" for ink that is no character.
    box : left, top, right, bottom, in the units of what was given
    strokes : indices of its strokes, in the order of writing; of components of an image
    probabilities : of each character that this ink may be, the likeliest first
    alternatives : what else it may be, the likeliest first
    score : how much it looks like any digit (``Network.score``)
    """

    text: str
    box: Box
    strokes: tuple[int, ...]
    probabilities: dict[str, float]
    alternatives: tuple[str, ...]
    score: float


@dataclass(frozen=True)
class NumberReading:
    """What a whole number says.

    Attributes
    ----------
    text : str
        What the best way of cutting the ink into characters says, with a space where
        the writer left a wide gap; "" if there is no ink.
    confidence : float
        The probability that the whole text is right.
    characters : of ``text``, from left to right, without spaces
    readings : texts without spaces with their probabilities, the likeliest first
        A probability is the sum over all ways of cutting that say the same. So the
        first is seldom another than ``text``: if several ways together are likelier.
    accepted : bool
        Whether all the ink is a number: no letter, no scribble.
    valid : bool
        Whether ``text`` satisfies the alphabet, the pattern and the other conditions.
    reason : str
        Why it is not accepted, or not valid; otherwise "".
    place : int or None
        Index of the character that ``reason`` is about.
    """

    text: str
    confidence: float
    characters: tuple[Character, ...] = ()
    readings: tuple[tuple[str, float], ...] = ()
    accepted: bool = True
    valid: bool = True
    reason: str = ""
    place: int | None = None
