"""The exceptions that nnweb raises on purpose.

    NnwebError
    ├── ShapeError      an array, or a chain of layers, whose sizes do not fit
    ├── WeightsError    a weights file that cannot be used
    ├── ImageError      pixels that are not an image nnweb can read
    ├── DatasetError    a data set that is missing, damaged or empty
    ├── PatternError    a condition on a number that is malformed
    ├── TrainingError   settings or a checkpoint that training cannot use
    └── FormatError     a container (zip, npz, JSON) that is damaged, or too large

Each of the seven is a ValueError too, for callers that do not know nnweb's exceptions.
Messages read ``place: got X, expected Y``, and what to do. A mistake in the calling
program is a RuntimeError or a TypeError.
"""

from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST = 900  # characters of a message, whatever names a file has


class NnwebError(Exception):
    """Base of all exceptions that nnweb raises because of invalid input."""

    def __init__(self, message: str = "") -> None:
        half = _LONGEST // 2
        if len(message) > _LONGEST:
            message = f"{message[:half]} ... {message[-half:]}"
        super().__init__(message)


class ShapeError(NnwebError, ValueError):
    """Sizes that do not fit together."""


class WeightsError(NnwebError, ValueError):
    """A weights file that is malformed, or of an unknown format."""


class ImageError(NnwebError, ValueError):
    """Pixels of the wrong type or size."""


class DatasetError(NnwebError, ValueError):
    """A data set that cannot be read, or that is damaged."""


class PatternError(NnwebError, ValueError):
    """A pattern, or a condition on a number, that cannot be used."""


class TrainingError(NnwebError, ValueError):
    """Training that cannot start, or cannot be resumed."""


class FormatError(NnwebError, ValueError):
    """A file whose container cannot be read, whatever it was to contain."""


@contextmanager
def raised_as(kind: type[NnwebError], where: str = "") -> Iterator[None]:
    """Raise FormatErrors as ``kind``, the error of the caller, after ``where``."""
    try:
        yield
    except FormatError as error:
        raise kind(f"{where}: {error}" if where else str(error)) from None
