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

from nnweb.numbers.groups import Group
from nnweb.numbers.separators import SIGNS, score_signs

Array = NDArray[np.floating]

OTHER = "?"  # the label of what is no known character
DIGIT, SIGN, NEITHER = range(3)  # kinds of labels

#: What is measured, and its weight.
WEIGHTS = {
    # of a group as a digit
    "label": 0.85,  # log probability of the label
    "digit": 0.00,  # log likelihood that it is a digit at all, by the network's score
    "clear": 0.53,  # the same, for a threshold that is 3 higher
    "each digit": -1.32,
    "height": 0.92,  # log likelihood of its height,
    "middle": 0.14,  # of where its middle is,
    "width": 0.00,  # and of its width to its height, for this digit
    "narrow": -0.84,  # width to height below 0.35 of a digit that is no 1
    "upright": 0.97,  # log likelihood of the lean of a straight 1
    "tall 1": -0.38,  # digit heights that a straight 1 is taller than 1.1
    "strokes": 0.52,  # log share of this digit's writings that have as many
    # of a group as a sign: log likelihood of its shape, and how frequent it is
    "shape -": 0.55,
    "shape /": 0.56,
    "shape .": 0.59,
    "shape ,": 1.68,
    "shape :": 0.92,
    "sign -": -4.40,
    "sign /": -1.42,
    "sign .": -2.24,
    "sign ,": -1.60,
    "sign :": -0.36,
    "other": -10.00,  # for each piece that is no known character
    # of a group as such
    "apart": -2.72,  # digit heights between its strokes, beyond 0.06
    "cut": -0.61,  # for each end in the middle of a stroke
    "gap": -3.82,  # digit heights between its pieces, across
    "pieces": -2.55,  # beyond the first
    "many pieces": -0.80,  # beyond the second
    # of neighbours
    "inside": -1.90,  # share of the narrower that is above or below the other
    "sign overlap": -3.22,  # digit heights of it, if one is a sign
    "unlevel": -3.09,  # digit heights between the feet of digits
    "two signs": -2.01,
    "sign at an end": 0.00,
    # of a whole reading
    "unusual": -3.78,  # no number, date, time or phone number is written like it
    "unusual signs": -3.85,  # for each of its signs
    "impossible": -6.84,  # written like a date or a time, but is none
}
NAMES = tuple(WEIGHTS)
FITTED = np.array(list(WEIGHTS.values()))
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
_CLEAR = 3.0  # points of score above the threshold
_STRAIGHT = 0.08  # length of a stroke over the distance of its ends, less 1


def kind_of(label: str) -> int:
    """Return whether a label is a digit (of the network's), a sign or neither."""
    return SIGN if label in SIGNS else NEITHER if label == OTHER else DIGIT


