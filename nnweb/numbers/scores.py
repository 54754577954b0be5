"""Scores of the lattice: log-linear in a few measures of groups and of neighbours.

A group with a label, and two neighbours, have features; ``WEIGHTS`` are fitted by
``tools.bench.fit_numbers``. The score of a reading is the sum, in nats, so that a
softmax over the best readings is their probability.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnweb.numbers.conditions import DIGITS
from nnweb.numbers.groups import Group
from nnweb.numbers.separators import SIGNS, score_signs

Array = NDArray[np.floating]

OTHER = "?"  # the label of what is no known character
DIGIT, SIGN, NEITHER = range(3)  # kinds of labels

#: What is measured, and its weights: of strokes, and of pictures.
WEIGHTS = {
    # of a group as a digit
    "label": (0.65, 0.99),  # log probability of the label
    "trajectory": (0.30, 0.30),  # the same by the trajectory of the pen
    "digit": (0.00, 0.42),  # log likelihood of any digit, by the network's score
    "clear": (0.43, 0.43),  # the same, for a threshold that is 3 higher
    "each digit": (-1.34, -1.01),
    "height": (0.75, 0.44),  # log likelihood of its height,
    "middle": (0.47, 0.54),  # of where its middle is,
    "width": (0.01, 0.34),  # and of its width to its height, for this digit
    "narrow": (-0.82, -2.16),  # width to height below 0.35 of a digit that is no 1
    "upright": (0.84, 0.48),  # log likelihood of the lean of a straight 1
    "tall 1": (-0.25, -1.28),  # digit heights that a straight 1 is taller than 1.1
    "strokes": (0.46, 0.01),  # log share of this digit's writings that have as many
    # of a group as a sign: log likelihood of its shape, and how frequent it is
    "shape -": (0.57, 1.16),
    "shape /": (0.70, 0.64),
    "shape .": (0.57, 1.12),
    "shape ,": (1.69, 1.37),
    "shape :": (0.90, 1.05),
    "sign -": (-4.60, -3.43),
    "sign /": (-0.16, -0.38),
    "sign .": (-2.59, -1.94),
    "sign ,": (-1.99, -2.56),
    "sign :": (-0.44, 1.55),
    "other": (-10.00, -10.00),  # for each piece that is no known character
    # of a group as such
    "apart": (-3.00, -1.28),  # digit heights between its strokes, beyond 0.06
    "cut": (-0.58, -2.66),  # for each end in the middle of a stroke
    "gap": (-4.00, -1.92),  # digit heights between its pieces, across
    "pieces": (-2.67, -5.59),  # beyond the first
    "many pieces": (-1.00, -0.39),  # beyond the second
    # of neighbours
    "inside": (-2.31, -3.57),  # share of the narrower that is above or below the other
    "sign overlap": (-3.01, -2.52),  # digit heights of it, if one is a sign
    "unlevel": (-3.00, -4.81),  # digit heights between the feet of digits
    "two signs": (-2.00, -2.01),
    "sign at an end": (0.00, -0.02),
    # of a whole reading
    "unusual": (-3.61, -4.73),  # no number, date, time or phone number is like it
    "unusual signs": (-3.53, -4.11),  # for each of its signs
    "impossible": (-5.78, -3.83),  # written like a date or a time, but is none
    "no day": (-3.14, -3.95),  # two numbers and a slash, but no month and day
}
NAMES = tuple(WEIGHTS)
OF_STROKES, OF_PICTURES = np.array(list(WEIGHTS.values())).T
#: Probability that a character is wrong in a way that no reading of the lattice knows:
#: of strokes, and of pictures, where digits that touch may be one piece.
UNSEEN = (0.0, 0.0115)
_AT = {name: index for index, name in enumerate(NAMES)}
#: Shares of the writings of each digit with 1, 2 and 3 strokes, in assets/pens.
_STROKES = (
    (0.957, 0.04, 0.003),  # 0
    (0.983, 0.014, 0.003),  # 1
    (0.989, 0.008, 0.003),  # 2
    (0.993, 0.003, 0.003),  # 3
    (0.351, 0.643, 0.006),  # 4
    (0.21, 0.782, 0.009),  # 5
    (0.988, 0.009, 0.003),  # 6
    (0.15, 0.842, 0.008),  # 7
    (0.959, 0.038, 0.003),  # 8
    (0.935, 0.062, 0.003),  # 9
)
#: Mean and spread of the width of each digit, in its heights.
_WIDTHS = (
    (0.66, 0.2), (0.2, 0.12), (0.75, 0.2), (0.65, 0.2), (0.65, 0.2),
    (0.75, 0.25), (0.55, 0.2), (0.65, 0.2), (0.58, 0.18), (0.58, 0.18),
)  # fmt: skip
_LEAST = 1e-3  # probabilities below it are as unlikely as this
_LEAST_BY_TRAJECTORY = 1e-2
_CLEAR = 3.0  # points of score above the threshold
_STRAIGHT = 0.08  # length of a stroke over the distance of its ends, less 1


def kind_of(label: str) -> int:
    """Return whether a label is a digit (of the network's), a sign or neither."""
    return SIGN if label in SIGNS else NEITHER if label == OTHER else DIGIT


def digits_of(labels: Sequence[str]) -> list[int] | None:
    """Return which digit each label of a network is; None unless all are digits.

    A label of unknown shape gets no penalties, so the digits beside it get none either.
    """
    known = set(labels) <= set(DIGITS)
    return [int(label) for label in labels] if known else None


def label_features(
    labels: Sequence[str],
    groups: Sequence[Group],
    probabilities: Array,
    scores: Array,
    reject_below: float | None,
    by_trajectory: Array,
) -> Array:
    """Return the features of each group with each label: (N, labels, features).

    ``labels``, ``probabilities`` (N, digits) and ``scores`` (N,) are the network's;
    ``by_trajectory`` (N, digits) are probabilities too, 1 where that is not known.
    The features are of these labels, the signs, and ``OTHER``.
    """
    digits = len(labels)
    F = np.zeros((len(groups), digits + len(SIGNS) + 1, len(NAMES)))
    D = F[:, :digits]
    D[..., _AT["label"]] = np.log(np.maximum(probabilities, _LEAST))
    above = scores - (0.0 if reject_below is None else reject_below)
    D[..., _AT["digit"]] = -np.logaddexp(0, -above)[:, None]
    D[..., _AT["clear"]] = -np.logaddexp(0, _CLEAR - above)[:, None]
    D[..., _AT["each digit"]] = 1
    floored = np.maximum(by_trajectory, _LEAST_BY_TRAJECTORY)
    D[..., _AT["trajectory"]] = np.log(floored)
    height = np.array([group.height for group in groups])
    middle = np.array([group.middle for group in groups])
    D[..., _AT["height"]] = _tailed(height, 1.0, 0.25)[:, None]
    D[..., _AT["middle"]] = _tailed(middle, -0.5, 0.15)[:, None]
    _add_shapes(D, labels, groups)
    likelihoods = score_signs(groups)
    for j, sign in enumerate(SIGNS):
        F[:, digits + j, _AT[f"shape {sign}"]] = likelihoods[:, j]
        F[:, digits + j, _AT[f"sign {sign}"]] = 1
    pieces = np.array([len(group.pieces) for group in groups])
    whole = {
        "apart": np.maximum([group.apart - 0.06 for group in groups], 0),
        "cut": [group.cuts for group in groups],
        "gap": np.maximum([group.gap - 0.03 for group in groups], 0),
        "pieces": pieces - 1,
        "many pieces": np.maximum(pieces - 2, 0),
    }
    for name, values in whole.items():
        F[..., _AT[name]] = np.asarray(values)[:, None]
    F[:, -1, _AT["other"]] = pieces
    return F


def _add_shapes(D: Array, labels: Sequence[str], groups: Sequence[Group]) -> None:
    """Set the features that differ by digit."""
    height = np.array([group.height for group in groups])
    width = np.array([group.width for group in groups])
    shape = width / np.maximum(height, 0.1)
    most = len(_STROKES[0])
    counts = [min(group.strokes, most) - 1 for group in groups]
    shares = np.log(_STROKES).T[counts]
    for column, digit in enumerate(digits_of(labels) or ()):
        D[:, column, _AT["width"]] = _tailed(shape, *_WIDTHS[digit])
        D[:, column, _AT["narrow"]] = 0 if digit == 1 else np.maximum(0.35 - shape, 0)
        D[:, column, _AT["strokes"]] = shares[:, digit]
    if "1" in labels:
        one = labels.index("1")
        lean, bend = np.array([group.line for group in groups]).reshape(-1, 2).T
        straight = np.flatnonzero(bend < _STRAIGHT)
        D[straight, one, _AT["upright"]] = _tailed(lean[straight], 0.0, 0.15)
        D[straight, one, _AT["tall 1"]] = np.maximum(height[straight] - 1.1, 0)


def pair_features(left: Array, right: Array, kinds: tuple[int, int]) -> Array:
    """Return the features (N, features) of neighbours of these kinds, boxes (N, 4)."""
    F = np.zeros((len(left), len(NAMES)))
    widths = [boxes[:, 2] - boxes[:, 0] for boxes in (left, right)]
    least = np.maximum(np.minimum(*widths), 0.05)
    overlap = np.clip(left[:, 2] - right[:, 0], 0, least)
    F[:, _AT["inside"]] = np.where(overlap > 0.06, overlap / least, 0)
    if kinds == (DIGIT, DIGIT):
        F[:, _AT["unlevel"]] = np.minimum(np.abs(left[:, 3] - right[:, 3]), 1)
    elif kinds == (SIGN, SIGN):
        F[:, _AT["two signs"]] = 1
    else:
        F[:, _AT["sign overlap"]] = np.maximum(overlap - 0.06, 0)
    return F


def end_features(kind: int) -> Array:
    """Return the features of a first or last character of this kind."""
    f = np.zeros(len(NAMES))
    f[_AT["sign at an end"]] = kind == SIGN
    return f


#: How people write numbers, dates, times and phone numbers.
USUAL = (
    r"-?\d+([.,]\d+)?|-?\d{1,3}(,\d{3})+(\.\d+)?|\d{1,2}/\d{1,2}(/(\d\d|\d{4}))?"
    r"|\d{1,2}:\d\d(:\d\d)?|\d{1,5}(-\d{1,5})+|\d{1,2}(\.\d{1,2})(\.(\d\d|\d{4}))"
)
_USUAL = re.compile(USUAL)
_DATE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d\d|\d{4})")
_SLASH = re.compile(r"(\d{1,2})/(\d{1,2})")
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")


