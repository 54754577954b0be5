"""Recognition: images in, probabilities out. The package's main entry point."""

from __future__ import annotations

from typing import Literal, overload

import numpy as np
from numpy.typing import NDArray

from nnweb.images.preprocess import Pixels, prepare
from nnweb.network import Network
from nnweb.recognition import Recognition

Array = NDArray[np.float32]


@overload
def recognize(
    images: Pixels,
    network: Network,
    *,
    fit: str | None = None,
    return_scores: Literal[False] = False,
) -> Array: ...


@overload
def recognize(
    images: Pixels,
    network: Network,
    *,
    fit: str | None = None,
    return_scores: Literal[True],
) -> tuple[Array, Array]: ...


def recognize(
    images: Pixels,
    network: Network,
    *,
    fit: str | None = None,
    return_scores: bool = False,
) -> Array | tuple[Array, Array]:
    """Return the probability of each label, float32 (N, labels); rows sum to 1.

    Parameters
    ----------
    images : uint8, (N, H, W, 4) RGBA or (N, H, W) grey
        Black ink on white paper, H and W of 28 or more.
    network : Network
    fit : str or None
        "digit": cropped to the ink and centred by mass; "canvas": as drawn; None: as
        the network was trained.
    return_scores : bool
        Return (probabilities, scores) instead: scores, float32 (N,), say how much each
        image looks like any digit; below ``network.reject_below`` it does not.

    A blank image gets the same probability for every label. Raises ImageError.
    """
    result = examine(images, network, fit=fit)
    if return_scores:
        return result.probabilities, result.scores
    return result.probabilities


def examine(images: Pixels, network: Network, *, fit: str | None = None) -> Recognition:
    """As ``recognize``, and whether each image is blank, rejected or unsure."""
    fit = network.input.fit if fit is None else fit
    return network.judge(prepare(images, fit=fit, threshold=network.input.threshold))
