"""Lessons: what a network learns from a few drawings, and what they cost the rest.

For each network and each way of writing of nnweb evaluate --drawn, the first three
drawings that the network misreads or refuses are taught as on the page. Then it is
measured on the others of that way, on MNIST's validation digits, and on the digits of
six people. None of these was in the lesson.

New labels: of each of the six people ten mirrored 3, 4 and 7, which are no digits, are
taught as a symbol, and ten further ones of the same hand are read. With
NNWEB_BENCH_OTHERS=FILE.npz (see bench drawn) the same of each character in it, which
many hands have written.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.cli.default_paths import open_written
from nnweb.data.augment.written import WrittenDigits, load_written
from nnweb.data.datasets import Dataset, load_mnist
from nnweb.evaluation.drawn_digits import DrawnDigits, draw_styles, draw_written
from nnweb.layers import Array
from nnweb.network import Network
from nnweb.page.lab.fine_tune import FineTuning
from nnweb.training.batches import inputs_of
from nnweb.training.head import Split
from nnweb.weights.json_format import load
from tools.build.sources import MNIST, MODELS

NETWORKS = ("cnn", "cnn-small", "mlp")
#: A drawing as network input, its label, and the points of its strokes.
Example = tuple[NDArray[np.float32], str, NDArray[np.float32]]
_TAUGHT = 3
_SYMBOL = 10  # drawings of a new label that are taught, and that are read
_MIRRORED = (3, 4, 7)
_NO_STROKES = np.zeros((0, 2), np.float32)
_OTHERS = os.environ.get("NNWEB_BENCH_OTHERS", "")
# As many of MNIST's digits as the page has for it.
_TRAIN, _VALIDATION = 2000, 1000


def run() -> dict[str, Any]:
    """Return what each network's lessons achieve and cost, in shares."""
    train, held_out = load_mnist(MNIST).train.split()
    styles, people = draw_styles(held_out), draw_written(open_written()[1])
    bases = [Base(name, train, held_out, people) for name in NETWORKS]
    networks = {
        base.name: _figures(
            [
                lesson
                for style, drawn in styles.items()
                if (lesson := _lesson(base, style, drawn))
            ]
        )
        for base in bases
    }
    written = {"one hand": [*_mirrored(open_written()[1])]}
    if _OTHERS:
        others = load_written(_OTHERS, "char")
        written["many hands"] = [
            (label, others.take(theirs)) for label, theirs in others.by_label().items()
        ]
    symbols = {
        base.name: {
            hands: _symbol_figures([_symbol(base, *one) for one in by])
            for hands, by in written.items()
        }
        for base in bases
    }
    count = len(people.labels)
    summary = f"{_summary(networks, count)}; {_symbol_summary(symbols)}"
    return {"summary": summary, "networks": networks, "symbols": symbols}


def _summary(networks: dict[str, Any], people: int) -> str:
    each = [
        f"{name} {one['lessons']} lessons, {one['learned']:.0%} learned, the other "
        f"drawings of that way {100 * one['style_gain']:+.1f} points, MNIST's "
        f"validation digits {100 * one['mnist_mean']:+.2f}, those of six people "
        f"{100 * one['people_mean']:+.2f}"
        for name, one in networks.items()
    ]
    return (
        f"three misread drawings of one way of writing ({people:,} digits of people): "
        f"{'; '.join(each)}"
    )


def _symbol_summary(symbols: dict[str, Any]) -> str:
    each = [
        f"{name} reads {one['read_mean']:.1%} of ten further ones (worst "
        f"{one['read_worst']:.0%}), MNIST's validation digits "
        f"{100 * one['mnist_mean']:+.2f} points (worst {100 * one['mnist_worst']:+.2f})"
        for name, all_hands in symbols.items()
        for one in [all_hands["one hand"]]
    ]
    return f"ten drawings of a new symbol by one hand: {'; '.join(each)}"


def _symbol_figures(lessons: list[dict[str, float]]) -> dict[str, Any]:
    measured = _mean_and_worst(lessons, "read", "mnist", "people", "steps")
    return {"lessons": len(lessons), **measured}


def _figures(lessons: list[dict[str, float]]) -> dict[str, Any]:
    means = {name: np.mean([one[name] for one in lessons]) for name in lessons[0]}
    return {
        "lessons": len(lessons),
        "learned": float(means["learned"]),
        "steps": round(float(means["steps"]), 1),
        "style_gain": round(float(means["style"]), 5),
        **_mean_and_worst(lessons, "mnist", "people"),
    }


def _mean_and_worst(lessons: list[dict[str, float]], *names: str) -> dict[str, float]:
    return {
        f"{name}_{which}": round(float(of([one[name] for one in lessons])), 5)
        for name in names
        for which, of in (("mean", np.mean), ("worst", np.min))
    }


