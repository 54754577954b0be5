"""Accuracy on held-out digits drawn by pen, as each network takes a drawing.

MNIST's last 5,000 training digits, re-drawn along their skeletons with the page's brush
(``nnweb.data.augment``), and half as many made-up non-digits, as 28 x 28 pictures. Not
what people drew, but by hands that no network has learned from; the best there is here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnweb.data.augment import Mix, Mixture
from nnweb.data.datasets import load_mnist
from nnweb.recognize import Recognition, examine
from nnweb.weights.json_format import load
from tools.build.site import MODELS, ROOT

_SEED = 1  # training's own validation by pen has another


def run() -> dict[str, Any]:
    """Shares of digits that are right and accepted, and of non-digits accepted."""
    _, held_out = load_mnist(ROOT / "assets" / "mnist").train.split()
    mixture = Mixture(held_out.images, held_out.labels, Mix(glyphs=0))
    rng = np.random.default_rng(_SEED)
    everyone = np.arange(len(held_out))
    digits = _paper(mixture.make("pen", everyone, rng))
    others = _paper(mixture.make("outlier", everyone[::2], rng))
    figures = {}
    for path in sorted(MODELS.glob("*.json")):
        network = load(path)
        own = network.input.fit
        seen = examine(digits, network, fit=own)
        figures[path.stem] = {
            "accuracy": _share(seen.probabilities.argmax(1) == held_out.labels),
            "accepted": _share(seen.accepted),
            "others_accepted": _accepted(examine(others, network, fit=own)),
        }
        if own == "canvas":
            cropped = examine(digits, network, fit="digit").probabilities.argmax(1)
            figures[path.stem]["accuracy_cropped"] = _share(cropped == held_out.labels)
    plain = figures["plain"]
    return {
        "summary": f"of {len(digits):,} held-out digits drawn by pen, the plain "
        f"network has {plain['accuracy']:.0%} right as drawn, "
        f"{plain['accuracy_cropped']:.0%} after crop and centring; "
        f"cnn {figures['cnn']['accuracy']:.1%}",
        "networks": figures,
    }


def _paper(ink: Any) -> Any:
    """Ink 0 ... 1 as a canvas has it: black on white, uint8."""
    return (255 - np.round(ink * 255)).astype(np.uint8)


def _share(good: Any) -> float:
    return round(float(np.mean(good)), 5)


def _accepted(result: Recognition) -> float:
    return _share(result.accepted)
