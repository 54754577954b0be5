"""Reads numbers for the page: strokes as flat buffers in, plain dicts out.

Not part of the page's start: the worker imports it when a number is first written.
"""

from __future__ import annotations

from collections.abc import Buffer, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from types import MappingProxyType
from typing import Any

import numpy as np

from nnweb.errors import PatternError
from nnweb.numbers.reader import Conditions, NumberReader
from nnweb.numbers.reading import Character
from nnweb.numbers.separators import SIGNS
from nnweb.page.api import Recognizer


class Numbers:
    """Reads with the page's network, and keeps what it recognized for the next call.

    So after each stroke only the groups of strokes that are new are recognized.
    """

    def __init__(self) -> None:
        self._reader: NumberReader | None = None

    def read(
        self,
        recognizer: Recognizer,
        points: Buffer,
        lengths: Sequence[int],
        conditions: Mapping[str, Any] = MappingProxyType({}),
    ) -> dict[str, Any]:
        """Read strokes: ``points`` float32 x, y in turn, ``lengths`` points per stroke.

        ``conditions`` are fields of ``Conditions``. A pattern beyond its subset of
        HTML's is ignored: the form field that has it checks the text.
        Returns the fields of ``NumberReading`` and of its characters; ``crossed`` has
        the strokes that are crossed out. Raises ImageError.
        """
        start = perf_counter()
        network = recognizer.network
        if self._reader is None or self._reader.network is not network:
            self._reader = NumberReader(network)
        flat = np.frombuffer(points, np.float32).reshape(-1, 2)
        strokes = np.split(flat, np.cumsum(lengths)[:-1])
        alphabet = "".join(network.labels) + SIGNS
        allowed = Conditions(**{"alphabet": alphabet, **conditions})
        try:
            reading = self._reader.read(strokes, allowed)
        except PatternError:
            reading = self._reader.read(strokes, replace(allowed, pattern=None))
        used = {stroke for c in reading.characters for stroke in c.strokes}
        return {
            "text": reading.text,
            "confidence": reading.confidence,
            "characters": [_fields(character) for character in reading.characters],
            "readings": [list(one) for one in reading.readings],
            "accepted": reading.accepted,
            "place": -1 if reading.place is None else reading.place,
            "crossed": [i for i in range(len(strokes)) if i not in used],
            "milliseconds": (perf_counter() - start) * 1e3,
        }


def _fields(character: Character) -> dict[str, Any]:
    return {
        "text": character.text,
        "box": list(character.box),
        "strokes": list(character.strokes),
        "probabilities": character.probabilities,
        "alternatives": list(character.alternatives),
    }