def _lesson(base: "Base", style: str, drawn: DrawnDigits) -> dict[str, float] | None:
    """Teach once; None if there are not three to teach."""
    features = base.features_of(drawn.digits, drawn.labels)
    result = features.evaluate(base.head)
    wrong = np.flatnonzero(~(result.right & result.accepted))[:_TAUGHT]
    if len(wrong) < _TAUGHT:
        return None
    examples = [(drawn.digits[i], str(drawn.labels[i]), _NO_STROKES) for i in wrong]
    head, report = base.taught(examples)
    rest = np.delete(np.arange(len(drawn.labels)), wrong)
    x, labels = features.digits[rest], drawn.labels[rest]
    others = DrawnDigits(x, labels, x[:0])
    lesson = {
        "steps": report["step"],
        "learned": float(report["after"]["right"] == _TAUGHT),
        "style": others.accuracy(head) - float(result.right[rest].mean()),
        **base.gains(head),
    }
    print(f"{base.name}: {style}: {lesson}", file=sys.stderr)
    return lesson


def _mirrored(people: WrittenDigits) -> Iterator[tuple[str, WrittenDigits]]:
    """Yield each person's mirrored digits, as a symbol of that hand."""
    for person, wrote in people.by_writer().items():
        for digit in _MIRRORED:
            chosen = people.take(wrote & (people.labels == digit))
            points = chosen.traces.points * (-1, 1) + (27, 0)
            traces = chosen.traces.moved(points)
            yield f"{person} {digit}", replace(chosen, traces=traces)


def _symbol(base: "Base", symbol: str, written: WrittenDigits) -> dict[str, float]:
    """Teach drawings of a symbol; return how many of as many others are read."""
    x = draw_written(written).digits
    order = np.random.default_rng(0).permutation(len(written))
    first, further = order[:_SYMBOL], order[_SYMBOL : 2 * _SYMBOL]
    examples = [(x[i], symbol, written.traces.take(first[[k]]).points)
                for k, i in enumerate(first)]  # fmt: skip
    head, report = base.taught(examples)
    answers = head.judge(base.features_of(x[further], written.labels[further]).digits)
    is_symbol = answers.probabilities.argmax(axis=1) == len(base.network.labels)
    lesson = {
        "read": float((answers.accepted & is_symbol).mean()),
        "steps": report["step"],
        **base.gains(head),
    }
    print(f"{base.name}: {symbol}: {lesson}", file=sys.stderr)
    return lesson


class Base:
    """A network before its lessons, with digits as features, which do not change."""

    def __init__(
        self, name: str, train: Dataset, held_out: Dataset, people: DrawnDigits
    ) -> None:
        self.name, self._weights = name, (MODELS / f"{name}.json").read_bytes()
        self.network = load(self._weights)
        self._split = Split(self.network)
        self._data = {"train": (train, _TRAIN), "validation": (held_out, _VALIDATION)}
        x = inputs_of(held_out, self.network.input)
        self._digits = {
            "mnist": self.features_of(x, held_out.labels),
            "people": self.features_of(people.digits, people.labels),
        }
        self._before = self._accuracies(self.head)

    @property
    def head(self) -> Network:
        return self._split.head

    def features_of(self, x: Array, labels: NDArray[Any]) -> DrawnDigits:
        """Return network input (N, 784) as the head's input."""
        features = self._split.features(x)
        return DrawnDigits(features, labels, features[:0])

    def gains(self, head: Network) -> dict[str, float]:
        """Return what a lesson changed on digits that were not in it."""
        after = self._accuracies(head)
        return {what: after[what] - before for what, before in self._before.items()}

    def _accuracies(self, head: Network) -> dict[str, float]:
        return {what: digits.accuracy(head) for what, digits in self._digits.items()}

    def taught(self, examples: list[Example]) -> tuple[Network, dict[str, Any]]:
        """Return the head after a lesson, and the lesson's last report."""
        tuning = FineTuning()
        tuning.start(self._weights, "careful")
        for x, label, points in examples:
            grey = (255 - np.round(x * 255)).astype(np.uint8)
            rgba = np.repeat(grey[:, None], 4, axis=1).tobytes()
            fit = tuning.network.input.fit
            # each point as a stroke: they are as close as the pen draws them
            tuning.add(rgba, 28, 28, fit, label, points.tobytes(), [1] * len(points))
        for split, (data, count) in self._data.items():
            images, labels = data.images[:count], data.labels[:count]
            tuning.feed(split, images.tobytes(), labels.tobytes())
        report = tuning.begin()
        while not report["finished"]:
            report = tuning.run(1000)
        return Split(tuning.network).head, tuning.end()
