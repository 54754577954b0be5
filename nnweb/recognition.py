"""What a network finds in images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Recognition:
    """A network's output for N images.

    Attributes
    ----------
    probabilities : float32, (N, labels)
        Rows sum to 1. A blank image has the same probability for every label.
    scores : float32, (N,)
        How much each image looks like any of the labels (``Network.score``).
    blank, accepted : bool, (N,)
        Whether it has no ink; whether it has ink and is not rejected.
    unsure : bool, (N,)
        Whether it is accepted, but its greatest probability is below
        ``Network.unsure_below``: it is probably one of the two of ``best_two``.
    seen : float32, (N, 784)
        The network's input, 0 paper ... 1 ink.
    """

    probabilities: Array
    scores: Array
    blank: NDArray[np.bool_]
    accepted: NDArray[np.bool_]
    unsure: NDArray[np.bool_]
    seen: Array

    def best_two(self, i: int) -> tuple[int, int]:
        """Return the likeliest and the second label of image ``i``, as indices."""
        p = self.probabilities[i].copy()
        first = int(p.argmax())
        p[first] = -1
        return first, int(p.argmax())
