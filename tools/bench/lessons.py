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

from __future__ import annotations

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
from nnweb.network import Network
from nnweb.page.lab.fine_tune import FineTuning
from nnweb.training.batches import inputs_of
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
    networks = {
        name: _figures(
            [
                lesson
                for style, drawn in styles.items()
                if (lesson := _lesson(name, style, drawn, train, held_out, people))
            ]
        )
        for name in NETWORKS
    }
    written = {"one hand": [*_mirrored(open_written()[1])]}
    if _OTHERS:
        written["many hands"] = [*load_written(_OTHERS, "char").by_label().items()]
    symbols = {
        name: {
            hands: _symbol_figures([_symbol(name, *one, train, held_out) for one in by])
            for hands, by in written.items()
        }
        for name in NETWORKS
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
    return {
        "lessons": len(lessons),
        **{
            f"{name}_{which}": round(float(of([one[name] for one in lessons])), 5)
            for name in ("read", "mnist", "steps")
            for which, of in (("mean", np.mean), ("worst", np.min))
        },
    }


def _figures(lessons: list[dict[str, float]]) -> dict[str, Any]:
    def cost(name: str) -> NDArray[np.float64]:
        return np.array([lesson[name] for lesson in lessons])

    return {
        "lessons": len(lessons),
        "learned": sum(lesson["learned"] for lesson in lessons) / len(lessons),
        "steps": round(float(cost("steps").mean()), 1),
        "style_gain": round(float(cost("style").mean()), 5),
        **{
            f"{name}_{which}": round(float(of(cost(name))), 5)
            for name in ("mnist", "people")
            for which, of in (("mean", np.mean), ("worst", np.min))
        },
    }


def _lesson(
    name: str,
    style: str,
    drawn: DrawnDigits,
    train: Dataset,
    held_out: Dataset,
    people: DrawnDigits,
) -> dict[str, float] | None:
    """Teach once; None if there are not three to teach."""
    path = MODELS / f"{name}.json"
    before = load(path)
    result = drawn.evaluate(before)
    wrong = np.flatnonzero(~(result.right & result.accepted))[:_TAUGHT]
    if len(wrong) < _TAUGHT:
        return None
    examples = [(drawn.digits[i], str(drawn.labels[i]), _NO_STROKES) for i in wrong]
    after, report = _taught(path.read_bytes(), examples, train, held_out)
    rest = np.delete(np.arange(len(drawn.labels)), wrong)
    others = DrawnDigits(drawn.digits[rest], drawn.labels[rest], drawn.others)
    lesson = {
        "steps": report["step"],
        "learned": float(report["after"]["right"] == _TAUGHT),
        "mnist": _mnist_gain(before, after, held_out),
        **{
            what: digits.accuracy(after) - digits.accuracy(before)
            for what, digits in (("style", others), ("people", people))
        },
    }
    print(f"{name}: {style}: {lesson}", file=sys.stderr)
    return lesson


def _mirrored(people: WrittenDigits) -> Iterator[tuple[str, WrittenDigits]]:
    """Yield each person's mirrored digits, as a symbol of that hand."""
    for person, wrote in people.by_writer().items():
        for digit in _MIRRORED:
            chosen = people.take(wrote & (people.labels == digit))
            points = chosen.traces.points * (-1, 1) + (27, 0)
            traces = chosen.traces.moved(points)
            yield f"{person} {digit}", replace(chosen, traces=traces)


def _symbol(
    name: str, symbol: str, written: WrittenDigits, train: Dataset, held_out: Dataset
) -> dict[str, float]:
    """Teach drawings of a symbol; return how many of as many others are read."""
    path = MODELS / f"{name}.json"
    before, x = load(path), draw_written(written).digits
    order = np.random.default_rng(0).permutation(len(written))
    first, further = order[:_SYMBOL], order[_SYMBOL : 2 * _SYMBOL]
    examples = [(x[i], symbol, written.traces.take(first[[k]]).points)
                for k, i in enumerate(first)]  # fmt: skip
    after, report = _taught(path.read_bytes(), examples, train, held_out)
    answers = after.judge(x[further])
    is_symbol = answers.probabilities.argmax(axis=1) == len(before.labels)
    lesson = {
        "read": float((answers.accepted & is_symbol).mean()),
        "mnist": _mnist_gain(before, after, held_out),
        "steps": report["step"],
    }
    print(f"{name}: {symbol}: {lesson}", file=sys.stderr)
    return lesson


def _mnist_gain(before: Network, after: Network, held_out: Dataset) -> float:
    x = inputs_of(held_out, before.input)
    digits = DrawnDigits(x, held_out.labels, x[:0])
    return digits.accuracy(after) - digits.accuracy(before)


def _taught(
    weights: bytes, examples: list[Example], train: Dataset, held_out: Dataset
) -> tuple[Network, dict[str, Any]]:
    """Return the network after the lesson, and its last report."""
    tuning = FineTuning()
    tuning.start(weights, "careful")
    for x, label, points in examples:
        grey = (255 - np.round(x * 255)).astype(np.uint8)
        rgba = np.repeat(grey[:, None], 4, axis=1).tobytes()
        fit = tuning.network.input.fit
        # each point as a stroke: they are as close as the pen draws them
        tuning.add(rgba, 28, 28, fit, label, points.tobytes(), [1] * len(points))
    for split, data, count in (
        ("train", train, _TRAIN),
        ("validation", held_out, _VALIDATION),
    ):
        tuning.feed(split, data.images[:count].tobytes(), data.labels[:count].tobytes())
    report = tuning.begin()
    while not report["finished"]:
        report = tuning.run(1000)
    return tuning.network, tuning.end()