def label_features(
    groups: Sequence[Group],
    probabilities: Array,
    scores: Array,
    reject_below: float | None,
) -> Array:
    """Return the features of each group with each label: (N, labels, features).

    ``probabilities`` (N, digits) and ``scores`` (N,) are the network's.
    The labels are the network's, the signs, and ``OTHER``.
    """
    digits = probabilities.shape[1]
    F = np.zeros((len(groups), digits + len(SIGNS) + 1, len(NAMES)))
    D = F[:, :digits]
    D[..., _AT["label"]] = np.log(np.maximum(probabilities, _LEAST))
    above = scores - (0.0 if reject_below is None else reject_below)
    D[..., _AT["digit"]] = -np.logaddexp(0, -above)[:, None]
    D[..., _AT["clear"]] = -np.logaddexp(0, _CLEAR - above)[:, None]
    D[..., _AT["each digit"]] = 1
    height = np.array([group.height for group in groups])
    middle = np.array([group.middle for group in groups])
    width = np.array([group.width for group in groups])
    D[..., _AT["height"]] = _tailed(height, 1.0, 0.25)[:, None]
    D[..., _AT["middle"]] = _tailed(middle, -0.5, 0.15)[:, None]
    if digits == len(_WIDTHS):
        shape = width / np.maximum(height, 0.1)
        D[..., _AT["width"]] = np.stack(
            [_tailed(shape, *usual) for usual in _WIDTHS], axis=1
        )
        D[..., _AT["narrow"]] = np.maximum(0.35 - shape, 0)[:, None]
        D[:, 1, _AT["narrow"]] = 0
    for i, group in enumerate(groups):
        lean, bend = group.line
        if bend < _STRAIGHT and digits > 1:
            D[i, 1, _AT["upright"]] = _tailed(np.array(lean), 0.0, 0.15)
            D[i, 1, _AT["tall 1"]] = max(group.height - 1.1, 0)
        if digits == len(_STROKES):
            count = min(group.strokes, len(_STROKES[0])) - 1
            D[i, :, _AT["strokes"]] = np.log([row[count] for row in _STROKES])
        F[i, :, _AT["apart"]] = max(group.apart - 0.06, 0)
        likelihoods = score_signs(group)
        for j, sign in enumerate(SIGNS):
            F[i, digits + j, _AT[f"shape {sign}"]] = likelihoods.get(sign, -50)
            F[i, digits + j, _AT[f"sign {sign}"]] = 1
        pieces = len(group.pieces)
        F[i, -1, _AT["other"]] = pieces
        F[i, :, _AT["cut"]] = group.cuts
        F[i, :, _AT["gap"]] = max(group.gap - 0.03, 0)
        F[i, :, _AT["pieces"]] = pieces - 1
        F[i, :, _AT["many pieces"]] = max(pieces - 2, 0)
    return F


def pair_features(
    left: Group | None, right: Group | None, kinds: tuple[int, int]
) -> Array:
    """Return the features of neighbours of these kinds; None is the number's end."""
    f = np.zeros(len(NAMES))
    if left is None or right is None:
        f[_AT["sign at an end"]] = SIGN in kinds
        return f
    least = max(min(left.width, right.width), 0.05)
    overlap = min(max(left.box[2] - right.box[0], 0), least)
    f[_AT["inside"]] = overlap / least if overlap > 0.06 else 0
    if kinds == (DIGIT, DIGIT):
        f[_AT["unlevel"]] = min(abs(left.box[3] - right.box[3]), 1)
    elif kinds == (SIGN, SIGN):
        f[_AT["two signs"]] = 1
    else:
        f[_AT["sign overlap"]] = max(overlap - 0.06, 0)
    return f


_USUAL = re.compile(
    r"-?\d+([.,]\d+)?|-?\d{1,3}(,\d{3})+(\.\d+)?|\d{1,2}/\d{1,2}(/(\d\d|\d{4}))?"
    r"|\d{1,2}:\d\d(:\d\d)?|\d{1,5}(-\d{1,5})+|\d{1,2}(\.\d{1,2})(\.(\d\d|\d{4}))"
)
_DATE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d\d|\d{4})")
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")


def reading_features(labels: Sequence[str]) -> Array:
    """Return the features of a whole reading."""
    f = np.zeros(len(NAMES))
    text = "".join(labels)
    f[_AT["impossible"]] = _is_impossible(text)
    if _USUAL.fullmatch(text) is None:
        f[_AT["unusual"]] = 1
        f[_AT["unusual signs"]] = sum(label in SIGNS for label in labels)
    return f


def _is_impossible(text: str) -> bool:
    """Whether a text is written like a date or a time of day, but is none."""
    if found := _DATE.fullmatch(text):
        low, high = sorted((int(found[1]), int(found[3])))  # month and day
        return not (1 <= low <= 12 and high <= 31)
    if found := _TIME.fullmatch(text):
        hours, *others = (int(part or 0) for part in found.groups())
        return hours > 24 or max(others) > 59
    return False


def _tailed(x: Array, mean: float, std: float) -> Array:
    """Log of a Student's t with 3 degrees of freedom, 0 at its mean."""
    return -2 * np.log1p(((x - mean) / std) ** 2 / 3)
