"""Accuracy on held-out digits redrawn with the pen, with each network's own fit.

MNIST's last 5,000 training digits, redrawn along their skeletons with the page's brush
(``nnweb.data.augment``), and half as many made-up non-digits, as 28 x 28 images. No
network was trained on these digits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnweb.data.augment import Mix, Mixture
from nnweb.data.datasets import load_mnist
from nnweb.recognize import examine
from nnweb.weights.json_format import load
from tools.build.sources import MODELS, ROOT

_SEED = 1  # differs from the one of the validation in training


def run() -> dict[str, Any]:
    """Return the shares of digits recognized, and of digits and non-digits accepted."""
    _, held_out = load_mnist(ROOT / "assets" / "mnist").train.split()
    mixture = Mixture(held_out.images, held_out.labels, Mix(glyphs=0))
    rng = np.random.default_rng(_SEED)
    indices = np.arange(len(held_out))
    digits = _paper(mixture.make("pen", indices, rng))
    others = _paper(mixture.make("outlier", indices[::2], rng))
    figures = {}
    for path in sorted(MODELS.glob("*.json")):
        network = load(path)
        result = examine(digits, network)
        figures[path.stem] = {
            "accuracy": _share(result.probabilities.argmax(1) == held_out.labels),
            "accepted": _share(result.accepted),
            "others_accepted": _share(examine(others, network).accepted),
        }
        if network.input.fit == "canvas":
            cropped = examine(digits, network, fit="digit").probabilities.argmax(1)
            figures[path.stem]["accuracy_cropped"] = _share(cropped == held_out.labels)
    plain = figures["plain"]
    return {
        "summary": f"of {len(digits):,} held-out digits drawn with the pen, the "
        f"plain network recognises {plain['accuracy']:.0%} as drawn and "
        f"{plain['accuracy_cropped']:.0%} cropped and centred; "
        f"cnn {figures['cnn']['accuracy']:.1%}",
        "networks": figures,
    }


def _paper(ink: Any) -> Any:
    """Convert ink 0 ... 1 to a canvas's greys: black on white, uint8."""
    return (255 - np.round(ink * 255)).astype(np.uint8)


def _share(good: Any) -> float:
    return round(float(np.mean(good)), 5)
