"""The exceptions that nnweb raises on purpose.

    NnwebError
    ├── ShapeError      an array, or a chain of layers, whose sizes do not fit
    ├── WeightsError    a weights file that cannot be used
    ├── ImageError      pixels that are not an image nnweb can read
    ├── DatasetError    a data set that is missing, damaged or empty
    └── TrainingError   settings or a checkpoint that training cannot go on from

Each of the five is a ValueError too, so that callers who know nothing of nnweb can
catch it. Messages read ``place: what was there, what was expected, what to do``. A
mistake in the calling program stays a RuntimeError or a TypeError.
"""


class NnwebError(Exception):
    """Base of all that nnweb raises because of what it was given."""


class ShapeError(NnwebError, ValueError):
    """Sizes that do not fit together."""


class WeightsError(NnwebError, ValueError):
    """A weights file that is malformed, or of a kind that is not known."""


class ImageError(NnwebError, ValueError):
    """Pixels of the wrong type or size."""


class DatasetError(NnwebError, ValueError):
    """A data set that cannot be read, or not be trusted."""


class TrainingError(NnwebError, ValueError):
    """Training that cannot start, or not be resumed."""