def reading_features(labels: Sequence[str]) -> Array:
    """Return the features of a whole reading."""
    f = np.zeros(len(NAMES))
    text = "".join(labels)
    f[_AT["impossible"]] = _is_impossible(text)
    if found := _SLASH.fullmatch(text):
        f[_AT["no day"]] = not _is_day(found[1], found[2])
    if not is_usual(labels):
        f[_AT["unusual"]] = 1
        f[_AT["unusual signs"]] = sum(label in SIGNS for label in labels)
    return f


def is_usual(labels: Sequence[str]) -> bool:
    return _USUAL.fullmatch("".join(labels)) is not None


def _is_impossible(text: str) -> bool:
    """Whether a text is written like a date or a time of day, but is none."""
    if found := _DATE.fullmatch(text):
        return not _is_day(found[1], found[3])
    if found := _TIME.fullmatch(text):
        hours, *others = (int(part or 0) for part in found.groups())
        return hours > 24 or max(others) > 59
    return False


def _is_day(first: str, second: str) -> bool:
    """Whether two numbers can be month and day, in either order."""
    low, high = sorted((int(first), int(second)))
    return 1 <= low <= 12 and high <= 31


def _tailed(x: Array, mean: float, std: float) -> Array:
    """Log of a Student's t with 3 degrees of freedom, 0 at its mean."""
    return -2 * np.log1p(((x - mean) / std) ** 2 / 3)
