"""Effect of each preprocessing step, on held-out digits redrawn with the pen.

The first 2,000 of MNIST's last 5,000 training digits, drawn along their skeletons with
the page's pen at any size and position of a 336 x 336 canvas, and redrawn at the normal
size as the page does. One step is left out at a time, then all.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from nnweb.data.augment.pen import PenStyle, bend
from nnweb.data.augment.traces import Traces, skeletons
from nnweb.data.datasets import load_mnist
from nnweb.images.stages import STEPS, stages
from nnweb.weights.json_format import load
from tools.build.sources import MODELS, ROOT

_SEED = 2
_COUNT = 2000
_SHEET = 336
_PEN = 20
_NORMAL = 240  # longer side of the ink, pen included, at the normal size
_NETWORKS = ("cnn", "cnn-small", "mlp", "plain")

Array = NDArray[np.floating]


def run() -> dict[str, Any]:
    """Return the accuracy with every step, without each one, and without any."""
    _, held_out = load_mnist(ROOT / "assets" / "mnist").train.split()
    rng = np.random.default_rng(_SEED)
    traces = bend(skeletons(held_out.images[:_COUNT]), rng, PenStyle())
    sheets = _Sheets(traces, rng)
    labels = held_out.labels[:_COUNT]
    figures: dict[str, dict[str, float]] = {name: {} for name in _NETWORKS}
    ways = {"all": (), **{step: (step,) for step in STEPS}, "none": STEPS}
    for way, without in ways.items():
        images = sheets.small(
            size="size" not in without,
            centre="centre" not in without,
            average="average" not in without,
        )
        for name in _NETWORKS:
            network = load(MODELS / f"{name}.json")
            threshold = network.input.threshold
            seen = stages(images, threshold=threshold, without=without)["seen"]
            answers = network.judge(seen.reshape(-1, 784)).probabilities.argmax(1)
            figures[name][way] = round(float((answers == labels).mean()), 4)
    best = figures["cnn"]
    return {
        "summary": f"of {_COUNT:,} held-out digits drawn with the pen, cnn "
        f"recognises {best['all']:.1%}, {best['none']:.1%} without any step",
        "digits": _COUNT,
        "networks": figures,
    }


class _Sheets:
    """Drawings on canvases, with their sizes and positions."""

    def __init__(self, traces: Traces, rng: np.random.Generator) -> None:
        low, high = traces.bounds()
        extent = np.maximum(high - low, np.float32(1e-3))
        self._points = traces.points - ((low + high) / 2)[traces.owner]
        self._owner, self._count = traces.owner, traces.count
        self._extent = extent
        self._length = rng.uniform(*PenStyle().size, traces.count) * _SHEET
        spans = self._spans(self._length)
        self._middle = spans / 2 + rng.random(spans.shape) * (_SHEET - spans)

    def small(self, *, size: bool, centre: bool, average: bool) -> NDArray[np.uint8]:
        """Return the canvases reduced to uint8 (N, 28, 28)."""
        length = np.full(self._count, _NORMAL) if size else self._length
        middle = self._middle
        if size:
            half = self._spans(length) / 2
            middle = np.clip(middle, half, _SHEET - half)
            middle = np.full_like(middle, _SHEET / 2) if centre else middle
        images = []
        spots = self._points * self._scale(length)[self._owner, None]
        spots += middle[self._owner]
        for points in np.split(spots, np.cumsum(np.bincount(self._owner))[:-1]):
            sheet = np.asarray(_drawn(points))
            images.append(_mean(sheet) if average else sheet[6::12, 6::12])
        return np.stack(images)

    def _scale(self, length: Array) -> Array:
        longer = self._extent.max(axis=1)
        scale: Array = np.maximum(length - _PEN, 1) / longer
        return scale

    def _spans(self, length: Array) -> Array:
        """Return width and height of the ink, pen included, (N, 2)."""
        spans: Array = self._extent * self._scale(length)[:, None] + _PEN
        return spans


def _drawn(points: Array) -> Image.Image:
    """Draw the pen at each point, black on white."""
    sheet = Image.new("L", (_SHEET, _SHEET), 255)
    draw = ImageDraw.Draw(sheet)
    for x, y in points:
        draw.ellipse((x - _PEN / 2, y - _PEN / 2, x + _PEN / 2, y + _PEN / 2), fill=0)
    return sheet


def _mean(sheet: NDArray[np.uint8]) -> NDArray[np.uint8]:
    mean = sheet.reshape(28, 12, 28, 12).mean(axis=(1, 3))
    return np.rint(mean).astype(np.uint8)
