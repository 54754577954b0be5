"""Drawn letters and operators, and small networks that tell them apart."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import nnweb
from nnweb.data.augment.pen import PenStyle, bend, draw
from nnweb.data.augment.written import traces_of
from nnweb.images.preprocess import crop
from nnweb.layers import Dense, ReLU
from nnweb.network import Network
from nnweb.training.losses import softmax_cross_entropy
from nnweb.training.optimizers import Adam

Stroke = list[list[float]]


def _arc(x: float, y: float, radius: float, start: float, end: float) -> Stroke:
    """Points on a circle; degrees clockwise from the right, y down."""
    angles = np.deg2rad(np.linspace(start, end, 16))
    points = np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], 1)
    return points.round(1).tolist()


#: Each character as strokes on the page's canvas, 336 x 336.
STROKES: dict[str, list[Stroke]] = {
    "a": [_arc(160, 200, 60, 0, -360), [[220, 130], [220, 270]]],
    "b": [[[110, 50], [110, 265]], _arc(160, 210, 55, 180, 540)],
    "c": [_arc(170, 180, 80, -45, -315)],
    "d": [_arc(160, 210, 55, 0, -360), [[215, 50], [215, 265]]],
    "e": [[[95, 185], [245, 185], *_arc(170, 185, 75, 0, -310)]],
    "+": [[[170, 80], [170, 260]], [[80, 170], [260, 170]]],
    "-": [[[80, 170], [260, 170]]],
    "x": [[[90, 90], [250, 250]], [[250, 90], [90, 250]]],
    "/": [[[230, 70], [110, 270]]],
}


def drawn(
    labels: str, each: int, seed: int = 0
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Draw ``each`` of the labels: ink (N, 28, 28) and labels (N,), shuffled."""
    rng = np.random.default_rng(seed)
    strokes = [stroke for label in labels for stroke in STROKES[label]]
    lengths = np.array([len(stroke) for stroke in strokes], np.intp)
    counts = np.array([len(STROKES[label]) for label in labels], np.intp)
    which = rng.permutation(np.repeat(np.arange(len(labels)), each))
    traces = traces_of(np.concatenate(strokes), lengths, counts).take(which)
    ink = draw(bend(traces, rng, PenStyle()), rng, PenStyle())
    return (ink * 255).astype(np.uint8), which.astype(np.uint8)


def save_network(labels: str, path: Path) -> Path:
    """Train a small network for the labels, in a second, and write its file."""
    images, targets = drawn(labels, 60)
    x = crop((images > 127).astype(np.float32)).reshape(len(images), -1)
    rng = np.random.default_rng(0)
    layers = [Dense(784, 32, rng=rng), ReLU(), Dense(32, len(labels), rng=rng)]
    network = Network(layers, name=path.stem, labels=labels)
    optimizer = Adam()
    for _ in range(40):
        logits = network.forward(x, train=True)
        network.backward_params(softmax_cross_entropy(logits, targets)[1])
        optimizer.step(network.params, network.grads, 0.01)
    nnweb.save(network, path)
    return path
