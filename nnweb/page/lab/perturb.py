"""A drawing turned, moved, thickened, spoilt; and where the answer flips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnweb.data.corruptions import extreme, resample
from nnweb.errors import ImageError
from nnweb.images.preprocess import SIDE, crop, drop_specks
from nnweb.network import Network

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Lever:
    """From ``least`` to ``most``; 0 changes nothing."""

    least: float
    most: float


LEVERS = {
    "rotation": Lever(-90, 90),  # degrees, clockwise
    "right": Lever(-10, 10),  # pixels of 28
    "down": Lever(-10, 10),
    "thickness": Lever(-1, 2),  # pixels to each side of a stroke
    "noise": Lever(0, 0.2),  # share of the pixels that are turned over
}
_PLACES = 21  # along a lever, where the answer is asked for


def varied(ink: Array, amounts: Mapping[str, float]) -> Array:
    """The ink (28, 28), 0 or 1, with each lever at its amount: 0 or 1 again.

    Noise is always the same: more of it turns over the same pixels and others.
    Raises ImageError for a lever that there is not, or an amount beyond its ends.
    """
    for name, amount in amounts.items():
        lever = LEVERS.get(name)
        if lever is None:
            raise ImageError(f"lever: got {name!r}, expected {', '.join(LEVERS)}")
        if not lever.least <= amount <= lever.most:
            raise ImageError(
                f"{name}: got {amount}, expected {lever.least} to {lever.most}"
            )
    image = _thickened(ink[None], amounts.get("thickness", 0))
    angle = np.deg2rad(amounts.get("rotation", 0))
    cos, sin = np.cos(angle), np.sin(angle)
    offset = np.array([[amounts.get("down", 0)], [amounts.get("right", 0)]])
    image = resample(image, np.array([[cos, sin], [-sin, cos]]), offset)
    dark = image[0] >= 0.5
    chance = np.random.default_rng(0).random((SIDE, SIDE))
    return (dark ^ (chance < amounts.get("noise", 0))).astype(np.float32)


def _thickened(image: Array, amount: float) -> Array:
    """Whole pixels by greatest or least of neighbours, the rest by a blend."""
    choose = np.maximum if amount > 0 else np.minimum
    left = abs(amount)
    while left > 0:
        image = image + np.float32(min(left, 1)) * (extreme(image, choose) - image)
        left -= 1
    return image.astype(np.float32, copy=False)


def as_seen(ink: Array, fit: str) -> Array:
    """Ink (N, 28, 28) as the network sees it, (N, 784): cropped where ``fit`` says."""
    seen = crop(drop_specks(ink)) if fit == "digit" else ink
    return seen.reshape(len(ink), -1)


def answers(network: Network, ink: Array, fit: str) -> NDArray[np.intp]:
    """The likeliest label of each of N images (N, 28, 28)."""
    found: NDArray[np.intp] = network.forward(as_seen(ink, fit)).argmax(axis=1)
    return found


def along(
    network: Network, ink: Array, amounts: Mapping[str, float], name: str, fit: str
) -> tuple[list[float], list[int]]:
    """The answer all along one lever while the others stay: amounts, and labels."""
    lever = LEVERS[name]
    places = np.linspace(lever.least, lever.most, _PLACES).tolist()
    images = np.stack([varied(ink, {**amounts, name: place}) for place in places])
    return places, answers(network, images, fit).tolist()
