"""Accuracy on drawings, with each network's own fit, and which non-digits are accepted.

MNIST's last 5,000 training digits, redrawn along their skeletons with the page's brush,
and half as many made-up non-digits; the digits of six people, and with
NNWEB_BENCH_OTHERS=FILE.npz letters and symbols that people wrote (arrays as in
assets/pens, with char instead of y). All as 28 x 28 images, which no network has seen.
"""

import os
from typing import Any

import numpy as np

from nnweb.cli.default_paths import open_written
from nnweb.data.augment import Mix, Mixture
from nnweb.data.augment.pen import PenStyle, draw
from nnweb.data.augment.written import WrittenDigits, load_written
from nnweb.data.datasets import load_mnist
from nnweb.network import Network
from nnweb.recognize import examine
from nnweb.weights.json_format import load
from tools.build.sources import MODELS, ROOT

_SEED = 1  # differs from the one of the validation in training
_BRUSH = (20 / 12, 20 / 12)  # the page's
_OTHERS = os.environ.get("NNWEB_BENCH_OTHERS", "")


def run() -> dict[str, Any]:
    """Return the shares of digits recognized, and of digits and non-digits accepted."""
    _, held_out = load_mnist(ROOT / "assets" / "mnist").train.split()
    mixture = Mixture(held_out.images, held_out.labels, Mix(glyphs=0))
    rng = np.random.default_rng(_SEED)
    indices = np.arange(len(held_out))
    digits = _paper(mixture.make("pen", indices, rng))
    others = _paper(mixture.make("outlier", indices[::2], rng))
    people = open_written()[1]
    real_others = load_written(_OTHERS, labels="char") if _OTHERS else None
    sets = (held_out.labels, digits, others, people, real_others)
    figures = {p.stem: _figures(load(p), *sets) for p in sorted(MODELS.glob("*.json"))}
    plain, cnn = figures["plain"], figures["cnn"]
    return {
        "summary": f"of {len(digits):,} held-out digits drawn with the pen, the plain "
        f"network recognises {plain['accuracy']:.0%} as drawn and "
        f"{plain['accuracy_cropped']:.0%} cropped and centred; cnn "
        f"{cnn['accuracy']:.1%}, and {cnn['people']['accuracy']:.1%} of "
        f"{len(people):,} that six people wrote",
        "people": len(people),
        "real_others": 0 if real_others is None else len(real_others),
        "networks": figures,
    }


def _figures(
    network: Network, labels: Any, digits: Any, others: Any, people: Any, symbols: Any
) -> dict[str, Any]:
    figures: dict[str, Any] = {
        **_shares(network, digits, labels),
        "others_accepted": _share(examine(others, network).accepted),
        "people": _shares(network, _written(people, network), people.labels),
    }
    if symbols is not None:
        result = examine(_written(symbols, network), network)
        figures["real_others_accepted"] = _share(result.accepted)
    if network.input.fit == "canvas":
        cropped = examine(digits, network, fit="digit").probabilities.argmax(1)
        figures["accuracy_cropped"] = _share(cropped == labels)
    return figures


def _written(written: WrittenDigits, network: Network) -> Any:
    """Draw what was written at any size and place, redrawn as the page does for fit."""
    style = PenStyle(brush=_BRUSH, magnified=network.input.fit == "digit", wild=0)
    return _paper(draw(written.traces, np.random.default_rng(_SEED), style))


def _shares(network: Network, paper: Any, labels: Any) -> dict[str, Any]:
    result = examine(paper, network)
    return {
        "accuracy": _share(result.probabilities.argmax(1) == labels),
        "accepted": _share(result.accepted),
    }


def _paper(ink: Any) -> Any:
    """Convert ink 0 ... 1 to a canvas's greys: black on white, uint8."""
    return (255 - np.round(ink * 255)).astype(np.uint8)


def _share(good: Any) -> float:
    return round(float(np.mean(good)), 5)
