"""Lessons: three misread drawings of one way of writing, and what they cost the rest.

For each network and each way of writing of nnweb evaluate --drawn, the first three
drawings that the network misreads or refuses are taught as on the page. Then it is
measured on the others of that way, on MNIST's validation digits, and on the digits of
six people. None of these was in the lesson.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnweb.cli.default_paths import open_written
from nnweb.data.datasets import Dataset, load_mnist
from nnweb.evaluation.drawn_digits import DrawnDigits, draw_styles, draw_written
from nnweb.network import Network
from nnweb.page.lab.fine_tune import FineTuning
from nnweb.training.batches import inputs_of
from nnweb.weights.json_format import load
from tools.build.sources import MNIST, MODELS

NETWORKS = ("cnn", "cnn-small", "mlp")
_TAUGHT = 3
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
    count = len(people.labels)
    return {"summary": _summary(networks, count), "networks": networks}


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
    after, report = _taught(path.read_bytes(), drawn, wrong, train, held_out)
    rest = np.delete(np.arange(len(drawn.labels)), wrong)
    others = DrawnDigits(drawn.digits[rest], drawn.labels[rest], drawn.others)
    x = inputs_of(held_out, before.input)
    mnist = DrawnDigits(x, held_out.labels, x[:0])
    lesson = {
        "steps": report["step"],
        "learned": float(report["after"]["right"] == _TAUGHT),
        **{
            what: digits.accuracy(after) - digits.accuracy(before)
            for what, digits in (
                ("style", others),
                ("mnist", mnist),
                ("people", people),
            )
        },
    }
    print(f"{name}: {style}: {lesson}", file=sys.stderr)
    return lesson


def _taught(
    weights: bytes, drawn: DrawnDigits, wrong: Any, train: Dataset, held_out: Dataset
) -> tuple[Network, dict[str, Any]]:
    """Return the network after the lesson, and its last report."""
    tuning = FineTuning()
    tuning.start(weights, "careful")
    for x, label in zip(drawn.digits[wrong], drawn.labels[wrong], strict=True):
        grey = (255 - np.round(x * 255)).astype(np.uint8)
        rgba = np.repeat(grey[:, None], 4, axis=1).tobytes()
        tuning.add(rgba, 28, 28, tuning.network.input.fit, str(label))
    for split, data, count in (
        ("train", train, _TRAIN),
        ("validation", held_out, _VALIDATION),
    ):
        tuning.feed(split, data.images[:count].tobytes(), data.labels[:count].tobytes())
    report = tuning.begin()
    while not report["finished"]:
        report = tuning.run(1000)
    return tuning.network, tuning.end()
