"""Perturbed drawings: rotated, moved, thickened, noisy; and where the answer flips."""

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
class Range:
    """From ``low`` to ``high``; at 0 nothing changes."""

    low: float
    high: float


RANGES = {
    "rotation": Range(-90, 90),  # degrees, clockwise
    "right": Range(-10, 10),  # pixels of 28
    "down": Range(-10, 10),
    "thickness": Range(-1, 2),  # pixels to each side of a stroke
    "noise": Range(0, 0.2),  # share of the pixels that are inverted
}
_SAMPLES = 21  # of each range, for which the answer is computed


def perturb(ink: Array, amounts: Mapping[str, float]) -> Array:
    """Return the ink (28, 28), 0 or 1, perturbed by ``amounts``: 0 or 1 again.

    The noise is always the same: more of it inverts the same pixels and others. Raises
    ImageError for an unknown perturbation, or an amount out of its range.
    """
    for name, amount in amounts.items():
        if name not in RANGES:
            known = ", ".join(RANGES)
            raise ImageError(f"perturbation: got {name!r}, expected {known}")
        low, high = RANGES[name].low, RANGES[name].high
        if not low <= amount <= high:
            raise ImageError(f"{name}: got {amount}, expected {low} to {high}")
    image = _thickened(ink[None], amounts.get("thickness", 0))
    angle = np.deg2rad(amounts.get("rotation", 0))
    cos, sin = np.cos(angle), np.sin(angle)
    offset = np.array([[amounts.get("down", 0)], [amounts.get("right", 0)]])
    image = resample(image, np.array([[cos, sin], [-sin, cos]]), offset)
    dark = image[0] >= 0.5
    chance = np.random.default_rng(0).random((SIDE, SIDE))
    return (dark ^ (chance < amounts.get("noise", 0))).astype(np.float32)


def _thickened(image: Array, amount: float) -> Array:
    """Dilate (or erode) by whole pixels, and blend in the remaining fraction."""
    choose = np.maximum if amount > 0 else np.minimum
    left = abs(amount)
    while left > 0:
        image = image + np.float32(min(left, 1)) * (extreme(image, choose) - image)
        left -= 1
    return image.astype(np.float32, copy=False)


def to_input(ink: Array, fit: str) -> Array:
    """Return ink (N, 28, 28) as network input (N, 784), cropped for fit "digit"."""
    seen = crop(drop_specks(ink)) if fit == "digit" else ink
    return seen.reshape(len(ink), -1)


def answers(network: Network, ink: Array, fit: str) -> NDArray[np.intp]:
    """Return the most probable label of each image (N, 28, 28)."""
    found: NDArray[np.intp] = network.forward(to_input(ink, fit)).argmax(axis=1)
    return found


def answers_along(
    network: Network, ink: Array, amounts: Mapping[str, float], name: str, fit: str
) -> tuple[list[float], list[int]]:
    """Return amounts along one range, the others unchanged, and the answers."""
    samples = np.linspace(RANGES[name].low, RANGES[name].high, _SAMPLES).tolist()
    images = np.stack([perturb(ink, {**amounts, name: amount}) for amount in samples])
    return samples, answers(network, images, fit).tolist()
