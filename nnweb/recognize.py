"""Recognition: images in, probabilities out. The package's main entry point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, overload

import numpy as np
from numpy.typing import NDArray

from nnweb.errors import WeightsError
from nnweb.images.preprocess import Pixels, prepare
from nnweb.network import Network

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
    return judge(prepare(images, fit=fit, threshold=network.input.threshold), network)


def judge(x: Array, network: Network) -> Recognition:
    """Run the network on prepared input, float32 (N, 784).

    Raises WeightsError if the result overflows.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # checked below
        logits = network.forward(x)
        probabilities = network.probabilities(logits).astype(np.float32, copy=False)
        scores = network.score(logits)
    if not np.isfinite(probabilities).all():
        raise WeightsError(
            f"{network.name}: the output overflows float32, expected finite "
            "numbers; are its weights damaged?"
        )
    blank = ~x.any(axis=1)
    probabilities[blank] = 1 / len(network.labels)
    accepted = ~blank
    if network.reject_below is not None:
        accepted &= scores >= network.reject_below
    unsure = np.zeros_like(accepted)
    if network.unsure_below is not None:
        best = np.maximum.reduce(probabilities, axis=1)
        unsure = accepted & (best < network.unsure_below)
    return Recognition(probabilities, scores, blank, accepted, unsure, x)
