"""Searches with atheris for a file that a reader fails at: -m tools.fuzz.guided READER.

Needs ``pip install atheris``. Runs until it is stopped; arguments after READER are
libFuzzer's. Its bytes make the choices that seeds make elsewhere.
"""

import sys
import tempfile
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["nnweb"]):
    from tools.fuzz.readers import READERS
    from tools.fuzz.run_cases import failure


class Chosen(Random):
    """Chance that is read from bytes, then zeros."""

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self._rest = iter(data)

    def getrandbits(self, k: int, /) -> int:
        value = 0
        for _ in range(-(-k // 8)):
            value = value << 8 | next(self._rest, 0)
        return value & ((1 << k) - 1)

    def random(self) -> float:
        return self.getrandbits(32) / 2**32


def main() -> None:
    _, name, *options = sys.argv
    reader, folder = READERS[name], Path(tempfile.mkdtemp())
    path = folder / reader.name

    def test(data: bytes) -> None:
        path.write_bytes(reader.make(Chosen(data)))
        if wrong := failure(reader, path):
            raise AssertionError(wrong)

    atheris.Setup([sys.argv[0], *options], test)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
