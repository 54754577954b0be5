"""Connected components: the pieces of ink in a binary image."""

from __future__ import annotations

from itertools import islice

import numpy as np
from numpy.typing import NDArray


def label_components(ink: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Number the connected ink (8 neighbours) from 1; (H, W), 0 for paper."""
    runs: list[tuple[int, int, int]] = []  # row, first column, past
    parent: list[int] = []

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    above: list[int] = []
    edges = np.diff(np.pad(ink, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    for row, line in enumerate(edges):
        here, start = [], 0
        firsts, pasts = np.flatnonzero(line == 1), np.flatnonzero(line == -1)
        for first, past in zip(firsts.tolist(), pasts.tolist(), strict=True):
            run = len(runs)
            runs.append((row, first, past))
            parent.append(run)
            while start < len(above) and runs[above[start]][2] < first:
                start += 1  # nor does it touch the runs after this one
            for other in islice(above, start, None):
                if runs[other][1] > past:
                    break
                parent[root(other)] = root(run)
            here.append(run)
        above = here
    labels = np.zeros(ink.shape, np.intp)
    for i, (row, first, past) in enumerate(runs):
        labels[row, first:past] = root(i) + 1
    return labels
